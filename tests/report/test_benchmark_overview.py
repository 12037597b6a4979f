"""What is read first of a contest: who met on what, who was ahead on the same tasks, and what it was made by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import tracking
from surrogate.laboratory.across import across_laboratories
from surrogate.laboratory.contest_summary import summary
from surrogate.report.benchmark_overview import benchmark_overview, ranking, shares_of_ours


def rows(task: str, reached: dict[str, float], front: float) -> list[dict[str, object]]:
    """Runs of one seed that come to a part of a front."""
    return [
        {"task": task, "contender": name, "seed": 0, "experiments": e, "hypervolume": value * e / 36.0,
         "best": np.nan, "regret": front - value * e / 36.0, "picks_to_top": np.nan, "seconds": 0.5, "memory_mb": 9.0}
        for name, value in reached.items() for e in (12, 24, 36)
    ]  # fmt: skip


RESULTS = pd.DataFrame(
    [
        *rows("blend", {"lihost": 0.9, "random": 0.3}, 1.0),
        *rows("lab-ether:0", {"lihost": 1.0, "lihost_physics": 1.6, "random": 0.5}, 2.0),
        *rows("lab-ether:1", {"lihost": 2.0, "lihost_physics": 2.4, "random": 1.0}, 4.0),
    ]
)


def test_contenders_are_ranked_on_the_tasks_in_which_all_took_part() -> None:
    head, *ranked = ranking(summary(RESULTS))
    assert [row[:4] for row in ranked] == [
        ["lihost_physics", "70.0 %", "60.0 %", "2"],
        ["lihost", "50.0 %", "50.0 %", "2"],  # and not 63.3 %, with the task that the first did not meet
        ["random", "25.0 %", "25.0 %", "2"],
    ]
    assert len(head) == len(ranked[0])
    apart = RESULTS[(RESULTS["task"] == "blend") != (RESULTS["contender"] == "lihost_physics")]
    assert {row[0]: row[3] for row in ranking(summary(apart))[1:]} == {
        "lihost_physics": "2", "lihost": "1", "random": "1",
    }  # fmt: skip


def test_headline_numbers_are_of_ours_in_each_kind() -> None:
    assert shares_of_ours(summary(RESULTS)) == pytest.approx({"blend": 0.9, "lab-ether": 0.7})


def test_the_overview_has_tables_that_a_page_can_show() -> None:
    found = benchmark_overview(
        summary(RESULTS), across_laboratories(RESULTS), ["blend, sobol, seed 1: <i>"], {"Commit": "abc"}
    )
    assert found.title == "Benchmark: 3 contenders on 3 tasks, 1 seed"
    assert "compared with lihost_physics, and with lihost where" in found.lead[0]
    headings = [heading for heading, rows in found.parts if rows]
    assert [one for one in headings if one.startswith("blend: experiments that lihost needed")]
    assert not [one for one in headings if one.startswith("lab-ether:0")], "the kind stands for them"
    assert len([one for one in headings if one.startswith("lab-ether, 2 laboratories")]) == 2
    page = tracking.overview_page(found.title, found.lead, found.parts)
    assert "&lt;i&gt;" in page
    assert "<li>Commit: abc</li>" in page
    heads = [rows[0] for _, rows in found.parts if rows and len(rows[0]) > 1]
    assert page.count("<th ") == sum(map(len, heads))
