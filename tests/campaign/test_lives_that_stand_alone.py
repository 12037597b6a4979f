"""A life without a state, of a cell that ran: nothing says whether it has failed, and nothing is assumed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surrogate.errors import RecordError
from tests.campaign.told_cells import HOST, LIFE, Laboratory

CELL = {"cell_id": "B01-1-a"}
RAN = CELL | {"state": "running", LIFE: 800}


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


@pytest.mark.parametrize(
    ("before", "then", "known"),
    [
        (RAN, CELL | {LIFE: 850}, "running, at least 800"),
        (RAN | {"date": "2026-03-01"}, CELL | {LIFE: 850, "date": "2026-03-08"}, "running, at least 800"),
        (RAN | {"overpotential_mV": 20}, CELL | {LIFE: 800, "overpotential_mV": 21}, "running, at least 800"),
        (CELL | {"state": "running"}, CELL | {LIFE: 850}, "running"),
        (RAN | {"state": "stopped"}, CELL | {LIFE: 850}, "stopped, at least 800"),
        (CELL | {LIFE: ">=800"}, CELL | {LIFE: 850}, "at least 800"),
        (CELL | {LIFE: 800, f"{LIFE}_censored": "true"}, CELL | {LIFE: 850}, "at least 800"),
        (RAN, CELL | {LIFE: 850, f"{LIFE}_censored": ""}, "running, at least 800"),  # as in a template
        (RAN, CELL | {LIFE: 850, "failed": "false"}, "running, at least 800"),
    ],
)
def test_it_is_asked_whether_the_cell_has_failed(
    laboratory: Laboratory, before: dict[str, Any], then: dict[str, Any], known: str
) -> None:
    laboratory.tell(before)
    with pytest.raises(
        RecordError, match=rf"whether cell B01-1-a has failed.*before: {known}\..*running into"
    ):
        laboratory.tell(then)
    assert laboratory.cell("B01-1-a")["state"] == before.get("state")
    laboratory.tell(then | {"state": "running"})
    assert laboratory.cell("B01-1-a")[f"{LIFE}_censored"] is True
    laboratory.tell(then | {LIFE: 905, "state": "failed"})
    assert laboratory.cell("B01-1-a")[LIFE] == 905.0
    assert laboratory.cell("B01-1-a")[f"{LIFE}_censored"] is False


def test_a_bound_of_another_cell_says_nothing_of_this_one(laboratory: Laboratory) -> None:
    laboratory.tell(RAN)
    with pytest.raises(RecordError, match="whether cell B01-1-a has failed"):
        laboratory.tell(CELL | {LIFE: 850}, {"cell_id": "B01-1-b", LIFE: ">=300"})


def test_contradictions_come_first_and_the_last_state_is_named(laboratory: Laboratory) -> None:
    laboratory.tell(RAN)
    with pytest.raises(RecordError, match="cannot both be true"):
        laboratory.tell(CELL | {LIFE: 700})
    laboratory.tell(CELL | {"state": "stopped", LIFE: 850})
    with pytest.raises(RecordError, match="before: stopped, at least 850"):
        laboratory.tell(CELL | {LIFE: 900})


@pytest.mark.parametrize(
    ("before", "life"),
    [
        ([RAN | {LIFE: 100}, CELL | {"state": "failed"}], 180),
        ([CELL | {LIFE: "<50"}], 42),
        ([CELL | {LIFE: 850, f"{LIFE}_upper_bound": 950}], 900),
        ([RAN | {LIFE: 150, "state": "lost"}], 180),
    ],
)
def test_what_has_ended_is_not_asked_about(
    laboratory: Laboratory, before: list[dict[str, Any]], life: int
) -> None:
    for one in before:
        laboratory.tell(one)
    laboratory.tell(CELL | {LIFE: life})


def test_in_one_file_it_is_asked_as_well(laboratory: Laboratory) -> None:
    with pytest.raises(RecordError, match="has failed or goes on"):
        laboratory.tell(RAN, CELL | {LIFE: 850})


@pytest.mark.parametrize(
    "then",
    [
        CELL | {LIFE: 905, "state": "failed"},
        CELL | {LIFE: 905, f"{LIFE}_censored": "false"},
        CELL | {LIFE: 905, "failed": "true"},
        CELL | {LIFE: 850, f"{LIFE}_upper_bound": 950},
        CELL | {"overpotential_mV": 21},
    ],
)
def test_what_says_so_is_not_asked_about(laboratory: Laboratory, then: dict[str, Any]) -> None:
    laboratory.tell(RAN)
    laboratory.tell(then)
    laboratory.tell(CELL | {"overpotential_mV": 22})


def test_known_and_new_cells_stand_in_one_file(laboratory: Laboratory) -> None:
    laboratory.tell(CELL | {LIFE: 800})
    laboratory.tell(
        CELL | {LIFE: 805}, {**HOST, "cell_id": "new", LIFE: 300}, {**HOST, LIFE: 310, "porosity_top": 0.7}
    )
    assert laboratory.store.observations()[LIFE].tolist() == [805.0, 300.0, 310.0]


def test_a_cell_that_was_never_said_to_run_has_its_life(laboratory: Laboratory) -> None:
    laboratory.tell(CELL | {LIFE: 800})
    laboratory.tell(CELL | {LIFE: 805, "note": "a slip"})  # the later value counts
    assert laboratory.cell("B01-1-a")[LIFE] == 805.0


def test_where_flags_tell_bounds_one_that_is_not_set_tells_a_life(laboratory: Laboratory) -> None:
    flag = f"{LIFE}_censored"
    laboratory.tell(*(CELL | {LIFE: life, flag: "true"} for life in (800, 820)), CELL | {LIFE: 905, flag: ""})
    assert laboratory.cell("B01-1-a")[LIFE] == 905.0
