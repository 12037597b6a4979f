"""Two cells of one paper: a record and the control that it names.

A record names its control in ``control_of`` (the control's ``system``), and in ``differs_in`` what the two differ in.
The control is the record of the same paper under the same conditions: equal in ``CONDITIONS`` but for what
``differs_in`` lists, empty cells being equal. In a series over temperature or pressure the system is its own control:
the record of it that names none is that of all others. One laboratory's level is in both, so that their ratio says
what the difference did; it is the evidence that can tell hosts apart.

Data flow: records -> the row of each record's control (:func:`controls`) -> for every quantity that both measure, the
interval in which each of the two lies -> the direction and the ratio (:func:`pairs`). A cell that had not failed lies
between its cycles and infinity; so does a control of which the source gives a life and does not say that it had
failed, and then the direction is what the source tells (``told``) but not what its numbers prove (``proven``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.targets import ROUNDED_LOSS
from surrogate.literature.faults import Fault, each
from surrogate.literature.measured import (
    life_is_lower_bound,
    life_is_upper_bound,
    lives,
    plated,
)
from surrogate.literature.schema import DIFFERENCES, several

CONDITIONS = (
    "cell_type",
    "electrolyte_class",
    "electrolyte",
    "additives",
    "cathode",
    "current_density_mA_cm2",
    "areal_capacity_mAh_cm2",
    "c_rate",
    "temperature_C",
    "room_temperature",
    "stack_pressure_MPa",
)
_SOLUTION = ("electrolyte_class", "electrolyte", "additives")
# What the two cells need not share where they differ in this.
_FREES = {
    "electrolyte": _SOLUTION,
    "additive": _SOLUTION,
    "doping": _SOLUTION,
    "density": ("electrolyte",),
    "other": ("electrolyte", "additives"),
    "pressure": ("stack_pressure_MPa",),
    "temperature": ("temperature_C", "room_temperature"),
    "current": ("current_density_mA_cm2", "areal_capacity_mAh_cm2"),
}
LIFE, EFFICIENCY = "cycle_life_cycles", "coulombic_efficiency_pct"
FULL_CELL_LIFE = "full_cell_cycles"  # to the criterion of the source; counted where no retention is given
# Quantity of a pair -> whether more of it is better. Of an efficiency the loss is compared, 100 less it.
QUANTITIES = {
    LIFE: True,
    "ccd_mA_cm2": True,
    "overpotential_mV": False,
    EFFICIENCY: True,
    "interface_resistance_ohm_cm2": False,
    "capacity_retention_pct": True,
    "specific_capacity_mAh_g": True,
    FULL_CELL_LIFE: True,
}
# Per cent: what an efficiency of 100 % is taken to lose where pairs are ordered. What is known of it is its interval,
# at most what a rounded number may lose.
_LEAST_LOSS, _MOST_ROUNDED = 0.005, 100.0 * ROUNDED_LOSS

Array = NDArray[np.float64]


def paper_of(records: pd.DataFrame) -> pd.Series:
    """Return what identifies the paper of each record: its ``group``, else ``source#ref``; shape (n,)."""
    return records["group"].fillna(records["source"] + "#" + records["ref"].fillna(""))


def controls(records: pd.DataFrame) -> dict[int, tuple[int, ...]]:
    """Find the control of each record.

    Parameters
    ----------
    records
        A typed table.

    Returns
    -------
    dict
        Index of each record that names a control -> index of every record of that control at the same conditions;
        empty where there is none.
    """
    compared = records["control_of"].notna()
    if not compared.any():
        return {}
    paper = paper_of(records)
    involved = records[paper.isin(paper[compared])]
    cells = {int(row): dict(values) for row, values in zip(involved.index, _cells(involved), strict=True)}
    systems: dict[tuple[object, object], list[int]] = {}
    for row, values in cells.items():
        systems.setdefault((paper[row], values["system"]), []).append(row)
    return {
        row: tuple(
            other
            for other in systems.get((paper[row], values["control_of"]), ())
            if cells[other]["control_of"] != values["control_of"] and not _unlike(values, cells[other])
        )
        for row, values in cells.items()
        if values["control_of"] is not None
    }


def _cells(records: pd.DataFrame) -> list[dict[Hashable, object]]:
    """Return the cells of each record; None where there is nothing."""
    return records.astype(object).where(records.notna(), None).to_dict("records")


def _unlike(record: Mapping[Hashable, object], control: Mapping[Hashable, object]) -> list[str]:
    """Return the conditions that two records do not share, though they do not differ in them by what is said."""
    freed = {name for what in several(record["differs_in"]) for name in _FREES.get(what, ())}
    return [name for name in CONDITIONS if name not in freed and record[name] != control[name]]


def pair_faults(records: pd.DataFrame) -> Iterator[Fault]:
    """Find records whose control is not there, or that do not say what they differ in.

    Parameters
    ----------
    records
        A typed table.

    Yields
    ------
    Fault
        One for each kind.
    """
    named = records["control_of"].notna()
    if not (named.any() or records["differs_in"].notna().any()):
        return
    yield from each(
        records, named & records["differs_in"].isna(), "differs_in", "empty beside a control",
        limit=", ".join(DIFFERENCES), remedy="say what the cell and its control differ in",
    )  # fmt: skip
    yield from each(
        records, ~named & records["differs_in"].notna(), "control_of", "empty beside differs_in",
        remedy="name the control's system, or leave differs_in empty",
    )  # fmt: skip
    lost = records.index.isin([row for row, rows in controls(records).items() if not rows])
    idle = records.index.isin(_without_quantity(records))
    yield from each(
        records, pd.Series(idle, index=records.index), "control_of", "no quantity that both measure",
        limit=", ".join(QUANTITIES), remedy="complete the control's record, or leave control_of and differs_in empty",
    )  # fmt: skip
    yield from each(
        records, pd.Series(lost, index=records.index), "control_of", "no such control",
        limit="the system of another record of the same paper with the same " + ", ".join(CONDITIONS),
        remedy="add the control's record, or say in differs_in which of these differs",
    )  # fmt: skip


def _without_quantity(records: pd.DataFrame) -> list[int]:
    """Find the records that have a control, none of whose quantities both measure."""
    compared = set(pairs(records)["record"])
    return [row for row, rows in controls(records).items() if rows and row not in compared]


def pairs(records: pd.DataFrame) -> pd.DataFrame:
    """Compare every record that names a control with it.

    Parameters
    ----------
    records
        A typed table.

    Returns
    -------
    pandas.DataFrame
        A row for each pair and quantity that both measure. Columns: record, control (index in ``records``), paper,
        quantity, differs_in, value, control_value; ratio_low, ratio_high: the bounds of value / control_value (of an
        efficiency: of the two losses); told: 1 where the source tells that the record is better than its control, -1
        worse, 0 equal; proven: whether that follows from the intervals of the two.
    """
    rows: list[dict[str, object]] = []
    intervals = {
        name: dict(zip(records.index, _interval(records, name).to_dict("records"), strict=True))
        for name in QUANTITIES
    }
    paper, differs_in = paper_of(records).to_dict(), records["differs_in"].to_dict()
    counted = (records["cycles"].notna() | lives(records).notna()).to_dict()
    compared = [(row, control) for row, others in controls(records).items() for control in others]
    for row, control in compared:
        for name, more_is_better in QUANTITIES.items():
            own, other = intervals[name][row], intervals[name][control]
            if np.isnan(own["value"]) or np.isnan(other["value"]):
                continue
            if name in (LIFE, FULL_CELL_LIFE) and not _same_count(row, control, counted, differs_in[row]):
                continue
            sign = 1 if more_is_better and name != EFFICIENCY else -1
            rows.append({
                "record": row, "control": control, "paper": paper[row], "quantity": name,
                "differs_in": differs_in[row], "value": own["value"], "control_value": other["value"],
                "ratio_low": _ratio(own["low"], other["high"]), "ratio_high": _ratio(own["high"], other["low"]),
                "told": int(sign * np.sign(own["value"] - other["value"])),
                "proven": bool(own["low"] > other["high"] or own["high"] < other["low"]),
            })  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["record", "control", "paper", "quantity", "differs_in", "value", "control_value",
                 "ratio_low", "ratio_high", "told", "proven"],
    )  # fmt: skip


def _same_count(row: int, control: int, counted: Mapping[Hashable, bool], differs_in: str) -> bool:
    """Whether two lives are both cycles, or both hours of cells that are cycled alike."""
    both = counted[row] and counted[control]
    neither = not counted[row] and not counted[control]
    return both or (neither and "current" not in several(differs_in))


def _ratio(above: float, below: float) -> float:
    """Divide; by 0 infinity, which is no bound, and 0 by infinity 0."""
    return above / below if below else np.inf


def _interval(records: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return value, low and high of a quantity, (n,) each; of an efficiency those of the loss."""
    if name in (LIFE, FULL_CELL_LIFE):
        value = _durations(records)
        retained = records["capacity_retention_pct"].notna()
        value = value.where(plated(records) if name == LIFE else ~plated(records) & ~retained)
        lower, upper = life_is_lower_bound(records), life_is_upper_bound(records)
        end = records["cycles_upper_bound"].fillna(records["hours_upper_bound"])
        end = end * value / records["cycles"].fillna(records["hours"])
    elif name == EFFICIENCY:
        per_cent = records["coulombic_efficiency_pct"]
        loss = (100.0 - per_cent).clip(lower=_LEAST_LOSS)
        bound = records["coulombic_efficiency_bound"].fillna("")
        best = 100.0 - records["coulombic_efficiency_upper_bound_pct"]
        full = (per_cent >= 100.0).fillna(False).astype(bool)
        low = loss.where(bound != "lower", best.fillna(0.0)).where(~full, 0.0)
        high = loss.where(~full, _MOST_ROUNDED).where(bound != "upper", 100.0)
        return pd.DataFrame({"value": loss, "low": low, "high": high})
    else:
        value = records[name]
        bound_name, upper_name = {
            "capacity_retention_pct": ("capacity_retention_bound", ""),
            "specific_capacity_mAh_g": ("specific_capacity_bound", ""),
            "ccd_mA_cm2": ("ccd_bound", "ccd_upper_bound_mA_cm2"),
            "overpotential_mV": ("overpotential_bound", "overpotential_upper_bound_mV"),
            "interface_resistance_ohm_cm2": (
                "interface_resistance_bound", "interface_resistance_upper_bound_ohm_cm2"),
        }[name]  # fmt: skip
        lower = records[bound_name].fillna("") == "lower"
        if name == "ccd_mA_cm2":
            lower = lower | records["censored"]
        upper = records[bound_name].fillna("") == "upper"
        end = records[upper_name] if upper_name else value * np.inf
    return pd.DataFrame(
        {"value": value, "low": value.where(~upper, 0.0), "high": value.where(~lower, end.fillna(np.inf))}
    )


def _durations(records: pd.DataFrame) -> pd.Series:
    """Lives in cycles; in hours where the conditions that turn them into cycles are not stated."""
    return lives(records).fillna(records["cycles"].fillna(records["hours"]))
