"""What is wrong with a cell of a table, found the same way in every table of the literature.

A check gives each kind of fault of a column once, with the rows it stands in; the first in reading order is raised
as a RecordError that counts the others, or each row gets an error of its own (:meth:`Fault.errors`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pandera.errors

from surrogate.errors import RecordError
from surrogate.literature.schema import Field, table_schema


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a cell, and with how many of its column.

    Parameters
    ----------
    rows
        The rows that have it, from 0, in order.
    column, what
        Where, and what is wrong.
    values
        The cell of each row; None where nothing is to be shown.
    limit, remedy
        Parts of the message.
    """

    rows: tuple[int, ...]
    column: str
    what: str
    values: tuple[object, ...]
    limit: str = ""
    remedy: str = ""

    @property
    def row(self) -> int:
        """The first row."""
        return self.rows[0]

    def error(self, where: str, more: int) -> RecordError:
        """Make an exception of the first row.

        Parameters
        ----------
        where
            What messages call the table.
        more
            How many other faults are mentioned.
        """
        what = self.what + (f" (and {more} more fault{'s' if more > 1 else ''})" if more else "")
        return self._error(where, what, 0)

    def errors(self, where: str) -> Iterator[RecordError]:
        """Make an exception of each row; ``where`` as in :meth:`error`."""
        for place in range(len(self.rows)):
            yield self._error(where, self.what, place)

    def _error(self, where: str, what: str, place: int) -> RecordError:
        return RecordError(
            what,
            where=where,
            value=self.values[place],
            limit=self.limit,
            remedy=self.remedy,
            row=self.rows[place],
            column=self.column,
        )


def raise_first(found: Iterable[Fault], where: str, columns: Sequence[str]) -> None:
    """Raise the first fault, if there is any.

    Parameters
    ----------
    found
        All faults of a table.
    where
        What messages call the table.
    columns
        Its columns in reading order: the first fault is that of the first row, then of the first column.

    Raises
    ------
    RecordError
        With row and column, counting the other faults.
    """
    ordered = sorted(found, key=lambda fault: (fault.row, columns.index(fault.column)))
    if ordered:
        raise ordered[0].error(where, sum(len(fault.rows) for fault in ordered) - 1)


def schema_faults(
    table: pd.DataFrame,
    fields: Mapping[str, Field],
    required: Sequence[str],
    remedies: Mapping[str, str] | None = None,
) -> Iterator[Fault]:
    """Empty required cells, unknown classes and numbers outside their limits, each cell once.

    Parameters
    ----------
    table
        A typed table.
    fields
        Its columns.
    required
        Columns without empty cells.
    remedies
        What to do about a column, where it is not the usual thing.

    Yields
    ------
    Fault
        A fault for each kind and column.
    """
    filled = {name: field for name, field in fields.items() if name in required or table[name].notna().any()}
    try:
        table_schema(filled, required).validate(table[list(filled)], lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["column", "index"]).fillna({"index": 0})
        for (name, empty), alike in cases.groupby(["column", cases["failure_case"].isna()], sort=False):
            column, alike = str(name), alike.assign(index=alike["index"].astype(int)).sort_values("index")
            choice = fields[column].kind in ("choice", "choices")
            yield Fault(
                tuple(int(row) for row in alike["index"]),
                column,
                "empty" if empty else "unknown class" if choice else "outside its limits",
                tuple(None if empty else case for case in alike["failure_case"]),
                fields[column].limit,
                (remedies or {}).get(
                    column, "use one of these" if choice else "check the value and its unit"
                ),
            )


def each(table: pd.DataFrame, mask: pd.Series, column: str, what: str, **parts: str) -> Iterator[Fault]:
    """Find the same fault of a column in every row of a mask.

    Parameters
    ----------
    table
        A typed table, n rows.
    mask
        Shape (n,): which rows have it.
    column, what
        Where, and what is wrong.
    **parts
        Limit and remedy of the message.

    Yields
    ------
    Fault
        A single fault for all rows; none where the mask is empty.
    """
    chosen = table.loc[mask.to_numpy(dtype=bool), column]
    if len(chosen):
        values = tuple(None if pd.isna(value) else value for value in chosen)
        yield Fault(tuple(int(row) for row in chosen.index), column, what, values, **parts)


def repeated(table: pd.DataFrame, identity: Sequence[str], column: str = "source") -> Iterator[Fault]:
    """Rows that are the same as an earlier row.

    Parameters
    ----------
    table
        A typed table.
    identity
        The columns in which they agree; empty cells are the same.
    column
        The column that the message names.

    Yields
    ------
    Fault
        A single fault for all rows that repeat the same row.
    """
    copies: dict[int, list[int]] = {}
    for again, first in sorted(same_rows(table, identity).items()):
        copies.setdefault(int(table.index[first]), []).append(int(table.index[again]))
    for first, rows in copies.items():
        what = f"the same record as row {first + 1}"
        yield Fault(tuple(rows), column, what, (None,) * len(rows), remedy="keep one, or state what differs")


def same_rows(table: pd.DataFrame, identity: Sequence[str]) -> dict[int, int]:
    """Find rows that repeat an earlier row.

    Parameters
    ----------
    table
        A typed table.
    identity
        The columns in which they agree; empty cells are the same.

    Returns
    -------
    dict
        Position of a row -> position of the first with the same cells.
    """
    cells = table[[name for name in identity if table[name].notna().any()]]
    again = cells.duplicated().to_numpy()
    if not again.any():
        return {}
    of_each = cells.astype(object).where(cells.notna(), None).itertuples(index=False, name=None)
    first: dict[tuple[object, ...], int] = {}
    places = [first.setdefault(key, position) for position, key in enumerate(of_each)]
    return {position: places[position] for position in again.nonzero()[0].tolist()}
