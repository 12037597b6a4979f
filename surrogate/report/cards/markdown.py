"""The recipe cards of a batch as Markdown, each complete in itself: tables, numbered steps, lists."""

from __future__ import annotations

from collections.abc import Sequence

from surrogate.report.cards.answers import Answer
from surrogate.report.cards.card import Card
from surrogate.report.cards.decision import Decision
from surrogate.report.cards.in_short import short_lines
from surrogate.report.cards.layers import Part
from surrogate.report.cards.make import Make
from surrogate.report.cards.next_steps import Next
from surrogate.report.cards.words import (
    Line,
    answer_cells,
    cycling_lines,
    film_range,
    layer_title,
    make_lines,
    model_lines,
    part_film,
    part_in_sheet,
    part_range,
    part_shares,
    range_in_sheet,
    sheet_text,
    span,
    step_text,
    timeline_lines,
    why_lines,
)
from surrogate.report.quantities import number

_LAYERS = (
    "Layer",
    "µm",
    "Porosity, %",
    "Pores, µm",
    "Material",
    "mg",
    "within, mg",
    "mg, sheet",
    "mg cm⁻²",
    "film, nm",
    "Solid",
)
_ANSWERS = (
    "",
    "Host",
    "90 %, one cell",
    "Control (90 %, one cell)",
    "Host / control",
    "90 %, without cell scatter",
)


def card_markdown(card: Card) -> str:
    """Write a card in Markdown.

    Parameters
    ----------
    card : Card
        Of a proposal or the control.

    Returns
    -------
    str
    """
    answers = [(one.name, *_answer(one)) for one in card.why.answers]
    sections = (
        ("In short", [_listed(short_lines(card))]),
        ("Make", _make(card.make)),
        ("Test", [_listed(cycling_lines(card.test)), _listed(timeline_lines(card.test))]),
        ("Expect", [_table(_ANSWERS, answers)] if answers else []),
        ("Why", [_listed(why_lines(card.why))]),
        ("Model details", [_listed(model_lines(card.why))]),
    )
    text = [f"## {card.name}: {card.heading.removeprefix('control: ')}{' (control)' * card.is_control}"]
    for title, blocks in sections:
        if told := [block for block in blocks if block]:
            text += [f"### {title}", *told]
    return "\n\n".join(text)


def _answer(answer: Answer) -> tuple[str, ...]:
    """Write a target as cells of a table, the control with its interval in one."""
    host, ends, control, control_ends, ratio, ratio_ends = answer_cells(answer)
    return host, ends, f"{control} ({control_ends})" if control_ends else control, ratio, ratio_ends


def _make(make: Make) -> list[str]:
    """Write the table of layers, what to check, and the steps by their numbers."""
    lines = make_lines(make)
    told = [step_text(step) for step in make.route.steps]
    steps = [f"{k}. {text[:1].upper()}{text[1:]}" for k, text in enumerate(told, 1)]
    numbered = {f"Step {k}" for k in range(1, len(steps) + 1)}
    at = next((k for k, (label, _) in enumerate(lines) if label in numbered), len(lines))
    before, after = lines[:at], [line for line in lines[at:] if line[0] not in numbered]
    table = [_layers(make)] if make.layers else []
    return [*table, _listed(before), "\n".join(steps), _listed(after)]


def _layers(make: Make) -> str:
    rows = []
    for layer in make.layers:
        first = (
            layer_title(layer, len(make.layers)),
            number(layer.thickness_um),
            f"{number(layer.porosity_pct)} ({span(layer.porosity_range_pct, 3)})",
            f"{number(layer.pore_size_um)} ({span(layer.pore_range_um, 3)})",
        )
        for part in layer.parts:
            rows.append((*first, part.name, *_amounts(part, make.sheet_cm2), part_shares(part)))
            first = ("", "", "", "")
    if len(make.layers) > 1:
        for n, part in enumerate(make.parts):
            whole = ("" if n else "all", "" if n else number(make.thickness_um), "", "")
            rows.append((*whole, part.name, *_amounts(part, make.sheet_cm2), part_shares(part)))
    seeds = any(part.phase == "agent" for part in make.parts)
    film = "; film: thickness of a dense film of the same mass on the disc's area" if seeds else ""
    caption = (
        f"Disc of {number(make.disc_diameter_mm)} mm ({number(make.disc_area_cm2)} cm²), from the separator down to "
        "the current collector, which is not counted. Porosity is that of the finished layer. Masses are what is in "
        "the finished host, not what goes into "
        f"the pot. {_tolerances(make, seeds)}{film}.{sheet_text(make)}"
    )
    return f"{caption}\n\n{_table(_LAYERS, rows)}"


def _tolerances(make: Make, seeds: bool) -> str:
    """Say which numbers of the table are tolerances; masses have some where a layer is of several solids."""
    if not any(part_range(part) for layer in make.layers for part in layer.parts):
        return "Brackets in the table are tolerances"
    film = " and nm" * seeds
    return f'Brackets in the table and "within" are tolerances; those of mg{film} hold at the stated porosity'


def _amounts(part: Part, sheet_cm2: float | None) -> tuple[str, str, str, str, str]:
    """Write mass, its range, mass in a sheet, mass per area and film of a part."""
    film, sheet = (
        told + (f" ({within})" if within else "")
        for told, within in (
            (part_film(part), film_range(part)),
            (part_in_sheet(part, sheet_cm2), range_in_sheet(part, sheet_cm2)),
        )
    )
    return (
        number(part.mass_mg),
        part_range(part),
        sheet,
        number(part.mass_mg_cm2),
        film,
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table, without the columns in which no row has anything."""
    kept = [k for k in range(len(head)) if any(row[k] for row in rows)]
    lines = [[head[k] for k in kept], ["---"] * len(kept), *([row[k] for k in kept] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _listed(lines: Sequence[Line]) -> str:
    return "\n".join(f"- **{label}**: {line}" for label, line in lines)


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
