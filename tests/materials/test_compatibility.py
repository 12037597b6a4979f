"""Each rule is broken by a design made to break it, kept by another, and fit for the search."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.errors import MaterialError
from surrogate.hosts import columns as c
from surrogate.hosts.completion import default_material
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import choice_space
from surrogate.materials.cautions import CAUTIONS, cautions
from surrogate.materials.compatibility import MATERIAL_RULES, RULES, Rule, compatible, violations

ALL_RULES = (*RULES, *MATERIAL_RULES, *CAUTIONS)
VALUES = {
    "framework": c.FRAMEWORKS,
    "agent": c.AGENTS,
    "electrolyte": c.ELECTROLYTES,
    "additives": c.ADDITIVES,
    **{
        f"{phase}_material": tuple(name for name, one in materials.solids.items() if one.phase == phase)
        for phase in ("conductor", "dielectric", "ion_conductor")
    },
}


def design(framework: str = "carbon_fiber", agent: str = "none", **changes: Any) -> dict[str, Any]:
    """A complete row: a uniform host of its own phase, with 0.1 of the agent where there is one, in ether."""
    own = materials.framework(framework).phase
    share = 0.1 if agent != "none" and own != "none" else 0.0
    row: dict[str, Any] = dict.fromkeys((*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM), 0.0)
    for end in ("top", "bottom"):
        row[f"{own if own != 'none' else 'conductor'}_{end}"] = 1.0 - share
        row[f"agent_{end}"] = share
    row |= {"framework": framework, "agent": agent, "electrolyte": "liquid_ether", "additives": "none"}
    row |= {
        "conductor_material": "carbon_nanotube",
        "dielectric_material": "pan",
        "ion_conductor_material": "llzo",
        "porosity_top": 0.8,
        "porosity_bottom": 0.8,
        "pore_size_top_um": 10.0,
        "pore_size_bottom_um": 10.0,
        "pattern_size_um": 0.0,
        "pattern_depth_um": 0.0,
    }
    return row | changes


def breaking(rule: Rule) -> dict[str, Any]:
    """A row made to break this one rule, from the rule itself."""
    row = design() | {column: sorted(allowed)[0] for column, allowed in rule.categories.items()}
    if rule.linear:
        columns = list(rule.linear)
        if rule.sense == "==":
            row |= {columns[0]: 0.9, columns[1]: 0.1}
        else:
            up = 0.0 if rule.sense == ">=" else 1.0
            row |= {column: up if weight > 0.0 else 1.0 - up for column, weight in rule.linear.items()}
    return row


def keeping(rule: Rule) -> dict[str, Any]:
    """The row that breaks the rule, mended in the one thing the rule is about."""
    row = breaking(rule)
    if rule.linear:
        share = rule.bound / sum(rule.linear.values()) if rule.sense != "==" else 0.5
        return row | dict.fromkeys(rule.linear, share)  # exactly on the bound
    for column, values in VALUES.items():
        outside = [value for value in values if column in rule.forbids and value not in rule.forbids[column]]
        if outside:
            return row | {column: outside[0]}
    raise AssertionError(f"{rule.name} forbids everything")


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_each_rule_has_a_design_that_breaks_it_and_one_that_does_not(rule: Rule) -> None:
    said = rule.broken_by(breaking(rule))
    assert said is not None
    assert said.startswith(rule.reason)
    evaluate = cautions if rule in CAUTIONS else violations
    assert said in evaluate(breaking(rule))
    assert rule.broken_by(keeping(rule)) is None


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_rules_name_known_columns_and_values(rule: Rule) -> None:
    for column, values in rule.categories.items():
        assert values <= set(VALUES[column]), column
    for column in rule.linear:
        assert column in c.DESIGN_COLUMNS
        assert not column.startswith("pore_size"), "pore sizes are searched on a log scale"
    assert rule.applies_to == (*rule.categories, *rule.linear)


def test_rules_have_distinct_names_and_the_search_can_use_all_of_rules() -> None:
    names = [rule.name for rule in ALL_RULES]
    assert len(set(names)) == len(names)
    assert all(rule.searchable for rule in RULES)
    assert not any(rule.searchable for rule in MATERIAL_RULES)


@pytest.mark.parametrize("framework", [name for name in c.FRAMEWORKS if name != "none"])
def test_every_framework_keeps_a_choice_of_agents_and_electrolytes(framework: str) -> None:
    own = materials.framework(framework).phase
    allowed: dict[str, set[str]] = {}
    for agent, electrolyte in itertools.product(c.AGENTS, c.ELECTROLYTES):
        row = design(framework, agent, electrolyte=electrolyte)
        row["ion_conductor_material"] = default_material("ion_conductor_material", framework, electrolyte)
        filled = own != "ion_conductor" and materials.electrolyte(electrolyte).is_solid
        filled &= not (own == "conductor" and electrolyte == "llzo")  # garnet would have to be sintered there
        ions = 0.2 if filled else 0.0
        for end in ("top", "bottom"):
            row[f"ion_conductor_{end}"] = row[f"ion_conductor_{end}"] + ions
            row[f"{own}_{end}"] = row[f"{own}_{end}"] - ions
        if not violations(row):
            allowed.setdefault(electrolyte, set()).add(agent)
    refused = {"copper": 3, "llzo_scaffold": 6}  # sulfides; carbonate and every other ceramic
    assert len(allowed) == len(c.ELECTROLYTES) - refused.get(framework, 0), allowed
    for electrolyte, agents in allowed.items():
        assert "none" in agents
        assert len(agents) >= 7, (electrolyte, agents)


def test_planar_foil_is_compatible_unless_the_agent_reacts() -> None:
    refused = {
        (agent, electrolyte)
        for agent, electrolyte in itertools.product(c.AGENTS, c.ELECTROLYTES)
        if violations(design("none", agent, electrolyte=electrolyte))
    }
    reacting = ("zinc", "magnesium", "aluminium", "lithium_nitride")
    assert refused == {(agent, "li3incl6") for agent in reacting}


# Hosts that were made and cycled have to be allowed (001_89b681a870519680, Table 1 and its text).
MADE = {
    "CDG: conducting bottom, insulating top": design(
        "pan", conductor_bottom=0.4, dielectric_bottom=0.6, conductor_top=0.0, dielectric_top=1.0
    ),
    "LNO-CGH: PAN top on carbon fibre": design("carbon_fiber", conductor_top=0.0, dielectric_top=1.0),
    "DRS: Al2O3 above, Au below on nickel": design(
        "nickel",
        "gold",
        conductor_top=0.9,
        dielectric_top=0.1,
        agent_top=0.0,
        conductor_bottom=0.95,
        agent_bottom=0.05,
        dielectric_material="al2o3",
    ),
    "CBG: zinc oxide in carbon fibre": design("carbon_fiber", "zinc_oxide", agent_top=0.0, conductor_top=1.0),
    "OPA: silver on PAN in carbonate": design("pan", "silver", electrolyte="liquid_carbonate"),
    "garnet coated with carbon after sintering": design(
        "llzo_scaffold",
        electrolyte="llzo",
        ion_conductor_top=0.95,
        ion_conductor_bottom=0.95,
        conductor_top=0.05,
        conductor_bottom=0.05,
    ),
    "PAN fibres with garnet powder, never fired": design(
        "pan",
        electrolyte="llzo",
        dielectric_top=0.7,
        dielectric_bottom=0.7,
        ion_conductor_top=0.3,
        ion_conductor_bottom=0.3,
    ),
    "garnet scaffold in ether": design("llzo_scaffold"),
    "channels in a bare pellet": design(
        "none", electrolyte="llzo", pattern_size_um=200.0, pattern_depth_um=300.0
    ),
    "bilayer garnet": design("llzo_scaffold", electrolyte="llzo", porosity_top=0.4, porosity_bottom=0.7),
    "graphite in LPS": design(
        "carbon_fiber",
        electrolyte="lps",
        conductor_top=0.5,
        conductor_bottom=0.5,
        ion_conductor_top=0.5,
        ion_conductor_bottom=0.5,
        ion_conductor_material="lps",
    ),
}


@pytest.mark.parametrize("made", MADE)
def test_hosts_that_were_made_are_allowed(made: str) -> None:
    assert violations(MADE[made]) == []


UNMAKEABLE = {
    "copper in a sulfide": (design("copper", electrolyte="lpsc"), "Cu2S"),
    "copper filler in a sulfide": (
        design(
            "glass_fiber",
            electrolyte="lgps",
            conductor_material="copper",
            ion_conductor_material="lgps",
            conductor_top=0.2,
            dielectric_top=0.6,
            dielectric_bottom=0.8,
            ion_conductor_top=0.2,
            ion_conductor_bottom=0.2,
        ),
        "Cu2S",
    ),
    "garnet in LiPF6": (design("llzo_scaffold", electrolyte="liquid_carbonate"), "resistive layer"),
    "insulator in a pellet": (design("glass_fiber", electrolyte="llzo"), "ion conductor"),
    "half silicon": (
        design("carbon_fiber", "silicon", agent_top=0.5, conductor_top=0.5),
        "coating or decoration",
    ),
    "silver without silver": (
        design(
            "carbon_fiber", "silver", agent_top=0.0, conductor_top=1.0, agent_bottom=0.0, conductor_bottom=1.0
        ),
        "the agent is none",
    ),
    "carbon fibre without carbon": (
        design(
            "carbon_fiber", conductor_top=0.2, dielectric_top=0.8, conductor_bottom=0.2, dielectric_bottom=0.8
        ),
        "not made of this framework",
    ),
    "graded garnet": (
        design("llzo_scaffold", conductor_bottom=0.1, ion_conductor_bottom=0.9),
        "no gradient of composition",
    ),
    "garnet with a graded coating": (
        design("llzo_scaffold", "silver", agent_top=0.0, ion_conductor_top=1.0),
        "no gradient of agent",
    ),
    "foam of two porosities": (design("nickel", porosity_bottom=0.9), "no gradient of porosity"),
    "channels under copper foam": (
        design("copper", electrolyte="llzo", pattern_size_um=200.0, pattern_depth_um=300.0),
        "channels are cut into the face",
    ),
    "garnet powder in Li6PS5Cl": (
        design(
            "carbon_fiber",
            electrolyte="lpsc",
            conductor_top=0.8,
            ion_conductor_top=0.2,
            conductor_bottom=0.8,
            ion_conductor_bottom=0.2,
        ),
        "filled with that electrolyte",
    ),
    "garnet powder in ether": (
        design("carbon_fiber", conductor_top=0.8, ion_conductor_top=0.2),
        "the liquid in the pores carries ions",
    ),
    "polymer in sintered garnet": (
        design(
            "llzo_scaffold",
            electrolyte="llzo",
            ion_conductor_top=0.9,
            ion_conductor_bottom=0.9,
            dielectric_top=0.1,
            dielectric_bottom=0.1,
        ),
        "polymers burn",
    ),
    "a fifth of copper in sintered garnet": (
        design(
            "llzo_scaffold",
            electrolyte="llzo",
            conductor_material="copper",
            ion_conductor_top=0.8,
            ion_conductor_bottom=0.8,
            conductor_top=0.2,
            conductor_bottom=0.2,
        ),
        "only after sintering",
    ),
    "garnet scaffold on a sulfide pellet": (design("llzo_scaffold", electrolyte="lpsc"), "touch in points"),
    "copper that is half alumina": (design("copper", conductor_top=0.5, dielectric_top=0.5), "its own phase"),
}


@pytest.mark.parametrize("case", UNMAKEABLE)
def test_a_chemists_refusals_come_with_the_reason_and_no_other(case: str) -> None:
    row, words = UNMAKEABLE[case]
    said = violations(row)
    assert said
    assert all(words in sentence for sentence in said), said  # both ends may break the same rule


def test_a_reason_tells_the_numbers() -> None:
    said = violations(design("carbon_fiber", "gold", agent_top=0.25, conductor_top=0.75))
    assert said[0].endswith("(agent_top is 0.25, has to be <= 0.1)")


def test_numpy_values_are_read_like_python_ones() -> None:
    assert violations(design("nickel", porosity_bottom=np.float64(0.8), agent_top=np.int64(0))) == []


def test_a_reason_tells_factors_and_signs() -> None:
    rule = Rule(
        "mixture",
        "because",
        assumed=True,
        when={"agent": frozenset({"zinc"})},
        linear={"agent_top": 2.0, "agent_bottom": -1.0},
    )
    said = rule.broken_by({"agent": "zinc", "agent_top": 0.2, "agent_bottom": 0.1})
    assert said == "because (2 agent_top - agent_bottom is 0.3, has to be <= 0)"


@pytest.mark.slow
def test_every_host_that_the_search_space_samples_is_compatible() -> None:
    """The two uses of a rule, as a restriction of the space and on a row, agree (one electrolyte)."""
    conditions = Conditions(electrolyte="lpsc")
    sampled = choice_space(conditions).sample(60, seed=5)
    rows = CompleteDesigns.of(sampled.assign(electrolyte="lpsc")).frame
    assert rows["framework"].nunique() > 4
    assert [said for row in rows.to_dict("records") for said in violations(row)] == []


@pytest.mark.parametrize("bad", [None, "much", float("nan")])
def test_a_value_that_is_no_number_is_refused_by_name(bad: object) -> None:
    with pytest.raises(MaterialError, match="porosity_bottom"):
        violations(design("nickel", porosity_bottom=bad))


def test_an_incomplete_design_is_refused_by_name() -> None:
    row = design()
    del row["electrolyte"]
    with pytest.raises(MaterialError, match="electrolyte"):
        violations(row)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (design(electrolyte="liquid_carbonate", additives="lino3"), "800 ppm"),
        (design(electrolyte="li3incl6"), "halide"),
        (design("nickel", electrolyte="lpsc"), "nickel"),
        (design("pan"), "polyacrylonitrile"),
        (design(electrolyte="llzo"), "ions as well as electrons"),
    ],
)
def test_cautions_are_said_but_do_not_forbid(row: dict[str, Any], words: str) -> None:
    assert any(words in said for said in cautions(row))
    assert violations(row) == []


def test_a_plain_host_in_ether_needs_no_caution() -> None:
    assert cautions(design("carbon_fiber", "silver")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"forbids": {"agent": frozenset({"zinc"})}, "linear": {"agent_top": 1.0}},
        {"linear": {"agent_top": 1.0}},
        {"forbids": {"agent": frozenset()}},
        {"forbids": {"agent": frozenset({"zinc"})}, "source": ""},
        {"forbids": {"agent": frozenset({"zinc"})}, "reason": " "},
        {"when": {"agent": frozenset({"zinc"})}, "linear": {"agent_top": 1.0}, "sense": "<"},
    ],
)
def test_an_ill_formed_rule_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(MaterialError, match="rule odd"):
        Rule(**({"name": "odd", "reason": "because", "source": "10.1000/x"} | wrong))


def test_a_table_is_judged_as_its_rows_are() -> None:
    """Random designs, most of which break something, and one on the bound of each rule."""
    rng = np.random.default_rng(0)
    rows = [
        design(
            **{name: rng.choice(VALUES[name]) for name in ("framework", "agent", "electrolyte", "additives")}
        )
        for _ in range(300)
    ]
    for row in rows:
        row |= {name: rng.choice(values) for name, values in VALUES.items() if name.endswith("_material")}
        row |= {
            f"{phase}_{end}": rng.choice([0.0, 0.02, 0.3])
            for phase in ("agent", "ion_conductor")
            for end in ("top", "bottom")
        }
    rows += [made(rule) for rule in (*RULES, *MATERIAL_RULES) for made in (breaking, keeping)]
    one_by_one = [not violations(row) for row in rows]
    assert 20 < sum(one_by_one) < len(rows) - 20
    table = pd.DataFrame(rows)
    np.testing.assert_array_equal(compatible(table), one_by_one)
    few = [
        compatible(table.iloc[start : start + 8]) for start in range(0, len(table), 8)
    ]  # which go another way
    np.testing.assert_array_equal(np.concatenate(few), one_by_one)
