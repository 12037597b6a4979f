"""One cell, many reports: put together in any order and in any number of files, and refused where both cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.campaign import cells
from surrogate.campaign.contradictions import refuse_contradictions
from surrogate.campaign.reports import ends_of
from surrogate.errors import RecordError

LIFE = "cycle_life_cycles"


def at_least(cycles: float, **more: Any) -> dict[str, Any]:
    return {"cell_id": "B01-1-a", LIFE: cycles, f"{LIFE}_censored": True, "state": "running", **more}


def failed(cycles: float, **more: Any) -> dict[str, Any]:
    return {"cell_id": "B01-1-a", LIFE: cycles, f"{LIFE}_censored": False, "state": "failed", **more}


def together(reports: list[dict[str, Any]], where: str) -> dict[str, Any]:
    """All in one file."""
    return accepted([(1, report) for report in reports], where)


def one_after_the_other(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Each in a file of its own."""
    return accepted([(k, report) for k, report in enumerate(reports, 1)], "b.csv")


def accepted(reports: list[tuple[int, dict[str, Any]]], where: str) -> dict[str, Any]:
    """Put together, if it can all be true."""
    found = cells.together(reports)
    refuse_contradictions("B01-1-a", reports, found, where)
    return found


def after(known: dict[str, Any], report: dict[str, Any], where: str) -> dict[str, Any]:
    return one_after_the_other([known, report])


def essence(cell: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if value not in (None, False)}


def test_a_known_error_belongs_to_its_value() -> None:
    name = f"{LIFE}_sem"
    first, slip = failed(905.0, **{name: 4.0}), failed(950.0)
    assert together([at_least(800.0), first], "a.csv")[name] == 4.0
    assert one_after_the_other([first, slip])[name] is None  # another value, of which no error was told
    assert one_after_the_other([slip, first])[name] == 4.0
    assert one_after_the_other([first, failed(905.0, note="said again")])[name] == 4.0
    assert one_after_the_other([first, failed(905.0, **{name: 6.0})])[name] == 6.0
    assert together([at_least(800.0)], "a.csv")[name] is None


RUNNING = st.lists(st.integers(1, 900), min_size=1, max_size=6, unique=True)


@settings(max_examples=80, deadline=None)
@given(RUNNING, st.booleans(), st.randoms(use_true_random=False))
def test_any_order_and_any_number_of_files_make_the_same_cell(
    cycles: list[int], ends: bool, rng: Any
) -> None:
    reports = [at_least(float(one), overpotential_mV=20.0 + one) for one in cycles]
    if ends:
        reports.append(failed(905.0, overpotential_mV=30.0))
    expected = essence(together(reports, "a.csv"))
    most = max(cycles)
    assert expected[LIFE] == (905.0 if ends else float(most))
    assert expected["state"] == ("failed" if ends else "running")
    assert (f"{LIFE}_censored" in expected) is not ends
    for _ in range(3):
        rng.shuffle(reports)
        assert essence(together(reports, "a.csv")) == expected
        assert essence(one_after_the_other(reports)) == expected


def test_a_cell_that_ran_and_failed_is_the_cell_that_failed() -> None:
    reports = [at_least(float(cycles)) for cycles in (800, 820, 840, 860, 880, 900)]
    assert essence(together([*reports, failed(905.0)], "a.csv")) == essence(failed(905.0))


def test_a_value_that_is_told_again_corrects_the_one_before() -> None:
    assert after(failed(1800.0), failed(180.0), "b.csv")[LIFE] == 180.0
    with pytest.raises(RecordError, match=r"B01-1-a.*180, and 1800.*keep the row that is right"):
        together([failed(180.0), failed(1800.0)], "a.csv")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (failed(905.0), at_least(950.0)),
        (at_least(950.0), failed(905.0)),
        ({LIFE: 300.0, f"{LIFE}_censored": "below"}, at_least(400.0)),
        (at_least(400.0), {LIFE: 300.0, f"{LIFE}_censored": "below"}),
        ({LIFE: 300.0, f"{LIFE}_upper_bound": 400.0}, {LIFE: 500.0, f"{LIFE}_upper_bound": 600.0}),
        ({LIFE: 300.0, f"{LIFE}_upper_bound": 400.0}, failed(500.0)),
    ],
)
def test_what_cannot_both_be_true_is_refused(first: dict[str, Any], then: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="two ways that cannot both be true"):
        after(first, then, "b.csv")
    with pytest.raises(RecordError, match="two ways that cannot both be true"):
        together([first, then], "a.csv")


@pytest.mark.parametrize(
    ("first", "then", "ends"),
    [
        ({LIFE: 300.0, f"{LIFE}_censored": "below"}, at_least(200.0), (200.0, 300.0)),
        ({LIFE: 300.0, f"{LIFE}_upper_bound": 500.0}, at_least(400.0), (400.0, 500.0)),
        ({LIFE: 300.0, f"{LIFE}_upper_bound": 500.0}, failed(450.0), (450.0, 450.0)),
        (at_least(200.0), at_least(200.0), (200.0, float("inf"))),
        (failed(905.0), {"note": "post mortem"}, (905.0, 905.0)),
    ],
)
def test_ends_are_intersected(first: dict[str, Any], then: dict[str, Any], ends: tuple[float, float]) -> None:
    for found in (after(first, then, "b.csv"), after(then, first, "b.csv"), together([first, then], "a.csv")):
        assert ends_of(found, LIFE) == ends


@pytest.mark.parametrize(
    ("states", "found"),
    [
        (["running", "failed"], "failed"),
        (["failed", "running"], "failed"),
        (["running", "stopped"], "stopped"),
        (["running", None], "running"),
        (["running", "lost"], "lost"),
        ([None, "running"], "running"),
    ],
)
def test_what_ends_a_cell_counts_however_late_it_is_told(states: list[Any], found: str) -> None:
    reports = [{"cell_id": "a", "state": state} for state in states]
    assert one_after_the_other(reports)["state"] == found


def test_a_stopped_cell_may_go_on_and_a_running_one_with_a_value_has_failed() -> None:
    stopped = at_least(200.0) | {"state": "stopped"}
    assert after(stopped, at_least(300.0), "b.csv")["state"] == "running"
    assert after(stopped, at_least(150.0), "b.csv")["state"] == "stopped"
    assert after(at_least(300.0), {LIFE: 350.0}, "b.csv")["state"] == "failed"


def test_a_late_report_does_not_take_the_place_of_a_later_one() -> None:
    known = at_least(800.0, overpotential_mV=30.0, note="swelling", date="2026-05-02")
    for late in (
        at_least(600.0, overpotential_mV=22.0, note="fine", date="2026-04-20"),
        at_least(600.0, overpotential_mV=22.0, note="fine"),
    ):
        found = after(known, late, "b.csv")
        assert (found["overpotential_mV"], found["note"], found[LIFE]) == (30.0, "swelling", 800.0)


DAYS = st.lists(st.integers(1, 28), min_size=2, max_size=6, unique=True)


@settings(max_examples=100, deadline=None)
@given(DAYS, st.data(), st.randoms(use_true_random=False))
def test_dated_reports_may_come_in_any_order_and_any_files(days: list[int], data: Any, rng: Any) -> None:
    reports, life = [], 0.0
    for k, day in enumerate(sorted(days)):
        life += data.draw(st.integers(1, 200))
        last = k == len(days) - 1
        report: dict[str, Any] = {"cell_id": "a", "date": f"2026-03-{day:02d}"}
        if data.draw(st.booleans()):
            report["overpotential_mV"] = float(data.draw(st.integers(5, 60)))
        if data.draw(st.booleans()):
            report["note"] = f"day {day}"
        ending = data.draw(st.sampled_from(["failed", "stopped", "lost", "running"])) if last else "running"
        report["state"] = ending
        if data.draw(st.booleans()) or ending == "failed":
            report |= {LIFE: life, f"{LIFE}_censored": ending != "failed"}
        reports.append(report)
    expected = essence(one_after_the_other(reports))
    assert expected["state"] == reports[-1]["state"]
    told = [one["overpotential_mV"] for one in reports if "overpotential_mV" in one]
    assert expected.get("overpotential_mV") == (told[-1] if told else None)
    for _ in range(3):
        rng.shuffle(reports)
        assert essence(one_after_the_other(reports)) == expected
        assert essence(together(reports, "a.csv")) == expected


def test_what_has_values_was_made() -> None:
    with pytest.raises(RecordError, match=r"B01-1-a cannot be not_made: it has values.*cycle_life_cycles"):
        after(failed(300.0), {"cell_id": "B01-1-a", "state": "not_made"}, "b.csv")
