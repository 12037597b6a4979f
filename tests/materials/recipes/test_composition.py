"""What a recipe is made of: by hand, and against rows of the published table whose electrolyte can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.materials.recipes import composition, electrolyte_class, moles, read_recipe
from surrogate.resources import resource

ROWS = pd.read_csv(resource("datasets/electrolytes/efficiencies.csv")).set_index("row")
SHARES = [name for name in ROWS.columns if name.startswith(("solvent_", "anion_"))]
RATIOS = ["fluorine_per_carbon", "oxygen_per_carbon", "fluorine_per_oxygen", "inorganic_per_organic"]


def test_litres_kilograms_and_parts_by_hand() -> None:
    """DME: 863.7 g and 9.584 mol in a litre."""
    litre = 863.7 / 90.122
    assert dict(moles(read_recipe("2 M LiFSI in DME"))) == pytest.approx(
        {"DME": litre, "LiFSI": 2.0}, rel=1e-4
    )
    assert moles(read_recipe("2 m LiFSI in DME"))["LiFSI"] == pytest.approx(2.0 * 0.8637, rel=1e-6)
    assert moles(read_recipe("LiFSI:DME 1:4 by mole"))["LiFSI"] == pytest.approx(litre / 4.0, rel=1e-4)


def test_per_cent_are_of_the_finished_electrolyte() -> None:
    made = moles(read_recipe("1 M LiPF6 in DMC, 10 wt% FEC"))
    mass = {"LiPF6": 151.9, "DMC": 90.08, "FEC": 106.05}
    grams = {name: amount * mass[name] for name, amount in made.items()}
    assert grams["FEC"] / sum(grams.values()) == pytest.approx(0.1, rel=1e-3)
    made = moles(read_recipe("1 M LiPF6 in DMC, 10 vol% FEC"))
    cm3 = {"DMC": made["DMC"] * 90.08 / 1.063, "FEC": made["FEC"] * 106.05 / 1.454}
    assert cm3["FEC"] / sum(cm3.values()) == pytest.approx(0.1, rel=1e-3)
    assert made["LiPF6"] == 1.0  # to the litre that the additive is added to


def test_volume_weight_and_mole_differ_as_densities_and_masses_do() -> None:
    share = {}
    for basis in ("v/v", "w/w", "by mole"):
        made = moles(read_recipe(f"1 M LiFSI in DME:TTE (1:1 {basis})"))
        share[basis] = made["TTE"] / made["DME"]
    assert share["by mole"] == pytest.approx(1.0)
    assert share["w/w"] == pytest.approx(90.12 / 232.07, rel=1e-3)
    assert share["v/v"] == pytest.approx(1.533 / 232.07 * 90.12 / 0.8637, rel=1e-3)


# Recipe that a row can only have been: all ten numbers fit, as printed with three decimals.
@pytest.mark.parametrize(
    ("row", "recipe"),
    [
        (14, "1 M LiFSI in DME"),
        (85, "1 M LiPF6 in EC:DEC (1:1 v/v)"),
        (84, "1 M LiPF6 in EC:DMC (1:2 v/v)"),
        (57, "1 M LiPF6 in EC:DEC (1:1 w/w)"),
        (59, "1 M LiPF6 in DEC:FEC (1:1 w/w)"),
        (70, "1 M LiPF6 in DMC:FEC (1:1 v/v)"),
        (90, "1 M LiFSI in FEC"),
        (95, "4 M LiFSI in FEC"),
        (28, "1 M LiFSI in DEE"),
        (39, "4 M LiFSI in DEE"),
        (47, "1.2 M LiFSI in FDMB"),
        (48, "1.2 M LiFSI in F5DEE"),
        (12, "3 M LiTFSI in DME"),
        (58, "1 M LiFSI in THF"),
    ],
)
def test_the_numbers_are_those_of_the_published_table(row: int, recipe: str) -> None:
    made = pd.Series(composition(read_recipe(recipe)).numbers)
    published = ROWS.loc[row]
    assert (made[SHARES] - published[SHARES]).abs().max() <= 0.001
    assert (made[RATIOS] / published[RATIOS] - 1.0).abs().max() <= 0.006


def test_shares_are_of_all_atoms() -> None:
    """LiPF6 + 4 PC (C4H6O3): 8 + 52 atoms."""
    made = composition(read_recipe("LiPF6:PC 1:4 by mole"))
    assert made.anion_fluorine == pytest.approx(6 / 60)
    assert made.solvent_oxygen == pytest.approx(12 / 60)
    assert made.inorganic_per_organic == pytest.approx((7 + 12) / 16)
    assert np.isnan(composition(read_recipe("LiBF4:AN 1:4 by mole")).fluorine_per_oxygen)


@pytest.mark.parametrize(
    ("recipe", "identifier"),
    [
        ("1 M LiTFSI in DOL:DME 1:1", "liquid_ether"),
        ("1 M LiFSI in DME:TTE 1:3", "liquid_ether"),
        ("1 M LiFSI in DMC:BTFE 1:2", "liquid_carbonate"),
        ("1 M LiPF6 in EC:DME 3:1", "liquid_carbonate"),
        ("1 M LiFSI in sulfolane:TTE 1:3", ""),
    ],
)
def test_the_class_is_that_of_the_solvents_that_dissolve_the_salt(recipe: str, identifier: str) -> None:
    assert electrolyte_class(read_recipe(recipe)) == identifier
