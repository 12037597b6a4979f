"""The MLflow run of a batch of proposals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate import tracking
from surrogate.campaign.gains import gain_of_values
from surrogate.campaign.goals import as_written, limits_as_written
from surrogate.cli.batch_files import BatchContext

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign

_METRICS = (
    "extrapolation",
    "p_within_limits",
    "bottom_half_share",
    "host_capacity_mAh_cm2",
    "acquisition_value",
)


def record_question(run: tracking.Run, campaign: Campaign, found: tracking.Champion, n: int) -> None:
    """Record what is asked for and which champion is used, before the search.

    Parameters
    ----------
    run : tracking.Run
        Of this command.
    campaign : Campaign
        Conditions and objectives.
    found : tracking.Champion
        The champion that is used.
    n : int
        Hosts asked for.
    """
    run.params(
        {
            "campaign": campaign.name,
            "n": n,
            "objectives": {name: as_written(goal) for name, goal in campaign.objectives.items()},
            "limits": limits_as_written(campaign.limits),
            "conditions": campaign.conditions.as_dict(),
        }
    )
    run.text(campaign.text, "campaign.toml")
    tracking.record_champion(run, found)


def record_batch(
    run: tracking.Run, batch: pd.DataFrame, context: BatchContext, files: Sequence[Path]
) -> None:
    """Record the batch: description, numbers of each proposal, figures, files, hash of the measured cells.

    Parameters
    ----------
    run : tracking.Run
        Of this command.
    batch : DataFrame, n rows
        Proposals.
    context : BatchContext
        What they were made from.
    files : sequence of Path
        Files to keep with the run.
    """
    from surrogate.report.batch_markdown import batch_markdown
    from surrogate.tracking.provenance import table_hash

    run.describe(batch_markdown(batch, context.campaign, context.remarks, context.decision(batch)))
    run.params({"told_cells": context.measured_cells})
    if context.observations is not None and context.measured_cells:
        cells = context.observations.drop(columns="told_at", errors="ignore")
        source = str(context.campaign.store_path)
        run.dataset(
            "told_cells", table_hash(cells), source=source, rows=context.measured_cells, context="told"
        )
    run.metrics(batch_metrics(batch, context.campaign))
    if run.recorded:
        pareto, depth = _figures(batch, context)
        run.figures(pareto, "figures/pareto.html")
        run.figures(depth, "figures/depth-profiles.html")
    # Under another name than the file candidates.json, which has another layout.
    run.table(batch, "proposals")
    for file in files:
        run.file(file)


def batch_metrics(batch: pd.DataFrame, campaign: Campaign) -> dict[str, float]:
    """Return the metrics of a batch: predictions and physics of each proposal, the best median of each objective.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals.
    campaign : Campaign
        With its objectives.

    Returns
    -------
    dict
        ``proposal_<k>.<column>`` and ``best.<target>`` -> number, in the column's unit.
    """
    if "role" in batch.columns:
        batch = batch[batch["role"] != "control"]
    limited = [limit.name for limit in campaign.limits]
    names = dict.fromkeys([*campaign.objectives, *limited, *_METRICS])
    shown = [name for name in names if name in batch.columns and batch[name].notna().all()]
    values = {
        f"proposal_{k}.{name}": float(row[name])
        for k, row in enumerate(batch.to_dict("records"), 1)
        for name in shown
    }
    for target, goal in campaign.objectives.items():
        best = gain_of_values(target, goal, batch[target]).argmax()
        values[f"best.{target}"] = float(batch[target].iloc[best])
    return values


def _figures(batch: pd.DataFrame, context: BatchContext) -> tuple[list[Any], list[Any]]:
    """Target against target, and a depth profile for each porous host."""
    from surrogate.literature import featurize
    from surrogate.report import summary
    from surrogate.report.figures import figures, targets_drawn
    from surrogate.report.goals_in_words import axis_words
    from surrogate.report.html import profiles_of
    from surrogate.report.proposal_names import names_of
    from surrogate.report.quantities import records

    published = featurize.published_designs()
    drawn = figures(
        batch, results=context.observations, context=published, profiles=profiles_of(batch)[0],
        targets=targets_drawn(context.campaign.objectives),
        axes=axis_words(context.campaign.objectives, context.campaign.limits),
    )  # fmt: skip
    rows = records(batch)
    for k, (name, row) in enumerate(zip(names_of(rows), rows, strict=True), 1):
        if f"profile_{k}" in drawn:
            titled = {"text": f"{name} {summary.title(row)}", "font": {"size": 15}, "x": 0, "xref": "paper"}
            drawn[f"profile_{k}"].update_layout(title=titled, height=440, margin={"t": 80, "b": 150})
    for figure in drawn.values():
        figure.update_layout(showlegend=True)
    profiles = [figure for name, figure in drawn.items() if name.startswith("profile_")]
    return [figure for name, figure in drawn.items() if name.startswith("pareto_")], profiles
