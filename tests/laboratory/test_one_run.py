from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from contest_examples import job, mixed

from surrogate.errors import LihostError
from surrogate.laboratory.job import Job, job_of, job_text
from surrogate.laboratory.one_run import COLUMNS, finished, first_designs, play, read_part
from surrogate.laboratory.pool_task import PoolTask
from surrogate.laboratory.tasks import Task, TaskSource
from surrogate.space import Continuous, Space


def sampled(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    return task.space.round(task.space.sample(n, seed + len(observations)))


def run(path: Path, propose: Any = sampled, own: Job | None = None, rounds: int = 2) -> list[dict[str, Any]]:
    own = own or job()
    return play(own, mixed(rounds=rounds), propose, path, memory=lambda: 12.0)


def without_seconds(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "row": {**one["row"], "seconds": 0}} for one in rounds]


def test_a_row_for_each_round(tmp_path: Path) -> None:
    rounds = run(tmp_path / "part")
    assert [one["row"]["experiments"] for one in rounds] == [6, 8, 10]
    assert list(rounds[0]["row"]) == COLUMNS
    volumes = [one["row"]["hypervolume"] for one in rounds]
    assert volumes == sorted(volumes)
    assert rounds[0]["row"]["seconds"] == 0.0 < rounds[1]["row"]["seconds"]
    assert finished(rounds)
    assert not finished(rounds[:2])


def test_scores_are_of_the_truth_and_contenders_see_noise(tmp_path: Path) -> None:
    task, seen = mixed(objectives=1), []

    def propose(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
        seen.append(observations)
        return sampled(task, observations, n, seed)

    rounds = play(job(), task, propose, tmp_path / "part", memory=lambda: 1.0)
    told = seen[0]
    truth = task.truth(told)["gain"]
    assert not np.allclose(told["gain"], truth)
    first = rounds[0]["row"]
    assert first["best"] == pytest.approx(truth.max())
    assert first["hypervolume"] == pytest.approx(truth.max())  # the reference is 0
    assert first["regret"] == pytest.approx(3.3 - truth.max())


def test_seeds_are_paired(tmp_path: Path) -> None:
    other = job(contender="other")
    same = [run(tmp_path / "a"), run(tmp_path / "b", own=other)]
    assert [one["found"] for one in same[0]] == [one["found"] for one in same[1]]
    assert run(tmp_path / "c", own=job(seed=4))[0]["found"] != same[0][0]["found"]
    pd.testing.assert_frame_equal(first_designs(mixed(), 3), first_designs(mixed(), 3))


@pytest.mark.parametrize("cut", [1, 2, 3, 0.5, 2.5, 3.97])
def test_goes_on_where_it_was_interrupted(tmp_path: Path, cut: float) -> None:
    """With ``cut`` lines left, the last of them perhaps half written."""
    whole, path = run(tmp_path / "whole"), tmp_path / "part"
    asked: list[int] = []

    def counted(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
        asked.append(len(observations))
        return sampled(task, observations, n, seed)

    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    kept = int(cut)
    half = lines[kept][: int((cut - kept) * len(lines[kept]))] if cut > kept else b""
    path.write_bytes(b"".join(lines[:kept]) + half)
    assert without_seconds(run(path, counted)) == without_seconds(whole)
    assert asked == [6, 8][max(kept - 2, 0) :]
    assert len(path.read_bytes().splitlines()) == 4
    assert without_seconds(read_part(path, job())) == without_seconds(whole)


def test_a_finished_run_asks_nobody(tmp_path: Path) -> None:
    whole = run(tmp_path / "part")
    assert run(tmp_path / "part", propose=None) == whole


@pytest.mark.parametrize(
    "other",
    [
        job(seed=9),
        Job(job().source, job().contender, 3, "2", "1"),
        Job(job().source, job().contender, 3, "1", "2"),
        Job(TaskSource("mixed", "elsewhere:x"), job().contender, 3, "1", "1"),
    ],
)
def test_rounds_of_another_job_are_not_taken_over(tmp_path: Path, other: Job) -> None:
    run(tmp_path / "part")
    assert read_part(tmp_path / "part", job()) != []
    assert read_part(tmp_path / "part", other) == []
    (tmp_path / "part").write_text("no JSON\n")
    assert read_part(tmp_path / "part", job()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: found.iloc[:1], "another number"),
        (lambda found: found.assign(x=1.7), "not allowed.*column x"),
        (lambda found: found.assign(p=0.2, q=0.2, r=0.2), "not allowed"),
    ],
)
def test_what_is_not_allowed_ends_the_run(tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(LihostError, match=said):
        run(tmp_path / "part", lambda *asked: change(sampled(*asked)))
    assert [one["row"]["experiments"] for one in read_part(tmp_path / "part", job())] == [6]


def test_a_candidate_is_picked_once_and_the_pool_may_run_out(tmp_path: Path) -> None:
    designs = pd.DataFrame({"x": np.linspace(0.0, 1.0, 12)})
    task = PoolTask(
        "pool", Space([Continuous("x", 0.0, 1.0)]), {"y": "max"}, designs, pd.DataFrame({"y": designs["x"]})
    )

    def left(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
        return designs[~designs["x"].isin(observations["x"])].iloc[:n]

    rounds = play(job("pool"), task, left, tmp_path / "part", memory=lambda: 1.0)
    assert rounds[-1]["row"]["experiments"] == 12
    assert rounds[-1]["row"]["regret"] == 0.0
    with pytest.raises(LihostError, match="measured before"):
        play(
            job("pool", seed=1),
            task,
            lambda t, o, n, s: o[["x"]].iloc[:n],
            tmp_path / "twice",
            memory=lambda: 1.0,
        )


def test_what_another_process_cost_is_kept(tmp_path: Path) -> None:
    def elsewhere(*asked: Any) -> pd.DataFrame:
        found = sampled(*asked)
        found.attrs = {"seconds": 77.0, "memory_mb": 99.0}
        return found

    row = run(tmp_path / "part", elsewhere)[-1]["row"]
    assert (row["seconds"], row["memory_mb"]) == (77.0, 99.0)


def test_a_job_survives_its_way_to_another_process(tmp_path: Path) -> None:
    assert job_of(job_text(job(), tmp_path / "part")) == (job(), tmp_path / "part")
    assert json.loads(json.dumps(job().head())) == job().head()
    assert job("a/b", "c d").file_name == "a-b__c-d__3.jsonl"
