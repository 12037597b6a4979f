"""TOML and JSON that anybody may have written: each fault of the text is a ValueError.

The readers of the standard library end with a RecursionError where brackets are nested by the thousand, and say of a
number by the thousand digits what concerns programmers alone.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

TOO_DEEP = "brackets are nested too deep"
TOO_LONG = "a number has too many digits"
TOO_MANY_PARTS = "a key has too many parts"
_PARTS = 50  # of a dotted key: the reader takes as long as the square of their number
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOTTED = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_PART}[ \t]*+\.[ \t]*+){{{_PARTS}}}")


def toml_of(text: str) -> dict[str, Any]:
    """Read TOML.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        ``tomllib.TOMLDecodeError`` where it is not TOML; ``TOO_DEEP``, ``TOO_LONG`` or ``TOO_MANY_PARTS`` for what no
        file needs.
    """
    if _DOTTED.search(text):
        raise ValueError(TOO_MANY_PARTS)
    parsed: dict[str, Any] = _parsed(tomllib.loads, text, tomllib.TOMLDecodeError)
    return parsed


def json_of(text: str) -> Any:
    """Read JSON.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        ``json.JSONDecodeError`` where it is not JSON; ``TOO_DEEP`` or ``TOO_LONG`` for what no file needs.
    """
    return _parsed(json.loads, text, json.JSONDecodeError)


def _parsed(loads: Callable[[str], Any], text: str, wrong: type[ValueError]) -> Any:
    try:
        return loads(text)
    except wrong:
        raise
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    except ValueError as error:
        raise ValueError(TOO_LONG) from error
