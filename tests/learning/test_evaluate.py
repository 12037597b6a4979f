"""Scores of a model on a table of records, against the same scores worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from surrogate import learning
from surrogate.data import literature
from surrogate.data.featurize import to_designs
from surrogate.errors import RecordError

CELLS = """\
source,strategy,system,host_material,electrolyte_class,cell_type,current_density_A_m2,areal_capacity_mAh_cm2,\
cycles,overpotential_mV,censored,my_own_column
10.1/new,porous_scaffold,Cu foam,Cu foam,liquid_ether,symmetric,10,1,300,20,false,x
10.1/new,porous_scaffold,carbon felt,carbon felt,liquid_ether,symmetric,20,1,800,,true,y
"""


@pytest.fixture
def cells(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text(CELLS)
    return path


def test_scores_by_hand(here, trained, cells):
    model = trained[1].model
    found = learning.evaluate(cells, model=model).set_index("target")
    designs = to_designs(literature.read(cells)[0])
    process = model.objective_models()["overpotential_mV"]
    mean, variance = process.predictive(model.encoder.encode(designs[designs["overpotential_mV"].notna()]))
    deviation = np.sqrt(variance[0] + process.published_noise()) / np.log(10)
    z = (np.log10(20) - mean[0] / np.log(10)) / deviation
    crps = deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    row = found.loc["overpotential_mV"]
    assert row["crps"] == pytest.approx(crps, rel=1e-9)
    assert row["rmse_log10"] == pytest.approx(abs(z) * deviation, rel=1e-9)
    assert row["coverage90"] == float(abs(z) <= norm.ppf(0.95))
    assert (row["n"], row["n_censored"]) == (1, 0)
    life = found.loc["cycle_life_cycles"]
    assert (life["n"], life["n_censored"]) == (2, 1)
    assert 0 < life["bound_probability"] < 1
    assert "ccd_mA_cm2" not in found.index  # nothing was measured
    assert set(found["split"]) == {"given records"}


def test_the_champion_is_scored_when_no_model_is_given(here, trained, cells):
    pd.testing.assert_frame_equal(learning.evaluate(cells), learning.evaluate(cells, model=trained[1].model))


def test_a_table_works_as_well_as_a_file(here, trained, cells):
    model = trained[1].model
    pd.testing.assert_frame_equal(
        learning.evaluate(pd.read_csv(cells), model=model), learning.evaluate(cells, model=model)
    )


def test_the_shipped_records_are_called_seen(here, trained):
    assert set(learning.evaluate(model=trained[1].model)["split"]) == {"seen in training"}


def test_records_without_a_target(here, trained, tmp_path):
    path = tmp_path / "none.csv"
    path.write_text("source,strategy,system,coulombic_efficiency_pct\n10.1/new,porous_scaffold,Cu foam,98\n")
    with pytest.raises(RecordError, match="can be scored"):
        learning.evaluate(path, model=trained[1].model)


def test_records_that_break_the_schema(here, trained, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(CELLS.replace(",20,1,800", ",-20,1,800"))
    with pytest.raises(RecordError) as caught:
        learning.evaluate(path, model=trained[1].model)
    assert "row 2" in str(caught.value)
    assert "current_density" in str(caught.value)
