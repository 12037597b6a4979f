"""What to compare a host with, how many cells to build, how to cycle them, and when to stop.

Data flow: a row of a batch, the control's row, what is planned and believed (``campaign.replicates``,
``campaign.comparison``) -> numbers of ``campaign.deciding`` in cycles and days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

from surrogate.campaign.deciding import DECIDED, SURE, cells_to_tell, decisive_difference
from surrogate.campaign.gains import on_z
from surrogate.report import summary
from surrogate.report.cards.against import difference, in_a_sentence
from surrogate.report.quantities import given, number, quantity

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.replicates import Plan

LIFE = "cycle_life_cycles"
FAILURE = (
    "the first of: a short (the voltage collapses), a polarisation of more than twice that of cycle 10, or a "
    "coulombic efficiency below 90 % for 3 cycles"
)
_HOURS_A_DAY = 24.0


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
    to_tell : int or None
        Cells of each that put the better one of host and control ahead with the probability ``SURE``, if they differ
        as predicted; None where they are predicted to be alike.
    chance : float or None
        With which the cells that are built do so; None without a prediction against the control.
    text : str
        The number with its reason.
    """

    cells: int
    controls: int
    spread_factor: float
    learned: bool
    to_tell: int | None
    chance: float | None
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
    planned: Plan | None = None,
    comparison: Comparison | None = None,
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
    planned : Plan, optional
        How many cells to build, and what that rests on.
    comparison : Comparison, optional
        Of the batch, for the spread between cells.

    Returns
    -------
    CyclingTest
    """
    replicates = _replicates(row, control, campaign, planned)
    current, capacity = float(row["current_density_mA_cm2"]), float(row["areal_capacity_mAh_cm2"])
    pressure = given(row, "stack_pressure_MPa")
    conditions = tuple(summary.conditions(campaign.conditions.as_dict()))
    return CyclingTest(
        control_id=control_id if control is not None else "",
        control=summary.title(control).removeprefix("control: ") if control is not None else "",
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
        stop=_stop(row, control, campaign, replicates, comparison),
    )


def _replicates(
    row: Mapping[str, Any], control: Mapping[str, Any] | None, campaign: Campaign, planned: Plan | None
) -> Replicates:
    from surrogate.models.campaign_model import REPLICATES

    target = next(iter(campaign.objectives))
    spread = planned.spread if planned is not None else REPLICATES[target].median
    learned = planned is not None and planned.learned
    cells = int(given(row, "cells_to_make") or 1)
    controls = int(given(control or {}, "cells_to_make") or 0)
    told = difference(row, target) if controls else None
    to_tell = cells_to_tell(told[0], spread) if told is not None else None
    chance = _chance(told[0], spread, cells, controls) if told is not None else None
    what = in_a_sentence(target)
    known = "your own replicates" if learned else "published cells, until your replicates say more"
    text = f"build {cells} of it" + (f" and {controls} of the control" if controls else "")
    text += f": cells of one design differ in {what} by a factor of {number(exp(spread))} ({known})"
    if told is not None and chance is not None:
        ratio = number(exp(told[0]), 2)
        text += (
            f"; if this host has × {ratio} of the control, the mean of these comes out on the right side with a "
            f"probability of {chance:.2f}"
        )
        if to_tell is None:
            text += f", and no number of cells makes that {SURE:g}"
        else:
            text += f", and {number(to_tell)} of each would make it {SURE:g} (n = 2 (1.28 s / ln ratio)²)"
    return Replicates(cells, controls, exp(spread), learned, to_tell, chance, text)


def _chance(difference: float, spread: float, cells: int, controls: int) -> float:
    from scipy.special import ndtr

    return float(ndtr(abs(difference) / (spread * (1.0 / cells + 1.0 / controls) ** 0.5)))


def _stop(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    campaign: Campaign,
    replicates: Replicates,
    comparison: Comparison | None,
) -> StopRule | None:
    first = given(row, f"{LIFE}_lower")
    if first is None:
        return None
    hours = 2.0 * float(row["areal_capacity_mAh_cm2"]) / float(row["current_density_mA_cm2"])
    wanted = LIFE in campaign.objectives and on_z(LIFE, campaign.objectives[LIFE]) == "max"
    told = difference(row, LIFE) if control is not None and replicates.controls else None
    factor = cycles = None
    if wanted and told is not None and control is not None and comparison is not None:
        ahead = decisive_difference(
            *told, comparison.spreads[LIFE], replicates.cells, replicates.controls, DECIDED
        )
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
        first_text=f"at {_cycles(float(first), hours)}: 19 of 20 cells are predicted to get so far, so that one "
        "that still runs says hardly anything before, and one that failed before contradicts the prediction",
        text=_when(factor, cycles, limit, hours, wanted),
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
        parts.append(
            "once steady cycling has given what is wanted: cycle life is no objective to be raised here"
        )
    if limit is not None:
        parts.append(f"not before the campaign's limit of {_cycles(limit, hours)}")
    parts.append(f"a cell ends by itself at {FAILURE}")
    return "; ".join(parts)


def _cycles(cycles: float, hours: float) -> str:
    """Write cycles and how long they take."""
    days = cycles * hours / _HOURS_A_DAY
    took = f"{number(days, 2)} days" if days >= 2.0 else f"{number(cycles * hours, 2)} h"
    return f"{number(cycles, 2)} cycles ({took})"
