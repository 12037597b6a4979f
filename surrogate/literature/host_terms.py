"""Which host design the words of a record stand for: framework, agent, composition, geometry.

Stated numbers are kept; the rest comes from the priors of the framework and of the strategy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.literature.priors import Prior, Priors, priors

_INSULATING_CLASSES = ("dielectric", "ceramic", "polymer")
_METALS = ("copper", "nickel")
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
    framework, framework_stated = framework_of(record)
    agent, agent_stated = agent_of(record)
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
    return Host(columns, known)


def _channels(record: Mapping[str, Any]) -> bool:
    """Whether a cell without a host has channels of known width in its electrolyte."""
    cut = record.get("electrolyte_channels", False) or record.get("strategy") == "micropattern"
    return bool(cut) and "pore_size_top_um" in record


def framework_of(record: Mapping[str, Any]) -> tuple[str, bool]:
    """Read the framework, and whether the source states it.

    Planar strategies have none; scaffolds of solid electrolyte are named by their strategy; else the first
    known word in the host's description decides, else its class (which counts as not stated).

    Parameters
    ----------
    record
        Cells that hold something (:func:`stated`).

    Returns
    -------
    framework : str
        Its identifier.
    stated : bool
        Whether the source states it.
    """
    text, host_class, strategy = (
        record.get(column, "") for column in ("host_material", "host_class", "strategy")
    )
    if strategy in priors().planar_strategies or host_class in ("alloy", "none"):
        return "none", bool(text)
    if strategy in priors().framework_strategies:
        return priors().framework_strategies[strategy], bool(text)
    words = dict(priors().framework_words)
    if host_class == "metal":
        words = {word: name for word, name in words.items() if name in _METALS}
    places = {word: place for word in words if (place := _mention(text, word)) is not None}
    if places:
        return words[min(places, key=lambda word: places[word])], True
    return priors().framework_classes.get(host_class, "none"), False


def _mention(text: str, word: str) -> int | None:
    """Where a word stands: a name by itself (Cu, not Cu2Se), a common word also in another (nanotubes)."""
    bounds = ("", "") if word.islower() else (r"(?<![A-Za-z])", r"(?![A-Za-z0-9])")
    found = re.search(bounds[0] + re.escape(word) + bounds[1], text)
    return found.start() if found else None


def agent_of(record: Mapping[str, Any]) -> tuple[str, bool]:
    """Read the first agent of the record that has an identifier, and whether that is stated.

    Without one none is taken, which counts as not stated, as does an agent without an identifier.

    Parameters
    ----------
    record
        Cells that hold something (:func:`stated`).
    """
    for word in re.split(r"[,/\s]+", record.get("lithiophilic_agent", "")):
        if word in priors().agents:
            return priors().agents[word], True
    return "none", False


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
    known["thickness_um"], known["tortuosity"] = "host_thickness_um" in record, "tortuosity" in record
    out["thickness_um"] = record.get("host_thickness_um", prior["thickness_um"].value)
    out["tortuosity"] = record.get("tortuosity", prior["tortuosity"].value)
    return out
