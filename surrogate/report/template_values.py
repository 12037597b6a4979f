"""Plain values for the template of the report: cards, tables, provenance."""

from __future__ import annotations

import platform
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from surrogate import __version__
from surrogate.hosts import columns as c
from surrogate.materials.methods import named
from surrogate.report import measured_values, summary
from surrogate.report.acting import acts
from surrogate.report.axes import Axis
from surrogate.report.cards.card import Card
from surrogate.report.cards.in_short import short_lines
from surrogate.report.cards.words import (
    answer_cells,
    cycling_lines,
    film_range,
    layer_title,
    make_lines,
    part_film,
    part_in_sheet,
    part_range,
    part_shares,
    range_in_sheet,
    sheet_text,
    timeline_lines,
    why_lines,
)
from surrogate.report.cross_section import colours_of, cross_section, deepest_um
from surrogate.report.depth_profile import Profile, outside_pores
from surrogate.report.nearest_papers import citations
from surrogate.report.quantities import (
    given,
    in_percent,
    is_missing,
    label,
    number,
    quantity,
    records,
    rounded,
    unit,
)
from surrogate.report.ratio_plots import ratio_plot, reach_of, splits_of, worths_of
from surrogate.report.strips import host_strip
from surrogate.report.tolerances import at_limit, can_be_made
from surrogate.report.workbench import at_the_bench, made_again
from surrogate.tracking.provenance import git_state, table_hash

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

Row = Mapping[str, Any]

_IN_LAYERS = {"Thickness"}  # of what a card says: it stands in the table of layers
# What nobody at the bench needs to have before their eyes; a page folds it away.
_FOLDED = {
    "Host",
    "Tortuosity factor",
    "Layers",
    "Not said here",
    "Closest published host",
    "Other agents",
    "Cost",
}
_FOLDED_OF_TEST = {
    "Cell",
    "Read",
    "A cell has failed at",
}  # the same for all hosts; the cell stands at the head of a page
_WARNINGS = {"At a limit", "Beware"}  # of why a host is proposed: they stand apart on a page
_BENCH = {"Layers"}  # unfolded where layers of the design were joined, as something is lost
_EXTRA_COLUMNS = (
    "bottom_half_share",
    "top_face_share",
    "host_capacity_mAh_cm2",
    "outcome",
    "extrapolation",
    "p_within_limits",
    "acquisition_value",
)


def card_values(
    k: int,
    card: Card,
    row: Row,
    axes: Mapping[str, Axis],
    literature: pd.DataFrame | None,
    profile: Profile | None,
    miss: str,
    shared: Shared,
) -> dict[str, Any]:
    """Prepare the card of row k for the page: what it says, and its drawings.

    Parameters
    ----------
    k : int
        From 1.
    card : Card
        What it says.
    row : mapping
        The proposal.
    axes : mapping
        Target -> the axis that all cards share.
    literature : DataFrame, optional
        The records, for the names behind citations.
    profile : mapping, optional
        What ``surrogate.physics.profile`` returns.
    miss : str
        Why the depth profile could not be computed, or "".
    shared : Shared
        What all cards have in common.
    """
    score, made = given(row, "extrapolation"), _make(card, row)
    control, tested = (None if card.is_control else shared.control), cycling_lines(card.test)
    return {
        "k": k,
        "said": card,
        "short": short_lines(card),
        "make": [line for line in made if not line["folded"]],
        "more": [line for line in made if line["folded"]],
        "layers": _layers(card),
        "sheet": sheet_text(card.make),
        "films": any(part.phase == "agent" for part in card.make.parts),
        "expected": [(one.name, *answer_cells(one)) for one in card.why.answers],
        "design": design_lines(row, {line["name"] for line in made}),
        "test": [line for line in tested if line[0] not in _FOLDED_OF_TEST],
        "timeline": [*timeline_lines(card.test), *(line for line in tested if line[0] in _FOLDED_OF_TEST)],
        "targets": [
            {
                "name": answer.name,
                "text": answer.text,
                "strip": host_strip(axes[answer.target], card.name, row, control),
            }
            for answer in card.why.answers
            if answer.target in axes
        ],
        "splits": [
            (name, ratio_plot(parts, shared.split_reach, f"{name} against the control"))
            for name, parts in splits_of(card, shared.targets)
        ],
        "worths": [
            (name, noise, ratio_plot(parts, shared.worth_reach, f"{name}: what each feature is worth", noise))
            for name, noise, parts in worths_of(card)
        ],
        "physics": summary.what_is_simulated(row),
        "warns": score is not None and float(score) >= summary.EXTRAPOLATES,
        "extrapolation": "" if score is None else summary.extrapolation(row),
        "why": _why(card, row),
        "nearest": [] if card.is_control else citations(row.get("nearest_literature"), literature),
        "section": cross_section(row, profile, shared.deepest_um),
        "colours": colours_of(row, profile),
        "outside": _outside(profile),
        "miss": miss,
    }


@dataclass(frozen=True)
class Shared:
    """What the cards of a page have in common, so that they can be compared.

    Parameters
    ----------
    control : mapping, optional
        The control of the batch.
    targets : sequence of str
        That the campaign improves.
    deepest_um : float
        Depth that the cross-sections span.
    split_reach, worth_reach : float
        Of the axes of ratios, ln.
    """

    control: Row | None
    targets: Sequence[str]
    deepest_um: float
    split_reach: float
    worth_reach: float

    @classmethod
    def of(
        cls,
        rows: Sequence[Row],
        cards: Sequence[Card],
        profiles: Sequence[Profile | None],
        targets: Sequence[str],
    ) -> Shared:
        """Find what the cards of a batch have in common; all sequences are in its order."""
        return cls(
            next((row for row in rows if summary.is_control(row)), None), targets, deepest_um(rows, profiles),
            reach_of(part for card in cards for _, parts in splits_of(card, targets) for part in parts),
            reach_of(part for card in cards for _, _, parts in worths_of(card) for part in parts),
        )  # fmt: skip


def _make(card: Card, row: Row) -> list[dict[str, Any]]:
    """List what a card says of making a host beside its table of layers, the papers of its route with their links."""
    joined = 1 <= len(card.make.layers) < int(row.get("layers", 1))
    folded = _FOLDED - (_BENCH if joined else set())
    papers = {f"Step {k}": (step.paper, step.url) for k, step in enumerate(card.make.route.steps, 1)}
    example = card.make.route
    papers["Closest published host"] = (example.example, example.example_url)
    lines = []
    for name, text in [*make_lines(card.make), *can_be_made(row), *made_again(row)]:
        if name in _IN_LAYERS:
            continue
        paper, url = papers.get(name, ("", ""))
        before, found, after = text.partition(paper) if paper and url else (text, "", "")
        lines.append(
            {
                "name": name,
                "before": before,
                "paper": found,
                "url": url,
                "after": after,
                "folded": name in folded,
            }
        )
    return lines


def _layers(card: Card) -> list[dict[str, Any]]:
    """List the layers of a host and, of several, all of them: a title and a line of cells for each part."""
    many, sheet = len(card.make.layers), card.make.sheet_cm2
    seeds = any(part.phase == "agent" for part in card.make.parts)
    found: list[dict[str, Any]] = [
        {
            "title": f"{layer_title(layer, many)}: {number(layer.thickness_um)} µm, porosity "
            f"{number(layer.porosity_pct)} %, pores {number(layer.pore_size_um)} µm",
            "parts": layer.parts,
        }
        for layer in card.make.layers
    ]
    if many > 1:
        found.append({"title": f"all layers: {number(card.make.thickness_um)} µm", "parts": card.make.parts})
    return [
        {
            "title": one["title"],
            "parts": [
                {
                    "name": part.name,
                    "shares": part_shares(part),
                    "cells": [
                        (number(part.mass_mg), part_range(part)),
                        (number(part.mass_mg_cm2), "")
                        if sheet is None
                        else (part_in_sheet(part, sheet), range_in_sheet(part, sheet)),
                        *([(part_film(part), film_range(part))] if seeds else []),
                    ],
                }
                for part in one["parts"]
            ],
        }
        for one in found
    ]


def design_lines(row: Row, said: Container[str] = ()) -> list[tuple[str, str]]:
    """List what is chosen of a host beside the parts that it is made of and how it is made.

    Parameters
    ----------
    row : mapping
        A complete design row.
    said : container of str
        Names of lines that are said elsewhere.
    """
    beside = {name for name, _ in [*at_limit(row), *at_the_bench(row)]}
    beside |= {"Framework", "Lithiophilic agent"}
    return [
        (name, text)
        for name, text in summary.what_to_make(row)
        if name not in beside and name not in said and not name.startswith("Solid at the")
    ]


def _outside(profile: Profile | None) -> str:
    """Where lithium lies besides the walls of the pores."""
    if profile is None:
        return ""
    face, foil = outside_pores(profile)
    shares = ((foil, "grew from the foil"), (face, "lies on the top face"))
    on = [f"{quantity(share, 'top_face_share')} of it {how}" for share, how in shares if share >= 5e-4]
    return f"; {' and '.join(on)}" if on else ""


def _why(card: Card, row: Row) -> list[tuple[str, str]]:
    """List why a host is proposed and how sure that is, beside what a page shows as warnings."""
    found = [line for line in why_lines(card.why) if line[0] not in _WARNINGS]
    if (within := given(row, "p_within_limits")) is not None:
        found.append(("Keeps the limits", f"with a probability of {100.0 * float(within):.0f} %"))
    return found


def search_scope(campaign: Campaign) -> list[tuple[str, str]]:
    """Describe what was open to the search.

    Parameters
    ----------
    campaign : Campaign
        Choices and bounds.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    choices = campaign.space.choices()
    frameworks = list(dict.fromkeys(str(choice["framework"]) for choice in choices))
    agents = list(dict.fromkeys(str(choice["agent"]) for choice in choices))
    pairs = {(choice["framework"], choice["agent"]) for choice in choices}
    lines = [
        (
            "Frameworks",
            ", ".join("planar foil" if f == "none" else summary.short_name(f) for f in frameworks),
        ),
        ("Lithiophilic agents", ", ".join("none" if a == "none" else summary.short_name(a) for a in agents)),
        ("Of these, pairs that are compatible", f"{len(pairs)} of {len(frameworks) * len(agents)}"),
    ]
    if campaign.methods.restricts:
        lines.append(("Methods", named(campaign.methods.usable)))
    for column, (low, high) in campaign.bounds.items():
        lines.append((label(column), f"{quantity(low, column)} to {quantity(high, column)}"))
    return lines


def number_table(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """List every number of the batch.

    Columns that act in none of the hosts are left out (``acting``); a dash stands where one does not.

    Parameters
    ----------
    rows : sequence of mapping
        Proposals.

    Returns
    -------
    list of dict
        A dict for each column, with a cell for each proposal.
    """
    lines: list[dict[str, Any]] = []
    names = [*c.CHOICES, *c.CONDITIONS]
    for target in c.TARGETS:
        names += [target, f"{target}_lower", f"{target}_upper"]
    for column in [*names, *_EXTRA_COLUMNS]:
        values = [row.get(column) if acts(column, row) else None for row in rows]
        if all(is_missing(value) or value in (0, "") for value in values):
            continue
        cells = [_exact(value, column) for value in values]
        heading = label(column)
        lines.append({"column": column, "label": heading, "unit": unit(column), "cells": cells})
    return lines


def _exact(value: Any, column: str) -> str:
    if is_missing(value):
        return "–"
    if isinstance(value, str):
        return value or "–"  # as in the CSV
    if not in_percent(column):
        return rounded(float(value), column)
    percent = 100.0 * float(value)
    return "< 0.1" if 0.0 < percent < 0.05 else "> 99.9" if 99.95 <= percent < 100.0 else number(percent)


def result_table(results: pd.DataFrame | None) -> list[dict[str, Any]]:
    """List the measured cells.

    Parameters
    ----------
    results : DataFrame or None
        Measured cells.

    Returns
    -------
    list of dict
        Host, what was measured ("at least" for a cell that had not failed, "at most", or both ends), note.
    """
    if results is None:
        return []
    lines = []
    for row in records(results):
        measured = {target: measured_values.in_words(row, target) for target in c.TARGETS}
        note = "" if is_missing(row.get("note")) else str(row["note"])
        lines.append({"host": summary.title(row), "measured": measured, "note": note})
    return lines


def provenance(
    model: Any, seed: int | None, literature: pd.DataFrame, more: Mapping[str, str] | None
) -> list[tuple[str, str]]:
    """List what a second person needs to make the same batch.

    Parameters
    ----------
    model : HostModel
        The champion.
    seed : int or None
        Seed of the search.
    literature : DataFrame
        The literature records.
    more : mapping of str to str, optional
        What else identifies the run.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    lines = [("Program", f"lihost {__version__}, Python {platform.python_version()}")]
    lines.append(("Code", git_state()))
    version = getattr(model, "version", None)
    lines.append(("Model", str(version) if version else "not named"))
    if seed is not None:
        lines.append(("Seed", str(seed)))
    lines.append(("Literature tables", f"{len(literature)} records, SHA-256 {table_hash(literature)}"))
    return lines + [(str(name), str(text)) for name, text in (more or {}).items()]
