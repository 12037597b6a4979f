"""What happens to lithium in a graded host: closed forms, composition laws and a plating simulator.

Data flow: ``parameters`` (every constant and material entry, one frozen value) goes with the designs through all of
it. ``laws`` turns composition into properties; ``plating`` plates and strips (its ``inputs`` fill the kernel's named
tuples, ``kernel`` runs one half cycle of one design and ``batch`` many, ``runs`` reads off shares, voltages and
outcomes, ``profiles`` looks into one design); ``ccd`` searches the critical current, with ``interface`` for solids;
``ageing`` adds the cycle life; ``simulate`` is all of it for a table of designs. ``nucleation``, ``transport`` and
``accounting`` hold closed forms that stand on their own.
"""

from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.plating.profiles import profile
from surrogate.physics.simulate import simulate

__all__ = ["PhysicsParameters", "profile", "simulate"]
