"""The description of a host that the terminal and the report share."""

from __future__ import annotations

import report_examples as examples

from surrogate.report.rule_cautions import cautions_about
from surrogate.report.summary import (
    composition_parts,
    describe,
    extrapolation,
    title,
)


def test_a_graded_host_is_told_completely() -> None:
    said = dict(describe(examples.proposals().iloc[0].to_dict()))
    assert said["Solid at the top, by volume (separator side)"] == "55 % carbon fibre, 45 % PAN"
    assert said["Solid at the bottom, by volume (foil side)"] == "80 % carbon fibre, 20 % zinc oxide"
    assert said["Gradient"] == "exponent 0.6, steepest near the foil"
    assert said["Pore size, top → bottom"] == "35 → 6.5 µm"
    assert said["Porosity, top → bottom"] == "88 → 72 %"
    assert said["Thickness"] == "120 µm"
    assert said["Cycle life"] == "412 cycles (90 %: 96 to 1,800)"
    assert said["Critical current density"] == "6.21 mA cm⁻² (90 %: 2.4 to 16)"
    assert said["Overpotential"] == "17.4 mV (90 %: 8.3 to 36)"
    assert said["Lithium in the bottom half"] == "86 %"
    assert said["Outcome"] == "plated in full"


def test_limits_are_said_of_the_control_too() -> None:
    row = examples.proposals().iloc[0].to_dict() | {"p_within_limits": 0.934}
    assert dict(describe(row))["Keeps the limits"] == "probability 0.93"
    assert dict(describe(row | {"role": "control"}))["Keeps the limits"] == "probability 0.93"
    assert "Keeps the limits" not in dict(describe(row | {"p_within_limits": float("nan")}))


def test_a_uniform_host_says_each_value_once() -> None:
    said = dict(describe(examples.proposals().iloc[1].to_dict()))
    assert said["Gradient"] == "none, uniform through the thickness"
    assert said["Pore size, top → bottom"] == "35 µm"
    assert said["Porosity, top → bottom"] == "88 %"
    assert said["Lithiophilic agent"] == "none"


def test_a_foil_has_no_pores_to_make() -> None:
    row = examples.proposals().iloc[3].to_dict()
    said = dict(describe(row))
    assert title(row) == "planar foil with silver"
    assert said["Surface"] == "coated all over with silver"
    assert not {
        "Thickness",
        "Tortuosity factor",
        "Gradient",
        "Lithium on the top face",
        "Host capacity",
    } & set(said)
    assert "guess" in said["Extrapolation"]


def test_a_pattern_is_told_only_where_there_is_one() -> None:
    row = examples.BASE | {"pattern_size_um": 200.0, "pattern_depth_um": 300.0}
    assert dict(describe(row))["Pattern of the electrolyte"] == "channels 200 µm wide, 300 µm deep"
    assert "Pattern of the electrolyte" not in dict(describe(examples.BASE))


def test_a_bare_design_row_is_enough() -> None:
    said = describe({"framework": "copper", "thickness_um": 50})
    assert ("Thickness", "50 µm") in said
    assert "Cycle life" not in dict(said)


def test_an_unknown_material_is_shown_as_it_is() -> None:
    assert title({"framework": "moon_dust", "agent": "none"}) == "moon dust"
    row = examples.BASE | {"conductor_material": "moon_dust"}
    assert composition_parts(row, "top")[0] == (0.55, "moon dust", "conductor")


def test_extrapolation_names_three_grades() -> None:
    grades = [extrapolation({"extrapolation": score}) for score in (0.0, 0.4, 0.5, 1.0)]
    assert grades[0] == "0.00 of 1, inside the training data"
    assert extrapolation({"extrapolation": 3.1e-6}) == grades[0]
    assert grades[1] == "0.40 of 1, at the edge of the training data"
    assert all("outside the training data" in grade for grade in grades[2:])


def test_cautions_include_a_depth_that_is_hardly_used() -> None:
    assert cautions_about(examples.BASE) == []
    sulfide = examples.BASE | {"electrolyte": "lpsc", "additives": "none"}
    said = cautions_about(sulfide)  # 86 % of the lithium is in the lower half
    assert any("carbon hosts in Li6PS5Cl" in text for text in said)
    assert not any("lower half" in text for text in said)
    (shallow,) = set(cautions_about(sulfide | {"bottom_half_share": 0.02})) - set(said)
    assert "less than 10 % of the lithium in the lower half" in shallow
    assert cautions_about(examples.BASE | {"bottom_half_share": 0.02}) == []  # a liquid cell
    assert cautions_about(sulfide | {"bottom_half_share": None}) == said


def test_a_caution_is_said_without_the_numbers_of_the_design() -> None:
    said = cautions_about(
        examples.BASE | {"electrolyte": "llzo", "framework": "nickel", "bottom_half_share": 0.5}
    )
    assert [one for one in said if "ions as well as electrons" in one] == [
        "a host in a solid cell should conduct ions as well as electrons"
    ]


def test_layers_are_told_as_they_are_stacked() -> None:
    graded = examples.proposals().iloc[0].to_dict() | {"layers": 3.0, "stacking": "graded"}
    assert (
        dict(describe(graded))["Gradient"] == "3 equal layers in steps from top to bottom with exponent 0.6"
    )
    assert (
        dict(describe(graded | {"layers": 2.0}))["Gradient"] == "2 equal layers in steps from top to bottom"
    )
    lamellae = dict(describe(graded | {"stacking": "alternating", "interchangeable": "doping: nitrogen"}))
    assert lamellae["Gradient"] == "3 equal layers, of the top's and the bottom's make in turn"
    assert lamellae["Equal in all that is known"] == "doping: nitrogen"


def test_a_predicted_efficiency_is_not_rounded_to_all() -> None:
    name = "coulombic_efficiency_pct"
    row = examples.BASE | {name: 99.4, f"{name}_lower": 96.8, f"{name}_upper": 99.97}
    assert dict(describe(row))["Coulombic efficiency"] == "99.4 % (90 %: 97 to 99.97)"


def test_what_to_beware_of_when_a_host_is_made_is_said() -> None:
    row = examples.BASE | {
        "cycle_life_cycles_worst_case": 240.6,
        "coulombic_efficiency_pct_worst_case": 98.76,
        "fragile_in": "cycle_life_cycles x 0.58 with 0.03 less agent in the solid at the bottom",
        "at_limit": "porosity_top;tortuosity",
    }
    said = dict(describe(row))
    assert said["At worst, if not made exactly"] == "cycle life 241 cycles, coulombic efficiency 98.8 %"
    assert said["Fragile"] == "cycle life × 0.58 with 0.03 less agent in the solid at the bottom"
    limits = said["At the limit of what was allowed"]
    assert limits == "porosity, top 88 %, tortuosity factor 1.4; physics may not know what that costs"
    plain = dict(describe(examples.BASE | {"fragile_in": "", "at_limit": ""}))
    assert not {"At worst, if not made exactly", "Fragile", "At the limit of what was allowed"} & set(plain)
