"""What the hosts of a batch promise beside one another: the joint belief that a decision and its cards rest on.

Data flow: batch (proposals and, last, their control), the campaign's model -> a simulation of each host, of each
made a little wrong (``tolerances``) and of each with some features set to the control's (``simpler``) -> the
probability that a host is better than another, from the joint posterior, in which the level of the laboratory
cancels; what each mistake costs; the simplest host that is as good. It follows from the same cells as the batch and
is not recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from surrogate.campaign.gains import gain, on_z, p_better_than_last
from surrogate.campaign.goals import TargetGoal
from surrogate.campaign.replicates import CONTROL
from surrogate.campaign.simpler import simplest_hosts
from surrogate.campaign.tolerances import losses
from surrogate.campaign.understanding import with_one_choice_of_the_control, worths_of
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
    """

    p_better: Mapping[str, Float[Array, "m m"]]
    spreads: Mapping[str, float]
    worths: Mapping[str, pd.DataFrame]
    mistakes: pd.DataFrame
    simplest: pd.DataFrame


def compared(batch: pd.DataFrame, campaign: Campaign, belief: CampaignModel) -> Comparison | None:
    """Compare the hosts of a batch with one another.

    Parameters
    ----------
    batch : DataFrame, n + 1 rows
        Choices, conditions and ``role`` of the proposals and, last, of their control.
    campaign : Campaign
        Its objectives.
    belief : CampaignModel
        Conditioned on the campaign's cells.

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
        )


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
