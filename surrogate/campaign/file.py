"""A campaign file (TOML): the cell a lab cycles in, what it may change, and what it wants.

Data flow: text -> TOML -> pydantic (types, unknown keys) -> Conditions and Space (ranges, materials). All
that can be wrong with the file is found here, before anything is computed, and raised as CampaignError.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Mapping, Sequence
from copy import copy
from difflib import get_close_matches
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from surrogate.campaign.constraints import constraints
from surrogate.campaign.file_template import campaign_text, without_store
from surrogate.campaign.goals import TargetGoal, read_limits, read_objectives, usual_goals
from surrogate.campaign.own_methods import OwnMethods
from surrogate.campaign.own_names import own_names
from surrogate.campaign.replicates import CellNumbers
from surrogate.errors import CampaignError, InputError, Remedy, UnitError
from surrogate.files.parsing import toml_of
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.makeable import makeable_space
from surrogate.hosts.registry import Columns
from surrogate.hosts.search_space import choice_space
from surrogate.optimization.goals import Limit
from surrogate.space.space import Space
from surrogate.units import UNIT_SPELLINGS, convert, split_unit

SCHEMA_VERSION = 1
MOST_PROPOSALS = 24
LONGEST = 50_000  # characters of a campaign file; the template with its comments has some 2,400


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Search(_Section):
    frameworks: list[str] = Field(default_factory=list)
    agents: list[str] = Field(default_factory=list)
    bounds: dict[str, list[float]] = Field(default_factory=dict)


class _Column(_Section):
    was: str | list[str]


class _File(_Section):
    schema_version: int
    name: str = "campaign"
    n: int = Field(default=4, ge=1, le=MOST_PROPOSALS)
    store: str | None = None
    conditions: _Section = Field(default_factory=_Section)
    search: _Search = Field(default_factory=_Search)
    objectives: dict[str, Any] = Field(default_factory=dict)
    limits: dict[str, Any] = Field(default_factory=dict)
    columns: dict[str, _Column] = Field(default_factory=dict)
    make: dict[str, Any] = Field(default_factory=dict)
    cells: dict[str, Any] = Field(default_factory=dict)


@cache
def _file_model(columns: Columns) -> type[_File]:
    """Make the model of a whole file; its conditions section has a key for each condition, none of them needed."""
    kinds: dict[str, Any] = {"identifier": str, "number": float, "text": str}
    keys: dict[str, Any] = {name: (kinds[columns[name].kind] | None, None) for name in columns.conditions}
    section = create_model("_Conditions", __base__=_Section, **keys)
    return create_model("_File", __base__=_File, conditions=(section, Field(default_factory=section)))


class Campaign:
    """A checked campaign; never changes after it is made.

    Parameters
    ----------
    text
        Of the file: TOML, or its sections as TOML reads them (``{"schema_version": 1, "conditions": {...}, ...}``).
    path
        Of the file.
    columns
        The registry, which says what conditions a campaign may have.

    Attributes
    ----------
    name
        Of the campaign.
    conditions
        The cell and how it is cycled.
    frameworks, agents
        Allowed identifiers; empty allows all.
    bounds
        Column -> (low, high) in the unit of its name.
    n
        Proposals in a batch.
    objectives
        Target -> "max", "min", a value to match (``Match``) or a band (``Within``).
    limits
        Bounds on targets (``Limit``), of which nothing else need be wanted.
    own_names
        What the laboratory's tables call a column, or called it -> the known column.
    methods
        Of the laboratory.
    cells
        How many cells it builds of a host.
    text
        Of the file.
    path
        Of the file; None for a campaign that was not read from a file.
    store
        Address of the database that its cells are kept in; None: a file beside the campaign's own.
    """

    def __init__(
        self, text: str | Mapping[str, Any], path: Path | None = None, columns: Columns = COLUMNS
    ) -> None:
        where = str(path) if path else "campaign"
        parsed, conditions = _parse(text, where, columns)
        try:
            self.conditions = Conditions(columns, **conditions)
        except InputError as error:
            raise CampaignError(f"[conditions] cannot be used. {error}", where=where) from error
        self.text = text if isinstance(text, str) else json.dumps(text, sort_keys=True)
        self.path, self.name, self.n = path, parsed.name, parsed.n
        self.store = None if parsed.store is None else _address(parsed.store, where)
        self.frameworks, self.agents = tuple(parsed.search.frameworks), tuple(parsed.search.agents)
        self.bounds = {column: _pair(column, pair, where) for column, pair in parsed.search.bounds.items()}
        usual, usual_limits = usual_goals(self.conditions)
        self.objectives = read_objectives(parsed.objectives, where) or usual
        # Who says what is wanted says all of it: the usual limits belong to the usual objectives.
        asked = bool(parsed.objectives) or "limits" in parsed.model_fields_set
        self.limits = read_limits(parsed.limits, self.objectives, where) if asked else usual_limits
        self.own_names = own_names({name: one.was for name, one in parsed.columns.items()}, where)
        self.methods, self.cells = OwnMethods.read(parsed.make, where), CellNumbers.read(parsed.cells, where)
        self._open_choices = functools.partial(
            choice_space,
            self.conditions,
            frameworks=self.frameworks,
            agents=self.agents,
            bounds=self.bounds,
            constraints=constraints(self.conditions),
            columns=columns,
        )
        try:
            self._whole_space = self._open_choices()
            if self._whole_space.is_empty:
                raise CampaignError("no framework and agent that suit the electrolyte are left")
        except InputError as error:
            raise CampaignError(
                f"[search] cannot be used. {error}",
                where=where,
                remedy="" if error.remedy else "widen [search] or change the electrolyte",
            ) from error
        self._where, self._space = where, None if self.methods.restricts else self._whole_space
        if self.methods.narrowed or self.frameworks or self.agents or self.bounds:
            self._space = self.space  # whether anything is left is said at once

    @classmethod
    def load(cls, path: str | Path, columns: Columns = COLUMNS) -> Campaign:
        """Read a campaign file.

        Parameters
        ----------
        path
            A TOML file.
        columns
            The registry, which says what conditions a campaign may have.

        Raises
        ------
        CampaignError
            When the file is missing, not UTF-8, not TOML, of another version, or has unknown keys or values outside
            their limits.
        """
        path = Path(path)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError as error:
            raise CampaignError(
                "no such campaign file", where=str(path), remedy=f"optimize init {path}"
            ) from error
        except IsADirectoryError as error:
            raise CampaignError(
                "is a folder", where=str(path), remedy="give the name of a campaign file"
            ) from error
        except UnicodeDecodeError as error:
            raise CampaignError(
                f"cannot be read: {error}", where=str(path), remedy="save it as UTF-8 text"
            ) from error
        except OSError as error:
            raise CampaignError(
                f"cannot be read: {error.strerror}",
                where=str(path),
                remedy="check its name and its permissions",
            ) from error
        if not text.strip():
            raise CampaignError(
                "the file is empty", where=str(path), remedy=f"delete it and run: optimize init {path}"
            )
        return cls(text, path, columns)

    def wanting(self, objectives: Mapping[str, TargetGoal], limits: Sequence[Limit] = ()) -> Campaign:
        """Return the same campaign with other objectives and limits; its text stays that of the file.

        Parameters
        ----------
        objectives
            Target -> goal, at least one.
        limits
            Bounds on targets.
        """
        other = copy(self)
        other.objectives, other.limits = dict(objectives), tuple(limits)
        return other

    def without_methods(self) -> Campaign:
        """Return the same campaign with every host allowed, whether or not a method makes it; its text stays."""
        other = copy(self)
        other.methods, other._space = OwnMethods(), self._whole_space
        return other

    @property
    def store_address(self) -> str | Path | None:
        """Where measured cells are kept: the database that the file names, else FILE.db beside FILE.toml."""
        return self.path and (self.store or self.path.with_suffix(".db"))

    @property
    def question(self) -> str:
        """The text without the line that names the store: what is asked, whoever asks and wherever cells are kept."""
        return without_store(self.text) if self.store else self.text

    @property
    def space(self) -> Space:
        """The choices that are open in this campaign, and what a design has to do under its conditions.

        Raises
        ------
        CampaignError
            When the methods leave nothing.
        """
        if self._space is None:
            try:
                self._space = makeable_space(self._open_choices, self.methods.usable)
            except InputError as error:
                raise CampaignError(f"[make] cannot be used. {error}", where=self._where) from error
        return self._space

    @staticmethod
    def template(name: str = "my campaign", columns: Columns = COLUMNS, /, **conditions: Any) -> str:
        """Write a commented campaign file with the given name and conditions, and the usual goals, in it.

        Parameters
        ----------
        name
            Of the campaign.
        columns
            The registry of columns.
        **conditions
            Condition -> value in the unit of its name; None as absent: the default.

        Returns
        -------
        str
            TOML.

        Raises
        ------
        CampaignError
            For conditions that cannot be used.
        """
        try:
            checked = Conditions(columns, **conditions)
        except InputError as error:
            raise CampaignError(str(error)) from error
        text = campaign_text(name, checked, columns, version=SCHEMA_VERSION)
        Campaign(text, columns=columns)
        return text


def _parse(text: str | Mapping[str, Any], where: str, columns: Columns) -> tuple[_File, dict[str, Any]]:
    """Return the checked file, and those conditions that it gives."""
    raw = _sections(text, where) if isinstance(text, str) else dict(text)
    version = raw.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise CampaignError(
            "schema_version is missing" if version is None else "unknown schema_version",
            where=where,
            value=version,
            limit=str(SCHEMA_VERSION),
            remedy=Remedy(
                f"write schema_version = {SCHEMA_VERSION} at the top, or make a new file: optimize init",
                f"write schema_version = {SCHEMA_VERSION} at the top, or send a JSON object without it",
            ),
        )
    try:
        parsed = _file_model(columns).model_validate(_integers_as_floats(raw))
    except ValidationError as error:
        raise _explained(error, where, columns) from error
    for name in ("frameworks", "agents"):
        if name in parsed.search.model_fields_set and not getattr(parsed.search, name):
            raise CampaignError(
                f"[search] {name} is empty, which leaves no host", where=where, value="[]", limit="at least one name",
                remedy=f"name those that may be proposed, or leave the line out to allow all {name}",
            )  # fmt: skip
    return parsed, parsed.conditions.model_dump(exclude_unset=True)


def _sections(text: str, where: str) -> dict[str, Any]:
    """Read TOML."""
    if len(text) > LONGEST:  # some texts take the reader as long as the square of their length
        raise CampaignError(
            "longer than a campaign file may be", where=where, value=f"{len(text):,} characters",
            limit=f"{LONGEST:,}",
            remedy=Remedy(
                "leave out comments; cells are told by optimize tell", "send the sections as a JSON object"
            ),
        )  # fmt: skip
    try:
        return toml_of(text)
    except tomllib.TOMLDecodeError as error:
        raise CampaignError(
            f"not valid TOML: {error}", where=where, remedy="correct that line (text needs quotes)"
        ) from error
    except ValueError as error:
        raise CampaignError(
            str(error),
            where=where,
            remedy=Remedy(
                "start from what optimize init FILE.toml writes", "send the sections as a JSON object"
            ),
        ) from error


def _integers_as_floats(raw: dict[str, Any]) -> dict[str, Any]:
    """TOML tells 1 from 1.0; a lab does not. Only where a float is wanted, so that n = 4 stays whole."""
    out = dict(raw)
    if isinstance(raw.get("conditions"), dict):
        out["conditions"] = {key: _as_float(value) for key, value in raw["conditions"].items()}
    search = raw.get("search")
    if isinstance(search, dict) and isinstance(search.get("bounds"), dict):
        pairs = search["bounds"].items()
        bounds = {
            key: [_as_float(limit) for limit in pair] if isinstance(pair, list) else pair
            for key, pair in pairs
        }
        out["search"] = {**search, "bounds": bounds}
    return out


def _as_float(value: object) -> object:
    """Whole numbers as floats; a number too large for a float becomes infinite, and no limit allows that."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _explained(error: ValidationError, where: str, columns: Columns) -> CampaignError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = [*_File.model_fields, *columns.conditions, *_Search.model_fields, *_Column.model_fields]
        name = str(first["loc"][-1])
        near = get_close_matches(name, known, n=1)
        remedy = _in_our_unit(name, first["input"], columns) or (
            f"did you mean {near[0]!r}?" if near else "remove it"
        )
        return CampaignError(f"unknown key {key!r}", where=where, limit=", ".join(known), remedy=remedy)
    remedy = f"write {first['loc'][-1]} = ... there" if first["type"] == "missing" else "correct that value"
    return CampaignError(f"{key}: {first['msg']}", where=where, value=first["input"], remedy=remedy)


def _in_our_unit(name: str, value: object, columns: Columns) -> str:
    """Say what to write for a condition that is named in another unit; empty where it is not that."""
    quantity, unit = split_unit(name)
    for known in columns.conditions:
        own = split_unit(known)[1]
        if unit and own and known == f"{quantity}_{own}" and isinstance(value, int | float):
            try:
                return f"write it as {known} = {convert(value, UNIT_SPELLINGS[unit], UNIT_SPELLINGS[own]):g}"
            except UnitError:
                return f"did you mean {known!r}?"
    return ""


def _address(given: str, where: str) -> str:
    from surrogate.campaign.store_address import campaign_address  # late: it brings the database

    return campaign_address(given, where)


def _pair(column: str, pair: list[float], where: str) -> tuple[float, float]:
    if len(pair) != 2:
        raise CampaignError(
            f"search.bounds.{column} needs two numbers",
            where=where,
            value=pair,
            limit="[low, high]",
            remedy=f"write the lowest and the highest value: {column} = [low, high]",
        )
    return pair[0], pair[1]
