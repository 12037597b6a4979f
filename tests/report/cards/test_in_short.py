"""The seven lines at the head of a card: each with its number, and the same as the card says further down."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import report_examples as examples
from card_examples import LIFE, batch_of, comparison

from surrogate.campaign.replicates import plan
from surrogate.report.cards.card import Card, cards_of
from surrogate.report.cards.in_short import short_lines
from surrogate.report.cards.markdown import card_markdown
from surrogate.report.cards.words import cycling_lines
from surrogate.report.quantities import number

QUESTIONS = ["Weigh", "Order", "How exactly", "Compare with", "Stop", "Why this one", "How sure"]


@pytest.fixture(scope="module")
def control(campaign: Any) -> Card:
    return cards_of(batch_of(examples.BASE), campaign, comparison(1), plan(campaign.cells, LIFE, 0.37, None))[
        -1
    ]


def test_a_card_begins_with_seven_answers_each_with_a_number(card: Card, control: Card) -> None:
    for one in (card, control):
        lines = short_lines(one)
        assert [label for label, _ in lines] == QUESTIONS
        text = card_markdown(one)
        assert text.index("### In short") < text.index("### Make")
        for label, line in lines:
            assert f"- **{label}**: {line}" in text
            assert re.search(r"\d", line) or one.is_control, label
            assert not line.endswith(".")


def test_what_to_weigh_is_what_the_table_of_layers_adds_up_to(card: Card, control: Card) -> None:
    make, said = card.make, dict(short_lines(card))
    area = make.sheet_cm2 or make.disc_area_cm2
    for part in make.parts:
        assert f"{number(part.mass_mg_cm2 * area)} mg" in said["Weigh"]
        assert part.name in said["Weigh"]
    low, high = (number(make.mass_mg + sign * make.mass_tolerance_mg) for sign in (-1.0, 1.0))
    assert said["Weigh"].endswith(
        f"weighs {number(make.mass_mg)} mg ({low} to {high} within 5 points of porosity)"
    )
    alone = control.make
    assert alone.sheet_cm2 is None
    assert dict(short_lines(control))["Weigh"].startswith(f"{number(alone.mass_mg)} mg (")
    mixed = replace(card, make=replace(make, sheet_cm2=None))
    assert (
        f" for a disc of {number(make.disc_diameter_mm)} mm, which then weighs "
        in dict(short_lines(mixed))["Weigh"]
    )


def test_bars_and_probabilities_are_those_of_the_test(card: Card) -> None:
    said, stop = dict(short_lines(card)), card.test.stop
    assert stop is not None
    assert stop.decided_factor is not None
    assert f"× {stop.decided_factor:.3g} as long as the control's, 260 cycles (22 days)" in said["Stop"]
    life = next(one for one in card.why.answers if one.target == LIFE)
    assert said["Why this one"].startswith(
        f"predicted against the control: cycle life × {life.ratio:.3g} (90 %: 1 to 4)"
    )
    assert "; the feature that does most: lithiophilic agent, × 1.6 in cycle life" in said["Why this one"]
    for chance, bar in zip(
        card.why.chances, sorted(card.test.bars, key=lambda one: one.target != LIFE), strict=True
    ):
        assert f"{chance.p_better:.2f} in {chance.name.lower()}" in said["How sure"]
        assert f"{bar.chance_in_all:.2f} in {chance.name.lower()}" in said["How sure"]
    assert said["Compare with"] == "B00-C, plain carbon fibre: 3 cells of this host with 3 of it"
    assert (
        "30 % narrower: cycle life × 0.607, where cells of one design differ by × 1.45" in said["How exactly"]
    )


def test_pores_take_so_much_of_a_liquid_and_other_electrolytes_no_volume(card: Card, campaign: Any) -> None:
    cell = dict(cycling_lines(card.test))["Cell"]
    pores = sum(
        0.1 * one.thickness_um * one.porosity_pct / 100.0 * card.make.disc_area_cm2
        for one in card.make.layers
    )
    assert f"; electrolyte in the pores {number(pores, 2)} µL a disc (the control: " in cell
    solid = batch_of(examples.BASE).assign(electrolyte="lpsc")
    assert "electrolyte in the pores" not in dict(cycling_lines(cards_of(solid, campaign)[0].test))["Cell"]
