"""Kinds of cells: which electrolytes are liquid or a pellet, how deep channels can be cut, where a column acts.

Where a column acts depends on the framework, the agent and the electrolyte alone (doping also on the conductor,
stacking on the number of layers):
:func:`idle_where` says under which of their values it does not. The completion of tables sets the column to its null
there, and the host space fixes it there by restrictions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from surrogate import materials
from surrogate.hosts.registry import Place
from surrogate.materials import MaterialTables

LIQUID_KINDS = frozenset({"liquid", "gel"})
PELLET_KINDS = frozenset({"sulfide", "oxide", "nitride", "halide"})
THINNEST_CUT_UM = 50.0  # separator below which it is a film that nobody cuts channels into (assumed)
DEEPEST_CUT = 0.8  # of half a pellet: channels of both faces must not meet (assumed)
# Of a channel, um: twice as fine as a laser cuts (003_12ac4afc36bbf970, sec. 2) to as wide as a pellet is thick.
CHANNEL_WIDTHS_UM = (10.0, 1000.0)
DEEPEST_ASPECT = 10.0  # depth over width of a channel up to which the finite elements were solved
# Of the finest channels tested: 100 um wide and, by the contact area of wider channels, some 330 um deep; lithium
# fills them poorly already (003_12ac4afc36bbf970, sec. 2 and 5). No deeper channels are searched.
TESTED_ASPECT = 3.3

Idle = Mapping[str, tuple[str, ...]]


@cache
def deepest_cut_um(electrolyte: str, tables: MaterialTables | None = None) -> float:
    """Depth to which channels can be cut into the pellet of an electrolyte.

    Parameters
    ----------
    electrolyte
        Its identifier.
    tables
        Property tables; None for the shipped tables.

    Returns
    -------
    float
        um; 0 where there is no pellet.

    Raises
    ------
    MaterialError
        For an unknown identifier.
    """
    entry = (tables or materials.shipped_tables()).electrolyte(electrolyte)
    thickness = 1e6 * entry.separator_thickness.si
    if entry.kind not in PELLET_KINDS or thickness < THINNEST_CUT_UM:
        return 0.0
    return round(0.5 * DEEPEST_CUT * thickness, 6)


@cache
def idle_where(place: Place) -> Idle:
    """Under which identifiers a column that acts in this place does not.

    Parameters
    ----------
    place
        ``Column.acts``.

    Returns
    -------
    Mapping[str, tuple[str, ...]]
        Identifier column -> values, of which any one is enough; empty for what acts anywhere. Doping depends on the
        conductor as well (``materials.dopant``), stacking on the number of layers.
    """
    planar: Idle = {"framework": ("none",)}
    match place:
        case (
            "in a porous host"
            | "on a porous host"
            | "on a carbon conductor"
            | "in two or more layers of a porous host"
        ):
            return planar
        case "with an agent in a porous host":
            return {**planar, "agent": ("none",)}
        case "in a liquid or gel electrolyte":
            return {"electrolyte": _electrolytes(LIQUID_KINDS, False)}
        case "in a solid cell" | "on a solid electrolyte":
            return {"electrolyte": _electrolytes(LIQUID_KINDS, True)}
        case "in a liquid electrolyte":
            return {"electrolyte": _electrolytes(frozenset({"liquid"}), False)}
        case "on the interface of an inorganic solid electrolyte" | "in an inorganic solid electrolyte":
            return {"electrolyte": _electrolytes(PELLET_KINDS, False)}
        case "in a pellet that channels can be cut into":
            return {
                "electrolyte": tuple(name for name in materials.electrolytes if deepest_cut_um(name) == 0.0)
            }
    return {}


def _electrolytes(kinds: frozenset[str], among: bool) -> tuple[str, ...]:
    """Select the electrolytes that are (or are not) of these kinds, by identifier."""
    return tuple(name for name, entry in materials.electrolytes.items() if (entry.kind in kinds) == among)
