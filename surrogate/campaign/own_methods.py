"""What a laboratory can make: the ``[make]`` section of a campaign file, and by which methods a host is made.

Data flow: section -> methods of the table, with the ranges that the file gives them -> the campaign's space
(``hosts.makeable``). Proposed hosts -> the routes to them (``hosts.routes``) and the hazards of what is handled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from math import isfinite
from typing import Any

import pandas as pd

from surrogate import materials
from surrogate.errors import CampaignError, InputError, MaterialError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.routes import closest_maker, coaters, puts, routes_of
from surrogate.materials.methods import REACHES, Method, hazards, method, methods
from surrogate.materials.properties import Claim, PropertyRange

_HERE = "the campaign file"
#: Key of a method's own table -> the range that it gives.
_RANGES = {columns[0].replace("_top", ""): name for name, columns in REACHES.items()} | {"filler": "filler"}
_LISTS = ("frameworks", "agents", "grades")
_EVERY_CELL = "lithium"
#: What ``make.methods`` says for every method of the table.
ALL = "all"
_SPUTTERING, _POWDER = (
    "sputtering",
    "powder",
)  # a metal is classified as powder, and sputtered from a solid target


@dataclass(frozen=True)
class OwnMethods:
    """The methods of a laboratory.

    Parameters
    ----------
    usable : tuple of Method
        With the ranges that hold here.
    restricts : bool
        Whether only what they make is proposed; else they are all of the table, and say how a host can be made.
    """

    usable: tuple[Method, ...] = field(default_factory=lambda: tuple(methods().values()))
    restricts: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether somebody left methods out or changed their ranges: not all of the table as they are."""
        return self.restricts and self.usable != tuple(methods().values())

    @property
    def key(self) -> list[Any]:
        """What decides which hosts can be made, as plain values; empty where all can."""
        return [
            [
                one.identifier,
                one.reaches,
                one.most_filler,
                *(sorted(getattr(one, name)) for name in (*_LISTS, "onto")),
            ]
            for one in (self.usable if self.restricts else ())
        ]

    @classmethod
    def read(cls, section: Mapping[str, Any], where: str) -> OwnMethods:
        """Read ``[make]``.

        Parameters
        ----------
        section : mapping
            ``methods``, a list of identifiers (absent or "all": all of the table), and a table of its own for a
            method whose ranges differ here.
        where : str
            The file, for messages.

        Raises
        ------
        CampaignError
            For an unknown method or key, or values that cannot be used.
        """
        if not section:
            return cls()
        named = section.get("methods", ALL)
        if named == ALL:
            named = list(methods())
        if not isinstance(named, list) or not named or not all(isinstance(one, str) for one in named):
            raise CampaignError(
                'make.methods needs a list of names, or "all"', where=where, value=named,
                remedy='write such as methods = ["electrospinning", "sputtering"]',
            )  # fmt: skip
        own = {name: value for name, value in section.items() if name != "methods"}
        try:
            found = {name: method(name) for name in named}
        except MaterialError as error:
            raise CampaignError(f"[make] cannot be used. {error}", where=where) from error
        for name, given in own.items():
            if name not in found:
                raise _not_named(name, found, where)
            found[name] = _changed(found[name], given, where)
        return cls(tuple(found.values()), restricts=True)


def _not_named(name: str, found: Mapping[str, Method], where: str) -> CampaignError:
    """Make the error for a table of a method that the laboratory does not name."""
    near = get_close_matches(name, ["methods", *methods()], n=1)
    if name in methods():
        remedy = f'add "{name}" to make.methods, or remove the table'
    else:
        remedy = f"did you mean {near[0]!r}?" if near else "remove it"
    return CampaignError(
        f"unknown key 'make.{name}'", where=where, limit=", ".join(["methods", *found]), remedy=remedy
    )


def _changed(one: Method, given: object, where: str) -> Method:
    """Return a method with what the campaign file says of it."""
    key = f"make.{one.identifier}"
    if not isinstance(given, dict):
        raise CampaignError(
            f"{key} needs a table", where=where, value=given, remedy=f"write [{key}] on a line of its own"
        )
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if name in _RANGES:
            known = getattr(one, _RANGES[name])
            given_range = _range(f"{key}.{name}", value, name, where)
            changes[_RANGES[name]] = replace(given_range, note="" if known is None else known.note)
        elif name in _LISTS:
            if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
                raise CampaignError(
                    f"{key}.{name} needs a list of names", where=where, value=value,
                    remedy=f'write such as {name} = ["{next(iter(getattr(one, name)), "none")}"]',
                )  # fmt: skip
            changes[name] = {word: Claim(source=_HERE) for word in value}
        else:
            keys = [*_RANGES, *_LISTS]
            near = get_close_matches(name, keys, n=1)
            raise CampaignError(
                f"unknown key '{key}.{name}'", where=where, limit=", ".join(keys),
                remedy=f"did you mean {near[0]!r}?" if near else "remove it",
            )  # fmt: skip
    try:
        return replace(one, **changes)
    except InputError as error:
        raise CampaignError(
            f"[{key}] cannot be used. {error}",
            where=where,
            remedy="" if error.remedy else "correct that value",
        ) from error


def _range(key: str, value: object, name: str, where: str) -> PropertyRange:
    """Read [low, high] within what a design may have at all."""
    accepted = (
        c.COLUMNS[REACHES[name_of][0]].accepted if (name_of := _RANGES[name]) in REACHES else (0.0, 1.0)
    )
    assert accepted is not None
    given = value if isinstance(value, list) else []
    numbers = [float(one) for one in given if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) != 2 or len(given) != 2 or not all(map(isfinite, numbers)):
        raise CampaignError(
            f"{key} needs two numbers", where=where, value=value, limit="[low, high]",
            remedy=f"write the lowest and the highest value: {name} = [low, high]",
        )  # fmt: skip
    low, high = numbers
    if not accepted[0] <= low <= high <= accepted[1]:
        raise CampaignError(
            f"{key} is outside what a host can have", where=where, value=value,
            limit=f"{accepted[0]:g} to {accepted[1]:g}, low <= high",
            remedy="give two numbers within these limits, the lower first",
        )  # fmt: skip
    return PropertyRange(low, high, "um" if name.endswith("_um") else "1", source=_HERE)


def made_by(designs: CompleteDesigns, own: OwnMethods) -> pd.DataFrame:
    """Say of hosts how they can be made, and what is handled on the way.

    Parameters
    ----------
    designs : CompleteDesigns
        n hosts.
    own : OwnMethods
        The methods that may be used.

    Returns
    -------
    DataFrame, n rows
        ``made_by``, the routes in words (empty where no method of these makes the host), and ``hazards``: substances
        with the codes of their hazard statements, those of a method with its name; where no method makes the host,
        those of the closest route. A substance without an entry in the table of hazards is not named, which does not
        say that it is harmless.
    """
    rows = []
    for k in range(len(designs)):
        host = designs.row(k)
        routes = routes_of(host, own.usable)
        used = routes.methods or _closest(host, own)
        rows.append({"made_by": routes.text, "hazards": _hazards(host, used)})
    return pd.DataFrame(rows, columns=["made_by", "hazards"])


def _closest(host: Mapping[str, Any], own: OwnMethods) -> list[Method]:
    """List the methods of the route that comes closest to a host which none makes."""
    maker, agent = closest_maker(own.usable, host), str(host["agent"])
    coating = [
        one
        for one in coaters(own.usable)
        if agent != "none" and puts(one, str(host["framework"]), agent, set())
    ]
    return [*([] if maker is None else [maker]), *coating]


def _hazards(host: Mapping[str, Any], used: Sequence[Method]) -> str:
    """List what is handled: lithium, what the host consists of, and what its methods take."""
    framework, agent = str(host["framework"]), str(host["agent"])
    entry = materials.framework(framework)
    solids = [entry.material] + [
        str(host[f"{phase}_material"])
        for phase in ("conductor", "dielectric", "ion_conductor")
        if entry.phase != "none" and max(host[f"{phase}_top"], host[f"{phase}_bottom"]) > 0.0
    ]
    known = [name for name in dict.fromkeys([_EVERY_CELL, *solids, agent]) if name in hazards()]
    sputtered = {agent} if any(one.identifier == _SPUTTERING for one in used) else set()
    said = [
        _with_codes(name)
        + ", which a sputtering target is not" * (name in sputtered and _POWDER in hazards()[name].label)
        for name in known
    ]
    for one in used:
        taken = [
            _with_codes(name)
            for name, claim in one.handles.items()
            if not claim.only or claim.only in (framework, agent)
        ]
        said += [f"{text} in {one.label}" for text in taken]
    return "; ".join(said)


def _with_codes(substance: str) -> str:
    entry = hazards()[substance]
    return f"{entry.label} ({', '.join(sorted(entry.statements))})"
