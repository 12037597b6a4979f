"""Whether an experiment gives a value, learned from those that gave none.

Data flow: encoded designs and whether each gave a value -> a probit classifier, a latent process above 0 where an
experiment succeeds (``models.gp``, with each outcome a bound on one side) -> an output beside the objectives on which
the search has a limit, a weight against designs that are not likely enough to succeed, and the chance that a design
succeeds. One implementation for any space and for hosts.

A process fitted to 1 and 0 as if they were measured takes a success beside a failure for a steep slope or for noise,
and then knows nothing a tenth of the space away, beside six failures. Here both are likely close to the boundary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from surrogate.shapes import Bool, Float
from surrogate.space import Encoder

if TYPE_CHECKING:
    from botorch.models import SingleTaskGP
    from torch import Tensor

    from surrogate.models.gp import TargetGP
    from surrogate.optimization.settings import OutputLimit

SURELY = (
    0.9  # chance of success at which a design counts as one that will give a value, where the latent is known
)
LIKELY = (
    0.8  # chance of success, all that is not known counted, below which a design is worth less than promised
)
# How fast it is worth less, in units of the probit of the chance. The weight falls as the inverse square and reaches
# no zero, so that where everything left is doubtful the least doubtful is proposed.
_SOFTNESS = 0.05
# Priors of the latent process, on which an outcome is +1 or -1 for the fit of the hyperparameters: its median and the
# standard deviation of its logarithm. A boundary is smooth (a length of the size of the space), and outcomes close to
# it are noisy: a success and a failure side by side bend neither.
_LENGTH, _AMPLITUDE, _NOISE = (1.0, 0.3), (1.0, 0.5), (0.3, 0.2)


@dataclass(frozen=True)
class Making:
    """A fitted chance of success, made by :meth:`fit`.

    Parameters
    ----------
    latent : TargetGP
        The latent process; an experiment succeeds where it is above 0, its noise included.
    """

    latent: TargetGP

    @classmethod
    def fit(
        cls, encoder: Encoder, encoded: Float[NDArray[np.float64], "n d"], made: Bool[NDArray[np.bool_], " n"]
    ) -> Making | None:
        """Fit it to n experiments; None where all or none of them gave a value.

        A single failure is enough: without it the next design is made beside the one that failed, where the objective
        still promises as much. It puts off its neighbourhood only for as long as what was made speaks for the rest.

        Parameters
        ----------
        encoder : Encoder
            Of the search space; d encoded columns.
        encoded : array, (n, d)
            Encoded designs of the experiments.
        made : array of bool, (n,)
            Whether each gave a value.
        """
        from surrogate.models.gp import TargetGP
        from surrogate.models.prior import AMPLITUDE, CELL, LENGTHSCALES, PRIORS, LogNormal

        if made.all() or not made.any():
            return None
        own = {LENGTHSCALES: LogNormal(*_LENGTH), AMPLITUDE: LogNormal(*_AMPLITUDE), CELL: LogNormal(*_NOISE)}
        categories = [parameter.name for parameter in encoder.space.layout.categoricals]
        outcome = np.where(made, 1.0, -1.0)
        # The hyperparameters as of a regression: the evidence of so few outcomes says next to nothing of them.
        fitted = TargetGP.fit(
            encoded, outcome, outcome, groups=encoder.groups, categories=categories,
            priors=MappingProxyType({**PRIORS, **own}),
        )  # fmt: skip
        lower, upper = np.where(made, 0.0, -np.inf), np.where(made, np.inf, 0.0)
        return cls(TargetGP(fitted.X, lower, upper, fitted.roles, fitted.hyper))

    @cached_property
    def model(self) -> SingleTaskGP:
        """BoTorch model of one output, the latent, over encoded designs."""
        return self.latent.botorch_model()

    def limit(self, at: int) -> OutputLimit:
        """Return the limit that a search has on the latent as the output at a position of its model."""
        return at, -1.0, float(norm.ppf(SURELY)) * self.latent.hyper.cell

    def log_weight(self, points: Float[Tensor, "*batch 1 d"]) -> Float[Tensor, "*batch"]:
        """Return the logarithm of what share of its promise a design is worth: 0 where it is likely to succeed.

        Parameters
        ----------
        points : Tensor, (..., 1, d)
            Encoded designs, as acquisition functions take them.
        """
        posterior = self.model.posterior(points)
        spread = (posterior.variance + self.latent.hyper.cell**2).sqrt()
        short = float(norm.ppf(LIKELY)) - (posterior.mean / spread)[..., 0, 0]
        return -2.0 * (short.clamp_min(0.0) / _SOFTNESS).log1p()

    def chance(self, encoded: Float[NDArray[np.float64], "m d"]) -> Float[NDArray[np.float64], " m"]:
        """Return the chance (m,) that designs give a value, 0 to 1.

        Parameters
        ----------
        encoded : array, (m, d)
            Encoded designs.
        """
        mean, variance = self.latent.predictive(encoded)
        return np.asarray(norm.cdf(mean / np.sqrt(variance)))
