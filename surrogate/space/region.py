"""The numeric part of a search space once the categories are chosen: limits, fixed columns, linear rows.

The chosen categories matter only through the restrictions that act, so every combination of categories on which
the same restrictions act shares a ``Region``. In the shapes below, k is the number of numeric columns and f that
of free columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import SpaceError
from surrogate.space.checks import grid_counts
from surrogate.space.constraints import TOLERANCE, LinearConstraint
from surrogate.space.polytope import Block, Floats, Indices, Rows, block_of

UNNAMED = "linear constraint"  # what a constraint without a reason is called


@dataclass(frozen=True, eq=False)
class Region:
    """Numeric columns under one set of active restrictions.

    Attributes
    ----------
    columns : tuple of str
        The k numeric columns.
    lower, upper : ndarray, shape (k,)
        Limits in natural units; equal where a column is fixed.
    fixed : mapping of str to float
        Columns that a restriction fixes, and their values.
    log : ndarray of bool, shape (k,)
        Whether a column is on a log scale.
    steps : ndarray, shape (k,)
        Resolution; NaN for none.
    simplexes : tuple of (str, ndarray of int, float)
        Name of each simplex, the positions of its parts and what they sum to.
    constraints : tuple of LinearConstraint
        The constraints beside the sums of the simplexes.
    listed : tuple of (int, ndarray)
        Positions of the free columns that have only listed values, and those values within the limits, ascending.
    reasons : tuple of str
        Reasons of the restrictions that act, for messages.

    Raises
    ------
    SpaceError
        When nothing satisfies all of it.
    """

    columns: tuple[str, ...]
    lower: Floats
    upper: Floats
    fixed: Mapping[str, float]
    log: NDArray[np.bool_]
    steps: Floats
    simplexes: tuple[tuple[str, Indices, float], ...]
    constraints: tuple[LinearConstraint, ...]
    listed: tuple[tuple[int, Floats], ...]
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        for i in np.flatnonzero(self.lower > self.upper):
            raise self._empty(
                f"column {self.columns[i]} has no allowed value", (float(self.lower[i]), float(self.upper[i]))
            )
        if self.columns:
            self._check_constant_rows()
            _ = self.blocks

    def _empty(self, what: str, value: object = None) -> SpaceError:
        return SpaceError(
            f"the restrictions leave nothing: {what}",
            value=value,
            limit="; ".join(dict.fromkeys(self.reasons)),
            remedy="widen the limits or drop one of these restrictions",
        )

    @cached_property
    def constant(self) -> NDArray[np.bool_]:
        """Whether a column has a single value, shape (k,)."""
        return self.lower == self.upper

    @cached_property
    def free(self) -> Indices:
        """Positions of the columns that can vary, shape (f,)."""
        return np.flatnonzero(~self.constant)

    @cached_property
    def equalities(self) -> Rows:
        """The sum of every simplex and every ``==`` constraint, dependent rows included."""
        rows = [
            (self._indicator(parts), total, f"sum of {name}", f"{total:g}")
            for name, parts, total in self.simplexes
        ]
        rows += [
            (
                self._coefficients(constraint),
                constraint.bound,
                constraint.reason or UNNAMED,
                str(constraint),
            )
            for constraint in self.constraints
            if constraint.sense == "=="
        ]
        return self._rows(rows)

    @cached_property
    def inequalities(self) -> Rows:
        """Every ``<=`` and ``>=`` constraint, written as ``<=``."""
        rows = []
        for constraint in self.constraints:
            if constraint.sense != "==":
                sign = 1.0 if constraint.sense == "<=" else -1.0
                row = sign * self._coefficients(constraint)
                rows.append((row, sign * constraint.bound, constraint.reason or UNNAMED, str(constraint)))
        return self._rows(rows)

    @cached_property
    def independent_equalities(self) -> tuple[Floats, Floats]:
        """Return the equalities over the free columns without those that follow from others.

        Sequential quadratic programming fails on dependent equality rows, hence this form.

        Returns
        -------
        matrix : numpy.ndarray
            Shape (r, f) for f free columns.
        bound : numpy.ndarray
            Shape (r,).
        """
        matrix, bound = self._over_free(self.equalities)
        kept: list[int] = []
        basis: list[Floats] = []
        for i, row in enumerate(matrix):
            rest = row - sum((vector * (vector @ row) for vector in basis), np.zeros_like(row))
            if np.linalg.norm(rest) > 1e-9 * max(1.0, float(np.linalg.norm(row))):
                kept.append(i)
                basis.append(rest / np.linalg.norm(rest))
        return matrix[kept], bound[kept]

    @cached_property
    def free_inequalities(self) -> tuple[Floats, Floats]:
        """Matrix (r, f) and bound (r,) of ``matrix @ x <= bound`` over the free columns; empty rows are left out."""
        matrix, bound = self._over_free(self.inequalities)
        acting = np.abs(matrix).max(axis=1, initial=0.0) > 0
        return matrix[acting], bound[acting]

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The groups of free columns that simplexes or constraints tie together."""
        groups = {int(i): {int(i)} for i in self.free}
        rows = [
            *(self._indicator(parts) for _, parts, _ in self.simplexes),
            *map(self._coefficients, self.constraints),
        ]
        tied: set[int] = set()
        for row in rows:
            members = [int(i) for i in np.flatnonzero(row) if not self.constant[i]]
            tied.update(members)
            joined = set().union(*(groups[i] for i in members)) if members else set()
            for i in joined:
                groups[i] = joined
        unique = {min(group): group for group in groups.values() if group <= tied}
        made = []
        for _, group in sorted(unique.items()):
            block = block_of(self, np.array(sorted(group), dtype=np.intp))
            if block is None:
                raise self._empty(f"no values satisfy all of {self._conflict()}")
            made.append(block)
        return tuple(made)

    @cached_property
    def tied(self) -> tuple[Indices, ...]:
        """Positions of the free columns of a log scale that are held equal, group by group."""
        return tuple(block.columns for block in self.blocks if self.log[block.columns].all())

    def _conflict(self) -> str:
        """Name constraints that cannot be met together and can without any one of them, sums of mixtures included."""
        (equal, total), (below, most) = self._over_free(self.equalities), self._over_free(self.inequalities)
        said = [
            [
                f"{name} = {limit}" if "=" not in limit else limit if name == UNNAMED else f"{limit} ({name})"
                for name, limit in zip(of.names, of.limits, strict=True)
            ]
            for of in (self.equalities, self.inequalities)
        ]
        rows = [
            *((True, *row) for row in zip(equal, total, said[0], strict=True)),
            *((False, *row) for row in zip(below, most, said[1], strict=True)),
        ]
        limits = np.column_stack([self.lower[self.free], self.upper[self.free]])
        needed = [row for row in rows if np.any(row[1])]
        for row in list(needed):
            others = [one for one in needed if one is not row]
            if not _can_be_met(others, limits):
                needed = others
        return "; ".join(words for *_, words in needed) + ", within the limits"

    def grid(self) -> tuple[Floats, Floats]:
        """Count the steps that fit within the limits.

        Returns
        -------
        least, most : ndarray, shape (k,)
            Smallest and largest number of steps; NaN where a column is not rounded.
        """
        low, high = np.full(len(self.columns), np.nan), np.full(len(self.columns), np.nan)
        for i in self.free:
            if np.isfinite(self.steps[i]):
                least, most = grid_counts(self.lower[i], self.upper[i], self.steps[i])
                if least <= most:  # limits narrower than one step leave the column unrounded
                    low[i], high[i] = least, most
        return low, high

    def violations(
        self, values: Floats, tolerance: float = TOLERANCE
    ) -> list[tuple[int, str, Any, str, str]]:
        """List the limits and rows that points break.

        Parameters
        ----------
        values : ndarray, shape (n, k)
            Points in natural units.
        tolerance : float
            On limits and rows, relative to the size of what is compared (at least 1).

        Returns
        -------
        list of tuple
            Row, column (or the columns of a linear row), value, limit and reason of each violation.
        """
        found: list[tuple[int, str, Any, str, str]] = []
        slack = tolerance * np.maximum(1.0, np.abs(self.upper - self.lower))
        missing: NDArray[np.bool_] = ~np.isfinite(values)
        outside = (values < self.lower - slack) | (values > self.upper + slack)
        for row, i in np.argwhere(missing | outside):
            name, value = self.columns[i], float(values[row, i])
            if missing[row, i]:
                found.append((int(row), name, value, self._limit(i), "a number is missing"))
            elif name in self.fixed:
                reason = "the column is fixed here: " + "; ".join(self.reasons)
                found.append((int(row), name, value, self._limit(i), reason))
            else:
                found.append((int(row), name, value, self._limit(i), "outside the limits"))
        for i, listed in self.listed:
            for row in np.flatnonzero(~(missing | outside)[:, i] & (_off(listed, values[:, i]) > slack[i])):
                limit = ", ".join(f"{value:g}" for value in listed)
                found.append((int(row), self.columns[i], float(values[row, i]), limit, "not a listed value"))
        filled = np.where(missing, 0.0, values)
        whole = np.asarray(~missing.any(axis=1), dtype=bool)
        for rows, broken in (
            (self.equalities, np.abs(self.equalities.excess(filled)) > tolerance),
            (self.inequalities, self.inequalities.excess(filled) > tolerance),
        ):
            for row, j in np.argwhere(broken & whole[:, None]):
                members = np.flatnonzero(rows.matrix[j])
                shown = {self.columns[i]: float(values[row, i]) for i in members}
                found.append((int(row), "+".join(shown), shown, rows.limits[j], rows.names[j]))
        return found

    def satisfied(self, values: Floats) -> NDArray[np.bool_]:
        """Test which points meet every limit and row.

        Parameters
        ----------
        values : ndarray, shape (n, k)
            Points in natural units.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        slack = TOLERANCE * np.maximum(1.0, np.abs(self.upper - self.lower))
        within = np.all((values >= self.lower - slack) & (values <= self.upper + slack), axis=1)
        for i, listed in self.listed:
            within &= _off(listed, values[:, i]) <= slack[i]
        filled = np.where(np.isfinite(values), values, 0.0)
        equal = np.all(np.abs(self.equalities.excess(filled)) <= TOLERANCE, axis=1)
        below = np.all(self.inequalities.excess(filled) <= TOLERANCE, axis=1)
        return np.asarray(within & equal & below, dtype=bool)

    def _limit(self, i: int) -> str:
        if self.constant[i]:
            return f"{self.lower[i]:g}"
        return f"{self.lower[i]:g} to {self.upper[i]:g}"

    def _rows(self, rows: list[tuple[Floats, float, str, str]]) -> Rows:
        matrix = np.array([row[0] for row in rows]).reshape(len(rows), len(self.columns))
        bound = np.array([row[1] for row in rows], dtype=float)
        return Rows(matrix, bound, tuple(row[2] for row in rows), tuple(row[3] for row in rows))

    def _indicator(self, positions: Indices) -> Floats:
        row = np.zeros(len(self.columns))
        row[positions] = 1.0
        return row

    def _coefficients(self, constraint: LinearConstraint) -> Floats:
        row = np.zeros(len(self.columns))
        for column, coefficient in constraint.coefficients.items():
            row[self.columns.index(column)] = coefficient
        return row

    def _over_free(self, rows: Rows) -> tuple[Floats, Floats]:
        constant = np.where(self.constant, self.lower, 0.0)
        return rows.matrix[:, self.free], rows.bound - rows.matrix @ constant

    def _check_constant_rows(self) -> None:
        """Refuse rows over fixed columns only that are not met, since no point can meet them."""
        for rows, equal in ((self.equalities, True), (self.inequalities, False)):
            if not rows.names:
                continue
            excess = rows.excess(self.lower[None, :])[0]
            lone = np.abs(rows.matrix[:, self.free]).max(axis=1, initial=0.0) == 0
            too_far = np.abs(excess) if equal else excess
            for j in np.flatnonzero(lone & (too_far > TOLERANCE)):
                raise self._empty(f"{rows.names[j]} ({rows.limits[j]}) is broken by fixed columns")


def _off(listed: Floats, values: Floats) -> Floats:
    """Distance of numbers (n,) to the nearest of some listed ones."""
    distance: Floats = np.abs(values[:, None] - listed).min(axis=1)
    return distance


def _can_be_met(rows: Sequence[tuple[bool, Floats, float, str]], limits: Floats) -> bool:
    """Say whether rows (equal, coefficients, bound, ...) can be met together between limits (f, 2)."""
    from scipy.optimize import linprog  # late: it takes long to import, and is asked on the way to a message

    def part(equal: bool) -> tuple[list[Floats] | None, list[float] | None]:
        chosen = [(row, at) for one, row, at, _ in rows if one is equal]
        return ([row for row, _ in chosen], [at for _, at in chosen]) if chosen else (None, None)

    (equal, total), (below, most) = part(True), part(False)
    found = linprog(
        np.zeros(len(limits)), A_ub=below, b_ub=most, A_eq=equal, b_eq=total, bounds=limits.tolist()
    )
    return found.status != 2  # 2: infeasible
