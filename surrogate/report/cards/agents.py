"""Agents that may be put on a host instead of its own: how much of each, the cheapest, and what to beware of.

Data flow: the ``interchangeable`` of a row of a batch and the host's own agent, weighed -> the same volume of each
other agent, its price and what the table of agents says that lithium makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surrogate import materials
from surrogate.report.cards.layers import Part, density_g_cm3
from surrogate.report.quantities import given, number
from surrogate.report.summary import short_name

_GROUP = "lithiophilic agent: "
_CONSUMES = "lithium turns it into "  # how the table of agents begins the note of one that is converted


@dataclass(frozen=True)
class Agents:
    """Agents that are equal to a host's own in all that is known.

    Attributes
    ----------
    names : tuple of str
        In words, as the batch lists them.
    masses_mg : tuple of float
        Of each in the disc, in the volume of the host's own; empty for a foil, whose coating is not weighed.
    cheapest : str
        Of these and the host's own; empty where there are no others.
    text : str
        Ready to print; empty where there are no others.
    """

    names: tuple[str, ...]
    masses_mg: tuple[float, ...]
    cheapest: str
    text: str


def agents_of(row: Mapping[str, Any], parts: Sequence[Part]) -> Agents:
    """List the agents that may be taken instead of a host's own.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    parts : sequence of Part
        Of the whole host.

    Returns
    -------
    Agents
    """
    identifiers = _listed_in(row)
    if not identifiers:
        return Agents((), (), "", "")
    own = str(row["agent"])
    volume = next((part.mass_mg / part.density_g_cm3 for part in parts if part.phase == "agent"), None)
    masses = () if volume is None else tuple(volume * density_g_cm3("agent", name) for name in identifiers)
    amounts = [f" ({number(mass)} mg)" for mass in masses] or [""] * len(identifiers)
    names = tuple(short_name(name) for name in identifiers)
    cheapest = min((own, *identifiers), key=_usd_cm3)
    told = ", ".join(name + amount for name, amount in zip(names, amounts, strict=True))
    text = f"{told} in the same volume: predicted to do as well; the cheapest is {short_name(cheapest)}"
    cautions = [caution for name in identifiers if (caution := _caution(name))]
    return Agents(names, masses, short_name(cheapest), ". ".join([text, *cautions]))


def _listed_in(row: Mapping[str, Any]) -> tuple[str, ...]:
    for part in str(given(row, "interchangeable") or "").split("; "):
        if part.startswith(_GROUP):
            return tuple(name.replace(" ", "_") for name in part.removeprefix(_GROUP).split(", "))
    return ()


def _caution(agent: str) -> str:
    """Say what lithium makes of an agent, where the table says that it converts it."""
    note = materials.agent(agent).note
    if not note.startswith(_CONSUMES):
        return ""
    products = re.sub(r" \(.*\)$", "", note.removeprefix(_CONSUMES))
    return f"Beware of {short_name(agent)}: lithium turns it into {products}, which consumes charge"


def _usd_cm3(agent: str) -> float:
    return density_g_cm3("agent", agent) * 1e-3 * materials.agent(agent).cost.value
