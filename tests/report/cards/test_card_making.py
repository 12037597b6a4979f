"""What a recipe card says of making a host: what to weigh, by which steps, what to take instead."""

from __future__ import annotations

import re
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import report_examples as examples
from card_examples import LIFE, MV, batch_of, comparison

from surrogate.campaign.own_methods import OwnMethods
from surrogate.campaign.replicates import CellNumbers
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials.methods import methods
from surrogate.report.cards.against import listed
from surrogate.report.cards.card import Card, cards_of
from surrogate.report.cards.layers import layers_of
from surrogate.report.cards.markdown import card_markdown
from surrogate.report.cards.words import make_lines, why_lines
from surrogate.report.quantities import number


def test_the_disc_is_that_of_the_campaign_file_and_weighs_what_its_layers_do(card: Card) -> None:
    make = card.make
    assert make.disc_diameter_mm == 16.0
    assert make.mass_mg == pytest.approx(make.mass_mg_cm2 * 2.010619, rel=1e-6)
    assert make.mass_mg == pytest.approx(sum(part.mass_mg for layer in make.layers for part in layer.parts))
    # Five points of porosity more or less, of a host that is solid to 0.2 or so.
    solid = np.mean([1.0 - layer.porosity_pct / 100.0 for layer in make.layers])
    assert make.mass_tolerance_mg == pytest.approx(make.mass_mg * 0.05 / solid)
    for whole in make.parts:  # what all layers may be off by is what each may
        own = [part for layer in make.layers for part in layer.parts if part.phase == whole.phase]
        assert whole.least_mg == pytest.approx(sum(part.least_mg for part in own))
        assert whole.most_mg == pytest.approx(sum(part.most_mg for part in own))
    assert make.cost_usd == pytest.approx(12.3 * 2.010619e-4)
    assert "0.25 cents a disc" in make.cost_text


def test_the_bench_weighs_steps_and_simplifies_as_the_cards_do() -> None:
    import surrogate.serving
    from surrogate.campaign.simpler import KEPT
    from surrogate.campaign.tolerances import FRACTION, PORE_SIZE, POROSITY

    pages = Path(str(surrogate.serving.__file__)).parent
    html, script = (pages / name for name in ("bench.html.j2", "bench/judging.js.j2"))
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
    assert first.what == (
        "make the framework of carbon fibre, with the PAN of each layer dispersed in the spinning solution, layer by "
        "layer"
    )
    assert first.methods[0] == "electrospinning"
    assert first.limits.startswith("pores 0.5 µm to 15 µm, ")
    assert first.limits.endswith("thickness of all layers 20 µm to 200 µm")
    assert (first.doi, first.assumed, first.beyond) == ("10.1002/aenm.202304229", False, "")
    assert first.paper.startswith("Wang et al., Adv. Energy Mater. 2024")
    assert second.what == "put the zinc oxide on each layer, before the next comes onto it"
    last = len(makes[0].layers)
    assert first.order.startswith(f"layer {last} (foil side) first, layer 1 (separator side) last")
    # Sputtered atoms fly straight: each layer gets them as it comes, and a layer of many pores in plies.
    assert second.order == f"in turn with step 1, from layer {last} (foil side) up"
    fine = batch_of(host | {"pore_size_top_um": 1.5, "pore_size_bottom_um": 1.5}, examples.BASE)
    plies = cards_of(fine, campaign)[0].make
    assert plies.route.steps[1].order == (
        f"in turn with step 1, from layer {len(plies.layers)} (foil side) up: make a ply, coat it, then make the "
        "next onto it; "
        + listed(
            [f"layer {one.number} in {ceil(one.thickness_um / 7.5)} plies" for one in reversed(plies.layers)]
        )
        + ", each ply with its share of the layer's film"
    )
    # A bought sheet is not built of plies: another method makes them or, where there is none, both faces are coated.
    felt = {
        "pore_size_top_um": 1.5,
        "pore_size_bottom_um": 1.5,
        "dielectric_top": 0.0,
        "dielectric_bottom": 0.0,
    }
    felt |= {
        "agent": "magnesium",
        "conductor_top": 1.0,
        "agent_top": 0.0,
        "conductor_bottom": 0.9,
        "agent_bottom": 0.1,
    }
    sheets = felt | {
        "pore_size_top_um": 20.0,
        "pore_size_bottom_um": 1.0,
        "porosity_top": 0.9,
        "porosity_bottom": 0.9,
    }
    sheets |= {"layers": 2, "stacking": "alternating", "thickness_um": 45.0}
    fine, coarse = (
        cards_of(batch_of(host | sheets | more), campaign)[0].make.route.steps[0].methods
        for more in ({}, {"pore_size_bottom_um": 15.0})
    )
    assert "bought as it is" not in fine
    assert "bought as it is" in coarse
    only = SimpleNamespace(
        **{
            **vars(campaign),
            "methods": OwnMethods(tuple(methods()[name] for name in ("bought", "sputtering"))),
        }
    )
    for layers in (1, 2):
        bought, coat, _ = cards_of(batch_of(host | felt | {"layers": layers}), only)[0].make.route.steps
        assert bought.methods == ("bought as it is",)
        assert coat.caution.endswith(
            ": coat both faces of each bought sheet, and see in a cross-section how much of its inside stays bare"
        )
        assert "plies" not in coat.caution + coat.order
    lines = dict(make_lines(makes[0]))
    assert lines["Step 2"].count(". Caution: ") == 1
    assert lines["Not said here"].endswith("are the method's own: see the source")
    assert "sputtering" in second.methods
    # Pores of 35 um and a graded porosity: nothing makes that, and the card says what is left to do.
    near = makes[1].route.steps[0]
    assert near.beyond == "pores 35 µm, above its range"
    assert (
        ". Why it falls short: pores 35 µm, above its range. Source: " in dict(make_lines(makes[1]))["Step 1"]
    )
    assert "Zhang et al., Mater. Today Energy 2021" in makes[0].route.example
    assert makes[0].route.example_doi == ""  # the tables have none, and none is made up


def test_a_host_that_no_method_makes_is_stacked_from_layers_that_are_coated_one_by_one(campaign: Any) -> None:
    graded = {
        "framework": "copper", "agent": "gold", "conductor_top": 1.0, "conductor_bottom": 0.92, "agent_top": 0.0,
        "agent_bottom": 0.08, "porosity_top": 0.88, "porosity_bottom": 0.7, "pore_size_top_um": 12.0,
        "pore_size_bottom_um": 3.5, "thickness_um": 90.0, "dielectric_top": 0.0, "dielectric_bottom": 0.0,
    }  # fmt: skip
    make = cards_of(batch_of(examples.BASE | graded).assign(made_by=""), campaign)[0].make
    many = len(make.layers)
    assert [step.what for step in make.route.steps] == [
        "make the framework of copper, each layer by itself",
        "put the gold on each layer, before the next comes onto it",
        f"stack the layers: layer {many} on the foil, then the others upwards, layer 1 at the separator",
    ]
    bought, coated, _ = make.route.steps
    layer = min(layer.thickness_um for layer in make.layers)
    assert bought.methods == ("bought as it is",)
    assert bought.beyond == (
        f"a gradient of porosity; a layer of {layer:.3g} µm alone, below its range (the whole of 90 µm is within)"
    )
    assert {"electrodeposition", "sputtering"} <= set(
        coated.methods
    )  # no gradient is asked of a single layer
    assert coated.caution.endswith(
        "while the prediction has the agent throughout: coat each layer before the next comes onto it, and see in a "
        "cross-section of the first how deep it got"
    )
    text = dict(make_lines(make))
    assert text["Route"] == "No single known method makes this host. Closest route:"
    assert (
        "(cited for the agent; on another framework or one that is not named)" in text["Step 2"]
    )  # carbon paper
    # Of one piece, coated from a side: the inside is not reached. Layers of a stack are coated as they come.
    piece, stack = (
        cards_of(batch_of(examples.BASE | {"pore_size_top_um": 12.0} | more), campaign)[0].make.route.steps[1]
        for more in ({"agent_top": 0.2, "conductor_top": 0.35}, {"layers": 4, "stacking": "alternating"})
    )
    assert piece.order == "once the framework is made; all layers hold it, layer 5 (foil side) most"
    assert piece.caution.endswith("with it coat each layer before the next comes onto it")
    assert stack.what == "put the zinc oxide on layers 2 and 4, before the next comes onto it"
    assert stack.caution.endswith(
        "layer by layer, atomic layer deposition or coating from solution will do too"
    )


def test_a_method_falls_short_of_a_layer_with_more_filler_than_it_carries(campaign: Any) -> None:
    mat = {
        "framework": "pan", "agent": "magnesium", "conductor_material": "carbon_nanotube", "conductor_top": 0.1,
        "dielectric_top": 0.9, "conductor_bottom": 0.8, "dielectric_bottom": 0.1, "agent_bottom": 0.1,
        "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 4.0, "pore_size_bottom_um": 1.5,
    }  # fmt: skip
    nitride = {"agent": "lithium_nitride", "conductor_bottom": 0.1, "dielectric_bottom": 0.8}
    heavy, put_by_none = (
        cards_of(batch_of(examples.BASE | mat | more).assign(made_by=""), campaign)[0].make
        for more in ({}, nitride)
    )
    spun, sputtered = heavy.route.steps
    shares = {
        layer.number: next(part.mass_mg for part in layer.parts if part.phase == "conductor")
        / sum(part.mass_mg for part in layer.parts if part.phase != "agent")
        for layer in heavy.layers
    }
    full = [number for number, share in shares.items() if share > 0.5]
    assert full == [4, 5, 6]
    assert spun.what.startswith(
        "make the framework of PAN (not carbonised), with the carbon nanotube of each layer "
    )
    assert spun.beyond == (
        f"layers 4 to 6 hold {100 * shares[4]:.2g} to {100 * shares[6]:.2g} wt. % of carbon nanotube without the "
        "agent, more than it carries (50 wt. %, assumed). Way round: make them by vacuum filtration or blade "
        "coating, as carbon nanotube that holds the PAN, and stack them"
    )
    assert sputtered.methods == ("sputtering", "thermal evaporation")
    assert dict(make_lines(heavy))["Route"] == "No single known method makes this host. Closest route:"
    last = put_by_none.route.steps[-1]
    assert (last.what, last.methods) == ("put the lithium nitride on", ())
    assert last.beyond == (
        "no method of the table puts lithium nitride onto PAN (melt infusion of lithium onto carbon fibre)"
    )
    assert dict(make_lines(put_by_none))["Step 2"].endswith(f". Why it falls short: {last.beyond}")


def test_what_is_too_little_or_too_vague_to_check_on_a_balance_is_checked_otherwise(campaign: Any) -> None:
    light = {"porosity_top": 0.93, "porosity_bottom": 0.93, "agent_bottom": 0.02, "conductor_bottom": 0.98}
    make = cards_of(batch_of(examples.BASE | light), campaign)[0].make
    seed = next(part for part in make.parts if part.phase == "agent")
    assert make.mass_tolerance_mg / make.mass_mg == pytest.approx(0.05 / 0.07)
    assert "± 71 %, a weak check" in make.balance_text
    assert make.sheet_cm2 is not None
    assert (
        "by the thickness of its film (quartz balance or a witness slide), as a disc's "
        f"{seed.mass_mg:.3g} mg are too little to weigh (the sheet's "
        f"{seed.mass_mg_cm2 * make.sheet_cm2:.3g} mg can be)" in make.balance_text
    )
    bath = light | {"agent": "lithium_nitride", "agent_bottom": 0.1, "conductor_bottom": 0.9}
    infused = cards_of(batch_of(examples.BASE | bath), campaign)[0].make
    assert "; the lithium nitride by weighing the sheet before and after (" in infused.balance_text
    density = make.mass_mg_cm2 / (0.07 * make.thickness_um * 1e-4) * 1e-3
    assert f"1 − (mg cm⁻²) / ({0.1 * density:.3g} × µm)" in make.balance_text
    assert "weak" not in cards_of(batch_of(examples.BASE), campaign)[0].make.balance_text


def test_layers_say_what_they_stand_for_and_what_joining_them_loses(campaign: Any) -> None:
    plain = {"agent": "none", "agent_bottom": 0.0, "conductor_top": 1.0, "conductor_bottom": 1.0}
    near = {"dielectric_top": 0.0, "porosity_top": 0.95, "porosity_bottom": 0.93, "pore_size_top_um": 7.0}
    thin, dense, mild = (
        cards_of(batch_of(examples.BASE | host), campaign)[0].make
        for host in ({"layers": 5}, {}, plain | near)
    )
    # Five layers of 24 um with pores of 35 um to 6.5 um: the upper three are joined.
    assert thin.layers_text == (
        "The design has 5 layers of 24 µm; those with wider pores cannot be cut from a porous body and are joined "
        "to a neighbour. The masses are the design's; lost is the step inside a joined layer, and what is predicted "
        "is the design with its 5 layers"
    )
    assert len(thin.layers) == 3
    assert "Thickness: 120 µm in 3 layers" in "\n".join(": ".join(line) for line in make_lines(thin))
    assert dense.layers_text.startswith("Steps of a continuous gradient")
    assert dense.layers_text.endswith(
        "Neighbours differ by more than the tolerances in porosity, pore size, carbon fibre, PAN and zinc oxide"
    )
    even = {"pore_size_top_um": 10.0, "agent_bottom": 0.04, "conductor_bottom": 0.96, "porosity_top": 0.7}
    blind = cards_of(batch_of(examples.BASE | even), campaign)[0].make
    assert blind.layers_text.endswith(
        " in carbon fibre and PAN alone; in porosity, pore size and zinc oxide by less, which cannot be checked"
    )
    assert not any(layer.too_thin for layer in (*thin.layers, *dense.layers))
    assert thin.route.steps[1].order == "in turn with step 1, from layer 3 (foil side) up"
    assert mild.route.steps[0].order == ""  # one layer
    assert (
        mild.layers_text
        == "The gradient of the design is within the tolerances: one layer with its means will do"
    )


def test_a_host_that_is_mostly_something_else_is_named_by_what_it_is_made_of(campaign: Any) -> None:
    mixed = {
        "framework": "pan", "agent": "magnesium", "conductor_material": "carbon_nanotube", "conductor_top": 0.1,
        "dielectric_top": 0.9, "conductor_bottom": 0.8, "dielectric_bottom": 0.15, "agent_bottom": 0.05,
        "porosity_top": 0.88, "porosity_bottom": 0.88, "pore_size_top_um": 1.5, "pore_size_bottom_um": 1.5,
    }  # fmt: skip
    rest = {"conductor_bottom": 0.3, "dielectric_bottom": 0.65}
    heavy, light, control = cards_of(batch_of(examples.BASE | mixed, examples.BASE | mixed | rest), campaign)
    named = "PAN and carbon nanotube, graded, with magnesium"
    assert (heavy.heading, light.heading) == (named, "PAN with magnesium")
    assert control.heading == control.title
    text = card_markdown(heavy)
    assert text.startswith(f"## B00-1: {named}\n")
    for part in heavy.make.parts:
        assert f"{part.name} {part.weight_pct:.2g} wt. %" in dict(make_lines(heavy.make))["Host"]
        assert (
            f"{part.name} {part.density_g_cm3:.3g}"
            in dict(make_lines(heavy.make))["Host"].partition("by densit")[2]
        )
    assert "Masses are what is in the finished host, not what goes into the pot. Brackets" in text
    assert "those of mg and nm hold at the stated porosity; film:" in text
    (carbon, *_), seed = heavy.make.layers[-1].parts, heavy.make.layers[-1].parts[-1]
    off = carbon.most_mg - carbon.mass_mg
    assert carbon.mass_mg - carbon.least_mg == pytest.approx(off)
    assert f"| {number(carbon.mass_mg)} | ± {number(off, 2)} |" in text
    film, least, most = (number(one) for one in (seed.film_nm, *seed.film_range_nm))
    assert (f"| {film} ({least} to {most}) |" in text) or (
        f"| {film} (± {number(seed.film_range_nm[1] - seed.film_nm, 2)}) |" in text
    )


def test_an_agent_that_lithium_converts_is_named_with_what_becomes_of_it(campaign: Any) -> None:
    batch = batch_of(examples.BASE | {"agent": "silver"})
    batch.loc[0, "interchangeable"] = "lithiophilic agent: zinc oxide, gold"
    agents = cards_of(batch, campaign)[0].make.agents
    assert agents.text.endswith(
        "Beware of zinc oxide: lithium turns it into LiZn and Li2O in the first plating, which consumes charge"
    )


def test_agents_tolerances_and_limits(campaign: Any, card: Card) -> None:
    make = card.make
    assert (make.agents.names, make.agents.cheapest) == (("tin", "gold"), "zinc oxide")
    own = next(part for part in make.parts if part.phase == "agent")
    assert make.agents.masses_mg[1] == pytest.approx(
        own.mass_mg * 19.3 / own.density_g_cm3
    )  # the same volume
    assert f"gold ({make.agents.masses_mg[1]:.3g} mg)" in make.agents.text
    assert "Beware" not in make.agents.text
    assert [(one.matters, one.target) for one in make.tolerances] == [
        (True, LIFE),
        (False, LIFE),
        (False, MV),
    ]
    less = batch_of(examples.BASE | {"agent_bottom": 0.15, "conductor_bottom": 0.85}).iloc[0].to_dict()
    part = next(part for part in layers_of(less, 1.0)[-1].parts if part.phase == "agent")
    (ought,) = (one.volume_pct_of_solid for one in make.layers[-1].parts if one.phase == "agent")
    assert make.tolerances[1].text == (
        f"layer {len(make.layers)} with {part.volume_pct_of_solid:.2g} instead of {ought:.2g} vol. % zinc oxide: "
        "cycle life × 0.905"
    )
    # Of lamellae top and bottom of the design are every other layer.
    lamellae = examples.BASE | {"layers": 4, "stacking": "alternating", "pore_size_top_um": 12.0}
    mistakes = cards_of(batch_of(lamellae), campaign, comparison(1))[0].make.tolerances
    assert mistakes[0].mistake == "pores in layers 1 and 3 30 % narrower"
    assert mistakes[1].mistake == "layers 2 and 4 with 15 instead of 20 vol. % zinc oxide"
    assert make.at_limit == card.why.at_limit == ("thickness 120 µm",)
    assert "At a limit" in dict(why_lines(card.why))


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
    nitride = cards_of(
        CompleteDesigns.of(pd.DataFrame([cut | {"agent": "lithium_nitride"}])).frame, campaign
    )[0]
    channels, put = nitride.make.route.steps
    assert channels.what == "cut the channels"
    assert put.beyond.startswith(
        "no method of the table puts lithium nitride onto a planar foil (melt infusion"
    )
    assert card.make.planar
    assert (card.make.mass_mg, card.make.layers) == (0.0, ())
    assert "nothing to weigh" in card.make.balance_text
    assert "put the silver on" in card.make.route.steps[0].what


def test_a_method_that_ends_inside_the_tolerances_says_on_which_side_to_err(campaign: Any) -> None:
    wide = {
        "pore_size_top_um": 18.0,
        "pore_size_bottom_um": 18.0,
        "porosity_top": 0.88,
        "porosity_bottom": 0.88,
    }
    plain = {
        "agent": "none",
        "agent_bottom": 0.0,
        "dielectric_top": 0.0,
        "conductor_top": 1.0,
        "thickness_um": 35.0,
    }
    plain |= {"dielectric_bottom": 0.0, "conductor_bottom": 1.0}
    only = SimpleNamespace(**{**vars(campaign), "methods": OwnMethods((methods()["blade_coating"],))})
    card = cards_of(batch_of(examples.BASE | plain | wide), only)[0]
    (cast,) = card.make.route.steps
    assert cast.caution == (
        "blade coating does not reach pores above 20 µm and porosity above 90 %, although the tolerances do: err to "
        "the other side"
    )
    lines = dict(make_lines(card.make))
    assert lines["Not said here"].endswith(
        "see the source; a binder is in none of the masses: weigh it on top"
    )
    assert card.why.cautions[-1].startswith("layer 1 is 35 µm thick with pores of 18 µm: ")
    inside = {
        "pore_size_top_um": 12.0,
        "pore_size_bottom_um": 12.0,
        "porosity_top": 0.8,
        "porosity_bottom": 0.8,
    }
    card = cards_of(batch_of(examples.BASE | plain | inside), only)[0]
    assert card.make.route.steps[0].caution == ""
    assert not any("hardly two" in one for one in card.why.cautions)


def test_what_is_assumed_by_likeness_names_what_it_is_like(campaign: Any) -> None:
    host = examples.BASE | {"agent": "magnesium"}
    steps = "; ".join(
        text
        for label, text in make_lines(cards_of(batch_of(host), campaign)[0].make)
        if label.startswith("Step")
    )
    assert "No source; assumed to work as with aluminium" in steps


def test_an_alloy_is_the_closest_published_host_only_where_there_is_no_other(campaign: Any) -> None:
    alloy, carbon = "10.3390/batteries10010030#", "10.1002/aenm.202304229#47"
    for nearest, named in ((f"{alloy};{carbon}", "Zhang et al."), (alloy, "Batteries 2024")):
        batch = batch_of(examples.BASE).assign(nearest_literature=nearest)
        assert named in cards_of(batch, campaign)[0].make.route.example
