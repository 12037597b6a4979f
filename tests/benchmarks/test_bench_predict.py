"""How long one design takes through the endpoint, inside this process. Run with ``make bench``.

Before tables were completed once and by arrays, one design took 118 ms of processor time through the function behind
``/predict`` and 160 ms through the whole application (the shipped recipe's champion, one core of a shared machine).
The target is a fifth of that. The model here has the champion's size and no training behind it: its numbers mean
nothing, its speed does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from fastapi.testclient import TestClient

from surrogate.evaluation.domain import Domain
from surrogate.hosts.columns import TARGETS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder, host_space
from surrogate.models.bundle import HostModel
from surrogate.models.ensemble import DeepEnsemble, EnsembleSettings
from surrogate.models.gp import TargetGP
from surrogate.serving.app import create_app
from surrogate.serving.schemas import EXAMPLE

MEASURED = dict(zip(TARGETS, (91, 26, 27, 50), strict=True))  # rows of each process of the champion
REPEATS = 50


@pytest.fixture(scope="module")
def model() -> Iterator[HostModel]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    X = host_encoder().encode(host_space().sample(134, 3))
    z = 5.0 + X @ np.random.default_rng(0).normal(size=X.shape[1]) / 8.0
    ensemble = DeepEnsemble.fit(
        X, np.stack([z] * len(TARGETS), axis=1), TARGETS, seed=0, settings=EnsembleSettings(epochs=1)
    )
    processes = {}
    for target, n in MEASURED.items():
        measured = np.ones(n, dtype=bool)
        processes[target] = TargetGP.fit(
            X[:n], z[:n], groups=host_encoder().groups, measured=measured, published=measured,
            mean=ensemble.mean(target), steps=1,
        )  # fmt: skip
    citations = tuple(f"10.1/x#{k}" for k in range(len(X)))
    yield HostModel(processes, ensemble, TARGETS, Domain.of(X), X, citations, {})
    torch.set_num_threads(threads)


def milliseconds(work: Callable[[], Any]) -> float:
    """Median processor time of a call."""
    for _ in range(3):
        work()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(1e3 * (time.process_time() - start))
    return float(np.median(times))


def test_one_design_through_the_endpoint(benchmark: Any, model: HostModel) -> None:
    with TestClient(create_app(model)) as client:

        def ask() -> None:
            assert client.post("/predict", json={"designs": [EXAMPLE]}).status_code == 200

        found = benchmark.pedantic(lambda: milliseconds(ask), rounds=1)
    table = pd.DataFrame([EXAMPLE])
    designs = CompleteDesigns.of(table)
    completing, predicting = (
        milliseconds(work) for work in (lambda: CompleteDesigns.of(table), lambda: model.predict(designs))
    )
    benchmark.extra_info.update(endpoint_ms=found, completing_ms=completing, predicting_ms=predicting)
    print(
        f"one design: {found:.1f} ms through the endpoint, of which {completing:.1f} ms to complete it and "
        f"{predicting:.1f} ms to predict"
    )
    assert found <= 160.0 / 5.0
    assert completing <= 5.0
