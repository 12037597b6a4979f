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
        run.metrics({"skill_vs_median/ccd_mA_cm2": 0.5}, dataset="simulated")
        version = tracking.register(run, folder / "saved-again", example=pd.DataFrame(EXAMPLE))
        tracking.promote(version)
    return run


def test_what_is_carried_over(store, host_model):
    maker = trained(host_model, store)
    found = tracking.champion()
    with tracking.run("ether", "campaign", experiment=tracking.campaign_experiment("ether")) as run:
        tracking.record_champion(run, tracking.Champion("0", maker.id, found.folder, {}))
        tracking.record_champion(run, found)  # another champion of a later batch
    client = open_store(make=False).client
    recorded = client.get_run(run.id)
    assert recorded.data.tags["champion.run_id"] == maker.id
    assert recorded.data.tags["champion"] == f"lihost {found.version}"
    assert recorded.data.tags["champion.model_version"] == "content-3.5"
    (dataset,) = recorded.inputs.dataset_inputs
    assert (dataset.dataset.name, dataset.dataset.digest) == ("simulated", ("ab" * 32)[:36])
    (model,) = recorded.inputs.model_inputs
    assert model.model_id == client.get_run(maker.id).outputs.model_outputs[0].model_id
    assert not recorded.data.metrics
    assert not client.list_artifacts(run.id, "champion"), "what the champion's run holds is not copied"


def test_nothing_is_asked_of_a_store_that_cannot_be_written(store):
    found = tracking.champion()
    run = tracking.Run("propose ether", required=False)
    tracking.record_champion(run, found)
    assert not run.recorded
