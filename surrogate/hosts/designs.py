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
from surrogate.hosts.cells import idle_where
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.entries import identifiers, missing, numbers, override, refuse
from surrogate.hosts.gradient import mean_weight
from surrogate.hosts.registry import Column, Columns
from surrogate.units import convert_columns

SUM_TOLERANCE = 1e-6  # of a composition as typed; a complete table sums to 1 within rounding


def normalise_designs(
    designs: pd.DataFrame, where: str = "designs", columns: Columns = COLUMNS
) -> tuple[pd.DataFrame, list[str]]:
    """Complete, checked designs and one sentence for each default taken or unit converted.

    Parameters: ``designs``, one row a host, with any of ``columns`` (other units in the names are
    converted, other columns left out); ``framework`` is required, and for a porous framework so are its
    composition, porosity, pore sizes and thickness. ``where`` names the table in messages.

    Returns (n x columns, same index; only the expert overrides may be NaN), notes. Where the ends of the
    tortuosity are given, ``tortuosity`` becomes their mean over depth.

    Raises DesignError or MaterialError with the row and column, UnitError for a wrong unit.
    """
    if designs.empty:
        raise DesignError("the table of designs has no rows", where=where, remedy="give at least one design")
    if designs.columns.duplicated().any():
        twice = str(designs.columns[designs.columns.duplicated()][0])
        raise DesignError(f"column {twice!r} appears twice", where=where, remedy="keep one", column=twice)
    table, notes = convert_columns(designs, columns.names, where)
    plain = [one for one in columns.values() if one.role in ("choice", "condition")]
    out = pd.DataFrame(index=table.index)
    for one in plain:
        if one.kind == "identifier" and not one.phase:
            out[one.name] = identifiers(table, one, where, notes)
    _materials(table, out, where, columns)
    _overrides(table, out, where, columns, notes)
    graded = _graded_tortuosity(out, where)
    if graded.any():  # then the column itself is not asked for
        given = table["tortuosity"] if "tortuosity" in table.columns else missing(table)
        table = table.assign(tortuosity=given.mask(graded, out["tortuosity_top"]))
    for one in plain:
        if one.kind == "number":
            out[one.name] = numbers(table, one, _idle(one, out), where, notes)
    _planar_patterns(out)
    _modifiers(table, out, where, columns, notes)
    mean = mean_weight(out["gradient_exponent"], out["layers"])
    along = out["tortuosity_bottom"] + (out["tortuosity_top"] - out["tortuosity_bottom"]) * mean
    out["tortuosity"] = out["tortuosity"].mask(graded, along)
    for one in plain:
        if one.kind == "identifier":
            out.loc[_idle(one, out), one.name] = one.null
    for end in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
        _check_sum(out, end, where)
    return out[list(columns.names)], notes


def _idle(column: Column, out: pd.DataFrame) -> np.ndarray:
    """The rows in which a column does not act (n,)."""
    idle = np.zeros(len(out), dtype=bool)
    for name, values in idle_where(column.acts).items():
        idle |= out[name].isin(values).to_numpy()
    return idle


def _materials(table: pd.DataFrame, out: pd.DataFrame, where: str, columns: Columns) -> None:
    """Phase materials: as given, else the framework where it is of that kind, else a documented one."""
    for column in columns.materials:
        phase = columns[column].phase
        default = out["framework"].map(lambda name, column=column: default_material(column, name, columns))
        if column not in table.columns:
            out[column] = default.astype(object)
            continue
        text = table[column].map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
        chosen = text.where(text != "", default).astype(object)
        known = [name for name, solid in materials.solids.items() if solid.phase == phase]
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


def default_material(column: str, framework: str, columns: Columns = COLUMNS) -> str:
    """What a phase is made of where ``column`` (conductor_material and its like) is not given."""
    entry = materials.framework(framework)
    own_phase = "conductor" if entry.phase == "none" else entry.phase  # a planar foil is a conductor
    return entry.material if own_phase == columns[column].phase else str(columns[column].default)


def _overrides(
    table: pd.DataFrame, out: pd.DataFrame, where: str, columns: Columns, notes: list[str]
) -> None:
    """Measured values; NaN where there are none and where they do not act. What is lost in a porous host is said."""
    for name in columns.overrides:
        out[name] = override(table, columns[name], where)
    for name in columns.overrides:
        acts = columns[name].acts
        idle = _idle(columns[name], out) & out[name].notna().to_numpy()
        out.loc[idle, name] = np.nan
        if idle.any() and acts != "in a porous host":
            notes.append(f"{name} only acts {acts}: left out in {int(idle.sum())} row(s)")


def _graded_tortuosity(out: pd.DataFrame, where: str) -> pd.Series:
    """Rows whose tortuosity is given at both ends."""
    ends = list(c.TORTUOSITY_ENDS)
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
    table: pd.DataFrame, out: pd.DataFrame, where: str, columns: Columns, notes: list[str]
) -> None:
    """What else is done to the host or the cell; neutral unless given, and neutral where it cannot act."""
    absent = [name for name in columns.modifiers if name not in table.columns]
    if absent:
        defaults = ", ".join(f"{columns.neutral[name]}".removesuffix(".0") for name in absent)
        notes.append(f"{', '.join(absent)} not given: {defaults}")
    entries = [columns[name] for name in columns.modifiers]
    for one in entries:
        if one.kind == "number":
            idle = _idle(one, out)
            out[one.name] = numbers(table, one, idle, where, [] if one.name in absent else notes)
            if one.name not in absent:
                given = pd.to_numeric(table[one.name], errors="coerce")
                _tell_ignored(one, idle & (given.notna() & (given != one.null)).to_numpy(), notes)
    for one in entries:
        if one.kind == "identifier":
            chosen = identifiers(table, one, where, [] if one.name in absent else notes)
            ignored = _out_of_place(one, chosen, out) & (chosen != one.null).to_numpy()
            _tell_ignored(one, ignored, notes)
            out[one.name] = chosen.mask(ignored, one.null)


def _out_of_place(column: Column, chosen: pd.Series, out: pd.DataFrame) -> np.ndarray:
    """Where an identifier does not act; a dopant also where the conductor does not take it."""
    idle = _idle(column, out)
    if column.acts == "on a carbon conductor":
        pairs = zip(chosen, out["conductor_material"], strict=True)
        idle = idle | np.array([solid not in materials.dopant(name).solids for name, solid in pairs])
    return idle


def _tell_ignored(column: Column, ignored: np.ndarray, notes: list[str]) -> None:
    if ignored.any():
        notes.append(
            f"{column.name} only acts {column.acts}: taken as {column.null} in {int(ignored.sum())} row(s)"
        )


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
