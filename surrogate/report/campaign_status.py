"""The state of a campaign: measured cells, the best so far, the Pareto front and pending hosts, as tables and a page.

The terminal prints the same tables that the page holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW
from surrogate.report import style, summary, svg
from surrogate.report.quantities import axis_title, label, quantity, records

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
    cells, best, front, pending : TextTable
        Measured cells; the best of each objective; the Pareto front; hosts proposed and not measured yet.
    notes : list of str
        One sentence each.
    """

    cells: TextTable
    best: TextTable
    front: TextTable
    pending: TextTable
    notes: list[str]


def campaign_tables(
    observations: pd.DataFrame, pending: pd.DataFrame, objectives: Mapping[str, str]
) -> CampaignTables:
    """Make the tables of a campaign.

    Parameters
    ----------
    observations : DataFrame
        As ``CampaignStore.observations`` returns them.
    pending : DataFrame
        As ``CampaignStore.pending`` returns them.
    objectives : mapping
        Target -> "max" or "min".

    Returns
    -------
    CampaignTables
    """
    return CampaignTables(
        _cells(observations),
        _best(observations, objectives),
        _front(observations, objectives),
        _pending(pending),
        _notes(observations, objectives),
    )


def pareto_front(observations: pd.DataFrame, objectives: Mapping[str, str]) -> np.ndarray:
    """Say of each cell whether no other is at least as good in every objective and better in one.

    Parameters
    ----------
    observations : DataFrame, n rows
        Columns of the objectives; a cell without one of them is never on the front, and a bound counts as its
        value, an interval as its lower end.
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
    today : date, optional
        The only thing in the page that the other arguments do not fix.

    Returns
    -------
    str
        HTML.
    """
    tables = campaign_tables(observations, pending, campaign.objectives)
    cells, front = records(observations), pareto_front(observations, campaign.objectives).tolist()
    pairs = [(x, y, svg.cells_plot(cells, x, y, front)) for x, y in combinations(campaign.objectives, 2)]
    return style.environment().get_template("campaign.html.j2").render(
        campaign_name=campaign.name,
        conditions=summary.conditions(campaign.conditions.as_dict()),
        objectives=[f"{_WANTED[goal]} {label(target).lower()}" for target, goal in campaign.objectives.items()],
        measured=len(observations),
        pending=len(pending),
        tables=[tables.best, tables.front, tables.cells, tables.pending],
        notes=tables.notes,
        plots=[(f"{axis_title(y)} against {axis_title(x)}", plot) for x, y, plot in pairs if plot],
        store=store,
        date=(today or date.today()).isoformat(),
        style=style,
    )  # fmt: skip


def _cell(k: int, row: Mapping[str, Any]) -> str:
    failed = ", failed" if bool(row["failed"]) else ""
    replicate = row["replicate"]
    number = f", {replicate}" if isinstance(replicate, str) and replicate else ""
    return f"{k + 1} {summary.title(row)}{number}{failed}"


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


def _best(observations: pd.DataFrame, objectives: Mapping[str, str]) -> TextTable:
    rows, cells = [], records(observations)
    for target, goal in objectives.items():
        known = [k for k, cell in enumerate(cells) if cell[target] == cell[target]]  # NaN: not measured
        if known:
            sign = 1 if goal == "max" else -1
            best = max((sign * cells[k][target], -k) for k in known)[1] * -1  # the first of equals
            rows.append([label(target), summary.measured(cells[best], target), _cell(best, cells[best])])
        else:
            rows.append([label(target), "–", "not measured yet"])
    return TextTable("Best so far", ["Objective", "Best so far", "Cell"], rows)


def _front(observations: pd.DataFrame, objectives: Mapping[str, str]) -> TextTable:
    front = pareto_front(observations, objectives)
    rows = [
        [_cell(k, row), *(summary.measured(row, target) for target in objectives)]
        for k, row in enumerate(records(observations))
        if front[k]
    ]
    return TextTable(
        "Pareto front (cells that no other beats in everything)",
        ["Cell", *(label(target) for target in objectives)],
        rows,
        f"No Pareto front yet: no cell has all of {', '.join(objectives)}.",
    )


def _pending(pending: pd.DataFrame) -> TextTable:
    rows = [
        [
            f"{k} {summary.title(row)}",
            quantity(row["thickness_um"], "thickness_um"),
            str(row["proposed_at"])[:10],
        ]
        for k, row in enumerate(records(pending), 1)
    ]
    title = "Pending (proposed, not measured yet)"
    return TextTable(title, ["Host", "Thickness", "Proposed on"], rows, "No host is pending.")


def _notes(observations: pd.DataFrame, objectives: Mapping[str, str]) -> list[str]:
    partly = int(observations[list(objectives)].isna().any(axis=1).sum())
    lines = []
    if partly:
        cells = "1 cell" if partly == 1 else f"{partly:,} cells"
        lines.append(f"{cells} without every objective, not compared for the Pareto front")
    kinds = [observations[f"{target}_censored"] for target in objectives]
    if any(bool(kind.isin([True]).any()) for kind in kinds):
        lines.append("≥ marks a cell that had not failed: it counts with the value reached")
    if any(bool((kind == BELOW).any()) for kind in kinds):
        lines.append("≤ marks an upper bound: it counts with that value")
    if any(bool(observations[f"{target}_upper_bound"].notna().any()) for target in objectives):
        lines.append("an interval counts with its lower end")
    return lines
