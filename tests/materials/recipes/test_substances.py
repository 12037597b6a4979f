"""The tables of solvents and salts: their formulas, names, sources and card."""

from __future__ import annotations

import re

import pytest

from surrogate.errors import MaterialError
from surrogate.materials.properties import Property
from surrogate.materials.recipes import Salt, Solvent, Substances, shipped_substances
from surrogate.materials.recipes.formula import atoms_of, molar_mass
from surrogate.resources import resource

FOLDER = resource("datasets/electrolytes")
TABLES = shipped_substances()


def test_a_formula_is_counted_with_its_brackets() -> None:
    assert dict(atoms_of("LiN(SO2CF3)2")) == {"Li": 1, "N": 1, "S": 2, "O": 4, "C": 2, "F": 6}
    assert dict(atoms_of("C4H12O2Si")) == {"C": 4, "H": 12, "O": 2, "Si": 1}


# Molar masses as chemical catalogues print them, g/mol.
@pytest.mark.parametrize(
    ("name", "mass"),
    [("EC", 88.06), ("DME", 90.12), ("TTE", 232.07), ("LiPF6", 151.91), ("LiFSI", 187.07),
     ("LiTFSI", 287.09), ("LiBOB", 193.79)],
)  # fmt: skip
def test_molar_masses_are_those_of_catalogues(name: str, mass: float) -> None:
    substance = TABLES.salts.get(name) or TABLES.solvents[name]
    assert substance.molar_mass_g_mol == pytest.approx(mass, abs=0.02)


@pytest.mark.parametrize("formula", ["", "Xy2", "C2(H3", "C2)H3", "c2h6", "2H"])
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(MaterialError, match="not a formula"):
        atoms_of(formula)


def test_there_are_enough_of_each_kind_and_each_density_has_a_source_or_a_range() -> None:
    assert len(TABLES.solvents) >= 40
    assert len(TABLES.salts) >= 15
    assert {one.family for one in TABLES.solvents.values()} == {"ether", "carbonate", "diluent", "other"}
    for solvent in TABLES.solvents.values():
        density = solvent.density
        assert density.source or (density.low is not None and density.low < density.value < density.high)
        # Molar volumes of organic liquids: about 10 cm3 a heavy atom for hydrocarbons' kin, more for fluorine's.
        heavy = sum(count for element, count in solvent.atoms.items() if element != "H")
        assert 8.0 < solvent.molar_mass_g_mol / density.value / heavy < 25.0, solvent.name


def test_the_card_has_the_counts() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    counts = re.search(r"(\d+) solvents.*?\((\d+) densities assumed\)", card, re.DOTALL)
    assert counts is not None
    assumed = sum(one.density.assumed for one in TABLES.solvents.values())
    assert [int(number) for number in counts.groups()] == [len(TABLES.solvents), assumed]
    assert f"{len(TABLES.salts)} lithium salts" in card


def test_a_name_stands_for_one_substance() -> None:
    density = Property(1.0, "g/cm^3", source="a handbook")
    water = Solvent(name="X", formula="H2O", family="other", density=density, aliases=("LiY",))
    with pytest.raises(MaterialError, match="both X and LiY have this name"):
        Substances({"X": water}, {"LiY": Salt(name="LiY", anion="F")})
    with pytest.raises(MaterialError, match=r"0\.5 to 2\.5"):
        Solvent(name="X", formula="H2O", family="other", density=Property(9.0, "g/cm^3", source="a handbook"))
    with pytest.raises(MaterialError, match="unknown family"):
        Solvent(name="X", formula="H2O", family="wet", density=density)  # type: ignore[arg-type]


def test_the_molar_mass_is_the_sum_of_the_atoms() -> None:
    assert molar_mass({"H": 2, "O": 1}) == pytest.approx(18.015)
