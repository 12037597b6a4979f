"""What fixed words in the notes of records tell beside the columns.

The columns hold only numbers that a document prints in their unit. Some that matter to a design or a life stand in
words, and their wording is fixed so that it can be read here: "room temperature", "500 um Li" (a foil), and
doubts about a life ("may be hours", "upper bound of the life") or an efficiency ("efficiency is a lower bound").
``datasets/literature/README.md`` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from surrogate.physics.accounting import lithium_capacity_mAh_cm2

ROOM = "room temperature"
ROOM_C = 25.0
MAY_BE_HOURS = "may be hours"
UPPER_LIFE = "upper bound of the life"
_EFFICIENCY_BOUND = r"\befficiency (?:is|are) (?:an average and )?(?:a )?lower bound"
_FOIL = re.compile(r"\b(\d+(?:\.\d+)?) um Li\b")


def context(record: Mapping[str, Any]) -> dict[str, float]:
    """Conditions that the note of a record tells and its columns do not, by design column.

    A foil's whole lithium (4.85 um per mAh cm-2) is ``li_excess_mAh_cm2``: it is beside what a half cycle moves.
    """
    note = str(record.get("note", ""))
    out: dict[str, float] = {}
    if ROOM in note and "temperature_C" not in record:
        out["temperature_C"] = ROOM_C
    foil = _FOIL.search(note)
    if foil is not None and "li_excess_mAh_cm2" not in record:
        out["li_excess_mAh_cm2"] = float(lithium_capacity_mAh_cm2(float(foil[1])))
    return out


def may_be_hours(records: pd.DataFrame) -> pd.Series:
    """Whether the cycles of each record may be hours (n,)."""
    return records["note"].fillna("").str.contains(MAY_BE_HOURS, regex=False)


def life_is_upper_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the life of each record is only known to be shorter than told (n,)."""
    return records["note"].fillna("").str.contains(UPPER_LIFE, regex=False)


def efficiency_is_lower_bound(records: pd.DataFrame) -> pd.Series:
    """Whether the coulombic efficiency of each record is only known to be higher than told (n,)."""
    return records["note"].fillna("").str.contains(_EFFICIENCY_BOUND, regex=True)
