"""The types of the registry of design columns: one entry holds all that is known of a column.

Data flow: ``columns.COLUMNS`` (the shipped value) is read by the completion of tables, the host space and its
encoding, campaign files, ``/space``, the labels of reports, the roles of the covariance and the campaign store.
Each of these is a function of a :class:`Columns`, with the shipped value as its default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from surrogate.errors import SpaceError
from surrogate.units import split_unit

Role = Literal["choice", "condition", "override", "modifier"]
Kind = Literal["number", "identifier", "text"]
Value = float | str

# Where a column acts, as messages say it: "layers only acts in a porous host". ``cells`` knows which cells these are.
Place = Literal[
    "anywhere",
    "in a porous host",
    "on a porous host",
    "in two or more layers of a porous host",
    "with an agent in a porous host",
    "in a liquid or gel electrolyte",
    "in a liquid electrolyte",
    "in a solid cell",
    "on a solid electrolyte",
    "in a pellet that channels can be cut into",
    "on the interface of an inorganic solid electrolyte",
    "in an inorganic solid electrolyte",
    "on a carbon conductor",
]

ROLES: tuple[Role, ...] = get_args(Role)  # in the order of tables
PLACES: tuple[Place, ...] = get_args(Place)
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a design; never changes, and is checked when it is made.

    Parameters
    ----------
    name
        With the unit at its end, if it has one (``thickness_um``).
    role
        Who sets it: a maker's ``choice``, a ``condition`` held fixed in a campaign, an ``override`` (measured, in
        place of what the composition implies; NaN unless given), a ``modifier`` (neutral unless given, not searched).
    description
        Of a number: what its accepted range rests on. Of an identifier: what it names.
    kind
        ``number``, ``identifier`` for a lower_snake name out of ``identifiers``, or ``text`` that is
        read by a rule of its own (``hosts.recipes``) and empty where it says nothing.
    label
        For a reader, without the unit; made from the name where it is not given.
    hint
        What a campaign file and the options of ``optimize init`` say about a condition.
    accepted
        Range (low, high) in the unit of the name; outside it a design is refused.
    searched
        Range that proposals and training simulations cover, the unit interval of the encoding; None: not searched.
    log
        Whether it is sampled and encoded on a log scale.
    step
        What a laboratory can set on purpose; proposals are rounded to it.
    default
        Taken where the column is absent or empty; None: it has to be given (of a porous host).
    null
        Value where the column does not act; the default unless given.
    whole
        Whether only whole numbers are accepted.
    blank
        Whether an empty place takes the default although the column is there; what drives a cell may not be empty.
    identifiers
        The names an identifier may have.
    phase
        Of a material column: its identifiers are the solids of this phase, and its default is the framework's own
        material where that is of this phase.
    acts
        Where the column acts; elsewhere it is its null.
    kernel_role
        The lengthscale of the covariance that it shares; empty: it is not encoded.
    simplex
        The parameter of the space whose parts, of which this is one, sum to 1.
    neutral_default
        Of a choice: whether its default changes nothing, as that of every modifier, so that a table or store made
        before there was the column means what it meant.
    of_the_electrolyte
        Whether a campaign's value means something only together with the campaign's electrolyte.
    in_percent
        Whether it is a share of 1 that is printed in per cent.

    Raises
    ------
    SpaceError
        For an entry that contradicts itself.
    """

    name: str
    role: Role
    description: str
    kind: Kind = "number"
    label: str = ""
    hint: str = ""
    accepted: tuple[float, float] | None = None
    searched: tuple[float, float] | None = None
    log: bool = False
    step: float | None = None
    default: Value | None = None
    null: Value | None = None
    whole: bool = False
    blank: bool = True
    identifiers: tuple[str, ...] = ()
    phase: str = ""
    acts: Place = "anywhere"
    kernel_role: str = ""
    simplex: str = ""
    neutral_default: bool = False
    of_the_electrolyte: bool = False
    in_percent: bool = False

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", words(self.name))
        if self.null is None:
            object.__setattr__(self, "null", self.default)
        for wrong, limit in self._contradictions():
            raise SpaceError(
                f"the entry of this column contradicts itself: {wrong}", where=self.name, limit=limit,
                remedy="correct its entry in surrogate/hosts/columns.py",
            )  # fmt: skip

    def _contradictions(self) -> Iterator[tuple[str, str]]:
        """Find what is wrong, and what is allowed."""
        quantity, unit = split_unit(self.name)
        if not _SNAKE.fullmatch(quantity):
            yield "its name does not end in a known unit", "lower_snake, then a unit of surrogate.units"
        if self.role not in ROLES:
            yield f"role {self.role!r}", ", ".join(ROLES)
        if self.acts not in PLACES:
            yield f"acts {self.acts!r}", "; ".join(PLACES)
        if "_" in self.label or not self.description:
            yield "label or description", "words, without underscores"
        if self.kind == "text":
            if unit is not None or self.accepted is not None or self.identifiers or self.encoded:
                yield "text with a unit, a range or identifiers, or encoded", "none of them"
            if self.default != "":
                yield f"default {self.default!r}", "empty text"
            return
        if self.kind == "identifier":
            if unit is not None or self.accepted is not None:
                yield "an identifier with a unit or a range", "neither"
            if not self.identifiers and not self.phase:
                yield "no identifiers", "a list of them, or the phase of a material"
            if self.identifiers and self.default is not None and self.default not in self.identifiers:
                yield f"default {self.default!r}", ", ".join(self.identifiers)
            return
        if self.accepted is None:
            yield "a number without an accepted range", "(low, high)"
            return
        low, high = self.accepted
        first, last = self.searched or self.accepted
        if not (low <= first < last <= high):
            yield f"searched {self.searched}", f"within {low:g} to {high:g}, low < high"
        if self.log and first <= 0.0:
            yield "a log scale that is searched down to 0", "> 0"
        if self.default is not None and not (isinstance(self.default, float) and low <= self.default <= high):
            yield f"default {self.default!r}", f"a float in {low:g} to {high:g}"
        if self.encoded and self.searched is None:
            yield "encoded and not searched", "a searched range"
        if self.role == "modifier" and self.default is None:
            yield "a modifier without a default", "its neutral value"

    @property
    def unit(self) -> str | None:
        """As the name spells it; None for a pure number, an identifier or text."""
        return split_unit(self.name)[1] if self.kind == "number" else None

    @property
    def quantity(self) -> str:
        """The name without its unit."""
        return split_unit(self.name)[0]

    @property
    def encoded(self) -> bool:
        """Whether surrogates see it."""
        return bool(self.kernel_role)

    @property
    def parameter(self) -> str:
        """The parameter of the search space that it belongs to."""
        return self.simplex or self.name

    @property
    def required(self) -> bool:
        """Whether every design has to give it."""
        return self.kind == "identifier" and self.default is None

    @property
    def required_if_porous(self) -> bool:
        """Whether every porous host has to give it."""
        return self.kind == "number" and self.role in ("choice", "condition") and self.default is None

    @property
    def limits(self) -> tuple[float, float]:
        """The accepted range of a number.

        Raises
        ------
        SpaceError
            For an identifier.
        """
        if self.accepted is None:
            raise SpaceError("an identifier has no range", where=self.name)
        return self.accepted

    @property
    def search_limits(self) -> tuple[float, float]:
        """The searched range of a number.

        Raises
        ------
        SpaceError
            For a column that is not searched.
        """
        if self.searched is None:
            raise SpaceError("the column is not searched", where=self.name)
        return self.searched

    @property
    def idle(self) -> float:
        """The null of a number.

        Raises
        ------
        SpaceError
            For a column without a null.
        """
        if not isinstance(self.null, float):
            raise SpaceError("the column has no number as its null", where=self.name, value=self.null)
        return self.null

    @property
    def allowed(self) -> str:
        """The accepted range and what it rests on, as messages say it."""
        low, high = self.limits
        return f"{low:g} to {high:g}" + ("" if self.role == "override" else f" ({self.description})")


@dataclass(frozen=True, eq=False)
class Columns(Mapping[str, Column]):
    """The columns of a design by name, in the order of tables: choices, conditions, overrides, modifiers.

    Parameters
    ----------
    entries
        Columns in any order; those of one role stay in theirs.

    Raises
    ------
    SpaceError
        For two columns of one name or one quantity.
    """

    entries: tuple[Column, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.entries, key=lambda column: ROLES.index(column.role)))
        object.__setattr__(self, "entries", ordered)
        seen: set[str] = set()
        for column in ordered:
            if column.quantity in seen:
                raise SpaceError(
                    "two columns of one quantity", where=column.name, limit="each quantity once, in one unit",
                    remedy="give one of them another name",
                )  # fmt: skip
            seen.add(column.quantity)

    def __repr__(self) -> str:
        """Not every entry: it stands in signatures, where the registry is a default."""
        return f"{type(self).__name__}(...)"

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self.entries)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Columns) and self.entries == other.entries)

    def __hash__(self) -> int:
        return self._hash

    def with_column(self, column: Column) -> Columns:
        """Add a column, which comes last of its role; a new registry."""
        return Columns((*self.entries, column))

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.entries}

    @cached_property
    def _hash(self) -> int:
        return hash(self.entries)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All, in the order of tables."""
        return tuple(self._by_name)

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Names of what a maker chooses."""
        return self._of("choice")

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Names of what a campaign holds fixed."""
        return self._of("condition")

    @cached_property
    def overrides(self) -> tuple[str, ...]:
        """Names of what stands in place of what the composition implies."""
        return self._of("override")

    @cached_property
    def modifiers(self) -> tuple[str, ...]:
        """Names of what else is done to a host or its cell."""
        return self._of("modifier")

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Names of what holds text: identifiers and free text."""
        return tuple(column.name for column in self.entries if column.kind != "number")

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Names of the numbers."""
        return tuple(column.name for column in self.entries if column.kind == "number")

    @cached_property
    def fractions(self) -> tuple[str, ...]:
        """Names of the fractions of 1, which people also give in per cent."""
        return tuple(column.name for column in self.entries if column.in_percent)

    @cached_property
    def materials(self) -> tuple[str, ...]:
        """Names of the materials of the phases."""
        return tuple(column.name for column in self.entries if column.phase)

    @cached_property
    def encoded(self) -> tuple[str, ...]:
        """Names of what surrogates see."""
        return tuple(column.name for column in self.entries if column.encoded)

    @cached_property
    def simplexes(self) -> dict[str, tuple[str, ...]]:
        """Parameter -> the columns that sum to 1."""
        found: dict[str, tuple[str, ...]] = {}
        for column in self.entries:
            if column.simplex:
                found[column.simplex] = (*found.get(column.simplex, ()), column.name)
        return found

    @cached_property
    def neutral(self) -> dict[str, Value]:
        """Modifier, or choice with a neutral default -> the value that changes nothing."""
        return {
            column.name: column.default
            for column in self.entries
            if (column.role == "modifier" or column.neutral_default) and column.default is not None
        }

    @cached_property
    def kernel_roles(self) -> dict[str, str]:
        """Parameter of the encoding -> the role whose lengthscale it shares."""
        return {column.parameter: column.kernel_role for column in self.entries if column.encoded}

    def _of(self, role: Role) -> tuple[str, ...]:
        return tuple(column.name for column in self.entries if column.role == role)


def words(name: str) -> str:
    """Write a column's name in words, without its unit: ``pore_size_top_um`` is "Pore size, top"."""
    text = split_unit(name)[0].replace("_", " ")
    for end in ("top", "bottom"):
        text = text.replace(f" {end}", f", {end}")
    return text[:1].upper() + text[1:]
