"""From a literature record to a design row that a surrogate can learn from.

Two things happen here and nowhere else: measured quantities become the three targets, and what a source does
not state is filled from documented priors (``datasets/literature/priors.toml``). ``stated_share`` says how
much of each row was stated.

Targets. ``cycle_life_cycles``: the cycles of a cell that plates and strips (full cells are left out), else
hours * current / (2 * capacity), which needs current and capacity stated; a current must be stated in any
case. ``overpotential_mV`` needs a stated current. ``ccd_mA_cm2`` as stated. ``<T>_censored`` is the record's
own flag for cycle life and critical current (a value given as "above"); an overpotential is never a bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from surrogate.data.hosts_from_text import host_of, stated
from surrogate.data.priors import priors
from surrogate.data.solutions import additives_of, electrolyte_of
from surrogate.design import columns as c
from surrogate.design.normalise import normalise_designs
from surrogate.materials import electrolyte

TOLD = ("group", "citation", "stated_share", "approximate", "system", "strategy")
_CENSORED = tuple(f"{target}_censored" for target in c.TARGETS)


def to_designs(records: pd.DataFrame) -> pd.DataFrame:
    """Records that measure a target as rows of ``DESIGN_COLUMNS``, T, T_censored and TOLD; same index.

    records: a typed table (``literature.load`` or ``literature.read``). Rows without a target, or in an
    electrolyte that no identifier stands for, are left out (:func:`featurize` says which).
    """
    return featurize(records)[0]


def featurize(records: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """As :func:`to_designs`, with one sentence for each kind of row left out."""
    measured = targets(records)
    wanted = measured[list(c.TARGETS)].notna().any(axis=1)
    electrolytes = {row: electrolyte_of(stated(records.loc[row])) for row in records.index[wanted]}
    rows = [row for row, found in electrolytes.items() if found.identifier]
    notes = []
    if not wanted.all():
        notes.append(f"{int((~wanted).sum())} of {len(records)} records measure none of the targets")
    if len(rows) < len(electrolytes):
        notes.append(f"{len(electrolytes) - len(rows)} are in an electrolyte that no identifier stands for")
    if not rows:
        return pd.DataFrame(columns=[*c.DESIGN_COLUMNS, *c.TARGETS, *_CENSORED, *TOLD]), notes
    filled = {row: _design(stated(records.loc[row])) for row in rows}
    raw = pd.DataFrame([filled[row][0] for row in rows], index=pd.Index(rows))
    designs = normalise_designs(raw, where="literature designs")[0].join(measured.loc[rows])
    chosen = records.loc[rows]
    designs["group"] = chosen["group"].fillna(_citation(chosen)).astype(str)
    designs["citation"] = _citation(chosen)
    designs["stated_share"] = [filled[row][1] for row in rows]
    for column in ("approximate", "system", "strategy"):
        designs[column] = chosen[column]
    return designs, notes


def targets(records: pd.DataFrame) -> pd.DataFrame:
    """The three targets of each record (NaN where it has none) and whether each is a bound; same index."""
    current, capacity = records["current_density_mA_cm2"], records["areal_capacity_mAh_cm2"]
    plated = (
        (records["cell_type"].fillna("") != "full") & records["cathode"].isna() & records["c_rate"].isna()
    )
    cycles = records["cycles"].fillna(records["hours"] * current / (2.0 * capacity))
    out = pd.DataFrame(index=records.index)
    out["cycle_life_cycles"] = cycles.where(plated & current.notna() & (cycles > 0))
    out["ccd_mA_cm2"] = records["ccd_mA_cm2"]
    out["overpotential_mV"] = records["overpotential_mV"].where(plated & current.notna())
    for target in c.TARGETS:
        bound = records["censored"] & out[target].notna()
        out[f"{target}_censored"] = (
            bound if target != "overpotential_mV" else np.zeros(len(records), dtype=bool)
        )
    return out[[*c.TARGETS, *_CENSORED]]


def _citation(records: pd.DataFrame) -> pd.Series:
    return (records["source"] + "#" + records["ref"].fillna("")).astype(str)


def _design(record: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
    """One raw design row and the share of its acting inputs that the source states."""
    solution = electrolyte_of(record)
    additives, additives_stated = additives_of(record, solution)
    kind = electrolyte(solution.identifier).kind
    host = host_of(record, electrolyte=solution.identifier)
    known = {**host.stated, "electrolyte": solution.stated}
    row: dict[str, Any] = {**host.columns, "electrolyte": solution.identifier}
    if kind in ("liquid", "gel"):
        row["additives"], known["additives"] = additives, additives_stated
    for name, prior in priors().conditions.items():
        if name == "stack_pressure_MPa" and kind in ("liquid", "gel"):
            continue
        known[name] = name in record
        row[name] = record.get(name, prior.value)
    return row, sum(known.values()) / len(known)
