"""Designs as they were told, read against the space of today: what lies outside still teaches.

Data flow: observations, pending designs and candidates -> columns and categories under their names of today
(``renamed``), parts of mixtures that were added since at zero (``absent_parts``) -> missing, misspelt and wrongly
summed values refused, sums that weighing broke put right (``sums``) -> which rows are inside the space, an encoder
of a space wide enough for all that was told, and a note for each table that has rows outside. Candidates outside are
left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, LihostWarning, refuse_rows
from surrogate.optimization.absent_parts import with_absent_parts
from surrogate.optimization.renamed import with_names_of_today
from surrogate.optimization.sums import Wrong, mended
from surrogate.space import Categorical, Continuous, Encoder, Restriction, Simplex, Space
from surrogate.space.constraints import Violation
from surrogate.space.rounded_sums import EXACT

OBSERVATIONS, PENDING, CANDIDATES = "observations", "pending", "candidates"
_SHOWN = 4  # kinds of fault in a note


class DesignWarning(LihostWarning):
    """Designs that were given lie outside the space, or had a sum that was put right."""


@dataclass(frozen=True)
class Designs:
    """The designs of one table.

    Parameters
    ----------
    table : DataFrame
        The space's columns, n rows with the index as given; columns that do not act at their null.
    inside : array of bool, (n,)
        Whether each row is in the space of today; what breaks nonlinear constraints may well have been made.
    """

    table: pd.DataFrame
    inside: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.table)


@dataclass(frozen=True)
class Told:
    """All that was told of designs.

    Parameters
    ----------
    observed, pending : Designs
        Measured, and being made.
    candidates : DataFrame or None
        Those in the space.
    encoder : Encoder
        Of a space that holds all of it: that of today, with further categories and wider limits where needed.
    notes : list of str
        What was put right, and what lies outside.
    """

    observed: Designs
    pending: Designs
    candidates: pd.DataFrame | None
    encoder: Encoder
    notes: list[str]


def read_designs(
    space: Space,
    observations: pd.DataFrame | None,
    pending: pd.DataFrame | None,
    candidates: pd.DataFrame | None,
) -> Told:
    """Read all designs that were told.

    A row may be outside the space in its categories, limits, constraints and restrictions. A sum that is off by less
    than 1 % of its total (``sums.near``) is put right; the sum of a ``Simplex`` that is farther off is refused,
    and so is that of an ``==`` constraint without coefficients, unless most rows break it: then it is younger than
    they are.

    Parameters
    ----------
    space : Space
        What may be proposed today.
    observations, pending, candidates : DataFrame, optional
        As for ``propose``.

    Returns
    -------
    Told

    Raises
    ------
    DesignError
        Naming row and column: for a missing column or value, text where a number belongs, a category that is another
        spelling of one in the space, a fraction below 0, a wrong sum, a number that a log scale cannot take, and for
        candidates of which none is in the space.
    """
    given = {OBSERVATIONS: observations, PENDING: pending, CANDIDATES: candidates}
    full, notes = dict[str, pd.DataFrame](), list[str]()
    for where, table in given.items():
        if table is not None and len(table):
            renamed = with_names_of_today(space, table, where)
            full[where], filled = with_absent_parts(space, renamed, where)
            notes += filled
    for where, table in full.items():
        _refuse_categories(space, table, where)
    with_levels = _with_levels(space, full.values())
    read, wrong = {}, {}
    for where, table in full.items():
        complete = with_levels.with_nulls(table, where)
        _refuse_numbers(with_levels, complete, where)
        found = mended(space, complete, where)
        read[where], wrong[where] = found.table, found.wrong
        notes += found.notes
    _refuse_sums({one: (read[one], wrong[one], full[one]) for one in (OBSERVATIONS, PENDING) if one in read})
    designs = {}
    for where, table in read.items():
        broken = space.check(table, EXACT, nonlinear="none")
        designs[where] = Designs(table, _inside(space, table, broken))
        outside = [one for one in broken if not designs[where].inside[one.row]]
        if outside and where == CANDIDATES and not designs[where].inside.any():
            raise _with_remedy(outside[0], where)
        notes += _note(outside, designs[where], where)
    nothing = Designs(pd.DataFrame({column: [] for column in space.columns}), np.zeros(0, dtype=bool))
    observed, started = designs.get(OBSERVATIONS, nothing), designs.get(PENDING, nothing)
    if CANDIDATES in designs:
        candidates = designs[CANDIDATES].table[designs[CANDIDATES].inside]
    encoder = Encoder(_wide_enough(space, with_levels, [observed, started]))
    return Told(observed, started, candidates, encoder, notes)


def _refuse_categories(space: Space, table: pd.DataFrame, where: str) -> None:
    """Refuse missing columns and categories, and what is another spelling of a known one."""
    for column in space.columns:
        if column not in table.columns:
            raise DesignError(
                "a parameter column is missing",
                where=where,
                column=column,
                remedy="add the column, or leave the parameter out of the space",
            )
    for parameter in space.layout.categoricals:
        spelt = {_plain(value): value for value in parameter}
        for row, value in enumerate(table[parameter.name].tolist()):
            if not _can_be_category(value):
                raise DesignError(
                    "a category is missing" if _is_empty(value) else "neither text nor a number",
                    where=where, row=row, column=parameter.name, value=value, limit=parameter.allowed,
                    remedy="write what was made, or leave the row out",
                )  # fmt: skip
            known = spelt.get(_plain(value))
            if known is not None and parameter.code(value) < 0:
                raise DesignError(
                    "another spelling of a category",
                    where=where, row=row, column=parameter.name, value=value, limit=parameter.allowed,
                    remedy=f"write {known!r}",
                )  # fmt: skip


def _can_be_category(value: Any) -> bool:
    """Say whether a value is text or a finite number, as the values of a ``Categorical`` are."""
    if isinstance(value, bool | np.bool_):
        return False
    return isinstance(value, str) or (isinstance(value, Real) and bool(np.isfinite(float(value))))


def _is_empty(value: Any) -> bool:
    """Say whether a cell of a table is empty."""
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _plain(value: Any) -> str:
    """Write a category without what spellings differ in."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return " ".join(str(value).casefold().split())


def _with_levels(space: Space, tables: Iterable[pd.DataFrame]) -> Space:
    """Add the categories that only the tables have; nothing but the nulls of columns is kept of the restrictions."""
    more: dict[str, list[Any]] = {}
    for table in tables:
        for parameter in space.layout.categoricals:
            unknown = [one for one in table[parameter.name].tolist() if parameter.code(one) < 0]
            more.setdefault(parameter.name, []).extend(unknown)
    parameters = [
        Categorical(one.name, tuple(dict.fromkeys([*one, *more.get(one.name, [])])))
        if isinstance(one, Categorical)
        else one
        for one in space.parameters
    ]
    return Space(parameters, restrictions=_nulls(space)) if any(more.values()) else space


def _nulls(space: Space) -> list[Restriction]:
    """Return the restrictions as far as they say in which designs a column does not act."""
    return [Restriction(one.when, one.reason, fix=one.fix) for one in space.restrictions if one.fix]


def _refuse_numbers(space: Space, table: pd.DataFrame, where: str) -> None:
    """Refuse missing numbers, fractions below 0, and what a log scale cannot take."""
    codes, values = space.layout.parse(table)
    _, held = space.regions.fixed(codes)

    def error(what: str, row: int, i: int, limit: str, remedy: str) -> DesignError:
        value = table[space.numeric[i]].tolist()[row]
        return DesignError(
            what, where=where, row=row, column=space.numeric[i], value=value, limit=limit, remedy=remedy
        )

    for row, i in np.argwhere(~np.isfinite(values))[:1]:
        raise error(
            "a number is missing", int(row), int(i), "a finite number",
            "write what was made, or leave the row out; only objectives may be empty (NaN)",
        )  # fmt: skip
    parts = [
        part for parameter in space.parameters if isinstance(parameter, Simplex) for part in parameter.columns
    ]
    negative = (values < -EXACT) & np.isin(space.numeric, parts)
    for row, i in np.argwhere(negative)[:1]:
        raise error(
            "a fraction is below 0", int(row), int(i), "0 to 1", "write 0 for a part that is not there"
        )
    for row, i in np.argwhere((values <= 0.0) & space.layout.log & ~held)[:1]:
        raise error(
            "a column on a log scale cannot take this value", int(row), int(i), "> 0",
            "leave the row out, or make the parameter with log=False",
        )  # fmt: skip


def _refuse_sums(tables: dict[str, tuple[pd.DataFrame, list[Wrong], pd.DataFrame]]) -> None:
    """Refuse wrong sums of mixtures, and of constraints that at least half of all rows keep.

    Of each table: the designs, their wrong sums, and the table as it was given.
    """
    broken, acting = Counter[str](), Counter[str]()
    for _, wrong, _ in tables.values():
        for one in wrong:
            broken[one.total.name] += len(one.rows)
            acting[one.total.name] += one.acting
    for where, (table, wrong, given) in tables.items():
        for one in wrong:
            younger = one.total.plain and 2 * broken[one.total.name] > acting[one.total.name]
            if one.total.mixture or (one.total.plain and not younger):
                refuse_rows(one.rows, partial(one.error, table=table, where=where, given=given))


def _inside(space: Space, table: pd.DataFrame, broken: list[Violation]) -> NDArray[np.bool_]:
    """Say of each row (n,) whether it is in the space, as it is or rounded to what can be set."""
    inside = np.ones(len(table), dtype=bool)
    inside[[one.row for one in broken]] = False
    known = (space.layout.parse(table)[0] >= 0).all(axis=1)
    if (doubtful := ~inside & known).any():
        inside[doubtful] = space.contains(space.canonical(table[doubtful]), nonlinear="none")
    return inside


def _wide_enough(space: Space, with_levels: Space, told: list[Designs]) -> Space:
    """Widen the limits of numbers to all that was told; return the space itself where it holds everything."""
    table = pd.concat([one.table for one in told if len(one)] or [told[0].table])
    codes, values = with_levels.layout.parse(table)
    _, held = with_levels.regions.fixed(codes)
    parameters: list[Any] = []
    for one in with_levels.parameters:
        if isinstance(one, Continuous):
            i = space.numeric.index(one.name)
            acting = values[~held[:, i], i]
            low, high = acting.min(initial=one.lower), acting.max(initial=one.upper)
            beyond = low < one.lower - EXACT * (one.upper - one.lower) or high > one.upper + EXACT * (
                one.upper - one.lower
            )
            parameters.append(Continuous(one.name, low, high, log=one.log) if beyond else one)
        else:
            parameters.append(one)
    if all(new is old for new, old in zip(parameters, space.parameters, strict=True)):
        return space
    return Space(parameters, restrictions=_nulls(space))


def _with_remedy(one: Violation, where: str) -> DesignError:
    what, limit = one.said
    return DesignError(
        what, where=where, row=one.row, column=one.column, value=one.value, limit=limit,
        remedy="none of the candidates is in the space: widen it, or give candidates that are in it",
    )  # fmt: skip


def _note(outside: list[Violation], designs: Designs, where: str) -> list[str]:
    """Say how many rows of a table are outside and in what: no sentence or one."""
    if not outside:
        return []
    kinds: dict[tuple[str, str, str], list[Violation]] = {}
    for one in outside:
        kinds.setdefault((one.column, *one.said), []).append(one)
    said = []
    for (column, reason, limit), found in list(kinds.items())[:_SHOWN]:
        rows = len({one.row for one in found})
        allowed = f"; allowed: {limit}" if limit else ""
        said.append(
            f"{column}: {reason} in {rows:,} (first: row {found[0].row + 1}, {_shown(found[0].value)}{allowed})"
        )
    if len(kinds) > _SHOWN:
        said.append(f"and {len(kinds) - _SHOWN} more kinds")
    does = {
        OBSERVATIONS: "they are learned from and never proposed",
        PENDING: "the proposals are chosen without them",
        CANDIDATES: "they are left out",
    }[where]
    n = int((~designs.inside).sum())
    return [
        f"{where}: {n:,} of {len(designs):,} rows lie outside the space, and {does}. In what: {'; '.join(said)}"
    ]


def _shown(value: Any) -> str:
    """Write a value of a note: numbers with six digits, those of several columns one after the other."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    return f"{value:.6g}" if isinstance(value, float) else str(value)
