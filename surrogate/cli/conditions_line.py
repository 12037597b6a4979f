"""The conditions of a campaign in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign


def conditions_line(campaign: Campaign) -> str:
    """Write the conditions in one line: "liquid_ether with lino3, 1 mA/cm2, 1 mAh/cm2, 25 C"."""
    cell = campaign.conditions
    additives = "" if cell.additives == "none" else f" with {cell.additives}"
    return (
        f"{cell.electrolyte}{additives}, {cell.current_density_mA_cm2:g} mA/cm2, "
        f"{cell.areal_capacity_mAh_cm2:g} mAh/cm2, {cell.temperature_C:g} C"
    )
