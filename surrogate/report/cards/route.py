"""By which steps a host is made, in the order of doing, and where it is published that they make it.

Data flow: a row of a batch and the campaign's methods -> those that take part in a route to the host
(``hosts.routes``), or the nearest that there is -> steps with limits and the document that the entry was read from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.hosts.routes import FOIL, coaters, graded_in, makers, puts, routes_of
from surrogate.literature.documents import find, link
from surrogate.materials.methods import Method
from surrogate.materials.properties import Claim
from surrogate.report.cards.against import listed
from surrogate.report.nearest_papers import citations
from surrogate.report.quantities import given, label, quantity
from surrogate.report.summary import short_name

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

ClaimOf = Callable[[Method], Claim | None]
_NO_METHOD = "no method of the table makes it as it is"
_LIMITS = ("pore_size_top_um", "porosity_top", "thickness_um", "pattern_size_um", "pattern_depth_um")
_WORDS = {"pore_size_top_um": "pores", "porosity_top": "porosity"}


@dataclass(frozen=True)
class Step:
    """One step of a route.

    Attributes
    ----------
    what : str
        "make the framework", "put the agent on", "cut the channels".
    methods : tuple of str
        Methods in words, any of which will do; the first is what the rest is about.
    limits : str
        What it reaches: pores, porosity, thickness; empty where the table says nothing.
    beyond : str
        What of the host the first method does not reach; empty where it makes it as it is.
    paper, doi, url : str
        The document that the entry was read from, with its own DOI; empty where the entry is assumed.
    where : str
        Section of it, or why it is assumed.
    assumed : bool
        Whether no source says that the method makes this.
    """

    what: str
    methods: tuple[str, ...]
    limits: str
    beyond: str
    paper: str
    doi: str
    url: str
    where: str
    assumed: bool


@dataclass(frozen=True)
class Route:
    """How a host is made, in the order of doing.

    Attributes
    ----------
    text : str
        As ``made_by`` of the batch has it; "no method that is named" where none makes it.
    steps : tuple of Step
        The nearest that there is where no method makes the host as it is: ``beyond`` then says what is left to do.
    example, example_doi, example_url : str
        A published host near this one, one whose DOI is known if there is any; empty where there is none.
    """

    text: str
    steps: tuple[Step, ...]
    example: str
    example_doi: str
    example_url: str


def route_of(row: Mapping[str, Any], campaign: Campaign) -> Route:
    """Find the steps to a host, in the order of doing.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    campaign : Campaign
        With the laboratory's methods.

    Returns
    -------
    Route
    """
    framework, agent = str(row["framework"]), str(row["agent"])
    known = routes_of(row, campaign.methods.usable).methods
    foil, steps = framework == FOIL, []
    coated = agent != FOIL and (foil or max(float(row["agent_top"]), float(row["agent_bottom"])) > 0.0)
    coating = coaters(known)
    first = [one for one in known if one not in coating]
    beyond = ""
    if not known and not foil:
        first, beyond = _nearest(row, makers(campaign.methods.usable, framework))
        graded = graded_in(row)
        coating = [
            one for one in coaters(campaign.methods.usable) if coated and puts(one, framework, agent, graded)
        ]
    if first:
        what = "cut the channels" if foil else _framework(row)
        steps.append(_step(what, first, lambda one: _makes(one, framework), beyond))
    if coating:
        steps.append(_step(f"put the {short_name(agent)} on", coating, lambda one: one.agents.get(agent)))
    elif first and coated and any(agent in one.agents for one in first):
        what = f"bring the {short_name(agent)} in while it is made"
        steps.append(
            _step(what, [one for one in first if agent in one.agents], lambda one: one.agents.get(agent))
        )
    near = sorted(citations(row.get("nearest_literature")), key=lambda one: not one.cited.doi)
    near = [one for one in near if one.cited.work]
    return Route(
        text=str(given(row, "made_by") or _NO_METHOD),
        steps=tuple(steps),
        example=near[0].cited.work if near else "",
        example_doi=near[0].cited.doi if near else "",
        example_url=near[0].work_url if near else "",
    )


def _framework(row: Mapping[str, Any]) -> str:
    """Say what is made first: the framework, with the phases that are made together with it."""
    framework = str(row["framework"])
    own = materials.framework(framework).phase
    others = [
        short_name(str(row[f"{phase}_material"]))
        for phase in c.PHASES
        if phase not in ("agent", own)
        and max(float(row[f"{phase}_top"]), float(row[f"{phase}_bottom"])) > 0.0
    ]
    beside = f", with the {listed(others)} of each layer" if others else ""
    return f"make the framework of {short_name(framework)}{beside}"


def _makes(method: Method, framework: str) -> Claim | None:
    """Return what says that a method makes a framework or, of a foil, cuts channels."""
    cut = method.pattern_size
    return Claim(cut.source, cut.assumed, cut.note) if cut is not None else method.frameworks.get(framework)


def _nearest(row: Mapping[str, Any], known: Sequence[Method]) -> tuple[list[Method], str]:
    """Return the maker of a framework that reaches most of a host, and what it does not reach, in words."""
    found = []
    for one in known:
        missing = [
            f"{_WORDS.get(stem, label(stem).lower())} {quantity(row[column], column)}"
            for column, (low, high) in one.reaches.items()
            if one.frameworks and not low <= float(row[column]) <= high
            for stem in (column.replace("_bottom", "_top"),)
        ]
        missing += [
            f"a gradient of {what.replace('_', ' ')}"
            for what in sorted(graded_in(row) - {"agent"} - set(one.grades))
        ]
        found.append((list(dict.fromkeys(missing)), one))
    if not found:
        return [], ""
    missing, nearest = min(found, key=lambda pair: len(pair[0]))
    return [nearest], ", ".join(missing)


def _step(what: str, methods: Sequence[Method], claim_of: ClaimOf, beyond: str = "") -> Step:
    """Describe a step by the methods that do it, those with a source first."""
    ordered = sorted(methods, key=lambda one: _is_assumed(claim_of(one)))
    claim = claim_of(ordered[0])
    found = find(claim.source) if claim is not None and claim.source else None
    doi = found.doi if found is not None else ""
    return Step(
        what=what,
        methods=tuple(one.label for one in ordered),
        limits=_limits(ordered[0]),
        beyond=beyond,
        paper=found.work if found is not None else "",
        doi=doi,
        url=link(doi),
        where=claim.note if claim is not None else "",
        assumed=_is_assumed(claim),
    )


def _is_assumed(claim: Claim | None) -> bool:
    return claim is None or not claim.source


def _limits(method: Method) -> str:
    """Say what a method reaches, in words."""
    found = []
    for column, (low, high) in method.reaches.items():
        if column in _LIMITS:
            name = _WORDS.get(column, label(column).lower())
            found.append(f"{name} {quantity(low, column)} to {quantity(high, column)}")
    return ", ".join(found)
