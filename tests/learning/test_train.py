"""A real, small training: what is registered is what was fitted, and what is recorded is what was done."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate import tracking
from surrogate.errors import ModelError, RecordError, StoreError
from surrogate.evaluation.scorecard import champions
from surrogate.hosts.columns import TARGETS
from surrogate.literature import records as literature
from surrogate.physics.simulate import COMPILING
from surrogate.tracking.model_folder import refuse_pickles
from surrogate.tracking.provenance import file_hash
from surrogate.tracking.store import bound, open_store

RIVALS = {
    "gp_emulator", "gp_plain", "ensemble", "ridge", "median",
    "class_level", "conditions", "ridge_conditions", "physics", "forest", "boosting", "mixture",
}  # fmt: skip


def test_the_scorecard(trained, records):
    card = trained[1].scorecard
    contest = card[card["split"] == "leave-one-paper-out"]
    assert {(row.target, row.entrant) for row in contest.itertuples()} == {
        (t, r) for t in TARGETS for r in RIVALS
    }
    assert np.isfinite(contest["crps"]).all()
    assert (contest["crps"] > 0).all()
    for _, rows in contest.groupby("target"):
        assert len(set(rows["n"])) == 1  # all rivals are judged on the same rows
    hold_out = card[card["split"] == "simulated hold-out"]
    assert set(hold_out["target"]) == set(TARGETS)
    assert (hold_out["n"] > 0).all()
    assert not hold_out["champion"].any()


def test_the_best_process_of_each_target_proposes(trained):
    _, result, _ = trained
    card = result.scorecard
    chosen = card[card["champion"]]
    assert list(chosen["target"]) == list(TARGETS)
    assert chosen["proposes"].all()
    assert dict(zip(chosen["target"], chosen["entrant"], strict=True)) == champions(card)
    emulated = {row.target for row in chosen.itertuples() if row.entrant == "gp_emulator"}
    assert set(result.model.emulated) == emulated
    for target, process in result.model.objective_models().items():
        assert (process.mean is not None) == (target in emulated)


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
    row = result.scorecard.iloc[0]
    assert run.data.metrics[f"{row.target}.{row.entrant}.crps"] == row.crps
    hashes = {one.dataset.name: one.dataset.digest for one in run.inputs.dataset_inputs}
    assert hashes["literature"] == file_hash(literature.records_path())[:36]
    card = json.loads((here / "mlruns" / "tables" / "tiny-0" / "card.json").read_text())
    assert hashes["simulated"] == card["sha256"][:36]
    files = here / "mlruns" / "artifacts" / result.run_id / "artifacts"
    assert json.loads((files / "scorecard.json").read_text())["columns"][:2] == ["target", "entrant"]
    assert "gp_plain" in (files / "scorecard.html").read_text()
    for name in ("comparison", "predicted-vs-measured", "calibration"):
        figure = (files / "figures" / f"{name}.html").read_text()
        assert "<script src=" not in figure  # it is drawn without a network
    rows = json.loads((files / "predictions.json").read_text())
    counts = result.scorecard.groupby("entrant")["n"].sum()
    assert len(rows["data"]) == counts.drop("emulator").sum()
    for target, entrant in champions(result.scorecard).items():
        assert run.data.params[f"champion.{target}"] == entrant
        assert run.data.metrics[f"{target}.champion.crps"] == run.data.metrics[f"{target}.{entrant}.crps"]
        assert f"| {target} | {entrant} |" in run.data.tags["mlflow.note.content"]
    assert "recipe" in (files / "model-card.md").read_text()


def test_the_model_folder_is_plain(trained, here):
    found = tracking.champion()
    assert found.version == trained[1].version
    refuse_pickles(found.folder.parents[1])
    assert {path.suffix for path in found.folder.iterdir()} == {".json", ".safetensors"}
    assert found.facts["literature"] == file_hash(literature.records_path())


def test_the_model_card(trained, here):
    _, result, _ = trained
    text = (here / "mlruns" / "artifacts" / result.run_id / "artifacts" / "model-card.md").read_text()
    for part in ("Purpose", "Made from", "leave-one-paper-out", "90 %", "Limits", "lower bounds"):
        assert part in text
    assert file_hash(literature.records_path()) in text
    card = result.scorecard
    for target, entrant in champions(card).items():
        rivals = card[(card["target"] == target) & (card["papers"] > 0)].set_index("entrant")
        bounds = rivals["n_censored"].sum() / rivals["n"].sum()
        best = rivals["crps" if bounds <= 0.8 else "crps_as_values"].idxmin()
        assert (f"- {target}: `{best}` scores better" in text) == (best != entrant)


def test_progress_is_reported_in_order(trained):
    stages = list(dict.fromkeys(what for what, _, _ in trained[2]))
    if stages[0] == COMPILING:  # in a checkout that has no machine code yet
        del stages[0]
    assert stages == [
        "simulating",
        "critical currents",
        "levels of laboratories",
        "emulator",
        "cross-validation",
        "final fit",
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
    (same, told), (other, _), _, _ = again
    expected = trained[1].model.predict(designs)
    pd.testing.assert_frame_equal(same.model.predict(designs), expected, check_exact=True)
    pd.testing.assert_frame_equal(same.scorecard, trained[1].scorecard, check_exact=True)
    assert not any(what == "simulating" for what, _, _ in told)  # the table was kept
    usual, otherwise = (
        replace(model, mixtures={}).predict(designs)["ccd_mA_cm2"]
        for model in (trained[1].model, other.model)
    )  # of the processes: a mixture may hold nothing that is random
    assert not np.allclose(usual, otherwise)


def test_own_records_are_learned_from_and_told(trained, train_again, designs, tmp_path, monkeypatch):
    from surrogate.literature import additions as adding

    new = tmp_path / "new.csv"
    new.write_text(
        "source,ref,system,strategy,host_material,host_class,electrolyte_class,cell_type,current_density_A_m2,"
        "areal_capacity_mAh_cm2,cycles,overpotential_V,censored\n"
        "our lab,1,Cu foam,porous_scaffold,Cu foam,metal,liquid_ether,symmetric,10,1,95,0.25,false\n"
        "our lab,1,C cloth,porous_scaffold,carbon cloth,carbon,liquid_ether,symmetric,10,1,60,0.3,false\n"
    )
    adding.add(new, tmp_path / "records-added.csv")
    result, _ = train_again(tmp_path, own="records-added.csv")
    sha256 = file_hash(tmp_path / "records-added.csv")
    assert result.model.about["records"] == sha256
    assert "our lab#1" in result.model.papers
    assert "our lab#1" not in trained[1].model.papers
    assert not np.allclose(
        result.model.predict(designs)["overpotential_mV"],
        trained[1].model.predict(designs)["overpotential_mV"],
    )
    monkeypatch.chdir(tmp_path)
    assert tracking.champion().facts["records"] == sha256
    run = open_store(make=False).client.get_run(result.run_id)
    assert run.data.params["data.records.sha256"] == sha256
    assert run.data.params["data.records.rows"] == "2"
    (told,) = [one.dataset for one in run.inputs.dataset_inputs if one.dataset.name == "records"]
    assert told.digest == sha256[:36]
    assert "records-added.csv" in told.source
    with pytest.raises(RecordError, match="no such file"):
        train_again(tmp_path, own="none.csv")


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
    from surrogate.learning import simulated_table

    def full(*args, **kwargs):
        raise StoreError("no space left on device")

    version = tracking.champion().version
    monkeypatch.setattr(simulated_table, "load_or_build", full)
    with pytest.raises(StoreError, match="no space left"):
        learning.train("tiny.toml")
    client = open_store(make=False).client
    experiment = client.get_experiment_by_name("lihost").experiment_id
    assert client.search_runs([experiment], max_results=1)[0].info.status == "FAILED"
    assert tracking.champion().version == version


def test_the_mixture_answers_and_is_read_back(trained, here, designs):
    model = trained[1].model
    assert set(model.mixtures) == set(TARGETS)
    silent = replace(model, mixtures={})
    assert not np.allclose(model.predict(designs)[TARGETS[0]], silent.predict(designs)[TARGETS[0]])
    loaded = tracking.load_champion()
    X = model.encoder.encode(designs)
    for target, mixture in model.mixtures.items():
        assert loaded.mixtures[target].names == mixture.names
        for level in (0.05, 0.5, 0.95):
            np.testing.assert_array_equal(
                loaded.mixtures[target].quantiles(X, level), mixture.quantiles(X, level)
            )


def test_own_cells_take_the_place_of_the_mixture(trained, designs):
    model = trained[1].model
    cells = designs.head(1).assign(ccd_mA_cm2=3.0)
    told = model.condition_on(cells)
    assert set(told.mixtures) == set(TARGETS) - {"ccd_mA_cm2"}
    others = [name for name in TARGETS if name != "ccd_mA_cm2"]
    pd.testing.assert_frame_equal(told.predict(designs)[others], model.predict(designs)[others])


def test_the_decision_is_kept_and_can_be_taken_back(trained, train_again, tmp_path, monkeypatch):
    from surrogate.learning.promotion import promote_by_hand

    shutil.copytree(trained[0] / "mlruns", tmp_path / "mlruns")
    first = trained[1].version
    second, _ = train_again(tmp_path)  # the same again: a tie
    assert not second.verdict.wins
    assert "no win" in second.verdict.reasons[0]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    client = open_store(make=False).client
    assert tracking.champion().version == first
    assert str(client.get_model_version_by_alias("lihost", "challenger").version) == second.version
    tags = client.get_model_version("lihost", second.version).tags
    assert tags["challenger_because"].startswith(second.verdict.reasons[0])
    assert client.get_run(second.run_id).data.tags["verdict"] == "challenger"
    promote_by_hand(second.version, "the seed of the paper")
    assert tracking.champion().version == second.version
    tags = client.get_model_version("lihost", second.version).tags
    assert tags["promoted_because"] == "by hand: the seed of the paper"
    assert tags["promoted_over"] == first
    promote_by_hand(tags["promoted_over"], "taken back")
    assert tracking.champion().version == first
    with pytest.raises(ModelError, match="no such version"):
        promote_by_hand("99", "a guess")
    with pytest.raises(ModelError, match="no reason"):
        promote_by_hand(second.version, " ")
    assert tracking.champion().version == first


def test_a_champion_of_another_form_is_not_compared(trained, here, monkeypatch):
    from surrogate.learning.promotion import Judged

    other = pd.DataFrame({"target": ["ccd_mA_cm2"], "score": [0.1]})
    monkeypatch.setattr(tracking, "logged_table", lambda run_id, path: other)
    verdict = Judged(other, other, other).verdict()
    assert not verdict.wins
    assert "--promote" in verdict.reasons[0]
