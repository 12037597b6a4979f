"""The literature tables as a package that others can cite and deposit.

Data flow: the shipped tables, checked -> records as CSV and as Parquet, the other tables and the pairs as CSV -> a
description (``datapackage.json``, the Data Package and Table Schema of Frictionless) with types, units, classes and
hashes -> metadata as a repository of data asks for them (``datacite.json``, DataCite 4.5, without a DOI, which the
repository assigns) -> the card of the tables (``README.md``). Files of an earlier package are replaced one by one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from surrogate.errors import InputError
from surrogate.files.output import output_folder, replacing, write_csv, write_json, write_text
from surrogate.literature import citations, documents, pairs, statements
from surrogate.literature import records as literature
from surrogate.literature.schema import FIELDS, Field
from surrogate.resources import resource
from surrogate.units import split_unit

NAME = "lihost-literature"
TITLE = "Cells with lithium-metal anodes, with and without hosts, as the literature reports them"
KEYWORDS = ("lithium metal anode", "host", "solid electrolyte", "cycle life", "critical current density")
LICENCE = {
    "name": "BSD-3-Clause",
    "title": "BSD 3-Clause License",
    "path": "https://opensource.org/license/bsd-3-clause",
}
_TYPES = {"number": "number", "flag": "boolean"}
_PAIR_FIELDS = {
    "record": "row of the record in records.csv, from 1",
    "control": "row of its control in records.csv, from 1",
    "paper": "the paper of both",
    "quantity": "what both measure; of coulombic efficiencies the losses, 100 less the efficiency, are compared",
    "differs_in": "what the two differ in",
    "value": "of the record",
    "control_value": "of its control",
    "ratio_low": "lower bound of value / control_value",
    "ratio_high": "upper bound of value / control_value; empty without one",
    "told": "1: the source tells that the record is better than its control; -1: worse; 0: equal",
    "proven": "whether that follows from the numbers and their bounds",
}


def write_package(folder: str | Path) -> list[Path]:
    """Write the package.

    Parameters
    ----------
    folder
        Where to; made if it is missing.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        Where the folder is a file.
    StoreError
        For a folder that cannot be written to.
    RecordError
        For the first fault of a shipped table.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError("is not a folder", where=str(folder), remedy="give the name of a folder")
    folder.mkdir(parents=True, exist_ok=True)
    output_folder(folder)
    records = literature.load()
    tables = {
        "records": (records, FIELDS),
        "documents": (documents.load(), documents.FIELDS),
        "citations": (citations.load(), citations.FIELDS),
        "constants": (statements.constants(), statements.CONSTANTS.fields),
        "omitted": (statements.omitted(), statements.OMITTED.fields),
        "pairs": (_pairs(records), {}),
    }
    resources, written = [], []
    for name, (table, fields) in tables.items():
        path = folder / f"{name}.csv"
        write_csv(table, path)
        resources.append(_resource(name, path, table, fields))
        written.append(path)
    parquet = folder / "records.parquet"
    with replacing(parquet) as part:
        records.to_parquet(part, index=False)
    written.append(parquet)
    card = folder / "README.md"
    write_text(resource("datasets/literature/README.md").read_text(encoding="utf-8"), card)
    about = folder / "datapackage.json"
    write_json(_package(records, [*resources, _file("records-parquet", parquet, "parquet")]), about)
    datacite = folder / "datacite.json"
    write_json(_datacite(records), datacite)
    return [*written, card, about, datacite]


def _pairs(records: pd.DataFrame) -> pd.DataFrame:
    found = pairs.pairs(records)
    rows = {side: found[side].astype(int) + 1 for side in ("record", "control")}
    return found.assign(**rows, ratio_high=found["ratio_high"].replace(float("inf"), float("nan")))


def _package(records: pd.DataFrame, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": NAME,
        "title": TITLE,
        "description": _description(records),
        "version": metadata.version("lihost"),
        "keywords": list(KEYWORDS),
        "licenses": [LICENCE],
        "contributors": [{"title": "The lihost developers", "role": "author"}],
        "sources": [
            {"title": one.title or one.work, **({"path": documents.link(one.doi)} if one.doi else {})}
            for one in documents.documents().values()
        ],
        "resources": resources,
    }


def _description(records: pd.DataFrame) -> str:
    papers = pairs.paper_of(records).nunique()
    failed = literature.summary(records).to_dict("index")["all"]["failed"]
    return (
        f"{len(records)} records of {papers} papers, each with its locator; {failed} lives end in a failure, the "
        "others are lower bounds. Facts and figures only; cite the sources when you use them."
    )


def _datacite(records: pd.DataFrame) -> dict[str, Any]:
    related = [one.doi for one in documents.documents().values() if one.doi]
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Table of literature data"},
        "publisher": {"name": "The lihost developers"},
        "publicationYear": str(datetime.now(UTC).year),
        "creators": [{"name": "The lihost developers", "nameType": "Organizational"}],
        "titles": [{"title": TITLE}],
        "version": metadata.version("lihost"),
        "descriptions": [{"descriptionType": "Abstract", "description": _description(records)}],
        "subjects": [{"subject": word} for word in KEYWORDS],
        "rightsList": [
            {"rights": LICENCE["title"], "rightsUri": LICENCE["path"], "rightsIdentifier": LICENCE["name"]}
        ],
        "relatedIdentifiers": [
            {"relatedIdentifier": doi, "relatedIdentifierType": "DOI", "relationType": "IsDerivedFrom"}
            for doi in related
        ],
    }


def _resource(name: str, path: Path, table: pd.DataFrame, fields: Mapping[str, Field]) -> dict[str, Any]:
    described = [_column(str(column), table[column], fields.get(str(column))) for column in table.columns]
    return {
        **_file(name, path, "csv"),
        "profile": "tabular-data-resource",
        "dialect": {"delimiter": ",", "header": True},
        "schema": {"fields": described, "missingValues": [""]},
    }


def _file(name: str, path: Path, kind: str) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "name": name,
        "path": path.name,
        "type": "table" if kind == "csv" else "file",
        "format": kind,
        "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _column(name: str, cells: pd.Series, field: Field | None) -> dict[str, Any]:
    """Describe a column: type, meaning, unit, classes and limits."""
    if field is None:
        kind = (
            "boolean"
            if cells.dtype == bool
            else "number"
            if pd.api.types.is_numeric_dtype(cells)
            else "string"
        )
        return {"name": name, "type": kind, "description": _PAIR_FIELDS[name], **_booleans(kind)}
    kind = _TYPES.get(field.kind, "string")
    limits: dict[str, Any] = {}
    if field.kind == "choice":
        limits = {"constraints": {"enum": list(field.values)}}
    if field.kind == "choices":
        one = "|".join(map(re.escape, field.values))
        limits = {"constraints": {"pattern": rf"({one})(\s*;\s*({one}))*"}}
    if field.kind == "number":
        limits = {"constraints": {"minimum": field.low, "maximum": field.high}}
    unit = split_unit(name)[1]
    return {
        "name": name,
        "type": kind,
        "description": field.about,
        **({"unit": unit} if unit else {}),
        **limits,
        **_booleans(kind),
    }


def _booleans(kind: str) -> dict[str, Any]:
    """Say how booleans are written."""
    return {"trueValues": ["true", "True"], "falseValues": ["false", "False"]} if kind == "boolean" else {}
