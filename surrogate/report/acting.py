"""Which columns act in a design: one that does not is not shown to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surrogate.hosts.cells import idle_where
from surrogate.hosts.columns import COLUMNS, MATERIAL_COLUMNS
from surrogate.report.quantities import given


def acts(column: str, row: Mapping[str, Any]) -> bool:
    """Test whether a column acts in a design.

    Parameters
    ----------
    column : str
        Any column; one that is no design column acts.
    row : mapping of str to object
        A design row, or the conditions of a campaign.

    Returns
    -------
    bool
        False where the registry says that it does not, and for the material of a phase that is at neither end.
    """
    if column not in COLUMNS:
        return True
    if column in MATERIAL_COLUMNS:
        phase = column.removesuffix("_material")
        return any(given(row, f"{phase}_{end}") for end in ("top", "bottom"))
    place = COLUMNS[column].acts
    if place == "in two or more layers of a porous host" and float(given(row, "layers") or 1.0) < 2.0:
        return False
    return not any(str(row.get(name)) in values for name, values in idle_where(place).items())


def acting(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the conditions that act in a cell.

    Parameters
    ----------
    conditions : mapping of str to object
        Of a campaign.
    """
    return {name: value for name, value in conditions.items() if acts(name, conditions)}
