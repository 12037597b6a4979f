"""The papers behind the records: every record's paper is known, and its citation says so."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import citations, documents
from surrogate.literature import records as literature
from surrogate.resources import resource

REVIEW = "10.1002/aenm.202304229"
WITHOUT_LIST = "10.1039/d5eb00156k"  # its text has no reference list
LIQUID_TO_SOLID = "002_612f39683bb0201f"
ROW = {
    "source": REVIEW, "ref": "135", "first_author": "Zhou", "others": "true", "journal": "J. Power Sources",
    "year": 2021, "volume": "495", "page": "229773", "doi": None, "locator": "reference list, [135]", "note": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    return citations.load()


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return literature.load()


def pairs(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["source"], table["ref"].fillna(""), strict=True))


def table(*changes: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([ROW | change for change in changes])


def test_every_record_has_its_paper_but_those_that_the_card_names(
    shipped: pd.DataFrame, records: pd.DataFrame
) -> None:
    unknown = pairs(records[records["ref"].notna()]) - pairs(shipped)
    elsewhere = {(source, ref) for source, ref in unknown if source != WITHOUT_LIST}
    assert elsewhere == {(LIQUID_TO_SOLID, "zhang-fec-lino3")}
    assert len(unknown - elsewhere) == 23
    card = resource("datasets/literature/README.md").read_text(encoding="utf-8")
    section = card.partition("## citations.csv")[2].partition("\n## ")[0]
    for named in (f"The 23 others of `{WITHOUT_LIST}`", "`zhang-fec-lino3`"):
        assert named in " ".join(section.split())


def test_every_row_is_of_a_record(shipped: pd.DataFrame, records: pd.DataFrame) -> None:
    assert shipped["ref"].notna().all()
    assert pairs(shipped) <= pairs(records)


def test_a_paper_is_one_group_of_the_records(shipped: pd.DataFrame, records: pd.DataFrame) -> None:
    """Else a paper could be judged by a model that has seen it."""
    told = records.fillna({"ref": ""}).merge(shipped.fillna({"ref": ""}), on=["source", "ref"])
    papers = told.groupby(["journal", "year", "volume", "page"], dropna=False)["group"].nunique()
    assert papers.max() == 1
    works = told.fillna({"volume": ""}).drop_duplicates(["group", "journal", "volume", "page"])
    assert not works["group"].duplicated().any()


def test_the_shipped_table_is_typed_and_in_its_limits(shipped: pd.DataFrame) -> None:
    assert tuple(shipped.columns) == tuple(citations.FIELDS)
    assert shipped["year"].between(1950, 2026).all()
    assert shipped["others"].dtype == bool
    assert shipped["doi"].dropna().str.fullmatch(r"10\.\d{4,9}/[^\s<>\[\]]+").all()
    assert not shipped.duplicated(["source", "ref"]).any()
    assert not shipped["page"].dropna().str.contains(r"[–−-]").any()  # the first page only
    assert shipped[["first_author", "volume", "page"]].notna().all(axis=None)


def test_article_numbers_agree_with_their_dois(shipped: pd.DataFrame) -> None:
    """The publisher of these journals makes the one of the other."""
    numbered = shipped[shipped["doi"].fillna("").str.match(r"10\.1002/(adma|adfm|aenm)")]
    assert len(numbered) == 12
    for page, doi in zip(numbered["page"], numbered["doi"], strict=True):
        assert doi.endswith(page)


@pytest.mark.parametrize(
    ("source", "ref", "said"),
    [
        (REVIEW, "135", f"Zhou et al., J. Power Sources 2021, 495, 229773 (reference 135 of {REVIEW})"),
        (REVIEW, "143", f"Wang et al., Nat. Commun. 2021, 12, 6536 (reference 143 of {REVIEW})"),
        (REVIEW, "", f"Wang et al., Adv. Energy Mater. 2024 (own data of {REVIEW})"),
        (
            LIQUID_TO_SOLID,
            "354",
            f"He et al., Adv. Mater. 2021, 33, 2105329 (reference 354 of {LIQUID_TO_SOLID})",
        ),
        (
            "10.1021/acscentsci.0c00351",
            "69",
            "Zheng et al., Nano Energy 2019, 64, 103910 (reference 69 of 10.1021/acscentsci.0c00351)",
        ),
        (
            "003_12ac4afc36bbf970",
            "",
            "Xu et al., Adv. Mater. 2021, 33, 2104009 (own data of 003_12ac4afc36bbf970)",
        ),
        (WITHOUT_LIST, "", f"EES Batteries 2026, 2, 42 (own data of {WITHOUT_LIST})"),
        (
            WITHOUT_LIST,
            "peng-scz",
            f"Zhang et al., J. Energy Chem. 2021, 57, 392 (reference peng-scz of {WITHOUT_LIST})",
        ),
        (WITHOUT_LIST, "he-zn", f"{WITHOUT_LIST}, its reference he-zn"),
        ("my notebook", "", "my notebook, its own data"),
    ],
)
def test_citation(source: str, ref: str, said: str) -> None:
    assert citations.citation(source, ref) == said


def test_a_doi_is_known_where_the_reference_list_gives_it() -> None:
    assert citations.cited(LIQUID_TO_SOLID, "195").doi == "10.1093/nsr/nwac183"
    assert citations.cited(REVIEW, "135").doi == ""
    assert citations.cited(WITHOUT_LIST, "he-zn").doi == ""
    assert citations.cited("003_12ac4afc36bbf970", "").doi == "10.1002/adma.202104009"


def test_a_document_is_linked_by_its_doi_whatever_the_tables_call_it() -> None:
    assert citations.source_doi("003_12ac4afc36bbf970") == "10.1002/adma.202104009"
    assert citations.source_doi(REVIEW) == REVIEW
    assert citations.source_doi(LIQUID_TO_SOLID) == ""  # its text gives none
    assert citations.source_doi("10.1000/mine") == "10.1000/mine"  # a document of a person's own records


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.1039/D2EE01390H", "https://doi.org/10.1039/D2EE01390H"),
        ('10.1002/a"b', "https://doi.org/10.1002/a%22b"),
        ("003_12ac4afc36bbf970", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_only_a_doi_has_a_link(text: str, address: str) -> None:
    assert documents.link(text) == address


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("source", None, "empty"),
        ("source", "10.1000/unheard", "not a known document"),
        ("ref", None, "empty"),
        ("ref", "135", "the same record as row 1"),
        ("first_author", None, "empty"),
        ("others", "some", "neither true nor false"),
        ("journal", None, "empty"),
        ("year", "twenty", "not a number"),
        ("year", 1949, "outside its limits"),
        ("year", 2027, "outside its limits"),
        ("year", 2020.5, "not a whole year"),
        ("doi", "https://doi.org/10.1039/d5eb00156k", "not a DOI"),
        ("doi", "10.1039", "not a DOI"),
        ("locator", None, "empty"),
    ],
)
def test_a_broken_row_is_refused_with_its_row_and_column(column: str, value: object, what: str) -> None:
    with pytest.raises(RecordError) as refused:
        citations.read(table({}, {"ref": "136", column: value}))
    assert (refused.value.row, refused.value.column) == (1, column)
    assert what in str(refused.value)


def test_a_broken_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    table({}, {"ref": "136", "doi": "none"}).to_csv(path, index=False)
    with pytest.raises(RecordError, match=re.escape("mine.csv, row 2, column doi")):
        citations.read(path)
    table({}).drop(columns="page").to_csv(path, index=False)
    with pytest.raises(RecordError, match=r"mine\.csv.*page.*column is missing"):
        citations.read(path)
    with pytest.raises(RecordError, match="no rows"):
        citations.read(table({}).iloc[:0])
