"""What a run records of the champion it uses: MLflow's own links to the model and to what it learned from.

Its scores, scorecard and card stay where they are, in the run that made it: they are not copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.tracking.model_folder import REGISTERED_MODEL
from surrogate.tracking.store import bound

if TYPE_CHECKING:
    from surrogate.tracking.registry import Champion
    from surrogate.tracking.runs import Run
    from surrogate.tracking.store import OpenStore

FACT = "champion"


def record_champion(run: Run, found: Champion) -> None:
    """Record that a run used a champion: its version and its run as tags, and links to its model and datasets.

    Parameters
    ----------
    run : Run
        That used the champion; where it used another before, the tags name the last one and the links both.
    found : Champion
        The champion.
    """
    run.tags(
        {
            FACT: f"{REGISTERED_MODEL} {found.version}",
            f"{FACT}.run_id": found.run_id,
            f"{FACT}.model_version": found.facts.get("model_version", ""),
        }
    )
    run.record("the champion's datasets", lambda opened: _link(opened, run, found))


def _link(opened: OpenStore, run: Run, found: Champion) -> None:
    from mlflow.entities import LoggedModelInput

    made = opened.client.get_run(found.run_id)
    known = {one.model_id for one in opened.client.get_run(run.id).inputs.model_inputs}
    ids = {output.model_id for output in made.outputs.model_outputs} - known
    with bound(opened.store):
        opened.client.log_inputs(
            run.id, made.inputs.dataset_inputs, [LoggedModelInput(one) for one in sorted(ids)]
        )
