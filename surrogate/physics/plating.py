"""Plate many designs and read off their states.

``run`` drives the compiled kernel, threads over chunks; ``states`` turns its numbers into one row of plating
outputs a design, with an outcome for every row.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.physics import batch
from surrogate.physics import layout as k
from surrogate.physics.accounting import host_capacity_mAh_cm2, thickness_change_pct
from surrogate.physics.constants import MA_PER_CM2, MAH_PER_CM2
from surrogate.physics.packing import CELLS, Packed, mesh, pack

__all__ = ["CELLS", "SEPARATOR_CELLS", "STEPS", "Packed", "Plated", "mesh", "pack", "run", "states"]

Array = NDArray[np.float64]

SEPARATOR_CELLS, STEPS = 8, 50
CHUNK = 25  # designs a thread takes at once; the numbers do not depend on it
MOSTLY_ON_TOP = (
    0.5  # share of lithium on the top face above which a completed porous host is called overgrown
)


@dataclass(frozen=True)
class Plated:
    """Kernel output of n designs: summary (n, SUMMARY); lithium (n, cells + 2) in C m-2: top face, cells, foil."""

    summary: Array
    lithium: Array


def run(
    packed: Packed,
    *,
    steps: int = STEPS,
    separator_cells: int = SEPARATOR_CELLS,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plated:
    """Plate every packed design; threads over chunks, the same numbers for any number of workers.

    workers: threads, None for one a core. progress: called with (done, total) from this thread.
    """
    n = len(packed.planar)
    summary = np.full((n, batch.SUMMARY), np.nan)
    lithium = np.zeros((n, packed.hosts.shape[2] + 2))

    def one(start: int) -> int:
        rows = slice(start, start + CHUNK)
        batch.plate_all(
            packed.scalars[rows], packed.hosts[rows], packed.planar[rows],
            separator_cells, steps, summary[rows], lithium[rows],
        )  # fmt: skip
        return min(start + CHUNK, n)

    starts = range(0, n, CHUNK)
    with ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1) as pool:
        for done in pool.map(one, starts):
            if progress is not None:
                progress(done, n)
    return Plated(summary, lithium)


def states(designs: pd.DataFrame, packed: Packed, plated: Plated) -> pd.DataFrame:
    """One row of plating outputs a design: shares, voltages, peak current, least salt, outcome, charge error."""
    summary, lithium = plated.summary, plated.lithium
    cells = packed.hosts.shape[2]
    total = np.maximum(lithium.sum(axis=1), 1e-300)
    width, depth = mesh(cells)
    edges = np.concatenate([[0.0], np.cumsum(width)])
    below = np.clip((edges[1:] - 0.5) / width, 0.0, 1.0)  # share of each cell in the bottom half
    in_cells, on_foil = lithium[:, 1:-1], lithium[:, -1]
    top = lithium[:, 0] / total
    charge = packed.scalars[:, k.CHARGE]
    passed = summary[:, batch.S_PASSED]
    out = pd.DataFrame(index=designs.index)
    capacity = host_capacity_mAh_cm2(designs)
    inside = (total - lithium[:, 0]) / MAH_PER_CM2
    outside = lithium[:, 0] / MAH_PER_CM2 + np.maximum(inside - capacity, 0.0)
    out["outcome"] = _outcomes(
        summary[:, batch.S_END], np.where(packed.planar, 0.0, outside / (total / MAH_PER_CM2))
    )
    plateau = 1e3 * summary[:, batch.S_PLATEAU]
    out["plateau_overpotential_mV"] = plateau
    out["nucleation_overpotential_mV"] = np.maximum(1e3 * summary[:, batch.S_SPIKE] - plateau, 0.0)
    out["bottom_half_share"] = (in_cells @ below + on_foil) / total
    out["top_face_share"] = top
    out["li_centroid"] = (in_cells @ depth + on_foil) / total
    out["peak_local_current_density_mA_cm2"] = summary[:, batch.S_PEAK] / MA_PER_CM2
    # A run that found its salt gone before the end of its first step has no history of it.
    least = np.where(
        (summary[:, batch.S_END] == k.SALT_GONE) & np.isnan(summary[:, batch.S_LEAST]),
        0.0,
        summary[:, batch.S_LEAST],
    )
    out["min_concentration_ratio"] = np.where(
        packed.scalars[:, k.FROZEN] > 0.5, 1.0, least / packed.scalars[:, k.SALT]
    )
    out["plated_area_ratio"] = _plated_area(packed, lithium)
    out["host_capacity_mAh_cm2"] = capacity
    out["thickness_change_pct"] = thickness_change_pct(outside, designs["thickness_um"])
    done = summary[:, batch.S_END] == k.DONE
    out["charge_error"] = np.where(done, np.abs(passed / charge - 1.0), np.nan)
    out["charge_passed_share"] = passed / charge
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
    """How each run ended.

    completed: all of the capacity plated; overgrown: the same, but more than half of it lies outside the pores
    of a porous host; depleted: the salt ran out somewhere; voltage_cutoff: the voltage limit was reached;
    not_converged: the solver gave up (a numerical failure, counted and never hidden).
    """
    found = [ENDS[int(end)] for end in ends]
    return [
        "overgrown" if name == "completed" and out > MOSTLY_ON_TOP else name
        for name, out in zip(found, outside, strict=True)
    ]
