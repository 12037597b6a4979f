"""How much a set of designs achieves: the volume of objective space that it dominates, above the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.shapes import Bool, Float

if TYPE_CHECKING:
    from surrogate.laboratory.tasks import Task

Array = NDArray[np.float64]


def gains(task: Task, values: pd.DataFrame) -> Float[Array, "{len(values)} m"]:
    """Turn values of objectives into what they are above the reference, in the wanted direction.

    Parameters
    ----------
    task : Task
        Gives the m objectives and the reference.
    values : DataFrame, n rows
        A column for each objective, in its unit.

    Returns
    -------
    ndarray (n, m)
        In the objectives' units or, where the task is ``logarithmic``, in natural logarithms; greater is better,
        negative is worse than the reference.
    """
    scale = np.log if task.logarithmic else np.asarray
    columns = [
        (scale(values[name].to_numpy(dtype=float)) - scale(task.reference[name]))
        * (1.0 if wanted == "max" else -1.0)
        for name, wanted in task.objectives.items()
    ]
    return np.column_stack(columns)


def alone(found: Float[Array, "n m"]) -> Float[Array, " n"]:
    """Compute the hypervolume that each design has by itself.

    Parameters
    ----------
    found : ndarray (n, m)
        As :func:`gains` gives them.

    Returns
    -------
    ndarray (n,)
        In the product of the units; 0 where an objective is not above the reference.
    """
    return np.asarray(np.clip(found, 0.0, None).prod(axis=1))


def hypervolume(found: Float[Array, "n m"]) -> float:
    """Compute the volume that is dominated by at least one of n designs, exactly.

    Slices along the last objective, each as thick as the step to the next design and as large as the hypervolume in
    the other objectives of the designs above it (Zitzler, PhD thesis, ETH Zurich 1999, section 3.2). The work grows
    as n to the power m - 1; meant for up to four objectives.

    Parameters
    ----------
    found : ndarray (n, m)
        As :func:`gains` gives them; a design with a NaN counts for nothing.

    Returns
    -------
    float
        In the product of the objectives' units.
    """
    points = found[(found > 0.0).all(axis=1)]
    return _volume(points) if len(points) else 0.0


def _volume(points: Array) -> float:
    if points.shape[1] == 1:
        return float(points.max())
    points = points[np.argsort(-points[:, -1])]
    if points.shape[1] == 2:
        widths = np.maximum.accumulate(points[:, 0])
        heights = points[:, 1] - np.append(points[1:, 1], 0.0)
        return float((widths * heights).sum())
    points = points[on_front(points)]
    heights = points[:, -1] - np.append(points[1:, -1], 0.0)
    return sum(
        float(height) * _volume(points[: k + 1, :-1]) for k, height in enumerate(heights) if height > 0.0
    )


def on_front(points: Float[Array, "n m"]) -> Bool[NDArray[np.bool_], " n"]:
    """Say which of n designs no other one beats: as good in all objectives and better in one.

    Parameters
    ----------
    points : ndarray (n, m)
        Greater is better.

    Returns
    -------
    ndarray of bool (n,)
    """
    kept = np.ones(len(points), dtype=bool)
    for k, point in enumerate(points):
        kept[k] = not ((points >= point).all(axis=1) & (points > point).any(axis=1)).any()
    return kept
