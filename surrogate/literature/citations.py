"""The papers behind the records: what the reference list of a document gives of a work that it cites.

``citations.csv`` has one row for each ``source`` and ``ref`` of the records whose work is known. The documents
themselves are the rows of ``documents.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.documents import documents, doi_faults, find, reference, unknown_documents
from surrogate.literature.faults import Fault, raise_first, repeated, schema_faults
from surrogate.literature.reader import read_exactly
from surrogate.literature.schema import Field
from surrogate.resources import resource

FIELDS: dict[str, Field] = {
    "source": Field("text", "the document, as in documents.csv"),
    "ref": Field("text", "number of the cited work in it, as in the records"),
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
REQUIRED = ("source", "ref", "first_author", "journal", "year", "locator")


@dataclass(frozen=True)
class Cited:
    """The paper of a record.

    Parameters
    ----------
    work, doi
        The paper; empty where they are not known.
    place
        Where it is cited.
    """

    work: str
    doi: str
    place: str

    def __str__(self) -> str:
        return f"{self.work} ({self.place})" if self.work else self.place


def citation(source: str, ref: str) -> str:
    """Write the paper of a record as a reader finds it.

    Parameters
    ----------
    source, ref
        As in the records; an empty ``ref`` is the document itself.

    Returns
    -------
    str
        "Zhou et al., J. Power Sources 2021, 495, 229773 (reference 135 of 10.1002/...)", or, where the work is not
        known, "10.1039/d5eb00156k, its reference he-zn".
    """
    return str(cited(source, ref))


def cited(source: str, ref: str) -> Cited:
    """Return the paper of a record in its parts; ``source`` and ``ref`` as :func:`citation`."""
    if (source, ref) not in _works():
        return Cited("", "", f"{source}, its reference {ref}" if ref else f"{source}, its own data")
    work, doi = _works()[source, ref]
    return Cited(work, doi, f"reference {ref} of {source}" if ref else f"own data of {source}")


def source_doi(source: str) -> str:
    """Return the DOI of the document that the tables call ``source``; ``source`` itself where it is none of ours."""
    document = find(source)
    return source if document is None else document.doi


def load() -> pd.DataFrame:
    """Load the shipped citations, typed and checked.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
    """
    return read(resource("datasets/literature/citations.csv"))


def read(table: str | Path | pd.DataFrame, where: str = "") -> pd.DataFrame:
    """Read a table of citations, typed and checked.

    Parameters
    ----------
    table
        A CSV file or a frame with the columns ``FIELDS``.
    where
        What messages call it; default: the file's name.

    Returns
    -------
    pandas.DataFrame
        One row for each cited work.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
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
    yield from unknown_documents(table)
    yield from doi_faults(table)


@cache
def _works() -> dict[tuple[str, str], tuple[str, str]]:
    """(source, ref) -> (the work in one line, its DOI or an empty text), of both shipped tables."""
    works = {(document.source, ""): (document.work, document.doi) for document in documents().values()}
    columns = ["source", "ref", "first_author", "others", "journal", "year", "volume", "page", "doi"]
    rows = load().astype({"year": int}).astype(object).fillna("")[columns]
    for source, ref, author, others, journal, year, volume, page, doi in rows.itertuples(index=False):
        works[source, ref] = reference(author, others, journal, year, volume, page), doi
    return works
