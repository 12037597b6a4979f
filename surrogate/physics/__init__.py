"""What happens to lithium in a graded host: closed forms, composition laws and a plating simulator.

Data flow, in the order of the modules: ``laws`` turns composition into properties; ``packing`` puts them and the
materials' properties into flat arrays (``layout``); ``kernel`` (compiled, with ``cells``, ``newton`` and
``kinetics``) runs one half cycle of one design and ``batch`` many; ``plating.states`` reads off shares, voltages
and outcomes; ``ccd`` searches the critical current; ``ageing`` adds the cycle life; ``simulate`` is all of
it for a table of designs, ``profiles`` looks into one. ``nucleation``, ``transport`` and ``accounting`` hold closed
forms that stand on their own.
"""

from surrogate.physics.plating.profiles import profile
from surrogate.physics.simulate import simulate

__all__ = ["profile", "simulate"]
