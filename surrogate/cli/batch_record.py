"""The MLflow run of a campaign: a step, a folder and a row of its overview for each batch of proposals.

Data flow: batch and the campaign's run so far -> nothing where the batch is recorded already; else metrics at the
next step (best measured, best predicted), files in ``batch-NN``, a row in the table of batches -> overview and text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate import tracking
from surrogate.campaign.gains import gain_of_values
from surrogate.campaign.goals import as_written, limits_as_written
from surrogate.cli.batch_files import BatchContext

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign

BATCHES, FIGURES = "batches", "figures.html"
SO_FAR, PREDICTED = "best_so_far", "predicted_best"
_DIGITS = 16  # of the hash of a batch
_LINES = 13  # of the batch in the description of the run; a large one is cut, its table is not


def record_batch(batch: pd.DataFrame, context: BatchContext, mark: str, files: Sequence[Path]) -> None:
    """Record a batch in the run of its campaign; one that is recorded already adds nothing.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals.
    context : BatchContext
        What they were made from.
    mark : str
        Of the campaign's store; empty without one.
    files : sequence of Path
        Files to keep with the run.
    """
    from surrogate.tracking.provenance import table_hash

    campaign = context.campaign
    digest, known = table_hash(batch)[:_DIGITS], tracking.campaign_run(campaign.name, mark)
    if digest in known.batches.values():
        return
    step = known.next_step
    name = f"batch-{step:02d}"
    # Proposals are worth more than their record: a store that cannot be written costs a warning.
    with tracking.run(
        campaign.name, "campaign", required=False, again=known.run_id,
        experiment=tracking.campaign_experiment(campaign.name),
    ) as run:  # fmt: skip
        if not known.run_id:
            _begin(run, context, mark)
        tracking.record_champion(run, context.champion)
        values = batch_metrics(batch, context)
        run.metrics(values, step=step)
        if context.observations is not None and context.measured_cells:
            cells = context.observations.drop(columns="told_at", errors="ignore")
            source = str(campaign.store_address)
            run.dataset(
                f"told_cells/{name}",
                table_hash(cells),
                source=source,
                rows=context.measured_cells,
                context="told",
            )
        for file in files:
            run.file(file, name)
        run.text(campaign.text, f"{name}/campaign.toml")
        run.table(batch, f"proposals-{name}")
        if run.recorded:
            run.figures(_figures(batch, context), FIGURES)
        _tell(run, name, batch, context, values)
        # Last: until then the batch does not count as recorded.
        run.tags({name: digest, "batch": name})


def _begin(run: tracking.Run, context: BatchContext, mark: str) -> None:
    """Record what is asked for, and how the emulator of the campaign's physics was trained."""
    from surrogate.campaign.physics import PhysicsSettings, kept_physics

    campaign = context.campaign
    run.tags({"campaign": campaign.name, "campaign_mark": mark})
    run.params(
        {
            "campaign": campaign.name,
            "objectives": {name: as_written(goal) for name, goal in campaign.objectives.items()},
            "limits": limits_as_written(campaign.limits),
            "conditions": campaign.conditions.as_dict(),
        }
    )
    physics = kept_physics(campaign, PhysicsSettings.of_champion(context.model))
    if physics is not None:
        run.series("loss/emulator", physics.emulator.network.losses)
        run.series("loss/departures", physics.departures.losses)


def batch_metrics(batch: pd.DataFrame, context: BatchContext) -> dict[str, float]:
    """Return the metrics of a step: of each objective the best measured host so far and the best of the batch.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals.
    context : BatchContext
        The campaign, and what is measured.

    Returns
    -------
    dict
        ``best_so_far/T`` and ``predicted_best/T`` in the unit of T, ``better_than_control/best_chance`` and
        ``cells/told`` -> number.
    """
    if "role" in batch.columns:
        batch = batch[batch["role"] != "control"]
    values = best_so_far(context.campaign, context.observations)
    for target, goal in context.campaign.objectives.items():
        best = gain_of_values(target, goal, batch[target]).argmax()
        values[f"{PREDICTED}/{target}"] = float(batch[target].iloc[best])
    if "p_better_than_control" in batch.columns:
        values["better_than_control/best_chance"] = float(batch["p_better_than_control"].max())
    return values | {"cells/told": float(context.measured_cells)}


def best_so_far(campaign: Campaign, cells: pd.DataFrame | None) -> dict[str, float]:
    """Return of each objective the best measured host at the campaign's conditions that breaks no limit.

    Parameters
    ----------
    campaign : Campaign
        With its objectives and limits.
    cells : DataFrame, optional
        Measured cells.

    Returns
    -------
    dict
        ``best_so_far/T`` -> the median of the host's replicates, bounds taken as values; without the objectives that
        no cell has measured.
    """
    from surrogate.report.like_with_like import pooled

    hosts = [] if cells is None or cells.empty else pooled(campaign, cells)
    kept = [host for host in hosts if not host.breaks(campaign.limits)]
    found = {}
    for target, goal in campaign.objectives.items():
        known = [value for value in (host.estimate(target) for host in kept) if not math.isnan(value)]
        if known:
            found[f"{SO_FAR}/{target}"] = known[int(gain_of_values(target, goal, known).argmax())]
    return found


def _tell(
    run: tracking.Run, name: str, batch: pd.DataFrame, context: BatchContext, values: Mapping[str, float]
) -> None:
    """Add the batch to the table of batches, and write overview and description anew."""
    import pandas as pd

    from surrogate.report import summary
    from surrogate.report.batch_markdown import batch_markdown

    row = pd.DataFrame(
        [{"batch": name, "seed": context.seed, "champion": context.champion.version, **values}]
    )
    before = tracking.logged_table(run.id, BATCHES) if run.recorded else None
    every = row if before is None else pd.concat([before, row], ignore_index=True)
    run.text(every.to_json(orient="split", index=False), f"{tracking.TABLES}/{BATCHES}.json")
    rows = _batch_rows(every, context.campaign)
    asked = f"For {', '.join(text for _, text in summary.conditions(context.campaign.conditions.as_dict()))}."
    page = tracking.overview_page(
        f"Campaign {context.campaign.name}: {len(rows) - 1} batches",
        [asked],
        [
            ("Batches", rows),
            ("The last batch", [[remark] for remark in context.remarks]),
            (
                "What else is here",
                [
                    [f"{name}/report.html: the proposed hosts, as cards; one such folder for each batch"],
                    [f"{FIGURES}: the last batch among published cells, and its depth profiles"],
                    [f"tables/proposals-{name}: its numbers"],
                ],
            ),
        ],
    )
    run.text(page, tracking.OVERVIEW)
    links = [("Overview", tracking.OVERVIEW), (f"Report of {name}", f"{name}/report.html")]
    shown = ", ".join(f"[{text}]({run.link(path)})" for text, path in links)
    proposed = batch_markdown(batch, context.campaign, [], context.decision(batch)).splitlines()[:_LINES]
    run.describe("\n".join([shown, "", *proposed]))


def _batch_rows(table: pd.DataFrame, campaign: Campaign) -> list[list[str]]:
    from surrogate.report.quantities import label, quantity

    columns = {"batch": "Batch", "champion": "Champion", "cells/told": "Cells told"}
    numbers: dict[str, tuple[str, str]] = {}
    for what, words in ((SO_FAR, "best so far"), (PREDICTED, "best of the batch")):
        for target in campaign.objectives:
            numbers[f"{what}/{target}"] = (f"{label(target)}, {words}", target)
    rows = [[*columns.values(), *(words for words, _ in numbers.values())]]
    for row in table.to_dict("records"):
        first = [str(row["batch"]), str(row["champion"]), f"{row['cells/told']:.0f}"]
        rows.append([*first, *(quantity(row.get(name), target) for name, (_, target) in numbers.items())])
    return rows


def _figures(batch: pd.DataFrame, context: BatchContext) -> list[Any]:
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
    return [*(figure for name, figure in drawn.items() if name.startswith("pareto_")), *profiles]
