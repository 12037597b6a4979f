from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import numpy as np
import pandas as pd
import pytest
from contest_examples import mixed

from surrogate.errors import InputError, StoreError
from surrogate.laboratory.ask_tell import CONTENDERS, Contender, contenders
from surrogate.laboratory.contest import Contest
from surrogate.laboratory.contest_summary import curves, summary
from surrogate.laboratory.job import Job
from surrogate.laboratory.neutral import neutral_sources
from surrogate.laboratory.one_run import COLUMNS, play, read_part
from surrogate.laboratory.own_process import OwnProcesses, one_thread, over
from surrogate.laboratory.plain_designs import random
from surrogate.laboratory.tasks import TaskSource
from tests.others_who_work import Others

SOURCE = TaskSource("mixed", "nowhere:task")
STUBS = [Contender("lihost", "x:y", "stands for ours"), Contender("random", "x:y", "")]


def perform(job: Job, part: Path, progress: object) -> str:
    """Run in this process; "random" gives up with seed 1."""
    if (job.contender.name, job.seed) == ("random", 1):
        return "gave up"
    play(job, mixed(), random, part, memory=lambda: 5.0, progress=progress)  # type: ignore[arg-type]
    return ""


def contest(folder: Path) -> Contest:
    return Contest([SOURCE], STUBS, [0, 1], folder)


def test_results_of_all_runs_and_what_failed(tmp_path: Path) -> None:
    said = []
    outcome = contest(tmp_path).run(lambda *what: said.append(what), perform)
    assert outcome.failed == {("mixed", "random", 1): "gave up"}
    table = pd.read_csv(tmp_path / "results.csv")
    assert list(table.columns) == COLUMNS
    assert len(table) == 3 * 3
    assert said[-1] == ("runs", 4, 4)
    assert ("mixed, lihost, seed 1", 3, 3) in said


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    asked: list[Job] = []

    def counted(job: Job, part: Path, progress: object) -> str:
        asked.append(job)
        return perform(job, part, progress)

    first = contest(tmp_path).run(None, perform).results
    again = contest(tmp_path).run(None, counted)
    assert [(job.contender.name, job.seed) for job in asked] == [("random", 1)]
    assert again.before == 3
    pd.testing.assert_frame_equal(again.results, first)


def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    def stopped(job: Job, part: Path, progress: object) -> str:
        if job.seed == 1:
            raise KeyboardInterrupt
        return perform(job, part, progress)

    with pytest.raises(KeyboardInterrupt):
        contest(tmp_path).run(None, stopped)
    assert len(pd.read_csv(tmp_path / "results.csv")) == 2 * 3
    assert len(contest(tmp_path).run(None, perform).results) == 3 * 3


def test_one_contest_at_a_time_in_a_folder(tmp_path: Path) -> None:
    """Two would write each part file twice."""
    asked: list[Job] = []

    def another(job: Job, part: Path, progress: object) -> str:
        asked.append(job)
        with pytest.raises(StoreError, match=r"another contest is running in this folder.*another --out"):
            contest(tmp_path).run(None, perform)
        contest(tmp_path / "other").run(None, perform)
        return perform(job, part, progress)

    assert len(contest(tmp_path).run(None, another).results) == 3 * 3
    assert len(asked) == 4
    assert len(contest(tmp_path).run(None, perform).results) == 3 * 3


@pytest.mark.process
def test_a_contest_that_is_killed_leaves_its_folder_free(tmp_path: Path) -> None:
    code = """
import sys, time
from pathlib import Path
from surrogate.laboratory.ask_tell import Contender
from surrogate.laboratory.contest import Contest
from surrogate.laboratory.tasks import TaskSource

def perform(*_):
    print("begun", flush=True)
    time.sleep(60)

source, contender = TaskSource("mixed", "nowhere:task"), Contender("random", "x:y", "")
Contest([source], [contender], [0], Path(sys.argv[1])).run(None, perform)
"""
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], env=one_thread(), text=True, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "begun\n"
        with pytest.raises(StoreError, match="another contest is running"):
            contest(tmp_path).run(None, perform)
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    assert len(contest(tmp_path).run(None, perform).results) == 3 * 3


def test_nothing_to_do_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs a task"):
        Contest([SOURCE], [], [0], tmp_path)
    with pytest.raises(InputError, match="two tasks of one name"):
        Contest([SOURCE, SOURCE], STUBS, [0], tmp_path)


def test_contenders_that_meet_no_task_are_refused_with_what_they_meet(tmp_path: Path) -> None:
    chosen, _ = contenders(["lihost_physics", "lihost_waiting"])
    said = (
        r"no contender takes part.*got 'mixed'.*lihost_physics meets virtual.*lihost_waiting meets.*-stopped"
    )
    with pytest.raises(InputError, match=said):
        Contest([SOURCE], chosen, [0], tmp_path)
    others, _ = contenders(["lihost_physics", "random"])
    assert [job.contender.name for job in Contest([SOURCE], others, [0], tmp_path).jobs] == ["random"]


def test_names_of_contenders() -> None:
    chosen, missing = contenders(["sobol", "random", "sobol"])
    assert [one.name for one in chosen] == ["sobol", "random"]
    assert missing == []
    with pytest.raises(
        InputError,
        match=r"got 'best'.*lihost, lihost_physics, lihost_warm, lihost_as_values, lihost_waiting, random",
    ):
        contenders(["best"])


def test_what_is_not_installed_is_named_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        CONTENDERS, "ghost", Contender("ghost", "x:y", "", package="no_such_package_anywhere")
    )
    chosen, missing = contenders(["ghost", "random"])
    assert ([one.name for one in chosen], missing) == (["random"], ["ghost"])
    with pytest.raises(InputError, match=r"no contender is installed.*peers"):
        contenders(["ghost"])


@pytest.mark.process
def test_a_run_in_a_process_of_its_own(tmp_path: Path) -> None:
    chosen, _ = contenders(["random"])
    said = []
    own = Contest([neutral_sources()["zdt1_whole"]], chosen, [0], tmp_path)
    outcome = own.run(lambda *what: said.append(what))
    assert outcome.failed == {}
    assert len(outcome.results) == 12
    assert (outcome.results["memory_mb"] > 20.0).all()
    assert ("zdt1_whole, random, seed 0", 12, 12) in said


@pytest.mark.process
def test_runs_end_after_so_many_experiments_and_go_on_in_a_longer_contest(tmp_path: Path) -> None:
    """One folder, first short and then whole: as if it had been whole from the beginning."""
    chosen, _ = contenders(["random"])
    source = neutral_sources()["zdt1_whole"]

    def table(folder: str, experiments: int | None) -> pd.DataFrame:
        own = Contest([source], chosen, [0], tmp_path / folder, experiments=experiments)
        outcome = own.run()
        assert outcome.failed == {}
        return outcome.results.drop(columns=["seconds", "memory_mb"])

    whole = table("whole", None)
    short = whole[whole["experiments"] <= 32]  # 12 and batches of 5
    assert short["experiments"].iloc[-1] == 32
    assert len(short) < len(whole)
    pd.testing.assert_frame_equal(table("short", 30), short)
    pd.testing.assert_frame_equal(table("short", None), whole)
    pd.testing.assert_frame_equal(table("whole", 30), short)


@pytest.mark.parametrize(("wanted", "made"), [(1, [6]), (6, [6]), (7, [6, 8]), (8, [6, 8]), (99, [6, 8, 10])])
def test_the_table_ends_with_the_batch_that_reaches_so_many(
    tmp_path: Path, wanted: int, made: list[int]
) -> None:
    """Of whole runs, as a longer contest has left them."""
    contest(tmp_path).run(None, perform)
    short = Contest([SOURCE], STUBS, [0, 1], tmp_path, experiments=wanted)
    assert [
        part["experiments"].tolist() for _, part in short.results().groupby(["contender", "seed"])
    ] == 3 * [made]


def test_a_run_is_over_at_its_end_or_with_the_batch_that_reaches_enough() -> None:
    def rounds(*experiments: int, last: bool = False) -> list[dict[str, Any]]:
        return [{"row": {"experiments": n}, "last": last and n == experiments[-1]} for n in experiments]

    assert [over(rounds(4, 8), n) for n in (7, 8, 9, None)] == [True, True, False, False]
    assert over(rounds(4, 8, last=True), None)
    assert not over([], 1)


def test_runs_at_once_measure_the_same(tmp_path: Path) -> None:
    """Three of four runs have to be under way together before any of them goes on."""
    together = Barrier(3)

    def waiting(job: Job, part: Path, progress: object) -> str:
        if job.seed < 1 or job.contender.name == "lihost":
            together.wait(timeout=20.0)
        return perform(job, part, progress)

    one, three = (
        Contest([SOURCE], STUBS, [0, 1], tmp_path / "1"),
        Contest([SOURCE], STUBS, [0, 1], tmp_path / "3", 3),
    )
    outcomes = [one.run(None, perform), three.run(None, waiting)]
    assert outcomes[0].failed == outcomes[1].failed == {("mixed", "random", 1): "gave up"}
    tables = [outcome.results.drop(columns="seconds") for outcome in outcomes]
    pd.testing.assert_frame_equal(*tables)


def test_others_go_on_with_runs_that_were_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the folder: part files go there and come back."""
    folders, here = [], contest(tmp_path / "here").run(None, perform)
    away = contest(tmp_path / "away")
    away.run(None, perform)
    job = away.jobs[0]
    whole = away.part(job).read_bytes().splitlines(keepends=True)
    away.part(job).write_bytes(b"".join(whole[:-1]))
    for other in away.jobs[1:]:
        away.part(other).unlink(missing_ok=True)
    begun: dict[str, int] = {}

    def run(_: OwnProcesses, job: Job, part: Path, progress: object) -> str:
        folders.append(part.parent)
        begun[job.file_name] = len(read_part(part, job))
        return perform(job, part, progress)

    monkeypatch.setattr(OwnProcesses, "run", run)
    outcome = away.run(by=Others())
    assert outcome.failed == here.failed
    assert begun == {one.file_name: (len(whole) - 2 if one == job else 0) for one in away.jobs}
    pd.testing.assert_frame_equal(
        outcome.results.drop(columns="seconds"), here.results.drop(columns="seconds")
    )
    assert tmp_path / "away" / "parts" not in folders
    assert not any(folder.exists() for folder in folders)


def test_ctrl_c_ends_all_that_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended, asked = Event(), Event(), []

    def run(_: OwnProcesses, job: Job, part: Path, progress: object) -> str:
        asked.append(job)
        if job.contender.name == "random":
            begun.wait(timeout=20.0)
            raise KeyboardInterrupt
        begun.set()
        assert ended.wait(timeout=20.0), "not told to end"
        return "ended"

    monkeypatch.setattr(OwnProcesses, "run", run)
    monkeypatch.setattr(OwnProcesses, "stop", lambda _: ended.set())
    with pytest.raises(KeyboardInterrupt):
        Contest([SOURCE], STUBS, [0, 1], tmp_path, 2).run()
    assert ended.is_set()
    assert len(asked) == 2


def rows(contender: str, seed: int, volumes: list[float]) -> list[dict[str, object]]:
    return [
        {
            "task": "t", "contender": contender, "seed": seed, "experiments": 12 * (k + 1), "hypervolume": volume,
            "best": np.nan, "regret": 10.0 - volume, "picks_to_top": np.nan, "seconds": float(k),
            "memory_mb": 7.0 + seed,
        }
        for k, volume in enumerate(volumes)
    ]  # fmt: skip


def test_the_summary_of_known_curves() -> None:
    results = pd.DataFrame(
        rows("lihost", 0, [1, 5, 6, 7]) + rows("lihost", 1, [1, 3, 6, 9])
        + rows("slow", 0, [1, 2, 3, 4]) + rows("slow", 1, [1, 2, 3, 4])
        + rows("good", 0, [1, 2, 9]) + rows("good", 1, [1, 2, 9, 9])
    )  # fmt: skip
    table = summary(results).set_index("contender")
    ours, slow, good = table.loc["lihost"], table.loc["slow"], table.loc["good"]
    assert (ours["seeds"], ours["experiments"], ours["hypervolume"], ours["worst"]) == (2, 48, 8.0, 7.0)
    assert (ours["hypervolume_lower"], ours["hypervolume_upper"]) == (7.0, 9.0)
    assert ours["share"] == pytest.approx(0.8)
    assert ours["seconds_per_batch"] == pytest.approx(2.0)  # 1, 2, 3: that of the first designs is no batch
    assert ours["memory_mb"] == 8.0
    # Ours has 1, 4, 6, 8 after 12, 24, 36, 48: it has 2 after 16, 3 after 20 and 4 after 24.
    assert [slow[f"ours_to_match_{n}"] for n in (24, 36, 48)] == pytest.approx([16.0, 20.0, 24.0])
    assert np.isnan(slow["ours_to_match_60"])
    assert good["experiments"] == 36  # as far as both seeds are
    assert np.isinf(good["ours_to_match_36"])
    assert np.isnan(good["ours_to_match_48"])


def test_curves_need_all_seeds() -> None:
    results = pd.DataFrame(rows("a", 0, [1.0, 2.0]) + rows("a", 1, [3.0]))
    found = curves(results)
    assert found["experiments"].tolist() == [12]
    assert found["hypervolume"].tolist() == [2.0]
    assert summary(pd.DataFrame(rows("a", 0, [1.0, 2.0])))["ours_to_match_24"].isna().all()
