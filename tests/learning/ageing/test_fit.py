"""The fit of the ageing law: it finds constants that made the data, and bounds do only what bounds can."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from surrogate.errors import RecipeError
from surrogate.learning.ageing.data import GEL_OR_SOLID, Cells
from surrogate.learning.ageing.fit import ALL, LIMITS, fit, predicted_life, predicted_loss
from surrogate.learning.ageing.judge import LAW, LIFE, LOSS, MEDIAN, judge
from surrogate.learning.ageing.run import input_hashes
from surrogate.learning.ageing_recipe import AgeingPrior, is_ageing, load_ageing_recipe
from surrogate.learning.training_recipe import load_recipe
from surrogate.physics.ageing.fitted import FILE, NAMES, AgeingConstants
from surrogate.physics.ageing.law import Cycle
from surrogate.resources import resource

TRUE = AgeingConstants(
    interphase_ether=2.0, interphase_carbonate=0.6, dead_ether=1.5, dead_carbonate=0.5, exposed_inside=0.4,
    area_exponent=0.8, current_exponent=0.6, nitrate=1.2, carbonate_additive=0.8, wear_cycles=900.0,
    wear_exponent=1.2, short_cycles=10.0,
)  # fmt: skip
DRAWS = 3
judging = sys.modules["surrogate.learning.ageing.judge"]
fitting = sys.modules["surrogate.learning.ageing.fit"]


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch) -> None:
    """Of the posterior: for speed."""
    monkeypatch.setattr(fitting, "DRAWS", 2_500)


@pytest.fixture(scope="module")
def cells() -> Cells:
    """240 cells of 60 papers, all failed and with an efficiency, made by the law with a spread of 5 %."""
    rng = np.random.default_rng(0)
    n = 240
    spread = np.exp(rng.normal(0.0, 1.0, (6, n)))
    ether = np.arange(n) % 2 == 0
    one = {
        "interphase": np.where(ether, 1.5e-4, 4e-4), "dead": np.where(ether, 0.02, 0.06),
        "interphase_factor": rng.choice([1.0, 0.5], n), "dead_factor": rng.choice([1.0, 0.4], n),
        "area": 10.0 * spread[0], "top": rng.uniform(0.0, 1.0, n), "depth": rng.uniform(0.0, 1.0, n),
        "local": 0.5 * spread[1],
        "capacity": 1.0 * spread[2], "excess": 10.0 * spread[3], "stress": 0.1 * np.ones(n),
        "pressed": 1e12 * np.ones(n), "passed": np.ones(n), "behind": np.zeros(n), "ether": ether,
        "carbonate": ~ether, "pellet": np.zeros(n, dtype=bool),
    }  # fmt: skip
    cycle = Cycle(**{name: np.repeat(values, DRAWS) for name, values in one.items()})
    empty = Cells(
        cycle, np.ones((n, DRAWS), dtype=bool), np.zeros(n), np.zeros(n), *np.zeros((3, n), dtype=bool),
        np.ones(n, dtype=bool),
        np.array([f"paper {k // 4}" for k in range(n)], dtype=object),
        np.where(ether, "ether", "carbonate").astype(object), one["local"], one["capacity"],
    )  # fmt: skip
    loss, life = (of(empty, TRUE)[:, 0] for of in (predicted_loss, predicted_life))
    return replace(empty, loss=loss + rng.normal(0, 0.05, n), life=life + rng.normal(0, 0.05, n))


@pytest.fixture(scope="module")
def priors() -> dict[str, AgeingPrior]:
    return load_ageing_recipe("ageing")[1].prior


@pytest.mark.slow
def test_it_finds_the_constants_that_made_the_data(cells, priors) -> None:
    fitted = fit(cells, priors, widths=True)
    table = fitted.table().set_index("constant")
    for name in ("interphase_ether", "dead_ether", "dead_carbonate", "area_exponent", "current_exponent", "nitrate",
                 "carbonate_additive", "exposed_inside", "wear_cycles", "wear_exponent"):  # fmt: skip
        row = table.loc[name]
        assert row["value"] == pytest.approx(getattr(TRUE, name), rel=0.15), name
        assert row["low"] < row["value"] < row["high"]
        assert row["learned"] > 0.8, name
    assert table.loc["short_cycles", "learned"] < 0.05  # nothing was shorted, and it says so
    assert fitted.spreads[0] == pytest.approx(0.05, rel=0.3)


@pytest.mark.slow
def test_lives_do_not_move_what_efficiencies_tell(cells, priors) -> None:
    longer = replace(cells, life=cells.life + 2.0, bound=np.ones(len(cells.life), dtype=bool))
    one, other = (fit(each, priors).table().set_index("constant")["value"] for each in (cells, longer))
    losses = [name for name in ALL if name not in LIMITS]
    np.testing.assert_allclose(one[losses], other[losses], rtol=1e-9)
    assert other["wear_cycles"] > 1.5 * one["wear_cycles"]


@pytest.mark.slow
def test_bounds_far_below_tell_nothing(cells, priors) -> None:
    low = replace(cells, life=np.full(len(cells.life), 0.0), bound=np.ones(len(cells.life), dtype=bool))
    table = fit(low, priors, widths=True).table().set_index("constant")
    for name in LIMITS:
        assert table.loc[name, "learned"] < 0.1, name
        assert table.loc[name, "value"] == pytest.approx(table.loc[name, "prior_median"], rel=0.15), name


@pytest.mark.slow
def test_a_record_counts_by_the_draws_that_suit_it(cells, priors) -> None:
    """Two of three draws of every record are absurd: the mixture leaves them aside."""
    odd = np.arange(len(cells.cycle.area)) % DRAWS > 0
    absurd = replace(cells, cycle=replace(cells.cycle, area=np.where(odd, 1e6, cells.cycle.area)))
    table = fit(absurd, priors).table().set_index("constant")
    assert table.loc["interphase_ether", "value"] == pytest.approx(TRUE.interphase_ether, rel=0.2)
    unusable = replace(absurd, usable=(~odd).reshape(-1, DRAWS))
    table = fit(unusable, priors).table().set_index("constant")
    assert table.loc["interphase_ether", "value"] == pytest.approx(TRUE.interphase_ether, rel=0.15)


@pytest.mark.slow
def test_the_law_beats_the_median_where_the_law_is_true_and_no_paper_predicts_itself(cells, priors) -> None:
    few = cells.take(np.arange(24))
    whole = fit(few, priors)
    scores = judge(few, priors, whole).set_index(["quantity", "class", "entrant"])
    for quantity in (LOSS, LIFE):
        law, median = (scores.loc[(quantity, "all", who)] for who in (LAW, MEDIAN))
        assert law["fold_error"] < 1.15 < median["fold_error"]
        assert law["crps"] < 0.5 * median["crps"]
    # A paper whose cells are a thousand times better than all others: nothing told of them beforehand.
    told = few.loss.copy()
    told[:4] -= np.log(1000.0)
    odd = replace(few, loss=told)
    found = judge(odd, priors, whole).set_index(["quantity", "class", "entrant"])
    off = found.loc[(LOSS, "all", LAW), "rmse_log10"]
    assert off > np.sqrt(4 / 24) * 2.5


@pytest.mark.slow
def test_only_cells_that_the_law_describes_are_learned_from(cells, priors) -> None:
    """Half of the cells are a hundred times better by what no design holds; they are scored all the same."""
    treated = np.arange(len(cells.loss)) % 4 < 2
    better = replace(
        cells, loss=cells.loss - treated * np.log(100.0), life=cells.life + treated * np.log(100.0)
    )
    told = fit(replace(better, described=~treated), priors)
    kept = fit(cells.take(np.flatnonzero(~treated)), priors)
    np.testing.assert_array_equal(told.theta, kept.theta)
    few = replace(better, described=~treated).take(np.arange(16))
    rows = judge(few, priors, told).set_index(["quantity", "class", "entrant"])["fold_error"]
    assert rows[LOSS, "described", LAW] < 1.2
    assert rows[LOSS, "not described", LAW] == pytest.approx(100.0, rel=0.2)


@pytest.mark.slow
def test_efficiencies_in_solids_move_no_constant(cells, priors) -> None:
    cells = cells.take(np.arange(40))
    odd = np.arange(len(cells.loss)) % 5 == 0
    solid = replace(cells, kind=np.where(odd, GEL_OR_SOLID, cells.kind), loss=cells.loss + odd * 3.0)
    losses = [name for name in ALL if name not in LIMITS]
    one = fit(solid, priors).table().set_index("constant")["value"][losses]
    other = fit(cells.take(np.flatnonzero(~odd)), priors).table().set_index("constant")["value"][losses]
    np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_an_upper_bound_shortens_and_is_not_scored(cells, priors) -> None:
    """Nearly all lives only known to be shorter than told: far above they tell nothing, below they shorten."""
    cells = cells.take(np.arange(40))
    upper = np.arange(len(cells.life)) > 5
    lasting = fit(replace(cells, upper=upper, life=cells.life + upper * 9.0), priors).constants
    failing = fit(replace(cells, upper=upper, life=cells.life - upper * 1.0), priors).constants
    true = fit(cells.take(np.flatnonzero(~upper)), priors).constants
    assert failing.wear_cycles < 0.8 * lasting.wear_cycles
    assert lasting.wear_cycles == pytest.approx(true.wear_cycles, rel=0.5)
    few = replace(cells, upper=upper).take(np.arange(12))
    rows = judge(few, priors, fit(few, priors)).set_index(["quantity", "class", "entrant"])
    assert rows.loc[(LIFE, "all", LAW), "n"] == 6
    assert rows.loc[(LOSS, "all", LAW), "n"] == 12


@pytest.mark.slow
def test_a_prior_counts_as_much_as_it_is_narrow(cells, priors) -> None:
    """Against data that say 2.0: one that says 1.0 within 1 % holds, as wide as shipped it gives way."""
    tight = {**priors, "interphase_ether": AgeingPrior(median=1.0, low=0.99, high=1.01)}
    assert fit(cells, tight).constants.interphase_ether == pytest.approx(1.0, rel=0.03)
    assert fit(cells, priors).constants.interphase_ether == pytest.approx(2.0, rel=0.15)
    one = fit(cells.take(np.array([0])), priors)  # an ether: it says nothing of additives in carbonates
    at = ALL.index("carbonate_additive")
    assert np.exp(one.theta[at]) == pytest.approx(priors["carbonate_additive"].median, rel=1e-3)
    assert one.deviation[at] == one.prior_deviation[at]
    known = fit(cells.take(np.array([0])), priors, widths=True)
    assert known.deviation[at] == pytest.approx(known.prior_deviation[at], rel=0.1)


def test_widths_are_those_of_the_density(monkeypatch) -> None:
    """Of a correlated normal density and of a bent one, against what is known of them."""
    monkeypatch.setattr(fitting, "DRAWS", 20_000)
    covariance = np.array([[1.0, 0.8], [0.8, 2.0]])
    inverse = np.linalg.inv(covariance)
    low, high, deviation = fitting._widths(lambda x: 0.5 * x @ inverse @ x, np.zeros(2), covariance)
    np.testing.assert_allclose(deviation, np.sqrt([1.0, 2.0]), rtol=0.03)
    np.testing.assert_allclose(high, 1.645 * np.sqrt([1.0, 2.0]), rtol=0.04)
    np.testing.assert_allclose(low, -high, rtol=0.06)
    # exp(x) - x has its optimum and unit curvature at 0 and a long tail below: a log-gamma density of shape 1.
    low, high, _ = fitting._widths(lambda x: float(np.exp(x[0]) - x[0]), np.zeros(1), np.eye(1))
    np.testing.assert_allclose([low[0], high[0]], np.log([0.0513, 2.996]), atol=0.08)


@pytest.mark.slow
def test_an_efficiency_that_is_a_lower_bound_only_says_so(cells, priors) -> None:
    """Bounds far below what the cells do move nothing; as values they would raise the losses."""
    few = cells.take(np.arange(80))
    odd = np.arange(80) % 2 == 0
    low = replace(few, loss=few.loss + odd * 3.0, loss_bound=odd)
    kept = fit(few.take(np.flatnonzero(~odd)), priors).constants
    assert fit(low, priors).constants.dead_ether == pytest.approx(kept.dead_ether, rel=0.2)
    assert fit(replace(low, loss_bound=odd & False), priors).constants.dead_ether > 1.5 * kept.dead_ether
    rows = judge(low.take(np.arange(12)), priors, fit(low, priors)).set_index(
        ["quantity", "class", "entrant"]
    )
    assert rows.loc[(LOSS, "all", LAW), "n"] == 6


@pytest.mark.slow
def test_draws_that_disagree_widen_a_prediction(cells, priors) -> None:
    """The spread of what a record leaves open is in its score: with it, cells far off are less of a surprise."""
    few = cells.take(np.arange(24))
    whole = fit(few, priors)
    factor = np.tile([1.0, 10.0, 100.0], len(few.loss))
    open_ended = replace(few, cycle=replace(few.cycle, area=few.cycle.area * factor))
    spread = np.nanvar(predicted_loss(open_ended, whole.constants), axis=1)
    assert np.median(spread) > 0.3
    found: list[np.ndarray] = []
    real = judging.scores

    def watched(mean, variance, told, bound):
        found.append(variance)
        return real(mean, variance, told, bound)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "scores", watched)
        patch.setattr(judging, "fit", lambda *_, **__: whole)
        judge(open_ended, priors, whole)
    np.testing.assert_allclose(found[0], spread + whole.spreads[0] ** 2)


def test_the_recipe_asks_for_every_constant(tmp_path) -> None:
    name, recipe = load_ageing_recipe("ageing")
    assert (name, set(recipe.prior)) == ("ageing", set(ALL))
    assert set(NAMES) < set(ALL)
    assert is_ageing("ageing")
    assert not is_ageing("default")
    text = 'schema_version = 1\nkind = "ageing"\n'
    for body, said in (
        ("", "prior"),
        ("[prior.nitrate]\nmedian = 1.0\n", "missing"),
        ("[prior.nitrate]\nmedian = -1.0\n", "nitrate"),
        ("[prior.nitrate]\nmiddle = 1.0\n", "middle"),
        ("[data]\ndraws = 1\n[prior.nitrate]\nmedian = 1.0\n", "draws"),
    ):
        path = tmp_path / "own.toml"
        path.write_text(text + body, encoding="utf-8")
        with pytest.raises(RecipeError, match=said):
            load_ageing_recipe(path)
    with pytest.raises(RecipeError):
        load_recipe("ageing")


def test_a_prior_out_of_order_is_refused(tmp_path) -> None:
    text = resource("training/ageing.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(
        text.replace("[prior.nitrate]\nmedian = 1.0", "[prior.nitrate]\nmedian = 9.0"), encoding="utf-8"
    )
    with pytest.raises(RecipeError, match=r"nitrate is out of order.*low < median < high"):
        load_ageing_recipe(path)


def test_the_shipped_constants_were_fitted_to_the_shipped_tables() -> None:
    """With others: surrogate train --recipe ageing --out datasets/ageing/constants.json"""
    told = json.loads(resource(f"datasets/{FILE}").read_text(encoding="utf-8"))
    assert {name: told["made_by"][name] for name in input_hashes()} == input_hashes()
    priors = load_ageing_recipe("ageing")[1].prior
    for name, one in told["constants"].items():
        assert one["prior_median"] == pytest.approx(priors[name].median, rel=1e-4)


@pytest.mark.slow
def test_no_rival_is_given_the_paper_it_predicts(cells, priors, monkeypatch) -> None:
    """Every fit and every rival sees all papers but the one held out, once for each paper."""
    few = cells.take(np.arange(16))
    whole = fit(few, priors)
    fits: list[set[str]] = []
    splits: list[tuple[set[str], set[str]]] = []

    def watched_fit(part, *args, **kwargs):
        fits.append(set(part.paper))
        return fit(part, *args, **kwargs)

    def watched_rival(part, told, train, held):
        splits.append((set(part.paper[train]), set(part.paper[held])))
        return np.zeros(len(held)), np.ones(len(held))

    monkeypatch.setattr(judging, "fit", watched_fit)
    monkeypatch.setattr(judging, "_median", watched_rival)
    monkeypatch.setattr(judging, "_regression", watched_rival)
    judge(few, priors, whole)
    papers = list(dict.fromkeys(few.paper))
    assert fits == [set(papers) - {one} for one in papers]
    assert splits == [(set(papers) - {one}, {one}) for one in papers for _ in range(4)]


@pytest.mark.parametrize("rival", ["_median", "_regression"])
def test_a_rival_does_not_look_at_what_it_predicts(cells, rival: str) -> None:
    few = cells.take(np.arange(24))
    held, train = np.arange(4), np.arange(4, 24)
    moved = few.loss.copy()
    moved[held] += 5.0
    one, other = (getattr(judging, rival)(few, told, train, held) for told in (few.loss, moved))
    np.testing.assert_array_equal(one, other)
    assert np.isfinite(one).all()
