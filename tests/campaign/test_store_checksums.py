"""A record that is not as it was written is refused by whoever reads it, in a file and on a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from surrogate.campaign import store_schema as t
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.store_checksums import CHECKSUM, checksum_of
from surrogate.errors import StoreError
from tests.campaign.told_cells import cells, store_with_a_batch, tell

TOLD, PROPOSED = ("statements", "results"), ("batches", "pending")
TABLES = {table.name: table for table in t._DATA}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.process)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> CampaignStore:
    """A store with a batch, two cells told at once, and a correction."""
    if request.param == "sqlite":
        made = store_with_a_batch(tmp_path)
    else:
        made = CampaignStore.open(request.getfixturevalue("postgres").schema())
        made.add_pending(cells(1.0, 2.0, 3.0).assign(role="exploit"), seed=1, key="k")
    tell(made, {"cell_id": "A1", "cycle_life_cycles": 310.0}, {"cell_id": "A2", "cycle_life_cycles": 95.0})
    made.amend("A2", {"overpotential_mV": 25.0})
    return made


def execute(store: CampaignStore, statement: sa.Executable) -> None:
    with store._database.engine.begin() as connection:
        connection.execute(statement)


def readers(table: str) -> list[Callable[[CampaignStore], object]]:
    """What reads a table, and what writes beside it."""
    if table in TOLD:
        return [
            CampaignStore.observations, CampaignStore.history, CampaignStore.digest, CampaignStore.tables,
            CampaignStore.pending, CampaignStore.undo, lambda store: store.tell(cells(7.0), "more.csv"),
            lambda store: store.amend("A1", {"note": "x"}),
        ]  # fmt: skip
    return [
        CampaignStore.proposals, CampaignStore.mark, CampaignStore.tables, CampaignStore.pending,
        lambda store: store.batch("k"), lambda store: store.withdraw(["B01-1"]),
        lambda store: store.tell(cells(7.0), "more.csv"),
    ]  # fmt: skip


def test_a_changed_digit_is_refused_by_all_that_read_it(store: CampaignStore) -> None:
    for name, column, was, now in (
        ("results", "row", "310.0", "370.0"), ("statements", "content", "25.0", "26.0"),
        ("pending", "row", '"copper"', '"coppes"'), ("batches", "seed", "1", "3"),
    ):  # fmt: skip
        table = TABLES[name]
        with store._database.engine.connect() as connection:
            before = {one.id: one._mapping[column] for one in connection.execute(sa.select(table))}
        first = min(number for number, value in before.items() if was in str(value))
        changed = type(before[first])(str(before[first]).replace(was, now))
        for value, reads in ((changed, False), (before[first], True)):
            execute(store, sa.update(table).values({column: value}).where(table.c.id == first))
            if reads:
                assert store.observations()["cell_id"].tolist() == ["A1", "A2"]
                assert len(store.proposals()) == 3
                continue
            for use in readers(name):
                with pytest.raises(StoreError, match=rf"row {first} of the table {name}.*backup"):
                    use(store)


def test_every_column_is_part_of_it(store: CampaignStore) -> None:
    """Also those that are only shown to people who look with a database browser."""
    with store._database.engine.connect() as connection:
        found = {
            name: connection.execute(sa.select(table)).mappings().first() for name, table in TABLES.items()
        }
    for name, table in TABLES.items():
        stored = dict(found[name] or {})
        sums = {stored[CHECKSUM]}
        for column in table.columns:
            if column.name == CHECKSUM or isinstance(column.type, sa.Boolean):
                continue
            other = "x" if isinstance(column.type, sa.Text) else 77
            sums.add(checksum_of(table, {**stored, column.name: other}))
        flags = [column.name for column in table.columns if isinstance(column.type, sa.Boolean)]
        sums |= {checksum_of(table, {**stored, flag: not stored[flag]}) for flag in flags}
        assert len(sums) == len(table.columns), name


@pytest.mark.parametrize(
    ("table", "which", "named"),
    [
        ("results", 2, r"row 1 of the table statements \(source a\.csv\).*a row that belongs to it is lost"),
        ("pending", 3, r"row 1 of the table batches.*a row that belongs to it is lost"),
        ("statements", 1, r"row 1 of the table statements is lost"),
    ],
)
def test_a_lost_row_is_missed(store: CampaignStore, table: str, which: int, named: str) -> None:
    execute(store, sa.delete(TABLES[table]).where(TABLES[table].c.id == which))
    with pytest.raises(StoreError, match=named):
        store.pending()


def test_a_record_without_a_checksum_is_refused(store: CampaignStore) -> None:
    execute(store, sa.update(t.RESULTS).values(checksum=None).where(t.RESULTS.c.id == 2))
    with pytest.raises(
        StoreError, match=r"row 2 of the table results \(cell A2, source a\.csv\) is not what"
    ):
        store.observations()


def test_text_that_is_none_names_its_record(tmp_path: Path) -> None:
    store = store_with_a_batch(tmp_path)
    tell(store, {"cell_id": "A1", "note": "langsam"})
    execute(store, sa.text("UPDATE results SET row = CAST(CAST(row AS BLOB) || x'ff' AS TEXT)"))
    with pytest.raises(StoreError, match=r"row 1 of the table results \(cell A1"):
        store.observations()


def test_a_copy_from_a_backup_takes_its_place(tmp_path: Path) -> None:
    store = store_with_a_batch(tmp_path)
    tell(store, {"cell_id": "A1", "cycle_life_cycles": 310.0})
    path = tmp_path / "c.db"
    shutil.copy(path, tmp_path / "backup.db")
    path.write_bytes(path.read_bytes().replace(b'"cycle_life_cycles": 310.0', b'"cycle_life_cycles": 370.0'))
    with pytest.raises(StoreError, match="put a copy from your backup in its place"):
        CampaignStore.open(path).observations()
    shutil.copy(tmp_path / "backup.db", path)
    assert CampaignStore.open(path).observations()["cycle_life_cycles"].tolist() == [310.0]


def test_an_empty_file_is_no_empty_store(tmp_path: Path) -> None:
    """A disk that was full, or a crash, leaves one; what it held is not to be forgotten silently."""
    path = tmp_path / "c.db"
    path.touch()
    with pytest.raises(StoreError, match=r"is empty: it was cut short.*backup.*remove the file"):
        CampaignStore.open(path)
    path.unlink()
    assert len(CampaignStore.open(path).tell(cells(7.0), "a.csv").new) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["c.db"]


@pytest.mark.parametrize("links", [True, False])
def test_a_new_store_is_never_seen_half_made(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for folders without hard links, where the first writer makes it in place."""
    path, sizes = tmp_path / "c.db", []
    if not links:

        def no_links(*_: object) -> None:
            raise OSError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", no_links)

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def before(*_: object) -> None:
        if path.exists():
            sizes.append(path.stat().st_size)

    try:
        store = CampaignStore.open(path)
        store.tell(cells(5.0), "a.csv")
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", before)
    assert (min(sizes) > 0) == links
    assert len(store.observations()) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["c.db"]


def test_versions_that_contradict_each_other_are_damage(tmp_path: Path) -> None:
    store = store_with_a_batch(tmp_path)
    execute(store, sa.update(t.REVISION).values(version_num="4"))
    with pytest.raises(StoreError, match=r"damaged: its versions are 4 and 5.*backup"):
        CampaignStore.open(tmp_path / "c.db")
