"""The voltage of a planar cell at rest in time has no discretisation error: the logarithms telescope."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.physics.plating.structures import DONE
from surrogate.physics.transport import limiting_current

SALT, DIFFUSIVITY, ANION, LENGTH = 1000.0, 4e-10, 0.65, 100e-6


@pytest.mark.parametrize("cells", [2, 4, 40])
@pytest.mark.parametrize("share", [0.1, 0.8])
def test_the_counter_electrode_sees_the_salt_at_its_own_surface(plated, ideal_cell, cells, share):
    """The steady profile is 1 +- share at the electrodes, whatever the number of cells between them."""
    current = share * float(limiting_current(DIFFUSIVITY, SALT, LENGTH, ANION))
    protocol, model = ideal_cell(
        current=current, charge=current * 20 * LENGTH**2 / DIFFUSIVITY, separator=LENGTH, exchange=20.0,
        separator_cells=cells,
    )  # fmt: skip
    run, cell = plated(protocol, model), model.cell
    concentration = cell.thermal * ANION * np.log((1.0 + share) / (1.0 - share))

    def electrode(ratio: float) -> float:
        return cell.thermal * np.arcsinh(current / (40.0 * np.sqrt(ratio))) + current * cell.counter_film

    expected = current * LENGTH + concentration + electrode(1.0 - share) + electrode(1.0 + share)
    assert run.history.voltage[-1] == pytest.approx(expected, rel=1e-5)


def test_a_planar_cell_takes_its_limiting_current_to_a_hundredth(plated, ideal_cell):
    """Bisection in the current: the largest that a cell can hold, against 2 F C D/(t_a L)."""
    limit = float(limiting_current(DIFFUSIVITY, SALT, LENGTH, ANION))
    low, high = 0.9, 1.1
    while high - low > 1e-3:
        middle = 0.5 * (low + high)
        asked = ideal_cell(
            current=middle * limit, charge=middle * limit * 30 * LENGTH**2 / DIFFUSIVITY, separator=LENGTH,
            film=0.0, voltage_limit=50.0,
        )  # fmt: skip
        low, high = (middle, high) if plated(*asked).end == DONE else (low, middle)
    assert middle == pytest.approx(1.0, abs=0.01)
