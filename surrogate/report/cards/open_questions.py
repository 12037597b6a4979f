"""What the sources of a route leave open, what is known of it all the same, and what to measure first.

Data flow: a row of a batch, the methods of its steps and its layers -> what makes layers differ, which nanotubes, and
whether a layer can be laid wet on one that was coated: what the tables of methods, solids, hazards and of published
constants say, and else a trial that decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from surrogate import materials
from surrogate.hosts.routes import graded_in
from surrogate.literature.documents import find
from surrogate.literature.statements import constants
from surrogate.materials.methods import Method, hazards
from surrogate.materials.properties import Property
from surrogate.report.cards.against import listed
from surrogate.report.cards.layers import Layer
from surrogate.report.quantities import number
from surrogate.report.summary import short_name

_WET = frozenset({"filtration", "blade_coating"})  # a layer is laid in a liquid on the one below
_GIVE_GAS_WITH_WATER = {"H260", "H261"}
_DIFFER = {"pore_size": "pores", "porosity": "porosity"}
_NANOTUBE = "carbon_nanotube"


def open_questions(
    row: Mapping[str, Any],
    making: Sequence[Method],
    layers: Sequence[Layer],
    *,
    laid_on_agent: bool,
) -> tuple[tuple[str, str], ...]:
    """List what has to be found out before a host is made.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    making : sequence of Method
        That make its framework; the first is what the route is about.
    layers : sequence of Layer
        Of the host.
    laid_on_agent : bool
        Whether layers are laid one by one, each on one with an agent.

    Returns
    -------
    tuple of (str, str)
        What it is about and what is known, without a full stop; empty where nothing is open that the tables know of.
    """
    if not making:
        return ()
    found = {"layers": _what_differs(row, making[0], layers), "nanotubes": _which_nanotubes(layers)}
    if laid_on_agent and making[0].identifier in _WET:
        found["wet layers"] = _wet_on(str(row["agent"]))
    return tuple((about, text) for about, text in found.items() if text)


def _what_differs(row: Mapping[str, Any], method: Method, layers: Sequence[Layer]) -> str:
    """Say by what a method makes pores and porosity differ between layers."""
    graded = [name for name in _DIFFER if name in graded_in(row) and name in method.grades]
    if len(layers) < 2 or not graded:
        return ""
    ways = []
    for name in graded:
        claim = method.grades[name]
        said = "; ".join(_cited(part, claim.source) for part in re.split(r"; (?=section )", claim.note))
        ways.append(f"What sets {_of(name, layers)}: {said}" + (" (assumed)" if not claim.source else ""))
    if lacking := [str(one.number) for one in without_framework(row, layers)]:
        # what is known of the method is of layers of one framework
        what = f"What sets {listed([_of(name, layers) for name in graded])}"
        ways = [
            f"{what}: no source says, of a layer without {short_name(str(row['framework']))} ({listed(lacking)})"
        ]
    measured = listed([_DIFFER[name] for name in graded])
    return (
        f"{'. '.join(ways)}. The tables have no numbers for it: make each layer by itself once and measure its "
        f"{measured}"
    )


def without_framework(row: Mapping[str, Any], layers: Sequence[Layer]) -> list[Layer]:
    """List the layers that hold something, and nothing of what the framework is of.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    layers : sequence of Layer
        Of the host.

    Returns
    -------
    list of Layer
        In their order.
    """
    entry = materials.frameworks.get(str(row["framework"]))
    held = [{part.phase for part in one.parts} - {"agent"} for one in layers]
    return [
        one
        for one, phases in zip(layers, held, strict=True)
        if entry is not None and phases and entry.phase not in phases
    ]


def _cited(said: str, source: str) -> str:
    """Put the place of a statement behind it: "section 4.1.4: it follows the solution" of a source."""
    where, stop, how = said.partition(": ")
    return f"{how} ({_work(source)}, {where})" if stop and source else said


def _of(name: str, layers: Sequence[Layer]) -> str:
    """Name a quantity with its values at the two ends of a host."""
    top, bottom = layers[0], layers[-1]
    if name == "pore_size":
        return f"pores of {number(top.pore_size_um)} and {number(bottom.pore_size_um)} µm"
    return f"a porosity of {number(top.porosity_pct)} and {number(bottom.porosity_pct)} %"


def _which_nanotubes(layers: Sequence[Layer]) -> str:
    """Say what is known of the kind of nanotubes of a host that holds any."""
    name = short_name(_NANOTUBE)
    if not any(part.name == name for layer in layers for part in layer.parts):
        return ""
    solid = materials.solids[_NANOTUBE]
    return (
        f"The prediction knows one kind of {name}, of {_assumed(solid.density)} g cm⁻³ and, as a network, "
        f"{_assumed(solid.electronic_conductivity)} S m⁻¹: measure both on a dry film of yours, and "
        f"multiply the {name}'s mg by measured over stated density"
        f"{_published_nanotubes()}"
    )


def _assumed(of: Property) -> str:
    """Write the value of a property, with its range and whether it is assumed."""
    ends = [] if of.low is None or of.high is None else [f"{number(of.low)} to {number(of.high)}"]
    beside = [*(["assumed"] if of.assumed else []), *ends]
    return number(of.value) + (f" ({', '.join(beside)})" if beside else "")


def _work(source: str) -> str:
    """Name a document."""
    found = find(source)
    return source if found is None else found.work


@cache
def _published_nanotubes() -> str:
    """Say which nanotubes published hosts are told to be made of; empty where the table of constants has none."""
    table = constants()
    rows = table[(table["property"] == "fibre diameter") & table["material"].str.contains("nanotube")]
    if rows.empty:
        return ""
    ranges = [
        f"{number(one['value'].min())} to {number(one['value'].max())} {one['unit'].iloc[0]}"
        for _, one in rows.groupby("material", sort=False)
    ]
    first = rows.iloc[0]
    kind = "multiwalled ones " if rows["material"].str.contains("multiwalled").all() else ""
    where = str(first["locator"]).partition(",")[0]
    document = f"{_work(str(first['source']))}, {where}, its reference {first['ref']}"
    return f". Published: {kind}of {listed(ranges)} ({document})"


def _wet_on(agent: str) -> str:
    """Say what is known of a layer that is laid in a liquid on one with an agent."""
    name = short_name(agent)
    known = hazards().get(agent)
    gas = sorted(known.statements & _GIVE_GAS_WITH_WATER) if known is not None else []
    trial = (
        f"lay one layer on a coated one and see in a cross-section whether the {name} has stayed; else "
        "make and coat the layers apart and stack them dry"
    )
    if not gas or known is None:
        return f"No source here lays a layer in a liquid on one that carries {name}: {trial}"
    return (
        f"Not in water, in which {name} gives off hydrogen ({listed(gas)} of {known.label}): keep what is coated "
        f"from moist air too. In another liquid no source here does it: {trial}"
    )
