"""A host in layers: their grams by the material tables, integrated without the formula that is tested."""

from __future__ import annotations

from itertools import pairwise
from math import pi
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.gradient import weight
from surrogate.physics.accounting import mean_porosity, phase_masses_mg_cm2, solid_mass_mg_cm2
from surrogate.report.cards.layers import FEWEST, MOST, alike, in_all, layers_of, together

AREA = 0.25 * pi * 1.6**2  # cm2: a disc of 16 mm
GRADED: dict[str, Any] = {
    "framework": "carbon_fiber", "agent": "silver", "conductor_top": 0.55, "dielectric_top": 0.45, "agent_top": 0.0,
    "conductor_bottom": 0.8, "dielectric_bottom": 0.0, "agent_bottom": 0.2, "gradient_exponent": 0.6,
    "porosity_top": 0.88, "porosity_bottom": 0.72, "pore_size_top_um": 35.0, "pore_size_bottom_um": 6.5,
    "thickness_um": 120.0, "electrolyte": "liquid_ether",
}  # fmt: skip
UNIFORM = GRADED | {
    "dielectric_top": 0.0, "conductor_top": 0.8, "agent_top": 0.2, "porosity_bottom": 0.88,
    "pore_size_bottom_um": 35.0,
}  # fmt: skip
STACK = GRADED | {"layers": 4}
LAMELLAE = GRADED | {"layers": 5, "stacking": "alternating", "dielectric_material": "al2o3"}


def row_of(host: dict[str, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in CompleteDesigns.of(pd.DataFrame([host])).row(0).items()}


@pytest.mark.parametrize("host", [GRADED, GRADED | {"gradient_exponent": 2.7}, UNIFORM, STACK, LAMELLAE])
def test_grams_are_volume_fraction_times_density_times_thickness_times_area(host: dict[str, Any]) -> None:
    row = row_of(host)
    layers = layers_of(row, AREA)
    points = 20_000
    for layer in layers:
        depth = (layer.from_um + (np.arange(points) + 0.5) / points * layer.thickness_um) / row[
            "thickness_um"
        ]
        up = weight(depth, row["gradient_exponent"], row["layers"], row["stacking"] == c.ALTERNATING)

        def graded(stem: str, up: np.ndarray = up) -> np.ndarray:
            return row[f"{stem}_bottom"] + (row[f"{stem}_top"] - row[f"{stem}_bottom"]) * up

        solid, weighed = 1.0 - graded("porosity"), {part.phase: part for part in layer.parts}
        assert layer.porosity_pct == pytest.approx(100.0 * np.mean(graded("porosity")), rel=1e-3)
        for phase in c.PHASES:
            volume_cm = float(np.mean(graded(phase) * solid)) * layer.thickness_um * 1e-4
            if volume_cm == 0.0:
                assert phase not in weighed
                continue
            name = row["agent" if phase == "agent" else f"{phase}_material"]
            entry = materials.agents[name] if phase == "agent" else materials.solids[name]
            mg = 1e3 * volume_cm * AREA * entry.density.si * 1e-3
            part = weighed[phase]
            assert (part.material, part.mass_mg) == (name, pytest.approx(mg, rel=1e-3))
            assert part.volume_pct_of_solid == pytest.approx(
                100.0 * np.mean(graded(phase) * solid) / np.mean(solid), rel=1e-3
            )
            assert part.weight_pct == pytest.approx(100.0 * mg / layer.mass_mg, rel=1e-3)


@pytest.mark.parametrize(("host", "number"), [(GRADED, 3), (UNIFORM, 1), (STACK, 3), (LAMELLAE, 2)])
def test_layers_weigh_what_the_host_weighs(host: dict[str, Any], number: int) -> None:
    designs = CompleteDesigns.of(pd.DataFrame([host]))
    layers = layers_of(row_of(host), AREA)
    assert len(layers) == number
    assert sum(layer.thickness_um for layer in layers) == pytest.approx(120.0)
    assert sum(layer.porosity_pct * layer.thickness_um for layer in layers) == pytest.approx(
        120.0 * 100.0 * mean_porosity(designs)[0]
    )
    in_all = {part.phase: part for part in together(layers, AREA)}
    for phase, mass in phase_masses_mg_cm2(designs).items():
        assert (phase in in_all) == (mass[0] > 0.0)
        if mass[0] > 0.0:
            assert in_all[phase].mass_mg_cm2 == pytest.approx(mass[0], rel=1e-9)
    assert sum(layer.mass_mg_cm2 for layer in layers) == pytest.approx(
        solid_mass_mg_cm2(designs)[0], rel=1e-9
    )
    assert sum(part.weight_pct for part in in_all.values()) == pytest.approx(100.0)
    assert layers[0].position == ("throughout" if number == 1 else "separator side")
    assert layers[-1].position == ("throughout" if number == 1 else "foil side")


def test_a_steep_gradient_has_more_layers_and_a_foil_has_none() -> None:
    flat = GRADED | {"dielectric_top": 0.0, "conductor_top": 0.8, "agent_top": 0.2, "porosity_bottom": 0.87}
    steep = GRADED | {"conductor_top": 0.0, "dielectric_top": 1.0}
    fine = {"pore_size_top_um": 3.5, "pore_size_bottom_um": 3.5}
    counts = [
        len(layers_of(row_of(host | fine), AREA))
        for host in (flat | {"porosity_bottom": 0.68, "gradient_exponent": 1.0}, steep)
    ]
    assert counts == [FEWEST, MOST]
    assert (
        layers_of(row_of({"framework": "none", "agent": "silver", "electrolyte": "liquid_ether"}), AREA) == ()
    )


def test_no_layer_of_a_gradient_is_thinner_than_its_pores_or_like_its_neighbour() -> None:
    coarse = GRADED | {"thickness_um": 90.0, "pore_size_top_um": 60.0, "pore_size_bottom_um": 3.5}
    layers = layers_of(row_of(coarse), AREA)
    assert len(layers) > 1
    assert not any(layer.too_thin for layer in layers)
    assert layers[0].thickness_um > 90.0 / MOST  # joined to the one below, which has smaller pores
    # Ends that differ by less than the tolerances cannot be told apart: one layer.
    near = UNIFORM | {"porosity_top": 0.85, "porosity_bottom": 0.88, "pore_size_top_um": 30.0}
    (one,) = layers_of(row_of(near), AREA)
    assert (one.position, one.thickness_um, one.number) == ("throughout", 120.0, 1)
    assert all(not alike(*pair) for pair in pairwise(layers))
    # A host whose pores are wider than all of it stays one layer, which says so.
    (mesh,) = layers_of(row_of(coarse | {"thickness_um": 20.0, "pore_size_bottom_um": 50.0}), AREA)
    assert mesh.too_thin
    # Of a stack only those layers are joined that cannot be cut, whatever the tolerances tell apart.
    first, *rest = layers_of(row_of(STACK), AREA)
    assert [one.thickness_um for one in (first, *rest)] == pytest.approx([60.0, 30.0, 30.0])
    assert first.pore_size_um == pytest.approx((35.0 + 6.5 + 28.5 * (2.0 / 3.0) ** 0.6) / 2.0)
    assert [(one.number, one.position) for one in rest] == [(2, "between"), (3, "foil side")]
    fine = layers_of(row_of(STACK | {"pore_size_top_um": 30.0, "porosity_bottom": 0.88}), AREA)
    assert len(fine) == 4


def test_what_all_layers_may_be_off_by_is_the_sum_of_what_each_may() -> None:
    seeded = GRADED | {
        "agent_bottom": 0.1,
        "conductor_bottom": 0.9,
        "pore_size_top_um": 3.5,
        "pore_size_bottom_um": 3.5,
    }
    layers = layers_of(row_of(seeded), AREA)
    silver = next(part for part in in_all(layers, AREA) if part.phase == "agent")
    own = [part for layer in layers for part in layer.parts if part.phase == "agent"]
    assert own[0].least_mg == 0.0 < own[-1].least_mg
    assert silver.least_mg == pytest.approx(sum(part.least_mg for part in own))
    assert silver.most_mg == pytest.approx(sum(part.most_mg for part in own))
    assert silver.least_mg > 0.0  # five points of all the solid would allow none at all
    assert silver.mass_mg == pytest.approx(sum(part.mass_mg for part in own))


def test_the_range_of_a_part_is_its_share_with_five_points_more_and_less() -> None:
    (layer,) = layers_of(row_of(UNIFORM | {"conductor_top": 0.97, "conductor_bottom": 0.97, "agent_top": 0.03,
                                           "agent_bottom": 0.03}), AREA)  # fmt: skip
    fibre, silver = layer.parts
    assert (silver.least_mg, silver.most_mg) == (0.0, pytest.approx(silver.mass_mg * 8.0 / 3.0))
    assert (fibre.least_mg, fibre.most_mg) == (
        pytest.approx(fibre.mass_mg * 92.0 / 97.0),
        pytest.approx(fibre.mass_mg * 100.0 / 97.0),
    )
    # 120 um with 12 % of solid, 3 % of it silver: 0.432 um of dense metal.
    assert silver.film_nm == pytest.approx(432.0)
    assert silver.film_range_nm == (0.0, pytest.approx(432.0 * 8.0 / 3.0))
    assert layer.porosity_range_pct == (pytest.approx(83.0), pytest.approx(93.0))
    assert layer.pore_range_um == (pytest.approx(24.5), pytest.approx(45.5))
