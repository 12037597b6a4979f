"""What a laboratory does with a proposed host, in words: how it makes it, how many cells, what it handles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from surrogate.materials.methods import statements
from surrogate.report.quantities import given

Line = tuple[str, str]
_CODE = re.compile(r"\bH\d{3}[A-Za-z]{0,2}\b")


def at_the_bench(row: Mapping[str, Any]) -> list[Line]:
    """List how a host is made, how many cells are built of it, and what is handled.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.

    Returns
    -------
    list of (str, str)
        Label and text; empty for a batch that was stored before these were answered.
    """
    lines = []
    if "made_by" in row:
        lines.append(("Made by", str(given(row, "made_by") or "no method that is named")))
    lines += made_again(row)
    if (cells := given(row, "cells_to_make")) is not None:
        lines.append(("Cells to make", str(int(cells))))
    if hazards := str(given(row, "hazards") or ""):
        lines.append(("Hazards", hazards))
    return lines


def made_again(row: Mapping[str, Any]) -> list[Line]:
    """Say of which told cell or proposal a host is made again.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.

    Returns
    -------
    list of (str, str)
        Label and text; empty for a new host.
    """
    again = str(given(row, "repeat_of") or "")
    return [("Made again", f"the host of {again}")] if again else []


def hazard_words(rows: Sequence[Mapping[str, Any]]) -> list[Line]:
    """List the hazard statements of a batch, each once: code and words.

    Parameters
    ----------
    rows : sequence of mapping
        Of a batch.
    """
    codes = {code for row in rows for code in _CODE.findall(str(given(row, "hazards") or ""))}
    known = statements()
    return [(code, known[code]) for code in sorted(codes) if code in known]
