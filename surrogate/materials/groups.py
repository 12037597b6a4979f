"""Groups of materials that rules are about: electrolytes by kind, frameworks by phase, agents, fillers."""

from __future__ import annotations

from surrogate.materials import agents, electrolytes, frameworks, solids
from surrogate.materials.host import SOLID_PHASES

ENDS = ("top", "bottom")


def electrolytes_of(*kinds: str) -> frozenset[str]:
    """List the electrolytes of some kinds.

    Parameters
    ----------
    *kinds : str
        Kinds, such as ``sulfide``.

    Returns
    -------
    frozenset of str
        Identifiers.
    """
    return frozenset(name for name, entry in electrolytes.items() if entry.kind in kinds)


def frameworks_of(*phases: str) -> frozenset[str]:
    """List the frameworks whose own phase is among those given.

    Parameters
    ----------
    *phases : str
        Phases, such as ``conductor``.

    Returns
    -------
    frozenset of str
        Identifiers.
    """
    return frozenset(name for name, entry in frameworks.items() if entry.phase in phases)


SULFIDES = electrolytes_of("sulfide")
LIQUIDS = electrolytes_of("liquid", "gel")
INORGANIC = electrolytes_of("sulfide", "oxide", "nitride", "halide")
POROUS = frameworks_of(*SOLID_PHASES)
PRESENT = frozenset(agents) - {"none"}
# Ion conductors that carry electrons as well: a host by themselves and no electrolyte's rival.
MIXED = frozenset({"lithiated_carbon", "mixed_conducting_garnet"})
FILLERS = frozenset(name for name, solid in solids.items() if solid.phase == "ion_conductor") - MIXED
