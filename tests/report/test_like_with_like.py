"""Like is compared with like: the campaign's own conditions, and one estimate for all replicates of a design."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.campaign.file import Campaign
from surrogate.hosts.designs import CompleteDesigns
from surrogate.report.campaign_page import render
from surrogate.report.campaign_status import campaign_tables
from surrogate.report.like_with_like import other_conditions, pooled
from surrogate.report.line_breaks import NO_BREAK

CAMPAIGN = Campaign(
    "schema_version = 1\n[conditions]\nelectrolyte = 'liquid_ether'\ncurrent_density_mA_cm2 = 2.0\n"
    "[objectives]\ncycle_life_cycles = 'max'\noverpotential_mV = 'min'\n"
)
HOST: dict[str, Any] = {
    "framework": "copper", "agent": "none", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 20.0, "pore_size_bottom_um": 20.0, "thickness_um": 100.0,
    "tortuosity": 1.4,
}  # fmt: skip
TARGETS = ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV", "coulombic_efficiency_pct")


def cells(*rows: dict[str, Any]) -> pd.DataFrame:
    """Measured cells as a store returns them: each row changes ``HOST`` or states results."""
    given_rows = pd.DataFrame([{**CAMPAIGN.conditions.as_dict(), **HOST, **row} for row in rows])
    table = CompleteDesigns.of(given_rows).frame.reset_index(drop=True)
    for target in TARGETS:
        for column, absent in (
            (target, np.nan),
            (f"{target}_censored", False),
            (f"{target}_upper_bound", np.nan),
        ):
            table[column] = [row.get(column, absent) for row in rows]
    table["replicate"] = [row.get("replicate") for row in rows]
    table["failed"], table["told_at"] = False, "2026-01-01"
    for column in ("cell_id", "proposal_id", "state"):
        if any(column in row for row in rows):
            table[column] = [row.get(column) for row in rows]
    return table


def life(value: float, **more: Any) -> dict[str, Any]:
    return {"cycle_life_cycles": value, "overpotential_mV": 20.0, **more}


def best(*rows: dict[str, Any]) -> list[str]:
    """The row of the cycle life in the table of what is best."""
    return campaign_tables(CAMPAIGN, cells(*rows), pd.DataFrame()).best.rows[0]


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"current_density_mA_cm2": 0.2}, ["current density 0.2 mA cm⁻² instead of 2 mA cm⁻²"]),
        ({"areal_capacity_mAh_cm2": 4.0}, ["areal capacity 4 mAh cm⁻² instead of 1 mAh cm⁻²"]),
        ({"temperature_C": 60.0}, ["temperature 60 °C instead of 25 °C"]),
        ({"temperature_C": 23.0}, []),
        ({"current_density_mA_cm2": 2.09}, []),
        ({"current_density_mA_cm2": 1.89}, ["current density 1.89 mA cm⁻² instead of 2 mA cm⁻²"]),
        ({"li_excess_mAh_cm2": 50.0}, ["instead of 5 mAh cm⁻²"]),
        ({"stack_pressure_MPa": 1.0}, []),  # acts on solid electrolytes only
        ({"electrolyte": "liquid_carbonate"}, ["electrolyte "]),
        ({"additives": "lino3"}, ["additives "]),
    ],
)
def test_cells_at_other_conditions_are_not_the_best_and_are_listed(
    stated: dict[str, Any], said: list[str]
) -> None:
    table = cells(life(2000.0, **stated), life(300.0, thickness_um=150.0))
    found = other_conditions(CAMPAIGN, table)
    assert len(found[0]) == len(said)
    assert all(part in text for part, text in zip(said, found[0], strict=True))
    assert found[1] == []
    tables = campaign_tables(CAMPAIGN, table, pd.DataFrame())
    winner = "2,000" if not said else "300"
    assert winner in tables.best.rows[0][1]
    assert [row[0] for row in tables.elsewhere.rows] == (["1 copper"] if said else [])
    assert [row[0] for row in tables.front.rows] == (["2 copper"] if said else ["1 copper"])
    assert any("1 cell was measured at other conditions" in note for note in tables.notes) == bool(said)
    assert any("within 5 %" in note for note in tables.notes) == bool(said)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([100, 500, 120], "120 cycles (median of 3, 100 cycles to 500 cycles)"),
        ([100, 500], "300 cycles (median of 2, 100 cycles to 500 cycles)"),
        ([250], "250 cycles"),
        ([5, 5, 5, 5], "5 cycles (median of 4, 5 cycles to 5 cycles)"),
    ],
)
def test_replicates_count_with_their_median(values: list[float], shown: str) -> None:
    rows = [life(value, replicate=str(k)) for k, value in enumerate(values)]
    assert best(*rows)[1] == shown


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        # (value, kind of bound): the median is open where the true value of a bound may cross it.
        ([(100, False), (200, True), (300, False)], "≥ 200 cycles"),
        ([(100, True), (200, False), (300, False)], "≥ 200 cycles"),
        ([(100, False), (200, False), (300, True)], "200 cycles"),
        ([(100, False), (200, False), (300, "below")], "≤ 200 cycles"),
        ([(100, "below"), (200, False), (300, False)], "200 cycles"),
        ([(100, True), (200, False), (300, "below")], "about 200 cycles"),
    ],
)
def test_bounds_among_replicates(rows: list[tuple[float, Any]], shown: str) -> None:
    told = [life(value, cycle_life_cycles_censored=kind) for value, kind in rows]
    assert best(*told)[1].partition(" (")[0] == shown


def test_the_luckiest_replicate_does_not_win() -> None:
    lucky = [life(value) for value in (100.0, 500.0, 120.0)]
    row = best(*lucky, life(300.0, thickness_um=150.0))
    assert row[1:] == ["300 cycles", "4 copper"]
    assert best(*lucky)[2] == "1, 2 and 3 copper"


def limited(*lines: str) -> Campaign:
    return Campaign(f"{CAMPAIGN.text}[limits]\n" + "\n".join(lines))


def test_designs_that_break_a_limit_are_not_compared_and_counted() -> None:
    campaign = limited("overpotential_mV = { at_most = 30 }", "ccd_mA_cm2 = { at_least = 3 }")
    table = cells(
        life(900.0, overpotential_mV=40.0, ccd_mA_cm2=5.0),
        life(500.0, overpotential_mV=25.0, thickness_um=150.0),  # nobody measured its critical current
        life(
            700.0, overpotential_mV=35.0, overpotential_mV_censored="below", ccd_mA_cm2=9.0, thickness_um=70.0
        ),
        life(800.0, overpotential_mV=20.0, ccd_mA_cm2=2.0, thickness_um=50.0),
    )
    tables = campaign_tables(campaign, table, pd.DataFrame())
    assert tables.best.rows[0][1:] == ["700 cycles", "3 copper"]  # at most 35 mV may be 30
    assert [row[0] for row in tables.front.rows] == ["2 copper", "3 copper"]
    notes = " ".join(tables.notes)
    assert "2 of 4 designs break them" in notes
    assert "1 design without a measured critical current density or overpotential" in notes
    assert "critical current density of at least 3 mA cm⁻²" in notes
    page = render(campaign, table, pd.DataFrame(), "mine.db").replace(NO_BREAK, " ")
    assert (
        "low overpotential; limits: critical current density of at least 3 mA cm⁻², overpotential of" in page
    )


def test_the_best_of_a_value_and_of_a_band_is_the_nearest() -> None:
    goals = "[objectives]\ncycle_life_cycles = { within = [250, 400] }\noverpotential_mV = { match = 30 }\n"
    campaign = Campaign(CAMPAIGN.text.partition("[objectives]")[0] + goals)
    table = cells(
        life(900.0, overpotential_mV=29.0), life(300.0, overpotential_mV=14.0, thickness_um=150.0),
        life(260.0, overpotential_mV=16.0, thickness_um=70.0), life(200.0, overpotential_mV=70.0, thickness_um=50.0),
    )  # fmt: skip
    tables = campaign_tables(campaign, table, pd.DataFrame())
    assert [row[2] for row in tables.best.rows] == ["2 copper", "1 copper"]
    assert [row[0] for row in tables.front.rows] == [
        "1 copper",
        "3 copper",
    ]  # in the band both, 16 is nearer to 30
    page = render(campaign, table, pd.DataFrame(), "mine.db").replace(NO_BREAK, " ")
    assert "Wanted: cycle life of 250 to 400 cycles, overpotential of 30 mV." in page


def test_the_front_is_one_of_designs() -> None:
    table = cells(
        life(100.0, overpotential_mV=10.0), life(500.0, overpotential_mV=40.0),  # as medians 300 and 25
        life(310.0, overpotential_mV=24.0, thickness_um=150.0), life(200.0, overpotential_mV=20.0, thickness_um=50.0),
        life(900.0, overpotential_mV=5.0, thickness_um=70.0, current_density_mA_cm2=0.5),
    )  # fmt: skip
    front = campaign_tables(CAMPAIGN, table, pd.DataFrame()).front.rows
    assert [row[0] for row in front] == ["3 copper", "4 copper"]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"thickness_um": 100.3}, True),  # 100 once rounded to what can be set
        ({"thickness_um": 104.0}, False),
        ({"agent": "silver", "conductor_bottom": 0.9, "agent_bottom": 0.1}, False),
        ({"porosity_top": 0.7}, False),
        ({"replicate": "b"}, True),
        ({"temperature_C": 24.0, "current_density_mA_cm2": 2.05}, True),
        ({"conductivity_top_S_m": 10.0}, False),
        ({"thickness_um": 104.0, "proposal_id": "P-1"}, True),  # made to one proposal, within 5 %
        ({"thickness_um": 104.0, "proposal_id": "P-2"}, False),
        ({"thickness_um": 160.0, "proposal_id": "P-1"}, False),
    ],
)
def test_what_is_one_design(change: dict[str, Any], same: bool) -> None:
    first = {"proposal_id": "P-1"} if "proposal_id" in change else {}
    found = pooled(CAMPAIGN, cells(life(100.0, **first), life(200.0, **change)))
    assert [one.positions for one in found] == ([(0, 1)] if same else [(0,), (1,)])


def test_cells_older_than_a_column_are_replicates_of_others() -> None:
    table = cells(life(100.0), life(200.0), life(300.0))
    table["layers"] = [np.nan, 1.0, np.nan]
    assert [one.positions for one in pooled(CAMPAIGN, table)] == [(0, 1, 2)]


def test_cells_outside_search_are_shown_as_such() -> None:
    narrow = Campaign(
        CAMPAIGN.text + "[search]\nagents = ['silver']\n[search.bounds]\nthickness_um = [50, 90]\n"
    )
    table = cells(
        life(100.0), life(50.0, agent="silver", conductor_bottom=0.9, agent_bottom=0.1, thickness_um=80.0)
    )
    tables = campaign_tables(narrow, table, pd.DataFrame())
    assert tables.outside.rows == [["1 copper", "agent none; thickness_um 100 (50 to 90)"]]
    assert campaign_tables(CAMPAIGN, table, pd.DataFrame()).outside.rows == []
    page = render(narrow, table, cells(life(1.0)).iloc[:0].assign(proposed_at=""), "mine.db")
    assert "Cells outside [search] (learned from, not proposed again)" in page
    assert "Cells at other conditions" not in page


def test_the_page_draws_only_what_is_compared() -> None:
    table = cells(life(2000.0, current_density_mA_cm2=0.2), life(300.0, thickness_um=150.0), life(200.0))
    page = render(CAMPAIGN, table, cells(life(1.0)).iloc[:0].assign(proposed_at=""), "mine.db").replace(
        NO_BREAK, " "
    )
    # Two of the three cells: one against the other, and in what was best so far of each of the two objectives.
    assert page.count("<circle") == 2 + 2 * 2
    assert "current density 0.2 mA cm⁻² instead of 2 mA cm⁻²" in page


def test_no_cells_are_no_trouble() -> None:
    nothing = cells(life(1.0)).iloc[:0]
    tables = campaign_tables(CAMPAIGN, nothing, pd.DataFrame())
    assert tables.best.rows[0][1:] == ["–", "not measured yet"]
    assert (tables.front.rows, tables.elsewhere.rows, tables.notes) == ([], [], [])


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(1.0, 1e4), st.sampled_from([80.0, 100.0, 120.0]), st.sampled_from([0.2, 2.0, 20.0])),
        min_size=1, max_size=8,
    )
)  # fmt: skip
@pytest.mark.slow
def test_the_best_is_the_best_median_under_the_own_conditions(told: list[tuple[float, float, float]]) -> None:
    rows = [life(value, thickness_um=thick, current_density_mA_cm2=at) for value, thick, at in told]
    own = pd.DataFrame(told, columns=["value", "thick", "at"]).query("at == 2.0")
    found = pooled(CAMPAIGN, cells(*rows))
    medians = own.groupby("thick")["value"].median()
    estimates = sorted(one.estimate("cycle_life_cycles") for one in found)
    np.testing.assert_allclose(estimates, sorted(medians))
    assert sorted(k for one in found for k in one.positions) == own.index.tolist()
    shown = campaign_tables(CAMPAIGN, cells(*rows), pd.DataFrame()).best.rows[0]
    assert (shown[1] == "–") == own.empty
