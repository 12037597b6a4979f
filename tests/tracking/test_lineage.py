"""A run that uses the champion says which it is, what it learned from and how good it is."""

from __future__ import annotations

import pandas as pd

from surrogate import tracking
from surrogate.tracking.store import open_store

EXAMPLE = {"framework": ["copper"], "thickness_um": [100.0]}


def trained(host_model, folder):
    """A run as training leaves it."""
    host_model(3.5).save(folder / "saved-again")
    with tracking.run("train again", "train") as run:
        run.dataset("simulated", "ab" * 32, source="mlruns/tables", rows=60)
        run.metrics({"ccd_mA_cm2.champion.crps": 0.5, "ccd_mA_cm2.median.crps": 0.75})
        run.table(pd.DataFrame({"target": ["ccd"], "crps": [0.5]}), "scorecard.json")
        run.text("# Card", "model-card.md")
        version = tracking.register(run, folder / "saved-again", example=pd.DataFrame(EXAMPLE))
        tracking.promote(version)
    return run


def test_what_is_carried_over(store, host_model):
    maker = trained(host_model, store)
    found = tracking.champion()
    with tracking.run("propose ether", "propose") as run:
        tracking.record_champion(run, found)
    client = open_store(make=False).client
    recorded = client.get_run(run.id)
    assert recorded.data.params["champion.run_id"] == maker.id
    assert recorded.data.params["champion.version"] == f"lihost {found.version}"
    assert recorded.data.params["champion.model_version"] == "content-3.5"
    assert recorded.data.params["data.simulated.sha256"] == "ab" * 32
    (dataset,) = recorded.inputs.dataset_inputs
    assert (dataset.dataset.name, dataset.dataset.digest) == ("simulated", ("ab" * 32)[:36])
    (model,) = recorded.inputs.model_inputs
    assert model.model_id == client.get_run(maker.id).outputs.model_outputs[0].model_id
    assert recorded.data.metrics == {"champion.ccd_mA_cm2.crps": 0.5}
    files = {one.path for one in client.list_artifacts(run.id, "champion")}
    assert files == {"champion/scorecard.json", "champion/scorecard.html", "champion/model-card.md"}


def test_a_champion_whose_run_holds_no_scorecard(store):
    with tracking.run("propose ether", "propose") as run:
        tracking.record_champion(run, tracking.champion())
    recorded = open_store(make=False).client.get_run(run.id)
    assert recorded.info.status == "FINISHED"
    assert recorded.data.params["champion.version"] == "lihost 1"


def test_nothing_is_asked_of_a_store_that_cannot_be_written(store):
    found = tracking.champion()
    run = tracking.Run("propose ether", required=False)
    tracking.record_champion(run, found)
    assert not run.recorded
