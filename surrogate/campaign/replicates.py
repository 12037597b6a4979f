"""How many cells to build of each proposed host and of the control, and whether the best host so far may be luck.

Cells of one design differ by the spread that the campaign's model believes in (a prior of published spreads, then
its own replicates). A host is built as often as it takes until two standard errors of the mean of its cells are less
than the factor that a decision turns on: the sample size n = (2 s / d)^2 for a mean that is wanted to within d
(Cochran, Sampling Techniques, 3rd ed. (1977), chapter 4), on the scale of a target, which is that of logarithms. What
is worth an experiment is so judged in units of the noise, as in Makarova et al., Proc. Machine Learning Research 188
(2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp, log, pi, sqrt
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from surrogate.campaign.gains import gain
from surrogate.campaign.goals import TargetGoal
from surrogate.errors import CampaignError
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW, SCALES

CONTROL = "control"
_LEARNED_FROM = 2  # cells of one design from which its spread follows
_STANDARD_ERRORS = 2.0
_SAME_TO = 6  # digits
_FLOATS = ("factor", "disc_diameter_mm")


class CellNumbers(BaseModel):
    """``[cells]`` of a campaign file.

    Attributes
    ----------
    per_host, controls
        Cells of each host, and of the control; None: as the spread between cells asks.
    factor
        The ratio of two hosts that a decision turns on. 1.5 by default (assumed): most hosts that are published live
        longer than their control by more.
    most
        Cells of one host that a batch asks for at most (assumed: a laboratory seldom builds more than three).
    disc_diameter_mm
        Of the discs that are punched of a host, for the grams of a recipe card. 12 mm by default (assumed: a usual
        electrode of a coin cell).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    per_host: int | None = Field(default=None, ge=1, le=26)
    controls: int | None = Field(default=None, ge=1, le=26)
    factor: float = Field(default=1.5, gt=1.0, le=100.0)
    most: int = Field(default=3, ge=1, le=26)
    disc_diameter_mm: float = Field(default=12.0, ge=1.0, le=500.0)

    @property
    def disc_area_cm2(self) -> float:
        """Of a disc."""
        return 0.25 * pi * (self.disc_diameter_mm / 10.0) ** 2

    @classmethod
    def read(cls, section: Mapping[str, Any], where: str) -> CellNumbers:
        """Read the section.

        Raises
        ------
        CampaignError
            For an unknown key, or a value outside its limits.
        """
        whole = {
            name: float(value) if type(value) is int and name in _FLOATS else value
            for name, value in section.items()
        }
        try:
            return cls.model_validate(whole)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            known = ", ".join(cls.model_fields)
            if first["type"] == "extra_forbidden":
                raise CampaignError(
                    f"unknown key 'cells.{name}'",
                    where=where,
                    limit=known,
                    remedy="write one of these, or remove it",
                ) from error
            raise CampaignError(
                f"cells.{name}: {first['msg']}",
                where=where,
                value=first["input"],
                remedy="correct that value",
            ) from error


@dataclass(frozen=True)
class Plan:
    """How many cells a batch asks for, and what that rests on.

    Attributes
    ----------
    per_host, controls
        Cells of each host, and of the control.
    wanted
        Cells of each host that the rule asks for, whatever the laboratory has fixed or builds at most.
    spread
        Standard deviation between cells of one design in ``target``, z.
    target
        The first objective.
    learned
        Whether the spread rests on replicates of this campaign.
    numbers
        What the campaign file says.
    """

    per_host: int
    controls: int
    wanted: int
    spread: float
    target: str
    learned: bool
    numbers: CellNumbers


def plan(numbers: CellNumbers, target: str, spread: float, measured: pd.DataFrame | None) -> Plan:
    """Decide how many cells to build.

    Parameters
    ----------
    numbers : CellNumbers
        What the campaign file fixes.
    target : str
        The first objective.
    spread : float
        Standard deviation between cells of one design, z.
    measured : DataFrame, optional
        The campaign's cells.

    Returns
    -------
    Plan
        Until cells of one design have told how they spread, the control is built twice at least, since it is the host
        that every batch has; once they have, one cell of it shows whether the laboratory's level has moved.
    """
    wanted = needed(spread, numbers.factor)
    per_host = numbers.per_host or min(wanted, numbers.most)
    learned = has_replicates(measured, target)
    controls = numbers.controls or (1 if learned else max(_LEARNED_FROM, per_host))
    return Plan(per_host, controls, wanted, spread, target, learned, numbers)


def needed(spread: float, factor: float) -> int:
    """Return how many cells bring two standard errors of their mean below a factor.

    Parameters
    ----------
    spread : float
        Standard deviation between cells, of the natural logarithm.
    factor : float
        More than 1.
    """
    return max(1, ceil((_STANDARD_ERRORS * spread / log(factor)) ** 2 - 1e-9))


def cells_to_make(rows: pd.DataFrame, planned: Plan, measured: pd.DataFrame | None) -> list[int]:
    """Return how many cells to build of each row of a batch.

    Parameters
    ----------
    rows : DataFrame, n rows
        Choices, ``role`` and ``repeat_of``.
    planned : Plan
        For this batch.
    measured : DataFrame, optional
        The campaign's cells: of a host that is made again those that are there count.
    """
    there = {} if measured is None else measured.groupby(_designs(measured)).size().to_dict()
    keys = _designs(rows)
    return [
        planned.controls
        if role == CONTROL
        else max(1, planned.per_host - (int(there.get(key, 0)) if again else 0))
        for role, again, key in zip(rows["role"], rows["repeat_of"], keys, strict=True)
    ]


def has_replicates(measured: pd.DataFrame | None, target: str) -> bool:
    """Test whether cells of one design have told how a target spreads: two values and no bounds."""
    if measured is None or target not in measured.columns:
        return False
    valued = measured[_valued(measured, target)]
    return bool(len(valued)) and bool((valued.groupby(_designs(valued)).size() >= _LEARNED_FROM).any())


def reason(planned: Plan, what: str) -> str:
    """Say in a few words how many cells to build, and why.

    Parameters
    ----------
    planned : Plan
        Of a batch.
    what : str
        The first objective in words.

    Returns
    -------
    str
    """
    known = "as your replicates say" if planned.learned else "as published cells do, until yours say more"
    within = exp(_STANDARD_ERRORS * planned.spread / sqrt(planned.per_host))
    mean = "one cell tells" if planned.per_host == 1 else f"the mean of {planned.per_host} tells"
    short = (
        f"; to see a factor of {planned.numbers.factor:g} would take {planned.wanted}"
        if planned.per_host < planned.wanted
        else ""
    )
    return (
        f"build {_cells(planned.per_host)} of each host and {planned.controls} of the control: cells of one design "
        f"differ in {what} by a factor of {exp(planned.spread):.2f} ({known}), so that {mean} what a host is worth "
        f"to within a factor of {within:.2f}{short}"
    )


def may_be_luck(measured: pd.DataFrame | None, goal: TargetGoal, planned: Plan) -> str:
    """Find the best host so far, if its lead is no more than cells of one design differ by.

    Parameters
    ----------
    measured : DataFrame, optional
        The campaign's cells under like conditions, with ``cell_id``.
    goal : "max", "min", Match or Within
        Of the first objective.
    planned : Plan
        With the spread between cells.

    Returns
    -------
    str
        The id of one of its cells; empty where its lead is clear, or it was built as often as the rule asks for. A
        lower bound counts as its value.
    """
    if measured is None or planned.target not in measured.columns or "cell_id" not in measured.columns:
        return ""
    usable = measured[_valued(measured, planned.target, bounds=True)]
    z = SCALES[planned.target].to_z(usable[planned.target].to_numpy(dtype=float))
    gained = pd.Series(gain(planned.target, goal, z), index=usable.index)
    hosts = (
        gained.groupby(_designs(usable))
        .agg(["mean", "size"])
        .sort_values("mean", ascending=False, kind="stable")
    )
    if len(hosts) < 2:
        return ""
    (best, built), (second, rival) = hosts.to_numpy(dtype=float)[:2]
    too_close = best - second < _STANDARD_ERRORS * planned.spread * sqrt(1.0 / built + 1.0 / rival)
    if not too_close or built >= planned.wanted:
        return ""
    own = usable[_designs(usable) == hosts.index[0]]
    return str(own["cell_id"].iloc[0] or "")


def _valued(measured: pd.DataFrame, target: str, *, bounds: bool = False) -> pd.Series:
    """Say of which cells a value is known, or a lower bound where these count."""
    known = measured[target].notna()
    flag = f"{target}_censored"
    if flag in measured.columns:
        known &= (measured[flag] != BELOW) if bounds else ~measured[flag].map(bool)
    return known


def _designs(table: pd.DataFrame) -> pd.Series:
    """Give rows of one design one text."""
    names = [name for name in (*c.CHOICES, *c.CONDITIONS) if name in table.columns]

    def text(row: Sequence[Any]) -> str:
        return "|".join(
            f"{float(np.format_float_positional(value, _SAME_TO, fractional=False)):g}"
            if isinstance(value, float)
            else str(value)
            for value in row
        )

    rows = table[names].itertuples(index=False, name=None)
    return pd.Series([text(row) for row in rows], index=table.index, dtype=object)


def _cells(number: int) -> str:
    return f"{number} cell" if number == 1 else f"{number} cells"
