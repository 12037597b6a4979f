"""Designs as vectors: what surrogates learn from and where the search moves.

A continuous or discrete parameter becomes one number, 0 at its lower and 1 at its upper limit (on a log scale where
the parameter has a log scale). A part of a mixture becomes its share of the total. A category becomes one 0/1
dimension for each value. A column that has no effect (fixed by a restriction) is written as its fixed value, clipped
to the limits, so that equal designs have equal vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.errors import DesignError, SpaceError
from surrogate.shapes import Float
from surrogate.space.layout import Table
from surrogate.space.parameters import Categorical, Continuous, Discrete, Parameter
from surrogate.space.polytope import Floats
from surrogate.space.simplex import Simplex
from surrogate.space.space import Space
from surrogate.space.subspace import Subspace

if TYPE_CHECKING:
    import torch

    Row = tuple[torch.Tensor, torch.Tensor, float]


class Encoder:
    """Two-way map between tables of a space's columns and vectors of ``dim`` numbers.

    A narrower space (fewer categories, tighter limits, some columns given) is encoded by the wide space's
    encoder, so that one surrogate serves many searches. Values outside the limits are encoded outside [0, 1].

    Parameters
    ----------
    space : Space
        The space whose columns are encoded.
    """

    def __init__(self, space: Space) -> None:
        self.space = space

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """Parameter name -> its dimensions."""
        groups: dict[str, list[int]] = {}
        start = 0
        for parameter in self.space.parameters:
            size = len(parameter) if isinstance(parameter, Categorical) else len(parameter.columns)
            groups[parameter.name] = list(range(start, start + size))
            start += size
        return groups

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of each dimension: the column, or ``column=value`` for a category."""
        names: list[str] = []
        for parameter in self.space.parameters:
            names += (
                [f"{parameter.name}={value}" for value in parameter]
                if isinstance(parameter, Categorical)
                else parameter.columns
            )
        return tuple(names)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return len(self.names)

    @cached_property
    def columns(self) -> dict[str, int]:
        """Numeric column -> its dimension."""
        return {
            column: self.groups[parameter.name][i]
            for parameter in self.space.parameters
            if not isinstance(parameter, Categorical)
            for i, column in enumerate(parameter.columns)
        }

    def encode(self, table: Table) -> Float[Floats, "n {self.dim}"]:
        """Encode the rows of a table.

        Parameters
        ----------
        table : DataFrame, or mapping of str to ndarray (n,)
            n rows with the space's columns in natural units; further columns are ignored.

        Returns
        -------
        ndarray, shape (n, dim)
            Vectors without unit, 0 to 1 inside the limits.

        Raises
        ------
        DesignError
            For a missing column or number, an unknown category, or a number that a log scale cannot take.
        """
        codes, values = self.space.layout.parse(table)
        self.space.layout.refuse_unknown(table, codes)
        fixed, is_fixed = self.space.regions.fixed(codes)
        values = np.where(is_fixed, fixed, values)
        self.space.layout.refuse_missing(table, values)
        encoded = np.zeros((len(codes), self.dim))
        for i, parameter in enumerate(self.space.layout.categoricals):
            encoded[np.arange(len(codes)), np.array(self.groups[parameter.name])[codes[:, i]]] = 1.0
        for i, column in enumerate(self.space.numeric):
            encoded[:, self.columns[column]] = self._to_unit(column, values[:, i], is_fixed[:, i])
        return encoded

    def decode(self, encoded: Floats) -> pd.DataFrame:
        """Decode vectors into a table of the space's columns.

        The largest of a category's dimensions wins; columns without effect take their documented value.

        Parameters
        ----------
        encoded : ndarray, shape (n, dim)
            Vectors as :meth:`encode` makes them.

        Returns
        -------
        DataFrame
            n rows in natural units.

        Raises
        ------
        SpaceError
            For a wrong shape.
        """
        encoded = np.asarray(encoded, dtype=float)
        if encoded.ndim != 2 or encoded.shape[1] != self.dim:
            raise SpaceError("vectors of the wrong shape", value=encoded.shape, limit=f"(n, {self.dim})")
        space = self.space
        codes = np.empty((len(encoded), len(space.layout.categoricals)), dtype=np.intp)
        for i, parameter in enumerate(space.layout.categoricals):
            codes[:, i] = encoded[:, self.groups[parameter.name]].argmax(axis=1)
        values = np.empty((len(encoded), len(space.numeric)))
        for i, column in enumerate(space.numeric):
            values[:, i] = self._from_unit(column, encoded[:, self.columns[column]])
        fixed, is_fixed = self.space.regions.fixed(codes)
        return space.layout.table(codes, np.where(is_fixed, fixed, values))

    def fixed(self, choice: Mapping[str, Any]) -> dict[int, float]:
        """Encode values of some columns.

        Parameters
        ----------
        choice : mapping of str to object
            Column -> category or number in natural units.

        Returns
        -------
        dict of int to float
            Dimension -> value; for a category all of its dimensions.

        Raises
        ------
        SpaceError
            For an unknown column or category.
        """
        dimensions: dict[int, float] = {}
        for name, value in choice.items():
            parameter = self._owner.get(name)
            if isinstance(parameter, Categorical):
                if parameter.code(value) < 0:
                    raise SpaceError("unknown category", where=name, value=value, limit=parameter.allowed)
                for dimension, known in zip(self.groups[name], parameter.values, strict=True):
                    dimensions[dimension] = float(known == value)
            elif parameter is not None:
                dimensions[self.columns[name]] = float(
                    self._to_unit(name, np.array([float(value)]), np.array([False]))[0]
                )
            else:
                raise SpaceError("unknown column", value=name, limit=", ".join(self.space.columns))
        return dimensions

    def subspace_bounds(
        self, subspace: Subspace, given: Mapping[str, Any] | None = None
    ) -> Float[Floats, "2 {self.dim}"]:
        """Encode the limits of a subspace, possibly of a narrower space.

        Parameters
        ----------
        subspace : Subspace
            One combination of categories and its limits.
        given : mapping of str to object, optional
            Values, in natural units, of the columns that the narrower space lacks.

        Returns
        -------
        ndarray, shape (2, dim)
            Lower and upper limit of each dimension.

        Raises
        ------
        SpaceError
            If a value is missing.
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
        """Write the linear constraints of a subspace in BoTorch's form.

        Fixed columns are folded into the bounds; equality rows are linearly independent.

        Parameters
        ----------
        subspace : Subspace
            One combination of categories and its constraints.

        Returns
        -------
        inequalities, equalities : list of (Tensor, Tensor, float)
            Indices, coefficients and bound of each row over the encoded dimensions; an inequality means
            ``coefficients @ x[indices] >= bound``.
        """
        import torch  # late: an encoder is also used without it

        region = subspace.region
        names = [region.columns[i] for i in region.free]
        log = region.log[region.free]
        edges = np.array([self._edges(name) for name in names], dtype=float).reshape(-1, 2)
        edges[log] = np.log(edges[log])
        offset, span = edges[:, 0], edges[:, 1] - edges[:, 0]
        dimensions = np.array([self.columns[name] for name in names], dtype=np.int64)

        def rows(matrix: Floats, bound: Floats) -> list[Row]:
            made = []
            for row, right in zip(matrix, bound, strict=True):
                used = np.flatnonzero(row)
                scaled = row[used] * span[used]
                if log[used].any():  # two held equal, or one of them fixed: so are their logarithms
                    right = row[used[0]] * np.log(right / row[used[0]]) if len(used) == 1 else 0.0
                rest = float(right - row[used] @ offset[used])
                made.append((torch.from_numpy(dimensions[used]), torch.from_numpy(scaled), rest))
            return made

        matrix, bound = region.free_inequalities
        return rows(-matrix, -bound), rows(*region.independent_equalities)

    @cached_property
    def _owner(self) -> dict[str, Parameter]:
        return {column: parameter for parameter in self.space.parameters for column in parameter.columns}

    def _edges(self, column: str) -> tuple[float, float]:
        """Find the natural values that are encoded as 0 and 1 (of a linear column)."""
        parameter = self._owner[column]
        return (
            (parameter.lower, parameter.upper)
            if isinstance(parameter, Continuous | Discrete)
            else (0.0, _total(parameter))
        )

    def _to_unit(self, column: str, values: Floats, inactive: np.ndarray[Any, np.dtype[np.bool_]]) -> Floats:
        parameter = self._owner[column]
        if not isinstance(parameter, Continuous | Discrete):
            return values / _total(parameter)
        if parameter.log:
            usable = np.where(inactive, np.maximum(values, parameter.lower), values)
            for row in np.flatnonzero(~(usable > 0))[:1]:
                raise DesignError(
                    "a column on a log scale cannot take this value",
                    row=int(row),
                    column=column,
                    value=float(values[row]),
                    limit="> 0",
                )
            scaled = (np.log(usable) - np.log(parameter.lower)) / (
                np.log(parameter.upper) - np.log(parameter.lower)
            )
        else:
            scaled = (values - parameter.lower) / (parameter.upper - parameter.lower)
        return np.where(inactive, np.clip(scaled, 0.0, 1.0), scaled)

    def _from_unit(self, column: str, encoded: Floats) -> Floats:
        parameter = self._owner[column]
        if not isinstance(parameter, Continuous | Discrete):
            return encoded * _total(parameter)
        if parameter.log:
            low, high = np.log(parameter.lower), np.log(parameter.upper)
            return np.asarray(np.exp(low + encoded * (high - low)))
        return parameter.lower + encoded * (parameter.upper - parameter.lower)


def _total(parameter: Parameter) -> float:
    """Return what the parts of a mixture sum to; 1 for anything else."""
    return parameter.total if isinstance(parameter, Simplex) else 1.0
