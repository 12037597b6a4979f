"""Limits of the interface for a table of solid designs: references of the tables, response surface, pressure.

Data flow: designs -> planar reference of the electrolyte, channels as a unit cell -> gain in area and mean stress
(``surface``), contact and toughness (``contact``) -> creep limit and pressing limit (``limits``), mA cm-2. Beside
it, what channels do to the pellet in the plating equations: effective thickness, effective resistance of its faces,
peak of the current.
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
from surrogate.physics.interface import contact, limits, surface
from surrogate.physics.interface.geometry import area_gain
from surrogate.physics.parameters import PhysicsParameters
from surrogate.shapes import Float

Array = NDArray[np.float64]


def interface_limits(designs: CompleteDesigns, parameters: PhysicsParameters) -> dict[str, Array]:
    """Return critical current densities of solid cells by the limit that sets them.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs in solid electrolytes.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    dict of str to ndarray (n,)
        mA cm-2. ``interface``: creep no longer refills what is stripped. ``high_pressure``: lithium is pressed into
        the pellet (inf below the onset). ``mechanical_short``: 0 where a cell shorts before it is cycled, else inf.

    Raises
    ------
    MaterialError
        For an electrolyte that has no planar reference (a liquid).
    """
    pressure = designs.column("stack_pressure_MPa")
    constants = parameters.interface
    creeping = creep_limits(designs, pressure, parameters)
    at_onset = creep_limits(designs, np.minimum(pressure, constants.short_onset_MPa), parameters)
    with np.errstate(invalid="ignore"):
        pressed = at_onset * limits.pressing_factor(pressure, constants)
    short = np.where(pressure >= constants.immediate_short_MPa, 0.0, np.inf)
    return {"mechanical_short": short, "interface": creeping, "high_pressure": pressed}


def creep_limits(
    designs: CompleteDesigns, pressure_MPa: Float[Array, " {len(designs)}"], parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the ``interface`` limit of solid cells at given stack pressures.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs in solid electrolytes.
    pressure_MPa : ndarray (n,)
        Stack pressures, in place of the designs' own.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        mA cm-2. Contact, toughness of the pellet and ``pulse_factor`` multiply it: of pulses the sources report what
        they gained and give no law.
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
    face = contact.face_resistance(designs, parameters)
    touching = contact.contact_factor(designs, face, parameters)
    tough = contact.toughness_factor(designs, parameters)
    return np.asarray(steady * touching * tough * designs.column("pulse_factor"))


def pressure_needed(
    designs: CompleteDesigns, inner: Float[Array, " {len(designs)}"], parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the stack pressure at which a design's own current is just stable.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    inner : ndarray (n,)
        Factor on the limit by the inner surface of a host.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        MPa; NaN for liquids and gels, and where no pressure below the onset of pressing is enough.
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


def pattern_factors(
    designs: CompleteDesigns, tables: MaterialTables
) -> tuple[Float[Array, " {len(designs)}"], Float[Array, " {len(designs)}"]]:
    """Return what channels do to the creep limit.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Pellet thickness and modulus of the electrolytes.

    Returns
    -------
    gain : ndarray (n,)
        Real over geometric area; 1 without channels.
    ratio : ndarray (n,)
        Mean stress over the planar one; 1 without channels.
    """
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

    Attributes
    ----------
    area : ndarray
        Real over geometric area; a face resists that much less.
    thickness : ndarray
        Effective over real thickness of the pellet between the faces, uneven current included.
    peak : ndarray
        Largest local current density on the interface over the geometric one.
    """

    area: Array
    thickness: Array
    peak: Array


def patterned_pellet(
    designs: CompleteDesigns, conductivity: Array, face: Array, tables: MaterialTables
) -> PatternedPellet:
    """Return the effective pellet of each design, from the finite elements' resistance and peak current.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    conductivity : ndarray (n,)
        Of the electrolyte, S m-1.
    face : ndarray (n,)
        Resistance of a planar face, ohm m2.
    tables : MaterialTables
        Pellet thickness of the electrolytes.

    Returns
    -------
    PatternedPellet
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
    """Return whether channels are cut into the pellet.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    ndarray of bool (n,)
    """
    return np.all([designs.column(name) > 0.0 for name in PATTERN], axis=0)


def _cells(designs: CompleteDesigns, tables: MaterialTables) -> dict[str, Array]:
    """Return the inputs of the response surface, (n,) each, SI units."""
    reference = _references(designs, tables)
    width, depth = (designs.column(column) * 1e-6 for column in PATTERN)
    half, young = 0.5 * contact.pellet_thickness(designs, tables), reference["young"].to_numpy()
    return {"width": width, "depth": depth, "pellet": half, "young": young}


@dataclass(frozen=True)
class _Reference:
    """What the tables say of planar lithium at a solid electrolyte: mA cm-2, MPa, C, 1, Pa."""

    ccd: float
    pressure: float
    temperature: float
    exponent: float
    young: float


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
    )
