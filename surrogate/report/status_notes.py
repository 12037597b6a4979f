"""What a reader of a campaign's state has to know about what was compared with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surrogate.campaign.goals import TargetGoal
from surrogate.hosts.targets import BELOW
from surrogate.optimization.goals import Limit
from surrogate.report.goals_in_words import limits_in_words
from surrogate.report.like_with_like import TOLERANCE, Pooled
from surrogate.report.quantities import given, label


def notes_on_cells(designs: Sequence[Pooled], objectives: Mapping[str, TargetGoal], told: int) -> list[str]:
    """Say what was compared and how: conditions, replicates, missing objectives, bounds.

    Parameters
    ----------
    designs : sequence of Pooled
        Under the campaign's conditions.
    objectives : mapping
        Target -> what is wanted of it.
    told : int
        Measured cells in all.

    Returns
    -------
    list of str
        One sentence each.
    """
    lines = []
    compared = [cell for one in designs for cell in one.cells]
    if elsewhere := told - len(compared):
        were = "1 cell was" if elsewhere == 1 else f"{elsewhere:,} cells were"
        lines.append(
            f"{were} measured at other conditions than the campaign's ({TOLERANCE}), not compared with the others"
        )
    if len(compared) > len(designs):
        lines.append("the cells of one design count as one, with the median of what was measured")
    partly = [one for one in designs if not all(one.measured(target) for target in objectives)]
    if partly:
        cells = sum(len(one.cells) for one in partly)
        lines.append(
            f"{'1 cell' if cells == 1 else f'{cells:,} cells'} without every objective, not compared for the "
            "Pareto front"
        )
    kinds = [given(cell, f"{target}_censored") for cell in compared for target in objectives]
    if any(kind and kind != BELOW for kind in kinds):
        lines.append("≥ marks a cell that had not failed: it counts with the value reached")
    if any(kind == BELOW for kind in kinds):
        lines.append("≤ marks an upper bound: it counts with that value")
    if any(given(cell, f"{target}_upper_bound") is not None for cell in compared for target in objectives):
        lines.append("an interval counts with its lower end")
    return lines


def notes_on_limits(designs: Sequence[Pooled], limits: Sequence[Limit]) -> list[str]:
    """Say how many designs break the limits, and how many are compared although nobody measured what is limited.

    Parameters
    ----------
    designs : sequence of Pooled
        Under the campaign's conditions.
    limits : sequence of Limit
        Of the campaign.

    Returns
    -------
    list of str
        One sentence each; none without limits.
    """
    if not limits:
        return []
    broken = sum(one.breaks(limits) for one in designs)
    names = list(dict.fromkeys(limit.name for limit in limits))
    unknown = sum(not one.breaks(limits) and not all(one.measured(name) for name in names) for one in designs)
    kept = f"limits: {', '.join(limits_in_words(limits))}"
    of_all = f"{broken:,} of {'1 design' if len(designs) == 1 else f'{len(designs):,} designs'}"
    lines = [f"{kept}; {of_all} {'breaks' if broken == 1 else 'break'} them, not compared with the others"]
    if unknown:
        lines.append(
            f"{'1 design' if unknown == 1 else f'{unknown:,} designs'} without a measured "
            f"{' or '.join(label(name).lower() for name in names)}, compared as if the limits were kept"
        )
    return lines
