"""What was observed of each objective, and a Gaussian process fitted to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import InputError
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
    value : array, (n,)
        NaN where not measured.
    censored : array of bool, (n,)
        Whether each value is a lower bound.
    """

    name: str
    value: NDArray[np.float64]
    censored: NDArray[np.bool_]

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Whether each row has a value: (n,)."""
        return np.isfinite(self.value)

    def scaled(self) -> NDArray[np.float64]:
        """Return the measured values, or their logarithms where all are positive, with mean 0 and spread 1."""
        values = self.value[self.measured]
        values = np.log(values) if (values > 0).all() else values
        spread = float(values.std())
        return np.asarray((values - values.mean()) / (spread if spread > 0 else 1.0))


def read_objective(observations: pd.DataFrame | None, name: str) -> ObjectiveData:
    """Take the values and the lower bounds of one objective from a table of observations.

    Parameters
    ----------
    observations : DataFrame, n rows
        With the column ``name`` and, where some values are lower bounds, ``<name>_censored``.
    name : str
        The objective.

    Returns
    -------
    ObjectiveData

    Raises
    ------
    InputError
        For an unknown objective, a value that is no finite number, or a flag that is neither true nor false.
    """
    if observations is None or name not in observations.columns:
        known = [] if observations is None else [str(column) for column in observations.columns]
        raise InputError(
            "unknown objective", value=name, limit=f"a column of the observations: {', '.join(known)}"
        )
    given = observations[name]
    numbers = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    for row in np.flatnonzero(given.notna().to_numpy() & ~np.isfinite(numbers)).tolist():
        raise InputError(
            "not a finite number", where="observations", row=row, column=name, value=given.tolist()[row]
        )
    censored = np.zeros(len(given), dtype=bool)
    flag = f"{name}_censored"
    if flag in observations.columns:
        for at, value in enumerate(observations[flag]):
            if pd.isna(value):
                continue
            if value not in (True, False):
                raise InputError(
                    "neither true nor false",
                    where="observations",
                    row=at,
                    column=flag,
                    value=value,
                    limit="true or false",
                )
            censored[at] = bool(value)
    return ObjectiveData(name, numbers, censored)


def fit_models(
    encoder: Encoder,
    encoded: NDArray[np.float64],
    objectives: list[ObjectiveData],
    seed: int,
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
    seed : int
        Of the fits.
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
        fitted = TargetGP.fit(
            encoded[rows],
            objective.scaled(),
            groups=encoder.groups,
            censored=objective.censored[rows],
            seed=seed,
        )
        models.append(fitted.botorch_model())
    return join_models(models)
