"""How far a host's cells have to get from the control's before it is better, and how likely they are to.

Data flow: what is believed of a host over its control, and the spread between cells of one design -> a bar for each
objective (``campaign.deciding``), the probability of clearing it if the host is truly what is predicted, and which
objective decides first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp
from typing import TYPE_CHECKING, Any

from surrogate.campaign.deciding import (
    DECIDED,
    SHOWN,
    cells_to_show,
    chance_to_clear,
    decisive_difference,
    difference_shown,
)
from surrogate.campaign.gains import on_z
from surrogate.report.cards.against import difference, in_a_sentence, probability, times
from surrogate.report.quantities import quantity

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

_LIKELY = 0.5  # probability of clearing a bar below which it is said that the question most likely stays open
_MANY = 20  # cells of one host that nobody builds: more are not counted out
IN_STEADY_CYCLING = ("overpotential_mV", "coulombic_efficiency_pct")
STEADY_CYCLE = (
    10  # by which cycling is steady: the one that a later polarisation is compared with (``FAILURE``)
)


@dataclass(frozen=True)
class Bar:
    """What the cells have to show in one objective before the host is better than its control.

    Attributes
    ----------
    target : str
        The objective.
    factor : float
        Ratio of the geometric means of host and control (of an efficiency, of the lost charge) from which on the host
        is better with the probability ``DECIDED``: at least 1 where more is wanted, at most 1 where less is.
    upwards : bool
        Whether more is wanted.
    worse : float
        Ratio from which on, the other way, the control is better with that probability.
    predicted : float
        The ratio that is predicted.
    chance, chance_in_all : float
        Probability that the cells clear the bar if that is true, and as it is uncertain itself: normal, with the
        spread between cells.
    shown : float
        The least ratio (the greatest where less is wanted) with which the cells clear it with ``SHOWN``.
    text : str
        Ready to print.
    """

    target: str
    factor: float
    upwards: bool
    worse: float
    predicted: float
    chance: float
    chance_in_all: float
    shown: float
    text: str


def bars_of(
    row: Mapping[str, Any], campaign: Campaign, spreads: Mapping[str, float], cells: int, controls: int
) -> tuple[Bar, ...]:
    """Set the bar of each objective in which more or less is wanted, the likeliest to be cleared first.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    campaign : Campaign
        Its objectives.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    cells, controls : int
        Cells of the host, and of the control; without a control there is no bar.

    Returns
    -------
    tuple of Bar
    """
    found = []
    for target, goal in campaign.objectives.items() if controls else ():
        wanted, told = on_z(target, goal), difference(row, target)
        if told is None or not isinstance(wanted, str):
            continue
        sign, noise = (1.0 if wanted == "max" else -1.0), spreads[target]
        mean, spread = sign * told[0], told[1]
        ahead, behind = (
            max(decisive_difference(side * mean, spread, noise, cells, controls), 0.0) for side in (1.0, -1.0)
        )
        chance, in_all = (
            chance_to_clear(mean, ahead, noise, cells, controls, unsure) for unsure in (0.0, spread)
        )
        bar = Bar(
            target=target,
            factor=exp(sign * ahead),
            upwards=wanted == "max",
            worse=exp(-sign * behind),
            predicted=exp(told[0]),
            chance=chance,
            chance_in_all=in_all,
            shown=exp(sign * difference_shown(ahead, noise, cells, controls)),
            text="",
        )
        many = cells_to_show(mean, spread, noise, _MANY)
        own = quantity(row[target], target)
        found.append(replace(bar, text=_in_words(bar, own, f"{cells} + {controls} cells", many)))
    return tuple(sorted(found, key=lambda one: -one.chance))


def _in_words(bar: Bar, own: str, cells: str, many: int | None) -> str:
    """Say where the bar is, how likely the cells clear it, and what they or more of them show."""
    above, below = ("above", "below") if bar.upwards else ("below", "above")
    read = f", read at cycle {STEADY_CYCLE}," if bar.target in IN_STEADY_CYCLING else ""
    ahead = bar.predicted > 1.0 if bar.upwards else bar.predicted < 1.0
    falls_short = "" if ahead else ", as it is predicted to fall short of the control"
    still_open = ", so that it most likely stays open" if ahead and bar.chance < _LIKELY else ""
    text = (
        f"{in_a_sentence(bar.target)}{read} {above} {times(bar.factor)} the control's (the control is better {below} "
        f"{times(bar.worse)}): {cells} clear that with a probability of {probability(bar.chance)} if the true ratio "
        f"is {times(bar.predicted)} ({own}), and of {probability(bar.chance_in_all)} with its uncertainty"
        f"{falls_short}{still_open}"
    )
    if not ahead or bar.chance >= SHOWN:
        return text
    enough = f"more than {_MANY} of each" if many is None else f"{many} + {many}"
    return f"{text}. They show {times(bar.shown)} with {SHOWN:g}; {times(bar.predicted)} would take {enough}"


def decides(bars: tuple[Bar, ...]) -> str:
    """Say what the cells have to show, of the objective that is likeliest to decide first.

    Parameters
    ----------
    bars : tuple of Bar
        Of one host, in the order of :func:`bars_of`; at least one.
    """
    then = " Then ".join(f"{bar.text}." for bar in bars)
    return (
        f"{then[:1].upper()}{then[1:]} Beyond such a bar (geometric means; of a host's cell that still runs the "
        "cycles so far, while the control's have to have failed) the host is better with a probability of "
        f"{DECIDED:g}; beyond the other, in brackets, the control is, with the same; between the two it stays open"
    )
