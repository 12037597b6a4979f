"""What to make, and how exactly: layers and grams, the mass to check on a balance, a route, tolerances, agents.

Data flow: a row of a batch and its campaign -> layers (``layers``), steps (``route``), tolerances by
``campaign.comparison``, agents that are equal in all that is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, floor, log10, pi
from typing import TYPE_CHECKING, Any

from surrogate import materials
from surrogate.campaign.tolerances import FRACTION, PORE_SIZE, POROSITY
from surrogate.hosts import columns as c
from surrogate.hosts.routes import FOIL
from surrogate.report.cards.against import in_a_sentence, times
from surrogate.report.cards.layers import Layer, Part, density_g_cm3, layers_of, together
from surrogate.report.cards.route import Route, route_of
from surrogate.report.quantities import given, label, number, quantity
from surrogate.report.summary import short_name

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign

_AGENTS = "lithiophilic agent: "


@dataclass(frozen=True)
class Tolerance:
    """A mistake in making a host, and what it costs.

    Attributes
    ----------
    mistake : str
        Such as "pores at the top 30 % narrower".
    target : str
        In which it costs most.
    factor : float
        Of the median of that target (of an efficiency, of the lost charge).
    matters : bool
        Whether that is more than cells of one design differ by (one standard deviation).
    text : str
        Ready to print.
    """

    mistake: str
    target: str
    factor: float
    matters: bool
    text: str


@dataclass(frozen=True)
class Make:
    """What to weigh, in which order, and how exactly.

    Attributes
    ----------
    framework, agent : str
        In words; agent "none" where there is none.
    planar : bool
        Whether it is a foil, which has no layers.
    disc_diameter_mm, disc_area_cm2 : float
        Of the campaign.
    layers : tuple of Layer
        From the separator down.
    graded : bool
        Whether the layers are steps of a gradient that is continuous in the simulation.
    parts : tuple of Part
        What the host consists of in all.
    thickness_um, tortuosity : float
    channels : str
        Cut into the pellet of a solid electrolyte, in words; empty where there are none.
    mass_mg_cm2, mass_mg : float
        Of host and disc, to check on a balance.
    mass_tolerance_mg : float
        Half the range of the disc's mass within the tolerance of the porosity (``POROSITY``).
    balance_text : str
        Ready to print.
    route : Route
    tolerances : tuple of Tolerance
        Those that cost anything, the costliest first; empty without a comparison.
    tolerance_text : str
        How exactly, in a sentence.
    agents : tuple of str
        Agents in words that are equal in all that is known, the cheapest first.
    agents_text : str
        The cheapest named; empty where there is none.
    cost_usd_m2, cost_usd : float or None
        Of the materials, per area and for the disc; most prices are assumed.
    cost_text : str
    hazards : tuple of str
        What is handled, with codes of hazard statements.
    at_limit : tuple of str
        Values that only a limit of the search stopped.
    """

    framework: str
    agent: str
    planar: bool
    disc_diameter_mm: float
    disc_area_cm2: float
    layers: tuple[Layer, ...]
    graded: bool
    parts: tuple[Part, ...]
    thickness_um: float
    tortuosity: float
    channels: str
    mass_mg_cm2: float
    mass_mg: float
    mass_tolerance_mg: float
    balance_text: str
    route: Route
    tolerances: tuple[Tolerance, ...]
    tolerance_text: str
    agents: tuple[str, ...]
    agents_text: str
    cost_usd_m2: float | None
    cost_usd: float | None
    cost_text: str
    hazards: tuple[str, ...]
    at_limit: tuple[str, ...]


def make_of(
    row: Mapping[str, Any], campaign: Campaign, k: int = 0, comparison: Comparison | None = None
) -> Make:
    """Say how a host of a batch is made.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    campaign : Campaign
        Its methods and the diameter of its discs.
    k : int
        Position of the host among the proposals.
    comparison : Comparison, optional
        Of the batch, for the tolerances.

    Returns
    -------
    Make
    """
    diameter = float(campaign.cells.disc_diameter_mm)
    area = 0.25 * pi * (diameter / 10.0) ** 2
    layers = layers_of(row, area)
    parts, planar = together(layers, area), str(row["framework"]) == FOIL
    mass = sum(layer.mass_mg_cm2 for layer in layers)
    thickness = float(row["thickness_um"])
    solid = sum(1.0 - layer.porosity_pct / 100.0 for layer in layers) / max(len(layers), 1)
    tolerance = mass * area * POROSITY / solid if layers else 0.0
    cost = given(row, "material_cost_usd_m2")
    tolerances = _tolerances(comparison, k)
    agents = _equal_agents(row)
    entry = materials.frameworks.get(str(row["framework"]))
    return Make(
        framework="planar foil" if planar or entry is None else entry.label,
        agent=short_name(str(row["agent"])),
        planar=planar,
        disc_diameter_mm=diameter,
        disc_area_cm2=area,
        layers=layers,
        graded=len(layers) > 1 and int(row.get("layers", 1)) == 1,
        parts=parts,
        thickness_um=thickness,
        tortuosity=float(row["tortuosity"]),
        channels=_channels(row),
        mass_mg_cm2=mass,
        mass_mg=mass * area,
        mass_tolerance_mg=tolerance,
        balance_text=_balance(mass, area, tolerance, diameter) if layers else "a foil: nothing to weigh",
        route=route_of(row, campaign),
        tolerances=tolerances,
        tolerance_text=_how_exactly(tolerances, planar),
        agents=agents,
        agents_text=_cheapest(row, agents),
        cost_usd_m2=None if cost is None else float(cost),
        cost_usd=None if cost is None else float(cost) * area * 1e-4,
        cost_text="" if cost is None else _cost(float(cost), area),
        hazards=tuple(part for part in str(given(row, "hazards") or "").split("; ") if part),
        at_limit=tuple(
            f"{label(name).lower()} {quantity(row[name], name)}"
            for name in str(given(row, "at_limit") or "").split(";")
            if name in row
        ),
    )


def _channels(row: Mapping[str, Any]) -> str:
    if float(row["pattern_size_um"]) <= 0.0:
        return ""
    size, depth = (quantity(row[name], name) for name in c.PATTERN)
    return f"{size} wide and {depth} deep, cut into the pellet's face"


def _cost(usd_m2: float, area_cm2: float) -> str:
    cents = 100.0 * usd_m2 * area_cm2 * 1e-4
    disc = f"{number(cents, 2)} cents" if cents >= 0.1 else "less than 0.1 cent"
    return f"{number(usd_m2)} USD per m² of host, {disc} a disc (materials alone; most prices are assumed)"


def _balance(mass: float, area: float, tolerance: float, diameter: float) -> str:
    weighs = mass * area
    places = max(2 - floor(log10(weighs)), 0)
    return (
        f"a disc of {number(diameter)} mm weighs {weighs:.{places}f} ± {tolerance:.{places}f} mg "
        f"({number(mass)} mg cm⁻²) before it takes up lithium; outside that its porosity is more than "
        f"{100 * POROSITY:.0f} points off, or its thickness is"
    )


def _tolerances(comparison: Comparison | None, k: int) -> tuple[Tolerance, ...]:
    """List the mistakes that cost something, the costliest first, in units of the spread between cells."""
    if comparison is None:
        return ()
    table = comparison.mistakes[comparison.mistakes["host"] == k]
    targets = [name for name in c.TARGETS if name in table.columns]
    found = []
    for one in table.to_dict("records"):
        target = max(targets, key=lambda name: float(one[name]) / comparison.spreads[name])
        size = float(one[target]) / comparison.spreads[target]
        if size > 0.0:
            factor = exp(float(one[f"{target}_change"]))
            mistake = _plainly(str(one["mistake"]))
            text = f"{mistake}: {in_a_sentence(target)} {times(factor)}"
            found.append((size, Tolerance(mistake, target, factor, size > 1.0, text)))
    return tuple(one for _, one in sorted(found, key=lambda pair: -pair[0]))


def _plainly(mistake: str) -> str:
    """Write a mistake of ``tolerances`` with per cent of what."""
    text = re.sub(r"^porosity (.*?) ([0-9.]+) (lower|higher)$", _points, mistake)
    return re.sub(
        r"^([0-9.]+) (less|more) (.*?) in the solid",
        lambda found: f"{100 * float(found[1]):.3g} % of the solid's volume {found[2]} {found[3]}",
        text,
    )


def _points(found: re.Match[str]) -> str:
    return f"porosity {found[1]} {100 * float(found[2]):.3g} points {found[3]}"


def _how_exactly(tolerances: Sequence[Tolerance], planar: bool) -> str:
    if planar:
        return "a foil: nothing that can be off was looked at"
    looked_at = (
        f"pores ± {100 * PORE_SIZE:.0f} %, porosity ± {100 * POROSITY:.0f} points, each phase "
        f"± {100 * FRACTION:.0f} % of the solid's volume"
    )
    matter = [one for one in tolerances if one.matters]
    if matter:
        return f"Hold these closely: {'; '.join(one.text for one in matter[:3])}. Looked at: {looked_at}"
    if tolerances:
        return (
            f"No mistake within {looked_at} costs more than cells of one design differ by; the worst is "
            f"{tolerances[0].text}"
        )
    return f"{looked_at[:1].upper()}{looked_at[1:]}"


def _equal_agents(row: Mapping[str, Any]) -> tuple[str, ...]:
    said = str(given(row, "interchangeable") or "")
    for part in said.split("; "):
        if part.startswith(_AGENTS):
            return tuple(part.removeprefix(_AGENTS).split(", "))
    return ()


def _cheapest(row: Mapping[str, Any], agents: Sequence[str]) -> str:
    """Name the cheapest of the agents that will do, the host's own among them."""
    if not agents:
        return ""
    prices = {name: _usd_cm3(name.replace(" ", "_")) for name in agents}
    own, cheapest = short_name(str(row["agent"])), min(prices, key=lambda name: prices[name])
    others = f"{', '.join(agents)} would do as well, in the same volume, by all that is known"
    if prices[cheapest] < _usd_cm3(str(row["agent"])):
        return f"{others}; the cheapest is {cheapest}"
    return f"{others}; {own} is the cheapest"


def _usd_cm3(agent: str) -> float:
    return density_g_cm3("agent", agent) * 1e-3 * materials.agent(agent).cost.value
