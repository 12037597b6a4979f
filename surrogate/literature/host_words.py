"""What the words of a record name: the framework of a host, its agent, the insulator of a gradient, a dopant.

The words stand in a table (``word_table``). A description is read as a chemist reads it: a material
that is followed by the noun of something porous (foam, cloth, mesh) is the host, whatever is plated or coated on it;
a material that is followed by the noun of something flat (foil, collector) is what the host stands on; what stands in
the place of a coating (``coated with Sn``, ``Ag nanoparticles``) is an agent. Where words name no material, the class
of the host decides.

Data flow: text -> the materials it mentions, each with its place and part (``mentions``) -> the framework
(:func:`framework_in`), the agent (:func:`agent_in`), and what the words say beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from surrogate.literature.word_table import Like, words

# Of the atoms beside lithium; an alloy with less of a metal does not take lithium up as the metal does.
LEAST_SHARE = 1 / 3
_ALLOYING = "alloying_metal"
_NOBLE = ("Ag", "Au")
_METALS = ("copper", "nickel")
_OF_ANYTHING = ("", "composite", "alloy")  # classes that say less than a form does
SHORT = 5  # letters of a common word that is looked for whole
_SIZES = r"(?:[Nn]ano|[Mm]icro|[Mm]eso|[Mm]acro|[Aa]ero|[Mm]ulti|[Uu]ltra)-?"
_KEPT = 4096  # answers: the same record is read for each of its draws
_NOUNS_WITHIN = 4  # words after a material in which its noun stands
_CLAUSE = re.compile(r"[,;:()]| and | with | on | onto | over | under | in | by | at | of ")
_OF_A_COATING = r"(?! with| by| on)"  # of "Sn coated cloth", not of "cloth coated with Sn"
_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d*\.?\d*)+(?:-(?:[A-Z][a-z]?\d*)+)*")


Part = Literal["host", "fine", "coating", "substrate", "plain"]


@dataclass(frozen=True)
class Mention:
    """A material in a text.

    Parameters
    ----------
    place
        Where it stands.
    framework
        The framework it would be.
    part
        ``host`` (before the noun of something porous), ``fine`` (before one that says less), ``coating``,
        ``substrate`` (before a flat noun, or after "on") or ``plain``.
    like
        What a material that the tables lack is taken for.
    """

    place: int
    framework: str
    part: Part
    like: Like | None = None


def places(text: str, word: str) -> list[int]:
    """Find where a word stands.

    A name with a capital by itself (Cu, not Cu2Se). A common word at the beginning of a word or after a prefix of
    size (nanotubes, not atmosphere for sphere), a short one with nothing but a plural behind it (mat, not material);
    in small letters, or with a capital first (tin and Tin, not TiN).
    """
    if word != word.lower():
        return [
            found.start() for found in re.finditer(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z0-9])", text)
        ]
    if not word[0].isalpha():  # such as "-derived" and "3d"
        return [found.start() for found in re.finditer(re.escape(word), text, flags=re.IGNORECASE)]
    first = f"[{word[0]}{word[0].upper()}]"
    whole = len(word) <= SHORT or word in words().agents
    end = r"(?:e?s)?(?![A-Za-z])" if whole else ""
    pattern = rf"(?<![A-Za-z])(?:{_SIZES})?({first}{re.escape(word[1:])}){end}"
    return [found.start(1) for found in re.finditer(pattern, text)]


def says(text: str, wanted: tuple[str, ...]) -> bool:
    """Whether a text holds one of some words."""
    return any(places(text, word) for word in wanted)


def mentions(text: str) -> list[Mention]:
    """Find the materials of frameworks that a text names, in their order; the longest name at a place counts."""
    found: dict[int, tuple[int, Mention]] = {}
    frameworks: dict[str, tuple[str, Like | None]] = {
        word: (name, None) for word, name in words().materials.items()
    }
    frameworks |= {word: (like.identifier, like) for word, like in words().hosts_like.items()}
    for word, (framework, like) in frameworks.items():
        for place in places(text, word):
            longest, _ = found.get(place, (0, None))
            if len(word) > longest:
                found[place] = (
                    len(word),
                    Mention(place, framework, _part(text, place, place + len(word)), like),
                )
    return [found[place][1] for place in sorted(found)]


def _part(text: str, start: int, end: int) -> Part:
    """Say which part a material has in a description, by the words before and after it."""
    before, after, named = text[:start].lower(), text[end:], text[start:end]
    if any(re.match(re.escape(word) + _OF_A_COATING, after) for word in words().after_coating):
        return "coating"
    clause = " ".join(_CLAUSE.split(after)[0].split()[:_NOUNS_WITHIN])
    at = {
        part: min((place for word in table for place in places(clause, word)), default=None)
        for part, table in (("host", words().porous), ("fine", words().fine), ("substrate", words().planar))
    }
    flat = at.pop("substrate")
    for part, place in at.items():
        if place is not None and (flat is None or place < flat):
            return "host" if part == "host" else "fine"
    for part, table in (("host", words().porous), ("fine", words().fine)):
        if says(named, table):  # "a carbon nanotube film" is of nanotubes
            return "host" if part == "host" else "fine"
    if flat is not None:
        return "substrate"
    last = f" {before.rstrip()}"
    if any(last.endswith(f" {word}") for word in words().before_substrate):
        return "substrate"
    if any(last.endswith(word) for word in words().before_coating):
        return "coating"
    adjective = re.search(
        r"(porous|hollow|3d|three-dimensional|dealloyed|printed|sintered)[ -]*(\w+ )?$", before
    )
    return "fine" if adjective else "plain"


def _without_no_host(text: str) -> str:
    """Leave out what is part of a cell and no host, with the words that say of what it is."""
    for word in words().no_host:
        text = re.sub(rf"(?:(?:[\w-]+) ){{0,2}}{re.escape(word)}s?", " ", text, flags=re.IGNORECASE)
    return text


@lru_cache(maxsize=_KEPT)
def framework_in(text: str, host_class: str, strategy: str) -> tuple[str, bool, Like | None]:
    """Read the framework from a description.

    Parameters
    ----------
    text
        What the host is made of.
    host_class, strategy
        As in a record; may be empty.

    Returns
    -------
    framework : str
        Its identifier.
    stated : bool
        Whether the words name it.
    like : Like or None
        What a material that the tables lack is taken for.
    """
    table = words()
    if strategy in table.framework_strategies:
        return table.framework_strategies[strategy], bool(text), None
    if host_class == "none":
        return "none", bool(text), None
    text = _without_no_host(text)
    named = mentions(text)
    if host_class == "metal":
        named = [one for one in named if one.framework in ("copper", "nickel")] or named
    has_pores = says(text, (*table.porous, *table.fine))
    has_pores = has_pores or any(one.like is not None and one.like.porous for one in named)
    flat = any(one.part == "substrate" for one in named) and not strategy
    for part in ("host", "fine", "plain"):
        for one in named:
            if one.part == part and (has_pores or not (flat or strategy in table.without_host)):
                return _of(one, named, text, strategy), True, one.like
    on_lithium = says(text, table.lithium) and host_class not in table.classes.keys() - {"", "alloy"}
    if has_pores and not (on_lithium and says(text, table.planar)):
        form = next((name for name in table.forms if places(text, name)), "")
        if form and host_class in _OF_ANYTHING:
            burnt = table.forms[form] == table.classes["polymer"] and says(text, table.carbonized)
            return table.classes["carbon"] if burnt else table.forms[form], False, None
        if host_class and (form or not named):
            return table.classes.get(host_class, "none"), False, None
    if strategy in table.without_host and not has_pores:
        return "none", bool(text), None
    substrate = next((one for one in named if one.part == "substrate"), None)
    if substrate is not None:  # what is grown on it is a host only if it has pores
        return (substrate.framework if has_pores else "none"), True, substrate.like if has_pores else None
    if on_lithium or (host_class == "alloy" and not has_pores) or not (text.strip() or strategy):
        return "none", bool(text), None
    return table.classes.get(host_class, "none"), False, None


def _of(one: Mention, named: list[Mention], text: str, strategy: str) -> str:
    """Return the framework of a mention: carbon where a polymer was carbonized, the metal where it is plated."""
    table = words()
    insulates = one.framework in (table.classes["polymer"], table.classes["ceramic"])
    if one.framework == table.classes["polymer"] and says(text, table.carbonized):
        return table.classes["carbon"]
    metal = next(
        (other.framework for other in named if other.part == "coating" and other.framework in _METALS), ""
    )
    return metal if insulates and metal and not strategy.endswith("_gradient") else one.framework


@lru_cache(maxsize=_KEPT)
def agent_in(told: str, text: str) -> tuple[str, bool, Like | None]:
    """Read the first agent that is known.

    Parameters
    ----------
    told
        The agents of a record, the nearest to the foil first.
    text
        What the host is made of; read where no agent is told.

    Returns
    -------
    agent : str
        Its identifier; ``none`` without any.
    stated : bool
        Whether the words name it.
    like : Like or None
        What an agent that the tables lack is taken for.
    """
    kinds: list[str] = []
    for token in _agents_of(told) if told else _coatings_in(text):
        if token in words().agents:
            return words().agents[token], True, None
        kind = _kind_of(token)
        if kind in words().agents.values():
            return kind, True, None
        if kind:
            kinds.append(kind)
    if kinds:
        like = words().agent_kinds[kinds[0]]
        return like.identifier, True, like
    return "none", False, None


def _agents_of(told: str) -> Iterator[str]:
    """Split the agents of a record; names of two words stay together."""
    for part in re.split(r"[,/;]|\band\b", told):
        name = part.strip()
        if name in words().agents or name.lower() in words().kind_names:
            yield name
        else:
            yield from (found for found in re.split(r"\s+", name) if found)


def _coatings_in(text: str) -> Iterator[str]:
    """Find the agents that a description names, in their order: names of the tables, kinds, formulas."""
    for phrase in words().no_agents:
        text = re.sub(re.escape(phrase), "_" * len(phrase), text, flags=re.IGNORECASE)
    named = {at: word for word in words().kind_names for at in places(text, word)}
    named |= {at: word for word in sorted(words().agents, key=len) for at in places(text, word)}
    bodies = words().materials.keys() | words().hosts_like.keys() | words().dielectrics.keys()
    for found in _FORMULA.finditer(text):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        alone = not (before.isalpha() or after.isalpha())
        if (
            alone
            and _is_formula(found.group())
            and found.group() not in bodies
            and found.start() not in named
        ):
            named[found.start()] = found.group()
    yield from (named[at] for at in sorted(named))


def _is_formula(token: str) -> bool:
    """Whether letters are those of elements and not of an acronym (PDMS, LPS)."""
    named = {one for one, _ in _ELEMENT.findall(token)}
    return re.search(r"[a-z\d]", token) is not None and named <= words().elements


def _kind_of(token: str) -> str:
    """Return the kind of an agent, or the identifier of the known metal of an alloy; empty for anything else."""
    table = words()
    if token.lower() in table.kind_names:
        return table.kind_names[token.lower()]
    if not _FORMULA.fullmatch(token):
        return ""
    atoms = {one: float(number or 1) for one, number in _ELEMENT.findall(token) if one != "Li"}
    noble = next((table.agents[one] for one in _NOBLE if one in atoms), "")
    if noble:  # lithium reduces their compounds
        return noble
    if "C" in atoms and "N" not in atoms:
        return ""
    for kind, like in table.agent_kinds.items():
        if (
            kind != _ALLOYING
            and len(atoms) > 1
            and any(table.kind_of_element.get(one) == kind for one in atoms)
        ):
            return like.name
    enough = {one for one, number in atoms.items() if number >= LEAST_SHARE * sum(atoms.values())}
    known = next((table.agents[one] for one in atoms if one in table.agents and one in enough), "")
    return known or next((_ALLOYING for one in atoms if table.kind_of_element.get(one) == _ALLOYING), "")


def dielectric_in(text: str) -> str:
    """Return the insulator that a description names first; empty without any."""
    found = {at: name for word, name in words().dielectrics.items() for at in places(text, word)}
    return found[min(found)] if found else ""


def dopant_in(text: str) -> str:
    """Return the dopant that a description names first; empty without any."""
    found = {at: name for word, name in words().dopants.items() for at in places(text, word)}
    return found[min(found)] if found else ""
