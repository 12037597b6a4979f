"""One column of a table of designs as a person gives it: identifiers, numbers and measured values.

Data flow: :class:`Given` holds the table with its units converted; each of its methods reads one column into an
array of the table's length, checked. Every fault is raised with the table's name, the row and the column, the limit
and what to do. What is assumed on the way is added to the notes that the caller gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, InputError, MaterialError, refuse_rows
from surrogate.hosts.registry import Column

REMEDY = "check the value and its unit"

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]


def refuse(bad: Bools, fault: Callable[[int], InputError]) -> None:
    """Raise the fault of the first bad row (n,), with those of further rows: :func:`errors.refuse_rows`."""
    refuse_rows(np.flatnonzero(bad).tolist(), fault)


@dataclass(frozen=True)
class Given:
    """A table as it was given, n rows.

    Parameters
    ----------
    table
        Columns under their own names, units converted.
    where
        The table's name, for messages.
    """

    table: pd.DataFrame
    where: str

    def __contains__(self, name: str) -> bool:
        return name in self.table.columns

    def __len__(self) -> int:
        return len(self.table)

    def with_numbers(self, name: str, rows: Bools, values: Floats) -> Given:
        """Put other numbers into some rows (n,) of a column, which is made where it is absent; a new table."""
        given = self.table[name] if name in self else pd.Series(np.nan, index=self.table.index)
        return replace(
            self, table=self.table.assign(**{name: given.mask(rows, pd.Series(values, given.index))})
        )

    def texts(self, name: str, default: str | Sequence[str]) -> tuple[Texts, Bools]:
        """Lower-case text without blanks around it (n,), the default where it is empty, and where it was (n,)."""
        given = self.table[name].tolist()
        text = np.array([_lower(value) for value in given], dtype=object)
        empty = np.asarray(text == "", dtype=bool)
        if empty.any():
            text[empty] = default if isinstance(default, str) else np.asarray(default, dtype=object)[empty]
        return text, empty

    def identifiers(self, column: Column, notes: list[str]) -> Texts:
        """Known identifiers in lower case (n,); an absent or empty cell is the default.

        Parameters
        ----------
        column
            Entry of the registry; without a default it has to be given.
        notes
            Gets a sentence for each default that is taken.

        Returns
        -------
        ndarray
            (n,) text.

        Raises
        ------
        DesignError
            For an absent or empty cell without a default.
        MaterialError
            For an unknown identifier.
        """
        name, known, default = column.name, column.identifiers, column.default
        if name not in self:
            if default is None:
                raise DesignError("missing", where=self.where, limit=", ".join(known), column=name)
            notes.append(f"{name} not given: {default}")
            return np.full(len(self), default, dtype=object)
        text, empty = self.texts(name, "" if default is None else str(default))
        if empty.any():
            if default is None:
                refuse(empty, lambda row: self._fault("empty", name, row, limit=", ".join(known)))
            notes.append(f"{name} empty in {int(empty.sum())} row(s): {default}")
        allowed = set(known)
        unknown = np.array([identifier not in allowed for identifier in text.tolist()], dtype=bool)

        def fault(row: int) -> MaterialError:
            near = get_close_matches(str(text[row]), known, n=1)
            return MaterialError(
                f"unknown {name}",
                where=self.where,
                value=self.table[name].iloc[row],
                limit=", ".join(known),
                remedy=f"did you mean {near[0]!r}?" if near else "use one of these identifiers",
                row=row,
                column=name,
            )

        refuse(unknown, fault)
        return text

    def numbers(self, column: Column, idle: Bools, notes: list[str]) -> tuple[Floats, Floats]:
        """Numbers within their limits; the null where the column is idle, the default where it is empty.

        Parameters
        ----------
        column
            Entry of the registry.
        idle
            (n,) where it does not act.
        notes
            Gets a sentence when the default is taken.

        Returns
        -------
        tuple[ndarray, ndarray]
            (n,) complete numbers, and (n,) as they were given, NaN where there was none, both in the column's unit.

        Raises
        ------
        DesignError
            For what is not a number, outside the limits, not whole, or absent without a default.
        """
        name, active = column.name, ~idle
        given = self._floats(name, active) if name in self else np.full(len(self), np.nan)
        values = given.copy()
        values[idle] = column.idle
        absent = np.isnan(values)
        if absent.any():
            self._fill(column, values, absent, notes)
        low, high = column.limits
        inside = (values >= low) & (values <= high)
        inside |= idle
        if not inside.all():
            refuse(~inside, self._wrong("outside its limits", column, values, REMEDY))
        if column.whole:
            broken = active & (values % 1.0 != 0.0)
            refuse(broken, self._wrong("not a whole number", column, values, "give a whole number"))
        return values, given

    def measured(self, column: Column) -> Floats:
        """Measured values within their limits (n,), NaN where there are none.

        Raises
        ------
        DesignError
            For any other value.
        """
        name = column.name
        if name not in self:
            return np.full(len(self), np.nan)
        values = self._floats(name, np.ones(len(self), dtype=bool))
        low, high = column.limits
        outside = ~np.isnan(values) & ~((values >= low) & (values <= high))
        refuse(outside, self._wrong("outside its limits", column, values, f"{REMEDY}, or leave it empty"))
        return values

    def _fill(self, column: Column, values: Floats, absent: Bools, notes: list[str]) -> None:
        """Put the default where nothing is given, or refuse."""
        name, default, given = column.name, column.default, column.name in self
        if default is None or (given and not column.blank):
            remedy = f"give {name} for every porous framework"
            if default is not None:
                remedy = f"give it in every row, or leave the column out: then it is {default:g} in all"
            what = "empty" if given else "missing"
            refuse(absent, lambda row: self._fault(what, name, row, limit=column.allowed, remedy=remedy))
        values[absent] = default
        notes.append(f"{name} not given in {int(absent.sum())} row(s): {default:g}")

    def _floats(self, name: str, active: Bools) -> Floats:
        """Return the column as numbers (n,), NaN where it is empty; text is refused in the active rows."""
        given = self.table[name]
        kind = given.dtype
        if isinstance(kind, np.dtype) and kind.kind in "fiu":
            return np.array(given.to_numpy(), dtype=np.float64)
        values = np.array(pd.to_numeric(given, errors="coerce").astype(float).to_numpy(), dtype=np.float64)
        odd = np.isnan(values) & given.notna().to_numpy()
        if odd.any():
            blank = [isinstance(value, str) and value.strip() == "" for value in given.tolist()]
            bad = odd & ~np.array(blank, dtype=bool) & active
            refuse(bad, lambda row: self._fault("not a number", name, row, value=given.iloc[row]))
        return values

    def _wrong(self, what: str, column: Column, values: Floats, remedy: str) -> Callable[[int], DesignError]:
        return lambda row: self._fault(
            what, column.name, row, value=float(values[row]), limit=column.allowed, remedy=remedy
        )

    def _fault(
        self, what: str, column: str, row: int, *, value: object = None, limit: str = "", remedy: str = ""
    ) -> DesignError:
        return DesignError(
            what, where=self.where, value=value, limit=limit, remedy=remedy, row=row, column=column
        )


def _lower(value: Any) -> str:
    if isinstance(value, str):
        return value.strip().lower()
    return "" if pd.api.types.is_scalar(value) and pd.isna(value) else str(value).strip().lower()
