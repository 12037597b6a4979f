"""The registered model: what is in its folder, and that MLflow's own way gives the same numbers."""

from __future__ import annotations

import json
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import save_file

from surrogate import tracking
from surrogate.errors import ModelError
from surrogate.hosts.columns import DESIGN_COLUMNS
from surrogate.tracking.model_folder import refuse_pickles
from surrogate.tracking.store import bound, open_store


@pytest.fixture
def pyfunc(store):
    import mlflow

    tracking.describe_store()
    with bound(tracking.current_store()):
        return mlflow.pyfunc.load_model("models:/lihost@champion")


TABLES = {
    "floats": {"thickness_um": [100.25, 1e-3]},
    "whole numbers": {"thickness_um": [100, 250]},
    "large whole numbers": {"thickness_um": [2**31, 7]},
    "a gap": {"thickness_um": [100.0, np.nan]},
    "only the required column": {},
    "an empty text column": {"agent": [np.nan, np.nan], "thickness_um": [10, 20]},
    "a text column with a gap": {"agent": ["silver", None], "thickness_um": [10, 20]},
    "numbers as text": {"thickness_um": ["10", "20.5"]},
}


@pytest.mark.parametrize("name", TABLES)
def test_mlflow_predicts_what_the_model_predicts(pyfunc, host_model, name):
    designs = pd.DataFrame({"framework": ["copper", "none"], **TABLES[name]}, index=[5, 3])
    pd.testing.assert_frame_equal(pyfunc.predict(designs), host_model(2.5).predict(designs), check_exact=True)


def test_the_signature_names_every_column(pyfunc, host_model):
    inputs = pyfunc.metadata.signature.inputs
    assert inputs.input_names() == list(DESIGN_COLUMNS)
    assert inputs.required_input_names() == []  # the model says what is missing, in one line
    predicted = host_model(1.0).predict(pd.DataFrame({"framework": ["copper"]}))
    assert pyfunc.metadata.signature.outputs.input_names() == list(predicted.columns)


def test_the_endpoint_of_mlflow_gives_the_same_numbers(pyfunc, host_model):
    from fastapi.testclient import TestClient
    from mlflow.pyfunc import scoring_server

    designs = pd.DataFrame(
        {"framework": ["copper", "nickel"], "agent": ["silver", None], "thickness_um": [10, 20]}
    )
    client = TestClient(scoring_server.init(pyfunc))
    expected = host_model(2.5).predict(designs)
    for orient in ("split", "records"):
        body = {f"dataframe_{orient}": json.loads(designs.to_json(orient=orient))}
        answer = client.post("/invocations", json=body)
        assert answer.status_code == 200, answer.text
        pd.testing.assert_frame_equal(pd.DataFrame(answer.json()["predictions"]), expected)


def test_the_model_folder(store):
    folder = tracking.champion().folder.parents[1]
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"MLmodel", "pyfunc_model.py", "model.json", "input_example.json", "requirements.txt"} <= names
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".pyc"))]
    requirements = (folder / "requirements.txt").read_text().split()
    assert any(line.startswith("lihost==") for line in requirements)
    assert not any("+" in line for line in requirements)  # no index knows a local build such as 2.13.0+cpu
    example = json.loads((folder / "input_example.json").read_text())
    assert example["columns"] == ["framework", "thickness_um"]


def test_the_champion_and_its_facts(store):
    found = tracking.champion()
    assert found.version == "1"
    assert found.facts["data"] == "abc"
    assert found.facts["model_version"] == tracking.load_champion().version == "content-2.5"
    assert (found.folder / "model.json").is_file()


def test_the_alias_moves_only_when_told(store, host_model):
    host_model(9.0).save(store / "better")
    with tracking.run("train again", "train") as run:
        version = tracking.register(run, store / "better", example=pd.DataFrame({"framework": ["copper"]}))
    assert version == "2"
    assert tracking.load_champion().factor == 2.5
    tracking.promote(version)
    assert tracking.load_champion().factor == 9.0
    assert tracking.champion().run_id == run.id


def test_the_run_and_the_version_know_each_other(store):
    found, client = tracking.champion(), open_store(make=False).client
    run = client.get_run(found.run_id)
    model_id = run.outputs.model_outputs[0].model_id
    assert str(found.folder).find(model_id) > 0
    logged = client.get_logged_model(model_id)
    assert logged.params["recipe"] == "tiny"
    assert [(metric.key, metric.value) for metric in logged.metrics] == [("cycle_life_cycles.crps.gp", 0.5)]
    assert "# Card" in client.get_model_version("lihost", "1").description


@pytest.mark.parametrize("name", ["model.pkl", "innocent.bin"])
def test_a_pickle_is_refused(store, host_model, name):
    host_model(1.0).save(store / "bad")
    (store / "bad" / name).write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ModelError, match="pickle") as caught, tracking.run("x", "train") as run:
        tracking.register(run, store / "bad", example=pd.DataFrame({"framework": ["copper"]}))
    assert name in str(caught.value)
    opened = open_store(make=False)
    assert len(opened.client.search_logged_models([opened.experiment_id])) == 1  # no half-made entry is left


def test_a_folder_that_cannot_be_loaded_is_not_registered(store, host_model, monkeypatch):
    def broken(folder):
        raise ModelError("saved by another version")

    host_model(1.0).save(store / "bad")
    monkeypatch.setattr(host_model, "load", broken)
    with pytest.raises(ModelError, match="another version"), tracking.run("x", "train") as run:
        tracking.register(run, store / "bad", example=pd.DataFrame({"framework": ["copper"]}))


def test_json_and_safetensors_are_no_pickles(tmp_path):
    save_file({"a": np.zeros(128)}, tmp_path / "a.safetensors")
    (tmp_path / "b.json").write_text("{}")
    refuse_pickles(tmp_path)


def test_a_run_that_is_not_recorded_registers_nothing(place, host_model):
    (place / "mlruns").write_text("")
    host_model(1.0).save(place / "saved")
    example = pd.DataFrame({"framework": ["copper"]})
    with warnings.catch_warnings(action="ignore"), tracking.run("x", "train", required=False) as run:
        pass
    with pytest.raises(ModelError, match="recorded"):
        tracking.register(run, place / "saved", example=example)
