"""The bundle that is registered: predictions, telling, and a folder that refuses to be damaged."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from fastapi.testclient import TestClient

from surrogate.errors import ModelError, RecordError
from surrogate.evaluation.domain import Domain
from surrogate.hosts import columns as c
from surrogate.hosts import designs as complete_designs
from surrogate.hosts.completion import completed
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.bundle import HostModel
from surrogate.models.ensemble import DeepEnsemble, EnsembleSettings
from surrogate.models.folder import read_folder, write_folder
from surrogate.models.gp import TargetGP
from surrogate.serving.app import create_app
from surrogate.serving.schemas import EXAMPLE


@pytest.fixture(scope="module")
def model(host_rows) -> HostModel:
    """Cycle life on the emulator, the others plain; 60 simulated and 40 measured rows each."""
    torch.set_num_threads(1)
    X, z, measured, groups = host_rows.X, host_rows.z, host_rows.measured, host_rows.encoder.groups
    targets = np.stack([z, z, z, z - 9.0], axis=1)  # less than all is lost
    few = EnsembleSettings(members=2, hidden=8, epochs=5, batch=32)
    ensemble = DeepEnsemble.fit(X, targets, c.TARGETS, seed=0, settings=few)
    processes = {
        target: TargetGP.fit(
            X,
            targets[:, k],
            groups=groups,
            measured=measured,
            published=measured,
            mean=None if k else ensemble.mean(target),
            steps=3,
        )
        for k, target in enumerate(c.TARGETS)
    }
    citations = tuple(f"10.1/x#{k % 17}" for k in range(40))
    papers = frozenset({"10.1/x#1", "10.1/y#"})
    return HostModel(
        processes, ensemble, c.TARGETS[:1], Domain.of(X), X[measured], citations, {"seed": 0}, papers=papers
    )


@pytest.fixture
def designs(host_rows) -> pd.DataFrame:
    table = host_rows.encoder.space.sample(100, 3)
    return table.set_index(pd.Index([f"row {k}" for k in range(100)])).iloc[[3, 61, 80]]


@pytest.mark.slow
def test_a_prediction_row_is_complete_and_ordered(model, designs) -> None:
    out = model.predict(designs)
    assert list(out.index) == list(designs.index)
    for target in c.TARGETS:
        assert (out[f"{target}_lower"] < out[target]).all()
        assert (out[target] < out[f"{target}_upper"]).all()
        assert (out[f"{target}_lower"] > 0).all()
    assert out["extrapolation"].between(0.0, 1.0).all()
    assert not out.isna().any().any()
    assert out["nearest_literature"].str.contains("10.1/x#").all()


def test_the_interval_holds_ninety_percent_of_the_predictive_density(model, designs) -> None:
    X = model.encoder.encode(designs)
    mean, variance = model.processes[c.TARGETS[1]].predictive(X)
    out = model.predict(designs)
    width = np.log(out[f"{c.TARGETS[1]}_upper"] / out[f"{c.TARGETS[1]}_lower"])
    np.testing.assert_allclose(width, 2 * 1.6448536 * np.sqrt(variance), rtol=1e-6)
    np.testing.assert_allclose(np.log(out[c.TARGETS[1]]), mean, rtol=1e-9)


def test_one_request_completes_its_designs_once(model, monkeypatch) -> None:
    looks = []

    def counted(table, *more):
        looks.append(len(table))
        return completed(table, *more)

    monkeypatch.setattr(complete_designs, "completed", counted)
    with TestClient(create_app(model)) as client:
        answer = client.post("/predict", json={"designs": [EXAMPLE, EXAMPLE | {"thickness_um": 50}]})
    assert answer.status_code == 200
    assert looks == [2]
    told = model.predict(pd.DataFrame([EXAMPLE, EXAMPLE | {"thickness_um": 50}]))
    assert answer.json()["predictions"] == told.to_dict("records")
    assert looks == [2, 2]


def test_the_nearest_paper_of_a_published_design_is_its_own(model, designs) -> None:
    nearest = model.predict(designs)["nearest_literature"]
    assert nearest["row 61"].split(";")[0] == "10.1/x#1"
    assert nearest["row 80"].split(";")[0] == "10.1/x#3"


def test_learned_designs_are_inside_and_unseen_columns_outside(model, designs) -> None:
    assert (model.predict(designs)["extrapolation"] == 0.0).all()
    measured = designs.assign(conductivity_top_S_m=[np.nan, 100.0, np.nan])
    assert list(model.predict(measured)["extrapolation"]) == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    "change",
    [
        {"doping": "nitrogen"},
        {"skin_coverage": 0.1},
        {"mass_transfer_factor": 1.5},
        {"tortuosity_top": 1.5, "tortuosity_bottom": 1.5},
    ],
    ids=str,
)
def test_what_is_done_beside_composition_and_pores_counts_as_extrapolation(model, change) -> None:
    """Of neutral values nothing is said; the prediction itself is that of the plain host."""
    host = {
        "framework": "carbon_fiber", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
        "porosity_bottom": 0.7, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5,
        "thickness_um": 100.0,
    }  # fmt: skip
    near = model.encoder.encode(CompleteDesigns.of(pd.DataFrame([host])).frame)
    everything = replace(model, domain=Domain(near, 10.0))
    neutral = {"layers": 1, "doping": "none", "skin_coverage": 0.0, "mass_transfer_factor": 1.0}
    found = everything.predict(pd.DataFrame([host, {**host, **neutral}, {**host, **change}]))
    assert list(found["extrapolation"]) == [0.0, 0.0, 1.0]
    assert set(found["ccd_mA_cm2"]) == {found["ccd_mA_cm2"].iloc[0]}


def test_a_design_made_of_another_material_is_outside(model, designs) -> None:
    """A planar foil has no phases, so that naming a material changes nothing there."""
    hosts = designs[designs["framework"] != "none"]
    assert len(hosts) > 0
    assert (model.predict(hosts)["extrapolation"] == 0.0).all()
    assert (model.predict(hosts.assign(conductor_material="copper"))["extrapolation"] == 1.0).all()


@pytest.mark.slow
def test_a_told_cell_moves_its_own_target_only(model, designs) -> None:
    before = model.predict(designs)
    row = designs.iloc[[0]].assign(**{c.TARGETS[1]: before[c.TARGETS[1]].iloc[0] * 2.5})
    after = model.condition_on(row).predict(designs)
    assert after[c.TARGETS[1]].iloc[0] > 1.4 * before[c.TARGETS[1]].iloc[0]
    pd.testing.assert_series_equal(after[c.TARGETS[0]], before[c.TARGETS[0]])
    pd.testing.assert_frame_equal(model.predict(designs), before)


@pytest.mark.slow
def test_a_told_design_counts_as_inside(model, designs) -> None:
    narrow = replace(model, domain=Domain(model.domain.rows[:2], 0.1))
    assert (narrow.predict(designs)["extrapolation"] == 1.0).all()
    told = narrow.condition_on(designs.iloc[[0]].assign(**{c.TARGETS[0]: 100.0}))
    assert list(told.predict(designs)["extrapolation"]) == [0.0, 1.0, 1.0]


@pytest.mark.parametrize("bad", [0.0, -3.0, float("inf"), "many"])
def test_a_told_value_that_is_no_positive_number_is_refused(model, designs, bad: object) -> None:
    values = pd.Series([10.0, bad, None], index=designs.index, dtype=object)
    with pytest.raises(RecordError, match="number"):
        model.condition_on(designs.assign(**{c.TARGETS[0]: values}))


@pytest.mark.slow
def test_after_loading_predictions_are_the_same_bits(model, designs, tmp_path) -> None:
    row = designs.iloc[[0]].assign(**{c.TARGETS[0]: 500.0, f"{c.TARGETS[0]}_censored": True})
    for given in (model, model.condition_on(row)):
        folder = tmp_path / str(id(given))
        given.save(folder)
        loaded = HostModel.load(folder)
        pd.testing.assert_frame_equal(loaded.predict(designs), given.predict(designs), check_exact=True)
        again = loaded.condition_on(row).predict(designs)
        pd.testing.assert_frame_equal(again, given.condition_on(row).predict(designs), check_exact=True)


def test_the_version_is_that_of_the_content(model, designs, tmp_path) -> None:
    model.save(tmp_path / "a")
    model.save(tmp_path / "b")
    model.condition_on(designs.iloc[[0]].assign(**{c.TARGETS[0]: 500.0})).save(tmp_path / "c")
    versions = [HostModel.load(tmp_path / name).version for name in "abc"]
    assert versions[0] == versions[1] != versions[2]


@pytest.mark.parametrize("name", ["arrays.safetensors", "settings.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["truncated", "edited", "missing"])
def test_a_damaged_folder_is_refused_with_a_remedy(model, tmp_path, name: str, damage: str) -> None:
    model.save(tmp_path)
    path = tmp_path / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        half = len(content) // 2
        path.write_bytes(content[:half] if damage == "truncated" else b"9" + content[1:])
    with pytest.raises(ModelError, match="surrogate train"):
        HostModel.load(tmp_path)


def test_another_encoding_or_format_is_refused(model, tmp_path) -> None:
    model.save(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(ModelError, match="another version"):
        HostModel.load(tmp_path)


def test_a_saved_model_names_its_hyperparameters(model, tmp_path) -> None:
    model.save(tmp_path)
    settings = json.loads((tmp_path / "settings.json").read_text())
    for target, process in model.processes.items():
        named = settings[target]["hyperparameters"]
        assert named == process.hyper.as_dict()
        assert set(named["lengthscales"]) >= {"framework", "agent", "electrolyte", "pores"}
    assert HostModel.load(tmp_path).processes[c.TARGETS[0]].hyper == model.processes[c.TARGETS[0]].hyper


def test_the_earlier_form_with_unnamed_hyperparameters_is_refused(model, tmp_path) -> None:
    model.save(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"format": 1}))
    with pytest.raises(ModelError, match=r"another version .*surrogate train"):
        HostModel.load(tmp_path)


@pytest.mark.parametrize("change", ["role", "field", "variant"])
def test_hyperparameters_of_other_names_are_refused(model, tmp_path, change: str) -> None:
    model.save(tmp_path)
    arrays, settings, _ = read_folder(tmp_path)
    saved = settings[c.TARGETS[1]]
    scales = saved["hyperparameters"]["lengthscales"]
    if change == "role":
        scales["pores of old"] = scales.pop("pores")
    elif change == "field":
        saved["hyperparameters"]["depth"] = saved["hyperparameters"].pop("level")
    else:
        saved["variant"].pop("shifted")
    write_folder(tmp_path, arrays, settings)
    with pytest.raises(ModelError, match="surrogate train"):
        HostModel.load(tmp_path)


def test_no_file_of_a_saved_model_is_a_pickle(model, tmp_path) -> None:
    model.save(tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".json", ".safetensors"]
