"""The commands that are killed, each with the folder that it works in."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from tests.campaign.told_cells import HOST, store_with_a_batch
from tests.faults.kills import Case
from tests.faults.states import CAMPAIGN, STORE, batches, built, simulated, told

TEXT = (
    "schema_version = 1\nname = 'c'\nn = 2\n[search]\nframeworks = ['copper', 'carbon_fiber']\n"
    "agents = ['none', 'silver']\n"
)
#: What a process has to load to run the commands of a campaign.
OF_CAMPAIGNS = (
    "surrogate.cli.optimize", "surrogate.cli.surrogate", "surrogate.cli.observations", "surrogate.cli.corrections",
    "surrogate.cli.campaign_record", "surrogate.campaign.store", "surrogate.campaign.observations",
    "surrogate.tracking",
)  # fmt: skip


def cells(*names: str, life: float = 200.0) -> pd.DataFrame:
    """Cells of copper hosts, as a person tells them."""
    return pd.DataFrame(
        [{**HOST, "thickness_um": 50.0 + k, "cell_id": name, "cycle_life_cycles": life + k}
         for k, name in enumerate(names)]
    )  # fmt: skip


def new_campaign(folder: Path) -> None:
    """A campaign that was told nothing, and a file of cells."""
    (folder / CAMPAIGN).write_text(TEXT)
    cells("A1", "A2", "A3").to_csv(folder / "cells.csv", index=False)


def told_campaign(folder: Path) -> None:
    """A campaign with a batch and cells, and a file that has grown."""
    new_campaign(folder)
    store = store_with_a_batch(folder)
    host = dict.fromkeys(("electrolyte",), "liquid_ether")
    store.tell(cells("A1", "A2", "A3").assign(**host), "cells.csv")
    more = cells("A1", "A2", "A3", *(f"N{k}" for k in range(40)), life=300.0)
    more.to_csv(folder / "more.csv", index=False)


def older_campaign(folder: Path) -> None:
    """A store that an earlier program wrote, which is brought up to date first."""
    new_campaign(folder)
    text = (Path(__file__).parents[1] / "campaign" / "stores" / "v3.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(folder / STORE)) as database:
        database.executescript(text)


def unless_done(found: Any, after: Any) -> bool:
    """Whether a command is given again that does one thing more each time."""
    return bool(found != after)


ON = ("--campaign", CAMPAIGN)


def of_campaigns() -> list[Case]:
    """Return the commands that tell a campaign something."""
    return [
        Case("tell, the first", ("optimize", "tell", *ON, "cells.csv"), new_campaign, told),
        Case("tell, more", ("optimize", "tell", *ON, "more.csv"), told_campaign, told),
        Case("tell, older store", ("optimize", "tell", *ON, "cells.csv"), older_campaign, told),
        Case(
            "amend", ("optimize", "amend", *ON, "--cell", "A2", "cycle_life_cycles=77"), told_campaign, told
        ),
        Case("forget", ("optimize", "forget", *ON, "--cell", "A2"), told_campaign, told),
        Case("withdraw", ("optimize", "withdraw", *ON, "B01-1"), told_campaign, told),
        Case("undo", ("optimize", "undo", *ON), told_campaign, told, again=unless_done),
    ]


def designs(folder: Path) -> None:
    """A table of designs."""
    cells("A1", "A2", "A3").drop(columns="cycle_life_cycles").to_csv(folder / "in.csv", index=False)


def of_simulations() -> list[Case]:
    """Return the commands that simulate."""

    def recipe(folder: Path) -> None:
        (folder / "small.toml").write_text("schema_version = 1\n[simulate]\nn = 55\n")

    return [
        Case("simulate --designs", ("surrogate", "simulate", "--designs", "in.csv", "--out", "out.csv"), designs,
             simulated),
        Case("simulate --recipe", ("surrogate", "simulate", "--recipe", "small.toml", "--out", "table"), recipe,
             built, with_="tests.faults.standins:small_parts"),
    ]  # fmt: skip


def proposing(champion: Path, physics: Path) -> Case:
    """Return ``optimize propose`` in a folder with a champion, whose campaign has simulated before."""

    def prepare(folder: Path) -> None:
        (folder / CAMPAIGN).write_text(TEXT)
        shutil.copytree(champion, folder / "mlruns")
        shutil.copytree(physics, folder / "mlruns" / "physics", dirs_exist_ok=True)

    def between(found: Any, before: Any, after: Any) -> bool:
        """The batch is stored first, and its files come one after the other."""
        stored = {name: found[name] for name in ("cells", "proposals", "pending")}
        in_order = stored == {name: after[name] for name in stored} or not found["files"]
        return in_order and all(after["files"].get(name) == one for name, one in found["files"].items())

    return Case("propose", ("optimize", "propose", *ON), prepare, batches, between=between)


def promoting(two_versions: Path, state: Callable[[Path], Any]) -> Case:
    """Return ``surrogate train --promote`` of a challenger."""

    def between(found: Any, before: Any, after: Any) -> bool:
        """The new champion is a challenger no longer a moment later."""
        return bool(found["champion"] == after["champion"])

    return Case(
        "promote", ("surrogate", "train", "--promote", "2", "--because", "by hand"),
        lambda folder: shutil.copytree(two_versions, folder / "mlruns") and None, state, between=between,
    )  # fmt: skip
