"""A search space: parameters, the linear constraints between them, and restrictions by category.

A table row belongs to the space when its categories are allowed, every number is within the limits that hold
for those categories, columns without effect have their documented value, and all sums and linear constraints
are met (to 1e-9), and all nonlinear constraints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, SpaceError
from surrogate.space.constraints import (
    FORBIDDEN,
    TOLERANCE,
    Asked,
    LinearConstraint,
    NonlinearConstraint,
    Restriction,
    Violation,
)
from surrogate.space.definition import check_definition
from surrogate.space.layout import Codes, Layout
from surrogate.space.parameters import Parameter
from surrogate.space.polytope import Floats
from surrogate.space.regions import Regions
from surrogate.space.rejection import Tally, asked, draw
from surrogate.space.sameness import Sameness
from surrogate.space.sampling import place, sobol
from surrogate.space.subspace import Subspace

_REASONS = 3  # of why nothing is allowed, at most


@dataclass(frozen=True)
class Space:
    """All designs that are allowed.

    Attributes
    ----------
    parameters : sequence of Continuous, Discrete, Categorical or Simplex
        In the order of the table's columns.
    constraints : sequence of LinearConstraint or NonlinearConstraint
        Constraints that hold always. The nonlinear ones are no part of the geometry (subspaces, rounding,
        encoding); whole rows are asked about them.
    restrictions : sequence of Restriction
        Restrictions that hold for some categories.

    Raises
    ------
    SpaceError
        For a column used twice, a constraint or restriction on an unknown column or value, a constraint on a
        log-scale parameter, or a space in which nothing is allowed.
    """

    parameters: Sequence[Parameter]
    constraints: Sequence[LinearConstraint | NonlinearConstraint] = ()
    restrictions: Sequence[Restriction] = ()

    def __post_init__(self) -> None:
        for name in ("parameters", "constraints", "restrictions"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        check_definition(tuple(self.parameters), tuple(self.constraints), tuple(self.restrictions))
        groups = self.regions.groups(self.regions.every_code())
        if all(self.regions.is_empty(acting) for acting, _ in groups):  # the first that is not empty will do
            if not self.categorical:
                self.subspace({})  # its error gives the reason
            groups = self.regions.groups(self.regions.every_code())
            reasons = dict.fromkeys(self._why_empty(acting) for acting, _ in groups)
            raise SpaceError(
                f"no combination of categories is allowed: {'; '.join(list(reasons)[:_REASONS])}"
            )

    @cached_property
    def layout(self) -> Layout:
        """How tables of this space become arrays."""
        return Layout(tuple(self.parameters))

    @cached_property
    def regions(self) -> Regions:
        """The numeric regions under the restrictions."""
        linear = tuple(one for one in self.constraints if isinstance(one, LinearConstraint))
        return Regions(self.layout, linear, tuple(self.restrictions))

    @cached_property
    def sameness(self) -> Sameness:
        """When two designs are the same."""
        return Sameness(self.layout, self.regions)

    @property
    def nonlinear(self) -> tuple[NonlinearConstraint, ...]:
        """The constraints that are asked about whole rows."""
        return tuple(one for one in self.constraints if isinstance(one, NonlinearConstraint))

    @property
    def columns(self) -> tuple[str, ...]:
        """All table columns, in order."""
        return self.layout.columns

    @property
    def categorical(self) -> tuple[str, ...]:
        """Columns with categories."""
        return self.layout.categorical

    @property
    def numeric(self) -> tuple[str, ...]:
        """Columns with numbers, fractions included."""
        return self.layout.numeric

    def choices(self) -> list[dict[str, Any]]:
        """List all allowed combinations of categories.

        Returns
        -------
        list of dict
            Categorical column -> value; a single empty combination if there are no categories.
        """
        return [self.layout.choice(codes) for codes in self._open]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is allowed in any combination of categories; quicker than asking for ``choices``."""
        return not self.regions.any_open()

    @property
    def is_sparse(self) -> bool:
        """Whether a simplex allows only mixtures of few parts, or smallest amounts."""
        return len(self.regions.supports) > 0

    def subspace(self, choice: Mapping[str, Any], design: pd.DataFrame | None = None) -> Subspace:
        """Return what is allowed under one combination of categories.

        Parameters
        ----------
        choice : mapping of str to object
            Categorical column -> value.
        design : DataFrame, optional
            One row of the space's columns, whose parts stay absent or present in sparse simplexes. None: the smallest
            subspace with linear limits that holds all supports; it knows nothing of ``at_most`` and ``least``.

        Returns
        -------
        Subspace

        Raises
        ------
        SpaceError
            For an unknown category or a combination that is not allowed; the message gives the reason.
        """
        acting = self.regions.acting(self.layout.codes(choice))[0]
        forbidding = self.regions.forbidding(acting)
        if forbidding:
            raise SpaceError(f"{FORBIDDEN}: {forbidding.reason}", value=dict(choice))
        region = self.regions.region(acting)
        if design is not None and self.is_sparse:
            absent = self.regions.supports.choose(region, self.layout.parse(design)[1])[0]
            region = self.regions.region(np.append(acting, absent))
        return Subspace({name: choice[name] for name in self.categorical}, region)

    def check(
        self, table: pd.DataFrame, tolerance: float = TOLERANCE, nonlinear: Asked = "all"
    ) -> list[Violation]:
        """List everything that keeps rows of a table out of the space.

        Parameters
        ----------
        table : DataFrame
            n rows with the space's columns in natural units.
        tolerance : float
            On limits, sums and constraints, relative to the size of what is compared (at least 1).
        nonlinear : {"all", "cheap", "none"}
            Which nonlinear constraints to ask about rows that break nothing else.

        Returns
        -------
        list of Violation
            Sorted by row; empty when all rows belong to the space.

        Raises
        ------
        DesignError
            When a column of the space is missing.
        """
        codes, values = self.layout.parse(table)
        found = []
        for row, i in np.argwhere(codes < 0):
            parameter = self.layout.categoricals[i]
            value = table[parameter.name].tolist()[row]
            found.append(Violation(int(row), parameter.name, value, parameter.allowed, "unknown category"))
        for acting, rows in self.regions.groups(codes):
            why = self._why_empty(acting)
            if why:
                for row in rows:
                    value = {name: table[name].tolist()[row] for name in self.categorical}
                    names = "+".join(self.categorical)
                    found.append(Violation(int(row), names, value, why, FORBIDDEN))
                continue
            region = self.regions.region(acting)
            for at, column, value, limit, reason in (
                *region.violations(values[rows], tolerance),
                *self.regions.supports.broken(region, values[rows], tolerance),
            ):
                found.append(Violation(int(rows[at]), column, value, limit, reason))
        left = np.setdiff1d(np.arange(len(table)), [violation.row for violation in found])
        for constraint in asked(self.nonlinear, nonlinear):
            kept = constraint.kept(table.iloc[left][list(self.columns)])
            found += [
                Violation(int(row), constraint.name, None, constraint.limit, constraint.reason)
                for row in left[~kept]
            ]
            left = left[kept]
        return sorted(found, key=lambda violation: violation.row)

    def require(
        self,
        table: pd.DataFrame,
        where: str = "",
        tolerance: float = TOLERANCE,
        nonlinear: Asked = "all",
    ) -> None:
        """Refuse a table with a row outside the space.

        Parameters
        ----------
        table : DataFrame
            n rows with the space's columns in natural units.
        where : str
            What the message calls the table.
        tolerance : float
            As in :meth:`check`.
        nonlinear : {"all", "cheap", "none"}
            As in :meth:`check`.

        Raises
        ------
        DesignError
            For the first violation; the message names row, column, value and limit.
        """
        broken = self.check(table, tolerance, nonlinear)
        if broken:
            raise broken[0].error(where)

    def contains(self, table: pd.DataFrame, nonlinear: Asked = "all") -> NDArray[np.bool_]:
        """Test which rows of a table belong to the space.

        Parameters
        ----------
        table : DataFrame
            n rows with the space's columns in natural units.
        nonlinear : {"all", "cheap", "none"}
            Which nonlinear constraints to ask.

        Returns
        -------
        ndarray of bool, shape (n,)

        Raises
        ------
        DesignError
            When a column of the space is missing.
        """
        inside = self.regions.kept(*self.layout.parse(table))
        further = asked(self.nonlinear, nonlinear)
        if further and inside.any():
            rows = np.flatnonzero(inside)
            inside[rows] = Tally(further).keeping(table.iloc[rows][list(self.columns)])
        return inside

    def canonical(self, table: pd.DataFrame) -> pd.DataFrame:
        """Write designs in their canonical form: columns without effect at their null, numbers rounded.

        Two rows are the same design exactly when their canonical rows agree. Limits are not enforced.

        Parameters
        ----------
        table : DataFrame
            n rows with the space's columns in natural units.

        Returns
        -------
        DataFrame
            The space's columns, with the table's index.

        Raises
        ------
        DesignError
            For a missing column or an unknown category.
        """
        codes, values = self.layout.parse(table)
        self.layout.refuse_unknown(table, codes)
        return self.layout.table(codes, self.sameness.canonical(codes, values), index=table.index)

    def with_nulls(self, table: pd.DataFrame, where: str = "") -> pd.DataFrame:
        """Set columns without effect to their null and keep everything else as it is.

        Parameters
        ----------
        table : DataFrame
            n rows with the space's columns in natural units.
        where : str
            What the message calls the table.

        Returns
        -------
        DataFrame
            The space's columns, with the table's index.

        Raises
        ------
        DesignError
            For a missing column, an unknown category, or text where a number belongs.
        """
        codes, values = self.layout.parse(table)
        self.layout.refuse_unknown(table, codes)
        fixed, held = self.regions.fixed(codes)
        self.layout.refuse_text(table, np.where(held, fixed, values), where)
        return self.layout.table(codes, np.where(held, fixed, values), index=table.index)

    def round(self, table: pd.DataFrame, *, repaired: bool = True) -> pd.DataFrame:
        """Round designs to what a laboratory can set: on the grid of the steps, inside every limit and constraint.

        Where limits or constraints leave no point of the grid, the columns concerned keep unrounded values.

        Parameters
        ----------
        table : DataFrame
            n rows with the space's columns in natural units.
        repaired : bool
            Whether the nearest allowed design is searched for a row that breaks a constraint once it is rounded
            (milliseconds a row); else it is returned as it is, and is not in the space.

        Returns
        -------
        DataFrame
            The nearest such designs, with the table's index.

        Raises
        ------
        DesignError
            For a missing column or number, an unknown category or a forbidden combination.
        """
        codes, values = self.layout.parse(table)
        self.layout.refuse_unknown(table, codes)
        fixed, held = self.regions.fixed(codes)
        self.layout.refuse_missing(table, np.where(held, fixed, values))
        for acting, rows in self.regions.groups(codes):
            why = self._why_empty(acting)
            if why:
                raise DesignError(f"{FORBIDDEN}: {why}", row=int(rows[0]))
            values[rows] = self.regions.rounded(acting, values[rows], repaired=repaired)
        return self.layout.table(codes, values, index=table.index)

    def same(self, first: Mapping[str, Any] | pd.Series, second: Mapping[str, Any] | pd.Series) -> bool:
        """Test whether two rows are the same design once columns without effect and rounding are disregarded.

        Parameters
        ----------
        first, second : mapping or Series
            Rows with the space's columns in natural units.

        Returns
        -------
        bool
        """
        rows = [pd.DataFrame([{name: row[name] for name in self.columns}]) for row in (first, second)]
        return bool(self.matches(rows[0], rows[1])[0, 0])

    def matches(self, first: pd.DataFrame, second: pd.DataFrame) -> NDArray[np.bool_]:
        """Test which rows of two tables are the same design.

        A row with a category that the space does not have matches no other row.

        Parameters
        ----------
        first, second : DataFrame
            n and m rows with the space's columns in natural units.

        Returns
        -------
        ndarray of bool, shape (n, m)

        Raises
        ------
        DesignError
            For a missing column.
        """
        return self.sameness.matches(self.layout.parse(first), self.layout.parse(second))

    def sample(self, n: int, seed: int, nonlinear: Asked = "all") -> pd.DataFrame:
        """Draw quasi-random designs (scrambled Sobol points), spread evenly over the allowed combinations.

        They are feasible and not rounded, but for parameters of whole numbers. Nonlinear constraints are met by
        drawing again what breaks them.

        Parameters
        ----------
        n : int
            Number of designs.
        seed : int
            The same seed gives the same designs.
        nonlinear : {"all", "cheap", "none"}
            Which nonlinear constraints to ask.

        Returns
        -------
        DataFrame
            n rows in natural units.

        Raises
        ------
        InputError
            For a negative n.
        SpaceError
            When so few designs keep the nonlinear constraints that n of them were not found; it names the
            constraints and the share that keeps each.
        """
        return draw(self._sample, asked(self.nonlinear, nonlinear), n, seed)

    def _sample(self, n: int, seed: int) -> pd.DataFrame:
        """Draw designs that keep everything but the nonlinear constraints."""
        unit = sobol(n, 1 + len(self.numeric), seed)
        codes = self._open[(unit[:, 0] * len(self._open)).astype(np.intp)]
        return self.layout.table(codes, self._whole(self._placed_in_supports(codes, unit[:, 1:], seed)))

    def _placed_in_supports(self, codes: Codes, unit: Floats, seed: int) -> Floats:
        """Map points (n, k) of the unit cube to points of the regions of their categories and random supports."""
        values = np.empty(unit.shape)
        for acting, rows in self.regions.groups(codes, self.regions.draw_supports(codes, seed)):
            own = (
                seed,
                *np.packbits(acting).tolist(),
            )  # otherwise all regions would draw the same replacements
            values[rows] = place(self.regions.region(acting), unit[rows], own)
        return values

    def sample_choice(self, choice: Mapping[str, Any], n: int, seed: int) -> pd.DataFrame:
        """Draw quasi-random designs of one combination of categories, as :meth:`sample` does.

        Nonlinear constraints are not asked.

        Parameters
        ----------
        choice : mapping of str to object
            Categorical column -> value.
        n : int
            Number of designs.
        seed : int
            The same seed gives the same designs.

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
        region = self.subspace(choice).region
        codes = np.repeat(self.layout.codes(choice), n, axis=0)
        unit = sobol(n, len(self.numeric), seed)
        values = self._placed_in_supports(codes, unit, seed) if self.is_sparse else place(region, unit, seed)
        return self.layout.table(codes, self._whole(values))

    def _whole(self, values: Floats) -> Floats:
        """Round the columns of numbers (n, k) that have whole numbers only."""
        return np.where(self.layout.whole, np.round(values), values)

    @cached_property
    def _open(self) -> Codes:
        return self.regions.open_codes()

    def _why_empty(self, acting: NDArray[np.bool_]) -> str:
        """Explain why nothing is allowed under some restrictions; empty when something is."""
        forbidding = self.regions.forbidding(acting)
        if forbidding:
            return forbidding.reason
        try:
            self.regions.region(acting)
        except SpaceError as error:
            return str(error).partition(". To mend it:")[0]
        return ""
