"""Limits of the interface for a table of solid designs: references of the tables, response surface, pressure.

Data flow: designs -> planar reference of the electrolyte, channels as a unit cell -> gain in area and mean stress
(``surface``) -> creep limit and pressing limit (``limits``), mA cm-2. Beside it, what channels do to the pellet in
the plating equations: effective thickness, effective resistance of its faces, peak of the current.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import MaterialError
from surrogate.hosts.columns import PATTERN
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics.interface import limits, surface
from surrogate.physics.interface.geometry import area_gain
from surrogate.physics.parameters import PhysicsParameters

Array = NDArray[np.float64]


def interface_limits(designs: CompleteDesigns, parameters: PhysicsParameters) -> dict[str, Array]:
    """Critical current densities by the limit that sets them, mA cm-2, (n,) each, of complete solid designs.

    ``interface``: creep no longer refills what is stripped. ``high_pressure``: lithium is pressed into the pellet
    (inf below the onset). ``mechanical_short``: 0 where a cell shorts before it is cycled, else inf.
    Raises MaterialError for an electrolyte that has no planar reference (a liquid).
    """
    pressure = designs.column("stack_pressure_MPa")
    constants = parameters.interface
    creeping = creep_limits(designs, pressure, parameters)
    at_onset = creep_limits(designs, np.minimum(pressure, constants.short_onset_MPa), parameters)
    with np.errstate(invalid="ignore"):
        pressed = at_onset * limits.pressing_factor(pressure, constants)
    short = np.where(pressure >= constants.immediate_short_MPa, 0.0, np.inf)
    return {"mechanical_short": short, "interface": creeping, "high_pressure": pressed}


def creep_limits(designs: CompleteDesigns, pressure_MPa: Array, parameters: PhysicsParameters) -> Array:
    """The ``interface`` limit of complete solid designs at given stack pressures, (n,), mA cm-2.

    ``pulse_factor`` multiplies it: the sources tell what pulses gained and no law of the pulse.
    """
    reference = _references(designs, parameters.materials)
    gain, ratio = pattern_factors(designs, parameters.materials)
    steady = limits.creep_limit(
        reference["ccd"],
        pressure_MPa,
        designs.column("temperature_C"),
        parameters.interface,
        at_pressure=reference["pressure"],
        at_temperature_C=reference["temperature"],
        exponent=reference["exponent"],
        area_gain=gain,
        stress_ratio=ratio,
    )
    return np.asarray(steady * designs.column("pulse_factor"))


def pressure_needed(designs: CompleteDesigns, inner: Array, parameters: PhysicsParameters) -> Array:
    """Stack pressure (MPa) at which a design's own current is just stable, (n,).

    inner (n,): factor on the limit by the inner surface of a host. NaN for liquids and gels, and where no pressure
    below the onset of pressing is enough.
    """
    found = np.full(len(designs), np.nan)
    solid = np.array(
        [parameters.materials.electrolyte(str(name)).is_solid for name in designs.text("electrolyte")],
        dtype=bool,
    )
    if solid.any():
        rows = designs.where(solid)
        pressure = rows.column("stack_pressure_MPa")
        needed = limits.critical_pressure(
            rows.column("current_density_mA_cm2"),
            creep_limits(rows, pressure, parameters) * inner[solid],
            pressure,
            _references(rows, parameters.materials)["exponent"].to_numpy(),
        )
        found[solid] = np.where(needed <= parameters.interface.short_onset_MPa, needed, np.nan)
    return found


def pattern_factors(designs: CompleteDesigns, tables: MaterialTables) -> tuple[Array, Array]:
    """Gain in area and mean stress over the planar one, (n,) each; 1 and 1 without channels."""
    gain, ratio = np.ones(len(designs)), np.ones(len(designs))
    cut = has_channels(designs)
    if cut.any():
        cell = _cells(designs.where(cut), tables)
        gain[cut] = area_gain(cell["width"], cell["depth"])
        ratio[cut] = surface.shipped()("stress_ratio", cell)
    return gain, ratio


@dataclass(frozen=True)
class PatternedPellet:
    """What channels change in a pellet, (n,) each and 1 without channels.

    area: real over geometric area; a face resists that much less. thickness: effective over real thickness of the
    pellet between the faces, uneven current included. peak: largest local current density on the interface over the
    geometric one.
    """

    area: Array
    thickness: Array
    peak: Array


def patterned_pellet(
    designs: CompleteDesigns, conductivity: Array, face: Array, tables: MaterialTables
) -> PatternedPellet:
    """Effective pellet of complete designs, from the finite elements' resistance and peak current.

    conductivity (n,): of the electrolyte, S m-1. face (n,): resistance of a planar face, ohm m2.
    """
    one = PatternedPellet(*(np.ones(len(designs)) for _ in range(3)))
    cut = has_channels(designs)
    if not cut.any():
        return one
    cell = {**_cells(designs.where(cut), tables), "wagner": conductivity[cut] * face[cut]}
    one.area[cut] = area_gain(cell["width"], cell["depth"])
    shortened = surface.shipped()("shortening", cell)
    one.thickness[cut] = 1.0 - shortened * cell["depth"] / cell["pellet"]
    one.peak[cut] = surface.shipped()("peak", cell) / one.area[cut]
    return one


def has_channels(designs: CompleteDesigns) -> NDArray[np.bool_]:
    """Whether channels are cut into the pellet, (n,)."""
    return np.all([designs.column(name) > 0.0 for name in PATTERN], axis=0)


def _cells(designs: CompleteDesigns, tables: MaterialTables) -> dict[str, Array]:
    """Inputs of the response surface, (n,) each, SI units."""
    reference = _references(designs, tables)
    width, depth = (designs.column(column) * 1e-6 for column in PATTERN)
    half, young = reference["half_pellet"].to_numpy(), reference["young"].to_numpy()
    return {"width": width, "depth": depth, "pellet": half, "young": young}


@dataclass(frozen=True)
class _Reference:
    """What the tables say of planar lithium at a solid electrolyte: mA cm-2, MPa, C, 1, Pa, m."""

    ccd: float
    pressure: float
    temperature: float
    exponent: float
    young: float
    half_pellet: float


def _references(designs: CompleteDesigns, tables: MaterialTables) -> pd.DataFrame:
    names = [str(name) for name in designs.text("electrolyte")]
    known = {name: _reference(name, tables) for name in set(names)}
    columns = [field.name for field in fields(_Reference)]
    return pd.DataFrame([astuple(known[name]) for name in names], columns=columns, dtype=float)


def _reference(name: str, tables: MaterialTables) -> _Reference:
    one = tables.electrolyte(name)
    if (
        one.reference_ccd is None
        or one.reference_pressure is None
        or one.pressure_exponent is None
        or one.young_modulus is None
    ):
        raise MaterialError("only a solid electrolyte has an interface limit", value=name)
    return _Reference(
        ccd=one.reference_ccd.value,
        pressure=one.reference_pressure.value,
        temperature=one.reference_temperature.value,
        exponent=one.pressure_exponent.value,
        young=one.young_modulus.si,
        half_pellet=0.5 * one.separator_thickness.si,
    )
