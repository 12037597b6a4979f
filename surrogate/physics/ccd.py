"""Critical current density: the largest current at which a cell still plates the stated capacity.

Liquids, gels and polymers: a search over plating runs. A current is too large when the run meets one of

- ``depletion``: the salt falls below 2 % of its initial concentration at the host's top face, or a run ends for want
  of it (salt that is gone deep inside moves the plating upward instead, and other limits see that);
- ``voltage``: the polarisation passes ``voltage_V``, or the run could not go on;
- ``overgrowth``: the share of the lithium on the top face is ``overgrown_top_share`` above that at the lowest current
  (where the pores are too small for the capacity, or nuclei form on top anyhow, it is not the current's fault);
- ``local_current``: the local current density passes what planar lithium bears in that electrolyte.

Solids: the balance of stripping and creep at the interface (``interface``), scaled from a planar reference by the
response surface of its finite-element model; lithium pressed into the pellet (``high_pressure``,
``mechanical_short``); beside the voltage limit of the search. See ``surrogate.physics.interface``.

``ccd_limit`` names what acted. Which limits are taken, and their values, is a choice and stated here; none is
fitted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.cells import LIQUID_KINDS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics.constants import MA_PER_CM2
from surrogate.physics.interface.solids import interface_limits
from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating import structures as k
from surrogate.shapes import Float

Array = NDArray[np.float64]

LOWEST_MA_CM2, HIGHEST_MA_CM2 = (
    0.01,
    100.0,
)  # searched; the upper end is the largest reported (10.1039/d5eb00156k)

# A coarser grid than a profile's. Against 100 cells and 200 steps, 240 designs of the whole space: median error
# 0.1 %, 90th percentile 2 %, 95th 8 % (designs that clog, where the limit is a step in the current).
SEARCH_CELLS, SEARCH_STEPS, SEARCH_SEPARATOR = 32, 32, 6
BRACKET = (math.log(LOWEST_MA_CM2), math.log(HIGHEST_MA_CM2))
MOST_ROUNDS = 20
CLOSE = 0.005  # of the margin, or of the bracket in ln(current), at which a search ends

SEARCHED = ("depletion", "voltage", "overgrowth", "local_current")
NEVER = -50.0  # margin of a limit that does not act in a cell


def critical_current(
    designs: CompleteDesigns,
    dead_fraction: Float[Array, " {len(designs)}"],
    area_gain: Float[Array, " {len(designs)}"],
    parameters: PhysicsParameters,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Float[Array, " {len(designs)}"], list[str], Float[Array, " {len(designs)}"]]:
    """Return critical current densities and the limit that acted in each design.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    dead_fraction : ndarray (n,)
        Dead lithium of the cell's electrolyte with its additives, per lithium stripped.
    area_gain : ndarray (n,)
        Geometric over largest local current density at the design's own current.
    parameters : PhysicsParameters
        Constants and material entries.
    workers : int or None
        Threads, None for one a core; the numbers do not depend on it.
    progress : callable or None
        Called with (found, n) after each round of the search.

    Returns
    -------
    current : ndarray (n,)
        mA cm-2.
    limit : list of str
        n names, ``highest_reported`` where nothing limited the current within the range that is searched.
    otherwise : ndarray (n,)
        What the currents would be if the interface of a solid set no limit, mA cm-2.
    """
    searched, limit = _search(designs, dead_fraction, parameters, workers, progress)
    found = searched.copy()
    names = [SEARCHED[i] if i >= 0 else "highest_reported" for i in limit]
    solid = np.flatnonzero(~np.isin(_kinds(designs, parameters.materials), sorted(LIQUID_KINDS)))
    inner = inner_factor(area_gain[solid], parameters)
    for name, value in interface_limits(designs.take(solid), parameters).items():
        bound = np.maximum(value * inner, LOWEST_MA_CM2)
        for at in np.flatnonzero(bound < found[solid]):
            names[int(solid[at])], found[solid[at]] = name, bound[at]
    return found, names, searched


def headroom(
    designs: CompleteDesigns,
    dead_fraction: Float[Array, " {len(designs)}"],
    area_gain: Float[Array, " {len(designs)}"],
    parameters: PhysicsParameters,
    *,
    workers: int | None = None,
) -> Float[Array, " {len(designs)}"]:
    """Test whether designs bear their own current density, by one plating run instead of a search.

    Parameters
    ----------
    designs, dead_fraction, area_gain, parameters, workers
        As in :func:`critical_current`.

    Returns
    -------
    ndarray (n,)
        At least 1 where every limit is kept at the design's current, otherwise by what factor the limit that is
        passed farthest is passed. Where a limit comes and goes as the current grows (a host that clogs), the search
        may still find a lower critical current.
    """
    current = designs.column("current_density_mA_cm2")
    ratio = np.full(len(designs), np.inf)
    solid = np.flatnonzero(~np.isin(_kinds(designs, parameters.materials), sorted(LIQUID_KINDS)))
    inner = inner_factor(area_gain[solid], parameters)
    for value in interface_limits(designs.take(solid), parameters).values():
        bound = np.maximum(value * inner, LOWEST_MA_CM2) / current[solid]
        ratio[solid] = np.minimum(ratio[solid], bound)
    left = np.flatnonzero(ratio >= 1.0)  # only these are worth a run
    if len(left):
        margins = _margins_at(designs.take(left), dead_fraction[left], parameters, workers)
        ratio[left] = np.minimum(ratio[left], np.exp(-margins.max(axis=1)))
    return ratio


def _margins_at(
    designs: CompleteDesigns, dead: Array, parameters: PhysicsParameters, workers: int | None
) -> Array:
    """Margins of the searched limits (m, len(SEARCHED)) at the designs' own currents."""
    packed = plating.pack(designs, parameters, cells=SEARCH_CELLS)
    packed.protocols.voltage_limit[:] = parameters.critical_current.voltage_V
    current = designs.column("current_density_mA_cm2")
    everything, nothing = np.arange(len(designs)), np.zeros(len(designs))
    margins = _margins(designs, packed.take(everything), current, dead, nothing, parameters, workers)
    # Overgrowth counts from the share on top at the lowest current: asked only where it can matter.
    crowded = np.flatnonzero(margins[:, SEARCHED.index("overgrowth")] >= 0.0)
    if len(crowded):
        unhurried = packed.take(crowded)
        unhurried.protocols.current[:] = LOWEST_MA_CM2 * MA_PER_CM2
        share = _top_share(_plate(unhurried, workers))
        margins[crowded] = _margins(
            designs.take(crowded), packed.take(crowded), current[crowded], dead[crowded], share, parameters, workers
        )  # fmt: skip
    return margins


def inner_factor(area_gain: Array, parameters: PhysicsParameters) -> Array:
    """Return the gain in critical current by the inner surface that plating makes use of.

    Parameters
    ----------
    area_gain : ndarray (n,)
        Geometric over largest local current density.
    parameters : PhysicsParameters
        For its exponent of the real area.

    Returns
    -------
    ndarray (n,)
        At least 1.
    """
    return np.asarray(np.maximum(area_gain, 1.0) ** parameters.critical_current.area_exponent)


def _kinds(designs: CompleteDesigns, tables: MaterialTables) -> NDArray[np.str_]:
    return np.array([tables.electrolyte(str(name)).kind for name in designs.text("electrolyte")])


def _search(
    designs: CompleteDesigns,
    dead: Array,
    parameters: PhysicsParameters,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[Array, NDArray[np.int_]]:
    """Root of the largest margin in ln(current), all designs at once (Chandrupatla's method, SciPy).

    Returns currents (n,) and the index in SEARCHED of the limit that acted, -1 where none did. A design that is
    limited everywhere gets the lowest current searched, one that is limited nowhere the highest.
    """
    from scipy.optimize.elementwise import find_root  # heavy: half a second that plating need not wait for

    packed = plating.pack(designs, parameters, cells=SEARCH_CELLS)
    packed.protocols.voltage_limit[:] = parameters.critical_current.voltage_V
    n = len(designs)
    acting = np.full(n, -1)
    worst_at = {end: np.full(n, np.nan) for end in BRACKET}
    acting_at_lowest = np.full(n, -1)
    packed.protocols.current[:] = LOWEST_MA_CM2 * MA_PER_CM2
    unhurried = _top_share(_plate(packed, workers))

    def worst(log_current: Array, row: Array) -> Array:
        flat, rows = log_current.ravel(), row.ravel().astype(int)
        margins = _margins(
            designs.take(rows),
            packed.take(rows),
            np.exp(flat),
            dead[rows],
            unhurried[rows],
            parameters,
            workers,
        )
        acting[rows] = margins.argmax(axis=1)
        lowest = flat == BRACKET[0]
        acting_at_lowest[rows[lowest]] = acting[rows[lowest]]
        for end, seen in worst_at.items():
            seen[rows[flat == end]] = margins.max(axis=1)[flat == end]
        return np.asarray(margins.max(axis=1).reshape(log_current.shape))

    def report(state: Any) -> None:
        if progress is not None:
            progress(int(np.sum(state.status != 1)), n)

    tolerances = {"xatol": CLOSE, "xrtol": 0.0, "fatol": CLOSE, "frtol": 0.0}
    bracket = (np.full(n, BRACKET[0]), np.full(n, BRACKET[1]))
    found = find_root(
        worst, bracket, args=(np.arange(n),), tolerances=tolerances, maxiter=MOST_ROUNDS, callback=report
    )
    always, never = worst_at[BRACKET[0]] >= 0.0, worst_at[BRACKET[1]] < 0.0
    current = np.exp(np.where(always, BRACKET[0], np.where(never, BRACKET[1], found.x)))
    return current, np.where(never, -1, np.where(always, acting_at_lowest, acting))


def _plate(packed: plating.Packed, workers: int | None) -> plating.Cycled:
    return plating.run(packed, steps=SEARCH_STEPS, separator_cells=SEARCH_SEPARATOR, workers=workers)


def _top_share(cycled: plating.Cycled) -> Array:
    placed = cycled.lithium.placed
    return np.asarray(placed[:, 0] / np.maximum(placed.sum(axis=1), 1e-300))


def _margins(
    designs: CompleteDesigns,
    packed: plating.Packed,
    current: Array,
    dead: Array,
    unhurried: Array,
    parameters: PhysicsParameters,
    workers: int | None,
) -> Array:
    """ln(what a run does / what is allowed), (m, len(SEARCHED)), at currents (m,) in mA cm-2.

    unhurried (m,): share of the lithium on the top face at the lowest current.
    """
    constants = parameters.critical_current
    packed.protocols.current[:] = current * MA_PER_CM2
    cycled = _plate(packed, workers)
    plated = cycled.plated
    end, charge = plated.end, packed.protocols.charge
    short = -np.log(np.clip(plated.passed / charge, 1e-6, 1.0))  # 0 where all of the charge passed
    kinds = _kinds(designs, parameters.materials)
    wet, mobile = np.isin(kinds, sorted(LIQUID_KINDS)), packed.cells.frozen < 0.5
    least = np.nan_to_num(plated.least_top / packed.cells.salt, nan=1.0)
    dropped = np.log(np.clip(1.0 - least, 1e-6, 1.0) / (1.0 - parameters.plating.depleted))
    highest = np.nan_to_num(plated.highest, nan=0.0)
    voltage = np.log(np.clip(highest / constants.voltage_V, 1e-6, None))
    peak = np.nan_to_num(plated.peak / MA_PER_CM2, nan=0.0)
    capacity = designs.column("areal_capacity_mAh_cm2")
    allowed = (
        constants.local_limit_mA_cm2
        * np.sqrt(constants.reference_dead / dead)
        * capacity**-constants.capacity_exponent
    )
    focused = current ** (1.0 - constants.area_exponent) * np.maximum(peak, 1e-9) ** constants.area_exponent
    crowded = np.log(np.maximum(_top_share(cycled) - unhurried, 1e-6) / constants.overgrown_top_share)
    stopped = (end == k.VOLTAGE) | (end == k.FAILED)
    return np.column_stack([
        np.where(mobile, np.where(end == k.SALT_GONE, np.maximum(short, CLOSE), dropped), NEVER),
        np.where(stopped, np.maximum(short, CLOSE), voltage),
        np.where(wet & ~packed.planar, crowded, NEVER),
        np.where(wet, np.log(focused / allowed), NEVER),
    ])  # fmt: skip
