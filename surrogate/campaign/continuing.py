"""Rows that name no cell and may tell more of one that is running: asked back, for guessing loses or doubles cells.

A cell without an id of its own is told of as running, at least 800 cycles; later rows of exactly the same design say
820, and then that it failed at 905. That may be one cell or three. A row that names its cell or its
replicate is never asked about, nor one whose life the running cell cannot have. Rows of one file are cells beside
each other, unless their dates differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from surrogate.campaign.cells import LIFE, RUNNING, Report, ends_of, in_words
from surrogate.campaign.identity import design_of
from surrogate.errors import RecordError


def refuse_continuing(
    rows: Sequence[tuple[int, Report]],
    cells: Mapping[str, Report],
    where: str,
    next_of: Callable[[str | None], str],
    *,
    again: bool,
) -> None:
    """Ask back about a row that may be a further report of a running cell, stored or in another row.

    Parameters
    ----------
    rows : sequence of (int, mapping)
        Position in the file, from 0, and report of each row that names no cell and no replicate. One that names its
        proposal is of that proposal's running cell, if there is one: it is compared with rows of the file alone.
    cells : mapping of str to mapping
        Cell id -> what is known of it.
    where : str
        The file, for messages.
    next_of : callable
        Proposal, or None -> an id that a new cell of it can have.
    again : bool
        Whether ``--again`` would take no other row of the file for a new cell.

    Raises
    ------
    RecordError
        For the first such row; it names the ways to say which cell is meant.
    """
    running: dict[str, list[tuple[str, Report]]] = {}
    for name, cell in cells.items():
        if cell.get("state") == RUNNING:
            running.setdefault(design_of(cell), []).append((name, cell))
    before: dict[str, list[tuple[int, Report]]] = {}
    for position, row in rows:
        design, new = design_of(row), next_of(row.get("proposal_id"))
        for name, cell in () if row.get("proposal_id") else running.get(design, ()):
            if _may_be(row, cell):
                raise _asked(position, row, f"cell {name} ({_said(cell)})", name, new, where, again=again)
        for earlier, other in before.get(design, ()):
            running_one = RUNNING in (row.get("state"), other.get("state"))
            if running_one and _on_other_days(row, other) and _may_be(row, other):
                told = f"row {earlier + 1} ({_said(other)})"
                raise _asked(position, row, told, "", new, where, again=again)
        before.setdefault(design, []).append((position, row))


def _may_be(row: Report, other: Report) -> bool:
    """Whether two reports may be of one cell: both say something of its life, and both can be true."""
    if any(ends_of(one, LIFE) is None and one.get("state") is None for one in (row, other)):
        return False
    ends = [ends_of(one, LIFE) for one in (row, other)]
    known = [one for one in ends if one is not None]
    return len(known) < 2 or max(low for low, _ in known) <= min(high for _, high in known)


def _on_other_days(row: Report, other: Report) -> bool:
    """Whether two rows of a file were written at different times, as a log has them."""
    dates = [one.get("date") for one in (row, other)]
    return all(dates) and dates[0] != dates[1]


def _said(cell: Report) -> str:
    ends = ends_of(cell, LIFE)
    return ", ".join(
        filter(None, [str(cell.get("state") or ""), f"{in_words(ends)} cycles" if ends is not None else ""])
    )


def _asked(
    position: int, row: Report, of: str, name: str, new: str, where: str, *, again: bool
) -> RecordError:
    one_cell = f"write {name} in its column cell_id" if name else f"write {new} in the column cell_id of both"
    own = f"write an id of its own there, such as {new}" if name else "write different ids there"
    return RecordError(
        f"may be a further report of {of}, of exactly the same design", where=where, row=position,
        column="cell_id", value=_said(row), limit="a row that says which cell it is about",
        remedy=f"if it is the same cell, {one_cell}; if it is another cell, {own}"
        + (", or add --again, which takes each row without an id as a new cell" if again else ""),
    )  # fmt: skip
