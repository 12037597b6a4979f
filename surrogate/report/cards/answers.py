"""What is predicted of a host beside its control, and which part of that physics, literature and own cells bring.

Data flow: a row of a batch and its control's (``campaign.understanding`` has split the medians) -> numbers, and words
that say no more than the interval allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Any

from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.materials.groups import LIQUIDS
from surrogate.report import summary
from surrogate.report.cards.against import in_a_sentence, own_cells, times
from surrogate.report.quantities import given, label, number, quantity

WIDE = 50.0  # upper over lower end of an interval that says next to nothing
_CCD = "ccd_mA_cm2"
_SOURCES = ("physics", "literature", "cells")
_MOVED = 1.05  # a factor that is worth naming, up or down


@dataclass(frozen=True)
class Answer:
    """One target of a host: predicted, simulated, and against the control.

    Attributes
    ----------
    target, name : str
        Its column, and in words.
    predicted, lower, upper : float
        Median and central 90 % interval of one new cell, in the unit of the column.
    simulated : float or None
        The simulator's own answer at its shipped constants, as ``surrogate simulate`` gives it.
    control : float or None
        Median of the control; None for the control itself.
    ratio, ratio_lower, ratio_upper : float or None
        What the host is itself worth over its control, with the central 90 % interval (of an efficiency, of the lost
        charge).
    text, ratio_text : str
        Ready to print.
    value_text, interval_text, control_text, control_interval_text : str
        For a table: the median and its interval, of the host and of the control.
    note : str
        What was simulated, how the prediction comes from that, and what it rests on.
    """

    target: str
    name: str
    predicted: float
    lower: float
    upper: float
    simulated: float | None
    control: float | None
    ratio: float | None
    ratio_lower: float | None
    ratio_upper: float | None
    text: str
    ratio_text: str
    value_text: str
    interval_text: str
    control_text: str
    control_interval_text: str
    note: str


@dataclass(frozen=True)
class Split:
    """Whence a median comes: logarithms of the ratio of a host to its control, and of the host itself.

    Attributes
    ----------
    target, name : str
        Its column, and in words.
    ln_physics, ln_literature, ln_cells : float
        Parts of ln(host/control) that the simulator, published cells and the campaign's own cells bring; their sum is
        ``ln_ratio``. What published cells say of the level is the same for both and cancels.
    ln_ratio : float
    by_physics : float
        Of the host itself: median by physics alone, in the unit of the column.
    by_literature, by_cells : float
        Factors that published and own cells made of it (of an efficiency, of the lost charge).
    text : str
        Ready to print.
    """

    target: str
    name: str
    ln_physics: float
    ln_literature: float
    ln_cells: float
    ln_ratio: float
    by_physics: float
    by_literature: float
    by_cells: float
    text: str


def answer_of(
    row: Mapping[str, Any], control: Mapping[str, Any] | None, target: str, told: int = 0
) -> Answer:
    """Say what is predicted of a host in one target.

    Parameters
    ----------
    row, control : mapping of str to object
        Rows of a batch; the control's may be the row itself.
    target : str
        One of ``TARGETS``, which the row has.
    told : int
        Number of the campaign's own cells.

    Returns
    -------
    Answer
    """
    simulated, predicted = given(row, f"{target}_physics"), float(row[target])
    lower, upper = (float(row.get(f"{target}_{end}", predicted)) for end in ("lower", "upper"))
    other = None if control is None or summary.is_control(row) else given(control, target)
    ratios = [given(row, f"{target}_vs_control{end}") for end in ("", "_lower", "_upper")]
    ratio = None if summary.is_control(row) or None in ratios else [float(one) for one in ratios]
    in_the_simulator = "" if simulated is None else f"simulated {quantity(float(simulated), target)}"
    notes = []
    if in_the_simulator:
        notes.append(in_the_simulator + _over_constants(row, target, simulated))
        moved = _moved_by(row, target, told)
        outside = not lower <= float(simulated or 0.0) <= upper
        notes += (
            [", as ".join(filter(None, ("outside the interval" * outside, moved)))]
            if outside or moved
            else []
        )
    if target == _CCD and row["electrolyte"] in LIQUIDS:
        notes.append("model only; no experimental data for hosts in liquid cells")
    if upper > WIDE * lower and not SCALES[target].decreasing:
        notes.append("an interval so wide says next to nothing")
    note = "; ".join(notes)
    said = summary.prediction(row, target)
    ratio_text = (
        ""
        if ratio is None
        else f"{in_a_sentence(target)} {times(ratio[0])} of the control's (90 %: {number(ratio[1], 2)} to "
        f"{number(ratio[2], 2)})"
    )
    return Answer(
        target=target,
        name=label(target),
        predicted=predicted,
        lower=lower,
        upper=upper,
        simulated=None if simulated is None else float(simulated),
        control=None if other is None else float(other),
        ratio=ratio[0] if ratio else None,
        ratio_lower=ratio[1] if ratio else None,
        ratio_upper=ratio[2] if ratio else None,
        text="; ".join(filter(None, (said, note))),
        ratio_text=ratio_text,
        value_text=quantity(predicted, target),
        interval_text=_interval(row, target),
        control_text="" if other is None else quantity(float(other), target),
        control_interval_text="" if control is None or other is None else _interval(control, target),
        note=note,
    )


def _interval(row: Mapping[str, Any], target: str) -> str:
    return summary.prediction(row, target).partition("(90 %: ")[2].removesuffix(")")


def _over_constants(row: Mapping[str, Any], target: str, simulated: Any) -> str:
    """Say what the simulator's median is over all constants that it may have, where that is another number."""
    over = given(row, f"{target}_by_physics")
    if over is None or quantity(float(over), target) == quantity(float(simulated), target):
        return ""
    return f" at the shipped constants, {quantity(float(over), target)} over all plausible ones"


def _moved_by(row: Mapping[str, Any], target: str, told: int) -> str:
    """Say what moved a prediction away from what was simulated."""
    others = target == _CCD and row["electrolyte"] in LIQUIDS  # of which none is published
    names = {
        "by_literature": f"published cells{' in other electrolytes' if others else ''}",
        "by_cells": own_cells(told),
    }
    factors = {name: given(row, f"{target}_{column}") for column, name in names.items()}
    moved = [
        f"{name} moved the {'lost charge' if SCALES[target].decreasing else 'level'} {times(float(factor))}"
        for name, factor in factors.items()
        if factor is not None and abs(log(float(factor))) > log(_MOVED)
    ]
    return " and ".join(moved)


def splits_of(row: Mapping[str, Any], control: Mapping[str, Any] | None, told: int = 0) -> tuple[Split, ...]:
    """Split the ratio of a host to its control by what brings it, of every target of which that is known.

    Parameters
    ----------
    row, control : mapping of str to object
        Rows of a batch.
    told : int
        Number of the campaign's own cells.

    Returns
    -------
    tuple of Split
    """
    if control is None:
        return ()
    found = []
    for target in c.TARGETS:
        names = [f"{target}_by_{source}" for source in _SOURCES]
        if any(given(one, name) is None for one in (row, control) for name in names):
            continue
        scale = SCALES[target]
        own, other = ([float(one[name]) for name in names] for one in (row, control))
        parts = [
            float(scale.to_z(own[0]) - scale.to_z(other[0])),
            log(own[1] / other[1]),
            log(own[2] / other[2]),
        ]
        said = ", ".join(
            f"{source} {times(exp(part))}"
            if source != "literature" or abs(part) > 1e-9
            else "literature × 1 (the same for both)"
            for source, part in zip(("physics", "literature", own_cells(told)), parts, strict=True)
            if source != own_cells(0) or abs(part) > 1e-9
        )
        found.append(
            Split(
                target=target,
                name=label(target),
                ln_physics=parts[0],
                ln_literature=parts[1],
                ln_cells=parts[2],
                ln_ratio=sum(parts),
                by_physics=own[0],
                by_literature=own[1],
                by_cells=own[2],
                text=f"{in_a_sentence(target)} over the control's: {said}; in all {times(exp(sum(parts)))}",
            )
        )
    return tuple(found)
