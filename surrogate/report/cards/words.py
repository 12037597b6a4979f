"""A recipe card as lines of label and text, and cells of text for its tables; how they are laid out is not said."""

from __future__ import annotations

import math

from surrogate.hosts.targets import SCALES
from surrogate.report.cards.answers import Answer
from surrogate.report.cards.cycling import CyclingTest
from surrogate.report.cards.layers import Layer, Part
from surrogate.report.cards.make import Make
from surrogate.report.cards.route import Step
from surrogate.report.cards.why import Why
from surrogate.report.quantities import number

Line = tuple[str, str]
_BETWEEN_MM = 1.0  # between discs that are punched of a sheet


def make_lines(make: Make) -> list[Line]:
    """List what stands beside the table of layers: what to check, by which steps, and how exactly.

    Parameters
    ----------
    make : Make
        Of a card.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    lines = [("Host", make.host_text)]
    if make.layers:
        many = len(make.layers)
        lines.append(("Thickness", f"{number(make.thickness_um)} µm in {many} layer{'s' * (many > 1)}"))
        if make.layers_text:
            lines.append(("Layers", make.layers_text))
        lines.append(
            (
                "Tortuosity factor",
                f"{number(make.tortuosity)}, of the pores as they are made; not set by itself",
            )
        )
    if make.channels:
        lines.append(("Channels", make.channels))
    lines.append(("On the balance", make.balance_text))
    if text := route_text(make):
        lines.append(("Route", text))
    lines += [(f"Step {k}", step_text(step)) for k, step in enumerate(make.route.steps, 1)]
    if make.layers and any(step.methods for step in make.route.steps):
        where = (
            "see the source" if any(step.paper for step in make.route.steps) else "no source is cited here"
        )
        lines += [(f"Find out: {about}", text) for about, text in make.route.open_questions]
        bound = "; a binder is in none of the masses: weigh it on top" * any(
            "binder" in step.where for step in make.route.steps
        )
        lines.append(
            ("Not said here", f"concentrations, solvents and drying are the method's own: {where}{bound}")
        )
    if make.route.example:
        doi = f", doi {make.route.example_doi}" if make.route.example_doi else ""
        about = ": ".join(filter(None, (make.route.differs, make.route.reached)))
        lines.append(("Closest published host", f"{make.route.example}{doi}{f' ({about})' if about else ''}"))
    lines.append(("Tolerances", make.tolerance_text))
    lines += [
        (name, text) for name, text in (("Other agents", make.agents.text), ("Cost", make.cost_text)) if text
    ]
    if make.hazards:
        lines.append(("Hazards", "; ".join((*make.hazards, "electrolyte: see its supplier's sheet"))))
    return lines


def route_text(make: Make) -> str:
    """Say that no method makes a host as it is; empty where one does.

    Parameters
    ----------
    make : Make
        Of a card.
    """
    if make.route.steps and not any(step.beyond for step in make.route.steps):
        return ""
    text = make.route.text
    return f"{text[:1].upper()}{text[1:]}." + (" Closest route:" if make.route.steps else "")


def layer_title(layer: Layer, many: int) -> str:
    """Name a layer: "2, between", or "throughout" for the only one.

    Parameters
    ----------
    layer : Layer
        Of a host.
    many : int
        Number of its layers.
    """
    return layer.position if many == 1 else f"{layer.number}, {layer.position}"


def span(ends: tuple[float, float], digits: int = 2) -> str:
    """Write a range: "29 to 55".

    Parameters
    ----------
    ends : (float, float)
        Lower and upper end.
    digits : int
        Significant digits of each; 3 where what lies between them has three.
    """
    return f"{number(ends[0], digits)} to {number(ends[1], digits)}"


def part_range(part: Part) -> str:
    """Write within what the mass of a part may be off, mg: "± 0.014", or its ends where one of them is a limit.

    Parameters
    ----------
    part : Part
        Of a layer; empty where its solid is of one part.
    """
    if part.most_mg <= part.least_mg:
        return ""
    return _off(part.mass_mg, part.least_mg, part.most_mg, 3)


def _off(value: float, least: float, most: float, digits: int) -> str:
    """Write a range about a value: by how much it may be off on either side, else from where to where."""
    return (
        f"± {number(most - value, 2)}"
        if math.isclose(value - least, most - value)
        else span((least, most), digits)
    )


def sheet_text(make: Make) -> str:
    """Say why and of how many discs a sheet is weighed; empty where a disc will do.

    Parameters
    ----------
    make : Make
        Of a card.
    """
    if make.sheet_cm2 is None:
        return ""
    across = 20.0 * math.sqrt(make.disc_area_cm2 / math.pi)  # mm
    discs = int(10.0 * math.sqrt(make.sheet_cm2) / (across + _BETWEEN_MM)) ** 2
    return (
        f" Sheet: {number(make.sheet_cm2)} cm², as parts of one disc are too little to weigh; {discs} discs can be "
        f"punched of a square one, {number(_BETWEEN_MM)} mm apart."
    )


def part_in_sheet(part: Part, sheet_cm2: float | None) -> str:
    """Write the mass of a part in a sheet, mg; empty without one.

    Parameters
    ----------
    part : Part
        Of a layer.
    sheet_cm2 : float or None
        Area of the sheet.
    """
    return "" if sheet_cm2 is None else number(part.mass_mg_cm2 * sheet_cm2)


def range_in_sheet(part: Part, sheet_cm2: float | None) -> str:
    """Write within what that mass may be off, mg, as :func:`part_range`; empty without a sheet.

    Parameters
    ----------
    part : Part
        Of a layer.
    sheet_cm2 : float or None
        Area of the sheet.
    """
    if sheet_cm2 is None or part.most_mg <= part.least_mg:
        return ""
    times = sheet_cm2 * part.mass_mg_cm2 / part.mass_mg
    return _off(times * part.mass_mg, times * part.least_mg, times * part.most_mg, 3)


def part_film(part: Part) -> str:
    """Write how thick a dense film of an agent is, nm; empty for other parts.

    Parameters
    ----------
    part : Part
        Of a layer.
    """
    return number(part.film_nm) if part.phase == "agent" else ""


def film_range(part: Part) -> str:
    """Write within what the film of an agent may be off, nm; empty for other parts and a solid of one part.

    Parameters
    ----------
    part : Part
        Of a layer.
    """
    if part.phase != "agent" or part.most_mg <= part.least_mg:
        return ""
    return _off(part.film_nm, *part.film_range_nm, 3)


def part_shares(part: Part) -> str:
    """Write the share of a part in a solid by volume and weight; empty where it is all of it.

    Parameters
    ----------
    part : Part
        Of a layer, or of a host.
    """
    if part.most_mg <= part.least_mg:
        return ""
    return f"{number(part.volume_pct_of_solid, 2)} vol. %, {number(part.weight_pct, 2)} wt. %"


def answer_cells(answer: Answer) -> tuple[str, ...]:
    """Write a target as cells of a table: host and its 90 %, control and its 90 %, ratio and its 90 %.

    Parameters
    ----------
    answer : Answer
        Of a card.
    """
    told = None not in (answer.ratio, answer.ratio_lower, answer.ratio_upper)
    of = " (lost charge)" if SCALES[answer.target].decreasing else ""
    ratio = f"× {number(answer.ratio or 0.0)}{of}" if told else ""
    ends = span((answer.ratio_lower or 0.0, answer.ratio_upper or 0.0)) if told else ""
    return (
        answer.value_text, answer.interval_text, answer.control_text, answer.control_interval_text, ratio, ends
    )  # fmt: skip


def step_text(step: Step) -> str:
    """Write a step of a route: what, by which methods, how far they reach, and where that stands.

    Parameters
    ----------
    step : Step
        Of a route.
    """
    if not step.methods:
        return step.what + (f". Why it falls short: {step.beyond}" if step.beyond else "")
    text = f"{step.what}: {' or '.join(step.methods)}"
    if step.limits:
        which = "which reaches" if len(step.methods) == 1 else f"of which {step.methods[0]} reaches"
        text += f", {which} {step.limits}" + (f". Why it falls short: {step.beyond}" if step.beyond else "")
    if step.paper:
        other = (
            " (cited for the agent; on another framework or one that is not named)" if step.on_other else ""
        )
        text += f". Source: {step.paper}, {step.where}" + (f", doi {step.doi}" if step.doi else "") + other
    elif step.where:
        like = step.where.removeprefix("as ")
        assumed = f"assumed to work as with {like}" if like != step.where else f"assumed: {step.where}"
        text += f". No source; {assumed}" if step.assumed else f". Source: {step.where}"
    text += f". Order: {step.order}" if step.order else ""
    return text + (f". Caution: {step.caution}" if step.caution else "")


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
    how = "its own card says how to make it; the test tells whether the host is better, not which feature does it"
    lines = [("Compare with", f"{test.control_id}: {test.control_text} ({how})")]
    lines = lines if test.control_id else []
    lines += [("Cells", test.replicates.text), ("Cell", "; ".join(cell_words(test))), ("Cycle at", test.text)]
    if test.read_text:
        lines.append(("Read", test.read_text))
    if test.bars:
        lines.append(("Decides first" if len(test.bars) > 1 else "Decides", test.decides_text))
    if test.stop is not None:
        lines += [("Stop", test.stop.text), ("A cell has failed at", test.stop.failure)]
    return lines


def timeline_lines(test: CyclingTest) -> list[Line]:
    """List the marks of a run in the order of cycles.

    Parameters
    ----------
    test : CyclingTest
        Of a card.

    Returns
    -------
    list of (str, str)
        When, and what it says.
    """
    if test.stop is None:
        return []
    marks = [(f"At {when}", text) for when, text in test.stop.timeline]
    return [*marks, ("The factor", test.stop.rests_on)] if test.stop.rests_on else marks


def cell_words(test: CyclingTest) -> list[str]:
    """List what the cell is built of, in words.

    Parameters
    ----------
    test : CyclingTest
        Of a card.
    """
    return [f"{label[:1].lower()}{label[1:]} {text}" for label, text in test.conditions]


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
    if why.simulated_text:
        lines.append(("In the simulation", why.simulated_text))
    if why.made_text:
        lines.append(("Made already", why.made_text))
    if why.sure_text:
        lines.append(("How sure", why.sure_text))
    if why.judged_text:
        lines.append(("Judged", why.judged_text))
    if why.simplest is not None:
        lines.append(("Simplest near-equivalent", why.simplest.text))
    if why.at_limit:
        lines.append(
            (
                "At a limit",
                f"{'; '.join(why.at_limit)}, the end of what was allowed; physics may not know what that costs",
            )
        )
    return [*lines, *(("Beware", one) for one in why.cautions)]


def model_lines(why: Why) -> list[Line]:
    """List where the prediction comes from: what was simulated, the split, and what each feature is worth.

    Parameters
    ----------
    why : Why
        Of a card.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    lines = [(one.name, one.note) for one in why.answers if one.note]
    about = {one.target for one in why.chances}
    if told := [split.text for split in why.splits if split.target in about]:
        lines.append(("Source of the prediction", "; ".join(told)))
    if why.worth_texts:
        several = any(sum(one.target == worth.target for one in why.worths) > 1 for worth in why.worths)
        mind = ". They do not multiply: one feature may do the work of another" if several else ""
        lines.append(("Gain by feature", "; ".join(why.worth_texts) + mind))
    return lines
