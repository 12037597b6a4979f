"""Ten thousand generated requests: no fault of ours, and every refusal names field, value and limit.

Data flow: ``tests.serving.bodies`` -> an application in this process, with the champion of ``mlruns`` (or
LIHOST_BENCH_MLRUNS) where there is one, whose jobs never start -> complaints by kind, statuses by path.
LIHOST_BENCH_BODIES sends another number.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pandas as pd
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from surrogate import load_champion
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.app import create_app
from surrogate.serving.served import Predictor
from tests.serving.bodies import Asked, Unworked, complaints, requests, send

MLRUNS = Path(os.environ.get("LIHOST_BENCH_MLRUNS", "mlruns")).absolute()
NUMBER = int(os.environ.get("LIHOST_BENCH_BODIES", "10000"))


class Ones:
    """Stands for a champion where there is none."""

    version = "ones"

    def predicted_columns(self, designs: CompleteDesigns) -> pd.DataFrame:
        return pd.DataFrame(dict.fromkeys(c.TARGETS, 1.0), index=designs.index)


def test_ten_thousand_bodies() -> None:
    model: Predictor = Ones()
    if (MLRUNS / "mlflow.db").is_file():
        os.environ.setdefault("MLFLOW_TRACKING_URI", f"sqlite:///{MLRUNS}/mlflow.db")
        model = load_champion()
    statuses: Counter[tuple[str, int]] = Counter()
    wrong: dict[str, tuple[Asked, str]] = {}
    with TestClient(create_app(model, Unworked()), raise_server_exceptions=False) as client:

        @settings(
            max_examples=NUMBER, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(requests())
        def ask(asked: Asked) -> None:
            answer = send(client, asked)
            statuses[asked.path, answer.status_code] += 1
            for said in complaints(asked, answer):
                wrong.setdefault(said[:60], (asked, said))

        ask()
    for (path, status), number in sorted(statuses.items()):
        print(f"{path:16s} {status} {number:6d}")
    tried = sum(statuses.values())
    faults = sum(number for (_, status), number in statuses.items() if status >= 500)
    print(f"asked: {NUMBER} requests without 5xx, by model {model.version}")
    print(f"tried: {tried}, of which 5xx {faults}; kinds of complaint {len(wrong)}")
    for asked, said in wrong.values():
        print(said, asked)
    assert not wrong
