"""Which identifiers of a host could be exchanged without a difference that the physics knows of.

Two materials are equal in all that is known of a host where its simulated targets stay within the error of the
simulator (``sensitivity.cases``). That is asked of each host under its own conditions and not of lists of names: what
counts is which entries of the materials act there, and by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.hosts.columns import COLUMNS, TARGETS
from surrogate.hosts.completion import solids_of
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.registry import Column, words
from surrogate.physics import simulate
from surrogate.sensitivity.cases import OUTPUTS

Feasible = Callable[[CompleteDesigns], NDArray[np.bool_]]
EQUAL = {output.column: output for output in OUTPUTS if output.column in TARGETS}
_COST = "material_cost_usd_m2"


def equal_hosts(host: CompleteDesigns, feasible: Feasible, names: Sequence[str] = ()) -> pd.DataFrame:
    """Exchange each identifier of a host for every other, and keep those that make no known difference.

    Parameters
    ----------
    host : CompleteDesigns
        One design.
    feasible : callable
        Designs -> which of them can be made.
    names : sequence of str
        Columns that are exchanged; none: all identifiers.

    Returns
    -------
    DataFrame
        A row for each host that is equal in all that is known, the cheapest first: the complete design,
        ``exchanged`` (the column) and ``cheaper_usd_m2``, what its materials cost less.
    """
    others = _exchanged(host, feasible, names or COLUMNS.texts)
    if not len(others):
        return others
    designs = CompleteDesigns.of(others, where="exchanged")
    done = simulate(host.together([designs]))
    same = np.ones(len(others), dtype=bool)
    for target, output in EQUAL.items():
        values = output.compared(done[target])
        same &= np.abs(values[1:] - values[0]) <= output.numerical
    cost = done[_COST].to_numpy(dtype=float)
    table = designs.frame.assign(exchanged=others["exchanged"].tolist(), cheaper_usd_m2=cost[0] - cost[1:])
    return table[same].sort_values("cheaper_usd_m2", ascending=False, kind="stable", ignore_index=True)


def in_words(equal: pd.DataFrame) -> str:
    """Write what could be exchanged, by column, the cheapest first.

    Parameters
    ----------
    equal : DataFrame
        As :func:`equal_hosts` makes it.

    Returns
    -------
    str
        Such as "lithiophilic agent: zinc, magnesium; doping: nitrogen"; empty where nothing could.
    """
    parts = []
    for name, rows in equal.groupby("exchanged", sort=False):
        column = COLUMNS[str(name)]
        parts.append(
            f"{column.label.lower()}: {', '.join(words(str(value)).lower() for value in rows[column.name])}"
        )
    return "; ".join(parts)


def cheaper_agents(host: pd.DataFrame, conditions: Mapping[str, Any], feasible: Feasible) -> pd.DataFrame:
    """List the hosts with a cheaper agent that are equal in all that is known, the cheapest first.

    Parameters
    ----------
    host : DataFrame
        One row of choices.
    conditions : mapping of str to object
        Condition -> value in the unit of its name.
    feasible : callable
        Designs -> which of them can be made.

    Returns
    -------
    DataFrame
        The columns of ``host``.
    """
    if str(host["agent"].iloc[0]) == "none" or str(host["framework"].iloc[0]) == "none":
        return host.iloc[:0]
    equal = equal_hosts(CompleteDesigns.of(host.assign(**conditions), where="proposal"), feasible, ("agent",))
    if not len(equal):
        return host.iloc[:0]
    agents = equal.loc[equal["cheaper_usd_m2"] > 0.0, "agent"].tolist()
    return (
        pd.concat([host.assign(agent=name) for name in agents], ignore_index=True)
        if agents
        else host.iloc[:0]
    )


def _exchanged(host: CompleteDesigns, feasible: Feasible, names: Sequence[str]) -> pd.DataFrame:
    """Make the hosts that differ in one identifier, as far as they can be made; ``exchanged`` names its column."""
    row, tables = host.frame, []
    for column in (COLUMNS[name] for name in names):
        others = [name for name in _others(host, column) if name != host.text(column.name)[0]]
        if others:
            table = pd.concat([row] * len(others), ignore_index=True)
            table[column.name] = others
            tables.append(table.assign(exchanged=column.name))
    if not tables:
        return row.iloc[:0].assign(exchanged="")
    every = pd.concat(tables, ignore_index=True)
    designs = CompleteDesigns.of(every, where="exchanged")
    kept = [designs.text(name)[k] == every[name].iloc[k] for k, name in enumerate(every["exchanged"])]
    return every[np.array(kept) & feasible(designs)].reset_index(drop=True)


def _others(host: CompleteDesigns, column: Column) -> tuple[str, ...]:
    """List what a column could name in a host; nothing where it would change nothing of it, or all of it."""
    phase = column.phase or {"agent": "agent", "doping": "conductor"}.get(column.name, "")
    if not phase or host.text("framework")[0] == "none":
        return ()
    if host.column(f"{phase}_top")[0] + host.column(f"{phase}_bottom")[0] <= 0.0:
        return ()
    if column.phase:
        own = materials.framework(str(host.text("framework")[0])).phase == column.phase
        return () if own else solids_of(column.phase)
    return tuple(name for name in column.identifiers if name != "none" or column.name == "doping")
