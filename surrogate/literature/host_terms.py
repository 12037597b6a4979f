"""Which host design the words of a record stand for: framework, agent, composition, geometry.

Stated numbers are kept; the rest comes from the priors of the framework and of the strategy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.literature.host_words import (
    agent_in,
    dielectric_in,
    dopant_in,
    framework_in,
    says,
)
from surrogate.literature.priors import Prior, Priors, priors
from surrogate.literature.word_table import Like, words
from surrogate.units import split_unit

_INSULATING_CLASSES = ("dielectric", "ceramic", "polymer")
_CARBONS = ("carbon_fiber", "carbon_nanotube", "graphene")
_BOTTOM_AGENT = ("lithiophilicity_gradient", "dual_gradient")
_INSULATED_TOP = ("conductivity_gradient", "dual_gradient")


@dataclass(frozen=True)
class Host:
    """A host as a design.

    Parameters
    ----------
    columns
        Design columns.
    stated
        For each acting input, whether the source states it.
    """

    columns: Mapping[str, Any]
    stated: Mapping[str, bool]


def stated(record: pd.Series) -> dict[str, Any]:
    """Return the cells of a record that hold something."""
    return {str(name): value for name, value in record.items() if not pd.isna(value)}


def host_of(record: Mapping[str, Any], *, electrolyte: str, assumed: Priors | None = None) -> Host:
    """Read the host of a record.

    Parameters
    ----------
    record
        Cells that hold something (:func:`stated`).
    electrolyte
        Identifier of the cell's electrolyte.
    assumed
        Numbers for what is not stated; default: the central numbers (``Priors.drawn`` draws others).
    """
    assumed = assumed or priors()
    framework, framework_stated, host_like = _framework(record)
    agent, agent_stated, agent_like = _agent(record)
    known = {"framework": framework_stated, "agent": agent_stated or framework == "none"}
    columns: dict[str, Any] = {"framework": framework, "agent": agent}
    if framework == "none":
        if _channels(record):  # normalising drops them where a pattern cannot act
            known["pattern_size_um"] = True
            columns["pattern_size_um"] = record["pore_size_top_um"]
            columns["pattern_depth_um"] = assumed.strategies["pattern_depth_um"].value
        return Host(columns, known)
    if electrolyte in materials.solids:  # the ion conductor in a host is the cell's own electrolyte
        columns["ion_conductor_material"] = electrolyte
    columns |= composition(
        framework, agent, record.get("strategy", ""), record.get("host_class", ""), assumed
    )
    columns |= _geometry(record, framework, known, assumed)
    columns |= _phases(record, framework, columns)
    known |= dict.fromkeys(columns.keys() & {"dielectric_material", "doping"}, True)
    columns |= _known_of(host_like, agent_like, columns, assumed)
    return Host(columns, known)


def _phases(record: Mapping[str, Any], framework: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Read what the words say of the phases: the insulator of a gradient, and the dopant of a carbon."""
    text, found = record.get("host_material", ""), {}
    insulated = any(columns[f"dielectric_{end}"] > 0.0 for end in ("top", "bottom"))
    if insulated and materials.framework(framework).phase != "dielectric" and (name := dielectric_in(text)):
        found["dielectric_material"] = name
    if framework in _CARBONS and (dopant := dopant_in(text)):
        found["doping"] = dopant
    return found


def _known_of(
    host: Like | None, agent: Like | None, columns: Mapping[str, Any], assumed: Priors
) -> dict[str, Any]:
    """Return what is known of a host or an agent that the tables lack, in the columns of measured properties."""
    found: dict[str, Any] = {}
    if host is not None and host.conductor_material:
        found["conductor_material"] = host.conductor_material
    for like in (host, agent):
        numbers = assumed.stand_ins.get(like.name, {}) if like is not None else {}
        ends = [end for end in ("top", "bottom") if like is host or columns[f"agent_{end}"] > 0.0]
        found |= {_at(name, end): number.value for name, number in numbers.items() for end in ends}
    return found


def _at(name: str, end: str) -> str:
    """Name the column of a property at one end: conductivity_S_m -> conductivity_top_S_m."""
    quantity, unit = split_unit(name)
    return f"{quantity}_{end}_{unit}"


def _channels(record: Mapping[str, Any]) -> bool:
    """Whether a cell without a host has channels of known width in its electrolyte."""
    cut = record.get("electrolyte_channels", False) or record.get("strategy") == "micropattern"
    return bool(cut) and "pore_size_top_um" in record


def _framework(record: Mapping[str, Any]) -> tuple[str, bool, Like | None]:
    if _channels(record):
        return "none", True, None  # the channels are the electrolyte's
    text, host_class, strategy = (
        record.get(column, "") for column in ("host_material", "host_class", "strategy")
    )
    return framework_in(text, host_class, strategy)


def _agent(record: Mapping[str, Any]) -> tuple[str, bool, Like | None]:
    told = record.get("lithiophilic_agent", "") or record.get("interface_coating", "")
    return agent_in(told, record.get("host_material", ""))


def composition(
    framework: str, agent: str, strategy: str, host_class: str, assumed: Priors
) -> dict[str, float]:
    """Solid volume fractions at both ends, as the strategy implies within what the framework can hold.

    Parameters
    ----------
    framework, agent
        Identifiers.
    strategy, host_class
        As in the record.
    assumed
        How much a strategy means.

    Returns
    -------
    dict
        Design columns of the composition; each end sums to 1.
    """
    prior = assumed.strategies
    entry = materials.framework(framework)
    other = {"top": ("", 0.0), "bottom": ("", 0.0)}  # the second phase of each end and its share
    if strategy in _INSULATED_TOP and host_class not in _INSULATING_CLASSES:
        # An insulator over a conducting framework; a conductor under an insulating framework.
        other["top"] = ("dielectric", prior["insulating_top"].value)
        other["bottom"] = ("conductor", prior["conducting_bottom"].value)
    elif strategy == "homogenized_field":
        other = dict.fromkeys(other, ("dielectric", prior["insulating_skin"].value))
    elif strategy == "miec":
        second = "conductor" if entry.phase == "ion_conductor" else "ion_conductor"
        other = dict.fromkeys(other, (second, prior["ion_conductor_mixed"].value))
    fractions = dict.fromkeys((*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM), 0.0)
    least = entry.minimum_own_fraction.value
    for end, (phase, share) in other.items():
        agent_share = min(_agent_share(agent, strategy, end, prior), 1.0 - least)
        kept = 1.0 - agent_share
        if phase and phase != entry.phase:
            kept = max(least, kept * (1.0 - share))
            fractions[f"{phase}_{end}"] = 1.0 - agent_share - kept
        fractions[f"{entry.phase}_{end}"] = kept
        fractions[f"agent_{end}"] = agent_share
    return fractions


def _agent_share(agent: str, strategy: str, end: str, prior: Mapping[str, Prior]) -> float:
    if agent == "none":
        return 0.0
    most = materials.agent(agent).maximum_fraction.value
    if strategy in _BOTTOM_AGENT:
        return min(prior["agent_bottom"].value, most) if end == "bottom" else 0.0
    return min(prior["agent_even"].value, most)


def _geometry(
    record: Mapping[str, Any], framework: str, known: dict[str, bool], assumed: Priors
) -> dict[str, float]:
    prior = assumed.geometry[framework]
    pore = dict.fromkeys(("top", "bottom"), prior["pore_size_um"].value)
    if record.get("strategy") == "pore_size_gradient":
        pore = {end: assumed.strategies[f"pore_gradient_{end}_um"].value for end in ("top", "bottom")}
    out = {f"porosity_{end}": prior["porosity"].value for end in ("top", "bottom")}
    known["porosity"] = False  # no column of the schema holds it
    for end, size in pore.items():
        known[f"pore_size_{end}_um"] = f"pore_size_{end}_um" in record
        out[f"pore_size_{end}_um"] = record.get(f"pore_size_{end}_um", size)
    aligned = says(record.get("host_material", ""), words().aligned)
    known["thickness_um"], known["tortuosity"] = "host_thickness_um" in record, "tortuosity" in record
    out["thickness_um"] = record.get("host_thickness_um", prior["thickness_um"].value)
    out["tortuosity"] = record.get(
        "tortuosity", (assumed.strategies["aligned_tortuosity"] if aligned else prior["tortuosity"]).value
    )
    return out
