"""The contender that knows what no model can: the laboratory's hidden constants, and how far it is from them.

Its physics is the simulator with the true constants, its spreads of level, discrepancy and replicates are those that
the laboratory was drawn with; what it has to learn is the level and the discrepancy themselves. A model that does not
know the constants cannot be expected to score better, so that its score says how much a trial leaves to be won.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.campaign.belief import believe
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.laboratory.contenders import Moments
from surrogate.laboratory.virtual import VirtualLaboratory
from surrogate.models.campaign_model import CampaignModel
from surrogate.models.kernels import Role
from surrogate.models.physics_prior import FEATURES, PhysicsPrior
from surrogate.models.prior import LogNormal
from surrogate.models.process import ENSEMBLE, LENGTHSCALES, NOISE, RESIDUAL, Assumed, Basis, FusedProcess

Array = NDArray[np.float64]
_LENGTH = 1.0  # of the discrepancy, in units of the encoding and of the features' ranges
_NONE = 1e-9


@dataclass(frozen=True)
class Oracle:
    """Knows the constants of whatever laboratory it is in.

    Parameters
    ----------
    prior : PhysicsPrior
        Of the campaign; only its physical features are used.
    name : str
        Short identifier.
    """

    prior: PhysicsPrior
    name: str = "oracle"

    def of(self, laboratory: VirtualLaboratory) -> OracleOf:
        """Return the contender in one laboratory; see ``Knowing``."""
        return OracleOf(self.prior, laboratory, self.name)


@dataclass(frozen=True)
class OracleOf:
    """See ``contenders.Contender``.

    Parameters
    ----------
    prior : PhysicsPrior
        Of the campaign.
    laboratory : VirtualLaboratory
        Whose constants are known.
    name : str
        Short identifier.
    """

    prior: PhysicsPrior
    laboratory: VirtualLaboratory
    name: str

    def fit(self, told: pd.DataFrame) -> FittedOracle:
        """Condition on measured cells; see ``Contender.fit``."""
        return FittedOracle(believe(self.prior, told), self.laboratory)


@dataclass(frozen=True)
class FittedOracle:
    """See ``contenders.Fitted``.

    Parameters
    ----------
    model : CampaignModel
        Holds the told cells.
    laboratory : VirtualLaboratory
        Whose constants are known.
    """

    model: CampaignModel
    laboratory: VirtualLaboratory

    def latent(self, designs: CompleteDesigns) -> Moments:
        """See ``Fitted.latent``."""
        asked = self._bases(designs)
        return {target: process.latent(asked[target]) for target, process in self._processes().items()}

    def predictive(self, designs: CompleteDesigns) -> Moments:
        """See ``Fitted.predictive``."""
        noise = self.laboratory.settings.noise
        found = self.latent(designs).items()
        return {target: (mean, variance + noise[target] ** 2) for target, (mean, variance) in found}

    def _bases(self, designs: CompleteDesigns) -> dict[str, Basis]:
        """Return what is known of n designs, with the laboratory's own simulator for physics."""
        simulated, found = self.laboratory.simulations(designs), {}
        for target, basis in self.model.bases(designs).items():
            z = SCALES[target].to_z(simulated[target].to_numpy(dtype=float))
            mean = np.where(np.isfinite(z), z, basis.mean)
            found[target] = Basis(basis.inputs, mean, np.zeros((len(mean), 1)))
        return found

    def _processes(self) -> dict[str, FusedProcess]:
        settings, roles = self.laboratory.settings, self.model.roles
        measured = None if self.model.measured is None else self._bases(self.model.measured)
        lengths = {f"{LENGTHSCALES}.{role.name}": _LENGTH for role in roles}
        made = {}
        for target in TARGETS:
            noise, level = settings.noise[target], max(math.log(settings.level_factor), _NONE)
            assumed = Assumed(LogNormal(noise, 1.0), level_spread=level, tau=0.0, states=len(FEATURES))
            deviation = max(settings.discrepancy_dex * math.log(10.0), _NONE)
            hyper = {**lengths, RESIDUAL: deviation, ENSEMBLE: _NONE, NOISE: noise}
            told = self.model.told.get(target)
            if measured is None or told is None:
                nothing = Basis(np.zeros((0, _width(roles))), np.zeros(0), np.zeros((0, 1)))
                cells, ends, error = nothing, (np.zeros(0), np.zeros(0)), np.zeros(0)
            else:
                basis = measured[target]
                cells = Basis(basis.inputs[told.rows], basis.mean[told.rows], basis.principal[told.rows])
                ends, error = (told.lower, told.upper), told.error
            made[target] = FusedProcess(cells, *ends, error, roles, assumed, hyper, np.zeros(len(cells)))
        return made


def _width(roles: Sequence[Role]) -> int:
    """Return the number of inputs of a process."""
    return sum(len(role.dimensions) for role in roles)
