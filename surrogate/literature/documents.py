"""The documents that the literature tables were read from: ``datasets/literature/documents.csv``.

Everything that names a document (records, constants, omitted statements, citations, published numbers) names it by
its ``source``, or by the ``stem`` of the text file that it was read from. Empty cells are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.faults import Fault, each, raise_first, repeated, schema_faults
from surrogate.literature.reader import read_exactly
from surrogate.literature.schema import Field
from surrogate.resources import resource

FILE = "datasets/literature/documents.csv"
KINDS = ("review", "outlook", "study", "abstract")
READ_IN_FULL = KINDS[:3]
FIELDS: dict[str, Field] = {
    "source": Field(
        "text", "how the tables name the document: its DOI, or its stem where its text gives none"
    ),
    "stem": Field("text", "name of the text file that was read, without its ending"),
    "kind": Field(
        "choice",
        "what was read: others' work (review, outlook) or its own (study) in full, or an abstract and no more",
        KINDS,
    ),
    "title": Field("text", "title"),
    "authors": Field("text", "Family, Given; in order"),
    "more_authors": Field("flag", "true where there are others than those in authors"),
    "journal": Field("text", "journal, abbreviated"),
    "year": Field("number", "year of publication", low=1950, high=2030),
    "volume": Field("text", "volume"),
    "page": Field("text", "first page, or number of the article"),
    "doi": Field("text", "DOI"),
    "terms": Field("text", "licence of the document, as it states it"),
    "locator": Field("text", "where these facts stand"),
    "note": Field("text", "what is missing"),
}
REQUIRED = ("source", "kind", "locator")
REQUIRED_IN_FULL = ("stem", "journal", "year")
DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"  # names a document without a DOI, after its title
_RESOLVER = "https://doi.org/"


@dataclass(frozen=True)
class Document:
    """One document; texts are empty where they are unknown (columns as in ``FIELDS``)."""

    source: str
    stem: str
    kind: str
    title: str
    authors: tuple[str, ...]
    more_authors: bool
    journal: str
    year: int | None
    volume: str
    page: str
    doi: str
    terms: str

    @property
    def work(self) -> str:
        """As a reference: "Wang et al., Adv. Energy Mater. 2024"; with its title where that is all that finds it."""
        first = self.authors[0].partition(",")[0] if self.authors else ""
        others = len(self.authors) > 1 or self.more_authors
        known = reference(first, others, self.journal, self.year, self.volume, self.page)
        by_title = self.kind not in READ_IN_FULL and not (self.doi and known)
        return f"{self.title}{'. ' if known else ''}{known}" if by_title and self.title else known or self.doi


def reference(first_author: str, others: bool, journal: str, year: int | None, volume: str, page: str) -> str:
    """Write a work in one line: "Zhou et al., J. Power Sources 2021, 495, 229773"; empty parts are left out."""
    author = f"{first_author}{' et al.' if others and first_author else ''}"
    issue = f"{journal} {year or ''}".strip()
    return ", ".join(part for part in (author, issue, volume, page) if part)


def link(doi: str) -> str:
    """Return the address of a DOI; empty for anything that is none."""
    return _RESOLVER + quote(doi, safe="/.()-_;:") if DOI.fullmatch(doi) else ""


def load() -> pd.DataFrame:
    """Load the shipped documents, typed and checked.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
    """
    return read(resource(FILE))


def read(table: str | Path | pd.DataFrame, where: str = "") -> pd.DataFrame:
    """Read a table of documents, typed and checked.

    Parameters
    ----------
    table
        A CSV file or a frame with the columns ``FIELDS``.
    where
        What messages call it; default: the file's name.

    Returns
    -------
    pandas.DataFrame
        One row for each document.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
    """
    name = where or ("documents" if isinstance(table, pd.DataFrame) else Path(table).name)
    given = read_exactly(table, FIELDS, name)
    if given.empty:
        raise RecordError("the table has no rows", where=name, remedy="add at least one")
    raise_first(_faults(given), name, list(FIELDS))
    return given


@cache
def documents() -> Mapping[str, Document]:
    """Return the shipped documents by ``source``, in the order of the table."""
    table = load().drop(columns=["locator", "note"]).astype({"year": "Int64"}).astype(object)
    table = table.where(table.notna(), None).fillna({column: "" for column in table if column != "year"})
    found = {}
    for row in table.to_dict("records"):
        authors = tuple(name.strip() for name in row.pop("authors").split(";") if name.strip())
        found[row["source"]] = Document(authors=authors, **{str(name): cell for name, cell in row.items()})
    return MappingProxyType(found)


def find(name: str) -> Document | None:
    """Find the document with this ``source`` or ``stem``; None where there is none."""
    known = documents()
    return known.get(name) or next((document for document in known.values() if document.stem == name), None)


def unknown_documents(table: pd.DataFrame) -> Iterator[Fault]:
    """Find rows whose ``source`` is no document, as ``source`` or as ``stem``.

    Parameters
    ----------
    table
        A typed table with a column ``source``; empty cells are not judged.
    """
    names = {name: find(name) is not None for name in table["source"].dropna().unique()}
    yield from each(
        table,
        table["source"].notna() & ~table["source"].map(names).fillna(True).astype(bool),
        "source",
        "not a known document",
        limit=", ".join(documents()),
        remedy=f"use one of these, or add the document to {FILE}",
    )


def doi_faults(table: pd.DataFrame) -> Iterator[Fault]:
    """Cells of the column ``doi`` that hold something else, and parts of years in the column ``year``."""
    yield from each(table, table["year"] % 1 > 0, "year", "not a whole year", remedy="write the year")
    known = table["doi"].fillna("10.1000/none").map(lambda text: DOI.fullmatch(text) is not None)
    yield from each(
        table,
        ~known,
        "doi",
        "not a DOI",
        limit="such as 10.1039/d5eb00156k, or empty",
        remedy="write it without an address before it",
    )


def _faults(table: pd.DataFrame) -> Iterator[Fault]:
    yield from schema_faults(table, FIELDS, REQUIRED)
    in_full = table["kind"].isin(READ_IN_FULL)
    for column in REQUIRED_IN_FULL:
        yield from each(
            table, in_full & table[column].isna(), column, "empty", limit="of a document read in full"
        )
    unnamed = ~in_full & table["title"].isna() & table["doi"].isna()
    yield from each(table, unnamed, "title", "neither a title nor a DOI", remedy="give one of the two")
    for column in ("source", "stem", "doi"):
        given = table[table[column].notna()]
        yield from repeated(given, (column,), column)
    yield from doi_faults(table)
    named = [*table["stem"].dropna(), *table["doi"].dropna()]
    other = table["source"].notna() & ~table["source"].isin(named) & (in_full | table["doi"].notna())
    yield from each(table, other, "source", "neither the DOI nor the stem of this table", limit="one of both")
    plain = table["source"].fillna("a").str.fullmatch(SLUG)
    slug = ~in_full & table["doi"].isna() & ~plain
    yield from each(table, slug, "source", "not a short name", limit="lower case letters, digits and hyphens")
