"""What a campaign wants of its targets: ``[objectives]`` and ``[limits]`` of its file, or what is usual.

Data flow: tables of the file -> goals ("max", "min", a value to match, a band) and limits, each checked by what its
target can be and against the others; whatever is wrong is a ``CampaignError``. ``gains`` says what is gained.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NoReturn

from surrogate import materials
from surrogate.errors import CampaignError
from surrogate.files.bounds import FRACTION
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.targets import OBJECTIVES, SCALES, TARGETS
from surrogate.optimization.goals import Limit, Match, Within
from surrogate.optimization.settings import Direction

TargetGoal = Direction | Match | Within
SIDES = MappingProxyType({"at_least": ">=", "at_most": "<="})
CURRENT_LIMITED = "ccd_mA_cm2"
# Classes of electrolyte in which no published cell measures a critical current: there it need only be well above what
# the cells are cycled at (assumed: half as much again).
NOT_TO_IMPROVE = frozenset({"liquid_ether", "liquid_carbonate", "gel", "polymer"})
HEADROOM = 1.5
_GOALS = '"max", "min", { match = 30 } or { within = [20, 40] }'
_LIMITS = "{ at_least = 1.5 }, { at_most = 50 }, or both in one"


def usual_goals(conditions: Conditions) -> tuple[dict[str, TargetGoal], tuple[Limit, ...]]:
    """Return the objectives and limits of a campaign that names none.

    In solids long life, a high critical current and a low overpotential. In liquids, gels and polymers the critical
    current is no objective: it has to be at least ``HEADROOM`` times the current of the campaign.

    Parameters
    ----------
    conditions : Conditions
        Of the campaign.
    """
    kind = materials.electrolyte(str(conditions.electrolyte)).literature_class
    if kind not in NOT_TO_IMPROVE:
        return dict(OBJECTIVES), ()
    current = float(conditions.as_dict()["current_density_mA_cm2"])
    objectives: dict[str, TargetGoal] = {
        name: goal for name, goal in OBJECTIVES.items() if name != CURRENT_LIMITED
    }
    return objectives, (Limit(CURRENT_LIMITED, ">=", float(f"{HEADROOM * current:.4g}")),)


def read_objectives(given: Mapping[str, Any], where: str) -> dict[str, TargetGoal]:
    """Read the section ``[objectives]``.

    Parameters
    ----------
    given : mapping
        Target -> "max", "min", or a table with ``match`` or ``within``.
    where : str
        What messages call the file.

    Returns
    -------
    dict
        Target -> goal, in the order of ``TARGETS``.

    Raises
    ------
    CampaignError
        For an unknown target, and for what is no goal.
    """
    _refuse_unknown(given, "objective", where)
    return {name: _goal(name, given[name], where) for name in TARGETS if name in given}


def read_limits(
    given: Mapping[str, Any], objectives: Mapping[str, TargetGoal], where: str
) -> tuple[Limit, ...]:
    """Read the section ``[limits]``.

    Parameters
    ----------
    given : mapping
        Target -> table with ``at_least``, ``at_most`` or both.
    objectives : mapping
        What is wanted of the targets.
    where : str
        What messages call the file.

    Returns
    -------
    tuple of Limit
        In the order of ``TARGETS``.

    Raises
    ------
    CampaignError
        For an unknown target, for what is no limit, and for limits that contradict each other or a goal.
    """
    _refuse_unknown(given, "limit", where)
    found: list[Limit] = []
    for target in TARGETS:
        if target in given:
            ends = _limit(target, given[target], where)
            _refuse_contradiction(target, ends, objectives.get(target), where)
            found += [
                Limit(target, ">=" if side == "at_least" else "<=", ends[side])
                for side in SIDES
                if side in ends
            ]
    return tuple(found)


def as_written(goal: TargetGoal) -> Any:
    """Return a goal as it stands in a campaign file and in JSON."""
    if isinstance(goal, Match):
        return {"match": goal.target}
    return {"within": [goal.low, goal.high]} if isinstance(goal, Within) else goal


def limits_as_written(limits: tuple[Limit, ...]) -> dict[str, dict[str, float]]:
    """Return limits as they stand in a campaign file and in JSON: target -> side -> bound."""
    named = {sign: side for side, sign in SIDES.items()}
    found: dict[str, dict[str, float]] = {}
    for limit in limits:
        found.setdefault(limit.name, {})[named[limit.side]] = limit.bound
    return found


def _goal(target: str, given: Any, where: str) -> TargetGoal:
    place = f"objectives.{target}"
    if given == "max" or given == "min":
        return "max" if given == "max" else "min"
    if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in ("match", "within"):
        near = (
            get_close_matches(given.lower(), ("max", "min"), n=1, cutoff=0.4)
            if isinstance(given, str)
            else []
        )
        _refuse(place, "is no goal", given, where, _GOALS, f"did you mean {near[0]!r}?" if near else "")
    if "match" in given:
        return Match(_value(target, given["match"], f"{place}.match", where))
    pair = given["within"]
    if not isinstance(pair, list) or len(pair) != 2:
        _refuse(f"{place}.within", "needs two numbers", pair, where, "[low, high]")
    low, high = (_value(target, end, f"{place}.within", where) for end in pair)
    if low >= high:
        _refuse(
            f"{place}.within", "is an empty band", pair, where, "[low, high], low below high",
            "exchange the numbers" if low > high else f"of a single value: {{ match = {low:g} }}",
        )  # fmt: skip
    return Within(low, high)


def _limit(target: str, given: Any, where: str) -> dict[str, float]:
    """Return the ends of a limit by their sides."""
    place = f"limits.{target}"
    if not isinstance(given, dict) or not given or not set(given) <= set(SIDES):
        goal = SCALES[target].goal
        side = "at_least" if goal == "max" else "at_most"
        shown = f"{given:g}" if isinstance(given, int | float) and not isinstance(given, bool) else "NUMBER"
        _refuse(place, "is no limit", given, where, _LIMITS, f"write {target} = {{ {side} = {shown} }}")
    ends = {side: _value(target, value, f"{place}.{side}", where) for side, value in given.items()}
    if len(ends) == 2 and ends["at_least"] >= ends["at_most"]:
        _refuse(place, "has two limits that nothing can keep", given, where, "at_least below at_most")
    return ends


def _refuse_contradiction(
    target: str, ends: Mapping[str, float], goal: TargetGoal | None, where: str
) -> None:
    """Refuse a limit that no value keeps of which the goal is met."""
    if isinstance(goal, Match):
        low, high = goal.target, goal.target
    elif isinstance(goal, Within):
        low, high = goal.low, goal.high
    else:
        return
    if high < ends.get("at_least", -math.inf) or low > ends.get("at_most", math.inf):
        _refuse(
            f"limits.{target}", "contradicts the objective", dict(ends), where,
            f"a limit that {as_written(goal)} can keep",
            "change the limit or the objective",
        )  # fmt: skip


def _value(target: str, given: Any, place: str, where: str) -> float:
    """Check a number by the limits of its target."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        _refuse(place, "is not a number", given, where, SCALES[target].limit)
    try:
        value = float(given)
    except OverflowError:
        value = math.inf
    scale = SCALES[target]
    if not (math.isfinite(value) and scale.least < value < scale.most):
        _refuse(place, "is no possible value", given, where, f"{scale.limit} ({scale.unit})")
    if bool(scale.is_fraction(value)):
        _refuse(
            place, f"is {FRACTION}", given, where, f"{scale.limit} ({scale.unit})", f"write {100.0 * value:g}"
        )
    return value


def _refuse_unknown(given: Mapping[str, Any], kind: str, where: str) -> None:
    for name in given:
        if name not in TARGETS:
            near = get_close_matches(name, TARGETS, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"name one of these, or leave [{kind}s] out"
            raise CampaignError(
                f"unknown {kind}", where=where, value=name, limit=", ".join(TARGETS), remedy=remedy
            )


def _refuse(place: str, what: str, value: Any, where: str, limit: str, remedy: str = "") -> NoReturn:
    raise CampaignError(
        f"{place} {what}", where=where, value=value, limit=limit, remedy=remedy or "correct that value"
    )
