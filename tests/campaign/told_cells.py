"""Cells to tell a campaign store of, and a store to tell them to."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.told_before import Told
from surrogate.cli.corrections import amend
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns

LIFE = "cycle_life_cycles"
HOST = {
    "framework": "copper", "agent": "silver", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95,
    "agent_bottom": 0.05, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0,
    "pore_size_bottom_um": 10.0, "thickness_um": 100.0,
}  # fmt: skip
_NUMBERS = itertools.count()


class Laboratory:
    """A campaign with one proposed host, B01-1, and what is told of its cells and of others."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"c{next(_NUMBERS)}.toml"
        path.write_text("schema_version = 1\n[conditions]\ncurrent_density_mA_cm2 = 2\n")
        self.path, self.campaign = path, Campaign.load(path)
        self.store = CampaignStore.open(path.with_suffix(".db"))
        host = CompleteDesigns.of(pd.DataFrame([{**HOST, "electrolyte": "liquid_ether"}])).frame
        self.store.add_pending(host[[*c.CHOICES, *c.CONDITIONS]].assign(role="exploit"), seed=1, key="k")

    def tell(self, *rows: dict[str, Any], **how: Any) -> list[str]:
        """Return what was noted."""
        table, notes = read_observations(pd.DataFrame(rows), self.campaign, self.store.identities())
        self.store.tell(table, "a.csv", **how)
        return notes

    def amend(self, message: str) -> None:
        """Do what a message says: the command ``optimize amend`` in it."""
        found = re.search(r"optimize amend --campaign FILE\.toml (--cell .*?)\.?$", message)
        assert found, message
        _, name, *changes = shlex.split(found[1])
        amend(self.path, name, changes)

    def cell(self, name: str) -> dict[str, Any]:
        (found,) = [one for one in self.store.observations().to_dict("records") if one["cell_id"] == name]
        return {str(column): value for column, value in found.items()}


def row(**changes: object) -> dict[str, object]:
    design: dict[str, object] = dict.fromkeys(c.DESIGN_COLUMNS, 0.5)
    design |= {"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none"}
    design |= dict.fromkeys(c.MATERIAL_COLUMNS, "copper") | dict.fromkeys(c.OVERRIDES, np.nan)
    return design | c.COLUMNS.neutral | {"thickness_um": 100.0} | changes


def cells(*lives: float) -> pd.DataFrame:
    """Cells of one host; the store does not judge their values."""
    return pd.DataFrame([{**row(), LIFE: life} for life in lives])


def store_with_a_batch(folder: Path) -> CampaignStore:
    """A store in a folder, with a batch of two hosts and a control."""
    made = CampaignStore.open(folder / "c.db")
    roles = ("exploit", "explore", "control")
    batch = pd.DataFrame([row(thickness_um=100.0 + 50 * k, role=role) for k, role in enumerate(roles)])
    made.add_pending(batch, seed=1, key="k")
    return made


def tell(store: CampaignStore, *rows: dict[str, Any], source: str = "a.csv", **how: Any) -> Told:
    return store.tell(pd.DataFrame([row(**one) for one in rows]), source, **how)


def running(cycles: float, **more: Any) -> dict[str, Any]:
    return {"thickness_um": 77.0, LIFE: cycles, f"{LIFE}_censored": True, "state": "running", **more}


def failed(cycles: float, **more: Any) -> dict[str, Any]:
    return {"thickness_um": 77.0, LIFE: cycles, "state": "failed", **more}
