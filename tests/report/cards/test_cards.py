"""What a recipe card says: the seven answers with their numbers, and no more than is known."""

from __future__ import annotations

import re
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import report_examples as examples

from surrogate.campaign.choice_groups import choice_groups
from surrogate.campaign.comparison import Comparison
from surrogate.campaign.control import control_of
from surrogate.campaign.replicates import CellNumbers, plan
from surrogate.campaign.template import template
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.report.cards.card import Card, cards_of
from surrogate.report.cards.decision import decision_of
from surrogate.report.cards.markdown import card_markdown, cards_markdown
from surrogate.report.cards.next_steps import next_of
from surrogate.report.cards.words import cycling_lines, make_lines, model_lines, why_lines

LIFE, MV, LOSS = "cycle_life_cycles", "overpotential_mV", "coulombic_efficiency_pct"
SPREADS = {LIFE: 0.37, "ccd_mA_cm2": 0.15, MV: 0.15, LOSS: 0.3}


def batch_of(*hosts: dict[str, Any]) -> pd.DataFrame:
    """Proposals and their control, as a campaign without cells answers."""
    designs = CompleteDesigns.of(
        pd.DataFrame(list(hosts))[[name for name in examples.BASE if name in c.DESIGN_COLUMNS]]
    )
    every = designs.together([control_of(designs.take([0]))])
    table = every.frame[[*c.CHOICES, *c.CONDITIONS]]
    n = len(hosts)
    told: dict[str, Any] = {
        "role": ["exploit", *["explore"] * (n - 1), "control"], "cells_to_make": [3] * (n + 1), "repeat_of": "",
        LIFE: [*[400.0, 380.0, 250.0, 240.0][:n], 200.0], MV: [*[12.0, 13.0, 15.0, 14.0][:n], 30.0],
        "ccd_mA_cm2": 6.0, LOSS: 99.1,
        "extrapolation": 0.12, "p_changes_best": [*[0.4, 0.1, 0.3, 0.2][:n], np.nan],
        "p_better_than_control": [0.91] * n + [0.5], "material_cost_usd_m2": 12.3,
        "made_by": "electrospinning, then solution coating", "hazards": "lithium metal (H260, H314)",
        "at_limit": ["thickness_um", *[""] * n],
        "interchangeable": ["lithiophilic agent: tin, gold; doping: nitrogen", *[""] * n],
        "nearest_literature": "10.1002/aenm.202304229#47",
        "worth_agent": [1.8] * n + [np.nan], "worth_agent_lower": [1.1] * n + [np.nan],
        "worth_agent_upper": [2.9] * n + [np.nan],
    }  # fmt: skip
    for target in c.TARGETS:
        value = np.array(told[target]) * np.ones(n + 1)
        lost = 100.0 - value if target == LOSS else value
        told |= {
            f"{target}_lower": value / 4.0 if target != LOSS else 96.0,
            f"{target}_upper": value * 4.0 if target != LOSS else 99.8,
            f"{target}_physics": value * 1.1 if target != LOSS else value,
            f"{target}_by_physics": lost[-1] * (lost / lost[-1]) ** 0.75 if target != LOSS else value,
            f"{target}_by_literature": 1.0,
            f"{target}_by_cells": (lost / lost[-1]) ** 0.25,
            f"{target}_vs_control": lost / lost[-1],
            f"{target}_vs_control_lower": lost / lost[-1] / 2.0,
            f"{target}_vs_control_upper": lost / lost[-1] * 2.0,
        }
    return table.assign(**told)


def comparison(n: int, p: np.ndarray | None = None) -> Comparison:
    """Of n proposals of which nothing tells one from another, or these probabilities in both objectives."""
    empty = {f"worth_{group}{end}": np.nan for group in choice_groups() for end in ("", "_lower", "_upper")}
    worth = pd.DataFrame([empty] * (n + 1)).assign(
        worth_agent=1.6, worth_agent_lower=1.2, worth_agent_upper=2.2
    )
    words = (
        "pores at the top 30 % narrower",
        "0.05 less agent in the solid at the bottom",
        "porosity throughout 0.05 higher",
    )
    mistakes = pd.DataFrame({
        "host": [k for k in range(n) for _ in words], "mistake": list(words) * n,
        LIFE: [0.5, 0.1, -0.2] * n, f"{LIFE}_change": [-0.5, -0.1, 0.2] * n,
        MV: [0.0, 0.01, -0.1] * n, f"{MV}_change": [0.0, 0.01, -0.1] * n,
    })  # fmt: skip
    half = np.full((n + 1, n + 1), 0.5) if p is None else p
    return Comparison(
        {LIFE: half, MV: half}, SPREADS, {LIFE: worth, MV: worth ** -1.0}, mistakes,
        pd.DataFrame({"left_out": ["pore_size;porosity"] * n, "kept": [0.93] * n}),
    )  # fmt: skip


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


def test_a_reader_of_the_card_alone_finds_seven_answers_each_with_a_number(card: Card) -> None:
    lines = [make_lines(card.make), cycling_lines(card.test), why_lines(card.why), model_lines(card.why)]
    said = {label: text for some in lines for label, text in some}
    answers = {
        "what to weigh": said["On the balance"],
        "in which order": said["Step 1"],
        "how exactly": said["Tolerances"],
        "what to compare with": said["Control"] + said["Cells"],
        "when to stop": said["Stop"],
        "why this one": said["Gain by feature"] + said["Source of the prediction"],
        "how sure": said["How sure"],
    }
    text = card_markdown(card)
    for question, answer in answers.items():
        assert re.search(r"\d", answer), question
    assert all(line[1:] in text for line in said.values())
    headings = re.findall("^### (.*)$", text, re.MULTILINE)
    assert headings == ["Make", "Test", "Expect", "Why", "Model details"]
    assert f"weighs {card.make.mass_mg:.3g} ± {card.make.mass_tolerance_mg:.2f} mg" in said["On the balance"]
    assert "pores at the top 30 % narrower: cycle life × 0.607" in said["Tolerances"]
    assert said["Control"].startswith(
        "B00-C: plain carbon fibre, 120 µm, porosity 80 %, pores 15 µm, predicted to live 200 cycles (90 %: 50 to "
    )
    assert "build 3 of it and 3 of the control" in said["Cells"]
    assert "0.91 in cycle life" in said["How sure"]
    assert "model only; no experimental data for hosts in liquid cells" in text


def test_per_cent_says_of_what_and_no_number_has_more_digits_than_it_is_worth(card: Card) -> None:
    text = card_markdown(card)
    for part in ("zinc oxide", "carbon fibre", "PAN"):  # a line of each layer, and one of all
        lines = re.findall(rf"\| {part} \|.* ([0-9.]+) vol. %, ([0-9.]+) wt. % \|", text)
        assert len(lines) >= 3, part
    by_weight, by_volume = (
        {part.name: getattr(part, name) for part in card.make.parts}
        for name in ("weight_pct", "volume_pct_of_solid")
    )
    assert by_weight["zinc oxide"] > 2.0 * by_volume["zinc oxide"]  # what volume per cent alone would hide
    cited = text.replace(card.make.route.steps[0].doi, "").replace("nitrogen", "")
    for number in re.findall(r"(?<![\w.])\d+\.\d+", cited):
        assert len(number.replace(".", "").lstrip("0")) <= 4, number  # four of an efficiency near 100 %


def test_the_disc_is_that_of_the_campaign_file_and_weighs_what_its_layers_do(card: Card) -> None:
    make = card.make
    assert make.disc_diameter_mm == 16.0
    assert make.mass_mg == pytest.approx(make.mass_mg_cm2 * 2.010619, rel=1e-6)
    assert make.mass_mg == pytest.approx(sum(part.mass_mg for layer in make.layers for part in layer.parts))
    # Five points of porosity more or less, of a host that is solid to 0.2 or so.
    solid = np.mean([1.0 - layer.porosity_pct / 100.0 for layer in make.layers])
    assert make.mass_tolerance_mg == pytest.approx(make.mass_mg * 0.05 / solid)
    assert make.cost_usd == pytest.approx(12.3 * 2.010619e-4)
    assert "0.25 cents a disc" in make.cost_text


def test_the_bench_weighs_steps_and_simplifies_as_the_cards_do() -> None:
    import surrogate.serving
    from surrogate.campaign.simpler import KEPT
    from surrogate.campaign.tolerances import FRACTION, PORE_SIZE, POROSITY

    pages = Path(str(surrogate.serving.__file__)).parent
    html, script = (pages / name for name in ("bench.html.j2", "bench.js.j2"))
    written = {
        r'id="disc"[^>]*value="([0-9.]+)"': (html, CellNumbers().disc_diameter_mm),
        r"const KEPT = ([0-9.]+)": (script, KEPT),
        r"STEPS = \{ pore_size_top_um: ([0-9.]+)": (script, 1.0 + PORE_SIZE),
        r"STEPS = .*? agent_top: ([0-9.]+)": (script, FRACTION),
        r"STEPS = .*? porosity_top: ([0-9.]+)": (script, POROSITY),
    }
    for pattern, (page, value) in written.items():
        found = re.search(pattern, page.read_text(encoding="utf-8"))
        assert found is not None, pattern
        assert float(found[1]) == value, pattern


def test_the_route_is_in_the_order_of_doing_and_names_a_paper_with_its_own_doi(campaign: Any) -> None:
    host = examples.BASE | {"pore_size_top_um": 12.0}
    makes = [one.make for one in cards_of(batch_of(host, examples.BASE), campaign)]
    first, second = makes[0].route.steps
    assert first.what == "make the framework of carbon fibre, with the PAN of each layer"
    assert first.methods[0] == "electrospinning"
    assert "pores 0.5 µm to 15 µm" in first.limits
    assert (first.doi, first.assumed, first.beyond) == ("10.1002/aenm.202304229", False, "")
    assert first.paper.startswith("Wang et al., Adv. Energy Mater. 2024")
    assert second.what == "put the zinc oxide on"
    assert "sputtering" in second.methods
    # Pores of 35 um and a graded porosity: nothing makes that, and the card says what is left to do.
    near = makes[1].route.steps[0]
    assert near.beyond == "pores 35 µm, above its range"
    assert (
        ". Why it falls short: pores 35 µm, above its range. Source: " in dict(make_lines(makes[1]))["Step 1"]
    )
    assert "Zhang et al., Mater. Today Energy 2021" in makes[0].route.example
    assert makes[0].route.example_doi == ""  # the tables have none, and none is made up


def test_agents_tolerances_and_limits(card: Card) -> None:
    make = card.make
    assert (make.agents.names, make.agents.cheapest) == (("tin", "gold"), "zinc oxide")
    own = next(part for part in make.parts if part.phase == "agent")
    assert make.agents.masses_mg[1] == pytest.approx(
        own.mass_mg * 19.3 / own.density_g_cm3
    )  # the same volume
    assert f"gold ({make.agents.masses_mg[1]:.3g} mg)" in make.agents.text
    assert "Beware" not in make.agents.text
    assert [(one.matters, one.target) for one in make.tolerances] == [(True, LIFE), (False, LIFE)]
    assert make.tolerances[1].text == "5 % of the solid's volume less agent at the bottom: cycle life × 0.905"
    assert make.at_limit == card.why.at_limit == ("thickness 120 µm",)
    assert "At a limit" in dict(why_lines(card.why))


def test_when_to_stop_follows_from_the_control_and_the_first_bound_from_the_interval(card: Card) -> None:
    stop, replicates = card.test.stop, card.test.replicates
    assert stop is not None
    assert stop.first_says_cycles == 100.0
    assert stop.decided_factor is not None
    assert stop.decided_cycles == pytest.approx(200.0 * stop.decided_factor)
    assert stop.decided_factor > 1.0
    assert stop.hours_a_cycle == 2.0
    # Two means of three cells each, s = 0.37: 1.645 s sqrt(2/3), whatever was predicted.
    assert stop.cells_alone_factor == pytest.approx(exp(1.6449 * 0.37 * (2.0 / 3.0) ** 0.5), rel=1e-3)
    assert "as well as the cells; the cells alone would show it at × 1.64" in stop.text
    assert "If the host fails first, tell it as failed" in stop.text
    marks = dict(stop.timeline)
    cycles = [float(when.split(" ")[0].replace(",", "")) for when in marks]
    assert cycles == sorted(cycles)
    assert marks["100 cycles (8.3 days)"].startswith("a cell that failed before contradicts")
    assert marks["200 cycles (17 days)"] == "the control is predicted to fail"
    assert stop.longest_cycles == 1600.0
    assert "a polarisation of more than twice that of cycle 10" in stop.text
    assert replicates.to_tell == {LIFE: 1, MV: 1}
    assert replicates.chances[LIFE] > 0.9
    assert card.test.current_mA == pytest.approx(2.010619, rel=1e-6)


def test_a_campaign_that_wants_no_longer_life_is_not_told_to_outlive_the_control(campaign: Any) -> None:
    from types import SimpleNamespace

    from surrogate.optimization import Limit

    limit = (Limit(LIFE, ">=", 150.0),)
    other = SimpleNamespace(**{**vars(campaign), "objectives": {MV: "min"}, "limits": limit})
    stop = cards_of(batch_of(examples.BASE), other)[0].test.stop
    assert stop is not None
    assert (stop.decided_factor, stop.limit_cycles) == (None, 150.0)
    assert ("150 cycles (12 days)", "the campaign's limit: not to be stopped before") in stop.timeline
    assert stop.text.startswith("Stop once steady cycling has given what is wanted")


def test_the_split_adds_up_and_worths_stand_beside_the_noise(card: Card) -> None:
    life, _, millivolts, lost = card.why.splits
    for split, answer in zip((life, millivolts), (card.why.answers[0], card.why.answers[2]), strict=True):
        assert answer.ratio is not None
        assert split.ln_physics + split.ln_literature + split.ln_cells == pytest.approx(split.ln_ratio)
        assert exp(split.ln_ratio) == pytest.approx(answer.ratio)
    assert life.ln_physics == pytest.approx(3.0 * life.ln_cells)
    assert lost.ln_physics == pytest.approx(0.0)
    by_target = {one.target: one for one in card.why.worths}
    assert by_target[LIFE].ratio == pytest.approx(1.6)
    assert by_target[MV].ratio == pytest.approx(1.6)  # less overpotential is better
    assert by_target[MV].lower == pytest.approx(1.2)
    assert (by_target[LIFE].beyond_noise, by_target[MV].beyond_noise) == (True, True)
    assert card.why.simplest is not None
    assert card.why.simplest.left_out == ("pore_size", "porosity")
    assert card.why.simplest.text.startswith(
        "uniform pores of 15 µm and uniform porosity of 80 %; keeps 93 %"
    )
    first, second = card.why.chances
    assert first.p_better == 0.91
    assert 0.5 < (first.p_one_cell or 0.0) < first.p_better
    assert second.p_better > 0.95


def test_the_control_is_compared_with_nothing_and_a_batch_stored_before_still_has_cards(
    campaign: Any,
) -> None:
    control = cards_of(batch_of(examples.BASE), campaign, comparison(1))[-1]
    assert control.is_control
    assert control.test.control_id == ""
    assert (control.why.chances, control.make.tolerances) == ((), ())
    assert "(control)" in card_markdown(control)
    assert "probability" not in card_markdown(control)
    old = batch_of(examples.BASE)[[*c.CHOICES, *c.CONDITIONS]]
    assert "On the balance" in card_markdown(cards_of(old, campaign)[0])


def test_a_foil_has_nothing_to_weigh_and_a_pellet_may_have_channels(campaign: Any) -> None:
    bare = {"framework": "none", "agent": "silver", "electrolyte": "liquid_ether"}
    cut = bare | {"electrolyte": "llzo", "pattern_size_um": 100.0, "pattern_depth_um": 40.0}
    card, pellet = (
        cards_of(CompleteDesigns.of(pd.DataFrame([one])).frame, campaign)[0] for one in (bare, cut)
    )
    said = dict(make_lines(pellet.make))
    assert said["Channels"].startswith("100 µm wide and 40 µm deep")
    assert said["Step 1"].startswith("cut the channels: laser cutting")
    assert "Xu et al., Adv. Mater. 2021" in said["Step 1"]
    assert card.make.planar
    assert (card.make.mass_mg, card.make.layers) == (0.0, ())
    assert "nothing to weigh" in card.make.balance_text
    assert "put the silver on" in card.make.route.steps[0].what


def probabilities(*first: float) -> np.ndarray:
    """Of the first host against the others and, last, the control; all else even."""
    table = np.full((len(first) + 1, len(first) + 1), 0.5)
    table[0, 1:], table[1:, 0] = first, 1.0 - np.array(first)
    return table


def test_the_decision_is_no_stronger_than_its_numbers(campaign: Any) -> None:
    batch = batch_of(*(examples.BASE | {"thickness_um": 90.0 + k} for k in range(4)))
    decided = decision_of(batch, campaign, comparison(4, probabilities(0.55, 0.6, 0.97, 0.93)))
    assert decided is not None
    assert decided.make == ("B00-1", "B00-3")  # what promises most, and what teaches most of the others
    assert (decided.alike, decided.apart) == (("B00-2",), ("B00-4",))
    assert decided.text.startswith(
        "Make B00-1 and B00-3, and the control B00-C; B00-2 cannot be told from B00-1. "
    )
    assert (
        "beats the control, plain carbon fibre, in your cells is 0.93 in cycle life and 0.93 in overpotential"
        in decided.text
    )
    assert "B00-4 is worse in cycle life and overpotential than B00-1" in decided.text
    assert "B00-3 cannot be told from B00-1 either" in decided.text
    assert decided.p_control == {LIFE: 0.93, MV: 0.93}
    sure = decision_of(batch, campaign, comparison(4, probabilities(0.1, 0.6, 0.899, 0.9999)))
    assert sure is not None
    assert "is above 0.99 in cycle life" in sure.text
    assert "1.00" not in sure.text
    assert (sure.alike, sure.apart) == (("B00-4",), ("B00-2",))
    assert "B00-2 is better in cycle life and overpotential than B00-1" in sure.text
    assert decision_of(batch, campaign, None) is None


def test_one_host_alone_is_made_beside_its_control(campaign: Any) -> None:
    decided = decision_of(batch_of(examples.BASE), campaign, comparison(1, probabilities(0.7)))
    assert decided is not None
    assert decided.text == (
        "Make B00-1, and the control B00-C. The probability that B00-1 beats the control, plain carbon fibre, in "
        "your cells is 0.70 in cycle life and 0.70 in overpotential."
    )


def test_a_host_that_breaks_a_limit_is_not_the_first(campaign: Any) -> None:
    from types import SimpleNamespace

    from surrogate.optimization import Limit

    batch = batch_of(examples.BASE, examples.BASE | {"thickness_um": 90.0})
    other = SimpleNamespace(**{**vars(campaign), "limits": (Limit(LIFE, "<=", 390.0),)})
    decided = decision_of(batch, other, comparison(2))
    assert decided is not None
    assert decided.make[0] == "B00-2"


def test_next_names_the_command_the_table_and_the_ids_of_the_template(campaign: Any, tmp_path: Path) -> None:
    from types import SimpleNamespace

    batch = batch_of(examples.BASE, examples.BASE | {"thickness_um": 90.0})
    named = batch.assign(proposal_id=["B02-1", "B02-2", "B02-C"])
    path = tmp_path / "my campaign.toml"
    own = SimpleNamespace(**{**vars(campaign), "path": path, "store_path": path.with_suffix(".db")})
    found = next_of(named, own, Path("optimize-out") / "batch-02")
    assert found.command == f"optimize tell --campaign '{path}' optimize-out/batch-02/results-template.csv"
    ids = [one for cells in found.cell_ids.values() for one in cells]
    assert ids == template(named)["cell_id"].tolist()[:-1]
    assert found.command in cards_markdown(cards_of(named, own), None, found)
    assert next_of(batch, campaign).command == "optimize init mine.toml"
