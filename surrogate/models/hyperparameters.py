"""Hyperparameters of a target's Gaussian process: named values, one table of priors, and the optimizer's vector.

``PRIORS`` is the only place that says which hyperparameters there are, how they are distributed and which
variants of the process have them. :class:`Coordinates` builds the optimizer's vector from that table; nothing
else knows the position of a hyperparameter in it.

All values are on the natural-log scale of the target (unit: 1, "ln target"). Priors are weakly informative and
assumed; they matter, since some fifty published rows per target cannot identify a dozen hyperparameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.models.kernels import Role

Array = NDArray[np.float64]
Value = TypeVar("Value", float, Tensor)

LENGTHSCALES = "lengthscales"
CELL_NOISE = 0.12  # standard deviation between replicate cells, about 12 % (assumed)
LEAST_DISCREPANCY = 0.35  # physics is never right to better than about 40 % (assumed)


@dataclass(frozen=True)
class Variant:
    """Which form of the process is fitted; it decides which hyperparameters act.

    Parameters
    ----------
    emulated : bool
        The prior mean is an emulator of the simulator, and only measured rows are fitted. Otherwise the mean is
        a constant, learned together with a process that simulated and measured rows share.
    shifted : bool
        Measured values have a level of their own against the simulated values.
    learned_cell : bool
        The spread between replicate cells is fitted (no published rows, as in the general optimizer); otherwise
        it is ``CELL_NOISE``.
    """

    emulated: bool
    shifted: bool
    learned_cell: bool


@dataclass(frozen=True)
class Hyperparameters(Generic[Value]):
    """Named hyperparameters: floats once fitted, 0-d tensors with gradients during the fit.

    ``PRIORS`` has the unit and the meaning of each.

    Parameters
    ----------
    lengthscales : Mapping[str, Value]
        Length scale by role (``kernels.Role.name``), in units of the encoding.
    shared, discrepancy : Value
        Standard deviations of the shared process and of what only measurements show, ln target.
    literature, cell : Value
        Standard deviations of the extra noise of published rows and of replicate cells, ln target.
    slope : Value
        Factor of the emulator in the prior mean.
    shift, level : Value
        Offset of measured rows, and the constant of the prior mean, ln target.
    """

    lengthscales: Mapping[str, Value]
    shared: Value
    discrepancy: Value
    literature: Value
    cell: Value
    slope: Value
    shift: Value
    level: Value

    def as_dict(self) -> dict[str, Any]:
        """Return the values by name, for JSON; ``lengthscales`` is itself a mapping by role."""
        named = {part.name: getattr(self, part.name) for part in fields(self)}
        return {**named, LENGTHSCALES: dict(self.lengthscales)}

    @staticmethod
    def from_dict(named: Mapping[str, Any], *, where: str = "") -> Hyperparameters[float]:
        """Read values that :meth:`as_dict` has written.

        Parameters
        ----------
        named : Mapping[str, Any]
            Value by name; every hyperparameter and no other.
        where : str
            What is read, for the message.

        Raises
        ------
        ModelError
            If a name is missing or unknown, or a value is not a finite number.
        """
        wanted = {part.name for part in fields(Hyperparameters)}
        if not isinstance(named, Mapping) or set(named) != wanted:
            raise ModelError(
                "the saved hyperparameters are not those of this version",
                where=where,
                value=sorted(named),
                limit=", ".join(sorted(wanted)),
                remedy="train again: surrogate train",
            )
        scales = named[LENGTHSCALES]
        flat = {name: value for name, value in named.items() if name != LENGTHSCALES}
        for name, value in {
            **flat,
            **(scales if isinstance(scales, Mapping) else {LENGTHSCALES: scales}),
        }.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise ModelError(
                    "a saved hyperparameter is not a finite number",
                    where=f"{where}, {name}",
                    value=value,
                    remedy="train again: surrogate train",
                )
        return Hyperparameters(lengthscales={role: float(value) for role, value in scales.items()}, **flat)


@dataclass(frozen=True)
class Prior:
    """One row of the table of hyperparameters: a normal prior of the value or of its logarithm.

    Parameters
    ----------
    name : str
        Field of :class:`Hyperparameters`.
    median : float
        Of the value above ``least``; the fit starts there.
    spread : float
        Standard deviation of the value, or of ln(value - least) where ``log``.
    log : bool
        Whether the optimizer's coordinate is ln(value - least); otherwise it is the value.
    acts : Callable[[Variant], bool]
        Which variants of the process have it.
    absent : float
        The value in a variant that does not have it.
    unit, meaning : str
        For readers.
    least : float
        Lower limit of a value on the logarithmic scale.
    """

    name: str
    median: float
    spread: float
    log: bool
    acts: Callable[[Variant], bool]
    absent: float
    unit: str
    meaning: str
    least: float = 0.0

    @property
    def centre(self) -> float:
        """Mean of the coordinate's normal prior."""
        return float(np.log(self.median)) if self.log else self.median

    def value(self, coordinate: float, most: float = math.inf) -> float:
        """Return the value, at most ``most``, of an optimizer's coordinate."""
        return float(min(self.least + np.exp(coordinate), most)) if self.log else float(coordinate)

    def coordinate(self, value: float) -> float:
        """Return the optimizer's coordinate of a value.

        Raises
        ------
        ModelError
            If the value is not above ``least`` although its logarithm is fitted, or not finite.
        """
        if not math.isfinite(value) or (self.log and value <= self.least):
            raise ModelError(
                "not a possible value of this hyperparameter",
                where=self.name,
                value=value,
                limit=f"a number above {self.least:g}" if self.log else "a finite number",
            )
        return math.log(value - self.least) if self.log else float(value)


def _always(variant: Variant) -> bool:
    return True


def _constant_mean(variant: Variant) -> bool:
    return not variant.emulated


def _emulated(variant: Variant) -> bool:
    return variant.emulated


def _shifted(variant: Variant) -> bool:
    return variant.shifted


def _discrepant(variant: Variant) -> bool:
    """Whether measurements differ from something: an emulator, or simulated rows."""
    return variant.emulated or variant.shifted


def _learned_cell(variant: Variant) -> bool:
    return variant.learned_cell


PRIORS: tuple[Prior, ...] = (
    Prior(
        LENGTHSCALES, 0.6, 0.5, log=True, acts=_always, absent=1.0,
        unit="encoded distance", meaning="how far apart two designs have to be in a role to differ in kind",
    ),
    Prior(
        "shared", 1.0, 1.0, log=True, acts=_constant_mean, absent=0.0,
        unit="ln target", meaning="standard deviation of what simulation and measurement share",
    ),
    Prior(
        "discrepancy", 0.6, 0.6, log=True, acts=_discrepant, absent=0.0, least=LEAST_DISCREPANCY,
        unit="ln target", meaning="standard deviation of what only measurements show",
    ),
    Prior(
        "literature", 0.35, 0.6, log=True, acts=_always, absent=0.0,
        unit="ln target", meaning="extra noise of published rows: unstated inputs and protocols",
    ),
    Prior(
        "cell", CELL_NOISE, 1.0, log=True, acts=_learned_cell, absent=CELL_NOISE,
        unit="ln target", meaning="standard deviation between replicate cells",
    ),
    Prior(
        "slope", 1.0, 0.3, log=False, acts=_emulated, absent=0.0,
        unit="1", meaning="factor of the emulator in the prior mean (rho of Kennedy and O'Hagan 2001)",
    ),
    # Measured values within about a factor of 2.7 of the simulated values (two standard deviations). It matters for
    # cycle life: nearly all published lives are lower bounds, which alone would let the level rise without end.
    Prior(
        "shift", 0.0, 0.5, log=False, acts=_shifted, absent=0.0,
        unit="ln target", meaning="offset of measured against simulated values",
    ),
    Prior(
        "level", 0.0, 10.0, log=False, acts=_constant_mean, absent=0.0,
        unit="ln target", meaning="constant of the prior mean; the fit starts at the mean of the rows",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Coordinates:
    """Coordinates (p,) of one variant: those of each role's length scale and each other row of ``PRIORS``.

    Hyperparameters that the variant lacks keep their coordinate: only their prior acts on it, so that it stays
    at the median, and every variant has vectors of one form.

    Parameters
    ----------
    roles : Sequence[Role]
        What shares a length scale.
    variant : Variant
        Which hyperparameters act.
    """

    roles: Sequence[Role]
    variant: Variant

    @cached_property
    def _rows(self) -> list[tuple[Prior, Role | None]]:
        rows: list[tuple[Prior, Role | None]] = []
        for prior in PRIORS:
            rows += [(prior, role) for role in self.roles] if prior.name == LENGTHSCALES else [(prior, None)]
        return rows

    @property
    def names(self) -> list[str]:
        """Name of each coordinate (p,), e.g. ``lengthscales.pores``."""
        return [f"{prior.name}.{role.name}" if role else prior.name for prior, role in self._rows]

    @cached_property
    def _columns(self) -> dict[str, Tensor]:
        """The table as columns of length p."""
        priors = [prior for prior, _ in self._rows]
        return {
            "log": torch.tensor([prior.log for prior in priors]),
            "least": _column([prior.least for prior in priors]),
            "most": _column([role.longest if role else math.inf for _, role in self._rows]),
            "centre": _column([prior.centre for prior in priors]),
            "spread": _column([prior.spread for prior in priors]),
        }

    @cached_property
    def _constants(self) -> list[Tensor | None]:
        """What does not act (p,), without a gradient so that nothing is spent on it; None for what does."""
        return [None if prior.acts(self.variant) else _column([prior.absent])[0] for prior, _ in self._rows]

    def start(self, level: float = 0.0) -> Array:
        """Return the prior medians (p,), with the constant of the mean at ``level`` (ln target) if it acts."""
        vector = self._columns["centre"].numpy().copy()
        for at, (prior, _) in enumerate(self._rows):
            if prior.name == "level" and prior.acts(self.variant):
                vector[at] = level
        return vector

    def pack(self, values: Hyperparameters[float]) -> Array:
        """Return the vector (p,) of named values; those that the variant lacks are at their medians.

        Raises
        ------
        ModelError
            If a value that acts is missing or impossible.
        """
        vector = self.start()
        for at, (prior, role) in enumerate(self._rows):
            if not prior.acts(self.variant):
                continue
            if role is not None and role.name not in values.lengthscales:
                raise ModelError(
                    "no length scale for this role", where=role.name, value=sorted(values.lengthscales)
                )
            value = values.lengthscales[role.name] if role is not None else getattr(values, prior.name)
            vector[at] = prior.coordinate(value)
        return vector

    def unpack(self, vector: Tensor) -> Hyperparameters[Tensor]:
        """Return the named values of a vector (p,) as 0-d tensors; gradients pass through."""
        c = self._columns
        # The logarithm's rows only: exp of a level might overflow and leave NaN as its gradient.
        positive = c["least"] + torch.where(c["log"], vector, 0.0).exp()
        values = torch.minimum(torch.where(c["log"], positive, vector), c["most"])
        return self._named(
            [
                value if absent is None else absent
                for value, absent in zip(values.unbind(), self._constants, strict=True)
            ]
        )

    def values(self, vector: Array) -> Hyperparameters[float]:
        """Return the named values of a vector (p,) as floats."""
        # By numpy, one at a time: torch's exp of a vector may differ in the last digit with the machine.
        return self._named(
            [
                prior.value(coordinate, role.longest if role else math.inf)
                if prior.acts(self.variant)
                else prior.absent
                for coordinate, (prior, role) in zip(vector.tolist(), self._rows, strict=True)
            ]
        )

    def _named(self, values: Sequence[Value]) -> Hyperparameters[Value]:
        scales: dict[str, Value] = {}
        named: dict[str, Value] = {}
        for (prior, role), value in zip(self._rows, values, strict=True):
            if role is not None:
                scales[role.name] = value
            else:
                named[prior.name] = value
        return Hyperparameters(lengthscales=scales, **named)

    def penalty(self, vector: Tensor) -> Tensor:
        """Return the negative log prior density of a vector (p,), without its constant."""
        c = self._columns
        penalty: Tensor = 0.5 * ((vector - c["centre"]) / c["spread"]).square().sum()
        return penalty


def _column(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.double)
