"""What a card says is to be found out first: what sets the pores, which nanotubes, what can be laid on what."""

from __future__ import annotations

from typing import Any

import report_examples as examples
from card_examples import batch_of

from surrogate.report.cards.card import cards_of
from surrogate.report.cards.markdown import card_markdown
from surrogate.report.cards.words import make_lines

TUBES = {
    "framework": "carbon_nanotube", "agent": "magnesium", "conductor_material": "carbon_nanotube",
    "conductor_top": 0.96, "agent_top": 0.04, "conductor_bottom": 0.73, "agent_bottom": 0.27, "dielectric_top": 0.0,
    "dielectric_bottom": 0.0, "porosity_top": 0.86, "porosity_bottom": 0.75, "pore_size_top_um": 1.5,
    "pore_size_bottom_um": 1.0, "thickness_um": 40.0, "layers": 2,
}  # fmt: skip


def found_out(campaign: Any, *hosts: dict[str, Any]) -> list[str]:
    cards = cards_of(batch_of(*(examples.BASE | TUBES | host for host in hosts)), campaign)
    return [
        ". ".join(text for name, text in make_lines(card.make) if name.startswith("Find out: "))
        for card in cards[: len(hosts)]
    ]


def test_a_filtered_film_says_what_sets_its_pores_which_tubes_and_what_may_lie_on_the_coated(
    campaign: Any,
) -> None:
    felt = {"framework": "carbon_fiber", "conductor_material": "carbon_fiber", "agent": "gold"}
    magnesium, zinc, uniform, fibres = found_out(
        campaign, {}, {"agent": "zinc"}, {"pore_size_top_um": 1.0, "porosity_top": 0.75},
        felt | {"pore_size_top_um": 12.0},
    )  # fmt: skip
    assert (
        "What sets pores of 1.5 and 1 µm: tubes of other diameters in the second suspension (assumed)"
        in magnesium
    )
    assert "make each layer by itself once and measure its pores and porosity" in magnesium
    assert (
        "one kind of carbon nanotube, of 2 (assumed, 1.3 to 2.2) g cm⁻³ and, as a network, 10,000 (assumed, "
        in magnesium
    )
    assert (
        "multiwalled ones of 20 to 30 nm and 60 to 80 nm (Wang et al., Adv. Energy Mater. 2024" in magnesium
    )
    assert "Not in water, in which magnesium gives off hydrogen (H261" in magnesium
    assert "No source here lays a layer in a liquid on one that carries zinc: lay one" in zinc
    assert "What sets" not in uniform
    assert "measure its" not in uniform
    # Fibres are spun, not laid wet; what sets their pores has a source.
    assert "section 4.1.4); the diameter follows the solution (Wang et al." in fibres
    assert "section 3.1.1). What sets a porosity" in fibres
    assert "tube" not in fibres
    assert "in a liquid" not in fibres


def test_a_layer_without_the_framework_is_not_said_to_be_of_it(campaign: Any) -> None:
    """An insulating layer on nanotubes: no tubes set its pores, and nothing is mixed into anything."""
    pure = {"conductor_top": 0.0, "dielectric_top": 1.0, "agent_top": 0.0, "agent": "none"}
    plain = pure | {"conductor_bottom": 1.0, "agent_bottom": 0.0}
    mixed = plain | {"conductor_bottom": 0.5, "dielectric_bottom": 0.5}
    alone, both, control = cards_of(
        batch_of(examples.BASE | TUBES | plain, examples.BASE | TUBES | mixed), campaign
    )
    said = dict(make_lines(alone.make))
    assert (
        "make the framework of carbon nanotube; layer 1 without it, of PAN alone, dispersed in"
        in said["Step 1"]
    )
    assert "no source says, of a layer without carbon nanotube (1). The tables" in said["Find out: layers"]
    assert "tubes of other" not in said["Find out: layers"]
    assert "points of the solid" not in said["Tolerances"]
    assert "The mixture" not in said["Tolerances"]
    text = card_markdown(alone)
    assert "Brackets in the table are tolerances." in text
    assert "hold at the stated porosity" not in text
    both_said = dict(make_lines(both.make))
    expected = "with the PAN of each layer dispersed in the suspension; layer 1 without it, of PAN alone"
    assert expected in both_said["Step 1"]
    assert "multiply the table's mg of that layer" in both_said["Tolerances"]
    assert "without it" not in dict(make_lines(control.make))["Step 1"]
