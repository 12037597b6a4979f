"""The ageing law: directions that chemistry asks for, limits, and the file of its constants."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from surrogate.errors import InputError
from surrogate.physics.ageing import constants
from surrogate.physics.ageing.constants import NAMES, AgeingConstants
from surrogate.physics.ageing.law import Cycle, cycle_life, lost_per_cycle
from surrogate.resources import resource

UNIT = AgeingConstants(**dict.fromkeys(NAMES, 1.0))
GARNET = {"framework": "none", "electrolyte": "llzo", "stack_pressure_MPa": 1.0, "temperature_C": 25.0}
CHANNELS = {"pattern_size_um": 200.0, "pattern_depth_um": 300.0}


def cycle(n: int = 1, **changes: object) -> Cycle:
    """n like cells in an ether; changed fields may be scalars or (n,)."""
    fields: dict[str, object] = {
        "interphase": 1e-3, "dead": 0.02, "interphase_factor": 1.0, "dead_factor": 1.0, "area": 10.0, "top": 0.1,
        "local": 1.0, "capacity": 1.0, "excess": 5.0, "stress": 0.1, "pressed": 1e12, "ether": True,
        "carbonate": False, "pellet": False, **changes,
    }  # fmt: skip
    return Cycle(**{name: np.broadcast_to(np.asarray(value), (n,)).copy() for name, value in fields.items()})  # type: ignore[arg-type]


def test_what_is_lost_by_hand() -> None:
    """1e-3 x 10 on the area; 0.02 x 2 x 1 x 4^0.5 of the capacity, all of it as if on an open face."""
    own = replace(UNIT, current_exponent=0.5)
    lost = lost_per_cycle(cycle(capacity=2.0, local=4.0), own)
    assert lost == pytest.approx(1e-2 + 0.08, rel=1e-12)
    life, efficiency = cycle_life(cycle(capacity=2.0, local=4.0, stress=0.0), replace(own, wear_cycles=1e12))
    assert life == pytest.approx(1.0 + 1.0 / (0.09 / (5.0 + 0.4) + 0.09 / 15.0), rel=1e-9)
    assert efficiency == pytest.approx(100.0 * np.exp(-0.045), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "values", "sign"),
    [
        ("local", [0.1, 1.0, 10.0], -1),
        ("stress", [0.01, 0.5, 1.0, 2.0], -1),
        ("top", [0.0, 0.2, 1.0], -1),
        ("area", [1.0, 5.0, 50.0], -1),
        ("dead_factor", [0.3, 0.6, 1.0], -1),
        ("interphase_factor", [0.3, 0.6, 1.0], -1),
        ("excess", [0.0, 1.0, 50.0], 1),
    ],
)
@pytest.mark.parametrize("pellet", [False, True])
def test_each_part_acts_one_way(name: str, values: list[float], sign: int, pellet: bool) -> None:
    shipped = constants.shipped()
    life = cycle_life(cycle(len(values), **{name: values}, pellet=pellet), shipped)[0]
    assert (np.diff(life) * sign > 0).all()


def test_a_pellet_is_shorted_above_its_critical_current_and_hardly_aged_by_it_below() -> None:
    shipped = constants.shipped()
    life = cycle_life(
        cycle(4, stress=[0.0, 0.7, 1.3, 1e9], pellet=True, interphase=1e-7, dead=1e-5), shipped
    )[0]
    assert life[1] > 0.5 * life[0]
    assert life[2] < 2.0 * shipped.short_cycles
    assert life[2] < 0.05 * life[1]
    assert life[3] > 1.0


@pytest.mark.parametrize("electrolyte", ["liquid_ether", "liquid_carbonate", "gel", "lpsc"])
@pytest.mark.parametrize("column", ["current_density_mA_cm2", "areal_capacity_mAh_cm2"])
def test_cycle_life_falls_with_current_and_capacity(plate, electrolyte: str, column: str) -> None:
    values = [0.2, 0.5, 1.0, 2.0, 4.0]
    rows = plate(**{f"v{value}": {"electrolyte": electrolyte, column: value} for value in values})
    assert (np.diff(rows["cycle_life_cycles"]) < 0).all()


def test_lithium_that_gathers_at_the_top_shortens_life(plate) -> None:
    rows = plate(bottom={"nucleation_overpotential_top_mV": 40.0}, even={}, foil={"framework": "none"})
    assert rows["top_face_share"].is_monotonic_increasing
    assert rows["cycle_life_cycles"].is_monotonic_decreasing


def test_more_real_area_lowers_the_local_current_and_costs_interphase(plate) -> None:
    """Finer pores of one host: dead lithium falls, interphase rises; which of the two wins depends on both."""
    shipped = constants.shipped()
    coarse, fine = cycle(area=5.0, local=0.2), cycle(area=50.0, local=0.02)
    only_dead = replace(shipped, interphase_ether=1e-9)
    only_films = replace(shipped, dead_ether=1e-9)
    assert cycle_life(fine, only_dead)[0] > cycle_life(coarse, only_dead)[0]
    assert cycle_life(fine, only_films)[0] < cycle_life(coarse, only_films)[0]
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
