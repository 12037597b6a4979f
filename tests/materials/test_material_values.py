"""The numbers of the tables lie where physics and the sources put them."""

from __future__ import annotations

import pytest

from surrogate import materials
from surrogate.hosts.columns import COLUMNS

LIQUID_KINDS = ("liquid", "gel")
MIXED_CONDUCTORS = ("lithiated_carbon", "mixed_conducting_garnet")


def test_only_inorganic_electrolytes_are_single_ion() -> None:
    for electrolyte in materials.electrolytes.values():
        assert electrolyte.single_ion == (electrolyte.kind in ("sulfide", "oxide", "nitride", "halide"))
        assert electrolyte.is_solid == (electrolyte.kind not in LIQUID_KINDS)


def test_solids_and_only_solids_have_a_reference_current() -> None:
    for electrolyte in materials.electrolytes.values():
        assert (electrolyte.reference_ccd is not None) == electrolyte.is_solid
        assert (electrolyte.reference_pressure is not None) == electrolyte.is_solid


def test_electrolyte_numbers_are_physical() -> None:
    for name, one in materials.electrolytes.items():
        assert 1e-5 < one.conductivity.si < 5, name
        assert 1e-16 < one.salt_diffusivity.si < 1e-8, name
        assert 0 < one.cation_transference.value <= 1, name
        assert 0 < one.separator_porosity.value <= 1, name
        assert one.separator_tortuosity.value >= 1, name
        assert 0 < one.dead_lithium_fraction.value < 1, name
        low, high = one.temperature_range.limits
        assert low <= one.reference_temperature.value <= high, name
        assert low <= COLUMNS["temperature_C"].search_limits[1], name


def test_nernst_einstein_holds_for_frozen_concentrations() -> None:
    """D = sigma R T / (F^2 c): what the notes of the tables claim (8.314 J/mol/K, 96485 C/mol, 298.15 K)."""
    for name, one in materials.electrolytes.items():
        if one.single_ion:
            expected = (
                one.conductivity.si * 8.314462618 * 298.15 / (96485.33212**2 * one.salt_concentration.si)
            )
            assert one.salt_diffusivity.si == pytest.approx(expected, rel=0.15), name


def test_numbers_stated_by_the_sources() -> None:
    """Seed documents 000 (section 2.2), 002 (sections 3.2 and 5.1) and 003 (sections 2 and 3)."""
    lpsc, llzo = materials.electrolyte("lpsc"), materials.electrolyte("llzo")
    assert lpsc.reference_ccd is not None
    assert llzo.reference_ccd is not None
    assert llzo.reference_pressure is not None
    assert (llzo.reference_ccd.si, llzo.reference_pressure.si) == pytest.approx((3.0, 1e6), rel=1e-12)
    assert llzo.conductivity.si == pytest.approx(0.079, rel=1e-12)
    assert llzo.conduction_activation_energy.si == pytest.approx(0.24 * 96485.33212, rel=2e-3)
    assert materials.electrolyte("lgps").conductivity.si == pytest.approx(1.2, rel=1e-12)
    assert materials.electrolyte("lipon").conductivity.si == pytest.approx(3e-4, rel=1e-12)
    for metal in ("copper", "nickel"):
        assert materials.solid(metal).nucleation_overpotential.value == 40.0
    for seed in ("gold", "silver", "zinc", "magnesium"):
        assert materials.agent(seed).nucleation_overpotential.value == 0.0
    graphene = materials.framework("graphene").tortuosity
    assert (graphene.limits, graphene.assumed) == ((1.25, 4.46), False)


@pytest.mark.parametrize(
    ("agent", "capacity"),
    [
        ("tin", 993.0),
        ("silicon", 3579.0),
        ("aluminium", 993.0),
        ("zinc", 410.0),
        ("gold", 510.0),
        ("zinc_oxide", 988.0),
    ],
)
def test_alloying_capacities_are_the_known_ones(agent: str, capacity: float) -> None:
    """Textbook capacities of Li22Sn5, Li15Si4, LiAl, LiZn and Li15Au4; ZnO + 3 Li -> LiZn + Li2O by hand."""
    assert materials.agent(agent).alloying_capacity.value == pytest.approx(capacity, rel=2e-3)


def test_agents_lower_the_barrier_of_metals_but_interphase_formers_do_not_beat_seeds() -> None:
    barrier = {name: one.nucleation_overpotential.value for name, one in materials.agents.items()}
    metal = materials.solid("copper").nucleation_overpotential.value
    for name in (
        "silver",
        "gold",
        "zinc",
        "zinc_oxide",
        "magnesium",
        "aluminium",
        "tin",
        "silicon",
        "indium",
    ):
        assert barrier[name] < metal, name
        assert barrier[name] < barrier["lithium_nitride"] < barrier["lithium_fluoride"], name


def test_phases_conduct_what_they_should() -> None:
    for name, one in materials.solids.items():
        electrons, ions = one.electronic_conductivity.si, one.ionic_conductivity.si
        assert (electrons > 1e-3) == (one.phase == "conductor" or name in MIXED_CONDUCTORS), name
        assert (ions > 0.0) == (one.phase == "ion_conductor"), name
        assert 1000 <= one.density.si <= 23000, name
    for agent in materials.agents.values():
        assert 500 <= agent.density.si <= 23000, agent.identifier


def test_dopants_lower_the_barrier_of_carbon() -> None:
    """Nitrogen as its binding energies say (002, section 3.2); nothing is built into what is no conductor."""
    for name, one in materials.dopants.items():
        assert (one.barrier_factor.value < 1.0) == (name != "none"), name
        for solid in one.solids:
            assert materials.solid(solid).phase == "conductor", name
    slope = (40.0 - 20.0) / (3.64 - 2.57)  # mV per eV between copper and graphene
    nitrogen = 20.0 - slope * (0.5 * (4.46 + 4.26) - 3.64)
    assert materials.solid("graphene").nucleation_overpotential.value == 20.0
    assert materials.dopant("nitrogen").barrier_factor.value == pytest.approx(nitrogen / 20.0, abs=0.005)


def test_interphase_formers_and_diffusivities_are_told_where_they_are() -> None:
    formers = {name for name, one in materials.agents.items() if one.film_resistance_factor is not None}
    assert formers == {"lithium_nitride", "lithium_fluoride"}
    nitride, fluoride = (
        materials.agent(f"lithium_{name}").film_resistance_factor for name in ("nitride", "fluoride")
    )
    assert nitride is not None
    assert fluoride is not None
    assert nitride.value < 1.0 < fluoride.value
    assert nitride.high is not None
    assert nitride.high < 1.0  # the sign of lithium nitride is settled, that of lithium fluoride is not
    assert fluoride.low is not None
    assert fluoride.low < 1.0
    indium = materials.agent("indium").lithium_diffusivity
    assert indium is not None
    assert indium.si == pytest.approx(1e-12, rel=1e-12)


@pytest.mark.parametrize("name", [name for name in materials.frameworks if name != "none"])
def test_what_labs_make_overlaps_what_is_searched(name: str) -> None:
    one = materials.framework(name)
    made = {
        "porosity_top": one.porosity_range,
        "porosity_bottom": one.porosity_range,
        "pore_size_top_um": one.pore_size_range_um,
        "pore_size_bottom_um": one.pore_size_range_um,
        "thickness_um": one.thickness_range_um,
        "tortuosity": one.tortuosity_range,
    }
    for column, (low, high) in made.items():
        limits = COLUMNS[column]
        assert limits.accepted[0] <= low < high <= limits.accepted[1], column
        assert max(low, limits.searched[0]) < min(high, limits.searched[1]), column


def test_additive_factors_act_only_in_their_class() -> None:
    lino3 = materials.additive("lino3")
    assert lino3.sei_loss("liquid_ether") < 1
    assert lino3.dead_lithium("liquid_ether") < lino3.dead_lithium("liquid_carbonate")
    assert lino3.sei_loss("sulfide") == 1.0
    for electrolyte in materials.electrolytes.values():
        assert materials.additive("none").dead_lithium(electrolyte.literature_class) == 1.0


def test_no_two_solids_of_a_phase_are_equal_in_all_that_acts() -> None:
    """Conduction, barrier and mass; a solid that differs in its name alone would be a choice that does nothing."""
    seen: dict[tuple[object, ...], str] = {}
    for name, one in materials.solids.items():
        acting = (
            one.phase, one.electronic_conductivity.si, one.ionic_conductivity.si,
            one.nucleation_overpotential.si, one.density.si,
        )  # fmt: skip
        assert acting not in seen, f"{name} and {seen[acting]}"
        seen[acting] = name
