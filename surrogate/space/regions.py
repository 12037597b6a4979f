"""Which restrictions act on which rows, and the numeric region each set of them leaves."""

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
    """The regions of a space, made when first asked for and kept.

    Combinations of categories on which the same restrictions act share one region.
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
        """Which restrictions act on each row of codes: (n, restrictions)."""
        acting = np.ones((len(codes), len(self.restrictions)), dtype=bool)
        for j, i, listed in self._listed:
            acting[:, j] &= listed[codes[:, i]]
        return acting

    @cached_property
    def _listed(self) -> tuple[tuple[int, int, Acting], ...]:
        """Restriction, categorical column, whether each of its codes is listed (-1, unknown, reads the last)."""
        made = []
        for j, one in enumerate(self.restrictions):
            for name, values in one.when.items():
                i = self.layout.categorical.index(name)
                parameter = self.layout.categoricals[i]
                listed = np.zeros(len(parameter) + 1, dtype=bool)
                listed[[parameter.code(value) for value in values]] = True
                made.append((j, i, listed))
        return tuple(made)

    def groups(self, codes: Codes) -> Iterator[tuple[Acting, Indices]]:
        """Rows with known categories, grouped by the restrictions that act on them."""
        known = np.flatnonzero((codes >= 0).all(axis=1))
        if not len(known):
            return
        patterns, group = np.unique(self.acting(codes[known]), axis=0, return_inverse=True)
        order = np.argsort(group.reshape(-1), kind="stable")
        splits = np.cumsum(np.bincount(group.reshape(-1), minlength=len(patterns)))[:-1]
        yield from zip(patterns, np.split(known[order], splits), strict=True)

    def forbidding(self, acting: Acting) -> Restriction | None:
        """The first acting restriction that forbids the combination."""
        return next((one for one in self._those(acting) if one.forbid), None)

    def is_empty(self, acting: Acting) -> bool:
        """Whether nothing is allowed under these restrictions."""
        if self.forbidding(acting):
            return True
        try:
            self.region(acting)
        except SpaceError:
            return True
        return False

    def region(self, acting: Acting) -> Region:
        """The region under these restrictions. Raises SpaceError, with the reasons, when it is empty."""
        key = acting.tobytes()
        if key not in self._made:
            try:
                self._made[key] = self._make(self._those(acting))
            except SpaceError as error:
                self._made[key] = error
        found = self._made[key]
        if isinstance(found, SpaceError):
            raise found
        return found

    def open_codes(self) -> Codes:
        """Codes (m, categoricals) of the combinations in which something is allowed."""
        sizes = [len(one) for one in self.layout.categoricals]
        grid = np.indices(sizes).reshape(len(sizes), -1).T if sizes else np.zeros((1, 0))
        codes = grid.astype(np.intp)
        keep = np.zeros(len(codes), dtype=bool)
        for acting, rows in self.groups(codes):
            keep[rows] = not self.is_empty(acting)
        return codes[keep]

    def fixed(self, codes: Codes) -> tuple[Floats, NDArray[np.bool_]]:
        """Value and whether it holds, (n, k) each, of the numbers that restrictions fix on each row."""
        acting = self.acting(codes)
        value = np.zeros((len(codes), len(self.layout.numeric)))
        held = np.zeros(value.shape, dtype=bool)
        for j, one in enumerate(self.restrictions):
            for column, number in one.fix.items():
                i = self.layout.numeric.index(column)
                value[acting[:, j], i] = number
                held[acting[:, j], i] = True
        return value, held

    def _those(self, acting: Acting) -> list[Restriction]:
        return [one for one, acts in zip(self.restrictions, acting, strict=True) if acts]

    def _make(self, acting: Sequence[Restriction]) -> Region:
        layout = self.layout
        reasons = tuple(one.reason for one in acting)
        limits, fixed = dict(layout.limits), dict[str, float]()
        for one in acting:
            for column, value in one.fix.items():
                if fixed.setdefault(column, value) != value:
                    raise SpaceError(
                        "two restrictions fix a column to different values",
                        where=column,
                        value=(fixed[column], value),
                        limit="; ".join(reasons),
                    )
            for column, value in one.lower.items():
                limits[column] = (max(limits[column][0], value), limits[column][1])
            for column, value in one.upper.items():
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
                (one.name, np.array([position[part] for part in one.parts], dtype=np.intp))
                for one in layout.numerics
                if isinstance(one, Simplex)
            ),
            constraints=(*self.constraints, *(extra for one in acting for extra in one.constraints)),
            reasons=reasons,
        )
