"""Tables of designs as arrays: a code for each category and a number for each numeric column.

In the shapes below, n is the number of rows, q the number of categorical and k that of numeric columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, SpaceError
from surrogate.space.parameters import Categorical, Continuous, Discrete, Parameter
from surrogate.space.polytope import Floats
from surrogate.space.simplex import Simplex

Codes = NDArray[np.intp]
#: n rows: a table, or its columns as arrays (n,), which are read without making a table of them.
Table = pd.DataFrame | Mapping[str, NDArray[Any]]


class Layout:
    """Columns of a space's tables, and the way to arrays and back.

    Parameters
    ----------
    parameters : tuple of Continuous, Discrete, Categorical or Simplex
        The parameters, in the order of the table's columns.

    Attributes
    ----------
    columns : tuple of str
        All columns, in order.
    categoricals : tuple of Categorical
        The q categorical parameters.
    categorical : tuple of str
        Their columns.
    numerics : tuple of Continuous, Discrete or Simplex
        The other parameters.
    numeric : tuple of str
        Their k columns.
    """

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        self.categoricals = tuple(parameter for parameter in parameters if isinstance(parameter, Categorical))
        self.numerics = tuple(parameter for parameter in parameters if not isinstance(parameter, Categorical))
        self.columns = tuple(column for parameter in parameters for column in parameter.columns)
        self.categorical = tuple(parameter.name for parameter in self.categoricals)
        self.numeric = tuple(column for parameter in self.numerics for column in parameter.columns)

    @cached_property
    def limits(self) -> dict[str, tuple[float, float]]:
        """Numeric column -> (lower, upper), in the unit of the column."""
        limits: dict[str, tuple[float, float]] = {}
        for parameter in self.numerics:
            limits |= (
                parameter.limits
                if isinstance(parameter, Simplex)
                else {parameter.name: (parameter.lower, parameter.upper)}
            )
        return limits

    @cached_property
    def steps(self) -> Floats:
        """Resolution of each numeric column, shape (k,), NaN where there is none."""
        steps = [parameter.step for parameter in self.numerics for _ in parameter.columns]
        return np.array([np.nan if step is None else step for step in steps], dtype=float)

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Whether each numeric column has whole numbers only, shape (k,)."""
        whole = [
            isinstance(parameter, Continuous) and parameter.whole
            for parameter in self.numerics
            for _ in parameter.columns
        ]
        return np.array(whole, dtype=bool)

    @cached_property
    def listed(self) -> dict[str, Floats]:
        """Column -> its values in ascending order, for columns that have only listed values."""
        return {one.name: np.array(one.values) for one in self.numerics if isinstance(one, Discrete)}

    @cached_property
    def log(self) -> NDArray[np.bool_]:
        """Whether each numeric column is on a log scale, shape (k,)."""
        logs = [
            isinstance(parameter, Continuous | Discrete) and parameter.log
            for parameter in self.numerics
            for _ in parameter.columns
        ]
        return np.array(logs, dtype=bool)

    @cached_property
    def span(self) -> Floats:
        """Width of the limits of each numeric column, shape (k,); 1 where it is zero."""
        return np.array([high - low if high > low else 1.0 for low, high in self.limits.values()])

    @cached_property
    def width(self) -> Floats:
        """Width of the limits of each numeric column on its own scale, shape (k,); 1 where it is zero."""
        return np.array([
            np.log(high / low) if log and high > low else span
            for (low, high), log, span in zip(self.limits.values(), self.log, self.span, strict=True)
        ])  # fmt: skip

    def codes(self, choice: Mapping[str, Any]) -> Codes:
        """Encode one combination of categories.

        Parameters
        ----------
        choice : mapping of str to object
            Categorical column -> value.

        Returns
        -------
        ndarray of int, shape (1, q)
            Position of each value among the values of its parameter.

        Raises
        ------
        SpaceError
            For a missing or unknown category.
        """
        codes = np.empty((1, len(self.categoricals)), dtype=np.intp)
        for i, parameter in enumerate(self.categoricals):
            if parameter.name not in choice:
                raise SpaceError("a category is missing", where=parameter.name, value=dict(choice))
            codes[0, i] = parameter.code(choice[parameter.name])
            if codes[0, i] < 0:
                raise SpaceError(
                    "unknown category",
                    where=parameter.name,
                    value=choice[parameter.name],
                    limit=parameter.allowed,
                )
        return codes

    def choice(self, codes: Iterable[int]) -> dict[str, Any]:
        """Decode one combination of categories.

        Parameters
        ----------
        codes : iterable of int
            q codes.

        Returns
        -------
        dict of str to object
            Categorical column -> value.
        """
        return {
            parameter.name: list(parameter)[code]
            for parameter, code in zip(self.categoricals, codes, strict=True)
        }

    def parse(self, table: Table) -> tuple[Codes, Floats]:
        """Read a table into codes and numbers.

        Parameters
        ----------
        table : DataFrame, or mapping of str to ndarray (n,)
            n rows with the columns of the space.

        Returns
        -------
        codes : ndarray of int, shape (n, q)
            Positions of the categories; -1 for an unknown category.
        values : ndarray, shape (n, k)
            Numbers in the units of the columns; NaN where there is none.

        Raises
        ------
        DesignError
            If a column is missing.
        """
        absent = [column for column in self.columns if column not in table]
        if absent:
            raise DesignError(
                "a column of the space is missing", column=absent[0], limit=", ".join(self.columns)
            )
        n = len(table[self.columns[0]])
        codes = np.empty((n, len(self.categoricals)), dtype=np.intp)
        for i, parameter in enumerate(self.categoricals):
            known = {value: code for code, value in enumerate(parameter)}
            codes[:, i] = [known.get(value, -1) if pd.notna(value) else -1 for value in table[parameter.name]]
        values = np.empty((n, len(self.numeric)))
        for i, column in enumerate(self.numeric):
            given = table[column]
            if given.dtype == np.float64:
                values[:, i] = given
                continue
            numbers = pd.to_numeric(pd.Series(given), errors="coerce")
            values[:, i] = numbers.to_numpy(dtype=float, na_value=np.nan)
        return codes, values

    def table(self, codes: Codes, values: Floats, index: pd.Index | None = None) -> pd.DataFrame:
        """Write codes and numbers as a table.

        Parameters
        ----------
        codes : ndarray of int, shape (n, q)
        values : ndarray, shape (n, k)
        index : Index, optional
            Index of the table; a counter by default.

        Returns
        -------
        DataFrame
            n rows with the columns of the space.
        """
        data: dict[str, Any] = {}
        for i, parameter in enumerate(self.categoricals):
            levels = list(parameter)
            data[parameter.name] = pd.Series([levels[code] for code in codes[:, i]])
        for i, column in enumerate(self.numeric):
            data[column] = values[:, i]
        table = pd.DataFrame(data)[list(self.columns)]
        return table if index is None else table.set_axis(index, axis=0)

    def refuse_unknown(self, table: Table, codes: Codes) -> None:
        """Refuse unknown categories.

        Parameters
        ----------
        table : DataFrame
            n rows, for the message.
        codes : ndarray of int, shape (n, q)
            As :meth:`parse` gives them.

        Raises
        ------
        DesignError
            If a category is unknown.
        """
        for row, i in np.argwhere(codes < 0)[:1]:
            parameter = self.categoricals[i]
            value = table[parameter.name].tolist()[row]
            raise DesignError(
                "unknown category", row=int(row), column=parameter.name, value=value, limit=parameter.allowed
            )

    def refuse_text(self, table: pd.DataFrame, values: Floats, where: str = "") -> None:
        """Refuse text where a number belongs; an empty cell is allowed.

        Parameters
        ----------
        table : DataFrame
            n rows.
        values : ndarray, shape (n, k)
            As :meth:`parse` gives them.
        where : str
            What the message calls the table.

        Raises
        ------
        DesignError
            If a cell is neither a number nor empty.
        """
        for i, name in enumerate(self.numeric):
            text = np.isnan(values[:, i]) & table[name].notna().to_numpy()
            for row in np.flatnonzero(text)[:1].tolist():
                value = table[name].tolist()[row]
                raise DesignError(
                    "not a number",
                    where=where,
                    row=row,
                    column=name,
                    value=value,
                    remedy="write the number alone, without a unit, or leave the row out",
                )

    def refuse_missing(self, table: Table, values: Floats) -> None:
        """Refuse missing numbers.

        Parameters
        ----------
        table : DataFrame
            n rows, for the message.
        values : ndarray, shape (n, k)
            As :meth:`parse` gives them.

        Raises
        ------
        DesignError
            If a number is missing or not finite.
        """
        for row, i in np.argwhere(~np.isfinite(values))[:1]:
            name = self.numeric[i]
            raise DesignError(
                "a number is missing", row=int(row), column=name, value=table[name].tolist()[row]
            )
