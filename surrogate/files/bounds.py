"""Bounds as a table holds them: what is known of a measured quantity, read as two ends.

Of a quantity T a table has the column ``T``; ``T_censored``, which is true where T is a lower bound ("at least") and
``below`` where it is an upper one ("at most"); and ``T_upper_bound``, the upper end of an interval whose lower end is
T. Read, each row has a lower and an upper end: equal for a value, infinite where nothing is known on that side.
``T_sem`` is the known standard error of a value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import InputError, RecordError
from surrogate.files.tables import FALSE, MISSING, TRUE
from surrogate.hosts.targets import BELOW, MOST_FRACTION, SCALES

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
FRACTION = "a fraction where per cent are expected"


NO_ERROR = "write the standard error in the unit of the value, or leave it empty where it is not known"
NOT_MEASURED = "leave it empty if it was not measured"


def ends(
    table: pd.DataFrame,
    name: str,
    *,
    where: str = "measured cells",
    error: type[InputError] = RecordError,
    remedy: str = NOT_MEASURED,
) -> tuple[Array, Array]:
    """Read what a table knows of a quantity.

    Parameters
    ----------
    table : DataFrame, n rows
        Columns ``T`` and, optional, ``T_censored`` and ``T_upper_bound``.
    name : str
        The quantity T.
    where : str
        What messages call the table.
    error : type of InputError
        The class of error to raise.
    remedy : str
        What messages advise where a value is no finite number.

    Returns
    -------
    lower, upper : Array
        Ends (n,) in the unit of the quantity, NaN where it was not measured.

    Raises
    ------
    InputError
        Of the class ``error``, with row and column: for what is no finite number, no kind of bound, a bound without
        its value, and bounds that contradict each other.
    """
    value, upper_end = (
        _numbers(table, column, where, error, remedy) for column in (name, f"{name}_upper_bound")
    )
    least, below = _kinds(table, f"{name}_censored", where, error)
    interval = np.isfinite(upper_end)
    missing = np.isnan(value)

    def refuse(wrong: Bools, what: str, column: str, limit: str, remedy: str) -> None:
        if wrong.any():
            row = int(wrong.argmax())
            given = table[column].tolist()[row]
            raise error(what, where=where, row=row, column=column, value=given, limit=limit, remedy=remedy)

    refuse(
        (least | below) & missing, f"a bound without its value: {name} is empty", f"{name}_censored",
        "a bound has a value", f"write the value that was reached in {name}",
    )  # fmt: skip
    refuse(
        interval & missing, f"the upper end of an interval without its lower end: {name} is empty",
        f"{name}_upper_bound", f"{name} and {name}_upper_bound",
        f"of an upper bound alone: write it in {name}, and {name}_censored = {BELOW}",
    )  # fmt: skip
    refuse(
        interval & below, "an upper bound that has an upper end as well", f"{name}_upper_bound",
        f"empty where {name}_censored is {BELOW}", f"of an interval: leave {name}_censored empty",
    )  # fmt: skip
    refuse(
        interval & (upper_end < value), "two bounds that contradict each other", f"{name}_upper_bound",
        f"at least {name}", "the lower end of the interval first",
    )  # fmt: skip
    lower = np.where(below, -np.inf, value)
    upper = np.where(interval, upper_end, np.where(least, np.inf, value))
    return lower, upper


def z_ends(table: pd.DataFrame, target: str, *, where: str = "measured cells") -> tuple[Array, Array]:
    """Read what a table knows of a target, on the scale of the models.

    Parameters
    ----------
    table : DataFrame, n rows
        As for :func:`ends`.
    target : str
        One of ``TARGETS``.
    where : str
        What messages call the table.

    Returns
    -------
    lower, upper : Array
        Ends (n,) of z, NaN where the target was not measured.

    Raises
    ------
    RecordError
        As :func:`ends`, for a value beyond the limits of the target, and for a fraction where per cent are expected.
    """
    scale = SCALES[target]
    lower, upper = ends(table, target, where=where)
    for column in (target, f"{target}_upper_bound"):
        given = _numbers(table, column, where, RecordError)
        wrong = np.isfinite(given) & ~scale.is_measurable(given)
        if wrong.any():
            row = int(wrong.argmax())
            raise RecordError(
                "not a measurement", where=where, row=row, column=column, value=float(given[row]),
                limit=scale.limit, remedy=scale.remedy,
            )  # fmt: skip
        wrong = scale.is_fraction(given)
        if wrong.any():
            row = int(wrong.argmax())
            raise RecordError(
                FRACTION, where=where, row=row, column=column, value=float(given[row]),
                limit=f"above {MOST_FRACTION:g} and below {scale.most:g}", remedy=per_cent_remedy(target),
            )  # fmt: skip
    return scale.ends_to_z(lower, upper)


def standard_errors(table: pd.DataFrame, name: str, *, where: str = "measured cells") -> Array:
    """Read the known standard errors of a measured quantity.

    Parameters
    ----------
    table : DataFrame, n rows
        Columns as for :func:`ends`, and ``T_sem``.
    name : str
        The quantity T.
    where : str
        What messages call the table.

    Returns
    -------
    Array
        (n,) in the unit of the quantity, NaN where none is given.

    Raises
    ------
    RecordError
        With row and column, for what is no finite number of at least 0, and one that belongs to no value.
    """
    column = f"{name}_sem"
    error = _numbers(table, column, where, RecordError, NO_ERROR)
    lower, upper = ends(table, name, where=where)
    for wrong, what, limit, remedy in (
        (error < 0.0, "a standard error below 0", "0 or more", NO_ERROR),
        (
            np.isfinite(error) & np.isnan(lower), f"a standard error without its value: {name} is empty",
            f"{name} and {column}", f"write the value in {name}",
        ),
        (
            np.isfinite(error) & (lower < upper), "a standard error of a bound", f"empty where {name} is a bound",
            "leave it empty: of a bound only the bound is known",
        ),
    ):  # fmt: skip
        if wrong.any():
            row = int(wrong.argmax())
            raise RecordError(
                what, where=where, row=row, column=column, value=float(error[row]), limit=limit, remedy=remedy
            )
    return error


def per_cent_remedy(column: str) -> str:
    """Return what to do about a fraction in a column of per cent (``_pct``)."""
    return f"write 98.5 for 0.985, or name the column {column.removesuffix('pct')}fraction"


def kind(given: Any) -> bool | str:
    """Return what a cell of ``T_censored`` says: False, True (at least) or "below" (at most).

    Parameters
    ----------
    given : object
        A truth value, a word or an empty cell.

    Raises
    ------
    ValueError
        For anything else.
    """
    word = "" if given is None or pd.isna(given) else str(given).strip().lower()
    if word == BELOW:
        return BELOW
    if word not in TRUE | FALSE | MISSING:
        raise ValueError(word)
    return word in TRUE


def _kinds(
    table: pd.DataFrame, column: str, where: str, error: type[InputError]
) -> tuple[Bools, Bools]:  # fmt: skip
    """Whether each row is a lower bound (n,), and whether an upper one (n,)."""
    found: list[bool | str] = [False] * len(table)
    for row, given in enumerate(table[column].tolist() if column in table.columns else ()):
        try:
            found[row] = kind(given)
        except ValueError:
            raise error(
                f"neither a truth value nor {BELOW!r}", where=where, row=row, column=column, value=given,
                limit=f"true (at least), {BELOW} (at most), or false; empty is false", remedy="write one of them",
            ) from None  # fmt: skip
    return np.array([one is True for one in found], bool), np.array([one == BELOW for one in found], bool)


def _numbers(
    table: pd.DataFrame, column: str, where: str, error: type[InputError], remedy: str = NOT_MEASURED
) -> Array:
    """Return the finite numbers of a column (n,), NaN where a cell is empty or the column absent."""
    if column not in table.columns:
        return np.full(len(table), np.nan)
    given = table[column]
    values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = given.notna().to_numpy() & ~np.isfinite(values)
    if wrong.any():
        row = int(wrong.argmax())
        raise error(
            "not a finite number", where=where, row=row, column=column, value=given.tolist()[row],
            remedy=remedy,
        )  # fmt: skip
    return values
