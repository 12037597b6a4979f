from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.laboratory.contest_summary import curves, summary
from surrogate.report.benchmark_page import line_looks, plot, write_page

NAMES = ["random", "lihost", "<b>evil</b>"]


def results(seeds: int = 2) -> pd.DataFrame:
    rows = [
        {"task": "t", "contender": name, "seed": seed, "experiments": e, "hypervolume": e * (1.0 + k) + seed,
         "best": np.nan, "regret": 5.0, "picks_to_top": np.nan, "seconds": 0.5, "memory_mb": 100.0}
        for k, name in enumerate(NAMES) for seed in range(seeds) for e in (12, 24, 36)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize("seeds", [1, 2])
def test_a_line_each_and_a_band_where_there_are_seeds(seeds: int) -> None:
    drawing = ET.fromstring(plot(curves(results(seeds)), line_looks(NAMES), "t"))
    assert len(drawing.findall("polyline")) == 3
    assert len(drawing.findall("polygon")) == (3 if seeds > 1 else 0)
    ours = drawing.findall("polyline")[-1]  # drawn last, over the others
    assert ours.findtext("title") == "lihost"
    points = [[float(part) for part in point.split(",")] for point in str(ours.get("points")).split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)  # rises on the screen


def test_the_page_escapes_and_counts_for_ours(tmp_path: Path) -> None:
    path = write_page(
        results(), summary(results()), tmp_path / "b.html", failed=["<i>"], today=date(2026, 1, 2)
    )
    page = path.read_text()
    assert "<b>evil" not in page
    assert "&lt;i&gt;" in page
    assert "Experiments that lihost needed" in page
    assert "never" in page  # to match the last contender
    assert "picks to top" not in page
    assert (
        page
        == write_page(results(), summary(results()), path, failed=["<i>"], today=date(2026, 1, 2)).read_text()
    )


def test_every_contender_has_a_look_of_its_own() -> None:
    looks = line_looks([f"c{k}" for k in range(12)] + ["lihost"])
    assert len(set(looks.values())) == 13
    assert next(iter(looks)) == "lihost"
