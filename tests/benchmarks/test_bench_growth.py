"""Cost against work: seconds, memory and bytes for more and more of it, with the exponent. Run with ``make bench``.

The exponent is the slope of the logarithm of seconds against that of work, by least squares over the sizes.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.tracking import MlflowClient

from surrogate.campaign.file import Campaign
from surrogate.campaign.store import CampaignStore
from surrogate.hosts.designs import CompleteDesigns
from surrogate.laboratory.neutral import neutral_task
from surrogate.optimization import propose
from surrogate.physics import simulate
from surrogate.resources import resource as shipped
from tests.benchmarks.test_bench_large_campaign import cells

DESIGNS = (100, 1_000, 10_000)
OBSERVED = (100, 300, 1_000, 3_000, 10_000)
CELLS = (100, 1_000, 10_000)
VERSIONS = (10, 100, 1_000)


def grown(what: str, sizes: tuple[int, ...], timed: Callable[[int], tuple[float, float]]) -> None:
    """Print seconds and mebibytes for each size, and the exponent."""
    seconds = []
    for size in sizes:
        took, stored = timed(size)
        seconds.append(took)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{what}, {size:>7,}: {took:8.2f} s, {stored:8.2f} MiB stored, peak {peak:,.0f} MiB", end="")
    print(f"\n{what}: exponent {np.polyfit(np.log(sizes), np.log(seconds), 1)[0]:.2f}")


def campaign() -> Campaign:
    return Campaign.load(shipped("training/campaigns/ether.toml")).without_methods()


def test_designs_simulated(tmp_path: Path) -> None:
    ether = campaign()
    simulate(CompleteDesigns.of(ether.space.sample(2, 9, "cheap").assign(**ether.conditions.as_dict())))

    def timed(n: int) -> tuple[float, float]:
        designs = CompleteDesigns.of(ether.space.sample(n, 0, "cheap").assign(**ether.conditions.as_dict()))
        begun = time.perf_counter()
        table = simulate(designs)
        took = time.perf_counter() - begun
        path = tmp_path / f"{n}.parquet"
        table.to_parquet(path)
        return took, path.stat().st_size / 2**20

    grown("simulated designs", DESIGNS, timed)


def test_observations(tmp_path: Path) -> None:
    task = neutral_task("hartmann6")

    def timed(n: int) -> tuple[float, float]:
        told = task.space.sample(n, 0)
        told = pd.concat([told, task.measure(told, np.random.default_rng(0))], axis=1)
        begun = time.perf_counter()
        propose(task.space, told, dict(task.objectives), n=4, seed=0)
        return time.perf_counter() - begun, told.memory_usage().sum() / 2**20

    grown("observations of one proposal", OBSERVED, timed)


def test_cells_of_a_campaign(tmp_path: Path) -> None:
    (tmp_path / "grown.toml").write_text(campaign().text, encoding="utf-8")
    path = tmp_path / "grown.db"

    def timed(n: int) -> tuple[float, float]:
        path.unlink(missing_ok=True)
        CampaignStore.open(path).tell(cells(campaign(), n, 0), source="grown.csv")
        more = cells(campaign(), 10, 1)
        begun = time.perf_counter()
        CampaignStore.open(path).tell(more, source="more.csv")
        return time.perf_counter() - begun, path.stat().st_size / 2**20

    grown("ten more cells of a campaign of", CELLS, timed)


def test_versions_in_the_registry(tmp_path: Path) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'grown.db'}")
    client = MlflowClient()
    client.create_registered_model("grown")
    mlflow.set_experiment("grown")
    made = 0

    def timed(n: int) -> tuple[float, float]:
        nonlocal made
        while made < n:
            with mlflow.start_run() as run:
                mlflow.log_metric("skill", float(made))
            client.create_model_version("grown", f"file://{tmp_path}", run.info.run_id)
            made += 1
        client.set_registered_model_alias("grown", "champion", str(made))
        begun = time.perf_counter()
        client.get_model_version_by_alias("grown", "champion")
        client.search_runs(["0", run.info.experiment_id], max_results=50)
        return time.perf_counter() - begun, (tmp_path / "grown.db").stat().st_size / 2**20

    grown("champion and 50 runs among", VERSIONS, timed)
