"""How far a host's cells have to get from the control's before it is better, and how likely they are to.

Data flow: what is believed of a host over its control, and the spread between cells of one design -> a bar for each
objective (``campaign.deciding``), the probability of clearing it if the host is truly what is predicted, and which
objective decides first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

from surrogate.campaign.deciding import (
    DECIDED,
    SURE,
    cells_to_tell,
    chance_to_clear,
    chance_to_tell,
    decisive_difference,
)
from surrogate.campaign.gains import on_z
from surrogate.report.cards.against import difference, in_a_sentence, probability, times
from surrogate.report.quantities import quantity

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

_LIKELY = 0.5  # probability of clearing a bar below which it is said that the question most likely stays open
_MANY = 20  # cells of one host that nobody builds: more are not counted out
_IN_STEADY_CYCLING = ("overpotential_mV", "coulombic_efficiency_pct")


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
    predicted : float
        The ratio that is predicted.
    chance : float
        Probability that the cells clear the bar if that is true: normal, with the spread between cells.
    text : str
        Ready to print.
    """

    target: str
    factor: float
    upwards: bool
    predicted: float
    chance: float
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
        sign = 1.0 if wanted == "max" else -1.0
        mean, spread = sign * told[0], told[1]
        ahead = max(decisive_difference(mean, spread, spreads[target], cells, controls), 0.0)
        chance = chance_to_clear(mean, ahead, spreads[target], cells, controls)
        factor, predicted = exp(sign * ahead), exp(told[0])
        own, every = quantity(row[target], target), f"{cells} + {controls} cells"
        clears = f"{every} clear that with a probability of {probability(chance)}"
        many = cells_to_tell(told[0], spreads[target])
        ranked = chance_to_tell(told[0], spreads[target], cells, controls)
        enough = (
            ""
            if many is None
            else f", {f'{many} + {many}' if many <= _MANY else f'more than {_MANY} of each'} for {SURE:g}"
        )
        open_still = ""
        if mean < 0.0:
            open_still = ", as it is predicted to fall short of the control"
        elif chance < _LIKELY:
            right = f"{every} put the right one ahead with {probability(ranked)}{enough}"
            open_still = f", so that it most likely stays open; {right}"
        text = (
            f"{in_a_sentence(target)}{', read in steady cycling,' if target in _IN_STEADY_CYCLING else ''} "
            f"{'above' if wanted == 'max' else 'below'} {times(factor)} the control's; if it is truly "
            f"{times(predicted)} ({own}), {clears}{open_still}"
        )
        found.append(Bar(target, factor, wanted == "max", predicted, chance, text))
    return tuple(sorted(found, key=lambda one: -one.chance))


def decides(bars: tuple[Bar, ...]) -> str:
    """Say what the cells have to show, of the objective that is likeliest to decide first.

    Parameters
    ----------
    bars : tuple of Bar
        Of one host, in the order of :func:`bars_of`; at least one.
    """
    then = " Then ".join(f"{bar.text}." for bar in bars)
    return (
        f"{then[:1].upper()}{then[1:]} Beyond such a bar (geometric means) the host is better with a probability of "
        f"{DECIDED:g}"
    )
