"""From any table of designs a person gives to the one complete form that the rest of the package reads.

Data flow: raw table -> units converted -> identifiers checked -> defaults filled -> inactive columns set to
their null -> numbers checked against their accepted range -> sums checked. Each step works on whole columns;
the first fault found is raised with its row and column.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.design import columns as c
from surrogate.design.ranges import CONDITION_RANGES, FRACTION, HOST_RANGES, OVERRIDE_RANGES, Range
from surrogate.errors import DesignError, MaterialError
from surrogate.units import convert_columns

SUM_TOLERANCE = 1e-6  # of a composition as typed; a complete table sums to 1 within rounding
LIQUID_KINDS = frozenset({"liquid", "gel"})
PATTERN_KINDS = frozenset({"sulfide", "oxide", "nitride", "halide"})

_IDENTIFIERS: dict[str, tuple[str, ...]] = {
    "framework": c.FRAMEWORKS,
    "agent": c.AGENTS,
    "electrolyte": c.ELECTROLYTES,
    "additives": c.ADDITIVES,
}
_IDENTIFIER_DEFAULTS = {"agent": "none", "electrolyte": "liquid_ether", "additives": "none"}
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

    Returns (n x DESIGN_COLUMNS, same index; only the expert overrides may be NaN), notes.

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
        out[column] = _identifiers(table, column, known, where, notes)
    _materials(table, out, where)
    electrolyte_kind = out["electrolyte"].map(lambda name: materials.electrolyte(name).kind)
    inactive = _inactive(out, electrolyte_kind)
    for column, limits in _RANGES.items():
        out[column] = _numbers(table, column, limits, inactive.get(column), where, notes)
    _planar_patterns(out)
    for column in c.OVERRIDES:
        out[column] = _overrides(table, column, where)
    porous = out["framework"] != "none"
    out.loc[~electrolyte_kind.isin(LIQUID_KINDS), "additives"] = "none"
    out.loc[~porous, ["conductor_top", "conductor_bottom"]] = 1.0
    for end in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
        _check_sum(out, end, where)
    return out[list(c.DESIGN_COLUMNS)], notes


def _identifiers(
    table: pd.DataFrame, column: str, known: tuple[str, ...], where: str, notes: list[str]
) -> pd.Series:
    default = _IDENTIFIER_DEFAULTS.get(column)
    if column not in table.columns:
        notes.append(f"{column} not given: {default}")
        return pd.Series([default] * len(table), index=table.index, dtype=object)
    given = table[column]
    text = given.map(lambda value: "" if pd.isna(value) else str(value).strip().lower()).astype(object)
    empty = (text == "").to_numpy()
    if empty.any() and default is None:
        raise DesignError(
            "empty", where=where, limit=", ".join(known), row=int(empty.argmax()), column=column
        )
    if empty.any():
        notes.append(f"{column} empty in {int(empty.sum())} row(s): {default}")
        text[empty] = default
    unknown = (~text.isin(known)).to_numpy()
    if unknown.any():
        row = int(unknown.argmax())
        near = get_close_matches(str(text.iloc[row]), known, n=1)
        raise MaterialError(
            f"unknown {column}",
            where=where,
            value=given.iloc[row],
            limit=", ".join(known),
            remedy=f"did you mean {near[0]!r}?" if near else "use one of these identifiers",
            row=row,
            column=column,
        )
    return text


def _materials(table: pd.DataFrame, out: pd.DataFrame, where: str) -> None:
    """Phase materials: as given, else the framework where it is of that kind, else a documented one."""
    solids = materials.solids
    for column, (phase, fallback) in _MATERIAL_PHASE.items():
        default = out["framework"].map(
            lambda name, phase=phase, fallback=fallback: _own(name, phase, fallback)
        )
        if column not in table.columns:
            out[column] = default.astype(object)
            continue
        text = table[column].map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
        chosen = text.where(text != "", default).astype(object)
        known = [name for name, solid in solids.items() if solid.phase == phase]
        unknown = (~chosen.isin(known)).to_numpy()
        if unknown.any():
            row = int(unknown.argmax())
            raise MaterialError(
                f"unknown {phase}",
                where=where,
                value=chosen.iloc[row],
                limit=", ".join(known),
                row=row,
                column=column,
            )
        out[column] = chosen


def _own(framework: str, phase: str, fallback: str) -> str:
    entry = materials.framework(framework)
    own_phase = "conductor" if entry.phase == "none" else entry.phase  # a planar foil is a conductor
    return entry.material if own_phase == phase else fallback


def _inactive(out: pd.DataFrame, electrolyte_kind: pd.Series) -> dict[str, np.ndarray]:
    """For each column that does not act in some rows, the mask of those rows."""
    planar = (out["framework"] == "none").to_numpy()
    unpatterned = ~electrolyte_kind.isin(PATTERN_KINDS).to_numpy()
    inactive = dict.fromkeys(
        [*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM, *(name for name in c.GEOMETRY)], planar
    )
    no_agent = planar | (out["agent"] == "none").to_numpy()
    inactive |= {"agent_top": no_agent, "agent_bottom": no_agent}
    inactive |= dict.fromkeys(c.PATTERN, unpatterned)
    inactive["stack_pressure_MPa"] = electrolyte_kind.isin(LIQUID_KINDS).to_numpy()
    return inactive


def _numbers(
    table: pd.DataFrame, column: str, limits: Range, inactive: np.ndarray | None, where: str, notes: list[str]
) -> pd.Series:
    active = np.ones(len(table), dtype=bool) if inactive is None else ~inactive
    values = _to_float(table, column, active, where) if column in table.columns else _missing(table)
    values[~active] = limits.null
    absent = values.isna().to_numpy() & active
    if absent.any():
        if limits.default is None:
            row = int(absent.argmax())
            raise DesignError(
                "missing" if column not in table.columns else "empty",
                where=where,
                limit=f"{limits.accepted[0]:g} to {limits.accepted[1]:g} ({limits.why})",
                remedy=f"give {column} for every porous framework",
                row=row,
                column=column,
            )
        values[absent] = limits.default
        notes.append(f"{column} not given in {int(absent.sum())} row(s): {limits.default:g}")
    low, high = limits.accepted
    outside = active & ~((values >= low) & (values <= high)).to_numpy()
    if outside.any():
        row = int(outside.argmax())
        raise DesignError(
            "outside its limits",
            where=where,
            value=float(values.iloc[row]),
            limit=f"{low:g} to {high:g} ({limits.why})",
            remedy="check the value and its unit",
            row=row,
            column=column,
        )
    return values


def _missing(table: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, index=table.index, dtype=float)


def _to_float(table: pd.DataFrame, column: str, active: np.ndarray, where: str) -> pd.Series:
    given = table[column]
    values = pd.to_numeric(given, errors="coerce").astype(float)
    text_empty = given.map(lambda value: isinstance(value, str) and value.strip() == "").astype(bool)
    bad = (given.notna() & ~text_empty & values.isna()).to_numpy() & active
    if bad.any():
        row = int(bad.argmax())
        raise DesignError("not a number", where=where, value=given.iloc[row], row=row, column=column)
    return values.copy()


def _overrides(table: pd.DataFrame, column: str, where: str) -> pd.Series:
    if column not in table.columns:
        return _missing(table)
    values = _to_float(table, column, np.ones(len(table), dtype=bool), where)
    low, high = OVERRIDE_RANGES[column]
    outside = (values.notna() & ~((values >= low) & (values <= high))).to_numpy()
    if outside.any():
        row = int(outside.argmax())
        raise DesignError(
            "outside its limits",
            where=where,
            value=float(values.iloc[row]),
            limit=f"{low:g} to {high:g}",
            row=row,
            column=column,
        )
    return values


def _planar_patterns(out: pd.DataFrame) -> None:
    """A channel without width or without depth is no channel: both columns become 0."""
    planar = (out[list(c.PATTERN)] <= 0).any(axis=1)
    out.loc[planar, list(c.PATTERN)] = 0.0


def _check_sum(out: pd.DataFrame, parts: Iterable[str], where: str) -> None:
    parts = list(parts)
    total = out[parts].sum(axis=1)
    wrong = ((total - 1.0).abs() > SUM_TOLERANCE).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        raise DesignError(
            f"{' + '.join(parts)} is {total.iloc[row]:.6g}",
            where=where,
            limit="volume fractions of the solid at one end sum to 1",
            remedy="rescale the fractions (an absent one counts as 0)",
            row=row,
            column=parts[0],
        )
    rescale = (total - 1.0).abs() > 1e-12  # leave a complete table exactly as it is
    out.loc[rescale, parts] = out.loc[rescale, parts].div(total[rescale], axis=0)
