"""What was observed of an objective, and a Gaussian process fitted to it on the scale that the data speak for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import InputError
from surrogate.evaluation.bounds import as_values
from surrogate.files.bounds import ends
from surrogate.space import Encoder

if TYPE_CHECKING:
    from botorch.models import SingleTaskGP

    from surrogate.models.gp import TargetGP
    from surrogate.models.prior import Hyperparameters

COMPARED = 200  # observations by which a scale is chosen
LEARNED_FROM = 500  # observations that hyperparameters are fitted to: a step costs the cube of their number
_NO_VALUE = (
    "write NaN where nothing was measured, {name}_censored where the value is a bound, and give designs that are "
    "being made as the table pending"
)


@dataclass(frozen=True)
class ObjectiveData:
    """What was observed of an objective.

    Parameters
    ----------
    name : str
        The objective's column.
    lower, upper : array, (n,)
        Ends between which each value lies: equal where it is known, infinite where open; NaN where not measured.
    error : array, (n,)
        Known standard error of each value, 0 where none is known.
    """

    name: str
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    error: NDArray[np.float64]

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Whether something is known of each row: (n,)."""
        return ~np.isnan(self.lower)

    @property
    def positive(self) -> bool:
        """Whether all ends that are known are positive, so that a logarithm can be taken."""
        low, high = self.lower[self.measured], self.upper[self.measured]
        return min(low[np.isfinite(low)].min(initial=1.0), high[np.isfinite(high)].min(initial=1.0)) > 0.0

    def scaled(self, *, logarithm: bool) -> Scaled:
        """Return the measured rows on a scale where they have mean 0 and spread 1.

        Parameters
        ----------
        logarithm : bool
            Whether of their logarithms, for which all have to be ``positive``.
        """
        low, high = self.lower[self.measured], self.upper[self.measured]
        known, error = low == high, self.error[self.measured]
        size = as_values(low, high)
        slope = np.where(known, low, 1.0) if logarithm else np.ones(len(low))
        if logarithm:
            with np.errstate(divide="ignore"):
                low, high = np.log(np.maximum(low, 0.0)), np.log(high)  # what is open below stays open
        values = as_values(low, high)
        spread = float(values.std()) or 1.0
        centre = float(values.mean())
        density = np.where(known, -np.log(spread * slope), 0.0)
        variance = (error / spread / (np.maximum(size, 1e-300) if logarithm else 1.0)) ** 2
        return Scaled(
            (low - centre) / spread, (high - centre) / spread, variance, density,
            centre, spread, logarithm,
        )  # fmt: skip


@dataclass(frozen=True)
class Scaled:
    """The measured rows of an objective on a scale of a model.

    Parameters
    ----------
    lower, upper : array, (m,)
        Ends between which each lies.
    variance : array, (m,)
        Of the known errors.
    log_slope : array, (m,)
        Logarithm of the scale's slope at each value that is known, 0 for bounds: what a log-density on this scale has
        to be given to be one of the values as they were measured.
    centre, spread, logarithm
        What was subtracted and divided by, after a logarithm or not.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    variance: NDArray[np.float64]
    log_slope: NDArray[np.float64]
    centre: float
    spread: float
    logarithm: bool

    @property
    def most(self) -> float:
        """The largest end that is known, on this scale."""
        return max(float(ends[np.isfinite(ends)].max(initial=-np.inf)) for ends in (self.lower, self.upper))

    def place(self, value: float) -> float:
        """Bring a value in the objective's unit to this scale; what has no logarithm lies below all that has."""
        if self.logarithm:
            value = float(np.log(value)) if value > 0.0 else -np.inf
        return (value - self.centre) / self.spread


@dataclass(frozen=True)
class Fitted:
    """A process fitted to one objective.

    Parameters
    ----------
    model : Model
        BoTorch model of one output, the scaled value.
    scaled : Scaled
        The scale that it is on.
    spread : float
        Standard deviation between replicates of one design, on that scale.
    """

    model: SingleTaskGP
    scaled: Scaled
    spread: float


def read_objective(observations: pd.DataFrame | None, name: str) -> ObjectiveData:
    """Take what is known of one objective from a table of observations.

    Parameters
    ----------
    observations : DataFrame, n rows
        With the column ``name`` and, where some values are bounds, ``<name>_censored`` and ``<name>_upper_bound``
        (``files.bounds``); ``<name>_sem`` is the standard error of a value where one is known.
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
            "nothing is told of this objective or limited outcome", value=name,
            limit=f"a column of the observations: {', '.join(known)}",
            remedy=f"add a column {name}, empty where it was not measured, or correct its name",
        )  # fmt: skip
    lower, upper = ends(
        observations, name, where="observations", error=InputError, remedy=_NO_VALUE.format(name=name)
    )
    return ObjectiveData(name, lower, upper, _errors(observations, f"{name}_sem"))


def _errors(observations: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Read standard errors (n,), 0 where none is given; InputError for what is no number of at least 0."""
    if column not in observations.columns:
        return np.zeros(len(observations))
    given = observations[column]
    errors = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float)
    wrong = (np.isnan(errors) & given.notna().to_numpy()) | (errors < 0.0) | np.isinf(errors)
    for row in np.flatnonzero(wrong)[:1]:
        raise InputError(
            "not a standard error", where="observations", row=int(row), column=column, value=given.tolist()[row],
            limit="a number of at least 0, or empty",
        )  # fmt: skip
    return np.nan_to_num(errors)


def fit_models(
    encoder: Encoder,
    encoded: NDArray[np.float64],
    objectives: list[ObjectiveData],
    progress: Callable[[str, int, int], None] | None,
    positive: Collection[str] = (),
) -> list[Fitted]:
    """Fit a Gaussian process to each objective, on the scale on which it predicts what it was not shown best.

    A logarithm is right for what grows by factors and wrong for what adds up, and which it is the data know. An
    objective of positive values is fitted as it is and in logarithms, and the fit under which what was told, each row
    predicted from all others, is likelier is taken.

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
    positive : collection of str
        Objectives of which a logarithm may be taken; the others are modelled as they are.

    Returns
    -------
    list of m Fitted
        Of each objective.
    """
    found = []
    for k, objective in enumerate(objectives):
        if progress:
            progress("fit", k, len(objectives))
        logarithms = objective.positive and objective.name in positive
        fitted, scaled = _fitted(encoder, encoded[objective.measured], objective, logarithms=logarithms)
        found.append(Fitted(fitted.botorch_model(), scaled, fitted.hyper.cell))
    return found


def _fitted(
    encoder: Encoder, X: NDArray[np.float64], objective: ObjectiveData, *, logarithms: bool
) -> tuple[TargetGP, Scaled]:
    """Fit one objective on either scale, and return the fit that predicts left-out values better.

    Of many observations ``COMPARED`` decide, and the fit to ``LEARNED_FROM`` goes on from there; the process is
    conditioned on all.
    """
    from surrogate.models.gp import TargetGP
    from surrogate.models.prior import CELL, PRIORS, LogNormal

    # Whether cells of this objective spread is not known: next to none is as likely as a tenth of all there is.
    priors = {**PRIORS, CELL: LogNormal(0.05, 1.5)}
    categories = [parameter.name for parameter in encoder.space.layout.categoricals]

    def fit(scaled: Scaled, rows: NDArray[np.int_], begin: Hyperparameters | None = None) -> TargetGP:
        return TargetGP.fit(
            X[rows], scaled.lower[rows], scaled.upper[rows], groups=encoder.groups, categories=categories,
            priors=priors, error=scaled.variance[rows], begin=begin,
        )  # fmt: skip

    shuffled = np.random.default_rng(0).permutation(len(X))
    some, most = (np.sort(shuffled[:number]) for number in (COMPARED, LEARNED_FROM))
    tried = []
    for logarithm in (False, True) if logarithms else (False,):
        scaled = objective.scaled(logarithm=logarithm)
        fitted = fit(scaled, some)
        tried.append(
            (float(fitted.leave_one_out().sum()) + float(scaled.log_slope[some].sum()), fitted, scaled)
        )
    _, fitted, scaled = max(tried, key=lambda one: one[0])
    if len(some) < len(X):
        fitted = fit(scaled, most, fitted.hyper)
    if len(most) < len(X):
        fitted = replace(fitted, X=X, lower=scaled.lower, upper=scaled.upper, error=scaled.variance)
    return fitted, scaled
