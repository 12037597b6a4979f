"""The same numbers whoever works: the physics of a campaign, the folds of a training, the runs of a contest.

Data flow: this process, two others, two workers of Dask -> hashes of what comes out, which have to be one.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.physics import physics_of
from surrogate.execution import Workers, workers
from surrogate.hosts.columns import TARGETS
from surrogate.laboratory.ask_tell import CONTENDERS
from surrogate.laboratory.contest import Contest
from surrogate.laboratory.neutral import neutral_sources
from surrogate.learning.contest import held_out_predictions
from surrogate.learning.training_data import Tables
from surrogate.literature import featurize
from surrogate.models.mixture import literature_rivals
from tests.campaign.conftest import SMALL, TEXT
from tests.learning.conftest import few_records

WHO = {"alone": (None, None), "1": (1, None), "2 processes": (2, None), "Dask, 2 workers": (2, "local")}


def compare(name: str, work: Callable[[Workers | None, str], bytes]) -> None:
    found = {}
    for who, (count, cluster) in WHO.items():
        began = time.perf_counter()
        with workers(count, cluster) as by:
            found[who] = hashlib.sha256(work(by, who)).hexdigest()
        print(f"\n{name:10s} {who:16s} {time.perf_counter() - began:6.1f} s  {found[who][:12]}", flush=True)
    assert len(set(found.values())) == 1, found


def test_physics_of_a_campaign(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(TEXT)
    campaign = Campaign.load(path)

    def work(by: Workers | None, who: str) -> bytes:
        physics_of(campaign, settings=SMALL, root=tmp_path / who, by=by)
        (kept,) = (tmp_path / who).glob("*/prior/arrays.safetensors")
        return kept.read_bytes()

    compare("physics", work)


def test_folds_of_a_training() -> None:
    tables = Tables.of(featurize.to_designs(few_records()))
    data = {target: tables.target(target) for target in TARGETS}

    def work(by: Workers | None, _: str) -> bytes:
        found = held_out_predictions(literature_rivals(), data, seed=3, by=by)
        return pd.util.hash_pandas_object(found).to_numpy().tobytes()

    compare("folds", work)


def test_runs_of_a_contest(tmp_path: Path) -> None:
    source = neutral_sources()["zdt1_whole"]
    chosen = [CONTENDERS[name] for name in ("random", "sobol")]

    def work(by: Workers | None, who: str) -> bytes:
        outcome = Contest([source], chosen, [0, 1], tmp_path / who, experiments=20).run(by=by)
        assert not outcome.failed
        found = outcome.results.drop(columns=["seconds", "memory_mb"])
        return pd.util.hash_pandas_object(found).to_numpy().tobytes()

    compare("runs", work)


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
