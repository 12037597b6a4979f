"""A campaign of 1,000 told cells: how long ``tell`` of ten more, ``status`` and ``optimize`` take, and their memory.

Limits are on seconds of the processor, as other work may run beside them.

Data flow: 1,000 hosts of the ether campaign, of which some could not be made, some cells are still running and some
are replicates -> told once through the store -> each command in a process of its own, warm (a champion in ``mlruns``
and the campaign's physics and simulations are there) -> seconds, CPU seconds and peak memory. Needs a champion in
``mlruns`` of the working directory, or LIHOST_BENCH_MLRUNS; it is copied, not written to.
"""

from __future__ import annotations

import os
import resource as usage
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.store import CampaignStore
from surrogate.hosts.designs import CompleteDesigns
from surrogate.resources import resource

CELLS, MORE = 1000, 10
MLRUNS = Path(os.environ.get("LIHOST_BENCH_MLRUNS", "mlruns")).absolute()
LIMITS_S = {"tell": 10.0, "status": 60.0, "propose": 60.0}


def cells(campaign: Campaign, n: int, seed: int) -> pd.DataFrame:
    """Hosts with plausible values: a fifth still running, a twentieth could not be made, a twentieth made twice."""
    rng = np.random.default_rng(seed)
    drawn = campaign.space.sample(n, seed, "cheap").assign(**campaign.conditions.as_dict())
    table = CompleteDesigns.of(drawn).frame.reset_index(drop=True)
    twice = rng.integers(0, n, n // 20)
    table = pd.concat([table.iloc[: n - len(twice)], table.iloc[twice % (n - len(twice))]], ignore_index=True)
    size = np.log(np.maximum(table["thickness_um"].to_numpy(), 30.0) / 100.0)  # a foil has none
    table["cycle_life_cycles"] = np.exp(5.5 + 0.4 * size + 0.6 * rng.standard_normal(n)).round()
    table["overpotential_mV"] = np.exp(3.2 - 0.2 * size + 0.2 * rng.standard_normal(n)).round(2)
    running, lost = rng.random(n) < 0.2, rng.random(n) < 0.05
    table["cycle_life_cycles_censored"] = running & ~lost
    table["state"] = np.where(lost, "not_made", np.where(running, "running", None))
    table.loc[lost, ["cycle_life_cycles", "overpotential_mV"]] = np.nan
    table["cell_id"] = [f"S{seed}-{k}" for k in range(n)]
    return table


def run(folder: Path, *words: object) -> tuple[float, float, float, str]:
    """Run ``optimize`` in a folder: seconds, CPU seconds, peak memory in MB, and what it said."""
    code = "import sys; from surrogate.cli.optimize import main; sys.exit(main())"
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    before, began = usage.getrusage(usage.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    seconds, after = time.perf_counter() - began, usage.getrusage(usage.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, after.ru_maxrss / 1024.0, done.stdout


@pytest.mark.skipif(not (MLRUNS / "mlflow.db").is_file(), reason="needs a champion: make optimize")
def test_a_thousand_cells(tmp_path: Path) -> None:
    shutil.copytree(MLRUNS, tmp_path / "mlruns")
    path = tmp_path / "ether.toml"
    shutil.copy(resource("training/campaigns/ether.toml"), path)
    campaign = Campaign.load(path)
    CampaignStore.open(path.with_suffix(".db")).tell(cells(campaign, CELLS, 1), "before.csv")
    taken = {}

    def measured(name: str, *words: object) -> None:
        taken[name] = run(tmp_path, *words)
        seconds, cpu, memory, _ = taken[name]
        print(f"{name}: {seconds:.1f} s ({cpu:.1f} s of CPU), {memory:.0f} MB", flush=True)

    for number, name in enumerate(
        ("first tell", "tell")
    ):  # the first keeps the simulations of the told hosts
        table = tmp_path / f"more-{number}.csv"
        cells(campaign, MORE, 2 + number).to_csv(table, index=False)
        measured(name, "tell", "--campaign", path, "--yes", table)
    measured("status", "status", "--campaign", path)
    measured("propose", "propose", "--campaign", path)
    print(taken["status"][3].splitlines()[-1])
    assert all(taken[name][1] <= limit for name, limit in LIMITS_S.items())
