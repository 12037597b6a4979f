"""Each strategy's modifier: nothing at its neutral value, the right thing at its ends, nothing else ever."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.literature.schema import STRATEGIES
from surrogate.physics import modifiers
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating.inputs import pack


@pytest.fixture(scope="module")
def bare(base):
    """The base host without measured properties, so that its composition counts."""
    return {name: value for name, value in base.items() if name not in c.OVERRIDES}


def packed(*rows):
    return pack(CompleteDesigns.of(pd.DataFrame(list(rows))), shipped_parameters())


def changed(before, after):
    """Properties of the cell (its protocol included) and profiles of the host in which two designs differ."""

    def differing(*pairs):
        return {
            name
            for one, other in pairs
            for name in one._fields
            if (getattr(one, name)[0] != getattr(other, name)[0]).any()
        }

    cells = differing((before.cells, after.cells), (before.protocols, after.protocols))
    return cells, differing((before.hosts, after.hosts))


NEUTRAL = {"layers": 1, "doping": "none", "skin_coverage": 0.0, "mass_transfer_factor": 1.0}
ACTS = {
    "doping": ({"doping": "nitrogen"}, {"top_barrier"}, {"barrier"}),
    "skin_coverage": ({"skin_coverage": 0.5}, {"top_area"}, set()),
    "mass_transfer_factor": ({"mass_transfer_factor": 3.0}, {"diffusivity"}, set()),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_modifier_changes_its_own_quantity_and_no_other(bare, name):
    change, cells, profiles = ACTS[name]
    assert changed(packed(bare), packed({**bare, **NEUTRAL})) == (set(), set())
    assert changed(packed(bare), packed({**bare, **change})) == (cells, profiles)


def test_a_dopant_scales_the_barrier_of_the_bare_carbon_only(bare):
    factor = materials.dopant("nitrogen").barrier_factor.value
    plain, doped = packed(bare), packed({**bare, "doping": "nitrogen"})
    np.testing.assert_allclose(doped.hosts.barrier[0], factor * plain.hosts.barrier[0], rtol=1e-12)
    assert doped.cells.top_barrier[0] == pytest.approx(factor * plain.cells.top_barrier[0])
    assert doped.cells.foil_barrier[0] == plain.cells.foil_barrier[0]
    # Half carbon, half insulator: only the carbon counts, doped or not.
    half = {
        **bare,
        **dict.fromkeys(("conductor_top", "conductor_bottom", "dielectric_top", "dielectric_bottom"), 0.5),
    }
    expected = factor * plain.hosts.barrier[0, 0]
    assert packed({**half, "doping": "nitrogen"}).hosts.barrier[0, 0] == pytest.approx(expected, rel=1e-4)


def test_a_measured_barrier_is_not_doped(base):
    measured = {**base, "nucleation_overpotential_top_mV": 30.0, "nucleation_overpotential_bottom_mV": 30.0}
    assert changed(packed(measured), packed({**measured, "doping": "nitrogen"})) == (set(), set())


def test_a_skin_takes_its_share_of_the_top_face(bare, plate):
    for coverage in (0.25, 1.0):
        found = packed({**bare, "skin_coverage": coverage}).cells.top_area[0]
        assert found == pytest.approx(0.2 * (1.0 - coverage))
    rows = plate(none={}, half={"skin_coverage": 0.5}, all={"skin_coverage": 1.0})
    shares = rows["top_face_share"]
    assert shares["half"] == pytest.approx(0.5 * shares["none"], rel=0.1)
    assert shares["all"] < 1e-5  # what lies on lithium that fills the mouths of pores
    assert rows["charge_error"].max() <= 1e-5


@pytest.mark.slow
def test_stirring_multiplies_the_diffusivity_of_a_liquid_only(bare, plate):
    factor = {"mass_transfer_factor": 4.0}
    liquid, stirred = packed(bare), packed({**bare, **factor})
    assert stirred.cells.diffusivity[0] == pytest.approx(4.0 * liquid.cells.diffusivity[0])
    for electrolyte in ("gel", "peo", "llzo"):
        still = {**bare, "electrolyte": electrolyte}
        assert changed(packed(still), packed({**still, **factor})) == (set(), set())
    fast = {"current_density_mA_cm2": 4.0}
    drop = 1.0 - plate(still=fast, stirred={**fast, **factor})["min_concentration_ratio"]
    assert drop["still"] / drop["stirred"] == pytest.approx(4.0, rel=0.1)


@pytest.mark.parametrize("agent", ["lithium_nitride", "lithium_fluoride"])
def test_an_interphase_former_scales_the_film_by_its_coverage(bare, agent):
    factor = materials.agent(agent).film_resistance_factor.value
    full = {
        **bare,
        "agent": agent,
        "agent_top": 0.2,
        "agent_bottom": 0.2,
        "conductor_top": 0.8,
        "conductor_bottom": 0.8,
    }
    plain = packed(bare).cells.film[0]
    assert packed(full).cells.film[0] == pytest.approx(plain * factor, rel=2e-3)  # covers all but 0.1 %
    # On the lower half only: half of the way.
    lower = {**full, "agent_top": 0.0, "conductor_top": 1.0, "layers": 2}
    assert packed(lower).cells.film[0] == pytest.approx(plain * 0.5 * (1.0 + factor), rel=2e-3)
    foil = packed({"framework": "none", "agent": agent}).cells
    assert foil.film[0] == pytest.approx(plain * factor, rel=1e-12)
    assert foil.counter_film[0] == plain  # the agent is in the host


def test_the_film_factor_at_its_limits(bare):
    table = CompleteDesigns.of(pd.DataFrame([{**bare, "agent": "lithium_nitride"}] * 3))
    factor = materials.agent("lithium_nitride").film_resistance_factor.value
    found = modifiers.film_factor(table, [0.0, 0.5, 1.0], shipped_parameters().materials)
    np.testing.assert_allclose(found, [1.0, 0.5 * (1.0 + factor), factor])


def test_a_seed_metal_forms_no_film(bare):
    silver = {**bare, "agent": "silver", "agent_bottom": 0.1, "conductor_bottom": 0.9}
    assert packed(silver).cells.film[0] == packed(bare).cells.film[0]


@pytest.mark.docs
def test_the_table_of_strategies_names_each_one_once():
    page = (Path(__file__).parents[2] / "docs" / "physics.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([a-z_]+) \|", page.split("## Strategies of the sources")[1].split("\n## ")[0], re.M
    )
    assert sorted(rows) == sorted([*(set(STRATEGIES) - {"other"}), "strategy"])
    for column in c.MODIFIERS:
        assert f"{column} (m)" in page, column
