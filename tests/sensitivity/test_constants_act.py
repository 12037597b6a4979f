"""A constant moves what it has to move, and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.execution import workers
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.uncertainty import Constant, constants, is_entry
from surrogate.sensitivity.cases import CONDITIONS, HOSTS, OUTPUTS, representative_hosts
from surrogate.sensitivity.runs import Job, Simulator, outputs

ETHER, GARNET = "uniform conductor", "garnet host in garnet"


@pytest.fixture(scope="module")
def hosts() -> CompleteDesigns:
    return representative_hosts()


@pytest.fixture(scope="module")
def base(hosts: CompleteDesigns) -> pd.DataFrame:
    return outputs(hosts, {})


def named_host(hosts: CompleteDesigns, name: str) -> CompleteDesigns:
    return hosts.take(hosts.index.get_indexer([name]))


def named(designs: CompleteDesigns, key: str) -> Constant:
    return next(one for one in constants(designs) if one.key == key)


def test_the_hosts_complete_and_differ(base: pd.DataFrame) -> None:
    assert len(base) == len(HOSTS) == 8
    assert np.isfinite(base.to_numpy()).all()
    assert base["bottom_half_share"].max() - base["bottom_half_share"].min() > 0.9


def test_a_missing_run_has_no_numbers_but_its_critical_current(hosts: CompleteDesigns) -> None:
    fast = hosts.frame.loc[["planar foil"]].assign(
        current_density_mA_cm2=100.0, areal_capacity_mAh_cm2=50.0, electrolyte="peo", temperature_C=60.0
    )
    row = outputs(CompleteDesigns.of(fast), {}).iloc[0]
    assert np.isnan(row["overpotential_mV"])
    assert np.isnan(row["top_face_share"])
    assert row["ccd_mA_cm2"] > 0


@pytest.mark.parametrize(
    ("host", "key"),
    [
        (GARNET, "electrolytes.llzo.salt_diffusivity"),  # only lithium moves: nothing diffuses
        (GARNET, "electrolytes.llzo.salt_concentration"),
        (GARNET, "critical_current.local_limit_mA_cm2"),  # a limit of liquids
        ("planar foil", "plating.wiring_fill"),  # nothing to wire
        ("planar foil", "composition.bruggeman_exponent"),
        (ETHER, "composition.covering_fraction"),  # no agent
        (ETHER, "plating.kinetic_activation_J_mol"),  # at the reference temperature
        (ETHER, "interface.short_onset_MPa"),  # no pellet
    ],
)
def test_a_constant_that_cannot_act_changes_nothing(
    hosts: CompleteDesigns, base: pd.DataFrame, host: str, key: str
) -> None:
    one = named(hosts, key)
    for end in (one.low, one.high):
        moved = outputs(named_host(hosts, host), {key: end})
        pd.testing.assert_frame_equal(moved, base.loc[[host]], rtol=1e-12)


@pytest.mark.slow
def test_hosts_that_are_not_rerun_would_have_given_the_same(
    hosts: CompleteDesigns, base: pd.DataFrame
) -> None:
    """All constants that claim not to act on a host, moved together, leave it as it is."""
    everything = constants(hosts)
    for row, host in enumerate(hosts.index):
        idle = {one.key: one.high for one in everything if not one.can_act(hosts)[row]}
        assert idle
        moved = outputs(named_host(hosts, host), idle)
        pd.testing.assert_frame_equal(moved, base.loc[[host]], rtol=1e-12)


@pytest.mark.parametrize(
    ("host", "key", "output", "sign"),
    [
        (ETHER, "electrolytes.liquid_ether.sei_resistance", "overpotential_mV", 1),
        ("planar foil", "electrolytes.liquid_ether.sei_resistance", "overpotential_mV", 1),
        (ETHER, "electrolytes.liquid_ether.exchange_current_density", "overpotential_mV", -1),
        (ETHER, "plating.counter_roughness", "overpotential_mV", -1),
        (ETHER, "electrolytes.liquid_ether.separator_tortuosity", "overpotential_mV", 1),
        ("planar foil", "solids.copper.nucleation_overpotential", "nucleation_overpotential_mV", 1),
        ("lithiophilicity gradient", "plating.covering_thickness_m", "bottom_half_share", 1),
        (ETHER, "critical_current.local_limit_mA_cm2", "ccd_mA_cm2", 1),
        (ETHER, "electrolytes.liquid_ether.dead_lithium_fraction", "ccd_mA_cm2", -1),
        (ETHER, "electrolytes.liquid_ether.sei_loss", "cycle_life_cycles", -1),
        (ETHER, "ageing.fade", "cycle_life_cycles", 1),
        (ETHER, "fitted.interphase_ether", "cycle_life_cycles", -1),
        (ETHER, "fitted.exposed_inside", "cycle_life_cycles", -1),
        (GARNET, "electrolytes.llzo.reference_ccd", "ccd_mA_cm2", 1),
        (GARNET, "electrolytes.llzo.separator_thickness", "overpotential_mV", 1),
    ],
)
@pytest.mark.slow
def test_a_constant_that_must_act_does_so_one_way(
    hosts: CompleteDesigns, host: str, key: str, output: str, sign: int
) -> None:
    one = named(hosts, key)
    walk = [outputs(named_host(hosts, host), {key: one.at(x)})[output].iloc[0] for x in (0.0, 0.5, 1.0)]
    assert (np.diff(walk) * sign > 1e-3 * abs(walk[0])).all(), walk


@pytest.mark.process
def test_processes_change_nothing(hosts: CompleteDesigns) -> None:
    keys = ["plating.wiring_fill", "ageing.fade", "electrolytes.liquid_ether.conductivity"]
    jobs = [Job({key: getattr(named(hosts, key), end)}, (0, 6)) for key in keys for end in ("low", "high")]
    alone = Simulator(hosts)(jobs)
    told: list[tuple[str, int, int]] = []
    with workers(2) as who:
        together = Simulator(hosts, who)(jobs, "moving", lambda *now: told.append(now))
    for one, other in zip(alone, together, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert told == [("moving", done, 6) for done in range(1, 7)]


def test_only_what_is_in_use_is_listed(hosts: CompleteDesigns) -> None:
    foil = constants(named_host(hosts, "planar foil"))
    found = {one.key.split(".")[1] for one in foil if is_entry(one.key)}
    assert found == {"liquid_ether", "copper"}
    assert not any(one.key.endswith((".cost", ".density")) for one in constants(hosts))
    sourced = named(hosts, "solids.copper.nucleation_overpotential")
    assert not sourced.assumed
    assert named(hosts, "electrolytes.liquid_ether.conductivity").assumed


def test_conditions_are_one_ether_cell(hosts: CompleteDesigns) -> None:
    assert set(hosts["electrolyte"]) == {"liquid_ether", "llzo"}
    for column, value in CONDITIONS.items():
        if column != "electrolyte":
            assert (hosts[column] == value).all()
    assert {one.column for one in OUTPUTS} >= {"ccd_mA_cm2", "cycle_life_cycles", "overpotential_mV"}
