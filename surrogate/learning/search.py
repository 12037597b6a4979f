"""Search: which settings of the literature mixture predict papers best, by trials on one half of the papers.

Data flow: recipe and published records -> a half of the papers (``searched_score``) -> trials (``search_study``),
each a nested MLflow run: settings that Optuna suggests (``search_space``), scored paper by paper until the end or
until it is pruned -> the best settings as a recipe (``searched_recipe``) -> ``train``, whose contest with the
champion leaves the searched papers out: the winner of a search has to win like anybody, on the other half.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
import pandas as pd

from surrogate import tracking
from surrogate.errors import InputError
from surrogate.files.output import write_text
from surrogate.hosts.columns import TARGETS
from surrogate.learning.search_space import starting_point, suggested
from surrogate.learning.search_study import Study
from surrogate.learning.searched_recipe import searched_recipe, writable
from surrogate.learning.searched_score import SearchedScore, half_of
from surrogate.learning.training_data import Tables
from surrogate.learning.training_recipe import Recipe, load_recipe
from surrogate.literature import featurize
from surrogate.literature.records import records_path
from surrogate.models.mixture import literature_mixture
from surrogate.models.mixture_settings import MixtureSettings
from surrogate.optimization.threads import single_thread
from surrogate.physics.code_hash import code_hash
from surrogate.physics.simulate import prepare
from surrogate.tracking.provenance import file_hash

Progress = Callable[[str, int, int], None]
STAGE = "trials"
_SETTINGS, _PAPERS, _RUN = "settings", "papers", "run"  # what trials and study keep


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Parameters
    ----------
    begun, settings : MixtureSettings
        Of the recipe that it began from, and of the best trial.
    begun_score, score : float
        Of these on the searched papers: CRPS as a share of the plain median's, averaged over targets.
    trials : DataFrame
        A row for each finished trial: trial (its number), state (complete, pruned), batches (of papers that it saw),
        score (on these), and its settings.
    papers : tuple of str
        That were searched.
    recipe : str
        Text of the recipe file.
    run_id : str
        In MLflow.
    """

    begun: MixtureSettings
    settings: MixtureSettings
    begun_score: float
    score: float
    trials: pd.DataFrame
    papers: tuple[str, ...]
    recipe: str
    run_id: str


def search(
    recipe: str | Path = "default",
    *,
    trials: int = 30,
    seed: int = 0,
    storage: str = "",
    out: Path | None = None,
    progress: Progress | None = None,
) -> SearchResult:
    """Search for the settings of the literature mixture, or go on with a search of the same recipe, seed and data.

    The first trial has the recipe's own settings.

    Parameters
    ----------
    recipe : str or Path
        Name or file of a training recipe.
    trials : int
        That are finished in all when it ends, those of before included.
    seed : int
        Of the half of papers, of their order and of the suggestions.
    storage : str
        Address of the database that keeps the trials; empty: ``mlruns/optuna.db`` of the working directory.
    out : Path, optional
        Recipe file to write.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Returns
    -------
    SearchResult

    Raises
    ------
    InputError
        For less than one trial, or a file that would take a person's work.
    RecipeError, RecordError
        For a recipe or records that cannot be used.
    StoreError
        When nothing can be kept.
    """
    if trials < 1:
        raise InputError("a search needs a trial", where="--trials", value=trials, limit="at least 1")
    if out is not None:
        writable(out)
    name, settings = load_recipe(recipe)
    report: Progress = progress if progress is not None else lambda what, done, total: None
    study = Study.open(storage, _study_name(name, settings, seed))
    if len(study.finished()) < trials:
        _go_on(study, recipe, settings, trials, seed, report)
    result = _result(study, recipe, settings, seed)
    if out is not None:
        write_text(result.recipe, out)
    return result


def _study_name(name: str, settings: Recipe, seed: int) -> str:
    """Name a study by what its scores depend on: other records or physics make another study."""
    parts = [settings.model_dump(mode="json"), file_hash(records_path()), code_hash()]
    return f"{name}, seed {seed}, {hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]}"


def _go_on(
    study: Study, recipe: str | Path, settings: Recipe, trials: int, seed: int, report: Progress
) -> None:
    """Make trials until so many are finished, in one MLflow run however often it is interrupted."""
    streams = np.random.SeedSequence(seed).spawn(2)
    half, order = (int(stream.generate_state(1)[0]) for stream in streams)
    name = Path(recipe).stem
    title = f"search {name}, seed {seed}"
    with tracking.run(
        title, "search", seed=seed, again=str(study.fact(_RUN) or ""), experiment=tracking.SEARCH
    ) as run:
        study.keep(**{_RUN: run.id})
        run.params({"recipe": name, "study": study.kept.study_name, "optuna": optuna.__version__})
        run.tags({"recipe": name, "trials": trials, "storage": study.shown})
        prepare(report)
        tables = Tables.of(featurize.published_designs(), report)
        data = {target: tables.target(target) for target in TARGETS}
        with single_thread():
            measured = set().union(*(rows.papers.astype(str).tolist() for rows in data.values()))
            papers = half_of(measured, half)
            score = SearchedScore.of(data, papers, order)
            study.keep(**{_PAPERS: list(papers)})
            while (done := len(study.finished())) < trials:
                report(STAGE, done, trials)
                _trial(study, run, score, settings.mixture, seed)
        report(STAGE, trials, trials)
        result = _result(study, recipe, settings, seed)
        run.table(result.trials, "trials")
        run.text(result.recipe, "recipe.toml")
        run.metrics(
            {
                "score": result.score,
                "score_of_recipe": result.begun_score,
                "skill_vs_median/searched_papers": 1.0 - result.score,
            }
        )
        run.text(_overview(title, result), tracking.OVERVIEW)
        run.describe(f"{_outcome(result)}\n\n[Overview]({run.link(tracking.OVERVIEW)})")


def _trial(study: Study, run: tracking.Run, score: SearchedScore, start: MixtureSettings, seed: int) -> None:
    """Score one choice of settings batch by batch, until the end or until it is clearly worse than the best."""
    with (
        study.trial(seed, starting_point(start)) as trial,
        tracking.run(f"trial {trial.number}", "trial", parent=run, experiment=tracking.SEARCH) as nested,
    ):
        settings = suggested(trial, start)
        trial.set_user_attr(_SETTINGS, settings.model_dump())
        nested.params(settings.model_dump())
        shares: list[float] = []
        pruned = False
        for share in score.shares(literature_mixture(settings)):
            shares.append(share)
            trial.report(share, len(shares))
            nested.metrics({"score": float(np.mean(shares))}, step=len(shares))
            if len(shares) < len(score.batches) and trial.should_prune():
                pruned = True
                break
        nested.tags({"state": "pruned" if pruned else "complete"})
        study.end(trial, None if pruned else float(np.mean(shares)))


def _outcome(result: SearchResult) -> str:
    return (
        f"The best of {len(result.trials)} trials scores {result.score:.4f}, the recipe it began from "
        f"{result.begun_score:.4f}, on {len(result.papers)} searched papers (CRPS as a share of the plain median's, "
        "averaged over targets; lower is better). Whether it is better on the other papers is decided when it is "
        "trained: surrogate train --recipe FILE.toml."
    )


def _overview(title: str, result: SearchResult) -> str:
    before, after = result.begun.model_dump(), result.settings.model_dump()
    settings = [[name.replace("_", " "), str(before[name]), str(after[name])] for name in after]
    best = result.trials.sort_values("score", kind="stable").head(10)
    trials = [
        [str(row["trial"]), str(row["state"]), f"{row['score']:.4f}", str(row["batches"])]
        for row in best.to_dict("records")
    ]
    return tracking.overview_page(
        title,
        [_outcome(result)],
        [
            ("Settings of the mixture", [["setting", "recipe", "best trial"], *settings]),
            ("Best trials", [["trial", "state", "score", "batches of papers seen"], *trials]),
            (
                "What else is here",
                [["recipe.toml: the settings as a recipe"], ["tables/trials: every trial"]],
            ),
        ],
    )


def _result(study: Study, recipe: str | Path, settings: Recipe, seed: int) -> SearchResult:
    """Read the result from the study alone."""
    finished = study.finished()
    complete = [trial for trial in finished if trial.state == optuna.trial.TrialState.COMPLETE]
    best = min(complete, key=lambda trial: (_value(trial), trial.number))
    found = MixtureSettings.model_validate(best.user_attrs[_SETTINGS])
    papers = tuple(study.fact(_PAPERS))
    first = settings.mixture.model_dump()
    begun = next((_value(trial) for trial in complete if trial.user_attrs[_SETTINGS] == first), float("nan"))
    score = _value(best)
    told = (
        f"Written by: surrogate search --recipe {recipe} --trials {len(finished)} --seed {seed}",
        "Searched: settings of the section [mixture], by TPE of Optuna; "
        f"{len(finished)} trials, {len(finished) - len(complete)} of them pruned.",
        f"Score on the {len(papers)} searched papers, each predicted from the other searched ones (CRPS as a share",
        "of the plain median's, averaged over targets; lower is better): "
        f"{score:.4f}; of the recipe it began from: {begun:.4f}.",
        "The best of many trials looks better than it is. What counts is the contest, which leaves these papers out.",
    )
    text = searched_recipe(settings, found, papers, told)
    table = pd.DataFrame(
        {
            "trial": trial.number,
            "state": trial.state.name.lower(),
            "score": float(np.mean(list(trial.intermediate_values.values()))),
            "batches": len(trial.intermediate_values),
            **trial.user_attrs[_SETTINGS],
        }
        for trial in finished
    )
    return SearchResult(
        settings.mixture, found, begun, score, table, papers, text, str(study.fact(_RUN) or "")
    )


def _value(trial: optuna.trial.FrozenTrial) -> float:
    return float("nan") if trial.value is None else float(trial.value)
