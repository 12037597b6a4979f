"""Scores as the cells of a table, for the terminal and for MLflow's page alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from surrogate.report.quantities import label

if TYPE_CHECKING:
    import pandas as pd


def skill_rows(skill: pd.DataFrame) -> list[list[str]]:
    """Write what is served against the plain median as the cells of a table, its heading first.

    Parameters
    ----------
    skill : DataFrame
        As ``evaluation.skill.skill`` gives it.
    """
    rows = [
        [
            label(str(row["target"])), f"{row['crps']:.3f}", _difference(row), f"{row['skill_vs_median']:.0%}",
            f"{row['coverage']:.0%}", f"{row['n']} of {row['papers']}",
        ]
        for row in skill.to_dict("records")
    ]  # fmt: skip
    return [["Target", "CRPS", "less the median's", "skill", "in 90 %", "rows, papers"], *rows]


def comparison_rows(comparison: pd.DataFrame) -> list[list[str]]:
    """Write a champion before and after as the cells of a table, its heading first; empty without a comparison.

    Parameters
    ----------
    comparison : DataFrame
        Of ``evaluation.champion_rule.compared``.
    """
    if not len(comparison):
        return []
    rows = [
        [
            label(str(row["target"])), f"{row['crps_before']:.3f}", f"{row['crps_after']:.3f}", _difference(row),
            f"{row['coverage_before']:.0%}, {row['coverage_after']:.0%}", f"{row['n']} of {row['papers']}",
        ]
        for row in comparison.to_dict("records")
    ]  # fmt: skip
    return [["Target", "before", "after", "change", "in 90 %", "rows, papers"], *rows]


def _difference(row: Mapping[Hashable, Any]) -> str:
    middle, low, high = (_signed(float(row[f"difference{end}"])) for end in ("", "_low", "_high"))
    return f"{middle} ({low} to {high})"


def _signed(value: float) -> str:
    return f"{value:+.3f}" if round(value, 3) else "0.000"
