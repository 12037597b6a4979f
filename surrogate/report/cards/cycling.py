"""What to compare a host with, how many cells to build, how to cycle them, and when to stop.

Data flow: a row of a batch, the control's row and the spread between cells of one design -> numbers of
``campaign.deciding``, in cells, cycles and days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

from surrogate.campaign.deciding import DECIDED, SURE, cells_to_tell, chance_to_tell, decisive_difference
from surrogate.campaign.gains import on_z
from surrogate.report import summary
from surrogate.report.cards.against import (
    control_in_words,
    difference,
    in_a_sentence,
    listed,
    probability,
    times,
)
from surrogate.report.quantities import given, number, quantity

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

LIFE = "cycle_life_cycles"
FAILURE = (
    "the first of: a short (the voltage collapses), a polarisation of more than twice that of cycle 10, or a "
    "coulombic efficiency below 90 % for 3 cycles"
)
_HOURS_A_DAY = 24.0
_NORMAL = "1.28"  # the normal quantile of SURE


@dataclass(frozen=True)
class Replicates:
    """How many cells to build of a host and of its control, and why.

    Attributes
    ----------
    cells, controls : int
        To build.
    spread_factor : float
        By which cells of one design differ in the first objective (exp of a standard deviation).
    learned : bool
        Whether that rests on replicates of this campaign.
    to_tell : mapping of str to int or None
        Objective -> cells of each that put the better one of host and control ahead with the probability ``SURE``, if
        they differ as predicted; None where they are predicted to be alike. Empty for the control.
    chances : mapping of str to float
        Objective -> probability with which the cells that are built do so.
    text : str
        The number with its reason.
    """

    cells: int
    controls: int
    spread_factor: float
    learned: bool
    to_tell: Mapping[str, int | None]
    chances: Mapping[str, float]
    text: str


@dataclass(frozen=True)
class StopRule:
    """When a cell has answered.

    Attributes
    ----------
    first_says_cycles : float
        Cycles that 19 of 20 cells are predicted to reach (the lower end of the central 90 % predictive interval): a
        cell that still runs says hardly anything before, and one that failed earlier contradicts the prediction.
    decided_factor : float or None
        By how much the host's cells have to outlive the control's (ratio of geometric means) until the host is better
        with the probability ``DECIDED``; at least 1. None where life is no objective to be raised.
    decided_cycles : float or None
        The same in cycles, if the control lives as predicted.
    limit_cycles : float or None
        At least so many are a limit of the campaign.
    hours_a_cycle : float
        Plating and stripping at the campaign's current and capacity, without rests.
    failure : str
        What ends a life.
    first_text, text : str
        Ready to print.
    """

    first_says_cycles: float
    decided_factor: float | None
    decided_cycles: float | None
    limit_cycles: float | None
    hours_a_cycle: float
    failure: str
    first_text: str
    text: str


@dataclass(frozen=True)
class CyclingTest:
    """How a host is put to the test.

    Attributes
    ----------
    control_id, control : str
        Id and make of what it is compared with; empty where the batch has no control.
    replicates : Replicates
    conditions : tuple of (str, str)
        The cell in words: electrolyte and whatever else is given.
    current_density_mA_cm2, areal_capacity_mAh_cm2, temperature_C : float
    stack_pressure_MPa : float or None
        Where one is given.
    current_mA, capacity_mAh : float
        For the campaign's disc.
    text : str
        How to cycle, ready to print.
    stop : StopRule or None
        None without a prediction of cycle life.
    """

    control_id: str
    control: str
    replicates: Replicates
    conditions: tuple[tuple[str, str], ...]
    current_density_mA_cm2: float
    areal_capacity_mAh_cm2: float
    temperature_C: float
    stack_pressure_MPa: float | None
    current_mA: float
    capacity_mAh: float
    text: str
    stop: StopRule | None


def cycling_of(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    control_id: str,
    campaign: Campaign,
    area_cm2: float,
    spreads: Mapping[str, float],
    learned: bool,
) -> CyclingTest:
    """Say how a host of a batch is put to the test.

    Parameters
    ----------
    row, control : mapping of str to object
        Rows of a batch.
    control_id : str
        Of the control.
    campaign : Campaign
        Conditions, objectives and limits.
    area_cm2 : float
        Of the disc.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    learned : bool
        Whether these rest on replicates of this campaign.

    Returns
    -------
    CyclingTest
    """
    if summary.is_control(row):
        control = None
    replicates = _replicates(row, control, campaign, spreads, learned)
    current, capacity = float(row["current_density_mA_cm2"]), float(row["areal_capacity_mAh_cm2"])
    pressure = given(row, "stack_pressure_MPa")
    conditions = tuple(summary.conditions(campaign.conditions.as_dict()))
    return CyclingTest(
        control_id=control_id if control is not None else "",
        control=control_in_words(control) if control is not None else "",
        replicates=replicates,
        conditions=conditions,
        current_density_mA_cm2=current,
        areal_capacity_mAh_cm2=capacity,
        temperature_C=float(row["temperature_C"]),
        stack_pressure_MPa=None if pressure is None else float(pressure),
        current_mA=current * area_cm2,
        capacity_mAh=capacity * area_cm2,
        text=f"{quantity(current, 'current_density_mA_cm2')} ({number(current * area_cm2)} mA on the disc), "
        f"{quantity(capacity, 'areal_capacity_mAh_cm2')} ({number(capacity * area_cm2)} mAh) each way, "
        f"{quantity(float(row['temperature_C']), 'temperature_C')}"
        + ("" if pressure is None else f", {quantity(float(pressure), 'stack_pressure_MPa')}"),
        stop=_stop(row, control, campaign, replicates, spreads),
    )


def _replicates(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    campaign: Campaign,
    spreads: Mapping[str, float],
    learned: bool,
) -> Replicates:
    first = next(iter(campaign.objectives))
    cells = int(given(row, "cells_to_make") or 1)
    controls = int(given(control or {}, "cells_to_make") or 0)
    known = "your own replicates" if learned else "published cells, until your replicates say more"
    text = f"build {cells}" + (f" of it and {controls} of the control" if controls else "")
    differ = (
        f"cells of one design differ in {in_a_sentence(first)} by a factor of {number(exp(spreads[first]))}"
    )
    text += f": {differ} ({known})"
    to_tell: dict[str, int | None] = {}
    chances: dict[str, float] = {}
    said = []
    for target in campaign.objectives if controls else ():
        if (told := difference(row, target)) is None:
            continue
        to_tell[target] = many = cells_to_tell(told[0], spreads[target])
        chances[target] = chance_to_tell(told[0], spreads[target], cells, controls)
        enough = "no number of cells is enough" if many is None else f"{number(many)} of each for {SURE:g}"
        said.append(
            f"in {in_a_sentence(target)} with a probability of {probability(chances[target])} if it is "
            f"{times(exp(told[0]))} ({enough})"
        )
    if said:
        text += f". So many put the better of host and control ahead {listed(said)}; n = 2 ({_NORMAL} s / ln ratio)²"
    return Replicates(cells, controls, exp(spreads[first]), learned, to_tell, chances, text)


def _stop(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    campaign: Campaign,
    replicates: Replicates,
    spreads: Mapping[str, float],
) -> StopRule | None:
    first = given(row, f"{LIFE}_lower")
    if first is None:
        return None
    hours = 2.0 * float(row["areal_capacity_mAh_cm2"]) / float(row["current_density_mA_cm2"])
    wanted = LIFE in campaign.objectives and on_z(LIFE, campaign.objectives[LIFE]) == "max"
    told = difference(row, LIFE) if control is not None and replicates.controls else None
    factor = cycles = None
    if wanted and told is not None and control is not None:
        ahead = decisive_difference(*told, spreads[LIFE], replicates.cells, replicates.controls, DECIDED)
        factor = exp(max(ahead, 0.0))
        cycles = factor * float(control[LIFE])
    limit = max(
        (limit.bound for limit in campaign.limits if limit.name == LIFE and limit.side == ">="), default=None
    )
    return StopRule(
        first_says_cycles=float(first),
        decided_factor=factor,
        decided_cycles=cycles,
        limit_cycles=limit,
        hours_a_cycle=hours,
        failure=FAILURE,
        first_text=_first_says(float(first), hours),
        text=_when(factor, cycles, limit, hours, wanted),
    )


def _first_says(first: float, hours: float) -> str:
    """Say when a cell that still runs, or one that failed, says something."""
    if first < 1.0:
        return (
            "from the first cycle on: 1 of 20 cells is predicted not to complete it, so that each one counts"
        )
    return (
        f"at {_cycles(first, hours)}: 19 of 20 cells are predicted to get so far, so that one that still runs says "
        "hardly anything before, and one that failed before contradicts the prediction"
    )


def _when(factor: float | None, cycles: float | None, limit: float | None, hours: float, wanted: bool) -> str:
    """Say when a cell may be stopped."""
    parts = []
    if factor is not None and cycles is not None:
        far = (
            f"once its cells have outlived those of the control (geometric mean) by a factor of {number(factor)}"
            if factor > 1.0
            else "once its cells have outlived those of the control (geometric mean)"
        )
        parts.append(
            f"{far}, which is {_cycles(cycles, hours)} if the control lives as predicted: then it is better with a "
            f"probability of {DECIDED:g}"
        )
    elif not wanted:
        parts.append("once steady cycling has given what is wanted: a longer life is no objective here")
    if limit is not None:
        parts.append(f"not before the campaign's limit of {_cycles(limit, hours)}")
    parts.append(f"a cell ends by itself at {FAILURE}")
    return "; ".join(parts)


def _cycles(cycles: float, hours: float) -> str:
    """Write cycles and how long they take."""
    days = cycles * hours / _HOURS_A_DAY
    took = f"{number(days, 2)} days" if days >= 2.0 else f"{number(cycles * hours, 2)} h"
    return f"{number(cycles, 2)} cycles ({took})"
