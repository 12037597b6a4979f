"""The table of words by which the hosts of records are read: ``datasets/literature/host_words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from surrogate.errors import RecordError
from surrogate.resources import resource

FILE = "datasets/literature/host_words.toml"


@dataclass(frozen=True)
class Like:
    """What a material that the tables lack is taken for.

    Parameters
    ----------
    name
        Of its numbers in ``Priors.stand_ins``; it may have none.
    identifier
        The framework or agent that is most like it.
    conductor_material
        Its conductor, where the tables have it.
    porous
        Whether it has pores without its words saying so.
    """

    name: str
    identifier: str
    conductor_material: str = ""
    porous: bool = False


@dataclass(frozen=True)
class Words:
    """The table of words; see ``host_words.toml``."""

    porous: tuple[str, ...]
    fine: tuple[str, ...]
    no_host: tuple[str, ...]
    planar: tuple[str, ...]
    before_substrate: tuple[str, ...]
    lithium: tuple[str, ...]
    before_coating: tuple[str, ...]
    after_coating: tuple[str, ...]
    aligned: tuple[str, ...]
    carbonized: tuple[str, ...]
    no_agents: tuple[str, ...]
    framework_strategies: Mapping[str, str]
    without_host: frozenset[str]
    classes: Mapping[str, str]
    materials: Mapping[str, str]
    forms: Mapping[str, str]
    hosts_like: Mapping[str, Like]
    agents: Mapping[str, str]
    agent_kinds: Mapping[str, Like]
    kind_of_element: Mapping[str, str]
    kind_names: Mapping[str, str]
    dielectrics: Mapping[str, str]
    dopants: Mapping[str, str]
    elements: frozenset[str]


@cache
def words() -> Words:
    """Load the shipped words.

    Raises
    ------
    ResourceError
        When they are not installed.
    RecordError
        When they cannot be used.
    """
    path = resource(FILE)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        kinds = table["agent_kinds"]
        return Words(
            porous=tuple(table["porous"]),
            fine=tuple(table["fine"]),
            no_host=tuple(table["no_host"]),
            planar=tuple(table["planar"]),
            before_substrate=tuple(table["before_substrate"]),
            lithium=tuple(table["lithium"]),
            before_coating=tuple(table["before_coating"]),
            after_coating=tuple(table["after_coating"]),
            aligned=tuple(table["aligned"]),
            carbonized=tuple(table["carbonized"]),
            no_agents=tuple(table["no_agents"]),
            framework_strategies=table["frameworks"]["strategies"],
            without_host=frozenset(table["frameworks"]["without_host"]),
            classes=table["frameworks"]["classes"],
            materials=table["frameworks"]["words"],
            forms=table["frameworks"]["forms"],
            hosts_like={
                word: Like(
                    name, entry["framework"], entry.get("conductor_material", ""), entry.get("porous", False)
                )
                for name, entry in table["hosts_like"].items()
                for word in entry["words"]
            },
            agents=table["agents"],
            agent_kinds={name: Like(name, entry["agent"]) for name, entry in kinds.items()},
            kind_of_element={element: name for name, entry in kinds.items() for element in entry["elements"]},
            kind_names={word: name for name, entry in kinds.items() for word in entry["names"]},
            dielectrics=table["dielectrics"],
            dopants=table["dopants"],
            elements=frozenset(" ".join(table["elements"]).split()),
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise RecordError(f"not a table of words: {error}", where=path.name) from error
