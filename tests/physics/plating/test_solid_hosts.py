"""Hosts in solid electrolytes: what does not flow into pores leaves them to lithium; ions take the solid's path."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.inputs import BLOCKED_TORTUOSITY, fills_pores

INORGANIC = ["lpsc", "lgps", "lps", "llzo", "lipon", "li3incl6"]
LEAST_IONIC = shipped_parameters().plating.least_ionic_S_m
FILLING = ["liquid_ether", "liquid_carbonate", "gel", "peo"]


def composite(base, share, **changes):
    """The base host with a share of its solid a garnet."""
    ends = {f"{phase}_{end}": value for end in ("top", "bottom")
            for phase, value in (("conductor", 1.0 - share), ("ion_conductor", share))}  # fmt: skip
    return {**base, **ends, "ion_conductor_material": "llzo", **changes}


def complete(*rows):
    return CompleteDesigns.of(pd.DataFrame(list(rows)))


def pack(table):
    return plating.pack(table, shipped_parameters())


def ionic(packed):
    """Ionic conductivity of each empty cell as the kernel makes it of its input, S m-1."""
    cell, host, _, _ = packed.model(0, plating.SEPARATOR_CELLS)
    return cell.conductivity * host.porosity / host.tortuosity + host.extra_ionic


def test_every_electrolyte_is_one_or_the_other(base):
    table = complete(*({**base, "electrolyte": name} for name in (*FILLING, *INORGANIC)))
    assert fills_pores(table, shipped_parameters().materials).tolist() == [True] * len(FILLING) + [
        False
    ] * len(INORGANIC)
    assert {*FILLING, *INORGANIC} == set(materials.electrolytes)


@pytest.mark.parametrize("electrolyte", INORGANIC)
def test_without_an_ion_conductor_there_is_no_path_into_the_host(base, electrolyte):
    found = ionic(pack(complete({**base, "electrolyte": electrolyte})))
    np.testing.assert_allclose(found, LEAST_IONIC, rtol=1.5)  # 1.2 S m-1 of a sulfide / 1e9 is as much again
    assert found.min() >= LEAST_IONIC


@pytest.mark.parametrize("electrolyte", INORGANIC)
def test_the_ion_conductor_is_the_only_path(base, electrolyte):
    found = ionic(pack(complete(composite(base, 0.5, electrolyte=electrolyte, temperature_C=25.0))))
    bulk = materials.solid("llzo").ionic_conductivity.si
    np.testing.assert_allclose(found, bulk * (0.5 * 0.2) ** 1.5, rtol=1e-5)


@pytest.mark.parametrize("electrolyte", FILLING)
def test_in_what_flows_the_pores_conduct_as_before(base, electrolyte):
    packed = pack(complete({**base, "electrolyte": electrolyte}))
    np.testing.assert_array_equal(packed.hosts.tortuosity[0], 1.5)
    np.testing.assert_array_equal(packed.hosts.extra_ionic[0], 0.0)
    with_garnet = pack(complete(composite(base, 0.5, electrolyte=electrolyte)))
    assert np.all(ionic(with_garnet) > ionic(packed))


def test_the_separator_of_a_solid_cell_is_unchanged(base):
    cells = pack(complete({**base, "electrolyte": "llzo"})).cells
    entry = materials.electrolyte("llzo")
    assert cells.conductivity[0] == pytest.approx(entry.conductivity.si)
    assert cells.separator_tortuosity[0] == entry.separator_tortuosity.value < BLOCKED_TORTUOSITY


def test_lithium_stays_on_top_of_a_host_without_ions_and_enters_one_with_them(base, plate):
    """More ion conductor, deeper lithium; the void is filled, so none is lost."""
    shares = (0.0, 0.2, 0.5, 0.8)
    rows = plate(**{f"{share}": composite(base, share, electrolyte="llzo") for share in shares})
    top, depth = rows["top_face_share"].to_numpy(), rows["li_centroid"].to_numpy()
    assert top[0] > 0.999
    assert rows["outcome"].tolist() == ["overgrown", "completed", "completed", "completed"]
    assert np.all(np.diff(top) < 0)
    assert np.all(np.diff(depth) > 0)
    assert rows["charge_error"].max() <= 1e-5


@pytest.mark.slow
def test_a_random_sample_of_solid_cells_runs():
    table = CompleteDesigns.of(host_space().sample(400, seed=11))
    solid = table.where(table["electrolyte"].isin(INORGANIC) & (table["framework"] != "none"))
    assert len(solid) > 50
    packed = pack(solid)
    found = plating.states(solid, packed, plating.run(packed, workers=1), mostly_outside=0.5)
    assert (found["outcome"] != "not_converged").all()
    assert found["charge_error"].max() <= 1e-5
