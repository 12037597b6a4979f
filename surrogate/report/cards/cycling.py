"""What to compare a host with, how many cells to build, how to cycle them, and when to stop.

Data flow: a row of a batch, the control's row and the spread between cells of one design -> numbers of
``campaign.deciding``, in cells, cycles and days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, inf
from typing import TYPE_CHECKING, Any

from surrogate.campaign.deciding import DECIDED, cells_to_tell, chance_to_tell, decisive_difference
from surrogate.campaign.gains import on_z
from surrogate.report import summary
from surrogate.report.acting import acting
from surrogate.report.cards.against import (
    control_in_words,
    difference,
    in_a_sentence,
    probability,
    times,
)
from surrogate.report.cards.bars import Bar, bars_of, decides
from surrogate.report.quantities import given, number, quantity

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

LIFE = "cycle_life_cycles"
FAILURE = (
    "the first of: a short (the voltage collapses), a polarisation of more than twice that of cycle 10, or a "
    "coulombic efficiency below 90 % for 3 cycles in a row (of a half cell, stripped to its cut-off voltage)"
)
_HOURS_A_DAY = 24.0
_CELL = "half or symmetric, as cycle life is defined here; the campaign names none"


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
        Objective -> cells of each that put the better one of host and control ahead (``deciding.cells_to_tell``), if
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
    cells_alone_factor : float or None
        The factor at which the cells alone would show it with that probability, whatever was predicted: two samples
        of these numbers of cells with the spread between cells of one design.
    control_cycles : float or None
        What the control is predicted to live.
    longest_cycles : float
        Cycles that 1 of 20 cells is predicted to get past: the upper end of the prediction.
    limit_cycles : float or None
        At least so many are a limit of the campaign.
    hours_a_cycle : float
        Plating and stripping at the campaign's current and capacity, without rests.
    failure : str
        What ends a life.
    timeline : tuple of (str, str)
        Marks of a run in the order of cycles, and what each says; ready to print.
    text : str
        When to stop, ready to print.
    rests_on : str
        What the factor counts, ready to print; empty without one.
    """

    first_says_cycles: float
    decided_factor: float | None
    decided_cycles: float | None
    cells_alone_factor: float | None
    control_cycles: float | None
    longest_cycles: float
    limit_cycles: float | None
    hours_a_cycle: float
    failure: str
    timeline: tuple[tuple[str, str], ...]
    text: str
    rests_on: str


@dataclass(frozen=True)
class CyclingTest:
    """How a host is put to the test.

    Attributes
    ----------
    control_id, control : str
        Id and make of what it is compared with; empty where the batch has no control.
    control_text : str
        Its thickness, porosity, pores and predicted life in a line; empty likewise.
    replicates : Replicates
    conditions : tuple of (str, str)
        The cell in words: electrolyte, additives, lithium excess and whatever else is given, and its kind.
    current_density_mA_cm2, areal_capacity_mAh_cm2, temperature_C : float
    stack_pressure_MPa : float or None
        Where one is given.
    current_mA, capacity_mAh : float
        For the campaign's disc.
    text : str
        How to cycle, ready to print.
    bars : tuple of Bar
        What the cells have to show in each objective, the likeliest to be cleared first; empty for the control.
    decides_text : str
        The same in words; empty without bars.
    stop : StopRule or None
        None without a prediction of cycle life.
    """

    control_id: str
    control: str
    control_text: str
    replicates: Replicates
    conditions: tuple[tuple[str, str], ...]
    current_density_mA_cm2: float
    areal_capacity_mAh_cm2: float
    temperature_C: float
    stack_pressure_MPa: float | None
    current_mA: float
    capacity_mAh: float
    text: str
    bars: tuple[Bar, ...]
    decides_text: str
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
    bars = () if control is None else bars_of(row, campaign, spreads, replicates.cells, replicates.controls)
    current, capacity = float(row["current_density_mA_cm2"]), float(row["areal_capacity_mAh_cm2"])
    pressure = given(row, "stack_pressure_MPa")
    cycled = ("current_density_mA_cm2", "areal_capacity_mAh_cm2", "temperature_C", "stack_pressure_MPa")
    cell = {
        name: value for name, value in acting(campaign.conditions.as_dict()).items() if name not in cycled
    }
    conditions = (*summary.conditions(cell), ("Cell kind", _CELL))
    return CyclingTest(
        control_id=control_id if control is not None else "",
        control=control_in_words(control) if control is not None else "",
        control_text=_control(control) if control is not None else "",
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
        bars=bars,
        decides_text=decides(bars) if bars else "",
        stop=_stop(row, control, campaign, replicates, spreads, bars),
    )


def _control(control: Mapping[str, Any]) -> str:
    """Describe a control in a line: what it is like and how long it is predicted to live."""
    said = [control_in_words(control)]
    if float(control["thickness_um"]) > 0.0:
        said += [
            quantity(control["thickness_um"], "thickness_um"),
            f"porosity {quantity(control['porosity_top'], 'porosity_top')}",
            f"pores {quantity(control['pore_size_top_um'], 'pore_size_top_um')}",
        ]
    if given(control, LIFE) is not None:
        said.append(f"predicted to live {summary.prediction(control, LIFE)}")
    return ", ".join(said)


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
    for target in campaign.objectives if controls else ():
        if (told := difference(row, target)) is None:
            continue
        to_tell[target] = cells_to_tell(told[0], spreads[target])
        chances[target] = chance_to_tell(told[0], spreads[target], cells, controls)
    return Replicates(cells, controls, exp(spreads[first]), learned, to_tell, chances, text)


def _stop(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    campaign: Campaign,
    replicates: Replicates,
    spreads: Mapping[str, float],
    bars: tuple[Bar, ...],
) -> StopRule | None:
    first = given(row, f"{LIFE}_lower")
    if first is None:
        return None
    hours = 2.0 * float(row["areal_capacity_mAh_cm2"]) / float(row["current_density_mA_cm2"])
    wanted = LIFE in campaign.objectives and on_z(LIFE, campaign.objectives[LIFE]) == "max"
    bar = next((one for one in bars if one.target == LIFE and one.upwards), None)
    factor = cycles = alone = None
    if bar is not None and control is not None:
        factor = bar.factor
        alone = exp(
            decisive_difference(0.0, inf, spreads[LIFE], replicates.cells, replicates.controls, DECIDED)
        )
        cycles = factor * float(control[LIFE])
    limit = max(
        (limit.bound for limit in campaign.limits if limit.name == LIFE and limit.side == ">="), default=None
    )
    lives = None if control is None else given(control, LIFE)
    rule = StopRule(
        first_says_cycles=float(first),
        decided_factor=factor,
        decided_cycles=cycles,
        cells_alone_factor=alone,
        control_cycles=None if lives is None else float(lives),
        longest_cycles=float(row[f"{LIFE}_upper"]),
        limit_cycles=limit,
        hours_a_cycle=hours,
        failure=FAILURE,
        timeline=(),
        text="",
        rests_on="",
    )
    return replace(
        rule,
        timeline=_timeline(rule),
        text=_when(rule, wanted, summary.is_control(row), bars),
        rests_on=_rests_on(rule),
    )


def _timeline(rule: StopRule) -> tuple[tuple[str, str], ...]:
    """List the marks of a run in the order of cycles."""
    hours, marks = rule.hours_a_cycle, list[tuple[float, str]]()
    if rule.control_cycles is not None:
        marks.append((rule.control_cycles, "the control is predicted to fail"))
    if rule.first_says_cycles >= 1.0:
        marks.append((
            rule.first_says_cycles,
            "a cell that failed before contradicts the prediction: 19 of 20 are predicted to get here",
        ))  # fmt: skip
    if rule.decided_cycles is not None and rule.decided_factor is not None:
        marks.append((
            rule.decided_cycles,
            f"the host is better with a probability of {DECIDED:g} if its cells get here, "
            f"{times(rule.decided_factor)} the control's life, and the control lives as predicted: you may stop here",
        ))  # fmt: skip
    if rule.limit_cycles is not None:
        marks.append((rule.limit_cycles, "the campaign's limit: not to be stopped before"))
    marks.append((
        rule.longest_cycles,
        "the upper end of the prediction, which 1 of 20 cells gets past, and no order to run so long; tell a cell "
        "that you stop as not failed",
    ))  # fmt: skip
    return tuple((_cycles(cycles, hours), text) for cycles, text in sorted(marks, key=lambda mark: mark[0]))


def _when(rule: StopRule, wanted: bool, is_control: bool, bars: tuple[Bar, ...]) -> str:
    """Say when a cell may be stopped, and what is open by then."""
    parts = []
    if (
        rule.decided_factor is not None
        and rule.decided_cycles is not None
        and rule.control_cycles is not None
    ):
        ahead = f"{times(rule.decided_factor)} as long as" if rule.decided_factor > 1.0 else "as long as"
        parts.append(
            f"Stop a cell that has failed, and this host's cells once they have run {ahead} the control's have lived "
            f"(geometric means): {_cycles(rule.decided_cycles, rule.hours_a_cycle)} if the control lives its "
            f"predicted {number(rule.control_cycles, 2)}"
        )
        life, *_ = (one for one in bars if one.target == LIFE)
        first = bars[0]
        if first is not life:
            parts.append(
                f"If the predictions are true, the {in_a_sentence(first.target)} shows the host better before that "
                f"with a probability of {probability(first.chance)}, and a longer life is shown then with one of "
                f"{probability(life.chance)}"
            )
        parts.append("A host that fails first is told as failed: it counts as much as a success")
    elif not wanted:
        parts.append("Stop once steady cycling has given what is wanted: a longer life is no objective here")
    elif is_control:
        parts.append("Let it run until it fails or the hosts are decided, as they are compared with it")
    else:
        parts.append("Let it run until it fails; a cell that you stop is told as not failed")
    if rule.first_says_cycles < 1.0:
        parts.append("1 of 20 cells is predicted not to complete the first cycle, so that each one counts")
    return ". ".join(parts)


def _rests_on(rule: StopRule) -> str:
    """Say what the factor by which a host has to outlive the control counts."""
    if rule.decided_factor is None or rule.cells_alone_factor is None:
        return ""
    return (
        f"{times(rule.decided_factor)} counts the prediction as well as the cells; the cells alone would show it at "
        f"{times(rule.cells_alone_factor)}. Stopping compares the host with the control; whether a failure "
        "contradicts the prediction compares it with its own interval"
    )


def _cycles(cycles: float, hours: float) -> str:
    """Write cycles and how long they take."""
    days = cycles * hours / _HOURS_A_DAY
    took = f"{number(days, 2)} days" if days >= 2.0 else f"{number(cycles * hours, 2)} h"
    return f"{number(cycles, 2)} cycles ({took})"
