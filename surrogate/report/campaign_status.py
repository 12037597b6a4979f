"""The state of a campaign: measured cells, the best so far, the Pareto front and pending hosts, as tables.

The terminal prints the same tables that the page holds (``campaign_page``). Only cells under the campaign's own
conditions are compared, and the replicates of a design count as one (``like_with_like``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.campaign.gains import beaten, gain_of_values
from surrogate.campaign.goals import TargetGoal
from surrogate.campaign.outside import outside_search
from surrogate.hosts import columns as c
from surrogate.report import measured_values, summary
from surrogate.report.like_with_like import Pooled, other_conditions, pooled
from surrogate.report.quantities import label, quantity, records
from surrogate.report.status_notes import notes_on_cells, notes_on_limits

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign


@dataclass(frozen=True)
class TextTable:
    """A titled table of text.

    Parameters
    ----------
    title : str
        Above the table.
    headings : list of n str
        Of the columns.
    rows : list of lists of n str
        Cells.
    placeholder : str
        What stands in place of a table without rows.
    """

    title: str
    headings: list[str]
    rows: list[list[str]]
    placeholder: str = ""


@dataclass(frozen=True)
class CampaignTables:
    """The tables of a campaign, and what a reader of the Pareto front has to know.

    Parameters
    ----------
    cells, best, front, elsewhere, outside, pending : TextTable
        Measured cells; the best of each objective; the Pareto front; cells at other conditions; cells outside
        ``[search]``; hosts proposed and not measured yet.
    notes : list of str
        One sentence each.
    """

    cells: TextTable
    best: TextTable
    front: TextTable
    elsewhere: TextTable
    outside: TextTable
    pending: TextTable
    notes: list[str]


def campaign_tables(
    campaign: Campaign,
    observations: pd.DataFrame,
    pending: pd.DataFrame,
    designs: Sequence[Pooled] | None = None,
) -> CampaignTables:
    """Make the tables of a campaign.

    Parameters
    ----------
    campaign : Campaign
        Conditions, objectives and ``[search]``.
    observations : DataFrame
        As ``CampaignStore.observations`` returns them.
    pending : DataFrame
        As ``CampaignStore.pending`` returns them.
    designs : sequence of Pooled, optional
        The cells by design, where ``pooled`` was asked already.

    Returns
    -------
    CampaignTables
    """
    designs, objectives = pooled(campaign, observations) if designs is None else designs, campaign.objectives
    kept = [one for one in designs if not one.breaks(campaign.limits)]
    return CampaignTables(
        _cells(observations),
        _best(kept, objectives, limited=len(kept) < len(designs)),
        _front(kept, objectives),
        _listed(
            "Cells at other conditions (learned from, not compared)", "What differs", observations,
            other_conditions(campaign, observations),
        ),
        _listed(
            "Cells outside [search] (learned from, not proposed again)", "What is outside", observations,
            outside_search(campaign, observations),
        ),
        _pending(pending),
        [
            *notes_on_cells(designs, objectives, len(observations)),
            *notes_on_limits(designs, campaign.limits),
        ],
    )  # fmt: skip


def pareto_front(observations: pd.DataFrame, objectives: Mapping[str, TargetGoal]) -> np.ndarray:
    """Say of each row whether no other is at least as good in every objective and better in one.

    Parameters
    ----------
    observations : DataFrame, n rows
        Columns of the objectives; a row without one of them is never on the front.
    objectives : mapping
        Column -> what is wanted of it.

    Returns
    -------
    array of bool, (n,)
    """
    values = np.column_stack(
        [gain_of_values(target, goal, observations[target]) for target, goal in objectives.items()]
    )
    complete = ~np.isnan(values).any(axis=1)
    return np.asarray(complete & ~beaten(values, values[complete]))


def name_of(k: int, row: Mapping[str, Any]) -> str:
    """Name a cell by its id, and without one by its number.

    Parameters
    ----------
    k : int
        Its position, from 0.
    row : mapping
        The cell.
    """
    return str(row.get("cell_id") or k + 1)


def _cell(k: int, row: Mapping[str, Any]) -> str:
    said = row.get("state") or ("failed" if bool(row["failed"]) else "")
    state = f", {str(said).replace('_', ' ')}" if said else ""
    replicate = row["replicate"]
    number = f", {replicate}" if isinstance(replicate, str) and replicate else ""
    return f"{name_of(k, row)} {summary.title(row)}{number}{state}"


def _cells(observations: pd.DataFrame) -> TextTable:
    shown = [
        target for target in c.TARGETS if target in c.OBJECTIVES or bool(observations[target].notna().any())
    ]
    rows = [
        [
            _cell(k, row),
            *(measured_values.measured(row, target) for target in shown),
            str(row["told_at"])[:10],
        ]
        for k, row in enumerate(records(observations))
    ]
    headings = ["Cell", *(label(target) for target in shown), "Stored on"]
    return TextTable("Measured cells", headings, rows, "No measured cells yet.")


def _title(design: Pooled) -> str:
    """Name a design by its cells: "C2 copper", or "B01-1-a, B01-1-b and C4 carbon fibre with silver"."""
    if len(design.cells) == 1:
        return _cell(design.positions[0], design.cells[0])
    *first, last = (name_of(k, row) for k, row in zip(design.positions, design.cells, strict=True))
    return f"{', '.join(first)} and {last} {summary.title(design.cells[0])}"


def _best(designs: Sequence[Pooled], objectives: Mapping[str, TargetGoal], *, limited: bool) -> TextTable:
    rows = []
    for target, goal in objectives.items():
        known = [one for one in designs if one.measured(target)]
        if known:
            values = gain_of_values(target, goal, [one.estimate(target) for one in known])
            best = known[int(values.argmax())]  # of equal ones the first that was made
            rows.append([label(target), best.text(target), _title(best)])
        else:
            why = "not measured in a design that keeps the limits" if limited else "not measured yet"
            rows.append([label(target), "–", why])
    return TextTable("Best so far", ["Objective", "Best so far", "Cell"], rows)


def on_front(designs: Sequence[Pooled], objectives: Mapping[str, TargetGoal]) -> list[Pooled]:
    """Return the designs that no other beats in every objective.

    Parameters
    ----------
    designs : list of Pooled
        Under the campaign's conditions.
    objectives : mapping
        Target -> what is wanted of it.
    """
    values = pd.DataFrame(
        [[one.estimate(target) for target in objectives] for one in designs], columns=list(objectives)
    )
    front = pareto_front(values, objectives)
    return [one for one, on_it in zip(designs, front, strict=True) if on_it]


def _front(designs: Sequence[Pooled], objectives: Mapping[str, TargetGoal]) -> TextTable:
    rows = [
        [_title(one), *(one.text(target) for target in objectives)] for one in on_front(designs, objectives)
    ]
    return TextTable(
        "Pareto front (designs that no other beats in everything)",
        ["Cell", *(label(target) for target in objectives)],
        rows,
        f"No Pareto front yet: no design has all of {', '.join(objectives)}.",
    )


def _listed(title: str, heading: str, observations: pd.DataFrame, said: list[list[str]]) -> TextTable:
    """List the cells of which something is said."""
    rows = [[_cell(k, row), "; ".join(said[k])] for k, row in enumerate(records(observations)) if said[k]]
    return TextTable(title, ["Cell", heading], rows)


def _pending(pending: pd.DataFrame) -> TextTable:
    rows = [
        [
            f"{row.get('proposal_id') or k} {summary.title(row)}",
            quantity(row["thickness_um"], "thickness_um"),
            str(row["proposed_at"])[:10],
        ]
        for k, row in enumerate(records(pending), 1)
    ]
    title = "Pending (proposed, not measured yet)"
    return TextTable(title, ["Host", "Thickness", "Proposed on"], rows, "No host is pending.")
