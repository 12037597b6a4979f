"""The kinds of files that a user has, and what the product answers from them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate import resources, tracking
from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.campaign.store import CampaignStore
from surrogate.cli.moving import export_campaign, import_campaign
from surrogate.errors import StoreError
from surrogate.evaluation.skill import ROWS_TABLE
from surrogate.files.kept_table import keep_table, kept_table
from surrogate.learning import simulated_table
from surrogate.models.folder import read_folder, write_folder
from surrogate.resources import resource
from tests.faults.cases import cells, told_campaign
from tests.faults.damage import Kind
from tests.faults.states import CAMPAIGN, STORE, told

SHIPPED = ("datasets", "training")


def of_store(folder: Path) -> Any:
    """All that is read of a campaign store."""
    store = CampaignStore.open(folder / STORE)
    return told(folder), store.digest(), store.mark(), store.history(), store.batch("k").to_csv()


def of_campaign_file(folder: Path) -> Any:
    """What is asked by a campaign file."""
    campaign = Campaign.load(folder / CAMPAIGN)
    about = (campaign.conditions.as_dict(), campaign.objectives, campaign.limits, campaign.bounds, campaign.n)
    return campaign.name, campaign.frameworks, campaign.agents, *map(repr, about)


def of_cells(name: str) -> Any:
    """Return what is read of a table of cells."""

    def answer(folder: Path) -> str:
        campaign = Campaign.load(folder / CAMPAIGN)
        return read_observations(
            folder / name, campaign, CampaignStore.open(folder / "none.db").identities()
        )[0].to_csv()

    return answer


def workbook(folder: Path) -> None:
    """A workbook of cells."""
    told_campaign(folder)
    cells("A1", "A2", "A3").to_excel(folder / "cells.xlsx", index=False)


def exported(folder: Path) -> None:
    """A campaign that was exported."""
    told_campaign(folder)
    export_campaign(folder / CAMPAIGN, folder / "moved.json")
    for name in (CAMPAIGN, STORE):
        (folder / name).unlink()


def imported(folder: Path) -> Any:
    """What is known after it was imported; where that was refused there is nothing."""
    for name in (CAMPAIGN, STORE):
        (folder / name).unlink(missing_ok=True)
    import_campaign(folder / "moved.json", folder / CAMPAIGN)
    return told(folder), (folder / CAMPAIGN).read_text()


def table_of_simulations(folder: Path) -> None:
    """A simulated table of a recipe, with numbers from nowhere."""
    rng = np.random.default_rng(0)

    def simulate(designs: pd.DataFrame, **_: object) -> pd.DataFrame:
        numbers = rng.random((len(designs), 3))
        return pd.DataFrame(numbers, columns=["a", "b", "c"]).assign(outcome="completed")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("surrogate.physics.simulate", simulate)
        patch.setattr(simulated_table, "PART_ROWS", 6)
        simulated_table.build({"n": 12}, folder, 0)


def of_table(folder: Path) -> Any:
    """What is read of a simulated table, and what its card says of it where it is up to date."""
    table = simulated_table.load(folder)
    old = simulated_table.stale({"n": 12}, folder, 0)
    if old:
        raise StoreError(old, remedy="it is built again")
    about = table.attrs.pop("card")
    return table.to_csv(), {name: about[name] for name in ("rows", "outcomes", "columns", "parts", "sha256")}


def kept(folder: Path) -> None:
    """Simulations that are kept."""
    table = pd.DataFrame(np.random.default_rng(0).random((40, 5)), columns=list("abcde"))
    keep_table(table, folder / "told.kept")


def kept_or_made(folder: Path) -> str:
    """The numbers that are kept, or are made again."""
    table = kept_table(folder / "told.kept")
    if table is None:
        kept(folder)
        return kept_or_made(folder)
    return str(table.to_csv())


def arrays(folder: Path) -> None:
    """A model of a few arrays, in the form of every model."""
    rng = np.random.default_rng(0)
    made = {name: rng.random((6, 5)) for name in ("weights", "rows")}
    write_folder(folder / "model", made, {"inside": 0.3, "citations": ["10.1/x#1", "10.1/y#2"]})


def of_arrays(folder: Path) -> Any:
    """What is read of such a model."""
    found, settings, content = read_folder(folder / "model")
    return {name: torch.Tensor.tolist(one) for name, one in found.items()}, json.dumps(settings), content


def shipped(folder: Path) -> None:
    """The tables, recipes and campaigns that ship with the package."""
    for name in SHIPPED:
        shutil.copytree(resource(name), folder / name)


def of_shipped(folder: Path) -> Any:
    """What every reader of such a table is given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "_PLACES", (folder,))
        paths = (path for name in SHIPPED for path in (folder / name).rglob("*.*"))
        names = sorted(path.relative_to(folder).as_posix() for path in paths)
        return {name: resource(name).read_bytes() for name in names if not name.endswith("README.md")}


def of_campaigns() -> list[Kind]:
    """Return the files of campaigns, of simulations, and a model's."""
    return [
        Kind("campaign store (SQLite)", told_campaign, STORE, of_store),
        Kind("exported campaign (JSON)", exported, "moved.json", imported),
        Kind("simulated table (Parquet, JSON)", table_of_simulations, "**/*.*", of_table),
        Kind("kept simulations (Parquet)", kept, "*.kept", kept_or_made),
        Kind("shipped files and their cards", shipped, "*/**/*.*", of_shipped),
        Kind("model (safetensors, JSON)", arrays, "model/*", of_arrays),
        Kind("cells told (workbook)", workbook, "cells.xlsx", of_cells("cells.xlsx"), edited=True),
        Kind("cells told (CSV)", told_campaign, "cells.csv", of_cells("cells.csv"), edited=True),
        Kind("campaign file (TOML)", told_campaign, CAMPAIGN, of_campaign_file, edited=True),
    ]  # fmt: skip


def of_champion(folder: Path) -> Any:
    """The champion of a folder as it is loaded, and what is kept to compare others with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        model = tracking.load_champion()
        found = tracking.champion()
        rows = tracking.logged_table(found.run_id, ROWS_TABLE)
        if rows is None:
            raise StoreError("the champion has no record of what it predicted", remedy="surrogate train")
        return found.version, model.version, rows.to_csv()


def of_models(folder: Path) -> list[Kind]:
    """Return the files of MLflow's store of a folder with a champion."""

    def prepare(into: Path) -> None:
        shutil.copytree(folder / "mlruns", into / "mlruns")

    return [
        Kind("MLflow's database (SQLite)", prepare, "mlruns/mlflow.db", of_champion),
        Kind("champion (safetensors, JSON)", prepare, "mlruns/**/host_model/*", of_champion),
        Kind("rows kept with its run (JSON)", prepare, "mlruns/**/served-rows.json", of_champion),
    ]
