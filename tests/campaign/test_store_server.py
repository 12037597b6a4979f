"""A campaign store on a server: lost connections, commits without an answer, restarts, faults of addresses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from surrogate.campaign import store_database, store_engine
from surrogate.campaign import store_schema as t
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.store_address import address
from surrogate.campaign.store_versions import upgrade
from surrogate.errors import StoreError
from tests.campaign.test_store_versions import known, store_of
from tests.campaign.told_cells import cells
from tests.postgres import Server

LOST = "server closed the connection unexpectedly"


@pytest.fixture
def place(postgres: Server) -> str:
    return postgres.schema()


@pytest.fixture
def store(place: str) -> CampaignStore:
    made = CampaignStore.open(place)
    made.tell(cells(1.0), "first.csv")
    return made


def lives(store: CampaignStore) -> list[float]:
    return list(store.observations()["cycle_life_cycles"])


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Let the next commit lose its connection ``before`` it reaches the server, or ``after``."""
    real, lose = PGDialect_psycopg.do_commit, [""]

    def do_commit(self: PGDialect_psycopg, dbapi_connection: Any) -> None:
        when, lose[0] = lose[0], ""
        if when != "before":
            real(self, dbapi_connection)
        if when:
            dbapi_connection.driver_connection.close()
            raise psycopg.OperationalError(LOST)

    monkeypatch.setattr(PGDialect_psycopg, "do_commit", do_commit)
    return lambda when: lose.__setitem__(0, when)


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_is_told_is_stored_once_whichever_side_of_the_commit_is_lost(
    store: CampaignStore, commits: Callable[[str], None], when: str
) -> None:
    commits(when)
    assert store.tell(cells(2.0), "second.csv").new == ("C2",)
    commits(when)
    assert store.undo().number == 2  # and not the first as well
    assert lives(store) == [1.0]
    assert [one["kind"] for one in store.history()] == ["tell", "tell", "undo"]


def test_an_outcome_that_cannot_be_asked_for_is_not_told_again(
    store: CampaignStore, commits: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_engine, "transaction_status", lambda *_: None)
    commits("after")
    with pytest.raises(StoreError, match=r"whether it was stored is not known.*optimize history"):
        store.tell(cells(2.0), "second.csv")
    assert lives(store) == [1.0, 2.0]


def test_a_transaction_that_the_server_still_ends_is_waited_for(
    store: CampaignStore, commits: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first = store_engine.transaction_status, iter(["in progress"])
    monkeypatch.setattr(store_engine, "transaction_status", lambda *given: next(first, None) or real(*given))
    commits("after")
    assert store.tell(cells(2.0), "second.csv").new == ("C2",)
    assert next(first, None) is None
    assert lives(store) == [1.0, 2.0]


@pytest.mark.parametrize(
    "at", ["pg_advisory_xact_lock", "FROM results", "INSERT INTO statements", "INSERT INTO results"]
)
def test_a_connection_that_is_cut_half_way_is_made_again(
    store: CampaignStore, postgres: Server, at: str
) -> None:
    cut = iter([True])

    @sa.event.listens_for(store._database.engine, "before_cursor_execute")
    def before(_: object, cursor: psycopg.Cursor, statement: str, *__: object) -> None:
        if at in statement and next(cut, False):
            postgres.execute(f"SELECT pg_terminate_backend({cursor.connection.info.backend_pid}, 5000)")

    assert len(store.tell(cells(2.0, 3.0), "second.csv").new) == 2
    assert next(cut, None) is None
    assert lives(store) == [1.0, 2.0, 3.0]
    assert [one["id"] for one in store.tables()["results"]] == [1, 2, 3]


def test_a_server_that_restarts_is_waited_for_and_one_that_stays_away_is_not(
    store: CampaignStore, place: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.stop()
    try:
        with monkeypatch.context() as impatient:
            impatient.setattr(store_database, "RECONNECT_S", 0.15)
            with pytest.raises(StoreError, match=r"connection.*server runs.*run the command again"):
                store.tell(cells(2.0), "second.csv")
        with pytest.raises(StoreError, match="server runs"):
            CampaignStore.open(place)
    finally:
        start = threading.Timer(0.1, postgres.start)
        start.start()
    assert store.tell(cells(3.0), "second.csv").new == ("C2",)
    start.join()
    assert lives(store) == [1.0, 3.0]


def test_a_reader_sees_one_moment_and_waits_for_no_writer(store: CampaignStore, place: str) -> None:
    seen = []

    def work(connection: sa.Connection) -> None:
        connection.execute(sa.delete(t.RESULTS))
        seen.extend(lives(CampaignStore.open(place)))
        raise StoreError("enough")

    with pytest.raises(StoreError, match="enough"):
        store._database.write(work)
    assert seen == [1.0]

    def slowly(connection: sa.Connection) -> tuple[int | None, int | None]:
        number = sa.select(sa.func.count()).select_from(t.RESULTS)
        first = connection.scalar(number)
        CampaignStore.open(place).tell(cells(2.0), "second.csv")
        return first, connection.scalar(number)

    assert store._database.read(slowly, (0, 0)) == (1, 1)


@pytest.mark.parametrize("version", ["1", "2", "3"])
def test_an_older_store_is_read_and_brought_up_to_date(version: str, place: str, tmp_path: Path) -> None:
    file = CampaignStore.open(store_of(version, tmp_path))
    older = sa.MetaData()
    with (
        sa.create_engine(f"sqlite:///{tmp_path}/c.db").connect() as source,
        sa.create_engine(place).begin() as there,
    ):
        upgrade(there, to=version)
        there.execute(sa.text(f"DROP TABLE {t.REVISION_TABLE}"))
        older.reflect(source)
        for name in ("schema_version", "batches", "pending", "statements", "results"):
            if name in older.tables:
                rows = [row._asdict() for row in source.execute(sa.select(older.tables[name]))]
                there.execute(sa.insert(older.tables[name]), rows)
    store = CampaignStore.open(place)
    assert known(store) == known(file)
    with sa.create_engine(place).connect() as there:
        assert not sa.inspect(there).has_table(t.REVISION_TABLE)  # reading changed nothing
    store.tell(cells(2.0), "second.csv")
    assert known(store)[:-1] == known(file)
    assert store.proposals() == file.proposals()


def test_a_server_has_one_lock_for_each_schema(store: CampaignStore, postgres: Server) -> None:
    other = CampaignStore.open(postgres.schema())

    def work(connection: sa.Connection) -> None:
        other.tell(cells(5.0), "other.csv")  # would wait for this one else

    store._database.write(work)
    assert lives(other) == [5.0]


def test_what_is_wrong_with_an_address_is_said_with_its_remedy(postgres: Server) -> None:
    def said(url: str) -> str:
        with pytest.raises(StoreError) as caught:
            CampaignStore.open(url).prepare()
        assert "secret" not in str(caught.value)
        return str(caught.value)

    secret = str(sa.make_url(postgres.url(database="none")).set(password="secret").render_as_string(False))
    assert "createdb NAME" in said(secret)
    assert "CREATE SCHEMA NAME" in said(postgres.url(options="-csearch_path=none"))
    assert ".pgpass" in said(postgres.url(user="nobody"))
    assert "server runs" in said("postgresql://lihost:secret@localhost:1/postgres")
    schema = postgres.schema()
    with sa.create_engine(schema).begin() as connection:
        connection.execute(sa.text("CREATE TABLE songs (id INTEGER)"))
    assert "songs" in said(schema)
    assert "createdb NAME" in said(schema)


def test_a_user_who_may_only_read(store: CampaignStore, place: str, postgres: Server) -> None:
    schema = sa.make_url(place).query["options"].partition("=")[2]
    postgres.execute(
        f"CREATE ROLE reader_{schema} LOGIN", f"GRANT USAGE ON SCHEMA {schema} TO reader_{schema}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader_{schema}",
    )  # fmt: skip
    reader = CampaignStore.open(str(sa.make_url(place).set(username=f"reader_{schema}")))
    assert lives(reader) == [1.0]
    with pytest.raises(StoreError, match=r"permission denied.*GRANT"):
        reader.tell(cells(2.0), "second.csv")
    assert lives(store) == [1.0]


def test_an_address_without_a_driver_means_psycopg() -> None:
    for text in ("postgresql://anna@db/lab", "postgres://anna@db/lab", "postgresql+psycopg://anna@db/lab"):
        assert address(text).drivername == "postgresql+psycopg"
