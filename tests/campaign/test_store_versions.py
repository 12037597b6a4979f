"""Stores of earlier versions are read as they are, and brought up to date when written to; later ones are refused."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from surrogate.campaign import store_schema as t
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.store_versions import upgrade
from surrogate.errors import RecordError, StoreError

STORES = Path(__file__).parent / "stores"
VERSIONS = ("1", "2", "3", "4", "5")
OLDER = VERSIONS[:-1]


def store_of(version: str, folder: Path) -> Path:
    """A store that an earlier program wrote."""
    path = folder / "c.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((STORES / f"v{version}.sql").read_text(encoding="utf-8"))
    return path


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"SELECT * FROM {table} ORDER BY 1")]


def cell(**changes: object) -> pd.DataFrame:
    """A cell like the first of ``one.csv``, as a file of today would tell it."""
    host = {"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none"}
    return pd.DataFrame([{**host, **changes}])


def known(store: CampaignStore) -> list[tuple[str, float | None, object]]:
    """Id, life and bound of each cell."""
    cells = store.observations().astype(object)
    return [
        (row["cell_id"], None if pd.isna(row["cycle_life_cycles"]) else row["cycle_life_cycles"],
         row["cycle_life_cycles_censored"])
        for row in cells.to_dict("records")
    ]  # fmt: skip


FIRST = {"1": "C1", "2": "C1", "3": "B01-1-a", "4": "B01-1-a", "5": "B01-1-a"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_any_version_is_read_and_nothing_of_it_changes(version: str, tmp_path: Path) -> None:
    path = store_of(version, tmp_path)
    before = path.read_bytes()
    store = CampaignStore.open(path)
    cells = known(store)
    assert cells[0] == (FIRST[version], 300.0, True)
    assert cells[1][1:] == (120.0, False)
    assert len(cells) == (2 if version == "1" else 3)
    assert len(store.proposals()) == (4 if version in "345" else 2)
    if version in "345":
        assert [one["kind"] for one in store.history()].count("amend") == 1
        assert store.observations()["overpotential_mV"].iloc[0] == 25.0
        assert store.pending()["proposal_id"].tolist()[-1] == "B02-C"
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["c.db"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_any_version_is_written_to(version: str, tmp_path: Path) -> None:
    path = store_of(version, tmp_path)
    store, older = CampaignStore.open(path), CampaignStore.open(path)
    cells, batches, rows_before = known(store), store.proposals(), rows(path, "results")
    if version in "12":
        with pytest.raises(RecordError, match="stored already"):
            store.tell(pd.DataFrame([json.loads(rows_before[1]["row"])]), "again.csv")
    assert store.tell(cell(thickness_um=55.0, cycle_life_cycles=77.0), "new.csv").new
    for one in (store, older, CampaignStore.open(path)):
        assert known(one)[:-1] == cells
        assert known(one)[-1][1] == 77.0
        assert one.proposals() == batches
    after = rows(path, "results")
    for was, now in zip(rows_before, after, strict=False):
        assert was.items() <= now.items()
    assert len(after) == len(rows_before) + 1
    kept = sorted(one.name for one in tmp_path.iterdir() if one.name != "c.db")
    assert kept == ([f"c.version-{version}.db"] if version in OLDER else [])
    for name in kept:
        assert known(CampaignStore.open(tmp_path / name)) == cells
        assert rows(tmp_path / name, "schema_version")[0]["version"] == int(version)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_brought_up_to_date_is_what_would_be_made_new(version: str, tmp_path: Path) -> None:
    path = store_of(version, tmp_path)
    CampaignStore.open(path).prepare()
    CampaignStore.open(tmp_path / "new.db").prepare()
    for one in (path, tmp_path / "new.db"):
        with sa.create_engine(f"sqlite:///{one}").connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": t.REVISION_TABLE})
            assert context.get_current_heads() == (str(t.SCHEMA_VERSION),)
            assert compare_metadata(context, t.METADATA) == []
        assert rows(one, "schema_version") == [{"version": t.SCHEMA_VERSION, "product": t.PRODUCT}]


def test_the_migrations_lead_to_the_tables_from_the_beginning() -> None:
    with sa.create_engine("sqlite://").begin() as connection:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"version_table": t.REVISION_TABLE})
        assert compare_metadata(context, t.METADATA) == []
        t.RESULTS.to_metadata(other := sa.MetaData())
        other.tables["results"].append_column(sa.Column("more", sa.Float))
        assert compare_metadata(context, other) != []  # the comparison sees what is missing


def test_each_copy_is_kept(tmp_path: Path) -> None:
    """Another file of that name stays; the same copy is not made twice."""
    path = store_of("2", tmp_path)
    content = path.read_bytes()
    (tmp_path / "c.version-2.db").write_text("mine")
    for _ in range(2):
        path.write_bytes(content)
        CampaignStore.open(path).prepare()
    assert (tmp_path / "c.version-2.db").read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.db", "c.version-2-2.db", "c.version-2.db"]


def test_without_room_for_the_copy_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = store_of("2", tmp_path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copymode", full)
    with pytest.raises(StoreError, match=r"No space left.*free some space"):
        CampaignStore.open(path).tell(cell(thickness_um=55.0), "new.csv")
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["c.db"]


def upgrade_and_die(path: Path) -> None:
    numbers, real = itertools.count(1), op.add_column

    def add_column(*args: Any) -> None:
        if next(numbers) == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        real(*args)

    op.add_column = add_column  # of the forked process alone
    CampaignStore.open(path).prepare()


@pytest.mark.process
def test_killed_half_way_to_the_new_version_it_is_as_before(tmp_path: Path) -> None:
    path = store_of("1", tmp_path)
    before = known(CampaignStore.open(path))
    process = multiprocessing.get_context("fork").Process(target=upgrade_and_die, args=(path,))
    process.start()
    process.join(timeout=60)
    assert process.exitcode == -signal.SIGKILL
    assert known(CampaignStore.open(path)) == before
    assert rows(path, "schema_version")[0]["version"] == 1
    CampaignStore.open(path).prepare()
    assert known(CampaignStore.open(path)) == before
    assert known(CampaignStore.open(tmp_path / "c.version-1.db")) == before


def test_two_open_stores_bring_it_up_to_date_once(tmp_path: Path) -> None:
    path = store_of("3", tmp_path)
    first, second = CampaignStore.open(path), CampaignStore.open(path)
    for one in (first, second):
        one.prepare()
    assert [one.name for one in tmp_path.glob("c.version*")] == ["c.version-3.db"]


@pytest.mark.parametrize(
    ("table", "column"), [(t.REVISION_TABLE, "version_num"), ("schema_version", "version")]
)
def test_a_later_store_is_refused_by_readers_and_writers(table: str, column: str, tmp_path: Path) -> None:
    """Also where it became later after it was opened."""
    path = store_of("5" if table == t.REVISION_TABLE else "4", tmp_path)
    opened = CampaignStore.open(path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"UPDATE {table} SET {column} = 7")
    for use in (lambda: CampaignStore.open(path), opened.observations, opened.prepare):
        with pytest.raises(StoreError, match=r"later version.*got '7'.*1 to 5.*update lihost"):
            use()


@pytest.mark.skipif(os.geteuid() == 0, reason="the super-user writes everywhere")
def test_an_older_store_in_a_folder_that_is_only_read(tmp_path: Path) -> None:
    path = store_of("2", tmp_path)
    tmp_path.chmod(0o500)
    try:
        store = CampaignStore.open(path)
        assert len(store.observations()) == 3
        with pytest.raises(StoreError, match=r"writable|you may write to"):
            store.prepare()
    finally:
        tmp_path.chmod(0o700)
    assert [one.name for one in tmp_path.iterdir()] == ["c.db"]
