"""The conditions of a campaign in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign


def conditions_line(campaign: Campaign) -> str:
    """Write the conditions in one line: "liquid_ether with lino3, 1 mA/cm2, ..., 25 C"; a recipe in brackets."""
    cell = campaign.conditions
    additives = "" if cell.additives == "none" else f" with {cell.additives}"
    recipe = f" ({cell.electrolyte_recipe})" if cell.electrolyte_recipe else ""
    return (
        f"{cell.electrolyte}{recipe or additives}, {cell.current_density_mA_cm2:g} mA/cm2, "
        f"{cell.areal_capacity_mAh_cm2:g} mAh/cm2, {cell.temperature_C:g} C"
    )
