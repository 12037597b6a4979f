"""Simulations under one set of constants that are never made twice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from surrogate.hosts.designs import CompleteDesigns, Key
from surrogate.hosts.targets import TARGETS
from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.simulate import simulate

#: What is kept of each simulation beside the targets: what the simulator says happens in a host.
STATES = (
    "bottom_half_share", "top_face_share", "peak_local_current_density_mA_cm2", "plated_area_ratio",
    "host_capacity_mAh_cm2",
)  # fmt: skip

Progress = Callable[[str, int, int], None]


class Simulations:
    """``simulate`` under fixed constants; each design is simulated once and kept.

    Parameters
    ----------
    parameters : PhysicsParameters or None
        Constants and material entries; None for the shipped ones.
    """

    def __init__(self, parameters: PhysicsParameters | None = None) -> None:
        self.parameters = parameters
        self._known: dict[Key, tuple[float, ...]] = {}

    def __len__(self) -> int:
        """How many designs were simulated."""
        return len(self._known)

    def remember(self, designs: CompleteDesigns, table: pd.DataFrame) -> None:
        """Take over simulations that were made before.

        Parameters
        ----------
        designs : CompleteDesigns
            n designs.
        table : DataFrame
            n rows, at least ``TARGETS`` and ``STATES``, under the same constants.
        """
        rows = table[[*TARGETS, *STATES]].to_numpy(dtype=float).tolist()
        self._known |= {key: tuple(row) for key, row in zip(designs.row_keys(), rows, strict=True)}

    def __call__(
        self,
        designs: CompleteDesigns | pd.DataFrame,
        *,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Simulate designs, or look up those that were simulated before.

        Parameters
        ----------
        designs : CompleteDesigns or DataFrame
            n designs.
        workers : int or None
            Threads, None for one a core; the numbers do not depend on it.
        progress : callable or None
            Called with (stage, done, n) while something is simulated.

        Returns
        -------
        DataFrame
            n rows with the index of the designs: ``TARGETS`` and ``STATES``, in the units of their names; NaN where
            a run did not reach a number.

        Raises
        ------
        DesignError, MaterialError, UnitError
            For a design that cannot be read.
        """
        complete = CompleteDesigns.of(designs)
        keys, columns = complete.row_keys(), [*TARGETS, *STATES]
        first = {key: row for row, key in reversed(list(enumerate(keys))) if key not in self._known}
        missing = sorted(first.values())
        if missing:
            table = simulate(complete.take(missing), self.parameters, workers=workers, progress=progress)
            self.remember(complete.take(missing), table)
        rows = np.array([self._known[key] for key in keys], dtype=float).reshape(len(keys), len(columns))
        return pd.DataFrame(rows, index=complete.index, columns=columns)
