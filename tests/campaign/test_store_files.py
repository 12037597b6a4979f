"""A campaign store in a SQLite file: killed, copied, cut short, without room, or something else altogether."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from surrogate.campaign.store import CampaignStore
from surrogate.errors import RecordError, StoreError
from tests.campaign.told_cells import cells

FORK = multiprocessing.get_context("fork")  # a process that need not import anything first


def at_statement(number: int, then: Callable[[], object]) -> None:
    """Let a forked process do something before the nth statement that it gives its databases."""
    numbers = itertools.count(1)

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def before(*_: Any) -> None:
        if next(numbers) == number:
            then()


def tell_and_die(path: Path, table: pd.DataFrame, at: int) -> None:
    """Kill this process at the nth statement of the second file's transaction.

    With next to no cache, changed pages are in FILE.db by then, and only the journal can undo them.
    """
    store = CampaignStore.open(path)
    small = "PRAGMA cache_size = 1"
    sa.event.listen(store._database.engine, "connect", lambda connection, _: connection.execute(small))
    at_statement(at, lambda: os.kill(os.getpid(), signal.SIGKILL))
    store.tell(table, "second.csv")


def run_killed(path: Path, table: pd.DataFrame, at: int) -> int | None:
    process = FORK.Process(target=tell_and_die, args=(path, table, at))
    process.start()
    process.join(timeout=120)
    return process.exitcode


@pytest.mark.parametrize(("existing", "at"), [(False, 2), (True, 2), (True, 25), (True, 49), (True, 9999)])
@pytest.mark.process
def test_killed_half_way_leaves_all_or_none(tmp_path: Path, existing: bool, at: int) -> None:
    path = tmp_path / "c.db"
    before = cells(1.0, 2.0)
    if existing:
        CampaignStore.open(path).tell(before, "first.csv")
    file = cells(*np.arange(10.0, 50.0)).assign(note="x" * 4000)
    size = path.stat().st_size if existing else 0
    code = run_killed(path, file, at)
    killed = at != 9999

    assert code == (-signal.SIGKILL if killed else 0)
    if killed and at >= 20:
        assert path.stat().st_size > size + 50_000
        assert Path(f"{path}-journal").stat().st_size > 0

    store = CampaignStore.open(path)
    kept = (len(before) if existing else 0) + (0 if killed else len(file))
    assert len(store.observations()) == kept
    if killed:  # the store works on: the same file can be told now
        assert len(store.tell(file, "second.csv").new) == len(file)
    assert len(CampaignStore.open(path).observations()) == (len(before) if existing else 0) + len(file)


@pytest.mark.process
def test_a_writer_waits_for_another_and_then_sees_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    CampaignStore.open(path).tell(cells(1.0), "first.csv")
    file = cells(10.0, 11.0)
    half_way = FORK.Event()

    def slow() -> None:
        half_way.set()
        time.sleep(0.5)

    def tell_slowly() -> None:
        store = CampaignStore.open(path)
        at_statement(2, slow)  # it has the lock by then
        store.tell(file, "second.csv")

    other = FORK.Process(target=tell_slowly)
    other.start()
    assert half_way.wait(timeout=60)
    with pytest.raises(RecordError, match="stored already"):
        CampaignStore.open(path).tell(file, "second.csv")
    other.join(timeout=60)
    assert other.exitcode == 0
    assert len(CampaignStore.open(path).observations()) == 3


@pytest.mark.process
def test_two_processes_tell_at_once(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    table = cells(*np.arange(1.0, 11.0))
    begin = FORK.Barrier(2)

    def tell(name: str) -> None:
        store = CampaignStore.open(path)
        begin.wait(timeout=60)
        for k in range(8):
            store.tell(table.assign(replicate=[f"{name}{k}-{cell}" for cell in range(len(table))]), name)

    running = [FORK.Process(target=tell, args=(name,)) for name in ("a", "b")]
    for process in running:
        process.start()
    for process in running:
        process.join(timeout=120)
    assert [process.exitcode for process in running] == [0, 0]
    told = CampaignStore.open(path).observations()
    assert told["source"].value_counts().to_dict() == {"a": 80, "b": 80}
    files = told["replicate"].str.partition("-")[0]
    blocks = files.to_numpy().reshape(16, 10)  # each file's cells stand together
    assert (blocks == blocks[:, :1]).all()


def test_a_copy_of_the_file_alone_is_whole(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    store.tell(cells(*np.arange(100.0)), "a.csv")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.db"]
    shutil.copy(tmp_path / "c.db", tmp_path / "copy.db")
    assert len(CampaignStore.open(tmp_path / "copy.db").observations()) == 100


def spoiled(path: Path, kind: str) -> None:
    if kind == "text":
        path.write_text("framework,agent\n" * 100)
    elif kind == "folder":
        path.mkdir()
    elif kind == "foreign":
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE songs (id INTEGER)")
    else:
        CampaignStore.open(path).tell(cells(*np.arange(200.0)), "a.csv")
        content = bytearray(path.read_bytes())
        if kind == "cut short":
            path.write_bytes(content[: len(content) // 2])
        elif kind == "overwritten":
            content[4096:20480] = random.Random(0).randbytes(16384)
            path.write_bytes(content)
        else:
            with sqlite3.connect(path) as database:
                database.execute("UPDATE lihost_alembic_version SET version_num = '99'")


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("text", r"not a database.*something else"),
        ("folder", r"unable to open.*existing folder"),
        ("foreign", r"another program.*songs.*move that file"),
        ("cut short", r"(malformed|damaged).*backup"),
        ("overwritten", r"(malformed|damaged).*backup"),
        ("newer", r"later version.*99.*schema version 1.*update lihost"),
    ],
)
def test_a_file_that_is_no_store_is_refused(tmp_path: Path, kind: str, named: str) -> None:
    path = tmp_path / "c.db"
    spoiled(path, kind)
    with pytest.raises(StoreError, match=named) as caught:
        CampaignStore.open(path)
    assert "c.db" in str(caught.value)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:

    store = CampaignStore.open(tmp_path / "none" / "c.db")
    for write in (store.prepare, lambda: store.tell(cells(1.0), "a.csv")):
        with pytest.raises(StoreError, match="existing folder"):
            write()


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    store = CampaignStore.open(path)
    store.tell(cells(1.0), "a.csv")

    @sa.event.listens_for(store._database.engine, "connect")
    def small(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 20")  # SQLite's own "database or disk is full"

    with pytest.raises(StoreError, match=r"full.*free some space"):
        store.tell(cells(*np.arange(10.0, 200.0)), "b.csv")
    assert CampaignStore.open(path).observations()["cycle_life_cycles"].tolist() == [1.0]


@pytest.mark.parametrize("bad", ["sqlite://", "sqlite:///:memory:", "mysql://user:secret@host/x"])
def test_a_database_that_keeps_nothing_or_was_not_tried_is_refused(bad: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///FILE\.db, postgresql://|not installed") as caught:
        CampaignStore.open(bad)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "bad",
    ["sqlite://user:secret@host/x", "nonsense://user:secret@host/x", "postgresql://user:secret@:x/y"],
)
def test_an_address_that_is_none_repeats_no_password(bad: str) -> None:
    with pytest.raises(StoreError) as caught:
        CampaignStore.open(bad)
    assert "secret" not in str(caught.value)
