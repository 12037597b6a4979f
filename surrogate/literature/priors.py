"""The documented assumptions by which a literature record becomes a complete design row, or several.

They stand in ``datasets/literature/priors.toml``; this module loads and checks them, and draws from them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from surrogate.errors import RecordError
from surrogate.resources import resource

WIDE = 5.0  # high over low from which a prior is drawn on a logarithmic scale


@dataclass(frozen=True)
class Prior:
    """A number that stands in for a number that is not stated.

    Parameters
    ----------
    value, low, high
        Central value and plausible range (about 90 %), in the unit of the design column.
    source
        Where the number or its range comes from.
    assumed
        Whether it is our own choice.
    note
        Remarks.

    Raises
    ------
    RecordError
        For a value outside its range, or neither a source nor ``assumed``.
    """

    value: float
    low: float
    high: float
    source: str = ""
    assumed: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise RecordError(
                "a prior outside its own range", value=self.value, limit=f"{self.low:g} to {self.high:g}"
            )
        if not (self.source or self.assumed):
            raise RecordError(
                "a prior without a source", value=self.value, remedy="give its source, or assumed = true"
            )

    def drawn(self, rng: np.random.Generator) -> Prior:
        """Draw a random value.

        As likely below as above the central value, evenly on either side (of the logarithm where the range spans more
        than a factor of ``WIDE``).

        Parameters
        ----------
        rng
            Where the value is drawn from.
        """
        share, above = rng.random(), rng.random() < 0.5
        start, end = (self.value, self.high) if above else (self.low, self.value)
        if start > 0.0 and self.high > WIDE * self.low:
            value = min(max(start * (end / start) ** share, self.low), self.high)
        else:
            value = start + (end - start) * share
        # Not dataclasses.replace, which takes most of the time: a training draws hundreds of thousands.
        return Prior(float(value), self.low, self.high, self.source, self.assumed, self.note)


@dataclass(frozen=True)
class Priors:
    """All of them. Mappings go from the words of records to identifiers of designs."""

    geometry: Mapping[str, Mapping[str, Prior]]
    strategies: Mapping[str, Prior]
    stand_ins: Mapping[str, Mapping[str, Prior]]
    electrolyte_classes: Mapping[str, str]
    electrolyte_words: Mapping[str, str]
    liquid_words: Mapping[str, tuple[str, ...]]
    unassigned_electrolyte: str
    conditions: Mapping[str, Prior]
    conditions_by_cell_type: Mapping[str, Mapping[str, Prior]]
    additives: str

    def conditions_of(self, cell_type: str) -> Mapping[str, Prior]:
        """Return the conditions of a kind of cell.

        Parameters
        ----------
        cell_type
            As a record names it; empty where it does not.

        Returns
        -------
        mapping of str to Prior
            Condition -> what stands in for it.
        """
        return {**self.conditions, **self.conditions_by_cell_type.get(cell_type, {})}

    def drawn(self, rng: np.random.Generator) -> Priors:
        """Draw every number again, for the same words.

        Parameters
        ----------
        rng
            Where the values are drawn from.
        """

        def redrawn(table: Mapping[str, Prior]) -> dict[str, Prior]:
            return {name: prior.drawn(rng) for name, prior in table.items()}

        return replace(
            self,
            geometry={name: redrawn(table) for name, table in self.geometry.items()},
            strategies=redrawn(self.strategies),
            conditions=redrawn(self.conditions),
            conditions_by_cell_type={
                name: redrawn(table) for name, table in self.conditions_by_cell_type.items()
            },
            # Last, so that a material that is added does not change what is drawn of the others.
            stand_ins={name: redrawn(table) for name, table in self.stand_ins.items()},
        )


@cache
def priors() -> Priors:
    """Load the shipped priors.

    Raises
    ------
    ResourceError
        When they are not installed.
    RecordError
        When they cannot be used.
    """
    return load_priors(resource("datasets/literature/priors.toml"))


def load_priors(path: Path) -> Priors:
    """Read a priors file.

    Parameters
    ----------
    path
        A TOML file as ``datasets/literature/priors.toml``.

    Raises
    ------
    RecordError
        Naming what is wrong in it.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        electrolytes, conditions = table["electrolytes"], dict(table["conditions"])
        additives = conditions.pop("additives")
        return Priors(
            geometry={name: _numbers(table) for name, table in table["geometry"].items()},
            strategies=_numbers(table["strategies"]),
            stand_ins={name: _numbers(numbers) for name, numbers in table["stand_ins"].items()},
            electrolyte_classes=electrolytes["classes"],
            electrolyte_words=electrolytes["words"],
            liquid_words={name: tuple(words) for name, words in electrolytes["liquids"].items()},
            unassigned_electrolyte=electrolytes["unassigned"],
            conditions=_numbers(conditions),
            conditions_by_cell_type={
                name: _numbers(numbers) for name, numbers in table["conditions_by_cell_type"].items()
            },
            additives=additives,
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise RecordError(f"not a table of priors: {error}", where=path.name) from error


def _numbers(table: Mapping[str, Any]) -> dict[str, Prior]:
    return {name: Prior(**entry) for name, entry in table.items()}
