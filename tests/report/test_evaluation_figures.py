"""The figures of a training say what the rows behind them say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.evaluation.scorecard import build_scorecard
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.report import evaluation_figures as judged


@pytest.fixture
def rows() -> pd.DataFrame:
    """400 values a target, told 0.2 off by a model that claims a deviation of 0.5 and has it; some bounds."""
    rng = np.random.default_rng(3)
    parts = []
    for target in TARGETS:
        mean = rng.normal(-5.0 if SCALES[target].decreasing else 3.0, 1.0, 400)
        value = mean + rng.normal(0.0, 0.5, 400)
        parts.append(
            pd.DataFrame(
                {
                    "target": target,
                    "entrant": "gp_plain",
                    "proposes": True,
                    "paper": [f"10.1/a#{k % 9}" for k in range(400)],
                    "mean": mean,
                    "variance": 0.25,
                    "lower": value,
                    "upper": np.where(np.arange(400) % 10 == 0, np.inf, value),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def test_a_calibrated_model_lies_on_the_line(rows: pd.DataFrame) -> None:
    shares = judged.coverage(rows)
    assert np.allclose(shares, judged.LEVELS, atol=0.05)
    narrow = judged.coverage(rows.assign(variance=0.01))
    assert all(share < level for share, level in zip(narrow, judged.LEVELS, strict=True))


def test_calibration_leaves_bounds_out_and_says_how_many_values_there_are(rows: pd.DataFrame) -> None:
    figure = judged.calibration({"champion": rows})
    curves = [trace for trace in figure.data if trace.name == "champion"]
    assert len(curves) == len(TARGETS)
    known = rows[(rows["target"] == TARGETS[0]) & (rows["lower"] == rows["upper"])]
    assert np.allclose(np.array(curves[0].y) / 100, judged.coverage(known))
    assert "champion: 360 values" in figure.layout.xaxis.title.text
    assert sum(bool(trace.showlegend) for trace in curves) == 1


def test_agreement_shows_every_row_and_bounds_hollow(rows: pd.DataFrame) -> None:
    figure = judged.agreement(rows, "Title")
    values, bounds = figure.data[:2]
    assert (len(values.x), len(bounds.x)) == (360, 40)
    assert bounds.marker.symbol == "circle-open"
    first = rows[(rows["target"] == TARGETS[0]) & (rows["lower"] == rows["upper"])].iloc[0]
    assert values.x[0] == pytest.approx(np.exp(first["lower"]))
    assert values.y[0] == pytest.approx(np.exp(first["mean"]))
    upper = np.exp(first["mean"] + 1.6448536 * 0.5)
    assert values.y[0] + values.error_y["array"][0] == pytest.approx(upper)


def test_one_wild_interval_does_not_stretch_the_axis(rows: pd.DataFrame) -> None:
    wild = rows.assign(variance=rows["variance"].where(rows.index > 0, 1e4))
    low, high = judged.agreement(wild, "Title").layout.yaxis.range
    assert high - low < 6  # decades


@pytest.mark.parametrize(
    ("every", "score", "title"), [(10, "crps", "CRPS (log10)"), (1, "crps_as_values", "bounds as values")]
)
def test_the_comparison_shows_the_score_that_decides_and_who_proposes(
    rows: pd.DataFrame, every: int, score: str, title: str
) -> None:
    """A tenth of the rows are bounds, or all of them."""
    rows = rows.assign(upper=rows["lower"].where(rows.index % every != 0, np.inf))
    rival = rows.assign(entrant="median", proposes=False, variance=1.0)
    card = build_scorecard(pd.concat([rows, rival]))
    card["champion"] = card["entrant"] == "gp_plain"
    figure = judged.comparison(card)
    bars, judged_here = figure.data[0], card[card["target"] == TARGETS[0]]
    assert (judged_here["crps"] != judged_here["crps_as_values"]).all()
    assert list(bars.x) == ["gp_plain", "median"]
    assert list(bars.y) == judged_here[score].tolist()
    assert title in figure.layout.xaxis.title.text
    assert bars.marker.color[0] != bars.marker.color[1]


def test_rows_in_the_targets_own_units(rows: pd.DataFrame) -> None:
    table = judged.in_units(rows)
    assert len(table) == len(rows)
    assert (table["lower"] < table["predicted"]).all()
    assert (table["predicted"] < table["upper"]).all()
    assert table["known"].iloc[5] == pytest.approx(np.exp(rows["lower"].iloc[5]))
    assert int((table["known_lower"] != table["known_upper"]).sum()) == 160
    # At least so much is lost: at most so efficient.
    lost = table[table["target"] == TARGETS[3]]
    assert np.isneginf(lost["known_lower"]).sum() == 40
    assert lost["known_upper"].between(0.0, 100.0).all()
    assert (table["known_upper"] == np.inf).sum() == 120
