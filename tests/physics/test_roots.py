"""Roots of many functions at once: against SciPy's method of the same name, step by step."""

from __future__ import annotations

import numpy as np
from scipy.optimize.elementwise import find_root

from surrogate.physics.roots import find_roots

CLOSE = 1e-3


def curves(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Forty increasing functions: nearly straight, with a step, and flat beside a bend."""
    rng = np.random.default_rng(2)
    slope, place, sharp = rng.uniform(0.2, 3.0, 40), rng.normal(0.0, 1.0, 40), 10.0 ** rng.uniform(-1, 2, 40)
    return np.asarray(slope[rows] * np.tanh(sharp[rows] * (x - place[rows])) + 0.01 * (x - place[rows]))


def test_the_roots_and_what_they_cost_are_those_of_scipy() -> None:
    every = np.arange(40)
    ends = np.tile([-4.0, 5.0], (40, 1))
    values = np.column_stack([curves(ends[:, 0], every), curves(ends[:, 1], every)])
    asked = []

    def counted(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
        asked.extend(rows.tolist())
        return curves(x, rows)

    done: list[int] = []
    found = find_roots(counted, ends, values, close=CLOSE, most_rounds=30, progress=done.append)
    theirs = find_root(
        lambda x, rows: curves(x, rows.astype(int)), (ends[:, 0], ends[:, 1]), args=(every,), maxiter=30,
        tolerances={"xatol": CLOSE, "xrtol": 0.0, "fatol": CLOSE, "frtol": 0.0},
    )  # fmt: skip
    np.testing.assert_array_equal(found, theirs.x)
    np.testing.assert_array_equal(np.bincount(asked, minlength=40), theirs.nfev - 2)
    assert done == sorted(done)
    assert done[-1] == 40
    assert np.ptp(theirs.nfev) > 3, "rows end at different rounds"


def test_a_search_that_is_cut_short_returns_the_nearer_end() -> None:
    ends = np.array([[-4.0, 5.0]])
    values = np.column_stack([curves(ends[:, 0], np.array([0])), curves(ends[:, 1], np.array([0]))])
    once = find_roots(curves, ends, values, close=1e-9, most_rounds=1)
    assert once[0] in (-4.0, 0.5, 5.0)
    assert abs(curves(once, np.array([0]))[0]) == min(
        np.abs([*values[0], curves(np.array([0.5]), np.array([0]))[0]])
    )
