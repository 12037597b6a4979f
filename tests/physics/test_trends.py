"""What a graded host does to the lithium in it: nine findings of an independent prototype, by sign and size.

``bottom_half_share`` is called bottom. The figures in comments are the prototype's; the bounds leave room for
differences in mesh and kinetics, not for another sign.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from surrogate.physics.parameter_groups import PlatingParameters
from surrogate.physics.parameters import shipped_parameters

BOTTOM = "bottom_half_share"


def bottoms(plate, **changes):
    return plate(**changes)[BOTTOM]


def test_a_uniform_conductor_is_top_heavy_and_more_so_when_thick(plate):  # 0.35 and 0.125
    found = bottoms(plate, thin={}, thick={"thickness_um": 300.0})
    assert found["thin"] == pytest.approx(0.35, abs=0.05)
    assert found["thick"] == pytest.approx(0.125, abs=0.05)  # linear kinetics alone give 0.083


def test_a_dielectric_on_a_foil_fills_from_below_with_a_larger_spike(plate):  # 1.00
    barrier = {"nucleation_overpotential_top_mV": 40.0, "nucleation_overpotential_bottom_mV": 40.0}
    insulating = {
        "framework": "pan", "conductor_top": 0.0, "conductor_bottom": 0.0, "dielectric_top": 1.0,
        "dielectric_bottom": 1.0, "conductivity_top_S_m": 1e-10, "conductivity_bottom_S_m": 1e-10,
    }  # fmt: skip
    found = plate(conductor={}, dielectric={**insulating, **barrier})
    assert found.loc["dielectric", BOTTOM] > 0.99
    spike = found["nucleation_overpotential_mV"] + found["plateau_overpotential_mV"]
    assert spike["dielectric"] > 2.0 * spike["conductor"]


def test_a_conductivity_gradient_works_once_the_top_is_worse_than_the_electrolyte(plate):  # .41 .51 .78 .99
    tops = {"1e-2": 0.41, "1e-3": 0.51, "1e-6": 0.78, "1e-10": 0.99}
    found = bottoms(plate, none={}, **{name: {"conductivity_top_S_m": float(name)} for name in tops})
    assert list(found) == sorted(found)
    for name, expected in tops.items():
        assert found[name] == pytest.approx(expected, abs=0.06)


def test_between_good_conductors_a_gradient_does_nothing(plate):
    found = bottoms(plate, good={"conductivity_top_S_m": 1e2}, better={"conductivity_top_S_m": 1e5})
    assert abs(found["good"] - found["better"]) < 0.002


def test_a_lithiophilicity_gradient_fills_from_below_until_the_top_is_covered(plate):  # 0.997 and 0.85
    change = {"nucleation_overpotential_top_mV": 40.0}
    found = bottoms(plate, early=change, late={**change, "areal_capacity_mAh_cm2": 4.0})
    assert found["early"] > 0.97
    assert found["late"] == pytest.approx(0.85, abs=0.06)


def test_lithium_prefers_small_pores(plate):  # 0.53 and 0.17 about 0.34
    found = bottoms(
        plate,
        small_below={"pore_size_top_um": 30.0, "pore_size_bottom_um": 3.0},
        uniform={},
        small_above={"pore_size_top_um": 3.0, "pore_size_bottom_um": 30.0},
    )
    assert found["small_below"] == pytest.approx(0.53, abs=0.09)
    assert found["small_above"] == pytest.approx(0.17, abs=0.05)
    assert found["small_above"] < found["uniform"] < found["small_below"]


def test_a_longer_path_is_more_top_heavy(plate):  # 0.361, 0.322 and 0.195
    found = bottoms(
        plate, aligned={"tortuosity": 1.25}, random={"tortuosity": 1.76}, across={"tortuosity": 4.46}
    )
    assert found["aligned"] == pytest.approx(0.361, abs=0.05)
    assert found["random"] == pytest.approx(0.322, abs=0.05)
    assert found["across"] == pytest.approx(0.195, abs=0.06)
    assert found["aligned"] > found["random"] > found["across"]


# The prototype's lithium had the same area at any current; ``plating.area_current_exponent`` is newer.
SMOOTH = replace(shipped_parameters(), plating=PlatingParameters(area_current_exponent=0.0))


@pytest.mark.parametrize(("barrier", "least"), [(0.0, 1e-4), (20.0, 0.02)])
def test_a_higher_current_is_weakly_more_top_heavy(plate, barrier, least):
    same = {"nucleation_overpotential_top_mV": barrier, "nucleation_overpotential_bottom_mV": barrier}
    hosts = {f"j{j}": {**same, "current_density_mA_cm2": j} for j in (0.5, 1.0, 2.0, 4.0)}
    for parameters, most in ((SMOOTH, 0.1), (shipped_parameters(), 0.15)):
        found = plate(parameters, **hosts)[BOTTOM]
        assert list(found) == sorted(found, reverse=True)
        assert least < found.iloc[0] - found.iloc[-1] < most


def test_the_voltage_of_the_cell(plate):  # 14-18, 29-31, 59-60 mV at 1, 2, 4 mA cm-2
    hosts = {f"j{j}": {"current_density_mA_cm2": j} for j in (1.0, 2.0, 4.0)}
    found = plate(SMOOTH, **hosts)["overpotential_mV"]
    assert 13.0 < found["j1.0"] < 19.0
    assert 27.0 < found["j2.0"] < 33.0
    assert 54.0 < found["j4.0"] < 66.0


def test_voltage_rises_less_than_current_as_published(
    plate,
):  # 22.6, 31.9, 45.9 mV, 001 sec. 4.2.2: 1.41 and 2.03
    hosts = {f"j{j}": {"current_density_mA_cm2": j} for j in (1.0, 2.0, 4.0)}
    smooth, found = (plate(one, **hosts)["overpotential_mV"] for one in (SMOOTH, shipped_parameters()))
    for name, published in (("j2.0", 31.9 / 22.6), ("j4.0", 45.9 / 22.6)):
        ratio = found[name] / found["j1.0"]
        assert ratio == pytest.approx(published, rel=0.25)
        assert smooth[name] / smooth["j1.0"] > 1.25 * ratio


def test_an_insulating_top_adds_little_to_a_lithiophilicity_gradient(plate):
    agent = {"nucleation_overpotential_top_mV": 40.0, "areal_capacity_mAh_cm2": 4.0}
    found = bottoms(plate, agent=agent, both={**agent, "conductivity_top_S_m": 1e-3})
    assert 0.0 <= found["both"] - found["agent"] < 0.05
