"""Measured cells of a body, read by the guards of ``optimize tell``: what each counts as; nothing is kept.

Data flow: rows of JSON -> ``read_observations`` under a campaign's conditions, every faulty row listed -> for each
cell what is known of each target ("at least 120"), and how many cells a model learns from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from surrogate.campaign.file import SCHEMA_VERSION, Campaign
from surrogate.campaign.observations import informative, read_observations
from surrogate.campaign.reports import MEANINGS, Ends, ends_of, in_words, is_empty
from surrogate.campaign.told_at_once import told_at_once
from surrogate.errors import InputError
from surrogate.hosts import columns as c
from surrogate.serving.faults import BadBodyError, kind_of, without_place
from surrogate.serving.request import fault, in_field, read_rows, rows_of
from surrogate.serving.row_faults import RowFaults
from surrogate.serving.schemas import EXAMPLE, Problem, Refusal

MOST_CELLS = 1_000
LONGEST_FILE = 100_000  # characters

_NUMBER, _TEXT = ["number", "string", "null"], ["string", "null"]  # a bound may be written as text: ">=210"


def cell_schema() -> dict[str, Any]:
    """Describe a measured cell as JSON Schema; other units and a campaign's own names of columns are taken too."""
    design = {
        name: {
            "type": _NUMBER if name in c.COLUMNS.numbers else _TEXT,
            "description": c.COLUMNS[name].description,
        }
        for name in c.DESIGN_COLUMNS
    }
    states = "; ".join(f"{state}: {meaning}" for state, meaning in MEANINGS.items())
    told: dict[str, Any] = {
        "cell_id": {"description": "its name, as on its pouch"},
        "state": {"type": _TEXT, "description": states},
        "date": {"type": _TEXT, "description": "year-month-day"},
        "replicate": {"description": "which of several cells of one host"},
        "note": {"description": "anything"},
    }
    for target in c.TARGETS:
        told[target] = {"type": _NUMBER, "description": "what was measured; empty: not measured"}
        told[f"{target}_upper_bound"] = {"type": _NUMBER, "description": "of an interval"}
    return {"type": "object", "properties": design | told, "additionalProperties": True}


CampaignSections = dict[str, Any] | Annotated[str, Field(max_length=LONGEST_FILE)]
CellRows = Annotated[
    list[dict[str, Any]], Field(max_length=MOST_CELLS, json_schema_extra={"items": cell_schema()})
]

TakenAsTheyAre = Annotated[
    bool, Field(description="take numbers that hardly any cell gives, and counts of cycles that fall")
]


class CellsRequest(BaseModel):
    """Measured cells, each with the columns that ``optimize tell`` takes, and the campaign that they belong to.

    Conditions that a cell does not state are the campaign's.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {"cells": [EXAMPLE | {"cell_id": "A-1", "state": "running", "cycle_life_cycles": 120}]}
        },
    )

    campaign: CampaignSections = Field(
        default_factory=dict, description="sections of a campaign file, or its text (TOML)"
    )
    cells: CellRows = Field(min_length=1)
    yes: TakenAsTheyAre = False


class CountedCells(BaseModel):
    """How many cells of a request a model learns from."""

    told: int = Field(description="cells in all")
    with_values: int = Field(description="cells with a measured target")
    bounds: int = Field(description="of these, cells of which a target is known as a bound, such as at least")
    without_values: int = Field(
        description="cells that gave nothing: tried, and of those that failed it is learned"
    )


class ToldCell(BaseModel):
    """What a cell counts as."""

    cell: int = Field(description="its place in the request, from 0")
    cell_id: str | None
    counts: dict[str, str] = Field(description='target -> "905", "at least 800", "300 to 400"')
    meaning: str | None = Field(description="of its state")


class CellsAnswer(BaseModel):
    """What each cell counts as; rows in which nothing is measured yet are left out."""

    cells: list[ToldCell]
    counted: CountedCells
    notes: list[str] = Field(description="what was understood or assumed")


def campaign_of(given: Mapping[str, Any] | str) -> Campaign:
    """Read the campaign of a body.

    Parameters
    ----------
    given
        Sections of a campaign file, or its text.

    Raises
    ------
    BadBodyError
        With the field ``campaign``.
    """
    with in_field("campaign"):
        return Campaign(given if isinstance(given, str) else {"schema_version": SCHEMA_VERSION, **given})


def cells_of(body: Mapping[str, Any]) -> tuple[pd.DataFrame, list[str]]:
    """Read a body whose types were checked, as ``CellsRequest`` has it; returns and raises as :func:`read_cells`."""
    return read_cells(rows_of(body["cells"]), campaign_of(body["campaign"]), yes=body["yes"])


def read_cells(
    rows: Mapping[int, Mapping[str, Any]], campaign: Campaign, *, yes: bool = False
) -> tuple[pd.DataFrame, list[str]]:
    """Read the measured cells of a body.

    Parameters
    ----------
    rows
        Place in the body -> columns as ``optimize tell`` takes them.
    campaign
        Gives the conditions that a row does not.
    yes
        Whether numbers are taken that hardly any cell gives.

    Returns
    -------
    cells : DataFrame
        As ``read_observations`` has them; the index is the place in the body.
    notes : list of str
        A sentence for each thing that was understood or assumed.

    Raises
    ------
    BadBodyError
        With the field ``cells``, row and column, for every fault of every row.
    """
    found = _faults_of_cells(campaign, yes=yes)
    return read_rows(rows, _reader(campaign, yes=yes), found)


def cells_put_together(
    rows: Mapping[int, Mapping[str, Any]], campaign: Campaign, *, yes: bool = False
) -> tuple[pd.DataFrame, list[str]]:
    """Read the measured cells of a body, and put the reports of each together.

    Parameters
    ----------
    rows, campaign, yes
        As :func:`read_cells` has them; ``yes`` also takes counts of cycles that fall.

    Returns
    -------
    cells : DataFrame
        A row for each cell, as ``told_at_once`` has them.
    notes : list of str
        As :func:`read_cells` has them.

    Raises
    ------
    BadBodyError
        As :func:`read_cells` does, and for every cell of which not all can be true.
    """
    read, found = _reader(campaign, yes=yes), _faults_of_cells(campaign, yes=yes)
    try:
        told, notes = read_rows(rows, read, found)
        return told_at_once(told, "cells", yes=yes), notes
    except InputError as error:
        if not _note_contradictions(told, found, yes=yes):
            raise BadBodyError([fault(error, error.row, "cells")]) from error
    except BadBodyError:
        faulty = {_name(rows[place]) for place in found.rows}
        sound = {
            place: row
            for place, row in rows.items()
            if place not in found.rows and (not _name(row) or _name(row) not in faulty)
        }
        if found.complete and sound:
            told, _ = read_rows(sound, read, _faults_of_cells(campaign, yes=yes))
            told.index = pd.Index([list(sound)[k] for k in told.index])
            _note_contradictions(told, found, yes=yes)
    raise BadBodyError(found.listed())


def _reader(campaign: Campaign, *, yes: bool) -> Callable[[pd.DataFrame], tuple[pd.DataFrame, list[str]]]:
    return lambda table: read_observations(table, campaign, where="cells", yes=yes)


def _faults_of_cells(campaign: Campaign, *, yes: bool) -> RowFaults:
    return RowFaults("cells", _reader(campaign, yes=yes), "cell", own_names=campaign.own_names)


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("cell_id") or "").strip()


def _note_contradictions(told: pd.DataFrame, found: RowFaults, *, yes: bool) -> bool:
    """Note of each cell that has an id what cannot be true of it, at its last report; return whether any was."""
    before = len(found.rows)
    for _, reports in told.groupby("cell_id", sort=False):
        try:
            told_at_once(reports, "cells", yes=yes)
        except InputError as error:
            place = error.row if error.row is not None else int(reports.index[-1])
            found.add(place, error.column, without_place(error, "cells"), kind_of(error))
    return len(found.rows) > before


def counted(cells: pd.DataFrame) -> CountedCells:
    """Count what a model learns from.

    Parameters
    ----------
    cells
        As :func:`read_cells` returns them.
    """
    learned = informative(cells)
    bounds = sum(any(low != high for low, high in _ends(row).values()) for row in learned.to_dict("records"))
    return CountedCells(
        told=len(cells), with_values=len(learned), bounds=bounds, without_values=len(cells) - len(learned)
    )


def cells_routes() -> APIRouter:
    """Make the route of ``/cells``.

    Returns
    -------
    APIRouter
    """
    router = APIRouter(tags=["proposals"])

    @router.post(
        "/cells",
        response_model=CellsAnswer,
        response_description="What each cell counts as",
        responses={
            408: {"model": Problem, "description": "The body took too long to arrive"},
            413: {"model": Problem, "description": "The body is too large"},
            422: {"model": Refusal, "description": "A field is wrong; every faulty cell is listed"},
        },
    )
    def cells(body: CellsRequest) -> Any:
        """Check measured cells as ``optimize tell`` does, and say what each counts as; nothing is kept."""
        told, notes = cells_of(body.model_dump())
        return {
            "cells": [
                {"cell": int(place), **_counts(row)}
                for place, row in zip(told.index, told.to_dict("records"), strict=True)
            ],
            "counted": counted(told),
            "notes": notes,
        }

    return router


def _counts(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "cell_id": None if is_empty(row["cell_id"]) else str(row["cell_id"]),
        "counts": {target: in_words(ends) for target, ends in _ends(row).items()},
        "meaning": MEANINGS.get(row["state"]),
    }


def _ends(row: Mapping[Any, Any]) -> dict[str, Ends]:
    """Return the two ends of each target of which a cell says something."""
    known = ((target, ends_of(row, target)) for target in c.TARGETS)
    return {target: ends for target, ends in known if ends is not None}
