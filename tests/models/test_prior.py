"""Mean, covariance and noise of a process against formulas written here, and the three places that use them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from surrogate.errors import ModelError
from surrogate.models import prior
from surrogate.models.botorch_model import PriorKernel
from surrogate.models.gp import TargetGP
from surrogate.models.hyperparameters import Coordinates, Hyperparameters, Variant
from surrogate.models.kernels import Role
from surrogate.models.map_fit import negative_log_posterior
from surrogate.models.prior import Rows

ROLES = [Role((0, 3), name="a"), Role((1, 2), name="b")]
GROUPS = {"a": [0, 3], "b": [1, 2]}
HYPER = Hyperparameters(
    lengthscales={"a": 0.5, "b": 1.2},
    shared=1.1, discrepancy=0.8, literature=0.4, cell=0.12, slope=0.9, shift=-0.3, level=2.0,
)  # fmt: skip
SCALES = [0.5, 1.2, 1.2, 0.5]


def emulated(X: torch.Tensor) -> torch.Tensor:
    """A stand-in emulator."""
    return 5.0 + torch.sin(3.0 * X[..., 0]) + 0.5 * X[..., 2]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Nine rows in four dimensions: three simulated, six measured, of which four are published."""
    rng = np.random.default_rng(0)
    measured, published = np.arange(9) > 2, np.arange(9) > 4
    X, z = rng.uniform(size=(9, 4)), rng.normal(5.0, 1.0, 9)
    return Rows(
        X=X,
        lower=z,
        upper=z,
        measured=measured,
        published=published,
        base=rng.normal(5.0, 1.0, 9),
        spread=np.where(published, rng.uniform(0.0, 0.3, 9), 0.0),
    )


def direct(x, s: float, y, t: float, hyper=HYPER, scales=SCALES) -> float:
    """Covariance of two rows, as in the module's header and Rasmussen & Williams (2006), eq. 4.17."""
    r = np.sqrt(5.0 * sum(((a - b) / scale) ** 2 for a, b, scale in zip(x, y, scales, strict=True)))
    alike = (1.0 + r + r**2 / 3.0) * np.exp(-r)
    return (hyper.shared**2 + (hyper.discrepancy**2 if s and t else 0.0)) * alike


def matrix(X, s, Y, t, hyper=HYPER, scales=SCALES) -> np.ndarray:
    return np.array(
        [
            [direct(x, a, y, b, hyper, scales) for y, b in zip(Y, t, strict=True)]
            for x, a in zip(X, s, strict=True)
        ]
    )


def test_the_covariance_is_the_formula(rows) -> None:
    inputs, scales = rows.with_source(), torch.tensor(SCALES, dtype=torch.double)
    expected = matrix(rows.X, rows.measured, rows.X, rows.measured)
    np.testing.assert_allclose(prior.covariance(inputs, inputs, scales, HYPER), expected, rtol=1e-11)
    some = inputs[2:6].clone()
    np.testing.assert_allclose(prior.covariance(some, inputs, scales, HYPER), expected[2:6], rtol=1e-11)


def test_botorchs_kernel_is_the_same_covariance_in_batches_too(rows) -> None:
    inputs, scales = rows.with_source(), torch.tensor(SCALES, dtype=torch.double)
    kernel = PriorKernel(scales, HYPER)
    expected = matrix(rows.X, rows.measured, rows.X, rows.measured)
    np.testing.assert_allclose(kernel(inputs).to_dense(), expected, rtol=1e-11)
    np.testing.assert_allclose(kernel(inputs, diag=True), expected.diagonal(), rtol=1e-11)
    batch = kernel(inputs[:8].reshape(2, 4, 5), inputs).to_dense()
    np.testing.assert_allclose(batch, expected[:8].reshape(2, 4, 9), rtol=1e-11)


def test_simulated_and_measured_rows_share_only_the_shared_part(rows) -> None:
    inputs, scales = rows.with_source(), torch.tensor(SCALES, dtype=torch.double)
    only = Hyperparameters(**{**HYPER.as_dict(), "shared": 0.0})
    found = prior.covariance(inputs, inputs, scales, only).numpy()
    assert (found[:3] == 0.0).all()
    assert (found[3:, 3:] > 0.0).all()


def test_mean_and_noise_are_the_formulas(rows) -> None:
    s = torch.from_numpy(rows.measured.astype(float))
    found = prior.mean(s, torch.from_numpy(rows.base), HYPER)
    np.testing.assert_allclose(found, 2.0 + 0.9 * rows.base - 0.3 * rows.measured, rtol=1e-14)
    published = torch.from_numpy(rows.published.astype(float))
    noise = prior.noise(s, published, torch.from_numpy(rows.spread), HYPER)
    expected = [0.05**2] * 3 + [0.12**2] * 2 + [0.12**2 + 0.4**2 + one for one in rows.spread[5:]]
    np.testing.assert_allclose(noise, expected, rtol=1e-14)


@pytest.mark.parametrize(
    "roles", [[Role((0, 1), name="a")], [*ROLES, Role((2,), name="c")]], ids=["gap", "twice"]
)
def test_every_dimension_has_one_length_scale(roles: list[Role]) -> None:
    with pytest.raises(ModelError, match="length scale"):
        prior.owners(roles, 4)


VARIANTS = [
    Variant(emulated=True, shifted=True, learned_cell=False),
    Variant(emulated=False, shifted=True, learned_cell=False),
    Variant(emulated=False, shifted=False, learned_cell=True),
]


@dataclass(frozen=True)
class Direct:
    """Prior at rows, by the formulas of this file."""

    mean: np.ndarray
    covariance: np.ndarray


def direct_prior(rows: Rows, hyper) -> Direct:
    scales = [hyper.lengthscales[name] for name in "abba"]
    noise = hyper.cell**2 + hyper.literature**2 * rows.published + rows.spread
    noise = np.where(rows.measured, noise, 0.05**2) + 1e-8
    mean = hyper.level + hyper.slope * rows.base + hyper.shift * rows.measured
    covariance = matrix(rows.X, rows.measured, rows.X, rows.measured, hyper, scales)
    return Direct(mean, covariance + np.diag(noise))


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_fit_minimises_the_posterior_of_the_formula(rows, variant) -> None:
    coordinates = Coordinates(ROLES, variant)
    objective = negative_log_posterior(rows, coordinates)
    values = []
    for shift in (0.05, -0.2):
        vector = coordinates.start(5.0) + shift
        at = direct_prior(rows, coordinates.values(vector))
        residual = rows.z - at.mean
        value = 0.5 * residual @ np.linalg.solve(at.covariance, residual)
        value += 0.5 * np.linalg.slogdet(at.covariance)[1]
        values.append((objective(vector)[0], value + float(coordinates.penalty(torch.from_numpy(vector)))))
    for found, expected in values:
        assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_gradient_of_the_fit_is_that_of_differences(rows, variant) -> None:
    coordinates = Coordinates(ROLES, variant)
    objective = negative_log_posterior(rows, coordinates)
    at = coordinates.start(5.0) + 0.05
    gradient = objective(at)[1]
    for k, name in enumerate(coordinates.names):
        step = np.zeros(len(at))
        step[k] = 1e-5
        numeric = (objective(at + step)[0] - objective(at - step)[0]) / 2e-5
        assert gradient[k] == pytest.approx(numeric, rel=1e-4, abs=1e-6), name


@pytest.mark.parametrize("kind", ["emulated", "two sources", "one source"])
def test_prediction_and_botorch_posterior_are_the_formulas(rows, kind: str) -> None:
    """Fitted, then compared with textbook regression on the matrix that this file writes."""
    process = TargetGP.fit(
        rows.X,
        rows.z,
        groups=GROUPS,
        measured=None if kind == "one source" else rows.measured,
        published=None if kind == "one source" else rows.published,
        mean=emulated if kind == "emulated" else None,
        spread=rows.spread,
        steps=10,
    )
    asked = np.random.default_rng(1).uniform(size=(5, 4))
    seen, hyper = process.rows, process.hyper
    at = direct_prior(seen, hyper)
    scales = [hyper.lengthscales[name] for name in "abba"]
    cross = matrix(asked, np.ones(5), seen.X, seen.measured, hyper, scales)
    base = emulated(torch.from_numpy(asked)).numpy() if kind == "emulated" else np.zeros(5)
    mean = (
        hyper.level
        + hyper.slope * base
        + hyper.shift
        + cross @ np.linalg.solve(at.covariance, seen.z - at.mean)
    )
    own = matrix(asked, np.ones(5), asked, np.ones(5), hyper, scales)
    covariance = own - cross @ np.linalg.solve(at.covariance, cross.T)

    latent = process.latent(asked)
    np.testing.assert_allclose(latent[0], mean, rtol=1e-10)
    np.testing.assert_allclose(latent[1], covariance.diagonal(), rtol=1e-10)
    with torch.no_grad():
        posterior = process.botorch_model().posterior(torch.from_numpy(asked))
        np.testing.assert_allclose(posterior.mean.squeeze(-1), mean, rtol=1e-10)
        np.testing.assert_allclose(
            posterior.distribution.covariance_matrix, covariance, rtol=1e-9, atol=1e-11
        )
