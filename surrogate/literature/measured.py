"""What a record measures: the four targets, and which of them are bounds.

``cycle_life_cycles``: the cycles of a cell that plates and strips (full cells are left out), else
hours * current / (2 * capacity), which needs current and capacity stated; a current must be stated in any case. A
lower bound of which it is not clear whether it means cycles or hours (``cycles_may_be_hours``) counts as the lower of
the two, which holds either way, a value as their geometric mean.
``overpotential_mV`` needs a stated current. ``ccd_mA_cm2`` and ``coulombic_efficiency_pct`` as stated, the latter of
a cell that plates and strips. ``<T>_censored``: true where only "at least T" is known, which the bound of the
quantity says (of a life and a critical current also the record's ``censored``), and ``below`` where only "at most T"
is; ``<T>_upper_bound`` is the upper end where both are known, T then the lower one. An efficiency of 100 % is
a rounded number of which no digits are known, and counts as at least 99.5 %; one from 99.995 % on, as at least that.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.hosts.targets import BELOW, LEAST_LOSS, SCALES, TARGETS, Target
from surrogate.literature.schema import UPPER_END

CENSORED = tuple(f"{target}_censored" for target in TARGETS)
UPPER_BOUNDS = tuple(f"{target}_upper_bound" for target in TARGETS)
_BOUND = {
    "cycle_life_cycles": "duration_bound",
    "ccd_mA_cm2": "ccd_bound",
    "overpotential_mV": "overpotential_bound",
    "coulombic_efficiency_pct": "coulombic_efficiency_bound",
}
_EFFICIENCY = SCALES["coulombic_efficiency_pct"]
_ENDS_WITH_FAILURE = ("cycle_life_cycles", "ccd_mA_cm2")  # a record that is ``censored`` had not come to it


def targets(records: pd.DataFrame) -> pd.DataFrame:
    """Read the targets of each record.

    Parameters
    ----------
    records
        A typed table, n rows.

    Returns
    -------
    pandas.DataFrame
        Same index. Columns T: NaN where there is none; columns T_censored: False for a value or an interval, True for
        a lower bound, "below" for an upper one; columns T_upper_bound: the upper end of an interval, else NaN.
    """
    stated_current = records["current_density_mA_cm2"].notna()
    # Of "at most 800, cycles or hours" neither reading is certain.
    certain = ~(records["cycles_may_be_hours"] & life_is_upper_bound(records))
    numbers = {
        "cycle_life_cycles": lives(records).where(certain),
        "ccd_mA_cm2": records["ccd_mA_cm2"],
        "overpotential_mV": records["overpotential_mV"].where(plated(records) & stated_current),
        "coulombic_efficiency_pct": records["coulombic_efficiency_pct"].where(plated(records)),
    }
    out = pd.DataFrame(index=records.index)
    for target in TARGETS:
        value, end = numbers[target], _upper_ends(records, target)
        lower, upper = (_bound(records, _BOUND[target]) == kind for kind in ("lower", "upper"))
        if target in _ENDS_WITH_FAILURE:
            lower = lower | (records["censored"] & ~upper)
        if SCALES[target].decreasing:
            value, end, lower = _below_the_limit(value, end, lower, upper, SCALES[target])
        out[target] = value
        end = end.where(value.notna() & ~upper)
        out[f"{target}_censored"] = _kinds(lower & end.isna() & value.notna(), upper & value.notna())
        out[f"{target}_upper_bound"] = end
    return out[[*TARGETS, *CENSORED, *UPPER_BOUNDS]]


def _kinds(lower: pd.Series, upper: pd.Series) -> pd.Series:
    """Return what ``T_censored`` says of each row (n,); of type bool where there is no upper bound."""
    if not upper.any():
        return lower.astype(bool)
    found = [BELOW if above else bool(least) for least, above in zip(lower, upper, strict=True)]
    return pd.Series(found, index=lower.index, dtype=object)


def _below_the_limit(
    value: pd.Series, end: pd.Series, lower: pd.Series, upper: pd.Series, scale: Target
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Read what cannot be told from the limit as at least the most that can; "at most" that says nothing.

    The limit itself is a rounded number: at least ``rounded_most``.
    """
    most = scale.most * (1.0 - LEAST_LOSS)
    full = (value >= most).fillna(False).astype(bool)
    return (
        _rounded(value.where(~(full & upper)), scale).clip(upper=most),
        end.where(~(end >= most)),
        lower | (full & ~upper),
    )


def _rounded(value: pd.Series, scale: Target) -> pd.Series:
    """Return values (n,), of the limit itself the least that is rounded to it."""
    return value.where(~(value >= scale.most).fillna(False).astype(bool), scale.rounded_most)


def _upper_ends(records: pd.DataFrame, target: str) -> pd.Series:
    """Upper end (n,) of what a record knows of a target, where it states one that is not below its number."""
    if target == "cycle_life_cycles":
        per_hour = records["current_density_mA_cm2"] / (2.0 * records["areal_capacity_mAh_cm2"])
        hours = records["hours_upper_bound"].where(records["cycles"].isna()) * per_hour
        # A number that may be hours as well has no upper end that is certain.
        return records["cycles_upper_bound"].fillna(hours).where(~records["cycles_may_be_hours"])
    return records[UPPER_END[target]]


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
        Per cent, shape (n,): a value or a lower bound (:func:`efficiency_is_lower_bound`), 100 % as at least 99.5 %;
        NaN where none is stated, or only an upper bound of it.
    """
    upper = _bound(records, "coulombic_efficiency_bound") == "upper"
    return _rounded(records["coulombic_efficiency_pct"].where(plated(records) & ~upper), _EFFICIENCY)


def efficiency_is_lower_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the coulombic efficiency of each record is only known to be higher than so much; shape (n,).

    100 % is: it is rounded (:func:`efficiencies`).
    """
    bound = _bound(records, "coulombic_efficiency_bound")
    full = (records["coulombic_efficiency_pct"] >= _EFFICIENCY.most).fillna(False).astype(bool)
    return ((bound == "lower") | (full & (bound != "upper"))).astype(bool)


def life_is_upper_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the life of each record is only known to be shorter than stated; shape (n,)."""
    return (_bound(records, "duration_bound") == "upper").astype(bool)


def life_is_lower_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the life of each record is only known to be longer than stated; shape (n,)."""
    return (records["censored"] | (_bound(records, "duration_bound") == "lower")).astype(bool)


def _bound(records: pd.DataFrame, column: str) -> pd.Series:
    return records[column].fillna("")
