"""Rows that name no cell and may be about a known one are asked back, with ways that work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from surrogate.campaign.store import CampaignStore
from surrogate.errors import RecordError
from tests.campaign.told_cells import LIFE, failed, row, running, store_with_a_batch, tell


@pytest.fixture
def store(tmp_path: Path) -> CampaignStore:
    return store_with_a_batch(tmp_path)


def lives(store: CampaignStore) -> dict[str, float]:
    return store.observations().set_index("cell_id")[LIFE].to_dict()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (failed(300), failed(350)),
        (failed(300), failed(350, date="2026-03-09")),
        ({"thickness_um": 77.0, "ccd_mA_cm2": 2.0}, {"thickness_um": 77.0, "ccd_mA_cm2": 2.5}),
        (failed(300, overpotential_mV=20.0), failed(300, overpotential_mV=25.0)),
    ],
)
@pytest.mark.parametrize("proposal", [{}, {"proposal_id": "B01-1"}])
def test_a_replicate_with_another_value_takes_the_place_of_none(
    store: CampaignStore, first: dict[str, Any], then: dict[str, Any], proposal: dict[str, Any]
) -> None:
    first, then = ({**one, **proposal, "replicate": "1"} for one in (first, then))
    (cell,) = tell(store, first).new
    before = store.digest()
    with pytest.raises(
        RecordError, match=rf"may be another cell than {cell}.*write {cell} in its column cell_id"
    ):
        tell(store, then)
    assert store.digest() == before
    assert tell(store, then | {"cell_id": cell}).updated == (cell,)  # it corrects the cell
    store.undo()
    assert len(tell(store, then | {"replicate": "2"}).new) == 1
    store.undo()
    assert len(tell(store, then, repeated="add").new) == 1
    assert len(store.observations()) == 2


def test_the_report_of_a_running_replicate_needs_no_id(store: CampaignStore) -> None:
    tell(store, running(800, replicate="1", overpotential_mV=20.0))
    tell(store, running(850, replicate="1", overpotential_mV=22.0))
    tell(store, failed(905, replicate="1", overpotential_mV=30.0))
    tell(store, {"thickness_um": 77.0, "replicate": "1", "ccd_mA_cm2": 2.0})  # another target
    assert lives(store) == {"C1": 905.0}


def test_the_other_replicates_of_a_file_are_no_hindrance(store: CampaignStore) -> None:
    tell(store, failed(300, replicate="1"))
    assert tell(store, failed(300, replicate="1"), failed(350, replicate="2"), repeated="skip").new == ("C2",)


def of(cycles: float, **more: Any) -> dict[str, Any]:
    """A running cell of a proposal."""
    return {**running(cycles), "proposal_id": "B01-1", **more}


@pytest.mark.parametrize(
    ("first", "then", "asked"),
    [
        (of(800), of(820), False),
        (of(800), failed(905, proposal_id="B01-1"), False),
        (of(800), {"proposal_id": "B01-1", "state": "lost"}, False),
        (of(800, date="2026-03-09"), of(820, date="2026-03-10"), False),
        (of(800, date="2026-03-09"), of(700, date="2026-03-02"), False),  # of before, told late
        (of(800), of(50), True),
        (of(800), of(800, overpotential_mV=20.0), True),
        (of(800, date="2026-03-09"), of(50, date="2026-03-10"), True),
        (of(800, date="2026-03-09"), of(820, date="2026-03-09"), True),
    ],
)
def test_a_second_running_cell_of_a_proposal_is_not_taken_for_the_first(
    store: CampaignStore, first: dict[str, Any], then: dict[str, Any], asked: bool
) -> None:
    assert tell(store, first).new == ("B01-1-a",)
    if not asked:
        assert tell(store, then).new == ()
        assert list(lives(store)) == ["B01-1-a"]
        return
    with pytest.raises(
        RecordError, match=r"of cell B01-1-a .* of B01-1 .*write B01-1-a in.*such as B01-1-b, or add --again"
    ):
        tell(store, then)
    assert len(store.observations()) == 1
    assert tell(store, then | {"cell_id": "B01-1-b"}).new == ("B01-1-b",)
    store.undo()
    assert tell(store, then, repeated="add").new == ("B01-1-b",)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_rows_of_a_file_are_not_dealt_out_to_a_running_cell_by_their_order(
    store: CampaignStore, order: tuple[int, int]
) -> None:
    tell(store, of(800))
    rows = [of(820), of(840)]
    with pytest.raises(RecordError, match=r"row 2.*may be a further report of cell B01-1-a"):
        tell(store, *(rows[k] for k in order))
    assert lives(store) == {"B01-1-a": 800.0}


def test_a_log_that_grows_needs_no_ids(store: CampaignStore) -> None:
    log = [of(100.0 * week, date=f"2026-03-{week:02d}") for week in range(1, 5)]
    for k in range(1, 5):
        told = log[:k]
        assert len(tell(store, *told).new) == (k == 1)
    assert lives(store) == {"B01-1-a": 400.0}


def test_where_several_cells_are_to_be_made_a_row_says_which_it_is_about(store: CampaignStore) -> None:
    store.add_pending(
        pd.DataFrame([row(thickness_um=300.0, role="exploit", cells_to_make=2)]), seed=1, key="two"
    )
    tell(store, of(800, proposal_id="B02-1"))
    with pytest.raises(RecordError, match=r"write B02-1-a in its column cell_id.*such as B02-1-b"):
        tell(store, of(820, proposal_id="B02-1"))


@pytest.mark.parametrize("more", [{"overpotential_mV": 20.0}, {"ccd_mA_cm2": 2.0, "note": "late"}])
@pytest.mark.parametrize("first", [failed(300), failed(300, proposal_id="B01-1")])
def test_a_row_that_repeats_a_cell_and_says_more_is_asked_about(
    store: CampaignStore, first: dict[str, Any], more: dict[str, Any]
) -> None:
    (cell,) = tell(store, first).new
    with pytest.raises(RecordError, match=rf"the same with more known of cell {cell}"):
        tell(store, first | more)
    assert tell(store, first | more | {"cell_id": cell}).updated == (cell,)
    store.undo()
    assert len(tell(store, first | more, repeated="add").new) == 1
    store.undo()
    assert len(tell(store, first | more | {LIFE: 310.0}).new) == 1  # another value, another cell
