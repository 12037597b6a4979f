"""What the champion learns from: the published rows of each target, encoded, with what the simulator says of them.

A published row leaves much of its design unstated; it stands at its central design.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.files.bounds import z_ends
from surrogate.hosts.columns import TARGETS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.models.against_foil import AgainstFoil, against_foil
from surrogate.models.contract import TargetData

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tables:
    """Published rows to learn from.

    Parameters
    ----------
    published : DataFrame, m rows
        Featurized records (``literature.featurize.to_designs``).
    X : array, (m, d)
        Their encoded designs.
    physics : AgainstFoil
        What the simulator says of them.
    """

    published: pd.DataFrame
    X: Array
    physics: AgainstFoil

    @classmethod
    def of(cls, published: pd.DataFrame, progress: Callable[[str, int, int], None] | None = None) -> Tables:
        """Encode and simulate featurized records.

        Parameters
        ----------
        published : DataFrame, m rows
            Featurized records.
        progress : callable, optional
            Called with (stage, steps done, steps in all).
        """
        encoder = host_encoder()
        if published.empty:
            nothing = AgainstFoil({name: np.zeros(0) for name in TARGETS}, np.zeros((0, len(TARGETS))))
            return cls(published, np.zeros((0, encoder.dim)), nothing)
        designs = CompleteDesigns.of(published.reset_index(drop=True), where="published cells")
        return cls(published, encoder.encode(published), against_foil(designs, progress))

    def target(self, target: str) -> TargetData:
        """Return the rows that know something of a target.

        Parameters
        ----------
        target : str
            One of ``TARGETS``.
        """
        lower, upper = z_ends(self.published, target, where="literature")
        rows = np.flatnonzero(~np.isnan(lower))
        return TargetData(
            X=self.X[rows],
            lower=lower[rows],
            upper=upper[rows],
            papers=self.published["group"].astype(str).to_numpy(dtype=object)[rows],
            groups=host_encoder().groups,
            response=self.physics.of(target)[rows],
            control=self.published["control"].to_numpy(dtype=bool)[rows],
        )

    def records_of(self, target: str) -> NDArray[np.int_]:
        """Return the index in the table of records (n,) of the rows of a target, in their order."""
        lower, _ = z_ends(self.published, target, where="literature")
        return self.published.index.to_numpy()[~np.isnan(lower)]
