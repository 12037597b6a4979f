"""``--workers`` and ``--cluster``: who does the work of a command, and what cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from surrogate.campaign.file import Campaign
from surrogate.execution import Here

from .conftest import Command, World


@pytest.mark.slow
def test_others_train_the_first_champion_and_simulate_the_hosts(
    command: Command, world: World, campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.champion, simulated = False, []
    monkeypatch.setattr(
        "surrogate.campaign.physics.physics_of",
        lambda given, *, settings, progress, by: simulated.append((given.name, by)),
    )
    monkeypatch.setattr(sys.modules["surrogate.physics.simulate"], "prepare", lambda report: None)
    assert command("optimize", "--campaign", campaign, "--workers", 1).code == 0
    ((name, by),) = simulated
    assert name == Campaign.load(campaign).name
    assert isinstance(by, Here)
    assert world.worked == [by]
    assert command("surrogate", "train", "--workers", 1).code == 0
    assert isinstance(world.worked[-1], Here)
    assert command("surrogate", "train").code == 0
    assert world.worked[-1] is None
    assert len(simulated) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("optimize", "--workers", 0), "at least 1"),
        (("surrogate", "train", "--workers", 0), "at least 1"),
        (("surrogate", "sensitivity", "--out", "found", "--workers", 0), "at least 1"),
        (("surrogate", "train", "--promote", 2, "--because", "x", "--workers", 2), "nothing is trained"),
        (("surrogate", "train", "--recipe", "ageing", "--cluster", "local"), "leave it out"),
        (("optimize", "benchmark", "--cluster", "nowhere"), "dask scheduler"),
    ],
)
def test_workers_that_cannot_be_had(
    command: Command, world: World, words: tuple[object, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surrogate.execution.CONNECT_S", 0.2)
    ended = command(*words)
    assert ended.code == 2
    assert said in ended.err
