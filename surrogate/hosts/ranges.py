"""What each number of a design may be: accepted, searched, rounded to, and its null where it does not act."""

from __future__ import annotations

from dataclasses import dataclass

from surrogate.hosts.gradient import MOST_LAYERS


@dataclass(frozen=True)
class Range:
    """Limits of one numeric design column, in the unit its name carries.

    accepted: outside it a design is refused (``why`` says what sets the limit).
    searched: what proposals and training simulations cover; also the unit interval of the encoding.
    log: encode and sample on a log scale. step: what a lab can set on purpose; proposals are rounded to it.
    default: taken when the column is absent or empty; None means it has to be given.
    null: the documented value where the column does not act. whole: only whole numbers are accepted.
    blank: whether an empty place takes the default though the column is there; what drives a cell may not.
    """

    accepted: tuple[float, float]
    searched: tuple[float, float]
    log: bool
    step: float | None
    default: float | None
    null: float
    why: str
    whole: bool = False
    blank: bool = True


_FRACTION = Range((0.0, 1.0), (0.0, 1.0), False, 0.01, 0.0, 0.0, "a volume fraction of the solid")
_POROSITY = Range(
    (0.05, 0.99),
    (0.4, 0.95),
    False,
    0.01,
    None,
    0.0,
    "a pore volume fraction that still has pores and a solid",
)
_PORE_SIZE = Range(
    (0.05, 1000.0),
    (1.0, 200.0),
    True,
    0.5,
    None,
    0.0,
    "continuum transport: pores well above the double layer",
)

HOST_RANGES: dict[str, Range] = {
    "gradient_exponent": Range(
        (0.1, 10.0), (0.3, 3.0), True, 0.1, 1.0, 1.0, "beyond it the gradient is a step at one face"
    ),
    "porosity_top": _POROSITY,
    "porosity_bottom": _POROSITY,
    "pore_size_top_um": _PORE_SIZE,
    "pore_size_bottom_um": _PORE_SIZE,
    "tortuosity": Range(
        (1.0, 20.0), (1.1, 5.0), False, 0.1, 1.5, 1.0, "a tortuosity factor, 1 for straight pores"
    ),
    "thickness_um": Range(
        (2.0, 2000.0), (20.0, 400.0), True, 5.0, None, 0.0, "one-dimensional porous-electrode theory"
    ),
    "pattern_size_um": Range(
        (0.0, 2000.0), (0.0, 600.0), False, 10.0, 0.0, 0.0, "channel width; 0 is a planar interface"
    ),
    "pattern_depth_um": Range(
        (0.0, 1000.0), (0.0, 400.0), False, 10.0, 0.0, 0.0, "channel depth; 0 is a planar interface"
    ),
}

# Stack pressure hardly acts in a cell with a liquid; 0.1 MPa is about a coin cell's spring (assumed).
LIQUID_CELL_PRESSURE_MPA = 0.1

CONDITION_RANGES: dict[str, Range] = {
    "current_density_mA_cm2": Range(
        (0.01, 200.0), (0.1, 10.0), True, None, 1.0, 1.0, "a plating current", blank=False
    ),
    "areal_capacity_mAh_cm2": Range(
        (0.01, 50.0), (0.1, 10.0), True, None, 1.0, 1.0, "lithium plated per half cycle", blank=False
    ),
    "temperature_C": Range(
        (-40.0, 180.0), (-20.0, 120.0), False, None, 25.0, 25.0, "solid lithium: it melts at 180.5 C"
    ),
    "stack_pressure_MPa": Range(
        (0.01, 300.0),
        (0.1, 80.0),
        True,
        None,
        1.0,
        LIQUID_CELL_PRESSURE_MPA,
        "a solid cell needs some pressure",
    ),
    "li_excess_mAh_cm2": Range(
        (0.0, 250.0), (0.0, 50.0), False, None, 5.0, 5.0, "lithium beyond what one half cycle moves"
    ),
}

FRACTION = _FRACTION

# Not searched; ``default`` is also the null: nothing is changed.
MODIFIER_RANGES: dict[str, Range] = {
    "layers": Range(
        (1.0, float(MOST_LAYERS)),
        (1.0, float(MOST_LAYERS)),
        False,
        1.0,
        1.0,
        1.0,
        "1 is a continuous gradient, 2 to 5 are discrete layers of equal thickness",
        whole=True,
    ),
    "skin_coverage": Range(
        (0.0, 1.0), (0.0, 1.0), False, 0.05, 0.0, 0.0, "share of the top face under an insulating skin"
    ),
    # No source gives a number for a magnetic field; a factor of ten is more than a stirred cell gains (assumed).
    "mass_transfer_factor": Range(
        (1.0, 10.0), (1.0, 10.0), False, 0.1, 1.0, 1.0, "stirring adds to diffusion; 1 is no magnetic field"
    ),
    # Pulses of 1 MHz raised the critical current of garnet pellets sixfold (002_612f39683bb0201f, sec. 6.5).
    "pulse_factor": Range(
        (1.0, 6.0),
        (1.0, 6.0),
        False,
        0.1,
        1.0,
        1.0,
        "the most that pulses are told to gain; 1 is direct current",
    ),
}
NO_DOPING = "none"
MODIFIER_DEFAULTS: dict[str, float | str] = {
    "layers": 1.0,
    "doping": NO_DOPING,
    "skin_coverage": 0.0,
    "mass_transfer_factor": 1.0,
    "pulse_factor": 1.0,
}

OVERRIDE_RANGES: dict[str, tuple[float, float]] = {
    "conductivity_top_S_m": (1e-16, 1e8),
    "conductivity_bottom_S_m": (1e-16, 1e8),
    "nucleation_overpotential_top_mV": (0.0, 500.0),
    "nucleation_overpotential_bottom_mV": (0.0, 500.0),
    "tortuosity_top": HOST_RANGES["tortuosity"].accepted,
    "tortuosity_bottom": HOST_RANGES["tortuosity"].accepted,
    "interface_resistance_ohm_cm2": (0.01, 1e5),
}
