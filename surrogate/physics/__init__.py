"""What happens to lithium in a graded host: closed forms, composition laws and a plating simulator.

Data flow, in the order of the modules: ``laws`` turns composition into properties; ``plating.pack`` puts them
and the materials' properties into flat arrays; ``kernel`` (compiled, with ``kinetics``) plates one design and
``batch`` many; ``plating.states`` reads off shares, voltages and outcomes; ``life`` adds provisional closed forms
for critical current density and cycle life; ``simulate`` is all of it for a table of designs. ``nucleation``,
``transport`` and ``accounting`` hold closed forms that stand on their own.
"""

from surrogate.physics.simulate import profile, simulate

__all__ = ["profile", "simulate"]
