"""The campaign store: append-only, all or none, safe between processes, clear about other files."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign import store as campaign_store
from surrogate.campaign.identity import told_host
from surrogate.campaign.reports import RESULT_COLUMNS
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.store_batches import batch_key
from surrogate.errors import RecordError, StoreError
from surrogate.hosts import columns as c

ROOT = Path(__file__).parents[2]


def host(**changes: object) -> dict[str, object]:
    """A complete design row; the store does not judge its values."""
    row: dict[str, object] = dict.fromkeys(c.DESIGN_COLUMNS, 0.5)
    row |= {"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none"}
    row |= dict.fromkeys(c.MATERIAL_COLUMNS, "copper") | dict.fromkeys(c.OVERRIDES, np.nan)
    return row | c.COLUMNS.neutral | {"thickness_um": 100.0} | changes


def cells(*lives: float) -> pd.DataFrame:
    return pd.DataFrame([{**host(), "cycle_life_cycles": life} for life in lives])


def test_observations_come_back_as_stored(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    told = cells(120.0, 1 / 3)
    told["cycle_life_cycles_censored"] = [True, False]
    told["replicate"] = ["a", "b"]
    told["note"] = ["stopped early; still running", None]
    assert len(store.tell(told, "one.csv").new) == 2
    back = CampaignStore.open(tmp_path / "c.db").observations()
    assert list(back.columns) == [*RESULT_COLUMNS, "source", "told_at"]
    assert back["cycle_life_cycles"].tolist() == [120.0, 1 / 3]
    assert back["cycle_life_cycles_censored"].tolist() == [True, False]
    assert back["ccd_mA_cm2"].isna().all()
    assert back["ccd_mA_cm2_censored"].tolist() == [False, False]
    assert back["replicate"].tolist() == ["a", "b"]
    assert back["note"].iloc[0] == "stopped early; still running"
    assert back["thickness_um"].dtype == float
    assert back["conductivity_top_S_m"].isna().all()
    assert set(back["source"]) == {"one.csv"}


def test_known_errors_come_back_and_make_another_cell(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    told = cells(120.0, 80.0).assign(overpotential_mV=[30.0, 20.0], overpotential_mV_sem=[1.5, np.nan])
    store.tell(told, "one.csv")
    assert store.observations()["overpotential_mV_sem"].fillna(0).tolist() == [1.5, 0.0]
    with pytest.raises(RecordError, match="stored already"):
        store.tell(told, "again.csv")
    assert len(store.tell(told.assign(overpotential_mV_sem=[2.5, np.nan]).iloc[:1], "new.csv").new) == 1
    with sqlite3.connect(tmp_path / "c.db") as connection:
        shown = connection.execute("select overpotential_mV_sem from results order by id").fetchall()
    assert shown == [(1.5,), (None,), (2.5,)]


def test_bounds_of_every_kind_come_back(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    told = cells(120.0, 80.0, 60.0)
    told["cycle_life_cycles_censored"] = [True, "below", False]
    told["cycle_life_cycles_upper_bound"] = [np.nan, np.nan, 90.0]
    told["coulombic_efficiency_pct"] = [99.2, np.nan, 98.0]
    store.tell(told, "one.csv")
    back = store.observations()
    assert back["cycle_life_cycles_censored"].tolist() == [True, "below", False]
    assert back["cycle_life_cycles_upper_bound"].fillna(0).tolist() == [0.0, 0.0, 90.0]
    assert back["coulombic_efficiency_pct"].fillna(0).tolist() == [99.2, 0.0, 98.0]
    shown = "select cycle_life_cycles, cycle_life_cycles_upper_bound from results order by id"
    with sqlite3.connect(tmp_path / "c.db") as connection:
        assert list(connection.execute(shown)) == [(120.0, None), (None, 80.0), (60.0, 90.0)]
    for name in ("coulombic_efficiency_pct_censored", "cycle_life_cycles_upper_bound"):
        told[name] = [None, None, 90.0] if name.endswith("bound") else [False] * 3
    with pytest.raises(RecordError, match="stored already"):
        store.tell(told, "again.csv")
    with pytest.raises(RecordError, match="rows 1, 3"):
        store.tell(told.assign(cycle_life_cycles_censored=[True, True, False]), "new.csv")


def _as_version_1(path: Path) -> None:
    """Make a store as the version before wrote it: fewer columns in the table and in each row."""
    young = [f"{target}{end}" for target in c.TARGETS for end in ("_upper_bound", "_sem")]
    young += ["coulombic_efficiency_pct", "coulombic_efficiency_pct_censored"]
    with sqlite3.connect(path) as connection:
        for name in young:
            connection.execute(f"alter table results drop column {name}")
        for key, row in list(connection.execute("select id, row from results")):
            kept = {name: value for name, value in json.loads(row).items() if name not in young}
            usual = {**dict.fromkeys(c.TORTUOSITY_ENDS), **c.COLUMNS.neutral}
            told = {
                name: value
                for name, value in kept.items()
                if name != "note" and not (name in usual and value in (None, usual[name]))
            }
            digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
            values = (json.dumps(kept), digest, key)
            connection.execute("update results set row = ?, digest = ? where id = ?", values)
        connection.execute("update schema_version set version = 1")


def test_a_store_of_the_version_before_is_read_and_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    CampaignStore.open(path).tell(cells(120.0, 80.0), "one.csv")
    _as_version_1(path)
    store = CampaignStore.open(path)
    back = store.observations()
    assert back["cycle_life_cycles"].tolist() == [120.0, 80.0]
    assert back["coulombic_efficiency_pct"].isna().all()
    assert back["coulombic_efficiency_pct_censored"].tolist() == [False, False]
    with pytest.raises(RecordError, match="stored already"):  # the same cells, of a file of today
        store.tell(cells(120.0, 80.0), "again.csv")
    assert len(store.tell(cells(55.0).assign(coulombic_efficiency_pct=98.7), "new.csv").new) == 1
    assert CampaignStore.open(path).observations()["coulombic_efficiency_pct"].iloc[-1] == 98.7
    with sqlite3.connect(path) as connection:
        assert connection.execute("select version from schema_version").fetchone() == (4,)
        assert connection.execute("select coulombic_efficiency_pct from results").fetchall()[-1] == (98.7,)


def test_nothing_stored_is_empty_and_makes_no_file(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    assert len(store.observations()) == 0
    assert len(store.pending()) == 0
    assert store.batch("x") is None
    assert store.observations()["cycle_life_cycles"].dtype == float
    assert list(tmp_path.iterdir()) == []


def test_cells_are_told_once(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    store.tell(cells(100.0, 200.0), "one.csv")
    with pytest.raises(RecordError, match=r"two\.csv: all of its cells are stored already.*--again"):
        store.tell(cells(200.0, 100.0), "two.csv")
    with pytest.raises(RecordError, match=r"1 of its 2 cells.*rows 1.*--new.*other 1"):
        store.tell(cells(200.0, 300.0), "grown.csv")
    assert len(store.observations()) == 2
    assert len(store.tell(cells(200.0, 300.0), "grown.csv", repeated="skip").new) == 1
    assert store.observations()["cycle_life_cycles"].tolist() == [100.0, 200.0, 300.0]
    assert len(store.tell(cells(200.0), "again.csv", repeated="add").new) == 1
    assert len(store.observations()) == 4


def test_two_equal_new_cells_of_one_file_are_replicates(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    assert len(store.tell(cells(100.0, 100.0), "one.csv").new) == 2


def test_digest_follows_what_was_told(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    empty = store.digest()
    store.tell(cells(100.0), "a.csv")
    one = store.digest()
    other = CampaignStore.open(tmp_path / "d.db")
    other.tell(cells(100.0).assign(note="remark"), "other.csv")
    assert len({empty, one, other.digest()}) == 2
    assert other.digest() == one
    store.tell(cells(101.0), "a.csv")
    assert store.digest() not in (empty, one)
    keys = {batch_key("text", seed, n, one, version) for seed in (0, 1) for n in (3, 4) for version in "12"}
    assert len(keys) == 8


def test_a_cell_stored_before_a_column_existed_is_the_same_cell(tmp_path: Path) -> None:
    neutral = {**c.COLUMNS.neutral, **dict.fromkeys(c.TORTUOSITY_ENDS, np.nan)}
    store = CampaignStore.open(tmp_path / "c.db")
    store.tell(cells(100.0).drop(columns=list(neutral)), "old.csv")
    with pytest.raises(RecordError, match="stored already"):
        store.tell(cells(100.0).assign(**neutral), "old.csv")
    for name, value in (("layers", 2.0), ("doping", "nitrogen"), ("tortuosity_top", 2.0)):
        assert len(store.tell(cells(100.0).assign(**{**neutral, name: value}), "new.csv").new) == 1
    assert store.observations()["layers"].isna().tolist() == [True, False, False, False]


def test_a_layered_or_doped_cell_is_not_the_plain_host_that_was_proposed(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    neutral = {**c.COLUMNS.neutral, "mass_transfer_factor": 3.0}  # a condition, as the current is
    store.add_pending(pd.DataFrame([host()])[list(c.CHOICES)], seed=1, key="k")
    for name, value in (("layers", 2.0), ("doping", "nitrogen"), ("skin_coverage", 0.2)):
        store.tell(cells(1.0).assign(**{**neutral, name: value}), "a.csv")
    assert len(store.pending()) == 1
    store.tell(cells(1.0).assign(**neutral), "a.csv")
    assert len(store.pending()) == 0


def test_a_batch_comes_back_byte_for_byte(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    batch = pd.DataFrame([host(thickness_um=value) for value in (1 / 3, 90.0)])
    batch["cycle_life_cycles"] = [np.nan, 0.1 + 0.2]
    batch["extrapolation"] = [0, 1]
    batch["kept"] = [True, False]
    batch["nearest_literature"] = ["10.1/x#3;10.1/y#", None]
    stored = store.add_pending(batch, seed=7, key="k")
    again = CampaignStore.open(tmp_path / "c.db").batch("k")
    assert again is not None
    for frame in (stored, again):
        assert frame.drop(columns="proposal_id").to_csv(index=False) == batch.to_csv(index=False)
        assert frame["proposal_id"].tolist() == ["B01-1", "B01-2"]
        assert frame["extrapolation"].dtype == "int64"
    # the first batch under a key stays
    assert store.add_pending(batch.iloc[:1], seed=7, key="k").to_csv() == stored.to_csv()
    assert store.batch("other") is None


def test_pending_ends_with_a_told_cell_made_as_closely_as_a_lab_can(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    store.add_pending(pd.DataFrame([host(), host(thickness_um=200.0), host(agent="gold")]), seed=3, key="k")
    assert len(store.pending()) == 3
    assert set(store.pending()["seed"]) == {3}
    assert "thickness_um" in store.pending().columns
    store.tell(pd.DataFrame([{**host(thickness_um=103.0, porosity_top=0.51), "ccd_mA_cm2": 2.0}]), "a.csv")
    left = store.pending()
    assert left["thickness_um"].tolist() == [200.0, 100.0]
    assert left["agent"].tolist() == ["silver", "gold"]


def test_a_host_that_is_made_again_waits_for_a_new_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cell that it is made again from names no proposal, and would answer any other of the same design."""
    clock = iter(f"2026-01-0{day}T00:00:00+00:00" for day in range(1, 9))
    monkeypatch.setattr(campaign_store, "_now", lambda: next(clock))
    store = CampaignStore.open(tmp_path / "c.db")
    store.tell(cells(100.0), "a.csv")
    again = told_host("C1", store.identities())
    assert again["repeat_of"] == "C1"
    store.add_pending(
        pd.DataFrame([again]),
        seed=0,
        key="k",
    )
    assert store.pending()["proposal_id"].tolist() == ["B01-1"]
    store.tell(cells(120.0), "b.csv")
    assert len(store.pending()) == 0


def test_only_a_told_host_can_be_made_again(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    with pytest.raises(RecordError, match="nothing is stored yet"):
        told_host("B01-1", store.identities())
    store.add_pending(pd.DataFrame([host(), host(thickness_um=200.0)]), seed=0, key="k")
    store.tell(cells(1.0).assign(proposal_id="B01-2", thickness_um=206.0), "a.csv")
    known = store.identities()
    assert told_host("B01-2", known)["thickness_um"] == 200.0  # as proposed
    assert told_host("B01-2-a", known)["thickness_um"] == 206.0  # as made
    with pytest.raises(RecordError, match=r"no cell of this proposal was told yet.*B01-2"):
        told_host("B01-1", known)
    with pytest.raises(RecordError, match="did you mean 'B01-2-a'"):
        told_host("b1-2-A", known)


def test_a_batch_with_a_repeat_is_another_question() -> None:
    plain = batch_key("text", 0, 3, "digest", "1")
    assert batch_key("text", 0, 3, "digest", "1", []) == plain
    assert batch_key("text", 0, 3, "digest", "1", ["B01-1"]) != plain


# Makes the process kill itself at the nth statement of the second file's transaction. With next to no cache,
# changed pages are in FILE.db by then, and only the journal can undo them.
KILLED = """
import os, signal, sys
import pandas as pd, sqlalchemy as sa
from surrogate.campaign.store import CampaignStore
path, table, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
real, seen = sa.Connection.execute, [0]
def execute(self, *args, **kwargs):
    seen[0] += 1
    if seen[0] == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *args, **kwargs)
store = CampaignStore.open(path)
sa.event.listen(store._database.engine, "connect", lambda connection, _: connection.execute("PRAGMA cache_size = 1"))
sa.Connection.execute = execute
store.tell(pd.read_pickle(table), "second.csv")
"""


def run_killed(path: Path, table: pd.DataFrame, at: int) -> int:
    pickle = path.with_suffix(".pickle")
    table.to_pickle(pickle)
    arguments = [sys.executable, "-c", textwrap.dedent(KILLED), str(path), str(pickle), str(at)]
    return subprocess.run(arguments, cwd=ROOT, timeout=120, check=False).returncode


@pytest.mark.parametrize(("existing", "at"), [(False, 2), (True, 2), (True, 20), (True, 41), (True, 9999)])
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
    script = """
        import sys, time
        import pandas as pd, sqlalchemy as sa
        from surrogate.campaign.store import CampaignStore
        real, seen = sa.Connection.execute, [0]
        def execute(self, *args, **kwargs):
            seen[0] += 1
            if seen[0] == 2:
                print("half way", flush=True)
                time.sleep(0.7)
            return real(self, *args, **kwargs)
        store = CampaignStore.open(sys.argv[1])
        sa.Connection.execute = execute
        store.tell(pd.read_pickle(sys.argv[2]), "second.csv")
    """
    file = cells(10.0, 11.0)
    file.to_pickle(tmp_path / "t")
    arguments = [sys.executable, "-c", textwrap.dedent(script), str(path), str(tmp_path / "t")]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "half way\n"
        with pytest.raises(RecordError, match="stored already"):
            CampaignStore.open(path).tell(file, "second.csv")
    assert other.returncode == 0
    assert len(CampaignStore.open(path).observations()) == 3


@pytest.mark.process
def test_two_processes_tell_at_once(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    script = """
        import sys
        import pandas as pd
        from surrogate.campaign.store import CampaignStore
        store = CampaignStore.open(sys.argv[1])
        table = pd.read_pickle(sys.argv[2])
        sys.stdin.readline()  # both begin together
        for k in range(8):
            names = [f"{sys.argv[3]}{k}-{cell}" for cell in range(len(table))]
            store.tell(table.assign(replicate=names), sys.argv[3])
    """
    cells(*np.arange(1.0, 11.0)).to_pickle(tmp_path / "t")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script), str(path), str(tmp_path / "t"), name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
        )
        for name in ("a", "b")
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.close()
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    told = CampaignStore.open(path).observations()
    assert told["source"].value_counts().to_dict() == {"a": 80, "b": 80}
    files = told["replicate"].str.partition("-")[0]
    blocks = files.to_numpy().reshape(16, 10)  # each file's cells stand together
    assert (blocks == blocks[:, :1]).all()


def test_a_file_stored_through_another_open_store_is_known(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    first, second = CampaignStore.open(path), CampaignStore.open(path)
    assert first.tell(cells(1.0), "a.csv").new == ("C1",)
    with pytest.raises(RecordError, match="stored already"):
        second.tell(cells(1.0), "a.csv")


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
                database.execute("UPDATE schema_version SET version = 99")


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("text", r"not a database.*something else"),
        ("folder", r"unable to open.*existing folder"),
        ("foreign", r"another program.*songs.*move that file"),
        ("cut short", r"(malformed|damaged).*backup"),
        ("overwritten", r"(malformed|damaged).*backup"),
        ("newer", r"another version.*99.*schema version 1.*update lihost"),
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
    import sqlalchemy as sa

    @sa.event.listens_for(store._database.engine, "connect")
    def small(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 20")  # SQLite's own "database or disk is full"

    with pytest.raises(StoreError, match=r"full.*free some space"):
        store.tell(cells(*np.arange(10.0, 200.0)), "b.csv")
    assert CampaignStore.open(path).observations()["cycle_life_cycles"].tolist() == [1.0]


def test_any_sqlalchemy_address(tmp_path: Path) -> None:
    store = CampaignStore.open(f"sqlite:///{tmp_path}/by-url.db")
    assert len(store.tell(cells(1.0), "a.csv").new) == 1
    assert len(CampaignStore.open(tmp_path / "by-url.db").observations()) == 1

    for bad in (
        "sqlite://user:secret@host/x",
        "nonsense://user:secret@host/x",
        "postgresql://user:secret@:x/y",
    ):
        with pytest.raises(StoreError) as caught:
            CampaignStore.open(bad)
        assert "secret" not in str(caught.value)
