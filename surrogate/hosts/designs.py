"""``CompleteDesigns``: a table of designs that is complete and checked, made once and then trusted.

Data flow: a table as a person, a file, a search or a record gives it -> ``CompleteDesigns.of`` (units, defaults,
nulls and refusals: ``completion``; facts of each column: ``columns``) -> the simulator, the encoding of the
surrogates, the champion, the endpoint, the commands and the proposals of a campaign. Each of these takes either at
its face, completes a bare table once, and passes ``CompleteDesigns`` on; what is complete already goes through
``CompleteDesigns.of`` as it is and is not looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import DesignError
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.completion import completed
from surrogate.hosts.registry import Columns
from surrogate.materials.compatibility import compatible

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
Key = tuple[bytes, tuple[object, ...]]


@dataclass(frozen=True, eq=False)
class CompleteDesigns:
    """n designs with every column of the registry; made by :meth:`of`, never changed.

    Parameters
    ----------
    arrays
        Column -> (n,) floats in the unit of its name, or texts; only overrides may be NaN. Copied, and read-only
        from then on.
    index
        (n,) labels of the rows, those of the table they were made from.
    notes
        A sentence for each default taken, unit converted or value left out on the way.
    columns
        The registry.

    Raises
    ------
    DesignError
        When the columns are not those of the registry, or not of one length.
    """

    arrays: Mapping[str, Floats | Texts]
    index: pd.Index
    notes: tuple[str, ...] = ()
    columns: Columns = field(default=COLUMNS, repr=False)

    def __post_init__(self) -> None:
        if tuple(self.arrays) != self.columns.names:
            raise DesignError("not the columns of a complete table", remedy="make it with CompleteDesigns.of")
        arrays = {name: np.array(array) for name, array in self.arrays.items()}
        for name, array in arrays.items():
            if array.shape != (len(self.index),):
                raise DesignError(
                    "not one value for each row", column=name, value=array.shape, limit=f"({len(self.index)},)",
                    remedy="make it with CompleteDesigns.of",
                )  # fmt: skip
            array.setflags(write=False)
        object.__setattr__(self, "arrays", MappingProxyType(arrays))

    def __reduce__(self) -> tuple[type[CompleteDesigns], tuple[Any, ...]]:
        """Go to another process as what it is made of."""
        return CompleteDesigns, (dict(self.arrays), self.index, self.notes, self.columns)

    @classmethod
    def of(
        cls, designs: CompleteDesigns | pd.DataFrame, where: str = "designs", columns: Columns = COLUMNS
    ) -> CompleteDesigns:
        """Complete a table; what is complete already, by the same registry, is returned as it is.

        Parameters
        ----------
        designs
            n rows, one a host, with any of the registry's columns; other units in the names are converted, other
            columns left out. ``framework`` is required, and for a porous framework so are its composition, porosity,
            pore sizes and thickness. Where both ends of the tortuosity are given, ``tortuosity`` becomes their mean
            over depth.
        where
            The table's name, for messages.
        columns
            The registry.

        Returns
        -------
        CompleteDesigns
            The n designs, in the same order and with the same index.

        Raises
        ------
        DesignError, MaterialError
            With the row and column, for what is missing, unknown or outside its limits.
        UnitError
            For a wrong unit.
        """
        if isinstance(designs, CompleteDesigns):
            if designs.columns is columns or designs.columns.entries == columns.entries:
                return designs
            designs = designs.frame
        if not isinstance(designs, pd.DataFrame):
            raise DesignError(
                "not a table of designs", where=where, value=type(designs).__name__, limit="a pandas DataFrame",
                remedy="give a table with one row a host",
            )  # fmt: skip
        arrays, index, notes = completed(designs, where, columns)
        return cls(arrays, index, tuple(notes), columns)

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, name: str) -> pd.Series:
        """One column with the index, as a table has it."""
        return self._table[name]

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    @property
    def frame(self) -> pd.DataFrame:
        """All columns as a table (n x columns), the caller's own: changing it changes nothing here."""
        return self._table.copy(deep=False)  # pandas copies on writing

    @cached_property
    def _table(self) -> pd.DataFrame:
        made = {
            name: pd.Series(array, index=self.index, dtype=object) if array.dtype == object else array
            for name, array in self.arrays.items()
        }
        return pd.DataFrame(made, index=self.index)

    @cached_property
    def compatible(self) -> NDArray[np.bool_]:
        """Whether each row (n,) breaks no rule on composition; those of the host registry only."""
        return compatible(self.arrays)

    def column(self, name: str) -> Floats:
        """Return the numbers of a column, in the unit of its name.

        Parameters
        ----------
        name
            Of the column.

        Returns
        -------
        numpy.ndarray
            Shape (n,), read-only.

        Raises
        ------
        DesignError
            For a column of text.
        """
        if self.columns[name].kind != "number":
            raise DesignError("a column of text has no numbers", column=name)
        return cast("Floats", self.arrays[name])

    def text(self, name: str) -> Texts:
        """Return the identifiers or texts of a column.

        Parameters
        ----------
        name
            Of the column.

        Returns
        -------
        numpy.ndarray of str
            Shape (n,), read-only.

        Raises
        ------
        DesignError
            For a column of numbers.
        """
        if self.columns[name].kind == "number":
            raise DesignError("a column of numbers has no text", column=name)
        return cast("Texts", self.arrays[name])

    def row_keys(self) -> list[Key]:
        """One hashable key for each row; equal for designs that are the same in every column."""
        texts = [array for array in self.arrays.values() if array.dtype == object]
        numbers = np.column_stack([array for array in self.arrays.values() if array.dtype != object])
        words = zip(*(array.tolist() for array in texts), strict=True)
        return [(row.tobytes(), word) for row, word in zip(numbers, words, strict=True)]

    def row(self, position: int, names: Sequence[str] = ()) -> dict[str, Any]:
        """Column -> value of one row, as plain floats and texts; only these columns, if any are named."""
        return {name: self.arrays[name][[position]].tolist()[0] for name in names or self.arrays}

    def take(self, rows: ArrayLike) -> CompleteDesigns:
        """Those rows, by position (m,), in that order."""
        positions = np.asarray(rows, dtype=np.intp)
        arrays = {name: array[positions] for name, array in self.arrays.items()}
        return CompleteDesigns(arrays, self.index[positions], self.notes, self.columns)

    def where(self, mask: ArrayLike) -> CompleteDesigns:
        """Select the rows for which a mask (n,) is true; any other length is a DesignError."""
        chosen = np.asarray(mask, dtype=bool)
        if chosen.shape != (len(self),):
            raise DesignError(
                "not one truth value for each row", value=chosen.shape, limit=f"({len(self)},)",
                remedy="give a mask made from these designs",
            )  # fmt: skip
        return self.take(np.flatnonzero(chosen))

    def together(self, others: Iterable[CompleteDesigns]) -> CompleteDesigns:
        """Join these rows and those of others, of one registry, with an index from 0; notes are those of these."""
        parts = [self, *others]
        if any(part.columns.entries != self.columns.entries for part in parts):
            raise DesignError(
                "tables of two registries cannot be joined", remedy="complete both by the same registry"
            )
        arrays = {name: np.concatenate([part.arrays[name] for part in parts]) for name in self.arrays}
        return CompleteDesigns(arrays, pd.RangeIndex(sum(map(len, parts))), self.notes, self.columns)
