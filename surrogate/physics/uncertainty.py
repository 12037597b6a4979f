"""What is not known of the constants: their plausible ranges, on which hosts each can act, and draws of all of them.

Values, units, sources and plausible ranges are those of ``surrogate.physics.parameters`` and of the property tables.
``SCREENED`` lists the constants of the physics that are looked at; entries of materials are looked at where they have
a range and a host is made of the material.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate import materials
from surrogate.errors import InputError
from surrogate.hosts.cells import LIQUID_KINDS
from surrogate.hosts.columns import MATERIAL_COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.ageing.fitted import NAMES
from surrogate.physics.parameter_groups import (
    ON_AGENTS,
    ON_EVERY_HOST,
    ON_LIQUIDS,
    ON_POROUS_HOSTS,
    ON_SOLIDS,
)
from surrogate.physics.parameters import FITTED, PhysicsParameters, facts, shipped_parameters
from surrogate.physics.plating.inputs import FOIL
from surrogate.shapes import Float

Mask = NDArray[np.bool_]

LOGARITHMIC_FROM = 3.0  # high over low from which a range is walked through in the logarithm
# Standard deviation of a drawn constant as a share of its plausible range, which then holds about 95 % (assumed: the
# ranges are the extremes that sources give).
DRAWN_SPREAD = 0.25

# In the order of the sampled trajectories: another order would give other trajectories.
SCREENED = (
    "plating.covering_thickness_m",
    "plating.nucleation_spread",
    "composition.carrying_conductivity_S_m",
    "plating.wiring_fill",
    "plating.counter_roughness",
    "plating.kinetic_activation_J_mol",
    "composition.percolation_threshold",
    "composition.percolation_exponent",
    "composition.bruggeman_exponent",
    "composition.covering_fraction",
    "plating.stripping_cutoff_V",
    "critical_current.local_limit_mA_cm2",
    "critical_current.reference_dead",
    "critical_current.capacity_exponent",
    "critical_current.area_exponent",
    "critical_current.overgrown_top_share",
    "critical_current.voltage_V",
    "interface.creep_activation_J_mol",
    "interface.short_onset_MPa",
    "interface.shorted_MPa",
    "interface.pressing_power",
    "ageing.fade",
    "ageing.moss_cm2_per_mAh",
    "ageing.reserve_mAh_cm2",
    "ageing.dead_reserve_mAh_cm2",
    "ageing.loss_activation_J_mol",
    "ageing.cold_loss_activation_J_mol",
    "plating.area_current_exponent",
    *(f"{FITTED}.{name}" for name in NAMES),
)


@dataclass(frozen=True)
class Constant:
    """One constant of the simulator.

    Attributes
    ----------
    key : str
        As ``surrogate.physics.parameters`` names it.
    value, low, high : float
        Shipped value and plausible range in ``unit``.
    unit : str
        "1" for a pure number.
    acts : str
        Where, in words.
    on : str
        Hosts it can act on: a name in ``SELECTORS``, or a material's own.
    assumed : bool
        False where the value is a source's or was fitted.
    """

    key: str
    value: float
    low: float
    high: float
    unit: str
    acts: str
    on: str
    assumed: bool

    @classmethod
    def of(cls, key: str, acts: str = "") -> Constant:
        """Return the constant of a key.

        Parameters
        ----------
        key : str
            As ``surrogate.physics.parameters`` names it.
        acts : str
            Where, in words; empty for what the parameters say.

        Returns
        -------
        Constant

        Raises
        ------
        InputError
            For a key that is unknown or has no plausible range.
        """
        known = facts(key)
        if known.low is None or known.high is None:
            raise InputError(
                "no plausible range", value=key, remedy="give it low and high where it is defined"
            )
        value = shipped_parameters().value(key)
        return cls(key, value, known.low, known.high, known.unit, acts or known.acts, known.on, known.assumed)

    @property
    def logarithmic(self) -> bool:
        """Whether the range is walked through in the logarithm."""
        return self.low > 0.0 and self.high / self.low >= LOGARITHMIC_FROM

    def at(self, share: float) -> float:
        """Return the value a share of the way from low to high.

        Parameters
        ----------
        share : float
            0..1.

        Returns
        -------
        float
        """
        if self.logarithmic:
            value = math.exp((1.0 - share) * math.log(self.low) + share * math.log(self.high))
        else:
            value = (1.0 - share) * self.low + share * self.high
        return min(max(value, self.low), self.high)

    def share(self, value: float) -> float:
        """Return the inverse of :meth:`at`.

        Parameters
        ----------
        value : float
            In ``unit``.

        Returns
        -------
        float
        """
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def can_act(self, designs: CompleteDesigns) -> Mask:
        """Return the rows on whose simulation the constant could act; the others are not rerun.

        Parameters
        ----------
        designs : CompleteDesigns
            n designs.

        Returns
        -------
        ndarray of bool (n,)
        """
        if self.on in SELECTORS:
            return SELECTORS[self.on](designs)
        table, material, _ = self.key.split(".")
        return _uses(designs, table, material)


def drawn_shares(
    uncertain: Sequence[Constant], n: int, rng: np.random.Generator
) -> Float[NDArray[np.float64], "n k"]:
    """Draw where in its plausible range each constant may truly lie: around the shipped value, within the range.

    Parameters
    ----------
    uncertain : sequence of Constant
        The k constants.
    n : int
        How many draws.
    rng : numpy.random.Generator
        Of the draws.

    Returns
    -------
    ndarray (n, k)
        0 at the low end to 1 at the high end, normal around the shipped value (``DRAWN_SPREAD``), cut at both ends.
    """
    centre = np.array([one.share(one.value) for one in uncertain])
    return np.clip(centre + DRAWN_SPREAD * rng.standard_normal((n, len(centre))), 0.0, 1.0)


def parameters_at(
    uncertain: Sequence[Constant], shares: Float[NDArray[np.float64], " k"]
) -> PhysicsParameters:
    """Return the parameters with each constant a share of the way through its plausible range.

    Parameters
    ----------
    uncertain : sequence of Constant
        The k constants.
    shares : ndarray (k,)
        0 to 1 each.

    Returns
    -------
    PhysicsParameters
    """
    values = {one.key: one.at(share) for one, share in zip(uncertain, shares.tolist(), strict=True)}
    return shipped_parameters().with_values(values)


def is_entry(key: str) -> bool:
    """Return whether a key is ``table.material.property``, else it is of a group or fitted.

    Parameters
    ----------
    key : str
        As ``surrogate.physics.parameters`` names it.

    Returns
    -------
    bool
    """
    return key.partition(".")[0] in PROPERTIES


def _wet(designs: CompleteDesigns) -> Mask:
    kinds = [materials.electrolyte(name).kind for name in designs.text("electrolyte")]
    return np.array([kind in LIQUID_KINDS for kind in kinds], dtype=bool)


SELECTORS = {
    ON_EVERY_HOST: lambda designs: np.full(len(designs), True),
    ON_POROUS_HOSTS: lambda designs: designs.text("framework") != "none",
    ON_AGENTS: lambda designs: designs.text("agent") != "none",
    ON_LIQUIDS: _wet,
    ON_SOLIDS: lambda designs: ~_wet(designs),
}

_OF_THE_FILM = "film on lithium"
PROPERTIES = {
    "electrolytes": {
        "conductivity": "ionic path", "salt_diffusivity": "salt", "cation_transference": "salt, diffusion potential",
        "salt_concentration": "salt", "exchange_current_density": "charge transfer", "sei_resistance": _OF_THE_FILM,
        "separator_thickness": "separator", "separator_porosity": "separator", "separator_tortuosity": "separator",
        "conduction_activation_energy": "conduction with temperature",
        "reference_temperature": "temperature at which properties hold",
        "dead_lithium_fraction": "stripping, critical current, cycle life", "sei_loss": "cycle life: interphase",
        "reference_ccd": "critical current: planar reference",
        "reference_pressure": "critical current: planar reference",
        "pressure_exponent": "critical current: stack pressure",
        "young_modulus": "critical current: stress at channels",
    },
    "solids": {
        "electronic_conductivity": "electronic path", "ionic_conductivity": "ionic path in the solid",
        "nucleation_overpotential": "nucleation barrier",
    },
    "agents": {
        "nucleation_overpotential": "nucleation barrier", "film_resistance_factor": _OF_THE_FILM,
        "lithium_per_formula": "alloy: pores and excess", "lithium_molar_volume": "alloy: pores",
    },
}  # fmt: skip


def constants(designs: CompleteDesigns) -> list[Constant]:
    """Return ``SCREENED``, and the entries with a range of all materials that designs are made of.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    list of Constant
    """
    found = [Constant.of(key) for key in SCREENED]
    for table in PROPERTIES:
        for material in getattr(materials, table):
            if _uses(designs, table, material).any():
                found += [one for one in entries(table, material) if one.low < one.high]
    return found


@cache
def entries(table: str, material: str) -> tuple[Constant, ...]:
    """Return the entries of one material that have a range, as constants.

    Parameters
    ----------
    table : str
        A key of ``PROPERTIES``.
    material : str
        Its identifier.

    Returns
    -------
    tuple of Constant
    """
    record = getattr(materials, table)[material]
    found = []
    for name, acts in PROPERTIES[table].items():
        entry = getattr(record, name)
        if entry is not None and entry.low is not None and entry.high is not None:
            found.append(Constant.of(f"{table}.{material}.{name}", acts))
    return tuple(found)


def _uses(designs: CompleteDesigns, table: str, material: str) -> Mask:
    """Rows (n,) with a material: the foil under every host, an agent or a phase where its share is not 0."""
    if table == "electrolytes":
        return np.asarray(designs.text("electrolyte") == material)
    if table == "agents":
        there = (designs.column("agent_top") > 0) | (designs.column("agent_bottom") > 0)
        there |= designs.text("framework") == "none"
        return np.asarray(there & (designs.text("agent") == material) & (material != "none"))
    found = np.full(len(designs), material == FOIL)
    for column in MATERIAL_COLUMNS:
        phase = column.removesuffix("_material")
        there = (designs.column(f"{phase}_top") > 0) | (designs.column(f"{phase}_bottom") > 0)
        found |= there & (designs.text(column) == material)
    return found
