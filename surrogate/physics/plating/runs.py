"""Plate many designs, strip them again, and read off their states.

``run`` drives the compiled kernel, threads over chunks; ``states`` turns its numbers into one row of outputs a
design, with an outcome for every row.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics.accounting import host_capacity_mAh_cm2, thickness_change_pct
from surrogate.physics.constants import MA_PER_CM2, MAH_PER_CM2
from surrogate.physics.plating import batch
from surrogate.physics.plating import structures as k
from surrogate.physics.plating.inputs import CELLS, Packed, pack
from surrogate.physics.plating.structures import Places, Summary

__all__ = ["CELLS", "SEPARATOR_CELLS", "STEPS", "Cycled", "Packed", "pack", "run", "states"]

Array = NDArray[np.float64]

SEPARATOR_CELLS, STEPS = 8, 50
CHUNK = 25  # designs a thread takes at once, fewer where a thread had none; the numbers do not depend on it
LEAST_A_THREAD = 2  # designs: fewer are not worth handing over
CHUNKS_A_THREAD = 3  # at least, where there are enough designs: one that takes long leaves no thread idle


@dataclass(frozen=True)
class Cycled:
    """Kernel output of n designs.

    Attributes
    ----------
    plated_rows, stripped_rows : array (n, 9)
        A row a design, in the order of the fields of :class:`Summary`; :attr:`plated` and :attr:`stripped` read it by
        name.
    lithium_rows : array (n, 4, cells + 2)
        The same of :class:`Places`; see :attr:`lithium`.
    """

    plated_rows: Array
    stripped_rows: Array
    lithium_rows: Array

    @property
    def plated(self) -> Summary:
        """The plating half cycle, (n,) each."""
        return Summary(*self.plated_rows.T)

    @property
    def stripped(self) -> Summary:
        """The stripping half cycle, (n,) each."""
        return Summary(*self.stripped_rows.T)

    @property
    def lithium(self) -> Places:
        """Where lithium is, (n, cells + 2) each, C m-2."""
        return Places(*self.lithium_rows.swapaxes(0, 1))


def run(
    packed: Packed,
    *,
    steps: int = STEPS,
    separator_cells: int = SEPARATOR_CELLS,
    strip_to_V: float = 0.0,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Cycled:
    """Plate every packed design, and strip it again if asked.

    Parameters
    ----------
    packed : Packed
        n designs.
    steps : int
        Uniform time steps of a half cycle.
    separator_cells : int
        Cells of the separator.
    strip_to_V : float
        Cutoff of stripping beyond the voltage at the end of plating, V; 0 plates only.
    workers : int or None
        Threads at most, None for one a core; fewer for few designs. The numbers do not depend on it.
    progress : callable or None
        Called with (done, n) from this thread.

    Returns
    -------
    Cycled
    """
    n = len(packed.planar)
    plated, stripped = np.full((2, n, len(Summary._fields)), np.nan)
    lithium = np.zeros((n, len(Places._fields), packed.host_rows.shape[2] + 2))
    cutoff = np.full(n, strip_to_V)
    threads = max(1, min(workers or os.cpu_count() or 1, n // LEAST_A_THREAD))
    size = max(1, min(CHUNK, n // (CHUNKS_A_THREAD * threads)))

    def chunk(start: int) -> int:
        rows = slice(start, start + size)
        part = packed.take(rows)
        batch.cycle_all(
            part.protocol_rows, part.cell_rows, part.host_rows, part.planar, part.constants, separator_cells, steps,
            cutoff[rows], plated[rows], stripped[rows], lithium[rows],
        )  # fmt: skip
        return min(start + size, n)

    for done in (_pool(threads, os.getpid()).map if threads > 1 else map)(chunk, range(0, n, size)):
        if progress is not None:
            progress(done, n)
    return Cycled(plated, stripped, lithium)


@lru_cache(maxsize=4)
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    """Return threads that are kept for the next designs: one takes as long to start as several designs to plate.

    A process that was forked has none of its parent's, and makes its own.
    """
    return ThreadPoolExecutor(threads, thread_name_prefix="plating")


def states(
    designs: CompleteDesigns,
    packed: Packed,
    cycled: Cycled,
    mostly_outside: float,
    tables: MaterialTables | None = None,
) -> pd.DataFrame:
    """Return one row of outputs a design: shares, voltages, peak current, least salt, outcome, what stripping left.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    packed : Packed
        Their input.
    cycled : Cycled
        Their output.
    mostly_outside : float
        Share of the lithium outside the pores from which a porous host is called overgrown.
    tables : MaterialTables or None
        Entries of agents; None for the shipped ones.

    Returns
    -------
    DataFrame
        n rows; units are in the names of the columns.
    """
    return pd.DataFrame(state_columns(designs, packed, cycled, mostly_outside, tables), index=designs.index)


def state_columns(
    designs: CompleteDesigns,
    packed: Packed,
    cycled: Cycled,
    mostly_outside: float,
    tables: MaterialTables | None = None,
) -> dict[str, Any]:
    """Return the columns of :func:`states`, (n,) each; a table of them takes as long as all of them.

    Parameters
    ----------
    designs, packed, cycled, mostly_outside, tables
        As in :func:`states`.

    Returns
    -------
    dict of str to ndarray (n,)
        ``outcome`` is a list of str.
    """
    plated, total, placed = cycled.plated, _plated(cycled), cycled.lithium.placed
    width = np.where(
        packed.planar[:, None], 1.0, packed.hosts.width
    )  # a foil has no depth, nor lithium in it
    width = width / width.sum(axis=1, keepdims=True)
    lower = np.cumsum(width, axis=1)
    depth = lower - 0.5 * width
    below = np.clip((lower - 0.5) / width, 0.0, 1.0)  # share of each cell in the bottom half
    charge, passed = packed.protocols.charge, plated.passed
    out: dict[str, Any] = {}
    capacity = host_capacity_mAh_cm2(designs, tables)
    inside = (total - placed[:, 0]) / MAH_PER_CM2
    outside = placed[:, 0] / MAH_PER_CM2 + np.maximum(inside - capacity, 0.0)
    out["outcome"] = _outcomes(
        plated.end, np.where(packed.planar, 0.0, outside / (total / MAH_PER_CM2)), mostly_outside
    )
    plateau = 1e3 * plated.plateau
    out["plateau_overpotential_mV"] = plateau
    out["nucleation_overpotential_mV"] = np.maximum(1e3 * plated.spike - plateau, 0.0)
    out["bottom_half_share"] = ((placed[:, 1:-1] * below).sum(axis=1) + placed[:, -1]) / total
    out["top_face_share"] = placed[:, 0] / total
    out["li_centroid"] = ((placed[:, 1:-1] * depth).sum(axis=1) + placed[:, -1]) / total
    out["peak_local_current_density_mA_cm2"] = plated.peak / MA_PER_CM2
    out["min_concentration_ratio"] = np.where(
        packed.cells.frozen > 0.5, 1.0, plated.least / packed.cells.salt
    )
    out["plated_area_ratio"] = _plated_area(packed, cycled.lithium.plated)
    out["host_capacity_mAh_cm2"] = capacity
    out["thickness_change_pct"] = thickness_change_pct(outside, designs.column("thickness_um"))
    done = plated.end == k.DONE
    out["charge_error"] = np.where(done, np.abs(total / charge - 1.0), np.nan)
    out["charge_passed_share"] = passed / charge
    return out | _stripping(cycled)


def _plated(cycled: Cycled) -> Array:
    return np.asarray(np.maximum(cycled.lithium.placed.sum(axis=1), 1e-300))


def _stripping(cycled: Cycled) -> dict[str, Array]:
    """Return what stripping gave back and what it left (n,); NaN where nothing was stripped.

    stranded: live lithium that is still in the host at the cutoff, cut off from electrons or from salt.
    """
    stripped, total = cycled.stripped, _plated(cycled)
    ran = stripped.end != k.NOT_RUN

    def share(amount: Array) -> Array:
        return np.where(ran, amount / total, np.nan)

    return {
        "stripping_overpotential_mV": 1e3 * stripped.plateau,
        "stripped_share": share(stripped.passed),
        "stranded_lithium_share": share(cycled.lithium.left.sum(axis=1)),
        "dead_lithium_share": share(cycled.lithium.dead.sum(axis=1)),
    }


def _plated_area(packed: Packed, lithium: Array) -> Array:
    """Real area under lithium over geometric area, (n,): each node's area times its coverage."""
    cells, hosts = packed.cells, packed.hosts
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = 4.0 * hosts.porosity * hosts.width / hosts.pore
    area = np.column_stack([cells.top_area, np.nan_to_num(inner), cells.foil_area])
    film = np.maximum(lithium, 0.0) * k.LITHIUM_PER_COULOMB / np.maximum(area, 1e-12)
    return np.asarray((area * -np.expm1(-film / cells.covering[:, None])).sum(axis=1))


ENDS = {k.DONE: "completed", k.SALT_GONE: "depleted", k.VOLTAGE: "voltage_cutoff", k.FAILED: "not_converged"}


def _outcomes(ends: Array, outside: Array, mostly_outside: float) -> list[str]:
    """How each plating run ended.

    completed: all of the capacity plated; overgrown: the same, but more than that share of it lies outside the pores
    of a porous host; depleted: the salt ran out somewhere; voltage_cutoff: the voltage limit was reached;
    not_converged: the solver gave up (a numerical failure, counted and never hidden).
    """
    found = [ENDS[int(end)] for end in ends]
    return [
        "overgrown" if name == "completed" and out > mostly_outside else name
        for name, out in zip(found, outside, strict=True)
    ]
