"""Whether an experiment gives a value, learned from those that gave none.

Data flow: encoded designs and whether each gave a value -> a process over 1 and 0 (``objective_data``) -> an output
beside the objectives on which the search has a limit (designs that are likely to fail are passed over), and the
chance that a design succeeds. One implementation for any space and for hosts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surrogate.optimization.objective_data import Fitted, ObjectiveData, fit_models
from surrogate.shapes import Bool, Float
from surrogate.space import Encoder

if TYPE_CHECKING:
    from botorch.models.model import Model

    from surrogate.optimization.settings import OutputLimit

SURELY = 0.9  # of 1, at which a design counts as one that will give a value
_NAME = "whether an experiment gives a value"


@dataclass(frozen=True)
class Making:
    """A fitted chance of success, made by :meth:`fit`.

    Parameters
    ----------
    fitted : Fitted
        To 1 for each experiment that gave a value and 0 for each that gave none.
    """

    fitted: Fitted

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
        if made.all() or not made.any():
            return None
        value = made.astype(float)
        outcome = ObjectiveData(_NAME, value, value, np.zeros(len(made)))
        return cls(fit_models(encoder, encoded, [outcome], None)[0])

    @property
    def model(self) -> Model:
        """BoTorch model of one output, over encoded designs."""
        return self.fitted.model

    def limit(self, at: int) -> OutputLimit:
        """Return the limit that a search has on it as the output at a position of its model."""
        return at, -1.0, self.fitted.scaled.place(SURELY)

    def chance(self, encoded: Float[NDArray[np.float64], "m d"]) -> Float[NDArray[np.float64], " m"]:
        """Return the chance (m,) that designs give a value, 0 to 1: the posterior mean of the outcome.

        Parameters
        ----------
        encoded : array, (m, d)
            Encoded designs.
        """
        import torch

        with torch.no_grad():
            mean = self.model.posterior(torch.from_numpy(encoded)).mean.numpy()[:, 0]
        scaled = self.fitted.scaled
        return np.asarray(np.clip(scaled.centre + scaled.spread * mean, 0.0, 1.0))
