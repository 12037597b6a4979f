"""By which steps a host is made, in the order of doing, and where it is published that they make it.

Data flow: a row of a batch, its layers and the campaign's methods -> those that take part in a route to the host
(``hosts.routes``), or the nearest that there is, with why it falls short -> steps with limits, the document that the
entry was read from, and what to mind where layers are stacked or agents arrive from one side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import TYPE_CHECKING, Any

from surrogate.hosts.routes import FOIL, coaters, fillers_of, graded_in, puts, routes_of
from surrogate.literature.documents import find, link
from surrogate.literature.records import load
from surrogate.materials.methods import Method
from surrogate.materials.properties import Claim
from surrogate.report.cards.against import listed
from surrogate.report.cards.layers import Layer
from surrogate.report.cards.open_questions import open_questions, without_framework
from surrogate.report.cards.shortfall import WORDS, nearest
from surrogate.report.nearest_papers import citations
from surrogate.report.quantities import given, label, number, quantity
from surrogate.report.summary import short_name

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

ClaimOf = Callable[[Method], Claim | None]
_NO_METHOD = "no single known method makes this host"
_ONE_SIDED = frozenset({"sputtering", "evaporation"})  # atoms fly straight: they coat what the source sees
_PLY = 5.0  # pores that a ply is thick (assumed): a source that coats in straight lines reaches the first few
_WHOLE = frozenset({"bought"})  # a sheet that comes as it is: it is not built of plies
_BOTH_FACES = (
    "coat both faces of each bought sheet, and see in a cross-section how much of its inside stays bare"
)
_EVEN = 0.9  # of the most that a layer holds: less is said
_LIMITS = ("pore_size_top_um", "porosity_top", "thickness_um", "pattern_size_um", "pattern_depth_um")
_AS = {"pan": "PAN (not carbonised)"}  # a framework that is the first stage of another one


@dataclass(frozen=True)
class Step:
    """One step of a route.

    Attributes
    ----------
    what : str
        "make the framework", "put the agent on", "cut the channels", "stack the layers".
    methods : tuple of str
        Methods in words, any of which will do; the first is what the rest is about. Empty of stacking.
    limits : str
        What it reaches: pores, porosity, thickness; empty where the table says nothing.
    beyond : str
        Why the first method falls short of the host; empty where it makes it as it is.
    paper, doi, url : str
        The document that the entry was read from, with its own DOI; empty where the entry is assumed.
    where : str
        Section of it, or why it is assumed.
    assumed : bool
        Whether no source says that the method makes this.
    on_other : bool
        Whether the source puts the agent on something that is not this host's framework, as far as the table says.
    caution : str
        What to mind while doing it; empty for nothing.
    order : str
        Which layers come first, or hold what is put on; empty where the host is uniform or ``what`` says it.
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
    on_other: bool = False
    caution: str = ""
    order: str = ""


@dataclass(frozen=True)
class Route:
    """How a host is made, in the order of doing.

    Attributes
    ----------
    text : str
        As ``made_by`` of the batch has it; "no single known method makes this host" where none does.
    steps : tuple of Step
        The nearest that there is where no method makes the host as it is: ``beyond`` then says what is left to do.
    example, example_doi, example_url : str
        A published host near this one: if there is any, no alloy for which this framework only stands in, one of
        which a number is known, and whose DOI is; empty where there is none.
    differs : str
        How that host is described there, for what differs; empty where that is not told.
    film : bool
        Whether an agent is put on as vapour, whose film a quartz balance reads.
    reached : str
        What it reached and under which conditions; empty where no record has a number.
    open_questions : tuple of (str, str)
        What has to be found out before the host is made, as no source says it: what it is about, and what is known.
    """

    text: str
    steps: tuple[Step, ...]
    example: str
    example_doi: str
    example_url: str
    differs: str
    film: bool
    reached: str
    open_questions: tuple[tuple[str, str], ...]


def route_of(row: Mapping[str, Any], campaign: Campaign, layers: Sequence[Layer] = ()) -> Route:
    """Find the steps to a host, in the order of doing.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    campaign : Campaign
        With the laboratory's methods.
    layers : sequence of Layer
        Of the host.

    Returns
    -------
    Route
    """
    framework, agent = str(row["framework"]), str(row["agent"])
    known = routes_of(row, campaign.methods.usable).methods
    foil, steps = framework == FOIL, []
    coated = agent != FOIL and (foil or max(float(row["agent_top"]), float(row["agent_bottom"])) > 0.0)
    coating = coaters(known)
    first = sorted((one for one in known if one not in coating), key=lambda one: _sourced_first(one, row))
    beyond = ""
    stacked = False  # whether layers are made one by one, as no method makes what differs between them
    if not known and foil:  # its channels can be cut, if there are any, whatever puts the agent on
        first = list(routes_of({**row, "agent": FOIL}, campaign.methods.usable).methods)
    elif not known:
        first, beyond, stacked = nearest(row, campaign.methods.usable, layers)
        graded = graded_in(row) - ({"agent"} if stacked else set())
        coating = [
            one for one in coaters(campaign.methods.usable) if coated and puts(one, framework, agent, graded)
        ]
    alone = len(layers) > 1 and (stacked or int(row.get("layers", 1)) > 1)  # each layer is made by itself
    apart = alone or (len(layers) > 1 and _only_straight(coating))
    if not stacked and _in_several_plies(layers, coating):
        first = [one for one in first if one.identifier not in _WHOLE] or first
    whole_sheet = bool(first) and all(one.identifier in _WHOLE for one in first)
    if first:
        by_layer = ", layer by layer" * (apart and not stacked)
        what = "cut the channels" if foil else _framework(row, first[0], layers, stacked) + by_layer
        order = _made_first(row, layers, apart) if not (foil or stacked) else ""
        whole = len(layers) > 1 and not stacked
        step = _step(what, first, lambda one: _makes(one, framework), beyond, whole=whole)
        past = "" if foil or beyond else _past_its_range(first, step.methods[0], layers)
        steps.append(replace(step, order=order, caution=past))
    if coating:
        where = _where(layers) if apart else ""
        step = _step(f"put the {short_name(agent)} on{where}", coating, lambda one: one.agents.get(agent))
        others = [
            one for one in coaters(campaign.methods.usable)
            if where and one not in coating and puts(one, framework, agent, set())
        ]  # fmt: skip
        steps.append(
            replace(
                step,
                on_other=not step.assumed and not foil and short_name(framework) not in step.where,
                caution=""
                if foil
                else _one_sided(
                    coating, others if where else [], layers, alone=alone, stacked=stacked, whole=whole_sheet
                ),
                order=_in_turn(layers, coating, stacked=stacked or foil, whole=whole_sheet)
                if where
                else _held_by(layers, "once the framework is made; "),
            )
        )
    elif coated and not any(agent in one.agents for one in first):
        steps.append(_not_put(agent, framework, campaign.methods.usable))
    elif first and coated:
        what = f"bring the {short_name(agent)} in while it is made"
        step = _step(what, [one for one in first if agent in one.agents], lambda one: one.agents.get(agent))
        steps.append(replace(step, order=_held_by(layers)))
    if stacked and steps:
        order = f"layer {len(layers)} on the foil, then {'the other' if len(layers) == 2 else 'the others'} upwards"
        what = f"stack the layers: {order}, layer 1 at the separator"
        steps.append(Step(what, (), "", "", "", "", "", "", assumed=False))
    near = citations(row.get("nearest_literature"), load())
    near = sorted(near, key=lambda one: (one.stood_in_for, not one.reached, not one.cited.doi))
    near = [one for one in near if one.cited.work]
    return Route(
        text=str(given(row, "made_by") or _NO_METHOD),
        steps=tuple(steps),
        example=near[0].cited.work if near else "",
        example_doi=near[0].cited.doi if near else "",
        example_url=near[0].work_url if near else "",
        differs=near[0].systems if near else "",
        film=any(one.identifier in _ONE_SIDED for one in coating),
        reached=near[0].reached[0] if near and near[0].reached else "",
        open_questions=open_questions(
            row, () if foil else first, layers, laid_on_agent=bool(coating) and apart and not stacked
        ),
    )


def _not_put(agent: str, framework: str, known: Sequence[Method]) -> Step:
    """Say that no method puts an agent onto a framework, and which do onto others."""
    others = [
        f"{one.label} onto {listed([short_name(name) for name in sorted(one.frameworks or one.onto)])}"
        for one in known
        if agent in one.agents and (one.frameworks or one.onto)
    ]
    onto = "a planar foil" if framework == FOIL else short_name(framework)
    beyond = f"no method of the table puts {short_name(agent)} onto {onto}"
    beyond += f" ({'; '.join(others)})" if others else ""
    return Step(f"put the {short_name(agent)} on", (), "", beyond, "", "", "", "", assumed=False)


def _past_its_range(methods: Sequence[Method], label_of_first: str, layers: Sequence[Layer]) -> str:
    """Say which tolerances lie beyond what the method that is named first reaches; empty where none does."""
    method = next(one for one in methods if one.label == label_of_first)
    ranges: dict[str, list[tuple[float, ...]]] = {
        "pore_size_top_um": [one.pore_range_um for one in layers],
        "porosity_top": [tuple(0.01 * end for end in one.porosity_range_pct) for one in layers],
    }
    past = []
    for column, ends in ranges.items():
        low, high = method.reaches.get(column, (-inf, inf))
        name = WORDS.get(column, label(column).lower())
        if max(one[1] for one in ends) > high:
            past.append(f"{name} above {quantity(high, column)}")
        if min(one[0] for one in ends) < low:
            past.append(f"{name} below {quantity(low, column)}")
    if not past:
        return ""
    return f"{method.label} does not reach {listed(past)}, although the tolerances do: err to the other side"


def _only_straight(coating: Sequence[Method]) -> bool:
    """Test whether something is put on, and all methods coat only what their source sees: layers as they come."""
    return bool(coating) and all(one.identifier in _ONE_SIDED for one in coating)


def _where(layers: Sequence[Layer]) -> str:
    """Say which layers get an agent, of a host whose layers come one by one."""
    coated = [str(one.number) for one in layers if any(part.phase == "agent" for part in one.parts)]
    if len(coated) == len(layers):
        return " each layer, before the next comes onto it"
    return f" layer{'s' * (len(coated) > 1)} {listed(coated)}, before the next comes onto it"


def _made_first(row: Mapping[str, Any], layers: Sequence[Layer], apart: bool) -> str:
    """Say on which side a framework is begun whose layers differ or come one by one; empty of any other."""
    if len(layers) < 2 or not (apart or graded_in(row) - {"agent"}):
        return ""
    return f"layer {len(layers)} (foil side) first, layer 1 (separator side) last"


def _held_by(layers: Sequence[Layer], when: str = "") -> str:
    """Say which layers hold an agent and which of them most, by its share of the layer; empty of a single layer."""
    amounts = {
        layer.number: part.mass_mg / layer.thickness_um
        for layer in layers
        for part in layer.parts
        if part.phase == "agent"
    }
    if len(layers) < 2 or not amounts:
        return ""
    which = (
        "all layers hold it"
        if len(amounts) == len(layers)
        else f"layer {next(iter(amounts))} alone holds it"
        if len(amounts) == 1
        else f"layers {listed([str(k) for k in amounts])} hold it"
    )
    most = max(amounts, key=lambda k: amounts[k])
    even = len(amounts) == 1 or min(amounts.values()) >= _EVEN * amounts[most]
    side = f" ({layers[most - 1].position})" if most in (1, len(layers)) else ""
    return f"{when}{which}" + ("" if even else f", layer {most}{side} most")


def _one_sided(
    coating: Sequence[Method],
    others: Sequence[Method],
    layers: Sequence[Layer],
    *,
    alone: bool,
    stacked: bool,
    whole: bool,
) -> str:
    """Say where an agent that flies in straight lines does not get to, and what else coats layers one by one."""
    straight = [one.label for one in coating if one.identifier in _ONE_SIDED]
    if not straight or not layers:
        return ""
    coat = "coats" if len(straight) == 1 else "coat"
    below = f"{listed(straight)} {coat} what the source sees, and little below the first pores"
    if alone:
        too = f"; layer by layer, {' or '.join(one.label for one in others)} will do too" if others else ""
        plies = _in_plies(layers) if stacked else ""
        how = f"{below}, while the prediction has the agent throughout"
        if whole and any(n > 1 for n in _plies(layers).values()):
            return f"{how}: {_BOTH_FACES}{too}"
        which = (
            "layer or ply" if not stacked and any(n > 1 for n in _plies(layers).values()) else f"layer{plies}"
        )
        seen = ", and see in a cross-section of the first how deep it got"
        return f"{how}: coat each {which} before the next comes onto it{seen}{too}"
    if len(layers) == 1:
        return f"{below}: the inside of {number(layers[0].thickness_um)} µm stays bare unless it is made in sheets"
    return f"{below}: with {'it' if len(straight) == 1 else 'them'} coat each layer before the next comes onto it"


def _in_several_plies(layers: Sequence[Layer], coating: Sequence[Method]) -> bool:
    """Test whether what coats a layer reaches only a part of its thickness."""
    return len(layers) > 1 and _only_straight(coating) and any(n > 1 for n in _plies(layers).values())


def _in_turn(layers: Sequence[Layer], coating: Sequence[Method], *, stacked: bool, whole: bool) -> str:
    """Say how making and coating take turns, of layers that come one onto the other; empty of others.

    ``whole``: a layer comes as a sheet that cannot be built of plies.
    """
    if stacked:
        return ""
    upwards = f"from layer {len(layers)} (foil side) up"
    if whole or not _in_several_plies(layers, coating):
        return f"in turn with step 1, {upwards}"
    plies = _plies(layers)
    each = listed([f"layer {number} in {n} {'plies' if n > 1 else 'ply'}" for number, n in plies.items()])
    return (
        f"in turn with step 1, {upwards}: make a ply, coat it, then make the next onto it; {each}, each ply with its "
        "share of the layer's film"
    )


def _plies(layers: Sequence[Layer]) -> dict[int, int]:
    """Return of how many plies, a few pores thin, each layer with an agent is built, the foil's side first."""
    coated = [one for one in reversed(layers) if any(part.phase == "agent" for part in one.parts)]
    return {one.number: ceil(one.thickness_um / (_PLY * one.pore_size_um)) for one in coated}


def _in_plies(layers: Sequence[Layer]) -> str:
    """Say of how many plies layers are built that are coated before they are stacked; empty where each is thin."""
    thick = [f"layer {number} of {n} plies" for number, n in sorted(_plies(layers).items()) if n > 1]
    return f" ({listed(thick)}, each with its share of the film)" if thick else ""


def _framework(
    row: Mapping[str, Any], method: Method, layers: Sequence[Layer] = (), stacked: bool = False
) -> str:
    """Say what is made first: the framework, with the phases that are made together with it and how they get in.

    A layer may hold such phases and nothing of the framework itself.
    """
    framework = str(row["framework"])
    others = [short_name(str(row[f"{phase}_material"])) for phase in fillers_of(row)]
    how = (
        "in a way that the table does not say"
        if method.filler is None
        else method.filler.note.rpartition("; ")[2]
    )
    beside = f", with the {listed(others)} of each layer {how}" if others else ""
    lacking = without_framework(row, layers)
    if others and lacking:
        held = {
            one.number for one in layers if not {part.phase for part in one.parts}.isdisjoint(fillers_of(row))
        }
        numbers = [str(one.number) for one in lacking]
        some = "" if held == {one.number for one in lacking} else beside
        beside = (
            f"{some}; layer{'s' * (len(numbers) > 1)} {listed(numbers)} without it, of {listed(others)} alone"
            + ("" if some else f", {how}")
        )
    each = ", each layer by itself" if stacked else ""
    return f"make the framework of {_AS.get(framework, short_name(framework))}{beside}{each}"


def _makes(method: Method, framework: str) -> Claim | None:
    """Return what says that a method makes a framework or, of a foil, cuts channels."""
    cut = method.pattern_size
    return Claim(cut.source, cut.assumed, cut.note) if cut is not None else method.frameworks.get(framework)


def _step(
    what: str, methods: Sequence[Method], claim_of: ClaimOf, beyond: str = "", *, whole: bool = False
) -> Step:
    """Describe a step by the methods that do it, those with a source first."""
    ordered = sorted(methods, key=lambda one: _is_assumed(claim_of(one)))
    claim = claim_of(ordered[0])
    found = find(claim.source) if claim is not None and claim.source else None
    doi = found.doi if found is not None else ""
    return Step(
        what=what,
        methods=tuple(one.label for one in ordered),
        limits=_limits(ordered[0], whole=whole),
        beyond=beyond,
        paper=found.work if found is not None else "",
        doi=doi,
        url=link(doi),
        where=claim.note if claim is not None else "",
        assumed=_is_assumed(claim),
    )


def _sourced_first(method: Method, row: Mapping[str, Any]) -> tuple[bool, bool]:
    """Order methods: those first that are said to carry what is made with the framework, and that have a source."""
    silent = bool(fillers_of(row)) and method.filler is None
    return silent, _is_assumed(_makes(method, str(row["framework"])))


def _is_assumed(claim: Claim | None) -> bool:
    return claim is None or not claim.source


def _limits(method: Method, *, whole: bool = False) -> str:
    """Say what a method reaches, in words; ``whole``: its thickness is that of several layers together."""
    found = []
    for column, (low, high) in method.reaches.items():
        if column in _LIMITS:
            name = WORDS.get(column, label(column).lower()) + " of all layers" * (
                whole and column == "thickness_um"
            )
            found.append(f"{name} {quantity(low, column)} to {quantity(high, column)}")
    return ", ".join(found)
