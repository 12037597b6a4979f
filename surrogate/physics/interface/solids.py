"""Limits of the interface for a table of solid designs: references of the tables, response surface, pressure.

Data flow: designs -> planar reference of the electrolyte, channels as a unit cell -> gain in area and mean stress
(``surface``) -> creep limit and pressing limit (``limits``), mA cm-2.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.errors import MaterialError
from surrogate.physics.interface import limits, surface
from surrogate.physics.interface.geometry import area_gain

Array = NDArray[np.float64]


def interface_limits(designs: pd.DataFrame) -> dict[str, Array]:
    """Critical current densities by the limit that sets them, mA cm-2, (n,) each, of complete solid designs.

    ``interface``: creep no longer refills what is stripped. ``high_pressure``: lithium is pressed into the pellet
    (inf below the onset). ``mechanical_short``: 0 where a cell shorts before it is cycled, else inf.
    Raises MaterialError for an electrolyte that has no planar reference (a liquid).
    """
    pressure = designs["stack_pressure_MPa"].to_numpy(dtype=float)
    creeping = creep_limits(designs, pressure)
    at_onset = creep_limits(designs, np.minimum(pressure, limits.SHORT_ONSET_MPA))
    with np.errstate(invalid="ignore"):
        pressed = at_onset * limits.pressing_factor(pressure)
    short = np.where(pressure >= limits.IMMEDIATE_SHORT_MPA, 0.0, np.inf)
    return {"mechanical_short": short, "interface": creeping, "high_pressure": pressed}


def creep_limits(designs: pd.DataFrame, pressure_MPa: Array) -> Array:
    """The ``interface`` limit of complete solid designs at given stack pressures, (n,), mA cm-2."""
    reference = _references(designs)
    gain, ratio = pattern_factors(designs)
    return limits.creep_limit(
        reference["ccd"],
        pressure_MPa,
        designs["temperature_C"].to_numpy(dtype=float),
        at_pressure=reference["pressure"],
        at_temperature_C=reference["temperature"],
        exponent=reference["exponent"],
        area_gain=gain,
        stress_ratio=ratio,
    )


def pressure_needed(designs: pd.DataFrame, inner: Array) -> Array:
    """Stack pressure (MPa) at which a design's own current is just stable, (n,).

    inner (n,): factor on the limit by the inner surface of a host. NaN for liquids and gels, and where no pressure
    below the onset of pressing is enough.
    """
    found = np.full(len(designs), np.nan)
    solid = np.array(
        [materials.electrolyte(str(name)).is_solid for name in designs["electrolyte"]], dtype=bool
    )
    if solid.any():
        rows = designs.loc[solid]
        pressure = rows["stack_pressure_MPa"].to_numpy(dtype=float)
        needed = limits.critical_pressure(
            rows["current_density_mA_cm2"].to_numpy(dtype=float),
            creep_limits(rows, pressure) * inner[solid],
            pressure,
            _references(rows)["exponent"].to_numpy(),
        )
        found[solid] = np.where(needed <= limits.SHORT_ONSET_MPA, needed, np.nan)
    return found


def pattern_factors(designs: pd.DataFrame) -> tuple[Array, Array]:
    """Gain in area and mean stress over the planar one, (n,) each; 1 and 1 without channels."""
    width = designs["pattern_size_um"].to_numpy(dtype=float) * 1e-6
    depth = designs["pattern_depth_um"].to_numpy(dtype=float) * 1e-6
    cut = (width > 0) & (depth > 0)
    gain, ratio = np.ones(len(designs)), np.ones(len(designs))
    if cut.any():
        reference = _references(designs.loc[cut])
        half, young = reference["half_pellet"].to_numpy(), reference["young"].to_numpy()
        width, depth = surface.reachable(width[cut], depth[cut], half)
        gain[cut] = area_gain(width, depth)
        ratio[cut] = surface.shipped()(
            "stress_ratio", {"width": width, "depth": depth, "pellet": half, "young": young}
        )
    return gain, ratio


@dataclass(frozen=True)
class _Reference:
    """What the tables say of planar lithium at a solid electrolyte: mA cm-2, MPa, C, 1, Pa, m."""

    ccd: float
    pressure: float
    temperature: float
    exponent: float
    young: float
    half_pellet: float


def _references(designs: pd.DataFrame) -> pd.DataFrame:
    names = designs["electrolyte"].astype(str)
    known = {name: _reference(name) for name in names.unique()}
    columns = [field.name for field in fields(_Reference)]
    return pd.DataFrame([astuple(known[name]) for name in names], columns=columns, dtype=float)


def _reference(name: str) -> _Reference:
    one = materials.electrolyte(name)
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
