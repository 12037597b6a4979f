"""Rounding to what a laboratory can set, with sums, limits and linear constraints kept.

``snap`` moves every column to the nearest multiple of its step; the fractions of a simplex keep their sum by
the largest-remainder method (Hamilton's, as used to apportion seats). Rows that then break a constraint are
repaired by ``repair``: the nearest point on the grid, in the sum of distances over the limits' widths, found
as a small mixed-integer linear programme.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import SpaceError
from surrogate.space.checks import GRID_TOLERANCE
from surrogate.space.polytope import Block, Floats, Indices, onto
from surrogate.space.region import Region

# Digits of a step count: what floating-point arithmetic leaves behind is no preference between neighbours.
_DIGITS = 9
# Decimals of a rounded value, so that 3 * 0.1 is written 0.3.
_DECIMALS = 12
_TRACE = 1e-6  # share of a part's range: less than this a search leaves behind where it meant nothing


def snap(region: Region, values: Floats, *, clip: bool) -> Floats:
    """Round points to the grid of their steps.

    Parameters
    ----------
    region : Region
        The region, with k numeric columns.
    values : ndarray, shape (n, k)
        Points in natural units.
    clip : bool
        Whether to keep within the limits of the region, to make simplexes sum to their total and to make columns of a
        log scale equal that are held so; otherwise values outside stay outside and sums are kept as they are, to a
        step.

    Returns
    -------
    ndarray, shape (n, k)
        Rounded points.
    """
    snapped = values.copy()
    low, high = region.grid() if clip else _open_grid(region)
    if clip:
        snapped = np.clip(snapped, region.lower, region.upper)
        for at in region.tied:
            snapped[:, at] = np.exp(np.log(snapped[:, at]).mean(axis=1, keepdims=True))
    simplex_columns = {int(i) for _, parts, _ in region.simplexes for i in parts}
    for i in region.free:
        if i not in simplex_columns and not np.isnan(low[i]):
            counts = np.clip(np.round(np.round(snapped[:, i] / region.steps[i], _DIGITS)), low[i], high[i])
            snapped[:, i] = np.round(counts * region.steps[i], _DECIMALS)
    for i, listed in region.listed:
        inside = (values[:, i] >= listed[0]) & (values[:, i] <= listed[-1]) | clip
        snapped[inside, i] = nearest_listed(listed, snapped[inside, i], log=bool(region.log[i]))
    if clip:
        snapped[:, region.constant] = region.lower[region.constant]
    for _, parts, total in region.simplexes:
        _snap_simplex(region, snapped, parts, total if clip else None, low, high)
    return snapped


def nearest_listed(listed: Floats, values: Floats, *, log: bool) -> Floats:
    """Take the nearest of some listed numbers in the place of each number.

    Parameters
    ----------
    listed : ndarray, shape (m,)
        In ascending order.
    values : ndarray, shape (n,)
        Numbers.
    log : bool
        Whether distances are measured on a log scale.

    Returns
    -------
    ndarray, shape (n,)
    """
    between = np.sqrt(listed[:-1] * listed[1:]) if log else 0.5 * (listed[:-1] + listed[1:])
    return np.asarray(listed[np.searchsorted(between, values)])


def _open_grid(region: Region) -> tuple[Floats, Floats]:
    stepped = np.isfinite(region.steps)
    return np.where(stepped, -np.inf, np.nan), np.where(stepped, np.inf, np.nan)


def _snap_simplex(
    region: Region, values: Floats, parts: Indices, total: float | None, low: Floats, high: Floats
) -> None:
    """Round the parts of one simplex in place, making their sum the total (None: keeping their sum)."""
    free = np.array([i for i in parts if not region.constant[i]], dtype=np.intp)
    if not len(free):
        return
    constant = np.array([i for i in parts if region.constant[i]], dtype=np.intp)
    whole = values[:, parts].sum(axis=1) if total is None else np.full(len(values), total)
    spare = whole - values[:, constant].sum(axis=1)
    on_grid = free[~np.isnan(low[free])]
    if len(on_grid):
        step = region.steps[on_grid[0]]
        off_grid = np.setdiff1d(free, on_grid)
        wanted = np.round(values[:, on_grid] / step, _DIGITS)
        seats = np.round(np.round((spare - values[:, off_grid].sum(axis=1)) / step, _DIGITS))
        counts = _apportion(wanted, seats, low[on_grid], high[on_grid])
        values[:, on_grid] = np.round(counts * step, _DECIMALS)
    if total is not None:
        _settle(region, values, free, spare)


def _apportion(wanted: Floats, seats: Floats, low: Floats, high: Floats) -> Floats:
    """Whole counts (n, p) near wanted that sum to seats (n,), within low and high where that is possible."""
    counts = np.clip(np.floor(wanted), low, high)
    for _ in range(int(np.ceil(np.abs(seats - counts.sum(axis=1)).max(initial=0.0)))):
        lacking = seats - counts.sum(axis=1)
        if not (np.abs(lacking) >= 1).any():
            break
        rest = wanted - counts
        for sign, room in ((1.0, counts < high), (-1.0, counts > low)):
            eager = np.where(room, sign * rest, -np.inf)
            best = eager.argmax(axis=1)
            rows = np.flatnonzero((sign * lacking >= 1) & room.any(axis=1))
            counts[rows, best[rows]] += sign
    return counts


def _settle(region: Region, values: Floats, free: Indices, spare: Floats) -> None:
    """Give what is missing from a sum to the parts with most room, in place."""
    for _ in free:
        missing = spare - values[:, free].sum(axis=1)
        rows = np.flatnonzero(np.abs(missing) > 1e-13)
        if not len(rows):
            return
        up = missing[rows, None] > 0
        room = np.where(
            up,
            region.upper[free] - values[np.ix_(rows, free)],
            values[np.ix_(rows, free)] - region.lower[free],
        )
        best = room.argmax(axis=1)
        gain = np.minimum(np.abs(missing[rows]), room[np.arange(len(rows)), best]) * np.sign(missing[rows])
        values[rows, free[best]] += gain


def off_grid(region: Region, values: Floats) -> NDArray[np.bool_]:
    """Say which rows have a number between two steps, in a column that is rounded.

    Parameters
    ----------
    region : Region
        The region, with k numeric columns.
    values : ndarray, shape (n, k)
        Points in natural units.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    low, _ = region.grid()
    counts = values / np.where(np.isnan(low), 1.0, region.steps)
    return np.asarray((~np.isnan(low) & (np.abs(counts - np.round(counts)) > GRID_TOLERANCE)).any(axis=1))


def repair(region: Region, wanted: Floats) -> Floats:
    """Find the nearest allowed row, on the grid as far as the constraints permit.

    Parameters
    ----------
    region : Region
        The region, with k numeric columns.
    wanted : ndarray, shape (k,)
        A row in natural units.

    Returns
    -------
    ndarray, shape (k,)
    """
    row = snap(region, wanted[None, :], clip=True)[0]
    for block in region.blocks:
        part = _nearest(region, block, wanted, row, whole=True)
        if part is None:  # the constraints miss the grid: keep them, and give up the rounding
            part = _nearest(region, block, wanted, row, whole=False)
        if part is not None:
            row[block.columns] = part
    return row


def without_traces(region: Region, values: Floats) -> Floats:
    """Make parts of mixtures that are nearly absent exactly zero, and let the others have what they leave.

    Parameters
    ----------
    region : Region
        The region, with k numeric columns.
    values : ndarray, shape (n, k)
        Rounded points in natural units.

    Returns
    -------
    ndarray, shape (n, k)
        A row is as it was where limits and constraints hold with these parts only.
    """
    part = np.zeros(len(region.columns), dtype=bool)
    for _, parts, _ in region.simplexes:
        part[parts] = True
    may = part & ~region.constant & (region.lower <= 0.0)
    away = may & (np.abs(values) < _TRACE * region.upper)
    some = (away & (values != 0.0)).any(axis=1)
    made = values.copy()
    for absent in np.unique(away[some], axis=0):
        rows = np.flatnonzero(some & (away == absent).all(axis=1))
        try:
            rest = replace(region, upper=np.where(absent, 0.0, region.upper))
        except SpaceError:
            continue
        for at, row in zip(rows, snap(rest, values[rows], clip=True), strict=True):
            allowed = row if rest.satisfied(row[None, :])[0] else repair(rest, values[at])
            if rest.satisfied(allowed[None, :])[0]:
                made[at] = allowed
    return made


def _nearest(region: Region, block: Block, wanted: Floats, row: Floats, *, whole: bool) -> Floats | None:
    """Find the block's columns (m,) nearest to wanted under its rows; None when there is no such point.

    Variables: the scaled columns y, step counts k (whole numbers), distances ``d >= abs(y - wanted)``, and which of
    its values each column with listed values has (0 or 1 each).
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # late: importing a space should cost nothing

    columns, size = block.columns, len(block.columns)
    low, span = region.lower[columns], (region.upper - region.lower)[columns]
    target = np.clip((wanted[columns] - low) / span, 0.0, 1.0)
    least, most = (part[columns] for part in region.grid())
    stepped = np.flatnonzero(np.isfinite(least)) if whole else np.array([], dtype=np.intp)
    eye, none = np.eye(size), np.zeros((size, size))
    pick = np.zeros((len(stepped), size))
    pick[np.arange(len(stepped)), stepped] = 1.0
    steps = region.steps[columns][stepped]
    tie = np.hstack([pick * span[stepped][:, None], -pick * steps[:, None], 0 * pick])
    rows = [
        (np.hstack([eye, none, -eye]), np.full(size, -np.inf), target),
        (np.hstack([-eye, none, -eye]), np.full(size, -np.inf), -target),
        (tie, -low[stepped], -low[stepped]),
    ]
    for (matrix, bound), equal in ((block.equal, True), (block.below, False)):
        wide = np.hstack([matrix, np.zeros((len(matrix), 2 * size))])
        rows.append((wide, bound if equal else np.full(len(bound), -np.inf), bound))
    pairs, one_each = listed_rows(region, columns, 3 * size)
    rows = [
        (np.hstack([terms, np.zeros((len(terms), len(pairs)))]), low_end, high_end)
        for terms, low_end, high_end in rows
    ]
    rows += one_each
    lower = np.zeros(3 * size + len(pairs))
    upper = np.concatenate([np.ones(size), np.zeros(size), np.full(size, 2.0), np.ones(len(pairs))])
    lower[size + stepped], upper[size + stepped] = least[stepped], most[stepped]
    integrality = np.zeros(3 * size + len(pairs))
    integrality[size + stepped] = 1
    integrality[3 * size :] = 1
    # Of equally near points, the point that moves earlier columns is taken, so the result is unique.
    cost = np.concatenate([np.zeros(2 * size), 1.0 + 1e-4 * np.arange(size), np.zeros(len(pairs))])
    found = milp(
        cost,
        integrality=integrality,
        bounds=Bounds(lower, upper),
        constraints=[LinearConstraint(*terms) for terms in rows if len(terms[0])],
    )
    if not found.success or found.x is None:
        return None
    scaled = np.clip(np.asarray(found.x[:size], dtype=float), 0.0, 1.0)
    values = low + scaled * span
    if whole and len(stepped) == size:
        return np.round(np.round(found.x[size : 2 * size]) * steps, _DECIMALS)
    # The solver meets rows within 1e-7 only: columns without a step take up the last bit.
    if len(stepped):
        values[stepped] = np.round(np.round(found.x[size + stepped]) * steps, _DECIMALS)
    for (at, value), chosen in zip(pairs, found.x[3 * size :], strict=True):
        if chosen > 0.5:
            values[at] = value
    held = np.union1d(stepped, [at for at, _ in pairs]).astype(np.intp)
    loose = np.setdiff1d(np.arange(size), held)
    matrix, bound = block.equal
    scaled = (values - low) / span
    if len(matrix) and len(loose):
        scaled[loose] = onto(scaled[None, loose], (matrix[:, loose], bound - matrix[:, held] @ scaled[held]))[
            0
        ]
        values[loose] = low[loose] + np.clip(scaled[loose], 0.0, 1.0) * span[loose]
    return values


def listed_rows(
    region: Region, columns: Indices, before: int
) -> tuple[list[tuple[int, float]], list[tuple[Floats, Floats, Floats]]]:
    """Make the rows of a programme by which columns have listed values.

    Parameters
    ----------
    region : Region
        The region.
    columns : ndarray of int, shape (m,)
        Positions of the columns that are the first m variables of the programme, scaled so that the limits are 0
        and 1.
    before : int
        How many variables the programme has so far.

    Returns
    -------
    pairs : list of (int, float)
        For each further variable, whether a value is taken (0 or 1): the place among the columns, and the value.
    rows : list of (ndarray, ndarray, ndarray)
        Coefficients of all variables, lower and upper ends: one value for each column, of which the column is made.
    """
    place = {int(column): at for at, column in enumerate(columns)}
    own = [(place[i], listed) for i, listed in region.listed if i in place]
    pairs = [(at, float(value)) for at, listed in own for value in listed]
    rows: list[tuple[Floats, Floats, Floats]] = []
    for at, _ in own:
        low, span = region.lower[columns[at]], (region.upper - region.lower)[columns[at]]
        terms = np.zeros((2, before + len(pairs)))
        terms[0, at] = -1.0
        for j, (of, value) in enumerate(pairs):
            if of == at:
                terms[:, before + j] = (value - low) / span, 1.0
        rows.append((terms, np.array([0.0, 1.0]), np.array([0.0, 1.0])))
    return pairs, rows
