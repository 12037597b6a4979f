"""The package of the tables: its files agree with their description and with the shipped records."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from surrogate.cli import failures, surrogate
from surrogate.errors import InputError
from surrogate.literature import documents, pairs
from surrogate.literature import records as literature
from surrogate.literature.package import write_package
from surrogate.literature.schema import COLUMNS, FIELDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("package") / "new" / "folder"
    write_package(place)
    return place


@pytest.fixture(scope="module")
def about(folder: Path) -> dict[str, object]:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_every_file_is_described_with_its_hash(folder: Path, about: dict) -> None:
    described = {one["path"]: one for one in about["resources"]}
    assert set(described) == {"records.csv", "records.parquet", "documents.csv", "citations.csv", "pairs.csv",
                              "constants.csv", "omitted.csv"}  # fmt: skip
    for name, one in described.items():
        content = (folder / name).read_bytes()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert {path.name for path in folder.iterdir()} == {
        *described,
        "README.md",
        "datapackage.json",
        "datacite.json",
    }


def test_every_column_is_described_in_order(folder: Path, about: dict) -> None:
    for one in about["resources"]:
        if one["format"] == "csv":
            with (folder / one["path"]).open(encoding="utf-8", newline="") as file:
                header = next(csv.reader(file))
            assert [column["name"] for column in one["schema"]["fields"]] == header
            assert all(column["description"] for column in one["schema"]["fields"])


def test_cells_obey_the_types_classes_and_limits_that_are_described(folder: Path, about: dict) -> None:
    one = next(one for one in about["resources"] if one["name"] == "records")
    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(literature.load())
    for column in one["schema"]["fields"]:
        cells = [row[column["name"]] for row in rows if row[column["name"]] != ""]
        limits = column.get("constraints", {})
        if column["type"] == "number":
            assert all(limits["minimum"] <= float(cell) <= limits["maximum"] for cell in cells), column[
                "name"
            ]
            assert column["name"] in FIELDS
        if column["type"] == "boolean":
            assert set(cells) <= {*column["trueValues"], *column["falseValues"]}
        if "enum" in limits:
            assert set(cells) <= set(limits["enum"])
    units = {column["name"]: column.get("unit") for column in one["schema"]["fields"]}
    assert (units["ccd_mA_cm2"], units["cycles"]) == ("mA_cm2", None)


def test_parquet_holds_the_records(folder: Path) -> None:
    read, loaded = pd.read_parquet(folder / "records.parquet"), literature.load()
    assert tuple(read.columns) == COLUMNS
    pd.testing.assert_frame_equal(read, loaded, check_dtype=False)


def test_pairs_point_at_rows_of_the_records(folder: Path) -> None:
    told, rows = pd.read_csv(folder / "pairs.csv"), pd.read_csv(folder / "records.csv")
    assert len(told) == len(pairs.pairs(literature.load()))
    for pair in told.to_dict("records"):
        record, control = rows.iloc[pair["record"] - 1], rows.iloc[pair["control"] - 1]
        assert record["control_of"] == control["system"]
        assert record["source"] == control["source"] or record["group"] == control["group"]


def test_metadata_are_complete_and_name_every_source(folder: Path, about: dict) -> None:
    datacite = json.loads((folder / "datacite.json").read_text(encoding="utf-8"))
    for key in (
        "types",
        "publisher",
        "publicationYear",
        "creators",
        "titles",
        "version",
        "descriptions",
        "rightsList",
        "relatedIdentifiers",
    ):
        assert datacite[key]
    told = {one["relatedIdentifier"] for one in datacite["relatedIdentifiers"]}
    assert told == {one.doi for one in documents.documents().values() if one.doi}
    assert str(len(literature.load())) in about["description"]
    assert about["licenses"][0]["name"] == "BSD-3-Clause"


def test_a_package_is_replaced_and_the_same_again(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_package(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(surrogate.app, "surrogate", ["literature", "package", str(tmp_path / "out")]) == 0
    assert "records.parquet" in capsys.readouterr().out
    (tmp_path / "file").write_text("x")
    assert failures.run(surrogate.app, "surrogate", ["literature", "package", str(tmp_path / "file")]) == 2
    with pytest.raises(InputError, match="is not a folder"):
        write_package(tmp_path / "file")
