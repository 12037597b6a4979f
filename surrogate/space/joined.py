"""A space that is several spaces together: designs of any of them, such as hosts that one of several methods makes.

Each part has limits, fixed columns and linear rows of its own, so that the whole is not convex. Designs are drawn in
a part, moved within a part and rounded into a part; what belongs to no part breaks one constraint of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, SpaceError
from surrogate.space.constraints import FORBIDDEN, NonlinearConstraint
from surrogate.space.layout import Codes
from surrogate.space.polytope import Floats, Indices
from surrogate.space.sampling import sobol
from surrogate.space.space import Space
from surrogate.space.subspace import Subspace


@dataclass(frozen=True)
class JoinedSpace(Space):
    """Designs of a space that belong to at least one of its parts.

    Attributes
    ----------
    parameters, constraints, restrictions
        Of the space that holds all parts, with the constraint of belonging to one; see :func:`joined`.
    parts : sequence of Space
        Over the same parameters.

    Raises
    ------
    SpaceError
        When no part allows anything.
    """

    parts: Sequence[Space] = ()

    @cached_property
    def _open(self) -> Codes:
        codes = super()._open
        return codes[self._holding(codes).any(axis=1)]

    @cached_property
    def _held(self) -> dict[bytes, NDArray[np.bool_]]:
        """Combination of categories -> which parts allow it, of those that were asked about."""
        return {}

    def _holding(self, codes: Codes) -> NDArray[np.bool_]:
        """Say which parts (n, p) allow combinations of categories (n, q)."""
        keys = [row.tobytes() for row in np.ascontiguousarray(codes)]
        new = np.array([k for k, key in enumerate(keys) if key not in self._held], dtype=np.intp)
        if len(new):
            found = np.zeros((len(new), len(self.parts)), dtype=bool)
            for k, part in enumerate(self.parts):
                for acting, rows in part.regions.groups(codes[new]):
                    found[rows, k] = not part.regions.is_empty(acting)
            self._held.update(zip([keys[k] for k in new], found, strict=True))
        return np.array([self._held[key] for key in keys]).reshape(len(codes), len(self.parts))

    def _pieces(self, codes: Codes, share: Floats) -> Iterator[tuple[Space, Indices]]:
        """Yield each part with the rows (n, q) that it takes, of all that allow a row by a number (n,) in 0 to 1."""
        holding = self._holding(codes)
        order = np.argsort(~holding, axis=1, kind="stable")
        taken = order[np.arange(len(codes)), (share * holding.sum(axis=1)).astype(np.intp)]
        for k, part in enumerate(self.parts):
            if len(rows := np.flatnonzero(taken == k)):
                yield part, rows

    def _sample(self, n: int, seed: int) -> pd.DataFrame:
        """Draw designs that keep all but the nonlinear constraints, spread evenly over categories and parts."""
        unit = sobol(n, 2 + len(self.numeric), seed)
        codes = self._open[(unit[:, 0] * len(self._open)).astype(np.intp)]
        return self._drawn(codes, unit[:, 1:], seed)

    def sample_choice(self, choice: Mapping[str, Any], n: int, seed: int) -> pd.DataFrame:
        """Draw quasi-random designs of one combination of categories, in all parts that allow it.

        Parameters
        ----------
        choice, n, seed
            As for :meth:`Space.sample_choice`.

        Returns
        -------
        DataFrame
            n rows in natural units.

        Raises
        ------
        SpaceError
            For an unknown category or a combination that is not allowed.
        InputError
            For a negative n.
        """
        self.subspace(choice)
        codes = np.repeat(self.layout.codes(choice), n, axis=0)
        return self._drawn(codes, sobol(n, 1 + len(self.numeric), seed), seed)

    def _drawn(self, codes: Codes, unit: Floats, seed: int) -> pd.DataFrame:
        """Map points (n, 1 + k) of the unit cube to designs: the first number chooses the part."""
        values = np.empty((len(codes), len(self.numeric)))
        for part, rows in self._pieces(codes, unit[:, 0]):
            values[rows] = part._placed_in_supports(codes[rows], unit[rows, 1:], seed)
        return self.layout.table(codes, self._whole(values))

    def subspace(self, choice: Mapping[str, Any], design: pd.DataFrame | None = None) -> Subspace:
        """Return what is allowed under one combination of categories.

        Parameters
        ----------
        choice : mapping of str to object
            Categorical column -> value.
        design : DataFrame, optional
            One row of the space's columns, in whose part the subspace lies. None: a subspace that holds all parts.

        Returns
        -------
        Subspace

        Raises
        ------
        SpaceError
            For an unknown category or a combination that no part allows; the message gives the reason.
        """
        whole = super().subspace(choice, design)
        holding = self._holding(self.layout.codes(choice))[0]
        if not holding.any():
            raise SpaceError(
                f"{FORBIDDEN}: {self._belonging.reason}", value=dict(choice), limit=self._belonging.limit
            )
        if design is None:
            return whole
        open_parts = [part for part, holds in zip(self.parts, holding, strict=True) if holds]
        own = next((part for part in open_parts if part.contains(design, "none")[0]), None)
        return whole if own is None else own.subspace(choice, design)

    @property
    def _belonging(self) -> NonlinearConstraint:
        return self.nonlinear[0]

    def round(self, table: pd.DataFrame, *, repaired: bool = True) -> pd.DataFrame:
        """Round designs to what a laboratory can set: inside the part they belong to, else in the nearest one.

        Parameters
        ----------
        table, repaired
            As for :meth:`Space.round`.

        Returns
        -------
        DataFrame
            The nearest such designs, with the table's index.

        Raises
        ------
        DesignError
            For a missing column or number, an unknown category or a forbidden combination.
        """
        codes, given = self.layout.parse(table)
        self.layout.refuse_unknown(table, codes)
        holding = self._holding(codes)
        for row in np.flatnonzero(~holding.any(axis=1)):
            raise DesignError(f"{FORBIDDEN}: {self._belonging.reason}", row=int(row))
        fixed, held = self.regions.fixed(codes)
        wanted = self.sameness.by_scale(np.where(held, fixed, given))
        inside = np.zeros_like(holding)
        for k, part in enumerate(self.parts):
            rows = np.flatnonzero(holding[:, k] & ~inside.any(axis=1))
            inside[rows, k] = part.regions.kept(codes[rows], given[rows])
        tried = np.where(inside.any(axis=1, keepdims=True), inside, holding)
        nearest, best = np.full(len(table), np.inf), np.zeros_like(wanted)
        for k, part in enumerate(self.parts):
            rows = np.flatnonzero(tried[:, k])
            if not len(rows):
                continue
            made = self.layout.parse(part.round(table.iloc[rows], repaired=repaired))[1]
            distance = (np.abs(self.sameness.by_scale(made) - wanted[rows]) / self.layout.width).sum(axis=1)
            closer = distance < nearest[rows]
            best[rows[closer]], nearest[rows[closer]] = made[closer], distance[closer]
        return self.layout.table(codes, best, index=table.index)


def joined(whole: Space, parts: Sequence[Space], name: str, reason: str, limit: str = "") -> JoinedSpace:
    """Join parts of a space.

    Parameters
    ----------
    whole : Space
        That holds all parts.
    parts : sequence of Space
        Over the same parameters as ``whole``, at least one.
    name, reason, limit : str
        Of the constraint that a design outside all parts breaks, as in :class:`NonlinearConstraint`.

    Returns
    -------
    JoinedSpace

    Raises
    ------
    SpaceError
        When no part allows anything, or a part has other columns than the whole.
    """
    parts = tuple(parts)
    if any(part.columns != whole.columns for part in parts):
        raise SpaceError("a part has other columns than the whole", where=name)

    def belongs(table: pd.DataFrame) -> NDArray[np.bool_]:
        codes, values = whole.layout.parse(table)
        inside = np.zeros(len(table), dtype=bool)
        for part in parts:
            rows = np.flatnonzero(~inside)
            inside[rows] = part.regions.kept(codes[rows], values[rows])
        return inside

    belonging = NonlinearConstraint(name, reason, belongs, limit=limit)
    return JoinedSpace(whole.parameters, (belonging, *whole.constraints), whole.restrictions, parts)
