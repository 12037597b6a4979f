"""The state of a campaign: measured cells, the best so far, the Pareto front and pending hosts, as tables and a page.

The terminal prints the same tables that the page holds. Only cells under the campaign's own conditions are compared,
and the replicates of a design count as one (``like_with_like``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.campaign.outside import outside_search
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW
from surrogate.report import style, summary, svg
from surrogate.report.like_with_like import TOLERANCE, Pooled, other_conditions, pooled
from surrogate.report.quantities import axis_title, given, label, quantity, records

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

_WANTED = {"max": "high", "min": "low"}


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


def campaign_tables(campaign: Campaign, observations: pd.DataFrame, pending: pd.DataFrame) -> CampaignTables:
    """Make the tables of a campaign.

    Parameters
    ----------
    campaign : Campaign
        Conditions, objectives and ``[search]``.
    observations : DataFrame
        As ``CampaignStore.observations`` returns them.
    pending : DataFrame
        As ``CampaignStore.pending`` returns them.

    Returns
    -------
    CampaignTables
    """
    designs, objectives = pooled(campaign, observations), campaign.objectives
    return CampaignTables(
        _cells(observations),
        _best(designs, objectives),
        _front(designs, objectives),
        _listed(
            "Cells at other conditions (learned from, not compared)", "What differs", observations,
            other_conditions(campaign, observations),
        ),
        _listed(
            "Cells outside [search] (learned from, not proposed again)", "What is outside", observations,
            outside_search(campaign, observations),
        ),
        _pending(pending),
        _notes(designs, objectives, len(observations)),
    )  # fmt: skip


def pareto_front(observations: pd.DataFrame, objectives: Mapping[str, str]) -> np.ndarray:
    """Say of each row whether no other is at least as good in every objective and better in one.

    Parameters
    ----------
    observations : DataFrame, n rows
        Columns of the objectives; a row without one of them is never on the front.
    objectives : mapping
        Column -> "max" or "min".

    Returns
    -------
    array of bool, (n,)
    """
    signs = np.array([1.0 if goal == "max" else -1.0 for goal in objectives.values()])
    values = observations[list(objectives)].to_numpy(dtype=float) * signs
    complete = ~np.isnan(values).any(axis=1)
    front = np.zeros(len(observations), dtype=bool)
    for k in np.flatnonzero(complete):
        others = values[complete]
        beaten = (others >= values[k]).all(axis=1) & (others > values[k]).any(axis=1)
        front[k] = not beaten.any()
    return front


def render(
    campaign: Campaign,
    observations: pd.DataFrame,
    pending: pd.DataFrame,
    store: str,
    *,
    advice: Sequence[str] = (),
    today: date | None = None,
) -> str:
    """Write the self-contained page of a campaign; it needs no network, no script and no other file.

    Parameters
    ----------
    campaign : Campaign
        Conditions and objectives.
    observations, pending : DataFrame
        As ``CampaignStore.observations`` and ``pending`` return them.
    store : str
        Where the measured cells are kept.
    advice : sequence of str
        Whether another batch is worth it, in sentences.
    today : date, optional
        The only thing in the page that the other arguments do not fix.

    Returns
    -------
    str
        HTML.
    """
    tables = campaign_tables(campaign, observations, pending)
    designs = pooled(campaign, observations)
    best = {k for one in _on_front(designs, campaign.objectives) for k in one.positions}
    compared = {k for one in designs for k in one.positions}
    cells = [row if k in compared else {} for k, row in enumerate(records(observations))]
    front = [k in best for k in range(len(cells))]
    pairs = [(x, y, svg.cells_plot(cells, x, y, front)) for x, y in combinations(campaign.objectives, 2)]
    return style.environment().get_template("campaign.html.j2").render(
        campaign_name=campaign.name,
        conditions=summary.conditions(campaign.conditions.as_dict()),
        objectives=[f"{_WANTED[goal]} {label(target).lower()}" for target, goal in campaign.objectives.items()],
        measured=len(observations),
        pending=len(pending),
        tables=[
            tables.best, tables.front, tables.cells,
            *(table for table in (tables.elsewhere, tables.outside) if table.rows), tables.pending,
        ],
        notes=tables.notes,
        advice=list(advice),
        plots=[(f"{axis_title(y)} against {axis_title(x)}", plot) for x, y, plot in pairs if plot],
        store=store,
        date=(today or date.today()).isoformat(),
        style=style,
    )  # fmt: skip


def _cell(k: int, row: Mapping[str, Any]) -> str:
    said = row.get("state") or ("failed" if bool(row["failed"]) else "")
    state = f", {str(said).replace('_', ' ')}" if said else ""
    replicate = row["replicate"]
    number = f", {replicate}" if isinstance(replicate, str) and replicate else ""
    return f"{row.get('cell_id') or k + 1} {summary.title(row)}{number}{state}"


def _cells(observations: pd.DataFrame) -> TextTable:
    shown = [
        target for target in c.TARGETS if target in c.OBJECTIVES or bool(observations[target].notna().any())
    ]
    rows = [
        [
            _cell(k, row),
            *(summary.measured(row, target) for target in shown),
            str(row["told_at"])[:10],
        ]
        for k, row in enumerate(records(observations))
    ]
    headings = ["Cell", *(label(target) for target in shown), "Stored on"]
    return TextTable("Measured cells", headings, rows, "No measured cells yet.")


def _title(design: Pooled) -> str:
    """Name a design by its cells: "2 copper", or "1, 4 and 7 carbon fibre with silver"."""
    if len(design.cells) == 1:
        return _cell(design.positions[0], design.cells[0])
    *first, last = (str(k + 1) for k in design.positions)
    return f"{', '.join(first)} and {last} {summary.title(design.cells[0])}"


def _best(designs: list[Pooled], objectives: Mapping[str, str]) -> TextTable:
    rows = []
    for target, goal in objectives.items():
        known = [one for one in designs if one.measured(target)]
        if known:
            sign = 1 if goal == "max" else -1
            best = max(known, key=lambda one: (sign * one.estimate(target), -one.positions[0]))
            rows.append([label(target), best.text(target), _title(best)])
        else:
            rows.append([label(target), "–", "not measured yet"])
    return TextTable("Best so far", ["Objective", "Best so far", "Cell"], rows)


def _on_front(designs: list[Pooled], objectives: Mapping[str, str]) -> list[Pooled]:
    """Return the designs that no other beats in every objective."""
    values = pd.DataFrame(
        [[one.estimate(target) for target in objectives] for one in designs], columns=list(objectives)
    )
    front = pareto_front(values, objectives)
    return [one for one, on_it in zip(designs, front, strict=True) if on_it]


def _front(designs: list[Pooled], objectives: Mapping[str, str]) -> TextTable:
    rows = [
        [_title(one), *(one.text(target) for target in objectives)] for one in _on_front(designs, objectives)
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


def _notes(designs: list[Pooled], objectives: Mapping[str, str], told: int) -> list[str]:
    lines = []
    compared = [cell for one in designs for cell in one.cells]
    if elsewhere := told - len(compared):
        were = "1 cell was" if elsewhere == 1 else f"{elsewhere:,} cells were"
        lines.append(
            f"{were} measured at other conditions than the campaign's ({TOLERANCE}), not compared with the others"
        )
    if len(compared) > len(designs):
        lines.append("the cells of one design count as one, with the median of what was measured")
    partly = [one for one in designs if not all(one.measured(target) for target in objectives)]
    if partly:
        cells = sum(len(one.cells) for one in partly)
        lines.append(
            f"{'1 cell' if cells == 1 else f'{cells:,} cells'} without every objective, not compared for the "
            "Pareto front"
        )
    kinds = [given(cell, f"{target}_censored") for cell in compared for target in objectives]
    if any(kind and kind != BELOW for kind in kinds):
        lines.append("≥ marks a cell that had not failed: it counts with the value reached")
    if any(kind == BELOW for kind in kinds):
        lines.append("≤ marks an upper bound: it counts with that value")
    if any(given(cell, f"{target}_upper_bound") is not None for cell in compared for target in objectives):
        lines.append("an interval counts with its lower end")
    return lines
