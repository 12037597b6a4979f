"""A mixture puts its weight where the evidence is, sees no held-out paper, and is read back as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from surrogate.evaluation.pools import Pool, crps_terms
from surrogate.learning.contest import held_out_predictions
from surrogate.models.class_level import Block, fit_mixed
from surrogate.models.contract import TargetData
from surrogate.models.ingredients import Mixed, PlainMedian, RidgeRegression, features_of
from surrogate.models.inputs import Inputs, is_bare
from surrogate.models.mixture import Mixing, Mixture
from surrogate.models.weights import conformal_factor, paper_votes, stacking_weights

GROUPS = {"temperature_C": [0], "electrolyte": [1, 2], "framework": [3, 4], "agent": [5]}
INGREDIENTS = (
    PlainMedian(),
    Mixed("class_level", ("control", "class")),
    Mixed("conditions", ("control", "temperature", "conditions")),
    RidgeRegression(),
    Mixed("physics", ("class", "slope"), lambda target: lambda X: 2.0 * X[:, 0]),
)


def table(kind: str, papers: int = 30, seed: int = 0) -> TargetData:
    """Two rows a paper; z follows nothing, the class, the control, or a trend of the first column."""
    rng = np.random.default_rng(seed)
    n = 2 * papers
    X = np.zeros((n, 6))
    X[:, 0] = rng.uniform(size=n)
    kindly = rng.integers(2, size=n)
    X[np.arange(n), 1 + kindly] = 1.0
    X[:, 3], X[:, 5] = 1.0, rng.integers(2, size=n)
    control = np.arange(n) % 2 == 0
    signal = {
        "nothing": 0.0 * X[:, 0],
        "class": 3.0 * kindly,
        "control": 2.0 * control,
        "trend": 2.0 * X[:, 0],
    }[kind]
    z = signal + np.repeat(rng.normal(0, 0.2, papers), 2) + rng.normal(0, 0.2, n)
    names = np.array([f"paper {k}" for k in np.repeat(np.arange(papers), 2)], dtype=object)
    return TargetData(X, z, z, np.ones(n, dtype=bool), names, GROUPS, np.zeros(n), control)


def weights_of(kind: str) -> dict[str, float]:
    fitted = Mixing(INGREDIENTS).fit(table(kind), "t", seed=0)
    return dict(zip(fitted.names, fitted.weights.tolist(), strict=True))


def test_without_a_signal_the_median_keeps_its_prior() -> None:
    fitted = Mixing(INGREDIENTS).fit(table("nothing"), "t", seed=0)
    assert dict(zip(fitted.names, fitted.weights, strict=True)).get("median", 0.0) >= 3.0 / 33.0
    mean, _ = fitted.predictive(table("nothing", seed=1).X)
    assert np.abs(mean).max() < 0.4


@pytest.mark.parametrize(
    ("kind", "right"), [("class", "class_level"), ("trend", "physics"), ("control", "class_level")]
)
def test_the_weight_goes_to_what_is_right(kind: str, right: str) -> None:
    found = weights_of(kind)
    others = {
        "class": {"median", "physics"},
        "trend": {"median", "class_level"},
        "control": {"median", "physics"},
    }
    assert found.get("median", 0.0) < 0.15
    assert found.get(right, 0.0) + found.get("conditions", 0.0) + found.get("ridge", 0.0) > 0.8
    assert all(
        found.get(right, 0.0) + found.get("conditions", 0.0) > found.get(name, 0.0) for name in others[kind]
    )


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


@dataclass(frozen=True)
class Reloaded:
    """Saves a mixture and makes it again."""

    def of(self, fitted: Mixture) -> Mixture:
        arrays, settings = fitted.linear_state()
        copies = {name: values.copy() for name, values in arrays.items()}
        return Mixture.of_state(copies, settings, groups=GROUPS, trend=lambda X: 2.0 * X[:, 0], process=None)


def test_a_mixture_is_read_back_bit_for_bit() -> None:
    fitted = Mixing(INGREDIENTS).fit(table("trend"), "t", seed=0)
    again, X = Reloaded().of(fitted), table("trend", seed=5).X
    for level in (0.05, 0.5, 0.95):
        np.testing.assert_array_equal(again.quantiles(X, level), fitted.quantiles(X, level))
    np.testing.assert_array_equal(again.predictive(X), fitted.predictive(X))


def test_left_out_in_closed_form_is_a_fit_without_the_paper() -> None:
    """With the deviations of all rows: those are found anew only by the contest."""
    data = table("class", papers=8)
    features = features_of(Inputs.of_rows(data), None)
    blocks = (Block((1,)), Block((3, 4)))
    whole = fit_mixed(features, data.z, data.papers, blocks)
    mean, variance = whole.left_out()
    s = whole.deviations
    prior = np.zeros(features.shape[1])
    prior[0], prior[1], prior[3:5] = 1.0, s[0] ** 2, s[1] ** 2
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
