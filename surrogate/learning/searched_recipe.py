"""The recipe that a search writes: its settings, and the papers that chose them.

Data flow: recipe that the search began from, settings of the best trial, searched papers -> text of a recipe file,
what was searched told above it -> ``surrogate train --recipe FILE``, whose contest leaves these papers out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from surrogate.errors import InputError
from surrogate.files.output import output_file
from surrogate.learning.training_recipe import Recipe, Searched
from surrogate.models.mixture_settings import MixtureSettings

_SUM = "# sha256 of what follows: "


def searched_recipe(begun: Recipe, found: MixtureSettings, papers: Sequence[str], told: Sequence[str]) -> str:
    """Return the text of a recipe with the settings that were found.

    Parameters
    ----------
    begun : Recipe
        That the search began from; all but the mixture is as in it.
    found : MixtureSettings
        Of the best trial.
    papers : sequence of str
        That the search has seen. Those that the first recipe names are kept beside them.
    told : sequence of str
        Sentences about the search, a line each.

    Returns
    -------
    str
        TOML; it begins with a hash by which :func:`writable` sees whether a person has changed the file.
    """
    seen = Searched(papers=tuple(sorted({*begun.searched.papers, *papers})))
    recipe = begun.model_copy(update={"mixture": found, "searched": seen})
    lines = [*(f"# {line}" for line in told), f"schema_version = {recipe.schema_version}"]
    before = begun.mixture.model_dump()
    for name, section in recipe.model_dump(mode="json", exclude={"schema_version"}).items():
        lines += ["", f"[{name}]", *_keys(section, before if name == "mixture" else {})]
    text = "\n".join([*lines, ""])
    return f"{_SUM}{_hash(text)}\n{text}"


def writable(path: Path) -> Path:
    """Prove that a recipe can be written without taking a person's work.

    Parameters
    ----------
    path : Path
        File to write; it is not touched.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        For another ending than ``.toml``, or a file that no search wrote or that was changed since.
    StoreError
        When its folder cannot be written to.
    """
    if path.suffix != ".toml":
        raise InputError(
            "a recipe is a .toml file", where="--out", value=str(path), remedy=f"write --out {path}.toml"
        )
    output_file(path)
    if path.is_file():
        head, _, text = path.read_text(encoding="utf-8", errors="replace").partition("\n")
        if head != f"{_SUM}{_hash(text)}":
            raise InputError(
                "the file was not written by a search, or was changed since",
                where=str(path),
                remedy="give another name with --out, or move the file away",
            )
    return path


def _keys(section: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    lines = []
    for key, value in section.items():
        if isinstance(value, list) and value:
            lines += [f"{key} = [", *(f"    {_toml(item)}," for item in value), "]"]
            continue
        was = f"  # was {_toml(before[key])}" if key in before and before[key] != value else ""
        lines.append(f"{key} = {_toml(value)}{was}")
    return lines


def _toml(value: Any) -> str:
    """Write a number, flag, text or empty list; TOML takes JSON's form of these."""
    return json.dumps(value, ensure_ascii=False)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
