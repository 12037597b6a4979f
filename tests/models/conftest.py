"""Rows that look like the host's: encoded designs and smooth ln targets, no physics run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from surrogate.hosts.search_space import host_encoder, host_space
from surrogate.space import Encoder

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """X (n, d) encoded designs, z (n,) ln values, measured (n,), encoder."""

    X: Array
    z: Array
    measured: NDArray[np.bool_]
    encoder: Encoder


def truth(X: Array, d: int) -> Array:
    """A smooth ln target of encoded designs: fixed random directions, scale of the host's (about 1)."""
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=d) / np.sqrt(d), rng.normal(size=d) / np.sqrt(d)
    return 5.0 + 1.5 * X @ a + 0.8 * np.sin(2.0 * (X @ b))


@pytest.fixture(autouse=True)
def one_thread():
    """Small matrices are faster on one thread, and their results do not depend on how many there are."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def host_rows() -> Rows:
    """60 simulated and 40 measured designs; measured values are lower by a factor of e and scatter by 0.3."""
    encoder = host_encoder()
    X = encoder.encode(host_space().sample(100, 3))
    measured = np.arange(100) >= 60
    z = truth(X, encoder.dim) + np.where(measured, -1.0, 0.0)
    z = z + np.where(measured, np.random.default_rng(1).normal(0.0, 0.3, 100), 0.0)
    return Rows(X, z, measured, encoder)
