"""What to compare a host with, how many cells to build, how to cycle and read them, and when to stop.

Data flow: a row of a batch, the control's row and the spread between cells of one design -> cells to build, bars
(``bars``), and when to stop (``stop``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

from surrogate.materials.groups import LIQUIDS
from surrogate.report import summary
from surrogate.report.acting import acting
from surrogate.report.cards.against import control_in_words, in_a_sentence
from surrogate.report.cards.bars import STEADY_CYCLE, Bar, bars_of, decides
from surrogate.report.cards.layers import layers_of
from surrogate.report.cards.stop import LIFE, StopRule, stop_of
from surrogate.report.quantities import given, label, number, quantity

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

_CELL = (
    "the same of host and control (the campaign names none): half, against lithium foil, as the prediction has it; "
    "for a symmetric cell both electrodes would have to be filled with lithium first"
)
_MV, _EXCESS = "overpotential_mV", "Lithium excess"  # a target, and the label of a condition


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
    text : str
        The number with its reason.
    """

    cells: int
    controls: int
    spread_factor: float
    learned: bool
    text: str


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
    read_text : str
        How the overpotential is read; empty where it is no objective.
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
    read_text: str
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
    conditions = (
        *_with_counter_electrode(cell, capacity), *_soaked(row, control, area_cm2), ("Cell kind", _CELL)
    )  # fmt: skip
    return CyclingTest(
        control_id=control_id if control is not None else "",
        control=control_in_words(control) if control is not None else "",
        control_text=_control(control, area_cm2) if control is not None else "",
        replicates=replicates,
        conditions=conditions,
        current_density_mA_cm2=current,
        areal_capacity_mAh_cm2=capacity,
        temperature_C=float(row["temperature_C"]),
        stack_pressure_MPa=None if pressure is None else float(pressure),
        current_mA=current * area_cm2,
        capacity_mAh=capacity * area_cm2,
        text=f"{quantity(current, 'current_density_mA_cm2')} ({number(current * area_cm2)} mA on the disc), "
        f"{quantity(capacity, 'areal_capacity_mAh_cm2')} ({number(capacity * area_cm2)} mAh) plated, then stripped, "
        f"{quantity(float(row['temperature_C']), 'temperature_C')}"
        + ("" if pressure is None else f", {quantity(float(pressure), 'stack_pressure_MPa')}"),
        read_text=_read() if _MV in campaign.objectives else "",
        bars=bars,
        decides_text=decides(bars) if bars else "",
        stop=stop_of(row, control, campaign, (replicates.cells, replicates.controls), spreads, bars),
    )


def _with_counter_electrode(cell: Mapping[str, Any], capacity_mAh_cm2: float) -> list[summary.Line]:
    """Describe a cell, and where its excess of lithium is: the host begins empty, the other electrode holds all."""
    from surrogate.physics.accounting import lithium_thickness_um

    column = next((name for name in cell if label(name) == _EXCESS), None)
    if column is None:
        return summary.conditions(cell)
    holds = float(cell[column]) + capacity_mAh_cm2
    foil = number(float(lithium_thickness_um(holds)), 2)
    where = f" (the counter electrode begins with {quantity(holds, column)}, {foil} µm of foil; the host with none)"
    return [(name, text + where * (name == _EXCESS)) for name, text in summary.conditions(cell)]


def _soaked(row: Mapping[str, Any], control: Mapping[str, Any] | None, area_cm2: float) -> list[summary.Line]:
    """Say how much of a liquid electrolyte the pores of a host take; nothing of a foil and of other electrolytes."""
    if float(row["thickness_um"]) <= 0.0 or str(row["electrolyte"]) not in LIQUIDS:
        return []
    own, other = (0.0 if one is None else _pores_uL(one, area_cm2) for one in (row, control))
    beside = f" (the control: {number(other, 2)} µL)" if other > 0.0 else ""
    rest = "what the cell holds beyond that and the separator is not in the prediction: the same in all cells"
    return [("Electrolyte in the pores", f"{number(own, 2)} µL a disc{beside}; {rest}")]


def _pores_uL(row: Mapping[str, Any], area_cm2: float) -> float:
    """Return the volume of the pores of a disc, µL: 1 µm of 1 cm² is 0.1 µL."""
    return sum(
        0.1 * one.thickness_um * one.porosity_pct / 100.0 * area_cm2 for one in layers_of(row, area_cm2)
    )


def _control(control: Mapping[str, Any], area_cm2: float) -> str:
    """Describe a control in a line: what it is like and how long it is predicted to live."""
    said = [control_in_words(control)]
    if float(control["thickness_um"]) > 0.0:
        said += [
            quantity(control["thickness_um"], "thickness_um"),
            f"porosity {quantity(control['porosity_top'], 'porosity_top')}",
            f"pores {quantity(control['pore_size_top_um'], 'pore_size_top_um')}",
            f"a disc weighs {number(sum(one.mass_mg for one in layers_of(control, area_cm2)))} mg",
        ]
    if given(control, LIFE) is not None:
        said.append(f"predicted to live {summary.prediction(control, LIFE)}")
    return ", ".join(said)


def _read() -> str:
    """Say how the overpotential is read, as the simulator does."""
    from surrogate.physics.plating.batch import PLATEAU

    low, high = (f"{100 * end:.0f}" for end in PLATEAU)
    return (
        f"the overpotential at cycle {STEADY_CYCLE}: half the difference between the plateaus of plating and "
        f"stripping (means over {low} to {high} % of the charge); the counter electrode's share is in the "
        "prediction as well, in host and control alike"
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
    text = f"build {cells}" + (
        f" of it and {controls} of the control (the same serve every host of the batch)" if controls else ""
    )
    differ = (
        f"cells of one design differ in {in_a_sentence(first)} by a factor of {number(exp(spreads[first]))}"
    )
    text += f": {differ} ({known})"
    return Replicates(cells, controls, exp(spreads[first]), learned, text)
