"""What a campaign believes of its hosts: physics, its laboratory's level, its own cells; for each target a process.

Data flow: designs -> encoded columns and ``PhysicsPrior`` -> ``Basis`` of each target -> ``FusedProcess``,
conditioned on the campaign's cells. Beside it stands a plain process that knows nothing of physics; once there are
cells, each counts by how well it predicted them one by one (``gate``), so that physics that is wrong is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import TARGETS
from surrogate.models.gate import Mixed, share_of_fused
from surrogate.models.gp import TargetGP
from surrogate.models.kernels import Role, roles_of
from surrogate.models.physics_prior import FEATURES, PhysicsPrior
from surrogate.models.prior import LogNormal
from surrogate.models.process import Assumed, Basis, FusedProcess
from surrogate.models.subset import FITTED, fitted_rows
from surrogate.shapes import Float

Array = NDArray[np.float64]

#: Standard deviation between replicate cells, z: a published life spreads by about 45 %; the others are assumed.
REPLICATES: Mapping[str, LogNormal] = MappingProxyType(
    {
        "cycle_life_cycles": LogNormal(0.37, 0.5),
        "ccd_mA_cm2": LogNormal(0.15, 0.5),
        "overpotential_mV": LogNormal(0.15, 0.5),
        "coulombic_efficiency_pct": LogNormal(0.3, 0.5),
    }
)


@dataclass(frozen=True)
class Level:
    """A laboratory's level against physics before any of its cells: mean and standard deviation, z."""

    mean: float = 0.0
    spread: float = 1.0


@dataclass(frozen=True)
class Told:
    """Measured cells of one target.

    Parameters
    ----------
    rows : ndarray of int (n,)
        Which of the campaign's measured designs.
    lower, upper : ndarray (n,)
        Ends between which each lies, z; equal where it is known.
    error : ndarray (n,)
        Known variance, z squared.
    """

    rows: NDArray[np.int_]
    lower: Array
    upper: Array
    error: Array


@dataclass(frozen=True)
class CampaignModel:
    """Processes of all targets, conditioned on a campaign's cells.

    Parameters
    ----------
    prior : PhysicsPrior
        Of the campaign's hosts.
    measured : CompleteDesigns
        Designs of the measured cells, with the simulator's own answers in ``simulated``.
    told : Mapping[str, Told]
        Target -> its cells; targets without any are absent.
    simulated : DataFrame or None
        ``simulate`` of ``measured``.
    levels : Mapping[str, Level]
        Target -> level; absent targets have the default.
    gated : bool
        Whether a plain process stands beside the fused one.
    like : CampaignModel or None
        A model of nearly the same cells: a target with more cells than hyperparameters are fitted to
        (``models.subset``) in both has the hyperparameters and the share of this model.
    """

    prior: PhysicsPrior
    measured: CompleteDesigns | None = None
    told: Mapping[str, Told] = field(default_factory=dict)
    simulated: pd.DataFrame | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)
    gated: bool = True
    like: CampaignModel | None = None

    @cached_property
    def roles(self) -> list[Role]:
        """Which inputs share a length scale: those of the encoded columns, and each physical feature its own."""
        encoder = host_encoder()
        features = [Role((encoder.dim + k,), name=f"feature_{name}") for k, name in enumerate(FEATURES)]
        return [*roles_of(encoder.groups), *features]

    def bases(self, designs: CompleteDesigns, simulated: pd.DataFrame | None = None) -> dict[str, Basis]:
        """Return what each target's process knows of designs.

        Parameters
        ----------
        designs : CompleteDesigns
            m designs.
        simulated : DataFrame, optional
            The simulator's own answers; default: the emulator's.
        """
        rows = self.prior.rows(designs, simulated)
        inputs = np.column_stack([host_encoder().encode(designs.frame), rows.features])
        return {
            target: Basis(inputs, rows.mean[:, k], rows.principal[:, k]) for k, target in enumerate(TARGETS)
        }

    @cached_property
    def _known(self) -> dict[str, Basis]:
        assert self.measured is not None
        return self.bases(self.measured, self.simulated)

    @cached_property
    def processes(self) -> dict[str, FusedProcess]:
        """The fused process of each target."""
        made = {}
        for k, target in enumerate(TARGETS):
            level = self.levels.get(target, Level())
            assumed = Assumed(
                REPLICATES[target], level.mean, level.spread, centre=float(self.prior.centre[k]),
                states=len(FEATURES),
            )  # fmt: skip
            told = self.told.get(target)
            if told is None or not len(told.rows):
                nothing = np.zeros(0)
                made[target] = FusedProcess.fit(self._nothing, nothing, roles=self.roles, assumed=assumed)
                continue
            cells, like = self._known[target].take(told.rows), self._alike(target)
            ends, error = (told.lower, told.upper), told.error
            if like is None:
                made[target] = FusedProcess.fit(cells, *ends, roles=self.roles, assumed=assumed, error=error)
            else:
                hyper = like.processes[target].hyper
                made[target] = FusedProcess.given(
                    hyper, cells, *ends, roles=self.roles, assumed=assumed, error=error
                )
        return made

    def _alike(self, target: str) -> CampaignModel | None:
        """Return the model whose hyperparameters this one shares for a target; None: it has its own."""
        both = (self, self.like)
        many = all(
            one is not None and target in one.told and len(one.told[target].rows) > FITTED for one in both
        )
        return self.like if many else None

    @property
    def _nothing(self) -> Basis:
        functions = self.prior.departures.tensors["y_shift"].shape[0] // len(TARGETS) - 1
        inputs = np.zeros((0, host_encoder().dim + len(FEATURES)))
        return Basis(inputs, np.zeros(0), np.zeros((0, functions)))

    @cached_property
    def plain(self) -> dict[str, TargetGP]:
        """The process without physics of each target that has enough cells."""
        found = {}
        for target, told in self.told.items():
            if self.gated and np.sum(told.lower == told.upper) >= 2:
                inputs = np.ascontiguousarray(self._known[target].inputs[told.rows][:, : host_encoder().dim])
                like, some = self._alike(target), fitted_rows(len(inputs))
                if like is not None and target in like.plain:
                    fitted = like.plain[target]
                else:
                    fitted = TargetGP.fit(
                        inputs[some], told.lower[some], told.upper[some], groups=host_encoder().groups
                    )
                found[target] = replace(fitted, X=inputs, lower=told.lower, upper=told.upper)
        return found

    @cached_property
    def shares(self) -> dict[str, float]:
        """Share of the fused process in the mixture of each target, 0 to 1."""
        found = {}
        for target in TARGETS:
            like = self._alike(target)
            if like is not None:
                found[target] = like.shares[target]
            elif target in self.plain:
                found[target] = share_of_fused(self.processes[target], self.plain[target])
            else:
                found[target] = 1.0
        return found

    def mixed(self, target: str) -> Mixed:
        """Return what is believed of one target: the process with physics, and the one without where it counts."""
        return Mixed.of(self.processes[target], self.plain.get(target), self.shares[target])

    def joint(
        self, designs: CompleteDesigns, simulated: pd.DataFrame | None = None
    ) -> dict[str, tuple[Float[Array, " m"], Float[Array, "m m"]]]:
        """Return mean (m,) and covariance (m, m) of what designs are themselves worth, z, of each target.

        Parameters
        ----------
        designs, simulated
            As for :meth:`bases`.
        """
        bases = self.bases(designs, simulated)
        return {target: self.mixed(target).joint(bases[target]) for target in TARGETS}

    def latent(
        self, designs: CompleteDesigns, simulated: pd.DataFrame | None = None
    ) -> dict[str, tuple[Float[Array, " m"], Float[Array, " m"]]]:
        """Return mean and variance (m,) of what designs are themselves worth, z, of each target."""
        bases = self.bases(designs, simulated)
        return {target: self.mixed(target).latent(bases[target]) for target in TARGETS}

    def noise(self, target: str) -> float:
        """Return the variance between replicate cells of a target, z squared, as believed."""
        fused = self.processes[target].hyper["noise"] ** 2
        other = self.plain[target].hyper.cell ** 2 if target in self.plain else fused
        share = self.shares[target]
        return float(share * fused + (1.0 - share) * other)
