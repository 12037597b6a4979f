"""What a campaign was told, corrected, taken out and taken back; ids of cells and proposals."""

from __future__ import annotations

import random
import sqlite3
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.campaign import statements as said
from surrogate.campaign.observations import informative
from surrogate.campaign.store import CampaignStore
from surrogate.errors import RecordError
from tests.campaign.told_cells import LIFE, failed, row, running, store_with_a_batch, tell


@pytest.fixture
def store(tmp_path: Path) -> CampaignStore:
    """With a batch of two hosts and a control."""
    return store_with_a_batch(tmp_path)


def test_proposals_have_ids_that_can_be_written_on_a_pouch(store: CampaignStore) -> None:
    assert list(store.proposals()) == ["B01-1", "B01-2", "B01-C"]
    assert store.pending()["proposal_id"].tolist() == ["B01-1", "B01-2", "B01-C"]
    store.add_pending(pd.DataFrame([row(thickness_um=300.0)]), seed=1, key="other")
    assert list(store.proposals())[-1] == "B02-1"


def test_cells_get_ids_by_what_their_rows_name(store: CampaignStore) -> None:
    told = tell(
        store,
        {"proposal_id": "B01-1", LIFE: 100},
        {"proposal_id": "B01-1", LIFE: 120},
        {"cell_id": "B01-2-x", LIFE: 90},
        {"thickness_um": 999.0, LIFE: 80},
        {"cell_id": "pouch 7", "thickness_um": 998.0, LIFE: 70},
    )
    assert told.new == ("B01-1-a", "B01-1-b", "B01-2-x", "C1", "pouch 7")
    assert store.observations()["proposal_id"].tolist() == ["B01-1", "B01-1", "B01-2", None, None]
    assert store.pending()["proposal_id"].tolist() == ["B01-C"]
    assert tell(store, {"thickness_um": 997.0, LIFE: 60}).new == ("C2",)


def test_a_host_that_turned_out_otherwise_answers_the_proposal_it_names(store: CampaignStore) -> None:
    tell(store, {"proposal_id": "B01-2", "thickness_um": 400.0, LIFE: 100})
    assert store.pending()["proposal_id"].tolist() == ["B01-1", "B01-C"]
    assert store.observations()["thickness_um"].tolist() == [400.0]


def test_the_running_cell_of_a_proposal_is_the_one_that_is_meant(store: CampaignStore) -> None:
    bound = {f"{LIFE}_censored": True, "state": "running"}
    tell(store, {"proposal_id": "B01-1", LIFE: 100, **bound})
    assert tell(store, {"proposal_id": "B01-1", LIFE: 200, **bound}).updated == ("B01-1-a",)
    assert tell(store, {"cell_id": "B01-1-b", LIFE: 50, **bound}).new == ("B01-1-b",)
    with pytest.raises(
        RecordError, match=r"row 1.*2 cells of B01-1 are running|2 cells of B01-1 are running.*row 1"
    ):
        tell(store, {"proposal_id": "B01-1", LIFE: 300, **bound})


def test_the_same_design_and_replicate_is_the_same_cell(store: CampaignStore) -> None:
    first = {"thickness_um": 77.0, "replicate": "cell-7", LIFE: 800, f"{LIFE}_censored": True}
    assert tell(store, first).new == ("C1",)
    assert tell(store, first | {LIFE: 900}).updated == ("C1",)
    assert tell(store, first | {"thickness_um": 78.0, LIFE: 900}).new == ("C2",)
    assert len(store.observations()) == 2


def test_a_report_with_nothing_new_changes_nothing(store: CampaignStore) -> None:
    tell(store, {"cell_id": "B01-1-a", LIFE: 100})
    said, digest = len(store.history()), store.digest()
    assert tell(store, {"cell_id": "B01-1-a", LIFE: 100}).unchanged == ("B01-1-a",)
    assert (len(store.history()), store.digest()) == (said, digest)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"proposal_id": "B01-9"}, "no such proposal.*B01-9.*B01-1"),
        ({"proposal_id": "b1-1"}, "did you mean 'B01-1'"),
        ({"cell_id": "=1+1"}, "not an id"),
        ({"cell_id": "x" * 65}, "at most 64"),
        ({"cell_id": "known", "framework": "nickel"}, "is of another host.*nickel.*copper"),
    ],
)
def test_an_id_that_cannot_be_is_refused(store: CampaignStore, told: dict[str, Any], named: str) -> None:
    tell(store, {"cell_id": "known", LIFE: 100})
    with pytest.raises(RecordError, match=named):
        tell(store, {LIFE: 50, **told})
    assert len(store.observations()) == 1


def test_corrections_are_statements_more(store: CampaignStore) -> None:
    tell(store, {"cell_id": "one", LIFE: 1800}, {"cell_id": "two", "thickness_um": 7.0, LIFE: 90})
    assert store.amend("one", {LIFE: 180.0})[LIFE] == 1800
    assert store.observations()[LIFE].tolist() == [180.0, 90.0]
    store.forget("two")
    assert store.observations()["cell_id"].tolist() == ["one"]
    assert tell(store, {"thickness_um": 8.0, LIFE: 1}).new == ("C1",)
    kinds = [one["kind"] for one in store.history()]
    assert kinds == ["tell", "tell", "amend", "forget", "tell"]
    with sqlite3.connect(store.path or "") as connection:  # nothing is erased
        assert connection.execute("select count(*) from results").fetchone() == (3,)
    with pytest.raises(RecordError, match=r"no such cell.*did you mean 'one'"):
        store.forget("oen")


def test_taking_back_goes_step_by_step_to_the_beginning(store: CampaignStore) -> None:
    digests = [store.digest()]

    def then(said: object) -> None:
        digests.append(store.digest())

    then(tell(store, {"cell_id": "one", LIFE: 100}))
    then(tell(store, {"cell_id": "one", LIFE: 200}))
    then(store.amend("one", {LIFE: 300.0}))
    then(store.withdraw(["B01-2"]))
    then(store.forget("one"))
    assert len(set(digests)) == 6
    kinds = []
    for expected in reversed(digests[:-1]):
        kinds.append(store.undo().kind)
        assert store.digest() == expected
    assert kinds == ["forget", "withdraw", "amend", "tell", "tell"]
    with pytest.raises(RecordError, match="nothing to take back"):
        store.undo()
    then(tell(store, {"cell_id": "one", LIFE: 100}))
    assert digests[-1] == digests[1]


def test_a_withdrawn_proposal_is_pending_no_more(store: CampaignStore) -> None:
    before = store.digest()
    store.withdraw(["B01-1"])
    assert store.pending()["proposal_id"].tolist() == ["B01-2", "B01-C"]
    assert store.digest() != before  # the next proposal is another question
    said = len(store.history())
    store.withdraw(["B01-1"])  # again, which changes nothing
    assert len(store.history()) == said
    with pytest.raises(RecordError, match=r"no such proposal.*did you mean 'B01-1'"):
        store.withdraw(["B01-2", "b1-1"])  # all or none
    assert "B01-2" in store.pending()["proposal_id"].tolist()
    tell(store, {"cell_id": "B01-2-a", LIFE: 100})
    with pytest.raises(RecordError, match="told already: B01-2-a"):
        store.withdraw(["B01-2"])


def test_history_says_who_said_what_when(store: CampaignStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    tell(store, {"cell_id": "one", LIFE: 100}, source="may.csv")
    store.undo()
    first, second = store.history()
    assert (first["who"], first["kind"], first["about"], first["source"]) == ("ana", "tell", "one", "may.csv")
    assert first["said"][LIFE] == 100
    assert first["taken_back"]
    assert (second["kind"], second["about"]) == ("undo", "1")
    assert first["said_at"].endswith("+00:00")


def test_a_file_that_grows_changes_nothing_that_was_corrected_since(store: CampaignStore) -> None:
    first = {"cell_id": "B01-1-a", LIFE: 300, "note": "fine"}
    tell(store, first)
    store.amend("B01-1-a", {LIFE: 350.0})
    told = tell(store, first, {"cell_id": "B01-2-a", LIFE: 90})
    assert (told.new, told.updated, told.unchanged) == (("B01-2-a",), (), ("B01-1-a",))
    assert store.observations()[LIFE].tolist() == [350.0, 90.0]
    store.forget("B01-2-a")
    assert tell(store, first, {"cell_id": "B01-2-a", LIFE: 90}).new == ()
    assert store.observations()["cell_id"].tolist() == ["B01-1-a"]


def test_what_was_taken_back_can_be_told_again(store: CampaignStore) -> None:
    rows = ({"thickness_um": 7.0, LIFE: 90}, {"thickness_um": 8.0, LIFE: 91})
    tell(store, *rows)
    store.undo()
    assert len(tell(store, *rows).new) == 2
    store.forget("C1")
    with pytest.raises(RecordError, match="Cell C1 was taken out and stays out"):
        tell(store, *rows)
    assert tell(store, *rows, repeated="skip").new == ()
    assert tell(store, rows[0], repeated="add").new == ("C3",)  # C1 was given, and is in the history


def test_a_file_that_names_proposals_alone_can_be_told_again(store: CampaignStore) -> None:
    rows = ({"proposal_id": "B01-1", LIFE: 300}, {"proposal_id": "B01-1", LIFE: 300})
    assert tell(store, *rows).new == ("B01-1-a", "B01-1-b")
    again = tell(store, *rows)
    assert (again.new, again.updated) == ((), ())
    assert set(again.unchanged) == {"B01-1-a", "B01-1-b"}
    assert tell(store, *rows, rows[0]).new == ("B01-1-c",)


def test_ids_that_stand_in_a_file_are_not_given_to_its_other_rows(store: CampaignStore) -> None:
    told = tell(store, {"proposal_id": "B01-1", LIFE: 100}, {"cell_id": "B01-1-a", LIFE: 100})
    assert told.new == ("B01-1-b", "B01-1-a")
    assert tell(
        store, {"thickness_um": 7.0, LIFE: 1}, {"cell_id": "C1", "thickness_um": 8.0, LIFE: 1}
    ).new == ("C2", "C1")


@pytest.mark.parametrize("name", ["b1-1-a", "B01-1 a", "B1-1-a", "B01-01-a", "b01_1_a"])
def test_an_id_that_is_nearly_a_known_one_is_refused(store: CampaignStore, name: str) -> None:
    with pytest.raises(RecordError, match=r"nearly the id of another.*Allowed: B01-1-a"):
        tell(store, {"cell_id": name, LIFE: 100})
    tell(store, {"cell_id": "B01-1-a", LIFE: 100})
    with pytest.raises(RecordError, match=r"nearly the id of another.*Allowed: B01-1-a"):
        tell(store, {"cell_id": name, LIFE: 100})


def test_a_cell_stays_with_its_proposal(store: CampaignStore) -> None:
    tell(store, {"cell_id": "P7", "proposal_id": "B01-2", LIFE: 100})
    for wrong in ({"cell_id": "P7", "proposal_id": "B01-1"}, {"cell_id": "B01-2-b", "proposal_id": "B01-1"}):
        with pytest.raises(RecordError, match=r"is of the proposal B01-2 \(got 'B01-1'\)"):
            tell(store, {LIFE: 120, **wrong})


def test_a_late_note_is_kept_and_stands_in_the_history(store: CampaignStore) -> None:
    tell(store, {"cell_id": "B01-1-a", LIFE: 300})
    late = {"cell_id": "B01-1-a", LIFE: 100, f"{LIFE}_censored": True, "note": "wetted badly"}
    assert tell(store, late).updated == ("B01-1-a",)
    assert store.observations()["note"].tolist() == ["wetted badly"]
    assert store.observations()[LIFE].tolist() == [300.0]
    assert [one["said"]["note"] for one in store.history()] == [None, "wetted badly"]


def test_the_order_of_rows_makes_no_other_question(store: CampaignStore) -> None:
    rows = [{"cell_id": f"B01-1-{one}", LIFE: 100 + k} for k, one in enumerate("abc")]
    tell(store, *rows)
    digest = store.digest()
    store.undo()
    tell(store, *reversed(rows))
    assert store.digest() == digest


@pytest.mark.parametrize(
    "says",
    [
        {"state": "failed"},
        {"state": "not_made"},
        {"state": "lost"},
        {"state": "stopped"},
        {"state": "failed", "failed": True, "note": "delaminated"},
        {"state": "not_made", "thickness_um": 101.0},  # made a little off
    ],
)
def test_a_host_told_without_a_value_is_known_and_pending_no_more(
    store: CampaignStore, says: dict[str, Any]
) -> None:
    """What is told and not informative is what a search passes over."""
    tell(store, {"proposal_id": "B01-1", **says})
    told = store.observations()
    assert told["cell_id"].tolist() == ["B01-1-a"]
    assert len(informative(told)) == 0
    assert store.pending()["proposal_id"].tolist() == ["B01-2", "B01-C"]


@pytest.mark.parametrize(
    ("then", "asked"),
    [
        (running(820), True),
        (running(500), True),
        (failed(905), True),
        ({"thickness_um": 77.0, "state": "stopped"}, True),
        (failed(700), False),  # the running cell has lived longer
        (failed(905, thickness_um=78.0), False),
        (failed(905, current_density_mA_cm2=3.0), False),
        (failed(905, replicate="2"), False),
        (failed(905, cell_id="other"), False),
        ({"thickness_um": 77.0, "overpotential_mV": 20.0}, True),
    ],
)
def test_a_row_that_may_tell_more_of_a_running_cell_is_asked_about(
    store: CampaignStore, then: dict[str, Any], asked: bool
) -> None:
    assert tell(store, running(800)).new == ("C1",)
    if not asked:
        assert len(tell(store, then).new) == 1
        return
    with pytest.raises(
        RecordError, match=r"row 1.*cell C1 \(running, at least 800 cycles\).*write C1 in.*C2"
    ):
        tell(store, then)
    assert len(store.observations()) == 1
    assert tell(store, {**then, "cell_id": "C1"}).new == ()  # it is that cell
    assert len(store.observations()) == 1
    store.undo()
    assert tell(store, {**then, "cell_id": "C2"}).new == ("C2",)  # another one
    store.undo()
    assert tell(store, then, repeated="add").new == ("C2",)  # free again


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_rows_of_one_file_that_may_be_one_cell_are_asked_about_in_any_order(
    store: CampaignStore, order: list[int]
) -> None:
    rows = [running(800, date="2026-03-01"), failed(905, date="2026-03-20")]
    with pytest.raises(
        RecordError, match=r"row 2, column cell_id.*of row 1.*C1 in the column cell_id of both"
    ):
        tell(store, *(rows[k] for k in order))
    assert tell(store, *({**rows[k], "cell_id": "C1"} for k in order)).new == ("C1",)
    assert store.observations()[LIFE].tolist() == [905.0]
    store.undo()
    assert len(tell(store, *(rows[k] for k in order), repeated="add").new) == 2
    assert len(tell(store, failed(10, thickness_um=1.0), failed(20, thickness_um=1.0)).new) == 2
    store.undo()
    beside = tell(store, running(10, thickness_um=1.0), failed(20, thickness_um=1.0))
    assert len(beside.new) == 2  # written at one time, they are two cells


def test_a_grown_file_is_not_told_to_add_all_rows_again(store: CampaignStore) -> None:
    tell(store, running(800), failed(60, thickness_um=1.0))
    with pytest.raises(RecordError) as found:
        tell(store, running(800), failed(60, thickness_um=1.0), failed(905), repeated="skip")
    assert "--again" not in found.value.remedy
    assert tell(store, running(800), failed(905, cell_id="C1"), repeated="skip").updated == ("C1",)


def test_a_correction_below_an_earlier_bound_is_refused_unless_the_bound_is_corrected_too(
    store: CampaignStore,
) -> None:
    tell(store, running(800, cell_id="one"))
    with pytest.raises(
        RecordError, match=r"cell one.*at least 800, and 500.*cycle_life_cycles_censored=false"
    ):
        store.amend("one", {LIFE: 500.0, f"{LIFE}_censored": False, "state": "failed"}, meant=[LIFE, "state"])
    tell(store, failed(905, cell_id="one"))
    with pytest.raises(RecordError, match="at least 800, and 500"):  # the bound is older than the failure
        store.amend("one", {LIFE: 500.0})
    store.amend("one", {LIFE: 850.0})
    assert store.observations()[LIFE].tolist() == [850.0]
    store.undo()
    store.amend("one", {LIFE: 500.0, f"{LIFE}_censored": False})
    assert store.observations()[LIFE].tolist() == [500.0]
    store.amend("one", {LIFE: 400.0})  # nothing that was told before the last correction counts
    store.amend("one", {"ccd_mA_cm2": 2.0, "ccd_mA_cm2_censored": True})
    with pytest.raises(RecordError, match="at least 2, and 1"):
        store.amend("one", {"ccd_mA_cm2": 1.0, "ccd_mA_cm2_censored": False}, meant=["ccd_mA_cm2"])


def test_an_old_value_told_word_for_word_says_how_to_go_back(store: CampaignStore) -> None:
    tell(store, {"cell_id": "B01-1-a", LIFE: 300})
    tell(store, {"cell_id": "B01-1-a", LIFE: 350})
    told = tell(store, {"cell_id": "B01-1-a", LIFE: 300})
    assert told.unchanged == ("B01-1-a",)
    assert store.observations()[LIFE].tolist() == [350.0]
    ((cell, says),) = told.overruled
    assert (cell, says[LIFE]) == ("B01-1-a", 300.0)
    store.amend(cell, {name: value for name, value in says.items() if value is not None})
    assert store.observations()[LIFE].tolist() == [300.0]
    tell(store, running(100, cell_id="B01-2-a"))
    tell(store, running(200, cell_id="B01-2-a"))
    assert tell(store, running(100, cell_id="B01-2-a")).overruled == ()  # what is known keeps that bound
    store.forget("B01-2-a")
    assert tell(store, running(100, cell_id="B01-2-a")).overruled == (("B01-2-a", {}),)


def test_a_row_without_an_id_that_was_corrected_since_says_how_to_go_back(store: CampaignStore) -> None:
    first = {"thickness_um": 7.0, LIFE: 300}
    tell(store, first)
    store.amend("C1", {LIFE: 350.0})
    with pytest.raises(
        RecordError,
        match=r"Cell C1 was corrected.*amend --campaign FILE.toml --cell C1 cycle_life_cycles=300",
    ):
        tell(store, first)
    assert [cell for cell, _ in tell(store, first, repeated="skip").overruled] == ["C1"]
    assert store.observations()[LIFE].tolist() == [350.0]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)), st.integers(1, 5))
def test_what_is_known_does_not_depend_on_the_order_of_rows_and_files(order: list[int], size: int) -> None:
    """Named reports of three cells, with dates, in one file or many and in any order."""
    reports = [
        running(800, cell_id="a", date="2026-03-01"),
        failed(905, cell_id="a", date="2026-03-09T14:30"),
        failed(300, cell_id="b", date="2026-03-09T08:00"),
        failed(350, cell_id="b", date="2026-03-09T18:00"),
        running(50, cell_id="c", date="2026-03-02", thickness_um=5.0),
    ]
    with TemporaryDirectory() as folder:
        store = CampaignStore.open(Path(folder) / "c.db")
        for start in range(0, len(order), size):
            tell(store, *(reports[k] for k in order[start : start + size]))
        known = store.observations().set_index("cell_id")[LIFE].to_dict()
    assert known == {"a": 905.0, "b": 350.0, "c": 50.0}


def test_a_second_cell_of_a_proposal_with_equal_numbers_is_added_when_asked_for(store: CampaignStore) -> None:
    row = {"proposal_id": "B01-1", LIFE: 300}
    assert tell(store, row).new == ("B01-1-a",)
    assert tell(store, row).unchanged == ("B01-1-a",)
    assert tell(store, row, repeated="add").new == ("B01-1-b",)
    assert tell(store, {"proposal_id": "B01-2", "state": "not_made", "failed": True}).new == ("B01-2-a",)
    again = {"proposal_id": "B01-2", "state": "not_made", "failed": True}
    assert tell(store, again, repeated="add").new == ("B01-2-b",)


def test_rows_of_one_file_on_a_running_cell_of_a_proposal_are_asked_about_as_any_others(
    store: CampaignStore,
) -> None:
    weekly = [
        {**running(cycles), "proposal_id": "B01-2", "date": day}
        for cycles, day in ((100, "2026-01-01"), (200, "2026-01-08"))
    ]
    with pytest.raises(
        RecordError, match=r"further report of row 1.*write B01-2-a in the column cell_id of both"
    ):
        tell(store, *weekly)
    for report in weekly:
        tell(store, report)
    assert store.observations()[LIFE].tolist() == [200.0]


def test_a_file_of_another_campaign_is_refused_by_the_framework_of_its_hosts(store: CampaignStore) -> None:
    with pytest.raises(
        RecordError, match=r"B01-1 of this campaign is of another framework.*name that one with"
    ):
        tell(store, {"cell_id": "B01-1-a", "framework": "nickel", LIFE: 300})
    assert len(store.observations()) == 0
    assert tell(store, {"cell_id": "C1", "framework": "nickel", LIFE: 300}).new == ("C1",)


def statements(rng: random.Random) -> list[said.Statement]:
    """Some cells told, corrected, taken out and taken back, in any order."""
    found = []
    for number in range(1, rng.randint(2, 9)):
        kind = rng.choice((said.TELL, said.TELL, said.AMEND, said.FORGET, said.WITHDRAW, said.UNDO))
        cell = rng.choice("ABC")
        report = row(
            **{LIFE: float(rng.randint(1, 5)), "date": rng.choice((None, "2026-01-01", "2026-02-01"))}
        )
        rows = {
            said.TELL: [(cell, report), (rng.choice("ABC"), report)], said.AMEND: [(cell, {LIFE: 9.0})],
        }.get(kind, [])  # fmt: skip
        about = str(rng.randint(1, number)) if kind == said.UNDO else "" if kind == said.TELL else cell
        found.append(said.Statement(number, f"2026-03-0{number}", "anna", kind, about, "a.csv", rows))
    return found


def test_what_is_known_after_a_file_more_is_what_is_known_after_all() -> None:
    rng = random.Random(0)
    for _ in range(60):
        *before, _last = statements(rng)
        last = next(one for one in iter(lambda: statements(rng)[0], None) if one.kind == said.TELL)
        last = replace(last, number=len(before) + 1, said_at="2026-04-01")
        known = said.known_after(before)
        kept = deepcopy(known)
        after = said.with_told(known, last)
        assert after == said.known_after([*before, last])
        assert list(after.cells) == list(said.known_after([*before, last]).cells)
        assert known == kept, "what was known before was changed"
