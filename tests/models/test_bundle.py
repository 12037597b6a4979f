"""The bundle that is registered: predictions and a folder that refuses to be damaged."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from fastapi.testclient import TestClient
from safetensors import SafetensorError

from surrogate.errors import ModelError, StoreError
from surrogate.evaluation.domain import Domain
from surrogate.hosts import columns as c
from surrogate.hosts import designs as complete_designs
from surrogate.hosts.completion import completed
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models import folder as model_folder
from surrogate.models.against_foil import against_foil
from surrogate.models.bundle import HostModel
from surrogate.models.contract import TargetData
from surrogate.models.folder import read_folder, write_folder
from surrogate.models.inputs import Inputs
from surrogate.models.mixture import literature_mixture
from surrogate.physics import simulate
from surrogate.physics.simulate import simulated_columns
from surrogate.serving.app import create_app
from surrogate.serving.schemas import EXAMPLE


@pytest.fixture(scope="module")
def model(host_rows) -> HostModel:
    """A mixture of each target, fitted to 40 rows of 20 papers whose z is half of what the simulator says."""
    torch.set_num_threads(1)
    X, groups = host_rows.X[host_rows.measured], host_rows.encoder.groups
    z = host_rows.z[host_rows.measured]
    response = np.random.default_rng(3).normal(size=40)
    papers = np.array([f"10.1/x#{k % 20}" for k in range(40)], dtype=object)
    mixtures = {}
    for k, target in enumerate(c.TARGETS):
        level = z - (9.0 if k == 3 else 0.0) + 0.5 * response  # less than all is lost
        rows = TargetData(X, level, level, papers, groups, response, np.arange(40) % 4 == 0)
        mixtures[target] = literature_mixture().fit(rows, target, seed=0)
    citations = tuple(f"10.1/x#{k % 17}" for k in range(40))
    domain = Domain.of(host_rows.X)
    return HostModel(mixtures, domain, X, citations, {"seed": 0}, papers=frozenset({"10.1/x#1", "10.1/y#"}))


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
    complete = CompleteDesigns.of(designs)
    response = against_foil(complete).of(c.TARGETS[1])
    inputs = Inputs.of_designs(model.encoder.encode(complete.frame), response, model.encoder.groups)
    pool = model.mixtures[c.TARGETS[1]].pool(inputs)
    out = model.predict(designs)
    for column, share in (
        (f"{c.TARGETS[1]}_lower", 0.05),
        (c.TARGETS[1], 0.5),
        (f"{c.TARGETS[1]}_upper", 0.95),
    ):
        np.testing.assert_allclose(pool.cdf(np.log(out[column].to_numpy())), share, rtol=1e-6)


def test_physics_is_the_simulator_itself(model, designs) -> None:
    out, simulated = model.predict(designs), simulate(designs)
    for target in c.TARGETS:
        np.testing.assert_allclose(out[f"{target}_physics"], simulated[target], rtol=1e-12)


def test_what_a_host_changes_in_its_cell_is_predicted_as_the_simulator_says(model) -> None:
    """By the share that the mixture has found; the level, of class, cell and laboratory, stays."""
    host = {
        "framework": "carbon_fiber", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
        "porosity_bottom": 0.7, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5,
        "thickness_um": 100.0, "current_density_mA_cm2": 2.0,
    }  # fmt: skip
    moved = pd.DataFrame([host, {**host, "conductor_top": 0.0, "dielectric_top": 1.0}])
    out = model.predict(moved.assign(dielectric_top=moved["dielectric_top"].fillna(0.0)))
    life = c.TARGETS[0]
    own, simulated = (np.diff(np.log(out[name]))[0] for name in (life, f"{life}_physics"))
    assert simulated > 0.2
    assert own == pytest.approx(model.mixtures[life].trend * simulated, rel=1e-6)


def test_one_request_completes_its_designs_once(model, monkeypatch) -> None:
    looks = []

    def counted(table, *more):
        looks.append(len(table))
        return completed(table, *more)

    monkeypatch.setattr(complete_designs, "completed", counted)
    monkeypatch.setattr("surrogate.models.against_foil._FOILS", {})
    with TestClient(create_app(model)) as client:
        answer = client.post("/predict", json={"designs": [EXAMPLE, EXAMPLE | {"thickness_um": 50}]})
    assert answer.status_code == 200
    assert sorted(looks) == [1, 2]  # and the foil of both
    told = model.predict(pd.DataFrame([EXAMPLE, EXAMPLE | {"thickness_um": 50}]))
    assert answer.json()["predictions"] == told.to_dict("records")
    assert sorted(looks) == [1, 2, 2], "the foil is remembered"


def test_a_design_is_simulated_once(model, monkeypatch) -> None:
    asked = []

    def watched(designs, **more):
        asked.append(len(designs))
        return simulated_columns(designs, **more)

    for remembered in ("_FOILS", "_DESIGNS"):
        monkeypatch.setattr(f"surrogate.models.against_foil.{remembered}", {})
    monkeypatch.setattr("surrogate.models.against_foil.simulated_columns", watched)
    monkeypatch.setattr("surrogate.models.against_foil.MOST_REMEMBERED", 2)
    thin, thick, other = (
        CompleteDesigns.of(pd.DataFrame([EXAMPLE | {"thickness_um": t}])) for t in (40, 80, 90)
    )
    first = model.predict(thin.together([thick, thin]))
    assert asked == [3], "the one that is asked for twice is simulated once, and the foil of all of them"
    pd.testing.assert_frame_equal(model.predict(thick), first.iloc[[1]].reset_index(drop=True))
    assert asked == [3]
    model.predict(other)
    model.predict(thin)
    assert asked == [3, 1, 1], "the oldest was forgotten"


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
    """Of neutral values nothing is said; what the simulator makes of the change is predicted all the same."""
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
    own, simulated = (np.log(found[name].to_numpy()) for name in ("ccd_mA_cm2", "ccd_mA_cm2_physics"))
    share = model.mixtures["ccd_mA_cm2"].trend
    np.testing.assert_allclose(own - own[0], share * (simulated - simulated[0]), atol=1e-12)


def test_a_design_made_of_another_material_is_outside(model, designs) -> None:
    """A planar foil has no phases, so that naming a material changes nothing there."""
    hosts = designs[designs["framework"] != "none"]
    assert len(hosts) > 0
    assert (model.predict(hosts)["extrapolation"] == 0.0).all()
    assert (model.predict(hosts.assign(conductor_material="copper"))["extrapolation"] == 1.0).all()


@pytest.mark.slow
def test_after_loading_predictions_are_the_same_bits(model, designs, tmp_path) -> None:
    model.save(tmp_path / "kept")
    loaded = HostModel.load(tmp_path / "kept")
    pd.testing.assert_frame_equal(loaded.predict(designs), model.predict(designs), check_exact=True)


def test_the_version_is_that_of_the_content(model, tmp_path) -> None:
    model.save(tmp_path / "a")
    model.save(tmp_path / "b")
    replace(model, citations=model.citations[::-1]).save(tmp_path / "c")
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


@pytest.mark.parametrize("earlier", [1, 3])
def test_an_earlier_form_is_refused(model, tmp_path, earlier: int) -> None:
    model.save(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"format": earlier}))
    with pytest.raises(ModelError, match=r"another version .*surrogate train"):
        HostModel.load(tmp_path)


@pytest.mark.parametrize("change", ["array", "setting", "part"])
def test_a_mixture_that_lacks_something_is_refused(model, tmp_path, change: str) -> None:
    model.save(tmp_path)
    arrays, settings, _ = read_folder(tmp_path)
    name = settings[f"{c.TARGETS[1]}.mixture"]["names"][0]
    if change == "array":
        del arrays[f"{c.TARGETS[1]}.mixture.{name}.coefficients"]
    elif change == "setting":
        del settings[f"{c.TARGETS[1]}.mixture"]["trend"]
    else:
        del settings[f"{c.TARGETS[1]}.mixture"]["parts"][name]
    write_folder(tmp_path, arrays, settings)
    with pytest.raises(ModelError, match="surrogate train"):
        HostModel.load(tmp_path)


def test_no_file_of_a_saved_model_is_a_pickle(model, tmp_path) -> None:
    model.save(tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".json", ".safetensors"]


def test_a_disk_that_fills_up_under_the_arrays_is_told(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(model_folder, "save_file", full)
    with pytest.raises(StoreError, match=r"No space left on device.*free disk space and train again"):
        write_folder(tmp_path / "model", {"x": np.zeros(2)}, {})
