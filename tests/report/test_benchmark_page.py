from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.laboratory.contest_summary import curves, summary
from surrogate.report.benchmark_page import COLOURS, line_looks, plot, write_page

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


def test_ours_with_and_without_physics_differ_in_colour() -> None:
    names = [f"c{k}" for k in range(5)] + ["lihost", "lihost_physics"]
    looks = line_looks(names)
    assert looks["lihost_physics"] == line_looks(["lihost"])["lihost"] == (COLOURS[0], "")
    assert looks["lihost"] == (COLOURS[1], "")
    assert len(set(looks.values())) == 7


def broadest(drawing: ET.Element) -> str | None:
    lines = drawing.findall("polyline")
    assert float(str(lines[-1].get("stroke-width"))) > max(
        float(str(one.get("stroke-width"))) for one in lines[:-1]
    )
    return lines[-1].findtext("title")


def test_ours_is_the_one_with_physics_where_it_takes_part(tmp_path: Path) -> None:
    neutral = results()
    laboratory = results().assign(task="u").replace({"contender": {"random": "lihost_physics"}})
    both = pd.concat([neutral, laboratory], ignore_index=True)
    names = list(dict.fromkeys(both["contender"]))
    mean, looks = curves(both), line_looks(names)
    drawn = [broadest(ET.fromstring(plot(mean[mean["task"] == task], looks, task))) for task in ("t", "u")]
    assert drawn == ["lihost", "lihost_physics"]
    page = write_page(both, summary(both), tmp_path / "b.html").read_text()
    assert "Experiments that lihost needed" in page
    assert "Experiments that lihost_physics needed" in page
    assert page.count('<tr class="ours"><th scope="row">lihost<') == 1
    assert page.count('<tr class="ours"><th scope="row">lihost_physics<') == 1
    assert page.count('<span class="ours">lihost_physics<') == page.count('<span class="ours">') == 1


def test_experiments_to_equal_quality_are_those_of_ours_with_physics() -> None:
    rows = results().replace({"contender": {"<b>evil</b>": "lihost_physics"}})
    table = summary(rows).set_index("contender")
    # 3 e of ours against e of random and 2 e of the one without physics, a third and two thirds of the experiments
    assert table.loc["random", "ours_to_match_36"] == pytest.approx(12.0)
    assert table.loc["lihost", "ours_to_match_36"] == pytest.approx(24.0)
