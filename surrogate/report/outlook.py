"""What another batch is expected to gain, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from surrogate.hosts.targets import SCALES
from surrogate.report.quantities import label, number

if TYPE_CHECKING:
    from surrogate.optimization.outlook import Outlook


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
        Three sentences.
    """
    hosts = "host" if n == 1 else "hosts"
    gain, most = number(outlook.gain_in_spreads, 2), number(outlook.most_in_spreads, 2)
    named = [_lower(one) for one in objectives]
    if len(named) == 1:
        of_what = f"in the logarithm of {named[0]}"
    else:
        of_what = f"in the hypervolume of {', '.join(named[:-1])} and {named[-1]}, in logarithms"
    said = [
        f"Another batch of {n} {hosts} is expected to gain {gain} times what replicate cells of one host differ by "
        f"({number(outlook.gain, 2)} against {number(outlook.spread, 2)} {of_what}).",
        f"With a probability of 95 % no choice of hosts gains more than {most} times that.",
    ]
    if outlook.enough:
        said.append(
            "That is less than cells can show: stop here, or allow other hosts in [search], where more may be found."
        )
    else:
        said.append("It is worth going on.")
    return said


def _lower(target: str) -> str:
    """Name a target inside a sentence; of an efficiency the model sees what is lost."""
    return "the lost charge" if SCALES[target].decreasing else label(target).lower()
