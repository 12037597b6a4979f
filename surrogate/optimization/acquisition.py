"""What a further design is worth: expected (hypervolume) improvement over what is known, in logarithmic form.

One objective: ``qLogNEI``; several: ``qLogNEHVI``. Both average over what the designs made so far may really
be worth (Ament et al., Unexpected Improvements to Expected Improvement, NeurIPS 2023; Daulton et al.,
Parallel Bayesian Optimization of Multiple Noisy Objectives, NeurIPS 2021). All random numbers come from the
seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from botorch.acquisition.logei import qLogNoisyExpectedImprovement
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.acquisition.multi_objective.objective import (
    GenericMCMultiOutputObjective,
    MCMultiOutputObjective,
    WeightedMCMultiOutputObjective,
)
from botorch.acquisition.multi_objective.utils import prune_inferior_points_multi_objective
from botorch.acquisition.objective import GenericMCObjective, LinearMCObjective, MCAcquisitionObjective
from botorch.acquisition.utils import prune_inferior_points
from botorch.models.model import Model
from botorch.sampling.normal import SobolQMCNormalSampler
from botorch.utils.multi_objective.pareto import is_non_dominated
from botorch.utils.sampling import manual_seed
from torch import Tensor

from surrogate.errors import InputError
from surrogate.optimization.fused_kernel import disable_fused_kernel
from surrogate.optimization.gains import Gains, Logarithm
from surrogate.optimization.settings import OutputLimit, SearchSettings, Wanted
from surrogate.shapes import Float

Weight = Callable[[Tensor], Tensor]


class _Weighed(AcquisitionFunction):
    """An acquisition function plus a weight (...,) of points (..., 1, d), both logarithms."""

    def __init__(self, inner: AcquisitionFunction, weight: Weight) -> None:
        super().__init__(inner.model)
        self.inner, self.weight = inner, weight

    def forward(self, X: Tensor) -> Tensor:
        return self.inner(X) + self.weight(X)


class Improvement:
    """The value of adding designs to those known and those being made.

    Parameters
    ----------
    model : Model
        A posterior over m objectives and, after them, outcomes that only limits are on.
    baseline : Tensor, (b, d)
        Encoded known designs, at least 1.
    directions : sequence of m "max", "min", numbers or pairs of numbers
        What is wanted of each objective; a number is a value to be matched, a pair the ends of a band in which all is
        as good, on the model's scale.
    settings : SearchSettings
        How hard to search.
    seed : int
        Of all random numbers.
    limits : sequence of OutputLimit
        Bounds on outputs of the model.
    ordinary : Tensor, (k, d), optional
        Encoded random designs, for a reference point that is their median.
    weight : callable, optional
        Encoded designs (..., 1, d) -> logarithm (...,) of what share of its improvement each is worth.
    logarithms : sequence of m Logarithm or None, optional
        Of which objectives the model has the logarithm, while what they are themselves is to be improved.
    """

    def __init__(
        self,
        model: Model,
        baseline: Float[Tensor, "b d"],
        directions: Sequence[Wanted],
        settings: SearchSettings,
        seed: int,
        limits: Sequence[OutputLimit] = (),
        ordinary: Float[Tensor, "k d"] | None = None,
        weight: Weight | None = None,
        logarithms: Sequence[Logarithm | None] | None = None,
    ) -> None:
        disable_fused_kernel()
        self.model, self.settings, self.seed = model, settings, seed
        self.gains = Gains(directions, logarithms)
        self.limits, self.weight = limits, weight
        self.several = len(directions) > 1
        if self.several:
            self.reference = self._reference_point(baseline, ordinary)
        self.baseline = self._prune(baseline)

    def given(self, pending: Float[Tensor, "p d"] | None) -> AcquisitionFunction:
        """Return the acquisition function when the designs ``pending`` (p, d) are already being made."""
        unweighed = self._unweighed(pending)
        return unweighed if self.weight is None else _Weighed(unweighed, self.weight)

    def _unweighed(self, pending: Tensor | None) -> AcquisitionFunction:
        common: dict[str, Any] = {
            "model": self.model,
            "X_baseline": self.baseline,
            "X_pending": pending if pending is not None and len(pending) else None,
            "prune_baseline": False,  # done once, by _prune
            "sampler": SobolQMCNormalSampler(torch.Size([self.settings.mc_samples]), seed=self.seed),
        }
        with manual_seed(self.seed):
            common["constraints"] = self._constraints
            if self.several:
                return qLogNoisyExpectedHypervolumeImprovement(
                    ref_point=self.reference, objective=self._objectives, **common
                )
            return qLogNoisyExpectedImprovement(objective=self._objective, **common)

    @property
    def _linear(self) -> bool:
        """Whether the objectives are all outputs of the model, as they are or with the sign turned."""
        return self.gains.linear and self.model.num_outputs == len(self.gains.signs)

    @property
    def _objectives(self) -> MCMultiOutputObjective:
        if self._linear:
            return WeightedMCMultiOutputObjective(self.gains.signs)
        return GenericMCMultiOutputObjective(lambda Y, X=None: self.gains(Y))

    @property
    def _objective(self) -> MCAcquisitionObjective:
        if self._linear:
            return LinearMCObjective(self.gains.signs)
        return GenericMCObjective(lambda Y, X=None: self.gains(Y)[..., 0])

    @property
    def _constraints(self) -> list[Callable[[Tensor], Tensor]] | None:
        """Functions of outputs that are at most 0 where a limit is kept."""

        def beyond(limit: OutputLimit) -> Callable[[Tensor], Tensor]:
            at, sign, bound = limit
            return lambda outputs: sign * (outputs[..., at] - bound)

        return [beyond(limit) for limit in self.limits] or None

    def values(self, acquisition: AcquisitionFunction, points: Float[Tensor, "n d"]) -> Float[Tensor, " n"]:
        """Return the value (n,) of adding each of the points (n, d) alone.

        Parameters
        ----------
        acquisition : AcquisitionFunction
            From :meth:`given`.
        points : Tensor, (n, d)
            Encoded designs.

        Returns
        -------
        Tensor, (n,)
            Logarithm of the expected improvement; minus infinity where it is not a number.
        """
        with torch.no_grad():
            chunks = [acquisition(chunk.unsqueeze(1)) for chunk in points.split(self.settings.chunk)]
        return torch.nan_to_num(torch.cat(chunks), nan=-torch.inf)

    def _mean(self, points: Float[Tensor, "n d"]) -> Float[Tensor, "n m"]:
        """Posterior mean (n, m), every objective to be maximised."""
        with torch.no_grad():
            return self.gains(self.model.posterior(points).mean)

    def _reference_point(self, baseline: Tensor, ordinary: Tensor | None) -> Tensor:
        """Place it a tenth of their extent below the worst of the known designs, or of their front, or as given.

        Of the front as in BoTorch (Ishibuchi et al., GECCO 2011). Where that has no extent in an objective, the
        spread of all known designs takes its place, or 1.
        """
        if self.settings.reference_point is not None:
            given = torch.tensor(list(self.settings.reference_point), dtype=torch.double)
            if given.shape != self.gains.signs.shape or not bool(given.isfinite().all()):
                raise InputError(
                    "one finite number for each objective is required",
                    where="search settings, reference_point",
                    value=list(self.settings.reference_point),
                    limit=f"{len(self.gains.signs)} numbers",
                )
            return self.gains(given)
        if self.settings.worst_of == "space" and ordinary is not None and len(ordinary):
            return self._below_the_best(self._mean(ordinary).median(dim=0).values, ordinary)
        mean = self._mean(baseline)
        front = mean if self.settings.worst_of == "known" else mean[is_non_dominated(mean)]
        worst = front.amin(dim=0)
        extent = front.amax(dim=0) - worst
        spread = mean.amax(dim=0) - mean.amin(dim=0)
        extent = torch.where(
            extent > 1e-6, extent, torch.where(spread > 1e-6, spread, torch.ones_like(spread))
        )
        return worst - 0.1 * extent

    def _below_the_best(self, reference: Tensor, ordinary: Tensor) -> Tensor:
        """Lower a reference that leaves nothing to gain: most designs may lie in a band, where the gain is 0.

        At least a standard deviation of the output over ordinary designs then counts.
        """
        with torch.no_grad():
            spread = self.model.posterior(ordinary).mean[..., : len(reference)].std(dim=0).clamp_min(1e-3)
        return torch.where(self.gains.bounded, torch.minimum(reference, -spread), reference)

    def _prune(self, baseline: Tensor) -> Tensor:
        """Known designs that may be among the best, the likeliest first to stay; never none."""
        share = min(1.0, self.settings.baseline / len(baseline))
        common: dict[str, Any] = {
            "num_samples": self.settings.prune_samples, "max_frac": share, "constraints": self._constraints,
        }  # fmt: skip
        with torch.no_grad(), manual_seed(self.seed):
            if self.several:
                kept = prune_inferior_points_multi_objective(
                    self.model,
                    baseline,
                    ref_point=self.reference,
                    objective=self._objectives,
                    **common,
                )
            else:
                kept = prune_inferior_points(self.model, baseline, objective=self._objective, **common)
        if len(kept):
            return kept
        mean = self._mean(baseline)
        return baseline[is_non_dominated(mean)][: self.settings.baseline]
