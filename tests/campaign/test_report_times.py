"""The order in which reports of a cell are true: dated ones by date, others by cycles and as they were told."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.campaign.cells import together
from surrogate.campaign.report_times import in_time

LIFE = "cycle_life_cycles"


def dated(day: int, **more: Any) -> dict[str, Any]:
    return {"cell_id": "a", "date": f"2026-03-{day:02d}", **more}


def told(*reports: dict[str, Any]) -> dict[str, Any]:
    """Each in a file of its own, in this order."""
    return together(list(enumerate(reports, 1)))


def test_one_report_without_a_date_leaves_the_dates_of_the_others() -> None:
    note = {"cell_id": "a", "note": "cut open"}
    late, early = dated(9, overpotential_mV=35.0), dated(1, overpotential_mV=30.0)
    for order in ((late, early, note), (note, late, early), (late, note, early), (early, note, late)):
        assert told(*order)["overpotential_mV"] == 35.0
        assert told(*order)["note"] == "cut open"
    failed, slip = dated(9, **{LIFE: 350.0}), dated(1, **{LIFE: 300.0})
    for order in ((failed, slip, note), (note, failed, slip), (failed, note, slip)):
        assert told(*order)[LIFE] == 350.0


def test_a_report_without_a_date_is_as_late_as_it_was_told() -> None:
    slip = {"cell_id": "a", "overpotential_mV": 31.0}
    first, later = dated(1, overpotential_mV=30.0), dated(9, overpotential_mV=35.0)
    assert told(first, slip)["overpotential_mV"] == 31.0
    assert told(first, later, slip)["overpotential_mV"] == 31.0
    assert told(first, slip, later)["overpotential_mV"] == 35.0
    assert told(slip, first)["overpotential_mV"] == 30.0


def test_a_report_without_date_and_cycles_corrects_one_with_cycles() -> None:
    running = {"cell_id": "a", LIFE: 800.0, f"{LIFE}_censored": True, "overpotential_mV": 30.0}
    assert told(running, {"cell_id": "a", "overpotential_mV": 35.0})["overpotential_mV"] == 35.0


def test_cycles_say_which_of_a_dated_and_an_undated_report_is_later() -> None:
    def running(cycles: float, **more: Any) -> dict[str, Any]:
        return {"cell_id": "a", LIFE: cycles, f"{LIFE}_censored": True, "state": "running", **more}

    at_date = running(800.0, date="2026-03-09", overpotential_mV=30.0)
    for cycles, found in ((600.0, 30.0), (900.0, 22.0)):
        other = running(cycles, overpotential_mV=22.0)
        assert told(at_date, other)["overpotential_mV"] == found
        assert told(other, at_date)["overpotential_mV"] == found


REPORTS = st.lists(
    st.fixed_dictionaries(
        {"cell_id": st.just("a")},
        optional={
            "date": st.integers(1, 9).map(lambda day: f"2026-03-{day:02d}"),
            LIFE: st.integers(1, 9).map(float),
            f"{LIFE}_censored": st.booleans(),
        },
    ),
    min_size=1, max_size=7,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(REPORTS, st.randoms(use_true_random=False))
def test_dates_are_in_their_order_and_so_are_the_others(reports: list[dict[str, Any]], rng: Any) -> None:
    numbered = list(enumerate(reports, 1))
    ordered = in_time(numbered)
    assert sorted(one.number for one in ordered) == [number for number, _ in numbered]
    days = [one.report["date"] for one in ordered if one.dated]
    assert days == sorted(days)
    others = [(one.cycles, one.number) for one in ordered if not one.dated]
    assert others == sorted(others)
    nothing = [one.number for one in ordered if not one.dated and one.report.get(LIFE) is None]
    assert nothing == sorted(nothing)
    shuffled = list(numbered)
    rng.shuffle(shuffled)  # rows of the store in any order: the numbers of the statements tell
    assert [one.number for one in in_time(shuffled)] == [one.number for one in ordered]


@pytest.mark.parametrize("ended", ["failed", "stopped", "lost"])
@pytest.mark.parametrize("cycles", [None, 200.0])
@pytest.mark.parametrize("dated_one", [None, "end", "run"])
def test_a_cell_runs_before_it_ends_whatever_the_order_of_telling(
    ended: str, cycles: float | None, dated_one: str | None
) -> None:
    def report(state: str, potential: float, life: float | None, day: int | None = None) -> dict[str, Any]:
        of_life = {} if life is None else {LIFE: life, f"{LIFE}_censored": state != "failed"}
        date = {} if day is None else {"date": f"2026-03-{day:02d}"}
        return {"cell_id": "a", "state": state, "overpotential_mV": potential, **of_life, **date}

    reports = [
        report("running", 30.0, 100.0),
        report("running", 31.0, None, 4 if dated_one == "run" else None),
        report(ended, 35.0, cycles, 4 if dated_one == "end" else None),
    ]
    for order in permutations(reports):
        for found in (told(*order), together([(1, one) for one in order])):
            assert (found["overpotential_mV"], found["state"]) == (35.0, ended)
