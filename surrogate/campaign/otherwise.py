"""What hosts that work otherwise than a batch promise: why a batch may test one idea only.

Data flow: hosts drawn from the campaign's space, of other mechanisms than the batch's one -> their medians by the
campaign's model, on the emulator -> the best of them over the best proposal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surrogate.campaign.gains import gains, keeping
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.mechanism import mechanism
from surrogate.models.campaign_model import CampaignModel

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

DRAWN = 512


def best_otherwise(
    campaign: Campaign, belief: CampaignModel, proposals: CompleteDesigns, seed: int
) -> tuple[str, float]:
    """Compare a batch of one mechanism with the best of drawn hosts that work by another.

    Parameters
    ----------
    campaign : Campaign
        Its space, conditions and objectives.
    belief : CampaignModel
        Conditioned on the campaign's cells.
    proposals : CompleteDesigns
        n proposals.
    seed : int
        Of the drawn hosts. Rules that need a simulation are not asked about them, so that they are rather too good.

    Returns
    -------
    mechanism : str
        Of the best drawn host that works otherwise; empty where the proposals themselves work by several mechanisms,
        or no drawn host works otherwise.
    worth : float
        Its worth over that of the best proposal: the geometric mean of the objectives, each in the wanted direction
        (of an efficiency, of the lost share; of a value to match or a band, of the distance to it as a ratio). Hosts
        whose medians break a limit count only where no other does. NaN where there is none.
    """
    own = {mechanism(proposals.row(k)) for k in range(len(proposals))}
    if len(own) > 1:
        return "", np.nan
    drawn = campaign.space.sample(DRAWN, seed, "cheap").assign(**campaign.conditions.as_dict())
    hosts = CompleteDesigns.of(drawn, where="drawn hosts")
    named = np.array([mechanism(hosts.row(k)) for k in range(len(hosts))])
    others = np.flatnonzero(~np.isin(named, list(own)))
    if not len(others):
        return "", np.nan
    worth = _worth(campaign, belief, hosts.take(others))
    best = int(worth.argmax())
    return str(named[others[best]]), float(np.exp(worth[best] - _worth(campaign, belief, proposals).max()))


def _worth(campaign: Campaign, belief: CampaignModel, designs: CompleteDesigns) -> NDArray[np.float64]:
    """Mean (n,) of the gains of the medians, z; -inf for a design that breaks a limit, where another keeps all."""
    medians = {target: mean for target, (mean, _) in belief.latent(designs).items()}
    kept = keeping(campaign.limits, medians, len(designs))
    found = np.asarray(gains(campaign.objectives, medians).mean(axis=1))
    return np.where(kept, found, -np.inf) if kept.any() else found
