"""What is learned from, encoded: simulated rows and published rows of each target.

A published row leaves much of its design unstated. It stands at its central design, and how far the target would
vary over the designs it may stand for (``spread``) is added to the variance of what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.files.bounds import z_ends
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.literature import featurize
from surrogate.literature.measured import reading_variance
from surrogate.models.contract import TargetData
from surrogate.models.ensemble import DeepEnsemble

Array = NDArray[np.float64]

DRAWS = 32  # designs drawn for each published record


@dataclass(frozen=True)
class Tables:
    """Encoded rows to learn from.

    Parameters
    ----------
    simulated_X : array, (n, d)
        Encoded designs of the simulations.
    simulated_z : array, (n, 4)
        Their targets on the scales of ``hosts.targets``, NaN where missing.
    published_X : array, (m, d)
        Encoded designs of the published records.
    published : DataFrame, m rows
        Featurized records.
    """

    simulated_X: Array
    simulated_z: Array
    published_X: Array
    published: pd.DataFrame

    @classmethod
    def of(cls, simulated: pd.DataFrame, published: pd.DataFrame) -> Tables:
        """Encode what is learned from.

        Parameters
        ----------
        simulated : DataFrame, n rows
            Simulated designs with their targets.
        published : DataFrame, m rows
            Featurized records.
        """
        encoder = host_encoder()
        z = [SCALES[target].to_z(simulated[target].to_numpy(dtype=float)) for target in TARGETS]
        return cls(encoder.encode(simulated), np.stack(z, axis=1), encoder.encode(published), published)

    def target(self, target: str, simulated_rows: int, seed: int, spread: Array | None = None) -> TargetData:
        """Return the measured rows of a target behind a random choice of simulated rows.

        Parameters
        ----------
        target : str
            One of ``TARGETS``.
        simulated_rows : int
            How many simulated rows to choose.
        seed : int
            Of the choice.
        spread : array, (m, 4), optional
            Variance of z of each target over the designs that each published record may stand for.
        """
        column = TARGETS.index(target)
        known = np.flatnonzero(np.isfinite(self.simulated_z[:, column]))
        rng = np.random.default_rng(seed)
        chosen = np.sort(rng.choice(known, size=min(simulated_rows, len(known)), replace=False))
        lower, upper = z_ends(self.published, target, where="literature")
        rows = np.flatnonzero(~np.isnan(lower))
        papers = self.published["group"].astype(str).to_numpy(dtype=object)[rows]
        return TargetData(
            X=np.concatenate([self.simulated_X[chosen], self.published_X[rows]]),
            lower=np.concatenate([self.simulated_z[chosen, column], lower[rows]]),
            upper=np.concatenate([self.simulated_z[chosen, column], upper[rows]]),
            measured=np.concatenate([np.zeros(len(chosen), dtype=bool), np.ones(len(rows), dtype=bool)]),
            papers=np.concatenate([np.full(len(chosen), "", dtype=object), papers]),
            groups=host_encoder().groups,
            spread=None if spread is None else np.concatenate([np.zeros(len(chosen)), spread[rows, column]]),
            control=np.concatenate([np.zeros(len(chosen), dtype=bool), self._controls()[rows]]),
        )

    def records_of(self, target: str) -> NDArray[np.int_]:
        """Return the index in the table of records (n,) of the measured rows of a target, in their order."""
        lower, _ = z_ends(self.published, target, where="literature")
        return self.published.index.to_numpy()[~np.isnan(lower)]

    def _controls(self) -> NDArray[np.bool_]:
        return self.published["control"].to_numpy(dtype=bool)


def spread_of(records: pd.DataFrame, published: pd.DataFrame, ensemble: DeepEnsemble, seed: int) -> Array:
    """Compute how far each target varies over the designs that a published row may stand for.

    Parameters
    ----------
    records : DataFrame
        The typed table that ``published`` was featurized from.
    published : DataFrame, n rows
        Featurized records, same index.
    ensemble : DeepEnsemble
        Emulator that predicts the drawn designs.
    seed : int
        Of the ``DRAWS`` designs drawn for each row.

    Returns
    -------
    array, (n, 4)
        Variance of z of each target; of a life also from not knowing whether cycles or hours are counted.
    """
    if published.empty:
        return np.zeros((0, len(TARGETS)))
    designs = featurize.drawn_designs(records.loc[published.index], DRAWS, seed)
    mean, _ = ensemble.predict(host_encoder().encode(designs))
    variance = np.asarray(mean.reshape(len(published), DRAWS, -1).var(axis=1, ddof=1))
    variance[:, TARGETS.index("cycle_life_cycles")] += reading_variance(
        records.loc[published.index]
    ).to_numpy()
    return variance
