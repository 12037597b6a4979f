"""The files of a batch of proposals: tables, JSON, report and the template for results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.files.output import replacing, write_csv, write_json

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel
    from surrogate.tracking import Champion

JSON_VERSION = 1


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
    """

    campaign: Campaign
    model: HostModel
    champion: Champion
    observations: pd.DataFrame | None
    seed: int
    remarks: Sequence[str]
    shares: pd.DataFrame | None = None

    @property
    def measured_cells(self) -> int:
        """Number of measured cells."""
        return 0 if self.observations is None else len(self.observations)


def write_files(batch: pd.DataFrame, context: BatchContext, out: Path) -> list[Path]:
    """Write tables, JSON and report; the template for results only where there is a campaign file.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals as ``propose_hosts`` returns them.
    context : BatchContext
        What they were made from.
    out : Path
        Folder that exists.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    StoreError
        For a file that cannot be written.
    """
    from surrogate.report.html import write_report

    files = [write_csv(batch, out / "candidates.csv")]
    files.append(write_json(content(batch, context), out / "candidates.json"))
    if context.shares is not None:
        files.append(write_csv(context.shares, out / "understanding.csv"))
    with replacing(out / "report.html") as page:
        write_report(
            batch,
            context.campaign,
            context.model,
            context.observations,
            page,
            seed=context.seed,
            provenance=_provenance(context),
        )
    files.append(out / "report.html")
    if context.observations is not None:
        files.append(write_csv(results_template(batch), out / "results-template.csv"))
    return files


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
    campaign = context.campaign
    return {
        "schema_version": JSON_VERSION,
        "campaign": {
            "name": campaign.name,
            "conditions": campaign.conditions.as_dict(),
            "objectives": dict(campaign.objectives),
            "frameworks": list(campaign.frameworks),
            "agents": list(campaign.agents),
            "bounds": {column: list(pair) for column, pair in campaign.bounds.items()},
            "text": campaign.text,
        },
        "model_version": context.model.version,
        "seed": context.seed,
        "n": sum(row.get("role") != "control" for row in batch.to_dict("records")),
        "told_cells": context.measured_cells,
        "notes": list(context.remarks),
        "proposals": batch.to_dict("records"),
        "understanding": [] if context.shares is None else context.shares.to_dict("records"),
    }


def results_template(batch: pd.DataFrame) -> pd.DataFrame:
    """Return the proposed hosts with empty columns for what will be measured: the input of ``optimize tell``.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals.

    Returns
    -------
    DataFrame, n rows
        Choices, conditions, targets with ``T_censored`` and ``T_upper_bound``, replicate, failed and note.
    """
    from surrogate.hosts.columns import CHOICES, CONDITIONS, TARGETS

    template = batch[[name for name in (*CHOICES, *CONDITIONS) if name in batch.columns]].copy()
    for target in TARGETS:
        template[target] = ""
        template[f"{target}_censored"] = ""
        template[f"{target}_upper_bound"] = ""
    for column in ("replicate", "failed", "note"):
        template[column] = ""
    return template


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
