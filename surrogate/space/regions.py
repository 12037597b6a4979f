"""Which restrictions act on which rows, and the numeric region that each set of them leaves.

In the shapes below, n is the number of rows, q that of categorical columns, k that of numeric columns and r that
of restrictions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import SpaceError
from surrogate.space.constraints import LinearConstraint, Restriction
from surrogate.space.layout import Codes, Layout
from surrogate.space.parameters import Simplex
from surrogate.space.polytope import Floats, Indices
from surrogate.space.region import Region

Acting = NDArray[np.bool_]


class Regions:
    """The regions of a space, made when first needed and kept.

    Combinations of categories on which the same restrictions act share one region.

    Parameters
    ----------
    layout : Layout
        The columns of the space.
    constraints : tuple of LinearConstraint
        Constraints that hold always.
    restrictions : tuple of Restriction
        Restrictions that hold for some categories.
    """

    def __init__(
        self,
        layout: Layout,
        constraints: tuple[LinearConstraint, ...],
        restrictions: tuple[Restriction, ...],
    ) -> None:
        self.layout, self.constraints, self.restrictions = layout, constraints, restrictions
        self._made: dict[bytes, Region | SpaceError] = {}

    def acting(self, codes: Codes) -> Acting:
        """Find the restrictions that act on each row.

        Parameters
        ----------
        codes : ndarray of int, shape (n, q)
            Codes of the categories.

        Returns
        -------
        ndarray of bool, shape (n, r)
        """
        acting = np.ones((len(codes), len(self.restrictions)), dtype=bool)
        for j, i, listed in self._listed:
            acting[:, j] &= listed[codes[:, i]]
        return acting

    @cached_property
    def _listed(self) -> tuple[tuple[int, int, Acting], ...]:
        """Restriction, categorical column, whether each of its codes is listed (-1, unknown, reads the last)."""
        made = []
        for j, restriction in enumerate(self.restrictions):
            for name, values in restriction.when.items():
                i = self.layout.categorical.index(name)
                parameter = self.layout.categoricals[i]
                listed = np.zeros(len(parameter) + 1, dtype=bool)
                listed[[parameter.code(value) for value in values]] = True
                made.append((j, i, listed))
        return tuple(made)

    def groups(self, codes: Codes) -> Iterator[tuple[Acting, Indices]]:
        """Group rows with known categories by the restrictions that act on them.

        Parameters
        ----------
        codes : ndarray of int, shape (n, q)
            Codes of the categories; rows with an unknown category (-1) are left out.

        Yields
        ------
        acting : ndarray of bool, shape (r,)
            Which restrictions act.
        rows : ndarray of int
            Positions of the rows.
        """
        known = np.flatnonzero((codes >= 0).all(axis=1))
        if not len(known):
            return
        patterns, group = np.unique(self.acting(codes[known]), axis=0, return_inverse=True)
        order = np.argsort(group.reshape(-1), kind="stable")
        splits = np.cumsum(np.bincount(group.reshape(-1), minlength=len(patterns)))[:-1]
        yield from zip(patterns, np.split(known[order], splits), strict=True)

    def forbidding(self, acting: Acting) -> Restriction | None:
        """Find the first acting restriction that forbids the combination.

        Parameters
        ----------
        acting : ndarray of bool, shape (r,)
            Which restrictions act.

        Returns
        -------
        Restriction or None
        """
        return next((restriction for restriction in self._select(acting) if restriction.forbid), None)

    def is_empty(self, acting: Acting) -> bool:
        """Test whether nothing is allowed under some restrictions.

        Parameters
        ----------
        acting : ndarray of bool, shape (r,)
            Which restrictions act.

        Returns
        -------
        bool
        """
        if self.forbidding(acting):
            return True
        try:
            self.region(acting)
        except SpaceError:
            return True
        return False

    def region(self, acting: Acting) -> Region:
        """Return the region under some restrictions.

        Parameters
        ----------
        acting : ndarray of bool, shape (r,)
            Which restrictions act.

        Returns
        -------
        Region

        Raises
        ------
        SpaceError
            If it is empty; the message gives the reasons.
        """
        key = acting.tobytes()
        if key not in self._made:
            try:
                self._made[key] = self._make(self._select(acting))
            except SpaceError as error:
                self._made[key] = error
        found = self._made[key]
        if isinstance(found, SpaceError):
            raise found
        return found

    def open_codes(self) -> Codes:
        """List the combinations of categories in which something is allowed.

        Returns
        -------
        ndarray of int, shape (n, q)
            Codes of the n combinations.
        """
        codes = self.every_code()
        keep = np.zeros(len(codes), dtype=bool)
        for acting, rows in self.groups(codes):
            keep[rows] = not self.is_empty(acting)
        return codes[keep]

    def every_code(self) -> Codes:
        """List all combinations of categories, whether anything is allowed in them or not, (n, q)."""
        sizes = [len(parameter) for parameter in self.layout.categoricals]
        grid = np.indices(sizes).reshape(len(sizes), -1).T if sizes else np.zeros((1, 0))
        return grid.astype(np.intp)

    def fixed(self, codes: Codes) -> tuple[Floats, NDArray[np.bool_]]:
        """Find the numbers that restrictions fix on each row.

        Parameters
        ----------
        codes : ndarray of int, shape (n, q)
            Codes of the categories.

        Returns
        -------
        value : ndarray, shape (n, k)
            The fixed value in natural units, 0 where there is none.
        held : ndarray of bool, shape (n, k)
            Whether the column is fixed.
        """
        acting = self.acting(codes)
        value = np.zeros((len(codes), len(self.layout.numeric)))
        held = np.zeros(value.shape, dtype=bool)
        for j, restriction in enumerate(self.restrictions):
            for column, number in restriction.fix.items():
                i = self.layout.numeric.index(column)
                value[acting[:, j], i] = number
                held[acting[:, j], i] = True
        return value, held

    def _select(self, acting: Acting) -> list[Restriction]:
        """Return the restrictions that act."""
        return [restriction for restriction, acts in zip(self.restrictions, acting, strict=True) if acts]

    def _make(self, acting: Sequence[Restriction]) -> Region:
        """Combine the restrictions that act into a region."""
        layout = self.layout
        reasons = tuple(restriction.reason for restriction in acting)
        limits, fixed = dict(layout.limits), dict[str, float]()
        for restriction in acting:
            for column, value in restriction.fix.items():
                if fixed.setdefault(column, value) != value:
                    raise SpaceError(
                        "two restrictions fix a column to different values",
                        where=column,
                        value=(fixed[column], value),
                        limit="; ".join(reasons),
                    )
            for column, value in restriction.lower.items():
                limits[column] = (max(limits[column][0], value), limits[column][1])
            for column, value in restriction.upper.items():
                limits[column] = (limits[column][0], min(limits[column][1], value))
        limits |= {column: (value, value) for column, value in fixed.items()}
        position = {column: i for i, column in enumerate(layout.numeric)}
        return Region(
            columns=layout.numeric,
            lower=np.array([limits[column][0] for column in layout.numeric]),
            upper=np.array([limits[column][1] for column in layout.numeric]),
            fixed=fixed,
            log=layout.log,
            steps=layout.steps,
            simplexes=tuple(
                (parameter.name, np.array([position[part] for part in parameter.parts], dtype=np.intp))
                for parameter in layout.numerics
                if isinstance(parameter, Simplex)
            ),
            constraints=(
                *self.constraints,
                *(constraint for restriction in acting for constraint in restriction.constraints),
            ),
            reasons=reasons,
        )
