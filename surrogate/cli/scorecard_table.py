"""The scorecard as the terminal shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from surrogate.cli.console import make_table, print_result, print_table

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = {
    "crps": "CRPS",
    "rmse_log10": "RMSE",
    "coverage90": "in 90 %",
    "bound_probability": "bounds",
    "n": "rows",
    "n_censored": "censored",
    "papers": "papers",
}
_LEGEND = (
    "CRPS and RMSE of log10, lower is better; in 90 %: share of failed cells inside their interval; bounds: mean "
    "probability given to lower bounds"
)
_SERVED = "; * served"


def show_scorecard(scores: pd.DataFrame) -> None:
    """Print a scorecard: entrants as rows under their target and split, the champion marked; fits 80 columns.

    The legend explains the mark only where an entrant bears it.

    Parameters
    ----------
    scores : DataFrame
        One row a target, split and entrant, as :func:`surrogate.learning.evaluate` returns it.
    """
    from surrogate.report.quantities import label, number

    rows: list[list[str]] = []
    served = False
    for (target, split), part in scores.groupby(["target", "split"], sort=False):
        rows += [[""] * (len(_SHOWN) + 1)] if rows else []
        rows.append([f"{label(str(target))}, {split}".upper(), *("" for _ in _SHOWN)])
        for entry in part.to_dict("records"):
            mark = " *" if entry.get("champion") else ""
            served |= bool(mark)
            values = [_shown(entry.get(name), number) for name in _SHOWN]
            rows.append([f"{entry['entrant']}{mark}", *values])
    print_table(make_table(["Entrant", *_SHOWN.values()], rows, "Scorecard", tight=True))
    print_result(f"{_LEGEND}{_SERVED if served else ''}")


def _shown(value: object, number: Callable[[float], str]) -> str:
    if isinstance(value, float):
        return number(value)
    return "–" if value is None else str(value)


def show_skill(skill: pd.DataFrame) -> None:
    """Print what is served against the plain median: a row a target.

    Parameters
    ----------
    skill : DataFrame
        As ``surrogate.evaluation.skill.skill`` gives it.
    """
    from surrogate.learning.score_rows import skill_rows

    head, *rows = skill_rows(skill)
    print_table(
        make_table(head, rows, "Mixture on papers it has not seen (90 % of a paper bootstrap)", tight=True)
    )


def show_comparison(comparison: pd.DataFrame) -> None:
    """Print the champion before and after: a row a target; nothing where there was none to compare with.

    Parameters
    ----------
    comparison : DataFrame
        As ``surrogate.evaluation.champion_rule.compared`` gives it.
    """
    from surrogate.learning.score_rows import comparison_rows

    if len(comparison):
        head, *rows = comparison_rows(comparison)
        print_table(make_table(head, rows, "Champion before and after on the same rows (CRPS)", tight=True))


def show_trends(trends: pd.DataFrame) -> None:
    """Print how often what is served moves the way the simulator does when a host is changed: a row a change.

    Parameters
    ----------
    trends : DataFrame
        As ``surrogate.learning.trends.trend_agreement`` gives it.
    """
    rows = [
        [
            str(row["move"]),
            f"{row['right']:.0%} of {row['hosts']}" if row["hosts"] else "–",
            f"x {row['simulated']:.2f}" if row["hosts"] else "–",
            f"x {row['predicted']:.2f}" if row["hosts"] else "–",
            str(row["pairs"]),
        ]
        for row in trends.to_dict("records")
    ]
    head = ["Change of a host", "same direction", "simulated", "predicted", "published pairs"]
    print_table(make_table(head, rows, "Life when one thing is changed (median factor)", tight=True))
