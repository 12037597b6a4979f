"""After which changes a run is repeated: files of a copy of the package are changed one by one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from surrogate.laboratory import run_code as module
from surrogate.laboratory.ask_tell import CONTENDERS, Contender
from surrogate.laboratory.neutral import neutral_sources
from surrogate.laboratory.run_code import contender_code, task_code
from surrogate.laboratory.tasks import TaskSource
from surrogate.laboratory.virtual_task import sources_named

NAMES = ("lihost", "lihost_physics", "random", "optuna_tpe", "botorch", "baybe", "ax")
OURS = {"lihost", "lihost_physics"}
(LABORATORY,) = sources_named("lab-ether:0", 1)
Change = Callable[[str, str], set[str]]
READ = module._read.__wrapped__  # without what it keeps


def codes() -> dict[str, str]:
    tasks = {"blend": task_code(neutral_sources()["blend"]), "laboratory": task_code(LABORATORY)}
    return tasks | {name: contender_code(CONTENDERS[name]) for name in NAMES}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy") / "surrogate"
    shutil.copytree(module.PACKAGE, folder, ignore=lambda _, names: [n for n in names if n == "__pycache__"])
    return folder


@cache
def read_as(path: Path, text: bytes) -> tuple[bytes, tuple[str, ...]]:
    """What is read of a file that says this: a whole package takes a second, and a test changes one file."""
    return READ(path)


@pytest.fixture
def changed(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Function (file, text added at its end) -> tasks and contenders whose code is then another."""
    monkeypatch.setattr(module, "PACKAGE", copy)
    monkeypatch.setattr(module, "_read", lambda path: read_as(path, path.read_bytes()))

    def change(file: str, text: str = "\nADDED = 1\n") -> set[str]:
        path = copy / file
        before, was = codes(), path.read_text()
        path.write_text(was + text)
        after = codes()
        path.write_text(was)
        assert codes() == before
        return {name for name, code in after.items() if code != before[name]}

    return change


@pytest.mark.parametrize(
    "file", ["optimization/search.py", "models/gate.py", "campaign/belief.py", "errors.py"]
)
def test_our_code_repeats_our_runs_and_keeps_the_others(changed: Change, file: str) -> None:
    assert changed(file) == OURS


@pytest.mark.parametrize(
    ("file", "touched"),
    [
        ("laboratory/own_with_physics.py", {"lihost_physics"}),
        ("laboratory/own_optimizer.py", OURS),  # the contender that begins from physics goes on with it
        ("laboratory/with_optuna.py", {"optuna_tpe"}),
        ("laboratory/with_botorch.py", {"botorch"}),
        ("laboratory/allowed_designs.py", {"random", "optuna_tpe", "botorch", "baybe", "ax"}),
        ("laboratory/peers/ask_ax.py", {"ax"}),
        ("laboratory/peers/exchange.py", {"baybe", "ax"}),
        ("laboratory/neutral_formulations.py", {"blend"}),
        ("laboratory/virtual.py", {"laboratory", "lihost_physics"}),
        ("laboratory/one_run.py", {"blend", "laboratory"}),
        ("laboratory/ask_tell.py", set()),  # a contender more
        ("laboratory/contest.py", set()),
        ("laboratory/across.py", set()),
        ("report/benchmark_page.py", set()),
        ("cli/benchmark.py", set()),
    ],
)
def test_what_a_file_touches(changed: Change, file: str, touched: set[str]) -> None:
    assert changed(file) == touched


def test_comments_and_layout_touch_nothing(changed: Change) -> None:
    assert changed("optimization/search.py", "\n\n# A remark.\n") == set()


def test_docstrings_are_left_out(tmp_path: Path) -> None:
    same = ['"""One."""\n\ndef f():\n    """Two."""\n    return 1\n', '"""1."""\ndef f():\n    return 1']
    found = []
    for k, text in enumerate([*same, "def f(): return 2"]):
        path = tmp_path / f"{k}.py"
        path.write_text(text)
        found.append(module._read(path)[0])
    assert found[0] == found[1] != found[2]


def test_another_version_of_a_library_is_another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    before = codes()
    monkeypatch.setattr(module, "version", lambda package: f"{package} 99.0")
    monkeypatch.setattr(module, "installed_versions", lambda package: f"{package} 99.0")
    touched = {name for name, code in codes().items() if code != before[name]}
    assert touched == {"optuna_tpe", "botorch", "baybe", "ax"}


def test_shipped_tables_are_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = codes()
    assert len(module._data()) > 10
    monkeypatch.setattr(module, "_data", lambda: [])
    assert {name for name, code in codes().items() if code != before[name]} == OURS


def test_campaigns_differ_and_what_is_elsewhere_counts_by_its_file() -> None:
    (other,) = sources_named("lab-garnet:0", 1)
    assert task_code(other) != task_code(LABORATORY)
    here, nowhere = (TaskSource("t", f"{place}:make") for place in ("json.tool", "nowhere.at_all"))
    assert task_code(here) != task_code(nowhere)
    assert contender_code(Contender("c", "nowhere:f", "")) != contender_code(
        Contender("c", "json.tool:f", "")
    )
