"""Records become design rows: targets by hand, identifiers, priors, and what was stated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW
from surrogate.literature import featurize
from surrogate.literature import records as literature
from surrogate.literature.documents import READ_IN_FULL, documents
from surrogate.literature.priors import Prior, load_priors, priors
from surrogate.literature.word_table import words
from surrogate.materials import agents, dopants, electrolytes, frameworks, solids
from surrogate.materials.compatibility import violations


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return literature.load()


@pytest.fixture(scope="module")
def designs(records: pd.DataFrame) -> pd.DataFrame:
    return featurize.to_designs(records)


def row(**cells: object) -> pd.Series:
    """One made-up record as a design row."""
    base = {
        "source": "s",
        "ref": "1",
        "cycles": 100,
        "current_density_mA_cm2": 1,
        "strategy": "porous_scaffold",
    }
    made = literature.read(pd.DataFrame([{**base, **cells}]))[0]
    return featurize.to_designs(made).iloc[0]


@pytest.mark.parametrize(
    ("system", "hours", "cycles"),
    [
        ("SiC/CC", 1000, 1000 * 1.0 / (2 * 1.0)),
        ("C-Ag/PVDF", 1300, 1300 * 4.0 / (2 * 4.0)),
        ("Li/SSE/Li", 30, 30 * 0.2 / (2 * 0.2)),
    ],
)
def test_hours_become_cycles(
    records: pd.DataFrame, designs: pd.DataFrame, system: str, hours: float, cycles: float
) -> None:
    index = records.index[(records["system"] == system) & (records["hours"] == hours)]
    assert len(index) == 1
    assert designs.loc[index[0], "cycle_life_cycles"] == pytest.approx(cycles)


def test_a_three_hour_cycle_is_not_a_one_hour_cycle() -> None:
    told = row(cycles=None, hours=900, current_density_mA_cm2=2, areal_capacity_mAh_cm2=3)
    assert told["cycle_life_cycles"] == pytest.approx(300)  # 3 h a cycle


def test_hours_without_a_capacity_are_no_cycle_life() -> None:
    made = literature.read(pd.DataFrame([{"source": "s", "hours": 900, "current_density_mA_cm2": 2}]))[0]
    designs, notes = featurize.featurize(made)
    assert designs.empty
    assert notes == ["1 of 1 records: no target is measured"]


def test_full_cells_give_no_target(records: pd.DataFrame, designs: pd.DataFrame) -> None:
    full = records.index[records["cell_type"] == "full"]
    assert not set(full) & set(designs.index)


def test_flags_of_bounds(records: pd.DataFrame, designs: pd.DataFrame) -> None:
    kinds = records["source"].map(lambda name: documents()[name].kind)
    in_full = records.index[kinds.isin(READ_IN_FULL)]
    assert set(designs["overpotential_mV_censored"]) == {False, BELOW}
    life = designs["cycle_life_cycles"].notna()
    bounds = (records["censored"] | records["duration_bound"].eq("lower").fillna(False)).astype(object)
    bounds = bounds.where(~records["duration_bound"].eq("upper").fillna(False), BELOW)
    assert (designs.loc[life, "cycle_life_cycles_censored"] == bounds[designs.index[life]]).all()
    assert (designs["cycle_life_cycles_censored"] == BELOW).sum() == 1  # a PEO cell that shorted within 100 h
    assert designs.loc[~life, "cycle_life_cycles_censored"].isin([False]).all()
    ccd = designs[designs.index.isin(in_full)].groupby("ccd_mA_cm2_censored")["ccd_mA_cm2"]
    assert sorted(ccd.get_group(True)) == [2.0, 6.0, 13.0]  # the three given as "above"
    efficiency = designs.groupby("coulombic_efficiency_pct_censored")["coulombic_efficiency_pct"]
    stated = records.loc[designs.index, "coulombic_efficiency_bound"] == "lower"
    assert len(efficiency.get_group(True)) == (stated & designs["coulombic_efficiency_pct"].notna()).sum() > 5


def test_rows_are_complete_designs_and_targets_positive(designs: pd.DataFrame) -> None:
    required = [name for name in c.DESIGN_COLUMNS if name not in c.OVERRIDES]
    assert designs[required].notna().all(axis=None)
    assert designs[list(c.TARGETS)].notna().any(axis=1).all()
    assert (designs[list(c.TARGETS)].min() > 0).all()
    in_full = designs["group"].str.contains(
        "304229|d5eb00156k|002_|003_|0c00351"
    )  # read twice, counted by hand
    assert designs.loc[in_full, list(c.TARGETS)].notna().sum().to_dict() == {
        "cycle_life_cycles": 92,
        "ccd_mA_cm2": 26,
        "overpotential_mV": 29,
        "coulombic_efficiency_pct": 50,
    }
    assert designs["stated_share"].between(0, 1).all()
    assert designs["group"].nunique() > 50


def test_designs_of_the_literature_can_be_made(designs: pd.DataFrame) -> None:
    said = {index: violations(dict(design)) for index, design in designs.iterrows()}
    assert not {index: reasons for index, reasons in said.items() if reasons}


def test_conductivity_gradient_is_insulating_on_top() -> None:
    graded = row(strategy="conductivity_gradient", host_material="carbon nanofiber", host_class="carbon")
    assert graded["framework"] == "carbon_fiber"
    assert (graded["dielectric_top"], graded["conductor_top"]) == pytest.approx((0.95, 0.05))
    assert graded["conductor_bottom"] == 1.0
    mat = row(strategy="conductivity_gradient", host_material="PAN fibers", host_class="dielectric")
    assert (mat["framework"], mat["dielectric_top"], mat["dielectric_bottom"]) == ("pan", 1.0, 1.0)


def test_lithiophilicity_gradient_puts_the_agent_at_the_bottom() -> None:
    graded = row(
        strategy="lithiophilicity_gradient",
        host_material="Cu foam",
        host_class="metal",
        lithiophilic_agent="Cu2Se, Ag",
    )
    assert (graded["framework"], graded["agent"]) == ("copper", "silver")
    assert (graded["agent_top"], graded["agent_bottom"]) == (0.0, 0.1)
    even = row(host_material="carbon cloth", host_class="carbon", lithiophilic_agent="ZnO")
    assert (even["agent"], even["agent_top"], even["agent_bottom"]) == ("zinc_oxide", 0.05, 0.05)


def test_dual_gradient_has_both() -> None:
    dual = row(
        strategy="dual_gradient", host_material="Ni scaffold", host_class="metal", lithiophilic_agent="Au"
    )
    least = frameworks["nickel"].minimum_own_fraction.value
    assert dual["framework"] == "nickel"
    assert dual["conductor_top"] == pytest.approx(least)  # a framework keeps its own minimum
    assert dual["dielectric_top"] == pytest.approx(1 - least)
    assert dual["agent_bottom"] == pytest.approx(0.1)


def test_pore_sizes_are_stated_or_the_strategys() -> None:
    host = {"strategy": "pore_size_gradient", "host_material": "carbon", "host_class": "carbon"}
    stated = row(**host, pore_size_top_um=80, pore_size_bottom_um=8)
    assert (stated["pore_size_top_um"], stated["pore_size_bottom_um"]) == (80, 8)
    assumed = row(**host)
    assert (assumed["pore_size_top_um"], assumed["pore_size_bottom_um"]) == (50, 15)
    assert stated["stated_share"] > assumed["stated_share"]


def test_a_pattern_acts_in_an_inorganic_solid_cell_only() -> None:
    host = {"strategy": "micropattern", "host_material": "pellet with channels", "pore_size_top_um": 200}
    solid = row(**host, electrolyte_class="oxide", electrolyte="LLZO")
    assert (solid["framework"], solid["pattern_size_um"], solid["pattern_depth_um"]) == ("none", 200, 300)
    assert row(**host, electrolyte_class="liquid_ether")["pattern_size_um"] == 0


@pytest.mark.parametrize(
    ("told", "recipe", "identifier", "additives"),
    [
        ("liquid_ether", "1 M LiTFSI in DOL&DME with 2% LiNO3", "liquid_ether", "lino3"),
        ("liquid_carbonate", "1 M LiPF6 in EC&DEC with 10% FEC, 1% VC", "liquid_carbonate", "fec"),
        ("liquid_carbonate", "1 M LiPF6 in EC&DEC", "liquid_carbonate", "none"),
        ("", "1 M LiTFSI in DOL/DME", "liquid_ether", "none"),
        ("", "1 M LiPF6 in EC/DMC with 5% FEC", "liquid_carbonate", "fec"),
        (
            "",
            "1 M LiTFSI in DOL&DME with 1% LiNO3 | 1 M LiPF6 in EC&DEC with 5% FEC",
            "liquid_ether",
            "lino3",
        ),
        ("unknown", "", "liquid_ether", "none"),
        ("sulfide", "LPSC", "lpsc", "none"),
        ("sulfide", "Li3PS4 (LPS)", "lps", "none"),
        ("sulfide", "LGPS", "lgps", "none"),
        ("polymer", "PEO-LiTFSI", "peo", "none"),
        ("oxide", "LLZTO", "llzo", "none"),
    ],
)
def test_electrolytes(told: str, recipe: str, identifier: str, additives: str) -> None:
    made = row(electrolyte_class=told, electrolyte=recipe)
    assert (made["electrolyte"], made["additives"]) == (identifier, additives)


def test_an_unassigned_electrolyte_counts_as_not_stated() -> None:
    ether, carbonate = "1 M LiTFSI in DOL&DME", "1 M LiPF6 in EC&DEC"
    assert row(electrolyte=ether)["stated_share"] > row(electrolyte=f"{ether} | {carbonate}")["stated_share"]
    twice_ether = row(electrolyte=f"{ether} with 1% LiNO3 | {ether} with 2% LiNO3")
    assert twice_ether["stated_share"] == row(electrolyte=f"{ether} with 1% LiNO3")["stated_share"]


def test_an_electrolyte_without_an_identifier_is_left_out() -> None:
    made = literature.read(pd.DataFrame([{"source": "s", "ccd_mA_cm2": 45, "electrolyte_class": "nitride"}]))[
        0
    ]
    designs, notes = featurize.featurize(made)
    assert designs.empty
    assert "no identifier" in notes[0]


def test_stated_share_counts_acting_inputs() -> None:
    everything = row(
        host_material="planar Li", host_class="none", strategy="planar_baseline", electrolyte_class="oxide",
        electrolyte="LLZO", areal_capacity_mAh_cm2=1, temperature_C=60, stack_pressure_MPa=2,
        li_excess_mAh_cm2=10,
    )  # fmt: skip
    assert everything["stated_share"] == 1.0
    assert (everything["temperature_C"], everything["stack_pressure_MPa"]) == (60, 2)


def test_every_prior_names_what_exists_and_lies_in_the_materials_range() -> None:
    told = priors()
    said = words()
    named = {*said.materials.values(), *said.forms.values(), *said.classes.values()}
    assert named | {like.identifier for like in said.hosts_like.values()} <= set(frameworks)
    assert {*said.agents.values(), *(like.identifier for like in said.agent_kinds.values())} <= set(agents)
    assert {*said.dielectrics.values()} <= set(solids)
    assert {*said.dopants.values()} <= set(dopants)
    stand_ins = {like.name for like in (*said.hosts_like.values(), *said.agent_kinds.values())}
    assert set(told.stand_ins) <= stand_ins
    assert {name for numbers in told.stand_ins.values() for name in numbers} <= {
        "conductivity_S_m", "nucleation_overpotential_mV",
    }  # fmt: skip
    assert {*told.electrolyte_classes.values(), *told.electrolyte_words.values()} <= set(electrolytes)
    assert set(told.geometry) == set(frameworks) - {"none"}
    for name, geometry in told.geometry.items():
        entry = frameworks[name]
        for quantity, limits in {
            "porosity": entry.porosity_range,
            "pore_size_um": entry.pore_size_range_um,
            "thickness_um": entry.thickness_range_um,
            "tortuosity": entry.tortuosity_range,
        }.items():
            assert limits[0] <= geometry[quantity].value <= limits[1], (name, quantity)


def test_a_prior_needs_a_range_and_a_source(tmp_path: object) -> None:
    assert np.isfinite(Prior(1.0, 0.5, 2.0, assumed=True).value)
    with pytest.raises(RecordError, match="outside its own range"):
        Prior(3.0, 0.5, 2.0, assumed=True)
    with pytest.raises(RecordError, match="without a source"):
        Prior(1.0, 0.5, 2.0)


def test_a_broken_priors_file_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "priors.toml"
    path.write_text("[frameworks]\n", encoding="utf-8")
    with pytest.raises(RecordError, match="not a table of priors"):
        load_priors(path)


def test_a_pellet_that_is_stated_is_the_designs() -> None:
    cell = {"host_material": "planar Li", "host_class": "none", "strategy": "planar_baseline"}
    solid = row(**cell, electrolyte_class="oxide", pellet_thickness_um=1600, pellet_density_pct=95)
    assert (solid["pellet_thickness_um"], solid["pellet_density_pct"]) == (1600, 95)
    liquid = row(**cell, electrolyte_class="liquid_ether", pellet_thickness_um=1600)
    assert pd.isna(liquid["pellet_thickness_um"])
