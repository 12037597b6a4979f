"""A training recipe (TOML): how many designs to simulate, how to fit, how to judge; or how to fit the ageing law."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from surrogate.errors import RecipeError, ResourceError
from surrogate.physics.ageing.fitted import NAMES as CONSTANTS
from surrogate.resources import resource

SCHEMA_VERSION = 1


SPREADS = ("efficiency_spread", "life_spread")  # of ln(1 - CE) and of ln(cycles) about the ageing law


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Simulate(_Section):
    """n: designs to simulate."""

    n: int = Field(default=6000, ge=50, le=1_000_000)


class Ensemble(_Section):
    """Size and training of the emulator."""

    members: int = Field(default=5, ge=2, le=50)
    hidden: int = Field(default=64, ge=4, le=1024)
    epochs: int = Field(default=60, ge=1, le=10_000)


class Gp(_Section):
    """simulated_rows: rows of the simulator in the plain Gaussian process."""

    simulated_rows: int = Field(default=120, ge=10, le=2000)


class Judge(_Section):
    """held_out: share of the simulated rows that only judge the emulator."""

    held_out: float = Field(default=0.1, gt=0.0, lt=0.9)


class Recipe(_Section):
    """A whole recipe."""

    schema_version: int
    simulate: Simulate = Field(default_factory=Simulate)
    ensemble: Ensemble = Field(default_factory=Ensemble)
    gp: Gp = Field(default_factory=Gp)
    judge: Judge = Field(default_factory=Judge)


class AgeingData(_Section):
    """draws: designs drawn for each record."""

    draws: int = Field(default=12, ge=2, le=500)


class AgeingPrior(_Section):
    """A log-normal prior: its median and the range that holds 90 % of it."""

    median: float = Field(default=1.0, gt=0.0)
    low: float = Field(default=0.1, gt=0.0)
    high: float = Field(default=10.0, gt=0.0)


class AgeingRecipe(_Section):
    """How the ageing law is fitted: a prior for each of its constants and spreads."""

    schema_version: int
    kind: Literal["ageing"]
    data: AgeingData = Field(default_factory=AgeingData)
    prior: dict[str, AgeingPrior]


_Kind = TypeVar("_Kind", Recipe, AgeingRecipe)


def load_recipe(name: str | Path) -> tuple[str, Recipe]:
    """(short name, recipe) of how a champion is trained: a shipped one ("default") or a file.

    Raises RecipeError naming the key, the value and the limit.
    """
    return _load(name, Recipe)


def load_ageing_recipe(name: str | Path) -> tuple[str, AgeingRecipe]:
    """The same of how the ageing law is fitted ("ageing"). Raises RecipeError, also for a prior that is missing."""
    stem, recipe = _load(name, AgeingRecipe)
    wanted = {*CONSTANTS, *SPREADS}
    for key in sorted(wanted ^ set(recipe.prior)):
        raise RecipeError(
            f"prior.{key} is {'missing' if key in wanted else 'not a constant of the ageing law'}",
            where=str(name), limit=", ".join((*CONSTANTS, *SPREADS)),
            remedy="begin from a copy of training/ageing.toml",
        )  # fmt: skip
    for key, prior in recipe.prior.items():
        if not prior.low < prior.median < prior.high:
            raise RecipeError(
                f"prior.{key} is out of order", where=str(name), limit="low < median < high",
                value=f"{prior.low:g}, {prior.median:g}, {prior.high:g}",
            )  # fmt: skip
    return stem, recipe


def is_ageing(name: str | Path) -> bool:
    """Whether a recipe says that it fits the ageing law. Raises RecipeError for one that cannot be read."""
    return _raw(_path(name)).get("kind") == "ageing"


def _load(name: str | Path, model: type[_Kind]) -> tuple[str, _Kind]:
    path = _path(name)
    raw = _raw(path)
    try:
        return path.stem, model.model_validate(raw)
    except ValidationError as error:
        raise _explained(error, str(path), model) from error


def _path(name: str | Path) -> Path:
    path = Path(name)
    if path.suffix != ".toml":
        try:
            path = resource(f"training/{name}.toml")
        except ResourceError as error:
            raise RecipeError(
                "unknown recipe",
                where="--recipe",
                value=str(name),
                limit=f"{_shipped()}, or a .toml file",
                remedy="give one of these names, or the path of your own file",
            ) from error
    return path


def _raw(path: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise RecipeError(
            "no such recipe file",
            where=str(path),
            limit=f"a .toml file, or a shipped recipe: {_shipped()}",
            remedy="check the name that --recipe gives",
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RecipeError(
            f"cannot be read: {reason}",
            where=str(path),
            limit="a TOML file in UTF-8",
            remedy="mend the file, beginning from a copy of training/default.toml",
        ) from error
    version = raw.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        raise RecipeError(
            "schema_version is missing or of another version",
            where=str(path),
            value=version,
            limit=str(SCHEMA_VERSION),
            remedy=f"write schema_version = {SCHEMA_VERSION} at the top of the file",
        )
    return raw


def _shipped() -> str:
    return ", ".join(sorted(one.stem for one in resource("training").glob("*.toml")))


def _explained(error: ValidationError, where: str, model: type[_Section]) -> RecipeError:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    key = ".".join(path)
    section = model.model_fields[path[0]].annotation if len(path) > 1 else model
    section = AgeingPrior if path[0] == "prior" and len(path) > 2 else section
    fields = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}
    if first["type"] == "extra_forbidden":
        near = get_close_matches(path[-1], fields, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else "remove it"
        return RecipeError(f"unknown key {key!r}", where=where, limit=", ".join(fields), remedy=remedy)
    limit = _limit(fields[path[-1]]) if path[-1] in fields else "a section"
    return RecipeError(
        f"{key} cannot be used", where=where, value=first["input"], limit=limit, remedy=_remedy(key, fields)
    )


def _limit(field: FieldInfo) -> str:
    """What a key may be, in words."""
    if field.annotation not in (int, float):
        return f"a section with {', '.join(getattr(field.annotation, 'model_fields', {}))}"
    words = {"ge": "at least {:,}", "gt": "above {:,}", "le": "at most {:,}", "lt": "below {:,}"}
    bounds = [
        said.format(getattr(one, name))
        for one in field.metadata
        for name, said in words.items()
        if getattr(one, name, None) is not None
    ]
    kind = "a whole number" if field.annotation is int else "a number"
    return " and ".join([f"{kind}, {bounds[0]}" if bounds else kind, *bounds[1:]])


def _remedy(key: str, fields: Mapping[str, FieldInfo]) -> str:
    section, _, name = key.rpartition(".")
    if not section:
        return f"write [{name}] on a line of its own and its keys below it"
    if name not in fields:
        return f"write [{section}] on a line of its own and its keys below it"
    return f"write for example {name} = {fields[name].default} under [{section}], or leave it out"
