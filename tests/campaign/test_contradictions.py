"""A running cell does not lose cycles: a count that is lower at a later date is asked back, in any order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.campaign.cells import together
from surrogate.campaign.contradictions import refuse_contradictions
from surrogate.campaign.store import CampaignStore
from surrogate.errors import RecordError
from tests.campaign.told_cells import LIFE, failed, running, store_with_a_batch, tell


@pytest.fixture
def store(tmp_path: Path) -> CampaignStore:
    return store_with_a_batch(tmp_path)


def on(day: int, cycles: float, **more: Any) -> dict[str, Any]:
    return running(cycles, cell_id="x", date=f"2026-03-{day:02d}", **more)


def life(store: CampaignStore) -> list[float]:
    return [float(one) for one in store.observations()[LIFE]]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("then", [on(9, 250), on(9, 250) | {"state": "stopped"}])
def test_a_count_that_falls_is_asked_back_in_any_order(
    store: CampaignStore, order: tuple[int, int], then: dict[str, Any]
) -> None:
    reports = [on(1, 9000), then]
    tell(store, reports[order[0]])
    before = store.digest()
    with pytest.raises(
        RecordError,
        match=r"cell x would have lost cycles.*9000 on 2026-03-01, and at least 250 on 2026-03-09.*amend.*--yes",
    ):
        tell(store, reports[order[1]])
    assert store.digest() == before
    tell(store, reports[order[1]], yes=True)
    assert life(store) == [250.0]
    tell(store, on(20, 300))  # it goes on from there, and is not asked about again
    assert life(store) == [300.0]
    tell(store, failed(310, cell_id="x", date="2026-03-21"))
    assert life(store) == [310.0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_rows_of_one_file_are_asked_about_as_well(store: CampaignStore, order: tuple[int, int]) -> None:
    rows = [on(1, 9000), on(9, 250)]
    with pytest.raises(RecordError, match=r"would have lost cycles") as found:
        tell(store, *(rows[k] for k in order))
    assert "amend" not in found.value.remedy  # nothing is stored that could be
    assert tell(store, *(rows[k] for k in order), yes=True).new == ("x",)
    assert life(store) == [250.0]


def test_what_was_a_slip_is_corrected_and_the_file_told_again(store: CampaignStore) -> None:
    tell(store, on(1, 9000))
    with pytest.raises(RecordError):
        tell(store, on(9, 950))
    store.amend("x", {LIFE: 900.0})
    tell(store, on(1, 9000, note="the old row with a note"), on(9, 950))
    assert life(store) == [950.0]


def test_a_count_without_a_date_is_no_contradiction_but_is_named(store: CampaignStore) -> None:
    late = running(250, cell_id="x")
    tell(store, running(9000, cell_id="x"))
    told = tell(store, late)
    assert told.fewer == (("x", 250.0, 9000.0),)
    assert life(store) == [9000.0]
    assert tell(store, late | {"note": "again"}).fewer == ()  # said once
    tell(store, running(100, cell_id="y", date="2026-03-09"))
    assert tell(store, running(50, cell_id="y", date="2026-03-01")).fewer == ()  # it is of before


def is_refused(reports: list[tuple[int, dict[str, Any]]]) -> bool:
    """Whether the last of the reports of a cell makes its count fall."""
    try:
        refuse_contradictions("x", reports, together(reports), "a.csv")
    except RecordError as error:
        return "would have lost cycles" in str(error)
    return False


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.integers(1, 28), st.integers(1, 50), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_counts_are_asked_back_if_and_only_if_they_fall(counts: dict[int, int], rng: Any) -> None:
    """Whatever the order in which they are told; of what is accepted all the same the last count stays."""
    reports = [on(day, float(cycles)) for day, cycles in sorted(counts.items())]
    cycles = [one[LIFE] for one in reports]
    rng.shuffle(reports)
    told, asked = list[tuple[int, dict[str, Any]]](), False
    for number, report in enumerate(reports, 1):
        told.append((number, report))
        asked = is_refused(told) or asked
    assert asked is (cycles != sorted(cycles))
    assert together(told)[LIFE] == cycles[-1]


def made(porosity: float, **more: Any) -> dict[str, Any]:
    return running(300, cell_id="x", porosity_top=porosity, **more)


@pytest.mark.parametrize("then", [made(0.8), made(0.8, date="2026-03-09"), made(0.8) | {"note": "again"}])
def test_two_designs_of_a_cell_told_at_once_are_refused(store: CampaignStore, then: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match=r"porosity_top: cell x is told of with two designs at once"):
        tell(store, made(0.7), then)


def test_a_design_is_corrected_by_a_later_statement_or_a_later_date(store: CampaignStore) -> None:
    tell(store, made(0.8, date="2026-03-09"), made(0.7, date="2026-03-01"))
    assert store.observations()["porosity_top"].tolist() == [0.8]
    tell(store, made(0.75, date="2026-03-12"))
    assert store.observations()["porosity_top"].tolist() == [0.75]
