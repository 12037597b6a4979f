"""A host as layers of uniform make, weighed: what a chemist casts, spins or stacks one after the other.

Data flow: a complete design -> where to cut it -> the weight of its gradient over each layer (``hosts.gradient``) ->
volume fractions, porosity and pore size of the layer -> masses by the densities of the material tables, and the
ranges that the tolerances of ``campaign.tolerances`` leave -> layers that nobody can cut are joined to a neighbour.
Integrals over a layer are exact and joined layers add up, so that the layers weigh what ``physics.accounting`` says
of the whole host, to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Any

from surrogate import materials
from surrogate.campaign.tolerances import FRACTION, PORE_SIZE, POROSITY
from surrogate.hosts import columns as c
from surrogate.report.summary import short_name

FEWEST, MOST = 3, 6  # layers that a continuous gradient is first cut into
STEP = 0.1  # of the solid or of the volume: what two neighbouring layers differ by, about, if MOST allows it
PORES = 1.5  # ratio of pore sizes of two neighbouring layers, about
WEIGHABLE_MG = 1.0  # from which on a difference of two weighings on a balance of 0.1 mg says something
_SHEETS_CM2 = (
    10.0,
    25.0,
    50.0,
    100.0,
    250.0,
)  # that discs are punched of: the table has the smallest that will do
_NM = 1e4  # of mg cm-2 over g cm-3, which is 1e-3 cm
_PAIRS = (
    *((f"{phase}_top", f"{phase}_bottom") for phase in c.PHASES),
    ("porosity_top", "porosity_bottom"),
    ("pore_size_top_um", "pore_size_bottom_um"),
)


@dataclass(frozen=True)
class Part:
    """One solid of a layer, or of a whole host.

    Attributes
    ----------
    phase : str
        ``conductor``, ``dielectric``, ``agent`` or ``ion_conductor``.
    material, name : str
        Its identifier, and in words.
    volume_pct_of_solid : float
        Share of the solid's volume, per cent; pores do not count.
    weight_pct : float
        Share of the solid's mass, per cent.
    density_g_cm3 : float
        As the material tables have it.
    mass_mg_cm2 : float
        Per area of the host.
    mass_mg : float
        In a disc of the campaign's diameter.
    least_mg, most_mg : float
        The same with 5 points of a layer's solid volume (``tolerances.FRACTION``) less and more of it; both are
        ``mass_mg`` where the solid is of one part.
    """

    phase: str
    material: str
    name: str
    volume_pct_of_solid: float
    weight_pct: float
    density_g_cm3: float
    mass_mg_cm2: float
    mass_mg: float
    least_mg: float
    most_mg: float

    @property
    def film_nm(self) -> float:
        """Thickness of a dense film of the same mass per area of the disc, nm: what a coater's monitor shows."""
        return _NM * self.mass_mg_cm2 / self.density_g_cm3

    @property
    def film_range_nm(self) -> tuple[float, float]:
        """The same of the least and the most of it, nm."""
        return self.film_nm * self.least_mg / self.mass_mg, self.film_nm * self.most_mg / self.mass_mg


@dataclass(frozen=True)
class Layer:
    """A slice of a host, of uniform make.

    Attributes
    ----------
    number : int
        From 1 at the separator.
    position : str
        "separator side", "foil side", "between", or "throughout".
    from_um, to_um, thickness_um : float
        Depth below the separator's side, and thickness.
    porosity_pct : float
        Pores in the layer's volume, per cent.
    pore_size_um : float
        Mean over the layer.
    parts : tuple of Part
        What its solid consists of.
    mass_mg_cm2, mass_mg : float
        Of the solid, per area and in the disc.
    """

    number: int
    position: str
    from_um: float
    to_um: float
    thickness_um: float
    porosity_pct: float
    pore_size_um: float
    parts: tuple[Part, ...]
    mass_mg_cm2: float
    mass_mg: float

    @property
    def porosity_range_pct(self) -> tuple[float, float]:
        """Porosity with the tolerance less and more, per cent."""
        off = 100.0 * POROSITY
        return max(self.porosity_pct - off, 0.0), min(self.porosity_pct + off, 100.0)

    @property
    def pore_range_um(self) -> tuple[float, float]:
        """Pore size with the tolerance less and more, um."""
        return (1.0 - PORE_SIZE) * self.pore_size_um, (1.0 + PORE_SIZE) * self.pore_size_um

    def share_by_weight(self, phases: Sequence[str]) -> float:
        """Return the share of some phases in the weight of what is no agent."""
        mass = {part.phase: part.mass_mg_cm2 for part in self.parts if part.phase != "agent"}
        return sum(mass.get(phase, 0.0) for phase in phases) / sum(mass.values()) if mass else 0.0

    @property
    def too_thin(self) -> bool:
        """Whether its pores are wider than it is thick, so that it cannot be cut from a porous body."""
        return self.pore_size_um > self.thickness_um


def layers_of(row: Mapping[str, Any], area_cm2: float) -> tuple[Layer, ...]:
    """Cut a host into layers and weigh them.

    Parameters
    ----------
    row : mapping of str to object
        A complete design.
    area_cm2 : float
        Of the disc.

    Returns
    -------
    tuple of Layer
        From the separator down: one of a uniform host, its own layers of a stack. A continuous gradient is cut into
        ``FEWEST`` to ``MOST`` equal layers, so many that neighbours differ by about ``STEP`` in a volume fraction or
        porosity and ``PORES`` in pore size. Of both a layer that is thinner than its pores are wide is joined to the
        neighbour with the smaller pores, and neighbours of a continuous gradient that the tolerances cannot tell
        apart are joined. None of a planar foil.
    """
    thickness = float(row["thickness_um"])
    if str(row["framework"]) == "none" or thickness <= 0.0:
        return ()
    n = _count(row)
    layers = [_layer(row, k, n, area_cm2) for k in range(n)]
    continuous = int(row.get("layers", 1)) == 1
    while (k := _superfluous(layers, continuous)) is not None:
        layers[k : k + 2] = [_joined(layers[k], layers[k + 1], area_cm2)]
    return tuple(
        replace(layer, number=k, position=_position(k, len(layers))) for k, layer in enumerate(layers, 1)
    )


def _superfluous(layers: Sequence[Layer], continuous: bool) -> int | None:
    """Return the position of a layer that is to be joined to the one below it; None: no more."""
    last = len(layers) - 1
    for k, layer in enumerate(layers if last else ()):
        if layer.too_thin:
            above = k == last or (k > 0 and layers[k - 1].pore_size_um < layers[k + 1].pore_size_um)
            return k - 1 if above else k
    return next((k for k in range(last) if continuous and alike(layers[k], layers[k + 1])), None)


def _joined(one: Layer, other: Layer, area_cm2: float) -> Layer:
    """Make one layer of two neighbours: their masses add up, porosity and pore size are means by thickness."""
    thickness_um = one.thickness_um + other.thickness_um

    def mean(name: str) -> float:
        return sum(layer.thickness_um * float(getattr(layer, name)) for layer in (one, other)) / thickness_um

    parts = together((one, other), area_cm2)
    mass = sum(part.mass_mg_cm2 for part in parts)
    return replace(
        one, to_um=other.to_um, thickness_um=thickness_um, porosity_pct=mean("porosity_pct"),
        pore_size_um=mean("pore_size_um"), parts=parts, mass_mg_cm2=mass, mass_mg=mass * area_cm2,
    )  # fmt: skip


def _position(number: int, many: int) -> str:
    if many == 1:
        return "throughout"
    return "separator side" if number == 1 else "foil side" if number == many else "between"


def alike(one: Layer, other: Layer) -> bool:
    """Test whether two layers are the same within the tolerances of porosity, pore size and composition.

    Parameters
    ----------
    one, other : Layer
        Of one host.
    """
    return all(step <= 1.0 for step in _step(one, other).values())


def steps_of(layers: Sequence[Layer]) -> dict[str, float]:
    """Measure the steps between neighbouring layers, in units of the tolerances.

    Parameters
    ----------
    layers : sequence of Layer
        Of one host.

    Returns
    -------
    dict of str to float
        "porosity", "pore size" and the parts by name -> the widest step; what does not differ is left out.
    """
    found: dict[str, float] = {}
    for one, other in pairwise(layers):
        for name, step in _step(one, other).items():
            found[name] = max(step, found.get(name, 0.0))
    return {name: step for name, step in found.items() if step > 1e-6}


def _step(one: Layer, other: Layer) -> dict[str, float]:
    """Return what two layers differ by, in units of the tolerances."""
    shares, others = ({part.name: part.volume_pct_of_solid for part in it.parts} for it in (one, other))
    wide, narrow = max(one.pore_size_um, other.pore_size_um), min(one.pore_size_um, other.pore_size_um)
    return {
        "porosity": abs(one.porosity_pct - other.porosity_pct) / (100.0 * POROSITY),
        "pore size": (wide / narrow - 1.0) / PORE_SIZE,
    } | {
        name: abs(shares.get(name, 0.0) - others.get(name, 0.0)) / (100.0 * FRACTION)
        for name in dict.fromkeys([*shares, *others])
    }


def is_uniform(row: Mapping[str, Any]) -> bool:
    """Test whether a design is the same at top and bottom.

    Parameters
    ----------
    row : mapping of str to object
        A complete design.
    """
    return all(row[top] == row[bottom] for top, bottom in _PAIRS)


def together(layers: Sequence[Layer], area_cm2: float) -> tuple[Part, ...]:
    """Add up the layers of a host: each part once, in the order in which it first appears.

    Parameters
    ----------
    layers : sequence of Layer
        Of one host.
    area_cm2 : float
        Of the disc.
    """
    found: dict[str, list[Part]] = {}
    for layer in layers:
        for part in layer.parts:
            found.setdefault(part.phase, []).append(part)
    masses = {phase: sum(part.mass_mg_cm2 for part in parts) for phase, parts in found.items()}
    return _parts(
        {
            phase: (parts[0].material, masses[phase] / parts[0].density_g_cm3)
            for phase, parts in found.items()
        },
        area_cm2,
    )


def in_all(layers: Sequence[Layer], area_cm2: float) -> tuple[Part, ...]:
    """Add up the layers of a host, the ranges of their parts too: what all are off by is no single layer's share.

    Parameters
    ----------
    layers, area_cm2
        As for :func:`together`.
    """

    def total(phase: str, name: str) -> float:
        return sum(getattr(part, name) for layer in layers for part in layer.parts if part.phase == phase)

    return tuple(
        replace(part, least_mg=total(part.phase, "least_mg"), most_mg=total(part.phase, "most_mg"))
        for part in together(layers, area_cm2)
    )


def _count(row: Mapping[str, Any]) -> int:
    """Count the layers to cut a host into: its own of a stack."""
    if is_uniform(row):
        return 1
    if (own := int(row.get("layers", 1))) > 1:
        return own
    steps = [abs(float(row[top]) - float(row[bottom])) / STEP for top, bottom in _PAIRS[:-1]]
    wide, narrow = sorted((float(row[name]) for name in _PAIRS[-1]), reverse=True)
    ratio = wide / narrow
    pores = 0
    while ratio > 1.0 + 1e-9:
        ratio, pores = ratio / PORES, pores + 1
    return min(max(FEWEST, ceil(max(steps) - 1e-9), pores), MOST)


def _layer(row: Mapping[str, Any], k: int, n: int, area_cm2: float) -> Layer:
    """Weigh the layer at position k of n equal ones from the separator down."""
    top_um, bottom_um = (float(row["thickness_um"]) * cut / n for cut in (k, k + 1))
    thickness_um = bottom_um - top_um
    once, twice = _mean_weights(row, k, n)
    ends = {
        stem: (float(row[f"{stem}_top"]), float(row[f"{stem}_bottom"])) for stem in (*c.PHASES, "porosity")
    }
    pore_top, pore_bottom = (float(row[name]) for name in _PAIRS[-1])
    p_top, p_bottom = (1.0 - porosity for porosity in ends["porosity"])
    solid: dict[str, tuple[str, float]] = {}
    for phase in c.PHASES:
        top, bottom = ends[phase]
        # The mean of a product of two graded quantities: share of the solid, and solid in the volume.
        filled = (
            bottom * p_bottom
            + (bottom * (p_top - p_bottom) + p_bottom * (top - bottom)) * once
            + (top - bottom) * (p_top - p_bottom) * twice
        )
        if filled > 0.0:
            name = str(row["agent" if phase == "agent" else f"{phase}_material"])
            solid[phase] = (
                name,
                filled * thickness_um * 0.1,
            )  # um of solid -> 1e-3 cm3 per cm2: with g cm-3 mg cm-2
    parts = _parts(solid, area_cm2)
    mass = sum(part.mass_mg_cm2 for part in parts)
    porosity = ends["porosity"][1] + (ends["porosity"][0] - ends["porosity"][1]) * once
    return Layer(
        number=k + 1,
        position=_position(k + 1, n),
        from_um=top_um,
        to_um=bottom_um,
        thickness_um=thickness_um,
        porosity_pct=100.0 * porosity,
        pore_size_um=pore_bottom + (pore_top - pore_bottom) * once,
        parts=parts,
        mass_mg_cm2=mass,
        mass_mg=mass * area_cm2,
    )


def _mean_weights(row: Mapping[str, Any], k: int, n: int) -> tuple[float, float]:
    """Mean over layer k of n equal ones of the gradient's weight, and of its square (``hosts.gradient``)."""
    exponent, own = float(row["gradient_exponent"]), int(row.get("layers", 1))
    if own > 1:
        if n == 1:  # uniform: any weight will do
            return 0.0, 0.0
        alternating = row.get("stacking") == c.ALTERNATING
        weight = 1.0 - k % 2 if alternating else ((n - 1.0 - k) / (n - 1.0)) ** exponent
        return weight, weight**2
    above, below = 1.0 - k / n, 1.0 - (k + 1) / n
    once, twice = (
        (above ** (p + 1.0) - below ** (p + 1.0)) / ((p + 1.0) * (above - below))
        for p in (exponent, 2.0 * exponent)
    )
    return once, twice


def _parts(solid: Mapping[str, tuple[str, float]], area_cm2: float) -> tuple[Part, ...]:
    """Weigh phases: phase -> (material, volume of its solid in 1e-3 cm3 per cm2)."""
    density = {phase: density_g_cm3(phase, name) for phase, (name, _) in solid.items()}
    mass = {phase: volume * density[phase] for phase, (_, volume) in solid.items()}
    volume_in_all, mass_in_all = sum(volume for _, volume in solid.values()), sum(mass.values())
    off = FRACTION * volume_in_all if len(solid) > 1 else 0.0
    return tuple(
        Part(
            phase=phase,
            material=name,
            name=short_name(name),
            volume_pct_of_solid=100.0 * volume / volume_in_all,
            weight_pct=100.0 * mass[phase] / mass_in_all,
            density_g_cm3=density[phase],
            mass_mg_cm2=mass[phase],
            mass_mg=mass[phase] * area_cm2,
            least_mg=max(volume - off, 0.0) * density[phase] * area_cm2,
            most_mg=min(volume + off, volume_in_all) * density[phase] * area_cm2,
        )
        for phase, (name, volume) in solid.items()
    )


def density_g_cm3(phase: str, material: str) -> float:
    """Look up the density of a solid or an agent.

    Parameters
    ----------
    phase : str
        One of ``PHASES``.
    material : str
        Its identifier.

    Returns
    -------
    float
        g cm-3.
    """
    entry = materials.agent(material) if phase == "agent" else materials.solid(material)
    return 1e-3 * entry.density.si


def sheet_cm2_for(layers: Sequence[Layer]) -> float | None:
    """Choose a sheet for which the parts of layers can be weighed.

    Parameters
    ----------
    layers : sequence of Layer
        Of a host.

    Returns
    -------
    float or None
        Its area; None where the parts of a disc, the agent's left out, can be weighed.
    """
    weighed = [part for layer in layers for part in layer.parts if part.phase != "agent"]
    if all(part.mass_mg >= WEIGHABLE_MG for part in weighed):
        return None
    least = min(part.mass_mg_cm2 for part in weighed)
    return next((area for area in _SHEETS_CM2 if area * least >= WEIGHABLE_MG), _SHEETS_CM2[-1])
