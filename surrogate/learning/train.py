"""Recipe -> published rows, simulated -> fit -> judge -> register.

Data flow: recipe and published records -> encoded rows with what the simulator says of each against a foil ->
contest of the mixture, its ingredients and rivals, each paper predicted from all others -> mixture of each target,
fitted to all rows -> agreement of its answers with the simulator's in what a host changes -> one HostModel in a plain
folder -> registered, and made champion where it beats the present one (``promotion``).

Every stage draws from its own seed stream, so that training never disturbs the stream of proposals.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate import tracking
from surrogate.evaluation.champion_rule import Verdict
from surrogate.evaluation.domain import Domain
from surrogate.evaluation.scorecard import build_scorecard
from surrogate.execution import Workers
from surrogate.hosts.columns import DESIGN_COLUMNS, TARGETS
from surrogate.learning.contest import held_out_predictions
from surrogate.learning.model_card import model_card
from surrogate.learning.promotion import SERVED, Decision, Judged, settle
from surrogate.learning.training_data import Tables
from surrogate.learning.training_recipe import load_recipe
from surrogate.learning.training_record import (
    DATASET,
    Trained,
    record_decision,
    record_scores,
    version_description,
)
from surrogate.learning.trends import moved_hosts, trend_agreement
from surrogate.literature import additions, featurize
from surrogate.literature import records as literature
from surrogate.literature.records import records_path
from surrogate.models.bundle import HostModel
from surrogate.models.mixture import literature_mixture, literature_rivals
from surrogate.optimization.threads import single_thread
from surrogate.physics.code_hash import code_hash
from surrogate.physics.simulate import prepare
from surrogate.tracking.provenance import file_hash

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class TrainingResult:
    """What a training run made.

    Parameters
    ----------
    model : HostModel
        What was registered, as it is read back.
    scorecard : DataFrame
        One row a target and entrant.
    version, run_id : str
        In MLflow.
    skill : DataFrame
        What is served against the plain median, a row a target (``evaluation.skill.skill``).
    verdict : Verdict
        Whether it became champion, and why.
    trends : DataFrame
        Its directions against the simulator's (``learning.trends.trend_agreement``).
    comparison : DataFrame
        The champion before and this model on the same rows (``evaluation.champion_rule.compared``); empty where there
        was none to compare with.
    """

    model: HostModel
    scorecard: pd.DataFrame
    version: str
    run_id: str
    skill: pd.DataFrame
    verdict: Verdict
    trends: pd.DataFrame
    comparison: pd.DataFrame


def train(
    recipe: str | Path = "default",
    *,
    seed: int = 0,
    progress: Progress | None = None,
    records: str | Path | None = None,
    by: Workers | None = None,
) -> TrainingResult:
    """Train by a recipe and register the result; it becomes champion by ``evaluation.champion_rule``.

    Parameters
    ----------
    recipe : str or Path
        Name or file of a training recipe.
    seed : int
        Of all random numbers.
    progress : callable, optional
        Called with (stage, steps done, steps in all).
    records : str or Path, optional
        The user's own table in the literature schema (``surrogate literature add`` keeps it), learned from
        beside the shipped records.
    by : Workers, optional
        Who predicts papers from the others; default: this process. The numbers do not depend on it.

    Returns
    -------
    TrainingResult

    Raises
    ------
    RecipeError
        For a recipe that cannot be used.
    RecordError
        For records that cannot be used.
    StoreError
        When nothing can be kept.
    """
    name, settings = load_recipe(recipe)
    report: Progress = progress if progress is not None else lambda what, done, total: None
    published = literature.load()
    shipped_rows = len(published)
    if records is not None:
        own_hash = file_hash(Path(records)) if Path(records).is_file() else ""
        published = additions.with_own(published, records)
    seeds = [int(stream.generate_state(1)[0]) for stream in np.random.SeedSequence(seed).spawn(2)]
    with tracking.run(f"train {name}, seed {seed}", "train", seed=seed) as run:
        searched = settings.searched.papers
        run.tags({"recipe": name})
        run.params({"recipe": name, **settings.model_dump(exclude={"searched"}), "searched": len(searched)})
        about: dict[str, Any] = {
            "recipe": name,
            "seed": seed,
            "physics_code": code_hash(),
            "literature": file_hash(records_path()),
            "physics": settings.physics.model_dump(),  # of campaigns, when they propose
        }
        if settings.reduced:
            about["reduced"] = settings.reduced
        run.dataset(DATASET, about["literature"], source="datasets/literature/records.csv", rows=shipped_rows)
        if records is not None:
            about["records"] = own_hash
            run.dataset("records", about["records"], source=str(records), rows=len(published) - shipped_rows)
        prepare(report)
        tables = Tables.of(featurize.to_designs(published), progress)
        data = {target: tables.target(target) for target in TARGETS}
        rivals = literature_rivals(settings.mixture)
        with single_thread():
            predictions = held_out_predictions(rivals, data, seed=seeds[0], progress=progress, by=by)
            scorecard = build_scorecard(predictions)
            scorecard["champion"] = scorecard["entrant"] == SERVED
            judged = Judged.of(predictions, tables, published, searched)
            report("final fit", 0, len(TARGETS))
            mixtures = {}
            for done, target in enumerate(TARGETS):
                mixtures[target] = literature_mixture(settings.mixture).fit(
                    data[target], target, seed=seeds[0]
                )
                report("final fit", done + 1, len(TARGETS))
        model = HostModel(
            mixtures=mixtures,
            # Published cells only: simulations cover the whole space, and would call nothing an extrapolation.
            domain=Domain.of(tables.X),
            published=tables.X,
            citations=tuple(tables.published["citation"].astype(str)),
            about=about,
            papers=frozenset(tables.published["group"].astype(str)),
        )
        trends = trend_agreement(model, moved_hosts(seeds[1], hosts=settings.judge.hosts), report)
        trained = Trained.of(run.name, scorecard, predictions, judged, trends)
        report("registering", 0, 1)
        record_scores(run, trained, mixtures)
        registered, version, decision = _register(run, model, trained, about, settings.reduced)
        report("registering", 1, 1)
    return TrainingResult(
        registered, scorecard, version, run.id, judged.skill, decision.verdict, trends, decision.comparison
    )


def _register(
    run: tracking.Run, model: HostModel, trained: Trained, about: dict[str, Any], reduced: str
) -> tuple[HostModel, str, Decision]:
    """Return the model as it is read back, its version, and the decision about it."""
    facts = {name: value for name, value in about.items() if not isinstance(value, dict)}
    run.text(model_card(trained.scorecard, facts), "model-card.md")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "host_model"
        model.save(folder)
        said = version_description(trained.title, trained.judged.skill)
        version = tracking.register(
            run, folder, example=literature_example(model), facts=facts, description=said
        )
        with tracking.deciding():
            decision = trained.judged.decision(version, reduced)
            record_decision(run, version, trained, decision)
            settle(version, decision, run)
        return HostModel.load(folder), version, decision


def literature_example(model: HostModel) -> pd.DataFrame:
    """Return two published designs, as an example of the model's input."""
    table = featurize.published_designs()
    return table[list(DESIGN_COLUMNS)].head(2).reset_index(drop=True)
