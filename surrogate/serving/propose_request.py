"""A request for proposals: the campaign, its cells and what is under way, checked before a job is made of it.

Data flow: JSON -> the sections of a campaign file, or its text -> ``Campaign`` -> cells by the guards of ``optimize
tell`` -> designs under way, under the campaign's conditions. What is wrong is answered with the
field of the body.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from surrogate.campaign.file import MOST_PROPOSALS, Campaign
from surrogate.hosts.designs import CompleteDesigns
from surrogate.library import MOST_SEED
from surrogate.library.design_tables import designs_of
from surrogate.report.acting import acting
from surrogate.serving.faults import BadBodyError, Fault
from surrogate.serving.request import all_of, read_rows, rows_of
from surrogate.serving.row_faults import RowFaults
from surrogate.serving.told_cells import (
    CampaignSections,
    CellRows,
    TakenAsTheyAre,
    campaign_of,
    cells_put_together,
)

MOST_PENDING = 100
_SECTIONS = (
    "conditions",
    "search",
    "objectives",
    "limits",
    "make",
)  # one of them makes it a campaign of its own
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

    campaign: CampaignSections = Field(
        description="sections of a campaign file, or its text (TOML); at least one of "
        f"{', '.join(_SECTIONS)}. What it leaves open is taken as usual and named in the notes"
    )
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
        With the field of the body, ``campaign``, ``cells`` or ``pending``, and the row and column there, for every
        fault of every row, unless the campaign, under whose conditions they stand, cannot be read; for a campaign
        that says nothing of the cell, the hosts or the goals.
    """
    campaign = campaign_of(body["campaign"])
    stated = _stated(body["campaign"])
    told, under_way = (rows_of(body[field]) for field in ("cells", "pending"))
    notes: list[str] = []
    faults = list[Fault]() if any(map(stated.get, _SECTIONS)) else [_nothing_stated(stated)]
    cells = pending = None
    with all_of(faults):
        if told:
            cells, notes = cells_put_together(told, campaign, yes=body["yes"])
    with all_of(faults):
        if under_way:
            designs, said = _designs_under_way(under_way, campaign)
            pending, notes = designs.frame, notes + said
    if faults:
        raise BadBodyError(faults)
    n = campaign.n if body["n"] is None else int(body["n"])
    notes = [*_usual(campaign, stated), *notes]
    return Asked(campaign, n, int(body["seed"]), cells, pending, tuple(notes))


def _designs_under_way(
    rows: Mapping[int, Mapping[str, Any]], campaign: Campaign
) -> tuple[CompleteDesigns, list[str]]:
    def read(table: pd.DataFrame) -> tuple[CompleteDesigns, list[str]]:
        designs, _, said = designs_of(table, "pending", campaign)
        return designs, said

    return read_rows(rows, read, RowFaults("pending", read))


def _stated(given: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """Return the sections that a campaign states; its text can be read."""
    return tomllib.loads(given) if isinstance(given, str) else given


def _nothing_stated(stated: Mapping[str, Any]) -> Fault:
    """Refuse a campaign that says nothing of the cell: minutes of work for a cell that nobody named."""
    got = f"only {', '.join(stated)}" if stated else "nothing"
    msg = (
        f"the campaign states {got}, so that no cell is named to propose hosts for. Allowed: at least one of "
        f"{', '.join(_SECTIONS)}. To mend it: name the cell, such as "
        '{"conditions": {"electrolyte": "liquid_ether", "current_density_mA_cm2": 1}}; GET /docs shows an example'
    )
    return {"loc": ["body", "campaign"], "msg": msg, "type": "campaign_error"}


def _usual(campaign: Campaign, stated: Mapping[str, Any]) -> list[str]:
    """Say which conditions and goals a campaign leaves open, and what they are taken as."""
    given = stated.get("conditions", {})
    left = {
        name: value
        for name, value in acting(campaign.conditions.as_dict()).items()
        if name not in given and value not in ("", None)
    }
    taken = [
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in left.items()
    ]
    if not stated.get("objectives"):
        taken.append(f"objectives {', '.join(campaign.objectives)}")
    return [f"not stated in the campaign and taken as usual: {'; '.join(taken)}"] if taken else []
