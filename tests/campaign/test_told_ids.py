"""Ids, replicates and states of a file: understood as they were meant, or refused in the row where they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from surrogate.errors import RecordError
from tests.campaign.told_cells import HOST, LIFE, Laboratory, failed, running, store_with_a_batch, tell


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


@pytest.mark.parametrize("design", [{}, HOST])
@pytest.mark.parametrize("written", ["B01-1", "b01-1"])
@pytest.mark.parametrize("also", [{}, {"proposal_id": "B01-1"}])
def test_the_id_of_a_proposal_in_cell_id_is_that_of_its_proposal(
    laboratory: Laboratory, design: dict[str, Any], written: str, also: dict[str, Any]
) -> None:
    notes = laboratory.tell({**design, "cell_id": written, **also, "state": "running", LIFE: 100})
    assert any(written in one and "understood as its proposal_id" in one for one in notes)
    assert laboratory.cell("B01-1-a")["proposal_id"] == "B01-1"
    assert laboratory.store.pending().empty
    laboratory.tell({"cell_id": written, "state": "failed", LIFE: 120})
    assert len(laboratory.store.observations()) == 1
    assert laboratory.cell("B01-1-a")[LIFE] == 120.0


def test_a_store_understands_it_as_well_and_refuses_two_proposals(tmp_path: Path) -> None:
    store = store_with_a_batch(tmp_path)
    assert tell(store, running(100.0, cell_id="B01-2", thickness_um=150.0)).new == ("B01-2-a",)
    with pytest.raises(RecordError, match=r"row 1, column proposal_id.*names the proposal B01-2 in cell_id"):
        tell(store, running(100.0, cell_id="B01-2", proposal_id="B01-1"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [{"cell_id": "A", "agent": "magnesium", LIFE: 60}],
            "row 4, column agent: cell A is of another host",
        ),
        ([{"cell_id": "a-1", LIFE: 5}, {"cell_id": "a_1", LIFE: 6}], "row 5, column cell_id: nearly the id"),
        ([{"state": "running", LIFE: 60}], "row 4, column cell_id: may be a further report"),
        ([{LIFE: 70}, {LIFE: 80, "cell_id": "Q"}], re.escape("stored already (rows 4)")),
        ([{"cell_id": "!!", LIFE: 70}], "row 4, column cell_id: not an id"),
        (
            [{"state": "running", "date": f"2026-03-0{k}", "thickness_um": 99, LIFE: k} for k in (1, 2)],
            "row 5, column cell_id: may be a further report of row 4",
        ),
    ],
)
def test_a_message_names_the_row_of_the_file_behind_rows_not_measured_yet(
    laboratory: Laboratory, rows: list[dict[str, Any]], said: str
) -> None:
    laboratory.tell({**HOST, "cell_id": "A", "state": "running", LIFE: 50}, {**HOST, LIFE: 70})
    waiting = [{**HOST, "cell_id": f"E{k}"} for k in range(3)]
    with pytest.raises(RecordError, match=said):
        laboratory.tell(*waiting, *({**HOST, **row} for row in rows))


@pytest.mark.parametrize("other", ["12.0", "12.00", 12.0, 12])
def test_the_number_on_a_pouch_may_come_out_of_a_column_of_numbers(
    laboratory: Laboratory, other: object
) -> None:
    laboratory.tell({**HOST, "cell_id": "12", "state": "running", LIFE: 300})
    laboratory.tell({**HOST, "cell_id": other, "state": "failed", LIFE: 320})
    assert laboratory.store.observations()["cell_id"].tolist() == ["12"]
    assert laboratory.cell("12")[LIFE] == 320.0


def test_an_id_for_what_was_told_without_one_is_asked_about(laboratory: Laboratory) -> None:
    """The order of telling must not decide whether one cell becomes two."""
    laboratory.tell({**HOST, LIFE: 300, "overpotential_mV": 20})
    said = r"row 1, column cell_id: may be cell C1, which was told without an id.*write C1 there.*--new"
    for more in ({}, {"ccd_mA_cm2": 3}):
        with pytest.raises(RecordError, match=said):
            laboratory.tell({**HOST, "cell_id": "mine", LIFE: 300, "overpotential_mV": 20, **more})
    laboratory.tell(
        {**HOST, "cell_id": "mine", LIFE: 310, "overpotential_mV": 20}
    )  # another value: another cell
    laboratory.tell({**HOST, "cell_id": "third", "thickness_um": 99, LIFE: 300, "overpotential_mV": 20})
    both = (
        {**HOST, LIFE: 300, "overpotential_mV": 20},
        {**HOST, "cell_id": "P7", LIFE: 300, "overpotential_mV": 20},
    )
    laboratory.tell(*both, repeated="skip")  # the row of before again, and another cell
    assert laboratory.store.observations()["cell_id"].tolist() == ["C1", "mine", "third", "P7"]


def test_a_laboratory_may_call_its_cells_as_the_campaign_does(laboratory: Laboratory) -> None:
    laboratory.tell({**HOST, "cell_id": "C1", "state": "running", LIFE: 100})
    laboratory.tell({**HOST, "cell_id": "C2", "state": "running", LIFE: 100})
    laboratory.tell({**HOST, "state": "running", LIFE: 90, "thickness_um": 99})  # is C3
    rows = ({"cell_id": "C3", "state": "running", LIFE: 95}, {"cell_id": "P8", "state": "running", LIFE: 90})
    laboratory.tell(*({**HOST, "thickness_um": 99, **row} for row in rows))
    assert laboratory.store.observations()["cell_id"].tolist() == ["C1", "C2", "C3", "P8"]


def test_numbers_with_a_point_are_ids_of_their_own(laboratory: Laboratory) -> None:
    laboratory.tell(
        *({**HOST, "cell_id": name, "state": "running", LIFE: 100} for name in ("3.0", "3.1", "3.2"))
    )
    assert laboratory.store.observations()["cell_id"].tolist() == ["3.0", "3.1", "3.2"]
    laboratory.tell({"cell_id": 3, "state": "running", LIFE: 120})
    assert laboratory.cell("3.0")[LIFE] == 120.0


@pytest.mark.parametrize(("one", "other"), [("1", "01"), ("a", "A"), ("rep 1", "Rep-01"), ("1", "1.0")])
def test_a_replicate_may_be_written_in_other_ways(tmp_path: Path, one: str, other: str) -> None:
    store = store_with_a_batch(tmp_path)
    assert tell(store, running(100.0, replicate=one)).new == ("C1",)
    assert tell(store, failed(200.0, replicate=other)).updated == ("C1",)
    assert tell(store, failed(300.0, replicate=other + "1")).new == ("C2",)


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_the_way_out_of_not_made_keeps_the_state_that_is_told(laboratory: Laboratory, state: str) -> None:
    row = {"cell_id": "A", "state": state, LIFE: 700}
    laboratory.tell({**HOST, "cell_id": "A", "state": "not_made"})
    with pytest.raises(RecordError, match="cannot be not_made: it has values") as raised:
        laboratory.tell(row)
    laboratory.amend(str(raised.value))
    laboratory.tell(row)
    assert (laboratory.cell("A")["state"], laboratory.cell("A")[LIFE]) == (state, 700.0)


def test_the_way_to_not_made_empties_the_values(laboratory: Laboratory) -> None:
    laboratory.tell({**HOST, "cell_id": "A", "state": "failed", LIFE: 700, "overpotential_mV": 30})
    with pytest.raises(RecordError, match="cannot be not_made: it has values") as raised:
        laboratory.tell({"cell_id": "A", "state": "not_made"})
    laboratory.amend(str(raised.value))
    cell = laboratory.cell("A")
    assert cell["state"] == "not_made"
    assert cell[LIFE] != cell[LIFE]
    assert cell["overpotential_mV"] != cell["overpotential_mV"]


@pytest.mark.parametrize("state", ["running", "stopped", "lost", "not_made"])
@pytest.mark.parametrize("written", ["true", "Yes", "1", True])
def test_what_has_another_state_has_not_failed(laboratory: Laboratory, state: str, written: object) -> None:
    known = {**HOST, "cell_id": "A"}
    with pytest.raises(RecordError, match=f"row 2, column failed: a cell that is {state} has not failed"):
        laboratory.tell(
            {**known, "state": "failed", "failed": True}, {**known, "state": state, "failed": written}
        )
    laboratory.tell({**known, "state": state, "failed": False})
    assert laboratory.cell("A")["state"] == state


def test_of_equal_rows_those_beyond_the_stored_cells_are_new(tmp_path: Path) -> None:
    store = store_with_a_batch(tmp_path)
    row = failed(700.0)
    assert tell(store, row, row).new == ("C1", "C2")
    with pytest.raises(RecordError, match="all of its cells are stored already"):
        tell(store, row, row)
    with pytest.raises(RecordError, match=r"2 of its 3 cells.*\(rows 1, 2\).*--new to take only the other 1"):
        tell(store, row, row, row)
    told = tell(store, row, row, row, repeated="skip")
    assert (told.new, told.unchanged) == (("C3",), ("C1", "C2"))
    assert not tell(store, row, row, row, repeated="skip").new
    assert tell(store, row, row, row, repeated="add").new == ("C4", "C5", "C6")


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ((), None),
        ((0,), "the note of row 1 is left out with it"),
        ((0, 2), "the notes of rows 1, 3 are left out"),
    ],
)
def test_a_note_on_a_row_without_anything_measured_is_named(
    laboratory: Laboratory, noted: tuple[int, ...], said: str | None
) -> None:
    rows = [{**HOST, "cell_id": f"E{k}", "note": "bent" if k in noted else "-"} for k in range(4)]
    notes = laboratory.tell(*rows[:3], rows[3] | {LIFE: 50, "note": "swollen"})
    lost = [one for one in notes if "to keep a note" in one]
    assert len(lost) == (said is not None)
    assert said is None or said in lost[0]
    kept = rows[0] | {"state": "running", "note": "bent"}  # as the sentence says
    laboratory.tell(kept)
    assert laboratory.cell("E0")["note"] == "bent"
