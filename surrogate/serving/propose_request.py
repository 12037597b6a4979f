"""A request for proposals: the campaign, its cells and what is under way, checked before a job is made of it.

Data flow: JSON -> the sections of a campaign file, or its text -> ``Campaign`` -> cells by the guards of ``optimize
tell`` -> designs under way, under the campaign's conditions. What is wrong is answered with the
field of the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from surrogate.campaign.file import MOST_PROPOSALS, Campaign
from surrogate.campaign.told_at_once import told_at_once
from surrogate.library import MOST_SEED
from surrogate.library.design_tables import designs_of
from surrogate.serving.request import in_field, table_of
from surrogate.serving.told_cells import CampaignSections, CellRows, TakenAsTheyAre, campaign_of, read_cells

MOST_PENDING = 100
EXAMPLE: dict[str, Any] = {
    "campaign": {
        "conditions": {
            "electrolyte": "liquid_ether",
            "additives": "lino3",
            "current_density_mA_cm2": 1,
            "areal_capacity_mAh_cm2": 1,
        },
        "search": {"frameworks": ["carbon_fiber", "copper"]},
        "objectives": {"cycle_life_cycles": "max", "overpotential_mV": "min"},
    },
    "n": 2,
    "seed": 0,
}


class ProposeRequest(BaseModel):
    """A campaign and how many hosts to propose for it.

    ``campaign`` has the sections of a campaign file, as an object or as the text of the file. ``cells`` are measured
    cells, each with the columns that ``optimize tell`` takes; ``pending`` are designs that are being made.
    """

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": EXAMPLE})

    campaign: CampaignSections = Field(description="sections of a campaign file, or its text (TOML)")
    n: int | None = Field(default=None, ge=1, le=MOST_PROPOSALS, description="default: the campaign's n")
    seed: int = Field(default=0, ge=0, le=MOST_SEED, description="same seed, same answer")
    cells: CellRows = Field(default_factory=list)
    yes: TakenAsTheyAre = False
    pending: list[dict[str, Any]] = Field(default_factory=list, max_length=MOST_PENDING)


@dataclass(frozen=True)
class Asked:
    """A request that was read.

    Parameters
    ----------
    campaign
        The cell, what may change, and what is wanted.
    n, seed
        Hosts to propose, and the seed of the search.
    cells
        A row for each cell, its reports put together; None: none.
    pending
        Choices of the designs that are being made; None: none.
    notes
        A sentence for each thing that was understood or assumed.
    """

    campaign: Campaign
    n: int
    seed: int
    cells: pd.DataFrame | None
    pending: pd.DataFrame | None
    notes: tuple[str, ...]


def read_request(body: Mapping[str, Any]) -> Asked:
    """Read a request whose types were checked.

    Parameters
    ----------
    body
        As ``ProposeRequest`` has it.

    Returns
    -------
    Asked

    Raises
    ------
    BadBodyError
        With the field of the body, ``campaign``, ``cells`` or ``pending``, and the row and column there.
    """
    campaign = campaign_of(body["campaign"])
    notes: list[str] = []
    cells = pending = None
    if body["cells"]:
        told, notes = read_cells(body["cells"], campaign, yes=body["yes"])
        with in_field("cells"):
            cells = told_at_once(told, "cells", yes=body["yes"])
    if body["pending"]:
        with in_field("pending"):
            table = table_of(body["pending"], "pending")
            designs, _, said = designs_of(table, "pending", campaign)
        pending, notes = designs.frame, notes + said
    n = campaign.n if body["n"] is None else int(body["n"])
    return Asked(campaign, n, int(body["seed"]), cells, pending, tuple(notes))
