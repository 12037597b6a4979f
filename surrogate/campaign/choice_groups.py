"""Choices that a maker changes together: a framework, an agent with its amounts, a composition, pores, a thickness.

Data flow: registry of columns -> groups of choices -> hosts of which one group is another host's, for what a choice
is worth in a proposal (``understanding``) and what it explains over a campaign (``choice_shares``).
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surrogate.hosts.registry import Column, Columns

_AMOUNT = "with an agent in a porous host"  # where the amounts of an agent act
_SEVERAL = "pores"  # the kernel role whose columns measure several things
_ENDS = ("_top", "_bottom")


def choice_groups(columns: Columns = COLUMNS) -> Mapping[str, tuple[str, ...]]:
    """Return the groups of choices.

    Parameters
    ----------
    columns : Columns
        The registry.

    Returns
    -------
    mapping of str to tuple of str
        Group -> its columns, in the order of the registry. A group is what shares a length scale (``kernel_role``),
        but that the amounts of an agent go with the agent, materials of phases with the framework, and porosity, pore
        size and tortuosity are one each.
    """
    return _groups(columns)


@cache
def _groups(columns: Columns) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in columns.choices:
        group = _group(columns[name])
        found[group] = (*found.get(group, ()), name)
    return MappingProxyType(found)


def _group(column: Column) -> str:
    if column.acts == _AMOUNT:
        return "agent"
    if column.phase:
        return "framework"
    if column.kernel_role == _SEVERAL:
        end = next((end for end in _ENDS if column.quantity.endswith(end)), "")
        return column.quantity.removesuffix(end)
    return column.kernel_role or column.name


def exchanged(
    hosts: pd.DataFrame, others: pd.DataFrame, group: str, columns: Columns = COLUMNS
) -> pd.DataFrame:
    """Give hosts one group of choices of other hosts, and leave all else as it is.

    Parameters
    ----------
    hosts, others : DataFrame
        n rows each with choices in the units of their names; both porous or both planar, row by row (``alike``).
    group : str
        Of ``choice_groups``.
    columns : Columns
        The registry.

    Returns
    -------
    DataFrame
        n rows of the columns of ``hosts``, with a new index. The fractions of each end sum to 1: those of the agent
        are what they are in the host that the agent is taken from, and the other phases fill what it leaves, in their
        proportions. Whether such a host can be made is not asked.
    """
    made, others = hosts.reset_index(drop=True), others.reset_index(drop=True)
    moved = [name for name in choice_groups(columns)[group] if name in made]
    made[moved] = others[moved]
    for parts in columns.simplexes.values():
        if not set(parts) & set(moved):
            continue
        amounts = [part for part in parts if columns[part].acts == _AMOUNT]
        rest = [part for part in parts if part not in amounts]
        left = 1.0 - made[amounts].sum(axis=1)
        made[rest] = made[rest].mul(left / made[rest].sum(axis=1), axis=0)
    return made


def alike(hosts: pd.DataFrame, others: pd.DataFrame) -> NDArray[np.bool_]:
    """Test which rows (n,) of two tables are both porous hosts or both planar foils: only these exchange choices."""
    planar, other = ((table["framework"] == "none").to_numpy() for table in (hosts, others))
    return np.asarray(planar == other)


def differ(hosts: pd.DataFrame, others: pd.DataFrame, columns: Columns = COLUMNS) -> NDArray[np.bool_]:
    """Test which rows (n,) of two tables of complete designs differ in a choice by more than rounding."""
    found = np.zeros(len(hosts), dtype=bool)
    for name in columns.choices:
        first, second = hosts[name].to_numpy(), others[name].to_numpy()
        if columns[name].kind == "number":
            found |= ~np.isclose(first.astype(float), second.astype(float), rtol=1e-9, atol=1e-9)
        else:
            found |= first != second
    return found
