"""What a row of a told table does not tell of the design, though the design stands in it: ``reports.TAKEN_OVER``.

A template comes prefilled with the design as proposed and is told week after week. If a cell was made otherwise, and
one report says so, the next row that still has every number of the proposal does not make it as proposed again. So it
is with what a row leaves empty, which is completed from what is known at that time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from surrogate.campaign.identity import Identities
from surrogate.campaign.overruled import way_back
from surrogate.campaign.reports import Report
from surrogate.hosts import columns as c

_SAME_TO = 1e-9  # a workbook keeps 15 digits
MOST_SAID = 10


def told_designs(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what each row of a table (n rows) says of its design: column -> value, empty ones left out."""
    names = [name for name in c.DESIGN_COLUMNS if name in table.columns]
    return [
        {str(name): value for name, value in row.items() if value != "" and not pd.isna(value)}
        for row in table[names].to_dict("records")
    ]


def not_told(design: Report, proposal: Report) -> str:
    """Return the design columns that a row does not tell itself, as ``reports.TAKEN_OVER`` has them.

    Parameters
    ----------
    design : mapping
        What the row says: design column -> value, empty ones left out.
    proposal : mapping
        That its cell answers; empty for none.

    Returns
    -------
    str
        All design columns where the row says nothing but what was proposed. Parts of one solid are told together.
    """
    if is_as_proposed(design, proposal):
        return " ".join(c.DESIGN_COLUMNS)
    told = set(design)
    for group in c.COLUMNS.simplexes.values():
        if told & set(group):
            told.update(group)
    return " ".join(name for name in c.DESIGN_COLUMNS if name not in told)


def is_as_proposed(design: Report, proposal: Report) -> bool:
    """Test whether a row says of its design nothing but what was proposed; false without a proposal.

    Parameters
    ----------
    design, proposal
        As for :func:`not_told`.
    """
    return bool(proposal) and all(_same(value, proposal.get(name)) for name, value in design.items())


def stays_as_made(
    rows: Sequence[Report], designs: Sequence[Report], proposals: Sequence[Report], known: Identities
) -> list[str]:
    """Say of which cells the design stays as it was made, though their rows have it as proposed.

    Parameters
    ----------
    rows : sequence of mapping
        n rows, with ``cell_id`` as the campaign writes it.
    designs, proposals : sequence of mapping
        Of each row, as for :func:`not_told`.
    known : Identities
        The campaign's cells.

    Returns
    -------
    list of str
        A sentence for each such cell, with the command that makes it as proposed.
    """
    found: dict[str, dict[str, Any]] = {}
    for row, design, proposal in zip(rows, designs, proposals, strict=True):
        cell = known.cells.get(str(row.get("cell_id")), {})
        made = {name: cell[name] for name in c.CHOICES if cell.get(name) is not None}
        otherwise = {
            name: design[name] for name in made if name in design and not _same(made[name], design[name])
        }
        if otherwise and is_as_proposed(design, proposal):
            found[str(row["cell_id"])] = otherwise
    return [
        f"the design of {cell} stays as it was made, though the file has it as proposed; if it was made as proposed: "
        f"{way_back(cell, changes)}"
        for cell, changes in found.items()
    ]


def made_otherwise(
    rows: Sequence[Report], designs: Sequence[Report], proposals: Sequence[Report], known: Identities
) -> list[str]:
    """Say which cells were made otherwise than proposed, as their rows have it for the first time.

    A number of a template that was changed by mistake looks no different from a host that was made so.

    Parameters
    ----------
    rows, designs, proposals, known
        As for :func:`stays_as_made`; a row's ``cell_id`` may be empty.

    Returns
    -------
    list of str
        A sentence for each of the first ``MOST_SAID`` such cells, and one that counts the others; empty for none.
    """
    found = []
    for row, design, proposal in zip(rows, designs, proposals, strict=True):
        cell = known.cells.get(str(row.get("cell_id")), {})
        before = (
            [{**proposal, **{k: v for k, v in cell.items() if v is not None}}, proposal] if proposal else []
        )
        changes = {
            name: proposal.get(name)
            for name, value in design.items()
            if before and not any(_same(value, one.get(name)) for one in before)
        }
        if not changes:
            continue
        name = row.get("cell_id")
        how = [
            f"{column} {_plain(design[column])} instead of {_plain(was)}" for column, was in changes.items()
        ]
        which = str(name) if name else f"the host proposed as {row.get('proposal_id')}"
        slip = f"; if that is a slip of the file: {way_back(str(name), changes)}" if name else ""
        found.append(f"{which} was made otherwise than proposed: {', '.join(how)}{slip}")
    more = len(found) - MOST_SAID
    others = (
        [f"{more} more {'was' if more == 1 else 'were'} made otherwise than proposed"] if more > 0 else []
    )
    return [*found[:MOST_SAID], *others]


def _plain(value: object) -> str:
    return "nothing" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def proposal_of(row: Report, cell: Report, known: Identities, position: int, where: str) -> Mapping[str, Any]:
    """Return the proposal that the cell of a row answers; empty where there is none.

    Parameters
    ----------
    row : mapping
        With ``cell_id`` or ``proposal_id``, or neither.
    cell : mapping
        What is known of the cell that it names.
    known : Identities
        The campaign's cells and proposals.
    position, where
        Of the row, for messages.
    """
    name = known.proposal_of(row, position, where) or cell.get("proposal_id")
    return known.proposals.get(str(name), {})


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return str(one).strip().lower() == str(other).strip().lower()
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return one == other
    return math.isclose(one, other, rel_tol=_SAME_TO)
