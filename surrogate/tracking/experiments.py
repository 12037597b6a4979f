"""The experiments in which runs are kept, and what MLflow's page says of each.

Every name begins with ``lihost``: stores of before had all runs in an experiment of that name, and still work.
"""

from __future__ import annotations

from typing import Any

ROOT = "lihost"
TRAIN, SEARCH, BENCHMARK = f"{ROOT}/train", f"{ROOT}/search", f"{ROOT}/benchmark"
_CAMPAIGN = f"{ROOT}/campaign/"
_LONGEST = 200  # characters of a campaign's name that are used; MLflow allows 500 in all

_DESCRIPTIONS = {
    TRAIN: (
        "Fits of the surrogates (`surrogate train`). A run of kind `train` has a child for each entrant of its "
        "contest: choose the children and draw parallel coordinates of `entrant`, `physics`, `skill_vs_median/...`. "
        "`overview.html` of a run says what came out. Kind `ageing`: the law of cycle life."
    ),
    SEARCH: (
        "Searches for settings of the literature's mixture (`surrogate search`). A run of kind `search` has a child "
        "for each trial of Optuna; `score` by step is the score after so many batches of papers."
    ),
    BENCHMARK: (
        "Contests of optimizers (`optimize benchmark`), a run each with a child for each contender. "
        "`share_of_front/...`: what ours reached of the best known front. `overview.html` says what came out, "
        "`benchmark.html` has the curves."
    ),
}


def campaign_experiment(name: str) -> str:
    """Return the experiment that holds the run of a campaign.

    Parameters
    ----------
    name : str
        Of the campaign.
    """
    return f"{_CAMPAIGN}{name[:_LONGEST]}"


def experiment_tags(name: str) -> dict[str, str]:
    """Return the tags of a new experiment: its description, and that it holds trained models rather than traces.

    Parameters
    ----------
    name : str
        Of the experiment.
    """
    of_campaign = (
        "One run for each campaign file of this name, a step for each batch (`optimize`) and for each change of its "
        "cells (`optimize tell`, `amend`, `undo`). `best_so_far/...`: the best measured host; `predicted_best/...`: "
        "the best that was proposed. `batch-01` holds the first batch, `overview.html` lists the steps."
    )
    note = _DESCRIPTIONS.get(name, of_campaign if name.startswith(_CAMPAIGN) else "")
    return {"mlflow.note.content": note, "mlflow.experimentKind": "custom_model_development"}


def own_experiments(client: Any) -> list[str]:
    """Return the ids of all experiments of this project in a store.

    Parameters
    ----------
    client : MlflowClient
        Of the store.
    """
    found = client.search_experiments(filter_string=f"name LIKE '{ROOT}%'")
    return [one.experiment_id for one in found if one.name == ROOT or one.name.startswith(f"{ROOT}/")]
