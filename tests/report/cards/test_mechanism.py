"""What a card says of the simulation: what the host does there that its control does not."""

from __future__ import annotations

from typing import Any

import pytest

from surrogate import materials
from surrogate.report.cards.mechanism import mechanism_text

CONTROL: dict[str, Any] = {
    "framework": "carbon_nanotube", "agent": "none", "agent_top": 0.0, "agent_bottom": 0.0,
    "conductor_material": "carbon_nanotube", "conductor_top": 1.0, "conductor_bottom": 1.0,
    "dielectric_material": "pan", "dielectric_top": 0.0, "dielectric_bottom": 0.0,
    "bottom_half_share": 0.4, "peak_local_current_density_mA_cm2": 0.02, "coulombic_efficiency_pct_physics": 98.5,
}  # fmt: skip
HOST = CONTROL | {
    "agent": "magnesium", "agent_bottom": 0.2, "conductor_bottom": 0.8, "bottom_half_share": 0.9,
    "peak_local_current_density_mA_cm2": 0.03, "coulombic_efficiency_pct_physics": 98.9,
}  # fmt: skip


def test_barriers_states_and_losses_stand_beside_those_of_the_control() -> None:
    on_bare = materials.solid("carbon_nanotube").nucleation_overpotential.value
    on_agent = materials.agent("magnesium").nucleation_overpotential.value
    assert mechanism_text(HOST, CONTROL) == (
        f"lithium nucleates on magnesium at {on_agent:.2g} mV, on bare carbon nanotube at {on_bare:.2g} mV; "
        "90 % of the lithium in the bottom half of the host (control: 40 %); "
        "at most 0.03 mA cm⁻² on the walls of its pores (control: 0.02 mA cm⁻²); "
        "1.1 % of the charge lost a cycle (control: 1.5 %), by physics alone: published cells move both"
    )


@pytest.mark.parametrize(
    ("more", "absent"),
    [
        ({"agent": "none", "agent_bottom": 0.0}, "nucleates"),
        ({"agent_bottom": 0.0}, "nucleates"),
        ({"bottom_half_share": 0.401}, "bottom half"),
        ({"peak_local_current_density_mA_cm2": None}, "walls"),
        ({"coulombic_efficiency_pct_physics": 98.5}, "lost"),
    ],
)
def test_what_does_not_differ_or_is_not_known_is_left_out(more: dict[str, Any], absent: str) -> None:
    assert absent in mechanism_text(HOST, CONTROL)
    assert absent not in mechanism_text(HOST | more, CONTROL)


def test_nothing_is_said_without_a_control_or_of_a_foil() -> None:
    assert mechanism_text(HOST, None) == ""
    assert mechanism_text(HOST | {"framework": "none"}, CONTROL) == ""
    assert mechanism_text(CONTROL, CONTROL) == ""


def test_a_separator_side_without_a_conductor_is_said_to_be_passed_by_ions() -> None:
    insulated = HOST | {"conductor_top": 0.0, "dielectric_top": 1.0}
    said = (
        "the separator side conducts no electrons, so that lithium is plated below it and passes it as ions"
    )
    assert said in mechanism_text(insulated, CONTROL)
    assert said not in mechanism_text(HOST, CONTROL)
    assert said not in mechanism_text(insulated, CONTROL | {"conductor_top": 0.0})
    assert said not in mechanism_text(insulated | {"conductor_bottom": 0.0}, CONTROL)
