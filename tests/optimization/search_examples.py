"""What tests of the search share: settings, two spaces, and models that nothing is fitted in."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from botorch.models import ModelListGP, SingleTaskGP

from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space

QUICK = SearchSettings(
    pool=64,
    near=16,
    keep=24,
    first_starts=2,
    starts=2,
    maxiter=15,
    mc_samples=16,
    prune_samples=64,
    generations=1,
    parents=2,
    children=8,
)
SQUARE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 2.0)])
HOSTS = Space(
    [
        Categorical("metal", ["none", "Cu", "Ni"]),
        Simplex("top", ["t1", "t2", "t3"], step=0.01),
        Simplex("bottom", ["b1", "b2", "b3"], step=0.01),
        Continuous("size", 1.0, 100.0, log=True, step=0.5),
        Continuous("porosity", 0.4, 0.95, step=0.01),
    ],
    [LinearConstraint({"porosity": 1.0, "t1": 0.5}, "<=", 1.1, "too light to hold")],
    [
        Restriction(
            {"metal": ["none"]},
            "a foil",
            fix={
                "size": 0.0,
                "porosity": 0.0,
                "t1": 1.0,
                "t2": 0.0,
                "t3": 0.0,
                "b1": 1.0,
                "b2": 0.0,
                "b3": 0.0,
            },
        ),
        Restriction(
            {"metal": ["Cu"]},
            "one composition",
            constraints=[LinearConstraint({f"t{i}": 1.0, f"b{i}": -1.0}, "==", 0.0) for i in (1, 2, 3)],
        ),
    ],
)


def gp(X: np.ndarray, *targets: np.ndarray) -> ModelListGP:
    """Gaussian processes with fixed hyperparameters: nothing is fitted, so nothing depends on a fit."""
    models = []
    for target in targets:
        y = torch.as_tensor((target - target.mean()) / target.std(ddof=1))[:, None]
        model = SingleTaskGP(
            torch.as_tensor(X), y, train_Yvar=torch.full_like(y, 1e-4), outcome_transform=None
        )
        model.covar_module.lengthscale = 0.7
        models.append(model.eval())
    return models[0] if len(models) == 1 else ModelListGP(*models)


def problem(space: Space, seed: int, outputs: int = 2, n: int = 12) -> tuple[Any, Encoder, np.ndarray]:
    """A model of smooth functions over a space, its encoder and the observed designs."""
    encoder = Encoder(space)
    X = encoder.encode(space.round(space.sample(n, seed)))
    weights = np.random.default_rng(seed).normal(size=(outputs, encoder.dim))
    return gp(X, *(np.sin(2 * X @ w) for w in weights)), encoder, X
