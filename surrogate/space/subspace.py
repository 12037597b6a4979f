"""One combination of categories together with the numeric region that is open under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surrogate.space.constraints import LinearConstraint
from surrogate.space.region import Region


@dataclass(frozen=True, eq=False)
class Subspace:
    """One combination of categories and the numeric region that is open under it.

    Attributes
    ----------
    choice : mapping of str to object
        Categorical column -> value.
    region : Region
        Limits, fixed columns and linear rows of the numeric columns.
    """

    choice: Mapping[str, Any]
    region: Region

    @property
    def columns(self) -> tuple[str, ...]:
        """Numeric columns, in the order of the space."""
        return self.region.columns

    @property
    def free(self) -> tuple[str, ...]:
        """Numeric columns that can vary."""
        return tuple(self.region.columns[i] for i in self.region.free)

    @property
    def fixed(self) -> Mapping[str, float]:
        """Column -> value, for columns that a restriction fixes."""
        return self.region.fixed

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        """Numeric column -> (lower, upper) in natural units; equal where the column is fixed."""
        region = self.region
        return {
            name: (float(region.lower[i]), float(region.upper[i])) for i, name in enumerate(region.columns)
        }

    @property
    def constraints(self) -> tuple[LinearConstraint, ...]:
        """The sum of every simplex and all linear constraints that act."""
        sums = (
            LinearConstraint(
                dict.fromkeys((self.columns[i] for i in parts), 1.0), "==", total, f"sum of {name}"
            )
            for name, parts, total in self.region.simplexes
        )
        return (*sums, *self.region.constraints)
