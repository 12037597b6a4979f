"""Ids are understood in any case; what is no id, or of nothing, is refused with the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate.campaign.identity import told_host
from surrogate.campaign.ids import cell_understood, known_cell, known_proposal, nearest, understood
from surrogate.campaign.store import CampaignStore
from surrogate.errors import RecordError
from tests.campaign.told_cells import LIFE, store_with_a_batch, tell


@pytest.fixture
def store(tmp_path: Path) -> CampaignStore:
    return store_with_a_batch(tmp_path)


def test_a_cell_is_understood_in_any_case(store: CampaignStore) -> None:
    assert tell(store, {"cell_id": "b01-1-A", LIFE: 300.0}).new == ("B01-1-a",)
    assert tell(store, {"proposal_id": "b01-c", LIFE: 200.0}).new == ("B01-C-a",)
    assert tell(store, {"cell_id": "Pouch 7", LIFE: 100.0, "thickness_um": 7.0}).new == ("Pouch 7",)
    assert tell(store, {"cell_id": "pouch 7", LIFE: 110.0, "thickness_um": 7.0}).updated == ("Pouch 7",)
    store.amend("b01-1-a", {LIFE: 310.0})
    assert store.forget("POUCH 7")["cell_id"] == "Pouch 7"
    assert store.withdraw(["b01-2", "B01-2"]) == ["B01-2"]
    assert store.observations().set_index("cell_id")[LIFE].to_dict() == {"B01-1-a": 310.0, "B01-C-a": 200.0}
    assert store.pending()["proposal_id"].tolist() == []
    assert told_host("b01-1", store.identities())["repeat_of"] == "B01-1"


def test_an_id_that_was_given_in_another_case_is_not_given_again(store: CampaignStore) -> None:
    assert tell(store, {"cell_id": "c1", LIFE: 1.0}, {"thickness_um": 7.0, LIFE: 2.0}).new == ("c1", "C2")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("B01-1", "B01-1"), ("b01-1", "B01-1"), ("B1-1", None), ("p", None), ("P", "P"), ("q", "Q")],
)
def test_what_is_meant(name: str, meant: str | None) -> None:
    assert understood(name, ["B01-1", "B01-C", "P", "Q"] + (["p-not"] if name == "p" else [])) == (
        "P" if name == "p" else meant
    )
    assert understood("x", ["X", "x"]) == "x"
    assert understood("XX", ["xX", "Xx"]) is None  # which of the two cannot be known


def test_the_letter_of_a_new_cell_is_small_and_other_words_stay() -> None:
    there: tuple[list[str], list[str]] = ([], ["B01-1"])
    assert [cell_understood(one, *there) for one in ("b01-1-B", "B01-1-Left", "X-1-A")] == [
        "B01-1-b", "B01-1-Left", "X-1-A",
    ]  # fmt: skip


def test_an_unknown_id_is_refused_with_the_nearest_and_no_empty_column(store: CampaignStore) -> None:
    for wrong in ("b1-1", "zz"):
        with pytest.raises(RecordError) as found:
            store.withdraw([wrong])
        assert str(found.value).startswith(f"no such proposal (got {wrong!r}). Allowed: B01-1, B01-2, B01-C.")
    with pytest.raises(
        RecordError, match=r"^t.csv, row 3, column proposal_id: no such proposal.*fill in the design"
    ):
        known_proposal("zz", store.proposals(), "t.csv", 2)
    with pytest.raises(RecordError, match=r"^no such cell \(got 'zz'\). Allowed: no cell is stored yet"):
        known_cell("zz", {})
    assert nearest("B1-C", ["B01-1", "B01-C"]) == "B01-C"
    assert nearest("B01-9", ["B01-C", "B01-1"]) == "B01-1"  # the control only where it is meant
