"""What the interface model must hold as a calculation, measured: balances, convergence, surface, order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from surrogate.physics.interface import surface
from surrogate.physics.interface.conduction import conduct
from surrogate.physics.interface.geometry import UnitCell, depth_for_gain
from surrogate.physics.interface.mechanics import planar_stress, press

WIDTHS = (400e-6, 200e-6, 100e-6)
WAGNER = 2e-4  # m; garnet of 0.79 mS/cm behind 25 ohm cm2
HELD_OUT, HELD_OUT_SEED = 200, 4  # cases that no surface was fitted to
FLAT = 5.0  # per cent, of patterns of one shape


def numerics(progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """Measure the interface model as a calculation.

    Parameters
    ----------
    progress
        Called with how many held-out cases are solved, and of how many.

    Returns
    -------
    pandas.DataFrame
        A row for each check. Columns: check, asked_pct (the limit, NaN where none is asked), measured_pct, holds.
    """

    def solved_cases(done: int, n: int) -> None:
        if progress is not None:
            progress(done, n)

    depth = depth_for_gain(200e-6, 2.5)
    cells = [UnitCell(width, depth) for width in WIDTHS]
    shaped = [UnitCell(width, depth / 200e-6 * width) for width in WIDTHS]
    plane = UnitCell()
    flat_flow, flat_stress = conduct(plane, WAGNER), press(plane)
    flows = [conduct(cell, WAGNER) for cell in cells]
    fine_flows = [conduct(cell, WAGNER, refinement=2.0) for cell in cells]
    presses = [press(cell) for cell in cells]
    fine = [press(cell, refinement=2.0) for cell in cells]
    gains = [cell.area_gain * pressed.mean for cell, pressed in zip(cells, presses, strict=True)]
    alike = [cell.area_gain * press(cell).mean for cell in shaped]
    held = surface.cases(HELD_OUT, HELD_OUT_SEED)
    solved = surface.solve(held, solved_cases)
    inputs = {str(name): held[name].to_numpy() for name in held}

    def off(output: str) -> float:
        found = surface.shipped()(output, inputs)
        return float(np.quantile(np.abs(found / solved[output].to_numpy() - 1.0), 0.95))

    deep = held["depth"] / held["pellet"]
    effective, exactly = (
        1.0 - deep * shortening
        for shortening in (surface.shipped()("shortening", inputs), solved["shortening"])
    )
    thickness = float(np.quantile(np.abs(effective / exactly - 1.0), 0.95))
    exact = 1.0 + WAGNER / plane.pellet
    rows = [
        ("planar stress against (1 - 2 nu)/(1 - nu)", 0.1, abs(flat_stress.mean / planar_stress() - 1.0)),
        ("planar resistance against thickness and interface in series", 0.1, abs(flat_flow.resistance / exact - 1.0)),
        ("charge through interface and middle plane", 0.1, max(flow.charge_error for flow in flows)),
        ("elastic energy against work of the plunger", 0.1, max(pressed.energy_error for pressed in presses)),
        ("resistance, mesh halved", 0.1, _changed(flows, fine_flows, "resistance")),
        ("peak current, mesh halved", 1.0, _changed(flows, fine_flows, "peak")),
        ("mean stress, mesh halved", 2.0, _changed(presses, fine, "mean")),
        ("largest stress, mesh halved (a singularity: not used)", np.nan, _changed(presses, fine, "largest")),
        ("channels of one shape, 400 to 100 um: critical current", FLAT, max(alike) / min(alike) - 1.0),
        (f"response surface, mean stress, 95th percentile of {HELD_OUT} held-out cases", 2.0, off("stress_ratio")),
        (f"response surface, peak current, 95th percentile of {HELD_OUT} held-out cases", 6.0, off("peak")),
        (f"response surface, thickness of the pellet, 95th percentile of {HELD_OUT} held-out cases", 2.0, thickness),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["check", "asked_pct", "measured_pct"])
    table["measured_pct"] *= 100.0
    table["holds"] = ~(table["measured_pct"] > table["asked_pct"])
    order = bool(gains[0] < gains[1] < gains[2])
    ordered = {"check": "order 400 < 200 < 100 um at one depth", "asked_pct": np.nan, "measured_pct": np.nan}
    return pd.concat([table, pd.DataFrame([{**ordered, "holds": order}])], ignore_index=True)


def _changed(usual: Sequence[object], fine: Sequence[object], output: str) -> float:
    pairs = zip(usual, fine, strict=True)
    return max(abs(float(getattr(run, output)) / float(getattr(other, output)) - 1.0) for run, other in pairs)
