"""How likely what was told is, against SciPy's distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from surrogate.models.leave_one_out import log_likelihood

# Left out, each cell is predicted with the mean 1 and the variance 0.5 of its design, and 0.25 between cells.
MEAN, DESIGN, NOISE = 1.0, 0.5, 0.25
CELL = norm(MEAN, np.sqrt(DESIGN + NOISE))


def likelihood(lower: float, upper: float, site: tuple[float, float]) -> float:
    value, variance = (np.array([one]) for one in site)
    left = value - MEAN, DESIGN + variance
    return log_likelihood(left, (value, variance), (np.array([lower]), np.array([upper])), np.array([NOISE]))[
        0
    ]


def test_of_a_value_it_is_the_density() -> None:
    assert likelihood(1.7, 1.7, (1.7, NOISE)) == pytest.approx(CELL.logpdf(1.7))


@pytest.mark.parametrize("site", [(0.3, 0.1), (2.0, 1e8)])  # whatever stands in the place of the bound
@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (1.5, np.inf, CELL.logsf(1.5)),
        (-np.inf, 0.2, CELL.logcdf(0.2)),
        (0.5, 2.5, np.log(CELL.cdf(2.5) - CELL.cdf(0.5))),
        (12.0, np.inf, CELL.logsf(12.0)),
        (12.0, 13.0, np.log(CELL.sf(12.0) - CELL.sf(13.0))),
        (-12.0, -11.0, np.log(CELL.cdf(-11.0) - CELL.cdf(-12.0))),
    ],
)
def test_of_a_bound_it_is_the_probability(
    lower: float, upper: float, expected: float, site: tuple[float, float]
) -> None:
    assert likelihood(lower, upper, site) == pytest.approx(expected, rel=1e-6)
