"""The simulation behind ``docs/scale.md``: a billion simulated hosts, a thousand laboratories, from measured costs.

Measured here: seconds and bytes of a simulated host, seconds of a ``tell``. Simulated event by event from these:
a scheduler that hands out parts to workers which are lost now and then, and the queue of a thousand laboratories at
one database. Assumed: what the scheduler needs for a part, how long a worker lives, how often a laboratory tells.
Run with ``make bench``.
"""

from __future__ import annotations

import heapq
import time
from pathlib import Path

import numpy as np

from surrogate.campaign.file import Campaign
from surrogate.campaign.store import CampaignStore
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import simulate
from surrogate.resources import resource
from tests.benchmarks.test_bench_large_campaign import cells

DESIGNS, LABORATORIES = 1_000_000_000, 1_000
SCHEDULER_S = 1e-3  # of a part: Dask's documentation speaks of some 200 us to 1 ms a task
WORKER_LIVES_H = 200.0  # until it is lost: machines that may be taken away
TELLS_A_DAY = 20.0  # of a laboratory, in its eight working hours
OPEN_FILES_AN_S = 500.0  # that one process lists, reads and hashes in an object store


def made(parts: int, seconds: float, workers: int, rng: np.random.Generator) -> tuple[float, int]:
    """Simulate the making of parts that take seconds each: hours in all, and parts that were lost with a worker.

    One scheduler hands out a part in ``SCHEDULER_S``. A worker that is lost takes its part with it, which is made
    again, and another one comes after ten minutes.
    """
    free = [0.0] * workers
    heapq.heapify(free)
    scheduler = ended = 0.0
    lost, left = 0, parts
    survives = np.exp(-seconds / 3600.0 / WORKER_LIVES_H)
    while left:
        scheduler = max(scheduler, heapq.heappop(free)) + SCHEDULER_S
        if rng.random() < survives:
            left -= 1
            done = scheduler + seconds
        else:
            lost += 1
            done = scheduler + rng.random() * seconds + 600.0
        ended = max(ended, done)
        heapq.heappush(free, done)
    return ended / 3600.0, lost


def waited(service: float, days: int, rng: np.random.Generator) -> tuple[float, float]:
    """Simulate one writer at a time at one database: median and 99 % quantile of seconds until it has answered."""
    n = int(LABORATORIES * TELLS_A_DAY)
    found = []
    for _ in range(days):
        arrivals = np.sort(rng.uniform(0.0, 8 * 3600.0, n))
        free = 0.0
        for at in arrivals:
            free = max(free, at) + service
            found.append(free - at)
    return float(np.median(found)), float(np.quantile(found, 0.99))


def test_a_billion_hosts_and_a_thousand_laboratories(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    campaign = Campaign.load(resource("training/campaigns/ether.toml")).without_methods()
    hosts = campaign.space.sample(600, 0, "cheap").assign(**campaign.conditions.as_dict())
    simulate(CompleteDesigns.of(hosts.iloc[:4]))
    begun = time.perf_counter()
    table = simulate(CompleteDesigns.of(hosts))
    each = (time.perf_counter() - begun) / len(hosts)
    table.to_parquet(tmp_path / "part.parquet")
    size = (tmp_path / "part.parquet").stat().st_size / len(hosts)
    print(f"\nmeasured: {1e3 * each:.1f} ms and {size:.0f} bytes a host")
    print(f"a billion: {DESIGNS * each / 3600:,.0f} core hours, {DESIGNS * size / 1e9:,.0f} GB")
    print(
        "| hosts a part | parts | workers | hours | of it idle | parts lost | hours to read all parts' heads |"
    )
    for part in (1_000, 10_000, 100_000):
        parts, seconds = DESIGNS // part, part * each
        for workers in (100, 1_000, 10_000):
            hours, lost = made(parts, seconds, workers, rng)
            idle = 1.0 - DESIGNS * each / 3600.0 / (hours * workers)
            heads = parts / OPEN_FILES_AN_S / 3600.0
            print(
                f"| {part:,} | {parts:,} | {workers:,} | {hours:,.1f} | {100 * idle:.0f} % | {lost:,} | {heads:.2f} |"
            )
    print("| cells in a campaign | s a tell | median wait, s | 99 %, s | busy |")
    for told in (30, 300, 3_000):
        path = tmp_path / f"{told}.db"
        CampaignStore.open(path).tell(cells(campaign, told, 0), "before.csv")
        more = cells(campaign, 4, 1)
        begun = time.perf_counter()
        CampaignStore.open(path).tell(more, "more.csv")
        service = time.perf_counter() - begun
        middle, most = waited(service, 2, rng)
        busy = LABORATORIES * TELLS_A_DAY * service / (8 * 3600.0)
        print(f"| {told:,} | {service:.2f} | {middle:.2f} | {most:.2f} | {100 * busy:.0f} % |")
        assert middle >= service
