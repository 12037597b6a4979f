"""Directions and ratios of pairs: by hand, with a simulator that is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.learning import pair_study as study
from surrogate.literature import records as literature

LIQUID = {
    "electrolyte_class": "liquid_ether", "cell_type": "symmetric", "current_density_mA_cm2": 1.0,
    "areal_capacity_mAh_cm2": 1.0, "strategy": "porous_scaffold", "censored": False,
}  # fmt: skip


def table() -> pd.DataFrame:
    rows = []
    for paper in range(4):
        of_paper = {**LIQUID, "source": f"10.1/{paper}"}
        rows += [
            {**of_paper, "system": "foam", "host_material": "copper foam", "cycles": 300 + paper,
             "control_of": "bare", "differs_in": "framework"},
            {**of_paper, "system": "bare", "host_material": "copper foil", "cycles": 100,
             "strategy": "planar_baseline"},
        ]  # fmt: skip
    return literature.read(pd.DataFrame(rows))[0]


def fake(lives: dict[str, float]):
    def simulate(designs, **_):
        frame = designs.frame
        told = frame["framework"].map(lambda name: lives.get(name, 1.0))
        return pd.DataFrame({"cycle_life_cycles": told, "ccd_mA_cm2": 1.0, "overpotential_mV": 1.0,
                             "coulombic_efficiency_pct": 90.0})  # fmt: skip

    return simulate


def scored(monkeypatch: pytest.MonkeyPatch, lives: dict[str, float]) -> pd.DataFrame:
    monkeypatch.setattr(study, "simulate", fake(lives))
    scores, _ = study.pair_study(table(), draws=3)
    return scores.set_index(["differs_in", "predictor"])


@pytest.mark.parametrize(
    ("foam", "right", "ties", "fold"),
    [(300.0, 1.0, 0.0, 1.0), (50.0, 0.0, 0.0, 6.0), (100.0, 0.5, 1.0, 3.0)],
)
def test_a_simulator_that_is_right_wrong_or_blind(
    monkeypatch: pytest.MonkeyPatch, foam: float, right: float, ties: float, fold: float
) -> None:
    scores = scored(monkeypatch, {"copper": foam, "none": 100.0})
    row = scores.loc[("all", study.SIMULATOR)]
    assert (row["pairs"], row["papers"], row["right"], row["ties"]) == (4, 4, right, ties)
    assert row["fold_error"] == pytest.approx(fold, rel=0.02)
    assert row["right_low"] <= row["right"] <= row["right_high"]
    coin = scores.loc[("all", study.COIN)]
    assert (coin["right"], coin["ties"], coin["fold_error"]) == (0.5, 1.0, pytest.approx(3.0, rel=0.02))
    conditions = scores.loc[("all", study.REGRESSION)]
    assert conditions["right"] == 0.5  # the two share their conditions
    assert scores.loc[("hosts", study.SIMULATOR), "pairs"] == 4


def test_the_bootstrap_draws_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "simulate", fake({"copper": 300.0, "none": 100.0}))
    records = table()
    records.loc[records["source"] == "10.1/3", "cycles"] = [
        50.0,
        100.0,
    ]  # one paper of four tells the opposite
    scores, compared = study.pair_study(records, draws=2)
    row = scores.set_index(["differs_in", "predictor"]).loc[("all", study.SIMULATOR)]
    assert row["right"] == 0.75
    assert row["right_low"] < 0.5 < 0.95 < row["right_high"]
    assert (compared["told"] == [1, 1, 1, -1]).all()


def test_both_cells_of_a_pair_share_what_the_paper_leaves_unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watching(designs, **_):
        seen.append(designs.frame)
        return fake({})(designs)

    monkeypatch.setattr(study, "simulate", watching)
    study.pair_study(table(), draws=5)
    temperature = seen[0]["temperature_C"].to_numpy().reshape(-1, 5)
    assert (temperature[0::2] == temperature[1::2]).all()
    assert len(np.unique(temperature[0])) == 5
    assert not (temperature[0] == temperature[2]).any()  # other papers are drawn for themselves


def test_a_bound_is_missed_only_as_far_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    records = table()
    records["censored"] = records["system"] == "foam"  # at least three times
    monkeypatch.setattr(study, "simulate", fake({"copper": 900.0, "none": 100.0}))
    scores, _ = study.pair_study(records, draws=2)
    assert scores.set_index(["differs_in", "predictor"]).loc[("all", study.SIMULATOR), "fold_error"] == 1.0


def test_the_regression_has_not_seen_the_paper() -> None:
    records = table()
    records["temperature_C"] = [60.0, 20.0] * 4
    records["differs_in"] = (
        records["differs_in"].fillna("").replace("framework", "temperature").replace("", pd.NA)
    )
    found = study.pairs(records)
    ratios = study.regression_ratios(records, found)
    assert np.exp(ratios) == pytest.approx([3.0] * 4, rel=0.05)
    changed = records.copy()
    changed.loc[changed["source"] == "10.1/0", "cycles"] = [1.0, 1000.0]
    again = study.regression_ratios(changed, found)
    assert again[0] == ratios[0]
    assert again[1] != ratios[1]
