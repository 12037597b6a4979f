"""Text that a spreadsheet would run as a formula: told apart by an apostrophe before it, as spreadsheets do.

A note or a cell id comes from a person, perhaps from another one than who opens the table (OWASP, CSV injection).
Data flow: text -> :func:`as_text` -> file -> :func:`as_given` -> the same text.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
# No formula; nor is a sign by itself.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?|[+-]|-inf")


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
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


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
    return text[1:] if _GUARDED.match(text) else text
