"""A real, small training: what is registered is what was fitted, and what is recorded is what was done."""

from __future__ import annotations

import json
import shutil
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate import tracking
from surrogate.errors import StoreError
from surrogate.hosts.columns import TARGETS
from surrogate.learning.trends import MOVES
from surrogate.literature import records as literature
from surrogate.physics.simulate import COMPILING
from surrogate.tracking.model_folder import refuse_pickles
from surrogate.tracking.provenance import file_hash
from surrogate.tracking.store import bound, open_store

RIVALS = {
    "mixture", "fused", "physics", "class_level", "median", "conditions", "ridge_conditions", "forest", "boosting",
}  # fmt: skip


def test_the_scorecard(trained, records):
    card = trained[1].scorecard
    assert {(row.target, row.entrant) for row in card.itertuples()} == {
        (t, r) for t in TARGETS for r in RIVALS
    }
    assert np.isfinite(card["crps"]).all()
    assert (card["crps"] > 0).all()
    assert (card["split"] == "leave-one-paper-out").all()
    for _, rows in card.groupby("target"):
        assert len(set(rows["n"])) == 1  # all rivals are judged on the same rows
        assert rows.loc[rows["champion"], "entrant"].tolist() == ["mixture"]


def test_it_is_told_how_far_its_directions_are_the_simulators(trained):
    trends = trained[1].trends
    assert list(trends["move"]) == list(MOVES)
    assert (trends["hosts"] > 0).all()
    assert trends["right"].between(0.0, 1.0).all()
    changes = trends[trends["move"] != "host for foil"]
    assert (changes["right"] == 1.0).all(), "nothing but the simulator tells these apart"


def test_the_champion_is_what_was_trained(trained, here, designs):
    expected = trained[1].model.predict(designs)
    assert trained[1].model.version == tracking.load_champion().version
    assert trained[1].model.version == tracking.champion().facts["model_version"]
    pd.testing.assert_frame_equal(tracking.load_champion().predict(designs), expected, check_exact=True)
    assert np.isfinite(expected.select_dtypes("number").to_numpy()).all()
    for target in TARGETS:
        assert (expected[f"{target}_lower"] < expected[target]).all()
        assert (expected[target] < expected[f"{target}_upper"]).all()


def test_mlflow_predicts_the_same(trained, here, designs):
    import mlflow

    with bound(tracking.current_store()):
        pyfunc = mlflow.pyfunc.load_model("models:/lihost@champion")
    model = tracking.load_champion()
    pd.testing.assert_frame_equal(pyfunc.predict(designs), model.predict(designs), check_exact=True)
    few = pd.DataFrame(
        {
            "framework": ["copper", "none"],
            "conductor_top": [1, 1],
            "conductor_bottom": [1, 1],
            "porosity_top": [0.8, np.nan],
            "porosity_bottom": [0.8, np.nan],
            "pore_size_top_um": [10, 0],
            "pore_size_bottom_um": [10, 0],
            "thickness_um": [100, 0],
            "agent": [np.nan, np.nan],
        }
    )
    pd.testing.assert_frame_equal(pyfunc.predict(few), model.predict(few), check_exact=True)


def test_what_the_run_holds(trained, here):
    _, result, _ = trained
    run = open_store(make=False).client.get_run(result.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["recipe"] == "tiny"
    assert run.data.params["simulate.n"] == "60"
    assert run.data.params["seed"] == "0"
    skill = result.skill.set_index("target")["skill_vs_median"]
    names = sorted(run.data.metrics)
    assert names[: len(skill)] == sorted(f"skill_vs_median/{target}" for target in skill.index), (
        "they come first"
    )
    assert run.data.metrics["skill_vs_median/ccd_mA_cm2"] == skill["ccd_mA_cm2"]
    assert len(names) <= tracking.MOST_METRICS
    assert all("/" in name for name in names)
    assert run.data.tags["recipe"] == "tiny"
    assert run.data.tags["verdict"] == "champion"
    hashes = {one.dataset.name: one.dataset.digest for one in run.inputs.dataset_inputs}
    assert hashes["literature"] == file_hash(literature.records_path())[:36]
    files = here / "mlruns" / "artifacts" / result.run_id / "artifacts"
    assert json.loads((files / "tables/scorecard.json").read_text())["columns"][:2] == ["target", "entrant"]
    assert "ridge_conditions" in (files / "tables/scorecard.html").read_text()
    (figures,) = [
        path for path in files.rglob("*.html") if path.stat().st_size > 1e6
    ]  # the plotting library: once
    assert "<script src=" not in figures.read_text()  # it is drawn without a network
    rows = json.loads((files / "tables/predictions.json").read_text())
    assert len(rows["data"]) == result.scorecard["n"].sum()
    weights = tracking.logged_table(result.run_id, "weights").set_index(["target", "part"])["weight"]
    assert weights["ccd_mA_cm2", "simulator"] == result.model.mixtures["ccd_mA_cm2"].trend
    assert "recipe" in (files / "model-card.md").read_text()


def test_what_is_read_first_of_a_run_and_of_a_version(trained, here):
    """An overview of one small page, and descriptions of at most 15 lines."""
    _, result, _ = trained
    client = open_store(make=False).client
    run = client.get_run(result.run_id)
    page = (here / "mlruns" / "artifacts" / result.run_id / "artifacts" / "overview.html").read_text()
    assert f"version {result.version} becomes champion" in page
    assert "There is no champion to compare with" in page
    assert "Skill of every entrant" in page
    assert len(page) < 20_000
    described = run.data.tags["mlflow.note.content"]
    assert f"/runs/{result.run_id}/artifacts/overview.html)" in described.splitlines()[0]
    for text in (described, client.get_model_version("lihost", result.version).description):
        assert len(text.splitlines()) <= 15
        assert "| Critical current density" in text


def test_each_entrant_is_a_child_with_the_same_few_names(trained, here):
    """What parallel coordinates need: parameters and metrics by the same names."""
    _, result, _ = trained
    client = open_store(make=False).client
    parent = client.get_run(result.run_id)
    assert client.get_experiment(parent.info.experiment_id).name == "lihost/train"
    tag = f"tags.`mlflow.parentRunId` = '{result.run_id}'"
    parts = {run.info.run_name: run for run in client.search_runs([parent.info.experiment_id], tag)}
    assert set(parts) == RIVALS
    assert {frozenset(run.data.params) for run in parts.values()} == {
        frozenset({"entrant", "physics", "served"})
    }
    (names,) = {frozenset(run.data.metrics) for run in parts.values()}
    assert len(names) <= tracking.MOST_METRICS
    for target in TARGETS:
        name = f"skill_vs_median/{target}"
        assert parts["median"].data.metrics[name] == 0.0
        assert parts["mixture"].data.metrics[name] == pytest.approx(parent.data.metrics[name])


def test_metrics_name_the_dataset_that_they_were_computed_on(trained, here):
    client = open_store(make=False).client
    run = client.get_run(trained[1].run_id)
    logged = client.get_logged_model(run.outputs.model_outputs[0].model_id)
    told = {one.key: one.dataset_name for one in logged.metrics}
    assert told == dict.fromkeys(run.data.metrics, "literature")
    name = "skill_vs_median/ccd_mA_cm2"
    assert len(client.get_metric_history(run.info.run_id, name)) == 1, "written once"


def test_a_request_that_cannot_be_answered_gets_one_line(trained, here, designs):
    """As ``mlflow models serve`` answers."""
    import mlflow
    from fastapi.testclient import TestClient
    from mlflow.pyfunc import scoring_server

    with bound(tracking.current_store()):
        client = TestClient(scoring_server.init(mlflow.pyfunc.load_model("models:/lihost@champion")))
    row = json.loads(designs.head(1).to_json(orient="records"))[0]
    for wrong, told in (
        ({"framework": "cooper"}, "cooper"),
        ({"framework": None}, "framework"),
        ({"thickness_um": -5}, "thickness_um"),
        ({"thickness_um": "thick"}, "thick"),
    ):
        answer = client.post("/invocations", json={"dataframe_records": [row | wrong]})
        assert answer.status_code == 400
        said = answer.json()["message"]
        assert told in said
        assert "\n" not in said
        assert len(said) < 600
        assert "Traceback" not in answer.text
    answer = client.post("/invocations", json={"dataframe_records": [row]})
    expected = trained[1].model.predict(designs.head(1))["ccd_mA_cm2"].iloc[0]
    assert answer.json()["predictions"][0]["ccd_mA_cm2"] == pytest.approx(expected)


def test_the_model_folder_is_plain(trained, here):
    found = tracking.champion()
    assert found.version == trained[1].version
    refuse_pickles(found.folder.parents[1])
    assert {path.suffix for path in found.folder.iterdir()} == {".json", ".safetensors"}
    assert found.facts["literature"] == file_hash(literature.records_path())


def test_the_model_card(trained, here):
    _, result, _ = trained
    text = (here / "mlruns" / "artifacts" / result.run_id / "artifacts" / "model-card.md").read_text()
    for part in ("Purpose", "Made from", "leave-one-paper-out", "90 %", "Limits", "where a test was stopped"):
        assert part in text
    assert file_hash(literature.records_path()) in text
    card = result.scorecard
    for target, rivals in card.groupby("target"):
        rivals = rivals.set_index("entrant")
        bounds = rivals["n_censored"].sum() / rivals["n"].sum()
        best = rivals["crps" if bounds <= 0.8 else "crps_as_values"].idxmin()
        assert (f"- {target}: `{best}` scores better" in text) == (best != "mixture")


def test_progress_is_reported_in_order(trained):
    stages = list(dict.fromkeys(what for what, _, _ in trained[2]))
    if stages[0] == COMPILING:  # in a checkout that has no machine code yet
        del stages[0]
    assert stages == [
        "simulating",
        "critical currents",
        "cross-validation",
        "final fit",
        "changing hosts",
        "registering",
    ]
    for stage in stages:
        ticks = [(done, total) for what, done, total in trained[2] if what == stage]
        assert ticks[-1][0] == ticks[-1][1]
        assert ticks == sorted(ticks)


def state():
    """Threads and the global random streams of NumPy and torch.

    Not Python's: the checks of types that only the tests make draw from it.
    """
    stream = np.random.get_state()  # noqa: NPY002  # the global one is what is looked at
    return torch.get_num_threads(), (stream[1].tolist(), stream[2]), torch.get_rng_state()


@pytest.fixture(scope="module")
def again(trained, train_again, tmp_path_factory):
    """The same training once more in the same place, and with another seed elsewhere."""
    usual = torch.get_num_threads()
    torch.set_num_threads(2)
    before = state()
    same = train_again(trained[0])
    after = state()
    torch.set_num_threads(usual)
    other = train_again(tmp_path_factory.mktemp("other"), seed=1)
    return same, other, before, after


def test_the_same_seed_gives_the_same_model(trained, again, designs):
    (same, _), (other, _), _, _ = again
    expected = trained[1].model.predict(designs)
    pd.testing.assert_frame_equal(same.model.predict(designs), expected, check_exact=True)
    pd.testing.assert_frame_equal(same.scorecard, trained[1].scorecard, check_exact=True)
    # What is served holds little that is random; trees do.
    usual, otherwise = (one.scorecard.set_index(["target", "entrant"])["crps"] for one in (trained[1], other))
    assert (usual.xs("forest", level=1) != otherwise.xs("forest", level=1)).any()


def test_training_leaves_the_random_streams_and_threads_alone(again):
    _, _, before, after = again
    assert before[:2] == after[:2]
    assert torch.equal(before[2], after[2])


def test_a_moved_checkout_keeps_its_champion(trained, records, designs, tmp_path, monkeypatch):
    import shutil

    shutil.copytree(trained[0] / "mlruns", tmp_path / "moved" / "mlruns")
    monkeypatch.chdir(tmp_path / "moved")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert "moved here" in tracking.describe_store()
    expected = trained[1].model.predict(designs)
    pd.testing.assert_frame_equal(tracking.load_champion().predict(designs), expected, check_exact=True)


def test_a_training_that_fails_leaves_a_failed_run_and_the_champion(here, records, monkeypatch):
    from surrogate import learning

    def full(*args, **kwargs):
        raise StoreError("no space left on device")

    version = tracking.champion().version
    monkeypatch.setattr(sys.modules["surrogate.learning.train"], "held_out_predictions", full)
    with pytest.raises(StoreError, match="no space left"):
        learning.train("tiny.toml")
    client = open_store(make=False).client
    experiment = client.get_experiment_by_name("lihost/train").experiment_id
    assert client.search_runs([experiment], max_results=1)[0].info.status == "FAILED"
    assert tracking.champion().version == version


def test_the_mixtures_are_read_back(trained, here):
    loaded = tracking.load_champion()
    for target, mixture in trained[1].model.mixtures.items():
        again = loaded.mixtures[target]
        assert (again.names, again.trend, again.factor) == (mixture.names, mixture.trend, mixture.factor)
        np.testing.assert_array_equal(again.weights, mixture.weights)


def test_a_searched_recipe_reaches_the_fit_and_leaves_its_papers_out(
    trained, train_again, records, tmp_path, monkeypatch
):
    """What is served has its settings, and the comparison with the champion has no row of the searched papers."""
    shutil.copytree(trained[0] / "mlruns", tmp_path / "mlruns")
    names = sorted(trained[1].model.papers)
    papers = names[: len(names) // 2]
    more = f"""
[mixture]
conditions = false
ridge_conditions = false
process = false
prior_papers = 1000.0
[searched]
papers = {json.dumps(papers)}
"""
    found, _ = train_again(tmp_path, more=more)
    for mixture in found.model.mixtures.values():
        assert set(mixture.names) <= {"class_level", "median"}
        assert mixture.weights[0] > 0.9
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    rows = tracking.logged_table(found.run_id, "served-rows")
    assert set(rows.loc[rows["searched"].astype(bool), "paper"]) == set(papers)
    left = (~rows["searched"].astype(bool)).sum()
    assert 0 < left < len(rows)
    assert found.verdict.reasons[0].startswith(f"{len(papers)} papers are left out")
    assert f"on {left} rows of both" in found.verdict.reasons[1]
    params = open_store(make=False).client.get_run(found.run_id).data.params
    assert params["searched"] == str(len(papers))
    assert params["mixture.process"] == "False"
    assert params["mixture.prior_papers"] == "1000.0"
