"""What a careful user of BoTorch writes in an afternoon (Balandat et al., NeurIPS 2020), as a contender.

A ``SingleTaskGP`` of all objectives, or a ``MixedSingleTaskGP`` where there are categoricals, with BoTorch's
defaults on inputs scaled to their limits; ``qLogExpectedImprovement`` over the best posterior mean for one objective,
``qLogNoisyExpectedHypervolumeImprovement`` with the task's reference point for several. Designs are chosen one
after the other, those before them pending, by ``optimize_acqf`` from the best random designs, under the exact linear
constraints, in each combination of categories; where there are more than four, in the four whose random designs score
best. Candidates are scored one and all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.laboratory.allowed_designs import together
from surrogate.laboratory.hypervolume import gains
from surrogate.laboratory.rounds import remaining, round_seed
from surrogate.laboratory.tasks import Task
from surrogate.space import Encoder, Space

if TYPE_CHECKING:
    from torch import Tensor

MOST_CHOICES = 4  # combinations of categories that are searched for each design
RANDOM = 512  # designs that choose among them
RESTARTS, RAW, STEPS, DRAWS = 4, 128, 40, 128
FIT_STEPS = 200  # a likelihood of few observations may rise without end


def botorch(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Fit, and propose n designs; see ``ask_tell``."""
    import torch

    from surrogate.optimization.fused_kernel import disable_fused_kernel

    disable_fused_kernel()
    own = round_seed(seed, observations)
    torch.manual_seed(own)
    measured = observations.dropna(subset=list(task.objectives))
    if len(measured) < 2:
        return together(task, [], n, observations, seed)
    points = Points(task.space)
    known = points.of(measured)
    model = _model(known, torch.as_tensor(gains(task, measured)), points)
    found: list[Tensor] = []
    chosen: list[pd.DataFrame] = []
    left = None if task.candidates is None else remaining(task, observations)
    for k in range(n if left is None else min(n, len(left))):
        acquisition = _acquisition(model, known, torch.cat(found) if found else None)
        if left is None:
            design = task.space.round(points.table(_best(acquisition, points, task.space, own + k)))
        else:
            design = left.iloc[[int(_scores(acquisition, points.of(left)).argmax())]]
            left = left.drop(index=design.index)
        chosen.append(design)
        found.append(points.of(design))
    return pd.concat(chosen, ignore_index=left is None)


class Points:
    """Designs as points: a code for each category, then the encoder's numbers.

    Parameters
    ----------
    space : Space
        Of the designs, with c categorical and k numeric columns.
    """

    def __init__(self, space: Space) -> None:
        self.space, self.encoder = space, Encoder(space)
        self.categories = len(space.categorical)
        self.at = [self.encoder.columns[column] for column in space.numeric]
        self.place = {dimension: self.categories + k for k, dimension in enumerate(self.at)}

    def of(self, designs: pd.DataFrame) -> Tensor:
        """Return the points (n, c + k) of n designs."""
        import torch

        codes = self.space.layout.parse(designs)[0]
        return torch.as_tensor(np.column_stack([codes, self.encoder.encode(designs)[:, self.at]]))

    def table(self, points: Tensor) -> pd.DataFrame:
        """Return the designs of points (n, c + k), which may break limits by a rounding error."""
        encoded = np.zeros((len(points), self.encoder.dim))
        encoded[:, self.at] = points[:, self.categories :].numpy()
        for i, parameter in enumerate(self.space.layout.categoricals):
            codes = points[:, i].round().long().numpy()
            encoded[np.arange(len(points)), np.array(self.encoder.groups[parameter.name])[codes]] = 1.0
        return self.encoder.decode(encoded)

    def region(self, choice: Mapping[str, Any]) -> dict[str, Any]:
        """Return bounds, fixed features and linear constraints of a combination, as ``optimize_acqf`` takes them."""
        import torch

        subspace = self.space.subspace(choice)
        bounds = torch.as_tensor(self.encoder.subspace_bounds(subspace))[:, self.at]
        codes = torch.as_tensor(self.space.layout.codes(choice)[0], dtype=torch.double)
        rows = [
            [
                (torch.tensor([self.place[int(i)] for i in at]), coefficients, bound)
                for at, coefficients, bound in side
            ]
            for side in self.encoder.linear(subspace)
        ]
        return {
            "bounds": torch.cat([codes.expand(2, -1), bounds], dim=1),
            "fixed_features": {i: float(code) for i, code in enumerate(codes)} or None,
            "inequality_constraints": rows[0] or None,
            "equality_constraints": rows[1] or None,
        }


def _model(known: Tensor, values: Tensor, points: Points) -> Any:
    import warnings

    from botorch.fit import fit_gpytorch_mll
    from botorch.models import MixedSingleTaskGP, SingleTaskGP
    from gpytorch.mlls import ExactMarginalLogLikelihood

    if points.categories:
        model = MixedSingleTaskGP(known, values, cat_dims=list(range(points.categories)))
    else:
        model = SingleTaskGP(known, values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fits that have to be tried again
        fit_gpytorch_mll(
            ExactMarginalLogLikelihood(model.likelihood, model),
            optimizer_kwargs={"options": {"maxiter": FIT_STEPS}},
        )
    return model


def _acquisition(model: Any, known: Tensor, pending: Tensor | None) -> Any:
    import torch
    from botorch.acquisition.logei import qLogExpectedImprovement
    from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
    from botorch.sampling import SobolQMCNormalSampler

    sampler = SobolQMCNormalSampler(torch.Size([DRAWS]), seed=0)
    if model.num_outputs == 1:
        with torch.no_grad():
            best = model.posterior(known).mean.max()
        return qLogExpectedImprovement(model, best, sampler=sampler, X_pending=pending)
    return qLogNoisyExpectedHypervolumeImprovement(
        model, ref_point=[0.0] * model.num_outputs, X_baseline=known, sampler=sampler,
        X_pending=pending, prune_baseline=True,
    )  # fmt: skip


def _best(acquisition: Any, points: Points, space: Space, seed: int) -> Tensor:
    """Return the best point (1, c + k) over the combinations of categories."""
    from botorch.optim import optimize_acqf

    ends = []
    for k, choice in enumerate(_choices(acquisition, points, space, seed)):
        region = points.region(choice)
        starts = points.of(space.sample_choice(choice, RAW, seed + k))
        starts = starts[_scores(acquisition, starts).topk(RESTARTS).indices]
        if not (region["bounds"][1] > region["bounds"][0]).any():
            ends.append((float(_scores(acquisition, starts[:1])[0]), starts[:1]))
            continue
        point, value = optimize_acqf(
            acquisition, q=1, num_restarts=RESTARTS, batch_initial_conditions=starts.unsqueeze(1),
            options={"maxiter": STEPS}, **region,
        )  # fmt: skip
        ends.append((float(value), point))
    return max(ends, key=lambda end: end[0])[1]


def _choices(acquisition: Any, points: Points, space: Space, seed: int) -> list[dict[str, Any]]:
    choices = space.choices()
    if len(choices) <= MOST_CHOICES:
        return choices
    drawn = space.sample(RANDOM, seed)
    drawn = drawn.assign(score=_scores(acquisition, points.of(drawn)).numpy())
    best = (
        drawn.groupby(list(space.categorical), sort=False)["score"].max().nlargest(MOST_CHOICES).reset_index()
    )
    return [{name: row[name] for name in space.categorical} for _, row in best.iterrows()]


def _scores(acquisition: Any, found: Tensor) -> Tensor:
    """Score points (n, d) one by one, a few at a time."""
    import torch

    with torch.no_grad():
        return torch.cat([acquisition(part.unsqueeze(1)) for part in found.split(128)])
