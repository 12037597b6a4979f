"""Which parts of a sparse mixture are present: what a simplex with ``at_most`` or ``least`` allows.

The parts that are present are the support of a mixture. Once it is chosen, what is left is an ordinary region: absent
parts are fixed at zero, present ones have at least their smallest amount. ``choose`` finds supports near given rows,
``draw`` random ones, ``nearest`` the best one where constraints forbid the first choice.

In the shapes below, n is the number of rows, k that of numeric columns and s that of parts of sparse simplexes, in
the order of the space; s is 0 where no simplex is sparse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.space.constraints import TOLERANCE
from surrogate.space.layout import Layout
from surrogate.space.polytope import Floats, Indices
from surrogate.space.region import Region
from surrogate.space.rounding import listed_rows
from surrogate.space.simplex import Simplex

Absent = NDArray[np.bool_]
_TRIES = 32  # random supports that are drawn for a row until their limits allow the sum


@dataclass(frozen=True, eq=False)
class Sparse:
    """One sparse simplex.

    Attributes
    ----------
    name : str
        What the mixture is called in messages.
    parts : ndarray of int, shape (p,)
        Positions of its parts among the numeric columns.
    at_most : int
        How many of them may differ from zero.
    least : ndarray, shape (p,)
        Smallest amount of each part that is present, in its unit; 0: any amount.
    total : float
        What the parts sum to.
    """

    name: str
    parts: Indices
    at_most: int
    least: Floats
    total: float


class Supports:
    """The sparse simplexes of a space.

    Parameters
    ----------
    layout : Layout
        The columns of the space.
    """

    def __init__(self, layout: Layout) -> None:
        position = {column: i for i, column in enumerate(layout.numeric)}
        self.simplexes = tuple(
            Sparse(
                one.name,
                np.array([position[part] for part in one.parts], dtype=np.intp),
                one.most_parts,
                np.array(one.smallest),
                one.total,
            )
            for one in layout.numerics
            if isinstance(one, Simplex) and one.is_sparse
        )
        none = np.zeros(0, dtype=np.intp)
        self.parts: Indices = np.concatenate([none, *(one.parts for one in self.simplexes)])
        self.least: Floats = np.concatenate([np.zeros(0), *(one.least for one in self.simplexes)])

    def __len__(self) -> int:
        return len(self.parts)

    def broken(
        self, region: Region, values: Floats, tolerance: float = TOLERANCE
    ) -> list[tuple[int, str, Any, str, str]]:
        """List the rows with too many parts, or too little of a part.

        Parameters
        ----------
        region : Region
            Limits of the rows; smallest amounts do not count for columns that it fixes.
        values : ndarray, shape (n, k)
            Points in natural units.
        tolerance : float
            On amounts, relative to the total (at least 1).

        Returns
        -------
        list of tuple
            Row, columns, value, limit and reason of each violation.
        """
        found: list[tuple[int, str, Any, str, str]] = []
        for one in self.simplexes:
            amount, names = values[:, one.parts], [region.columns[i] for i in one.parts]
            present, little = _present(one, region, amount, tolerance)
            for row in np.flatnonzero(present.sum(axis=1) > one.at_most):
                shown = {names[i]: float(amount[row, i]) for i in np.flatnonzero(present[row])}
                limit = f"at most {one.at_most} of {one.name}"
                found.append((int(row), "+".join(shown), shown, limit, f"{len(shown)} parts are not zero"))
            for row, i in np.argwhere(little):
                limit = f"0, or {one.least[i]:g} to {region.upper[one.parts[i]]:g}"
                reason = "a part that is present has less than its smallest amount"
                found.append((int(row), names[i], float(amount[row, i]), limit, reason))
        return found

    def kept(self, region: Region, values: Floats) -> NDArray[np.bool_]:
        """Test which rows have no more parts than allowed, and enough of each.

        Parameters
        ----------
        region : Region
            Limits of the rows.
        values : ndarray, shape (n, k)
            Points in natural units.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        kept = np.ones(len(values), dtype=bool)
        for one in self.simplexes:
            present, little = _present(one, region, values[:, one.parts], TOLERANCE)
            kept &= (present.sum(axis=1) <= one.at_most) & ~little.any(axis=1)
        return kept

    def choose(self, region: Region, values: Floats) -> Absent:
        """Choose supports near some rows: the largest parts, if they have half their smallest amount.

        Parts with a positive lower limit are present always. Parts are added or dropped where the limits of those
        chosen cannot sum to the total; whether constraints allow the support is not asked.

        Parameters
        ----------
        region : Region
            Limits of the rows.
        values : ndarray, shape (n, k)
            Points in natural units.

        Returns
        -------
        ndarray of bool, shape (n, s)
            Whether each part is absent.
        """
        chosen = [np.zeros((len(values), 0), dtype=bool)]
        for one in self.simplexes:
            amount, low, high, must, never = _ends(one, region, values)
            enough = np.maximum(0.5 * one.least * (1.0 - 1e-9), TOLERANCE * max(1.0, one.total))
            wanted = ((amount > enough) & ~never) | must
            order = np.argsort(_order(amount, wanted, must, never), axis=1, kind="stable")
            rank = np.empty_like(order)
            np.put_along_axis(rank, order, np.arange(len(one.parts))[None, :], axis=1)
            most = min(one.at_most, int((~never).sum()))
            size = np.clip(wanted.sum(axis=1), max(1, int(must.sum())), max(1, most))
            slack = TOLERANCE * max(1.0, one.total)
            sums = [
                np.cumsum(np.take_along_axis(np.broadcast_to(end, amount.shape), order, axis=1), axis=1)
                for end in (low, high)
            ]
            for _ in (
                one.parts
            ):  # of parts in their order, the fewest that reach the total, or that do not exceed it
                at = (np.arange(len(values)), size - 1)
                size = size + ((sums[1][at] < one.total - slack) & (size < most))
            for _ in one.parts:
                at = (np.arange(len(values)), size - 1)
                size = size - ((sums[0][at] > one.total + slack) & (size > max(1, must.sum())))
            chosen.append(rank >= size[:, None])
        return np.hstack(chosen)

    def draw(self, region: Region, n: int, rng: np.random.Generator) -> Absent:
        """Draw random supports whose limits allow the total.

        The number of parts is random, larger numbers in proportion to their size, since there is more to find among
        more parts.

        Parameters
        ----------
        region : Region
            Limits of the rows.
        n : int
            Number of supports.
        rng : numpy.random.Generator
            Source of random numbers.

        Returns
        -------
        ndarray of bool, shape (n, s)
            Whether each part is absent.
        """
        drawn = [np.zeros((n, 0), dtype=bool)]
        for one in self.simplexes:
            _, low, high, must, never = _ends(one, region, np.tile(region.lower, (1, 1)))
            fewest = max(1, int(must.sum()))
            sizes = np.arange(fewest, max(fewest, min(one.at_most, int((~never).sum()))) + 1)
            absent = np.ones((n, len(one.parts)), dtype=bool)
            left = np.arange(n)
            for _ in range(_TRIES):
                key = rng.uniform(size=(len(left), len(one.parts))) - 1.0 * must + 1.0 * never
                size = rng.choice(sizes, size=len(left), p=sizes / sizes.sum())
                absent[left] = key.argsort(axis=1).argsort(axis=1) >= size[:, None]
                least, most = ((~absent[left] * end).sum(axis=1) for end in (low, high))
                slack = TOLERANCE * max(1.0, one.total)
                left = left[(least > one.total + slack) | (most < one.total - slack)]
                if not len(left):
                    break
            drawn.append(absent)
        return np.hstack(drawn)

    def nearest(self, region: Region, wanted: Floats, *, whole: bool) -> Absent | None:
        """Find the support of the nearest row that meets every limit, constraint and number of parts.

        A mixed-integer linear programme over the free columns x: distances ``d >= abs(x - wanted)``, presence z (0 or
        1) with ``low * z <= x <= high * z`` for each part, step counts, and which of its values a column with listed
        values has.

        Parameters
        ----------
        region : Region
            Limits and constraints of the row.
        wanted : ndarray, shape (k,)
            A row in natural units.
        whole : bool
            Whether the row has to be on the grid of the steps.

        Returns
        -------
        ndarray of bool, shape (s,), or None
            Whether each part is absent; None when there is no such row.
        """
        from scipy.optimize import (
            Bounds,
            LinearConstraint,
            milp,
        )  # late: importing a space should cost nothing

        free = region.free
        place = {int(column): i for i, column in enumerate(free)}
        low, high = region.lower[free], region.upper[free]
        span, f, s = high - low, len(free), len(self.parts)
        least, most = (end[free] for end in region.grid())
        stepped = np.flatnonzero(np.isfinite(least)) if whole else np.zeros(0, dtype=np.intp)
        eye, count = np.eye(f), len(stepped)
        rows: list[tuple[Floats, Any, Any]] = []

        def add(x: Floats, d: Floats, z: Floats, k: Floats, lower: Any, upper: Any) -> None:
            rows.append((np.hstack([x, d, z, k]), lower, upper))

        def none(n: int, size: int) -> Floats:
            return np.zeros((n, size))

        target = (np.clip(wanted[free], low, high) - low) / span  # x, d: shares of the limits' widths
        add(eye, -eye, none(f, s), none(f, count), -np.inf, target)
        add(-eye, -eye, none(f, s), none(f, count), -np.inf, -target)
        tie, steps = none(count, f), region.steps[free][stepped]
        tie[np.arange(count), stepped] = span[stepped] / steps
        add(tie, none(count, f), none(count, s), -np.eye(count), -low[stepped] / steps, -low[stepped] / steps)
        (equal, total), (below, bound) = region.independent_equalities, region.free_inequalities
        for matrix, lower, upper in (
            (equal, total - equal @ low, total - equal @ low),
            (below, np.full(len(below), -np.inf), bound - below @ low),
        ):
            size = np.maximum(np.abs(matrix * span).max(axis=1, initial=0.0), 1e-12)
            add(
                matrix * span / size[:, None],
                none(len(matrix), f),
                none(len(matrix), s),
                none(len(matrix), count),
                lower / size,
                upper / size,
            )
        present_low, present_high = np.zeros(s), np.ones(s)
        for j, column in enumerate(self.parts):
            i = place.get(int(column))
            if i is None:  # its only value says whether it is present
                present_low[j] = present_high[j] = float(region.lower[column] > 0.0)
                continue
            x, z = none(1, f), none(1, s)
            x[0, i], z[0, j] = span[i], -high[i]
            add(x, none(1, f), z, none(1, count), -np.inf, -low[i])
            z[0, j] = -max(low[i], self.least[j])
            add(x.copy(), none(1, f), z.copy(), none(1, count), -low[i], np.inf)
            present_low[j] = float(low[i] > 0.0)
        start = 0
        for one in self.simplexes:
            z = none(1, s)
            z[0, start : start + len(one.parts)] = 1.0
            add(none(1, f), none(1, f), z, none(1, count), -np.inf, one.at_most)
            start += len(one.parts)
        pairs, one_each = listed_rows(region, free, 2 * f + s + count)
        further = len(pairs)
        rows = [(np.hstack([terms, none(len(terms), further)]), *ends) for terms, *ends in rows] + one_each
        # Of equally near rows, the one that moves earlier columns is taken, so the result is unique.
        cost = np.concatenate([np.zeros(f), 1.0 + 1e-4 * np.arange(f), np.zeros(s + count + further)])
        found = milp(
            cost,
            integrality=np.concatenate([np.zeros(2 * f), np.ones(s + count + further)]),
            bounds=Bounds(
                np.concatenate([np.zeros(2 * f), present_low, least[stepped], np.zeros(further)]),
                np.concatenate([np.ones(f), np.full(f, 2.0), present_high, most[stepped], np.ones(further)]),
            ),
            constraints=[LinearConstraint(*row) for row in rows if len(row[0])],
        )
        if found.x is None:
            return None
        return np.asarray(found.x[2 * f : 2 * f + s] < 0.5, dtype=bool)

    def narrowed(
        self,
        limits: dict[str, tuple[float, float]],
        fixed: Sequence[str],
        columns: Sequence[str],
        absent: Absent,
    ) -> dict[str, tuple[float, float]]:
        """Narrow the limits of the parts to one support.

        Parameters
        ----------
        limits : dict of str to (float, float)
            Column -> lower and upper limit.
        fixed : sequence of str
            Columns that keep their value.
        columns : sequence of str
            The k numeric columns.
        absent : ndarray of bool, shape (s,)
            Whether each part is absent.

        Returns
        -------
        dict of str to (float, float)
            Zero for what is absent, the smallest amount as the lower limit of what is present; the last part that can
            vary takes what the others leave.
        """
        narrow, start = dict(limits), 0
        for one in self.simplexes:
            names = [columns[i] for i in one.parts]
            gone = absent[start : start + len(names)]
            start += len(names)
            for name, away, least in zip(names, gone, one.least, strict=True):
                if name not in fixed:
                    low, high = narrow[name]
                    narrow[name] = (low, 0.0) if away else (max(low, float(least)), high)
            free = [name for name in names if narrow[name][0] != narrow[name][1]]
            if len(free) == 1:
                low, high = narrow[free[0]]
                rest = round(one.total - sum(narrow[name][0] for name in names if name != free[0]), 12)
                if low - TOLERANCE <= rest <= high + TOLERANCE:
                    narrow[free[0]] = (rest, rest)
        return narrow


def _present(
    one: Sparse, region: Region, amount: Floats, tolerance: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which amounts (n, p) are not zero, and which of those are too little."""
    slack = tolerance * max(1.0, one.total)
    present = np.asarray(amount > slack, dtype=bool)
    return present, present & (amount < one.least - slack) & ~region.constant[one.parts]


def _ends(
    one: Sparse, region: Region, values: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return amounts (n, p), limits (p,) of each part if it is present, and whether it must or cannot be (p,)."""
    low, high = region.lower[one.parts], region.upper[one.parts]
    constant = region.constant[one.parts]
    amount = np.where(constant, low, values[:, one.parts])
    return amount, np.where(constant, low, np.maximum(low, one.least)), high, low > 0.0, high <= 0.0


def _order(
    amount: Floats, wanted: NDArray[np.bool_], must: NDArray[np.bool_], never: NDArray[np.bool_]
) -> Floats:
    """Key (n, p) by which parts are taken: those that must be, then by amount, those that cannot be last."""
    key = np.where(wanted, -amount, np.where(amount > 0.0, 1.0 - amount / (1.0 + amount), 2.0))
    return np.where(must, -np.inf, np.where(never, np.inf, key))
