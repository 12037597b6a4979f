"""Cells to tell a campaign store of, and a store to tell them to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate.campaign.store import CampaignStore
from surrogate.campaign.told_before import Told
from surrogate.hosts import columns as c

LIFE = "cycle_life_cycles"


def row(**changes: object) -> dict[str, object]:
    design: dict[str, object] = dict.fromkeys(c.DESIGN_COLUMNS, 0.5)
    design |= {"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none"}
    design |= dict.fromkeys(c.MATERIAL_COLUMNS, "copper") | dict.fromkeys(c.OVERRIDES, np.nan)
    return design | c.COLUMNS.neutral | {"thickness_um": 100.0} | changes


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
