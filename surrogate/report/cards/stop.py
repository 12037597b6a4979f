"""When a cell has answered: how long to run it, what each mark of a run says, and what ends a life.

Data flow: a row of a batch, the control's row, the bar of cycle life and the spread between cells of one design ->
cycles and days (``campaign.deciding``), and the sentences that go with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, inf, log
from typing import TYPE_CHECKING, Any

from scipy.special import ndtr

from surrogate.campaign.deciding import DECIDED, decisive_difference
from surrogate.campaign.gains import on_z
from surrogate.evaluation.metrics import NINETY
from surrogate.report import summary
from surrogate.report.cards.against import in_a_sentence, listed, probability, times
from surrogate.report.cards.bars import IN_STEADY_CYCLING, STEADY_CYCLE, Bar
from surrogate.report.quantities import given, number

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

LIFE = "cycle_life_cycles"
FAILURE = (
    "a short (the overpotential falls below half of that of the cycle before) at any time; after cycle 10, as the "
    "first cycles form films and fill the host itself, a polarisation of more than twice that of cycle 10 and 20 mV "
    "above it (assumed), or a coulombic efficiency below 90 % for 3 cycles in a row (of a half cell, stripped to a "
    "cut-off voltage, such as the 1 V of the simulation)"
)
_HOURS_A_DAY = 24.0
_SAME_DISTANCE = 0.02  # of two bars from 1, ln
_SMALL = 0.5  # spread of cells over that of a prediction below which most of the latter is not the cells'


@dataclass(frozen=True)
class StopRule:
    """When a cell has answered.

    Attributes
    ----------
    first_says_cycles : float
        The lower end of the central 90 % predictive interval: a cell that still runs says hardly anything before, and
        cells that all failed earlier speak against the prediction.
    predicted_cycles : float
        What the host is predicted to live.
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
    control_still_runs : float or None
        Probability that a cell of the control lives to ``decided_cycles``.
    longest_cycles : float
        The upper end of that interval.
    limit_cycles : float or None
        At least so many are a limit of the campaign.
    hours_a_cycle : float
        Plating and stripping at the campaign's current and capacity, without rests.
    failure : str
        What ends a life.
    timeline : tuple of (str, str)
        Marks of a run in the order of cycles, and what each says; ready to print.
    text, in_short : str
        When to stop, in sentences and in one, ready to print.
    rests_on : str
        What the factor counts, ready to print; empty without one.
    """

    first_says_cycles: float
    predicted_cycles: float
    decided_factor: float | None
    decided_cycles: float | None
    cells_alone_factor: float | None
    control_cycles: float | None
    control_still_runs: float | None
    longest_cycles: float
    limit_cycles: float | None
    hours_a_cycle: float
    failure: str
    timeline: tuple[tuple[str, str], ...]
    text: str
    in_short: str
    rests_on: str


def stop_of(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    campaign: Campaign,
    cells: tuple[int, int],
    spreads: Mapping[str, float],
    bars: tuple[Bar, ...],
) -> StopRule | None:
    """Say when a cell of a host has answered.

    Parameters
    ----------
    row, control : mapping of str to object
        Rows of a batch.
    campaign : Campaign
        Objectives and limits.
    cells : (int, int)
        Of the host and of the control.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    bars : tuple of Bar
        Of the host.

    Returns
    -------
    StopRule or None
        None without a prediction of cycle life.
    """
    first = given(row, f"{LIFE}_lower")
    if first is None:
        return None
    hours = 2.0 * float(row["areal_capacity_mAh_cm2"]) / float(row["current_density_mA_cm2"])
    wanted = LIFE in campaign.objectives and on_z(LIFE, campaign.objectives[LIFE]) == "max"
    bar = next((one for one in bars if one.target == LIFE and one.upwards), None)
    factor = cycles = alone = None
    if bar is not None and control is not None:
        factor = bar.factor
        alone = exp(decisive_difference(0.0, inf, spreads[LIFE], *cells, DECIDED))
        cycles = factor * float(control[LIFE])
    limit = max(
        (limit.bound for limit in campaign.limits if limit.name == LIFE and limit.side == ">="), default=None
    )
    lives = None if control is None else given(control, LIFE)
    rule = StopRule(
        first_says_cycles=float(first),
        predicted_cycles=float(row[LIFE]),
        decided_factor=factor,
        decided_cycles=cycles,
        cells_alone_factor=alone,
        control_cycles=None if lives is None else float(lives),
        control_still_runs=_still_runs(control, cycles),
        longest_cycles=float(row[f"{LIFE}_upper"]),
        limit_cycles=limit,
        hours_a_cycle=hours,
        failure=FAILURE,
        timeline=(),
        text="",
        in_short="",
        rests_on="",
    )
    text = _when(rule, wanted, summary.is_control(row), None if bar is None else bar.worse)
    return replace(
        rule,
        timeline=_timeline(rule, bars, spreads[LIFE]),
        text=text,
        in_short=_in_short(rule) or text,
        rests_on=_rests_on(rule, None if bar is None else bar.worse),
    )


def _still_runs(control: Mapping[str, Any] | None, cycles: float | None) -> float | None:
    """Return the probability that a cell of the control lives so long: normal on the scale of lives."""
    if control is None or cycles is None:
        return None
    lives, most = float(control[LIFE]), float(control[f"{LIFE}_upper"])
    return float(ndtr(NINETY * log(lives / cycles) / log(most / lives)))


def _timeline(rule: StopRule, bars: tuple[Bar, ...], noise: float) -> tuple[tuple[str, str], ...]:
    """List the marks of a run in the order of cycles."""
    hours, marks = rule.hours_a_cycle, list[tuple[float, str]]()
    early = [one for one in bars if one.target in IN_STEADY_CYCLING]
    if early:
        what = listed([in_a_sentence(one.target) for one in early])
        told = listed([f"{'above' if one.upwards else 'below'} {times(one.factor)}" for one in early])
        rest = [in_a_sentence(one.target) for one in bars if one not in early]
        then = f"; go on for the {listed(rest)} alone" if rest else ""
        marks.append((STEADY_CYCLE, f"read the {what}: {told} the control's decides that{then}"))
    if rule.control_cycles is not None:
        marks.append((rule.control_cycles, "the control is predicted to fail"))
        marks.append((rule.predicted_cycles, "the host is predicted to fail"))
    if rule.first_says_cycles >= 1.0:
        marks.append((
            rule.first_says_cycles,
            "lower end of the prediction: if all cells of the host fail before, that speaks against the prediction",
        ))  # fmt: skip
    if rule.decided_cycles is not None and rule.decided_factor is not None:
        marks.append((
            rule.decided_cycles,
            f"the host is better with a probability of {DECIDED:g} if its cells get here, "
            f"{times(rule.decided_factor)} the control's life, and the control lives as predicted: you may stop here",
        ))  # fmt: skip
    if rule.limit_cycles is not None:
        marks.append((rule.limit_cycles, "the campaign's limit: not to be stopped before"))
    range_of_one = log(rule.longest_cycles / rule.predicted_cycles) / NINETY
    shared = ", mostly the model's error, which all cells share," if noise < _SMALL * range_of_one else ""
    marks.append((
        rule.longest_cycles,
        f"upper end of the prediction{shared} and no order to run so long; tell a cell that you stop as not failed",
    ))  # fmt: skip
    return tuple((_cycles(cycles, hours), text) for cycles, text in sorted(marks, key=lambda mark: mark[0]))


def _by_then(worse: float | None) -> str:
    """Say what is known where controls still run."""
    if worse is None:
        return "which lives longer stays open"
    return (
        f"if all of the host's have failed by then, and their geometric mean is below {times(worse)} the control's "
        "cycles so far, the control is better; otherwise it stays open: tell all cells as they are, those that run "
        "as running, and the next batch counts them"
    )


def _when(rule: StopRule, wanted: bool, is_control: bool, worse: float | None = None) -> str:
    """Say when a cell may be stopped, and what is open by then; the control is better from the ratio ``worse`` on."""
    parts = []
    if (
        rule.decided_factor is not None
        and rule.decided_cycles is not None
        and rule.control_cycles is not None
        and rule.control_still_runs is not None
    ):
        ahead = f"{times(rule.decided_factor)} as long as" if rule.decided_factor > 1.0 else "as long as"
        when = _cycles(rule.decided_cycles, rule.hours_a_cycle)
        parts += [
            "Stop a cell that has failed. Once all of the control's have, run this host's until their geometric mean "
            f"is {ahead} those lived, or all have failed: {when} if the control lives its predicted "
            f"{number(rule.control_cycles, 2)}",
            f"If a control still runs at {number(rule.decided_cycles, 2)} cycles (probability "
            f"{probability(rule.control_still_runs)} for each of them), stop this host's then: {_by_then(worse)}",
            "Report a host that fails before its control too: it is as valid a result",
        ]
    elif not wanted:
        parts.append("Stop once steady cycling has given what is wanted: a longer life is no objective here")
    elif is_control:
        parts.append("Let it run until it fails or the hosts are decided, as they are compared with it")
    else:
        parts.append("Let it run until it fails; a cell that you stop is told as not failed")
    if rule.first_says_cycles < 1.0:
        parts.append("1 of 20 cells is predicted not to complete the first cycle, so that each one counts")
    return ". ".join(parts)


def _in_short(rule: StopRule) -> str:
    """Say at which ratio and after how many cycles host and control are decided; empty where no ratio decides."""
    if rule.decided_factor is None or rule.decided_cycles is None or rule.control_cycles is None:
        return ""
    runs = (
        ""
        if rule.control_still_runs is None
        else f" (probability {probability(rule.control_still_runs)} for each of them)"
    )
    return (
        f"when its cells have lived {times(rule.decided_factor)} as long as the control's, "
        f"{_cycles(rule.decided_cycles, rule.hours_a_cycle)} if that lives its predicted "
        f"{number(rule.control_cycles, 2)}, or have failed; at {number(rule.decided_cycles, 2)} cycles also if "
        f"controls still run{runs}"
    )


def _rests_on(rule: StopRule, worse: float | None) -> str:
    """Say what the factor by which a host has to outlive the control counts, and where the other bar lies."""
    if rule.decided_factor is None or rule.cells_alone_factor is None:
        return ""
    text = (
        f"the bar takes your cells together with the predicted ratio: {times(rule.decided_factor)}; from the cells "
        f"alone it would be {times(rule.cells_alone_factor)}"
    )
    farther = 0.0 if worse is None else -log(worse) - log(rule.decided_factor)
    if worse is None or abs(farther) < _SAME_DISTANCE:
        return text
    for_whom, far = ("the host", "farther from") if farther > 0.0 else ("the control", "nearer to")
    return (
        f"{text}. As the prediction speaks for {for_whom}, the control's bar, {times(worse)}, lies {far} × 1"
    )


def _cycles(cycles: float, hours: float) -> str:
    """Write cycles and how long they take."""
    days = cycles * hours / _HOURS_A_DAY
    took = f"{number(days, 2)} days" if days >= 2.0 else f"{number(cycles * hours, 2)} h"
    return f"{number(cycles, 2)} cycles ({took})"
