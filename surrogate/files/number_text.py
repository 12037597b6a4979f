"""How numbers are written: the forms that can be read in two ways, and how to write one that cannot."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.ASCII | re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?\d{1,3}([ ,.'’_\u00a0\u202f]\d{3})+([.,]\d+)?", re.ASCII)
TWOFOLD = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)  # 1.200 is perhaps 1200


def in_one_way(number: float) -> str:
    """Write a number in a form that is not doubted.

    Parameters
    ----------
    number : float
        Any finite number.

    Returns
    -------
    str
        Its shortest exact form, such as 1.2; with one more zero where that could be thousands: 12.3750.
    """
    short = repr(number)
    return f"{short}0" if TWOFOLD.fullmatch(short) else short


def as_decimal(number: float) -> str:
    """Say how to write a number whose point is a decimal one: 1.2, or "1.234 with a zero behind it: 1.2340"."""
    plain, undoubted = repr(number), in_one_way(number)
    return plain if plain == undoubted else f"{plain} with a zero behind it: {undoubted}"
