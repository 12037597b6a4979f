"""What the hosts of a batch promise beside one another: the joint belief that a decision and its cards rest on.

Data flow: batch (proposals and, last, their control), the campaign's model -> a simulation of each host, of each
made a little wrong (``tolerances``) and of each with some features set to the control's (``simpler``) -> the
probability that a host is better than another, from the joint posterior, in which the level of the laboratory
cancels; what each mistake costs; the simplest host that is as good, and the measured host that is. It follows from
the same cells as the batch and is not recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from surrogate.campaign.gains import gain, gains, keeping, on_z, p_better_than_last
from surrogate.campaign.goals import TargetGoal
from surrogate.campaign.outside import is_inside
from surrogate.campaign.replicates import CONTROL
from surrogate.campaign.simpler import simplest_hosts
from surrogate.campaign.tolerances import losses
from surrogate.campaign.understanding import (
    measured_hosts,
    spreads,
    with_one_choice_of_the_control,
    worths_of,
)
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.campaign_model import CampaignModel
from surrogate.optimization.threads import single_thread
from surrogate.physics import simulate
from surrogate.shapes import Float

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

Array = NDArray[np.float64]
_EQUAL = 1e-12  # z: a spread below which two hosts are one


@dataclass(frozen=True)
class MadeAlready:
    """A measured host that is expected to do as well as a proposal.

    Attributes
    ----------
    name : str
        Id of its proposal, or of its first cell.
    p_better : mapping of str to float
        Objective -> probability that the proposal is itself better than it.
    """

    name: str
    p_better: Mapping[str, float]


@dataclass(frozen=True)
class Comparison:
    """What is believed of the hosts of one batch together.

    Attributes
    ----------
    p_better : mapping of str to ndarray (n + 1, n + 1)
        Objective -> probability that the host of a row is itself better in it than that of a column, 0.5 on the
        diagonal; proposals in the order of the batch and, last, the control.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    worths : mapping of str to DataFrame
        Objective -> ``understanding.worths_of`` the hosts (n + 1 rows).
    mistakes : DataFrame
        Of the n proposals, as ``tolerances.losses`` returns it for all objectives.
    simplest : DataFrame
        Of the n proposals, as ``simpler.simplest_hosts`` returns it.
    made_already : tuple of n MadeAlready or None
        Of each proposal the measured host that gains most in the mean of the objectives among those that fall short
        of it in none by more than cells of one design differ, and keep all limits; None where there is none.
    """

    p_better: Mapping[str, Float[Array, "m m"]]
    spreads: Mapping[str, float]
    worths: Mapping[str, pd.DataFrame]
    mistakes: pd.DataFrame
    simplest: pd.DataFrame
    made_already: tuple[MadeAlready | None, ...] = ()


def compared(
    batch: pd.DataFrame, campaign: Campaign, belief: CampaignModel, names: Sequence[str] = ()
) -> Comparison | None:
    """Compare the hosts of a batch with one another.

    Parameters
    ----------
    batch : DataFrame, n + 1 rows
        Choices, conditions and ``role`` of the proposals and, last, of their control.
    campaign : Campaign
        Its objectives.
    belief : CampaignModel
        Conditioned on the campaign's cells.
    names : sequence of str
        What to call the host of each of these cells, in their order; without them no measured host is named.

    Returns
    -------
    Comparison or None
        None for a batch without a control, as batches were recorded once.
    """
    if not len(batch) or batch["role"].iloc[-1] != CONTROL:
        return None
    every = CompleteDesigns.of(batch.filter([*c.CHOICES, *c.CONDITIONS]), where="batch")
    n = len(every)
    with single_thread():
        changed, of_which = with_one_choice_of_the_control(every)
        simulated = simulate(every.together([changed]))
        joint = belief.joint(every.together([changed]), simulated)
        return Comparison(
            p_better={
                target: p_better(joint[target][0][:n], joint[target][1][:n, :n], target, goal)
                for target, goal in campaign.objectives.items()
            },
            spreads={name: float(np.sqrt(belief.noise(name))) for name in c.TARGETS},
            worths={target: worths_of(*joint[target], n, of_which) for target in campaign.objectives},
            mistakes=losses(belief, every.take(range(n - 1)), campaign.objectives, simulate),
            simplest=simplest_hosts(belief, every, simulated.iloc[:n], campaign.objectives),
            made_already=made_already(belief, every, simulated.iloc[:n], campaign, names),
        )


def made_already(
    belief: CampaignModel,
    every: CompleteDesigns,
    simulated: pd.DataFrame,
    campaign: Campaign,
    names: Sequence[str],
) -> tuple[MadeAlready | None, ...]:
    """Find of each proposal a measured host that is expected to do as well.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    every : CompleteDesigns
        n proposals and, last, their control.
    simulated : DataFrame
        ``simulate`` of these, n + 1 rows.
    campaign : Campaign
        Its objectives, limits and search.
    names : sequence of str
        As for :func:`compared`.

    Returns
    -------
    tuple of n MadeAlready or None
        As :class:`Comparison` has it.
    """
    n = len(every) - 1
    rows, measured, own = measured_hosts(belief, every)
    could_be = is_inside(campaign, measured.frame)
    rows, measured, own = rows[could_be], measured.where(could_be), own[could_be]
    if not len(rows) or not names:
        return (None,) * n
    joint = belief.joint(every.together([measured]), pd.concat([simulated, own], ignore_index=True))
    medians = {target: mean for target, (mean, _) in joint.items()}
    values = gains(campaign.objectives, medians)
    kept = keeping(campaign.limits, medians, len(values))
    noise = spreads(belief, campaign)
    last = n + 1
    found: list[MadeAlready | None] = []
    for k in range(n):
        as_good = kept[last:] & np.all(values[last:] >= values[k] - noise, axis=1)
        if not as_good.any():
            found.append(None)
            continue
        best = int(np.where(as_good, values[last:].mean(axis=1), -np.inf).argmax())
        pair = [k, last + best]
        chances = {
            target: float(
                p_better(joint[target][0][pair], joint[target][1][np.ix_(pair, pair)], target, goal)[0, 1]
            )
            for target, goal in campaign.objectives.items()
        }
        found.append(MadeAlready(names[rows[best]], chances))
    return tuple(found)


def p_better(
    mean: Float[Array, " m"], covariance: Float[Array, "m m"], target: str, goal: TargetGoal
) -> Float[Array, "m m"]:
    """Return the probability that each of m hosts is itself better than each other.

    Parameters
    ----------
    mean, covariance : ndarray (m,), (m, m)
        What the hosts are worth in a target, z and z squared.
    target : str
        One of ``TARGETS``.
    goal : "max", "min", Match or Within
        What is wanted of it.

    Returns
    -------
    ndarray (m, m)
        Row over column: 1 minus its transpose, 0.5 where two hosts are one.
    """
    wanted, m = on_z(target, goal), len(mean)
    if not isinstance(wanted, str):
        found = np.full((m, m), 0.5)
        for j in range(m):
            order = [*(i for i in range(m) if i != j), j]
            found[order, j] = p_better_than_last(
                mean[order], covariance[np.ix_(order, order)], partial(gain, target, goal)
            )
        upper = np.triu(found, 1)
        return upper + np.tril(1.0 - found.T, -1) + 0.5 * np.eye(m)
    ahead = (mean[:, None] - mean[None, :]) * (1.0 if wanted == "max" else -1.0)
    own = np.diag(covariance)
    spread = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2.0 * covariance, 0.0))
    return np.asarray(np.where(spread > _EQUAL, ndtr(ahead / np.maximum(spread, _EQUAL)), 0.5))
