"""What a run records of the model it uses: which it is, what it learned from, how good it is."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from surrogate.tracking.model_folder import REGISTERED_MODEL
from surrogate.tracking.store import bound

if TYPE_CHECKING:
    from surrogate.tracking.registry import Champion
    from surrogate.tracking.runs import Run
    from surrogate.tracking.store import OpenStore

FOLDER = "champion"  # of the run's artifacts
CARRIED = ("scorecard.json", "scorecard.html", "model-card.md")
_OF_DATA, _OF_WINNER = "data.", ".champion."


def record_champion(run: Run, found: Champion) -> None:
    """Record that a run used a champion.

    Its version and run are recorded as parameters and as MLflow's own link, the datasets it learned from with
    their hashes, its scores, and its scorecard and card as files. What the champion's own run no longer holds
    is left out.

    Parameters
    ----------
    run : Run
        That used the champion.
    found : Champion
        The champion.
    """
    run.params(
        {
            f"{FOLDER}.version": f"{REGISTERED_MODEL} {found.version}",
            f"{FOLDER}.run_id": found.run_id,
            f"{FOLDER}.model_version": found.facts.get("model_version", ""),
        }
    )
    run.record("the champion's scores", lambda opened: _carry(opened, run, found))


def _carry(opened: OpenStore, run: Run, found: Champion) -> None:
    from mlflow.entities import LoggedModelInput

    made = opened.client.get_run(found.run_id)
    models = [LoggedModelInput(output.model_id) for output in made.outputs.model_outputs]
    with bound(opened.store):
        opened.client.log_inputs(run.id, made.inputs.dataset_inputs, models)
    run.params({key: value for key, value in made.data.params.items() if key.startswith(_OF_DATA)})
    run.metrics(
        {
            f"{FOLDER}.{key.replace(_OF_WINNER, '.')}": value
            for key, value in made.data.metrics.items()
            if _OF_WINNER in key
        }
    )
    kept = {artifact.path for artifact in opened.client.list_artifacts(found.run_id)}
    with tempfile.TemporaryDirectory() as scratch:
        for path in CARRIED:
            if path in kept:
                file = opened.client.download_artifacts(found.run_id, path, scratch)
                opened.client.log_artifact(run.id, file, FOLDER)
