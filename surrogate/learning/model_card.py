"""The model card: what the champion is, what it was made from, how good it is and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from surrogate.evaluation.scorecard import deciding_score


def model_card(scorecard: pd.DataFrame, about: Mapping[str, Any]) -> str:
    """Write the model card of a champion as Markdown.

    Parameters
    ----------
    scorecard : DataFrame
        One row for each target and entrant (``build_scorecard``), with the boolean column ``champion``.
    about : mapping
        What the model was made from; each entry becomes a line.

    Returns
    -------
    str
        Where another entrant has a better deciding score than the champion of its target, the card says so.
    """
    winners = scorecard[scorecard["champion"]]
    lines = [
        "# lihost: surrogates of cycle life, critical current density, overpotential and coulombic efficiency",
        "",
        "**Purpose.** To choose the next porous lithium host to make. Not for safety decisions.",
        "",
        "**Made from.**",
        *(f"- {key}: `{value}`" for key, value in about.items()),
        "",
        "**Judged** by predicting each paper from all others (leave-one-paper-out); log10 units, of an efficiency "
        "those of the lost share:",
        "",
        _markdown(scorecard),
        "",
    ]
    for row in winners.itertuples():
        rivals = scorecard[(scorecard["target"] == row.target) & (scorecard["papers"] > 0)]
        score = deciding_score(rivals)
        best = rivals.sort_values(score, kind="stable").iloc[0]
        if best["entrant"] != row.entrant:
            lines.append(
                f"- {row.target}: `{best['entrant']}` scores better "
                f"({score} {best[score]:.3f} against {getattr(row, score):.3f})."
            )
    lines += [
        "",
        "`crps` scores a bound as a bound (threshold-weighted); `crps_as_values` takes every bound as "
        "the value, an interval as its middle, and decides where hardly any row is a value (cycle life).",
        "",
        "**Reading an interval.** The central 90 % predictive interval of one new cell made to the design in a "
        "laboratory that has told nothing yet: the spread between laboratories is most of it, and cancels where two "
        "hosts of one laboratory are compared. In a campaign its own model answers.",
        "",
        "**Limits.** Most published cycle lives are where a test was stopped: they are taken as values, so that a "
        "predicted life is what papers report, and cells may live longer. What a host changes in its cell is the "
        "simulator's word, as far as the papers bear it. "
        "Failures are rarely published. "
        "The simulator's critical current density rests on assumed limits, the level of its cycle life on priors. "
        "One dimension "
        "shows no dendrite shapes. "
        "Extrapolation is the distance to the nearest measured cell. "
        "Measured conductivities given instead of a composition are ignored.",
        "",
    ]
    return "\n".join(lines)


def _markdown(table: pd.DataFrame) -> str:
    """Write a Markdown table; numbers to three digits, a dash where there is none."""
    head = "| " + " | ".join(table.columns) + " |"
    rule = "|" + "---|" * len(table.columns)
    rows = ["| " + " | ".join(_cell(value) for value in row) + " |" for row in table.itertuples(index=False)]
    return "\n".join([head, rule, *rows])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if value != value else f"{value:.3g}"
    return ("yes" if value else "") if isinstance(value, bool) else str(value)
