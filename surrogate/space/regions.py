"""Which restrictions act on which rows, and the numeric region that each set of them leaves.

Which parts of sparse mixtures are absent counts as further restrictions: a pattern says which restrictions act and,
if it goes on, which parts are absent. Without the second part it stands for all supports together, whose region knows
nothing of numbers of parts and smallest amounts.

In the shapes below, n is the number of rows, q that of categorical columns, k that of numeric columns, r that of
restrictions and s that of parts of sparse simplexes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import SpaceError
from surrogate.space.constraints import LinearConstraint, Restriction
from surrogate.space.layout import Codes, Layout
from surrogate.space.polytope import Floats, Indices
from surrogate.space.region import Region
from surrogate.space.rounding import off_grid, repair, snap, without_traces
from surrogate.space.simplex import Simplex
from surrogate.space.supports import Absent, Supports

Acting = NDArray[np.bool_]
_TRIES = 16  # random supports that are drawn for a row until one is allowed
_DRAWN = 1  # sets the stream of random supports apart from that of random points


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
        self.supports = Supports(layout)
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

    def groups(self, codes: Codes, absent: Absent | None = None) -> Iterator[tuple[Acting, Indices]]:
        """Group rows with known categories by the restrictions that act on them, and the parts that are absent.

        Parameters
        ----------
        codes : ndarray of int, shape (n, q)
            Codes of the categories; rows with an unknown category (-1) are left out.
        absent : ndarray of bool, shape (n, s), optional
            Whether each part of a sparse simplex is absent.

        Yields
        ------
        acting : ndarray of bool, shape (r,) or (r + s,)
            Which restrictions act, and which parts are absent.
        rows : ndarray of int
            Positions of the rows.
        """
        known = np.flatnonzero((codes >= 0).all(axis=1))
        if not len(known):
            return
        of = self.acting(codes[known])
        of = of if absent is None else np.hstack([of, absent[known]])
        patterns, group = np.unique(of, axis=0, return_inverse=True)
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

    def kept(self, codes: Codes, values: Floats) -> NDArray[np.bool_]:
        """Test which rows belong to the region of their categories.

        Parameters
        ----------
        codes : ndarray of int, shape (n, q)
            Codes of the categories; a row with an unknown category (-1) belongs to none.
        values : ndarray, shape (n, k)
            Numbers in natural units.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        inside = np.zeros(len(codes), dtype=bool)
        for acting, rows in self.groups(codes):
            if not self.is_empty(acting):
                region = self.region(acting)
                inside[rows] = region.satisfied(values[rows]) & self.supports.kept(region, values[rows])
        return inside

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
        acting : ndarray of bool, shape (r,) or (r + s,)
            Which restrictions act, and which parts of sparse simplexes are absent.

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
                self._made[key] = self._make(self._select(acting), acting[len(self.restrictions) :])
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

    def any_open(self) -> bool:
        """Test whether something is allowed in any combination of categories; ends with the first that is found."""
        return any(not self.is_empty(acting) for acting, _ in self.groups(self.every_code()))

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
        return [restriction for restriction, acts in zip(self.restrictions, acting, strict=False) if acts]

    def _make(self, acting: Sequence[Restriction], absent: Absent) -> Region:
        """Combine the restrictions that act into a region, of one support where one is given."""
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
        listed = self._listed_within(limits, fixed)
        limits |= {column: (float(values[0]), float(values[-1])) for column, values in listed.items()}
        if len(absent):
            limits = self.supports.narrowed(limits, tuple(fixed), layout.numeric, absent)
        position = {column: i for i, column in enumerate(layout.numeric)}
        region = Region(
            columns=layout.numeric,
            lower=np.array([limits[column][0] for column in layout.numeric]),
            upper=np.array([limits[column][1] for column in layout.numeric]),
            fixed=fixed,
            log=layout.log,
            steps=layout.steps,
            simplexes=tuple(
                (
                    parameter.name,
                    np.array([position[part] for part in parameter.parts], dtype=np.intp),
                    parameter.total,
                )
                for parameter in layout.numerics
                if isinstance(parameter, Simplex)
            ),
            constraints=(
                *self.constraints,
                *(constraint for restriction in acting for constraint in restriction.constraints),
            ),
            listed=tuple((position[column], values) for column, values in listed.items() if len(values) > 1),
            reasons=reasons,
        )
        self._require_listed(region)
        if len(self.supports) and not len(absent):
            self._require_support(region, acting)
        return region

    def _listed_within(
        self, limits: Mapping[str, tuple[float, float]], fixed: Mapping[str, float]
    ) -> dict[str, Floats]:
        """Return the listed values within limits, of columns that have only such; refuse where there is none."""
        found = {}
        for column, values in self.layout.listed.items():
            if column not in fixed:
                low, high = limits[column]
                found[column] = values[(values >= low) & (values <= high)]
                if not len(found[column]):
                    raise SpaceError(
                        "the restrictions leave nothing: no listed value of the column is within the limits",
                        where=column,
                        value=(low, high),
                        limit=", ".join(f"{value:g}" for value in values),
                        remedy="list a value between these limits, or widen them",
                    )
        return found

    def _require_listed(self, region: Region) -> None:
        """Refuse a region in which listed values are tied to other columns so that none of them will do."""
        if not region.listed:
            return
        tied = {int(i) for block in region.blocks for i in block.columns}
        if tied.isdisjoint(i for i, _ in region.listed):
            return
        if not region.satisfied(repair(region, 0.5 * (region.lower + region.upper))[None, :])[0]:
            raise SpaceError(
                "the constraints leave none of the listed values",
                value=", ".join(region.columns[i] for i, _ in region.listed if i in tied),
                limit="; ".join(str(one) for one in region.constraints),
                remedy="list further values, or widen the constraints",
            )

    def _require_support(self, region: Region, acting: Sequence[Restriction]) -> None:
        """Refuse a region in which no mixture has so few parts, each with at least its smallest amount."""
        middle = 0.5 * (region.lower + region.upper)
        near = self.supports.choose(region, middle[None, :])[0]
        try:
            self._make(acting, near)
        except SpaceError:
            if self.supports.nearest(region, middle, whole=False) is None:
                raise SpaceError(
                    "the constraints leave no mixture of so few parts with their smallest amounts",
                    value=", ".join(one.name for one in self.supports.simplexes),
                    limit="; ".join(
                        f"at most {one.at_most} parts of {one.name}" for one in self.supports.simplexes
                    ),
                    remedy="raise at_most, lower least, or widen limits and constraints",
                ) from None

    def rounded(self, acting: Acting, values: Floats, *, repaired: bool) -> Floats:
        """Round rows on which the same restrictions act.

        Parameters
        ----------
        acting : ndarray of bool, shape (r,)
            Which restrictions act.
        values : ndarray, shape (n, k)
            Rows in natural units.
        repaired : bool
            Whether the nearest allowed row is searched for one that breaks a constraint once it is rounded.

        Returns
        -------
        ndarray, shape (n, k)

        Raises
        ------
        SpaceError
            If the region is empty.
        """
        if not len(self.supports):
            return self._rounded_in(self.region(acting), values, repaired=repaired)
        made = values.copy()
        absent = self.supports.choose(self.region(acting), values)
        lost = []
        for pattern, rows in self._supported(acting, absent):
            if self.is_empty(pattern):
                lost += rows.tolist()
                continue
            region = self.region(pattern)
            made[rows] = self._rounded_in(region, values[rows], repaired=repaired)
            lost += rows[off_grid(region, made[rows]) | ~region.satisfied(made[rows])].tolist()
        for row in lost if repaired else ():
            made[row] = self._with_other_parts(acting, values[row], made[row])
        return made

    def _rounded_in(self, region: Region, values: Floats, *, repaired: bool) -> Floats:
        """Round rows (n, k) inside one region."""
        snapped = snap(region, values, clip=True)
        for at in np.flatnonzero(~region.satisfied(snapped)) if repaired else ():
            snapped[at] = repair(region, values[at])
        return without_traces(region, snapped)

    def _with_other_parts(self, acting: Acting, wanted: Floats, made: Floats) -> Floats:
        """Round a row (k,) to the support nearest to it, on the grid if any is; as made where there is none."""
        for whole in (True, False):
            absent = self.supports.nearest(self.region(acting), wanted, whole=whole)
            pattern = None if absent is None else np.append(acting, absent)
            if pattern is not None and not self.is_empty(pattern):
                return self._rounded_in(self.region(pattern), wanted[None, :], repaired=True)[0]
        return made

    def _supported(self, acting: Acting, absent: Absent) -> Iterator[tuple[Acting, Indices]]:
        """Group rows by the parts that are absent (n, s), the same restrictions acting on all."""
        supports, group = np.unique(absent, axis=0, return_inverse=True)
        for i, support in enumerate(supports):
            yield np.append(acting, support), np.flatnonzero(group.reshape(-1) == i)

    def draw_supports(self, codes: Codes, seed: int) -> Absent:
        """Draw which parts of sparse simplexes are absent, from what the restrictions allow.

        Parameters
        ----------
        codes : ndarray of int, shape (n, q)
            Codes of allowed categories.
        seed : int
            Of the random supports.

        Returns
        -------
        ndarray of bool, shape (n, s)
        """
        absent = np.zeros((len(codes), len(self.supports)), dtype=bool)
        if not len(self.supports):
            return absent
        for acting, rows in self.groups(codes):
            rng = np.random.default_rng(np.random.SeedSequence((seed, *np.packbits(acting).tolist(), _DRAWN)))
            region, left = self.region(acting), rows
            for _ in range(_TRIES):
                absent[left] = self.supports.draw(region, len(left), rng)
                empty = [
                    at for pattern, at in self._supported(acting, absent[left]) if self.is_empty(pattern)
                ]
                left = left[np.sort(np.concatenate(empty))] if empty else left[:0]
                if not len(left):
                    break
            for row in left:
                somewhere = region.lower + rng.uniform(size=len(region.lower)) * (region.upper - region.lower)
                found = self.supports.nearest(region, somewhere, whole=False)
                if found is not None:
                    absent[row] = found
        return absent
