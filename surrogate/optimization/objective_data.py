"""What was observed of each objective, and a Gaussian process fitted to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import InputError
from surrogate.evaluation.bounds import as_values
from surrogate.files.bounds import ends
from surrogate.space import Encoder

if TYPE_CHECKING:
    from botorch.models.model import Model


@dataclass(frozen=True)
class ObjectiveData:
    """What was observed of an objective.

    Parameters
    ----------
    name : str
        The objective's column.
    lower, upper : array, (n,)
        Ends between which each value lies: equal where it is known, infinite where open; NaN where not measured.
    """

    name: str
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Whether something is known of each row: (n,)."""
        return ~np.isnan(self.lower)

    def scaled(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the ends (m,) of the measured rows, scaled so that the values have mean 0 and spread 1.

        Where all ends that are known are positive, of their logarithms.
        """
        low, high = self.lower[self.measured], self.upper[self.measured]
        if min((low[np.isfinite(low)].min(initial=1.0), high[np.isfinite(high)].min(initial=1.0))) > 0.0:
            with np.errstate(divide="ignore"):
                low, high = np.log(np.maximum(low, 0.0)), np.log(high)  # what is open below stays open
        values = as_values(low, high)
        spread = float(values.std()) or 1.0
        return (low - values.mean()) / spread, (high - values.mean()) / spread


def read_objective(observations: pd.DataFrame | None, name: str) -> ObjectiveData:
    """Take what is known of one objective from a table of observations.

    Parameters
    ----------
    observations : DataFrame, n rows
        With the column ``name`` and, where some values are bounds, ``<name>_censored`` and ``<name>_upper_bound``
        (``files.bounds``).
    name : str
        The objective.

    Returns
    -------
    ObjectiveData

    Raises
    ------
    InputError
        For an unknown objective, a value that is no finite number, and bounds that cannot be.
    """
    if observations is None or name not in observations.columns:
        known = [] if observations is None else [str(column) for column in observations.columns]
        raise InputError(
            "unknown objective", value=name, limit=f"a column of the observations: {', '.join(known)}"
        )
    return ObjectiveData(name, *ends(observations, name, where="observations", error=InputError))


def fit_models(
    encoder: Encoder,
    encoded: NDArray[np.float64],
    objectives: list[ObjectiveData],
    progress: Callable[[str, int, int], None] | None,
) -> Model:
    """Fit a Gaussian process to each objective.

    Parameters
    ----------
    encoder : Encoder
        Of the search space; d encoded columns.
    encoded : array, (n, d)
        Encoded designs of the observations.
    objectives : list of m ObjectiveData
        With n rows each.
    progress : callable, optional
        Called with ("fit", objectives done, m).

    Returns
    -------
    Model
        BoTorch model with m outputs, of the scaled values.
    """
    from surrogate.models.gp import TargetGP
    from surrogate.optimization.multi_output import join_models

    models = []
    for k, objective in enumerate(objectives):
        if progress:
            progress("fit", k, len(objectives))
        rows = objective.measured
        fitted = TargetGP.fit(encoded[rows], *objective.scaled(), groups=encoder.groups)
        models.append(fitted.botorch_model())
    return join_models(models)
