"""Outputs of a model as what is gained: every objective to be maximised, whatever is wanted of the output."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from surrogate.optimization.settings import Wanted


@dataclass(frozen=True)
class Logarithm:
    """An output of a model that is a logarithm of what counts.

    Parameters
    ----------
    spread : float
        Of the logarithm, for one unit of the output.
    most : float
        Output above which nothing more counts: the tail of a posterior that knows little is no promise.
    """

    spread: float
    most: float

    def natural(self, output: Tensor) -> Tensor:
        """Return what counts (...), in units in which the slope at 0 is 1."""
        return torch.expm1(self.spread * output.clamp(max=self.most)) / self.spread


class Gains:
    """Turns outputs of a model into objectives that are all to be maximised.

    An output to be minimised changes its sign; of one that is to match a value, or to lie in a band, minus the
    distance to them is taken, 0 in the band.

    Parameters
    ----------
    directions : sequence of m "max", "min", numbers or pairs of numbers
        What is wanted of each of the first m outputs, on the model's scale.
    logarithms : sequence of m Logarithm or None, optional
        Of which outputs that are to be raised or lowered the logarithm is no gain but what it is of; None: of none.
    """

    def __init__(
        self, directions: Sequence[Wanted], logarithms: Sequence[Logarithm | None] | None = None
    ) -> None:
        ends = [_ends(one) for one in directions]
        self.signs = torch.tensor([-1.0 if one == "min" else 1.0 for one in directions], dtype=torch.double)
        self.low, self.high = (torch.tensor(column, dtype=torch.double) for column in zip(*ends, strict=True))
        self.bounded = ~self.low.isnan()
        self.logarithms = {
            at: one
            for at, (one, wanted) in enumerate(zip(logarithms or (), directions, strict=False))
            if one is not None and isinstance(wanted, str)
        }

    def __call__(self, outputs: Tensor) -> Tensor:
        """Return gains (..., m) of outputs (..., m or more)."""
        outputs = outputs[..., : len(self.signs)]
        if self.logarithms:
            columns = list(outputs.unbind(-1))
            for at, one in self.logarithms.items():
                columns[at] = one.natural(columns[at])
            outputs = torch.stack(columns, dim=-1)
        low, high = self.low.nan_to_num(), self.high.nan_to_num()
        away = -((low - outputs).clamp_min(0.0) + (outputs - high).clamp_min(0.0))
        return torch.where(self.bounded, away, outputs * self.signs)

    @property
    def linear(self) -> bool:
        """Whether every objective is its output, as it is or with the sign turned."""
        return not self.logarithms and not bool(self.bounded.any())


def _ends(wanted: Wanted) -> tuple[float, float]:
    """Return the ends between which a gain is as large as it can be; NaN where there is no such place."""
    if isinstance(wanted, str):
        return math.nan, math.nan
    return wanted if isinstance(wanted, tuple) else (float(wanted), float(wanted))
