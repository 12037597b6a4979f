"""Experiments that fail: how many are wasted where half of a space gives no value, and what is found all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.belief import believe
from surrogate.campaign.file import Campaign
from surrogate.campaign.host_search import HOST_SEARCH, search_hosts
from surrogate.campaign.making import learned_making
from surrogate.campaign.physics import PhysicsSettings, physics_of
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import TARGETS
from surrogate.models.network import NetworkSettings
from surrogate.optimization import propose
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Space

SEEDS, STARTS, EXPERIMENTS = 20, 12, 16
RUNS = 1000
HOST_SEEDS = 3
TEXT = (
    "schema_version = 1\nname = 'small'\nn = 4\n[search]\nframeworks = ['copper', 'carbon_fiber', 'nickel']\n"
    "agents = ['none', 'silver']\n"
)
SMALL = PhysicsSettings(
    hosts=160, groups=6, group=12, draws=6, judged=80,
    emulator=NetworkSettings(members=2, hidden=48, epochs=120, batch=32),
    departures=NetworkSettings(members=2, hidden=24, epochs=40, batch=32),
)  # fmt: skip
NUMBERS = Space([Continuous(name, 0.0, 1.0) for name in ("x", "y", "z")])
MIXED = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0), Categorical("c", ["A", "B", "C", "D"])])
WORTH = {"A": 3.0, "B": 2.5, "C": 1.0, "D": 0.5}

TASKS: dict[
    str, tuple[Space, Callable[[pd.DataFrame], pd.Series], Callable[[pd.DataFrame], pd.Series], float]
] = {
    # The objective rises towards the half that fails: the best that can be made lies at its edge.
    "beyond a limit": (NUMBERS, lambda d: d["x"] > 0.5, lambda d: d["x"] + 0.3 * d["y"], 0.8),
    "two of four categories": (
        MIXED,
        lambda d: d["c"].isin(["A", "B"]),
        lambda d: d["c"].map(WORTH) + d["x"],
        2.0,
    ),
}


@pytest.mark.parametrize("name", TASKS)
def test_half_of_a_space_that_fails_is_left(name: str) -> None:
    space, fails, worth, best = TASKS[name]
    wasted, missing = [], []
    for seed in range(SEEDS):
        told = space.sample(STARTS, seed)
        told["s"] = worth(told).where(~fails(told))
        for k in range(EXPERIMENTS):
            design = propose(space, told, {"s": "max"}, 1, 100 * seed + k)
            design["s"] = worth(design).where(~fails(design))
            told = pd.concat([told, design], ignore_index=True)
        wasted.append(int(told["s"].iloc[STARTS:].isna().sum()))
        missing.append(best - float(told["s"].max()))
    print(
        f"{name}: {np.mean(wasted):.1f} of {EXPERIMENTS} experiments wasted on average over {SEEDS} seeds "
        f"(at most {max(wasted)}), {np.mean(missing):.3f} short of the best that can be made "
        f"(at most {max(missing):.3f})"
    )
    assert np.mean(wasted) <= 5.0


def test_a_design_told_nan_is_never_proposed_again() -> None:
    """Random runs on a grid of 36 designs: any number of cells, failures and designs asked for."""
    quick = SearchSettings(
        pool=36, near=4, keep=16, first_starts=1, maxiter=1, generations=1, parents=2, children=4
    )
    space = Space([Continuous(name, 0.0, 1.0, step=0.2) for name in ("a", "b")])
    grid = pd.DataFrame([(a, b) for a in range(6) for b in range(6)], columns=["a", "b"]) / 5.0
    again = proposed = 0
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        cells = grid.iloc[rng.permutation(36)[: int(rng.integers(2, 24))]].reset_index(drop=True)
        cells["y"] = np.where(rng.random(len(cells)) < 0.5, np.nan, rng.standard_normal(len(cells)))
        found = propose(space, cells, {"y": "max"}, int(rng.integers(1, 5)), seed, settings=quick)
        again += int(space.matches(found, cells[["a", "b"]]).any(axis=1).sum())
        proposed += len(found)
    print(f"{RUNS} random runs, {proposed} proposals: {again} told before")
    assert again == 0


RULES: dict[str, tuple[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "copper cannot be made": ("not_made", lambda hosts: hosts["framework"] == "copper"),
    "pores below 10 um at the top cannot be made": (
        "not_made",
        lambda hosts: hosts["pore_size_top_um"] < 10.0,
    ),
}


@pytest.mark.parametrize("learns", [False, True], ids=["never proposed again", "learned from"])
@pytest.mark.parametrize("rule", RULES)
def test_hosts_that_cannot_be_made(rule: str, learns: bool, tmp_path: Path) -> None:
    """A campaign of 16 hosts in fours on a small physics: how many are wasted, with and without learning."""
    state, fails = RULES[rule]
    campaign = Campaign(TEXT)
    prior = physics_of(campaign, settings=SMALL, root=tmp_path)
    quick = replace(HOST_SEARCH, pool=96, near=24, keep=32, maxiter=2, generations=1)
    wasted = []
    for seed in range(HOST_SEEDS):
        told: pd.DataFrame | None = None
        while told is None or len(told) < EXPERIMENTS:
            measured = None if told is None else told[told["state"].isna()].reset_index(drop=True)
            tried = None if told is None else told[told["state"].notna()].reset_index(drop=True)
            measured = measured if measured is not None and len(measured) else None
            belief = believe(prior, measured)
            found = search_hosts(
                campaign, belief, 4, 100 * seed + (0 if told is None else len(told)), measured=measured,
                tried=tried, making=learned_making(measured, tried) if learns else None, settings=quick,
            )  # fmt: skip
            hosts = found[list(campaign.space.columns)].assign(**campaign.conditions.as_dict())
            made = CompleteDesigns.of(hosts).frame.reset_index(drop=True)
            lost = fails(made).to_numpy()
            life = prior.rows(CompleteDesigns.of(made), None).mean[
                :, list(TARGETS).index("cycle_life_cycles")
            ]
            made["cycle_life_cycles"] = np.where(lost, np.nan, np.exp(life))
            made["state"] = np.where(lost, state, None)
            told = made if told is None else pd.concat([told, made], ignore_index=True)
        wasted.append(int(told["state"].notna().sum()))
    how = "learned from" if learns else "never proposed again"
    print(
        f"{rule}, {how}: {np.mean(wasted):.1f} of {EXPERIMENTS} hosts wasted over {HOST_SEEDS} seeds {wasted}"
    )
