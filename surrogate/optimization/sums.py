"""Sums of mixtures as people weigh them: 100.09 or 0.9989 instead of the total, put right or refused.

Data flow: a table of designs and the space whose sums they should keep -> the rows whose sum is off by less than
``PUT_RIGHT`` scaled to the total -> the table, a note for each sum that was put right, and the rows farther off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError
from surrogate.space import Simplex, Space
from surrogate.space.constraints import LinearConstraint
from surrogate.space.polytope import Floats, Indices
from surrogate.space.rounded_sums import EXACT, PUT_RIGHT, near

_PASSES = 3  # over sums that share columns
_MOST_LACKING = 3  # parts that were left out of a mixture, of which a message speaks


@dataclass(frozen=True)
class Total:
    """A sum that a space wants of some columns.

    Parameters
    ----------
    name : str
        What it is the sum of, for messages.
    columns : tuple of str
        Its m columns.
    at : array of int, (m,)
        Their positions among the numeric columns.
    weights : array, (m,)
        Coefficients, above 0, without unit.
    wanted : float
        The total, above 0, in the unit of the columns.
    acts : array of bool, (n,)
        Whether it holds for each row of the table.
    mixture : bool
        Whether it is the sum of a ``Simplex``, which holds whatever the search space is.
    """

    name: str
    columns: tuple[str, ...]
    at: Indices
    weights: Floats
    wanted: float
    acts: NDArray[np.bool_]
    mixture: bool

    @property
    def plain(self) -> bool:
        """Whether it is a sum as people know it, without coefficients."""
        return bool((self.weights == 1.0).all())


@dataclass(frozen=True)
class Wrong:
    """Rows whose sum is too far off to be put right.

    Parameters
    ----------
    total : Total
        The sum.
    rows : array of int, (k,)
        Their positions in the table.
    acting : int
        Rows of the table for which the sum holds.
    """

    total: Total
    rows: Indices
    acting: int

    def error(self, row: int, table: pd.DataFrame, where: str, given: pd.DataFrame) -> DesignError:
        """Make the error of one row.

        Parameters
        ----------
        row : int
            Its position.
        table : DataFrame
            The designs.
        where : str
            What the message calls the table.
        given : DataFrame
            The same rows as they were given, with columns that the space lacks.
        """
        total, lacking = self.total, self._lacking(table, given)
        parts = {column: float(table[column].iloc[row]) for column in total.columns}
        found = float(total.weights @ np.array(list(parts.values())))
        return DesignError(
            f"the sum of {total.name} is {found:.6g} instead of {total.wanted:.6g}",
            where=where,
            row=row,
            column="+".join(parts),
            value=parts,
            limit=f"a sum of {total.wanted:.6g}; one that is off by less than {100 * PUT_RIGHT:g} % is put right",
            remedy=f"if {' and '.join(lacking)} no longer belongs to {total.name}, keep it there with the upper "
            f"limit 0, as in upper={dict.fromkeys(lacking, 0)}: it is then learned from and never proposed"
            if lacking and found > 0.0
            else f"correct the part that is wrong, or multiply each by {total.wanted / found:.6g} if only their "
            "ratio counts"
            if found > 0.0
            else "write the parts of this row, or leave the row out",
        )

    def _lacking(self, table: pd.DataFrame, given: pd.DataFrame) -> tuple[str, ...]:
        """Return columns that the space lacks and that make the total of a mixture in all these rows, if any do."""
        if not self.total.mixture:
            return ()
        rest = self.total.wanted - table[list(self.total.columns)].to_numpy(dtype=float)[self.rows].sum(
            axis=1
        )
        others = given.drop(columns=[name for name in table.columns if name in given.columns])
        numbers = others.apply(pd.to_numeric, errors="coerce").iloc[self.rows]
        amounts = {str(name): column for name, column in numbers.items() if (column >= 0.0).all()}
        for size in range(1, _MOST_LACKING + 1):
            for names in combinations(amounts, size):
                off = np.abs(sum(amounts[name].to_numpy(dtype=float) for name in names) - rest)
                if (off < PUT_RIGHT * self.total.wanted).all():
                    return names
        return ()


@dataclass(frozen=True)
class Mended:
    """A table whose sums were looked at.

    Parameters
    ----------
    table : DataFrame
        With sums that were slightly off put right.
    notes : list of str
        A sentence for each sum that was put right.
    wrong : list of Wrong
        What is farther off.
    """

    table: pd.DataFrame
    notes: list[str]
    wrong: list[Wrong]


def mended(space: Space, table: pd.DataFrame, where: str) -> Mended:
    """Put sums right that rounding or weighing broke.

    Parts keep their ratio, those without a share stay without, and none is pushed over a limit that it keeps.

    Parameters
    ----------
    space : Space
        Whose simplexes and ``==`` constraints of positive coefficients are meant.
    table : DataFrame
        n rows with the space's columns, numbers complete; categories may be unknown to the space.
    where : str
        What notes call the table.

    Returns
    -------
    Mended
    """
    codes, values = space.layout.parse(table)
    acting = space.regions.acting(codes)
    totals = list(_totals(space, acting))
    lower, upper = _limits(space, acting)
    notes, wrong, changed = [], [], np.zeros(len(table), dtype=bool)
    off = {}
    for k, total in enumerate(totals):
        found = values[:, total.at] @ total.weights
        ratio = np.where(total.acts, found / total.wanted, 1.0)
        share = np.abs(ratio - 1.0)
        positive = (values[:, total.at] >= 0.0).all(axis=1)
        slightly = (share > EXACT) & near(ratio) & positive
        if (far := (share > EXACT) & ~slightly).any():
            wrong.append(Wrong(total, np.flatnonzero(far), int(total.acts.sum())))
        if slightly.any():
            off[k], changed = slightly, changed | slightly
            first = int(slightly.argmax())
            notes.append(
                f"{where}: the sum of {total.name} is off by rounding in "
                f"{_rows(int(slightly.sum()))} (first: row {first + 1}, {found[first]:.6g}) and was scaled to "
                f"{total.wanted:.6g}"
            )
    for _ in range(_PASSES):
        for k, slightly in off.items():
            at, total = totals[k].at, totals[k]
            for row in np.flatnonzero(slightly):
                values[row, at] = _scaled(
                    values[row, at], total.weights, total.wanted, lower[row, at], upper[row, at]
                )
    if not changed.any():
        return Mended(table, notes, wrong)
    made = table.copy()
    for i in sorted({int(i) for k in off for i in totals[k].at}):
        name = space.numeric[i]
        made[name] = np.where(changed, values[:, i], pd.to_numeric(table[name]).to_numpy(dtype=float))
    return Mended(made, notes, wrong)


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


def _totals(space: Space, acting: NDArray[np.bool_]) -> Iterator[Total]:
    """Yield the sums of a space; ``acting`` (n, r): which restrictions act on each row."""
    position = {column: i for i, column in enumerate(space.numeric)}
    always = np.ones(len(acting), dtype=bool)
    for parameter in space.parameters:
        if isinstance(parameter, Simplex):
            at = np.array([position[part] for part in parameter.columns], dtype=np.intp)
            yield Total(
                parameter.name, parameter.columns, at, np.ones(len(at)), parameter.total, always, True
            )
    given = [(one, always) for one in space.constraints if isinstance(one, LinearConstraint)]
    for j, restriction in enumerate(space.restrictions):
        given += [(one, acting[:, j]) for one in restriction.constraints]
    for one, acts in given:
        weights = np.array(list(one.coefficients.values())) * np.sign(one.bound)
        if one.sense == "==" and len(weights) > 1 and (weights > 0.0).all():
            columns = tuple(one.coefficients)
            at = np.array([position[column] for column in columns], dtype=np.intp)
            scale = weights[0] if np.ptp(weights) == 0.0 else 1.0  # 2a + 2b = 200 is a + b = 100
            name = one.reason or " + ".join(columns)
            yield Total(name, columns, at, weights / scale, abs(one.bound) / scale, acts, False)


def _limits(space: Space, acting: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Lower and upper limits (n, k) of the numeric columns, with those of the restrictions that act."""
    low, high = np.array(list(space.layout.limits.values()), dtype=float).reshape(-1, 2).T
    lower, upper = np.tile(low, (len(acting), 1)), np.tile(high, (len(acting), 1))
    position = {column: i for i, column in enumerate(space.numeric)}
    for j, restriction in enumerate(space.restrictions):
        rows = acting[:, j]
        for column, value in {**restriction.lower, **restriction.fix}.items():
            lower[rows, position[column]] = np.maximum(lower[rows, position[column]], value)
        for column, value in {**restriction.upper, **restriction.fix}.items():
            upper[rows, position[column]] = np.minimum(upper[rows, position[column]], value)
    return lower, upper


def _scaled(values: Floats, weights: Floats, wanted: float, lower: Floats, upper: Floats) -> Floats:
    """Scale parts (m,) to a total; what would leave its limits stays at them, and the others make up for it."""
    made, free = values.copy(), values > 0.0
    while free.any():
        rest = wanted - weights[~free] @ made[~free]
        if rest <= 0.0:
            break
        made[free] = values[free] * (rest / (weights[free] @ values[free]))
        beyond = free & (((made < lower) & (values >= lower)) | ((made > upper) & (values <= upper)))
        if not beyond.any():
            return made
        made[beyond] = np.clip(made, lower, upper)[beyond]
        free &= ~beyond
    return values
