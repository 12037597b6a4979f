"""The contract of a campaign store, in a file and on a server: append-only, all or none, in one order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign import store as campaign_store
from surrogate.campaign.batch import recorded
from surrogate.campaign.identity import told_host
from surrogate.campaign.reports import RESULT_COLUMNS
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.store_batches import batch_key
from surrogate.errors import RecordError, StoreError
from surrogate.hosts import columns as c
from tests.campaign.told_cells import cells
from tests.campaign.told_cells import row as host


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.process)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is: a file that there is not yet, or an empty schema."""
    if request.param == "sqlite":
        return str(tmp_path / "c.db")
    return str(request.getfixturevalue("postgres").schema())


def test_observations_come_back_as_stored(place: str) -> None:
    store = CampaignStore.open(place)
    told = cells(120.0, 1 / 3)
    told["cycle_life_cycles_censored"] = [True, False]
    told["replicate"] = ["a", "b"]
    told["note"] = ["stopped early; still running", None]
    assert len(store.tell(told, "one.csv").new) == 2
    back = CampaignStore.open(place).observations()
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


def test_known_errors_come_back_and_make_another_cell(place: str) -> None:
    store = CampaignStore.open(place)
    told = cells(120.0, 80.0).assign(overpotential_mV=[30.0, 20.0], overpotential_mV_sem=[1.5, np.nan])
    store.tell(told, "one.csv")
    assert store.observations()["overpotential_mV_sem"].fillna(0).tolist() == [1.5, 0.0]
    with pytest.raises(RecordError, match="stored already"):
        store.tell(told, "again.csv")
    assert len(store.tell(told.assign(overpotential_mV_sem=[2.5, np.nan]).iloc[:1], "new.csv").new) == 1
    assert [row["overpotential_mV_sem"] for row in store.tables()["results"]] == [1.5, None, 2.5]


def test_bounds_of_every_kind_come_back(place: str) -> None:
    store = CampaignStore.open(place)
    told = cells(120.0, 80.0, 60.0)
    told["cycle_life_cycles_censored"] = [True, "below", False]
    told["cycle_life_cycles_upper_bound"] = [np.nan, np.nan, 90.0]
    told["coulombic_efficiency_pct"] = [99.2, np.nan, 98.0]
    store.tell(told, "one.csv")
    back = store.observations()
    assert back["cycle_life_cycles_censored"].tolist() == [True, "below", False]
    assert back["cycle_life_cycles_upper_bound"].fillna(0).tolist() == [0.0, 0.0, 90.0]
    assert back["coulombic_efficiency_pct"].fillna(0).tolist() == [99.2, 0.0, 98.0]
    shown = [
        (row["cycle_life_cycles"], row["cycle_life_cycles_upper_bound"]) for row in store.tables()["results"]
    ]
    assert shown == [(120.0, None), (None, 80.0), (60.0, 90.0)]
    for name in ("coulombic_efficiency_pct_censored", "cycle_life_cycles_upper_bound"):
        told[name] = [None, None, 90.0] if name.endswith("bound") else [False] * 3
    with pytest.raises(RecordError, match="stored already"):
        store.tell(told, "again.csv")
    with pytest.raises(RecordError, match="rows 1, 3"):
        store.tell(told.assign(cycle_life_cycles_censored=[True, True, False]), "new.csv")


def test_nothing_stored_is_empty(place: str) -> None:
    store = CampaignStore.open(place)
    assert len(store.observations()) == 0
    assert len(store.pending()) == 0
    assert store.batch("x") is None
    assert store.mark() == ""
    assert store.observations()["cycle_life_cycles"].dtype == float


def test_cells_are_told_once(place: str) -> None:
    store = CampaignStore.open(place)
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


def test_two_equal_new_cells_of_one_file_are_replicates(place: str) -> None:
    store = CampaignStore.open(place)
    assert len(store.tell(cells(100.0, 100.0), "one.csv").new) == 2


def test_digest_follows_what_was_told(place: str, tmp_path: Path) -> None:
    store = CampaignStore.open(place)
    empty = store.digest()
    store.tell(cells(100.0), "a.csv")
    one = store.digest()
    other = CampaignStore.open(tmp_path / "other.db")
    other.tell(cells(100.0).assign(note="remark"), "other.csv")
    assert len({empty, one, other.digest()}) == 2
    assert other.digest() == one
    store.tell(cells(101.0), "a.csv")
    assert store.digest() not in (empty, one)
    keys = {batch_key("text", seed, n, one, version) for seed in (0, 1) for n in (3, 4) for version in "12"}
    assert len(keys) == 8


def test_a_cell_stored_before_a_column_existed_is_the_same_cell(place: str) -> None:
    neutral = {**c.COLUMNS.neutral, **dict.fromkeys(c.TORTUOSITY_ENDS, np.nan)}
    store = CampaignStore.open(place)
    store.tell(cells(100.0).drop(columns=list(neutral)), "old.csv")
    with pytest.raises(RecordError, match="stored already"):
        store.tell(cells(100.0).assign(**neutral), "old.csv")
    for name, value in (("layers", 2.0), ("doping", "nitrogen"), ("tortuosity_top", 2.0)):
        assert len(store.tell(cells(100.0).assign(**{**neutral, name: value}), "new.csv").new) == 1
    assert store.observations()["layers"].isna().tolist() == [True, False, False, False]


def test_a_layered_or_doped_cell_is_not_the_plain_host_that_was_proposed(place: str) -> None:
    store = CampaignStore.open(place)
    neutral = {**c.COLUMNS.neutral, "mass_transfer_factor": 3.0}  # a condition, as the current is
    store.add_pending(pd.DataFrame([host()])[list(c.CHOICES)], seed=1, key="k")
    for name, value in (("layers", 2.0), ("doping", "nitrogen"), ("skin_coverage", 0.2)):
        store.tell(cells(1.0).assign(**{**neutral, name: value}), "a.csv")
    assert len(store.pending()) == 1
    store.tell(cells(1.0).assign(**neutral), "a.csv")
    assert len(store.pending()) == 0


def test_a_batch_comes_back_byte_for_byte(place: str) -> None:
    store = CampaignStore.open(place)
    batch = pd.DataFrame([host(thickness_um=value) for value in (1 / 3, 90.0)])
    batch["cycle_life_cycles"] = [np.nan, 0.1 + 0.2]
    batch["extrapolation"] = [0, 1]
    batch["kept"] = [True, False]
    batch["nearest_literature"] = ["10.1/x#3;10.1/y#", None]
    stored = store.add_pending(batch, seed=7, key="k")
    again = CampaignStore.open(place).batch("k")
    assert again is not None
    for frame in (stored, again):
        assert frame.drop(columns="proposal_id").to_csv(index=False) == batch.to_csv(index=False)
        assert frame["proposal_id"].tolist() == ["B01-1", "B01-2"]
        assert frame["extrapolation"].dtype == "int64"
    # the first batch under a key stays
    assert store.add_pending(batch.iloc[:1], seed=7, key="k").to_csv() == stored.to_csv()
    assert store.batch("other") is None


def test_a_batch_is_proposed_again_where_another_was_recorded_meanwhile(place: str) -> None:
    """Two people at once: the later one proposes beside the hosts of the other, not the same again."""
    mine, theirs = CampaignStore.open(place), CampaignStore.open(place)
    beside: list[list[float]] = []

    def new(pending: pd.DataFrame) -> pd.DataFrame:
        beside.append(pending["thickness_um"].tolist())
        if len(beside) == 1:
            theirs.add_pending(pd.DataFrame([host(thickness_um=100.0)]), seed=1, key="theirs")
        return pd.DataFrame([host(thickness_um=100.0 * len(beside))])

    assert recorded(mine, new, 2, "mine")["proposal_id"].tolist() == ["B02-1"]
    assert beside == [[], [100.0]]
    assert mine.pending()["thickness_um"].tolist() == [100.0, 200.0]
    # the same question, asked by both: the answer that is stored first
    same = recorded(theirs, lambda _: pd.DataFrame([host(thickness_um=900.0)]), 2, "mine")
    assert same["thickness_um"].tolist() == [200.0]


def test_pending_ends_with_a_told_cell_made_as_closely_as_a_lab_can(place: str) -> None:
    store = CampaignStore.open(place)
    store.add_pending(pd.DataFrame([host(), host(thickness_um=200.0), host(agent="gold")]), seed=3, key="k")
    assert len(store.pending()) == 3
    assert set(store.pending()["seed"]) == {3}
    assert "thickness_um" in store.pending().columns
    store.tell(pd.DataFrame([{**host(thickness_um=103.0, porosity_top=0.51), "ccd_mA_cm2": 2.0}]), "a.csv")
    left = store.pending()
    assert left["thickness_um"].tolist() == [200.0, 100.0]
    assert left["agent"].tolist() == ["silver", "gold"]


def test_a_host_that_is_made_again_waits_for_a_new_cell(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cell that it is made again from names no proposal, and would answer any other of the same design."""
    clock = iter(f"2026-01-0{day}T00:00:00+00:00" for day in range(1, 9))
    monkeypatch.setattr(campaign_store, "now", lambda _: next(clock))
    store = CampaignStore.open(place)
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


def test_a_clock_that_is_put_back_changes_no_order(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(
        ["2026-01-05T00:00:00+00:00", "2026-01-04T00:00:00+00:00", *["2026-01-02T00:00:00+00:00"] * 8]
    )
    monkeypatch.setattr(campaign_store, "now", lambda _: next(clock))
    store = CampaignStore.open(place)
    store.tell(cells(100.0), "a.csv")
    store.add_pending(pd.DataFrame([told_host("C1", store.identities())]), seed=0, key="k")
    assert len(store.pending()) == 1
    store.tell(cells(120.0), "b.csv")
    assert len(store.pending()) == 0
    store.undo()
    times = [one["said_at"] for one in store.history()]
    times.insert(1, store.proposals()["B01-1"]["proposed_at"])
    assert times == sorted(set(times))
    assert len(times) == 4
    assert times[-1].startswith("2026-01-05T00:00:00.000003")
    moments = [pd.Timestamp(one) for one in times]
    assert moments == sorted(moments)


def test_only_a_told_host_can_be_made_again(place: str) -> None:
    store = CampaignStore.open(place)
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


def test_a_file_stored_through_another_open_store_is_known(place: str) -> None:
    first, second = CampaignStore.open(place), CampaignStore.open(place)
    assert first.tell(cells(1.0), "a.csv").new == ("C1",)
    with pytest.raises(RecordError, match="stored already"):
        second.tell(cells(1.0), "a.csv")


def test_an_address_is_a_place_as_well(place: str) -> None:
    """Of a file too."""
    address = place if "://" in place else f"sqlite:///{place}"
    assert len(CampaignStore.open(address).tell(cells(1.0), "a.csv").new) == 1
    assert len(CampaignStore.open(place).observations()) == 1


def test_writers_at_once_come_one_after_the_other(place: str) -> None:
    """Each file's cells stand together, no id is given twice, and none is left out for a file that was refused."""
    made = cells(*np.arange(1.0, 4.0))

    def write(name: str) -> None:
        store = CampaignStore.open(place)
        for k in range(2):
            told = made.assign(cell_id=[f"{name}{k}{cell}" for cell in range(3)], replicate=[name] * 3)
            store.tell(told, f"{name}{k}")
            with pytest.raises(RecordError):
                store.tell(made.assign(cell_id="none such 1"), "refused.csv")
            store.add_pending(pd.DataFrame([host()]).assign(role="exploit"), seed=k, key=f"key {k}")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, "abc"))
    store = CampaignStore.open(place)
    tables = store.tables()
    assert [one["id"] for one in tables["statements"]] == list(range(1, 7))
    assert [one["id"] for one in tables["results"]] == list(range(1, 19))
    assert [one["statement"] for one in tables["results"]] == [k // 3 + 1 for k in range(18)]
    assert len(store.observations()) == 18
    assert list(store.proposals()) == [f"B0{k}-1" for k in (1, 2)]  # each asked for three times


def test_a_store_that_was_moved_goes_on_where_it_was(place: str, tmp_path: Path) -> None:
    first = CampaignStore.open(tmp_path / "first.db")
    first.add_pending(pd.DataFrame([host(), host(thickness_um=200.0)]), seed=1, key="k")
    first.tell(cells(1.0, 2.0), "a.csv")
    first.amend("C1", {"cycle_life_cycles": 3.0})
    moved = CampaignStore.open(place)
    moved.restore(first.tables())
    assert moved.tables() == first.tables()
    assert moved.mark() == first.mark()
    assert moved.tell(cells(4.0), "b.csv").new == ("C3",)
    moved.add_pending(pd.DataFrame([host(agent="gold")]), seed=2, key="other")
    assert list(moved.proposals())[-1] == "B02-1"
    assert moved.undo().number == 3
    assert moved.undo().number == 2
    assert moved.observations()["cycle_life_cycles"].tolist() == [1.0, 2.0]
    with pytest.raises(StoreError, match="holds cells or batches already"):
        moved.restore(first.tables())


def test_times_are_those_of_the_store(place: str) -> None:
    store = CampaignStore.open(place)
    store.tell(cells(1.0), "a.csv")
    at = pd.Timestamp(store.history()[0]["said_at"])
    assert abs(pd.Timestamp.now("UTC") - at) < pd.Timedelta(minutes=5)
    assert str(at.tz) == "UTC"
