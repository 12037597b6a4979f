"""A recipe file (TOML): found by name or path, read, and checked against the sections it may have.

The two kinds of recipe, :mod:`surrogate.learning.training_recipe` and :mod:`surrogate.learning.ageing_recipe`, say
which sections those are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from surrogate.errors import RecipeError
from surrogate.files.parsing import toml_of
from surrogate.resources import resource

SCHEMA_VERSION = 1


class Section(BaseModel):
    """A section of a recipe: unknown keys, later changes and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_Recipe = TypeVar("_Recipe", bound=Section)


def read_recipe(name: str | Path) -> tuple[str, dict[str, Any]]:
    """Read a recipe file without checking its sections.

    Parameters
    ----------
    name : str or Path
        A shipped recipe ("default") or a ``.toml`` file.

    Returns
    -------
    str
        The file's path.
    dict
        Its content.

    Raises
    ------
    RecipeError
        For a file that is missing, cannot be read, or has another ``schema_version``.
    """
    path = _path(name)
    return str(path), _content(path)


def load_sections(name: str | Path, model: type[_Recipe]) -> tuple[str, _Recipe]:
    """Read a recipe file and check it against the sections of one kind of recipe.

    Parameters
    ----------
    name : str or Path
        A shipped recipe ("default") or a ``.toml`` file.
    model : type
        The kind of recipe.

    Returns
    -------
    str
        The file's name without folder and ending.
    model
        The recipe.

    Raises
    ------
    RecipeError
        Naming the key, the value and the limit.
    """
    where, content = read_recipe(name)
    try:
        return Path(where).stem, model.model_validate(content)
    except ValidationError as error:
        raise _refusal(error, where, model) from error


def _path(name: str | Path) -> Path:
    path = Path(name)
    if path.suffix != ".toml":
        if str(name) not in _names():
            raise RecipeError(
                "unknown recipe",
                where="--recipe",
                value=str(name),
                limit=f"{_shipped()}, or a .toml file",
                remedy="give one of these names, or the path of your own file",
            )
        path = resource(f"training/{name}.toml")
    return path


def _content(path: Path) -> dict[str, Any]:
    try:
        content = toml_of(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise RecipeError(
            "no such recipe file",
            where=str(path),
            limit=f"a .toml file, or a shipped recipe: {_shipped()}",
            remedy="check the name that --recipe gives",
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RecipeError(
            f"cannot be read: {reason}",
            where=str(path),
            limit="a TOML file in UTF-8",
            remedy="repair the file, beginning from a copy of training/default.toml",
        ) from error
    version = content.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        raise RecipeError(
            "schema_version is missing or of another version",
            where=str(path),
            value=version,
            limit=str(SCHEMA_VERSION),
            remedy=f"write schema_version = {SCHEMA_VERSION} at the top of the file",
        )
    return content


def _names() -> list[str]:
    return sorted(path.stem for path in resource("training").glob("*.toml"))


def _shipped() -> str:
    return ", ".join(_names())


def _refusal(error: ValidationError, where: str, model: type[Section]) -> RecipeError:
    """Write the first fault as a message."""
    first = error.errors()[0]
    path = [part for part in first["loc"] if isinstance(part, str)]  # places in a list are left out
    key = ".".join(path)
    fields = _fields(model, path[:-1])
    if first["type"] == "extra_forbidden":
        near = get_close_matches(path[-1], fields, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else "remove it"
        return RecipeError(f"unknown key {key!r}", where=where, limit=", ".join(fields), remedy=remedy)
    limit = _limit(fields[path[-1]]) if path[-1] in fields else "a section"
    return RecipeError(
        f"{key} cannot be used", where=where, value=first["input"], limit=limit, remedy=_remedy(key, fields)
    )


def _fields(model: type[BaseModel], path: Sequence[str]) -> dict[str, FieldInfo]:
    """Return the keys of the section at a path below a model; none where there is no section with fixed keys."""
    section: Any = model
    for key in path:
        # A section with keys of any name ([prior.NAME]) is a dict.
        named = get_origin(section) is dict
        section = get_args(section)[1] if named else section.model_fields[key].annotation
    return section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}


def _limit(field: FieldInfo) -> str:
    """Say what a key may be, in words."""
    if get_origin(field.annotation) is dict:
        return "a section with a section for each name"
    if field.annotation is bool:
        return "true or false"
    if get_origin(field.annotation) is tuple:
        return "a list of texts"
    if field.annotation not in (int, float):
        return f"a section with {', '.join(getattr(field.annotation, 'model_fields', {}))}"
    words = {"ge": "at least {:,}", "gt": "above {:,}", "le": "at most {:,}", "lt": "below {:,}"}
    bounds = [
        text.format(getattr(constraint, name))
        for constraint in field.metadata
        for name, text in words.items()
        if getattr(constraint, name, None) is not None
    ]
    kind = "a whole number" if field.annotation is int else "a number"
    return " and ".join([f"{kind}, {bounds[0]}" if bounds else kind, *bounds[1:]])


def _remedy(key: str, fields: Mapping[str, FieldInfo]) -> str:
    section, _, name = key.rpartition(".")
    if not section:
        return f"write [{name}] on a line of its own and its keys below it"
    if name not in fields:
        return f"write [{section}] on a line of its own and its keys below it"
    default = json.dumps(fields[name].default)  # TOML writes numbers, flags and lists as JSON does
    return f"write for example {name} = {default} under [{section}], or leave it out"
