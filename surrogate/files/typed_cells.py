"""Typed values (of a workbook, of a script's table) as the text that the readers of tables take."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from surrogate.files.number_text import in_one_way

MOST_DIGITS = 15  # a double holds no more, and Excel shows no more


def text_of(value: Any) -> str:
    """Write a value as text that is read in one way only.

    Parameters
    ----------
    value
        A number, a truth value, a date (ISO 8601), None, NaN, NaT or NA (empty), or anything with a text.

    Returns
    -------
    str
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 10.0**MOST_DIGITS
        return str(int(value)) if whole else in_one_way(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return str(value).strip()
