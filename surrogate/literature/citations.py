"""The papers behind the records: what the reference list of a document gives of a work that it cites.

``citations.csv`` has one row for each ``source`` and ``ref`` of the records whose work is known, and one without
``ref`` for each document itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.faults import Fault, each, raise_first, repeated, schema_faults
from surrogate.literature.reader import read_exactly
from surrogate.literature.schema import Field
from surrogate.literature.statements import documents
from surrogate.resources import resource

FIELDS: dict[str, Field] = {
    "source": Field("text", "DOI or file stem of the document"),
    "ref": Field("text", "number of the cited work in it, as in the records; empty for the document itself"),
    "first_author": Field("text", "family name of the first author"),
    "others": Field("flag", "true where there are more authors"),
    "journal": Field("text", "journal, abbreviated"),
    "year": Field("number", "year of publication", low=1950, high=2026),
    "volume": Field("text", "volume"),
    "page": Field("text", "first page, or number of the article"),
    "doi": Field("text", "DOI, where the document gives it"),
    "locator": Field("text", "where in the document it stands"),
    "note": Field("text", "what is missing or doubtful"),
}
REQUIRED = ("source", "journal", "year", "locator")
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)
_RESOLVER = "https://doi.org/"


@dataclass(frozen=True)
class Cited:
    """What a record names as its paper. work, doi: empty where they are not known; place: where it is cited."""

    work: str
    doi: str
    place: str

    def __str__(self) -> str:
        return f"{self.work} ({self.place})" if self.work else self.place


def citation(source: str, ref: str) -> str:
    """The paper of a record: "Zhou et al., J. Power Sources 2021, 495, 229773 (reference 135 of 10.1002/...)".

    Where the work is not known: "10.1039/d5eb00156k, its reference he-zn". An empty ref is the document itself.
    """
    return str(cited(source, ref))


def cited(source: str, ref: str) -> Cited:
    """The paper of a record in its parts."""
    if (source, ref) not in _works():
        return Cited("", "", f"{source}, its reference {ref}" if ref else f"{source}, its own data")
    work, doi = _works()[source, ref]
    return Cited(work, doi, f"reference {ref} of {source}" if ref else f"own data of {source}")


def link(doi: str) -> str:
    """The address of a DOI; empty for anything that is none."""
    return _RESOLVER + quote(doi, safe="/.()-_;:") if _DOI.fullmatch(doi) else ""


def load() -> pd.DataFrame:
    """The shipped citations, typed and judged."""
    return read(resource("datasets/literature/citations.csv"))


def read(table: str | Path | pd.DataFrame, where: str = "") -> pd.DataFrame:
    """A table of citations, typed and judged; ``where`` names it in messages.

    Raises RecordError with row and column of the first fault.
    """
    name = where or ("citations" if isinstance(table, pd.DataFrame) else Path(table).name)
    given = read_exactly(table, FIELDS, name)
    if given.empty:
        raise RecordError("the table has no rows", where=name, remedy="add at least one")
    raise_first(_faults(given), name, list(FIELDS))
    return given


def _faults(table: pd.DataFrame) -> Iterator[Fault]:
    yield from schema_faults(table, FIELDS, REQUIRED)
    yield from repeated(table, ("source", "ref"), "ref")
    known = documents()
    yield from each(
        table, table["source"].notna() & ~table["source"].isin(known), "source", "not a document of the card",
        limit=", ".join(known), remedy="use one of these, or add the document to the card",
    )  # fmt: skip
    yield from each(table, table["year"] % 1 > 0, "year", "not a whole year", remedy="write the year")
    doi = table["doi"].fillna("10.1000/none").map(lambda text: _DOI.fullmatch(text) is not None)
    yield from each(
        table, ~doi, "doi", "not a DOI", limit="such as 10.1039/d5eb00156k, or empty",
        remedy="write it without an address before it",
    )  # fmt: skip
    nameless = table["first_author"].isna()
    yield from each(
        table, nameless & (table["others"] | table["ref"].notna()), "first_author", "empty",
        limit="a name; only a document whose text names no author has none", remedy="give the family name",
    )  # fmt: skip


@cache
def _works() -> dict[tuple[str, str], tuple[str, str]]:
    """(source, ref) -> (citation of the work, its DOI or an empty text), of the shipped table."""
    rows = load().astype({"year": int}).astype(object).fillna("").to_dict("records")
    return {(row["source"], row["ref"]): (_work(row), row["doi"]) for row in rows}


def _work(row: Mapping[Any, Any]) -> str:
    author = f"{row['first_author']}{' et al.' if row['others'] else ''}"
    paper = f"{row['journal']} {row['year']}"
    return ", ".join(str(part) for part in (author, paper, row["volume"], row["page"]) if part)
