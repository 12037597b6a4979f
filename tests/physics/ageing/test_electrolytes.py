"""Losses of electrolytes by recipe: signs, nothing without one, and the model once a recipe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import shipped_tables
from surrogate.materials.efficiency import loss, loss_ratio
from surrogate.materials.recipes import read_recipe
from surrogate.physics import simulate
from surrogate.physics.ageing import electrolytes
from surrogate.physics.ageing.electrolytes import losses, without_known_additives
from surrogate.physics.ageing.law import dead_fraction
from surrogate.physics.parameters import shipped_parameters

TABLES = shipped_tables()
CARBONATE = {"electrolyte": "liquid_carbonate"}
ETHER = {"electrolyte": "liquid_ether"}
HOST = {
    "framework": "carbon_fiber", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 30.0, "pore_size_bottom_um": 30.0, "thickness_um": 100.0,
}  # fmt: skip


def cells(*rows: dict[str, Any]) -> CompleteDesigns:
    return CompleteDesigns.of(pd.DataFrame([{"framework": "none", **row} for row in rows]))


def test_without_a_recipe_losses_are_the_tables() -> None:
    found = losses(cells(CARBONATE | {"additives": "fec"}, {"electrolyte": "lpsc"}), TABLES)
    entry, fec = TABLES.electrolyte("liquid_carbonate"), TABLES.additive("fec")
    assert found.interphase[0] == entry.sei_loss.value
    assert found.dead[0] == entry.dead_lithium_fraction.value
    assert found.interphase_factor[0] == fec.sei_loss("liquid_carbonate")
    assert found.dead_factor[0] == fec.dead_lithium("liquid_carbonate")
    assert found.dead[1] == TABLES.electrolyte("lpsc").dead_lithium_fraction.value


def test_without_recipes_no_model_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError("the model was asked")

    monkeypatch.setattr(loss, "shipped_model", never)
    default = TABLES.electrolyte("liquid_ether").recipe
    losses(cells(ETHER, CARBONATE, ETHER | {"electrolyte_recipe": default}), TABLES)


def test_the_usual_recipe_of_a_class_changes_nothing() -> None:
    for name in ("liquid_ether", "liquid_carbonate", "gel"):
        recipe = TABLES.electrolyte(name).recipe
        plain, stated = (
            losses(cells({"electrolyte": name, **more}), TABLES)
            for more in ({}, {"electrolyte_recipe": recipe})
        )
        assert stated.interphase == plain.interphase
        assert stated.dead == plain.dead


@pytest.mark.slow
def test_the_model_runs_once_a_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    model = loss.shipped_model()

    def counted() -> Any:
        calls.append(1)
        return model

    loss_ratio.cache_clear()
    electrolytes._base_ratio.cache_clear()  # what an earlier test asked for is kept as well
    monkeypatch.setattr(loss, "shipped_model", counted)
    recipes = ["1 M LiFSI in DME", "2 M LiFSI in DME"]
    losses(cells(*[ETHER | {"electrolyte_recipe": recipe} for recipe in recipes * 20]), TABLES)
    assert len(calls) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "more", "less"),
    [
        (CARBONATE, "1 M LiPF6 in EC:DEC (1:1 v/v)", "1 M LiPF6 in EC:DEC (1:1 v/v), 10 vol% FEC"),
        (CARBONATE, "1 M LiPF6 in EC:DMC (1:4 v/v)", "1 M LiPF6 in FEC:DMC (1:4 v/v)"),
        (ETHER, "1 M LiTFSI in DOL:DME (1:1 v/v)", "1 M LiTFSI in DOL:DME (1:1 v/v), 2 wt% LiNO3"),
        (ETHER, "1 M LiFSI in DME", "1 M LiFSI in DME:TTE (1:3 v/v)"),
        (ETHER, "1 M LiFSI in DME", "4 M LiFSI in DME"),
        (CARBONATE, "1 M LiPF6 in EC:EMC (1:1 v/v)", "1 M LiPF6 in FEC:FEMC (1:1 v/v)"),
    ],
)  # fmt: skip
def test_signs(cell: dict[str, Any], more: str, less: str) -> None:
    designs = cells(*[cell | {"electrolyte_recipe": recipe} for recipe in (more, less)])
    found = losses(designs, TABLES)
    dead = dead_fraction(designs, shipped_parameters())
    assert dead[1] < dead[0]
    assert (found.interphase * found.interphase_factor)[1] < (found.interphase * found.interphase_factor)[0]
    base = loss_ratio(*(without_known_additives(read_recipe(recipe)).text for recipe in (less, more)))
    added = found.dead_factor[1] / found.dead_factor[0]
    assert dead[1] / dead[0] == pytest.approx(base * added, rel=1e-9)


def test_a_known_additive_acts_alike_in_a_recipe_and_by_its_name() -> None:
    usual = TABLES.electrolyte("liquid_ether").recipe
    named, written = (
        losses(cells(ETHER | more), TABLES)
        for more in ({"additives": "lino3"}, {"electrolyte_recipe": f"{usual}, 2 wt% LiNO3"})
    )
    for name in ("interphase", "dead", "interphase_factor", "dead_factor"):
        assert getattr(written, name) == pytest.approx(getattr(named, name), rel=1e-9)


def test_what_is_left_of_a_recipe_without_known_additives() -> None:
    for text, left in (
        ("1 M LiPF6 + 0.1 M LiNO3 in EC:DEC (1:1 v/v), 5 wt% FEC", "1 M LiPF6 in EC:DEC (1:1 v/v)"),
        ("1 M LiNO3 in DME", "1 M LiNO3 in DME"),
        ("1 M LiPF6 in FEC:DMC (1:4 v/v)", "1 M LiPF6 in FEC:DMC (1:4 v/v)"),
    ):
        assert without_known_additives(read_recipe(text)).text == left


@pytest.mark.simulation
def test_a_better_electrolyte_lives_longer() -> None:
    recipes = ["", "1 M LiTFSI in DOL:DME (1:1 v/v)", "LiFSI:DME:TTE (1:1.2:3 by mole)"]
    rows = pd.DataFrame([HOST | ETHER | {"electrolyte_recipe": recipe} for recipe in recipes])
    done = simulate(rows)
    lives = done["cycle_life_cycles"].to_numpy()
    assert lives[1] == lives[0]
    assert lives[2] > 1.2 * lives[0]
    same = [
        "plateau_overpotential_mV",
        "bottom_half_share",
        "top_face_share",
    ]  # bulk transport is the class's
    assert np.ptp(done[same].to_numpy(dtype=float), axis=0).max() == 0.0
