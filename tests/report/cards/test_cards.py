"""What a recipe card says: the seven answers with their numbers, and no more than is known."""

from __future__ import annotations

import re
from dataclasses import replace
from math import exp, hypot, log
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import report_examples as examples
from card_examples import LIFE, MV, batch_of, comparison, probabilities

from surrogate.campaign.comparison import MadeAlready
from surrogate.hosts import columns as c
from surrogate.optimization import Limit
from surrogate.physics.accounting import lithium_thickness_um
from surrogate.report.cards.card import Card, cards_of
from surrogate.report.cards.exactness import how_exactly
from surrogate.report.cards.layers import Layer, Part
from surrogate.report.cards.markdown import card_markdown
from surrogate.report.cards.words import cycling_lines, make_lines, model_lines, timeline_lines, why_lines


def test_a_reader_of_the_card_alone_finds_seven_answers_each_with_a_number(card: Card) -> None:
    lines = [
        make_lines(card.make), cycling_lines(card.test), timeline_lines(card.test), why_lines(card.why),
        model_lines(card.why),
    ]  # fmt: skip
    said = {label: text for some in lines for label, text in some}
    answers = {
        "what to weigh": said["On the balance"],
        "in which order": said["Step 1"],
        "how exactly": said["Tolerances"],
        "what to compare with": said["Compare with"] + said["Cells"],
        "when to stop": said["Stop"],
        "why this one": said["Gain by feature"] + said["Source of the prediction"],
        "how sure": said["How sure"],
    }
    text = card_markdown(card)
    for question, answer in answers.items():
        assert re.search(r"\d", answer), question
    assert all(line[1:] in text for line in said.values())
    headings = re.findall("^### (.*)$", text, re.MULTILINE)
    assert headings == ["In short", "Make", "Test", "Expect", "Why", "Model details"]
    assert f"weighs {card.make.mass_mg:.3g} ± {card.make.mass_tolerance_mg:.2f} mg" in said["On the balance"]
    assert said["Tolerances"].startswith(
        "Hold these closely: pores at the separator side 30 % narrower: cycle life × 0.607. Tested: "
    )
    # Each objective has its own worst case, beside its own scatter, and the thickness a number.
    assert re.search(
        r"Worst otherwise: (layer|5 points) .* zinc oxide.*: overpotential × 1.01 ", said["Tolerances"]
    )
    assert "(cells differ by × 1.16). Check twice: the disc's mass, " in said["Tolerances"]
    off = 0.1 * card.make.mass_mg
    assert (
        f"Thickness: ± 10 % of the whole and of each layer (assumed; what it does was not "
        f"simulated) moves the disc by ± {off:.2g} mg" in (said["Tolerances"])
    )
    assert said["Hazards"].endswith("; electrolyte: see its supplier's sheet")
    assert said["Compare with"].startswith(
        "B00-C: plain carbon fibre, 120 µm, porosity 80 %, pores 15 µm, a disc weighs 8.69 mg, predicted to live 200 "
        "cycles (90 %: 50 to "
    )
    assert "build 3 of it and 3 of the control (the same serve every host of the batch)" in said["Cells"]
    assert "0.91 in cycle life" in said["How sure"]
    assert "0.12 of 1, inside the training data (0: like hosts in papers, 1: like none" in said["How sure"]
    assert "the same of host and control (the campaign names none): half" in said["Cell"]
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


def test_what_is_not_known_or_was_moved_by_cells_is_said_so(campaign: Any) -> None:
    batch = batch_of(examples.BASE, examples.BASE | {"thickness_um": 90.0})
    batch.loc[0, [f"{LIFE}_physics", f"{LIFE}_by_cells", f"{LIFE}_by_literature"]] = 90.0, 3.1, 1.0
    batch.loc[0, ["ccd_mA_cm2_lower", "ccd_mA_cm2_upper"]] = 0.5, 26.0
    batch.loc[1, ["ccd_mA_cm2_lower", "ccd_mA_cm2_upper"]] = 0.5, 24.0
    first, second, _ = cards_of(batch, campaign, comparison(2), told=13)
    life, current = first.why.answers[:2]
    assert life.note == (
        "simulated 90 cycles at the shipped constants, 336 cycles over all plausible ones; outside the interval, as "
        "your 13 cells moved the level × 3.1"
    )
    # Inside the interval as well: how one number comes from the other.
    assert second.why.answers[0].note.endswith("; your 13 cells moved the level × 1.17")
    assert first.why.answers[2].control_interval_text == "7.5 to 120"
    assert "| Overpotential | 12 mV | 3 to 48 | 30 mV (7.5 to 120) | × 0.4 | 0.2 to 0.8 |" in card_markdown(
        first
    )
    assert current.text.endswith(
        "over all plausible ones; model only; no experimental data for hosts in liquid cells; an interval so wide "
        "says next to nothing"
    )
    assert second.why.answers[1].text.startswith("6 mA cm⁻² (90 %: 0.5 to 24); simulated 6.6 mA cm⁻²")
    assert "outside" not in second.why.answers[0].note
    assert "your 13 cells ×" in first.why.splits[0].text
    # What is made to learn from names what is expected to do better, or that a limit is broken.
    batch.loc[1, [LIFE, MV]] = 250.0, 13.0
    beaten = cards_of(batch, campaign, comparison(2))[1]
    assert beaten.why.role_text == (
        "A gamble, chosen for what it teaches and not for what it promises. Expected to do better than it beyond the "
        "scatter between cells: B00-1 (carbon fibre with zinc oxide; 400 cycles, 12 mV). Its cells teach most about "
        "its lithiophilic agent, of whose worth least is known (× 1.6 in cycle life, 90 %: 1.2 to 2.2). One cell "
        "of it changes which host looks best in cycle life with a probability of 0.10"
    )
    far = cards_of(batch.assign(extrapolation=0.93, p_changes_best=0.03), campaign, comparison(2))[
        1
    ].why.role_text
    assert far.startswith("A gamble outside the training data, chosen for")
    assert far.endswith("probability of 0.03: make it last, or leave it out where cells are few")
    for k, others in ((0, first), (1, beaten)):
        alone = cards_of(batch.assign(searched_by="own cells alone"), campaign, comparison(2))[
            k
        ].why.role_text
        assert "Searched for by your own cells alone, as one host in four is: where physics misleads" in alone
        assert "Searched" not in others.why.role_text
    unlikely = batch.assign(searched_by="own cells alone", p_changes_best=0.03)
    assert "make it last" not in cards_of(unlikely, campaign, comparison(2))[1].why.role_text
    # What promises most is compared with what comes nearest, with numbers, and by what brings it.
    assert first.why.role_text == (
        "Chosen for what it promises: none of the batch is expected to do better beyond the scatter between cells "
        "(× 1.45 in cycle life and × 1.16 in overpotential); practically tied with B00-2 (carbon fibre with zinc "
        "oxide; 380 cycles, 13 mV): this one is better with a probability of 0.50 in cycle life and 0.50 in "
        "overpotential; a simpler host does as well: see below"
    )
    # Another make is another idea, of which one may hold where the other does not.
    other = cards_of(
        batch.assign(**{"agent": ["zinc_oxide", "silver", "none"], LIFE: [400.0, 380.0, 200.0]}),
        campaign,
        comparison(2),
    )[0].why.role_text
    assert "380 cycles, 13 mV), beside which it is made as another idea: this one is better" in other
    by_physics = batch.assign(**{f"{name}_by_cells": 1.0 for name in (LIFE, MV)})
    sure = cards_of(by_physics, campaign, comparison(2, probabilities(0.6, 0.9)))[0].why.role_text
    assert (
        "with a probability of 0.60 in cycle life and 0.60 in overpotential, by physics alone, as neither"
        in sure
    )
    only = cards_of(batch_of(examples.BASE), campaign, comparison(1, probabilities(0.7)))[0].why.role_text
    assert (
        "the nearest is the control, B00-C (200 cycles, 30 mV): this one is better with a probability of 0.70"
        in only
    )
    assert "physics alone" not in first.why.role_text + only
    strict = SimpleNamespace(**{**vars(campaign), "limits": (Limit(LIFE, ">=", 390.0),)})
    assert (
        cards_of(batch, strict, comparison(2))[1].why.role_text.count("breaks a limit of the campaign. ") == 1
    )


def test_a_measured_host_that_is_as_good_is_named_but_for_a_host_that_is_made_again(campaign: Any) -> None:
    batch = batch_of(examples.BASE, examples.BASE | {"thickness_um": 90.0})
    found = replace(comparison(2), made_already=(MadeAlready("B01-2", {LIFE: 0.55, MV: 0.48}), None))
    first, second, control = cards_of(batch, campaign, found)
    assert dict(why_lines(first.why))["Made already"] == (
        "your B01-2, which you have made, is as good or better within the scatter between cells (this one is better "
        "with a probability of 0.55 in cycle life and 0.48 in overpotential)"
    )
    assert (second.why.made_text, control.why.made_text) == ("", "")
    again = cards_of(batch.assign(repeat_of="B01-2"), campaign, found)[0]
    assert again.why.made_text == ""


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
    worse = next(bar.worse for bar in card.test.bars if bar.target == LIFE)
    assert worse * stop.decided_factor < 1.0
    assert stop.rests_on.endswith(
        f"with the predicted ratio: × {stop.decided_factor:.3g}; from the cells alone it would be × 1.64. As the "
        f"prediction speaks for the host, the control's bar, × {worse:.3g}, lies farther from × 1"
    )
    # What to do comes first, and says how likely it is that life is decided by then.
    assert stop.text.startswith(
        "Stop a cell that has failed. Once all of the control's have, run this host's until their geometric mean "
        f"is × {stop.decided_factor:.3g} as long as those lived, or all have failed: 260 cycles (22 days) if the "
        "control lives its predicted 200. If a control still runs at 260 cycles "
    )
    # Of a control with 50 to 800 cycles, 200 the median: how likely one of its cells outlives the mark.
    spread = log(4.0) / 1.6449
    outlives = 1.0 - NormalDist(log(200.0), spread).cdf(log(stop.decided_cycles or 0.0))
    assert stop.control_still_runs == pytest.approx(outlives, rel=1e-3)
    assert (
        f"still runs at 260 cycles (probability {outlives:.2f} for each of them), stop this host's then: if all of "
        "the host's have failed" in stop.text
    )
    assert "Report a host that fails before its control too" in stop.text
    marks = dict(stop.timeline)
    cycles = [float(when.split(" ")[0].replace(",", "")) for when in marks]
    assert cycles == sorted(cycles)
    assert marks["100 cycles (8.3 days)"].endswith(
        "if all cells of the host fail before, that speaks against the prediction"
    )
    first = card.test.bars[0]
    assert marks["10 cycles (20 h)"] == (
        f"read the overpotential: below × {first.factor:.3g} the control's decides that; go on for the cycle life "
        "alone"
    )
    assert marks["400 cycles (33 days)"] == "the host is predicted to fail"
    assert marks["200 cycles (17 days)"] == "the control is predicted to fail"
    assert stop.longest_cycles == 1600.0
    assert (
        "a polarisation of more than twice that of cycle 10"
        in dict(cycling_lines(card.test))["A cell has failed at"]
    )
    assert (replicates.cells, replicates.controls) == (3, 3)
    assert card.test.current_mA == pytest.approx(2.010619, rel=1e-6)


def test_the_bar_of_each_objective_comes_with_the_probability_of_clearing_it(card: Card) -> None:
    assert card.test.stop is not None
    first, then = card.test.bars
    assert (first.target, then.target) == (MV, LIFE)
    assert then.factor == card.test.stop.decided_factor
    for bar, truly, spread in ((first, 0.4, 0.15), (then, 2.0, 0.37)):
        sign, of_means = 1.0 if bar.upwards else -1.0, spread * (2.0 / 3.0) ** 0.5
        clear = NormalDist(sign * log(truly), of_means).cdf(sign * log(bar.factor))
        assert bar.chance == pytest.approx(1.0 - clear, abs=1e-9)
        in_all = NormalDist(sign * log(truly), hypot(of_means, log(2.0) / 1.6449)).cdf(sign * log(bar.factor))
        assert bar.chance_in_all == pytest.approx(1.0 - in_all, abs=1e-4)
        # Beyond the other bar it is the control that is better: the prediction pulls against it.
        assert sign * log(bar.worse) < -1.6449 * of_means < 0.0
    said = dict(cycling_lines(card.test))
    assert re.match(
        r"Overpotential, read at cycle 10, below × 0\.\d+ the control's \(the control is better above × 1\.33\): "
        rf"3 \+ 3 cells clear .* if the true ratio is × 0\.4 \(12 mV\), and of {first.chance_in_all:.2f} with its "
        rf"uncertainty\. Then cycle life above × .* 3 \+ 3 cells clear that with a probability of {then.chance:.2f} "
        r"if the true ratio is × 2 \(400 cycles\), .* \(geometric means; of a host's cell that still runs the cycles "
        r"so far, while "
        r"the control's have to have failed\) the host is better with a probability of 0\.95; "
        r"beyond the other, in brackets, the control is, with the same; between the two it stays open$",
        said["Decides first"],
    )
    assert said["Read"].startswith(
        "the overpotential at cycle 10: half the difference between the plateaus of plating"
    )
    assert "(means over 40 to 80 % of the charge)" in said["Read"]
    marks = [text for _, text in timeline_lines(card.test)]
    assert sum(one.endswith("you may stop here") for one in marks) == 1
    assert any("no order to run so long" in one for one in marks)


def test_a_campaign_that_wants_no_longer_life_is_not_told_to_outlive_the_control(campaign: Any) -> None:
    limit = (Limit(LIFE, ">=", 150.0),)
    other = SimpleNamespace(**{**vars(campaign), "objectives": {MV: "min"}, "limits": limit})
    test = cards_of(batch_of(examples.BASE), other)[0].test
    stop = test.stop
    assert stop is not None
    assert (stop.decided_factor, stop.limit_cycles) == (None, 150.0)
    assert ("150 cycles (12 days)", "the campaign's limit: not to be stopped before") in stop.timeline
    assert stop.text.startswith("Stop once steady cycling has given what is wanted")
    assert [bar.target for bar in test.bars] == [MV]
    assert "Decides" in dict(cycling_lines(test))


def test_the_split_adds_up_and_worths_stand_beside_the_noise(campaign: Any, card: Card) -> None:
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
    assert "with an interval that excludes 1: lithiophilic agent" in card.why.worth_texts[0]
    assert [text.partition(" (the control's in its place): ")[0] for text in card.why.worth_texts] == [
        "cycle life, how many times lower without one feature",
        "overpotential, how many times higher without one feature",
    ]
    wide = comparison(2)
    wide.worths[LIFE]["worth_agent_lower"] = 0.9  # as large, and maybe nothing
    unsure = cards_of(batch_of(examples.BASE, examples.BASE), campaign, wide)[0].why
    assert [one.beyond_noise for one in unsure.worths] == [False, True]
    assert unsure.worth_texts[0].endswith("with an interval that excludes 1: none")
    assert "no single feature's gain is certain" not in unsure.sure_text
    wide.worths[LIFE][["worth_agent", "worth_agent_lower", "worth_agent_upper"]] = 1.04, 0.5, 2.0
    none = cards_of(batch_of(examples.BASE, examples.BASE), campaign, wide)[0].why
    assert ": lithiophilic agent about × 1 (0.5 to 2)" in none.worth_texts[0]
    wide.worths[MV]["worth_agent_upper"] = 1.1
    none = cards_of(batch_of(examples.BASE, examples.BASE), campaign, wide)[0].why
    assert none.sure_text.count("no single feature's gain is certain") == 1
    assert "excludes 1" not in "".join(none.worth_texts)
    assert card.why.simplest is not None
    assert card.why.simplest.left_out == ("pore_size", "porosity")
    # The share of each objective's own gain, and what follows.
    life_kept, mv_kept = (f"{100.0 * z / log(of):.2g} %" for z, of in ((0.6, 2.0), (0.9, 2.5)))
    text, _, weighed = card.why.simplest.text.partition(". A disc (a sheet of 25 cm²) then holds, ")
    assert text == (
        "uniform pores of 15 µm and uniform porosity of 80 %: cycle life × 1.82 and overpotential × 0.407 the "
        f"control's, which keeps {life_kept} in cycle life and {mv_kept} in overpotential of this host's gain. Cells "
        "could not tell the two apart: make that one to save work, or this one to learn what the rest is worth; the "
        "same control and bars serve both, and these ratios stand in for this card's"
    )
    layers = weighed.removeprefix("from the separator down: ").split("; ")
    heads, layers = zip(*(one.split(" µm) ") for one in layers), strict=True)
    assert heads[0] == "layer 1 (24 µm, porosity 80 %, pores 15"
    assert layers[0] == (
        "carbon fibre 0.982 (12.2) mg, PAN 0.481 (5.98) mg and zinc oxide 0.0667 (0.83) mg = 59.3 nm as a dense film"
    )
    on_disc, on_sheet = (
        [[float(mg) for mg in re.findall(pattern, layer)] for layer in layers]
        for pattern in (r"([\d.]+) \(", r"\(([\d.]+)\)")
    )
    assert [one[0] for one in on_disc] == [0.982, 1.04, 1.1, 1.18, 1.29]
    assert np.asarray(on_sheet) == pytest.approx(np.asarray(on_disc) * 25.0 / 2.010619, rel=0.01)
    alone = comparison(2)
    alone.simplest[["left_out", "next_left_out", "next_kept"]] = "", "pore_size", 0.72
    itself = cards_of(batch_of(examples.BASE, examples.BASE), campaign, alone)[0].why.simplest
    assert itself is not None
    assert itself.text == (
        "this host: no simpler form of it that can be made keeps 80 % of its gain over the control, each objective "
        "counted alike; uniform pores of 15 µm would keep 72 %"
    )
    worse = comparison(2)
    worse.simplest[f"{MV}_over_control"] = -0.7
    fewer = cards_of(batch_of(examples.BASE, examples.BASE), campaign, worse)[0].why.simplest
    assert fewer is not None
    assert "make that one" not in fewer.text
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
    limited = SimpleNamespace(**{**vars(campaign), "limits": (Limit(LIFE, ">=", 390.0),)})
    assert "On the balance" in card_markdown(cards_of(old, limited)[0])


def test_a_card_says_on_how_many_papers_its_numbers_were_judged(campaign: Any) -> None:
    rows = pd.DataFrame(
        [
            {"target": LIFE, "n": 150, "papers": 95, "values": 2, "coverage": 0.91},
            {"target": MV, "n": 44, "papers": 28, "values": 44, "coverage": 0.92},
            {"target": "ccd_mA_cm2", "n": 57, "papers": 38, "values": 50, "coverage": 0.9},
        ]
    )
    host, control = cards_of(batch_of(examples.BASE), campaign, comparison(1), judged=rows)
    assert dict(why_lines(host.why))["Judged"].partition(": ")[2] == (
        "cycle life 150 cells of 95 papers (2 of them failures, the others lower bounds), 91 % inside, bounds taken "
        "for values; overpotential 44 cells of 28 papers (all of them values), 92 % inside"
    )
    assert control.why.judged_text == ""


def test_a_card_says_where_the_excess_of_lithium_is_and_what_a_caution_costs(campaign: Any) -> None:
    conditions = {"li_excess_mAh_cm2": 5.0}
    cell = SimpleNamespace(**{**vars(campaign), "conditions": SimpleNamespace(as_dict=lambda: conditions)})
    host = examples.BASE | conditions | {"framework": "pan", "conductor_material": "carbon_nanotube"}
    card = cards_of(batch_of(host), cell, comparison(1))[0]
    holds = 5.0 + card.test.areal_capacity_mAh_cm2
    foil = float(lithium_thickness_um(holds))
    assert dict(cycling_lines(card.test))["Cell"].startswith(
        f"lithium excess 5 mAh cm⁻² (the counter electrode begins with {holds:g} mAh cm⁻², {foil:.2g} µm of foil; "
        "the "
        "host with none)"
    )
    caution = next(one for one in card.why.cautions if "nitrile" in one)
    assert caution.endswith(
        "passivates; not simulated: look for lost charge in the first cycles, of a control of the same fibres too"
    )


def test_the_mass_of_a_disc_that_is_hardly_there_checks_nothing():
    """Of a host of 95 % porosity five points leave anything from nothing to twice its mass."""
    carbon, silver = (cast("Part", SimpleNamespace(phase=phase)) for phase in ("conductor", "agent"))
    layers = [cast("Layer", SimpleNamespace(parts=(carbon, silver)))]
    said, in_short = how_exactly([], {}, layers, 12.0, 3.0)
    assert "the disc's mass, 9 to 15 mg, shows the porosity of a disc whose thickness is right" in said
    assert in_short.endswith(" points of the solid's volume (of the disc ± 3 mg)")
    said, in_short = how_exactly([], {}, layers, 6.04, 6.04)
    assert "of the disc" not in in_short
    assert "Check twice" not in said
    assert (
        "The mixture: where a layer weighs more or less than stated, multiply the table's mg and nm of that layer"
        in said
    )
