"""Tables of simulations: designs drawn from the host space, run through the physics, kept with a card.

``FOLDER/simulated.parquet`` holds the rows, ``FOLDER/card.json`` what they were made from: recipe section,
seed, a hash of everything that computes them, package version, outcome counts and the SHA-256 of the rows.
The table takes its name in one step and the card comes last, so that a killed run leaves no table or the old
table; a table that does not match its card is refused by :func:`load` and rebuilt by :func:`load_or_build`.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import surrogate
from surrogate.errors import RecipeError, StoreError
from surrogate.files.output import output_folder, replacing, write_json
from surrogate.hosts.search_space import host_space
from surrogate.physics.code_hash import code_hash

TABLE, CARD = "simulated.parquet", "card.json"
SCHEMA_VERSION = 1
MOST_ROWS = 10_000_000

Progress = Callable[[str, int, int], None]
_log = logging.getLogger(__name__)


def build(
    recipe_section: Mapping[str, Any], out: str | Path, seed: int, progress: Progress | None = None
) -> pd.DataFrame:
    """Simulate quasi-random designs of the host space and write table and card.

    The same section, seed and code give the same rows.

    Parameters
    ----------
    recipe_section : mapping
        ``n``, the number of designs.
    out : str or Path
        Folder, made when it is missing.
    seed : int
        Of the designs.
    progress : callable, optional
        Called with ("simulating", designs done, n).

    Returns
    -------
    DataFrame, n rows
        Design columns and simulation outputs; ``attrs["card"]`` is its card.

    Raises
    ------
    RecipeError
        For a section that cannot be used.
    StoreError
        When the folder cannot be written.
    """
    section = _section(recipe_section)
    from surrogate.physics import simulate  # compiles: only when something is simulated

    folder = output_folder(out)
    designs = host_space().sample(section["n"], seed)
    table = simulate(designs, progress=progress).reset_index(drop=True)
    with replacing(folder / TABLE) as temporary:
        table.to_parquet(temporary, index=False)
        digest = _sha256(temporary)
    card = {
        **_made_from(section, seed),
        "rows": len(table),
        "outcomes": {str(name): int(count) for name, count in table["outcome"].value_counts().items()},
        "columns": [str(name) for name in table.columns],
        "sha256": digest,
    }
    write_json(card, folder / CARD)
    table.attrs["card"] = card
    return table


def load(folder: str | Path) -> pd.DataFrame:
    """Load the table in a folder; ``attrs["card"]`` is its card.

    Raises
    ------
    StoreError
        When table or card are missing, unreadable or do not belong to each other.
    """
    folder = Path(folder)
    remedy = f"build it again, or remove {folder}"
    card = read_card(folder)
    try:
        digest = _sha256(folder / TABLE)
        if digest != card.get("sha256"):
            raise StoreError(
                "the table is not what its card describes", where=str(folder / TABLE), remedy=remedy
            )
        table = pd.read_parquet(folder / TABLE)
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the table cannot be read: {error}", where=str(folder / TABLE), remedy=remedy
        ) from error
    if len(table) != card.get("rows"):
        raise StoreError(
            "the table has lost rows", where=str(folder / TABLE), value=len(table), remedy=remedy
        )
    table.attrs["card"] = card
    return table


def load_or_build(
    recipe_section: Mapping[str, Any], out: str | Path, seed: int, progress: Progress | None = None
) -> pd.DataFrame:
    """Load the table of a section and seed if it is whole and up to date, else build it again.

    Parameters
    ----------
    recipe_section, out, seed, progress
        As for :func:`build`.

    Returns
    -------
    DataFrame
        ``attrs["rebuilt_because"]`` says why a table in the folder was not taken, "" where it was.

    Raises
    ------
    RecipeError, StoreError
        As :func:`build`.
    """
    because = stale(recipe_section, out, seed)
    if not because:
        try:
            table = load(out)
        except StoreError as error:
            because = str(error)
        else:
            table.attrs["rebuilt_because"] = ""
            return table
    _log.info("simulated table: %s", because)
    table = build(recipe_section, out, seed, progress)
    table.attrs["rebuilt_because"] = because
    return table


def stale(recipe_section: Mapping[str, Any], out: str | Path, seed: int) -> str:
    """Say why the table in a folder is not that of a section and seed; "" when its card says that it is.

    Parameters
    ----------
    recipe_section, out, seed
        As for :func:`build`.

    Returns
    -------
    str
    """
    section = _section(recipe_section)
    try:
        card = read_card(Path(out))
    except StoreError as error:
        return str(error)
    for name, wanted in _made_from(section, seed).items():
        if card.get(name) != wanted:
            return f"{name} has changed since {Path(out) / TABLE} was built"
    return ""


def read_card(folder: Path) -> dict[str, Any]:
    """Read the card of a table.

    Raises
    ------
    StoreError
        When it is missing or no card.
    """
    path = folder / CARD
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError("there is no simulated table", where=str(folder), remedy="build it") from error
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the card cannot be read: {error}", where=str(path), remedy="build it again"
        ) from error
    if not isinstance(card, dict) or card.get("schema_version") != SCHEMA_VERSION:
        raise StoreError("not the card of a simulated table", where=str(path), remedy="build it again")
    return card


def _section(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(given) - {"n"})
    if unknown:
        raise RecipeError("unknown key in the simulate section", value=unknown[0], limit="n")
    n = given.get("n")
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST_ROWS:
        raise RecipeError(
            "n, the number of designs to simulate, is not usable",
            where="simulate section",
            value=n,
            limit=f"a whole number from 1 to {MOST_ROWS}",
        )
    return {"n": n}


def _made_from(section: Mapping[str, Any], seed: int) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "recipe": dict(section),
        "seed": int(seed),
        "version": surrogate.__version__,
        "code_sha256": code_hash(),
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
