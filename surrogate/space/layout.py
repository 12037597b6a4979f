"""Tables of designs as arrays: a code for each category and a number for each numeric column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, SpaceError
from surrogate.space.parameters import Categorical, Continuous, Parameter, Simplex
from surrogate.space.polytope import Floats

Codes = NDArray[np.intp]


class Layout:
    """Which columns a space's tables have, and the way to arrays and back."""

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        self.categoricals = tuple(one for one in parameters if isinstance(one, Categorical))
        self.numerics = tuple(one for one in parameters if not isinstance(one, Categorical))
        self.columns = tuple(column for one in parameters for column in one.columns)
        self.categorical = tuple(one.name for one in self.categoricals)
        self.numeric = tuple(column for one in self.numerics for column in one.columns)

    @cached_property
    def limits(self) -> dict[str, tuple[float, float]]:
        """Numeric column -> (lower, upper)."""
        limits: dict[str, tuple[float, float]] = {}
        for one in self.numerics:
            limits |= one.limits if isinstance(one, Simplex) else {one.name: (one.lower, one.upper)}
        return limits

    @cached_property
    def steps(self) -> Floats:
        """(k,) resolution of each numeric column, NaN for none."""
        steps = [one.step for one in self.numerics for _ in one.columns]
        return np.array([np.nan if step is None else step for step in steps], dtype=float)

    @cached_property
    def log(self) -> NDArray[np.bool_]:
        """(k,) whether each numeric column is on a log scale."""
        logs = [isinstance(one, Continuous) and one.log for one in self.numerics for _ in one.columns]
        return np.array(logs, dtype=bool)

    @cached_property
    def span(self) -> Floats:
        """(k,) width of the limits of each numeric column, 1 where there is none."""
        return np.array([high - low if high > low else 1.0 for low, high in self.limits.values()])

    def codes(self, choice: Mapping[str, Any]) -> Codes:
        """(1, categoricals) codes of one combination. Raises SpaceError for a missing or unknown category."""
        codes = np.empty((1, len(self.categoricals)), dtype=np.intp)
        for i, one in enumerate(self.categoricals):
            if one.name not in choice:
                raise SpaceError("a category is missing", where=one.name, value=dict(choice))
            codes[0, i] = one.code(choice[one.name])
            if codes[0, i] < 0:
                raise SpaceError(
                    "unknown category", where=one.name, value=choice[one.name], limit=one.allowed
                )
        return codes

    def choice(self, codes: Iterable[int]) -> dict[str, Any]:
        """The combination that a row of codes stands for."""
        return {one.name: list(one)[code] for one, code in zip(self.categoricals, codes, strict=True)}

    def parse(self, table: pd.DataFrame) -> tuple[Codes, Floats]:
        """Codes (n, categoricals; -1 for an unknown category) and numbers (n, k; NaN for none) of a table.

        Raises DesignError when a column is missing.
        """
        absent = [column for column in self.columns if column not in table.columns]
        if absent:
            raise DesignError(
                "a column of the space is missing", column=absent[0], limit=", ".join(self.columns)
            )
        codes = np.empty((len(table), len(self.categoricals)), dtype=np.intp)
        for i, one in enumerate(self.categoricals):
            known = {value: code for code, value in enumerate(one)}
            codes[:, i] = [known.get(value, -1) if pd.notna(value) else -1 for value in table[one.name]]
        values = np.empty((len(table), len(self.numeric)))
        for i, column in enumerate(self.numeric):
            numbers = pd.to_numeric(table[column], errors="coerce")
            values[:, i] = numbers.to_numpy(dtype=float, na_value=np.nan)
        return codes, values

    def table(self, codes: Codes, values: Floats, index: pd.Index | None = None) -> pd.DataFrame:
        """The table that codes (n, categoricals) and numbers (n, k) stand for."""
        data: dict[str, Any] = {}
        for i, one in enumerate(self.categoricals):
            levels = list(one)
            data[one.name] = pd.Series([levels[code] for code in codes[:, i]])
        for i, column in enumerate(self.numeric):
            data[column] = values[:, i]
        table = pd.DataFrame(data)[list(self.columns)]
        return table if index is None else table.set_axis(index, axis=0)

    def refuse_unknown(self, table: pd.DataFrame, codes: Codes) -> None:
        """Raises DesignError when a category is unknown."""
        for row, i in np.argwhere(codes < 0)[:1]:
            one = self.categoricals[i]
            value = table[one.name].tolist()[row]
            raise DesignError(
                "unknown category", row=int(row), column=one.name, value=value, limit=one.allowed
            )

    def refuse_text(self, table: pd.DataFrame, values: Floats, where: str = "") -> None:
        """Raises DesignError when something is given that is no number; an empty place is none of these."""
        for i, name in enumerate(self.numeric):
            text = np.isnan(values[:, i]) & table[name].notna().to_numpy()
            for row in np.flatnonzero(text)[:1].tolist():
                value = table[name].tolist()[row]
                raise DesignError("not a number", where=where, row=row, column=name, value=value)

    def refuse_missing(self, table: pd.DataFrame, values: Floats) -> None:
        """Raises DesignError when a number is missing."""
        for row, i in np.argwhere(~np.isfinite(values))[:1]:
            name = self.numeric[i]
            raise DesignError(
                "a number is missing", row=int(row), column=name, value=table[name].tolist()[row]
            )
