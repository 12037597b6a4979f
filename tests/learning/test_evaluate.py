"""Scores of a model on a table of records, against the same scores worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import learning
from surrogate.errors import RecordError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.literature import records as literature
from surrogate.literature.featurize import to_designs
from surrogate.models.against_foil import against_foil
from surrogate.models.inputs import Inputs

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
    """What answers is scored at the published row, with what the simulator says of it, and as no control."""
    model = trained[1].model
    scored = learning.evaluate(cells, model=model)
    found = scored.table.set_index("target")
    designs = to_designs(literature.read(cells)[0])
    known = designs["overpotential_mV"].notna().to_numpy()
    response = against_foil(CompleteDesigns.of(designs)).of("overpotential_mV")
    assert abs(response[known]) > 0.0
    inputs = Inputs(model.encoder.encode(designs), np.zeros(2, dtype=bool), response).take(
        np.flatnonzero(known)
    )
    pool = model.mixtures["overpotential_mV"].pool(inputs)
    z = np.log(np.array([20.0]))
    row = found.loc["overpotential_mV"]
    assert row["crps"] == pytest.approx(pool.crps(z, z)[0] / np.log(10), rel=1e-9)
    assert row["coverage90"] == float(0.05 <= pool.cdf(z)[0] <= 0.95)
    assert (row["n"], row["n_censored"]) == (1, 0)
    life = found.loc["cycle_life_cycles"]
    assert (life["n"], life["n_censored"]) == (2, 1)
    assert 0 < life["bound_probability"] < 1
    assert "ccd_mA_cm2" not in found.index  # nothing was measured
    assert set(found["split"]) == {"not seen in training"}
    assert scored.seen == ()


def test_papers_of_the_training_are_told_from_others(here, trained, records, cells, tmp_path):
    model = trained[1].model
    columns = list(pd.read_csv(cells).columns)
    known = records[records["cycles"].notna() & records["current_density_mA_cm2"].notna()].head(1)
    (group,) = known["group"]
    own = {"source": known["source"].iloc[0].upper(), "ref": known["ref"].iloc[0]}
    mixed = pd.read_csv(cells)
    extra = pd.DataFrame([{**mixed.iloc[0].to_dict(), **own}])
    told = pd.DataFrame([{**mixed.iloc[1].to_dict(), "group": group}])
    table = pd.concat([mixed, extra, told])[[*columns, "ref", "group"]]
    table.to_csv(tmp_path / "mixed.csv", index=False)
    found = learning.evaluate(tmp_path / "mixed.csv", model=model)
    life = found.table[found.table["target"] == "cycle_life_cycles"].set_index("split")
    assert list(life["n"]) == [2, 2]
    assert list(life["papers"]) == [1, 2]  # the seen one is named by its group and by source and ref
    assert len(found.seen) == 2
    alone = learning.evaluate(cells, model=model).table.set_index("target")
    assert life.loc["not seen in training", "crps"] == alone.loc["cycle_life_cycles", "crps"]


def test_the_command_names_the_papers_that_were_seen(here, trained, records, cells, capsys, tmp_path):
    from surrogate.cli import failures, surrogate

    group = records["group"].iloc[0]
    pd.read_csv(cells).assign(group=[group, "new"]).to_csv(tmp_path / "mixed.csv", index=False)
    for file, expected in ((tmp_path / "mixed.csv", True), (cells, False)):
        assert failures.run(surrogate.app, "surrogate", ["evaluate", "--records", str(file)]) == 0
        said = capsys.readouterr()
        out = " ".join(said.out.split())
        assert (", SEEN IN TRAINING" in out) == expected
        assert ", NOT SEEN IN TRAINING" in out
        assert (f"trained on 1 of these papers: {group}" in " ".join(said.err.split())) == expected


def test_the_champion_is_scored_when_no_model_is_given(here, trained, cells):
    pd.testing.assert_frame_equal(
        learning.evaluate(cells).table, learning.evaluate(cells, model=trained[1].model).table
    )


def test_a_table_works_as_well_as_a_file(here, trained, cells):
    model = trained[1].model
    pd.testing.assert_frame_equal(
        learning.evaluate(pd.read_csv(cells), model=model).table, learning.evaluate(cells, model=model).table
    )


def test_the_records_of_the_training_are_called_seen(here, trained, records, monkeypatch):
    splits = set(
        learning.evaluate(model=trained[1].model).table["split"]
    )  # of all shipped, a dozen were learned from
    assert splits == {"seen in training", "not seen in training"}
    monkeypatch.setattr(literature, "load", lambda: records)
    assert set(learning.evaluate(model=trained[1].model).table["split"]) == {"seen in training"}


def test_records_without_a_target(here, trained, tmp_path):
    path = tmp_path / "none.csv"
    path.write_text(
        "source,strategy,system,interface_resistance_ohm_cm2\n10.1/new,porous_scaffold,Cu foam,98\n"
    )
    with pytest.raises(RecordError, match="can be scored"):
        learning.evaluate(path, model=trained[1].model)


def test_records_that_break_the_schema(here, trained, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(CELLS.replace("symmetric,20,1,800", "symmetric,-20,1,800"))
    scored = learning.evaluate(path, model=trained[1].model)
    assert scored.scored == 1
    ((line, reason),) = [(row.line, row.reason) for row in scored.unusable]
    assert line == 3
    assert reason.startswith(
        "column current_density_mA_cm2, given as current_density_A_m2: outside its limits (got -2.0)."
    )
    header, _, felt = CELLS.splitlines()
    path.write_text("\n".join([header, felt.replace(",20,1,800", ",-20,1,800"), ""]))
    with pytest.raises(
        RecordError, match="none of its 1 rows can be used; line 2, column current_density_mA_cm2"
    ):
        learning.evaluate(path, model=trained[1].model)
