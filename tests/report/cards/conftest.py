"""A campaign, and the card of a host of it."""

from __future__ import annotations

from typing import Any

import pytest
import report_examples as examples
from card_examples import LIFE, MV, batch_of, comparison

from surrogate.campaign.replicates import CellNumbers, plan
from surrogate.report.cards.card import Card, cards_of


@pytest.fixture(scope="module")
def campaign() -> Any:
    found = examples.campaign()
    found.objectives, found.cells = {LIFE: "max", MV: "min"}, CellNumbers(disc_diameter_mm=16)
    return found


@pytest.fixture(scope="module")
def card(campaign: Any) -> Card:
    """Of the first of two proposals: carbon fibre that is graded from PAN to zinc oxide."""
    batch = batch_of(examples.BASE, examples.BASE | {"thickness_um": 90.0})
    return cards_of(batch, campaign, comparison(2), plan(campaign.cells, LIFE, 0.37, None))[0]
