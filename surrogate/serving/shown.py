"""A value as a refusal shows it: on one line, short, and what JSON can carry, whatever it was."""

from __future__ import annotations

import json
from typing import Any

LONGEST_SHOWN = 60  # characters of a value


def it_is(value: Any) -> str:
    """Return ``; it is VALUE`` for text, a number or a truth value, to stand behind a message; else nothing.

    Parameters
    ----------
    value
        Of a body; it may be huge, or NaN.
    """
    if not isinstance(value, str | int | float):
        return ""
    shown = json.dumps(value[:LONGEST_SHOWN] if isinstance(value, str) else value)
    return f"; it is {shown if len(shown) <= LONGEST_SHOWN + 2 else shown[:LONGEST_SHOWN] + '...'}"
