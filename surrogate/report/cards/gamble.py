"""What is said of a host that is made for what it teaches: that it is a gamble, what for, and whether to make it.

Other hosts of its batch are expected to do better (``campaign.roles``). The search chose it because the model knows
little of it: it may be better than predicted, and its cells tell. Where even that hardly decides which host is best,
cells are better spent on others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Any

from surrogate.campaign.roles import CELLS_ALONE, EXPLORE, SEARCHED_BY
from surrogate.report import summary
from surrogate.report.cards.against import in_a_sentence, listed, probability, times
from surrogate.report.cards.worths import Worth
from surrogate.report.quantities import given, number

SELDOM = 0.1  # probability to change which host is best, below which the others come first
LAST = "make it last, or leave it out where cells are few"


def is_gamble(row: Mapping[str, Any]) -> bool:
    """Say whether a host is made for what it teaches.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    """
    return given(row, "role") == EXPLORE


def gamble(row: Mapping[str, Any]) -> str:
    """Call a host a gamble, and say where it lies: "a gamble outside the training data".

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    """
    return "a gamble outside the training data" if summary.is_outside(row) else "a gamble"


def odds(row: Mapping[str, Any], objectives: Iterable[str]) -> str:
    """Say how likely a cell of a host decides something; empty where that is not known.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    objectives : iterable of str
        Of the campaign: the probability is about the first.
    """
    p = given(row, "p_changes_best")
    best = f"changes which host looks best in {in_a_sentence(next(iter(objectives)))}"
    return "" if p is None else f"{best} with a probability of {probability(float(p))}"


def comes_last(row: Mapping[str, Any]) -> bool:
    """Say whether the cells of a gamble are better spent on other hosts.

    Never of a host that was searched for without physics: how likely its cells decide something is said by the model
    that they are to put to the test.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    """
    p = given(row, "p_changes_best")
    by_all = given(row, SEARCHED_BY) != CELLS_ALONE
    return is_gamble(row) and by_all and p is not None and float(p) < SELDOM


def lesson(worths: Sequence[Worth]) -> str:
    """Name the feature of a host of whose worth the model knows least; empty without any.

    Parameters
    ----------
    worths : sequence of Worth
        Of the host.
    """
    if not worths:
        return ""
    widest = max(worths, key=lambda one: log(one.upper / one.lower))
    interval = f"90 %: {number(widest.lower, 2)} to {number(widest.upper, 2)}"
    known = f"{times(widest.ratio)} in {in_a_sentence(widest.target)}, {interval}"
    return f"Its cells teach most about its {widest.name}, of whose worth least is known ({known})"


def gambles_of(named: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Name the gambles among some hosts, those of a kind together.

    Parameters
    ----------
    named : mapping of str to mapping
        Id -> row of a batch.

    Returns
    -------
    list of str
        A sentence for each kind, without its full stop.
    """
    kinds: dict[tuple[str, bool], list[str]] = {}
    for name, row in named.items():
        if is_gamble(row):
            kinds.setdefault((gamble(row), comes_last(row)), []).append(name)
    said = []
    for (what, last), names in kinds.items():
        are = (
            f"is {what}" if len(names) == 1 else f"are {what.removeprefix('a ').replace('gamble', 'gambles')}"
        )
        rest = (
            LAST
            if len(names) == 1
            else LAST.replace("make it", "make them").replace("leave it", "leave them")
        )
        said.append(f"{listed(names)} {are}" + (f": {rest}" if last else ""))
    return said
