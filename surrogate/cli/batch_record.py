"""The MLflow run of a campaign: a step, a folder and a row of its overview for each batch of proposals.

Data flow: batch and the campaign's run so far -> nothing where the batch is recorded already; else metrics at the
next step (best measured, best predicted), files in ``batch-NN``, a row in the table of steps -> overview and text.
What is known of the cells is recorded with it, and by ``campaign_record`` whenever it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate import tracking
from surrogate.campaign.gains import gain_of_values
from surrogate.campaign.goals import as_written, limits_as_written
from surrogate.cli.batch_files import BatchContext
from surrogate.cli.campaign_record import (
    FIGURES,
    PREDICTED,
    Known,
    bring_up_to_date,
    described,
    write_overview,
)
from surrogate.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

_DIGITS = 16  # of the hash of a batch
_LINES = 12  # of the batch in the description of the run; a large one is cut, its table is not


def record_batch(
    batch: pd.DataFrame, context: BatchContext, store: CampaignStore | None, files: Sequence[Path]
) -> None:
    """Record a batch in the run of its campaign; of one that is recorded already, only what its cells have become.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals.
    context : BatchContext
        What they were made from.
    store : CampaignStore, optional
        Of the campaign; None for the default campaign, of which nothing is stored.
    files : sequence of Path
        Files to keep with the run.
    """
    from surrogate.tracking.provenance import table_hash

    campaign, mark = context.campaign, "" if store is None else store.mark()
    known = Known(campaign, store, context.observations)
    try:
        before = tracking.campaign_run(campaign.name, mark)
    except StoreError:  # proposals are worth more than their record; the run that is opened next warns
        before = tracking.CampaignRun()
    digest = table_hash(batch)[:_DIGITS]
    if digest in before.batches.values():
        bring_up_to_date(before, known, "cells told or corrected")
        return
    batches = [*before.batches, f"batch-{len(before.batches) + 1:02d}"]
    name, step = batches[-1], before.step + 1
    # Proposals are worth more than their record: a store that cannot be written costs a warning.
    with tracking.run(
        campaign.name, "campaign", required=False, again=before.run_id,
        experiment=tracking.campaign_experiment(campaign.name),
    ) as run:  # fmt: skip
        if not before.run_id:
            _begin(run, context, mark)
        tracking.record_champion(run, context.champion)
        values = predicted_best(batch, campaign) | known.metrics()
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
        row = {"what": name, "seed": context.seed, "champion": context.champion.version, **values}
        write_overview(run, known, row, batches, context.remarks)
        run.describe(f"{described(run, known, batches)}\n\n{_proposed(batch, context)}")
        # Last: until then the batch does not count as recorded.
        run.tags({name: digest, "batch": name, tracking.STEP: step, tracking.CELLS: known.digest})


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


def _proposed(batch: pd.DataFrame, context: BatchContext) -> str:
    """Write the hosts of a batch for the description of the run."""
    from surrogate.report.batch_markdown import batch_markdown

    lines = batch_markdown(batch, context.campaign, [], context.decision(batch)).splitlines()
    return "\n".join(lines[:_LINES])


def predicted_best(batch: pd.DataFrame, campaign: Campaign) -> dict[str, float]:
    """Return the best prediction of a batch, of each objective.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals.
    campaign : Campaign
        With its objectives.

    Returns
    -------
    dict
        ``predicted_best/T`` in the unit of T, and ``better_than_control/best_chance`` -> number.
    """
    if "role" in batch.columns:
        batch = batch[batch["role"] != "control"]
    values = {}
    for target, goal in campaign.objectives.items():
        best = gain_of_values(target, goal, batch[target]).argmax()
        values[f"{PREDICTED}/{target}"] = float(batch[target].iloc[best])
    if "p_better_than_control" in batch.columns:
        values["better_than_control/best_chance"] = float(batch["p_better_than_control"].max())
    return values


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
