"""The kernel and SciPy's BDF on the same equations, one after the other: time a design at equal accuracy.

Both solve the mesh of the product (60 cells); the truth is the method of lines at a tolerance far below what is
compared. The kernel runs with its 50 steps. BDF runs with the loosest tolerance at which it is at least as near to
the truth as the kernel: the larger of the errors of the lithium at the worst node and of the plateau voltage; runs
that BDF does not finish, at loose tolerances, count as nothing and cost it nothing. The right-hand side of BDF is
NumPy on all columns of a Jacobian at once; compiling it too would make it faster. Target: 30 times. ``make bench``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "analytic"))
import reference
from test_reference import DESIGNS, SEPARATOR_CELLS, packed

from surrogate.physics.plating import batch
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.structures import Model, Protocol
from surrogate.physics.simulate import warm_up

TRUTH = 1e-7
LADDER = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5)
ROUNDS = 20  # of the kernel, whose single run is of milliseconds


def _plateau(solved: reference.Solved) -> float:
    share = solved.time / solved.time[-1]
    middle = (share >= batch.PLATEAU[0]) & (share <= batch.PLATEAU[1])
    return float(np.trapezoid(solved.voltage[middle], share[middle]) / np.ptp(share[middle]))


def _error(lithium: NDArray[np.float64], plateau: float, truth: reference.Solved, charge: float) -> float:
    """The larger of: lithium at the worst node, as a share of all; plateau voltage, relative."""
    worst = np.abs(lithium - truth.lithium[:, -1]).max() / charge
    return float(max(worst, abs(plateau / _plateau(truth) - 1.0)))


def _bdf(protocol: Protocol, model: Model, rtol: float) -> tuple[reference.Solved, float]:
    """Solution and the processor seconds of the integration."""
    equations = reference.Reference(protocol, model)
    start = time.process_time()
    states = reference.integrate(equations, rtol=rtol, points=200)
    seconds = time.process_time() - start
    return reference.read(equations, states), seconds


def test_kernel_against_bdf_at_equal_accuracy(benchmark: Any) -> None:
    warm_up()

    def compare() -> dict[str, float]:
        kernel_s, bdf_s, ratios = [], [], []
        for name in DESIGNS:
            cells = packed([name], plating.CELLS)[1]
            protocol, model = cells.protocol(0), cells.model(0, SEPARATOR_CELLS)
            truth = _bdf(protocol, model, TRUTH)[0]
            start = time.process_time()
            for _ in range(ROUNDS):
                run = plating.run(cells, separator_cells=SEPARATOR_CELLS, workers=1)
            mine = (time.process_time() - start) / ROUNDS
            own = _error(run.lithium.plated[0], run.plated.plateau[0], truth, protocol.charge)
            for rtol in LADDER:
                try:
                    found, theirs = _bdf(protocol, model, rtol)
                except ArithmeticError:
                    continue
                reached = _error(found.lithium[:, -1], _plateau(found), truth, protocol.charge)
                if reached <= own:
                    break
            else:
                pytest.fail(f"{name}: BDF reached {own} at no tolerance")
            print(
                f"{name}: kernel {1e3 * mine:.2f} ms, BDF {1e3 * theirs:.0f} ms at rtol {rtol:g}, "
                f"errors {own:.1e} and {reached:.1e}"
            )
            kernel_s.append(mine)
            bdf_s.append(theirs)
            ratios.append(theirs / mine)
        return {
            "ratio_of_means": sum(bdf_s) / sum(kernel_s),
            "median_ratio": float(np.median(ratios)),
            "least_ratio": min(ratios),
        }

    found = benchmark.pedantic(compare, rounds=1)
    benchmark.extra_info.update(found)
    print("BDF over kernel:", {name: round(value) for name, value in found.items()})
    assert found["ratio_of_means"] >= 30.0
    assert found["median_ratio"] >= 30.0
