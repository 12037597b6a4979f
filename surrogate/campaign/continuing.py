"""Rows that name no cell and may be about a known one: asked back, for guessing loses or doubles cells.

A cell without an id of its own is told of as running, at least 800 cycles; later rows of exactly the same design say
820, and then that it failed at 905. That may be one cell or three. So it may where a row repeats all that was told of
a cell, and says more; and where a row of the same design and replicate has another value than a cell that has ended.

A row that names its cell is asked about only where the cell is new and the row repeats what a cell without an id
of its own is known by; one whose life the running cell cannot have is not. One that names its
proposal is of the proposal's running cell if that cell has plainly come further. Rows of one file are cells beside
each other, unless their dates differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from surrogate.campaign.amendments import says
from surrogate.campaign.identity import Identities, design_of
from surrogate.campaign.reports import LIFE, NOT_MADE, RUNNING, Report, ends_of, in_words
from surrogate.errors import RecordError
from surrogate.hosts import columns as c

Row = tuple[int, Report]  # position in the file, from 0, and what it says


@dataclass(frozen=True)
class Asking:
    """What is needed to ask about a row.

    Parameters
    ----------
    names : Identities
        The campaign's cells and proposals.
    where : str
        The file, for messages.
    again : bool
        Whether ``--again`` would take no other row of the file for a new cell.
    """

    names: Identities
    where: str
    again: bool

    def error(self, row: Row, what: str, of: str, name: str) -> RecordError:
        """Make the error for a row that may be about a cell (``name``) or another row (empty), called ``of``."""
        position, report = row
        new = self.names.next_of(report.get("proposal_id"))
        one_cell = (
            f"write {name} in its column cell_id" if name else f"write {new} in the column cell_id of both"
        )
        own = f"write an id of its own there, such as {new}" if name else "write different ids there"
        return RecordError(
            f"may be {what} of {of}", where=self.where, row=position,
            column="cell_id", value=_said(report), limit="a row that says which cell it is about",
            remedy=f"if it is the same cell, {one_cell}; if it is another cell, {own}"
            + (", or add --again, which takes each row without an id as a new cell" if self.again else ""),
        )  # fmt: skip


def refuse_doubtful(
    rows: Sequence[Row], repeated: Collection[str], named: Collection[str], asking: Asking
) -> None:
    """Ask back about a row that may be about a cell that is stored, or about that of another row.

    Parameters
    ----------
    rows : sequence of (int, mapping)
        Rows that name no cell, each with the proposal that it answers, if any.
    repeated : collection of str
        Cells of which other rows of the file say the same as before.
    named : collection of str
        Cells that other rows of the file name.
    asking : Asking
        For the errors.

    Raises
    ------
    RecordError
        For the first such row; it names the ways to say which cell is meant.
    """
    cells = asking.names.cells
    alike = _by_host(cells)
    before: dict[str, list[Row]] = {}
    taken = set(named)
    for position, report in rows:
        row = (position, report)
        if report.get("replicate") not in (None, ""):
            _refuse_another_value(row, asking)
            continue
        for name in alike.get(_host(report), ()):
            cell = cells[name]
            if cell.get("state") == RUNNING:
                _refuse_continuing(row, name, cell, asking, taken=name in taken)
                taken.add(name)
            elif name not in (*repeated, *named) and _repeats_and_adds(report, cell):
                raise asking.error(row, "the same with more known", f"cell {name} ({_said(cell)})", name)
        for earlier, other in before.get(design_of(report), ()):
            running_one = RUNNING in (report.get("state"), other.get("state"))
            if running_one and _on_other_days(report, other) and _may_be(report, other):
                of = f"row {earlier + 1} ({_said(other)}), of exactly the same design"
                raise asking.error(row, "a further report", of, "")
        before.setdefault(design_of(report), []).append(row)


def refuse_renamed(rows: Sequence[Row], unnamed: Collection[str], asking: Asking) -> None:
    """Ask back about a row that gives a new id to what may be a cell that was told without one.

    Parameters
    ----------
    rows : sequence of (int, mapping)
        Rows that name a cell of which nothing is known.
    unnamed : collection of str
        Cells that no row has named.
    asking : Asking
        For the errors.

    Raises
    ------
    RecordError
        For the first such row that repeats all that is known of one of exactly the same design, of no proposal.
    """
    cells = asking.names.cells
    alike = _by_host({name: cells[name] for name in unnamed if not cells[name].get("proposal_id")})
    for position, report in rows:
        for name in alike.get(("design", design_of(report)), ()):
            if _repeats_and_adds(report, cells[name]):
                raise RecordError(
                    f"may be cell {name}, which was told without an id and is of exactly the same design",
                    where=asking.where, row=position, column="cell_id", value=str(report["cell_id"]),
                    limit=f"{name}: {_said(cells[name]) or 'the same values'}",
                    remedy=f"if it is the same cell, write {name} there, or take {name} out first (optimize forget "
                    f"--campaign FILE.toml --cell {name}); if it is another cell, add --new",
                )  # fmt: skip


def differs(report: Report, cell: Report) -> str | None:
    """Return the first target of which a report has another value than a cell that runs no more; None for none."""
    if cell.get("state") == RUNNING:
        return None
    for target in c.TARGETS:
        ends = [ends_of(one, target) for one in (report, cell)]
        if all(one is not None and one[0] == one[1] for one in ends) and ends[0] != ends[1]:
            return target
    return None


def _by_host(cells: Mapping[str, Report]) -> dict[tuple[str, str], list[str]]:
    """Return the cells of each host: of a proposal, or of a design that nobody proposed."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, cell in cells.items():
        for key in dict.fromkeys((_host(cell), ("design", design_of(cell)))):
            found.setdefault(key, []).append(name)
    return found


def _host(report: Report) -> tuple[str, str]:
    proposal = report.get("proposal_id")
    return ("proposal", str(proposal)) if proposal else ("design", design_of(report))


def _refuse_another_value(row: Row, asking: Asking) -> None:
    """Ask about a row that would replace a value of the cell of its design and replicate, which has ended."""
    position, report = row
    name = asking.names.of_design(report)
    target = differs(report, asking.names.cells[name]) if name is not None else None
    if name is None or target is None:
        return
    given, known = (ends_of(one, target) for one in (report, asking.names.cells[name]))
    assert given is not None
    assert known is not None
    new = asking.names.next_of(report.get("proposal_id"))
    raise RecordError(
        f"may be another cell than {name}, which is of the same design and replicate and has another value",
        where=asking.where, row=position, column=target, value=in_words(given), limit=in_words(known),
        remedy=f"if it corrects cell {name}, write {name} in its column cell_id; if it is another cell, write "
        f"another replicate, or an id of its own, such as {new}, in cell_id"
        + (", or add --again, which takes each row without an id as a new cell" if asking.again else ""),
    )  # fmt: skip


def _refuse_continuing(row: Row, name: str, cell: Report, asking: Asking, *, taken: bool) -> None:
    """Ask about a row that may tell more of a running cell, unless it plainly does; ``taken``: as another row may."""
    report = row[1]
    proposal = report.get("proposal_id")
    if not proposal:
        if report.get("state") != NOT_MADE and _both_can_be(report, cell):
            of = f"cell {name} ({_said(cell)}), of exactly the same design"
            raise asking.error(row, "a further report", of, name)
        return
    expected = asking.names.proposals.get(str(proposal), {}).get("cells_to_make")
    if taken or (expected is not None and int(expected) > 1) or not _has_come_further(report, cell):
        raise asking.error(row, "a further report", f"cell {name} ({_said(cell)}) of {proposal}", name)


def _has_come_further(report: Report, cell: Report) -> bool:
    """Whether a row that names a proposal plainly tells of its running cell: of more cycles, or of fewer before.

    A life that the running cell cannot have is a contradiction, and refused as one.
    """
    told, known = (ends_of(one, LIFE) for one in (report, cell))
    if told is None or known is None or told[0] == told[1]:
        return True
    days = [str(one.get("date") or "") for one in (report, cell)]
    if all(days):
        return (days[0] > days[1] and told[0] > known[0]) or (days[0] < days[1] and told[0] < known[0])
    return told[0] > known[0]


def _repeats_and_adds(report: Report, cell: Report) -> bool:
    """Whether a row says of each target what is known of a cell, at least of one, and nothing else of its state."""
    known = {target: ends for target in c.TARGETS if (ends := ends_of(cell, target)) is not None}
    aside = ("state", *(f"{target}_sem" for target in known))
    return (
        bool(known)
        and all(ends_of(report, target) == ends for target, ends in known.items())
        and all(None in (said := (says(report, one), says(cell, one))) or said[0] == said[1] for one in aside)
    )


def _may_be(row: Report, other: Report) -> bool:
    """Whether two reports may be of one cell: both say something of its life, and both can be true."""
    if any(ends_of(one, LIFE) is None and one.get("state") is None for one in (row, other)):
        return False
    return _both_can_be(row, other)


def _both_can_be(row: Report, other: Report) -> bool:
    """Whether what two reports say of a life can both be true of one cell."""
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
