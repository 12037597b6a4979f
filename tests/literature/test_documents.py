"""The documents behind the tables: each is known once, and everything that names one names one of them."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import documents
from surrogate.literature import records as literature
from surrogate.literature.source_check import text_of
from surrogate.resources import resource

ROOT = Path(__file__).parents[2]
STEM = re.compile(r"\b\d{3}_[0-9a-f]{16}\b")
ROW = {
    "source": "10.1000/a", "stem": "a", "kind": "review", "title": "T", "authors": "Doe, J.; Roe, R.",
    "more_authors": "false", "journal": "J. Test", "year": 2020, "volume": "1", "page": "2", "doi": "10.1000/a",
    "terms": None, "locator": "first page", "note": None,
}  # fmt: skip


def table(*changes: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([ROW | change for change in changes])


def test_the_records_are_of_these_documents() -> None:
    assert set(documents.documents()) == set(literature.load()["source"])
    kinds = [document.kind for document in documents.documents().values()]
    in_full = [kind for kind in kinds if kind in documents.READ_IN_FULL]
    assert sorted(in_full) == ["outlook", "review", "review", "review", "study"]
    assert kinds.count("abstract") == len(kinds) - 5 >= 80


def test_the_card_shows_the_table() -> None:
    card = resource("datasets/literature/README.md").read_text(encoding="utf-8")
    section = card.partition("## Where the records come from")[2].partition("\n## ")[0]
    rows = re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \| ([^|]+): [^|]+ \| ([^|]+) \|$", section, flags=re.MULTILINE
    )
    assert rows == [
        (one.source, one.stem, one.work, one.terms or "not stated in the text")
        for one in documents.documents().values()
        if one.kind in documents.READ_IN_FULL
    ]


@pytest.mark.parametrize("folder", ["surrogate", "datasets", "docs", "training"])
def test_every_stem_that_is_named_anywhere_is_of_a_document(folder: str) -> None:
    known = {document.stem for document in documents.documents().values()}
    paths = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".csv", ".toml", ".md")]
    named = {stem: path for path in paths for stem in STEM.findall(path.read_text(encoding="utf-8"))}
    assert paths
    assert {stem: path for stem, path in named.items() if stem not in known} == {}


def test_a_document_is_found_by_its_source_and_by_its_stem() -> None:
    by_source, by_stem = documents.find("10.1039/d5eb00156k"), documents.find("000_7d66cda92dc0047f")
    assert by_source is by_stem is not None
    assert by_source.work == "EES Batteries 2026, 2, 42"
    assert documents.find("10.1000/unheard") is None


def test_a_text_is_found_by_the_stem_of_its_document_or_by_the_doi_that_it_prints_first() -> None:
    texts = {"000_7d66cda92dc0047f": "no DOI here", "other": "10.1039/d5eb00156k", "mine": "see 10.1000/b"}
    assert text_of("10.1039/d5eb00156k", texts) == "no DOI here"
    assert text_of("10.1000/b", texts) == "see 10.1000/b"
    assert text_of("mine", texts) == "see 10.1000/b"
    assert text_of("10.1000/c", texts) is None


def test_a_reference_needs_no_author() -> None:
    assert documents.reference("Doe", True, "J. Test", 2020, "1", "2") == "Doe et al., J. Test 2020, 1, 2"
    assert documents.reference("Doe", False, "J. Test", 2020, "", "2") == "Doe, J. Test 2020, 2"
    assert documents.reference("", False, "J. Test", 2020, "", "") == "J. Test 2020"


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("source", None, "empty"),
        ("source", "10.1000/a", "the same record as row 1"),
        ("source", "10.1000/c", "neither the DOI nor the stem"),
        ("stem", "a", "the same record as row 1"),
        ("kind", "book", "unknown class"),
        ("journal", None, "empty"),
        ("year", 1900, "outside its limits"),
        ("year", 2020.5, "not a whole year"),
        ("doi", "https://doi.org/10.1000/b", "not a DOI"),
        ("more_authors", "some", "neither true nor false"),
        ("locator", None, "empty"),
    ],
)
def test_a_broken_row_is_refused_with_its_row_and_column(column: str, value: object, what: str) -> None:
    good = {"source": "10.1000/b" if column == "stem" else "b", "stem": "b", "doi": "10.1000/b"}
    documents.read(table({}, good))
    with pytest.raises(RecordError) as refused:
        documents.read(table({}, {**good, column: value}))
    assert (refused.value.row, refused.value.column) == (1, column)
    assert what in str(refused.value)


def test_a_file_with_other_columns_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    table({}).assign(mood="good").to_csv(path, index=False)
    with pytest.raises(RecordError, match=r"mine\.csv, column mood: unknown column"):
        documents.read(path)
    with pytest.raises(RecordError, match="no rows"):
        documents.read(table({}).iloc[:0])
