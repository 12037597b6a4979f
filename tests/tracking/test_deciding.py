"""Of two commands that decide about the champion one waits for the other."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from surrogate import tracking
from surrogate.errors import StoreError
from surrogate.tracking.store_location import VARIABLE

if TYPE_CHECKING:
    from tests.postgres import Server


def one_waits() -> None:
    decided = threading.Event()

    def other() -> None:
        with tracking.deciding():
            decided.set()

    with tracking.deciding():
        thread = threading.Thread(target=other)
        thread.start()
        assert not decided.wait(0.3)
    assert decided.wait(20.0)
    thread.join()


def test_at_a_local_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "mlruns").mkdir()
    one_waits()
    monkeypatch.setattr("surrogate.tracking.champion_lock._WAIT_S", 0.05)
    with (
        tracking.deciding(),
        pytest.raises(StoreError, match=r"deciding about the champion.*wait until it is"),
    ):
        tracking.deciding().__enter__()


def test_in_postgresql(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, postgres.schema())
    one_waits()


def test_an_error_of_the_block_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "http://localhost:1")
    with pytest.raises(OSError, match="of the block"), tracking.deciding():
        raise OSError("of the block")
