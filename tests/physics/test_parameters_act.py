"""Every constant of ``PhysicsParameters`` acts on a simulation, and on no other that runs at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pandas as pd
import pytest

import surrogate
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import PhysicsParameters, simulate
from surrogate.physics.parameters import facts, keys, shipped_parameters
from surrogate.physics.plating import runs as plating

PACKAGE = Path(surrogate.__file__).parent
SILVER = "agents.silver.nucleation_overpotential"
FILM = "electrolytes.liquid_ether.sei_resistance"


# ---- Every constant is read

ALIKE: dict[str, Any] = {
    "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": 5.0,
    "additives": "none", "agent": "none", "electrolyte": "liquid_ether",
}  # fmt: skip
POROUS: dict[str, Any] = {
    **ALIKE, "framework": "carbon_fiber", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5,
    "thickness_um": 100.0,
}  # fmt: skip
FOIL: dict[str, Any] = {**ALIKE, "framework": "none"}
INSULATING: dict[str, Any] = {"conductor_top": 0.0, "dielectric_top": 1.0}
DESIGNS: dict[str, dict[str, Any]] = {
    "warm ether host with nitrate": {
        **POROUS, "temperature_C": 40.0, "areal_capacity_mAh_cm2": 2.0, "additives": "lino3",
    },
    "carbonate host with silver": {
        **POROUS, "electrolyte": "liquid_carbonate", "agent": "silver", "agent_bottom": 0.05,
        "conductor_bottom": 0.95, "areal_capacity_mAh_cm2": 2.0, "additives": "fec",
    },
    "gradient from polymer to carbon": {
        **POROUS, **INSULATING, "dielectric_material": "pan", "conductor_bottom": 0.3, "dielectric_bottom": 0.7,
        "areal_capacity_mAh_cm2": 2.0,
    },
    "nearly full host": {
        **POROUS, "thickness_um": 40.0, "areal_capacity_mAh_cm2": 7.0, "porosity_top": 0.6, "porosity_bottom": 0.6,
    },
    "overgrown host": {**POROUS, "thickness_um": 20.0, "areal_capacity_mAh_cm2": 7.0},
    "insulating host": {
        **POROUS, **INSULATING, "framework": "glass_fiber", "conductor_bottom": 0.0, "dielectric_bottom": 1.0,
    },
    "garnet composite under pressure": {
        **POROUS, "framework": "llzo_scaffold", "electrolyte": "llzo", "conductor_top": 0.4, "conductor_bottom": 0.4,
        "ion_conductor_top": 0.6, "ion_conductor_bottom": 0.6, "temperature_C": 60.0, "stack_pressure_MPa": 2.0,
    },
    "host without ions in garnet": {**POROUS, "electrolyte": "llzo"},
    "porous garnet pellet with full contact": {
        **FOIL, "electrolyte": "llzo", "stack_pressure_MPa": 1.0, "interface_resistance_ohm_cm2": 0.5,
        "pellet_density_pct": 90.0, "current_density_mA_cm2": 0.2,
    },
    "pressed sulfide": {
        **FOIL, "electrolyte": "lpsc", "stack_pressure_MPa": 19.0, "temperature_C": 40.0,
        "current_density_mA_cm2": 0.5,
    },
    "crushed sulfide": {**FOIL, "electrolyte": "lpsc", "stack_pressure_MPa": 78.0, "current_density_mA_cm2": 0.2},
    "cold sulfide near the voltage limit": {
        **FOIL, "electrolyte": "lps", "current_density_mA_cm2": 1.8, "temperature_C": -10.0,
    },
    "polymer foil": {**FOIL, "electrolyte": "peo", "temperature_C": 60.0, "areal_capacity_mAh_cm2": 2.0},
    "limited by overgrowth": {
        **ALIKE, "framework": "pan", "agent": "zinc", "conductor_material": "carbon_nanotube", "conductor_top": 0.28,
        "dielectric_top": 0.64, "agent_top": 0.08, "conductor_bottom": 0.8, "dielectric_bottom": 0.09,
        "agent_bottom": 0.11, "gradient_exponent": 1.15, "porosity_top": 0.83, "porosity_bottom": 0.72,
        "pore_size_top_um": 3.0, "pore_size_bottom_um": 3.6, "tortuosity": 1.94, "thickness_um": 135.0,
        "electrolyte": "liquid_carbonate", "additives": "lino3_fec", "current_density_mA_cm2": 0.5,
        "areal_capacity_mAh_cm2": 6.3, "temperature_C": 27.0,
    },
    "gel that runs out of salt": {
        **ALIKE, "framework": "pan", "agent": "silicon", "conductor_top": 0.124, "dielectric_top": 0.8,
        "agent_top": 0.046, "ion_conductor_top": 0.03, "conductor_bottom": 0.522, "dielectric_bottom": 0.19,
        "agent_bottom": 0.058, "ion_conductor_bottom": 0.23, "gradient_exponent": 0.37, "porosity_top": 0.69,
        "porosity_bottom": 0.67, "pore_size_top_um": 1.9, "pore_size_bottom_um": 6.4, "tortuosity": 2.8,
        "thickness_um": 60.0, "electrolyte": "gel", "additives": "lino3_fec", "current_density_mA_cm2": 38.9,
        "areal_capacity_mAh_cm2": 5.0, "temperature_C": 50.0, "li_excess_mAh_cm2": 13.0,
    },
    "cold ether host": {**POROUS, "temperature_C": 0.0},
}  # fmt: skip
# Without a range of their own: another value, and the design it acts on. ``exhausted`` acts on one depleted run in
# thirty, where steps become small just there, and needs a large move.
ELSEWHERE = {
    "plating.voltage_limit_V": (4.5, "cold sulfide near the voltage limit"),
    "plating.mostly_outside": (0.6, "overgrown host"),
    "plating.least_ionic_S_m": (2e-9, "host without ions in garnet"),
    "plating.full": (0.99, "nearly full host"),
    "plating.most_covered": (0.98, "carbonate host with silver"),
    "plating.least_part": (0.022, "warm ether host with nitrate"),
    "plating.representative_pores": (3.3, "carbonate host with silver"),
    "plating.reaching_fill": (0.85, "nearly full host"),
    "plating.depleted": (0.04, "polymer foil"),
    "plating.exhausted": (1e-6, "gel that runs out of salt"),
    "composition.least_carrying": (1.1e-6, "garnet composite under pressure"),
    "composition.least_conductivity_S_m": (1e-9, "insulating host"),
    "interface.immediate_short_MPa": (80.0, "crushed sulfide"),
    "ageing.reference_local_mA_cm2": (1.1, "warm ether host with nitrate"),
    "ageing.sharpness": (22.0, "garnet composite under pressure"),
    "ageing.shorting_exponent": (2.2, "warm ether host with nitrate"),
}
# With a range, and acting on few of the designs; all others act on the first.
ACTS_ON = {
    "plating.stripping_cutoff_V": "nearly full host",
    "composition.percolation_threshold": "gradient from polymer to carbon",
    "composition.percolation_exponent": "gradient from polymer to carbon",
    "composition.covering_fraction": "carbonate host with silver",
    "composition.carrying_conductivity_S_m": "garnet composite under pressure",
    "critical_current.overgrown_top_share": "limited by overgrowth",
    "critical_current.voltage_V": "polymer foil",
    **dict.fromkeys([f"interface.{name}" for name in ("creep_activation_J_mol", "short_onset_MPa", "shorted_MPa",
                                                      "pressing_power")], "pressed sulfide"),
    **dict.fromkeys([f"fitted.{name}" for name in ("interphase_carbonate", "dead_carbonate", "carbonate_additive")],
                    "carbonate host with silver"),
    **dict.fromkeys([f"interface.{name}" for name in ("contact_exponent", "full_contact_ohm_cm2", "toughness_decay")],
                    "porous garnet pellet with full contact"),
    "fitted.short_cycles": "pressed sulfide",
    "ageing.cold_loss_activation_J_mol": "cold ether host",
}  # fmt: skip


@pytest.fixture(scope="module")
def complete() -> dict[str, CompleteDesigns]:
    return {name: CompleteDesigns.of(pd.DataFrame([row])) for name, row in DESIGNS.items()}


@pytest.fixture(scope="module")
def shipped_results(complete: dict[str, CompleteDesigns]) -> dict[str, pd.DataFrame]:
    return {name: simulate(design, workers=1) for name, design in complete.items()}


def changed(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    return [name for name in one.columns if not one[name].equals(other[name])]


@pytest.mark.parametrize("key", keys())
def test_every_constant_changes_what_it_should(key, complete, shipped_results) -> None:
    """None is left behind by a default on the way from the parameters to the results."""
    known = facts(key)
    if known.low is None or known.high is None:
        value, design = ELSEWHERE[key]
        owner, name = key.split(".")
        group = replace(getattr(shipped_parameters(), owner), **{name: value})
        ends = [replace(shipped_parameters(), **{owner: group})]
    else:
        design = ACTS_ON.get(key, next(iter(DESIGNS)))
        ends = [
            PhysicsParameters().with_values({key: end})
            for end in (known.low, known.high)
            if end != shipped_parameters().value(key)
        ]
    found = (changed(shipped_results[design], simulate(complete[design], one, workers=1)) for one in ends)
    assert any(found)


def test_designs_are_what_their_names_say(shipped_results) -> None:
    outcome = {name: rows["outcome"].item() for name, rows in shipped_results.items()}
    assert outcome["overgrown host"] == "overgrown"
    assert outcome["gel that runs out of salt"] == "depleted"
    assert outcome["cold sulfide near the voltage limit"] == "completed"
    limit = {name: rows["ccd_limit"].item() for name, rows in shipped_results.items()}
    assert limit["limited by overgrowth"] == "overgrowth"
    assert limit["pressed sulfide"] == "high_pressure"
    assert limit["crushed sulfide"] == "mechanical_short"
    assert limit["polymer foil"] == "depletion"


def test_keys_without_a_range_are_all_looked_at() -> None:
    assert set(ELSEWHERE) == {key for key in keys() if facts(key).low is None}
    assert set(ACTS_ON) <= set(keys())


# ---- Side by side

LABORATORIES = (
    {
        "plating.closing_power": 2.0, "plating.wiring_fill": 0.45, "ageing.fade": 0.35, SILVER: 5.0, FILM: 50.0,
        "fitted.dead_ether": 2.0, "interface.pressing_power": 2.5, "critical_current.area_exponent": 0.6,
        "composition.covering_fraction": 0.08, "electrolytes.lpsc.reference_ccd": 0.3,
    },
    {
        "plating.closing_power": 8.0, "plating.wiring_fill": 0.22, "ageing.fade": 0.15, SILVER: 1.0, FILM: 10.0,
        "fitted.dead_ether": 4.0, "interface.pressing_power": 5.5, "critical_current.area_exponent": 0.1,
        "composition.covering_fraction": 0.015, "electrolytes.lpsc.reference_ccd": 0.15,
    },
)  # fmt: skip
ROUNDS = 4


def test_two_threads_each_get_what_they_get_alone() -> None:
    """With and without agents, a liquid and solids; more designs than one thread of the kernel takes at once."""
    names = ["warm ether host with nitrate", "carbonate host with silver", "garnet composite under pressure",
             "pressed sulfide", "nearly full host"]  # fmt: skip
    designs = CompleteDesigns.of(pd.DataFrame([DESIGNS[name] for name in names] * 6).fillna({
        "agent_top": 0.0, "agent_bottom": 0.0, "dielectric_top": 0.0, "dielectric_bottom": 0.0,
        "ion_conductor_top": 0.0, "ion_conductor_bottom": 0.0,
    }))  # fmt: skip
    assert len(designs.frame) > plating.CHUNK
    laboratories = [PhysicsParameters().with_values(values) for values in LABORATORIES]
    alone = [simulate(designs, one, workers=1) for one in (*laboratories, None)]
    for one in alone[:2]:
        for target in ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV"):
            assert (one[target] != alone[2][target]).sum() >= len(one) / 2, target
    start = Barrier(2)

    def simulated(turn: int) -> list[pd.DataFrame]:
        found = []
        for _ in range(ROUNDS):
            start.wait(timeout=120)
            found.append(simulate(designs, laboratories[turn], workers=2))
        return found

    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(simulated, range(2)))
    for turn in range(2):
        for found in together[turn]:
            pd.testing.assert_frame_equal(found, alone[turn], check_exact=True)
    pd.testing.assert_frame_equal(simulate(designs, workers=1), alone[2], check_exact=True)
