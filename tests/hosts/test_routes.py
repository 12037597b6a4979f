"""By which methods a host can be made: hosts whose routes are known, and every host of a makeable space."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate import materials
from surrogate.errors import SpaceError
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.makeable import MADE_BY_A_METHOD, makeable_space
from surrogate.hosts.routes import filler_by_weight, graded_in, routes_of
from surrogate.hosts.search_space import choice_space
from surrogate.materials.methods import Method, methods
from surrogate.materials.properties import PropertyRange

FELT: dict[str, Any] = {
    "framework": "carbon_fiber", "agent": "none", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 5.0, "pore_size_bottom_um": 5.0, "thickness_um": 100.0,
    "tortuosity": 1.5, "electrolyte": "liquid_ether",
}  # fmt: skip
COPPER = FELT | {"framework": "copper", "porosity_top": 0.6, "porosity_bottom": 0.6, "pore_size_top_um": 3.0,
                 "pore_size_bottom_um": 3.0}  # fmt: skip
MAT = FELT | {
    "framework": "pan", "conductor_top": 0.1, "conductor_bottom": 0.3, "dielectric_top": 0.9,
    "dielectric_bottom": 0.7,
}  # fmt: skip
FOIL: dict[str, Any] = {"framework": "none", "electrolyte": "llzo"}
EVEN = {"agent_top": 0.1, "agent_bottom": 0.1, "conductor_top": 0.9, "conductor_bottom": 0.9}
GRADED = {"agent_top": 0.0, "agent_bottom": 0.2, "conductor_top": 1.0, "conductor_bottom": 0.8}


def some(*names: str) -> list[Method]:
    return [methods()[name] for name in names]


def text_of(host: dict[str, Any], *names: str) -> str:
    return routes_of(CompleteDesigns.of(pd.DataFrame([host])).row(0), some(*names)).text


@pytest.mark.parametrize(
    ("host", "names", "route"),
    [
        (FELT, ("electrospinning", "sputtering"), "electrospinning"),
        (FELT | EVEN | {"agent": "silver"}, ("electrospinning", "sputtering"), "electrospinning, then sputtering"),
        (FELT | EVEN | {"agent": "gold"}, ("electrospinning",), "electrospinning"),
        (
            FELT | EVEN | {"agent": "gold"},
            ("electrospinning", "sputtering"),
            "electrospinning; or electrospinning, then sputtering",
        ),
        (FELT | EVEN | {"agent": "silver"}, ("electrospinning",), ""),
        (FELT, ("sputtering",), ""),
        (FELT | {"pore_size_top_um": 16.0}, ("electrospinning",), ""),  # it reaches 15 um
        (FELT | {"pore_size_top_um": 16.0}, ("bought", "templating"), "bought as it is or templating"),
        (FELT | GRADED | {"agent": "zinc_oxide"}, ("bought", "atomic_layer_deposition"), ""),  # coats all alike
        (
            FELT | GRADED | {"agent": "zinc_oxide"},
            ("bought", "atomic_layer_deposition", "sputtering"),
            "bought as it is, then sputtering",
        ),
        (COPPER, ("dealloying",), "dealloying"),
        (COPPER | {"pore_size_top_um": 5.0}, ("dealloying",), ""),  # of one pore size throughout
        (COPPER | {"porosity_top": 0.7}, ("dealloying",), ""),
        (COPPER | EVEN | {"agent": "tin"}, ("dealloying",), "dealloying"),
        (FOIL, ("sputtering",), "foil as it is bought"),
        (FOIL | {"agent": "silver"}, ("sputtering",), "foil as it is bought, then sputtering"),
        (FOIL | {"pattern_size_um": 200.0, "pattern_depth_um": 200.0}, ("laser",), "laser cutting"),
        (FOIL | {"pattern_size_um": 200.0, "pattern_depth_um": 200.0}, ("sputtering",), ""),
        (
            FELT | {"framework": "pan", "agent": "silver", "dielectric_top": 0.9, "dielectric_bottom": 0.9,
                    "conductor_top": 0.0, "conductor_bottom": 0.0, "agent_top": 0.1, "agent_bottom": 0.1},
            ("electrospinning", "electrodeposition"),
            "",  # nothing is plated onto an insulator
        ),
        (MAT, ("electrospinning",), "electrospinning"),
        (MAT | {"conductor_bottom": 0.5, "dielectric_bottom": 0.5}, ("electrospinning",), ""),  # 64 % by weight
    ],
)  # fmt: skip
def test_routes_to_a_host(host: dict[str, Any], names: tuple[str, ...], route: str) -> None:
    assert text_of(host, *names) == route


def test_what_is_graded() -> None:
    host = CompleteDesigns.of(
        pd.DataFrame([FELT | GRADED | {"agent": "silver", "pore_size_top_um": 7.0}])
    ).row(0)
    assert graded_in(host) == {"agent", "pore_size"}
    nearly = FELT | {"pore_size_top_um": 5.5, "porosity_top": 0.83}
    assert graded_in(CompleteDesigns.of(pd.DataFrame([nearly])).row(0)) == set()


@functools.cache
def spaces(electrolyte: str) -> Any:
    return functools.partial(choice_space, Conditions(electrolyte=electrolyte))


@given(
    names=st.lists(st.sampled_from(sorted(methods())), min_size=1, max_size=5, unique=True),
    electrolyte=st.sampled_from(["liquid_ether", "llzo"]),
    seed=st.integers(0, 2**16),
)
@settings(max_examples=4, deadline=None)
@pytest.mark.slow
def test_every_host_of_a_makeable_space_has_a_route(names: list[str], electrolyte: str, seed: int) -> None:
    space = makeable_space(spaces(electrolyte), some(*names))
    hosts = space.round(space.sample(24, seed))
    assert space.contains(hosts).all()
    full = CompleteDesigns.of(hosts.assign(electrolyte=electrolyte))
    for k in range(len(full)):
        assert routes_of(full.row(k), some(*names)).text, dict(hosts.iloc[k])


@pytest.mark.slow
def test_a_makeable_space_leaves_out_what_no_method_makes() -> None:
    space = makeable_space(spaces("liquid_ether"), some("dealloying", "direct_ink_writing"))
    assert {choice["framework"] for choice in space.choices()} == {"none", "copper"}
    drawn = space.sample(128, 0).query("framework == 'copper'")
    fine = drawn[drawn["pore_size_top_um"] < 50.0]
    assert 0.2 < len(fine) / len(drawn) < 0.8  # both methods are searched
    assert (fine["pore_size_top_um"] == fine["pore_size_bottom_um"]).all()
    assert fine["pore_size_top_um"].between(2.0, 5.0).all()
    between = fine.iloc[[0]].assign(pore_size_top_um=20.0, pore_size_bottom_um=20.0)
    assert [one.column for one in space.check(between)] == [MADE_BY_A_METHOD]


def test_no_more_is_spun_into_fibres_than_the_method_carries_and_a_laboratory_may_say_how_much() -> None:
    mats = functools.partial(spaces("liquid_ether"), frameworks=["pan"], agents=["none"])
    spun, bold = some("electrospinning")[0], PropertyRange(0.0, 0.8, "1", assumed=True)
    shares = []
    for method in (spun, dataclasses.replace(spun, filler=bold)):
        drawn = makeable_space(mats, [method]).sample(64, 0).assign(electrolyte="liquid_ether")
        full = CompleteDesigns.of(drawn)
        rows = [full.row(k) for k in range(len(full))]
        shares.append([max(filler_by_weight(row, end) for end in ("top", "bottom")) for row in rows])
        # By the densities of the tables: CNT in PAN, and garnet nowhere in an ether.
        carbon, nitrile = (materials.solids[name].density.si for name in ("carbon_nanotube", "pan"))
        told, row = filler_by_weight(rows[0], "top"), rows[0]
        mass = row["conductor_top"] * carbon
        assert row["ion_conductor_top"] == 0.0
        assert told == pytest.approx(mass / (mass + row["dielectric_top"] * nitrile))
    assert 0.3 < max(shares[0]) <= 0.5 + 1e-9
    assert 0.5 < max(shares[1]) <= 0.8 + 1e-9


def test_methods_that_leave_nothing_say_why() -> None:
    fibres = functools.partial(spaces("liquid_ether"), frameworks=["carbon_fiber"])
    with pytest.raises(SpaceError, match="none of them makes carbon_fiber"):
        makeable_space(fibres, some("dealloying"))
    with pytest.raises(SpaceError, match="no method puts silver onto carbon_fiber"):
        makeable_space(functools.partial(fibres, agents=["silver"]), some("electrospinning"))
    coarse = functools.partial(fibres, bounds={"pore_size_top_um": (40.0, 60.0)})
    with pytest.raises(
        SpaceError, match=r"electrospinning reaches 0\.5 to 15 of pore_size_top_um and 40 to 60"
    ):
        makeable_space(coarse, some("electrospinning"))
