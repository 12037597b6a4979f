"""Text that a spreadsheet would run as a formula: told apart by an apostrophe before it, as spreadsheets do.

A note or a cell id comes from a person, perhaps from another one than who opens the table (OWASP, CSV injection).
A spreadsheet whose columns are separated by semicolons or tabs begins a cell within a text too, and signs as wide as
Chinese characters count as signs. Data flow: text -> :func:`as_text` -> file -> :func:`as_given` -> the same text.
"""

from __future__ import annotations

import re

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
# What a spreadsheet takes off before it looks at the first sign of a cell.
_BEFORE = (
    r"[ \"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]*"
)
_FORMULA = re.compile(rf"'*{_BEFORE}[{_SIGNS}\t\r]")
_GUARDED = re.compile(rf"'+{_BEFORE}[{_SIGNS}\t\r]")
_WITHIN = re.compile(rf"(?<=[;\t\r\n])('*)({_BEFORE}[{_SIGNS}][^;\t\r\n]*)")
# No formula; nor is a sign by itself.
_NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?%?|[+-]|-inf")


def as_text(text: str) -> str:
    """Return a text as it is safe in a cell; what is no formula stays as it is.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    str
    """
    within = _WITHIN.sub(_with_one_more, text)
    return f"'{within}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text.strip()) else within


def as_given(text: str) -> str:
    """Return what :func:`as_text` was given.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    str
    """
    within = _WITHIN.sub(lambda found: f"{found[1][1:]}{found[2]}", text)
    return within[1:] if _GUARDED.match(text) else within


def _with_one_more(found: re.Match[str]) -> str:
    """Add an apostrophe to those before a formula, and to those before what could be taken for one when read."""
    apostrophes, rest = found.groups()
    more = "'" if apostrophes or not _NUMBER.fullmatch(rest.strip()) else ""
    return f"{more}{apostrophes}{rest}"
