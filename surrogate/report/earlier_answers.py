"""Columns of a table of designs that this product answered with before: they do not stand beside new answers.

The names are those of ``candidates.csv`` and of the tables that ``predict`` and ``simulate`` write. What a person
adds to designs (a name, a remark, ``T_censored``) is none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

_ENDS = ("", "_lower", "_upper")
_BATCH = (
    "role", "mechanism", "otherwise", "otherwise_worth", "interchangeable", "fragile_in", "at_limit",
    "acquisition_value", "made_by", "hazards", "cells_to_make", "repeat_of", "searched_by",
)  # fmt: skip
_WHERE = ("extrapolation", "nearest_literature", "cautions")
_SIMULATED = (
    "outcome", "plateau_overpotential_mV", "nucleation_overpotential_mV", "stripping_overpotential_mV",
    "bottom_half_share", "top_face_share", "li_centroid", "peak_local_current_density_mA_cm2",
    "min_concentration_ratio", "plated_area_ratio", "host_capacity_mAh_cm2", "thickness_change_pct", "charge_error",
    "charge_passed_share", "stripped_share", "stranded_lithium_share", "dead_lithium_share", "sand_time_ratio",
    "solid_mass_mg_cm2", "specific_capacity_mAh_g", "volumetric_capacity_mAh_cm3", "material_cost_usd_m2",
    "ccd_limit", "critical_pressure_MPa",
)  # fmt: skip


@cache
def answer_columns() -> Mapping[str, str]:
    """Return every column that this product answers with -> its kind in words."""
    from surrogate.campaign.choice_groups import choice_groups
    from surrogate.hosts.columns import TARGETS

    kinds: dict[str, tuple[str, ...]] = {
        "predicted targets": tuple(f"{t}{end}" for t in TARGETS for end in (*_ENDS, "_physics")),
        "p_within_limits": ("p_within_limits",),
        "comparisons with a control (T_vs_control, p_better_than_control)": (
            *(f"{t}_vs_control{end}" for t in TARGETS for end in _ENDS),
            "p_better_than_control",
        ),
        "factors of medians (T_by_physics, T_by_literature, T_by_cells)": tuple(
            f"{t}_by_{what}" for t in TARGETS for what in ("physics", "literature", "cells")
        ),
        "worst cases (T_worst_case)": tuple(f"{t}_worst_case" for t in TARGETS),
        "worths of choices (worth_GROUP)": tuple(
            f"worth_{group}{end}" for group in choice_groups() for end in _ENDS
        ),
        "p_changes_best": ("p_changes_best",),
        "p_can_be_made": ("p_can_be_made",),
        f"remarks of a batch ({', '.join(_BATCH)})": _BATCH,
        f"whereabouts and cautions ({', '.join(_WHERE)})": _WHERE,
        "simulated quantities": _SIMULATED,
    }
    return MappingProxyType({name: kind for kind, names in kinds.items() for name in names})


def left_out(columns: Sequence[str], answered: Sequence[str]) -> tuple[list[str], list[str]]:
    """Say which columns of a table of designs are earlier answers.

    Parameters
    ----------
    columns : sequence of str
        Of the table.
    answered : sequence of str
        Columns that are answered anew, which take the place of earlier ones without a word.

    Returns
    -------
    names : list of str
        The earlier answers among the columns.
    notes : list of str
        A single sentence with the kinds of those that nothing replaces; empty where there are none.
    """
    known = answer_columns()
    names = [name for name in columns if name in known]
    kinds = dict.fromkeys(known[name] for name in names if name not in answered)
    return names, [f"earlier answers that are left out: {', '.join(kinds)}"] if kinds else []
