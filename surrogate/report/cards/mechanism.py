"""What the simulation has a host do that its control does not: the physical reason for its numbers.

Data flow: rows of a batch with their simulated states (``campaign.proposals``) and the barriers of the material
tables -> a sentence; what differs between host and control by less than rounding is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surrogate import materials
from surrogate.hosts.routes import FOIL
from surrogate.report.quantities import given, number, quantity
from surrogate.report.summary import short_name

_PERCENT = 100.0
#: Of two states, by which ratio they differ so that it is worth a word.
_TOLD = 1.02


def mechanism_text(row: Mapping[str, Any], control: Mapping[str, Any] | None) -> str:
    """Say what differs in the simulation between a host and its control.

    Parameters
    ----------
    row, control : mapping of str to object
        Rows of a batch.

    Returns
    -------
    str
        Such as "lithium nucleates on magnesium at 5 mV, on bare carbon nanotube at 40 mV; ..."; empty of a foil,
        without a control, and where nothing differs.
    """
    if control is None or FOIL in (row["framework"], control["framework"]):
        return ""
    said = [
        _barrier(row),
        _insulated(row, control),
        *(_state(row, control, *one) for one in _STATES),
        _loss(row, control),
    ]
    told = [one for one in said if one]
    return "; ".join(told)


def _barrier(row: Mapping[str, Any]) -> str:
    """Compare the barriers of nucleation on the agent and on what the framework is of."""
    name = str(row["agent"])
    if name == FOIL or max(float(row["agent_top"]), float(row["agent_bottom"])) <= 0.0:
        return ""
    shares = {
        str(row[f"{phase}_material"]): float(row[f"{phase}_top"]) + float(row[f"{phase}_bottom"])
        for phase in ("conductor", "dielectric")
    }
    bare = max(shares, key=lambda one: shares[one])
    on_agent = materials.agent(name).nucleation_overpotential.value
    on_bare = materials.solid(bare).nucleation_overpotential.value
    return (
        f"lithium nucleates on {short_name(name)} at {number(on_agent, 2)} mV, "
        f"on bare {short_name(bare)} at {number(on_bare, 2)} mV"
    )


def _insulated(row: Mapping[str, Any], control: Mapping[str, Any]) -> str:
    """Say what a separator side without a conductor does, where the control's has one."""
    own, other = (float(one["conductor_top"]) for one in (row, control))
    if own > 0.0 or other <= 0.0 or float(row["conductor_bottom"]) <= 0.0:
        return ""
    return (
        "the separator side conducts no electrons, so that lithium is plated below it and passes it as ions"
    )


#: Column of a simulated state, and what is said of it.
_STATES = (
    ("bottom_half_share", "{} of the lithium in the bottom half of the host (control: {})"),
    ("peak_local_current_density_mA_cm2", "at most {} on the walls of its pores (control: {})"),
)


def _state(row: Mapping[str, Any], control: Mapping[str, Any], column: str, words: str) -> str:
    own, other = given(row, column), given(control, column)
    if own is None or other is None or not _differ(float(own), float(other)):
        return ""
    return words.format(quantity(own, column), quantity(other, column))


def _loss(row: Mapping[str, Any], control: Mapping[str, Any]) -> str:
    """Compare the charge that is lost in a cycle by physics alone: what ends a cell that does not short."""
    column = "coulombic_efficiency_pct_physics"
    own, other = (given(one, column) for one in (row, control))
    if own is None or other is None:
        return ""
    lost, lost_by_control = _PERCENT - float(own), _PERCENT - float(other)
    if not _differ(lost, lost_by_control):
        return ""
    return (
        f"{number(lost, 2)} % of the charge lost a cycle (control: {number(lost_by_control, 2)} %), by physics "
        "alone: published cells move both"
    )


def _differ(own: float, other: float) -> bool:
    if min(own, other) <= 0.0:
        return own != other
    return max(own, other) / min(own, other) >= _TOLD
