"""What was measured of a cell in words: values, bounds, intervals and known errors, with their unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surrogate.hosts.targets import BELOW
from surrogate.report.quantities import given, number, quantity, rounded, unit


def is_bound(row: Mapping[str, Any], target: str) -> bool:
    """Test whether of a measured target only a bound, or an interval, is known.

    Parameters
    ----------
    row : mapping of str to object
        A measured cell.
    target : str
        A target column.

    Returns
    -------
    bool
    """
    return _bound(row, target) != ""


def measured(cell: Mapping[str, Any], target: str) -> str:
    """Write a measured value with its unit.

    Parameters
    ----------
    cell : mapping of str to object
        A measured cell.
    target : str
        A target column.

    Returns
    -------
    str
        With "≥" before a lower and "≤" before an upper bound, both ends of an interval, "±" before a known standard
        error; a dash where there is no value.
    """
    return _with_bound(cell, target, "≥ ", "≤ ")


def in_words(cell: Mapping[str, Any], target: str) -> str:
    """Write a measured value with its unit, as :func:`measured`, but "at least" and "at most" in words.

    Parameters
    ----------
    cell : mapping of str to object
        A measured cell.
    target : str
        A target column.

    Returns
    -------
    str
    """
    return _with_bound(cell, target, "at least ", "at most ")


def _with_bound(cell: Mapping[str, Any], target: str, least: str, most: str) -> str:
    shown, bound = quantity(cell.get(target), target), _bound(cell, target)
    if bound == "interval":
        return f"{rounded(float(cell[target]), target)} to {quantity(cell[f'{target}_upper_bound'], target)}"
    error = given(cell, f"{target}_sem") if bound == "" else None
    if error is not None and given(cell, target) is not None:
        return f"{rounded(float(cell[target]), target)} ± {number(float(error), 2)} {unit(target)}"
    return {"": "", "least": least, "most": most}[bound] + shown


def _bound(row: Mapping[str, Any], target: str) -> str:
    """Return the kind of bound; empty for a value."""
    if given(row, f"{target}_upper_bound") is not None:
        return "interval"
    censored = given(row, f"{target}_censored")
    return "most" if censored == BELOW else "least" if censored else ""
