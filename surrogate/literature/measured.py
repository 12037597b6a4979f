"""What a record measures: the three targets, lives and efficiencies, and which of them are bounds.

``cycle_life_cycles``: the cycles of a cell that plates and strips (full cells are left out), else
hours * current / (2 * capacity), which needs current and capacity stated; a current must be stated in any case. A
lower bound of which it is not clear whether it means cycles or hours (``cycles_may_be_hours``) counts as the lower of
the two, which holds either way, a value as their geometric mean (:func:`reading_variance`); a life of which only an
upper bound is known is no target. ``overpotential_mV`` needs a stated current. ``ccd_mA_cm2`` as stated.
``<T>_censored``: a cycle life is a lower bound where the record is ``censored`` or its ``duration_bound`` is
``lower``, a critical current where it is ``censored`` (given as "above") or its ``ccd_bound`` is ``lower``. Of a
number between two bounds the lower one counts. A critical current that is an upper bound is no target. An
overpotential is taken as the value, also where ``overpotential_bound`` says that it is a bound.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.hosts.columns import TARGETS

CENSORED = tuple(f"{target}_censored" for target in TARGETS)


def targets(records: pd.DataFrame) -> pd.DataFrame:
    """Read the three targets of each record.

    Parameters
    ----------
    records
        A typed table, n rows.

    Returns
    -------
    pandas.DataFrame
        Same index. Columns T: NaN where there is none; columns T_censored: whether it is a lower bound.
    """
    current = records["current_density_mA_cm2"]
    out = pd.DataFrame(index=records.index)
    out["cycle_life_cycles"] = lives(records).where(~life_is_upper_bound(records))
    out["ccd_mA_cm2"] = records["ccd_mA_cm2"].where(_bound(records, "ccd_bound") != "upper")
    out["overpotential_mV"] = records["overpotential_mV"].where(plated(records) & current.notna())
    bound: dict[str, pd.Series] = {
        "cycle_life_cycles": life_is_lower_bound(records),
        "ccd_mA_cm2": records["censored"] | (_bound(records, "ccd_bound") == "lower"),
        "overpotential_mV": pd.Series(False, index=records.index),
    }
    for target in TARGETS:
        out[f"{target}_censored"] = bound[target] & out[target].notna()
    return out[[*TARGETS, *CENSORED]]


def lives(records: pd.DataFrame) -> pd.Series:
    """Cycles of each record that plates and strips lithium only.

    Parameters
    ----------
    records
        A typed table, n rows.

    Returns
    -------
    pandas.Series
        Shape (n,): a life, or a bound of it (:func:`targets`, :func:`life_is_upper_bound`); NaN where not stated.
    """
    current, capacity = records["current_density_mA_cm2"], records["areal_capacity_mAh_cm2"]
    per_hour = current / (2.0 * capacity)
    doubtful, bound = records["cycles_may_be_hours"] & per_hour.notna(), life_is_lower_bound(records)
    cycles = records["cycles"].fillna(records["hours"] * per_hour)
    cycles = cycles.where(~(doubtful & bound & (per_hour < 1.0)), cycles * per_hour)
    cycles = cycles.where(~doubtful | bound, cycles * np.sqrt(per_hour))
    return cycles.where(plated(records) & current.notna() & (cycles > 0))


def reading_variance(records: pd.DataFrame) -> pd.Series:
    """Return the variance (n,) of ln cycles from not knowing whether cycles or hours are counted.

    Of a value, as likely either: the mean of the two readings stands in :func:`lives`. A bound holds either way: 0.
    """
    per_hour = records["current_density_mA_cm2"] / (2.0 * records["areal_capacity_mAh_cm2"])
    doubtful = records["cycles_may_be_hours"] & ~life_is_lower_bound(records)
    variance = pd.Series((0.5 * np.log(per_hour)) ** 2, index=records.index)
    return variance.where(doubtful, 0.0).fillna(0.0)


def plated(records: pd.DataFrame) -> pd.Series:
    """Whether the cell of each record plates and strips lithium only: no full cell; shape (n,)."""
    return (records["cell_type"].fillna("") != "full") & records["cathode"].isna() & records["c_rate"].isna()


def efficiencies(records: pd.DataFrame) -> pd.Series:
    """Coulombic efficiency of each record that plates and strips lithium only.

    Parameters
    ----------
    records
        A typed table, n rows.

    Returns
    -------
    pandas.Series
        Per cent, shape (n,): a value or a lower bound (:func:`efficiency_is_lower_bound`); NaN where none is stated,
        or only an upper bound of it.
    """
    upper = _bound(records, "coulombic_efficiency_bound") == "upper"
    return records["coulombic_efficiency_pct"].where(plated(records) & ~upper)


def efficiency_is_lower_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the coulombic efficiency of each record is only known to be higher than stated; shape (n,)."""
    return (_bound(records, "coulombic_efficiency_bound") == "lower").astype(bool)


def life_is_upper_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the life of each record is only known to be shorter than stated; shape (n,)."""
    return (_bound(records, "duration_bound") == "upper").astype(bool)


def life_is_lower_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the life of each record is only known to be longer than stated; shape (n,)."""
    return (records["censored"] | (_bound(records, "duration_bound") == "lower")).astype(bool)


def _bound(records: pd.DataFrame, column: str) -> pd.Series:
    return records[column].fillna("")
