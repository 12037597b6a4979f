"""Do the numbers of constants and of omitted statements stand in the text of their document?

As for records (``sources``), with the same normalisation. A number is looked for around the places where the
row's material or reference is named, else anywhere in the text. This finds slips of typing, not slips of
reading; a small number found elsewhere says little. A number that a text does not print is explained in the
row's ``note``, by a word of EXPLANATIONS at its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from surrogate.literature import source_check as sources

EXPLANATIONS = {
    "OCR:": "the text comes from a scan that distorted the number",
    "in words:": "the text tells the number in words",
}
NEAR, ELSEWHERE, EXPLAINED, MISSING, NO_TEXT = PLACES = (
    "beside its name or reference",
    "elsewhere in the text",
    "explained in its note",
    "not found",
    "no text",
)
_NUMBER = re.compile(r"(?<![\d.e])-?\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Traced:
    """Where one number of a row was found: ``place`` is one of PLACES."""

    row: int
    value: float
    place: str

    @property
    def warns(self) -> bool:
        """Whether somebody has to look."""
        return self.place in (MISSING, NO_TEXT)


def trace(table: pd.DataFrame, named: str, folder: str | Path) -> Iterator[Traced]:
    """Look up every number of ``value``. named: the column that names what a row is about.

    Raises RecordError when the folder holds no text.
    """
    texts = sources.read_texts(folder)
    for row, record in zip(table.index, table.to_dict("records"), strict=True):
        text = sources.text_of(str(record["source"]), texts)
        about = {"system": record[named], "ref": record["ref"]}
        near = sources.around(text, about) if text is not None else ""
        note = sources.said(record["note"])
        for value in _numbers(record["value"]):
            yield Traced(int(row), value, _place(value, text, near, note))


def _numbers(value: object) -> list[float]:
    """The numbers of a cell: one, both ends of a range, or none. 0 is often said in words: not looked for."""
    if isinstance(value, float):
        return [value] if value == value and value != 0 else []
    return [float(one) for one in _NUMBER.findall(sources.said(value)) if float(one) != 0]


def _place(value: float, text: str | None, near: str, note: str) -> str:
    if text is None:
        return NO_TEXT
    pattern = sources.number_pattern(abs(value))  # a sign is printed in too many ways
    if pattern.search(near):
        return NEAR
    if note.startswith(tuple(EXPLANATIONS)):
        return EXPLAINED
    return ELSEWHERE if pattern.search(text) else MISSING
