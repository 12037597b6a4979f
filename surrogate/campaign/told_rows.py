"""Rows of a told table as a person fills them in: ids, states and dates, and the design of what a row names.

Data flow: table with its units converted -> designs filled in from the cell or
proposal that a row names, where it leaves them empty -> states that say that a life is a lower bound.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from surrogate.campaign.identity import Identities
from surrogate.campaign.ids import cell_of
from surrogate.campaign.prefilled import made_otherwise, not_told, proposal_of, stays_as_made, told_designs
from surrogate.campaign.reports import (
    FAILED,
    LIFE,
    LOST,
    MEANINGS,
    NOT_MADE,
    RUNNING,
    STATES,
    STOPPED,
    TAKEN_OVER,
)
from surrogate.campaign.told_columns import PENDING
from surrogate.errors import RecordError
from surrogate.files.tables import FALSE, TRUE
from surrogate.hosts import columns as c

_BOUNDS = (RUNNING, STOPPED, LOST)  # states in which the cycles so far are at least the life
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


def fill_in(table: pd.DataFrame, known: Identities, where: str) -> tuple[list[str], bool]:
    """Fill in the design of the cell or proposal that a row names, where the row leaves it empty; in place.

    Parameters
    ----------
    table : DataFrame
        n rows of a file.
    known : Identities
        The campaign's cells and proposals.
    where : str
        The file, for messages.

    Returns
    -------
    notes : list of str
        A sentence that says for how many rows this was done, for each cell that was made otherwise than proposed, and
        for each whose row has the design as proposed though it was made otherwise; empty for none.
    own : bool
        Whether some rows name neither a cell nor a proposal, so that their designs stand in the file alone.

    Raises
    ------
    RecordError
        For ids that cannot be used.
    """
    for column in ("cell_id", "proposal_id"):
        if column in table.columns:
            table[column] = [_text(given) for given in table[column]]
    rows = [{str(k): _text(v) for k, v in row.items()} for row in _ids(table).to_dict("records")]
    misplaced = _proposals_into_their_column(table, rows, known, where)
    named = [known.known(row, k, where) for k, row in enumerate(rows)]
    designed = [name for name in c.CHOICES if name in table.columns]
    for k, (row, one) in enumerate(zip(rows, named, strict=True)):
        if row.get("cell_id") and not one and all(_is_empty(_at(table, name, k)) for name in designed):
            known.refuse_unknown(str(row["cell_id"]), k, where)
    designs = told_designs(table)
    proposals = [
        proposal_of(row, one, known, k, where) for k, (row, one) in enumerate(zip(rows, named, strict=True))
    ]
    cells = [
        {"cell_id": known.cell_named(row, k, where), "proposal_id": known.proposal_of(row, k, where)}
        for k, row in enumerate(rows)
    ]
    otherwise = made_otherwise(cells, designs, proposals, known)
    stays = stays_as_made(cells, designs, proposals, known)
    table[TAKEN_OVER] = [
        not_told(design, proposal) if one else None
        for design, proposal, one in zip(designs, proposals, named, strict=True)
    ]
    filled = np.zeros(len(table), dtype=bool)
    for name in c.DESIGN_COLUMNS if any(named) else ():
        given = list(table[name]) if name in table.columns else [None] * len(table)
        wanted = [
            one.get(name) if _is_empty(value) else value for value, one in zip(given, named, strict=True)
        ]
        if all(map(_is_empty, wanted)):
            continue
        filled |= np.array([_is_empty(a) and not _is_empty(b) for a, b in zip(given, wanted, strict=True)])
        series = pd.Series(wanted, index=table.index, dtype=object)
        table[name] = pd.to_numeric(series) if name in c.COLUMNS.numbers else series
    count = int(filled.sum())
    rows_of = "1 row is" if count == 1 else f"{count} rows are"
    said = [f"{rows_of} completed from the proposals and cells that they name"] if count else []
    return [*misplaced, *said, *otherwise, *stays], not all(named)


def take_states(table: pd.DataFrame, where: str) -> list[str]:
    """Check states, and let a state that ends no life say so in ``cycle_life_cycles_censored``; in place.

    Parameters
    ----------
    table : DataFrame
        n rows of a file; ``failed`` = true is the state failed.
    where : str
        The file, for messages.

    Returns
    -------
    list of str
        (n,) What the row does not say of its life, as words of ``TAKEN_OVER``: ``state`` where it stands without a
        state or a flag of its own, and the column of flags where the table has none either.

    Raises
    ------
    RecordError
        For a state that there is not, or one that contradicts its row.
    """
    states = [
        _state(given, k, where)
        for k, given in enumerate(table["state"] if "state" in table.columns else [None] * len(table))
    ]
    table["state"] = pd.Series(states, index=table.index, dtype=object)
    unsaid = "state" if f"{LIFE}_censored" in table.columns else f"state {LIFE}_censored"
    alone = [
        unsaid
        if state is None
        and str(_at(table, "failed", k)).strip().lower() not in TRUE
        and _is_empty(_at(table, f"{LIFE}_censored", k))
        and not _is_empty(_at(table, LIFE, k))
        else ""
        for k, state in enumerate(states)
    ]
    for k, state in enumerate(states):
        measured = [target for target in c.TARGETS if not _is_empty(_at(table, target, k))]
        if state == NOT_MADE and measured:
            raise RecordError(
                "a host that could not be made has no values", where=where, row=k, column=measured[0],
                value=_at(table, measured[0], k), remedy=f"leave the values empty, or write another state: "
                f"{', '.join(one for one in STATES if one != NOT_MADE)}",
            )  # fmt: skip
        if state not in (None, FAILED) and str(_at(table, "failed", k)).strip().lower() in TRUE:
            raise RecordError(
                f"a cell that is {state} has not failed", where=where, row=k, column="failed",
                value=_at(table, "failed", k), limit="empty or false, or the state failed",
                remedy="leave failed empty, or write the state failed",
            )  # fmt: skip
        flag = _at(table, f"{LIFE}_censored", k)
        if state in (RUNNING, STOPPED) and LIFE in measured and str(flag).strip().lower() in FALSE:
            raise RecordError(
                f"a cell that is {state} has at least the life it has reached", where=where, row=k,
                column=f"{LIFE}_censored", value=flag, limit="true, or empty",
                remedy="leave it empty, or write the state failed",
            )  # fmt: skip
        if state in _BOUNDS and LIFE in measured:
            if f"{LIFE}_censored" not in table.columns:
                table[f"{LIFE}_censored"] = pd.Series([None] * len(table), index=table.index, dtype=object)
            if _is_empty(_at(table, f"{LIFE}_censored", k)):
                table[f"{LIFE}_censored"] = table[f"{LIFE}_censored"].astype(object)
                table.loc[table.index[k], f"{LIFE}_censored"] = "true"
    return alone


def take_dates(table: pd.DataFrame, where: str) -> None:
    """Check dates and write them as year-month-day, with the time of day where one is given; in place.

    A date without a time, or at midnight as workbooks write it, is the beginning of its day; a time with an offset is
    put in UTC.

    Parameters
    ----------
    table : DataFrame
        n rows of a file.
    where : str
        The file, for messages.

    Raises
    ------
    RecordError
        For what is no date, or could be two.
    """
    if "date" not in table.columns:
        return
    table["date"] = pd.Series(
        [_date(given, k, where) for k, given in enumerate(table["date"])], index=table.index, dtype=object
    )


def _state(given: object, row: int, where: str) -> str | None:
    if _is_empty(given):
        return None
    found = str(given).strip().lower().replace(" ", "_").replace("-", "_")
    if found not in STATES:
        raise RecordError(
            "no such state", where=where, row=row, column="state", value=given,
            limit="; ".join(f"{name} ({about})" for name, about in MEANINGS.items()), remedy="write one of these",
        )  # fmt: skip
    return found


def _date(given: object, row: int, where: str) -> str | None:
    if _is_empty(given):
        return None
    match = _ISO.fullmatch(str(given).strip())
    try:
        if match is None:
            raise ValueError
        year, month, day, time, offset = match.groups()
        clock = time.replace(",", ".").zfill(len(time) + (time[1] == ":")) if time else "00:00"
        said = datetime.fromisoformat(f"{int(year)}-{int(month):02d}-{int(day):02d}T{clock}{offset or ''}")
    except ValueError as error:
        raise RecordError(
            "not a date that can be read in one way only", where=where, row=row, column="date", value=given,
            limit="year-month-day, such as 2026-03-09, or with a time, such as 2026-03-09 14:30",
            remedy="write it so",
        ) from error  # fmt: skip
    said = said if said.tzinfo is None else said.astimezone(UTC).replace(tzinfo=None)
    if (said.hour, said.minute, said.second) == (0, 0, 0):
        return said.date().isoformat()
    return said.isoformat(timespec="minutes" if said.second == 0 else "seconds")


def _proposals_into_their_column(
    table: pd.DataFrame, rows: list[dict[str, str | None]], known: Identities, where: str
) -> list[str]:
    """Move ids of proposals that stand in ``cell_id`` to ``proposal_id``, in table and rows; say so."""
    moved: dict[str, str] = {}
    for k, row in enumerate(rows):
        if row.get("cell_id") and known.cell_named(row, k, where) is None:
            proposal = known.proposal_of(row, k, where)
            moved[str(row["cell_id"])] = str(proposal)
            row["proposal_id"], row["cell_id"] = proposal, None
    if not moved:
        return []
    for column in ("cell_id", "proposal_id"):
        table[column] = pd.Series([row.get(column) for row in rows], index=table.index, dtype=object)
    return [
        f"{', '.join(moved)} in cell_id: the id of a proposal, and understood as its proposal_id; a cell of it is "
        f"called such as {cell_of(next(iter(moved.values())), 0)}"
    ]


def _ids(table: pd.DataFrame) -> pd.DataFrame:
    return table[[name for name in ("cell_id", "proposal_id") if name in table.columns]]


def _at(table: pd.DataFrame, column: str, row: int) -> Any:
    return table[column].iloc[row] if column in table.columns else None


def _is_empty(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)) or value == ""


def _text(value: object) -> str | None:
    """Return an id as text, a whole number as it was written."""
    if _is_empty(value):
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return None if text.lower() in PENDING else text
