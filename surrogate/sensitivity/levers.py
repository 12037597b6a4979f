"""What each column that a maker sets explains of each target in some cells: the table of levers.

Data flow: a cell and its search space -> feasible designs, drawn evenly, with the columns that are not searched drawn
as well -> ``simulate``; what breaks a rule of its state with what was drawn as well is left out -> the share of each
target's variance that each column explains (``first_order``) among the designs in which it acts. What a column does
only with others is no first-order effect: for identifiers and modifiers, which a design can change alone, the
same designs are simulated again with another value of the column, which gives its total effect (Jansen, Comput. Phys.
Commun. 117 (1999) 35), small ones included; a change that breaks a rule does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.errors import SpaceError
from surrogate.hosts.cells import idle_where
from surrogate.hosts.columns import COLUMNS, OBJECTIVES, PATTERN
from surrogate.hosts.completion import solids_of
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.registry import Column
from surrogate.hosts.targets import SCALES
from surrogate.materials.compatibility import STATE_RULES, compatible
from surrogate.physics import simulate
from surrogate.physics.feasibility import keeping, of_simulation
from surrogate.sensitivity.first_order import classes_of, first_order, total_effect
from surrogate.space.space import Space

NOTHING = 0.01  # share of the variance: a column whose intervals all end below it explains nothing
EXCHANGED = 150  # designs of a cell in which a column is given another value
DRAWS = 40  # times the designs asked for, of which the feasible are taken

Report = Callable[[str, int, int], None]
Feasible = Callable[[CompleteDesigns], NDArray[np.bool_]]


@dataclass(frozen=True)
class Cell:
    """A cell with what may be changed in it.

    Attributes
    ----------
    name : str
        In the table.
    conditions : Conditions
        Held fixed.
    space : Space
        The choices that are searched.
    """

    name: str
    conditions: Conditions
    space: Space


def levers(
    of: Sequence[Cell], feasible: Feasible, *, samples: int, seed: int, report: Report | None = None
) -> pd.DataFrame:
    """Tabulate what each column explains of each target in each cell.

    Parameters
    ----------
    of : sequence of Cell
        The cells.
    feasible : callable
        Designs -> which of them can be made.
    samples : int
        Designs of each cell.
    seed : int
        Of designs and bootstraps.
    report : callable or None
        Called with (stage, done, total).

    Returns
    -------
    DataFrame
        One row a cell, target and column (choice or modifier) that acts there: ``designs``, ``first_order``,
        ``low``, ``high`` among the designs in which the column acts, of an identifier those with one; ``total``,
        ``total_low``, ``total_high`` likewise, NaN where a column cannot be changed alone; ``first_order_all``: over
        all designs, where a column without effect still tells hosts from foils. Shares are of the variance of the
        target's logarithm.

    Raises
    ------
    SpaceError
        For a cell in which hardly a design is feasible.
    """
    rows = []
    for number, cell in enumerate(of):
        if report is not None:
            report("levers", number, len(of))
        designs = drawn(cell, feasible, samples, seed)
        targets = logarithms(designs)
        for column in settable():
            where = acting(designs, column)
            if where.any():
                partners = _partners(designs, column, where, feasible, seed)
                rows += [
                    {"campaign": cell.name, "column": column.name, "target": target, **shares}
                    for target, shares in _shares(designs, column, where, targets, partners, seed).items()
                ]
    if report is not None:
        report("levers", len(of), len(of))
    return pd.DataFrame(rows)


def explaining_nothing(table: pd.DataFrame) -> list[str]:
    """Name the columns whose intervals end below ``NOTHING`` for every target in every cell of a table of levers.

    Of a column with a total effect that is what counts, and the first-order share of any other.

    Parameters
    ----------
    table : DataFrame
        As :func:`levers` makes it.

    Returns
    -------
    list of str
        In the order of the table.
    """
    high = table["total_high"].fillna(table["high"])
    most = high.groupby(table["column"], sort=False).max()
    return [str(name) for name, largest in most.items() if largest < NOTHING]


def settable() -> list[Column]:
    """List the columns that a maker sets: choices and modifiers.

    Returns
    -------
    list of Column
    """
    return [column for column in COLUMNS.values() if column.role in ("choice", "modifier")]


def drawn(cell: Cell, feasible: Feasible, samples: int, seed: int) -> CompleteDesigns:
    """Draw feasible designs of a cell, evenly over its combinations, with all that the space does not search.

    Parameters
    ----------
    cell : Cell
        The cell.
    feasible : callable
        Designs -> which of them can be made.
    samples : int
        Their number.
    seed : int
        The same seed gives the same designs.

    Returns
    -------
    CompleteDesigns
        ``samples`` rows.

    Raises
    ------
    SpaceError
        When too few of ``DRAWS`` times as many are feasible.
    """
    streams = np.random.SeedSequence(seed).spawn(DRAWS + 1)
    rng = np.random.default_rng(streams[-1])
    found: list[CompleteDesigns] = []
    for stream in streams[:-1]:
        own = int(stream.generate_state(1)[0])
        table = cell.space.sample(samples, own).assign(**cell.conditions.as_dict())
        for column in settable():
            if column.name not in table:
                table[column.name] = _anything(column, table, rng)
        designs = CompleteDesigns.of(table, where=cell.name)
        found.append(designs.where(feasible(designs) & compatible(designs.arrays)))
        if sum(map(len, found)) >= samples:
            return found[0].together(found[1:]).take(np.arange(samples))
    raise SpaceError(
        "hardly a design can be made", where=cell.name, value=sum(map(len, found)), limit=f"{samples} designs",
        remedy="widen [search], or ask for fewer samples",
    )  # fmt: skip


def acting(designs: CompleteDesigns, column: Column) -> NDArray[np.bool_]:
    """Find the designs in which a column acts.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    column : Column
        Of the registry.

    Returns
    -------
    ndarray of bool (n,)
        Of an identifier: where it names something. Of a material: where its phase is there beside the framework's. Of
        channels: on a bare pellet, as none is cut under a host.
    """
    where = np.ones(len(designs), dtype=bool)
    for name, idle in idle_where(column.acts).items():
        where &= ~np.isin(designs.text(name).astype(str), idle)
    if column.name in PATTERN:
        where &= designs.text("framework") == "none"
    if column.phase:
        own = np.array([materials.framework(name).phase for name in designs.text("framework")])
        there = designs.column(f"{column.phase}_top") + designs.column(f"{column.phase}_bottom") > 0.0
        return np.asarray(where & there & (own != column.phase) & (own != "none"))
    if column.kind == "identifier":
        where &= designs.text(column.name).astype(str) != "none"
    return where


def logarithms(designs: CompleteDesigns) -> dict[str, NDArray[np.float64]]:
    """Simulate designs, and take the logarithms of the targets that are wanted by default.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    dict of str to ndarray (n,)
        By target; NaN where there is none, and where a design breaks a rule of its state.
    """
    done = simulate(designs).reset_index(drop=True)
    kept = keeping(designs, of_simulation(done), STATE_RULES)
    values = {target: done[target].to_numpy(dtype=float) for target in OBJECTIVES}
    return {target: SCALES[target].to_z(np.where(kept, found, np.nan)) for target, found in values.items()}


def _anything(
    column: Column, table: pd.DataFrame, rng: np.random.Generator
) -> NDArray[np.float64] | NDArray[np.object_]:
    """Draw a value of a column for each row: evenly over what is accepted; a framework's own material as it is."""
    n = len(table)
    if column.kind == "number":
        low, high = column.limits
        return (
            rng.integers(int(low), int(high) + 1, n).astype(float)
            if column.whole
            else rng.uniform(low, high, n)
        )
    names = np.array(column.identifiers or solids_of(column.phase), dtype=object)
    values: NDArray[np.object_] = rng.choice(names, n)
    for row, framework in enumerate(table["framework"] if column.phase else ()):
        entry = materials.framework(framework)
        if entry.phase in (column.phase, "none"):
            values[row] = None  # the default: its own
    return values


@dataclass(frozen=True)
class _Partners:
    """Designs that differ from some of those drawn in one column.

    Attributes
    ----------
    rows : ndarray of int (m,)
        Whom they differ from.
    targets : mapping of str to ndarray (m,)
        Their logarithms.
    """

    rows: NDArray[np.intp]
    targets: Mapping[str, NDArray[np.float64]]


def _partners(
    designs: CompleteDesigns, column: Column, where: NDArray[np.bool_], feasible: Feasible, seed: int
) -> _Partners:
    """Give some designs the column of another design in which it acts; none of a column that cannot change alone."""
    rows = np.flatnonzero(where)
    bound = column.kind == "number" and column.role == "choice" and not column.neutral_default
    if bound or column.name == "framework":
        rows = rows[:0]
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    rows, others = rng.permutation(rows)[:EXCHANGED], rng.permutation(rows)[:EXCHANGED]
    if not len(rows):
        return _Partners(rows, {})
    table = designs.take(rows).frame
    table[column.name] = designs.arrays[column.name][others]
    exchanged = CompleteDesigns.of(table, where="exchanged")
    kept = feasible(exchanged) & compatible(exchanged.arrays)
    if not kept.any():
        return _Partners(rows[:0], {})
    return _Partners(rows[kept], logarithms(exchanged.where(kept)))


def _shares(
    designs: CompleteDesigns, column: Column, where: NDArray[np.bool_],
    targets: Mapping[str, NDArray[np.float64]], partners: _Partners, seed: int,
) -> dict[str, dict[str, float]]:  # fmt: skip
    """Target -> what the column explains of it."""
    given = designs.arrays[column.name]
    found = {}
    for target, values in targets.items():
        there = first_order(classes_of(given[where]), values[where], seed)
        after = partners.targets.get(target, np.zeros(0))
        total = total_effect(values[partners.rows], after, values[where], seed)
        found[target] = {
            "designs": there.rows, "first_order": there.value, "low": there.low, "high": there.high,
            "total": total.value, "total_low": total.low, "total_high": total.high,
            "first_order_all": first_order(classes_of(given), values, seed).value,
        }  # fmt: skip
    return found
