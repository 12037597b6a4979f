"""What to beware of when a proposed host is made.

Whether it can be made at all, mistakes that cost much, and values that only a limit stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surrogate.hosts.targets import TARGETS
from surrogate.report.quantities import given, label, quantity

Line = tuple[str, str]


def can_be_made(row: Mapping[str, Any]) -> list[Line]:
    """Say how likely it is that a host can be made, by the hosts of the campaign that could not.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.

    Returns
    -------
    list of (str, str)
        Label and text; empty where nothing was learned of that.
    """
    chance = given(row, "p_can_be_made")
    if chance is None:
        return []
    return [("Can be made and gives a value", f"probability {float(chance):.2f}, by the hosts that failed")]


def made_inexactly(row: Mapping[str, Any]) -> list[Line]:
    """List what a host promises at worst if it is not made exactly, and what makes it fragile.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.

    Returns
    -------
    list of (str, str)
        Label and text; empty where nothing is said of it.
    """
    worst = {target: given(row, f"{target}_worst_case") for target in TARGETS}
    told = [
        f"{label(target).lower()} {quantity(worst[target], target)}" for target in TARGETS if worst[target]
    ]
    lines = [("At worst, if not made exactly", ", ".join(told))] if told else []
    if fragile := given(row, "fragile_in"):
        text = str(fragile)
        for target in TARGETS:
            text = text.replace(target, label(target).lower())
        lines.append(("Fragile", text.replace(" x ", " × ")))
    return lines


def at_limit(row: Mapping[str, Any]) -> list[Line]:
    """List the values of a host that only a limit of what was allowed stopped.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.

    Returns
    -------
    list of (str, str)
        Label and text; empty where there is none.
    """
    names = str(given(row, "at_limit") or "").split(";")
    told = [f"{label(name).lower()} {quantity(row[name], name)}" for name in names if name in row]
    if not told:
        return []
    return [("At the limit of what was allowed", f"{', '.join(told)}; physics may not know what that costs")]
