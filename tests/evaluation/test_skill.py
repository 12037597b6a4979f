"""The champion rule on tables made for it: wins, loses, ties, intervals that do not hold, directions that turn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.evaluation.champion_rule import Verdict, decide
from surrogate.evaluation.skill import coverage, judged_rows, over_papers, signs, skill, standing

TARGETS = ("cycle_life_cycles", "ccd_mA_cm2")


def rows(
    better: float = 0.0, inside: float = 0.9, noise: float = 0.02, n: int = 80, seed: int = 0
) -> pd.DataFrame:
    """Two rows a paper; the score is the median's less ``better``."""
    rng = np.random.default_rng(0)
    value = rng.normal(size=n)
    parts = []
    for target in TARGETS:
        scores = 0.3 - better + np.random.default_rng(seed).normal(0, noise, n)
        parts.append(
            pd.DataFrame(
                {
                    "target": target, "row": np.arange(n), "paper": [f"p{k // 2}" for k in range(n)],
                    "lower": value, "upper": value, "known": [str(one) for one in value], "copy": 0, "score": scores,
                    "median": 0.3, "inside": (np.arange(n) < inside * n).astype(float), "unnamed": value,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_without_a_champion_the_first_one_is() -> None:
    assert decide(rows(-0.5), None).wins


def test_better_on_the_same_rows_wins() -> None:
    verdict = decide(rows(0.05, seed=1), rows(0.02, seed=1))
    assert verdict.wins
    assert "a win" in verdict.reasons[0]
    assert str(verdict).startswith("becomes champion")


@pytest.mark.parametrize("away", [0.0, -0.03])
def test_equal_or_worse_stays_challenger(away: float) -> None:
    verdict = decide(rows(0.03 + away, seed=1), rows(0.03, seed=1))
    assert not verdict.wins
    assert "no win" in verdict.reasons[0]
    assert str(verdict).startswith("stays challenger")


def test_a_win_within_noise_is_none() -> None:
    assert not decide(rows(0.031, noise=0.1, seed=2), rows(0.03, noise=0.1, seed=1)).wins


def test_a_win_on_average_is_none_where_a_target_gets_worse() -> None:
    challenger, champion = rows(0.2, seed=1), rows(0.05, seed=1)
    worse = challenger["target"] == TARGETS[1]
    challenger.loc[worse, "score"] = champion.loc[worse, "score"] + 0.02
    verdict = decide(challenger, champion)
    assert "a win" in verdict.reasons[0]
    assert not verdict.wins
    assert any("worse beyond noise" in reason and TARGETS[1] in reason for reason in verdict.reasons)


def test_a_model_worse_than_the_median_does_not_win_against_a_worse_one() -> None:
    assert not decide(rows(-0.05, seed=1), rows(-0.2, seed=1)).wins


@pytest.mark.parametrize(
    ("own", "theirs", "wins"), [(0.8, 0.9, False), (0.99, 0.9, False), (0.8, 0.75, True)]
)
def test_intervals_have_to_hold(own: float, theirs: float, wins: bool) -> None:
    assert decide(rows(0.1, own, seed=1), rows(0.02, theirs, seed=1)).wins == wins


def test_only_shared_rows_count() -> None:
    challenger, champion = rows(0.1, seed=1), rows(0.02, seed=1)
    extra = challenger.assign(paper=challenger["paper"] + "-new", score=9.0)
    assert decide(pd.concat([challenger, extra]), champion).wins
    assert decide(extra, champion).reasons == ("no row was predicted by both",)
    assert not decide(extra, champion).wins


def directions(right: float) -> pd.DataFrame:
    """Twenty published pairs of as many papers, all told right or all wrong."""
    papers = [f"p{k}" for k in range(20)]
    return pd.DataFrame(
        {
            "target": TARGETS[0],
            "paper": papers,
            "record": range(20),
            "control": range(20, 40),
            "right": right,
        }
    )


def test_directions_may_not_get_worse() -> None:
    right, wrong = directions(1.0), directions(0.0)
    best, usual = rows(0.1, seed=1), rows(0.02, seed=1)
    assert decide(best, usual, right, right).wins
    assert not decide(best, usual, wrong, right).wins


def test_the_bootstrap_draws_papers() -> None:
    values, rng = np.repeat(np.random.default_rng(0).normal(size=30), 10), np.random.default_rng(1)
    papers = [str(k) for k in np.repeat(np.arange(30), 10)]
    together = over_papers(values, papers)
    alone = over_papers(rng.permutation(values), [str(k) for k in range(300)])
    assert together.low < together.value < together.high
    expected = 2 * 1.645 * values.std() / np.sqrt(30)
    assert together.high - together.low == pytest.approx(expected, rel=0.15)
    assert alone.high - alone.low < 0.5 * expected


def test_skill_is_the_share_of_the_medians_score_that_is_saved() -> None:
    table = skill(rows(0.06, noise=0.0)).set_index("target")
    assert table["skill_vs_median"].tolist() == pytest.approx([0.2, 0.2])
    assert table["difference"].tolist() == pytest.approx([-0.06, -0.06])
    assert table["papers"].tolist() == [40, 40]
    assert table["coverage"].tolist() == pytest.approx([0.9, 0.9])


def test_with_hardly_a_value_bounds_are_counted_inside() -> None:
    table = rows(inside=0.5).head(60)
    bounds = table.assign(upper=np.where(table["row"] < 50, np.inf, table["upper"]))
    assert coverage(bounds) == pytest.approx(40 / 60)
    assert coverage(table.assign(upper=np.where(table["row"] < 30, np.inf, table["upper"]))) == pytest.approx(
        10 / 30
    )


def test_rows_are_judged_by_the_score_that_decides() -> None:
    part = pd.DataFrame(
        {
            "row": [0, 1, 2], "paper": ["a", "a", "b"], "lower": [1.0, 1.0, 2.0], "upper": np.inf,
            "inside": 1.0, "unnamed": 0.0, "crps": 0.1, "crps_as_values": 0.7,
        }
    )  # fmt: skip
    both = pd.concat([part.assign(entrant="median", target="t"), part.assign(entrant="mixture", target="t")])
    found = judged_rows(both, "mixture")
    assert found["score"].tolist() == [0.7] * 3
    assert found["copy"].tolist() == [0, 1, 0]
    known = both.assign(upper=both["lower"])
    assert judged_rows(known, "mixture")["score"].tolist() == [0.1] * 3


def test_directions_of_pairs_follow_what_is_better() -> None:
    table = pd.DataFrame(
        {
            "target": ["ccd_mA_cm2", "ccd_mA_cm2", "overpotential_mV", "overpotential_mV"],
            "row": [0, 1, 0, 1], "unnamed": [2.0, 1.0, 2.0, 1.0],
        }
    )  # fmt: skip
    index = pd.MultiIndex.from_frame(table[["target", "row"]])
    records = pd.Series([10, 11, 10, 11], index=index)
    pair = {"paper": "p", "record": 10, "control": 11, "told": 1}
    pairs = pd.DataFrame([{**pair, "quantity": "ccd_mA_cm2"}, {**pair, "quantity": "overpotential_mV"}])
    better = {"ccd_mA_cm2": 1.0, "overpotential_mV": -1.0}
    assert signs(table, records, pairs, better)["right"].tolist() == [1.0, 0.0]
    level = table.assign(unnamed=1.0)
    assert signs(level, records, pairs, better)["right"].tolist() == [0.5, 0.5]


def test_standing_compares_on_the_same_rows() -> None:
    part = pd.DataFrame({"row": range(40), "paper": [f"p{k}" for k in range(40)], "lower": np.arange(40.0)})
    part = part.assign(upper=part["lower"], target="t", inside=1.0, unnamed=0.0, crps_as_values=9.0)
    both = pd.concat(
        [
            part.assign(entrant=name, crps=crps)
            for name, crps in [("median", 0.5), ("mixture", 0.3), ("ridge", 0.2)]
        ]
    )
    found = standing(both, "mixture").set_index("rival")
    assert found.index.tolist() == ["ridge", "mixture", "median"]
    assert found["difference"].tolist() == pytest.approx([0.1, 0.0, -0.2])
    assert found["crps"].tolist() == pytest.approx([0.2, 0.3, 0.5])


def test_the_last_digits_of_a_stored_table_are_no_win() -> None:
    champion = rows(0.05, seed=1)
    stored = champion.assign(score=champion["score"] + 1e-9)
    assert not decide(champion, stored).wins
    assert decide(champion, stored).reasons[0].startswith("score less the champion's on 160 rows")


def searched(table: pd.DataFrame, papers: int) -> pd.DataFrame:
    """The same rows by settings that were chosen by the first papers."""
    return table.assign(searched=table["paper"].isin([f"p{k}" for k in range(papers)]))


@pytest.mark.parametrize("whose", ["challenger", "champion"])
def test_papers_that_chose_settings_are_left_out(whose: str) -> None:
    """A challenger that is better on these papers only does not win; one that is better on the others does."""
    champion, equal = rows(0.02, seed=1), rows(0.02, seed=1)
    first = equal["paper"].isin([f"p{k}" for k in range(20)])
    here = equal.assign(score=np.where(first, equal["score"] - 0.15, equal["score"]))
    there = equal.assign(score=np.where(first, equal["score"] + 0.05, equal["score"] - 0.15))

    def verdict(challenger: pd.DataFrame) -> Verdict:
        if whose == "challenger":
            return decide(searched(challenger, 20), searched(champion, 0))
        return decide(challenger, searched(champion, 20))

    assert decide(here, champion).wins, "on all papers it would"
    assert not verdict(here).wins
    assert verdict(here).reasons[0].startswith("20 papers are left out")
    assert "on 80 rows of both" in verdict(here).reasons[1]
    assert verdict(there).wins
    assert not decide(there.assign(score=there["score"] + 0.1 * first), champion).wins


def test_where_all_papers_chose_settings_nobody_wins() -> None:
    verdict = decide(searched(rows(0.2, seed=1), 40), rows(0.02, seed=1))
    assert not verdict.wins
    assert verdict.reasons == (
        "no row was predicted by both; 40 papers are left out, by which settings were chosen",
    )


def test_directions_of_papers_that_chose_settings_are_left_out() -> None:
    right, wrong = directions(1.0), directions(0.0)
    best, usual = rows(0.1, seed=1), rows(0.02, seed=1)
    assert not decide(best, usual, wrong, right).wins
    assert decide(searched(best, 20), usual, wrong, right).wins
