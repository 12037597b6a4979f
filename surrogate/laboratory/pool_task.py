"""A task from a table of real data: its rows are the only candidates, and what was measured is the truth."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from surrogate.errors import InputError
from surrogate.files.tables import named, read_table
from surrogate.laboratory.hypervolume import alone, gains, hypervolume
from surrogate.laboratory.tasks import TaskSource
from surrogate.optimization.settings import Direction
from surrogate.space import Categorical, Continuous, Space
from surrogate.space.parameters import Parameter

FEWEST = 10  # materials, of which one is then among the best 5 %
TOP_SHARE = 0.05
OF_OBJECTIVES = {
    "_censored": "bounds",
    "_upper_bound": "bounds",
    "_sem": "standard errors",
}  # endings of columns that say more of an objective, which the optimizer would read
START, MOST_PICKS = 5, 60  # materials picked at random; picked in all


@dataclass(frozen=True, eq=False)
class PoolTask:
    """A task whose designs are the rows of a table; see ``tasks.Task``. Made by :func:`pool_task`.

    Materials are picked one at a time. The reference is the worst value of each objective in the table.

    Parameters
    ----------
    name, space, objectives
        As in ``tasks.Task``.
    candidates : DataFrame, n rows
        The materials: the space's columns.
    measured : DataFrame, n rows
        Their objectives.
    notes : sequence of str
        What was left out or averaged, a sentence each.
    """

    name: str
    space: Space
    objectives: Mapping[str, Direction]
    candidates: pd.DataFrame
    measured: pd.DataFrame
    notes: Sequence[str] = ()
    start: int = START
    batch: int = 1
    logarithmic: bool = False
    reference: Mapping[str, float] = field(init=False)
    best: float = field(init=False)
    top: float = field(init=False)

    def __post_init__(self) -> None:
        worst = {
            name: float(self.measured[name].min() if wanted == "max" else self.measured[name].max())
            for name, wanted in self.objectives.items()
        }
        object.__setattr__(self, "reference", worst)
        found = gains(self, self.measured)
        among = max(1, math.ceil(TOP_SHARE * len(found)))
        object.__setattr__(self, "best", hypervolume(found))
        object.__setattr__(self, "top", float(np.sort(alone(found))[-among]))

    @property
    def rounds(self) -> int:
        """Number of picks after the first ones."""
        return min(MOST_PICKS, len(self.candidates)) - self.start

    def truth(self, designs: pd.DataFrame) -> pd.DataFrame:
        """Look the objectives of n materials up; see ``tasks.Task.truth``."""
        same = self.space.matches(designs, self.candidates)
        assert same.any(axis=1).all(), "only candidates are measured"
        return self.measured.iloc[same.argmax(axis=1)].reset_index(drop=True)

    def measure(self, designs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """Look the objectives of n materials up: the table is what was measured; no noise is added."""
        return self.truth(designs)


def pool_source(file: Path, objectives: Mapping[str, Direction]) -> TaskSource:
    """Say how to make the task of a table: it is read once here, so that a table that cannot be used is refused.

    Parameters
    ----------
    file : Path
        CSV file.
    objectives : mapping
        Column -> "max" or "min".

    Returns
    -------
    TaskSource
        Which holds the hash of the file: a run of another content is another run.

    Raises
    ------
    InputError
        As :func:`pool_task` does.
    """
    task = pool_task(str(file), objectives)
    arguments: dict[str, Any] = {
        "file": str(file.resolve()),
        "objectives": dict(objectives),
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    return TaskSource(task.name, f"{__name__}:pool_task", arguments)


def pool_task(file: str, objectives: Mapping[str, Direction], sha256: str = "") -> PoolTask:
    """Make a task of a table.

    All columns that are no objective are parameters: numbers become continuous parameters within their range, text
    becomes categorical; a column with one value is left out. Rows without a value of every objective are left out,
    rows of equal parameters are averaged.

    Parameters
    ----------
    file : str
        CSV file.
    objectives : mapping
        Column -> "max" or "min".
    sha256 : str
        What the file has to hash to; "": anything.

    Returns
    -------
    PoolTask

    Raises
    ------
    InputError
        For a file that cannot be read or has changed, no objective, an unknown direction, an objective that is no
        column or has a cell that is no number, bounds or standard errors of an objective, a missing parameter, no
        parameter that varies, or fewer than ten materials.
    """
    path, where = Path(file), named(file)
    if not objectives:
        raise InputError("no objective is given for the pool", where=where, remedy="add --objective NAME=max")
    table, _ = read_table(path, numbers=tuple(objectives))
    if sha256 and hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise InputError("the file has changed since the contest began", where=where, remedy="begin it again")
    _check_objectives(table, objectives, where)
    kept = table.dropna(subset=list(objectives))
    parameters: list[Parameter] = []
    constant: list[str] = []
    for column in (name for name in table.columns if name not in objectives):
        missing = kept[column].isna().to_numpy()
        if missing.any():
            row = int(kept.index.tolist()[int(missing.argmax())])
            raise InputError(
                "a parameter is missing", where=where, row=row, column=str(column),
                remedy="fill it in, or take the row or the column out",
            )  # fmt: skip
        values = list(dict.fromkeys(kept[column].tolist()))
        if len(values) == 1:
            constant.append(str(column))
        elif is_numeric_dtype(table[column]):
            parameters.append(Continuous(str(column), min(values), max(values)))
        elif len(values):
            parameters.append(Categorical(str(column), values))
    columns = [parameter.name for parameter in parameters]
    if len(kept) and not columns:
        raise InputError(
            "no parameter varies", where=where, limit="at least one column beside the objectives"
        )
    grouped = kept.groupby(columns, sort=False, as_index=False)[list(objectives)].mean() if columns else kept
    if len(grouped) < FEWEST:
        raise InputError(
            "too few different materials", where=where, value=len(grouped), limit=f"{FEWEST} or more"
        )
    notes = [
        f"{len(table) - len(kept)} rows without a value of every objective are left out",
        f"{len(kept) - len(grouped)} rows are averaged with rows of the same parameters",
        f"columns of one value are left out: {', '.join(constant)}",
    ]
    said = [
        note
        for note, on in zip(notes, (len(kept) < len(table), len(grouped) < len(kept), constant), strict=True)
        if on
    ]
    candidates, values_of = grouped[columns], grouped[list(objectives)]
    return PoolTask(path.stem, Space(parameters), dict(objectives), candidates, values_of, tuple(said))


def _check_objectives(table: pd.DataFrame, objectives: Mapping[str, Direction], where: str) -> None:
    for name, wanted in objectives.items():
        if wanted not in ("max", "min"):
            raise InputError("unknown direction", where=f"objective {name}", value=wanted, limit="max or min")
        if name not in table.columns:
            raise InputError(
                "the objective is not a column",
                where=where,
                value=name,
                limit=", ".join(map(str, table.columns)),
            )
        for ending, what in OF_OBJECTIVES.items():
            if f"{name}{ending}" in table.columns:
                remedy = (
                    f"take the rows that are {what} and the column out"
                    if what == "bounds"
                    else "take the column out"
                )
                raise InputError(
                    f"{what} of an objective are not understood in a pool", where=where, column=f"{name}{ending}",
                    remedy=remedy,
                )  # fmt: skip
        if len(table) and table[name].isna().all():
            raise InputError(
                "the objective holds no numbers", where=where, column=name,
                remedy="fill it in, or name another column",
            )  # fmt: skip
        infinite = np.isinf(table[name].to_numpy(dtype=float))
        if infinite.any():
            raise InputError("not a finite number", where=where, row=int(infinite.argmax()), column=name)
