"""Whether another batch is worth it: closed forms, known cases, and Optuna's terminators as oracle."""

from __future__ import annotations

import numpy as np
import optuna
import pandas as pd
import pytest
import torch
from optuna.terminator import RegretBoundEvaluator, StaticErrorEvaluator, Terminator

from surrogate.optimization import Maximize, propose, still_to_gain
from surrogate.optimization.making import Making
from surrogate.optimization.outlook import ENOUGH, LITTLE, MUCH, RECENT, SMALL, STANDSTILL, Outlook
from surrogate.optimization.settings import SearchSettings
from surrogate.optimization.stopping import (
    _in_units,
    _shares,
    _volumes,
    all_that_may_be_best,
    before_the_last,
    in_order,
)
from surrogate.space import Continuous, Space

LINE = Space([Continuous("x", 0.0, 1.0)])
NOISE = 0.05
QUICK = SearchSettings(
    pool=36, near=4, keep=16, first_starts=1, maxiter=1, generations=1, parents=2, children=4
)


def told(n: int, seed: int = 0) -> pd.DataFrame:
    """A parabola with its top of 1 at 0.6, measured at n points with noise."""
    rng, x = np.random.default_rng(seed), LINE.sample(n, seed)
    return x.assign(y=1.0 - 4.0 * (x["x"] - 0.6) ** 2 + NOISE * rng.standard_normal(n))


def test_the_spread_between_replicates_is_a_reason() -> None:
    assert Outlook(0.1, 0.9 * ENOUGH, 1.0).reasons == ("spread",)
    assert not Outlook(0.9 * ENOUGH, 5.0, 1.0, 0.9 * SMALL).enough
    gain, much = 0.9 * ENOUGH, 1.1 * ENOUGH
    assert Outlook(gain, 5.0, 1.0, 0.9 * SMALL, several=True).reasons == ("spread",)
    assert not Outlook(gain, 5.0, 1.0, 1.1 * SMALL, several=True).enough  # of cells that differ much
    assert not Outlook(much, 5.0, 1.0, 0.9 * SMALL, several=True).enough
    assert Outlook(0.2, 0.3, 0.1).gain_in_spreads == pytest.approx(2.0)


@pytest.mark.parametrize("several", [False, True])
def test_hardly_anything_of_what_was_reached_is_a_reason_however_well_replicates_agree(
    several: bool,
) -> None:
    assert Outlook(1.0, 2.0, 1e-9, 0.9 * LITTLE, several=several).reasons == ("reached",)
    assert not Outlook(1.0, 2.0, 1e-9, 1.1 * LITTLE, several=several).enough
    assert not Outlook(1.0, 2.0, 1e-9, several=several).enough


def test_a_standstill_of_several_objectives_is_a_reason_unless_much_is_expected() -> None:
    slow, fast, expected = 0.9 * STANDSTILL, 1.1 * STANDSTILL, 0.9 * MUCH
    assert Outlook(1.0, 9.0, 1e-9, expected, slow, several=True).reasons == ("standstill",)
    assert not Outlook(1.0, 9.0, 1e-9, expected, fast, several=True).enough
    assert not Outlook(1.0, 9.0, 1e-9, expected, None, several=True).enough
    assert not Outlook(1.0, 9.0, 1e-9, expected, slow).enough
    assert not Outlook(1.0, 9.0, 1e-9, 1.1 * MUCH, slow, several=True).enough


def test_shares_are_counted_in_the_objectives_own_units() -> None:
    """Of a first objective to be maximised and a second to be minimised, worst 2 and 8, both in logarithms."""
    values = np.array([[3.0, 4.0], [6.0, 2.0], [7.0, 1.0]])
    factors = np.array([0.5, 3.0])
    worth = torch.from_numpy((np.log(values / [2.0, 8.0]) * [1.0, -1.0] / factors)[None])
    units = _in_units(worth, torch.tensor([1.0, -1.0], dtype=torch.double), factors)
    assert (units[0].numpy() * [2.0, 8.0]).tolist() == pytest.approx((values - [2.0, 8.0]) * [1.0, -1.0])
    assert _in_units(worth, torch.ones(2), np.zeros(2)).tolist() == worth.tolist()
    # 4 of a first design, 24 with the second, 35 with the third
    gain, recent = _shares(units, 2, 1, 1)
    assert gain == pytest.approx(11.0 / 24.0)
    assert recent == pytest.approx(20.0 / 24.0)
    assert _shares(units, 2, 1, 2)[1] is None
    assert _shares(-units, 2, 1, 1) == (np.inf, None)
    below = torch.tensor([[[-2.0], [-3.0], [-1.0]]])  # all worse than the median design
    assert _shares(below, 2, 1, 1) == (np.inf, None)


@pytest.mark.parametrize(
    ("points", "volume"),
    [
        ([[0.2], [0.7]], 0.7),
        ([[1.0, 2.0], [2.0, 1.0], [0.5, 0.5]], 3.0),
        ([[1.0, -2.0], [2.0, 1.0]], 2.0),  # below the worst that counts
        ([[1.0, 2.0, 1.0], [2.0, 1.0, 1.0], [1.0, 1.0, 3.0]], 5.0),
    ],
)
def test_hypervolumes(points: list[list[float]], volume: float) -> None:
    drawn = torch.tensor([points, [[2.0 * one for one in point] for point in points]], dtype=torch.double)
    found = _volumes(drawn)
    assert found.tolist() == pytest.approx([volume, volume * 2.0 ** len(points[0])])


@pytest.mark.slow
def test_what_is_left_to_gain_falls_and_ends_below_what_replicates_differ_by() -> None:
    early = still_to_gain(LINE, told(3), {"y": "max"}, 2)
    late = still_to_gain(LINE, told(30), {"y": "max"}, 2)
    assert early is not None
    assert late is not None
    assert not early.enough
    assert late.enough
    assert 0.0 <= late.gain <= late.most < early.most
    # on the scale of the model, where all values have a spread of 1
    assert late.spread * told(30)["y"].std(ddof=0) == pytest.approx(NOISE, rel=0.5)
    assert still_to_gain(LINE, told(3).assign(y=[1.0, np.nan, np.nan]), {"y": "max"}, 2) is None


@pytest.mark.slow
def test_what_was_reached_is_counted_above_the_median_design() -> None:
    table = told(20)
    found = still_to_gain(LINE, table, {"y": "max"}, 2)
    assert found is not None
    ordinary = 1.0 - 4.0 * (np.linspace(0.0, 1.0, 1001) - 0.6) ** 2
    reached = (1.0 - np.median(ordinary)) / table["y"].std(ddof=0)
    assert found.gain / found.gain_of_reached == pytest.approx(reached, rel=0.15)


@pytest.mark.slow
def test_what_the_last_batches_brought_depends_on_the_order_in_which_designs_were_told() -> None:
    """Four designs lie on the front and six below it; in a batch there are two."""
    x = np.array([0.1, 0.4, 0.6, 0.9, 0.02, 0.25, 0.32, 0.5, 0.7, 0.98])
    below = np.where(np.arange(10) < 4, 0.0, 0.8)
    space = Space([Continuous("x", 0.0, 1.0), Continuous("off", 0.0, 1.0)])
    table = pd.DataFrame({"x": x, "off": below, "a": x - below, "b": 1.0 - x**2 - below})
    goals = {"a": Maximize(-1.0), "b": Maximize(-1.0)}
    n = 6 // RECENT
    late = still_to_gain(space, table, goals, n)
    early = still_to_gain(space, table.iloc[::-1], goals, n)
    never = still_to_gain(space, table, goals, 10)
    assert late is not None
    assert early is not None
    assert never is not None
    assert late.recent_of_reached == pytest.approx(0.0, abs=0.02)
    assert early.recent_of_reached is not None
    assert early.recent_of_reached > 0.3
    assert never.recent_of_reached is None


def test_the_last_designs_are_those_that_came_last_as_new() -> None:
    designs = pd.DataFrame(
        {"x": [1.0, 2.0, 1.0, 3.0, 4.0, 1.0, 4.0], "a": [None, "u", None, "u", "v", None, "v"]}
    )
    assert before_the_last(designs, 2).tolist() == [True, True, True, False, False, True, False]
    assert not before_the_last(designs, 4).any()
    assert not before_the_last(designs.iloc[:0], 1).size


@pytest.mark.slow
def test_a_reason_has_to_hold_before_the_last_batch_as_well() -> None:
    """What looks enough after a batch is asked again without it; replicates of older designs are no new batch."""
    table = told(30)
    found = still_to_gain(LINE, table, {"y": "max"}, 2)
    asked = still_to_gain(LINE, table.iloc[:28], {"y": "max"}, 2)
    replicated = still_to_gain(LINE, pd.concat([table, table.iloc[:4]]), {"y": "max"}, 2)
    assert found is not None
    assert asked is not None
    assert replicated is not None
    assert found.before == asked.reasons != ()
    assert replicated.before
    few = still_to_gain(LINE, table, {"y": "max"}, 30)  # nothing is left before so large a batch
    assert few is not None
    assert few.reasons
    assert not few.enough


def test_designs_stay_in_the_order_in_which_they_were_told() -> None:
    points = np.array([[2.0, 1.0], [0.0, 3.0], [2.0, 1.0], [1.0, 1.0], [0.0, 3.0]])
    assert in_order(points).tolist() == [[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*is experimental")
@pytest.mark.parametrize(("cells", "ends"), [(3, False), (24, True)])
def test_optuna_s_terminator_agrees(cells: int, ends: bool) -> None:
    """It stops where its bound of the regret (Makarova et al.) falls below an error, here twice the noise.

    Of few cells the bounds agree to a factor of 2; of many its is wider, as confidence limits never vanish.
    """
    table = told(cells, seed=1)
    study = optuna.create_study(direction="maximize")
    space = {"x": optuna.distributions.FloatDistribution(0.0, 1.0)}
    for x, y in zip(table["x"], table["y"], strict=True):
        study.add_trial(optuna.trial.create_trial(params={"x": x}, distributions=space, value=y))
    bound = RegretBoundEvaluator(seed=0)
    rule = Terminator(bound, StaticErrorEvaluator(2.0 * NOISE), min_n_trials=1)
    found = still_to_gain(LINE, table, {"y": "max"}, 1)
    assert found is not None
    assert rule.should_terminate(study) == found.enough == ends
    ours, theirs = found.most * table["y"].std(ddof=0), bound.evaluate(study.trials, study.direction)
    assert ours < 2.0 * theirs
    assert ends or ours > 0.5 * theirs


@pytest.mark.slow
def test_the_best_known_stays_though_many_might_be_the_best() -> None:
    """Where it may keep few, BoTorch's pruning keeps others than the likeliest: the best known would be lost."""
    from surrogate.optimization.acquisition import Improvement
    from surrogate.optimization.question import read_question

    rng = np.random.default_rng(0)
    x = np.linspace(0.0, 1.0, 40)
    table = pd.DataFrame({"x": x, "y": 0.3 * x + rng.standard_normal(40)})
    asked = read_question(LINE, table, {"y": "max"}, 1, 0, None, None, [])
    posterior = asked.fit()
    known = torch.from_numpy(posterior.encoded)
    settings = all_that_may_be_best(SearchSettings(baseline=3), 1, len(known))
    kept = Improvement(posterior.model, known, ["max"], settings, 0).baseline
    mean = posterior.model.posterior(known).mean[:, 0]
    assert len(kept) > 3
    assert known[mean.argmax()].tolist() in kept.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_design_told_without_a_value_is_never_proposed_again(seed: int) -> None:
    """On a grid of 36 designs, with any number of values, failures and designs asked for."""
    rng = np.random.default_rng(seed)
    space = Space([Continuous(name, 0.0, 1.0, step=0.2) for name in ("a", "b")])
    grid = pd.DataFrame([(a, b) for a in range(6) for b in range(6)], columns=["a", "b"]) / 5.0
    cells = grid.iloc[rng.permutation(36)[: int(rng.integers(2, 24))]].reset_index(drop=True)
    cells["y"] = np.where(rng.random(len(cells)) < 0.5, np.nan, rng.standard_normal(len(cells)))
    found = propose(space, cells, {"y": "max"}, int(rng.integers(1, 5)), seed, settings=QUICK)
    assert not space.matches(found, cells[["a", "b"]]).any()


def test_what_is_likely_to_fail_is_hardly_expected_to_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less x is better, and below 0.5 nothing can be made: what would fail promises little."""
    rng = np.random.default_rng(0)
    x = np.append(np.sort(rng.random(10)), 0.3)
    cells = pd.DataFrame({"x": x, "y": np.where(x < 0.5, np.nan, 1.0 - x + 0.02 * rng.standard_normal(11))})

    def outlook() -> Outlook:
        found = still_to_gain(LINE, cells, {"y": "max"}, 2)
        assert found is not None
        return found

    weighed = outlook()
    monkeypatch.setattr(Making, "log_weight", lambda _, points: torch.zeros(points.shape[:-2]))
    assert weighed.gain < 0.9 * outlook().gain
