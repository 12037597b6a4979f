"""What happens inside one host while it is plated and stripped: depth profiles over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.ageing.law import dead_fraction
from surrogate.physics.constants import MAH_PER_CM2
from surrogate.physics.parameters import PhysicsParameters, shipped_parameters
from surrogate.physics.plating import batch, inputs
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.nodes import front
from surrogate.physics.plating.structures import (
    DONE,
    LITHIUM_PER_COULOMB,
    VOLTAGE,
    History,
    Model,
    NodeState,
    Protocol,
    new_history,
    new_state,
)

Array = NDArray[np.float64]


def profile(
    design: CompleteDesigns | pd.Series | pd.DataFrame,
    parameters: PhysicsParameters | None = None,
    *,
    cycles: float = 0.5,
    losses: bool = True,
) -> dict[str, Any]:
    """Return depth profiles of one design over time.

    Parameters
    ----------
    design : Series, DataFrame or CompleteDesigns
        One design; the first row of a table.
    parameters : PhysicsParameters or None
        Constants and material entries, None for the shipped ones.
    cycles : float
        0.5 plates once, 1 strips again, 2 does both twice, and so on; a half cycle that does not complete is the
        last.
    losses : bool
        Whether stripping leaves dead lithium behind.

    Returns
    -------
    dict
        Over time (T,): ``time_h``, ``charge_mAh_cm2`` (in the host, live), ``voltage_mV`` (negative in stripping),
        ``half_cycle`` (0, 1, 2 ...; even ones plate), ``top_face_mAh_cm2``, ``foil_mAh_cm2`` (grown from the foil),
        ``dead_mAh_cm2``. Over depth (N,): ``depth_um``, ``z``, ``width_um``. Over both (T, N): ``lithium_mAh_cm3``
        and ``pore_fill`` (live and dead, what grew up from the foil included), ``concentration_mol_m3``,
        ``drive_mV`` (plating drive, phi_l - phi_s). ``outcomes``, one a half cycle, and ``outcome``, that of the
        first plating. A planar foil has N = 0.

    Raises
    ------
    DesignError, MaterialError, UnitError
        For a design that cannot be read.
    ValueError
        For less than half a cycle.
    """
    halves = round(2.0 * cycles)
    if halves < 1 or abs(halves - 2.0 * cycles) > 1e-9:
        raise ValueError(f"cycles is {cycles}: give 0.5, 1, 1.5, 2 ...")
    given = design.to_frame().T if isinstance(design, pd.Series) else design
    complete = CompleteDesigns.of(given).take([0])
    parameters = parameters or shipped_parameters()
    packed = plating.pack(complete, parameters)
    if losses:
        inputs.leave_dead(packed, dead_fraction(complete, parameters), parameters.fitted)
    planar, top = bool(packed.planar[0]), plating.SEPARATOR_CELLS
    model = packed.model(0, top)
    state = new_state(top + (1 if planar else plating.CELLS + 2))
    at_rest(model.cell, state)
    protocol = packed.protocol(0)
    cutoff = parameters.plating.stripping_cutoff_V
    histories, records, ends = _half_cycles(model, protocol, cutoff, halves, state)
    lengths = [len(one.charge) for one in histories]
    history = History(*(np.concatenate(parts) for parts in zip(*histories, strict=True)))
    record = NodeState(*(np.concatenate(parts) for parts in zip(*records, strict=True)))
    out = _spatial(model, record, planar)
    elapsed = history.charge / abs(protocol.current) / 3600.0
    starts = np.concatenate([[0.0], np.cumsum([elapsed[e - 1] for e in np.cumsum(lengths)])[:-1]])
    out["time_h"] = elapsed + np.repeat(starts, lengths)
    out["voltage_mV"] = 1e3 * history.voltage
    out["half_cycle"] = np.repeat(np.arange(len(lengths)), lengths)
    out["outcomes"] = [plating.ENDS[end] for end in ends]
    out["outcome"] = out["outcomes"][0]
    return out


def _half_cycles(
    model: Model, protocol: Protocol, cutoff: float, halves: int, state: NodeState
) -> tuple[list[History], list[NodeState], list[int]]:
    """Histories (T,), states (T, n) and ends of alternate plating and stripping."""
    rows, n = batch.ROWS_PER_STEP * plating.STEPS, len(state.salt)
    histories: list[History] = []
    records: list[NodeState] = []
    ends: list[int] = []
    for half in range(halves):
        stripping = half % 2 == 1
        asked = protocol
        if stripping:
            limit = cutoff + abs(histories[-1].voltage[-1])
            asked = Protocol(-protocol.current, state.live.sum(), limit)
        history, record = new_history(rows), NodeState(*(np.zeros((rows, n)) for _ in NodeState._fields))
        end, steps, _ = half_cycle(model, asked, plating.STEPS, history, record, state)
        histories.append(History(*(one[:steps] for one in history)))
        records.append(NodeState(*(one[:steps] for one in record)))
        ends.append(int(end))
        emptied = stripping and end == VOLTAGE  # how stripping usually ends
        if end != DONE and not emptied:
            break
    return histories, records, ends


def _spatial(model: Model, record: NodeState, planar: bool) -> dict[str, Any]:
    """Depth profiles of recorded states (T, n)."""
    host, top, n = model.host, model.top, record.salt.shape[1]
    inner = slice(top + 1, n - 1 if not planar else top + 1)
    width = np.zeros(0) if planar else host.width
    pores = np.zeros(0) if planar else host.width * host.porosity
    depth = np.zeros(0) if planar else np.cumsum(width) - 0.5 * width
    held = record.live + record.dead
    lithium = held[:, inner].copy()
    if not planar:
        under = np.zeros(n)
        for row in range(len(held)):
            front(model, held[row], under)
            share = under[inner] * np.maximum(pores - held[row, inner] * LITHIUM_PER_COULOMB, 0.0)
            lithium[row] += held[row, -1] * share / max(share.sum(), 1e-300)
    return {
        "charge_mAh_cm2": record.live.sum(axis=1) / MAH_PER_CM2,
        "depth_um": 1e6 * depth,
        "width_um": 1e6 * width,
        "z": depth / max(width.sum(), 1e-300),
        "lithium_mAh_cm3": lithium / np.where(width > 0, width, 1.0) / MAH_PER_CM2 * 1e-2,
        "pore_fill": lithium * LITHIUM_PER_COULOMB / np.where(pores > 0, pores, 1.0),
        "concentration_mol_m3": record.salt[:, inner],
        "drive_mV": 1e3 * record.drive[:, inner],
        "top_face_mAh_cm2": held[:, top] / MAH_PER_CM2,
        "foil_mAh_cm2": (np.zeros(len(held)) if planar else held[:, -1]) / MAH_PER_CM2,
        "dead_mAh_cm2": record.dead.sum(axis=1) / MAH_PER_CM2,
    }
