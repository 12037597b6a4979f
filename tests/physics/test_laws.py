"""Composition to properties: each law at its limits, its sign and its range."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics import laws
from surrogate.physics.parameter_groups import CompositionParameters
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import inputs

COMPOSITION = CompositionParameters()
TABLES = shipped_parameters().materials
FRACTIONS = np.linspace(0.0, 1.0, 201)


def test_a_layered_gradient_is_a_stair_between_the_same_ends():
    assert laws.graded(3.0, 1.0, 2.0, [0.1, 0.5, 0.9], 3).tolist() == pytest.approx([3.0, 1.5, 1.0])
    assert laws.graded(3.0, 1.0, 2.0, [0.0, 1.0], 2).tolist() == [3.0, 1.0]
    np.testing.assert_array_equal(
        laws.graded(3.0, 1.0, 2.0, FRACTIONS, 1), laws.graded(3.0, 1.0, 2.0, FRACTIONS)
    )


def test_a_gradient_joins_its_ends():
    assert laws.graded(3.0, 1.0, 2.0, 0.0) == 3.0
    assert laws.graded(3.0, 1.0, 2.0, 1.0) == 1.0
    assert laws.graded(3.0, 1.0, 2.0, 0.5) == pytest.approx(1.5)


def test_a_mixture_has_the_conductivity_of_its_pure_phases():
    assert laws.mixture_conductivity(1.0, 1e4, 1e-10, COMPOSITION) == pytest.approx(1e4, rel=1e-9)
    assert laws.mixture_conductivity(0.0, 1e4, 1e-10, COMPOSITION) == pytest.approx(1e-10, rel=1e-9)
    np.testing.assert_allclose(laws.mixture_conductivity(FRACTIONS, 7.0, 7.0, COMPOSITION), 7.0, rtol=1e-9)


def test_a_mixture_percolates_at_its_threshold():
    sigma = laws.mixture_conductivity(FRACTIONS, 1e4, 1e-10, COMPOSITION)
    assert np.all(np.diff(sigma) > 0)
    slope = np.diff(np.log(sigma))
    assert FRACTIONS[np.argmax(slope)] == pytest.approx(COMPOSITION.percolation_threshold, abs=0.015)
    above = (
        laws.mixture_conductivity(0.58, 1e4, 0.0, COMPOSITION) / 1e4
    ) ** 0.5  # half way from threshold to pure
    assert above == pytest.approx(
        0.5, rel=1e-3
    )  # ((phi - phi_c)/(1 - phi_c))^2 where the other phase insulates


def test_a_mixture_solves_the_effective_medium_equation():
    phi, high, low = 0.3, 50.0, 0.02
    root = np.sqrt(laws.mixture_conductivity(phi, high, low, COMPOSITION))
    ratio = (1 - COMPOSITION.percolation_threshold) / COMPOSITION.percolation_threshold
    terms = [
        share * (np.sqrt(sigma) - root) / (np.sqrt(sigma) + ratio * root)
        for share, sigma in ((phi, high), (1 - phi, low))
    ]
    assert sum(terms) == pytest.approx(0.0, abs=1e-12)


def _phases(*shares):
    return np.array(shares)[:, None], np.array([1e4, 1e-2, 1e-10])[:, None]


def test_many_phases_conduct_as_one_or_two_do():
    for position, pure in enumerate((1e4, 1e-2, 1e-10)):
        shares = [0.0, 0.0, 0.0]
        shares[position] = 1.0
        assert laws.mixture_conductivity_of(*_phases(*shares), COMPOSITION)[0] == pytest.approx(
            pure, rel=1e-9
        )
    pairs = np.stack([FRACTIONS, 1.0 - FRACTIONS, np.zeros_like(FRACTIONS)])
    sigma = np.array([1e4, 1e-10, 3.0])[:, None]
    np.testing.assert_allclose(
        laws.mixture_conductivity_of(pairs, sigma, COMPOSITION),
        laws.mixture_conductivity(FRACTIONS, 1e4, 1e-10, COMPOSITION),
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        laws.mixture_conductivity_of([[0.2], [0.3], [0.5]], 7.0, COMPOSITION), 7.0, rtol=1e-9
    )


def test_the_order_of_phases_does_not_matter():
    shares, sigma = _phases(0.1, 0.3, 0.6)
    turned = laws.mixture_conductivity_of(shares[[2, 0, 1]], sigma[[2, 0, 1]], COMPOSITION)
    np.testing.assert_allclose(turned, laws.mixture_conductivity_of(shares, sigma, COMPOSITION), rtol=1e-12)


def test_more_of_a_better_phase_conducts_better():
    rest = 1.0 - FRACTIONS
    for other in (0.0, 0.2, 0.5):  # of what is left, the share of the middle phase
        shares = np.stack([FRACTIONS, other * rest, (1.0 - other) * rest])
        assert np.all(np.diff(laws.mixture_conductivity_of(shares, _phases(0, 0, 0)[1], COMPOSITION)) > 0)
    shares = np.stack([np.full_like(FRACTIONS, 0.1), 0.9 * FRACTIONS, 0.9 * rest])
    found = laws.mixture_conductivity_of(shares, _phases(0, 0, 0)[1], COMPOSITION)
    assert np.all(np.diff(found) > 0)
    assert np.all((found >= 1e-10) & (found <= 1e4))


def test_the_network_conducts_less_than_the_solid():
    assert laws.network_conductivity(100.0, 0.0, COMPOSITION) == 100.0
    assert laws.network_conductivity(100.0, 0.75, COMPOSITION) == pytest.approx(12.5)
    assert laws.network_conductivity(100.0, 1.0, COMPOSITION) == 0.0


def test_the_agent_covers_more_and_more():
    covered = laws.agent_coverage(FRACTIONS, COMPOSITION)
    assert covered[0] == 0.0
    assert np.all(np.diff(covered) >= 0)
    assert covered[-1] == pytest.approx(1.0)
    assert laws.nucleation_overpotential(0.0, 0.0, 40.0, COMPOSITION) == 40.0
    assert laws.nucleation_overpotential(1.0, 5.0, 40.0, COMPOSITION) == pytest.approx(5.0)


def test_a_barrier_is_that_of_what_brings_electrons():
    barriers = [20.0, 60.0, 50.0]
    sigma = [1e3, 1e-11, 5e-6]

    def bare(*shares):
        return float(laws.bare_nucleation_overpotential(shares, barriers, sigma, COMPOSITION))

    assert bare(1.0, 0.0, 0.0) == pytest.approx(20.0)
    assert bare(0.0, 1.0, 0.0) == pytest.approx(60.0)
    assert bare(0.01, 0.99, 0.0) == pytest.approx(20.0, rel=1e-3)
    assert bare(0.01, 0.0, 0.99) == pytest.approx(
        20.0 + 30.0 * 0.99 * 0.005 / 0.0149, rel=0.02
    )  # a poor semiconductor
    two = laws.bare_nucleation_overpotential(
        [0.3, 0.7], [20.0, 40.0], [1e3, 1e7], COMPOSITION
    )  # both conduct: by volume
    assert float(two) == pytest.approx(34.0, rel=1e-5)


def test_an_ion_conducting_phase_adds_a_path():
    assert laws.ion_conductor_conductivity(0.08, 0.0, 0.8, COMPOSITION) == 0.0
    assert laws.ion_conductor_conductivity(0.08, 1.0, 0.0, COMPOSITION) == pytest.approx(0.08)
    assert laws.ion_conductor_conductivity(0.08, 1.0, 0.75, COMPOSITION) == pytest.approx(0.08 / 8)


def test_arrhenius_is_one_at_its_reference_and_doubles_as_it_should():
    assert laws.arrhenius(30e3, 25.0, 25.0) == 1.0
    assert laws.arrhenius(49e3, 100.0, 30.0) == pytest.approx(
        np.exp(49e3 / 8.314462618 * (1 / 303.15 - 1 / 373.15))
    )


def test_a_pore_has_the_surface_of_a_cylinder():
    assert laws.specific_area(0.8, 10e-6) == pytest.approx(4 * 0.8 / 10e-6)


def test_nothing_in_the_host_space_is_outside_the_laws():
    designs = CompleteDesigns.of(host_space().sample(300, seed=2))
    assert laws.out_of_range(designs, TABLES) == [""] * 300


def _complete(base, **change):
    return CompleteDesigns.of(pd.DataFrame([{**base, **change}]))


def pack(table):
    return inputs.pack(table, shipped_parameters())


@pytest.mark.parametrize(
    "change",
    [
        {"porosity_bottom": 0.2},
        {"pore_size_top_um": 0.2},
        {"tortuosity": 15.0},
        {"tortuosity_top": 15.0, "tortuosity_bottom": 2.0},
        {"thickness_um": 1500.0},
        {"temperature_C": 90.0},
        {"framework": "none", "temperature_C": 90.0},
        {"framework": "none", "current_density_mA_cm2": 150.0},
    ],
    ids=str,
)
def test_what_is_outside_is_named_with_its_limits(base, change):
    column = next(name for name in change if name != "framework")
    said = laws.out_of_range(_complete(base, **change), TABLES)
    assert said[0].startswith(f"{column} = {change[column]:g} outside ")


def test_a_planar_foil_has_no_porosity_to_be_outside(base):
    assert laws.out_of_range(_complete(base, framework="none"), TABLES) == [""]


def test_a_measured_property_replaces_what_the_composition_implies(base):
    bare = {name: value for name, value in base.items() if not name.endswith(("_S_m", "top_mV", "bottom_mV"))}
    implied = pack(_complete(bare)).hosts
    solid = materials.solid("carbon_fiber")
    expected = solid.electronic_conductivity.si * 0.2**1.5
    np.testing.assert_allclose(implied.electronic[0], expected, rtol=1e-9)
    np.testing.assert_allclose(implied.barrier[0], solid.nucleation_overpotential.si, rtol=1e-9)
    given = pack(_complete(base, conductivity_top_S_m=1e-4, nucleation_overpotential_top_mV=30.0)).hosts
    assert np.all(np.diff(np.log(given.electronic[0])) > 0)
    assert np.all(np.diff(given.barrier[0]) < 0)
    assert given.electronic[0, 0] == pytest.approx(1e-4, rel=0.3)
    assert given.barrier[0, 0] == pytest.approx(0.030, rel=0.03)


def test_a_composition_gradient_reaches_the_kernel(base):
    bare = {name: value for name, value in base.items() if not name.endswith(("_S_m", "top_mV", "bottom_mV"))}
    graded = _complete(
        bare, agent="silver", agent_bottom=0.1, conductor_bottom=0.9, conductor_top=0.05, dielectric_top=0.95,
        dielectric_material="pan",
    )  # fmt: skip
    host = pack(graded).hosts
    assert host.electronic[0, -1] > 1e6 * host.electronic[0, 0]
    # Silver covers the carbon below; above, the insulator brings no electrons, so that the carbon counts.
    assert host.barrier[0, -1] < 2e-3
    assert host.barrier[0, 0] == pytest.approx(
        materials.solid("carbon_fiber").nucleation_overpotential.si, rel=0.01
    )


def test_a_mixed_conductor_carries_electrons_and_ions(base):
    bare = {name: value for name, value in base.items() if not name.endswith(("_S_m", "top_mV", "bottom_mV"))}
    host = {**bare, "framework": "llzo_scaffold", "conductor_top": 0.0, "conductor_bottom": 0.0}
    host |= {"ion_conductor_top": 1.0, "ion_conductor_bottom": 1.0}
    for name in ("llzo", "mixed_conducting_garnet", "lithiated_carbon"):
        found, solid = pack(_complete(host, ion_conductor_material=name)).hosts, materials.solid(name)
        expected = solid.electronic_conductivity.si * 0.2**1.5
        np.testing.assert_allclose(found.electronic[0], expected, rtol=1e-9)
        np.testing.assert_allclose(found.extra_ionic[0], solid.ionic_conductivity.si * 0.2**1.5, rtol=1e-9)


def test_an_ion_conductor_is_as_warm_as_the_electrolyte_it_is(base):
    half = dict.fromkeys(
        ("conductor_top", "conductor_bottom", "ion_conductor_top", "ion_conductor_bottom"), 0.5
    )
    cold, warm = (
        pack(_complete(base, **half, electrolyte="llzo", ion_conductor_material="llzo", temperature_C=t))
        for t in (25.0, 80.0)
    )
    gain = warm.hosts.extra_ionic[0] / cold.hosts.extra_ionic[0]
    np.testing.assert_allclose(gain, warm.cells.conductivity[0] / cold.cells.conductivity[0], rtol=1e-9)
    assert gain[0] > 3.0


def test_every_process_is_activated_in_the_right_direction(base):
    cold, warm = (pack(_complete(base, temperature_C=t)).cells for t in (0.0, 50.0))
    for name in ("diffusivity", "conductivity", "exchange", "thermal"):
        assert getattr(warm, name)[0] > getattr(cold, name)[0], name
    assert warm.film[0] < cold.film[0]
