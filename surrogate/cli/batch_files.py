"""The files of a batch of proposals: tables, JSON, recipe cards, report and the template for results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.campaign.goals import as_written, limits_as_written
from surrogate.campaign.template import template, write_template
from surrogate.files.output import write_csv, write_json
from surrogate.files.own_files import OwnFiles

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.replicates import Plan
    from surrogate.models.bundle import HostModel
    from surrogate.report.cards.card import Card
    from surrogate.report.cards.decision import Decision
    from surrogate.tracking import Champion

JSON_VERSION = 1
TEMPLATE = "results-template"


@dataclass(frozen=True)
class BatchContext:
    """What a batch of proposals was made from.

    Parameters
    ----------
    campaign : Campaign
        Conditions, choices and objectives.
    model : HostModel
        That predicted.
    champion : Champion
        The same model as it is registered.
    observations : DataFrame, optional
        Measured cells; None without a campaign file.
    seed : int
        Of the search.
    remarks : sequence of str
        What a reader of the batch should know.
    shares : DataFrame, optional
        What each choice explains over the campaign, as ``choice_shares`` returns it.
    cells : str
        How many cells to build, and why.
    planned : Plan, optional
        The same as numbers.
    comparison : Comparison, optional
        What is believed of its hosts together.
    """

    campaign: Campaign
    model: HostModel
    champion: Champion
    observations: pd.DataFrame | None
    seed: int
    remarks: Sequence[str]
    shares: pd.DataFrame | None = None
    cells: str = ""
    planned: Plan | None = None
    comparison: Comparison | None = None

    def cards(self, batch: pd.DataFrame) -> tuple[Card, ...]:
        """Write the recipe card of each row of the batch."""
        from surrogate.report.cards.card import cards_of

        return cards_of(batch, self.campaign, self.comparison, self.planned, self.measured_cells, self.judged)

    def decision(self, batch: pd.DataFrame) -> Decision | None:
        """Say which hosts of the batch to make first; None where they were not compared."""
        from surrogate.report.cards.decision import decision_of

        return decision_of(batch, self.campaign, self.comparison)

    @cached_property
    def judged(self) -> pd.DataFrame | None:
        """How the model was judged; None where that is not recorded."""
        from surrogate.report.trust import judgement

        return judgement(self.champion.run_id)

    @property
    def measured_cells(self) -> int:
        """Number of measured cells."""
        return 0 if self.observations is None else len(self.observations)


def write_files(batch: pd.DataFrame, context: BatchContext, out: Path) -> OwnFiles:
    """Write tables, JSON and report; the template for results only where there is a campaign file.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals as ``propose_hosts`` returns them, with their ``proposal_id``.
    context : BatchContext
        What they were made from.
    out : Path
        Folder that exists.

    Returns
    -------
    OwnFiles
        With the files that were written, and those that were kept because they are a person's.

    Raises
    ------
    StoreError
        For a file that cannot be written.
    """
    from surrogate.report.html import write_report

    files = OwnFiles(out)
    with files.writing("candidates.csv") as path:
        write_csv(batch, path)
    with files.writing("candidates.json") as path:
        write_json(content(batch, context), path)
    if context.shares is not None:
        with files.writing("understanding.csv") as path:
            write_csv(context.shares, path)
    with files.writing("cards.md") as path:
        path.write_text(cards_text(batch, context, out), encoding="utf-8")
    with files.writing("report.html") as path:
        write_report(
            batch,
            context.campaign,
            context.model,
            context.observations,
            path,
            seed=context.seed,
            provenance=_provenance(context),
            cells=context.cells,
            comparison=context.comparison,
            planned=context.planned,
            judged=context.judged,
            folder=out if context.observations is not None else None,
        )
    if context.observations is not None:
        table = template(batch)
        with files.writing(f"{TEMPLATE}.csv") as path:
            write_csv(table, path)
        with files.writing(f"{TEMPLATE}.xlsx") as path:
            write_template(table, path)
    return files


def cards_text(batch: pd.DataFrame, context: BatchContext, out: Path) -> str:
    """Return what ``cards.md`` holds: the decision, the recipe card of each host, what to do next.

    Parameters
    ----------
    batch : DataFrame
        Proposals.
    context : BatchContext
        What they were made from.
    out : Path
        Folder of the batch.
    """
    from surrogate.report.cards.markdown import cards_markdown
    from surrogate.report.cards.next_steps import next_of

    told = out if context.observations is not None else None
    following = next_of(batch, context.campaign, told, f"{TEMPLATE}.csv")
    return cards_markdown(context.cards(batch), context.decision(batch), following)


def content(batch: pd.DataFrame, context: BatchContext) -> dict[str, Any]:
    """Return what ``candidates.json`` holds; the same for the same batch and context.

    Parameters
    ----------
    batch : DataFrame
        Proposals.
    context : BatchContext
        What they were made from.

    Returns
    -------
    dict
    """
    campaign, decision = context.campaign, context.decision(batch)
    return {
        "schema_version": JSON_VERSION,
        "campaign": {
            "name": campaign.name,
            "conditions": campaign.conditions.as_dict(),
            "objectives": {name: as_written(goal) for name, goal in campaign.objectives.items()},
            "limits": limits_as_written(campaign.limits),
            "frameworks": list(campaign.frameworks),
            "agents": list(campaign.agents),
            "methods": [one.identifier for one in campaign.methods.usable]
            if campaign.methods.restricts
            else [],
            "bounds": {column: list(pair) for column, pair in campaign.bounds.items()},
            "text": campaign.text,
        },
        "model_version": context.model.version,
        "seed": context.seed,
        "n": sum(row.get("role") != "control" for row in batch.to_dict("records")),
        "told_cells": context.measured_cells,
        "decision": "" if decision is None else decision.text,
        "notes": list(context.remarks),
        "proposals": batch.to_dict("records"),
        "understanding": [] if context.shares is None else context.shares.to_dict("records"),
    }


def _provenance(context: BatchContext) -> dict[str, str]:
    """For the report: what the model was made from, and where it is registered."""
    about = context.model.about
    hashes = {
        f"Training data, {name}": about[name]
        for name in ("simulated", "literature", "records")
        if name in about
    }
    return {name: f"SHA-256 {value}" for name, value in hashes.items()} | {
        "Registered model": f"version {context.champion.version}, MLflow run {context.champion.run_id}"
    }
