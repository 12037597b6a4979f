"""A campaign whose physics takes seconds: two frameworks, few hosts, small networks."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.physics import PhysicsSettings, physics_of
from surrogate.models.network import NetworkSettings
from surrogate.models.physics_prior import PhysicsPrior

TEXT = (
    "schema_version = 1\nname = 'small'\nn = 2\n[search]\nframeworks = ['copper', 'carbon_fiber']\n"
    "agents = ['none', 'silver']\n"
)
SMALL = PhysicsSettings(
    hosts=160, groups=6, group=12, draws=6, judged=80,
    emulator=NetworkSettings(members=2, hidden=48, epochs=120, batch=32),
    departures=NetworkSettings(members=2, hidden=24, epochs=40, batch=32),
)  # fmt: skip


@pytest.fixture(scope="session")
def small_campaign() -> Campaign:
    """An ether at 1 mA/cm2 and 1 mAh/cm2, copper or carbon fibre, bare or with silver."""
    return Campaign(TEXT)


@pytest.fixture(scope="session")
def small_physics_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small campaign's physics is kept."""
    return tmp_path_factory.mktemp("physics")


@pytest.fixture(scope="session")
def small_physics(small_campaign: Campaign, small_physics_root: Path) -> PhysicsPrior:
    """What physics says of the small campaign's hosts."""
    return physics_of(small_campaign, settings=SMALL, root=small_physics_root)
