"""What was corrected by hand stays so, column by column, until it is told otherwise on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.campaign.statements import AMEND, TELL, Statement, known_after
from surrogate.campaign.store import CampaignStore
from surrogate.errors import RecordError
from tests.campaign.told_cells import LIFE, failed, running, store_with_a_batch, tell

CELL = "B01-1-a"


@pytest.fixture
def store(tmp_path: Path) -> CampaignStore:
    return store_with_a_batch(tmp_path)


def known(store: CampaignStore, cell: str = CELL) -> dict[str, Any]:
    """What is known of a cell, but for when it was told."""
    frame = store.observations().set_index("cell_id", drop=False)
    found = frame.loc[cell].to_dict()
    return {
        name: None if value != value else value
        for name, value in found.items()
        if name not in ("source", "told_at")
    }


@pytest.mark.parametrize(
    "more",
    [
        {"note": "wetted badly"},
        {"overpotential_mV": 25.0},
        {"overpotential_mV": 25.0, "note": "x", "date": "2026-03-01"},
        {f"{LIFE}_sem": 12.0},  # of the value that was wrong
        {"cell_id": CELL.lower(), "note": "x"},
    ],
)
@pytest.mark.parametrize("named", [{"cell_id": CELL}, {"cell_id": CELL, "proposal_id": "B01-1"}])
def test_a_file_that_has_grown_by_a_column_undoes_no_correction(
    store: CampaignStore, named: dict[str, Any], more: dict[str, Any]
) -> None:
    first = named | {LIFE: 300.0}
    tell(store, first)
    store.amend(CELL, {LIFE: 350.0})
    told = tell(store, first | more)
    found = known(store)
    assert (found[LIFE], found[f"{LIFE}_sem"]) == (350.0, None)
    new = {name: value for name, value in more.items() if name not in ("cell_id", f"{LIFE}_sem")}
    assert {name: found[name] for name in new} == new  # what is new was taken
    ((cell, says),) = told.overruled
    assert (cell, says[LIFE]) == (CELL, 300.0)


def test_a_row_completed_with_an_amended_design_undoes_no_correction(store: CampaignStore) -> None:
    tell(store, {"cell_id": CELL, LIFE: 300.0})
    store.amend(CELL, {LIFE: 350.0})
    store.amend(CELL, {"thickness_um": 120.0})
    for thickness in (
        120.0,
        100.0,
    ):  # as a row that names its cell alone is completed, and as it stood in the file
        tell(store, {"cell_id": CELL, LIFE: 300.0, "thickness_um": thickness, "note": f"at {thickness:g}"})
        assert (known(store)[LIFE], known(store)["thickness_um"]) == (350.0, 120.0)


def test_what_is_told_otherwise_than_before_counts(store: CampaignStore) -> None:
    tell(store, {"cell_id": CELL, LIFE: 300.0, "overpotential_mV": 20.0})
    store.amend(CELL, {LIFE: 350.0})
    tell(store, {"cell_id": CELL, LIFE: 360.0, "overpotential_mV": 22.0})
    assert (known(store)[LIFE], known(store)["overpotential_mV"]) == (360.0, 22.0)
    store.amend(CELL, {LIFE: 300.0})  # on purpose
    assert known(store)[LIFE] == 300.0


@pytest.mark.parametrize(
    ("first", "changes"),
    [
        (failed(905), {"state": "running", f"{LIFE}_censored": True, LIFE: 900.0}),
        (running(900), {"state": "failed", f"{LIFE}_censored": False, LIFE: 905.0}),
        (running(900), {LIFE: 90.0}),
        (failed(905, date="2026-03-09"), {"date": "2026-04-09"}),
        (failed(905, replicate="1"), {"replicate": "2"}),
        (failed(905, overpotential_mV=20.0), {"overpotential_mV": None}),
        (failed(905, note="x"), {"note": None}),
    ],
)
def test_every_kind_of_column_stays_corrected(
    store: CampaignStore, first: dict[str, Any], changes: dict[str, Any]
) -> None:
    named = first | {"cell_id": "mine"}
    tell(store, named)
    store.amend("mine", changes)
    corrected = known(store, "mine")
    assert {name: corrected[name] for name in changes} == changes
    tell(store, named | {"ccd_mA_cm2": 2.0})
    assert known(store, "mine") == corrected | {"ccd_mA_cm2": 2.0}


def test_the_order_of_reports_and_of_a_correction_of_something_else_does_not_matter(
    store: CampaignStore,
) -> None:
    def report(day: int, **more: Any) -> dict[str, Any]:
        return {"cell_id": CELL, "date": f"2026-03-{day:02d}", **more}

    tell(store, report(1, overpotential_mV=20.0), source="a")
    tell(store, report(9, ccd_mA_cm2=2.0), source="b")
    store.amend(CELL, {"note": "swelling"})
    tell(
        store, report(5, overpotential_mV=25.0), source="c"
    )  # later than the first, though the cell is known on the 9th
    assert known(store)["overpotential_mV"] == 25.0


def test_a_corrected_date_moves_the_reports_that_had_the_wrong_one(store: CampaignStore) -> None:
    slip = {"cell_id": CELL, "date": "2027-03-01", "overpotential_mV": 30.0}
    tell(store, slip)
    store.amend(CELL, {"date": "2026-03-01"})
    tell(store, {"cell_id": CELL, "date": "2026-02-01", "overpotential_mV": 25.0})  # of before, told late
    assert known(store)["overpotential_mV"] == 30.0
    tell(store, slip | {"note": "the old row, grown"})
    assert known(store)["date"] == "2026-03-01"
    tell(store, {"cell_id": CELL, "date": "2026-03-02", "overpotential_mV": 35.0})
    assert (known(store)["overpotential_mV"], known(store)["date"]) == (35.0, "2026-03-02")
    store.amend(CELL, {"date": None})
    assert known(store)["date"] is None


def test_a_correction_of_one_target_leaves_the_bounds_of_another(store: CampaignStore) -> None:
    for report in (running(900, cell_id="one"), failed(905, cell_id="one")):
        tell(store, report)
    store.amend("one", {"ccd_mA_cm2": 2.0})
    with pytest.raises(RecordError, match="at least 900, and 850"):
        tell(store, failed(850, cell_id="one"))


VALUES = {
    LIFE: st.integers(100, 104).map(float),
    "overpotential_mV": st.integers(20, 23).map(float),
    "note": st.sampled_from(["x", "y", "z"]),
    "thickness_um": st.integers(90, 92).map(float),
    "replicate": st.sampled_from(["1", "2"]),
}
REPORTS = st.lists(st.fixed_dictionaries({}, optional=VALUES).filter(bool), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(REPORTS, st.fixed_dictionaries({}, optional=VALUES).filter(bool), st.data())
def test_nothing_that_was_told_before_a_correction_undoes_it(
    reports: list[dict[str, Any]], changes: dict[str, Any], data: st.DataObject
) -> None:
    """Any rows of before, with columns left out or more filled in: what was corrected stays, what is new is taken."""
    said = [
        Statement(number, "", "", TELL, rows=[(CELL, report)]) for number, report in enumerate(reports, 1)
    ]
    said.append(Statement(len(said) + 1, "", "", AMEND, CELL, rows=[(CELL, changes)]))
    for number in range(3):
        left_out = data.draw(st.sets(st.sampled_from(sorted(VALUES))))
        old = {
            name: value for name, value in data.draw(st.sampled_from(reports)).items() if name not in left_out
        }
        said.append(Statement(len(said) + 1, "", "", TELL, rows=[(CELL, old | {"ccd_mA_cm2": 1.0 + number})]))
        found = known_after(said).cells[CELL]
        assert {name: found[name] for name in changes} == changes
        assert found["ccd_mA_cm2"] == 1.0 + number
