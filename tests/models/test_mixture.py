"""A mixture puts its weight where the evidence is, sees no held-out paper, and is read back as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from surrogate.evaluation.pools import Pool, crps_terms
from surrogate.learning.contest import held_out_predictions
from surrogate.models.class_level import Block, DeviationPrior, fit_mixed
from surrogate.models.contract import TargetData
from surrogate.models.ingredients import Mixed, PlainMedian, RidgeRegression, Smooth, features_of
from surrogate.models.inputs import Inputs, is_bare
from surrogate.models.mixture import TREND_WEIGHTS, Mixing, Mixture, literature_mixture, literature_rivals
from surrogate.models.mixture_settings import MixtureSettings
from surrogate.models.weights import conformal_factor, paper_votes, stacking_weights

GROUPS = {"temperature_C": [0], "electrolyte": [1, 2], "framework": [3, 4], "agent": [5]}
INGREDIENTS = (
    PlainMedian(),
    Mixed("class_level", ("control", "class")),
    Mixed("conditions", ("control", "temperature", "conditions")),
    RidgeRegression(),
    Mixed("fused", ("control", "class"), smooth=True),
)


def table(kind: str, papers: int = 30, seed: int = 0) -> TargetData:
    """Two rows a paper; z follows nothing, the class, the control, or the simulator's response."""
    rng = np.random.default_rng(seed)
    n = 2 * papers
    X = np.zeros((n, 6))
    X[:, 0] = rng.uniform(size=n)
    kindly = rng.integers(2, size=n)
    X[np.arange(n), 1 + kindly] = 1.0
    X[:, 3], X[:, 5] = 1.0, rng.integers(2, size=n)
    control = np.arange(n) % 2 == 0
    response = rng.normal(size=n)
    signal = {
        "nothing": 0.0 * X[:, 0],
        "class": 3.0 * kindly,
        "control": 2.0 * control,
        "trend": 0.75 * response,
    }[kind]
    z = signal + np.repeat(rng.normal(0, 0.2, papers), 2) + rng.normal(0, 0.2, n)
    names = np.array([f"paper {k}" for k in np.repeat(np.arange(papers), 2)], dtype=object)
    return TargetData(X, z, z, names, GROUPS, response, control)


def weights_of(kind: str) -> dict[str, float]:
    fitted = Mixing(INGREDIENTS).fit(table(kind), "t", seed=0)
    return dict(zip(fitted.names, fitted.weights.tolist(), strict=True))


def designs_of(rows: TargetData) -> Inputs:
    """The same rows, as if somebody asked about them."""
    return Inputs.of_designs(rows.X, rows.response, GROUPS)


def test_without_a_signal_the_median_keeps_its_prior() -> None:
    fitted = Mixing(INGREDIENTS).fit(table("nothing"), "t", seed=0)
    assert dict(zip(fitted.names, fitted.weights, strict=True)).get("median", 0.0) >= 3.0 / 33.0
    asked = replace(designs_of(table("nothing", seed=1)), response=np.zeros(60))
    assert np.abs(fitted.pool(asked).quantiles(0.5)).max() < 0.4


@pytest.mark.parametrize("kind", ["class", "control"])
def test_the_weight_goes_to_what_is_right(kind: str) -> None:
    found = weights_of(kind)
    assert found.get("median", 0.0) < 0.15
    right = sum(found.get(name, 0.0) for name in ("class_level", "conditions", "ridge_conditions", "fused"))
    assert right > 0.8


def test_the_simulators_response_counts_as_far_as_papers_bear_it() -> None:
    """Its share is found where rows follow it, and is the least where they do not; never none."""
    assert Mixing(INGREDIENTS).fit(table("trend"), "t", seed=0).trend == 0.75
    assert Mixing(INGREDIENTS).fit(table("nothing"), "t", seed=0).trend == TREND_WEIGHTS[0] > 0.0


def test_a_response_moves_the_whole_prediction_by_its_share() -> None:
    fitted = Mixing(INGREDIENTS).fit(table("trend"), "t", seed=0)
    asked = designs_of(table("trend", seed=4))
    moved = replace(asked, response=asked.response + 1.0)
    for level in (0.05, 0.5, 0.95):
        away = fitted.pool(moved).quantiles(level) - fitted.pool(asked).quantiles(level)
        np.testing.assert_allclose(away, fitted.trend, rtol=1e-9)


def test_a_bound_teaches_the_process_conditions_only() -> None:
    """How long somebody cycled says nothing of an agent; a value may."""
    rows = table("nothing")
    signal = replace(rows, lower=rows.lower + rows.X[:, 5], upper=rows.upper + rows.X[:, 5])
    bounds = replace(signal, upper=np.full(len(rows.z), np.inf))
    part = Mixed("fused", ("control", "class"), smooth=True)
    asked = designs_of(rows)
    with_agent = replace(asked, X=np.column_stack([asked.X[:, :5], np.ones(60)]))
    without = replace(asked, X=np.column_stack([asked.X[:, :5], np.zeros(60)]))
    away = [
        np.mean(fitted.at(with_agent)[0] - fitted.at(without)[0])
        for fitted in (part.fit(one, seed=0)[0] for one in (signal, bounds))
    ]
    assert away[0] > 0.5
    assert abs(away[1]) < 1e-9


def test_far_from_its_rows_the_process_is_unsure() -> None:
    """Of a temperature that no row was near to nothing is known but the spread of the process."""
    rows = table("class")
    waves = replace(rows, lower=np.sin(9.0 * rows.X[:, 0]), upper=np.sin(9.0 * rows.X[:, 0]))
    part, _ = Mixed("fused", ("control", "class"), smooth=True).fit(waves, seed=0)
    asked = designs_of(rows).take(np.arange(3))
    far = replace(asked, X=np.column_stack([asked.X[:, 0] + 60.0, asked.X[:, 1:]]))
    known = np.column_stack([features_of(far, GROUPS), np.zeros((3, len(rows.z)))])
    assert part.deviation > 0.05
    np.testing.assert_allclose(part.at(far)[1], part.linear.at(known)[1] + part.deviation**2, rtol=1e-6)
    assert (part.at(asked)[1] < part.at(far)[1]).all()


def test_stacking_finds_the_component_that_scores_best() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(0.0, 0.5, 200)
    means = np.column_stack([np.full(200, 1.0), np.zeros(200), np.full(200, -2.0)])
    terms = crps_terms(means, np.full((200, 3), 0.25), z, z)
    np.testing.assert_allclose(stacking_weights(terms, np.ones(200), 0.0), [0.0, 1.0, 0.0], atol=0.05)
    drawn = stacking_weights(terms, np.ones(200), 200.0)
    assert drawn[0] == pytest.approx(0.5, abs=0.03)
    np.testing.assert_allclose(stacking_weights(terms[:0], np.ones(0)), [1.0, 0.0, 0.0])


def test_stacking_is_the_least_of_the_quadratic_form() -> None:
    rng = np.random.default_rng(1)
    z, means = rng.normal(size=60), rng.normal(size=(60, 4))
    terms = crps_terms(means, rng.uniform(0.2, 2.0, (60, 4)), z, z)
    best = stacking_weights(terms, np.ones(60), 0.0)
    tried = rng.dirichlet(np.ones(4), 5000)
    scores = np.einsum("ik,nkl,il->i", tried, terms, tried)
    assert np.einsum("k,nkl,l->", best, terms, best) <= scores.min() + 1e-9


def test_conformal_intervals_hold_their_share_of_new_papers() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(200):
        z = np.repeat(rng.normal(0, 1.0, 41), 3) + rng.normal(0, 0.3, 123)
        papers = np.array([str(k) for k in np.repeat(np.arange(41), 3)], dtype=object)
        narrow = Pool(np.zeros((123, 1)), np.full((123, 1), 0.3**2), np.ones((123, 1)))
        seen = slice(0, 120)
        factor = conformal_factor(narrow.take(np.arange(120)), z[seen], paper_votes(papers)[seen])
        wide = narrow.stretched(np.full(123, factor))
        held.append(np.mean(((z >= wide.quantiles(0.05)) & (z <= wide.quantiles(0.95)))[120:]))
    assert np.mean(held) == pytest.approx(0.9, abs=0.04)


def test_a_paper_with_many_rows_has_one_vote() -> None:
    z = np.concatenate([np.full(500, 9.0), np.linspace(-1.0, 1.0, 19)])
    papers = np.array(["loud"] * 500 + [f"p{k}" for k in range(19)], dtype=object)
    pool = Pool(np.zeros((519, 1)), np.ones((519, 1)), np.ones((519, 1)))
    assert conformal_factor(pool, z, paper_votes(papers)) < 1.0


@pytest.mark.parametrize("change", ["value", "bound"])
def test_a_held_out_paper_changes_no_prediction_of_itself(change: str) -> None:
    data = table("class", papers=9)
    first = held_out_predictions([Mixing(INGREDIENTS)], {"t": data}, seed=0)
    rows = data.papers == "paper 4"
    lower = np.where(rows, data.lower + 50.0, data.lower)
    upper = np.where(rows, np.inf if change == "bound" else data.upper + 50.0, data.upper)
    second = held_out_predictions(
        [Mixing(INGREDIENTS)], {"t": replace(data, lower=lower, upper=upper)}, seed=0
    )
    shown = ["mean", "variance", "low", "high"]
    np.testing.assert_array_equal(first.loc[rows, shown], second.loc[rows, shown])
    assert not np.allclose(first.loc[~rows, shown], second.loc[~rows, shown])


def test_a_mixture_is_read_back_bit_for_bit() -> None:
    fitted = Mixing(INGREDIENTS[::-1]).fit(table("class"), "t", seed=0)
    assert "fused" in fitted.names
    arrays, settings = fitted.state()
    copies = {name: values.copy() for name, values in arrays.items()}
    again = Mixture.of_state(copies, json.loads(json.dumps(settings)), GROUPS)
    asked = designs_of(table("class", seed=5))
    for level in (0.05, 0.5, 0.95):
        np.testing.assert_array_equal(again.pool(asked).quantiles(level), fitted.pool(asked).quantiles(level))


def test_left_out_in_closed_form_is_a_fit_without_the_paper() -> None:
    """With the deviations of all rows: those are found anew only by the contest."""
    data = table("class", papers=8)
    features = features_of(Inputs.of_rows(data), GROUPS)
    blocks = (Block((1,)), Block((4, 5)))
    whole = fit_mixed(features, data.z, data.papers, blocks)
    mean, variance = whole.left_out()
    s = whole.deviations
    prior = np.zeros(features.shape[1])
    prior[0], prior[1], prior[4:6] = 1.0, s[0] ** 2, s[1] ** 2
    K = (features * prior) @ features.T
    same = data.papers[:, None] == data.papers[None, :]
    noisy = K + s[2] ** 2 * same + s[3] ** 2 * np.eye(len(K))
    for paper in ("paper 0", "paper 5"):
        out, kept = data.papers == paper, data.papers != paper
        gain = K[np.ix_(out, kept)] @ np.linalg.inv(noisy[np.ix_(kept, kept)])
        expected = whole.prior_mean[out] + gain @ whole.residual[kept]
        np.testing.assert_allclose(mean[out], expected, atol=1e-6)
        spread = np.diag(noisy)[out] - np.einsum("ij,ij->i", gain, K[np.ix_(out, kept)])
        np.testing.assert_allclose(variance[out], spread, atol=1e-6)


def test_bare_foils_count_as_controls() -> None:
    X = table("nothing").X[:3].copy()
    X[:, 3], X[:, 5] = [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]
    assert is_bare(X, GROUPS).tolist() == [True, False, False]
    assert not is_bare(X, {"a": [0]}).any()


def test_directions_are_judged_without_who_is_the_control() -> None:
    data = table("control", papers=9)
    told = held_out_predictions([Mixing(INGREDIENTS)], {"t": data}, seed=0)
    control = data.control
    assert told.loc[control, "middle"].mean() > told.loc[~control, "middle"].mean() + 1.0
    away = told.loc[control, "unnamed"].mean() - told.loc[~control, "unnamed"].mean()
    assert abs(away) < 0.5


OTHERWISE = {
    "median": False, "conditions": False, "ridge_conditions": False, "process": False, "process_materials": False,
    "smooth_length": 0.4, "median_deviation": 0.1, "prior_width": 0.3, "prior_papers": 50.0,
}  # fmt: skip


def test_every_setting_can_be_otherwise() -> None:
    assert set(OTHERWISE) == set(MixtureSettings.model_fields)
    assert not set(OTHERWISE.items()) & set(MixtureSettings().model_dump().items())


@pytest.mark.parametrize("name", OTHERWISE)
def test_each_setting_reaches_the_fit(name: str) -> None:
    """Rows in which every ingredient has a part: the class, a temperature, and an agent say something."""
    rows = table("class")
    signal = 0.5 * np.sin(6.0 * rows.X[:, 0]) + 0.6 * rows.X[:, 5]
    rows = replace(rows, lower=rows.lower + signal, upper=rows.upper + signal)
    asked = designs_of(rows)
    usual, other = (
        literature_mixture(settings)
        for settings in (MixtureSettings(), MixtureSettings(**{name: OTHERWISE[name]}))
    )
    named = [tuple(part.name for part in mixing.ingredients) for mixing in (usual, other)]
    if name in ("median", "conditions", "ridge_conditions", "process"):
        gone = "fused" if name == "process" else name
        assert named[1] == tuple(one for one in named[0] if one != gone)
        return
    assert named[0] == named[1]
    away = usual.fit(rows, "t", seed=0).pool(asked).quantiles(0.5)
    away -= other.fit(rows, "t", seed=0).pool(asked).quantiles(0.5)
    assert np.abs(away).max() > 1e-3


def test_the_simplest_stays_first_and_the_contest_keeps_every_rival() -> None:
    few = MixtureSettings(median=False, conditions=False, ridge_conditions=False, process=False)
    assert [part.name for part in literature_mixture(few).ingredients] == ["class_level"]
    assert [rival.name for rival in literature_rivals(few)] == [rival.name for rival in literature_rivals()]


def test_a_saved_process_keeps_its_length() -> None:
    part, _ = Mixed("fused", ("control", "class"), smooth=True, length=0.3).fit(table("class"), seed=0)
    arrays, settings = part.state()
    again = type(part).of_state(arrays, json.loads(json.dumps(settings)), GROUPS)
    asked = designs_of(table("class", seed=5))
    np.testing.assert_array_equal(again.at(asked), part.at(asked))
    assert again.smooth is not None
    assert again.smooth.length == 0.3
    del settings["length"]  # as in a folder of before
    assert type(part).of_state(arrays, settings, GROUPS).smooth.length == 1.0


@pytest.mark.parametrize("prior", [DeviationPrior(), DeviationPrior(0.15, 0.3)])
def test_deviations_are_those_of_the_greatest_posterior(prior: DeviationPrior) -> None:
    data = table("class", papers=12)
    features = features_of(Inputs.of_rows(data), GROUPS)
    fitted = fit_mixed(features, data.z, data.papers, (Block((4, 5)),), prior)
    same = data.papers[:, None] == data.papers[None, :]
    parts = [features[:, 4:6] @ features[:, 4:6].T, same.astype(float), np.eye(len(same))]

    def posterior(logs: np.ndarray) -> float:
        covariance = 1.0 + sum(np.exp(2.0 * one) * part for one, part in zip(logs, parts, strict=True))
        likely = multivariate_normal(np.zeros(len(same)), covariance).logpdf(fitted.residual)
        return float(likely - 0.5 * np.sum(((logs - np.log(prior.median)) / prior.width) ** 2))

    found = np.log(fitted.deviations)
    for step in 0.1 * np.vstack([np.eye(3), -np.eye(3)]):
        assert posterior(found + step) < posterior(found)


@pytest.mark.parametrize("length", [0.3, 2.0])
def test_features_of_the_process_are_its_correlations(length: float) -> None:
    X = np.random.default_rng(0).uniform(size=(9, 3))
    features = Smooth(np.ascontiguousarray(X[:, [0, 2]]), (0, 2), length).features(X)
    apart = np.linalg.norm(X[:, None, [0, 2]] - X[None, :, [0, 2]], axis=-1) * np.sqrt(5.0) / length
    np.testing.assert_allclose(features @ features.T, (1 + apart + apart**2 / 3) * np.exp(-apart), atol=1e-6)
