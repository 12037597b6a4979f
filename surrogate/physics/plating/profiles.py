"""What happens inside one host while it is plated and stripped: depth profiles over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.ageing import fitted as constants
from surrogate.physics.ageing.law import dead_fraction
from surrogate.physics.constants import MAH_PER_CM2
from surrogate.physics.plating import batch
from surrogate.physics.plating import inputs as packing
from surrogate.physics.plating import layout as k
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.nodes import front

Array = NDArray[np.float64]


def profile(
    design: CompleteDesigns | pd.Series | pd.DataFrame, *, cycles: float = 0.5, losses: bool = True
) -> dict[str, Any]:
    """Depth profiles of one design over time.

    design: one row. cycles: 0.5 plates once, 1 strips again, 2 does both twice, and so on; one that does not
    complete is the last. losses: whether stripping leaves dead lithium behind.

    Returns arrays over time (T,) and depth (N,): ``time_h``, ``charge_mAh_cm2`` (in the host, live), ``voltage_mV``
    (negative in stripping), ``half_cycle`` (0, 1, 2 ...; even ones plate); (N,): ``depth_um``,
    ``z``, ``width_um``; (T, N):
    ``lithium_mAh_cm3`` and ``pore_fill`` (live and dead, what grew up from the foil included),
    ``concentration_mol_m3``, ``drive_mV`` (plating drive, phi_l - phi_s); (T,): ``top_face_mAh_cm2``,
    ``foil_mAh_cm2`` (grown from the foil), ``dead_mAh_cm2``; ``outcomes``, one a half cycle, and ``outcome``,
    that of the first plating. A planar foil has N = 0.

    Raises DesignError, MaterialError or UnitError for a design that cannot be read; ValueError for less than
    half a cycle.
    """
    halves = round(2.0 * cycles)
    if halves < 1 or abs(halves - 2.0 * cycles) > 1e-9:
        raise ValueError(f"cycles is {cycles}: give 0.5, 1, 1.5, 2 ...")
    given = design.to_frame().T if isinstance(design, pd.Series) else design
    complete = CompleteDesigns.of(given).frame.iloc[[0]]
    packed = plating.pack(complete)
    p, host, planar = packed.scalars[0], packed.hosts[0], bool(packed.planar[0])
    if losses:
        packing.leave_dead(packed, dead_fraction(complete), constants.shipped())
    top = plating.SEPARATOR_CELLS
    state = np.zeros((k.STATE, top + (1 if planar else plating.CELLS + 2)))
    at_rest(p, state)
    histories, records, ends = _half_cycles(p, host, top, halves, state)
    lengths = [len(one) for one in histories]
    history, record = np.concatenate(histories), np.concatenate(records)
    out = _spatial(host, top, record, planar)
    elapsed = history[:, k.H_CHARGE] / abs(p[k.CURRENT]) / 3600.0
    starts = np.concatenate([[0.0], np.cumsum([elapsed[e - 1] for e in np.cumsum(lengths)])[:-1]])
    out["time_h"] = elapsed + np.repeat(starts, lengths)
    out["voltage_mV"] = 1e3 * history[:, k.H_VOLTAGE]
    out["half_cycle"] = np.repeat(np.arange(len(lengths)), lengths)
    out["outcomes"] = [plating.ENDS[end] for end in ends]
    out["outcome"] = out["outcomes"][0]
    return out


def _half_cycles(
    p: Array, host: Array, top: int, halves: int, state: Array
) -> tuple[list[Array], list[Array], list[int]]:
    """Histories (T, HISTORY), states (T, STATE, n) and ends of alternate plating and stripping."""
    rows = batch.ROWS_PER_STEP * plating.STEPS
    histories: list[Array] = []
    records: list[Array] = []
    ends: list[int] = []
    charge, current, limit = p[k.CHARGE], p[k.CURRENT], p[k.VOLTAGE_LIMIT]
    for half in range(halves):
        stripping = half % 2 == 1
        p[k.CURRENT] = -current if stripping else current
        p[k.CHARGE] = state[k.S_LIVE].sum() if stripping else charge
        p[k.VOLTAGE_LIMIT] = limit
        if stripping:
            p[k.VOLTAGE_LIMIT] = plating.STRIPPING_CUTOFF + abs(histories[-1][-1, k.H_VOLTAGE])
        history, record = np.zeros((rows, k.HISTORY)), np.zeros((rows, k.STATE, state.shape[1]))
        end, steps, _ = half_cycle(p, host, top, plating.STEPS, history, record, state)
        histories.append(history[:steps])
        records.append(record[:steps])
        ends.append(int(end))
        emptied = stripping and end == k.VOLTAGE  # how stripping usually ends
        if end != k.DONE and not emptied:
            break
    return histories, records, ends


def _spatial(host: Array, top: int, record: Array, planar: bool) -> dict[str, Any]:
    """Depth profiles of recorded states (T, STATE, n)."""
    n = record.shape[2]
    inner = slice(top + 1, n - 1 if not planar else top + 1)
    width = np.zeros(0) if planar else host[k.WIDTH]
    pores = np.zeros(0) if planar else host[k.WIDTH] * host[k.POROSITY]
    depth = np.zeros(0) if planar else np.cumsum(width) - 0.5 * width
    held = record[:, k.S_LIVE] + record[:, k.S_DEAD]
    lithium = held[:, inner].copy()
    if not planar:
        under = np.zeros(n)
        for row in range(len(record)):
            front(host, top, held[row], under)
            share = under[inner] * np.maximum(pores - held[row, inner] * k.LITHIUM_PER_COULOMB, 0.0)
            lithium[row] += held[row, -1] * share / max(share.sum(), 1e-300)
    return {
        "charge_mAh_cm2": record[:, k.S_LIVE].sum(axis=1) / MAH_PER_CM2,
        "depth_um": 1e6 * depth,
        "width_um": 1e6 * width,
        "z": depth / max(width.sum(), 1e-300),
        "lithium_mAh_cm3": lithium / np.where(width > 0, width, 1.0) / MAH_PER_CM2 * 1e-2,
        "pore_fill": lithium * k.LITHIUM_PER_COULOMB / np.where(pores > 0, pores, 1.0),
        "concentration_mol_m3": record[:, k.S_SALT, inner],
        "drive_mV": 1e3 * record[:, k.S_DRIVE, inner],
        "top_face_mAh_cm2": held[:, top] / MAH_PER_CM2,
        "foil_mAh_cm2": (np.zeros(len(record)) if planar else held[:, -1]) / MAH_PER_CM2,
        "dead_mAh_cm2": record[:, k.S_DEAD].sum(axis=1) / MAH_PER_CM2,
    }
