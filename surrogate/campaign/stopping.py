"""Whether a campaign is worth another batch: what it is expected to gain, beside what replicate cells differ by.

Data flow: campaign, what it believes and its measured cells -> joint model of the objectives over encoded hosts, the
hosts to improve on, and hosts drawn from the campaign's space -> ``optimization.stopping`` -> advice in words and
numbers. Nothing is simulated: the campaign's emulator is asked.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from linear_operator.utils.warnings import NumericalWarning

from surrogate.campaign.belief import belief_of
from surrogate.campaign.host_search import HOST_SEARCH, directions_of, joint_model, known_hosts
from surrogate.campaign.making import learned_making
from surrogate.campaign.outside import is_inside
from surrogate.campaign.physics import PhysicsSettings, kept_physics
from surrogate.hosts import columns as c
from surrogate.hosts.search_space import host_encoder
from surrogate.models.campaign_model import CampaignModel
from surrogate.models.encoded_prior import EncodedPrior
from surrogate.optimization.acquisition import Improvement
from surrogate.optimization.making import Making
from surrogate.optimization.outlook import Outlook
from surrogate.optimization.problem import Problem
from surrogate.optimization.stopping import (
    all_that_may_be_best,
    before_the_last,
    in_order,
    next_batch,
    outlook,
)
from surrogate.optimization.threads import single_thread

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel

Progress = Callable[[str, int, int], None]


def outlook_of(
    campaign: Campaign,
    champion: HostModel,
    measured: pd.DataFrame,
    tried: pd.DataFrame | None = None,
    *,
    progress: Progress | None = None,
) -> Outlook | None:
    """Say what is still to gain in a campaign, with its physics as it is kept; it is not made here.

    Where a reason to stop holds, it is asked as well whether one held before the last batch.

    Parameters
    ----------
    campaign : Campaign
        Its space, conditions and objectives.
    champion : HostModel
        Levels of laboratories, and how much is simulated.
    measured : DataFrame
        Measured cells, each with at least a target.
    tried : DataFrame, optional
        Cells without a value.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Returns
    -------
    Outlook or None
        None where the campaign's physics is not kept, or no measured host can be improved on.

    Raises
    ------
    DesignError, MaterialError, UnitError, RecordError
        If a measured cell cannot be used.
    SpaceError
        When the campaign leaves hardly any host.
    """
    physics = kept_physics(campaign, PhysicsSettings.of_champion(champion))
    if physics is None:
        return None
    making = learned_making(measured, tried)

    def weighed(cells: pd.DataFrame) -> Outlook | None:
        belief = belief_of(campaign, champion, cells, physics=physics, progress=progress)
        return campaign_outlook(campaign, belief, cells, making=making)

    found = weighed(measured)
    if found is None or not found.reasons:
        return found
    earlier = measured[before_the_last(measured[list(c.DESIGN_COLUMNS)], campaign.n)]
    before = weighed(earlier) if len(earlier) else None
    return found if before is None else replace(found, before=before.reasons)


def campaign_outlook(
    campaign: Campaign,
    belief: CampaignModel,
    measured: pd.DataFrame,
    *,
    n: int | None = None,
    making: Making | None = None,
    seed: int = 0,
) -> Outlook | None:
    """Say what is still to gain in a campaign.

    Parameters
    ----------
    campaign : Campaign
        Its space, conditions and objectives.
    belief : CampaignModel
        What it believes, its measured cells included.
    measured : DataFrame
        The measured cells, in the order in which they were told.
    n : int, optional
        Hosts in a batch; default: the campaign's.
    making : Making, optional
        The chance that a host can be made; None: all can.
    seed : int
        Of all random numbers.

    Returns
    -------
    Outlook or None
        On the scale z of the targets: of one objective its logarithm, of several the hypervolume; what is reached is
        counted above the median host. None where no measured host can be improved on, so that nothing is known yet.

    Raises
    ------
    SpaceError
        When the campaign leaves hardly any host.
    """
    inside = is_inside(campaign, measured)
    if not inside.any():
        return None
    conditions, encoder = campaign.conditions.as_dict(), host_encoder()
    known = known_hosts(conditions, measured[inside])
    if not len(known):
        return None
    fixed = {name: value for name, value in conditions.items() if c.COLUMNS[name].encoded}
    problem = Problem(campaign.space, encoder, fixed)
    with single_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", NumericalWarning)  # jitter on near-equal hosts is expected
        model, limits = joint_model(campaign, belief, EncodedPrior(belief.prior, encoder), making)
        baseline = in_order(encoder.encode(known.frame))
        ordinary = problem.encode(problem.draw(HOST_SEARCH.pool, seed))
        settings = all_that_may_be_best(HOST_SEARCH, len(campaign.objectives), len(baseline))
        weight = making.log_weight if making is not None else None
        improvement = Improvement(
            model, baseline, directions_of(campaign), settings, seed, limits, ordinary, weight
        )
        n = n or campaign.n
        prospects = next_batch(problem, improvement, n, seed)
        spreads = np.sqrt([belief.noise(target) for target in campaign.objectives])
        return outlook(improvement, baseline, prospects, n, spreads, seed)
