"""What the literature says of a laboratory's level, before any of its cells is told.

Data flow: the campaign's space -> a control of each framework (``campaign.control``) -> what the champion says of a
cell of it, from the published papers, and what the campaign's physics says of it -> the mean difference of the two is
the level, and what the champion is less sure than physics is its spread.

So both answer alike where no host's features are in play. Levels of the classes of electrolyte above the simulator,
which stood here before, predicted papers that they had not seen worse than the champion in all four targets (CRPS,
one paper left out at a time: 0.123, 0.332, 0.227 and 0.231, the champion 0.118, 0.299, 0.193 and 0.225, the plain
median 0.131, 0.351, 0.217 and 0.240), and gave a liquid cell ten times the champion's critical current.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from surrogate.campaign.control import control_of
from surrogate.evaluation.metrics import NINETY
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.routes import FOIL
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.campaign_model import CampaignModel, Level
from surrogate.models.physics_prior import PhysicsPrior

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel

#: Least standard deviation of a level, z: a factor of 1.65, for no two laboratories agree better (assumed).
LEAST_SPREAD = 0.5
_NO_SPREAD = 1e-3


def literature_levels(campaign: Campaign, champion: HostModel, physics: PhysicsPrior) -> dict[str, Level]:
    """Return the level of each target at which a campaign's physics meets what the champion says of plain hosts.

    Parameters
    ----------
    campaign : Campaign
        Its space and conditions.
    champion : HostModel
        What was learned from the literature.
    physics : PhysicsPrior
        Of the campaign's hosts.

    Raises
    ------
    SpaceError
        When the campaign leaves no host.
    """
    controls = _controls(campaign)
    said = champion.predict(controls)
    simulated = pd.DataFrame({target: said[f"{target}_physics"] for target in TARGETS}).reset_index(drop=True)
    alone = CampaignModel(physics, levels=dict.fromkeys(TARGETS, Level(0.0, _NO_SPREAD)))
    found = {}
    for target, (mean, variance) in alone.latent(controls, simulated).items():
        scale = SCALES[target]
        ends = [scale.to_z(said[f"{target}{end}"].to_numpy()) for end in ("_lower", "_upper")]
        own = np.mean(((ends[1] - ends[0]) / (2.0 * NINETY)) ** 2)
        above = scale.to_z(said[target].to_numpy()) - mean
        wider = own - np.mean(variance + alone.noise(target))
        found[target] = Level(float(above.mean()), sqrt(max(wider, LEAST_SPREAD**2) + above.var()))
    return found


def _controls(campaign: Campaign) -> CompleteDesigns:
    """Return the control of one host of each framework; foils only where there is nothing else."""
    choices = {str(choice["framework"]): choice for choice in campaign.space.choices()}
    hosts = {name: choice for name, choice in choices.items() if name != FOIL} or choices
    made = []
    for choice in hosts.values():
        host = campaign.space.sample_choice(choice, 1, 0).assign(**campaign.conditions.as_dict())
        made.append(control_of(CompleteDesigns.of(host)).frame)
    return CompleteDesigns.of(pd.concat(made, ignore_index=True))
