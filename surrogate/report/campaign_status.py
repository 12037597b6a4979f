"""Where a campaign stands: told cells, the best so far, the Pareto front and what is pending, as text and as a page.

The terminal prints the same sheets that the page holds.
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
from surrogate.report import drawings, style, summary
from surrogate.report.quantities import axis_title, label, quantity, records

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

_WANTED = {"max": "high", "min": "low"}


@dataclass(frozen=True)
class Sheet:
    """A titled table of text. instead: what is said where it has no rows."""

    title: str
    headings: list[str]
    rows: list[list[str]]
    instead: str = ""


@dataclass(frozen=True)
class Standing:
    """The sheets of a campaign, and what a reader of the Pareto front has to know."""

    told: Sheet
    best: Sheet
    front: Sheet
    pending: Sheet
    notes: list[str]


def standing(told: pd.DataFrame, pending: pd.DataFrame, objectives: Mapping[str, str]) -> Standing:
    """What ``CampaignStore.results`` and ``pending`` say under the objectives (target -> "max" | "min")."""
    return Standing(
        _told(told),
        _best(told, objectives),
        _front(told, objectives),
        _pending(pending),
        _notes(told, objectives),
    )


def pareto_front(told: pd.DataFrame, objectives: Mapping[str, str]) -> np.ndarray:
    """For each of n told cells, whether no other is at least as good in every objective and better in one.

    told: columns of the objectives (name -> "max" | "min"); a cell without one of them is never on the front.
    A lower bound counts as its value. Returns n booleans.
    """
    signs = np.array([1.0 if goal == "max" else -1.0 for goal in objectives.values()])
    values = told[list(objectives)].to_numpy(dtype=float) * signs
    complete = ~np.isnan(values).any(axis=1)
    front = np.zeros(len(told), dtype=bool)
    for k in np.flatnonzero(complete):
        others = values[complete]
        beaten = (others >= values[k]).all(axis=1) & (others > values[k]).any(axis=1)
        front[k] = not beaten.any()
    return front


def render(
    campaign: Campaign, told: pd.DataFrame, pending: pd.DataFrame, store: str, *, today: date | None = None
) -> str:
    """The self-contained page of a campaign; it needs no network, no script and no other file.

    store: where the told cells are kept. today: the only thing in the page that the other arguments do not fix.
    """
    now = standing(told, pending, campaign.objectives)
    cells, front = records(told), pareto_front(told, campaign.objectives).tolist()
    pairs = [(x, y, drawings.cells_plot(cells, x, y, front)) for x, y in combinations(campaign.objectives, 2)]
    return style.environment().get_template("campaign.html.j2").render(
        campaign_name=campaign.name,
        conditions=summary.conditions(campaign.conditions.as_dict()),
        objectives=[f"{_WANTED[goal]} {label(target).lower()}" for target, goal in campaign.objectives.items()],
        told=len(told),
        pending=len(pending),
        sheets=[now.best, now.front, now.told, now.pending],
        notes=now.notes,
        plots=[(f"{axis_title(y)} against {axis_title(x)}", plot) for x, y, plot in pairs if plot],
        store=store,
        date=(today or date.today()).isoformat(),
        style=style,
    )  # fmt: skip


def _cell(k: int, row: Mapping[str, Any]) -> str:
    failed = ", failed" if bool(row["failed"]) else ""
    replicate = row["replicate"]
    again = f", {replicate}" if isinstance(replicate, str) and replicate else ""
    return f"{k + 1} {summary.title(row)}{again}{failed}"


def _told(told: pd.DataFrame) -> Sheet:
    rows = [
        [
            _cell(k, row),
            *(summary.measured(row, target) for target in c.OBJECTIVES),
            str(row["told_at"])[:10],
        ]
        for k, row in enumerate(records(told))
    ]
    headings = ["Cell", *(label(target) for target in c.OBJECTIVES), "Told on"]
    return Sheet("Told cells", headings, rows, "Nothing told yet.")


def _best(told: pd.DataFrame, objectives: Mapping[str, str]) -> Sheet:
    rows, cells = [], records(told)
    for target, goal in objectives.items():
        known = [k for k, cell in enumerate(cells) if cell[target] == cell[target]]  # NaN: not measured
        if known:
            sign = 1 if goal == "max" else -1
            best = max((sign * cells[k][target], -k) for k in known)[1] * -1  # the first of equals
            rows.append([label(target), summary.measured(cells[best], target), _cell(best, cells[best])])
        else:
            rows.append([label(target), "–", "not measured yet"])
    return Sheet("Best so far", ["Objective", "Best so far", "Cell"], rows)


def _front(told: pd.DataFrame, objectives: Mapping[str, str]) -> Sheet:
    front = pareto_front(told, objectives)
    rows = [
        [_cell(k, row), *(summary.measured(row, target) for target in objectives)]
        for k, row in enumerate(records(told))
        if front[k]
    ]
    return Sheet(
        "Pareto front (cells that no other beats in everything)",
        ["Cell", *(label(target) for target in objectives)],
        rows,
        f"No Pareto front yet: no cell has all of {', '.join(objectives)}.",
    )


def _pending(pending: pd.DataFrame) -> Sheet:
    rows = [
        [
            f"{k} {summary.title(row)}",
            quantity(row["thickness_um"], "thickness_um"),
            str(row["proposed_at"])[:10],
        ]
        for k, row in enumerate(records(pending), 1)
    ]
    title = "Pending (proposed, not told yet)"
    return Sheet(title, ["Host", "Thickness", "Proposed on"], rows, "No host is pending.")


def _notes(told: pd.DataFrame, objectives: Mapping[str, str]) -> list[str]:
    partly = int(told[list(objectives)].isna().any(axis=1).sum())
    said = []
    if partly:
        cells = "1 cell" if partly == 1 else f"{partly:,} cells"
        said.append(f"{cells} without every objective, not compared for the Pareto front")
    if any(bool(told[f"{target}_censored"].any()) for target in objectives):
        said.append("≥ marks a cell that had not failed: it counts with the value reached")
    return said
