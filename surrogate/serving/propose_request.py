"""A request for proposals: the campaign, its cells and what is under way, checked before a job is made of it.

Data flow: JSON -> the sections of a campaign file, or its text -> ``Campaign`` -> cells by the guards of ``optimize
tell`` -> designs under way, under the campaign's conditions. What is wrong is answered with the
field of the body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from surrogate.campaign.file import MOST_PROPOSALS, SCHEMA_VERSION, Campaign
from surrogate.campaign.observations import read_observations
from surrogate.library import MOST_SEED
from surrogate.library.design_tables import designs_of
from surrogate.serving.request import in_field

MOST_CELLS, MOST_PENDING = 1_000, 100
LONGEST_FILE = 100_000  # characters
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

    campaign: dict[str, Any] | Annotated[str, Field(max_length=LONGEST_FILE)] = Field(
        description="sections of a campaign file, or its text (TOML)"
    )
    n: int | None = Field(default=None, ge=1, le=MOST_PROPOSALS, description="default: the campaign's n")
    seed: int = Field(default=0, ge=0, le=MOST_SEED, description="same seed, same answer")
    cells: list[dict[str, Any]] = Field(default_factory=list, max_length=MOST_CELLS)
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
        Rows as the campaign store takes them; None: none.
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
    given = body["campaign"]
    with in_field("campaign"):
        campaign = Campaign(given if isinstance(given, str) else {"schema_version": SCHEMA_VERSION, **given})
    notes: list[str] = []
    cells = pending = None
    if body["cells"]:
        with in_field("cells"):
            cells, said = read_observations(_table(body["cells"]), campaign, where="cells")
        notes += said
    if body["pending"]:
        with in_field("pending"):
            designs, _, said = designs_of(_table(body["pending"]), "pending", campaign)
        pending, notes = designs.frame, notes + said
    n = campaign.n if body["n"] is None else int(body["n"])
    return Asked(campaign, n, int(body["seed"]), cells, pending, tuple(notes))


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in rows])
