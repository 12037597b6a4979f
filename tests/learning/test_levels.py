"""Levels of laboratories: what is told of papers is found again, and bounds alone do not carry a level away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.learning import levels
from surrogate.models.campaign_model import OTHERS, levels_in


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Forty papers of three cells in two liquids; simulated lives of 100 cycles and so on; levels of 2 and 0.5."""
    rng = np.random.default_rng(0)
    rows = []
    for paper in range(40):
        electrolyte, level = ("liquid_ether", 2.0) if paper % 2 else ("liquid_carbonate", 0.5)
        own = 0.4 * rng.standard_normal()
        for _ in range(3):
            factor = level * np.exp(own + 0.2 * rng.standard_normal())
            rows.append(
                {"framework": "none", "electrolyte": electrolyte, "group": f"p{paper}", "ccd_mA_cm2": factor}
            )
    monkeypatch.setattr(levels, "simulate", lambda designs: pd.DataFrame({
        "cycle_life_cycles": 100.0, "ccd_mA_cm2": 1.0, "overpotential_mV": 20.0, "coulombic_efficiency_pct": 99.0,
    }, index=range(len(designs))))  # fmt: skip
    table = pd.DataFrame(rows)
    return table.assign(
        **dict.fromkeys(("cycle_life_cycles", "overpotential_mV", "coulombic_efficiency_pct"), np.nan)
    )


def test_levels_of_classes_are_found(published: pd.DataFrame) -> None:
    found = levels.levels_of(published)["ccd_mA_cm2"]
    assert found["liquid_ether"].mean == pytest.approx(np.log(2.0), abs=0.25)
    assert found["liquid_carbonate"].mean == pytest.approx(np.log(0.5), abs=0.25)
    assert 0.3 < found["liquid_ether"].spread < 0.75  # a paper's 0.4, and what is not known of the class
    assert found[OTHERS].spread > found["liquid_ether"].spread


def test_lives_that_are_all_bounds_do_not_rise_without_end(published: pd.DataFrame) -> None:
    table = published.assign(cycle_life_cycles=300.0, cycle_life_cycles_censored=True)
    found = levels.levels_of(table)["cycle_life_cycles"]["liquid_ether"]
    assert found.mean == pytest.approx(np.log(3.0), abs=0.4)


def test_a_target_that_nobody_measured_has_the_widths_alone(published: pd.DataFrame) -> None:
    found = levels.levels_of(published)["overpotential_mV"]
    assert set(found) == {OTHERS}
    assert found[OTHERS].mean == 0.0
    assert found[OTHERS].spread == pytest.approx(np.sqrt(0.7**2 + 0.5**2 + 0.7**2))


def test_levels_are_read_back(published: pd.DataFrame) -> None:
    kept = levels.as_json(levels.levels_of(published))
    own, other = levels_in(kept, "liquid_ether"), levels_in(kept, "garnet")
    assert own["ccd_mA_cm2"].mean == kept["ccd_mA_cm2"]["liquid_ether"][0]
    assert other["ccd_mA_cm2"].mean == kept["ccd_mA_cm2"][OTHERS][0]
    assert levels_in({}, "gel") == {}
