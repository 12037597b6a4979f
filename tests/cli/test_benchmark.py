"""``optimize benchmark`` with runs that take no time: files, messages, and what is refused."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate import tracking
from surrogate.laboratory.job import Job
from surrogate.laboratory.one_run import play
from surrogate.laboratory.own_process import OwnProcesses
from surrogate.laboratory.plain_designs import random


class Recorded:
    """Stands for an MLflow run."""

    def __init__(self) -> None:
        self.params_, self.metrics_, self.files, self.description = {}, {}, [], ""

    def params(self, values: dict[str, Any]) -> None:
        self.params_ |= values

    def metrics(self, values: dict[str, float]) -> None:
        self.metrics_ |= values

    def text(self, text: str, path: str) -> None:
        self.files.append(path)

    def link(self, path: str) -> str:
        return f"#/{path}"

    def describe(self, markdown: str) -> None:
        self.description = markdown

    def table(self, table: pd.DataFrame, path: str) -> None:
        self.files.append(path)

    def file(self, path: Path) -> None:
        assert path.is_file()
        self.files.append(path.name)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    """Runs are made in this process; "sobol" fails."""
    made: list[Recorded] = []

    def perform(_: OwnProcesses, job: Job, part: Path, progress: Callable[[int, int], None]) -> str:
        if job.contender.name == "sobol":
            return "gave up"
        play(job, job.source.make(), random, part, memory=lambda: 3.0, progress=progress)
        return ""

    @contextmanager
    def run(name: str, kind: str, **about: Any) -> Iterator[Recorded]:
        assert about["experiment"] == "lihost/benchmark"
        made.append(Recorded())
        yield made[-1]

    monkeypatch.setattr(OwnProcesses, "run", perform)

    def part(run: Recorded, name: str, kind: str, params: dict[str, Any], metrics: dict[str, float]) -> None:
        run.metrics_[name] = metrics

    monkeypatch.setattr(tracking, "run", run)
    monkeypatch.setattr(tracking, "add_part", part)
    return made


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    path = tmp_path / "salts.csv"
    x = np.linspace(0, 1, 14)
    pd.DataFrame({"x": x, "cost": 1 + x, "yield": x * (1.2 - x)}).to_csv(path, index=False)
    return path


def test_writes_tables_page_and_run(command: Any, runs: list[Recorded], tmp_path: Path) -> None:
    arguments = [
        "benchmark",
        "--tasks",
        "zdt1_whole,blend",
        "--contenders",
        "random,sobol",
        "--seeds",
        2,
        "--out",
        "o",
    ]
    ended = command("optimize", *arguments)
    assert ended.code == 0, ended.err
    results = pd.read_csv(tmp_path / "o" / "results.csv")
    assert set(results["task"]) == {"zdt1_whole", "blend"}
    assert set(results["seed"]) == {0, 1}
    assert len(pd.read_csv(tmp_path / "o" / "summary.csv")) == 2
    assert "Not finished: blend, sobol, seed 1: gave up" in " ".join(ended.err.split())
    assert "zdt1_whole: after 60 experiments, 2 seeds" in ended.out
    page = (tmp_path / "o" / "benchmark.html").read_text()
    assert page.count("<polyline") == 2
    assert "blend, sobol, seed 1: gave up" in page
    assert "src=" not in page
    (run,) = runs
    assert run.files == ["summary", "results.csv", "benchmark.html", "overview.html"]
    assert set(run.metrics_) == {"random"}
    assert run.params_["seeds"] == 2
    links, _, said, *table = run.description.splitlines()
    assert links == "[Overview](#/overview.html), [Page](#/benchmark.html)"
    assert said.startswith("**Benchmark: 1 contender on 2 tasks, 2 seeds.**")
    assert [line.split("|")[1].strip() for line in table if line] == ["contender", "---", "random"]
    assert run.metrics_["random"]["hypervolume/blend"] > 0
    again = command("optimize", *arguments)
    assert "4 runs had been done before" in again.err
    assert pd.read_csv(tmp_path / "o" / "results.csv").equals(results)


def test_a_pool_alone(command: Any, runs: list[Recorded], pool: Path, tmp_path: Path) -> None:
    ended = command(
        "optimize", "benchmark", "--pool", pool, "--objective", "yield=max", "--objective", "cost=min",
        "--contenders", "random", "--seeds", 1, "--out", "o",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    results = pd.read_csv(tmp_path / "o" / "results.csv")
    assert set(results["task"]) == {"salts"}
    assert results["experiments"].tolist() == list(range(5, 15))
    assert results["regret"].iloc[-1] == pytest.approx(0.0)
    page = (tmp_path / "o" / "benchmark.html").read_text()
    assert "picks to top 5\N{NO-BREAK SPACE}%" in page


def test_ctrl_c_says_how_to_go_on(
    command: Any, runs: list[Recorded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, asked = OwnProcesses.run, []

    def stopped(*job: Any) -> str:
        asked.append(job)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return usual(*job)

    monkeypatch.setattr(OwnProcesses, "run", stopped)
    ended = command(
        "optimize", "benchmark", "--tasks", "blend", "--contenders", "random", "--seeds", 3, "--out", "o"
    )
    assert ended.code == 130
    assert "is kept in o; the same command goes on from there" in " ".join(ended.err.split())
    assert len(pd.read_csv(tmp_path / "o" / "results.csv")) == 13
    assert runs == []


def test_a_terminated_contest_ends_its_runs_and_says_how_to_go_on(
    command: Any, runs: list[Recorded], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SIGTERM, as of a batch system or ``kill``, must not leave runs behind that nobody follows."""
    ended = Event()

    def terminated(*_: Any) -> str:
        os.kill(os.getpid(), signal.SIGTERM)
        ended.wait(20.0)
        return ""

    monkeypatch.setattr(OwnProcesses, "run", terminated)
    monkeypatch.setattr(OwnProcesses, "stop", lambda _: ended.set())
    with pytest.raises(SystemExit) as stopped:
        command("optimize", "benchmark", "--tasks", "blend", "--contenders", "random", "--out", "o")
    assert stopped.value.code == 128 + signal.SIGTERM
    assert ended.is_set()
    assert "is kept in o; the same command goes on from there" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tasks", "nothing"], ["no such task", "'nothing'", "hartmann6", "coating"]),
        (["--contenders", "best"], ["no such contender", "'best'", "lihost", "optuna_tpe"]),
        (["--seeds", "0"], ["--seeds", "1 to 100"]),
        (["--jobs", "0"], ["--jobs", "1 to 64"]),
        (["--peer-seconds", "0"], ["--peer-seconds", "above 0"]),
        (["--peer-seconds", "inf"], ["--peer-seconds", "at most 1,000,000"]),
        (["--experiments", "0"], ["--experiments", "1 or more"]),
        (["--objective", "y=max"], ["--objective needs --pool"]),
        (["--pool", "none.csv", "--objective", "y=max"], ["none.csv"]),
        (["--pool", "salts.csv"], ["no objective is given"]),
        (["--pool", "salts.csv", "--objective", "yield"], ["NAME=max or NAME=min"]),
        (
            ["--pool", "salts.csv", "--objective", "yield=max", "--objective", "yield=min"],
            ["--objective", "given twice", "'yield'"],
        ),
        (["--pool", "salts.csv", "--objective", "gain=max"], ["not a column", "yield"]),
        (
            ["--tasks", "coating,blend", "--contenders", "lihost_physics"],
            ["no contender takes part", "'coating, blend'", "lihost_physics meets virtual laboratories"],
        ),
        (["--tasks", "blend", "--contenders", "sobol"], ["no run came to a result"]),
    ],
)
def test_what_is_wrong_is_refused(
    command: Any, runs: list[Recorded], pool: Path, arguments: list[str], said: list[str]
) -> None:
    ended = command("optimize", "benchmark", "--out", "o", *arguments)
    assert ended.code == 2
    message = " ".join(ended.err.split())
    for part in said:
        assert part in message
    assert "Traceback" not in ended.err
