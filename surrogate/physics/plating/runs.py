"""Plate many designs, strip them again, and read off their states.

``run`` drives the compiled kernel, threads over chunks; ``states`` turns its numbers into one row of outputs a
design, with an outcome for every row.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.physics.accounting import host_capacity_mAh_cm2, thickness_change_pct
from surrogate.physics.constants import MA_PER_CM2, MAH_PER_CM2
from surrogate.physics.plating import batch
from surrogate.physics.plating import layout as k
from surrogate.physics.plating.inputs import CELLS, Packed, pack

__all__ = ["CELLS", "SEPARATOR_CELLS", "STEPS", "Cycled", "Packed", "pack", "run", "states"]

Array = NDArray[np.float64]

SEPARATOR_CELLS, STEPS = 8, 50
STRIPPING_CUTOFF = 1.0  # V against lithium, the usual end of stripping in a half cell (001_89b681a870519680)
CHUNK = 25  # designs a thread takes at once; the numbers do not depend on it
# Share of the lithium outside the pores above which a completed porous host is called overgrown.
MOSTLY_OUTSIDE = 0.5


@dataclass(frozen=True)
class Cycled:
    """Kernel output of n designs; ``batch`` says what stands in which column.

    plated, stripped: (n, SUMMARY). lithium: (n, PLACES, cells + 2) in C m-2: top face, cells, foil.
    """

    plated: Array
    stripped: Array
    lithium: Array


def run(
    packed: Packed,
    *,
    steps: int = STEPS,
    separator_cells: int = SEPARATOR_CELLS,
    strip: bool = False,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Cycled:
    """Plate every packed design, and strip it again if asked; the same numbers for any number of workers.

    workers: threads, None for one a core. progress: called with (done, total) from this thread.
    """
    n = len(packed.planar)
    plated, stripped = np.full((n, batch.SUMMARY), np.nan), np.full((n, batch.SUMMARY), np.nan)
    lithium = np.zeros((n, batch.PLACES, packed.hosts.shape[2] + 2))
    cutoff = np.full(n, STRIPPING_CUTOFF if strip else 0.0)

    def one(start: int) -> int:
        rows = slice(start, start + CHUNK)
        batch.cycle_all(
            packed.scalars[rows], packed.hosts[rows], packed.planar[rows], separator_cells, steps,
            cutoff[rows], plated[rows], stripped[rows], lithium[rows],
        )  # fmt: skip
        return min(start + CHUNK, n)

    starts, threads = range(0, n, CHUNK), workers or os.cpu_count() or 1
    with ThreadPoolExecutor(threads) if threads > 1 and n > CHUNK else nullcontext() as pool:
        for done in (pool.map if pool else map)(one, starts):
            if progress is not None:
                progress(done, n)
    return Cycled(plated, stripped, lithium)


def states(designs: pd.DataFrame, packed: Packed, cycled: Cycled) -> pd.DataFrame:
    """One row of outputs a design: shares, voltages, peak current, least salt, outcome, what stripping left."""
    plated, total, placed = cycled.plated, _plated(cycled), cycled.lithium[:, batch.PLACED]
    width = np.where(
        packed.planar[:, None], 1.0, packed.hosts[:, k.WIDTH]
    )  # a foil has no depth, nor lithium in it
    width = width / width.sum(axis=1, keepdims=True)
    lower = np.cumsum(width, axis=1)
    depth = lower - 0.5 * width
    below = np.clip((lower - 0.5) / width, 0.0, 1.0)  # share of each cell in the bottom half
    charge, passed = packed.scalars[:, k.CHARGE], plated[:, batch.PASSED]
    out = pd.DataFrame(index=designs.index)
    capacity = host_capacity_mAh_cm2(designs)
    inside = (total - placed[:, 0]) / MAH_PER_CM2
    outside = placed[:, 0] / MAH_PER_CM2 + np.maximum(inside - capacity, 0.0)
    out["outcome"] = _outcomes(
        plated[:, batch.END], np.where(packed.planar, 0.0, outside / (total / MAH_PER_CM2))
    )
    plateau = 1e3 * plated[:, batch.VOLTAGE_PLATEAU]
    out["plateau_overpotential_mV"] = plateau
    out["nucleation_overpotential_mV"] = np.maximum(1e3 * plated[:, batch.SPIKE] - plateau, 0.0)
    out["bottom_half_share"] = ((placed[:, 1:-1] * below).sum(axis=1) + placed[:, -1]) / total
    out["top_face_share"] = placed[:, 0] / total
    out["li_centroid"] = ((placed[:, 1:-1] * depth).sum(axis=1) + placed[:, -1]) / total
    out["peak_local_current_density_mA_cm2"] = plated[:, batch.PEAK] / MA_PER_CM2
    out["min_concentration_ratio"] = np.where(
        packed.scalars[:, k.FROZEN] > 0.5, 1.0, plated[:, batch.LEAST] / packed.scalars[:, k.SALT]
    )
    out["plated_area_ratio"] = _plated_area(packed, cycled.lithium[:, batch.PLATED])
    out["host_capacity_mAh_cm2"] = capacity
    out["thickness_change_pct"] = thickness_change_pct(outside, designs["thickness_um"])
    done = plated[:, batch.END] == k.DONE
    out["charge_error"] = np.where(done, np.abs(total / charge - 1.0), np.nan)
    out["charge_passed_share"] = passed / charge
    return pd.concat([out, _stripping(designs, cycled)], axis=1)


def _plated(cycled: Cycled) -> Array:
    return np.asarray(np.maximum(cycled.lithium[:, batch.PLACED].sum(axis=1), 1e-300))


def _stripping(designs: pd.DataFrame, cycled: Cycled) -> pd.DataFrame:
    """What stripping gave back and what it left; NaN where nothing was stripped.

    stranded: live lithium that is still in the host at the cutoff, cut off from electrons or from salt.
    """
    stripped, total = cycled.stripped, _plated(cycled)
    ran = stripped[:, batch.END] != batch.NOT_RUN
    out = pd.DataFrame(index=designs.index)

    def share(amount: Array) -> Array:
        return np.where(ran, amount / total, np.nan)

    out["stripping_overpotential_mV"] = 1e3 * stripped[:, batch.VOLTAGE_PLATEAU]
    out["stripped_share"] = share(stripped[:, batch.PASSED])
    out["stranded_lithium_share"] = share(cycled.lithium[:, batch.LEFT].sum(axis=1))
    out["dead_lithium_share"] = share(cycled.lithium[:, batch.DEAD].sum(axis=1))
    return out


def _plated_area(packed: Packed, lithium: Array) -> Array:
    """Real area under lithium over geometric area, (n,): each node's area times its coverage."""
    p, hosts = packed.scalars, packed.hosts
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = 4.0 * hosts[:, k.POROSITY] * hosts[:, k.WIDTH] / hosts[:, k.PORE]
    area = np.column_stack([p[:, k.TOP_AREA], np.nan_to_num(inner), p[:, k.FOIL_AREA]])
    film = np.maximum(lithium, 0.0) * k.LITHIUM_PER_COULOMB / np.maximum(area, 1e-12)
    return np.asarray((area * -np.expm1(-film / p[:, [k.COVERING]])).sum(axis=1))


ENDS = {k.DONE: "completed", k.SALT_GONE: "depleted", k.VOLTAGE: "voltage_cutoff", k.FAILED: "not_converged"}


def _outcomes(ends: Array, outside: Array) -> list[str]:
    """How each plating run ended.

    completed: all of the capacity plated; overgrown: the same, but more than half of it lies outside the pores
    of a porous host; depleted: the salt ran out somewhere; voltage_cutoff: the voltage limit was reached;
    not_converged: the solver gave up (a numerical failure, counted and never hidden).
    """
    found = [ENDS[int(end)] for end in ends]
    return [
        "overgrown" if name == "completed" and out > MOSTLY_OUTSIDE else name
        for name, out in zip(found, outside, strict=True)
    ]
