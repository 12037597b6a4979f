"""How much the simulator's assumed constants matter: screening of each, and which of them reverse a ranking.

Data flow: ``physics.uncertainty`` lists what is assumed and its plausible range; ``cases`` names representative hosts
and the outputs looked at; ``runs`` simulates them at many points, each with its own ``PhysicsParameters``;
``screening`` (Morris) and ``reversals`` (one constant at a time, bisection) make a table each.
"""

from surrogate.sensitivity.reversals import reversals
from surrogate.sensitivity.screening import screening

__all__ = ["reversals", "screening"]
