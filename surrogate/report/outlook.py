"""What another batch is expected to gain, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import TYPE_CHECKING

from surrogate.hosts.targets import SCALES
from surrogate.optimization.outlook import ENOUGH, LITTLE, RECENT, SMALL, STANDSTILL
from surrogate.report.quantities import label, number

if TYPE_CHECKING:
    from surrogate.optimization.outlook import Outlook, Reason


def outlook_in_words(outlook: Outlook, objectives: Iterable[str], n: int) -> list[str]:
    """Say what another batch is expected to gain, what is left to gain at most, and what follows from that.

    Parameters
    ----------
    outlook : Outlook
        Of a campaign.
    objectives : iterable of str
        The targets that the campaign improves.
    n : int
        Hosts in a batch.

    Returns
    -------
    list of str
        Sentences: what is to gain, every reason to stop that holds, and what follows.
    """
    hosts = "host" if n == 1 else "hosts"
    gain, most = number(outlook.gain_in_spreads, 2), number(outlook.most_in_spreads, 2)
    named = [_lower(one) for one in objectives]
    if len(named) == 1:
        of_what = f"in the logarithm of {named[0]}"
    else:
        of_what = f"in the hypervolume of {', '.join(named[:-1])} and {named[-1]}, in logarithms"
    share = outlook.gain_of_reached
    times = f"{number(share, 2)} times" if share > 1.0 else f"{_percent(share)} of"
    of_reached = f", and {times} what is reached above the median host" if isfinite(share) else ""
    return [
        f"Another batch of {n} {hosts} is expected to gain {gain} times what replicate cells of one host differ by "
        f"({number(outlook.gain, 2)} against {number(outlook.spread, 2)} {of_what}){of_reached}.",
        f"With a probability of 95 % no choice of hosts gains more than {most} times that spread.",
        *(_because(reason, outlook, n) for reason in outlook.reasons),
        _advice(outlook),
    ]


def _advice(outlook: Outlook) -> str:
    """Say in a sentence what follows: one batch alone may have looked so by chance."""
    if outlook.enough:
        return (
            "It was so before the last batch as well: stop here, or allow other hosts in [search], where more may be "
            "found."
        )
    if outlook.reasons:
        return "Before the last batch it was not so: make one more, and stop if it is still so after it."
    return "It is worth going on."


def _because(reason: Reason, outlook: Outlook, n: int) -> str:
    """Say in a sentence why another batch is not worth making."""
    if reason == "spread":
        below = f"less than cells can show (below {number(ENOUGH)} times what replicates differ by)"
        if outlook.most_in_spreads < ENOUGH:
            return f"Even that is {below}."
        return f"The expected gain is {below} and little of what is reached (below {_percent(SMALL)})."
    if reason == "reached":
        return f"The expected gain is hardly anything of what is reached (below {_percent(LITTLE)})."
    brought = max(outlook.recent_of_reached or 0.0, 0.0)
    return (
        f"The last {RECENT * n} hosts brought {_percent(brought)} of what is reached (below {_percent(STANDSTILL)}): "
        "more is expected than comes."
    )


def _percent(share: float) -> str:
    return f"{number(100.0 * share, 2)} %"


def _lower(target: str) -> str:
    """Name a target inside a sentence; of an efficiency the model sees what is lost."""
    return "the lost charge" if SCALES[target].decreasing else label(target).lower()
