"""``simulate``: the physics of a table of designs.

Data flow: designs -> complete -> pack -> plating kernel (threads) -> states -> CCD and cycle life -> one table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate import materials
from surrogate.errors import InputError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import laws
from surrogate.physics.accounting import (
    material_cost_usd_m2,
    solid_mass_mg_cm2,
    specific_capacity_mAh_g,
    volumetric_capacity_mAh_cm3,
)
from surrogate.physics.ageing import law
from surrogate.physics.ccd import ROUNDING, critical_current, inner_factor
from surrogate.physics.interface.solids import has_channels, pressure_needed
from surrogate.physics.parameters import PhysicsParameters, shipped_parameters
from surrogate.physics.plating import batch, inputs
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.compiled import JIT, kept
from surrogate.physics.plating.properties import Properties
from surrogate.physics.transport import sand_time

Array = NDArray[np.float64]
OUTSIDE = "outside_law_range"
_UNTRUSTED = ("not_converged", OUTSIDE)
_HOW_OFTEN = "once on this machine" if JIT["cache"] else "each time: no cache folder can be written"
COMPILING = f"compiling the physics ({_HOW_OFTEN}, about a minute)"


def simulate(
    designs: CompleteDesigns | pd.DataFrame,
    parameters: PhysicsParameters | None = None,
    *,
    workers: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Plate every design and strip it again, and search its critical current density.

    Parameters
    ----------
    designs : CompleteDesigns or DataFrame
        n complete designs, or any table that ``CompleteDesigns.of`` takes.
    parameters : PhysicsParameters or None
        Constants and material entries, None for the shipped ones.
    workers : int or None
        Threads, None for one a core; the numbers do not depend on it.
    progress : callable or None
        Called with (stage, done, n).

    Returns
    -------
    DataFrame
        n rows: the complete designs and beside them ``outcome`` (completed, overgrown, depleted, voltage_cutoff,
        not_converged, outside_law_range), shares and voltages of the plated state, what stripping left stranded or
        dead, host capacity, exact accounting, ``ccd_mA_cm2`` with ``ccd_limit``, the least stack pressure at which
        a solid cell bears its current (``critical_pressure_MPa``), ``cycle_life_cycles``,
        ``coulombic_efficiency_pct``, ``overpotential_mV`` (half the hysteresis of the cell against a lithium foil)
        and ``charge_error`` (relative). A number that a run did not reach is NaN; ``outcome`` never is.

    Raises
    ------
    DesignError, MaterialError, UnitError
        For a design that cannot be read.
    InputError
        When ``parameters`` are no PhysicsParameters.
    """
    complete = CompleteDesigns.of(designs)
    columns = simulated_columns(complete, parameters, accounting=True, workers=workers, progress=progress)
    return pd.concat([complete.frame, pd.DataFrame(columns, index=complete.index)], axis=1)


def simulated_columns(
    complete: CompleteDesigns,
    parameters: PhysicsParameters | None = None,
    *,
    accounting: bool = False,
    workers: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """Return what :func:`simulate` adds to designs, without making a table of it, which costs milliseconds.

    Parameters
    ----------
    complete : CompleteDesigns
        n designs.
    parameters
        As in :func:`simulate`.
    accounting : bool
        Whether masses, capacities and cost are asked for as well, which no run has a part in.
    workers, progress
        As in :func:`simulate`.

    Returns
    -------
    dict of str to ndarray (n,)
        ``ccd_limit`` is a list of str.

    Raises
    ------
    InputError
        When ``parameters`` are no PhysicsParameters.
    """

    def stage(name: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, total: progress(name, done, total)

    parameters = shipped_parameters() if parameters is None else parameters
    if not isinstance(parameters, PhysicsParameters):
        raise InputError(
            "not the parameters of the physics", value=type(parameters).__name__, limit="PhysicsParameters",
            remedy="make them with PhysicsParameters().with_values({key: value})",
        )  # fmt: skip
    tables = parameters.materials
    if progress is not None:
        prepare(progress)
    dead = law.dead_fraction(complete, parameters)
    packed = plating.pack(complete, parameters)
    inputs.leave_dead(packed, dead, parameters.fitted)
    cycled = plating.run(
        packed,
        strip_to_V=parameters.plating.stripping_cutoff_V,
        workers=workers,
        progress=stage("simulating"),
    )
    state = plating.state_columns(complete, packed, cycled, parameters.plating.mostly_outside, tables)
    more: dict[str, Any] = {"sand_time_ratio": _sand_time_ratio(packed)}
    if accounting:
        more |= {
            "solid_mass_mg_cm2": solid_mass_mg_cm2(complete, tables),
            "specific_capacity_mAh_g": specific_capacity_mAh_g(complete, tables),
            "volumetric_capacity_mAh_cm3": volumetric_capacity_mAh_cm3(complete, tables),
            "material_cost_usd_m2": material_cost_usd_m2(complete, tables),
        }
    # of the host; channels have their own place in the limits of a solid
    gain = law.area_gain(complete, state)
    _spread_over_channels(complete, parameters, state)
    ccd, limit, otherwise = critical_current(
        complete,
        dead,
        gain,
        state["plateau_overpotential_mV"],
        parameters,
        packed=packed,
        workers=workers,
        progress=stage("critical currents"),
    )
    pressure = pressure_needed(complete, inner_factor(complete, gain, parameters), parameters)
    current = complete.column("current_density_mA_cm2")
    cycle = law.cycle_of(complete, state, ccd, parameters)
    life, efficiency = law.cycle_life(cycle, parameters.fitted, parameters.ageing)
    outside = np.array(laws.out_of_range(complete, tables)) != ""
    state["outcome"] = np.where(outside, OUTSIDE, np.array(state["outcome"], dtype=object))
    untrusted = np.isin(state["outcome"].astype(str), _UNTRUSTED)

    def trusted(values: ArrayLike) -> np.ndarray:
        return np.where(untrusted, np.nan, values)

    return (
        state
        | more
        | {
            "ccd_mA_cm2": trusted(ccd),
            "ccd_limit": ["" if wrong else one for wrong, one in zip(untrusted, limit, strict=True)],
            "critical_pressure_MPa": trusted(
                np.where(otherwise >= (1.0 - ROUNDING) * current, pressure, np.nan)
            ),
            "cycle_life_cycles": trusted(life),
            "coulombic_efficiency_pct": trusted(efficiency),
            "overpotential_mV": trusted(_hysteresis_mV(state)),
        }
    )


def _spread_over_channels(
    designs: CompleteDesigns, parameters: PhysicsParameters, state: dict[str, Any]
) -> None:
    """Local current and plated area of planar lithium on a pellet with channels; a host has its own surface."""
    if not has_channels(designs).any():
        return
    pellet, bare = Properties(designs, parameters).pellets(), designs.text("framework") == "none"
    state["peak_local_current_density_mA_cm2"] *= np.where(bare, pellet.peak, 1.0)
    state["plated_area_ratio"] *= np.where(bare, pellet.area, 1.0)


def _hysteresis_mV(state: Mapping[str, Array]) -> Array:
    """Half the difference between the plateaus of plating and stripping; plating's alone where nothing stripped."""
    plating_mV, stripping_mV = state["plateau_overpotential_mV"], state["stripping_overpotential_mV"]
    both = 0.5 * (plating_mV + np.where(np.isnan(stripping_mV), plating_mV, stripping_mV))
    return np.where(plating_mV > 0, both, np.nan)


def _sand_time_ratio(packed: plating.Packed) -> np.ndarray:
    """Plating time over Sand's time in an unbounded separator; 0 for a single-ion conductor, which never depletes.

    In pores, salt diffuses at D/tau and the current sees the concentration eps c, so that Sand's time is that of
    the free electrolyte times eps^2/tau.
    """
    cells, protocols = packed.cells, packed.protocols
    mobile = cells.frozen < 0.5
    anion = np.where(mobile, 1.0 - cells.cation_number, 1.0)
    diffusivity = cells.diffusivity / cells.separator_tortuosity
    tau = sand_time(diffusivity, cells.separator_porosity * cells.salt, protocols.current, anion)
    return np.asarray(np.where(mobile, protocols.charge / protocols.current / tau, 0.0))


def prepare(progress: Callable[[str, int, int], None]) -> None:
    """Compile as a stage of its own where there is no machine code yet, so that nobody waits without a word.

    Parameters
    ----------
    progress : callable
        Called with (stage, done, total) before and after, only where something is compiled.
    """
    if not is_compiled():
        progress(COMPILING, 0, 1)
        warm_up()
        progress(COMPILING, 1, 1)


def is_compiled() -> bool:
    """Return whether this process has the machine code, or the cache folder keeps it.

    Returns
    -------
    bool
    """
    # With NUMBA_DISABLE_JIT the functions are Python's own, and have no signatures.
    return bool(getattr(batch.cycle_all, "signatures", True)) or kept("batch.cycle_all")


def warm_up() -> None:
    """Compile, or load what was compiled before, so that a later timing measures simulations only."""
    simulate(
        pd.DataFrame([{"framework": "none", "electrolyte": next(iter(materials.electrolytes))}]), workers=1
    )
