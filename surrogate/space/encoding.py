"""Designs as vectors: what surrogates learn on and where the search moves.

A continuous parameter becomes one number, 0 at its lower and 1 at its upper limit (on a log scale where the
parameter has one). A fraction stays as it is. A category becomes one 0/1 dimension for each value. A column
that does not act (fixed by a restriction) is written as its fixed value, cut to the limits, so that designs
which are the same have the same vector.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.errors import DesignError, SpaceError
from surrogate.shapes import Float
from surrogate.space.parameters import Categorical, Continuous, Parameter
from surrogate.space.polytope import Floats
from surrogate.space.space import Space
from surrogate.space.subspace import Subspace

if TYPE_CHECKING:
    import torch

    Row = tuple[torch.Tensor, torch.Tensor, float]


class Encoder:
    """Two-way map between tables of a space's columns and vectors of ``dim`` numbers.

    A narrower space (fewer categories, tighter limits, some columns given) is encoded by the wide space's
    encoder, so that one surrogate serves many searches. Values outside the limits are encoded outside [0, 1].
    """

    def __init__(self, space: Space) -> None:
        self.space = space

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """Parameter name -> its dimensions."""
        groups: dict[str, list[int]] = {}
        start = 0
        for one in self.space.parameters:
            size = len(one) if isinstance(one, Categorical) else len(one.columns)
            groups[one.name] = list(range(start, start + size))
            start += size
        return groups

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for each dimension: the column, or ``column=value`` for a category."""
        names: list[str] = []
        for one in self.space.parameters:
            names += [f"{one.name}={value}" for value in one] if isinstance(one, Categorical) else one.columns
        return tuple(names)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return len(self.names)

    @cached_property
    def columns(self) -> dict[str, int]:
        """Numeric column -> its dimension."""
        return {
            column: self.groups[one.name][i]
            for one in self.space.parameters
            if not isinstance(one, Categorical)
            for i, column in enumerate(one.columns)
        }

    def encode(self, table: pd.DataFrame) -> Float[Floats, "{len(table)} {self.dim}"]:
        """Vectors (n, dim) of the rows of a table; further columns are ignored.

        Raises DesignError for a missing column or number, an unknown category, or a number a log scale cannot
        take.
        """
        codes, values = self.space.layout.parse(table)
        self.space.layout.refuse_unknown(table, codes)
        fixed, is_fixed = self.space.regions.fixed(codes)
        values = np.where(is_fixed, fixed, values)
        self.space.layout.refuse_missing(table, values)
        encoded = np.zeros((len(table), self.dim))
        for i, one in enumerate(self.space.layout.categoricals):
            encoded[np.arange(len(table)), np.array(self.groups[one.name])[codes[:, i]]] = 1.0
        for i, column in enumerate(self.space.numeric):
            encoded[:, self.columns[column]] = self._to_unit(column, values[:, i], is_fixed[:, i])
        return encoded

    def decode(self, encoded: Floats) -> pd.DataFrame:
        """The table of the space's columns that vectors (n, dim) stand for.

        The largest of a category's dimensions wins; columns that do not act take their documented value.
        Raises SpaceError for a wrong shape.
        """
        encoded = np.asarray(encoded, dtype=float)
        if encoded.ndim != 2 or encoded.shape[1] != self.dim:
            raise SpaceError("vectors of the wrong shape", value=encoded.shape, limit=f"(n, {self.dim})")
        space = self.space
        codes = np.empty((len(encoded), len(space.layout.categoricals)), dtype=np.intp)
        for i, one in enumerate(space.layout.categoricals):
            codes[:, i] = encoded[:, self.groups[one.name]].argmax(axis=1)
        values = np.empty((len(encoded), len(space.numeric)))
        for i, column in enumerate(space.numeric):
            values[:, i] = self._from_unit(column, encoded[:, self.columns[column]])
        fixed, is_fixed = self.space.regions.fixed(codes)
        return space.layout.table(codes, np.where(is_fixed, fixed, values))

    def fixed(self, choice: Mapping[str, Any]) -> dict[int, float]:
        """Dimension -> value for given columns: a category's dimensions, or a number's.

        Raises SpaceError for an unknown column or category.
        """
        dimensions: dict[int, float] = {}
        for name, value in choice.items():
            one = self._owner.get(name)
            if isinstance(one, Categorical):
                if one.code(value) < 0:
                    raise SpaceError("unknown category", where=name, value=value, limit=one.allowed)
                for dimension, known in zip(self.groups[name], one.values, strict=True):
                    dimensions[dimension] = float(known == value)
            elif one is not None:
                dimensions[self.columns[name]] = float(
                    self._to_unit(name, np.array([float(value)]), np.array([False]))[0]
                )
            else:
                raise SpaceError("unknown column", value=name, limit=", ".join(self.space.columns))
        return dimensions

    def subspace_bounds(
        self, subspace: Subspace, given: Mapping[str, Any] | None = None
    ) -> Float[Floats, "2 {self.dim}"]:
        """Limits (2, dim) of the vectors of a subspace, possibly of a narrower space.

        given: values of the columns the narrower space lacks. Raises SpaceError when one is missing.
        """
        bounds = np.full((2, self.dim), np.nan)
        for dimension, value in self.fixed({**dict(given or {}), **subspace.choice}).items():
            bounds[:, dimension] = value
        for column, pair in subspace.bounds.items():
            inactive = np.array([column in subspace.fixed])
            for side, value in enumerate(pair):
                bounds[side, self.columns[column]] = self._to_unit(column, np.array([value]), inactive)[0]
        for i in np.flatnonzero(np.isnan(bounds[0])):
            raise SpaceError("no value for a column that the narrower space lacks", where=self.names[i])
        return bounds

    def linear(self, subspace: Subspace) -> tuple[list[Row], list[Row]]:
        """Inequality and equality rows of a subspace in BoTorch's form (indices, coefficients, bound).

        An inequality means ``coefficients @ x[indices] >= bound``. Fixed columns are folded into the bound;
        equality rows are linearly independent.
        """
        import torch  # late: an encoder is also used without it

        region = subspace.region
        names = [region.columns[i] for i in region.free]
        offset = np.array([self._edges(name)[0] for name in names])
        span = np.array([self._edges(name)[1] - self._edges(name)[0] for name in names])
        dimensions = np.array([self.columns[name] for name in names], dtype=np.int64)

        def rows(matrix: Floats, bound: Floats) -> list[Row]:
            made = []
            for row, right in zip(matrix, bound, strict=True):
                used = np.flatnonzero(row)
                scaled = row[used] * span[used]
                rest = float(right - row[used] @ offset[used])
                made.append((torch.from_numpy(dimensions[used]), torch.from_numpy(scaled), rest))
            return made

        matrix, bound = region.free_inequalities
        return rows(-matrix, -bound), rows(*region.independent_equalities)

    @cached_property
    def _owner(self) -> dict[str, Parameter]:
        return {column: one for one in self.space.parameters for column in one.columns}

    def _edges(self, column: str) -> tuple[float, float]:
        """The natural values that are encoded as 0 and 1 (of a linear column)."""
        one = self._owner[column]
        return (one.lower, one.upper) if isinstance(one, Continuous) else (0.0, 1.0)

    def _to_unit(self, column: str, values: Floats, inactive: np.ndarray[Any, np.dtype[np.bool_]]) -> Floats:
        one = self._owner[column]
        if not isinstance(one, Continuous):
            return values
        if one.log:
            usable = np.where(inactive, np.maximum(values, one.lower), values)
            for row in np.flatnonzero(~(usable > 0))[:1]:
                raise DesignError(
                    "a column on a log scale cannot take this value",
                    row=int(row),
                    column=column,
                    value=float(values[row]),
                    limit="> 0",
                )
            scaled = (np.log(usable) - np.log(one.lower)) / (np.log(one.upper) - np.log(one.lower))
        else:
            scaled = (values - one.lower) / (one.upper - one.lower)
        return np.where(inactive, np.clip(scaled, 0.0, 1.0), scaled)

    def _from_unit(self, column: str, encoded: Floats) -> Floats:
        one = self._owner[column]
        if not isinstance(one, Continuous):
            return encoded
        if one.log:
            low, high = np.log(one.lower), np.log(one.upper)
            return np.asarray(np.exp(low + encoded * (high - low)))
        return one.lower + encoded * (one.upper - one.lower)
