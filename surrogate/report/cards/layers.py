"""A host as layers of uniform make, weighed: what a chemist casts, spins or stacks one after the other.

Data flow: a complete design -> the weight of its gradient over each layer (``hosts.gradient``) -> volume fractions,
porosity and pore size of the layer -> masses by the densities of the material tables. Integrals over a layer are
exact, so that the layers weigh what ``physics.accounting`` says of the whole host, to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.report.summary import short_name

FEWEST, MOST = 3, 6  # layers of a continuous gradient
STEP = 0.1  # of the solid or of the volume: what two neighbouring layers differ by, about, if MOST allows it
PORES = 1.5  # ratio of pore sizes of two neighbouring layers, about
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
    """

    phase: str
    material: str
    name: str
    volume_pct_of_solid: float
    weight_pct: float
    density_g_cm3: float
    mass_mg_cm2: float
    mass_mg: float


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


def layers_of(row: Mapping[str, Any], area_cm2: float) -> tuple[Layer, ...]:
    """Cut a host into layers of equal thickness and weigh them.

    Parameters
    ----------
    row : mapping of str to object
        A complete design.
    area_cm2 : float
        Of the disc.

    Returns
    -------
    tuple of Layer
        From the separator down: one of a uniform host, its own layers of a stack, ``FEWEST`` to ``MOST`` of a
        continuous gradient, so many that neighbours differ by about ``STEP`` in a volume fraction or porosity and
        ``PORES`` in pore size; none of a planar foil.
    """
    thickness = float(row["thickness_um"])
    if str(row["framework"]) == "none" or thickness <= 0.0:
        return ()
    n = _count(row)
    return tuple(_layer(row, k, n, thickness / n, area_cm2) for k in range(n))


def together(layers: tuple[Layer, ...], area_cm2: float) -> tuple[Part, ...]:
    """Add up the layers of a host: each part once, in the order in which it first appears.

    Parameters
    ----------
    layers : tuple of Layer
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


def _count(row: Mapping[str, Any]) -> int:
    """Count the layers to cut a host into."""
    if all(row[top] == row[bottom] for top, bottom in _PAIRS):
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


def _layer(row: Mapping[str, Any], k: int, n: int, thickness_um: float, area_cm2: float) -> Layer:
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
    position = (
        "throughout" if n == 1 else "separator side" if k == 0 else "foil side" if k == n - 1 else "between"
    )
    return Layer(
        number=k + 1,
        position=position,
        from_um=k * thickness_um,
        to_um=(k + 1) * thickness_um,
        thickness_um=thickness_um,
        porosity_pct=100.0 * porosity,
        pore_size_um=pore_bottom + (pore_top - pore_bottom) * once,
        parts=parts,
        mass_mg_cm2=mass,
        mass_mg=mass * area_cm2,
    )


def _mean_weights(row: Mapping[str, Any], k: int, n: int) -> tuple[float, float]:
    """Mean over layer k of n of the gradient's weight, and of its square (``hosts.gradient``)."""
    exponent, own = float(row["gradient_exponent"]), int(row.get("layers", 1))
    if own > 1:
        if n == 1:  # uniform: any weight will do
            return 0.0, 0.0
        alternating = row.get("stacking") == c.ALTERNATING
        weight = 1.0 - k % 2 if alternating else ((n - 1.0 - k) / (n - 1.0)) ** exponent
        return weight, weight**2
    above, below = 1.0 - k / n, 1.0 - (k + 1) / n
    once, twice = (
        n * (above ** (p + 1.0) - below ** (p + 1.0)) / (p + 1.0) for p in (exponent, 2.0 * exponent)
    )
    return once, twice


def _parts(solid: Mapping[str, tuple[str, float]], area_cm2: float) -> tuple[Part, ...]:
    """Weigh phases: phase -> (material, volume of its solid in 1e-3 cm3 per cm2)."""
    density = {phase: density_g_cm3(phase, name) for phase, (name, _) in solid.items()}
    mass = {phase: volume * density[phase] for phase, (_, volume) in solid.items()}
    volume_in_all, mass_in_all = sum(volume for _, volume in solid.values()), sum(mass.values())
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
