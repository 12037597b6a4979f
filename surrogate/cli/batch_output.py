"""What is kept of a batch of proposals: files in a folder, and an MLflow run that holds them and more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate import tracking
from surrogate.files.output import replacing, write_csv, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel

JSON_VERSION = 1
_METRICS = ("extrapolation", "bottom_half_share", "host_capacity_mAh_cm2", "acquisition_value")


@dataclass(frozen=True)
class Asked:
    """The question a batch answers. results: told cells, None without a campaign of one's own."""

    campaign: Campaign
    model: HostModel
    champion: tracking.Champion
    results: pd.DataFrame | None
    seed: int
    remarks: Sequence[str]

    @property
    def told(self) -> int:
        """Number of told cells."""
        return 0 if self.results is None else len(self.results)


def write_files(batch: pd.DataFrame, asked: Asked, out: Path) -> list[Path]:
    """Tables, JSON and report in ``out``; the template for results when there is a campaign of one's own."""
    from surrogate.report.html import write_report

    files = [write_csv(batch, out / "candidates.csv")]
    files.append(write_json(content(batch, asked), out / "candidates.json"))
    with replacing(out / "report.html") as page:
        write_report(
            batch,
            asked.campaign,
            asked.model,
            asked.results,
            page,
            seed=asked.seed,
            provenance=_provenance(asked),
        )
    files.append(out / "report.html")
    if asked.results is not None:
        files.append(write_csv(to_fill_in(batch), out / "results-template.csv"))
    return files


def note_question(run: tracking.Run, campaign: Campaign, found: tracking.Champion, n: int) -> None:
    """Record what is asked and which champion answers, before the search."""
    run.params(
        {
            "campaign": campaign.name,
            "n": n,
            "objectives": dict(campaign.objectives),
            "conditions": campaign.conditions.as_dict(),
        }
    )
    run.text(campaign.text, "campaign.toml")
    tracking.use(run, found)


def note_answer(run: tracking.Run, batch: pd.DataFrame, asked: Asked, files: Sequence[Path]) -> None:
    """Record the batch: description, numbers of each proposal, figures, files, told cells."""
    from surrogate.report.brief import brief
    from surrogate.tracking.provenance import table_hash

    run.describe(brief(batch, asked.campaign, asked.remarks))
    run.params({"told_cells": asked.told})
    if asked.results is not None and asked.told:
        told = asked.results.drop(columns="told_at", errors="ignore")
        source = str(asked.campaign.store_path)
        run.dataset("told_cells", table_hash(told), source=source, rows=asked.told, context="told")
    run.metrics(numbers(batch, asked.campaign))
    if run.recorded:
        pareto, depth = _figures(batch, asked)
        run.figures(pareto, "figures/pareto.html")
        run.figures(depth, "figures/depth-profiles.html")
    # Under another name than the file candidates.json, which has another layout.
    run.table(batch, "proposals")
    for file in files:
        run.file(file)


def numbers(batch: pd.DataFrame, campaign: Campaign) -> dict[str, float]:
    """The metrics of a batch: each proposal's predictions and physics, and the best median of each target."""
    shown = [name for name in (*campaign.objectives, *_METRICS) if name in batch.columns]
    values = {
        f"proposal_{k}.{name}": float(row[name])
        for k, row in enumerate(batch.to_dict("records"), 1)
        for name in shown
    }
    for target, goal in campaign.objectives.items():
        values[f"best.{target}"] = float(batch[target].max() if goal == "max" else batch[target].min())
    return values


def _figures(batch: pd.DataFrame, asked: Asked) -> tuple[list[Any], list[Any]]:
    """Target against target, and a depth profile for each porous host."""
    from surrogate.literature import featurize
    from surrogate.literature import records as literature
    from surrogate.report import summary
    from surrogate.report.figures import figures
    from surrogate.report.html import profiles_of
    from surrogate.report.quantities import records

    context = featurize.to_designs(literature.load())
    drawn = figures(batch, results=asked.results, context=context, profiles=profiles_of(batch)[0])
    for k, row in enumerate(records(batch), 1):
        if f"profile_{k}" in drawn:
            titled = {"text": f"{k}. {summary.title(row)}", "font": {"size": 15}, "x": 0, "xref": "paper"}
            drawn[f"profile_{k}"].update_layout(title=titled, height=440, margin={"t": 80, "b": 150})
    for figure in drawn.values():
        figure.update_layout(showlegend=True)
    profiles = [figure for name, figure in drawn.items() if name.startswith("profile_")]
    return [figure for name, figure in drawn.items() if name.startswith("pareto_")], profiles


def _provenance(asked: Asked) -> dict[str, str]:
    """For the report: what the model was made from, and where it is registered."""
    about = asked.model.about
    hashes = {
        f"Training data, {name}": about[name]
        for name in ("simulated", "literature", "records")
        if name in about
    }
    return {name: f"SHA-256 {value}" for name, value in hashes.items()} | {
        "Registered model": f"version {asked.champion.version}, MLflow run {asked.champion.run_id}"
    }


def content(batch: pd.DataFrame, asked: Asked) -> dict[str, Any]:
    """What ``candidates.json`` holds; the same for the same question."""
    campaign = asked.campaign
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
        "model_version": asked.model.version,
        "seed": asked.seed,
        "n": len(batch),
        "told_cells": asked.told,
        "notes": list(asked.remarks),
        "proposals": batch.to_dict("records"),
    }


def to_fill_in(batch: pd.DataFrame) -> pd.DataFrame:
    """The proposed hosts with empty cells for what will be measured: the input of ``optimize tell``."""
    from surrogate.hosts.columns import CHOICES, CONDITIONS, TARGETS

    filled = batch[[name for name in (*CHOICES, *CONDITIONS) if name in batch.columns]].copy()
    for target in TARGETS:
        filled[target] = ""
        filled[f"{target}_censored"] = ""
    for column in ("replicate", "failed", "note"):
        filled[column] = ""
    return filled
