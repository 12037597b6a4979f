"""What a laboratory whose physics is another makes of a host: it turns it over, or one mechanism does nothing in it.

Models are told of the host that was asked for, so that what physics says of it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from surrogate import materials
from surrogate.hosts.columns import COMPOSITION_BOTTOM, COMPOSITION_TOP
from surrogate.hosts.designs import CompleteDesigns

# What is exchanged: pores, and composition with what may be measured in its place.
_UPSIDE_DOWN = (
    "pore_size", "conductor", "dielectric", "agent", "ion_conductor", "conductivity", "nucleation_overpotential",
)  # fmt: skip
_UNITS = {"pore_size": "_um", "conductivity": "_S_m", "nucleation_overpotential": "_mV"}
_ENDS = ("top", "bottom")


def upside_down(designs: CompleteDesigns) -> CompleteDesigns:
    """Exchange pore size and composition of top and bottom.

    Parameters
    ----------
    designs : CompleteDesigns
        n hosts.

    Returns
    -------
    CompleteDesigns
        The n hosts with these columns exchanged, nothing else; they need not keep the rules of a campaign.
    """
    arrays = dict(designs.arrays)
    for quantity in _UPSIDE_DOWN:
        top, bottom = (f"{quantity}_{end}{_UNITS.get(quantity, '')}" for end in _ENDS)
        arrays[top], arrays[bottom] = designs.arrays[bottom], designs.arrays[top]
    return CompleteDesigns(arrays, designs.index, designs.notes, designs.columns)


def without(mechanism: str, designs: CompleteDesigns) -> CompleteDesigns:
    """Take a mechanism out of hosts.

    Parameters
    ----------
    mechanism : str
        A key of ``MECHANISMS``.
    designs : CompleteDesigns
        n hosts.

    Returns
    -------
    CompleteDesigns
        The n hosts as they would be if they did not have it; they need not keep the rules of a campaign.
    """
    return MECHANISMS[mechanism](designs)


def _without_agent(designs: CompleteDesigns) -> CompleteDesigns:
    """Put the phase of the framework in the place of the agent; a coating is taken off."""
    arrays = dict(designs.arrays)
    phases = np.array([materials.framework(str(one)).phase for one in arrays["framework"]])
    for end in _ENDS:
        agent = arrays[f"agent_{end}"]
        for phase in ("conductor", "dielectric", "ion_conductor"):
            arrays[f"{phase}_{end}"] = arrays[f"{phase}_{end}"] + np.where(phases == phase, agent, 0.0)
        arrays[f"agent_{end}"] = np.zeros(len(designs))
        arrays[f"nucleation_overpotential_{end}_mV"] = np.full(len(designs), np.nan)
    arrays["agent"] = np.full(len(designs), "none", dtype=object)
    return CompleteDesigns(arrays, designs.index, designs.notes, designs.columns)


def _of_even_composition(designs: CompleteDesigns) -> CompleteDesigns:
    """Mix what the ends are made of."""
    arrays = dict(designs.arrays)
    for top, bottom in zip(COMPOSITION_TOP, COMPOSITION_BOTTOM, strict=True):
        arrays[top] = arrays[bottom] = 0.5 * (designs.arrays[top] + designs.arrays[bottom])
    return CompleteDesigns(arrays, designs.index, designs.notes, designs.columns)


def _of_even_pores(designs: CompleteDesigns) -> CompleteDesigns:
    """Give both ends the mean porosity and the geometric mean of the pore sizes."""
    arrays = dict(designs.arrays)
    top, bottom = (arrays[f"pore_size_{end}_um"] for end in _ENDS)
    arrays["pore_size_top_um"] = arrays["pore_size_bottom_um"] = np.sqrt(top * bottom)
    even = 0.5 * (arrays["porosity_top"] + arrays["porosity_bottom"])
    arrays["porosity_top"] = arrays["porosity_bottom"] = even
    return CompleteDesigns(arrays, designs.index, designs.notes, designs.columns)


#: Mechanism, as ``hosts.mechanism`` calls it -> hosts without it.
MECHANISMS: Mapping[str, Callable[[CompleteDesigns], CompleteDesigns]] = MappingProxyType(
    {"agent": _without_agent, "graded composition": _of_even_composition, "graded pores": _of_even_pores}
)
