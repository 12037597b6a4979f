"""The tables of a contest in virtual laboratories, as the terminal and the page show them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from surrogate.laboratory.contest_summary import WITH_PHYSICS

#: Numbers of experiments of the columns, and for each contender its name and a text for each of them.
Table = tuple[list[int], list[list[str]]]


def share_rows(part: pd.DataFrame) -> Table:
    """Write the shares of the best known front, and how many experiments ours needed for as much.

    Parameters
    ----------
    part : DataFrame
        Rows of ``across_laboratories`` of one kind of laboratory.

    Returns
    -------
    experiments : list of int
        Of the columns.
    rows : list of list of str
        Contender, and for each number of experiments its mean share and, in brackets, the ratio.
    """

    def text(row: Mapping[Any, Any]) -> str:
        ratio = f" ({number(row['ratio'], 2)})" if _compared(row) else ""
        return f"{100.0 * row['share']:.0f} %{ratio}"

    return _table(part, text)


def ahead_rows(part: pd.DataFrame, *, intervals: bool = False) -> Table:
    """Write how much more of the best known front ours has than each other contender.

    Parameters
    ----------
    part : DataFrame
        Rows of ``across_laboratories`` of one kind of laboratory.
    intervals : bool
        Whether the interval of the median is written as well, each of the three on a line of its own.

    Returns
    -------
    experiments : list of int
        Of the columns.
    rows : list of list of str
        Contender, and for each number of experiments the median difference of the shares and, in brackets, that in
        the worst laboratory. Empty where ours did not take part.
    """

    def text(row: Mapping[Any, Any]) -> str:
        if not _compared(row):
            return "–"
        median, worst = f"{row['ahead']:+.2f}", f"{row['ahead_worst']:+.2f}"
        if not intervals or math.isnan(row["ahead_lower"]):
            return f"{median} ({worst})"
        return f"{median}\n{row['ahead_lower']:+.2f} to {row['ahead_upper']:+.2f}\nworst {worst}"

    numbers, rows = _table(part[part["contender"] != WITH_PHYSICS], text)
    return numbers, [row for row in rows if set(row[1:]) != {"–"}]


def number(value: Any, digits: int = 4) -> str:
    """Write a number for a table: a dash where there is none, ``never`` where it is infinite."""
    if value is None or value != value:
        return "–"
    if math.isinf(value):
        return "never"
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"


def _compared(row: Mapping[Any, Any]) -> bool:
    return bool(row["contender"] != WITH_PHYSICS and row["compared"])


def _table(part: pd.DataFrame, text: Callable[[Mapping[Any, Any]], str]) -> Table:
    """Order contenders by their share after the most experiments, and write a cell for each number of them."""
    if not len(part):
        return [], []
    numbers = sorted(set(part["experiments"].tolist()))
    last = part[part["experiments"] == numbers[-1]].sort_values("share", ascending=False, kind="stable")
    cells = {(row["contender"], row["experiments"]): text(row) for row in part.to_dict("records")}
    return numbers, [[str(name), *(cells.get((name, n), "–") for n in numbers)] for name in last["contender"]]
