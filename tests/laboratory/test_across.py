"""A contest over laboratories: shares of the front, and experiments to equal quality in the same laboratory."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from surrogate.laboratory.across import COLD, across_laboratories, kind_of
from surrogate.laboratory.contest_summary import best_known


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
    assert own["ratio"].tolist() == pytest.approx([1.0] * 5)
    assert own["ahead"].tolist() == [0.0] * 5


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
    found = across_laboratories(half)
    found = found[found["contender"] == "random"].set_index("experiments")
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


def test_the_best_cold_start_is_chosen_in_each_laboratory_and_knows_no_physics() -> None:
    found = across_laboratories(
        contest({
            ("lab-ether:0", "lihost_physics"): 1.2, ("lab-ether:0", "random"): 0.3, ("lab-ether:0", "lihost"): 0.6,
            ("lab-ether:1", "lihost_physics"): 1.2, ("lab-ether:1", "random"): 0.4, ("lab-ether:1", "lihost"): 0.2,
            ("lab-ether:1", "lihost_warm"): 1.0,
        })
    )  # fmt: skip
    best = found[found["contender"] == COLD].set_index("experiments")
    assert best.loc[60, "share"] == pytest.approx((0.36 + 0.24) / 2)
    assert best.loc[60, "ratio"] == pytest.approx((0.5 + 1 / 3) / 2)
    assert best.loc[60, "ahead"] == pytest.approx((0.36 + 0.48) / 2)
    none = across_laboratories(contest({("lab-ether:0", "lihost_physics"): 1.2}))
    assert set(none["contender"]) == {"lihost_physics"}


def test_the_best_cold_start_may_be_another_one_later() -> None:
    results = contest({("lab-ether:0", "random"): 0.5, ("lab-ether:0", "lihost"): 0.1})
    results.loc[(results["contender"] == "lihost") & (results["experiments"] > 30), "hypervolume"] = 40.0
    best = across_laboratories(results).set_index(["contender", "experiments"])["share"]
    assert best[COLD, 24] == best["random", 24] == pytest.approx(0.12)
    assert best[COLD, 36] == best["lihost", 36] == pytest.approx(0.4)


def test_differences_are_of_the_same_laboratory_and_the_worst_is_said() -> None:
    found = across_laboratories(
        contest({
            ("lab-ether-flipped:0", "lihost_physics"): 1.0, ("lab-ether-flipped:0", "lihost"): 1.5,
            ("lab-ether-flipped:1", "lihost_physics"): 1.0, ("lab-ether-flipped:1", "lihost"): 0.5,
            ("lab-ether-flipped:2", "lihost_physics"): 1.0, ("lab-ether-flipped:2", "lihost"): 0.25,
            ("lab-ether-flipped:3", "lihost"): 1.0,
        })
    )  # fmt: skip
    assert {24, 32} <= set(found["experiments"])
    row = found[(found["contender"] == "lihost") & (found["experiments"] == 32)].iloc[0]
    assert (row["laboratories"], row["compared"]) == (4, 3)
    assert row["ahead"] == pytest.approx(0.16)  # of -0.16, 0.16 and 0.24
    assert row["ahead_worst"] == pytest.approx(-0.16)
    assert -0.16 <= row["ahead_lower"] < 0.16 < row["ahead_upper"] <= 0.24
    assert not math.isnan(row["ratio"])


def test_seeds_are_averaged_before_laboratories_are_drawn() -> None:
    """Seeds that differ say nothing of how laboratories differ."""
    slopes = {(f"lab-ether:{k}", name): 1.0 for k in (0, 1) for name in ("lihost_physics", "random")}
    first, second = contest(slopes), contest(slopes).assign(seed=1)
    second["hypervolume"] *= np.where(second["contender"] == "random", 0.2, 1.0)
    second["regret"] = 100.0 - second["hypervolume"]
    row = across_laboratories(pd.concat([first, second], ignore_index=True)).set_index(
        ["contender", "experiments"]
    )
    assert row.loc[("random", 60), "share"] == pytest.approx(0.36)
    for name in ("share", "ahead"):
        least, most = row.loc[("random", 60), [f"{name}_lower", f"{name}_upper"]]
        assert least == pytest.approx(most)


def test_a_laboratory_without_anything_better_is_left_out() -> None:
    nothing = contest({("lab-ether:1", "random"): 0.0}, front=0.0)
    found = across_laboratories(pd.concat([contest({("lab-ether:0", "random"): 1.0}), nothing]))
    assert (found["laboratories"] == 1).all()
    assert not len(across_laboratories(nothing))


def test_the_best_that_is_known_of_one_objective_may_be_beyond_what_a_run_is_above_the_reference() -> None:
    """Worse than the reference by 2 of an optimum 10 above it: hypervolume 0, regret 12."""
    results = pd.DataFrame(
        {"task": "t", "contender": "a", "seed": 0, "experiments": [4, 8], "hypervolume": [0.0, 6.0],
         "regret": [12.0, 4.0]}
    )  # fmt: skip
    assert best_known(results) == {"t": 10.0}
    assert best_known(results.assign(hypervolume=[0.0, 11.0], regret=[12.0, 0.0])) == {"t": 11.0}
    assert math.isnan(best_known(results.assign(regret=np.nan))["t"])
