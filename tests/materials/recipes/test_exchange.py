"""Exchange current densities by solvents: the shipped table, and that the physics takes it from a recipe."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate import materials
from surrogate.errors import MaterialError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials.properties import Property
from surrogate.materials.recipes.exchange import MeasuredExchange, exchange_current_A_m2
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating.properties import Properties


@pytest.mark.parametrize(
    ("recipe", "mA_cm2"),
    [
        ("1 M LiPF6 in EC:DEC (1:1 v/v)", 9.0),
        ("1 M LiPF6 in DEC", 3.0),
        ("1 M LiPF6 in PC", 2.0),
        ("1 M LiPF6 in FEC:FEMC (1:1 v/v)", 16.0),
    ],
)
def test_each_measured_electrolyte_has_its_value(recipe: str, mA_cm2: float) -> None:
    assert exchange_current_A_m2(recipe) == pytest.approx(10.0 * mA_cm2)


def test_nothing_is_said_of_other_electrolytes() -> None:
    assert exchange_current_A_m2("1 M LiTFSI in DOL:DME (1:1 v/v)") is None


def test_the_physics_takes_it_from_the_recipe_and_else_from_the_class() -> None:
    rows = pd.DataFrame({
        "framework": "none", "electrolyte": "liquid_carbonate",
        "electrolyte_recipe": ["", "1 M LiPF6 in PC", "1 M LiPF6 in EC:DEC (1:1 v/v)"],
    })  # fmt: skip
    found = Properties(CompleteDesigns.of(rows), shipped_parameters()).exchange_current()
    usual = materials.electrolyte("liquid_carbonate").exchange_current_density.si
    assert found.tolist() == [usual, 20.0, usual]


def test_a_share_or_solvent_that_cannot_be_is_refused() -> None:
    value = Property(value=1.0, unit="mA/cm^2", assumed=True, low=0.5, high=2.0)
    for solvents, share in ((("PC",), 1.5), (("unobtainium",), 0.5)):
        with pytest.raises(MaterialError):
            MeasuredExchange("x", solvents, share, value)
