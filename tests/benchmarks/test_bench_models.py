"""What is asked of a campaign's models, measured: emulators against the simulator, and trials in laboratories.

For each of the seven shipped campaigns: seconds to make its physics, and the explained variance of z on 600 random
hosts that the emulator has not seen. For the default campaign, virtual laboratories (``LABORATORIES``): scores of the
product and of a process without physics after 0 to 32 cells, right, with tests stopped at ``STOPPED`` cycles, with
inputs swapped and with an objective flipped, and the width of the interval against the control. And for each campaign
its first batch, before any cell is told: campaign -> champion (trained here) and physics -> four proposals -> their
simulation against that of 600 random hosts (``test_first_batch_against_random_hosts``). ``make bench``;
LIHOST_BENCH_CAMPAIGNS=ether,garnet chooses campaigns.
"""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate import learning, tracking
from surrogate.campaign.belief import against_last, believe
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.physics import PhysicsSettings, physics_of
from surrogate.campaign.proposals import propose_hosts
from surrogate.evaluation.metrics import NINETY
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.laboratory import (
    LaboratorySettings,
    PlainGP,
    ReferenceHosts,
    VirtualLaboratory,
    summary,
    trial,
)
from surrogate.laboratory.oracle import Oracle
from surrogate.laboratory.with_physics import WithPhysics
from surrogate.models.bundle import HostModel
from surrogate.models.campaign_model import Level
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization.threads import single_thread
from surrogate.physics import simulate
from surrogate.physics.parameters import shipped_parameters
from surrogate.report.one_mechanism import one_mechanism
from surrogate.resources import resource

LABORATORIES = range(10)
STOPPED = 300.0  # cycles; the median host of these laboratories lives 49 to 1,285
HOSTS, UNSEEN_SEED = 600, 20_001
ALL_CAMPAIGNS = sorted(path.stem for path in resource("training/campaigns").glob("*.toml"))
WITHIN = math.log(1.1)  # what the best of the random hosts may be worth more than the best proposal
CAMPAIGNS = os.environ.get("LIHOST_BENCH_CAMPAIGNS", ",".join(ALL_CAMPAIGNS)).split(",")


def _campaign(name: str) -> Campaign:
    return Campaign.load(resource(f"training/campaigns/{name}.toml"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the physics of all campaigns is kept during the run."""
    return tmp_path_factory.mktemp("physics")


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_emulator_of_a_campaign(name: str, root: Path) -> None:
    campaign = _campaign(name)
    start = time.perf_counter()
    prior = physics_of(campaign, root=root)
    seconds = time.perf_counter() - start
    designs = CompleteDesigns.of(
        campaign.space.sample(HOSTS, UNSEEN_SEED).assign(**campaign.conditions.as_dict())
    )
    simulated = simulate(designs)
    z = np.column_stack([SCALES[target].to_z(simulated[target]) for target in TARGETS])
    emulated = prior.emulator.targets(designs, shipped_parameters())
    explained = 1.0 - np.nanmean((emulated - z) ** 2, axis=0) / np.nanvar(z, axis=0)
    figures = ", ".join(f"{target} {one:.3f}" for target, one in zip(TARGETS, explained, strict=True))
    print(f"\n{name}: made in {seconds:.0f} s; R2 of z on {HOSTS} unseen hosts: {figures}")


def _levels(factor: float) -> dict[str, Level]:
    return dict.fromkeys(TARGETS, Level(0.0, math.log(factor)))


@pytest.fixture(scope="module")
def default(root: Path) -> tuple[ReferenceHosts, PhysicsPrior]:
    """Hosts and physics of the default campaign."""
    campaign = _campaign("ether")
    return ReferenceHosts.of(campaign, 300), physics_of(campaign, root=root)


@pytest.mark.parametrize("kind", ["right", "stopped", "flipped", "swapped"])
def test_virtual_laboratories(kind: str, default: tuple[ReferenceHosts, PhysicsPrior]) -> None:
    reference, prior = default
    settings = LaboratorySettings(
        flipped_share=float(kind == "flipped"),
        swapped_share=float(kind == "swapped"),
        stopped_after_cycles=STOPPED if kind == "stopped" else None,
    )
    contenders = [PlainGP(), WithPhysics(prior, _levels(settings.level_factor)), Oracle(prior)]
    with single_thread():
        table = trial(reference, contenders, LABORATORIES, settings)
    if kind == "flipped":  # the other objectives are as in the right ones
        table = table[table["target"] == table["flipped"]]
    if kind == "stopped":
        table = table[table["target"] == "cycle_life_cycles"]
    found = summary(table, "plain_gp")
    shown = [
        "cells",
        "contender",
        "rmse",
        "crps",
        "coverage",
        "crps_ratio",
        "crps_ratio_lower",
        "crps_ratio_upper",
    ]
    for against in ("latent", "cell"):
        part = found[(found["against"] == against) & (found["target"] == "all")]
        print(f"\nether, {kind}, against {against}, {len(LABORATORIES)} laboratories, log10 units")
        print(part[shown].round(3).to_string(index=False))


def test_control_in_laboratories_of_unknown_level(default: tuple[ReferenceHosts, PhysicsPrior]) -> None:
    reference, prior = default
    settings = LaboratorySettings(level_factor=3.0)
    designs = reference.designs.take(range(150))
    controls = [control_of(designs.take([row])) for row in range(len(designs))]
    model = believe(prior, levels=_levels(3.0))
    rows = []
    with single_thread():
        pairs = [model.joint(designs.take([row]).together([control])) for row, control in enumerate(controls)]
    every = designs.together(controls)
    for seed in LABORATORIES:
        truth = VirtualLaboratory.draw(reference.campaign, seed, settings, reference=reference).truth(every)
        for target in TARGETS:
            z = truth[target].to_numpy(dtype=float)
            ratios = z[: len(designs)] - z[len(designs) :]
            for row in np.flatnonzero(np.isfinite(ratios)):
                mean, covariance = pairs[row][target]
                middle, spread = against_last(mean, covariance)
                absolute = math.sqrt(covariance[0, 0] + model.noise(target))
                inside = abs(ratios[row] - middle[0]) <= NINETY * spread[0]
                rows.append({"target": target, "width": spread[0] / absolute, "inside": inside})
    found = pd.DataFrame(rows).groupby("target", sort=False).mean()
    print(
        "\nether, levels off by 3: width of the ratio to the control over the absolute interval (ln), coverage"
    )
    print(found.round(3).to_string())


@pytest.fixture(scope="module")
def champion(tmp_path_factory: pytest.TempPathFactory) -> HostModel:
    """What ``surrogate train`` makes champion where there is none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("champion"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        learning.train()
        return tracking.load_champion()


def _wanted(simulated: pd.DataFrame, objectives: dict[str, str]) -> np.ndarray:
    """Simulated z of each objective (n, objectives), more is better; NaN where the simulation has none."""
    return np.column_stack([
        SCALES[target].to_z(simulated[target]) * (1.0 if SCALES[target].direction(goal) == "max" else -1.0)
        for target, goal in objectives.items()
    ])  # fmt: skip


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_first_batch_against_random_hosts(name: str, root: Path, champion: HostModel) -> None:
    """Four proposals before any cell, simulated, against 600 random feasible hosts of the campaign."""
    campaign = _campaign(name)
    prior = physics_of(campaign, settings=PhysicsSettings.of_champion(champion), root=root)
    start = time.perf_counter()
    batch = propose_hosts(campaign, champion, n=4, seed=0, physics=prior)
    seconds = time.perf_counter() - start
    batch = batch[batch["role"] != "control"]
    random = campaign.space.sample(HOSTS, UNSEEN_SEED).assign(**campaign.conditions.as_dict())
    proposed = _wanted(simulate(CompleteDesigns.of(batch)), campaign.objectives)
    others = _wanted(simulate(CompleteDesigns.of(random)), campaign.objectives)
    ahead = np.nanmax(others, axis=0) - np.nanmax(proposed, axis=0)
    worth, best = others.mean(axis=1), proposed.mean(axis=1)
    lead = float(np.nanmax(worth) - np.nanmax(best))
    over = [np.all(others >= own, axis=1) & np.any(others > own, axis=1) for own in proposed]
    over_all = int(np.all(over, axis=0).sum())
    spans = list(batch["mechanism"])
    one = one_mechanism(batch.to_dict("records"))
    objectives = ", ".join(
        f"{target} {lead:+.3f}" for target, lead in zip(campaign.objectives, ahead, strict=True)
    )
    print(
        f"\n{name}: {len(batch)} proposals in {seconds:.0f} s against {len(random)} random hosts "
        f"({int(np.isnan(worth).sum())} without a worth)\n"
        f"  worth (mean z, ln): best proposal {np.nanmax(best):.3f}, best random host {np.nanmax(worth):.3f}: "
        f"{lead:+.3f}, asked at most {WITHIN:.3f}{'' if lead <= WITHIN else '  NOT MET'}\n"
        f"  best random host over best proposal, ln: {objectives}\n"
        f"  random hosts that dominate every proposal: {over_all}; "
        f"proposals that some random host dominates: {sum(bool(one.any()) for one in over)} of {len(batch)}\n"
        f"  mechanisms: {len(set(spans))} ({'; '.join(spans)}){'; ' if one else ''}{one}"
    )
