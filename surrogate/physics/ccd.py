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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.cells import LIQUID_KINDS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics.constants import MA_PER_CM2
from surrogate.physics.interface.solids import interface_limits
from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating import structures as k
from surrogate.physics.plating.inputs import with_cells
from surrogate.physics.plating.wired import wired_gain
from surrogate.physics.roots import find_roots
from surrogate.shapes import Float

Array = NDArray[np.float64]

LOWEST_MA_CM2, HIGHEST_MA_CM2 = (
    0.01,
    100.0,
)  # searched; the upper end is the largest reported (10.1039/d5eb00156k)

# A coarser grid than a profile's. Against 100 cells and 200 steps, 240 designs of the whole space: 90th percentile of
# the error 0.9 %, 95th 1.8 % (1.5 % with 32 cells, for a third more time).
SEARCH_CELLS, SEARCH_STEPS, SEARCH_SEPARATOR = 24, 32, 5
BRACKET = (math.log(LOWEST_MA_CM2), math.log(HIGHEST_MA_CM2))
MOST_ROUNDS = 20
ROUNDING = 1e-9  # of a current that comes back from its logarithm
# In ln(current), from a guess towards the root: the margin of the local limit rises by 1 with it, others by less.
OVERSHOT, LONGEST_STEP, STEP_GROWTH = 1.3, 1.0, 2.0
CLOSE = 0.005  # of the margin, or of the bracket in ln(current), at which a search ends

SEARCHED = ("depletion", "voltage", "overgrowth", "local_current")
NEVER = -50.0  # margin of a limit that does not act in a cell

Found = tuple[float, str, float]  # of one design, as in the answer of ``critical_current``
_FOUND: ContextVar[tuple[PhysicsParameters, dict[bytes, Found]] | None] = ContextVar("found", default=None)


@contextmanager
def searched_once(parameters: PhysicsParameters) -> Iterator[None]:
    """Search the critical current of a design at these parameters once while this lasts.

    Whether a drawn host bears its own current takes the same search as what it bears.

    Parameters
    ----------
    parameters : PhysicsParameters
        Searches under others are not kept.
    """
    token = _FOUND.set((parameters, {}))
    try:
        yield
    finally:
        _FOUND.reset(token)


def critical_current(
    designs: CompleteDesigns,
    dead_fraction: Float[Array, " {len(designs)}"],
    area_gain: Float[Array, " {len(designs)}"],
    plateau_mV: Float[Array, " {len(designs)}"],
    parameters: PhysicsParameters,
    *,
    packed: plating.Packed | None = None,
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
    plateau_mV : ndarray (n,)
        Polarisation at the design's own current, NaN where there is none; where the search starts depends on it.
    parameters : PhysicsParameters
        Constants and material entries.
    packed : Packed or None
        The designs as the kernel takes them, where that is known, on whatever mesh; the numbers do not depend on it.
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
        What the currents would be if the interface of a solid set no limit, mA cm-2; at least so much where they
        are above the interface's limit and the design's own current.
    """
    kept = _FOUND.get()
    if kept is None or kept[0] is not parameters:
        return _searched(designs, dead_fraction, area_gain, plateau_mV, parameters, packed, workers, progress)
    told = np.column_stack([dead_fraction, area_gain, plateau_mV])
    rows = pd.util.hash_pandas_object(designs.frame, index=False).to_numpy()
    keys = [row.tobytes() + numbers.tobytes() for row, numbers in zip(rows, told, strict=True)]
    new = [k for k, key in enumerate(keys) if key not in kept[1]]
    if new:
        dead, gain, plateau = told[new].T
        known = None if packed is None else packed.take(np.array(new))
        found = _searched(designs.take(new), dead, gain, plateau, parameters, known, workers, progress)
        kept[1].update(zip([keys[k] for k in new], zip(*found, strict=True), strict=True))
    current, limit, otherwise = zip(*(kept[1][key] for key in keys), strict=True)
    return np.array(current), list(limit), np.array(otherwise)


def _searched(
    designs: CompleteDesigns,
    dead_fraction: Array,
    area_gain: Array,
    plateau_mV: Array,
    parameters: PhysicsParameters,
    packed: plating.Packed | None,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[Array, list[str], Array]:
    kinds = _kinds(designs, parameters.materials)
    solid = ~np.isin(kinds, sorted(LIQUID_KINDS))
    interface, acting_there = interface_current(designs, area_gain, parameters)
    own = designs.column("current_density_mA_cm2")
    enough = np.maximum(interface, own)
    search = _Search(designs, dead_fraction, enough, parameters, packed, workers, progress)
    gain = np.maximum(area_gain, 1.0) ** parameters.critical_current.area_exponent
    local = search.allowed * gain  # the limit that decides in most liquids
    volts = 1e-3 * np.where(plateau_mV > 0.0, plateau_mV, np.nan)
    ohmic = np.nan_to_num(own * parameters.critical_current.voltage_V / volts, nan=HIGHEST_MA_CM2)
    searched, limit = search.largest(np.minimum(np.where(solid, enough, local), ohmic))
    names = [SEARCHED[i] if i >= 0 else "highest_reported" for i in limit]
    for at in np.flatnonzero(interface <= (1.0 + ROUNDING) * searched):
        names[int(at)] = acting_there[int(at)]
    return np.minimum(searched, interface), names, searched


def interface_current(
    designs: CompleteDesigns, area_gain: Float[Array, " {len(designs)}"], parameters: PhysicsParameters
) -> tuple[Float[Array, " {len(designs)}"], dict[int, str]]:
    """Return what the interface of each solid bears: a closed law, of which only the gain has to be simulated.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    area_gain : ndarray (n,)
        Geometric over largest local current density at the design's own current.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    current : ndarray (n,)
        mA cm-2; inf in liquids, gels and polymers.
    acting : dict of int to str
        Row of a solid -> the name of what sets the limit.
    """
    solid = ~np.isin(_kinds(designs, parameters.materials), sorted(LIQUID_KINDS))
    rows, bound = np.flatnonzero(solid), np.full(len(designs), np.inf)
    names: dict[int, str] = {}
    if not len(rows):
        return bound, names
    pellets = designs.take(rows)
    inner = inner_factor(pellets, area_gain[rows], parameters)
    for name, value in interface_limits(pellets, parameters).items():
        limit = np.maximum(value * inner, LOWEST_MA_CM2)
        lower = limit < bound[rows]
        bound[rows[lower]] = limit[lower]
        names.update(dict.fromkeys(rows[lower].tolist(), name))
    return bound, names


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
    ratio = interface_current(designs, area_gain, parameters)[0] / current
    left = np.flatnonzero(ratio >= 1.0)  # only these are worth a run
    if len(left):
        search = _Search(
            designs.take(left),
            dead_fraction[left],
            np.full(len(left), np.inf),
            parameters,
            None,
            workers,
            None,
        )
        worst = search.margins(np.arange(len(left)), current[left]).max(axis=1)
        ratio[left] = np.minimum(ratio[left], np.exp(-worst))
    return np.asarray(ratio)


def inner_factor(
    designs: CompleteDesigns, area_gain: Float[Array, " {len(designs)}"], parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the gain in critical current by the inner surface that plating makes use of.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    area_gain : ndarray (n,)
        Geometric over largest local current density.
    parameters : PhysicsParameters
        For its exponent of the real area, and material entries.

    Returns
    -------
    ndarray (n,)
        At least 1: by the local current of plating, or by the wired walls of a scaffold if that is more.
    """
    plated = np.maximum(area_gain, 1.0) ** parameters.critical_current.area_exponent
    return np.asarray(np.maximum(plated, wired_gain(designs, parameters)))


def _kinds(designs: CompleteDesigns, tables: MaterialTables) -> NDArray[np.str_]:
    return np.array([tables.electrolyte(str(name)).kind for name in designs.text("electrolyte")])


class _Search:
    """Root of the largest margin in ln(current), all n designs at once.

    A current near the root is guessed and moved until the margin changes its sign; Chandrupatla's method
    finds the root between the last two. A design that is limited everywhere gets the lowest current searched, one
    that is limited nowhere the highest. Nothing is looked for above ``enough`` (n,), the limit of a solid's
    interface or its own current; inf in a liquid.
    """

    def __init__(
        self,
        designs: CompleteDesigns,
        dead: Array,
        enough: Array,
        parameters: PhysicsParameters,
        packed: plating.Packed | None,
        workers: int | None,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.parameters, self.enough = parameters, enough
        self.workers, self.progress = workers, progress
        self.packed = (
            plating.pack(designs, parameters, cells=SEARCH_CELLS)
            if packed is None
            else with_cells(packed, designs, parameters, SEARCH_CELLS)
        )
        self.packed.protocols.voltage_limit[:] = parameters.critical_current.voltage_V
        self.wet = np.isin(_kinds(designs, parameters.materials), sorted(LIQUID_KINDS))
        self.acting = np.full(len(designs), -1)
        constants = parameters.critical_current
        capacity = designs.column("areal_capacity_mAh_cm2")
        self.allowed = (
            constants.local_limit_mA_cm2
            * np.sqrt(constants.reference_dead / dead)
            * capacity**-constants.capacity_exponent
        )
        self.unhurried = np.full(len(designs), np.nan)  # found where it is asked for

    def largest(self, guess: Array) -> tuple[Array, NDArray[np.int_]]:
        """Largest currents (n,), mA cm-2, and the index in SEARCHED of what acts, -1 where nothing does.

        guess (n,): currents to start from; a possible one that is enough is returned.
        """
        ends, margins = self._bracket(np.clip(np.log(guess), *BRACKET))
        possible = margins < 0.0
        found = np.where(possible[:, 1], ends[:, 1], ends[:, 0])
        self.acting[possible[:, 1]] = -1
        between, n = np.flatnonzero(possible[:, 0] & ~possible[:, 1]), len(found)
        if len(between):
            found[between] = find_roots(
                lambda log_current, rows: self._worst(log_current, between[rows]), ends[between], margins[between],
                close=CLOSE, most_rounds=MOST_ROUNDS, progress=lambda done: self._report(done + n - len(between), n),
            )  # fmt: skip
        return np.exp(found), self.acting

    def _report(self, done: int, of: int) -> None:
        if self.progress is not None:
            self.progress(done, of)

    def _bracket(self, start: Array) -> tuple[Array, Array]:
        """Lower and upper ln(current), (n, 2), and the margins there: of unlike sign, or none was found.

        Both are the same where a current is enough, and at the end of what is searched where the sign is the same
        everywhere.
        """
        at = start.copy()
        value = self._worst(at, np.arange(len(at)))
        up, step = value < 0.0, np.minimum(OVERSHOT * np.abs(value) + CLOSE, LONGEST_STEP)
        ends, margins = np.column_stack([at, at]), np.column_stack([value, value])
        while True:
            crossed = (margins[:, 0] < 0.0) != (margins[:, 1] < 0.0)
            last = np.where(
                up, (at >= BRACKET[1]) | (np.exp(at) >= (1.0 - ROUNDING) * self.enough), at <= BRACKET[0]
            )
            rows = np.flatnonzero(~crossed & ~last)
            if not len(rows):
                break
            moved = np.clip(at[rows] + np.where(up[rows], step[rows], -step[rows]), *BRACKET)
            new = self._worst(moved, rows)
            rising = up[rows, None]
            ends[rows] = np.where(rising, np.stack([at[rows], moved], 1), np.stack([moved, at[rows]], 1))
            margins[rows] = np.where(rising, np.stack([value[rows], new], 1), np.stack([new, value[rows]], 1))
            at[rows], value[rows] = moved, new
            step[rows] *= STEP_GROWTH
        same = ~crossed
        ends[same], margins[same] = at[same, None], value[same, None]
        return ends, margins

    def _unhurried(self, rows: NDArray[np.int_]) -> Array:
        """Share of the lithium on the top face of designs (m,) at the lowest current, found once."""
        new = rows[np.isnan(self.unhurried[rows])]
        if len(new):
            slow = self.packed.take(new)
            slow.set_current(np.full(len(new), LOWEST_MA_CM2 * MA_PER_CM2))
            self.unhurried[new] = _top_share(_plate(slow, self.workers))
        return self.unhurried[rows]

    def _worst(self, log_current: Array, rows: NDArray[np.int_]) -> Array:
        """Largest margin (m,) of designs at ln(current) (m,); what acts is kept."""
        margins = self.margins(rows, np.exp(log_current))
        self.acting[rows] = margins.argmax(axis=1)
        return np.asarray(margins.max(axis=1))

    def margins(self, rows: NDArray[np.int_], current: Array) -> Array:
        """ln(what a run does / what is allowed), (m, len(SEARCHED)), of designs at currents (m,) in mA cm-2.

        Overgrowth that is no limit even as if nothing had lain on top at the lowest current stays so: a run less.
        """
        constants, packed, wet = self.parameters.critical_current, self.packed.take(rows), self.wet[rows]
        packed.set_current(current * MA_PER_CM2)
        cycled = _plate(packed, self.workers)
        plated = cycled.plated
        end, charge = plated.end, packed.protocols.charge
        short = -np.log(np.clip(plated.passed / charge, 1e-6, 1.0))  # 0 where all of the charge passed
        mobile = packed.cells.frozen < 0.5
        least = np.nan_to_num(plated.least_top / packed.cells.salt, nan=1.0)
        dropped = np.log(np.clip(1.0 - least, 1e-6, 1.0) / (1.0 - self.parameters.plating.depleted))
        highest = np.nan_to_num(plated.highest, nan=0.0)
        voltage = np.log(np.clip(highest / constants.voltage_V, 1e-6, None))
        peak = np.nan_to_num(plated.peak / MA_PER_CM2, nan=0.0)
        focused = (
            current ** (1.0 - constants.area_exponent) * np.maximum(peak, 1e-9) ** constants.area_exponent
        )
        stopped = (end == k.VOLTAGE) | (end == k.FAILED)
        depletion = np.where(mobile, np.where(end == k.SALT_GONE, np.maximum(short, CLOSE), dropped), NEVER)
        polarised = np.where(stopped, np.maximum(short, CLOSE), voltage)
        local = np.where(wet, np.log(focused / self.allowed[rows]), NEVER)

        def crowded(top_share: Array) -> Array:
            return np.asarray(np.log(np.maximum(top_share, 1e-6) / constants.overgrown_top_share))

        on_top, grows = _top_share(cycled), wet & ~packed.planar
        overgrowth = np.where(grows, crowded(on_top), NEVER)
        asked = np.flatnonzero(grows & (overgrowth >= np.maximum(np.maximum(depletion, polarised), local)))
        overgrowth[asked] = crowded(on_top[asked] - self._unhurried(rows[asked]))
        return np.column_stack([depletion, polarised, overgrowth, local])


def _plate(packed: plating.Packed, workers: int | None) -> plating.Cycled:
    return plating.run(packed, steps=SEARCH_STEPS, separator_cells=SEARCH_SEPARATOR, workers=workers)


def _top_share(cycled: plating.Cycled) -> Array:
    placed = cycled.lithium.placed
    return np.asarray(placed[:, 0] / np.maximum(placed.sum(axis=1), 1e-300))
