"""A card in seven lines, each with its numbers: what a reader who sees nothing else has to know.

Data flow: the parts of a card -> weigh, order, how exactly, compare with, stop, why this one, how sure. Nothing is
computed here, and what the lines leave out the card says further down.
"""

from __future__ import annotations

from surrogate.campaign.tolerances import POROSITY
from surrogate.report.cards.against import in_a_sentence, listed, probability, times
from surrogate.report.cards.card import Card
from surrogate.report.cards.cycling import CyclingTest
from surrogate.report.cards.make import Make
from surrogate.report.cards.why import Why
from surrogate.report.cards.words import Line, part_in_sheet, part_range, range_in_sheet, span
from surrogate.report.quantities import number


def short_lines(card: Card) -> list[Line]:
    """Say what to weigh, in which order, how exactly, what to compare with, when to stop, why, and how sure.

    Parameters
    ----------
    card : Card
        Of a proposal or the control.

    Returns
    -------
    list of (str, str)
        Label and text, seven of them where all is known.
    """
    lines = (
        ("Weigh", _weigh(card.make)),
        ("Order", _order(card.make)),
        ("How exactly", card.make.tolerance_in_short),
        ("Compare with", _compare(card.test)),
        ("Stop", "" if card.test.stop is None else _lower(card.test.stop.in_short)),
        ("Why this one", _why(card.why)),
        ("How sure", _sure(card)),
    )
    return [line for line in lines if line[1]]


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _weigh(make: Make) -> str:
    """Give the masses of the parts in a sheet or a disc, and what a finished disc weighs."""
    if not make.layers:
        return "a foil: nothing"
    disc, off = f"a disc of {number(make.disc_diameter_mm)} mm", make.mass_tolerance_mg
    ends = (
        f"{span((make.mass_mg - off, make.mass_mg + off), 3)} within {100 * POROSITY:.0f} points of porosity"
    )
    if make.sheet_cm2 is None and len(make.parts) == 1:
        return f"{number(make.mass_mg)} mg ({ends}) {make.parts[0].name} for {disc}"
    if make.sheet_cm2 is None:
        told = [_amount(number(part.mass_mg), part_range(part), part.name) for part in make.parts]
        return f"{listed(told)} for {disc}, which then weighs {number(make.mass_mg)} mg ({ends})"
    sheet = make.sheet_cm2
    told = [_amount(part_in_sheet(one, sheet), range_in_sheet(one, sheet), one.name) for one in make.parts]
    return (
        f"{listed(told)} for a sheet of {number(sheet)} cm² at the stated porosity; {disc} of it weighs "
        f"{number(make.mass_mg)} mg ({ends})"
    )


def _amount(mass: str, within: str, name: str) -> str:
    return f"{mass} mg ({within}) {name}" if within else f"{mass} mg {name}"


def _order(make: Make) -> str:
    """List the steps by number, each with its first method and which layers come first."""
    steps = [
        f"{k}. {step.what}"
        + (f" ({step.methods[0]})" if step.methods else "")
        + (f": {step.order}" if step.order else "")
        for k, step in enumerate(make.route.steps, 1)
    ]
    known = "" if steps and not any(step.beyond for step in make.route.steps) else make.route.text
    return "; ".join(filter(None, (known, *steps)))


def _compare(test: CyclingTest) -> str:
    cells = test.replicates
    if not test.control_id:
        return f"nothing: the hosts of this batch are compared with it; build {cells.cells} cells"
    return f"{test.control_id}, {test.control}: {cells.cells} cells of this host with {cells.controls} of it"


def _why(why: Why) -> str:
    """Say what is predicted against the control in each objective, and which feature does most of it."""
    about = {one.target for one in why.chances}
    gains = [
        f"{in_a_sentence(one.target)} {times(one.ratio)} (90 %: {span((one.ratio_lower, one.ratio_upper))})"
        for one in why.answers
        if one.target in about
        and one.ratio is not None
        and one.ratio_lower is not None
        and one.ratio_upper is not None
    ]
    if not gains:
        return _lower(why.role_text)
    most = next((one for one in why.worths if one.ratio > 1.0), None)
    by = (
        f"; the feature that does most: {most.name}, {times(most.ratio)} in {in_a_sentence(most.target)}"
        if most
        else ""
    )
    simpler = why.simplest is not None and why.simplest.instead
    also = "; a simpler host does as well: see Simplest near-equivalent" if simpler else ""
    return f"predicted against the control: {listed(gains)}{by}{also}"


def _sure(card: Card) -> str:
    """Give the probability that it is better than the control, and that the cells to be built show it."""
    chances = card.why.chances
    if not chances:
        first = next(iter(card.why.answers), None)
        return (
            "" if first is None else f"{first.name.lower()} {first.value_text} (90 %: {first.interval_text})"
        )
    better = [f"{probability(one.p_better)} in {in_a_sentence(one.target)}" for one in chances]
    cells = card.test.replicates
    shown = [f"{probability(bar.chance_in_all)} in {in_a_sentence(bar.target)}" for bar in card.test.bars]
    also = f"; that {cells.cells} + {cells.controls} cells will show it, {listed(shown)}" if shown else ""
    return f"the probability that it is better than the control is {listed(better)}{also}"
