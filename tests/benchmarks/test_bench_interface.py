"""Speed of the interface model: one finite-element case (asked: median 0.5 s), the surface (0.1 ms a design)."""

from __future__ import annotations

import time

import numpy as np

from surrogate.physics.interface import surface
from surrogate.physics.interface.conduction import conduct
from surrogate.physics.interface.geometry import UnitCell
from surrogate.physics.interface.mechanics import GARNET, Solid, press


def test_a_finite_element_case():
    table = surface.cases(16, 3)
    took = []
    for row in table.to_dict("records"):
        start = time.perf_counter()
        cell = UnitCell(row["width"], row["depth"], pellet=row["pellet"])
        conduct(cell, row["wagner"])
        press(cell, electrolyte=Solid(row["young"], GARNET.poisson))
        took.append(time.perf_counter() - start)
    print(f"\nfinite-element case: median {np.median(took):.2f} s, longest {max(took):.2f} s (asked 0.5 s)")
    assert np.median(took) <= 0.5


def test_the_response_surface():
    table = surface.cases(20_000, 3)
    inputs = {name: table[name].to_numpy() for name in table}
    made = surface.shipped()
    start = time.perf_counter()
    for output in surface.OUTPUTS:
        made(output, inputs)
    took = 1e3 * (time.perf_counter() - start) / len(table)
    print(f"\nresponse surface, all outputs: {took:.4f} ms a design (asked 0.1 ms)")
    assert took <= 0.1
