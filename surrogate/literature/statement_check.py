"""Look the numbers of constants and of omitted statements up in the text of their document.

As for records (``source_check``), with the same normalisation. A number is looked for around the places where the
row's material or reference is named, else anywhere in the text. This finds slips of typing, not slips of
reading; a small number found elsewhere says little. That a text does not print a number in digits is explained
by the row's ``printed``, one of EXPLANATIONS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from surrogate.literature import source_check as sources

EXPLANATIONS = {
    "distorted": "the text comes from a scan that distorted the number",
    "in_words": "the text gives the number in words",
}
NEAR, ELSEWHERE, EXPLAINED, MISSING, NO_TEXT = PLACES = (
    "beside its name or reference",
    "elsewhere in the text",
    "explained in its row",
    "not found",
    "no text",
)
_NUMBER = re.compile(r"(?<![\d.e])-?\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Traced:
    """Where one number of a row was found; ``row`` counts from 0, ``place`` is one of ``PLACES``."""

    row: int
    value: float
    place: str

    @property
    def warns(self) -> bool:
        """Whether somebody has to look."""
        return self.place in (MISSING, NO_TEXT)


def trace(table: pd.DataFrame, named: str, folder: str | Path) -> Iterator[Traced]:
    """Look up every number of the column ``value``.

    Parameters
    ----------
    table
        A typed table with columns ``source``, ``ref``, ``value``, ``printed`` and the column called ``named``.
    named
        The column that names what a row is about.
    folder
        The documents as text.

    Yields
    ------
    Traced
        For each number of each row.

    Raises
    ------
    RecordError
        When the folder holds no text.
    """
    texts = sources.read_texts(folder)
    for row, record in zip(table.index, table.to_dict("records"), strict=True):
        text = sources.text_of(str(record["source"]), texts)
        about = {"system": record[named], "ref": record["ref"]}
        near = sources.around(text, about) if text is not None else ""
        explained = sources.cell_text(record["printed"]) in EXPLANATIONS
        for value in _numbers(record["value"]):
            yield Traced(int(row), value, _place(value, text, near, explained=explained))


def _numbers(value: object) -> list[float]:
    """Return the numbers of a cell: a number, both ends of a range, or none. 0 is often in words: not looked for."""
    if isinstance(value, float):
        return [value] if value == value and value != 0 else []
    return [float(number) for number in _NUMBER.findall(sources.cell_text(value)) if float(number) != 0]


def _place(value: float, text: str | None, near: str, *, explained: bool) -> str:
    if text is None:
        return NO_TEXT
    pattern = sources.number_pattern(abs(value))  # a sign is printed in too many ways
    if pattern.search(near):
        return NEAR
    if explained:
        return EXPLAINED
    return ELSEWHERE if pattern.search(text) else MISSING
