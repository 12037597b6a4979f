"""A record and its control: how they are found, what is refused, direction and ratio by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import pairs
from surrogate.literature import records as literature

BASE = {
    "source": "10.1/a", "cell_type": "symmetric", "electrolyte_class": "oxide", "current_density_mA_cm2": 1.0,
    "areal_capacity_mAh_cm2": 1.0,
}  # fmt: skip


def table(*rows: dict[str, object]) -> pd.DataFrame:
    return literature.read(pd.DataFrame([{**BASE, **row} for row in rows]))[0]


def host(**cells: object) -> dict[str, object]:
    return {"system": "host", "control_of": "bare", "differs_in": "framework", **cells}


def bare(**cells: object) -> dict[str, object]:
    return {"system": "bare", **cells}


def compared(*rows: dict[str, object]) -> pd.DataFrame:
    return pairs.pairs(table(*rows))


def test_a_control_that_failed_proves_the_direction() -> None:
    (row,) = compared(host(cycles=500), bare(cycles=100, censored=False)).to_dict("records")
    assert (row["record"], row["control"], row["quantity"]) == (0, 1, "cycle_life_cycles")
    assert (row["told"], row["proven"], row["ratio_low"]) == (1, True, 5.0)
    assert row["ratio_high"] == np.inf


def test_two_cells_that_had_not_failed_are_told_and_not_proven() -> None:
    (row,) = compared(host(cycles=500), bare(cycles=100)).to_dict("records")
    assert (row["told"], row["proven"], row["ratio_low"], row["ratio_high"]) == (1, False, 0.0, np.inf)


def test_a_host_that_is_worse() -> None:
    (row,) = compared(host(cycles=50, censored=False), bare(cycles=100)).to_dict("records")
    assert (row["told"], row["proven"], row["ratio_high"]) == (-1, True, 0.5)


def test_hours_are_compared_where_they_are_no_cycles() -> None:
    cells = {"areal_capacity_mAh_cm2": None}
    (row,) = compared(host(hours=500, **cells), bare(hours=100, censored=False, **cells)).to_dict("records")
    assert (row["value"], row["control_value"], row["ratio_low"]) == (500.0, 100.0, 5.0)


@pytest.mark.parametrize(
    ("cells", "of_control", "low", "high", "told"),
    [
        ({"overpotential_mV": 20}, {"overpotential_mV": 40}, 0.5, 0.5, 1),
        ({"ccd_mA_cm2": 2, "censored": False}, {"ccd_mA_cm2": 0.5, "censored": False}, 4.0, 4.0, 1),
        ({"ccd_mA_cm2": 2, "censored": True}, {"ccd_mA_cm2": 0.5, "censored": False}, 4.0, np.inf, 1),
        ({"coulombic_efficiency_pct": 99}, {"coulombic_efficiency_pct": 90}, 0.1, 0.1, 1),
        (
            {"coulombic_efficiency_pct": 99, "coulombic_efficiency_bound": "lower"},
            {"coulombic_efficiency_pct": 90}, 0.0, 0.1, 1,
        ),
        # Rounded: at most half a per cent is lost.
        ({"coulombic_efficiency_pct": 100}, {"coulombic_efficiency_pct": 90}, 0.0, 0.05, 1),
        ({"interface_resistance_ohm_cm2": 30}, {"interface_resistance_ohm_cm2": 10}, 3.0, 3.0, -1),
        (
            {"ccd_mA_cm2": 0.4, "ccd_bound": "lower", "ccd_upper_bound_mA_cm2": 0.8, "censored": False},
            {"ccd_mA_cm2": 0.2, "censored": False}, 2.0, 4.0, 1,
        ),
    ],
)  # fmt: skip
def test_ratios_by_hand(
    cells: dict[str, object], of_control: dict[str, object], low: float, high: float, told: int
) -> None:
    (row,) = compared(host(**cells), bare(**of_control)).to_dict("records")
    assert (row["ratio_low"], row["ratio_high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["told"] == told
    assert row["proven"]


def test_two_currents_are_compared_in_cycles_and_not_in_hours() -> None:
    slow = {"differs_in": "current", "current_density_mA_cm2": 0.1, "areal_capacity_mAh_cm2": None}
    fast = {"current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": None}
    with pytest.raises(RecordError, match="no quantity that both measure"):
        compared(host(hours=2000, **slow), bare(hours=800, **fast))
    (row,) = compared(host(cycles=300, **slow), bare(cycles=110, **fast)).to_dict("records")
    assert (row["quantity"], row["value"], row["control_value"]) == ("cycle_life_cycles", 300.0, 110.0)
    with pytest.raises(RecordError, match="no quantity that both measure"):
        compared(host(cycles=300, **slow), bare(hours=110, **fast))
    slow, fast = ({**one, "areal_capacity_mAh_cm2": 1.0} for one in (slow, fast))
    (row,) = compared(host(hours=2000, **slow), bare(hours=800, **fast)).to_dict("records")
    assert (row["value"], row["control_value"]) == (100.0, 400.0)  # 20 and 2 hours a cycle


def test_full_cells_are_compared_by_what_they_keep() -> None:
    full = {"cell_type": "full", "cathode": "LFP", "cycles": 100}
    (row,) = compared(
        host(**full, capacity_retention_pct=80), bare(**full, capacity_retention_pct=40)
    ).to_dict("records")
    assert (row["quantity"], row["ratio_low"], row["told"]) == ("capacity_retention_pct", 2.0, 1)
    alike = {"cell_type": "full", "cathode": "LFP", "specific_capacity_mAh_g": 130}
    found = compared(host(**alike, coulombic_efficiency_pct=99), bare(**alike, coulombic_efficiency_pct=95))
    assert found["quantity"].tolist() == ["coulombic_efficiency_pct", "specific_capacity_mAh_g"]
    assert found["told"].tolist() == [1, 0]


def test_a_series_is_its_own_control() -> None:
    cells = {"system": "pellet", "censored": False, "current_density_mA_cm2": None}
    warm = {**cells, "control_of": "pellet", "differs_in": "temperature"}
    found = compared(
        {**cells, "temperature_C": 30, "ccd_mA_cm2": 0.1}, {**warm, "temperature_C": 60, "ccd_mA_cm2": 0.2},
        {**warm, "temperature_C": 100, "ccd_mA_cm2": 0.8},
    )  # fmt: skip
    assert found[["record", "control"]].to_numpy().tolist() == [[1, 0], [2, 0]]
    assert found["ratio_low"].tolist() == [2.0, 8.0]


@pytest.mark.parametrize(
    ("of_host", "of_control", "said"),
    [
        ({}, {"system": "another"}, "no such control"),
        ({}, {"current_density_mA_cm2": 2.0}, "no such control"),
        ({}, {"source": "10.1/b"}, "no such control"),
        ({"temperature_C": 60.0}, {"temperature_C": 25.0}, "no such control"),
        ({"differs_in": None}, {}, "empty beside a control"),
        ({"control_of": None}, {}, "empty beside differs_in"),
        ({"differs_in": "colour"}, {}, "unknown class"),
        ({"differs_in": "framework, agent"}, {}, "unknown class"),
        ({"failure": "dendrite"}, {}, "of a cell that has not failed"),
    ],
)
def test_pairs_that_are_none_are_refused(
    of_host: dict[str, object], of_control: dict[str, object], said: str
) -> None:
    with pytest.raises(RecordError, match=said):
        table(host(cycles=500, **of_host), bare(cycles=100, **of_control))


def test_what_differs_frees_its_condition() -> None:
    warm = host(cycles=500, temperature_C=60.0, differs_in="temperature; agent")
    assert len(compared(warm, bare(cycles=100, temperature_C=25.0))) == 1
    other = host(cycles=500, electrolyte="LLZTO with Ga", differs_in="doping")
    assert len(compared(other, bare(cycles=100, electrolyte="LLZTO"))) == 1


def test_every_control_of_the_shipped_records_is_there_and_most_directions_follow_from_numbers() -> None:
    records = literature.load()
    found = pairs.controls(records)
    assert all(found.values())
    assert len(found) == records["control_of"].notna().sum() >= 60
    told = pairs.pairs(records)
    assert told["proven"].mean() > 0.5
    assert (told.loc[told["proven"], "told"] != 0).all()
    low, high = told["ratio_low"], told["ratio_high"]
    assert (low <= high).all()
    better = told["quantity"].map(lambda name: pairs.QUANTITIES[name] and name != pairs.EFFICIENCY)
    ratio_says = np.where(low > 1, 1, -1) * np.where(better, 1, -1)
    assert (ratio_says[told["proven"]] == told.loc[told["proven"], "told"]).all()
