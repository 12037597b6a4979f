"""Measured cells that can be compared: under the campaign's own conditions, and one estimate for each design.

Data flow: measured cells and a campaign -> what differs in the conditions of each -> the cells where nothing does, in
groups of one design -> of each design the median of its replicates with their number and range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.search_space import choice_space
from surrogate.hosts.targets import BELOW
from surrogate.optimization.goals import Limit
from surrogate.report import measured_values, summary
from surrogate.report.quantities import given, is_missing, label, quantity, records

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

# Conditions are the campaign's own when they differ by no more than this: a potentiostat and a climate chamber do
# (assumed).
WITHIN = 0.05  # relative
WITHIN_C = 2.0  # of a temperature, degrees
TOLERANCE = f"numbers within {100 * WITHIN:g} %, temperature within {WITHIN_C:g} °C"


@dataclass(frozen=True)
class Pooled:
    """All cells of one design under the campaign's conditions.

    Parameters
    ----------
    positions : tuple of int
        Of its cells in the table of measured cells, from 0.
    cells : tuple of dict
        The cells.
    """

    positions: tuple[int, ...]
    cells: tuple[dict[str, Any], ...]

    def measured(self, target: str) -> list[dict[str, Any]]:
        """Return the cells in which a target was measured."""
        return [cell for cell in self.cells if given(cell, target) is not None]

    def estimate(self, target: str) -> float:
        """Return the median of the replicates, NaN where none was measured; bounds count as their value.

        Parameters
        ----------
        target : str
            A target column.
        """
        values = [float(cell[target]) for cell in self.measured(target)]
        return median(values) if values else float("nan")

    def breaks(self, limits: Sequence[Limit]) -> bool:
        """Say whether the estimate of a target is known to break a limit; one that was not measured breaks none.

        Parameters
        ----------
        limits : sequence of Limit
            On targets.
        """
        return any(self._breaks(limit) for limit in limits)

    def _breaks(self, limit: Limit) -> bool:
        value, sign = self.estimate(limit.name), self._sign(limit.name)
        if limit.side == ">=":  # a lower bound below the limit leaves open whether it is kept
            return value < limit.bound and sign not in ("≥ ", "about ")
        return value > limit.bound and sign not in ("≤ ", "about ")

    def text(self, target: str) -> str:
        """Write the estimate, of several cells with their number and range.

        Parameters
        ----------
        target : str
            A target column.

        Returns
        -------
        str
            Such as "≥ 120 cycles (median of 3, 100 cycles to 500 cycles)".
        """
        cells = self.measured(target)
        if len(cells) < 2:
            return measured_values.measured(cells[0] if cells else {}, target)
        values = sorted(float(cell[target]) for cell in cells)
        spread = f"{quantity(values[0], target)} to {quantity(values[-1], target)}"
        return f"{self._sign(target)}{quantity(self.estimate(target), target)} (median of {len(cells)}, {spread})"

    def _sign(self, target: str) -> str:
        """Say on which side the median is open: a bound moves it only where the true value may cross it."""
        middle, at_least, at_most = self.estimate(target), False, False
        for cell in self.measured(target):
            kind = given(cell, f"{target}_censored")
            if kind == BELOW:
                at_most |= float(cell[target]) >= middle
            elif kind or given(cell, f"{target}_upper_bound") is not None:
                at_least |= float(cell[target]) <= middle
        return {(True, False): "≥ ", (False, True): "≤ ", (True, True): "about "}.get((at_least, at_most), "")


def other_conditions(campaign: Campaign, cells: pd.DataFrame) -> list[list[str]]:
    """Say of each cell which of its conditions are not the campaign's.

    Parameters
    ----------
    campaign : Campaign
        Whose conditions they are compared with: numbers to ``WITHIN``, a temperature to ``WITHIN_C``.
    cells : DataFrame, n rows
        Measured cells; a condition that is not stated is the campaign's.

    Returns
    -------
    list of n lists of str
        Such as "current density 0.2 mA cm⁻² instead of 2 mA cm⁻²"; empty for a cell to be compared.
    """
    wanted = campaign.conditions.as_dict()
    return [
        [
            f"{label(column).lower()} {_in_words(column, row[column])} instead of {_in_words(column, own)}"
            for column, own in wanted.items()
            if column in row and not _same(column, row[column], own)
        ]
        for row in records(cells)
    ]


def _same(column: str, stated: Any, own: Any) -> bool:
    if isinstance(own, str):
        return (own == "" and is_missing(stated)) or str(stated) == own
    if is_missing(stated):
        return True
    within = WITHIN_C if column == "temperature_C" else max(WITHIN * abs(float(own)), 1e-9)
    return abs(float(stated) - float(own)) <= within * (1.0 + 1e-9)


def _in_words(column: str, value: Any) -> str:
    return next((text for _, text in summary.conditions({column: value})), "none")


def pooled(campaign: Campaign, cells: pd.DataFrame) -> list[Pooled]:
    """Group the cells under the campaign's conditions by design.

    Two cells are of one design when nothing but rounding to what can be set tells them apart, or when they were made
    to the same proposal and are as near to each other as a laboratory can be expected to make them.

    Parameters
    ----------
    campaign : Campaign
        Its conditions.
    cells : DataFrame, n rows
        Measured cells, complete designs.

    Returns
    -------
    list of Pooled
        In the order of their first cells.
    """
    compared = np.flatnonzero([not one for one in other_conditions(campaign, cells)])
    if not len(compared):
        return []
    rows = records(cells)
    same = _same_design(campaign, cells.iloc[compared].reset_index(drop=True))
    groups: list[list[int]] = []
    for k in range(len(compared)):
        found = next((group for group in groups if same[group[0], k]), None)
        if found is None:
            groups.append([k])
        else:
            found.append(k)
    return [
        Pooled(
            tuple(int(compared[k]) for k in group),
            tuple(rows[compared[k]] for k in group),
        )
        for group in groups
    ]


def _same_design(campaign: Campaign, cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each two of m cells are of one design, (m, m)."""
    from surrogate.campaign.store_schema import answers  # late: it brings the database

    space = choice_space(campaign.conditions)
    older = {name: value for name, value in COLUMNS.neutral.items() if name in cells.columns}
    cells = cells.fillna(older)  # a cell that is older than a column has what was usual before
    same = space.matches(cells, cells)
    others = [name for name in c.DESIGN_COLUMNS if name not in space.columns and name not in c.CONDITIONS]
    for name in others:
        if name in cells.columns:
            same &= _equal(cells[name])
    if "proposal_id" in cells.columns:
        rows, made_to = records(cells), cells["proposal_id"]
        stated = np.array([not is_missing(one) for one in made_to])
        for i, j in np.argwhere(_equal(made_to) & stated & ~same):
            same[i, j] = answers(rows[j], rows[i])
    return same


def _equal(column: pd.Series) -> NDArray[np.bool_]:
    """Whether each two of m values are equal, (m, m); what is missing equals what is missing."""
    if str(column.name) in COLUMNS.numbers:
        values = column.to_numpy(dtype=float)
        return np.isclose(values[:, None], values[None, :], rtol=1e-6, atol=0.0, equal_nan=True)
    texts = np.array(["" if is_missing(value) else str(value) for value in column], dtype=object)
    return np.asarray(texts[:, None] == texts[None, :], dtype=bool)
