"""The model card says which rival scores better than the champion, by the score that decides."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.learning.model_card import model_card


def scorecard(bounds: int) -> pd.DataFrame:
    """A target of 40 rows, of which so many are bounds; ridge is the best by crps, the forest by
    crps_as_values, and what is served is second by both."""
    return pd.DataFrame(
        {
            "target": "cycle_life_cycles",
            "entrant": ["mixture", "ridge", "forest", "median"],
            "crps": [0.30, 0.20, 0.50, 0.60],
            "crps_as_values": [0.35, 0.55, 0.25, 0.65],
            "coverage90": 0.9,
            "n": 40,
            "n_censored": bounds,
            "papers": 21,
            "split": "leave-one-paper-out",
            "champion": [True, False, False, False],
        }
    )


@pytest.mark.parametrize(
    ("bounds", "line"),
    [
        (8, "`ridge` scores better (crps 0.200 against 0.300)"),
        (31, "`ridge` scores better (crps 0.200 against 0.300)"),
        (33, "`forest` scores better (crps_as_values 0.250 against 0.350)"),
    ],
)
def test_the_better_rival_is_named_by_the_score_that_decides(bounds: int, line: str) -> None:
    card = scorecard(bounds)
    text = model_card(card, {"literature": "4f1c"})
    (said,) = [row for row in text.splitlines() if "scores better" in row]
    assert said.startswith(f"- cycle_life_cycles: {line}")
    assert "- literature: `4f1c`" in text


def test_a_champion_that_scores_best_is_not_excused() -> None:
    card = scorecard(8)
    card["champion"] = card["entrant"] == "ridge"
    assert "scores better" not in model_card(card, {})
