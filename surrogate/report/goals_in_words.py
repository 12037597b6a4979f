"""What a campaign wants, in words: its objectives and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surrogate.campaign.goals import TargetGoal
from surrogate.hosts.targets import SCALES
from surrogate.optimization.goals import Limit, Match, Within
from surrogate.report.quantities import label, quantity, rounded

_WANTED = {"max": "high", "min": "low"}
_BETTER = {"max": "higher is better", "min": "lower is better"}
_SIDES = {">=": "at least", "<=": "at most"}


def objectives_in_words(objectives: Mapping[str, TargetGoal]) -> list[str]:
    """Write objectives, such as "high cycle life" and "overpotential of 20 to 40 mV".

    Parameters
    ----------
    objectives : mapping
        Target -> what is wanted of it.

    Returns
    -------
    list of str
        One for each objective.
    """
    return [_objective(target, goal) for target, goal in objectives.items()]


def limits_in_words(limits: Sequence[Limit]) -> list[str]:
    """Write limits, such as "critical current density of at least 1.5 mA cm⁻²".

    Parameters
    ----------
    limits : sequence of Limit
        On targets.

    Returns
    -------
    list of str
        One for each limit.
    """
    return [
        f"{label(one.name).lower()} of {_SIDES[one.side]} {quantity(one.bound, one.name)}" for one in limits
    ]


def goals_in_a_line(objectives: Mapping[str, TargetGoal], limits: Sequence[Limit]) -> str:
    """Write what is wanted in one sentence.

    Parameters
    ----------
    objectives : mapping
        Target -> what is wanted of it.
    limits : sequence of Limit
        On targets.

    Returns
    -------
    str
        Such as "Wanted: high cycle life; limits: overpotential of at most 50 mV."
    """
    kept = f"; limits: {', '.join(limits_in_words(limits))}" if limits else ""
    return f"Wanted: {', '.join(objectives_in_words(objectives))}{kept}."


def axis_words(objectives: Mapping[str, TargetGoal], limits: Sequence[Limit] = ()) -> dict[str, str]:
    """Write below the title of each target's axis what is wanted there, such as "higher is better".

    Parameters
    ----------
    objectives : mapping
        Target -> what is wanted of it; of others what is usually wanted is said.
    limits : sequence of Limit
        On targets; said of those that are no objectives.

    Returns
    -------
    dict
        Target -> text.
    """
    found = {}
    for target, scale in SCALES.items():
        goal: TargetGoal = objectives.get(target, scale.goal)
        ends = [f"{_SIDES[one.side]} {rounded(one.bound, target)}" for one in limits if one.name == target]
        if isinstance(goal, Match):
            found[target] = f"wanted: {rounded(goal.target, target)}"
        elif isinstance(goal, Within):
            found[target] = f"wanted: {rounded(goal.low, target)} to {rounded(goal.high, target)}"
        elif ends and target not in objectives:
            found[target] = f"wanted: {' and '.join(ends)}"
        else:
            found[target] = _BETTER[goal]
    return found


def _objective(target: str, goal: TargetGoal) -> str:
    name = label(target).lower()
    if isinstance(goal, Match):
        return f"{name} of {quantity(goal.target, target)}"
    if isinstance(goal, Within):
        return f"{name} of {rounded(goal.low, target)} to {quantity(goal.high, target)}"
    return f"{_WANTED[goal]} {name}"
