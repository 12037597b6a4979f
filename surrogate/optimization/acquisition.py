"""What a further design is worth: expected (hypervolume) improvement over what is known, in logarithmic form.

One objective: ``qLogNEI``; several: ``qLogNEHVI``. Both average over what the designs made so far may really
be worth (Ament et al., Unexpected Improvements to Expected Improvement, NeurIPS 2023; Daulton et al.,
Parallel Bayesian Optimization of Multiple Noisy Objectives, NeurIPS 2021). All random numbers come from the
seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from botorch.acquisition.logei import qLogNoisyExpectedImprovement
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.acquisition.multi_objective.objective import WeightedMCMultiOutputObjective
from botorch.acquisition.multi_objective.utils import prune_inferior_points_multi_objective
from botorch.acquisition.objective import LinearMCObjective
from botorch.acquisition.utils import prune_inferior_points
from botorch.models.gpytorch import GPyTorchModel
from botorch.models.model import Model, ModelList
from botorch.models.model_list_gp_regression import ModelListGP
from botorch.sampling.normal import SobolQMCNormalSampler
from botorch.utils.multi_objective.pareto import is_non_dominated
from botorch.utils.sampling import manual_seed
from threadpoolctl import threadpool_limits
from torch import Tensor

from surrogate.errors import InputError
from surrogate.optimization.compile import keep_python_acquisition
from surrogate.shapes import Float

Direction = Literal["max", "min"]


@dataclass(frozen=True)
class SearchSettings:
    """How hard to search. The defaults propose 4 of about 100 kinds of host in under 25 s on one core.

    pool: quasi-random designs scored before any is refined. near: further ones close to the best known.
    keep: best of these that are scored again for the second and later members of a batch. first_starts,
    starts: designs refined for the first and for each later member (what refining has led to joins the pool).
    maxiter: steps of each refinement. mc_samples: draws of the posterior.
    baseline: largest number of known designs kept as those to improve on. prune_samples: draws used to choose
    them. chunk: designs scored at once (memory). reference_point: worst value that counts, for each objective
    in the model's own scale and direction; None infers it from the known designs. simplicity: share of the
    expected improvement that a design may lose for a simpler one to be taken in its place.

    Raises InputError for a number below 1, or a simplicity outside 0 to 1.
    """

    pool: int = 768
    near: int = 192
    keep: int = 128
    first_starts: int = 8
    starts: int = 4
    maxiter: int = 25
    mc_samples: int = 128
    baseline: int = 16
    prune_samples: int = 256
    chunk: int = 64
    reference_point: Sequence[float] | None = None
    simplicity: float = 0.2

    def __post_init__(self) -> None:
        if not 0.0 <= self.simplicity < 1.0:
            raise InputError(
                "not a share",
                where="search settings, simplicity",
                value=self.simplicity,
                limit="0 to below 1",
            )
        for name in (
            "pool",
            "keep",
            "first_starts",
            "starts",
            "maxiter",
            "mc_samples",
            "baseline",
            "prune_samples",
            "chunk",
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise InputError(
                    "not a whole number of at least 1", where=f"search settings, {name}", value=value
                )
        if self.near < 0:
            raise InputError("is negative", where="search settings, near", value=self.near)


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread of torch and BLAS inside: faster for small matrices, and sums always in the same order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(limits=1):
            yield
    finally:
        torch.set_num_threads(threads)


class Improvement:
    """The value of adding designs to those known and those under way.

    model: a posterior over m objectives. baseline: (b, d) known designs, at least one. directions: of each
    objective. settings, seed: see :class:`SearchSettings`.
    """

    def __init__(
        self,
        model: Model,
        baseline: Float[Tensor, "b d"],
        directions: Sequence[Direction],
        settings: SearchSettings,
        seed: int,
    ) -> None:
        keep_python_acquisition()
        self.model, self.settings, self.seed = model, settings, seed
        self.signs = torch.tensor([1.0 if one == "max" else -1.0 for one in directions], dtype=torch.double)
        self.several = len(directions) > 1
        if self.several:
            self.reference = self._reference_point(baseline)
        self.baseline = self._prune(baseline)

    def given(self, pending: Float[Tensor, "p d"] | None) -> AcquisitionFunction:
        """The acquisition function when designs (p, d) are already under way."""
        common: dict[str, Any] = {
            "model": self.model,
            "X_baseline": self.baseline,
            "X_pending": pending if pending is not None and len(pending) else None,
            "prune_baseline": False,  # done once, by _prune
            "sampler": SobolQMCNormalSampler(torch.Size([self.settings.mc_samples]), seed=self.seed),
        }
        with manual_seed(self.seed):
            if self.several:
                objective = WeightedMCMultiOutputObjective(self.signs)
                return qLogNoisyExpectedHypervolumeImprovement(
                    ref_point=self.reference, objective=objective, **common
                )
            return qLogNoisyExpectedImprovement(objective=LinearMCObjective(self.signs), **common)

    def values(self, acquisition: AcquisitionFunction, points: Float[Tensor, "n d"]) -> Float[Tensor, " n"]:
        """The value (n,) of each of the points (n, d) alone."""
        with torch.no_grad():
            chunks = [acquisition(chunk.unsqueeze(1)) for chunk in points.split(self.settings.chunk)]
        return torch.nan_to_num(torch.cat(chunks), nan=-torch.inf)

    def _mean(self, points: Float[Tensor, "n d"]) -> Float[Tensor, "n m"]:
        """Posterior mean (n, m), every objective to be maximised."""
        with torch.no_grad():
            return self.model.posterior(points).mean * self.signs

    def _reference_point(self, baseline: Tensor) -> Tensor:
        """A tenth of the front's extent below its worst point (Ishibuchi et al., GECCO 2011), as in BoTorch.

        Where the front has no extent in an objective, the spread of all known designs takes its place, or 1.
        """
        if self.settings.reference_point is not None:
            given = torch.tensor(list(self.settings.reference_point), dtype=torch.double)
            if given.shape != self.signs.shape or not bool(given.isfinite().all()):
                raise InputError(
                    "one finite number for each objective is needed",
                    where="search settings, reference_point",
                    value=list(self.settings.reference_point),
                    limit=f"{len(self.signs)} numbers",
                )
            return given * self.signs
        mean = self._mean(baseline)
        front = mean[is_non_dominated(mean)]
        worst = front.amin(dim=0)
        extent = front.amax(dim=0) - worst
        spread = mean.amax(dim=0) - mean.amin(dim=0)
        extent = torch.where(
            extent > 1e-6, extent, torch.where(spread > 1e-6, spread, torch.ones_like(spread))
        )
        return worst - 0.1 * extent

    def _prune(self, baseline: Tensor) -> Tensor:
        """Known designs that may be among the best, the likeliest ones first to stay; never none."""
        share = min(1.0, self.settings.baseline / len(baseline))
        common: dict[str, Any] = {"num_samples": self.settings.prune_samples, "max_frac": share}
        with torch.no_grad(), manual_seed(self.seed):
            if self.several:
                kept = prune_inferior_points_multi_objective(
                    self.model,
                    baseline,
                    ref_point=self.reference,
                    objective=WeightedMCMultiOutputObjective(self.signs),
                    **common,
                )
            else:
                objective = LinearMCObjective(self.signs)
                kept = prune_inferior_points(self.model, baseline, objective=objective, **common)
        if len(kept):
            return kept
        mean = self._mean(baseline)
        return baseline[is_non_dominated(mean)][: self.settings.baseline]


def joined(models: Sequence[Model]) -> Model:
    """Single-output models as one model with an output for each; one model stays as it is."""
    if len(models) == 1:
        return models[0]
    if all(isinstance(model, GPyTorchModel) for model in models):
        return ModelListGP(*models)
    return ModelList(*models)
