"""The process of one target in a campaign: closed forms, bounds, replicates, and a wild cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm

from surrogate.errors import ModelError
from surrogate.evaluation.metrics import NINETY
from surrogate.models import subset
from surrogate.models.kernels import Role, matern
from surrogate.models.prior import LogNormal
from surrogate.models.process import (
    LENGTHSCALES,
    OF_STATES,
    PRIORS,
    RESIDUAL,
    TAU,
    Assumed,
    Basis,
    FusedProcess,
    covariance,
)  # fmt: skip

ROLES = [Role((0, 1), name="first"), Role((2,), name="second")]
LIFE = Assumed(LogNormal(0.37, 0.5), level=0.3, level_spread=0.8, centre=5.0)


def basis(n: int, seed: int = 0) -> Basis:
    rng = np.random.default_rng(seed)
    return Basis(rng.uniform(size=(n, 3)), 5.0 + rng.standard_normal(n), 0.4 * rng.standard_normal((n, 2)))


def test_without_cells_it_is_physics_with_its_level() -> None:
    designs = basis(6)
    process = FusedProcess.fit(basis(0), np.zeros(0), roles=ROLES, assumed=LIFE)
    mean, variance = process.latent(designs)
    np.testing.assert_allclose(mean, designs.mean + 0.3)
    expected = (
        PRIORS[RESIDUAL].median ** 2
        + (designs.principal**2).sum(axis=1)
        + TAU**2 * (designs.mean - 5.0) ** 2
        + 0.8**2
    )
    np.testing.assert_allclose(variance, expected, rtol=1e-10)
    np.testing.assert_allclose(process.predictive(designs)[1] - variance, 0.37**2, rtol=1e-10)


def test_the_residual_is_of_the_design_of_states_and_of_both() -> None:
    """Two designs alike in their physical state are alike in a third of the residual, however far apart they are."""
    assumed = replace(LIFE, states=1, tau=0.0, level_spread=0.0)
    process = FusedProcess.fit(basis(0), np.zeros(0), roles=ROLES, assumed=assumed)
    assert process.hyper["lengthscales.first"] == pytest.approx(PRIORS[LENGTHSCALES].median)
    assert process.hyper["lengthscales.second"] == pytest.approx(PRIORS[OF_STATES].median)
    one, other = torch.tensor([[0.1, 0.2, 0.3]]).double(), torch.tensor([[0.8, 0.9, 0.7]]).double()
    none, scales = torch.zeros(1, 3).double(), process.scales
    parts = [matern(one[:, at] / scales[at], other[:, at] / scales[at]) for at in ([0, 1], [2], [0, 1, 2])]
    found = covariance(torch.cat([one, none], 1), torch.cat([other, none], 1), scales, process.hyper, assumed)
    expected = process.hyper[RESIDUAL] ** 2 * sum(parts) / 3.0
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-9)
    far = torch.tensor([[100.0, 100.0, 0.3]]).double()
    alike = covariance(torch.cat([one, none], 1), torch.cat([far, none], 1), scales, process.hyper, assumed)
    np.testing.assert_allclose(alike.numpy(), process.hyper[RESIDUAL] ** 2 / 3.0, rtol=1e-5)


def test_the_posterior_is_the_conditional_normal() -> None:
    """Against the textbook formula, with everything in one matrix."""
    cells, designs = basis(7), basis(4, seed=1)
    values = cells.mean + 0.3 + 0.2 * np.random.default_rng(2).standard_normal(7)
    process = FusedProcess.fit(cells, values, roles=ROLES, assumed=LIFE)
    rows = cells.together(designs).rows
    every = covariance(rows, rows, process.scales, process.hyper, LIFE).numpy()
    noise = np.diag(process.hyper["noise"] ** 2 + process.extra + 1e-8)
    gain = every[7:, :7] @ np.linalg.inv(every[:7, :7] + noise)
    expected = designs.mean + 0.3 + gain @ (values - cells.mean - 0.3)
    mean, spread = process.joint(designs)
    np.testing.assert_allclose(mean, expected, rtol=1e-8)
    np.testing.assert_allclose(spread, every[7:, 7:] - gain @ every[:7, 7:], atol=1e-9)
    np.testing.assert_allclose(process.latent(designs)[1], np.diag(spread), rtol=1e-8)


def test_one_cell_moves_what_hangs_on_the_same_constants() -> None:
    """Two hosts far apart, one with the measured host's principal function, one with its opposite."""
    far = np.array([[0.0, 0.0, 0.0], [40.0, 40.0, 40.0], [-40.0, -40.0, -40.0]])
    both = Basis(far, np.full(3, 5.0), np.array([[1.0], [1.0], [-1.0]]))
    assumed = replace(LIFE, level=0.0, level_spread=0.0)
    first = Basis(both.inputs[:1], both.mean[:1], both.principal[:1])
    process = FusedProcess.fit(first, np.array([6.0]), roles=ROLES, assumed=assumed)
    _, alike, opposed = process.latent(both)[0] - 5.0
    assert alike > 0.4
    assert opposed == pytest.approx(-alike, rel=1e-6)


def test_the_level_of_a_laboratory_cancels_between_its_hosts() -> None:
    designs = basis(2)
    far_off = replace(LIFE, level_spread=3.0)
    widths = []
    for assumed in (LIFE, far_off):
        _, spread = FusedProcess.fit(basis(0), np.zeros(0), roles=ROLES, assumed=assumed).joint(designs)
        widths.append(spread[0, 0] + spread[1, 1] - 2.0 * spread[0, 1])
    assert widths[0] == pytest.approx(widths[1], rel=1e-9)


def test_three_replicates_lie_in_the_interval_of_the_next_cell() -> None:
    one = basis(1)
    cells = Basis(np.repeat(one.inputs, 3, 0), np.full(3, np.log(150.0)), np.repeat(one.principal, 3, 0))
    lives = np.log([90.0, 160.0, 310.0])
    process = FusedProcess.fit(cells, lives, roles=ROLES, assumed=replace(LIFE, level=0.0))
    mean, variance = process.predictive(Basis(cells.inputs[:1], cells.mean[:1], cells.principal[:1]))
    half = NINETY * np.sqrt(variance)
    assert (mean - half < lives).all()
    assert (lives < mean + half).all()


def test_a_bound_that_says_nothing_changes_nothing_and_a_surprising_one_lifts() -> None:
    designs = basis(3)
    before = FusedProcess.fit(basis(0), np.zeros(0), roles=ROLES, assumed=LIFE).latent(designs)[0]
    open_above = np.full(3, np.inf)
    low = FusedProcess.fit(designs, np.full(3, -9.0), open_above, roles=ROLES, assumed=LIFE)
    high = FusedProcess.fit(designs, designs.mean + 2.0, open_above, roles=ROLES, assumed=LIFE)
    np.testing.assert_allclose(low.latent(designs)[0], before, atol=1e-3)
    assert (high.latent(designs)[0] > before + 0.5).all()


@pytest.mark.parametrize("kind", ["right", "left", "interval"])
def test_bounds_against_synthetic_truth(kind: str) -> None:
    """The level of a laboratory from 60 hosts that are only bounded: within 10 % of the truth."""
    rng = np.random.default_rng(5)
    designs = basis(60, seed=3)
    truth = designs.mean + 0.9
    cut = truth + 0.3 * rng.standard_normal(60)
    cell = truth + 0.2 * rng.standard_normal(60)
    lower, upper = cell.copy(), cell.copy()
    if kind == "right":
        stopped = cell > cut
        lower[stopped], upper[stopped] = cut[stopped], np.inf
    elif kind == "left":
        stopped = cell < cut
        lower[stopped], upper[stopped] = -np.inf, cut[stopped]
    else:
        lower, upper = cell - 0.2 * rng.uniform(size=60), cell + 0.2 * rng.uniform(size=60)
    process = FusedProcess.fit(designs, lower, upper, roles=ROLES, assumed=LIFE)
    mean, _ = process.latent(designs)
    assert np.mean(mean - truth) == pytest.approx(0.0, abs=np.log(1.1))


def test_a_wild_cell_counts_less() -> None:
    cells = basis(12, seed=4)
    values = cells.mean + 0.3 + 0.05 * np.random.default_rng(0).standard_normal(12)
    values[5] += 4.0
    process = FusedProcess.fit(cells, values, roles=ROLES, assumed=replace(LIFE, noise=LogNormal(0.1, 0.2)))
    assert process.extra[5] > 1.0
    assert (np.delete(process.extra, 5) == 0.0).all()
    assert np.abs(process.latent(cells)[0] - cells.mean - 0.3).max() < 0.8


def test_a_known_error_is_respected() -> None:
    cells = basis(2, seed=6)
    values = cells.mean + np.array([1.5, 1.5])
    sure, unsure = (
        FusedProcess.fit(cells, values, roles=ROLES, assumed=LIFE, error=np.array([0.0, error])).latent(
            cells
        )[0]
        for error in (0.0, 25.0)
    )
    assert sure[1] > unsure[1] + 0.05


def test_leave_one_out_is_what_leaving_one_out_gives() -> None:
    cells = basis(8, seed=7)
    values = cells.mean + 0.3 + 0.3 * np.random.default_rng(1).standard_normal(8)
    process = FusedProcess.fit(cells, values, roles=ROLES, assumed=LIFE)
    fast = process.leave_one_out()
    for k in range(8):
        kept = np.delete(np.arange(8), k)
        part = Basis(cells.inputs[kept], cells.mean[kept], cells.principal[kept])
        others = replace(
            process,
            cells=part,
            lower=values[kept],
            upper=values[kept],
            error=np.zeros(7),
            extra=process.extra[kept],
        )
        mean, variance = others.latent(Basis(cells.inputs[[k]], cells.mean[[k]], cells.principal[[k]]))
        noise = process.hyper["noise"] ** 2 + process.extra[k] + 1e-8
        slow = norm.logpdf(values[k], mean[0], np.sqrt(variance[0] + noise))
        assert fast[k] == pytest.approx(slow, abs=1e-6)


def test_cells_without_a_number_are_refused() -> None:
    cells = basis(2)
    with pytest.raises(ModelError, match="missing"):
        FusedProcess.fit(cells, np.array([1.0, np.nan]), roles=ROLES, assumed=LIFE)
    with pytest.raises(ModelError, match="exclude"):
        FusedProcess.fit(cells, np.ones(2), np.zeros(2), roles=ROLES, assumed=LIFE)


def test_hyperparameters_of_many_cells_are_those_of_some_and_all_cells_condition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subset, "FITTED", 16)
    cells, rng = basis(40, seed=3), np.random.default_rng(4)
    values = cells.mean + 0.3 + 0.3 * rng.standard_normal(40)
    values[5] += 6.0  # a cell that all others contradict
    many = FusedProcess.fit(cells, values, roles=ROLES, assumed=LIFE)
    some = subset.fitted_rows(40)
    few = FusedProcess.fit(cells.take(some), values[some], roles=ROLES, assumed=LIFE)
    assert len(some) == 16
    assert many.hyper == few.hyper
    assert many.extra[5] > 1.0
    assert np.sum(many.extra > 0.0) <= 4
    assert (many.latent(cells)[1] < few.latent(cells)[1] + 1e-9).mean() > 0.9  # all 40 are known
    np.testing.assert_array_equal(subset.fitted_rows(12), np.arange(12))
