"""The predicted loss of an electrolyte by its recipe."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from surrogate.errors import MaterialError
from surrogate.materials.efficiency.model import LossModel
from surrogate.materials.efficiency.rows import METHODS, SHARES, shipped_rows
from surrogate.materials.recipes import Composition, Recipe, composition, read_recipe

NEAREST = 3


@dataclass(frozen=True)
class Protocol:
    """How the efficiency of planar lithium on copper is measured.

    Parameters
    ----------
    method
        ``reservoir`` (Aurbach: lithium put down once, cycled in part, taken in the end) or ``cycling``.
    current_density_mA_cm2, areal_capacity_mAh_cm2, cycles
        Of a half cycle; the default is the protocol of most of the rows.

    Raises
    ------
    MaterialError
        For an unknown method or a number that is not positive.
    """

    method: str = "reservoir"
    current_density_mA_cm2: float = 0.5
    areal_capacity_mAh_cm2: float = 1.0
    cycles: float = 10.0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise MaterialError("unknown method", value=self.method, limit=", ".join(METHODS))
        for name in ("current_density_mA_cm2", "areal_capacity_mAh_cm2", "cycles"):
            if not 0.0 < getattr(self, name) < 1e6:
                raise MaterialError(f"{name} cannot be", value=getattr(self, name), limit="above 0")

    @property
    def numbers(self) -> dict[str, float]:
        """As inputs of the model."""
        return {
            "method": METHODS[self.method], "current_density_mA_cm2": self.current_density_mA_cm2,
            "areal_capacity_mAh_cm2": self.areal_capacity_mAh_cm2, "cycles": self.cycles,
        }  # fmt: skip


@dataclass(frozen=True)
class Loss:
    """The predicted loss of planar lithium.

    Attributes
    ----------
    loss, lower, upper : float
        Median of 1 - CE of one new measurement, and its central 90 % interval.
    extrapolates : bool
        Whether the electrolyte and protocol are farther from every row than nearly all rows are from one another.
    distance : float
        To the nearest row, in standard deviations of the inputs.
    nearest : tuple of (str, str, float, float)
        Row, reference, distance and measured 1 - CE of the nearest rows, nearest first.
    """

    loss: float
    lower: float
    upper: float
    extrapolates: bool
    distance: float
    nearest: tuple[tuple[str, str, float, float], ...]


def predict_loss(recipe: str | Recipe | Composition, protocol: Protocol | None = None) -> Loss:
    """Predict the loss 1 - CE of planar lithium in an electrolyte.

    Parameters
    ----------
    recipe
        Text, recipe or composition.
    protocol
        How it is measured; the protocol of most rows unless given.

    Returns
    -------
    Loss

    Raises
    ------
    MaterialError
        For a recipe that cannot be read.
    """
    model, rows = shipped_model(), shipped_rows()
    asked = _row(recipe, protocol or Protocol())
    found = model.predict(asked)
    places = model.nearest(asked, NEAREST)[0]
    apart = model._distances(model._standard(asked))[0]
    return Loss(
        loss=float(10.0 ** min(found.log10_loss[0], 0.0)),
        lower=float(10.0 ** found.lower[0]),
        upper=float(10.0 ** found.upper[0]),
        extrapolates=bool(found.extrapolates[0]),
        distance=float(found.distance[0]),
        nearest=tuple(
            (
                str(rows["row"].iloc[place]),
                str(rows["reference"].iloc[place]),
                float(apart[place]),
                float(10.0 ** rows["log10_loss"].iloc[place]),
            )
            for place in places
        ),
    )


@cache
def loss_ratio(recipe: str, default: str) -> float:
    """Return how many times as much lithium an electrolyte loses as another, by the protocol of most rows.

    Both are kept within the losses that the rows span, beyond which the model only continues a line.

    Parameters
    ----------
    recipe, default
        Texts; equal texts give 1 without any model.

    Returns
    -------
    float

    Raises
    ------
    MaterialError
        For a recipe that cannot be read.
    """
    if recipe == default:
        return 1.0
    model = shipped_model()
    rows = pd.concat([_row(text, Protocol()) for text in (recipe, default)])
    low, high = model.log10_range
    own, usual = model.predict(rows).log10_loss.clip(low, high)
    return float(10.0 ** (own - usual))


@cache
def shipped_model() -> LossModel:
    """Return the model fitted to all shipped rows; fitted once in a process."""
    return LossModel.fit(shipped_rows())


def _row(recipe: str | Recipe | Composition, protocol: Protocol) -> pd.DataFrame:
    if isinstance(recipe, str):
        recipe = read_recipe(recipe)
    made = composition(recipe) if isinstance(recipe, Recipe) else recipe
    return pd.DataFrame([{**protocol.numbers, **{name: made.numbers[name] for name in SHARES}}])
