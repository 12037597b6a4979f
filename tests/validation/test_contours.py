"""Contours by the mean and by the largest local current: the page has these numbers, and they follow from physics."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.validation.contours import contour_gains
from surrogate.validation.interface import by_width, main_width_um

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "model-vs-experiment.md"


@pytest.fixture(scope="module")
def gains() -> pd.DataFrame:
    return contour_gains()


@pytest.mark.docs
def test_the_page_has_these_numbers(gains: pd.DataFrame) -> None:
    section = (
        PAGE.read_text(encoding="utf-8").partition("### Contouring is disputed")[2].partition("\n## ")[0]
    )
    rows = [re.findall(r"[\d.]+", line) for line in section.splitlines() if re.match(r"\| \d", line)]
    shown = np.array(rows, dtype=float)
    expected = [
        [width, depth, area, mean, *group["by_largest"]]
        for (width, depth, area, mean), group in gains.groupby(
            ["width_um", "depth_um", "area_gain", "by_mean"], sort=False
        )
    ]
    assert shown.shape == (5, 7)
    np.testing.assert_allclose(shown[:, :2], np.array(expected)[:, :2], atol=0.5)
    np.testing.assert_allclose(shown[:, 2:], np.array(expected)[:, 2:], atol=0.006)


def test_the_largest_current_gains_less_than_the_mean_and_less_the_better_the_face_conducts(
    gains: pd.DataFrame,
) -> None:
    assert (gains["by_largest"] < gains["area_gain"]).all()  # no contour spreads its current evenly
    for _, contour in gains.groupby("width_um"):
        resistances = contour.sort_values("face_ohm_cm2")
        assert resistances["by_largest"].is_monotonic_increasing
        assert resistances["by_largest"].iloc[-1] / resistances["by_largest"].iloc[0] > 1.5


def test_finer_contours_of_one_shape_gain_alike_by_the_mean_and_more_by_the_largest(
    gains: pd.DataFrame,
) -> None:
    main = gains[gains["width_um"] == main_width_um()]
    finer = gains[gains["width_um"] < min(by_width("pattern_ccd"))]
    for _, contour in finer.groupby("width_um"):
        np.testing.assert_allclose(contour["area_gain"], main["area_gain"], rtol=1e-6)
        np.testing.assert_allclose(contour["by_mean"], main["by_mean"], rtol=0.05)
        assert (contour["by_largest"].to_numpy() > 1.2 * main["by_largest"].to_numpy()).all()
