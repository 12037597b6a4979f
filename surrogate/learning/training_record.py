"""What a training run shows in MLflow: few metrics, an overview, its entrants as children, tables, figures.

Data flow: predictions of papers by every entrant -> ``standing`` against each -> metrics of the run (what is served)
and of its children (one for each entrant); with the decision about the version -> overview and description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from surrogate import tracking
from surrogate.evaluation.skill import SIMPLEST, standing
from surrogate.learning.promotion import SERVED, Decision, Judged
from surrogate.learning.score_rows import comparison_rows, skill_rows
from surrogate.models.mixture import Mixture
from surrogate.report import evaluation_figures
from surrogate.report.quantities import label

DATASET = "literature"
FIGURES = "figures.html"
WITH_PHYSICS = (SERVED, "fused", "physics")  # entrants that know what the simulator says
_WIDE = "&emsp;"  # written out: Markdown drops spaces at the end of a cell
_FILES = (
    (f"{FIGURES}: entrants beside each other, predicted against measured, calibration",),
    ("model-card.md: what the model is for, and what it is not",),
    ("tables/: every score, every prediction of an unseen paper, weights of the mixture, directions",),
    ("verdict.txt, environment.json: the decision about the alias; code, Python and packages",),
)


@dataclass(frozen=True)
class Trained:
    """What a training run has to tell.

    Parameters
    ----------
    title : str
        Of the run.
    scorecard : DataFrame
        A row a target and entrant (``evaluation.scorecard``).
    predictions : DataFrame
        Of unseen papers (``learning.contest.held_out_predictions``).
    standing : DataFrame
        Of ``evaluation.skill.standing``.
    judged : Judged
        What is served.
    trends : DataFrame
        Of ``learning.trends.trend_agreement``.
    """

    title: str
    scorecard: pd.DataFrame
    predictions: pd.DataFrame
    standing: pd.DataFrame
    judged: Judged
    trends: pd.DataFrame

    @classmethod
    def of(
        cls,
        title: str,
        scorecard: pd.DataFrame,
        predictions: pd.DataFrame,
        judged: Judged,
        trends: pd.DataFrame,
    ) -> Trained:
        """Compare what is served with every entrant."""
        return cls(title, scorecard, predictions, standing(predictions, SERVED), judged, trends)


def record_scores(run: tracking.Run, trained: Trained, mixtures: Mapping[str, Mixture]) -> None:
    """Record metrics, children, tables and figures.

    Parameters
    ----------
    run : Run
        Of the training.
    trained : Trained
        What it has to tell.
    mixtures : mapping
        Target -> what is served.
    """
    run.metrics(headline(trained), dataset=DATASET)
    for name, params, metrics in entrants(trained.standing):
        tracking.add_part(run, name, "entrant", params, metrics)
    trained.judged.record(run)
    run.table(trained.scorecard, "scorecard")
    run.table(trained.standing, "standing")
    run.table(trained.trends, "trends")
    run.table(weights(mixtures), "weights")
    run.table(evaluation_figures.in_units(trained.predictions), "predictions")
    served = trained.predictions[trained.predictions["entrant"] == SERVED]
    title = "What is served on measured rows, each paper predicted from all others"
    run.figures(  # one page: each carries the plotting library
        [
            evaluation_figures.comparison(trained.scorecard),
            evaluation_figures.agreement(served, title),
            evaluation_figures.calibration({SERVED: served}),
        ],
        FIGURES,
    )


def headline(trained: Trained) -> dict[str, float]:
    """Return the metrics of a training run, at most ``tracking.MOST_METRICS``; MLflow's page sorts them by name.

    Parameters
    ----------
    trained : Trained
        What the run has to tell.

    Returns
    -------
    dict
        ``skill_vs_median/T`` (1 - CRPS over the plain median's), ``true_directions/...`` (shares of published pairs
        and of changes of random hosts) and ``within_90_interval/T`` -> number.
    """
    rows = trained.judged.skill.to_dict("records")
    signs, trends = trained.judged.signs, trained.trends
    asked = trends[trends["hosts"] > 0]
    return {
        **{f"skill_vs_median/{row['target']}": float(row["skill_vs_median"]) for row in rows},
        "true_directions/published_pairs": float(signs["right"].mean()) if len(signs) else float("nan"),
        "true_directions/simulator": float(asked["right"].mean()) if len(asked) else float("nan"),
        **{f"within_90_interval/{row['target']}": float(row["coverage"]) for row in rows},
    }


def entrants(against: pd.DataFrame) -> list[tuple[str, dict[str, str], dict[str, float]]]:
    """Return name, parameters and metrics of each entrant.

    Parameters
    ----------
    against : DataFrame
        Of ``evaluation.skill.standing``.
    """
    median = against[against["rival"] == SIMPLEST].set_index("target")["crps"]
    found = []
    for name, part in against.groupby("rival", sort=False):
        params = {
            "entrant": str(name),
            "physics": "with" if name in WITH_PHYSICS else "without",
            "served": "yes" if name == SERVED else "no",
        }
        metrics: dict[str, float] = {}
        for row in part.to_dict("records"):
            target = str(row["target"])
            metrics[f"skill_vs_median/{target}"] = 1.0 - float(row["crps"]) / float(median[target])
            metrics[f"crps/{target}"] = float(row["crps"])
            metrics[f"within_90_interval/{target}"] = float(row["coverage"])
        found.append((str(name), params, metrics))
    return found


def weights(mixtures: Mapping[str, Mixture]) -> pd.DataFrame:
    """Return what each mixture is made of.

    Parameters
    ----------
    mixtures : mapping
        Target -> mixture.

    Returns
    -------
    DataFrame
        A row a target and part: target, part (``simulator``: the share of its response that counts), weight.
    """
    rows = []
    for target, mixture in mixtures.items():
        parts = zip(mixture.names, mixture.weights, strict=True)
        rows += [{"target": target, "part": name, "weight": float(weight)} for name, weight in parts]
        rows.append({"target": target, "part": "simulator", "weight": mixture.trend})
    return pd.DataFrame(rows)


def record_decision(run: tracking.Run, version: str, trained: Trained, decision: Decision) -> None:
    """Record the overview and the description of the run.

    Parameters
    ----------
    run : Run
        Of the training.
    version : str
        That it has registered.
    trained : Trained
        What it has to tell.
    decision : Decision
        About the version.
    """
    run.text(overview(version, trained, decision), tracking.OVERVIEW)
    run.describe(description(version, trained, decision, run.link(tracking.OVERVIEW)))


def overview(version: str, trained: Trained, decision: Decision) -> str:
    """Write the page to read first.

    Parameters
    ----------
    version, trained, decision
        As for :func:`record_decision`.
    """
    head, *reasons = decision.verdict.reasons
    state = "becomes champion" if decision.verdict.wins else "stays challenger"
    card = trained.scorecard
    share = pd.DataFrame({name: metrics for name, _, metrics in entrants(trained.standing)}).T.filter(
        like="skill_vs_median/"
    )
    share = share.sort_values(list(share.columns), ascending=False)
    rivals = [["Entrant", *(label(str(name).partition("/")[2]) for name in share.columns)]]
    rivals += [
        [str(name), *(f"{value:+.0%}" for value in row)]
        for name, row in zip(share.index, share.to_numpy(), strict=True)
    ]
    return tracking.overview_page(
        f"{trained.title}: version {version} {state}",
        [
            f"{head[0].upper()}{head[1:]}.",
            f"Judged on {int(card.groupby('target')['n'].first().sum())} published values, each paper predicted from "
            "all others (leave-one-paper-out). CRPS of log10, lower is better; skill: 1 less the CRPS over that of "
            "the plain median.",
        ],
        [
            ("What is served, on papers that it has not seen", skill_rows(trained.judged.skill)),
            (f"Before (version {decision.against}) and after (version {version}), on the same rows",
             comparison_rows(decision.comparison)),
            ("Why", [[reason] for reason in reasons]),
            ("Skill of every entrant", rivals),
            ("What else is here", _FILES),
        ],
    )  # fmt: skip


def description(version: str, trained: Trained, decision: Decision, link: str = "") -> str:
    """Describe the run, or its version, in at most 15 lines of Markdown.

    Parameters
    ----------
    version, trained, decision
        As for :func:`record_decision`.
    link : str
        Address of the overview; empty: none.
    """
    state = "becomes champion" if decision.verdict.wins else "stays challenger"
    head = [f"[Overview]({link})", ""] if link else []
    said = f"**By the rule version {version} {state}**: {decision.verdict.reasons[0]}."
    return "\n".join([*head, said, "", *_markdown(trained.judged.skill)])


def version_description(title: str, skill: pd.DataFrame) -> str:
    """Describe a version, before it is decided about, in at most 15 lines of Markdown.

    Parameters
    ----------
    title : str
        Of the run that made it.
    skill : DataFrame
        Of ``evaluation.skill.skill``.
    """
    use = "Use it by `surrogate predict`, `optimize` or `mlflow models serve -m models:/lihost@champion`."
    return "\n".join(
        [f'Made by the run "{title}"; its overview and model card are there.', "", *_markdown(skill), "", use]
    )


def _markdown(skill: pd.DataFrame) -> list[str]:
    head, *rows = skill_rows(skill)
    # MLflow's page sets columns close to each other: wide spaces keep them apart.
    spaced = [[f"{cell}{_WIDE}" for cell in cells] for cells in (head, *rows)]
    table = ["| " + " | ".join(cells) + " |" for cells in (spaced[0], ["---"] * len(head), *spaced[1:])]
    return [*table, "", "Each paper predicted from all others; CRPS of log10, lower is better."]
