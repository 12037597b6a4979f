"""From any table of designs a person gives to the one complete form that the rest of the package reads.

Data flow: raw table -> units converted -> identifiers checked -> defaults filled -> inactive columns set to
their null -> numbers checked against their accepted range -> sums checked. Each step works on whole columns;
the first fault found is raised with its row and column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.errors import DesignError, MaterialError
from surrogate.hosts import columns as c
from surrogate.hosts.entries import identifiers, missing, numbers, override, refuse
from surrogate.hosts.gradient import mean_weight
from surrogate.hosts.ranges import (
    CONDITION_RANGES,
    FRACTION,
    HOST_RANGES,
    MODIFIER_DEFAULTS,
    MODIFIER_RANGES,
    NO_DOPING,
    Range,
)
from surrogate.materials import MaterialTables
from surrogate.units import convert_columns

SUM_TOLERANCE = 1e-6  # of a composition as typed; a complete table sums to 1 within rounding
LIQUID_KINDS = frozenset({"liquid", "gel"})
PELLET_KINDS = frozenset({"sulfide", "oxide", "nitride", "halide"})
THINNEST_CUT_UM = 50.0  # separator below which it is a film that nobody cuts channels into (assumed)
DEEPEST_CUT = 0.8  # of half a pellet: channels of both faces must not meet (assumed)
# Of a channel, um: twice as fine as a laser cuts (003_12ac4afc36bbf970, sec. 2) to as wide as a pellet is thick.
CHANNEL_WIDTHS_UM = (10.0, 1000.0)
DEEPEST_ASPECT = 10.0  # depth over width of a channel up to which the finite elements were solved
# Of the finest channels tested: 100 um wide and, by the contact area of wider ones, some 330 um deep; lithium fills
# them poorly already (003_12ac4afc36bbf970, sec. 2 and 5). No deeper ones are searched.
TESTED_ASPECT = 3.3

_IDENTIFIERS: dict[str, tuple[str, ...]] = {
    "framework": c.FRAMEWORKS,
    "agent": c.AGENTS,
    "electrolyte": c.ELECTROLYTES,
    "additives": c.ADDITIVES,
}
_IDENTIFIER_DEFAULTS = {"agent": "none", "electrolyte": "liquid_ether", "additives": "none"}
_WHERE_MODIFIERS_ACT = {
    "layers": "in a porous host",
    "doping": "on a carbon conductor",
    "skin_coverage": "on a porous host",
    "mass_transfer_factor": "in a liquid electrolyte",
    "pulse_factor": "on the interface of an inorganic solid electrolyte",
}
_MATERIAL_PHASE = {
    "conductor_material": ("conductor", "carbon_nanotube"),
    "dielectric_material": ("dielectric", "pan"),
    "ion_conductor_material": ("ion_conductor", "llzo"),
}
_RANGES: dict[str, Range] = {
    **dict.fromkeys(c.COMPOSITION_TOP + c.COMPOSITION_BOTTOM, FRACTION),
    **HOST_RANGES,
    **CONDITION_RANGES,
}


def normalise_designs(designs: pd.DataFrame, where: str = "designs") -> tuple[pd.DataFrame, list[str]]:
    """Complete, checked designs and one sentence for each default taken or unit converted.

    Parameters: ``designs``, one row a host, with any of ``DESIGN_COLUMNS`` (other units in the names are
    converted, other columns left out); ``framework`` is required, and for a porous framework so are its
    composition, porosity, pore sizes and thickness. ``where`` names the table in messages.

    Returns (n x DESIGN_COLUMNS, same index; only the expert overrides may be NaN), notes. Where the ends of the
    tortuosity are given, ``tortuosity`` becomes their mean over depth.

    Raises DesignError or MaterialError with the row and column, UnitError for a wrong unit.
    """
    if designs.empty:
        raise DesignError("the table of designs has no rows", where=where, remedy="give at least one design")
    if designs.columns.duplicated().any():
        twice = str(designs.columns[designs.columns.duplicated()][0])
        raise DesignError(f"column {twice!r} appears twice", where=where, remedy="keep one", column=twice)
    table, notes = convert_columns(designs, c.DESIGN_COLUMNS, where)
    if "framework" not in table.columns:
        raise DesignError("missing", where=where, limit=", ".join(c.FRAMEWORKS), column="framework")
    out = pd.DataFrame(index=table.index)
    for column, known in _IDENTIFIERS.items():
        out[column] = identifiers(table, column, known, _IDENTIFIER_DEFAULTS.get(column), where, notes)
    _materials(table, out, where)
    electrolyte_kind = out["electrolyte"].map(lambda name: materials.electrolyte(name).kind)
    inactive = _inactive(out, electrolyte_kind)
    for column in c.OVERRIDES:
        out[column] = override(table, column, where)
    wet = electrolyte_kind.isin(LIQUID_KINDS)
    if (idle := wet & out["interface_resistance_ohm_cm2"].notna()).any():
        out.loc[idle, "interface_resistance_ohm_cm2"] = np.nan
        notes.append(
            f"interface_resistance_ohm_cm2 only acts on a solid electrolyte: left out in {int(idle.sum())} row(s)"
        )
    graded = _graded_tortuosity(out, where)
    if graded.any():  # then the column itself is not asked for
        plain = table["tortuosity"] if "tortuosity" in table.columns else missing(table)
        table = table.assign(tortuosity=plain.mask(graded, out["tortuosity_top"]))
    for column, limits in _RANGES.items():
        out[column] = numbers(table, column, limits, inactive.get(column), where, notes)
    _planar_patterns(out)
    _modifiers(table, out, electrolyte_kind, where, notes)
    mean = mean_weight(out["gradient_exponent"], out["layers"])
    along = out["tortuosity_bottom"] + (out["tortuosity_top"] - out["tortuosity_bottom"]) * mean
    out["tortuosity"] = out["tortuosity"].mask(graded, along)
    porous = out["framework"] != "none"
    out.loc[~wet, "additives"] = "none"
    out.loc[~porous, ["conductor_top", "conductor_bottom"]] = 1.0
    for end in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
        _check_sum(out, end, where)
    return out[list(c.DESIGN_COLUMNS)], notes


def _materials(table: pd.DataFrame, out: pd.DataFrame, where: str) -> None:
    """Phase materials: as given, else the framework where it is of that kind, else a documented one."""
    solids = materials.solids
    for column, (phase, _) in _MATERIAL_PHASE.items():
        default = out["framework"].map(lambda name, column=column: default_material(column, name))
        if column not in table.columns:
            out[column] = default.astype(object)
            continue
        text = table[column].map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
        chosen = text.where(text != "", default).astype(object)
        known = [name for name, solid in solids.items() if solid.phase == phase]
        unknown = (~chosen.isin(known)).to_numpy()
        refuse(unknown, _unknown(phase, chosen, known, where, column))
        out[column] = chosen


def _unknown(
    phase: str, chosen: pd.Series, known: list[str], where: str, column: str
) -> Callable[[int], MaterialError]:
    return lambda row: MaterialError(
        f"unknown {phase}",
        where=where,
        value=chosen.iloc[row],
        limit=", ".join(known),
        row=row,
        column=column,
    )


def default_material(column: str, framework: str) -> str:
    """What a phase is made of where ``column`` (conductor_material and its like) is not given."""
    phase, fallback = _MATERIAL_PHASE[column]
    entry = materials.framework(framework)
    own_phase = "conductor" if entry.phase == "none" else entry.phase  # a planar foil is a conductor
    return entry.material if own_phase == phase else fallback


def deepest_cut_um(electrolyte: str, tables: MaterialTables | None = None) -> float:
    """Depth (um) to which channels can be cut into the pellet of an electrolyte; 0 where there is no pellet."""
    entry = (tables or materials.shipped_tables()).electrolyte(electrolyte)
    thickness = 1e6 * entry.separator_thickness.si
    if entry.kind not in PELLET_KINDS or thickness < THINNEST_CUT_UM:
        return 0.0
    return round(0.5 * DEEPEST_CUT * thickness, 6)


def _inactive(out: pd.DataFrame, electrolyte_kind: pd.Series) -> dict[str, np.ndarray]:
    """For each column that does not act in some rows, the mask of those rows."""
    planar = (out["framework"] == "none").to_numpy()
    cut = {name: deepest_cut_um(name) > 0.0 for name in out["electrolyte"].unique()}
    unpatterned = ~out["electrolyte"].map(cut).to_numpy(dtype=bool)
    inactive = dict.fromkeys(
        [*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM, *(name for name in c.GEOMETRY)], planar
    )
    no_agent = planar | (out["agent"] == "none").to_numpy()
    inactive |= {"agent_top": no_agent, "agent_bottom": no_agent}
    inactive |= dict.fromkeys(c.PATTERN, unpatterned)
    inactive["stack_pressure_MPa"] = electrolyte_kind.isin(LIQUID_KINDS).to_numpy()
    return inactive


def _graded_tortuosity(out: pd.DataFrame, where: str) -> pd.Series:
    """Rows whose tortuosity is given at both ends; on a planar foil both ends are emptied."""
    ends = list(c.TORTUOSITY_ENDS)
    out.loc[out["framework"] == "none", ends] = np.nan
    given = out[ends].notna()
    half = (given.sum(axis=1) == 1).to_numpy()
    if half.any():
        row = int(half.argmax())
        absent = next(name for name in ends if not given[name].iloc[row])
        raise DesignError(
            "empty although the other end is given",
            where=where,
            limit="both ends of the tortuosity or neither",
            remedy="give both, or tortuosity for the whole host",
            row=row,
            column=absent,
        )
    return given.all(axis=1)


def _modifiers(
    table: pd.DataFrame, out: pd.DataFrame, electrolyte_kind: pd.Series, where: str, notes: list[str]
) -> None:
    """What else is done to the host or the cell; neutral unless given, and neutral where it cannot act."""
    absent = [name for name in c.MODIFIERS if name not in table.columns]
    if absent:
        defaults = ", ".join(f"{MODIFIER_DEFAULTS[name]}".removesuffix(".0") for name in absent)
        notes.append(f"{', '.join(absent)} not given: {defaults}")
    planar = (out["framework"] == "none").to_numpy()
    inactive = {"layers": planar, "skin_coverage": planar}
    inactive["mass_transfer_factor"] = (electrolyte_kind != "liquid").to_numpy()
    inactive["pulse_factor"] = (~electrolyte_kind.isin(PELLET_KINDS)).to_numpy()
    for column, limits in MODIFIER_RANGES.items():
        said = [] if column in absent else notes
        out[column] = numbers(table, column, limits, inactive[column], where, said)
        if column not in absent:
            given = pd.to_numeric(table[column], errors="coerce")
            _tell_ignored(
                column, inactive[column] & (given.notna() & (given != limits.null)).to_numpy(), notes
            )
    told = [] if "doping" in absent else notes
    doping = identifiers(table, "doping", c.DOPANTS, NO_DOPING, where, told)
    pairs = zip(doping, out["conductor_material"], strict=True)
    wrong = planar | np.array([name not in materials.dopant(dopant).solids for dopant, name in pairs])
    ignored = wrong & (doping != NO_DOPING).to_numpy()
    _tell_ignored("doping", ignored, notes)
    out["doping"] = doping.mask(ignored, NO_DOPING)


def _tell_ignored(column: str, ignored: np.ndarray, notes: list[str]) -> None:
    if ignored.any():
        acts, null = _WHERE_MODIFIERS_ACT[column], MODIFIER_DEFAULTS[column]
        notes.append(f"{column} only acts {acts}: taken as {null} in {int(ignored.sum())} row(s)")


def _planar_patterns(out: pd.DataFrame) -> None:
    """A channel without width or without depth is no channel: both columns become 0."""
    planar = (out[list(c.PATTERN)] <= 0).any(axis=1)
    out.loc[planar, list(c.PATTERN)] = 0.0


def _check_sum(out: pd.DataFrame, parts: Iterable[str], where: str) -> None:
    parts = list(parts)
    total = out[parts].sum(axis=1)
    wrong = ((total - 1.0).abs() > SUM_TOLERANCE).to_numpy()
    refuse(
        wrong,
        lambda row: DesignError(
            f"{' + '.join(parts)} is {total.iloc[row]:.6g}",
            where=where,
            limit="volume fractions of the solid at one end sum to 1",
            remedy="rescale the fractions (an absent one counts as 0)",
            row=row,
            column=parts[0],
        ),
    )
    rescale = (total - 1.0).abs() > 1e-12  # leave a complete table exactly as it is
    out.loc[rescale, parts] = out.loc[rescale, parts].div(total[rescale], axis=0)
