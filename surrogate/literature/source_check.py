"""Look the numbers of a record up in the text of its source.

The texts are those a person keeps in a folder (they are not part of this package). A text is found by the stem
that ``documents.csv`` gives, or by the DOI it prints first; markup, line-break hyphens and thousands separators are
removed; the numbers of a record are looked for in windows around the places where its system or reference is named.
This finds slips of typing, not slips of reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.documents import READ_IN_FULL, find
from surrogate.literature.schema import NUMBERS

BEFORE, AFTER = (
    700,
    2600,
)  # characters searched around a name: numbers mostly follow it, a figure may intervene
TABLE_ROW = 450  # characters from a system's name to its reference number at the end of a table row
# Of a record from a table, these stand in the table row itself; the others may come from the prose.
_IN_TABLE_ROW = {
    "current_density_mA_cm2",
    "areal_capacity_mAh_cm2",
    "cycles",
    "hours",
    "c_rate",
    "capacity_retention_pct",
    "deposited_li_mAh_cm2",
}
STATUSES = (
    "all numbers found",
    "some numbers missing",
    "system not found in the text",
    "no text",
    "of an abstract that is not in the folder",
)
EXPLAINED = (STATUSES[0], STATUSES[4])  # others' abstracts cannot be passed on with the tables
# A host and a foil are often described far from where their cells are.
_ANYWHERE = {
    "host_thickness_um",
    "pore_size_top_um",
    "pore_size_bottom_um",
    "tortuosity",
    "li_foil_thickness_um",
    "pellet_thickness_um",
}
# Factor to the other unit in which papers print a quantity: V, microampere, mm.
_ALSO_IN = {
    "overpotential_mV": 1e-3,
    "ccd_mA_cm2": 1e3,
    "current_density_mA_cm2": 1e3,
    "pellet_thickness_um": 1e-3,
}
POWERS_BELOW, POWERS_FROM = 0.01, 1e5  # outside these a number may be printed with a power of ten
_WORDS = {1: "first", 2: "second|two", 3: "third|three", 4: "fourth|four", 5: "fifth|five", 6: "six"}


@dataclass(frozen=True)
class Located:
    """What was found of one record.

    Parameters
    ----------
    row
        The record, from 0.
    status
        One of ``STATUSES``.
    missing
        Columns whose number was not found.
    """

    row: int
    status: str
    missing: tuple[str, ...] = ()

    @property
    def warns(self) -> bool:
        """Whether somebody has to look."""
        return self.status not in EXPLAINED


def locate(records: pd.DataFrame, folder: str | Path) -> list[Located]:
    """Look up the numbers of every record.

    Parameters
    ----------
    records
        A typed table, n rows.
    folder
        The documents as text.

    Returns
    -------
    list of Located
        A result for each record, in order.

    Raises
    ------
    RecordError
        When the folder holds no text.
    """
    texts = read_texts(folder)
    return [
        _locate(int(row), record, texts) for row, record in zip(records.index, _dicts(records), strict=True)
    ]


def cell_text(cell: object) -> str:
    """Return the text of a cell; "" where it is empty."""
    return "" if cell is pd.NA or cell is None or cell != cell else str(cell)


def _dicts(records: pd.DataFrame) -> Iterable[dict[str, object]]:
    return ({str(k): v for k, v in record.items()} for record in records.to_dict("records"))


def _locate(row: int, record: dict[str, object], texts: dict[str, str]) -> Located:
    text, document = text_of(str(record["source"]), texts), find(str(record["source"]))
    abstract = document is not None and document.kind not in READ_IN_FULL
    if text is None:
        return Located(row, STATUSES[4] if abstract else STATUSES[3])
    near = text if abstract else around(text, record)  # an abstract is short, and calls a control by its part
    if not near:
        return Located(row, STATUSES[2])
    table_row = _table_row(text, record)
    missing = []
    for name in NUMBERS:
        value = float(str(record[name]))
        place = text if name in _ANYWHERE else table_row if table_row and name in _IN_TABLE_ROW else near
        if value == value and value != 0 and not _printed(name, value, place):
            missing.append(name)
    return Located(row, STATUSES[1] if missing else STATUSES[0], tuple(missing))


def _printed(name: str, value: float, place: str) -> bool:
    """Whether a number is printed, also in the other unit in which papers give its quantity."""
    written = [value] + ([float(f"{value * _ALSO_IN[name]:.9g}")] if name in _ALSO_IN else [])
    return any(number_pattern(number).search(place) for number in written)


def _table_row(text: str, record: dict[str, object]) -> str:
    """Find the row of a table that a record comes from: from the system's name to its number in brackets."""
    section, reference = (str(record[column]) for column in ("section", "ref"))
    if not section.startswith("Table") or not reference.isdigit():
        return ""
    name = _spaced(normalise_text(str(record["system"])))
    rows = re.finditer(rf"{name}(?=(.{{0,{TABLE_ROW}}}?)\[{reference}\])", text)
    return " // ".join(row.group(1) for row in rows)


def read_texts(folder: str | Path) -> dict[str, str]:
    """Every document of a folder.

    Returns
    -------
    dict
        Stem of the file -> its normalised text.

    Raises
    ------
    RecordError
        When the folder holds no ``.txt`` or ``.md`` file.
    """
    folder = Path(folder)
    paths = sorted(folder.glob("*.txt")) + sorted(folder.glob("*.md")) if folder.is_dir() else []
    if not paths:
        raise RecordError(
            "no source texts", where=str(folder), limit="*.txt or *.md files named after their document"
        )
    return {
        path.stem: normalise_text(path.read_text(encoding="utf-8-sig", errors="replace")) for path in paths
    }


def normalise_text(text: str) -> str:
    """Plain characters: markup and LaTeX commands dropped, hyphenation and thousands separators undone."""
    text = re.sub(r"(?<=[.,;:)\] ])[⁰¹²³⁴-⁹]+", lambda mark: f"[{mark.group()}]", text)  # a reference mark
    text = re.sub(r"\]\([^)]*\)", "]", text)  # the target of a link
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"</?(sub|sup|b|i)>", "", text)
    text = re.sub(r"\\(text|mathrm|mathbf|rm)\b", "", text)
    text = re.sub(r"\\approx|\\sim|∼|≈", "~", text)
    text = re.sub(r"[{}$*\\^_]", "", text)
    text = re.sub(r"[‐‑‒–—−]", "-", text)
    text = re.sub(r"(\w)-\n(\w)", r"\1\2", text)
    text = re.sub(r"(\d),(\d{3})(?!\d)", r"\1\2", text)
    return re.sub(r"\s+", " ", text)


def text_of(source: str, texts: dict[str, str]) -> str | None:
    """Return the text of a document.

    Parameters
    ----------
    source
        What the tables call the document.
    texts
        Texts by their stem (:func:`read_texts`).

    Returns
    -------
    str or None
        The text with the stem of the document (``documents.csv``) or with ``source`` as its stem (``_`` for ``/``),
        else the text that prints ``source`` earliest: a DOI stands first in its own document, others only cite it.
    """
    document = find(source)
    for stem in ((document.stem if document is not None else "") or source, source, source.replace("/", "_")):
        if stem in texts:
            return texts[stem]
    if document is not None and document.kind not in READ_IN_FULL:
        return None  # a text that prints its DOI only cites it
    doi = normalise_text(source)
    places = {stem: text.find(doi) for stem, text in texts.items() if doi in text}
    return texts[min(places, key=lambda stem: places[stem])] if places else None


def around(text: str, record: Mapping[str, object]) -> str:
    """Return what stands around each place where a text names ``system`` or ``ref`` of a record; "" without any."""
    return _near(text, _anchors(text, record))


def _anchors(text: str, record: Mapping[str, object]) -> list[str]:
    """How the text names the record: system, cited number or first author; else parts of the system."""
    system, reference = normalise_text(cell_text(record["system"])), cell_text(record["ref"])
    author = reference.split("-")[0]
    anchors = [system, *([f"[{reference}]", f"({reference})"] if reference.isdigit() else [author])]
    found = [anchor for anchor in anchors if anchor and _places(text, anchor)]
    parts = [part for part in re.split(r"[\s|/,()]+", system) if len(part) > 2]
    return found or [part for part in parts if _places(text, part)]


@lru_cache(maxsize=4096)
def _places(text: str, anchor: str) -> tuple[int, ...]:
    return tuple(found.start() for found in re.finditer(_spaced(anchor), text, flags=re.IGNORECASE))


def _spaced(name: str) -> str:
    """Write a pattern for a name in which markup may have left spaces (Li 2 O for Li2O)."""
    return " ?".join(re.escape(character) for character in name if character != " ")


def _near(text: str, anchors: list[str]) -> str:
    places = {place for anchor in anchors for place in _places(text, anchor)}
    for anchor in anchors:
        if anchor.startswith("["):
            places.update(_in_ranges(text, int(anchor[1:-1])))
    return " // ".join(text[max(0, place - BEFORE) : place + AFTER] for place in sorted(places))


@lru_cache(maxsize=4096)
def _in_ranges(text: str, number: int) -> tuple[int, ...]:
    """Where a reference is cited within a range such as [318-320]."""
    ranges = re.finditer(r"\[(\d+)-(\d+)\]", text)
    return tuple(found.start() for found in ranges if int(found.group(1)) <= number <= int(found.group(2)))


@lru_cache(maxsize=4096)
def number_pattern(value: float) -> re.Pattern[str]:
    """Write a pattern for a number from 0 up as documents print it: 0.50, 22 000, 2nd, second, 3.10 × 10-4."""
    patterns = [_powers(value)] if value and not POWERS_BELOW <= value < POWERS_FROM else []
    whole, _, fraction = f"{value:.10f}".rstrip("0").partition(".")
    if float(f"{whole}.{fraction or 0}") == value:
        if len(whole) > 4:
            whole = f"{whole[:-3]} ?{whole[-3:]}"
        digits = ("0?" if whole == "0" else whole) + (rf"\.{fraction}0*" if fraction else r"(\.0+)?")
        patterns.append(rf"(?<![\d.]){digits}(?!\d)(?!\.\d)")
    if not fraction and int(value) in _WORDS:
        patterns.append(rf"\b({_WORDS[int(value)]})\b")
    return re.compile("|".join(patterns), flags=re.IGNORECASE)


def _powers(value: float) -> str:
    """Write a pattern for 3.10 × 10-4; of a power of ten itself the factor may be missing."""
    factor, _, power = f"{value:.9e}".partition("e")
    digits = re.escape(factor.rstrip("0").rstrip(".")) + (
        r"0*" if factor.rstrip("0")[-1] != "." else r"(\.0+)?"
    )
    ten = rf"10 ?{'-' if int(power) < 0 else ''} ?{abs(int(power))}(?!\d)"
    return rf"(?<![\d.]){digits} ?(×|x|times) ?{ten}" + (rf"|(?<![\d.]){ten}" if float(factor) == 1 else "")
