"""How other projects are asked; each of them only where it is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from contest_examples import mixed, told

from surrogate.errors import LihostError
from surrogate.laboratory import peer_process
from surrogate.laboratory.ask_tell import CONTENDERS, PEERS

PROGRAM = """
import json, sys
question = json.load(sys.stdin)
print("noise of a library")
designs = [{**question["observations"][0], "x": 9.0}, {"kind": "z"}]
print(json.dumps({"designs": designs, "seconds": 1.5, "memory_mb": 42.0}))
"""


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """A Python that runs ``program`` whatever it is asked to run."""
    script = tmp_path / "peer.py"
    script.write_text(program)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n')
    python.chmod(0o755)
    monkeypatch.setenv(peer_process.VARIABLE, str(python))


@pytest.mark.process
def test_answers_are_repaired_filled_up_and_priced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, PROGRAM)
    task = mixed()
    found = peer_process.baybe(task, told(task), 2, 0)
    assert task.space.contains(found).all()
    assert len(found) == 2
    assert found["x"][0] == pytest.approx(1.0)
    assert found.attrs == {"seconds": 1.5, "memory_mb": 42.0}


@pytest.mark.process
def test_no_answer_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "raise ValueError('too few')")
    task = mixed()
    with pytest.raises(LihostError, match=r"ask_ax: gave no answer.*ValueError: too few"):
        peer_process.ax(task, told(task), 2, 0)


@pytest.mark.process
def test_what_is_installed_is_asked_of_that_python(monkeypatch: pytest.MonkeyPatch) -> None:
    peer_process.installed.cache_clear()
    monkeypatch.setenv(peer_process.VARIABLE, "/nowhere/python")
    assert not peer_process.installed("json")
    peer_process.installed.cache_clear()
    monkeypatch.delenv(peer_process.VARIABLE)
    assert peer_process.installed("json")
    assert not peer_process.installed("no_such_package_anywhere")
    peer_process.installed.cache_clear()


@pytest.mark.process
@pytest.mark.parametrize("name", PEERS)
def test_a_peer_proposes_what_is_allowed(name: str) -> None:
    if not CONTENDERS[name].installed:
        pytest.skip("not installed")
    task = mixed()
    found = CONTENDERS[name].propose(task, told(task), 2, 0)
    assert task.space.contains(found).all()
    assert found.attrs["memory_mb"] > 0
