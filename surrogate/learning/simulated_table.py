"""Tables of simulations: designs drawn from the host space, run through the physics, kept in parts with a card.

Data flow: section and seed -> parts of ``PART_ROWS`` designs, each with a seed of its own -> whoever works
(``execution``) simulates them, in any order -> ``FOLDER/simulated.parquet/part-000000.parquet`` and so on (a table
in several files, as pandas, Arrow and Dask read it), with a line of ``_parts.jsonl`` for each (its hash, rows and
outcomes; what it was made from stands in the first line) -> ``FOLDER/card.json``:
what it was made from (section, seed, a hash of everything that computes it, package version), counts and hashes.

What is in a part depends on its place alone, so that tables are the same to the last bit however many work. A run
that is stopped leaves the old table, and its parts, from which the same command goes on. The card comes last; a table
that does not match it is refused by :func:`load` and mended by :func:`load_or_build`, which makes again what is
damaged.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyarrow.parquet import read_schema

import surrogate
from surrogate.errors import RecipeError, StoreError
from surrogate.execution import Here, Workers
from surrogate.files.output import (
    append_text,
    locked,
    output_folder,
    removing,
    replacing,
    write_json,
    write_text,
)
from surrogate.files.parsing import json_of
from surrogate.hosts.search_space import host_space
from surrogate.physics.code_hash import code_hash

TABLE, CARD, PARTS = "simulated.parquet", "card.json", "_parts.jsonl"
BEGUN = f".{TABLE}.begun"  # a table that is not whole yet
SCHEMA_VERSION = 2
MOST_ROWS = 1_000_000_000
PART_ROWS = 1_000  # some 8 s of one core
OTHER_S = 1.0  # how long another command at the same table is waited for; it may take hours

Progress = Callable[[str, int, int], None]
_log = logging.getLogger(__name__)


def build(
    recipe_section: Mapping[str, Any],
    out: str | Path,
    seed: int,
    progress: Progress | None = None,
    by: Workers | None = None,
) -> dict[str, Any]:
    """Simulate quasi-random designs of the host space and write table and card.

    The same section, seed and code give the same rows, and the same files.

    Parameters
    ----------
    recipe_section : mapping
        ``n``, the number of designs.
    out : str or Path
        Folder, made when it is missing; parts in it that were made from the same are kept.
    seed : int
        Of the designs.
    progress : callable, optional
        Called with ("simulating", designs done, n).
    by : Workers, optional
        Who simulates; default: this process, on all cores.

    Returns
    -------
    dict
        The card: ``rows``, ``outcomes``, ``columns``, ``parts`` (file -> SHA-256), ``sha256`` of all of these.

    Raises
    ------
    RecipeError
        For a section that cannot be used.
    StoreError
        When the folder cannot be written, or another command is making a table in it.
    LihostError
        When workers are lost again and again.
    """
    section = _section(recipe_section)
    folder = output_folder(out)
    with locked(
        folder / TABLE, wait_s=OTHER_S, held="another command is making this table",
        remedy="wait until it is done, and run the command again",
    ):  # fmt: skip
        return _built(section, folder, seed, progress, by)


def _built(
    section: Mapping[str, Any], folder: Path, seed: int, progress: Progress | None, by: Workers | None
) -> dict[str, Any]:
    """Make what is not there of a table, and its card."""
    n, made_from = section["n"], _made_from(section, seed)
    place = folder / TABLE if _begun(folder / TABLE, made_from) else folder / BEGUN
    known = _begun(place, made_from)
    if not known:
        removing(place)
    output_folder(place)
    _note_all(place, made_from, known)
    left = [k for k in range(-(-n // PART_ROWS)) if _name(k) not in known]
    done = sum(entry["rows"] for entry in known.values())

    def within(_: str, designs: int, __: int) -> None:
        if progress is not None:
            progress("simulating", done + designs, n)

    # where others work, on a core each, whole parts are counted
    work = partial(_simulated, n, seed, None, within) if by is None else partial(_simulated, n, seed, 1, None)
    for at, (table, entry) in (by or Here()).results(work, left):
        name = _name(left[at])
        with replacing(place / name) as temporary:
            temporary.write_bytes(table)
        known[name] = entry
        append_text(_line({"part": name, **entry}), place / PARTS)
        done += entry["rows"]
        if progress is not None:
            progress("simulating", done, n)
    parts = dict(sorted(known.items()))
    _note_all(place, made_from, parts)  # in order, whoever was done first
    if place.name == BEGUN:
        removing(folder / TABLE)
        place.rename(folder / TABLE)
    hashes = {name: entry["sha256"] for name, entry in parts.items()}
    outcomes = pd.DataFrame([entry["outcomes"] for entry in parts.values()]).sum().astype(int)
    card = {
        **made_from,
        "rows": sum(entry["rows"] for entry in parts.values()),
        "outcomes": {str(name): int(count) for name, count in outcomes.sort_values(ascending=False).items()},
        "columns": read_schema(folder / TABLE / next(iter(parts))).names,
        "parts": hashes,
        "sha256": _together(hashes),
    }
    write_json(card, folder / CARD)
    return card


def _simulated(
    n: int, seed: int, threads: int | None, within: Progress | None, part: int
) -> tuple[bytes, dict[str, Any]]:
    """Simulate a part of n designs, wherever: its file, and what is noted of it."""
    from surrogate.physics import simulate  # compiles: only when something is simulated

    own = seed if part == 0 else int(np.random.SeedSequence([seed, part]).generate_state(1)[0])
    designs = host_space().sample(min(PART_ROWS, n - part * PART_ROWS), own)
    table = simulate(designs, workers=threads, progress=within).reset_index(drop=True)
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    counts = {str(name): int(count) for name, count in table["outcome"].value_counts().items()}
    return file.getvalue(), {
        "sha256": hashlib.sha256(file.getvalue()).hexdigest(),
        "rows": len(table),
        "outcomes": counts,
    }


def _note_all(place: Path, made_from: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what the whole parts in a folder are: a line of what they were made from, and one for each."""
    lines = [{"made_from": made_from}, *({"part": name, **entry} for name, entry in parts.items())]
    write_text("".join(map(_line, lines)), place / PARTS)


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps({**value, "crc32": _crc32(value)}) + "\n"


def _noted(line: str) -> dict[str, Any]:
    """Read what :func:`_line` wrote; ValueError for any other text, as of a process that was killed meanwhile."""
    value = json_of(line)
    if not isinstance(value, dict) or value.pop("crc32", None) != _crc32(value):
        raise ValueError(line)
    return value


def _crc32(value: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(value, sort_keys=True).encode())


def _name(part: int) -> str:
    return f"part-{part:06d}.parquet"


def _begun(place: Path, made_from: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is noted of the whole parts in a folder, if they were made from the same."""
    try:
        first, *rest = (place / PARTS).read_text(encoding="utf-8").splitlines()
        if _noted(first)["made_from"] != made_from:
            return {}
    except (OSError, ValueError, KeyError):
        return {}
    found = dict[str, dict[str, Any]]()
    for line in rest:
        with suppress(OSError, ValueError):  # the part is made again
            entry = _noted(line)
            name = entry.pop("part")
            if _sha256(place / name) == entry["sha256"]:
                found[name] = entry
    return found


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
    tables = []
    for name, digest in card["parts"].items():
        path = folder / TABLE / name
        try:
            if _sha256(path) != digest:
                raise StoreError("the table is not what its card describes", where=str(path), remedy=remedy)
            tables.append(pd.read_parquet(path))
        except (OSError, ValueError) as error:
            raise StoreError(f"the table cannot be read: {error}", where=str(path), remedy=remedy) from error
    table = pd.concat(tables, ignore_index=True)
    counts = {str(name): int(count) for name, count in table["outcome"].value_counts().items()}
    found = {
        "rows": len(table), "outcomes": counts, "columns": list(table.columns), "sha256": _together(card["parts"]),
    }  # fmt: skip
    if any(card.get(name) != value for name, value in found.items()):
        raise StoreError("the table is not what its card describes", where=str(folder / CARD), remedy=remedy)
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
    build(recipe_section, out, seed, progress)
    table = load(out)
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
        card = json_of(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError("there is no simulated table", where=str(folder), remedy="build it") from error
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the card cannot be read: {error}", where=str(path), remedy="build it again"
        ) from error
    whole = isinstance(card, dict) and isinstance(card.get("parts"), dict) and card["parts"]
    if not whole or card.get("schema_version") != SCHEMA_VERSION:
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


def _together(hashes: Mapping[str, str]) -> str:
    """Return one hash of those of all parts."""
    return hashlib.sha256("".join(map(str, hashes.values())).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
