"""``simulate`` and ``profile``: what comes back, for every kind of design, and that nothing breaks them."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.errors import DesignError
from surrogate.hosts.columns import DESIGN_COLUMNS, TARGETS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics import ccd, profile, simulate
from surrogate.physics.accounting import lithium_thickness_um
from surrogate.physics.parameters import PhysicsParameters, shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.runs import run
from surrogate.report.earlier_answers import answer_columns

OUTCOMES = {"completed", "overgrown", "depleted", "voltage_cutoff", "not_converged", "outside_law_range"}
PROMISED = (
    "outcome", "plateau_overpotential_mV", "nucleation_overpotential_mV", "bottom_half_share", "top_face_share",
    "li_centroid", "peak_local_current_density_mA_cm2", "min_concentration_ratio", "sand_time_ratio",
    "host_capacity_mAh_cm2", "thickness_change_pct", "ccd_mA_cm2", "ccd_limit", "cycle_life_cycles",
    "overpotential_mV", "charge_error",
)  # fmt: skip


def pack(designs: CompleteDesigns, **mesh: int) -> plating.Packed:
    return plating.pack(designs, shipped_parameters(), **mesh)


@pytest.fixture(scope="module")
def sampled() -> pd.DataFrame:
    return simulate(host_space().sample(200, seed=3))


@pytest.mark.slow
def test_every_promised_column_is_there(sampled):
    assert set(DESIGN_COLUMNS) <= set(sampled.columns)
    assert set(PROMISED) <= set(sampled.columns)
    assert set(sampled.columns) <= {*DESIGN_COLUMNS, *answer_columns()}  # what predict leaves out of a table
    assert not sampled.columns.duplicated().any()


def test_every_design_of_the_space_has_a_trusted_outcome(sampled):
    assert set(sampled["outcome"]) <= OUTCOMES - {"not_converged", "outside_law_range"}
    assert (sampled["outcome"] == "completed").mean() > 0.7


def test_charge_is_kept_where_a_run_completed(sampled):
    done = sampled["outcome"].isin(["completed", "overgrown"])
    assert sampled.loc[done, "charge_error"].max() <= 1e-5
    assert sampled.loc[~done, "charge_error"].isna().all()


def test_every_number_is_finite_where_the_run_got_that_far(sampled):
    done = sampled[sampled["outcome"].isin(["completed", "overgrown"])]
    numbers = done[
        [name for name in PROMISED if name not in ("outcome", "ccd_limit", "thickness_change_pct")]
    ]
    assert np.isfinite(numbers.to_numpy(dtype=float)).all()
    assert np.isfinite(sampled[["cycle_life_cycles", "ccd_mA_cm2"]].to_numpy()).all()
    assert (sampled[["cycle_life_cycles", "ccd_mA_cm2"]] > 0).all().all()


def test_shares_are_shares(sampled):
    for name in ("bottom_half_share", "top_face_share", "li_centroid", "min_concentration_ratio"):
        assert sampled[name].between(0.0, 1.0 + 1e-9).all(), name
    assert (sampled["top_face_share"] + sampled["bottom_half_share"] <= 1.0 + 1e-9).all()


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(sampled):
    again = simulate(sampled[list(DESIGN_COLUMNS)], workers=1)
    pd.testing.assert_frame_equal(again, sampled)


def test_a_critical_current_is_searched_once_where_that_is_asked_for(sampled, monkeypatch):
    """Also in another order, beside designs that are new, and not under other constants."""
    searched, search = [], ccd._searched

    def counted(designs, *rest, **more):
        searched.append(len(designs))
        return search(designs, *rest, **more)

    monkeypatch.setattr(ccd, "_searched", counted)
    designs = CompleteDesigns.of(sampled.head(40))
    other = PhysicsParameters().with_values({"critical_current.voltage_V": 2.0})
    with ccd.searched_once(shipped_parameters()):
        simulate(designs.take(range(30)))
        again = simulate(designs.take(range(39, -1, -1)))
        under_other = [simulate(designs.take(range(5)), other) for _ in range(2)]
    assert searched == [30, 10, 5, 5]
    alone = sampled.head(40)[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.reset_index(drop=True), alone, rtol=1e-12)
    pd.testing.assert_frame_equal(*under_other, check_exact=True)
    simulate(designs.take(range(5)))
    assert searched[-1] == 5, "nothing is kept afterwards"


def test_index_and_order_are_kept(base):
    table = pd.DataFrame([base, {**base, "thickness_um": 300.0}], index=["b", "a"])
    out = simulate(table)
    assert list(out.index) == ["b", "a"]
    assert out.loc["a", "bottom_half_share"] < out.loc["b", "bottom_half_share"]


@pytest.mark.slow
def test_progress_reaches_the_end(base):
    told: list[tuple[str, int, int]] = []
    simulate(pd.DataFrame([base] * 60), progress=lambda *told_now: told.append(told_now))
    assert ("simulating", 60, 60) in told
    assert told[-1] == ("critical currents", 60, 60)
    for stage in ("simulating", "critical currents"):
        done = [count for name, count, _ in told if name == stage]
        assert done == sorted(done)


@pytest.mark.slow
def test_compiling_is_a_stage_of_its_own_and_only_where_it_is_needed(base, monkeypatch):
    module = sys.modules["surrogate.physics.simulate"]
    table, told = pd.DataFrame([base]), []
    simulate(table)
    plain = simulate(table, progress=lambda what, *_: told.append(what))
    assert not any("compiling" in what for what in told)
    monkeypatch.setattr(module, "is_compiled", lambda: False)
    cold: list[tuple[str, int, int]] = []
    pd.testing.assert_frame_equal(simulate(table, progress=lambda *one: cold.append(one)), plain)
    assert cold[:2] == [(module.COMPILING, 0, 1), (module.COMPILING, 1, 1)]
    assert "a minute" in module.COMPILING


def test_every_stage_runs_on_the_same_machine_code(base):
    packed = pack(CompleteDesigns.of(pd.DataFrame([base])))
    searched = packed.take(np.arange(1))  # as the search of the critical current does
    for part in (packed, searched):
        for one in (part.protocol_rows, part.cell_rows, part.host_rows, part.planar):
            assert one.flags.writeable  # else numba compiles a second time
            assert one.flags.c_contiguous


@pytest.mark.parametrize("electrolyte", list(materials.electrolytes))
def test_a_planar_foil_plates_in_every_electrolyte(electrolyte):
    row = {
        "framework": "none",
        "electrolyte": electrolyte,
        "current_density_mA_cm2": 0.1,
        "temperature_C": 60.0,
    }
    out = simulate(pd.DataFrame([row])).iloc[0]
    assert out["outcome"] == "completed"
    assert out["top_face_share"] == 1.0
    assert out["bottom_half_share"] == 0.0
    assert out["host_capacity_mAh_cm2"] == 0.0
    assert np.isnan(out["thickness_change_pct"])
    if materials.electrolyte(electrolyte).single_ion:
        assert out["min_concentration_ratio"] == 1.0
        assert out["sand_time_ratio"] == 0.0


def test_lithium_beyond_the_pores_overgrows_and_thickens_the_host(plate):
    out = plate(small={"thickness_um": 20.0, "areal_capacity_mAh_cm2": 8.0}).iloc[0]
    capacity = 20.0 * 0.8 / float(lithium_thickness_um(1.0))
    assert out["host_capacity_mAh_cm2"] == pytest.approx(capacity)
    assert out["outcome"] == "overgrown"
    grown = float(lithium_thickness_um(8.0 - capacity)) / 20.0 * 100.0
    assert out["thickness_change_pct"] == pytest.approx(grown, rel=0.05)


def test_a_current_far_beyond_the_limit_depletes_the_salt(plate):
    out = plate(fast={"electrolyte": "gel", "framework": "none", "current_density_mA_cm2": 40.0}).iloc[0]
    assert out["outcome"] == "depleted"
    assert out["min_concentration_ratio"] < 0.02
    assert out["ccd_mA_cm2"] < 10.0
    assert out["cycle_life_cycles"] < 100.0


def test_a_resistive_cell_reaches_the_voltage_limit(plate):
    out = plate(
        cold={
            "electrolyte": "lps",
            "current_density_mA_cm2": 10.0,
            "temperature_C": -10.0,
            "stack_pressure_MPa": 5.0,
        }
    ).iloc[0]
    assert out["outcome"] == "voltage_cutoff"
    assert np.isnan(out["overpotential_mV"])


EXTREMES = {
    "smallest pores": {"pore_size_top_um": 0.5, "pore_size_bottom_um": 0.5},
    "largest pores": {"pore_size_top_um": 500.0, "pore_size_bottom_um": 500.0},
    "densest": {"porosity_top": 0.3, "porosity_bottom": 0.3},
    "thinnest": {"thickness_um": 5.0},
    "thickest": {"thickness_um": 1000.0},
    "fastest": {"current_density_mA_cm2": 100.0},
    "slowest": {"current_density_mA_cm2": 0.01},
    "fullest": {"areal_capacity_mAh_cm2": 50.0},
    "emptiest": {"areal_capacity_mAh_cm2": 0.01},
    "insulator": {"conductivity_top_S_m": 1e-16, "conductivity_bottom_S_m": 1e-16},
    "superconductor": {"conductivity_top_S_m": 1e8, "conductivity_bottom_S_m": 1e8},
    "unwetted": {"nucleation_overpotential_top_mV": 500.0, "nucleation_overpotential_bottom_mV": 500.0},
    "steepest": {"gradient_exponent": 10.0, "pore_size_top_um": 100.0, "pore_size_bottom_um": 1.0},
    "beyond the laws": {"porosity_top": 0.1},
}


@pytest.mark.parametrize("electrolyte", ["liquid_ether", "gel", "lpsc"])
def test_extreme_designs_are_labelled(plate, electrolyte):
    out = plate(**{name: {**change, "electrolyte": electrolyte} for name, change in EXTREMES.items()})
    assert out.loc["beyond the laws", "outcome"] == "outside_law_range"
    assert out.loc["beyond the laws", [*TARGETS, "coulombic_efficiency_pct"]].isna().all()
    assert out.loc["beyond the laws", list(TARGETS)].isna().all()
    inside = out.drop("beyond the laws")
    assert set(inside["outcome"]) <= OUTCOMES - {"not_converged", "outside_law_range"}
    assert np.isfinite(inside[["ccd_mA_cm2", "cycle_life_cycles"]].to_numpy(dtype=float)).all()


@pytest.mark.parametrize(
    "change",
    [
        {"porosity_top": 0.0},
        {"pore_size_top_um": 1e-3},
        {"current_density_mA_cm2": 1000.0},
        {"thickness_um": np.nan},
    ],
    ids=["no pores", "1 nm pores", "1 A/cm2", "no number"],
)
def test_impossible_designs_are_refused(plate, change):
    with pytest.raises(DesignError, match=f"row 1, column {next(iter(change))}"):
        plate(bad=change)


def test_a_profile_is_the_same_run_in_depth(base):
    frames = profile(pd.Series(base))
    out = simulate(pd.DataFrame([base])).iloc[0]
    times, depths = len(frames["time_h"]), len(frames["depth_um"])
    assert depths == plating.CELLS
    for name in ("lithium_mAh_cm3", "pore_fill", "concentration_mol_m3", "drive_mV"):
        assert frames[name].shape == (times, depths)
    assert frames["charge_mAh_cm2"][-1] == pytest.approx(1.0, rel=1e-6)
    assert frames["time_h"][-1] == pytest.approx(1.0, rel=1e-6)
    inside = frames["lithium_mAh_cm3"][-1] @ (1e-4 * frames["width_um"])
    assert inside + frames["top_face_mAh_cm2"][-1] + frames["foil_mAh_cm2"][-1] == pytest.approx(
        1.0, rel=1e-6
    )
    assert frames["top_face_mAh_cm2"][-1] == pytest.approx(out["top_face_share"], rel=1e-6)


def test_a_planar_profile_has_no_depth():
    frames = profile(pd.Series({"framework": "none"}))
    assert frames["depth_um"].size == 0
    assert frames["top_face_mAh_cm2"][-1] == pytest.approx(1.0, rel=1e-6)


@pytest.mark.slow
def test_the_grid_and_the_steps_are_fine_enough(sampled):
    """Against a mesh and steps several times finer, 95th percentiles; the full contest is in tests/benchmarks."""
    designs = CompleteDesigns.of(sampled.loc[sampled["outcome"] == "completed", list(DESIGN_COLUMNS)])
    coarse = plating.states(designs, pack(designs), run(pack(designs)), mostly_outside=0.5)
    fine_pack = pack(designs, cells=90)
    fine_run = run(fine_pack, steps=200, separator_cells=20)
    fine = plating.states(designs, fine_pack, fine_run, mostly_outside=0.5)
    for name, relative, limit in (
        ("bottom_half_share", False, 0.01),
        ("top_face_share", False, 0.02),
        ("plateau_overpotential_mV", True, 0.05),
        ("peak_local_current_density_mA_cm2", True, 0.08),
    ):
        error = (coarse[name] - fine[name]).abs() / (fine[name] if relative else 1.0)
        assert error.quantile(0.95) <= limit, name
