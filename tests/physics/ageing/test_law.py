"""The ageing law: directions that chemistry asks for, limits, and the file of its constants."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.errors import InputError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.ageing import fitted as constants
from surrogate.physics.ageing.fitted import NAMES, AgeingConstants
from surrogate.physics.ageing.law import (
    Cycle,
    area_gain,
    behind_voids,
    cycle_life,
    cycle_of,
    exposed_share,
    exposure,
    lost_per_cycle,
)
from surrogate.physics.parameter_groups import AgeingParameters
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import inputs
from surrogate.resources import resource

ASSUMED = AgeingParameters()
UNIT = AgeingConstants(**dict.fromkeys(NAMES, 1.0))
GARNET = {"framework": "none", "electrolyte": "llzo", "stack_pressure_MPa": 1.0, "temperature_C": 25.0}
CHANNELS = {"pattern_size_um": 200.0, "pattern_depth_um": 300.0}


def cycle(n: int = 1, **changes: object) -> Cycle:
    """n like cells in an ether; changed fields may be scalars or (n,)."""
    fields: dict[str, object] = {
        "interphase": 1e-3, "dead": 0.02, "interphase_factor": 1.0, "dead_factor": 1.0, "area": 10.0, "top": 0.1,
        "depth": 0.5, "local": 1.0, "capacity": 1.0, "excess": 5.0, "stress": 0.1, "pressed": 1e12, "passed": 1.0,
        "behind": 0.0, "ether": True, "carbonate": False, "pellet": False, **changes,
    }  # fmt: skip
    return Cycle(**{name: np.broadcast_to(np.asarray(value), (n,)).copy() for name, value in fields.items()})  # type: ignore[arg-type]


def test_what_is_lost_by_hand() -> None:
    """Half of the lithium is exposed: 1e-3 (10 + 20 x 2 x 0.5) on the area, 2 (1 - exp(-0.02 x 0.5 x 4^0.5)) dead."""
    own = replace(UNIT, current_exponent=0.5, exposed_inside=0.25)
    part = cycle(capacity=2.0, local=4.0, top=1 / 3, depth=0.5, stress=0.0)
    assert exposed_share(part, own) == pytest.approx(0.5, rel=1e-12)
    dead = 2.0 * (1.0 - np.exp(-0.02))
    assert lost_per_cycle(part, own, ASSUMED) == pytest.approx((0.03, dead), rel=1e-12)
    life, efficiency = cycle_life(part, replace(own, wear_cycles=1e12), ASSUMED)
    spent = (
        (0.03 + dead) / (5.0 + 0.4) + 0.03 / 15.0 + dead / 50.0
    )  # inventory, electrolyte, layer of dead lithium
    assert life == pytest.approx(1.0 + 1.0 / spent, rel=1e-9)
    assert efficiency == pytest.approx(100.0 * np.exp(-0.5 * (0.03 + dead)), rel=1e-12)
    worn = replace(own, wear_cycles=50.0, wear_exponent=2.0)  # of 1 mAh cm-2 exposed: one fiftieth a cycle
    assert cycle_life(part, worn, ASSUMED)[0] == pytest.approx(1.0 + 1.0 / (spent + 0.02), rel=1e-9)
    flat = cycle(capacity=2.0, local=4.0, top=1 / 3, pellet=True, ether=False)
    assert lost_per_cycle(flat, own, ASSUMED)[0] == pytest.approx(0.01, rel=1e-12)  # no moss against a pellet


def test_all_lithium_can_be_lost_in_a_cycle_and_no_more() -> None:
    dead = lost_per_cycle(cycle(2, capacity=2.0, dead=[0.5, 50.0], top=1.0), UNIT, ASSUMED)[1]
    assert dead[0] < 2.0
    assert dead == pytest.approx([2.0 * (1.0 - np.exp(-0.5)), 2.0], rel=1e-9)


def test_dead_lithium_uses_up_no_electrolyte() -> None:
    """The same loss, all reacted or all dead: the reserves differ as the constants say, with no other end."""
    ageless = replace(UNIT, wear_cycles=1e12)
    endless = {"excess": 1e12, "stress": 0.0, "area": 1.0, "top": 1.0, "local": 1.0}
    reacting = cycle(interphase=0.02 / 21.0, dead=1e-15, **endless)  # 20 of moss and 1 of the face
    dying = cycle(interphase=1e-15, dead=-np.log(1.0 - 0.02), **endless)
    lives = [cycle_life(one, ageless, ASSUMED)[0].item() - 1.0 for one in (reacting, dying)]
    assert lives == pytest.approx([15.0 / 0.02, 50.0 / 0.02], rel=1e-6)


def test_exposure_falls_with_depth_from_that_of_an_open_face() -> None:
    own = replace(UNIT, exposed_inside=0.25)
    np.testing.assert_allclose(exposure(np.array([0.0, 0.25, 0.5, 1.0]), own), [1.0, 0.5, 0.25, 0.0625])
    everything = exposed_share(cycle(2, top=[1.0, 0.0], depth=0.0), own)
    np.testing.assert_allclose(everything, 1.0)  # on the face and right below it: the same


@pytest.mark.parametrize("stress", [0.5, 1.0, 3.0])
def test_a_liquid_ages_faster_by_its_share_of_the_critical_current(stress: float) -> None:
    """Lives at 0 and at some share of the critical current, by hand; the first cycle counts in both."""
    at_rest, pressed_on = (cycle_life(cycle(stress=one), UNIT, ASSUMED)[0] for one in (0.0, stress))
    assert (at_rest - 1.0) / (pressed_on - 1.0) == pytest.approx(1.0 + stress, rel=1e-9)


def test_a_cell_that_cannot_plate_its_charge_has_failed() -> None:
    """Where nothing else ages: half of the charge is one cycle beyond the first, 99 % are 99, all is no limit."""
    ageless = replace(UNIT, wear_cycles=1e12)
    cells = cycle(3, passed=[0.5, 0.99, 1.0], interphase=1e-15, dead=1e-15, stress=0.0)
    half, nearly, whole = cycle_life(cells, ageless, ASSUMED)[0]
    assert (half, nearly) == pytest.approx((2.0, 100.0), rel=1e-6)
    assert whole > 1e9


def test_each_class_has_its_own_constants() -> None:
    """Factors and strengths of the ether act on ethers only, those of the carbonate likewise, and none on others."""
    kinds = {
        "ether": {"ether": True, "carbonate": False},
        "carbonate": {"ether": False, "carbonate": True},
        "gel": {"ether": False, "carbonate": False},
    }
    acting = {
        "interphase_ether": {"ether"}, "dead_ether": {"ether"}, "nitrate": {"ether"},
        "interphase_carbonate": {"carbonate"}, "dead_carbonate": {"carbonate"}, "carbonate_additive": {"carbonate"},
    }  # fmt: skip
    with_additive = {"interphase_factor": 0.5, "dead_factor": 0.25}
    for name, classes in acting.items():
        doubled = replace(UNIT, **{name: 2.0})
        for kind, flags in kinds.items():
            cell = cycle(**flags, **with_additive)
            acts = sum(lost_per_cycle(cell, UNIT, ASSUMED)) != sum(lost_per_cycle(cell, doubled, ASSUMED))
            assert acts.all() == (kind in classes), (name, kind)


def test_an_additive_acts_by_its_factors_to_the_power_of_its_strength() -> None:
    """0.5 of the interphase and 0.25 of the dead lithium: halved and quartered at strength 1, squared at 2."""
    film, left = lost_per_cycle(cycle(), UNIT, ASSUMED)
    for strength in (1.0, 2.0):
        own = replace(UNIT, nitrate=strength)
        added = lost_per_cycle(cycle(interphase_factor=0.5, dead_factor=0.25), own, ASSUMED)
        assert added[0] == pytest.approx(film * 0.5**strength, rel=1e-12)
        assert np.log1p(-added[1]) == pytest.approx(
            np.log1p(-left) * 0.25**strength, rel=1e-9
        )  # of 1 mAh cm-2


def test_a_cycle_takes_its_numbers_from_where_they_stand(plate) -> None:
    """Additives, shares and limits of simulated designs, and a run without a peak."""
    rows = plate(bare={}, with_it={"additives": "lino3"}, foil={"framework": "none", "electrolyte": "llzo"})
    found = cycle_of(CompleteDesigns.of(rows), rows, rows["ccd_mA_cm2"].to_numpy(), shipped_parameters())
    nitrate = materials.additive("lino3")
    assert found.interphase_factor.tolist() == [1.0, nitrate.sei_loss("liquid_ether"), 1.0]
    assert found.dead_factor.tolist() == [1.0, nitrate.dead_lithium("liquid_ether"), 1.0]
    assert found.interphase_factor[1] != found.dead_factor[1]
    assert (found.pellet.tolist(), found.ether.tolist()) == ([False, False, True], [True, True, False])
    np.testing.assert_allclose(found.stress, rows["current_density_mA_cm2"] / rows["ccd_mA_cm2"])
    np.testing.assert_allclose(found.depth * (1.0 - found.top), rows["li_centroid"], rtol=1e-12)
    ended = rows.assign(peak_local_current_density_mA_cm2=[0.0, 1e9, 0.5])
    gain = area_gain(CompleteDesigns.of(rows), ended)
    assert (gain[0], gain[1]) == (1.0, 0.1)  # none known; a peak of a moment counts ten times at most
    assert gain[2] == pytest.approx(rows["current_density_mA_cm2"].iloc[2] / 0.5)


@pytest.mark.parametrize(
    ("name", "values", "sign"),
    [
        ("local", [0.1, 1.0, 10.0], -1),
        ("stress", [0.01, 0.5, 1.0, 2.0], -1),
        ("top", [0.0, 0.2, 1.0], -1),
        ("depth", [0.0, 0.3, 1.0], 1),
        ("area", [1.0, 5.0, 50.0], -1),
        ("dead_factor", [0.3, 0.6, 1.0], -1),
        ("interphase_factor", [0.3, 0.6, 1.0], -1),
        ("excess", [0.0, 1.0, 50.0], 1),
    ],
)
@pytest.mark.parametrize("pellet", [False, True])
def test_each_part_acts_one_way(name: str, values: list[float], sign: int, pellet: bool) -> None:
    shipped = constants.shipped()
    life = cycle_life(cycle(len(values), **{name: values}, pellet=pellet), shipped, ASSUMED)[0]
    assert (np.diff(life) * sign > 0).all()


def test_a_pellet_is_shorted_above_its_critical_current_and_hardly_aged_by_it_below() -> None:
    shipped = constants.shipped()
    life = cycle_life(
        cycle(4, stress=[0.0, 0.7, 1.3, 1e9], pellet=True, interphase=1e-7, dead=1e-5), shipped, ASSUMED
    )[0]
    assert life[1] > 0.5 * life[0]
    assert life[2] < 2.0 * shipped.short_cycles
    assert life[2] < 0.05 * life[1]
    assert life[3] > 1.0


@pytest.mark.parametrize("electrolyte", ["liquid_ether", "liquid_carbonate", "gel", "lpsc"])
@pytest.mark.parametrize("column", ["current_density_mA_cm2", "areal_capacity_mAh_cm2"])
@pytest.mark.slow
def test_cycle_life_falls_with_current_and_capacity(plate, electrolyte: str, column: str) -> None:
    values = [0.2, 0.5, 1.0, 2.0, 4.0]
    rows = plate(**{f"v{value}": {"electrolyte": electrolyte, column: value} for value in values})
    assert (np.diff(rows["cycle_life_cycles"]) < 0).all()


SILVER = {
    "bottom": {"agent_bottom": 0.1, "conductor_bottom": 0.9},
    "even": {"agent_top": 0.05, "agent_bottom": 0.05, "conductor_top": 0.95, "conductor_bottom": 0.95},
    "top": {"agent_top": 0.1, "conductor_top": 0.9},
}
BARRIER = {
    "bottom": {"nucleation_overpotential_top_mV": 60.0, "nucleation_overpotential_bottom_mV": 0.0},
    "even": {"nucleation_overpotential_top_mV": 30.0, "nucleation_overpotential_bottom_mV": 30.0},
    "top": {"nucleation_overpotential_top_mV": 0.0, "nucleation_overpotential_bottom_mV": 60.0},
}
TABLES = {
    "nucleation_overpotential_top_mV": None,
    "nucleation_overpotential_bottom_mV": None,
    "agent": "silver",
}


@pytest.mark.parametrize("electrolyte", ["liquid_ether", "liquid_carbonate", "gel"])
@pytest.mark.parametrize("by", ["silver", "barrier"])
@pytest.mark.slow
def test_lithium_that_gathers_at_the_top_shortens_life(plate, by: str, electrolyte: str) -> None:
    """Whatever gathers it, at each current and capacity; a foil, where all lies open, is the last of all."""
    kinds = BARRIER if by == "barrier" else {name: {**TABLES, **one} for name, one in SILVER.items()}
    kinds = {**kinds, "foil": {"framework": "none"}}
    cells = [(capacity, current) for capacity in (1.0, 3.0, 6.0) for current in (0.5, 2.0)]
    rows = plate(**{
        f"{name} {capacity} {current}": {
            **kind, "areal_capacity_mAh_cm2": capacity, "current_density_mA_cm2": current, "electrolyte": electrolyte,
        }
        for capacity, current in cells for name, kind in kinds.items()
    })  # fmt: skip
    for capacity, current in cells:
        found = rows.loc[[f"{name} {capacity} {current}" for name in ("bottom", "even", "top", "foil")]]
        assert found["li_centroid"].is_monotonic_decreasing
        if (found["top_face_share"] > 0.25).all():
            continue  # none of them is a host any more: each is beyond its critical current
        for target in ("cycle_life_cycles", "coulombic_efficiency_pct"):
            bottom, even, top, foil = found[target]
            swollen = 0.97 if by == "silver" and capacity == 6.0 else 1.0  # the alloy takes pores
            assert bottom > swollen * even, (target, capacity, current)
            assert even > swollen * top, (target, capacity, current)
            assert even > foil, (target, capacity, current)


def test_stripping_leaves_less_dead_where_lithium_lies_deeper(plate, base) -> None:
    """Cell by cell the share of an open face times the exposure there; so the same order in what a cycle leaves."""
    complete = CompleteDesigns.of(
        pd.DataFrame([{**base, "framework": kind} for kind in ("carbon_fiber", "none")])
    )
    packed, own = inputs.pack(complete, shipped_parameters()), replace(UNIT, exposed_inside=0.25)
    inputs.leave_dead(packed, np.array([0.02, 0.06]), own)
    np.testing.assert_allclose(packed.cells.dead_top, [0.02, 0.06])
    np.testing.assert_allclose(packed.cells.dead_foil[0], 0.02 * 0.25**2)
    found, width = packed.hosts.dead[0], packed.hosts.width[0]
    depth = (np.cumsum(width) - 0.5 * width) / width.sum()
    np.testing.assert_allclose(found, 0.02 * 0.25 ** (2.0 * depth))
    assert found[0] > 10.0 * found[-1]
    rows = plate(**BARRIER, foil={"framework": "none"})
    assert rows["dead_lithium_share"].is_monotonic_increasing
    assert rows.loc["top", "dead_lithium_share"] > 3.0 * rows.loc["bottom", "dead_lithium_share"]


@pytest.mark.slow
def test_hosts_outlast_a_foil_at_any_current(plate) -> None:
    """As all sources report; the foil once did better at small currents, where only dead lithium was counted."""
    shared = [
        {"areal_capacity_mAh_cm2": capacity, "current_density_mA_cm2": current}
        for capacity in (0.5, 1.0, 3.0) for current in (0.1, 0.5, 2.0, 5.0)
    ]  # fmt: skip
    host, foil = (
        plate(**{str(one): {**kind, **one} for one in shared})["cycle_life_cycles"]
        for kind in ({}, {"framework": "none"})
    )
    assert (host > 1.5 * foil).all()


@pytest.mark.slow
def test_a_host_that_clogs_at_its_top_is_no_worse_than_a_foil(plate) -> None:
    """Pores that close under the top face are a face themselves: life falls smoothly to that of a foil, not below."""
    shared = {
        "electrolyte": "liquid_carbonate",
        "current_density_mA_cm2": 2.0,
        "porosity_top": 0.8,
        "porosity_bottom": 0.8,
    }
    capacities = [5.0, 6.0, 6.5, 7.0, 8.0, 9.0, 12.0]
    host, foil = (
        plate(**{f"{q}": {**shared, **kind, "areal_capacity_mAh_cm2": q} for q in capacities})
        for kind in ({}, {"framework": "none"})
    )
    for target in ("cycle_life_cycles", "ccd_mA_cm2"):
        assert host[target].is_monotonic_decreasing
        assert (host[target] > foil[target]).all(), target
    assert host["peak_local_current_density_mA_cm2"].max() <= 2.0
    fell = host["cycle_life_cycles"].to_numpy()[:-1] / host["cycle_life_cycles"].to_numpy()[1:]
    assert fell.max() < 2.5  # in steps of up to a fifth


@pytest.mark.slow
def test_more_real_area_trades_life_against_interphase(plate) -> None:
    """Pores of 10 um outlast coarser ones, whose local current is higher, and finer ones, which cost more interphase;
    more so the more lithium is moved."""
    sizes = [2.0, 10.0, 80.0]
    for capacity in (1.0, 5.0):
        shared = {"areal_capacity_mAh_cm2": capacity, "current_density_mA_cm2": 1.0}
        rows = plate(**{f"{d}": {**shared, "pore_size_top_um": d, "pore_size_bottom_um": d} for d in sizes})
        life = rows["cycle_life_cycles"].to_numpy()
        assert rows["plated_area_ratio"].is_monotonic_decreasing
        assert life[1] > life[2]
        assert life[1] > life[0]
        film = replace(constants.shipped(), exposed_inside=1e-9)
        lost, _ = lost_per_cycle(
            cycle_of(CompleteDesigns.of(rows), rows, rows["ccd_mA_cm2"].to_numpy(), shipped_parameters()),
            film,
            ASSUMED,
        )
        assert (np.diff(lost) < 0).all()


def test_more_real_area_lowers_the_local_current_and_costs_interphase(plate) -> None:
    """Finer pores of one host: dead lithium falls, interphase rises; which of the two wins depends on both."""
    shipped = constants.shipped()
    coarse, fine = cycle(area=5.0, local=0.2), cycle(area=50.0, local=0.02)
    only_dead = replace(shipped, interphase_ether=1e-9)
    only_films = replace(shipped, dead_ether=1e-9)
    assert cycle_life(fine, only_dead, ASSUMED)[0] > cycle_life(coarse, only_dead, ASSUMED)[0]
    assert cycle_life(fine, only_films, ASSUMED)[0] < cycle_life(coarse, only_films, ASSUMED)[0]
    rows = plate(coarse={"pore_size_top_um": 40.0, "pore_size_bottom_um": 40.0}, fine={})
    assert rows.loc["fine", "plated_area_ratio"] > 2.0 * rows.loc["coarse", "plated_area_ratio"]
    assert (
        rows.loc["fine", "peak_local_current_density_mA_cm2"]
        < rows.loc["coarse", "peak_local_current_density_mA_cm2"]
    )


@pytest.mark.parametrize(
    ("electrolyte", "additive"),
    [("liquid_ether", "lino3"), ("liquid_carbonate", "fec"), ("liquid_carbonate", "vc")],
)
def test_additives_help_where_they_are_used(plate, electrolyte: str, additive: str) -> None:
    rows = plate(
        without={"electrolyte": electrolyte}, with_it={"electrolyte": electrolyte, "additives": additive}
    )
    assert rows.loc["with_it", "cycle_life_cycles"] > 1.1 * rows.loc["without", "cycle_life_cycles"]
    assert rows.loc["with_it", "coulombic_efficiency_pct"] > rows.loc["without", "coulombic_efficiency_pct"]


def test_a_patterned_cell_lives_below_its_critical_current_and_not_above(plate) -> None:
    """Channels of 200 um bear 0.6 mA cm-2 and a plane 0.3: at 0.45 one cycles on and the other shorts."""
    rows = plate(**{
        f"{name} {current}": {**GARNET, **cut, "current_density_mA_cm2": current, "areal_capacity_mAh_cm2": current}
        for name, cut in (("plane", {}), ("channels", CHANNELS)) for current in (0.15, 0.45, 0.9)
    })  # fmt: skip
    life = rows["cycle_life_cycles"]
    assert life["plane 0.15"] > 20.0 * life["plane 0.45"]
    assert life["channels 0.45"] > 20.0 * life["plane 0.45"]
    assert life["channels 0.9"] < 0.05 * life["channels 0.45"]


def test_the_shipped_constants_are_those_of_the_file() -> None:
    told = json.loads(resource(f"datasets/{constants.FILE}").read_text(encoding="utf-8"))
    assert set(told["constants"]) == set(NAMES)
    for name, entry in told["constants"].items():
        assert entry["low"] < entry["value"] < entry["high"]
        assert getattr(constants.shipped(), name) == entry["value"]
    assert {"records", "date", "recipe", "failures", "papers"} <= set(told["made_by"])


@pytest.mark.parametrize("damage", ["", "{", "[]", "missing", "negative", "strange", "nan"])
def test_a_damaged_file_is_refused(tmp_path, damage: str) -> None:
    told = json.loads(resource(f"datasets/{constants.FILE}").read_text(encoding="utf-8"))
    path = tmp_path / "constants.json"
    if damage == "missing":
        del told["constants"]["nitrate"]
    elif damage == "negative":
        told["constants"]["nitrate"]["value"] = -1.0
    elif damage == "nan":
        told["constants"]["nitrate"]["value"] = float("nan")
    elif damage == "strange":
        told["constants"]["luck"] = {"value": 1.0}
    whole = damage in ("missing", "negative", "strange", "nan")
    path.write_text(json.dumps(told) if whole else damage, encoding="utf-8")
    with pytest.raises(InputError, match=r"constants\.json"):
        constants.load(path)


def test_lithium_behind_voids_is_missing_from_the_efficiency_and_not_from_the_life() -> None:
    """Grows with the current up to the critical one, falls with depth; 000 sec. 5.1 has 55.3 and 79.5 %."""
    solid = {"pellet": True, "ether": False, "top": 1.0, "area": 1.0}
    stress = np.array([0.0, 0.5, 1.0, 3.0])
    none, some = (cycle(4, stress=stress, behind=one, **solid) for one in (0.0, 0.575))
    lives, whole = cycle_life(none, UNIT, ASSUMED)
    same, read = cycle_life(some, UNIT, ASSUMED)
    np.testing.assert_array_equal(lives, same)
    np.testing.assert_allclose(read / whole, np.exp(-0.575 * np.array([0.0, 0.5, 1.0, 1.0])), rtol=1e-12)
    inside = cycle(1, stress=1.0, behind=0.575, **{**solid, "top": 0.0, "depth": 0.5})
    shallow = replace(UNIT, exposed_inside=0.4)
    assert behind_voids(inside, shallow)[0] == pytest.approx(0.4 * 0.575, rel=1e-12)
