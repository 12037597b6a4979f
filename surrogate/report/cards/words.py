"""A recipe card as text: lines of label and text for the terminal, Markdown for a file."""

from __future__ import annotations

from collections.abc import Sequence

from surrogate.report.cards.card import Card
from surrogate.report.cards.cycling import CyclingTest
from surrogate.report.cards.decision import Decision
from surrogate.report.cards.layers import Layer, Part
from surrogate.report.cards.make import Make
from surrogate.report.cards.next_steps import Next
from surrogate.report.cards.route import Step
from surrogate.report.cards.why import Why
from surrogate.report.quantities import number

Line = tuple[str, str]


def make_lines(make: Make) -> list[Line]:
    """List what to weigh, in which order, and how exactly.

    Parameters
    ----------
    make : Make
        Of a card.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    lines = [("Host", make.framework + ("" if make.agent == "none" else f" with {make.agent}"))]
    if make.layers:
        many = len(make.layers)
        steps = ", steps of a continuous gradient" if make.graded else ""
        lines.append(
            ("Thickness", f"{number(make.thickness_um)} µm in {many} layer{'s' * (many > 1)}{steps}")
        )
        lines += [(_layer_label(layer, many), layer_text(layer)) for layer in make.layers]
        lines.append(("In the whole disc", "; ".join(part_text(part) for part in make.parts)))
        lines.append(("Tortuosity factor", number(make.tortuosity)))
    if make.channels:
        lines.append(("Channels", make.channels))
    lines.append(("On the balance", make.balance_text))
    if not make.route.steps or any(step.beyond for step in make.route.steps):
        nearest = "; the nearest to it is" if make.route.steps else ""
        lines.append(("Route", make.route.text + nearest))
    lines += [(f"Step {k}", step_text(step)) for k, step in enumerate(make.route.steps, 1)]
    if make.route.example:
        doi = f", doi {make.route.example_doi}" if make.route.example_doi else ""
        lines.append(("Near it in the literature", f"{make.route.example}{doi}"))
    lines.append(("How exactly", make.tolerance_text))
    lines += [
        (name, text) for name, text in (("Other agents", make.agents_text), ("Cost", make.cost_text)) if text
    ]
    if make.hazards:
        lines.append(("Hazards", "; ".join(make.hazards)))
    return lines


def _layer_label(layer: Layer, many: int) -> str:
    return "Layer" if many == 1 else f"Layer {layer.number} ({layer.position})"


def layer_text(layer: Layer) -> str:
    """Write a layer in one line: thickness, parts by volume and weight, grams, pores.

    Parameters
    ----------
    layer : Layer
        Of a host.
    """
    return (
        f"{number(layer.thickness_um)} µm; {'; '.join(part_text(part) for part in layer.parts)}; porosity "
        f"{number(layer.porosity_pct)} %, pores {number(layer.pore_size_um)} µm; {number(layer.mass_mg_cm2)} mg cm⁻²"
    )


def part_text(part: Part) -> str:
    """Write a part of a solid: its name, per cent of volume and of weight, and grams.

    Parameters
    ----------
    part : Part
        Of a layer, or of a host.
    """
    by_volume, by_weight = number(part.volume_pct_of_solid), number(part.weight_pct)
    return f"{part.name} {number(part.mass_mg)} mg ({by_weight} % of the solid's weight, {by_volume} % of its volume)"


def step_text(step: Step) -> str:
    """Write a step of a route: what, by which methods, how far they reach, and where that stands.

    Parameters
    ----------
    step : Step
        Of a route.
    """
    text = f"{step.what}: {' or '.join(step.methods)}"
    if step.limits:
        which = "which reaches" if len(step.methods) == 1 else f"of which {step.methods[0]} reaches"
        text += f", {which} {step.limits}" + (f", but not {step.beyond}" if step.beyond else "")
    if step.paper:
        text += f"; {step.paper}, {step.where}" + (f", doi {step.doi}" if step.doi else "")
    elif step.where:
        text += f"; {'assumed: ' if step.assumed else ''}{step.where}"
    return text


def cycling_lines(test: CyclingTest) -> list[Line]:
    """List what to compare with, how many cells, how to cycle, and when to stop.

    Parameters
    ----------
    test : CyclingTest
        Of a card.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    lines = [("Compare with", f"{test.control_id}, {test.control}")] if test.control_id else []
    lines += [("Cells", test.replicates.text), ("Cycle at", test.text)]
    if test.stop is not None:
        lines += [("Stop", test.stop.text), ("A running cell says something", test.stop.first_text)]
    return lines


def why_lines(why: Why) -> list[Line]:
    """List why a host is proposed, and how sure that is.

    Parameters
    ----------
    why : Why
        Of a card.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    lines = [("Why this one", why.role_text)] if why.role_text else []
    lines += [(one.name, "; ".join(filter(None, (one.text, one.ratio_text)))) for one in why.answers]
    about = {one.target for one in why.chances}
    lines += [("Whence", split.text) for split in why.splits if split.target in about]
    lines += [("What each feature is worth", text) for text in why.worth_texts]
    if why.simplest is not None:
        lines.append(("The simplest as good", why.simplest.text))
    if why.sure_text:
        lines.append(("How sure", why.sure_text))
    if why.at_limit:
        lines.append(("At a limit", f"{', '.join(why.at_limit)}; physics may not know what that costs"))
    return [*lines, *(("Beware", one) for one in why.cautions)]


def card_markdown(card: Card) -> str:
    """Write a card in Markdown, complete in itself.

    Parameters
    ----------
    card : Card
        Of a proposal or the control.

    Returns
    -------
    str
    """
    sections = (
        ("Make", make_lines(card.make)),
        ("Test", cycling_lines(card.test)),
        ("Why", why_lines(card.why)),
    )
    text = [f"## {card.name}: {card.title.removeprefix('control: ')}{' (control)' * card.is_control}"]
    for title, lines in sections:
        if lines:
            text += ["", f"### {title}", "", *(f"- **{label}**: {line}" for label, line in lines)]
    return "\n".join(text)


def cards_markdown(cards: Sequence[Card], decision: Decision | None, following: Next | None) -> str:
    """Write the cards of a batch as one page of Markdown: the decision, each card, what to do next.

    Parameters
    ----------
    cards : sequence of Card
        Of a batch.
    decision : Decision or None
        What stands first.
    following : Next or None
        What stands last.

    Returns
    -------
    str
    """
    parts = ["# Recipe cards"]
    if decision is not None:
        parts.append(f"**{decision.text}**")
    parts += [card_markdown(card) for card in cards]
    if following is not None:
        ids = "\n".join(f"- {name}: {', '.join(cells)}" for name, cells in following.cell_ids.items())
        parts.append(f"## Next\n\n{following.text}.\n\n    {following.command}\n\n{ids}")
    return "\n\n".join(parts) + "\n"
