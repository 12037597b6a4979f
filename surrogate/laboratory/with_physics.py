"""The contender that the product is: a campaign's physics and its cells (``campaign.belief``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from surrogate.campaign.belief import believe
from surrogate.hosts.designs import CompleteDesigns
from surrogate.laboratory.contenders import Moments
from surrogate.models.campaign_model import CampaignModel, Level
from surrogate.models.physics_prior import PhysicsPrior


@dataclass(frozen=True)
class WithPhysics:
    """Physics as prior, fused with the cells.

    Parameters
    ----------
    prior : PhysicsPrior
        Of the campaign.
    levels : Mapping of str to Level
        Target -> what is believed of the laboratory's level.
    gated : bool
        Whether a process without physics stands beside it.
    name : str
        Short identifier.
    """

    prior: PhysicsPrior
    levels: Mapping[str, Level] = field(default_factory=dict)
    gated: bool = True
    name: str = "with_physics"

    def fit(self, told: pd.DataFrame) -> Believed:
        """Condition on measured cells; see ``Contender.fit``."""
        return Believed(replace(believe(self.prior, told, self.levels), gated=self.gated))


@dataclass(frozen=True)
class Believed:
    """See ``contenders.Fitted``.

    Parameters
    ----------
    model : CampaignModel
        Conditioned.
    """

    model: CampaignModel

    def latent(self, designs: CompleteDesigns) -> Moments:
        """See ``Fitted.latent``."""
        return self.model.latent(designs)

    def predictive(self, designs: CompleteDesigns) -> Moments:
        """See ``Fitted.predictive``."""
        return {
            target: (mean, variance + self.model.noise(target))
            for target, (mean, variance) in self.model.latent(designs).items()
        }
