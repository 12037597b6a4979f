"""Constants and omitted statements: planted errors are refused by row and column, numbers are traced.

The text is made up.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import records as literature
from surrogate.literature import statements
from surrogate.literature.documents import READ_IN_FULL, documents
from surrogate.literature.statement_check import EXPLANATIONS
from surrogate.literature.statements import CONSTANTS, OMITTED, Kind
from surrogate.resources import resource

TEXT = """10.1002/aenm.202304229. A made-up review.

Li<sub>2</sub>X@foam [3] conducts $3.10 \\times 10^{-4} \\text{ S cm}^{-1}$, a wi-
dow of −1.5 V, 1,200 ppm, a size of 10<sup>−8</sup> m, a third of it 0.50 or 1–14 MPa.
""" + "filler " * 600 + """
Elsewhere 777 is printed.
"""  # fmt: skip
CONSTANT = {
    "property": "ionic conductivity",
    "value": "3.1e-4",
    "unit": "S/cm",
    "material": "Li2X@foam",
    "source": "10.1002/aenm.202304229",
    "ref": "3",
    "locator": "section 1",
}
STATEMENT = {
    "source": "10.1002/aenm.202304229",
    "system": "Li2X@foam",
    "quantity": "stack pressure",
    "value": "1 to 14",
    "unit": "MPa",
    "reason": "no cell",
    "locator": "section 2",
}
ROWS = {CONSTANTS.file: CONSTANT, OMITTED.file: STATEMENT}


def table(kind: Kind, *changes: dict[str, str]) -> pd.DataFrame:
    """One row for each set of changes, all columns; rows differ in their symbol or quantity."""
    own = "symbol" if kind is CONSTANTS else "quantity"
    rows = [{**ROWS[kind.file], own: f"s{k}", **change} for k, change in enumerate(changes)]
    return pd.DataFrame(rows).reindex(columns=list(kind.fields))


PLANTED: dict[str, tuple[Kind, dict[str, str], str, list[str]]] = {
    "not a number": (CONSTANTS, {"value": "many"}, "value", ["not a number", "many"]),
    "no number": (CONSTANTS, {"value": ""}, "value", ["empty"]),
    "beyond its limits": (CONSTANTS, {"value": "1e12"}, "value", ["outside its limits", "1e+09"]),
    "unknown unit": (CONSTANTS, {"unit": "furlong/fortnigt"}, "unit", ["unknown unit", "fortnigt", "mA/cm^2"]),
    "no unit": (CONSTANTS, {"unit": ""}, "unit", ["empty"]),
    "unknown document": (
        CONSTANTS, {"source": "10.1000/x"}, "source", ["not a known", "10.1039/d5eb00156k", "documents.csv"],
    ),
    "unknown bound": (CONSTANTS, {"bound": "about"}, "bound", ["unknown class", "lower, upper"]),
    "unknown print": (OMITTED, {"printed": "badly"}, "printed", ["unknown class", "in_words"]),
    "no locator": (CONSTANTS, {"locator": " "}, "locator", ["empty"]),
    "no property": (CONSTANTS, {"property": ""}, "property", ["empty"]),
    "neither true nor false": (CONSTANTS, {"approximate": "ca."}, "approximate", ["neither true nor false"]),
    "neither number nor range": (OMITTED, {"value": "1-14"}, "value", ["nor a range", "5 to 75"]),
    "unknown unit of an omission": (OMITTED, {"unit": "MPascals"}, "unit", ["unknown unit"]),
    "unknown document of an omission": (OMITTED, {"source": "x"}, "source", ["not a known document"]),
    "no reason": (OMITTED, {"reason": ""}, "reason", ["empty"]),
    "no system": (OMITTED, {"system": ""}, "system", ["empty"]),
    "no locator of an omission": (OMITTED, {"locator": ""}, "locator", ["empty"]),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "column", "said"), PLANTED.values(), ids=list(PLANTED))
def test_planted_error_is_refused(kind: Kind, change: dict[str, str], column: str, said: list[str]) -> None:
    statements.check(kind, table(kind, {}, {}))
    with pytest.raises(RecordError) as caught:
        statements.check(kind, table(kind, {}, change))
    for part in [f"{kind.file}, row 2, column {column}: ", *said]:
        assert part in str(caught.value)


@pytest.mark.parametrize("kind", [CONSTANTS, OMITTED], ids=["constants", "omitted"])
def test_duplicates_missing_and_unknown_columns(kind: Kind) -> None:
    with pytest.raises(RecordError, match="row 2, column source: the same record as row 1"):
        statements.check(kind, pd.concat([table(kind, {}), table(kind, {"note": "again", "locator": "y"})]))
    with pytest.raises(RecordError, match="column note: column is missing"):
        statements.check(kind, table(kind, {}).drop(columns="note"))
    with pytest.raises(RecordError, match="column mood: unknown column"):
        statements.check(kind, table(kind, {}).assign(mood="good"))
    with pytest.raises(RecordError, match="no rows"):
        statements.check(kind, table(kind, {}).iloc[:0])


def test_the_shipped_tables() -> None:
    constants, omitted = statements.constants(), statements.omitted()
    assert (len(constants), len(omitted)) == (455, 215)
    assert constants["value"].dtype == "float64"
    faraday = constants[constants["symbol"] == "F"].iloc[0]
    assert (faraday["value"], faraday["unit"]) == (96485, "C/mol")
    in_full = {one.source for one in documents().values() if one.kind in READ_IN_FULL}
    assert set(constants["source"]) == set(omitted["source"]) == in_full
    assert constants.loc[constants["bound"].notna(), "approximate"].all()
    assert set(constants["printed"].dropna()) | set(omitted["printed"].dropna()) == set(EXPLANATIONS)


@pytest.mark.parametrize(
    "name", ["records.csv", "constants.csv", "omitted.csv", "documents.csv", "citations.csv"]
)
@pytest.mark.docs
def test_the_card_gives_every_tables_hash_and_size(name: str) -> None:
    card = resource("datasets/literature/README.md").read_text(encoding="utf-8")
    section = card.partition(f"## {name}")[2].partition("\n## ")[0]
    assert section, f"no section on {name}"
    path = resource(f"datasets/literature/{name}")
    assert re.findall(r"`([0-9a-f]{64})`", section) == [hashlib.sha256(path.read_bytes()).hexdigest()]
    assert f"{len(pd.read_csv(path))} " in section.split(".")[0]
    for part in ("Gathered", "Missing", "Biases", "Terms"):
        assert f"**{part}.**" in section, (name, part)


@pytest.mark.parametrize("word", EXPLANATIONS)
@pytest.mark.docs
def test_the_card_documents_the_words_that_explain(word: str) -> None:
    card = " ".join(resource("datasets/literature/README.md").read_text(encoding="utf-8").split())
    assert f"`{word}`" in card


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "review.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({}, "beside its name or reference"),
        ({"value": "-1.5"}, "beside its name or reference"),
        ({"value": "1200"}, "beside its name or reference"),
        ({"value": "1e-8"}, "beside its name or reference"),
        ({"value": "0.5"}, "beside its name or reference"),
        ({"value": "777"}, "elsewhere in the text"),
        ({"value": "3.1e-5"}, "not found"),
        ({"value": "3.2e-4"}, "not found"),
        ({"value": "0.333"}, "not found"),
        ({"value": "0.333", "printed": "in_words"}, "explained in its row"),
        ({"value": "777", "printed": "distorted"}, "explained in its row"),  # not by chance elsewhere
        ({"value": "0.333", "note": "in words: a third"}, "not found"),  # a note explains nothing
        ({"source": "10.1039/d5eb00156k"}, "no text"),
    ],
)
def test_where_a_constant_is_found(folder: Path, change: dict[str, str], place: str) -> None:
    judged = statements.check(CONSTANTS, table(CONSTANTS, change), text_dir=folder)
    (found,) = judged.traced
    assert found.place == place
    assert found.warns == (place in ("not found", "no text"))
    assert judged.places[place] == 1


def test_both_ends_of_a_range_are_looked_up(folder: Path) -> None:
    found = statements.check(OMITTED, table(OMITTED, {"value": "1 to 15"}, {"value": ""}), text_dir=folder)
    assert [(one.row, one.value, one.warns) for one in found.traced] == [(0, 1.0, False), (0, 15.0, True)]


def test_rows_named_in_a_reason_are_of_the_same_document() -> None:
    records = literature.load()
    told = statements.omitted()
    named = told["reason"].str.extractall(r"\brows? (?P<rows>\d+(?:(?:, | and |-)\d+)*)(?P<after>.{0,25})")
    assert len(named) > 30
    for (index, _), (rows, after) in named.iterrows():
        source = told.loc[index, "source"]
        for row in re.findall(r"\d+", rows):
            found = records.loc[int(row) - 1, "source"]
            assert found == source or f"({found})" in after, (index + 1, row)
