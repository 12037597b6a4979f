"""A contest over laboratories: shares of the front, and experiments to equal quality in the same laboratory."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from surrogate.laboratory.across import across_laboratories, kind_of
from surrogate.report.benchmark_page import across_rows


def contest(slopes: dict[tuple[str, str], float], front: float = 100.0) -> pd.DataFrame:
    """Hypervolume grows by ``slope`` with each experiment, up to the front."""
    rows = []
    for (task, contender), slope in slopes.items():
        for experiments in range(4, 61, 4):
            volume = min(slope * experiments, front)
            rows.append(
                {"task": task, "contender": contender, "seed": 0, "experiments": experiments,
                 "hypervolume": volume, "regret": front - volume}
            )  # fmt: skip
    return pd.DataFrame(rows)


def test_kinds() -> None:
    assert kind_of("lab-ether:3") == "lab-ether"
    assert kind_of("lab-ether-5-flipped:12") == "lab-ether-5-flipped"
    assert kind_of("dtlz2_30") == kind_of("lab-notes") == ""


def test_each_laboratory_counts_by_itself() -> None:
    found = across_laboratories(
        contest({
            ("lab-ether:0", "lihost_physics"): 2.0, ("lab-ether:0", "random"): 0.5,
            ("lab-ether:1", "lihost_physics"): 1.0, ("lab-ether:1", "random"): 0.5,
            ("lab-ether:2", "lihost_physics"): 1.0, ("lab-ether:2", "random"): 0.1,
            ("zdt1_whole", "random"): 1.0,
        })
    )  # fmt: skip
    assert set(found["kind"]) == {"lab-ether"}
    random = found[found["contender"] == "random"].set_index("experiments")
    assert random.loc[60, "laboratories"] == 3
    assert random.loc[60, "share"] == pytest.approx((0.3 + 0.3 + 0.06) / 3)
    assert random.loc[60, "worst"] == pytest.approx(0.06)
    # 30 % at 15 and 30 experiments, 6 % at 6: the median of a quarter, a half and a tenth
    assert random.loc[60, "ratio"] == pytest.approx(0.25)
    assert 0.1 <= random.loc[60, "ratio_lower"] <= 0.25 <= random.loc[60, "ratio_upper"] <= 0.5
    own = found[found["contender"] == "lihost_physics"].set_index("experiments")
    assert own["ratio"].tolist() == pytest.approx([1.0] * 4)


def test_what_is_never_reached_is_infinite_and_without_ours_there_is_no_ratio() -> None:
    slower = {("lab-ether:0", "lihost_physics"): 0.1, ("lab-ether:0", "random"): 1.0}
    found = across_laboratories(contest(slower)).set_index(["contender", "experiments"])
    assert found.loc[("random", 24), "ratio"] == math.inf
    alone = across_laboratories(contest({("lab-ether:0", "random"): 1.0}))
    assert np.isnan(alone["ratio"]).all()
    assert not len(across_laboratories(contest({("blend", "random"): 1.0})))


def test_runs_that_are_not_over_count_as_far_as_they_are() -> None:
    results = contest({("lab-ether:0", "random"): 1.0, ("lab-ether:1", "random"): 0.5})
    half = results[(results["task"] == "lab-ether:0") | (results["experiments"] <= 40)]
    found = across_laboratories(half).set_index("experiments")
    assert found.loc[36, "laboratories"] == 2
    assert found.loc[60, "laboratories"] == 1


def test_a_run_that_found_more_than_the_front_sets_the_measure() -> None:
    results = contest({("lab-ether:0", "random"): 0.5})
    better = contest({("lab-ether:0", "lihost_physics"): 2.0}).assign(regret=0.0)
    better["hypervolume"] *= 1.5
    found = across_laboratories(pd.concat([results, better], ignore_index=True))
    last = found[found["experiments"] == 60].set_index("contender")["share"]
    assert last["lihost_physics"] == pytest.approx(1.0)
    assert last["random"] == pytest.approx(0.5 * 60 / 150)


def test_the_table_compares_others_with_ours() -> None:
    found = across_laboratories(
        contest({("lab-ether:0", "random"): 0.5, ("lab-ether:0", "lihost_physics"): 1.0})
    )
    numbers, rows = across_rows(found)
    assert numbers == [24, 36, 48, 60]
    assert rows == [
        ["lihost_physics", "24 %", "36 %", "48 %", "60 %"],
        ["random", "12 % (0.5)", "18 % (0.5)", "24 % (0.5)", "30 % (0.5)"],
    ]
