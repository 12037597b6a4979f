"""The work of ``optimize status``: what is told, what is pending, the best so far, the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.cli.console import count, notes, result, show, table
from surrogate.cli.proposing import in_short
from surrogate.cli.telling import measured
from surrogate.report.quantities import records

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def status(path: Path) -> None:
    """Print where a campaign stands; reads only.

    Raises CampaignError or StoreError.
    """
    from surrogate.design.campaign import Campaign
    from surrogate.optimization.store import CampaignStore

    campaign = Campaign.load(path)
    assert campaign.store_path is not None
    store = CampaignStore.open(campaign.store_path)
    told, pending = store.results(), store.pending()
    result(f"Campaign {campaign.name} ({in_short(campaign)}), from {path}.")
    result(f"Told: {count(len(told), 'cell')}. Pending: {count(len(pending), 'host')}. Store: {store.where}")
    if len(told):
        _show_told(told)
        _show_best(told, campaign.objectives)
        _show_front(told, campaign.objectives)
    else:
        result(f"Nothing told yet. Add measured cells with: optimize tell --campaign {path} RESULTS.csv")
    if len(pending):
        _show_pending(pending)


def pareto_front(told: pd.DataFrame, objectives: Mapping[str, str]) -> np.ndarray:
    """For each of n told cells, whether no other is at least as good in every objective and better in one.

    told: columns of the objectives (name -> "max" | "min"); a cell without one of them is never on the front.
    A lower bound counts as its value. Returns n booleans.
    """
    import numpy as np

    signs = np.array([1.0 if goal == "max" else -1.0 for goal in objectives.values()])
    values = told[list(objectives)].to_numpy(dtype=float) * signs
    complete = ~np.isnan(values).any(axis=1)
    front = np.zeros(len(told), dtype=bool)
    for k in np.flatnonzero(complete):
        others = values[complete]
        beaten = (others >= values[k]).all(axis=1) & (others > values[k]).any(axis=1)
        front[k] = not beaten.any()
    return front


def _names(objectives: Mapping[str, str]) -> list[str]:
    from surrogate.report.quantities import label

    return [label(target) for target in objectives]


def _cell(k: int, row: Mapping[str, Any]) -> str:
    from surrogate.report.summary import title

    failed = ", failed" if bool(row["failed"]) else ""
    replicate = row["replicate"]
    again = f", {replicate}" if isinstance(replicate, str) and replicate else ""
    return f"{k + 1} {title(row)}{again}{failed}"


def _show_told(told: pd.DataFrame) -> None:
    from surrogate.design.columns import OBJECTIVES

    rows = [
        [_cell(k, row), *(measured(row, target) for target in OBJECTIVES), str(row["told_at"])[:10]]
        for k, row in enumerate(records(told))
    ]
    show(table(["Cell", *_names(OBJECTIVES), "Told on"], rows, "Told cells"))


def _show_best(told: pd.DataFrame, objectives: Mapping[str, str]) -> None:
    rows, cells = [], records(told)
    for (target, goal), name in zip(objectives.items(), _names(objectives), strict=True):
        known = [k for k, cell in enumerate(cells) if cell[target] == cell[target]]  # NaN: not measured
        if known:
            sign = 1 if goal == "max" else -1
            best = max((sign * cells[k][target], -k) for k in known)[1] * -1  # the first of equals
            rows.append([name, measured(cells[best], target), _cell(best, cells[best])])
        else:
            rows.append([name, "–", "not measured yet"])
    show(table(["Objective", "Best so far", "Cell"], rows, "Best so far", right=False))


def _show_front(told: pd.DataFrame, objectives: Mapping[str, str]) -> None:
    front = pareto_front(told, objectives)
    partly = int(told[list(objectives)].isna().any(axis=1).sum())
    if front.any():
        rows = [
            [_cell(k, row), *(measured(row, target) for target in objectives)]
            for k, row in enumerate(records(told))
            if front[k]
        ]
        show(
            table(
                ["Cell", *_names(objectives)], rows, "Pareto front (cells that no other beats in everything)"
            )
        )
    else:
        result(f"No Pareto front yet: no cell has all of {', '.join(objectives)}.")
    said = (
        [f"{count(partly, 'cell')} without every objective, not compared for the Pareto front"]
        if partly
        else []
    )
    bounded = any(bool(told[f"{target}_censored"].any()) for target in objectives)
    notes(
        [
            *said,
            *(["≥ marks a cell that had not failed: it counts with the value reached"] if bounded else []),
        ]
    )


def _show_pending(pending: pd.DataFrame) -> None:
    from surrogate.report.quantities import quantity
    from surrogate.report.summary import title

    rows = [
        [
            f"{k} {title(row)}",
            quantity(row["thickness_um"], "thickness_um"),
            str(row["proposed_at"])[:10],
        ]
        for k, row in enumerate(records(pending), 1)
    ]
    show(table(["Host", "Thickness", "Proposed on"], rows, "Pending (proposed, not told yet)"))
