"""One column of a person's table of designs: identifiers, numbers and measured values, read and checked.

Every fault is raised with the table's name, the row and the column, the limit and what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

import numpy as np
import pandas as pd

from surrogate.errors import DesignError, InputError, MaterialError
from surrogate.hosts.registry import Column

REMEDY = "check the value and its unit"
MOST_ROWS = 100  # for which one fault is told


def refuse(bad: np.ndarray, fault: Callable[[int], InputError]) -> None:
    """Raise the fault of the first bad row (bad: one boolean a row), with those of further rows as its ``also``."""
    rows = np.flatnonzero(bad)[:MOST_ROWS].tolist()
    if rows:
        first, *more = [fault(row) for row in rows]
        first.also = tuple(more)
        raise first


def identifiers(table: pd.DataFrame, entry: Column, where: str, notes: list[str]) -> pd.Series:
    """Known identifiers in lower case; an absent or empty one is the default, None where it has to be given.

    Raises DesignError for an absent or empty one without default, MaterialError for an unknown one.
    """
    column, known, default = entry.name, entry.identifiers, entry.default
    if column not in table.columns:
        if default is None:
            raise DesignError("missing", where=where, limit=", ".join(known), column=column)
        notes.append(f"{column} not given: {default}")
        return pd.Series([default] * len(table), index=table.index, dtype=object)
    given = table[column]
    text = given.map(lambda value: "" if pd.isna(value) else str(value).strip().lower()).astype(object)
    empty = (text == "").to_numpy()
    if default is None:
        allowed = ", ".join(known)
        refuse(empty, lambda row: DesignError("empty", where=where, limit=allowed, row=row, column=column))
    if empty.any():
        notes.append(f"{column} empty in {int(empty.sum())} row(s): {default}")
        text[empty] = default
    unknown = (~text.isin(known)).to_numpy()

    def fault(row: int) -> MaterialError:
        near = get_close_matches(str(text.iloc[row]), known, n=1)
        return MaterialError(
            f"unknown {column}",
            where=where,
            value=given.iloc[row],
            limit=", ".join(known),
            remedy=f"did you mean {near[0]!r}?" if near else "use one of these identifiers",
            row=row,
            column=column,
        )

    refuse(unknown, fault)
    return text


def numbers(table: pd.DataFrame, entry: Column, idle: np.ndarray, where: str, notes: list[str]) -> pd.Series:
    """Numbers within their limits; the null where the column does not act, the default where it is empty.

    Raises DesignError for what is not a number, outside the limits, or absent without a default.
    """
    column, active = entry.name, ~idle
    values = _to_float(table, column, active, where) if column in table.columns else missing(table)
    values[idle] = entry.null
    absent = values.isna().to_numpy() & active
    allowed = entry.allowed
    if absent.any():
        given = column in table.columns
        if entry.default is None or (given and not entry.blank):
            remedy = f"give {column} for every porous framework"
            if entry.default is not None:
                remedy = f"give it in every row, or leave the column out: then it is {entry.default:g} in all"
            what = "empty" if given else "missing"
            refuse(
                absent,
                lambda row: DesignError(
                    what, where=where, limit=allowed, remedy=remedy, row=row, column=column
                ),
            )
        values[absent] = entry.default
        notes.append(f"{column} not given in {int(absent.sum())} row(s): {entry.default:g}")
    low, high = entry.limits
    outside = active & ~((values >= low) & (values <= high)).to_numpy()
    broken = active & (values % 1.0 != 0.0).to_numpy() if entry.whole else np.zeros(len(table), dtype=bool)

    def fault(what: str, remedy: str) -> Callable[[int], DesignError]:
        return lambda row: DesignError(
            what,
            where=where,
            value=float(values.iloc[row]),
            limit=allowed,
            remedy=remedy,
            row=row,
            column=column,
        )

    refuse(outside, fault("outside its limits", REMEDY))
    refuse(broken, fault("not a whole number", "give a whole number"))
    return values


def missing(table: pd.DataFrame) -> pd.Series:
    """One NaN a row."""
    return pd.Series(np.nan, index=table.index, dtype=float)


def _to_float(table: pd.DataFrame, column: str, active: np.ndarray, where: str) -> pd.Series:
    given = table[column]
    values = pd.to_numeric(given, errors="coerce").astype(float)
    text_empty = given.map(lambda value: isinstance(value, str) and value.strip() == "").astype(bool)
    bad = (given.notna() & ~text_empty & values.isna()).to_numpy() & active
    refuse(
        bad,
        lambda row: DesignError("not a number", where=where, value=given.iloc[row], row=row, column=column),
    )
    return values.copy()


def override(table: pd.DataFrame, entry: Column, where: str) -> pd.Series:
    """Measured values within their limits, NaN where there are none. Raises DesignError for any other."""
    column = entry.name
    if column not in table.columns:
        return missing(table)
    values = _to_float(table, column, np.ones(len(table), dtype=bool), where)
    low, high = entry.limits
    outside = (values.notna() & ~((values >= low) & (values <= high))).to_numpy()
    refuse(
        outside,
        lambda row: DesignError(
            "outside its limits",
            where=where,
            value=float(values.iloc[row]),
            limit=entry.allowed,
            remedy=f"{REMEDY}, or leave it empty",
            row=row,
            column=column,
        ),
    )
    return values
