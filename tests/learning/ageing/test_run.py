"""``surrogate train --recipe ageing``: what it fits is logged, written and readable; what it leaves out is right."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from surrogate.cli import failures, surrogate
from surrogate.errors import RecipeError
from surrogate.learning.ageing.data import ENDLESS, cells
from surrogate.learning.ageing.run import records_of
from surrogate.learning.ageing_recipe import load_ageing_recipe
from surrogate.literature import records as literature
from surrogate.physics.ageing import fitted as constants
from surrogate.resources import resource
from surrogate.tracking import logged_table
from surrogate.tracking.store import current_store

BASE = {
    "source": "10.1/a", "strategy": "porous_scaffold", "host_material": "Cu foam", "host_class": "metal",
    "electrolyte_class": "liquid_ether", "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0,
    "locator": "Table 1",
}  # fmt: skip


def records() -> pd.DataFrame:
    told = [
        {"cell_type": "half", "cycles": 300, "coulombic_efficiency_pct": 98.0, "censored": True},
        {"cell_type": "symmetric", "hours": 800, "censored": True},
        {"cell_type": "symmetric", "cycles": 150, "censored": False},
        {"cell_type": "full", "cathode": "LFP", "cycles": 100, "coulombic_efficiency_pct": 99.9, "censored": True},
        {"cell_type": "half", "coulombic_efficiency_pct": 97.0, "electrolyte_class": "liquid_carbonate",
         "censored": True, "coulombic_efficiency_bound": "lower"},
        {"cell_type": "symmetric", "overpotential_mV": 20.0, "censored": True},
        {"cell_type": "half", "coulombic_efficiency_pct": 96.0, "electrolyte_class": "other", "censored": True},
        {"cathode": "LFP", "coulombic_efficiency_pct": 99.0, "cycles": 70, "censored": True},
        {"c_rate": 1.0, "coulombic_efficiency_pct": 99.0, "cycles": 70, "censored": True},
        {"coulombic_efficiency_pct": 100.0, "strategy": "electrolyte_additive", "host_material": "Li foil",
         "host_class": "none", "censored": True},
        {"cycles": 90, "strategy": "electrolyte_additive", "additives": "2% LiNO3", "censored": False,
         "duration_bound": "upper"},
    ]  # fmt: skip
    rows = [{**BASE, "ref": str(k), "system": f"host {k}", **one} for k, one in enumerate(told)]
    return literature.read(pd.DataFrame(rows))[0]


@pytest.mark.slow
def test_only_cells_that_plate_and_strip_and_tell_an_efficiency_or_a_life_count() -> None:
    found = cells(records(), 3, 0)
    assert found.paper.tolist() == [f"10.1/a#{k}" for k in (0, 1, 2, 4, 9, 10)]
    # An efficiency of 100 % loses at most what one of 99.5 % does.
    np.testing.assert_allclose(np.exp(found.loss), [0.02, np.nan, np.nan, 0.03, 5e-3, np.nan])
    np.testing.assert_allclose(np.exp(found.life), [300.0, 400.0, 150.0, np.nan, np.nan, 90.0])
    assert found.bound.tolist() == [True, True, False, False, False, False]
    assert found.upper.tolist() == [False, False, False, False, False, True]
    assert found.described.tolist() == [True, True, True, True, False, True]
    assert found.loss_bound.tolist() == [False, False, False, True, True, False]
    assert found.kind.tolist() == ["ether", "ether", "ether", "carbonate", "ether", "ether"]
    excess = found.cycle.excess.reshape(6, 3)
    assert (excess[[0, 3]] == ENDLESS).all()  # a half cell's lithium does not run out
    assert ENDLESS > 1e5  # years of cycles
    assert (excess[[1, 2, 4, 5]] < 100.0).all()
    assert len(set(found.cycle.area)) > 8  # each draw is another host
    part = found.take(np.array([2, 0]))
    np.testing.assert_array_equal(part.cycle.excess.reshape(2, 3), excess[[2, 0]])
    assert part.paper.tolist() == ["10.1/a#2", "10.1/a#0"]


@pytest.mark.slow
def test_draws_that_the_physics_cannot_stand_for_are_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No critical current or no area: that draw does not count; a record without any draw left is no cell."""
    data = sys.modules["surrogate.learning.ageing.data"]
    whole = cells(records(), 3, 0)
    real = data.simulate

    def failing(designs: pd.DataFrame, **kwargs: object) -> pd.DataFrame:
        state = real(designs, **kwargs)
        state.loc[[0, 3, 4, 5], "ccd_mA_cm2"] = np.nan
        state.loc[7, "plated_area_ratio"] = np.nan
        return state

    monkeypatch.setattr(data, "simulate", failing)
    found = cells(records(), 3, 0)
    assert found.paper.tolist() == [one for one in whole.paper if one != "10.1/a#1"]
    kept = whole.usable[[one != "10.1/a#1" for one in whole.paper]][:3]
    lost = [[True, False, False], [False, True, False], [False, False, False]]
    assert found.usable[:3].tolist() == (kept & ~np.array(lost)).tolist()
    assert kept[np.array(lost)].all()


@pytest.mark.slow
def test_the_command_fits_prints_logs_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    told = records()
    monkeypatch.setattr(literature, "load", lambda: told)
    monkeypatch.setattr(sys.modules["surrogate.learning.ageing.fit"], "DRAWS", 500)  # for speed
    text = resource("training/ageing.toml").read_text(encoding="utf-8")
    Path("own.toml").write_text(
        text.replace("draws = 48", "draws = 2").replace("read_in_full", "all"), encoding="utf-8"
    )
    arguments = ["train", "--recipe", "own.toml", "--out", "new.json"]
    assert failures.run(surrogate.app, "surrogate", arguments) == failures.DONE
    said = capsys.readouterr().out
    assert "6 cells of 6 papers: 3 efficiencies, 4 lives (failures: 1, upper bounds: 1, the others" in said
    for part in ("class median", "learned", "wear cycles", "LEAVE ONE PAPER OUT"):
        assert part.lower() in said.lower()
    assert max(len(line) for line in said.splitlines() if line.startswith(" ")) <= 80
    made = constants.load(Path("new.json"))
    content = json.loads(Path("new.json").read_text(encoding="utf-8"))
    assert content["made_by"]["failures"] == 1
    assert set(content["spreads"]) == {"efficiency_spread", "life_spread"}
    client = MlflowClient(current_store().uri)
    ids = [one.experiment_id for one in client.search_experiments()]
    (run,) = client.search_runs(ids, "tags.kind = 'ageing'")
    table = logged_table(run.info.run_id, "constants").set_index("constant")["value"]
    assert table["nitrate"] == pytest.approx(made.nitrate, rel=1e-5)
    assert set(run.data.metrics) <= {"skill_vs_median/lost_charge", "skill_vs_median/cycle_life"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--recipe", "default", "--out", "x.json"], "--recipe ageing"),
        (["--recipe", "ageing", "--out", "no/such/folder/x.json"], "no/such/folder"),
        (["--recipe", "agein"], "ageing"),
    ],
)
def test_what_cannot_be_fitted_is_refused_before_anything_is_simulated(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert failures.run(surrogate.app, "surrogate", ["train", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_the_law_is_fitted_to_the_documents_that_were_read_in_full() -> None:
    chosen = records_of("read_in_full")
    assert len(chosen) == 273
    assert chosen["source"].nunique() == 5
    assert len(records_of("all")) == len(literature.load()) > 500
    shipped = load_ageing_recipe("ageing")[1]
    assert shipped.data.documents == "read_in_full"


def test_records_of_abstracts_alone_are_no_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    told = records()
    monkeypatch.setattr(literature, "load", lambda: told)
    with pytest.raises(RecipeError, match="no record is of a document that was read in full"):
        records_of("read_in_full")
