"""Recipe -> simulate -> fit -> judge -> register.

Data flow: recipe -> simulated table (kept under mlruns/tables, rebuilt when the physics changes) and published
records -> encoded rows -> emulator on most of the simulations -> cross-validation of the entrants, each paper
predicted from all others -> for each target the proposing entrant with the lowest CRPS, which guides the search, and
the mixture, which answers; both fitted to everything -> one HostModel in a plain folder -> registered, and made
champion where it beats the present one (``promotion``).

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
from surrogate.evaluation.scorecard import build_scorecard, champions
from surrogate.evaluation.skill import standing
from surrogate.hosts.columns import DESIGN_COLUMNS, TARGETS
from surrogate.learning import simulated_table
from surrogate.learning.contest import held_out_predictions
from surrogate.learning.levels import as_json, levels_of
from surrogate.learning.model_card import champion_table, model_card
from surrogate.learning.promotion import SERVED, Judged, settle
from surrogate.learning.training_data import Tables, spread_of
from surrogate.learning.training_recipe import Recipe, load_recipe
from surrogate.literature import additions, featurize
from surrogate.literature import records as literature
from surrogate.literature.records import records_path
from surrogate.models.bundle import HostModel
from surrogate.models.ensemble import DeepEnsemble, EnsembleSettings
from surrogate.models.entrants import EmulatorGP, entrants
from surrogate.models.gp import TargetGP
from surrogate.models.mixture import emulated, literature_mixture, regressions
from surrogate.optimization.threads import single_thread
from surrogate.report import evaluation_figures
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
    """

    model: HostModel
    scorecard: pd.DataFrame
    version: str
    run_id: str
    skill: pd.DataFrame
    verdict: Verdict


def train(
    recipe: str | Path = "default",
    *,
    seed: int = 0,
    progress: Progress | None = None,
    records: str | Path | None = None,
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
    streams = [int(stream.generate_state(1)[0]) for stream in np.random.SeedSequence(seed).spawn(4)]
    with tracking.run(f"train {name}, seed {seed}", "train", seed=seed) as run:
        run.params({"recipe": name, **settings.model_dump()})
        folder = _tables_folder() / f"{name}-{seed}"
        table = simulated_table.load_or_build(settings.simulate.model_dump(), folder, streams[0], progress)
        about: dict[str, Any] = {
            "recipe": name,
            "seed": seed,
            "simulated": str(table.attrs["card"]["sha256"]),
            "literature": file_hash(records_path()),
            "physics": settings.physics.model_dump(),  # of campaigns, when they propose
        }
        run.dataset("simulated", about["simulated"], source="mlruns/tables", rows=len(table))
        run.dataset(
            "literature", about["literature"], source="datasets/literature/records.csv", rows=shipped_rows
        )
        if records is not None:
            about["records"] = own_hash
            run.dataset("records", about["records"], source=str(records), rows=len(published) - shipped_rows)
        tables = Tables.of(table, featurize.to_designs(published))
        report("levels of laboratories", 0, 1)
        about["levels"] = as_json(levels_of(tables.published))
        report("levels of laboratories", 1, 1)
        with single_thread():
            ensemble, hold_out = _emulator(tables, settings, streams[1], report)
            mixing = literature_mixture(emulated(ensemble), EmulatorGP(ensemble))
            rivals = (*entrants(ensemble), *regressions(mixing), mixing)
            spread = spread_of(published, tables.published, ensemble, streams[2])
            data = {
                target: tables.target(target, settings.gp.simulated_rows, streams[2], spread)
                for target in TARGETS
            }
            predictions = held_out_predictions(rivals, data, seed=streams[3], progress=progress)
            scorecard = build_scorecard(predictions)
            best = champions(scorecard)
            judged = Judged.of(predictions, tables, published)
            report("final fit", 0, 1)
            processes, mixtures = {}, {}
            for target in TARGETS:
                rival = next(entrant for entrant in rivals if entrant.name == best[target])
                fitted = rival.fit(data[target], target, seed=streams[3])
                assert isinstance(fitted, TargetGP), "only Gaussian processes can be champions"
                processes[target] = fitted
                mixtures[target] = mixing.fit(data[target], target, seed=streams[3])
            report("final fit", 1, 1)
        scorecard = _with_emulation(scorecard, hold_out, best)
        model = HostModel(
            processes=processes,
            ensemble=ensemble,
            emulated=tuple(target for target in TARGETS if best[target] == EmulatorGP(ensemble).name),
            # Measured cells only: simulations cover the whole space, and would call nothing an extrapolation.
            domain=Domain.of(tables.published_X),
            published=tables.published_X,
            citations=tuple(tables.published["citation"].astype(str)),
            about=about,
            papers=frozenset(tables.published["group"].astype(str)),
            mixtures=mixtures,
        )
        run.params(
            {
                f"weight.{target}.{name}": f"{weight:.3f}"
                for target, mixture in mixtures.items()
                for name, weight in zip(mixture.names, mixture.weights, strict=True)
            }
        )
        judged.record(run)
        run.table(standing(predictions, SERVED), "standing")
        _record_figures(run, scorecard, predictions, hold_out)
        return _register(run, model, scorecard, about, judged, report)


def _tables_folder() -> Path:
    return Path.cwd() / "mlruns" / "tables"


def _emulator(
    tables: Tables, settings: Recipe, seed: int, report: Progress
) -> tuple[DeepEnsemble, pd.DataFrame]:
    """Fit the ensemble, and predict simulated rows that it has not seen (as ``held_out_predictions``)."""
    n = len(tables.simulated_X)
    held = np.zeros(n, dtype=bool)
    held[
        np.random.default_rng(seed).choice(n, size=max(1, int(settings.judge.held_out * n)), replace=False)
    ] = True
    ensemble = DeepEnsemble.fit(
        tables.simulated_X[~held],
        tables.simulated_z[~held],
        TARGETS,
        seed=seed % 2**31,
        settings=EnsembleSettings(**settings.ensemble.model_dump()),
        progress=lambda done, total: report("emulator", done, total),
    )
    mean, variance = ensemble.predict(tables.simulated_X[held])
    z = tables.simulated_z[held]
    rows = [
        pd.DataFrame(
            {
                "target": target,
                "mean": mean[:, k],
                "variance": variance[:, k],
                "lower": z[:, k],
                "upper": z[:, k],
            }
        )
        for k, target in enumerate(TARGETS)
    ]
    table = pd.concat(rows, ignore_index=True).assign(entrant="emulator", proposes=False, paper="")
    return ensemble, table[np.isfinite(table["lower"])].reset_index(drop=True)


def _with_emulation(scorecard: pd.DataFrame, hold_out: pd.DataFrame, best: dict[str, str]) -> pd.DataFrame:
    """Join the scorecard, the emulator's hold-out as rows of its own, and which entrant is champion."""
    extra = build_scorecard(hold_out).assign(papers=0, split="simulated hold-out")
    table = pd.concat([scorecard, extra], ignore_index=True)
    table["champion"] = [best[t] == e for t, e in zip(table["target"], table["entrant"], strict=True)]
    for column in ("n", "n_censored", "papers"):
        table[column] = table[column].astype(int)
    return table


def _register(
    run: tracking.Run,
    model: HostModel,
    scorecard: pd.DataFrame,
    about: dict[str, Any],
    judged: Judged,
    report: Progress,
) -> TrainingResult:
    report("registering", 0, 1)
    run.table(scorecard, "scorecard.json")
    winners = scorecard[scorecard["champion"]]
    run.params({f"champion.{row.target}": row.entrant for row in winners.itertuples()})
    named = [(row, row.entrant) for row in scorecard.itertuples()]
    named += [(row, "champion") for row in winners.itertuples()]  # to compare runs with other winners
    run.metrics(
        {
            f"{row.target}.{name}.{score}": float(getattr(row, score))
            for row, name in named
            for score in ("crps", "crps_as_values", "rmse_log10", "coverage90", "bound_probability")
        }
    )
    facts = {name: value for name, value in about.items() if not isinstance(value, dict)}
    card = model_card(scorecard, facts)
    run.text(card, "model-card.md")
    run.describe(champion_table(scorecard))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "host_model"
        model.save(folder)
        example = literature_example(model)
        version = tracking.register(run, folder, example=example, facts=facts, card=card)
        verdict = settle(version, judged, run)
        registered = HostModel.load(folder)
    report("registering", 1, 1)
    return TrainingResult(registered, scorecard, version, run.id, judged.skill, verdict)


def literature_example(model: HostModel) -> pd.DataFrame:
    """Return two published designs, as an example of the model's input."""
    table = featurize.to_designs(literature.load())
    return table[list(DESIGN_COLUMNS)].head(2).reset_index(drop=True)


def _record_figures(
    run: tracking.Run, scorecard: pd.DataFrame, predictions: pd.DataFrame, hold_out: pd.DataFrame
) -> None:
    """Comparison of entrants, predicted against measured, calibration: pages of the run, and their rows."""
    winners = scorecard.loc[scorecard["champion"], ["target", "entrant"]]
    chosen = predictions.merge(winners, on=["target", "entrant"])
    measured = "Champion on measured rows, each paper predicted from all others"
    emulated = "Emulator on simulated rows that it has not seen"
    run.figures([evaluation_figures.comparison(scorecard)], "figures/comparison.html")
    run.figures(
        [evaluation_figures.agreement(chosen, measured), evaluation_figures.agreement(hold_out, emulated)],
        "figures/predicted-vs-measured.html",
    )
    groups = {"champion": chosen, "emulator": hold_out}
    run.figures([evaluation_figures.calibration(groups)], "figures/calibration.html")
    run.table(evaluation_figures.in_units(predictions), "predictions")
