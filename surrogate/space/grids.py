"""Whether an equality can be met by what a laboratory can set: multiples of steps, and listed values.

Only an equality all of whose columns are set in steps or from lists is judged; a column of any value takes up what
the others leave. The sums of the mixtures that it touches are kept with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from surrogate.errors import SpaceError
from surrogate.space.checks import grid_counts
from surrogate.space.constraints import LinearConstraint
from surrogate.space.layout import Layout
from surrogate.space.simplex import Simplex

_FINEST = 10**6  # denominator up to which a product of coefficient and step counts as a fraction


def check_grid(constraint: LinearConstraint, layout: Layout, fixed: frozenset[str], where: str) -> None:
    """Refuse an equality over stepped and listed columns that none of their values meet.

    Parameters
    ----------
    constraint : LinearConstraint
        Over numeric columns of the layout.
    layout : Layout
        The parameters.
    fixed : frozenset of str
        Columns with a value of their own where the constraint holds; it is then not judged.
    where : str
        What messages call the constraint.

    Raises
    ------
    SpaceError
        Naming the columns and what they can be.
    """
    steps = {
        name: float(step)
        for name, step in zip(layout.numeric, layout.steps, strict=True)
        if np.isfinite(step)
    }
    own = list(constraint.coefficients)
    varies = all(low < high for low, high in (layout.limits[column] for column in own))
    settable = all(column in steps or column in layout.listed for column in own)
    if constraint.sense != "==" or not varies or fixed & set(own) or not settable:
        return
    listed = [column for column in own if column in layout.listed]
    units = [constraint.coefficients[column] * steps[column] for column in own if column in steps]
    if not listed and constraint.bound == 0.0:
        return  # columns that are tied to each other
    if (listed or _is_multiple(constraint.bound, units)) and _some_values(constraint, layout, steps):
        return
    raise SpaceError(
        "no multiples of the steps meet this equality"
        if not listed
        else "none of the values that can be set meet this equality",
        where=where,
        value=constraint.bound,
        limit=", ".join(
            f"steps {steps[column]:g} of {column}"
            if column in steps
            else f"{column} {', '.join(f'{value:g}' for value in layout.listed[column])}"
            for column in own
        ),
        remedy="choose a bound that they can reach, finer steps, or two inequalities",
    )


def _is_multiple(bound: float, units: Sequence[float]) -> bool:
    """Say whether a bound is a sum of whole multiples of some numbers, limits aside."""
    parts = [Fraction(unit).limit_denominator(_FINEST) for unit in units]
    shared = math.lcm(*(part.denominator for part in parts))
    unit = Fraction(math.gcd(*(int(part * shared) for part in parts)), shared)
    if not unit:
        return True
    return abs(bound - round(bound / unit) * float(unit)) <= 1e-9 * max(1.0, abs(bound))


def _some_values(constraint: LinearConstraint, layout: Layout, steps: Mapping[str, float]) -> bool:
    """Say whether some values within the limits meet an equality and the sums of the mixtures that it touches.

    Variables: of each column its count of steps, or, for each of its listed values, whether it is taken (0 or 1).
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # late: importing a space should cost nothing

    mixtures = [
        one
        for one in layout.numerics
        if isinstance(one, Simplex) and set(one.parts) & constraint.coefficients.keys()
    ]
    columns = dict.fromkeys([*constraint.coefficients, *(part for one in mixtures for part in one.parts)])
    made_of: dict[str, list[tuple[int, float]]] = {}  # column -> its variables and what each adds to it
    low, high, whole = list[float](), list[float](), list[int]()
    for column in columns:
        least, most = layout.limits[column]
        if column in layout.listed:
            made_of[column] = [(len(low) + k, value) for k, value in enumerate(layout.listed[column])]
            size = len(made_of[column])
            low, high, whole = [*low, *[0.0] * size], [*high, *[1.0] * size], [*whole, *[1] * size]
            continue
        first, last = grid_counts(least, most, steps[column]) if column in steps else (1, 0)
        stepped = first <= last  # a column too narrow for its step is not rounded
        made_of[column] = [(len(low), steps[column] if stepped else 1.0)]
        low, high = [*low, float(first) if stepped else least], [*high, float(last) if stepped else most]
        whole.append(int(stepped))

    def row(terms: Mapping[str, float]) -> list[float]:
        found = [0.0] * len(low)
        for column, coefficient in terms.items():
            for at, adds in made_of[column]:
                found[at] += coefficient * adds
        return found

    rows = [row(constraint.coefficients), *(row(dict.fromkeys(one.parts, 1.0)) for one in mixtures)]
    wanted = [constraint.bound, *(one.total for one in mixtures)]
    for column in columns:
        if column in layout.listed:
            rows.append([float(at in dict(made_of[column])) for at in range(len(low))])
            wanted.append(1.0)
    size = np.maximum(np.abs(np.array(rows)).max(axis=1), 1e-12)
    found = milp(
        np.zeros(len(low)),
        integrality=whole,
        bounds=Bounds(low, high),
        constraints=LinearConstraint(np.array(rows) / size[:, None], wanted / size, wanted / size),
    )
    return bool(found.status != 2)  # 2: infeasible
