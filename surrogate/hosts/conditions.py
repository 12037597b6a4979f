"""What a campaign holds fixed, and one host apart from it; together they are a complete design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from surrogate import materials
from surrogate.errors import DesignError
from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.registry import Column, Columns


@dataclass(frozen=True, init=False)
class Conditions:
    """What a campaign holds fixed: the cell and how it is cycled.

    Each condition of the registry is an attribute (``conditions.temperature_C``).

    Parameters
    ----------
    columns
        The registry they come from.
    **given
        Condition -> value, in the unit of its name; one that is absent or None takes its default.

    Raises
    ------
    DesignError, MaterialError
        For a value outside its limits, an unknown identifier, or a temperature at which the electrolyte is not known.
    TypeError
        For what is no condition.
    """

    values: tuple[tuple[str, Any], ...]

    def __init__(self, columns: Columns = COLUMNS, /, **given: Any) -> None:
        for name, value in given.items():
            if name not in columns.conditions:
                raise TypeError(f"{name!r} is no condition; these are: {', '.join(columns.conditions)}")
            if isinstance(value, float) and isnan(value) and columns[name].kind == "number":
                raise _not_a_number(columns[name], value)
        asked = {name: value for name, value in given.items() if value is not None}
        probe = pd.DataFrame([{**asked, "framework": "none"}])
        values = CompleteDesigns.of(probe, "conditions", columns).row(0, columns.conditions)
        object.__setattr__(self, "values", tuple(values.items()))
        entry = materials.electrolyte(values["electrolyte"])
        if values["additives"] == "none" and asked.get("additives", "none") != "none":
            raise DesignError(
                f"additives dissolve in liquids, and {entry.label} is none",
                where="conditions",
                value=asked["additives"],
                limit="none",
                remedy='write additives = "none", or change the electrolyte',
                column="additives",
            )
        recipe = str(asked.get("electrolyte_recipe", "")).strip()
        if recipe and not values["electrolyte_recipe"]:
            raise DesignError(
                f"a recipe is of a liquid or gel, and {entry.label} is none",
                where="conditions",
                value=recipe,
                limit="no recipe",
                remedy="leave electrolyte_recipe out, or change the electrolyte",
                column="electrolyte_recipe",
            )
        low, high = entry.temperature_range.limits
        if not low <= values["temperature_C"] <= high:
            raise DesignError(
                f"{entry.label} is not known at this temperature",
                where="conditions",
                value=values["temperature_C"],
                limit=f"{low:g} to {high:g} C",
                remedy="give a temperature within these limits, or change the electrolyte",
                column="temperature_C",
            )

    def __getattr__(self, name: str) -> Any:
        if name != "values":
            for known, value in self.values:
                if known == name:
                    return value
        raise AttributeError(f"{name!r} is no condition")

    def as_dict(self) -> dict[str, Any]:
        """Condition -> value, complete, in the order of the registry."""
        return dict(self.values)


def _not_a_number(column: Column, value: float) -> DesignError:
    return DesignError(
        "not a number",
        where="conditions",
        value=value,
        limit=column.allowed,
        remedy=f"give a number, or leave it out: then it is {column.default:g}",
        column=column.name,
    )


@dataclass(frozen=True)
class HostDesign:
    """A host as a lab would make it: every column of ``CHOICES`` by name, checked when it is made.

    Optional columns (``OVERRIDES``, ``MODIFIERS``) stay where they are given. Whether a column acts depends on the
    cell, so that it is :meth:`under` which puts those that do not to their null.

    Raises
    ------
    DesignError
        For a value outside its limits, or fractions that do not sum to 1.
    MaterialError
        For an unknown identifier.
    """

    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        kept = CompleteDesigns.of(pd.DataFrame([dict(self.values)]), "design").row(0, c.CHOICES)
        for column in (*c.PATTERN, *c.OVERRIDES, *c.MODIFIERS):
            if column in self.values and not pd.isna(self.values[column]):
                kept[column] = _plain(self.values[column])
        object.__setattr__(self, "values", kept)

    def under(self, conditions: Conditions) -> CompleteDesigns:
        """Put the host in a cell, as a complete design."""
        return CompleteDesigns.of(pd.DataFrame([{**self.values, **conditions.as_dict()}]), "design")


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
