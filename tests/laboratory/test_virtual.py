"""A laboratory is what its settings say, the same each time, and its cells spread and stop as told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.errors import InputError
from surrogate.files.bounds import z_ends
from surrogate.hosts.columns import COMPOSITION_BOTTOM, COMPOSITION_TOP, PHASES
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.mechanism import mechanism
from surrogate.hosts.targets import LEAST_LOSS, SCALES, TARGETS
from surrogate.laboratory import LaboratorySettings, ReferenceHosts, VirtualLaboratory
from surrogate.laboratory.made_otherwise import MECHANISMS, upside_down, without
from surrogate.materials import framework
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.simulate import simulate
from surrogate.physics.uncertainty import Constant, constants

Draw = Callable[..., VirtualLaboratory]
SILENT = {"discrepancy_dex": 0.0, "level_factor": 1.0}
LIFE, LOSS = "cycle_life_cycles", "coulombic_efficiency_pct"


@pytest.mark.slow
def test_the_same_seed_is_the_same_laboratory(draw: Draw, reference: ReferenceHosts) -> None:
    some = reference.designs.take(range(8))
    one, again, other = draw(5), draw(5), draw(6)
    pd.testing.assert_frame_equal(one.truth(some), again.truth(some))
    pd.testing.assert_frame_equal(one.measure(some, 3), again.measure(some, 3))
    assert (one.truth(some) != other.truth(some)).all(axis=None)
    cells = [lab.measure(some, seed)[LIFE] for lab, seed in ((one, 3), (one, 4), (other, 3))]
    noise = [np.log(cell) - lab.truth(some)[LIFE] for cell, lab in zip(cells, (one, one, other), strict=True)]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert (np.abs(noise[a] - noise[b]) > 1e-6).all()


def test_settings_leave_the_hidden_constants_alone(draw: Draw) -> None:
    other = {"flipped_share": 1.0, "swapped_share": 1.0, "inert_share": 1.0}
    assert draw(5).parameters == draw(5, level_factor=1.0, **other).parameters
    assert draw(5).parameters != draw(6).parameters != shipped_parameters()


def test_hidden_constants_lie_within_their_ranges(draw: Draw, reference: ReferenceHosts) -> None:
    listed = constants(reference.designs)
    moved = 0
    for seed in (1, 2, 3):
        laboratory = draw(seed)
        assert list(laboratory.shares) == [one.key for one in listed]
        for one in listed:
            value = laboratory.parameters.value(one.key)
            assert one.low <= value <= one.high
            assert value == pytest.approx(Constant.of(one.key).at(laboratory.shares[one.key]), rel=1e-12)
            moved += value != one.value
    assert moved > 0.9 * 3 * len(listed)


@pytest.mark.slow
def test_the_truth_is_the_simulator_a_discrepancy_and_a_level(draw: Draw, reference: ReferenceHosts) -> None:
    some = reference.designs.take(range(10))
    full, no_level, silent = draw(7), draw(7, level_factor=1.0), draw(7, **SILENT)
    simulated = simulate(some, full.parameters)
    for target in TARGETS:
        plain = silent.truth(some)[target].to_numpy()
        np.testing.assert_allclose(plain, SCALES[target].to_z(simulated[target]), rtol=1e-12)
        wrong = no_level.truth(some)[target] - plain
        np.testing.assert_allclose(wrong, full.discrepancies[target](some), rtol=1e-9, atol=1e-12)
        level = full.truth(some)[target] - no_level.truth(some)[target]
        np.testing.assert_allclose(level, full.levels[target], rtol=1e-9)


def test_a_level_cancels_between_two_hosts(draw: Draw, reference: ReferenceHosts) -> None:
    two = reference.designs.take([0, 1])
    near, far = draw(7, level_factor=1.0).truth(two), draw(7, level_factor=3.0).truth(two)
    assert (np.abs(near - far) > 1e-3).all(axis=None)
    np.testing.assert_allclose(near.iloc[0] - near.iloc[1], far.iloc[0] - far.iloc[1], rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_levels_spread_by_the_stated_factor(draw: Draw) -> None:
    levels = np.array([list(draw(seed, discrepancy_dex=0.0).levels.values()) for seed in range(60)])
    assert np.sqrt(np.mean(levels**2)) == pytest.approx(np.log(2.0), rel=0.15)
    assert np.abs(np.corrcoef(levels.T) - np.eye(len(TARGETS))).max() < 0.4


@pytest.mark.slow
def test_replicates_spread_as_stated(draw: Draw, reference: ReferenceHosts) -> None:
    host, laboratory = reference.designs.take([0] * 2000), draw(7)
    cells = laboratory.measure(host, 1)
    truth = laboratory.truth(host.take([0])).iloc[0]
    stated = {LIFE: 0.37, "ccd_mA_cm2": 0.15, "overpotential_mV": 0.15, LOSS: 0.3}
    found = {}
    for target in TARGETS:
        lower, upper = z_ends(cells, target)
        assert (lower == upper).all()
        assert lower.std() == pytest.approx(stated[target], rel=0.06)  # 1 / sqrt(2 n): 0.016
        assert lower.mean() == pytest.approx(truth[target], abs=4.0 * stated[target] / np.sqrt(len(host)))
        found[target] = lower
    assert np.abs(np.corrcoef(list(found.values())) - np.eye(len(TARGETS))).max() < 0.1
    assert list(cells["replicate"][:2]) == ["s1-1", "s1-2"]
    assert cells["replicate"].is_unique


@pytest.mark.slow
def test_lives_that_are_stopped_are_bounds(draw: Draw, reference: ReferenceHosts) -> None:
    stopped, full = draw(7, stopped_after_cycles=1000.0, life_noise=0.0), draw(7, life_noise=0.0)
    lives = np.exp(full.truth(reference.designs)[LIFE].to_numpy())
    cells = stopped.measure(reference.designs, 1)
    np.testing.assert_allclose(cells[LIFE], np.minimum(lives, 1000.0), rtol=1e-12)
    bound = cells[f"{LIFE}_censored"].to_numpy()
    assert (bound == (lives > 1000.0)).all()
    assert 0 < bound.sum() < len(bound)
    assert not full.measure(reference.designs, 1)[f"{LIFE}_censored"].any()
    pd.testing.assert_frame_equal(stopped.truth(reference.designs), full.truth(reference.designs))


def test_efficiencies_stay_measurable(draw: Draw, reference: ReferenceHosts) -> None:
    cells = draw(1, loss_noise=6.0).measure(reference.designs, 1)
    best = 100.0 * (1.0 - LEAST_LOSS)
    assert SCALES[LOSS].is_measurable(cells[LOSS]).all()
    assert (cells[LOSS].max(), cells[LOSS].min()) == (best, pytest.approx(2.0))
    assert not SCALES[LOSS].is_fraction(cells[LOSS]).any()
    assert (cells[f"{LOSS}_censored"] == (cells[LOSS] == best)).all()


def test_tell_takes_the_cells(
    draw: Draw, reference: ReferenceHosts, garnet: Campaign, tmp_path: Path
) -> None:
    cells = draw(7, stopped_after_cycles=1000.0).measure(reference.designs.take(range(6)), 1)
    cells.to_csv(tmp_path / "cells.csv", index=False)
    told, _ = read_observations(tmp_path / "cells.csv", garnet, yes=True)
    for target in TARGETS:
        np.testing.assert_allclose(told[target], cells[target], rtol=1e-12)
        assert told[f"{target}_censored"].tolist() == cells[f"{target}_censored"].tolist()
    assert told["replicate"].tolist() == cells["replicate"].tolist()


def test_a_host_beyond_the_laws_gives_a_failed_cell(
    draw: Draw, reference: ReferenceHosts, garnet: Campaign, tmp_path: Path
) -> None:
    """With the hidden constants of this laboratory some pellets lie outside the range of the law of channels."""
    laboratory = draw(2)
    nothing = laboratory.truth(reference.designs).isna().all(axis=1)
    cells = laboratory.measure(reference.designs, 1)
    assert cells["failed"].tolist() == nothing.tolist()
    assert 0 < nothing.sum() < len(nothing)
    assert cells[list(TARGETS)].isna().all(axis=1).tolist() == nothing.tolist()
    cells.to_csv(tmp_path / "cells.csv", index=False)
    assert (
        read_observations(tmp_path / "cells.csv", garnet, yes=True)[0]["failed"].tolist() == nothing.tolist()
    )


@pytest.mark.slow
def test_a_flipped_objective_is_mirrored_about_its_mean(draw: Draw, reference: ReferenceHosts) -> None:
    straight, flipped = draw(7), draw(7, flipped_share=1.0)
    assert straight.flipped is None
    assert flipped.flipped in reference.campaign.objectives
    a, b = straight.truth(reference.designs), flipped.truth(reference.designs)
    for target in TARGETS:
        if target == flipped.flipped:
            np.testing.assert_allclose(a[target] + b[target], 2.0 * a[target].mean(), rtol=1e-9)
            assert a[target].std() > 0.1
        else:
            pd.testing.assert_series_equal(a[target], b[target])
    assert {draw(seed, flipped_share=1.0).flipped for seed in range(12)} == set(reference.campaign.objectives)
    some = [draw(seed, flipped_share=0.5).flipped for seed in range(40)]
    assert 8 < sum(one is not None for one in some) < 32


@pytest.mark.slow
def test_a_swapped_laboratory_makes_hosts_upside_down(draw: Draw, reference: ReferenceHosts) -> None:
    straight, swapped = draw(7, **SILENT), draw(7, swapped_share=1.0, **SILENT)
    assert (straight.swapped, swapped.swapped) == (False, True)
    designs = reference.designs.take(range(20))
    turned = upside_down(designs)
    a, b = designs.frame, turned.frame
    changed = set(a.columns[[not a[name].equals(b[name]) for name in a.columns]])
    assert {"pore_size_top_um", "pore_size_bottom_um", "ion_conductor_top", "ion_conductor_bottom"} <= changed
    assert all("_top" in name or "_bottom" in name for name in changed)
    assert not {"porosity_top", "tortuosity_top"} & changed
    assert a["pore_size_top_um"].equals(b["pore_size_bottom_um"].rename("pore_size_top_um"))
    pd.testing.assert_frame_equal(swapped.truth(designs), straight.truth(turned), rtol=1e-12)
    assert (np.abs(swapped.truth(designs) - straight.truth(designs)) > 1e-3).any().all()
    pd.testing.assert_frame_equal(upside_down(turned).frame, a)


def test_hosts_without_a_mechanism(reference: ReferenceHosts) -> None:
    """What is taken out is gone, the composition still sums to 1, and nothing else changes."""
    frameworks = {framework(str(name)).phase for name in reference.designs.frame["framework"]} - {"none"}
    of = {
        "agent": {"agent", *(f"{phase}_{end}" for phase in ("agent", *frameworks) for end in ("top", "bottom"))},
        "graded composition": {f"{phase}_{end}" for phase in PHASES for end in ("top", "bottom")},
        "graded pores": {f"{what}_{end}" for what in ("porosity", "pore_size") for end in ("top", "bottom")},
    }  # fmt: skip
    designs = reference.designs
    before = [mechanism(designs.row(k)) for k in range(len(designs))]
    assert set(of) == set(MECHANISMS)
    for word, columns in of.items():
        made = without(word, designs)
        changed = {name for name in made.arrays if not made.frame[name].equals(designs.frame[name])}
        assert {name.removesuffix("_um") for name in changed} == columns
        for parts in (COMPOSITION_TOP, COMPOSITION_BOTTOM):
            np.testing.assert_allclose(made.frame[list(parts)].sum(axis=1), 1.0, atol=1e-9)
        assert sum(word in words for words in before) > 10
        assert not any(word in mechanism(made.row(k)) for k in range(len(made)))


def test_what_was_graded_has_the_mean_of_its_ends(reference: ReferenceHosts) -> None:
    """The geometric mean of pore sizes, as they are on a logarithmic scale; what is not graded stays."""
    asked = reference.designs.frame
    pores = without("graded pores", reference.designs).frame
    top, bottom = asked["pore_size_top_um"], asked["pore_size_bottom_um"]
    np.testing.assert_allclose(
        np.log(pores["pore_size_top_um"]), 0.5 * (np.log(top) + np.log(bottom)), rtol=1e-12
    )
    even = without("graded composition", reference.designs).frame
    for made, quantity in ((pores, "porosity"), (even, "ion_conductor")):
        mean = 0.5 * (asked[f"{quantity}_top"] + asked[f"{quantity}_bottom"])
        np.testing.assert_allclose(made[f"{quantity}_top"], mean, rtol=1e-12)
        np.testing.assert_allclose(made[f"{quantity}_bottom"], mean, rtol=1e-12)
    np.testing.assert_array_equal(pores["pore_size_top_um"], pores["pore_size_bottom_um"])


def test_the_framework_takes_the_place_of_the_agent() -> None:
    parts = {"agent_top": 0.2, "agent_bottom": 0.0, "thickness_um": 100.0}
    for end in ("top", "bottom"):
        parts |= {f"porosity_{end}": 0.8, f"pore_size_{end}_um": 10.0}
    hosts = [("copper", "conductor"), ("pan", "dielectric"), ("llzo_scaffold", "ion_conductor")]
    rows = [{"framework": name, "agent": "silver", f"{phase}_top": 0.8, f"{phase}_bottom": 1.0, **parts}
            for name, phase in hosts]  # fmt: skip
    foil = {"framework": "none", "agent": "silver", "conductor_top": 1.0, "conductor_bottom": 1.0}
    made = without("agent", CompleteDesigns.of(pd.DataFrame([*rows, foil])))
    assert set(made.frame["agent"]) == {"none"}
    for k, phase in enumerate([*(phase for _, phase in hosts), "conductor"]):
        assert made.row(k)[f"{phase}_top"] == pytest.approx(1.0)
        assert made.row(k)["agent_top"] == 0.0


@pytest.mark.slow
def test_in_an_inert_laboratory_a_mechanism_does_nothing(draw: Draw, reference: ReferenceHosts) -> None:
    straight, inert = draw(7, **SILENT), draw(7, inert_share=1.0, **SILENT)
    assert straight.inert is None
    assert {draw(seed, inert_share=1.0).inert for seed in range(12)} == set(MECHANISMS)
    designs = reference.designs.take(range(20))
    made = without(str(inert.inert), designs)
    pd.testing.assert_frame_equal(inert.truth(designs), straight.truth(made), rtol=1e-12)
    assert (np.abs(inert.truth(designs) - straight.truth(designs)) > 1e-3).any().all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("discrepancy_dex", -0.1), ("level_factor", 0.5), ("life_noise", float("nan")), ("flipped_share", 1.5),
        ("inert_share", -0.5),         ("stopped_after_cycles", 0.0),
    ],
)  # fmt: skip
def test_settings_outside_their_limits_are_refused(name: str, value: float) -> None:
    with pytest.raises(InputError, match=name):
        LaboratorySettings(**{name: value})


def test_reference_hosts_of_another_campaign_are_refused(reference: ReferenceHosts) -> None:
    other = Campaign(Campaign.template("another", electrolyte="lpsc"))
    with pytest.raises(InputError, match="another campaign"):
        VirtualLaboratory.draw(other, 0, reference=reference)
