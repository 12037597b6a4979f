"""What a card says is to be found out first: what sets the pores, which nanotubes, what can be laid on what."""

from __future__ import annotations

from typing import Any

import report_examples as examples
from card_examples import batch_of

from surrogate.report.cards.card import cards_of
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
