"""The design of a cell: as the latest report that tells any says it was made, whatever the order of telling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaign.told_cells import HOST, LIFE, Laboratory


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def running(cell: str, cycles: int, **more: Any) -> dict[str, Any]:
    return {"cell_id": cell, "state": "running", LIFE: cycles, **more}


@pytest.mark.parametrize("files", [[[0], [1]], [[1], [0]], [[0, 1]], [[1, 0]]])
@pytest.mark.parametrize("dates", [("2026-03-01", "2026-03-04"), (None, None)])
def test_the_later_design_counts_in_any_order(
    laboratory: Laboratory, files: list[list[int]], dates: tuple[str | None, ...]
) -> None:
    rows = [
        {**HOST, "thickness_um": thickness, **running("A", cycles, date=date)}
        for thickness, cycles, date in zip((104, 108), (100, 200), dates, strict=True)
    ]
    for file in files:
        laboratory.tell(*(rows[k] for k in file))
    assert laboratory.cell("A")["thickness_um"] == 108.0


MADE = st.lists(st.sampled_from([None, 100.0, 104.0, 108.0]), min_size=2, max_size=4)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MADE, st.booleans(), st.randoms(use_true_random=False))
def test_a_host_is_as_it_was_last_said_to_be_made_and_not_as_proposed(
    tmp_path: Path, made: list[float | None], dated: bool, rng: Any
) -> None:
    rows = []
    for k, thickness in enumerate(made):
        date = {"date": f"2026-03-{k + 1:02d}"} if dated else {}
        design = {} if thickness is None else {**HOST, "thickness_um": thickness}
        rows.append({**design, **running("B01-1-a", 100 * (k + 1)), **date})
    as_made = [thickness for thickness in made if thickness not in (None, 100.0)]
    for _ in range(3):
        laboratory, left = Laboratory(tmp_path), list(rows)
        while left:
            number = rng.randint(1, len(left))
            laboratory.tell(*left[:number])
            left = left[number:]
        assert laboratory.cell("B01-1-a")["thickness_um"] == (as_made[-1] if as_made else 100.0)
        rng.shuffle(rows)


def test_a_prefilled_row_says_that_the_design_stays_and_how_to_correct_it(laboratory: Laboratory) -> None:
    assert not any("stays" in one for one in laboratory.tell(running("B01-1-a", 50, **HOST)))
    laboratory.tell(running("B01-1-a", 100, **{**HOST, "thickness_um": 108}))
    (said,) = [one for one in laboratory.tell(running("b01-1-A", 200, **HOST)) if "stays" in one]
    assert "B01-1-a" in said
    assert said.endswith("--cell B01-1-a thickness_um=100")
    assert laboratory.cell("B01-1-a")["thickness_um"] == 108.0
    laboratory.store.amend("B01-1-a", {"thickness_um": 100.0})
    laboratory.tell(running("B01-1-a", 300, **HOST))
    assert laboratory.cell("B01-1-a")["thickness_um"] == 100.0


def test_a_host_made_otherwise_than_proposed_is_named_once(laboratory: Laboratory) -> None:
    def told(cell: str, cycles: int, **design: Any) -> list[str]:
        notes = laboratory.tell(running(cell, cycles, **{**HOST, **design}))
        return [one for one in notes if "otherwise" in one]

    assert told("B01-1-a", 50) == []
    (said,) = told("B01-1-a", 100, thickness_um=108)
    assert said.startswith("B01-1-a was made otherwise than proposed: thickness_um 108 instead of 100; ")
    assert told("B01-1-a", 150, thickness_um=108) == []
    (said,) = told("own", 60, thickness_um=120, proposal_id="B01-1")
    assert said.startswith("own was made otherwise than proposed: thickness_um 120 instead of 100; ")
    assert told("of another host", 60, thickness_um=120) == []
    laboratory.amend(said)
    assert laboratory.cell("own")["thickness_um"] == 100.0


def test_a_row_without_a_cell_names_the_proposal(laboratory: Laboratory) -> None:
    notes = laboratory.tell({**HOST, "agent": "gold", "porosity_top": 0.85, "proposal_id": "B01-1", LIFE: 60})
    assert (
        "the host proposed as B01-1 was made otherwise than proposed: agent gold instead of silver, "
        "porosity_top 0.85 instead of 0.8"
    ) in notes


def test_what_a_row_leaves_empty_is_no_report_of_the_design(laboratory: Laboratory) -> None:
    laboratory.tell(running("A", 100, date="2026-03-01", **HOST))
    laboratory.tell(running("A", 300, date="2026-03-09"))
    laboratory.tell(running("A", 200, date="2026-03-05", **{**HOST, "thickness_um": 108}))
    assert laboratory.cell("A")["thickness_um"] == 108.0


def test_parts_of_a_solid_are_told_together(laboratory: Laboratory) -> None:
    laboratory.tell(running("A", 100, date="2026-03-01", **HOST))
    laboratory.tell(running("A", 300, date="2026-03-09", conductor_top=0.8, agent_top=0.2))
    laboratory.tell(running("A", 200, date="2026-03-05", **{**HOST, "agent_top": 0.0, "dielectric_top": 0.1}))
    cell = laboratory.cell("A")
    assert (cell["conductor_top"], cell["agent_top"], cell["dielectric_top"]) == (0.8, 0.2, 0.0)


def test_a_design_without_a_proposal_is_corrected_by_telling_it(laboratory: Laboratory) -> None:
    laboratory.tell(running("A", 100, **{**HOST, "thickness_um": 108}))
    laboratory.tell(running("A", 200, **HOST))
    assert laboratory.cell("A")["thickness_um"] == 100.0
