"""What a folder of a user holds, to be compared; a half-written file or a damaged store is an error.

Times are left out: the same command at another moment leaves the same.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from surrogate.campaign.store import CampaignStore
from surrogate.errors import StoreError
from surrogate.learning import simulated_table

CAMPAIGN, STORE = "c.toml", "c.db"
#: Of a batch, but for those that tell the time of day.
TABLES = ("candidates.csv", "understanding.csv", "results-template.csv")


def told(folder: Path) -> dict[str, Any]:
    """Return what the campaign of a folder knows: cells, what was said of them, proposals."""
    path = folder / STORE
    if path.is_file() and path.stat().st_size:
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = CampaignStore.open(path)
    cells = store.observations().drop(columns=["told_at"])
    assert cells["cell_id"].is_unique, "a cell counts twice"
    numbers = [one["statement"] for one in store.history()]
    assert numbers == sorted(numbers), "statements are out of order"
    proposals = {name: plain(one) for name, one in store.proposals().items()}
    return {
        "cells": {one["cell_id"]: plain(one) for one in cells.to_dict("records")},
        "proposals": proposals,
        "pending": sorted(store.pending()["proposal_id"]),
    }


def plain(row: dict[Any, Any]) -> dict[str, str]:
    """Return a row that can be compared: what is empty left out, and times."""
    return {
        str(name): repr(value) for name, value in row.items()
        if value is not None and value == value and name not in ("proposed_at", "told_at")
    }  # fmt: skip


def batches(folder: Path) -> dict[str, Any]:
    """Return the campaign and the files of its batches, each of which has to be whole."""
    files: dict[str, str] = {}
    for path in sorted(folder.glob("optimize-out/**/*.*")):
        if path.name.startswith(".") or path.is_symlink() or path.is_dir():
            continue
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes()
        assert content, f"{name} is empty"
        if path.suffix == ".json":
            json.loads(content)
        elif path.suffix == ".html":
            assert content.rstrip().endswith(b"</html>"), f"{name} is cut short"
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert book.testzip() is None
        elif path.suffix == ".csv":
            assert content.endswith(b"\n")
            pd.read_csv(path)
        files[name] = content.decode() if path.name in TABLES else "whole"
    return {**told(folder), "files": files}


def simulated(folder: Path) -> str | None:
    """Return the table of simulated designs in a folder."""
    path = folder / "out.csv"
    return path.read_text() if path.is_file() else None


def built(folder: Path) -> str | None:
    """Return the hash of the simulated table of a recipe, which can be read whole or is refused."""
    try:
        return str(simulated_table.load(folder / "table").attrs["card"]["sha256"])
    except StoreError:
        return None
