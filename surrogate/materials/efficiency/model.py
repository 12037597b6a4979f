"""The loss of planar lithium, log10(1 - CE), from the make-up of the electrolyte and the protocol.

A Gaussian process (Rasmussen and Williams, Gaussian Processes for Machine Learning, MIT Press 2006) with a linear
part and a Matern part of one length (nu = 5/2) on standardised inputs, and noise. Currents, capacities and cycles
enter as logarithms, shares of atoms as square roots, because the first per cent of an element changes most. Structure
and square roots were chosen by leaving references out (the commit that brought them lists all that was tried). The
few hyperparameters are fitted to the rows by marginal likelihood each time, from one start, without randomness.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import RecordError
from surrogate.materials.efficiency.rows import PROTOCOL, SHARES, TARGET

Array = NDArray[np.float64]

INPUTS = (*PROTOCOL, *SHARES)
NINETY = 1.6448536269514722  # half width of the central 90 % interval of a normal distribution, in deviations
FEWEST_ROWS = 10
# A row farther from every row of another reference than this share of the shipped rows are extrapolates.
_INSIDE = 0.95


@dataclass(frozen=True)
class Prediction:
    """Predicted losses of n rows, each (n,).

    Attributes
    ----------
    log10_loss, deviation : ndarray
        Mean and predictive standard deviation of log10(1 - CE).
    distance : ndarray
        To the nearest row, in standard deviations of the inputs.
    extrapolates : ndarray of bool
        Whether that is farther than nearly all rows are from those of other references.
    """

    log10_loss: Array
    deviation: Array
    distance: Array
    extrapolates: NDArray[np.bool_]

    @property
    def lower(self) -> Array:
        """Lower end of the central 90 % interval of log10(1 - CE)."""
        return self.log10_loss - NINETY * self.deviation

    @property
    def upper(self) -> Array:
        """Upper end of the central 90 % interval of log10(1 - CE), at most 0."""
        return np.minimum(self.log10_loss + NINETY * self.deviation, 0.0)


@dataclass(frozen=True, eq=False)
class LossModel:
    """A fitted model; made by :meth:`fit`.

    Attributes
    ----------
    process : GaussianProcessRegressor
        On standardised inputs.
    inputs : tuple of str
        Names of the inputs.
    typical : ndarray (k,)
        Median of each input: taken where a row does not state it.
    centre, scale : ndarray (k,)
        Mean and deviation of each input.
    rows : ndarray (m, k)
        Standardised rows that it was fitted to.
    reach : float
        Distance beyond which a row extrapolates.
    log10_range : tuple of float
        Least and largest log10(1 - CE) of the rows.
    """

    process: Any
    inputs: tuple[str, ...]
    typical: Array
    centre: Array
    scale: Array
    rows: Array
    reach: float
    log10_range: tuple[float, float]

    @classmethod
    def fit(cls, rows: pd.DataFrame, inputs: Sequence[str] = INPUTS) -> LossModel:
        """Fit the model.

        Parameters
        ----------
        rows
            m rows with ``inputs``, ``reference`` and ``log10_loss``.
        inputs
            Names of the inputs, of ``INPUTS``.

        Returns
        -------
        LossModel

        Raises
        ------
        RecordError
            For fewer than 10 rows.
        """
        if len(rows) < FEWEST_ROWS:
            raise RecordError(
                "too few rows to fit",
                value=len(rows),
                limit=f"at least {FEWEST_ROWS}",
                remedy="give more rows",
            )
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern, WhiteKernel
        from threadpoolctl import threadpool_limits

        raw = _columns(rows, inputs)
        typical = np.nanmedian(raw, axis=0)
        raw = np.where(np.isnan(raw), typical, raw)
        centre, scale = raw.mean(axis=0), raw.std(axis=0)
        scale = np.where(scale > 0.0, scale, 1.0)
        standard = (raw - centre) / scale
        kernel = (
            ConstantKernel(1.0, (0.05, 20.0)) * Matern(2.0, (0.3, 30.0), nu=2.5)
            + ConstantKernel(0.1, (1e-3, 10.0)) * DotProduct(0.0, "fixed")
            + WhiteKernel(0.1, (0.01, 1.0))
        )
        process = GaussianProcessRegressor(kernel, alpha=1e-9, normalize_y=True)
        target = rows[TARGET].to_numpy(dtype=float)
        # A hyperparameter at its bound is allowed; threads only hinder matrices of a hundred rows.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore", ConvergenceWarning)
            process.fit(standard, target)
        reach = _reach(standard, rows["reference"].astype(str).to_numpy())
        return cls(
            process, tuple(inputs), typical, centre, scale, standard, reach,
            (float(target.min()), float(target.max())),
        )  # fmt: skip

    def predict(self, rows: pd.DataFrame) -> Prediction:
        """Predict the losses of rows.

        Parameters
        ----------
        rows
            n rows with the inputs; NaN takes the typical value.

        Returns
        -------
        Prediction
        """
        standard = self._standard(rows)
        mean, deviation = self.process.predict(standard, return_std=True)
        distance = self._distances(standard).min(axis=1)
        return Prediction(np.asarray(mean), np.asarray(deviation), distance, distance > self.reach)

    def nearest(self, rows: pd.DataFrame, n: int) -> NDArray[np.intp]:
        """Return the places of the n nearest fitted rows to each of these, nearest first (len(rows), n)."""
        return np.argsort(self._distances(self._standard(rows)), axis=1, kind="stable")[:, :n]

    def _standard(self, rows: pd.DataFrame) -> Array:
        raw = _columns(rows, self.inputs)
        return (np.where(np.isnan(raw), self.typical, raw) - self.centre) / self.scale

    def _distances(self, standard: Array) -> Array:
        return np.asarray(np.linalg.norm(standard[:, None] - self.rows[None], axis=2))


def _columns(rows: pd.DataFrame, inputs: Sequence[str]) -> Array:
    """Return the inputs as numbers (n, k): currents and the like as logarithms, shares as square roots."""
    values = rows[list(inputs)].to_numpy(dtype=float).copy()
    for place, name in enumerate(inputs):
        if name in PROTOCOL[1:]:
            values[:, place] = np.log(values[:, place])
        elif name in SHARES:
            values[:, place] = np.sqrt(values[:, place])
    return values


def _reach(standard: Array, reference: NDArray[np.object_]) -> float:
    """Distance within which nearly all rows have a row of another reference."""
    distance = np.linalg.norm(standard[:, None] - standard[None], axis=2)
    distance[reference[:, None] == reference[None]] = np.inf
    nearest = distance.min(axis=1)
    return float(np.quantile(nearest, _INSIDE)) if np.isfinite(nearest).all() else np.inf
