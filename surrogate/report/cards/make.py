"""What to make, and how exactly: layers and grams, the mass to check on a balance, a route, tolerances, agents.

Data flow: a row of a batch and its campaign -> layers (``layers``), steps (``route``), tolerances by
``campaign.comparison``, agents that are equal in all that is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, Any

from surrogate import materials
from surrogate.campaign.tolerances import POROSITY
from surrogate.hosts import columns as c
from surrogate.hosts.routes import FOIL
from surrogate.report.cards.against import listed
from surrogate.report.cards.agents import Agents, agents_of
from surrogate.report.cards.exactness import WEAK_CHECK, Tolerance, how_exactly, tolerances_of
from surrogate.report.cards.layers import (
    WEIGHABLE_MG,
    Layer,
    Part,
    in_all,
    is_uniform,
    layers_of,
    sheet_cm2_for,
    steps_of,
)
from surrogate.report.cards.route import Route, route_of
from surrogate.report.quantities import given, label, number, quantity
from surrogate.report.summary import short_name

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign

_HALF_PCT = 50.0  # of the weight, below which a host is not named by its framework alone


@dataclass(frozen=True)
class Make:
    """What to weigh, in which order, and how exactly.

    Attributes
    ----------
    framework, agent : str
        In words; agent "none" where there is none.
    made_of : str
        The host by what it is made of, such as "PAN and carbon nanotube, graded, with magnesium", where its framework
        is less than half of its weight; empty where its title says that already.
    host_text : str
        Framework and agent, with the weight per cent of each part of the whole host; ready to print.
    planar : bool
        Whether it is a foil, which has no layers.
    disc_diameter_mm, disc_area_cm2 : float
        Of the campaign.
    sheet_cm2 : float or None
        Area of a sheet for which every part but the agent can be weighed (``WEIGHABLE_MG``), or the largest that is
        said; None where a disc will do, and for a foil.
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
        Ready to print; says what to check instead where the range is wide.
    layers_text : str
        What the layers stand for, and what is lost where some of the design's were joined; empty for one layer that
        can be cut.
    route : Route
    tolerances : tuple of Tolerance
        Those that cost anything, the costliest first; empty without a comparison.
    tolerance_text, tolerance_in_short : str
        How exactly, in sentences and in one.
    agents : Agents
        That are equal in all that is known.
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
    made_of: str
    host_text: str
    planar: bool
    disc_diameter_mm: float
    disc_area_cm2: float
    sheet_cm2: float | None
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
    layers_text: str
    route: Route
    tolerances: tuple[Tolerance, ...]
    tolerance_text: str
    tolerance_in_short: str
    agents: Agents
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
    area = campaign.cells.disc_area_cm2
    layers = layers_of(row, area)
    parts, planar = in_all(layers, area), str(row["framework"]) == FOIL
    mass = sum(layer.mass_mg_cm2 for layer in layers)
    thickness = float(row["thickness_um"])
    solid = sum(1.0 - layer.porosity_pct / 100.0 for layer in layers) / max(len(layers), 1)
    tolerance = mass * area * POROSITY / solid if layers else 0.0
    cost = given(row, "material_cost_usd_m2")
    route, sheet = route_of(row, campaign, layers), sheet_cm2_for(layers)
    tolerances = tolerances_of(comparison, k, row, layers)
    graded = len(layers) > 1 and int(row.get("layers", 1)) == 1
    exactly, exactly_in_short = "a foil: no errors of fabrication were tested", ""
    if not planar:
        exactly, exactly_in_short = how_exactly(
            tolerances, {} if comparison is None else comparison.spreads, layers, mass * area, tolerance
        )
    entry = materials.frameworks.get(str(row["framework"]))
    framework = "planar foil" if planar or entry is None else entry.label
    agent = short_name(str(row["agent"]))
    return Make(
        framework=framework,
        agent=agent,
        made_of=_made_of(parts, "" if planar or entry is None else entry.phase, agent, graded=graded),
        host_text=("planar foil" if planar else short_name(str(row["framework"])))
        + ("" if agent == "none" else f" with {agent}")
        + _by_weight(parts),
        planar=planar,
        disc_diameter_mm=diameter,
        disc_area_cm2=area,
        sheet_cm2=sheet,
        layers=layers,
        graded=graded,
        parts=parts,
        thickness_um=thickness,
        tortuosity=float(row["tortuosity"]),
        channels=_channels(row),
        mass_mg_cm2=mass,
        mass_mg=mass * area,
        mass_tolerance_mg=tolerance,
        balance_text=_balance(layers, tolerance, diameter)
        + _seed_check(parts, sheet, film=route.film)
        + _layer_by_layer(layers, sheet)
        if layers
        else "a foil: nothing to weigh",
        layers_text=_layers_in_words(row, layers, graded),
        route=route,
        tolerances=tolerances,
        tolerance_text=exactly,
        tolerance_in_short=exactly_in_short,
        agents=agents_of(row, parts),
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


def _made_of(parts: Sequence[Part], own_phase: str, agent: str, *, graded: bool) -> str:
    """Name a host by its parts, the framework's first, where that is less than half of its weight."""
    solid = sorted(
        (part for part in parts if part.phase != "agent"), key=lambda part: part.phase != own_phase
    )
    if len(solid) < 2 or solid[0].phase != own_phase or solid[0].weight_pct >= _HALF_PCT:
        return ""
    return (
        listed([part.name for part in solid])
        + (", graded" if graded else "")
        + ("" if agent == "none" else f"{', ' if graded else ' '}with {agent}")
    )


def _by_weight(parts: Sequence[Part]) -> str:
    """List the parts of a whole host by weight, the most first, and the densities that they are counted with."""
    heaviest = sorted(parts, key=lambda part: -part.weight_pct)
    densities = listed([f"{part.name} {number(part.density_g_cm3)}" for part in heaviest]) if parts else ""
    counted = f"; masses by densities of {densities} g cm⁻³" if parts else ""
    if len(parts) < 2:
        return counted
    shares = [f"{part.name} {number(part.weight_pct, 2)} wt. %" for part in heaviest]
    return f"; the whole host is {listed(shares)}{counted}"


def _channels(row: Mapping[str, Any]) -> str:
    if float(row["pattern_size_um"]) <= 0.0:
        return ""
    size, depth = (quantity(row[name], name) for name in c.PATTERN)
    return f"{size} wide and {depth} deep, cut into the pellet's face"


def _cost(usd_m2: float, area_cm2: float) -> str:
    cents = 100.0 * usd_m2 * area_cm2 * 1e-4
    disc = f"{number(cents, 2)} cents" if cents >= 0.1 else "less than 0.1 cent"
    return f"{number(usd_m2)} USD per m² of host, {disc} a disc (materials alone; most prices are assumed)"


def _balance(layers: Sequence[Layer], tolerance: float, diameter: float) -> str:
    """Say what a disc weighs, and what to check instead where the porosity's tolerance leaves a wide range."""
    weighs, per_area = (sum(getattr(layer, name) for layer in layers) for name in ("mass_mg", "mass_mg_cm2"))
    thickness, share = sum(layer.thickness_um for layer in layers), tolerance / weighs
    places = max(2 - floor(log10(weighs)), 0)
    text = (
        f"a disc of {number(diameter)} mm weighs {weighs:.{places}f} ± {tolerance:.{places}f} mg "
        f"({number(per_area)} mg cm⁻²) before it takes up lithium: the range that {100 * POROSITY:.0f} points of "
        "porosity leave at the right thickness"
    )
    if share < WEAK_CHECK:
        return text
    density = per_area / sum(
        part.mass_mg_cm2 / part.density_g_cm3 for layer in layers for part in layer.parts
    )
    instead = (
        f"porosity = 1 − (mg cm⁻²) / ({number(0.1 * density)} × µm), with the thickness as it is measured "
        f"({number(thickness)} µm)"
    )
    return f"{text}, ± {100 * share:.0f} %, a weak check. Check instead {instead}"


def _seed_check(parts: Sequence[Part], sheet_cm2: float | None, *, film: bool) -> str:
    """Say how to check an agent beside other parts: on the balance, or by its film if it is too little to weigh."""
    seed = next((part for part in parts if part.phase == "agent"), None)
    if seed is None or len(parts) < 2:
        return ""
    if seed.mass_mg >= WEIGHABLE_MG:
        return f"; the {seed.name} by weighing before and after it is put on"
    little = f"a disc's {number(seed.mass_mg)} mg are too little to weigh"
    on_sheet = 0.0 if sheet_cm2 is None else seed.mass_mg_cm2 * sheet_cm2
    if film:
        can = f" (the sheet's {number(on_sheet)} mg can be)" if on_sheet >= WEIGHABLE_MG else ""
        return f"; the {seed.name} by the thickness of its film (quartz balance or a witness slide), as {little}{can}"
    if on_sheet >= WEIGHABLE_MG:
        return (
            f"; the {seed.name} by weighing the sheet before and after ({number(on_sheet)} mg), as {little}"
        )
    return f"; the {seed.name} by the thickness of its film, as {little}"


def _layer_by_layer(layers: Sequence[Layer], sheet_cm2: float | None) -> str:
    """Say what each layer adds to a sheet or else a disc, in the order of making: the whole hides where it went."""
    if len(layers) < 2:
        return ""
    on_what, area = ("disc", None) if sheet_cm2 is None else ("sheet", sheet_cm2)
    added = []
    for one in reversed(layers):
        mass = one.mass_mg if area is None else one.mass_mg_cm2 * area
        off = mass * min(POROSITY / max(1.0 - one.porosity_pct / 100.0, POROSITY), 1.0)
        added.append(f"{number(mass)} (± {number(off, 2)})")
    return (
        f"; on the {on_what} the layers weigh {listed(added)} mg, from the foil side up: weigh as each is added, as "
        "the whole hides where it went"
    )


def _what_shows(layers: Sequence[Layer]) -> str:
    """Say in what neighbouring layers differ by more than the tolerances; by less it cannot be checked."""
    steps = steps_of(layers)
    shown, hidden = ([name for name, step in steps.items() if (step > 1.0) is more] for more in (True, False))
    if not shown:
        return ""
    checked = f". Neighbours differ by more than the tolerances in {listed(shown)}"
    return checked + (f" alone; in {listed(hidden)} by less, which cannot be checked" if hidden else "")


def _layers_in_words(row: Mapping[str, Any], layers: Sequence[Layer], graded: bool) -> str:
    """Say what layers stand for, which of the design's were joined and what that loses."""
    said = (
        [f"Steps of a continuous gradient, none thinner than its pores are wide{_what_shows(layers)}"]
        if graded
        else []
    )
    own = int(row.get("layers", 1))
    if own == 1 and len(layers) == 1 and not is_uniform(row):
        said.append("The gradient of the design is within the tolerances: one layer with its means will do")
    if 1 < len(layers) < own or (len(layers) == 1 and own > 1 and not is_uniform(row)):
        lost = "the alternation" if row.get("stacking") == c.ALTERNATING else "the step"
        said.append(
            f"The design has {own} layers of {number(float(row['thickness_um']) / own)} µm; those with wider pores "
            f"cannot be cut from a porous body and are joined to a neighbour. The masses are the design's; lost is "
            f"{lost} inside a joined layer, and what is predicted is the design with its {own} layers"
        )
    if any(layer.too_thin for layer in layers):
        said.append(
            "The host: pores wider than the thickness, which cannot be cut from a porous body; only a single sheet "
            "of openings, such as a mesh, is like that"
        )
    return ". ".join(said)
