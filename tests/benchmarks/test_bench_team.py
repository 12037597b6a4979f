"""A team on PostgreSQL: eight writers at one campaign, the server restarted between them, MLflow's runs beside it.

Data flow: a server in memory -> eight processes that tell 200 cells each, every cell with its own statement -> the
tables, row by row: nothing lost, nothing twice, statements without a gap, each writer's cells in its order. Then the
same while the server is stopped and started again, once in order (SIGINT) and once as by a power cut (SIGQUIT). The
log of the server says how many transactions it broke off. ``make bench``; LIHOST_BENCH_TEAM=200 is the number of
cells of a writer.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from surrogate import tracking
from surrogate.campaign.store import CampaignStore
from surrogate.tracking.store import open_store
from tests.campaign.told_cells import row
from tests.postgres import NOT_INSTALLED, Server, programs, running

pytestmark = pytest.mark.skipif(programs() is None, reason=NOT_INSTALLED)
WRITERS, CELLS = 8, int(os.environ.get("LIHOST_BENCH_TEAM", "200"))
FORK = multiprocessing.get_context("fork")
# How the server is stopped, and what part of the cells is told meanwhile.
STOPS = {"no restart": (None, 1), "restart": (signal.SIGINT, 1), "power cut": (signal.SIGQUIT, 4)}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as made:
        yield made


def write(url: str, writer: int, cells: int) -> None:
    """Tell the cells of a writer, one after the other."""
    store = CampaignStore.open(url)
    for k in range(cells):
        cell = row(cell_id=f"W{writer}-{k + 1}", cycle_life_cycles=100.0 + k, replicate=f"{writer}")
        store.tell(pd.DataFrame([cell]), f"writer {writer}")


def cut(server: Server) -> int:
    """How many connections the server has broken off."""
    return (server.folder / "log").read_text(errors="replace").count("terminating connection")


def stored(url: str) -> int:
    return len(CampaignStore.open(url).tables()["results"])


@pytest.mark.parametrize("how", STOPS)
def test_eight_writers(server: Server, how: str) -> None:
    stop, part = STOPS[how]
    url, cells = server.schema(), CELLS // part
    whole = WRITERS * cells
    CampaignStore.open(url).prepare()
    cut_before = cut(server)
    began = time.perf_counter()
    writers = [FORK.Process(target=write, args=(url, k, cells)) for k in range(WRITERS)]
    for one in writers:
        one.start()
    away = 0.0
    if stop is not None:
        while stored(url) < whole // 3:
            time.sleep(0.2)
        down = time.perf_counter()
        server.stop(stop)
        time.sleep(1.0)
        server.start()
        away = time.perf_counter() - down
    for one in writers:
        one.join(timeout=1200)
    seconds = time.perf_counter() - began
    assert [one.exitcode for one in writers] == [0] * WRITERS

    tables = CampaignStore.open(url).tables()
    results, statements = tables["results"], tables["statements"]
    assert [one["id"] for one in results] == [one["id"] for one in statements] == list(range(1, whole + 1))
    assert [one["statement"] for one in results] == [one["id"] for one in statements]
    for k in range(WRITERS):
        own = [one["cell"] for one in results if one["source"] == f"writer {k}"]
        assert own == [f"W{k}-{number + 1}" for number in range(cells)]
    times = [one["said_at"] for one in statements]
    assert times == sorted(times)
    print(
        f"\n{how}: asked {whole} cells of {WRITERS} writers in order, none lost, none twice; measured "
        f"{len(results)} in {seconds:.0f} s ({1e3 * seconds / whole:.0f} ms a cell), server away {away:.1f} s, "
        f"{cut(server) - cut_before} connections broken off"
    )


def test_runs_and_files_of_a_team(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two people in folders of their own."""
    server.execute("CREATE DATABASE mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url(database="mlflow"))
    monkeypatch.setenv("MLFLOW_DEFAULT_ARTIFACT_ROOT", str(tmp_path / "shared"))
    began = time.perf_counter()
    for person in ("anna", "bert"):
        (tmp_path / person).mkdir()
        monkeypatch.chdir(tmp_path / person)
        with tracking.run(f"run of {person}", "train") as run:
            run.params({"person": person})
            run.text(f"found by {person}", "found.txt")
    opened = open_store(make=False)
    assert opened is not None
    runs = opened.client.search_runs([opened.experiment_id])
    assert {one.data.params["person"] for one in runs} == {"anna", "bert"}
    texts = {path.read_text() for path in (tmp_path / "shared").rglob("found.txt")}
    assert texts == {"found by anna", "found by bert"}
    assert not list((tmp_path / "anna").iterdir())
    print(f"\nMLflow: two runs and their files in {time.perf_counter() - began:.1f} s, the tables made first")
