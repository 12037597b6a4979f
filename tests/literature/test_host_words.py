"""Descriptions of hosts in people's words become designs: what has pores is a host, a foil is none."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pytest

from surrogate.literature import featurize
from surrogate.literature import records as literature
from surrogate.literature.host_words import agent_in, dielectric_in, dopant_in, framework_in, mentions
from surrogate.literature.priors import priors

# Description -> framework, agent. None of them stands in the tables of records.
HOSTS = {
    "Sn-plated carbon cloth": ("carbon_fiber", "tin"),
    "Ni3S2 nanosheets grown on nickel foam": ("nickel", "zinc_oxide"),
    "LiBa alloy microchannels in carbon cloth": ("carbon_fiber", "tin"),
    "electrospun fibre mat on copper": ("pan", "none"),
    "Ag nanoparticles on copper mesh": ("copper", "silver"),
    "laser-perforated 3D copper with ZnO seeds": ("copper", "zinc_oxide"),
    "reduced graphene oxide aerogel loaded with Au": ("graphene", "gold"),
    "Ti3C2Tx MXene film with Mg": ("graphene", "magnesium"),
    "stainless steel mesh coated with gold": ("nickel", "gold"),
    "carbonized wood with vertical channels": ("carbon_fiber", "none"),
    "nitrogen-doped carbon nanotube sponge": ("carbon_nanotube", "none"),
    "polyimide nonwoven coated with zinc oxide": ("pan", "zinc_oxide"),
    "Cu3P nanowires on copper foam": ("copper", "lithium_nitride"),
    "brass mesh dealloyed to porous copper": ("copper", "none"),
    "glass wool coated with silver": ("glass_fiber", "silver"),
    "titanium felt with antimony": ("nickel", "tin"),
    "cotton cloth carbonized, with MnO2": ("carbon_fiber", "zinc_oxide"),
    "ZIF-8 derived carbon fibers": ("carbon_fiber", "none"),
    "vertically aligned graphene on Cu foil": ("graphene", "none"),
    "silver nanowire network on a copper foil": ("copper", "silver"),
    "PVDF-HFP nanofibers with SiO2": ("pan", "none"),
    "SnF2-coated Ni foam": ("nickel", "lithium_fluoride"),
    "aluminium mesh": ("copper", "aluminium"),
    "melamine foam pyrolysed, Co nanoparticles": ("carbon_fiber", "none"),
    "graphitic carbon nitride on nickel foam": ("nickel", "lithium_nitride"),
    "Bi nanosheets on Cu foil": ("copper", "tin"),
    "FeS nanowire array on copper foil": ("copper", "zinc_oxide"),
    "Li-B alloy with a LiPON layer": ("carbon_nanotube", "none"),
}
# Of these only the framework is asked for: a reviewer's descriptions, most of which were once read as foils.
BUILT = {
    "carbonised bamboo with zinc oxide lining": "carbon_fiber",
    "NiO-covered Ni wire gauze": "nickel",
    "copper / nickel inverse opal": "copper",
    "sintered Cu powder, 40 um pores": "copper",
    "silicone-templated copper gyroid": "copper",
    "cotton wadding carbonised in argon": "carbon_fiber",
    "carbonised lotus root": "carbon_fiber",
    "electroless Ni on cotton": "nickel",
    "expanded graphite": "carbon_fiber",
    "rice-husk carbon": "carbon_fiber",
    "micro-drilled copper foil, 50 um holes": "copper",
    "TiN nanotube array": "carbon_nanotube",
    "BN nanotubes": "glass_fiber",
    "titania nanotubes on Ti": "glass_fiber",
    "glass microfibre filter": "glass_fiber",
    "carbon nanotube film": "carbon_nanotube",
    "kapok fibre charred": "carbon_fiber",
    "polyurethane foam plated with nickel then silver": "nickel",
    "Cu-coated polyester fabric": "copper",
    "SiO2 nanospheres on nickel foam": "nickel",
}
FOILS = (
    "copper foil", "bare Li foil", "Ag-coated Cu foil", "lithium metal powder", "stainless steel plate",
    "copper foil annealed in argon atmosphere", "copper foil of a Li|Cu system", "copper foil, no other material",
    "copper polished with abrasive paper", "copper foil with gelatin layer", "hBN nanosheets on Li foil",
    "lithium foil with a Celgard membrane", "lithium disc under a glass fiber separator",
    "copper foil with tiny scratches", "copper foil with 20 nm of TiN",
)  # fmt: skip


def designs(texts: Iterable[str], strategy: str | None, **cells: object) -> pd.DataFrame:
    """A row for each description, as cells of one paper."""
    base = {"source": "s", "cycles": 100, "current_density_mA_cm2": 1, "strategy": strategy, **cells}
    found = featurize.to_designs(
        literature.read(pd.DataFrame([{**base, "host_material": text} for text in texts]))[0]
    )
    assert len(found) == len(list(texts))
    return found


def design(text: str, *, strategy: str | None, **cells: object) -> pd.Series:
    return designs([text], strategy, **cells).iloc[0]


@pytest.mark.parametrize("strategy", ["porous_scaffold", "interface_layer", "alloy", "other", None])
def test_a_host_is_read_whatever_the_strategy(strategy: str | None) -> None:
    made = designs(HOSTS, strategy)
    found = dict(zip(HOSTS, zip(made["framework"], made["agent"], strict=True), strict=True))
    assert found == HOSTS


@pytest.mark.parametrize("strategy", ["porous_scaffold", "interface_layer", "alloy", ""])
def test_what_is_built_is_a_host(strategy: str) -> None:
    assert {text: framework_in(text, "", strategy)[0] for text in BUILT} == BUILT


@pytest.mark.parametrize("strategy", ["planar_baseline", "interface_layer", "alloy", "electrolyte_additive"])
def test_a_foil_stays_a_foil(strategy: str) -> None:
    found = dict(zip(FOILS, designs(FOILS, strategy)["framework"], strict=True))
    assert found == dict.fromkeys(FOILS, "none")


def test_the_descriptions_stand_in_no_record() -> None:
    known = set(literature.load()["host_material"].dropna())
    assert not known & set(HOSTS)


def test_what_is_known_of_a_material_that_the_tables_lack_is_used_and_drawn() -> None:
    made = design("Ti3C2Tx MXene film", strategy="porous_scaffold")
    known = priors().stand_ins["mxene"]
    assert made["conductivity_top_S_m"] == made["conductivity_bottom_S_m"] == known["conductivity_S_m"].value
    assert made["nucleation_overpotential_top_mV"] == known["nucleation_overpotential_mV"].value
    steel = design("steel mesh", strategy="porous_scaffold")
    assert (steel["framework"], steel["conductor_material"]) == ("nickel", "stainless_steel")
    record = literature.read(pd.DataFrame([{
        "source": "s", "cycles": 9, "current_density_mA_cm2": 1, "host_material": "Ni3S2 on nickel foam",
        "strategy": "lithiophilicity_gradient",
    }]))[0]  # fmt: skip
    drawn = featurize.drawn_designs(record, 40, seed=1)
    told = priors().stand_ins["sulfide"]["nucleation_overpotential_mV"]
    assert drawn["nucleation_overpotential_bottom_mV"].between(told.low, told.high).all()
    assert drawn["nucleation_overpotential_bottom_mV"].nunique() > 30
    assert drawn["nucleation_overpotential_top_mV"].isna().all()  # the agent is at the bottom


@pytest.mark.parametrize(
    ("token", "agent", "kind"),
    [
        ("Li22Sn5", "tin", None), ("CuZn", "zinc", None), ("Fe2CoAl", "none", None), ("Co3O4", "zinc_oxide", "oxide"),
        ("MoS2", "zinc_oxide", "sulfide"), ("Ni3N", "lithium_nitride", "nitride"), ("Sb", "tin", "alloying_metal"),
        ("AgNO3", "silver", None), ("TiN", "lithium_nitride", "nitride"),
        ("CuF2, Ag", "silver", None), ("amino groups", "none", None), ("Li2CO3", "none", None), ("N", "none", None),
    ],
)  # fmt: skip
def test_agents_that_the_tables_lack_are_known_by_their_formula(
    token: str, agent: str, kind: str | None
) -> None:
    name, _, like = agent_in(token, "")
    assert (name, like.name if like else None) == (agent, kind)


def test_the_class_decides_where_words_name_a_form_only() -> None:
    for host_class, framework in (("carbon", "carbon_fiber"), ("polymer", "pan"), ("ceramic", "glass_fiber")):
        assert framework_in("fibre mat on copper", host_class, "porous_scaffold")[:2] == (framework, False)
    assert framework_in("something new", "", "porous_scaffold")[:2] == ("carbon_fiber", False)
    assert framework_in("something new", "metal", "interface_layer")[0] == "none"


def test_a_word_is_no_part_of_another() -> None:
    for text in (
        "TiN-coated carbon nanofibers",
        "copper foil with tiny scratches",
        "silicone-templated copper",
    ):
        assert agent_in("", text)[0] in ("none", "lithium_nitride"), text


def test_acronyms_are_no_formulas() -> None:
    for text in (
        "soft PDMS",
        "graphite mixed with LPS electrolyte",
        "PEO with LiTFSI",
        "graphene oxide with LiNO3",
    ):
        assert agent_in("", text)[0] == "none", text


def test_parts_of_a_description() -> None:
    parts = {one.framework: one.part for one in mentions("Cu-coated carbon cloth on nickel foil")}
    assert parts == {"copper": "coating", "carbon_fiber": "host", "nickel": "substrate"}


def test_phases_and_dopants() -> None:
    assert dielectric_in("Ni scaffold with Al2O3 at the top") == "al2o3"
    assert dopant_in("N-doped graphene, with B-doped parts") == "nitrogen"
    graded = design("Ni foam with Al2O3 at the top", strategy="conductivity_gradient", host_class="metal")
    assert (graded["framework"], graded["dielectric_material"]) == ("nickel", "al2o3")
    assert design("N-doped carbon cloth", strategy="porous_scaffold")["doping"] == "nitrogen"
    assert design("N-doped copper foam", strategy="porous_scaffold")["doping"] == "none"


def test_straight_pores_have_a_low_tortuosity() -> None:
    aligned = design("carbonized wood with vertical channels", strategy="porous_scaffold")
    assert aligned["tortuosity"] == priors().strategies["aligned_tortuosity"].value
    assert design("carbon felt", strategy="porous_scaffold")["tortuosity"] == 1.5


def test_the_kind_of_cell_sets_the_lithium_beside_what_is_cycled() -> None:
    excess = {
        kind: design("carbon felt", strategy="porous_scaffold", cell_type=kind)["li_excess_mAh_cm2"]
        for kind in ("half", "symmetric", None)
    }
    assert excess == {"half": 50.0, "symmetric": 50.0, None: 20.0}
    assert priors().conditions_of("full")["li_excess_mAh_cm2"].value == 5.0
