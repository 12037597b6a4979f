"""The space of hosts that some methods can make, inside a campaign's space.

Every method has ranges of its own, so that what several make together is no box: each way to a framework is a part,
and the whole is the parts joined (``space.joined``). Inside a part a quantity that the methods do not grade is held
equal at both ends, and an agent that none of them puts on is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from surrogate import materials
from surrogate.errors import SpaceError
from surrogate.hosts import columns as c
from surrogate.hosts.completion import default_material
from surrogate.hosts.routes import FOIL, coaters, cutters, makers, puts
from surrogate.materials.compatibility import graded_columns
from surrogate.materials.host import GRADABLE
from surrogate.materials.methods import Method, named
from surrogate.space.constraints import LinearConstraint, Restriction
from surrogate.space.joined import JoinedSpace, joined
from surrogate.space.space import Space

MADE_BY_A_METHOD = "made_by_a_method"
_REASONS = 3  # of why nothing is left, at most


def makeable_space(space: Callable[..., Space], methods: Sequence[Method]) -> JoinedSpace:
    """Build the space of the choices that some methods can make.

    Parameters
    ----------
    space : callable
        :func:`choice_space` of a campaign, with ``restrictions`` left to be given.
    methods : sequence of Method
        That the laboratory has.

    Raises
    ------
    SpaceError
        When nothing is left; it says why.
    """
    whole = space()
    frameworks, agents = (
        tuple(dict.fromkeys(str(choice[name]) for choice in whole.choices()))
        for name in ("framework", "agent")
    )
    ways = {name: list(_ways(name, methods)) for name in frameworks}
    parts = []
    for k in range(max(map(len, ways.values()))):
        with suppress(SpaceError):  # of other ways more may be left
            parts.append(space(restrictions=tuple(_restrictions(ways, k, methods, agents))))
    if not parts:
        reasons = list(dict.fromkeys(_conflicts(whole, ways, methods, agents)))[:_REASONS]
        raise SpaceError(
            f"the methods leave nothing: {'; '.join(reasons) or 'no host that they make is asked for'}",
            value=named(methods),
            remedy="name more methods, widen their ranges, or widen [search]",
        )
    return joined(
        whole,
        parts,
        MADE_BY_A_METHOD,
        "no method of the campaign makes it",
        f"what is made by {named(methods)}",
    )


def _conflicts(
    whole: Space,
    ways: Mapping[str, Sequence[Method | None]],
    methods: Sequence[Method],
    agents: Sequence[str],
) -> Iterator[str]:
    """Say why methods and the space that they are to make have nothing in common."""
    for framework, own in ways.items():
        if not own:
            yield f"none of them makes {framework}"
        for way in own:
            choice = next(one for one in whole.choices() if one["framework"] == framework)
            bounds = whole.subspace(choice).bounds
            for column, (low, high) in way.reaches.items() if way is not None else ():
                least, most = bounds[column]
                if column not in c.PATTERN and way is not None and (low > most or high < least):
                    yield (
                        f"{way.label} reaches {low:g} to {high:g} of {column} and {least:g} to {most:g} are asked for"
                    )
            if FOIL not in agents:
                yield from (one.reason for one in _agents(framework, way, methods, agents) if one.forbid)


def _ways(framework: str, methods: Sequence[Method]) -> Iterator[Method | None]:
    """Yield the ways to the body of a host; None: it is bought as it is, a foil without channels."""
    if framework == FOIL:
        yield None
        yield from cutters(methods)
    else:
        yield from makers(methods, framework)


def _restrictions(
    ways: Mapping[str, Sequence[Method | None]], k: int, methods: Sequence[Method], agents: Sequence[str]
) -> Iterator[Restriction]:
    """Restrict each framework to what its way k makes; one that has no such way is left out."""
    for framework, own in ways.items():
        if k >= len(own):
            yield Restriction(
                {"framework": [framework]}, f"no method makes {framework} otherwise", forbid=True
            )
            continue
        way = own[k]
        yield from _agents(framework, way, methods, agents)
        if way is None:
            yield Restriction(
                {"framework": [framework]},
                "a bought foil has no channels",
                upper=dict.fromkeys(c.PATTERN, 0.0),
            )
            continue
        reaches = {
            column: pair
            for column, pair in way.reaches.items()
            if (column in c.PATTERN) == (framework == FOIL)
        }
        yield Restriction(
            {"framework": [framework]},
            f"what {way.label} reaches",
            lower={column: low for column, (low, _) in reaches.items()},
            upper={column: high for column, (_, high) in reaches.items()},
        )
        yield from () if framework == FOIL else _filler(framework, way)
        for quantity in () if framework == FOIL else GRADABLE:
            if quantity not in way.grades and quantity != "agent":
                yield Restriction(
                    {"framework": [framework]},
                    f"{way.label} makes no gradient of {quantity.replace('_', ' ')}",
                    constraints=list(_equal(framework, quantity)),
                )


def _filler(framework: str, way: Method) -> Iterator[Restriction]:
    """Hold what is made together with a framework below what its way carries, by weight, in each kind of cell.

    Phase materials are not searched: they follow from framework and electrolyte.
    """
    own = materials.framework(framework).phase
    for electrolyte in materials.electrolytes if way.most_filler < 1.0 else ():
        g_cm3 = {
            phase: 1e-3
            * materials.solid(default_material(f"{phase}_material", framework, electrolyte)).density.si
            for phase in c.PHASES
            if phase != "agent"
        }
        reason = f"{way.label} carries {100 * way.most_filler:.0f} % of filler by weight at most"
        yield Restriction(
            {"framework": [framework], "electrolyte": [electrolyte]},
            reason,
            constraints=[
                LinearConstraint(
                    {
                        f"{phase}_{end}": density * (float(phase != own) - way.most_filler)
                        for phase, density in g_cm3.items()
                    },
                    "<=",
                    0.0,
                    reason,
                )
                for end in ("top", "bottom")
            ],
        )


def _agents(
    framework: str, way: Method | None, methods: Sequence[Method], agents: Sequence[str]
) -> Iterator[Restriction]:
    """Leave out the agents that nothing puts onto a framework, and hold equal at both ends what nothing grades."""
    using = [*([way] if way is not None and way.frameworks else []), *coaters(methods)]

    def those(graded: set[str]) -> list[str]:
        return [
            name
            for name in agents
            if name != FOIL and any(puts(one, framework, name, graded) for one in using)
        ]

    put, graded = those(set()), those({"agent"})
    if absent := [name for name in agents if name != FOIL and name not in put]:
        yield Restriction(
            {"framework": [framework], "agent": absent},
            f"no method puts {', '.join(absent)} onto {framework}",
            forbid=True,
        )
    if framework != FOIL and (even := [name for name in put if name not in graded]):
        yield Restriction(
            {"framework": [framework], "agent": even},
            f"no method makes a gradient of {', '.join(even)} in {framework}",
            constraints=list(_equal(framework, "agent")),
        )


def _equal(framework: str, quantity: str) -> Iterator[LinearConstraint]:
    for column in graded_columns(materials.framework(framework), quantity):
        top, bottom = (column.format(end=end) for end in ("top", "bottom"))
        yield LinearConstraint({top: 1.0, bottom: -1.0}, "==", 0.0, f"no gradient of {quantity}")
