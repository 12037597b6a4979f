"""Few hosts of the garnet campaign, the quickest to simulate, with laboratories that share them.

The examples of contests are made importable under ``--import-mode=importlib``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from surrogate.campaign.file import Campaign
from surrogate.laboratory import LaboratorySettings, ReferenceHosts, VirtualLaboratory
from surrogate.resources import resource

sys.path.insert(0, str(Path(__file__).resolve().parent))
HOSTS = 60
Draw = Callable[..., VirtualLaboratory]


@pytest.fixture(scope="session")
def garnet() -> Campaign:
    return Campaign.load(resource("training/campaigns/garnet.toml")).without_methods()


@pytest.fixture(scope="session")
def reference(garnet: Campaign) -> ReferenceHosts:
    return ReferenceHosts.of(garnet, HOSTS)


@pytest.fixture(scope="session")
def draw(garnet: Campaign, reference: ReferenceHosts) -> Draw:
    """Function (seed, settings by name) -> laboratory."""

    def drawn(seed: int = 0, **settings: Any) -> VirtualLaboratory:
        return VirtualLaboratory.draw(garnet, seed, LaboratorySettings(**settings), reference=reference)

    return drawn
