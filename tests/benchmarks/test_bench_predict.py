"""How long one design takes through the endpoint, inside this process. Run with ``make bench``.

A prediction holds a simulation of the design and of the foil that it is compared with, about 30 ms of processor time:
what the host changes in its cell is the simulator's word and not an emulator's. A slider that is moved may ask ten
times a second. The model here has the champion's size and no training behind it: its numbers mean nothing, its speed
does.
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
from surrogate.models.contract import TargetData
from surrogate.models.mixture import literature_mixture
from surrogate.serving.app import create_app
from surrogate.serving.schemas import EXAMPLE

MEASURED = dict(zip(TARGETS, (150, 57, 44, 104), strict=True))  # rows of each mixture of the champion
REPEATS = 50


@pytest.fixture(scope="module")
def model() -> Iterator[HostModel]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    encoder, rng = host_encoder(), np.random.default_rng(0)
    X = encoder.encode(host_space().sample(150, 3))
    z = 5.0 + X @ rng.normal(size=X.shape[1]) / 8.0
    papers = np.array([f"10.1/x#{k // 2}" for k in range(150)], dtype=object)
    rows = TargetData(X, z, z, papers, encoder.groups, rng.normal(size=150), np.arange(150) % 5 == 0)
    mixtures = {
        target: literature_mixture().fit(rows.take(np.arange(n)), target, seed=0)
        for target, n in MEASURED.items()
    }
    yield HostModel(mixtures, Domain.of(X), X, tuple(papers.tolist()), {})
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
    assert found <= 100.0
    assert completing <= 5.0
