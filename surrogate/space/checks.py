"""What the definitions of parameters have in common: names, finite numbers, and steps."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

from surrogate.errors import SpaceError

# In steps: a value this close to a multiple of its step counts as that multiple.
GRID_TOLERANCE = 1e-6


def grid_counts(lower: float, upper: float, step: float) -> tuple[int, int]:
    """Find the multiples of a step that lie between two limits.

    Parameters
    ----------
    lower, upper, step : float
        In the same unit.

    Returns
    -------
    least, most : int
        Smallest and largest k with ``lower <= k * step <= upper``; least exceeds most if there is none.
    """
    return math.ceil(lower / step - GRID_TOLERANCE), math.floor(upper / step + GRID_TOLERANCE)


def finite(value: Any, what: str, where: str) -> float:
    """Convert a value to a float, if it is a finite number.

    Parameters
    ----------
    value : object
        The value.
    what, where : str
        What it is and where it stands, for the message.

    Returns
    -------
    float

    Raises
    ------
    SpaceError
        If it is not a finite number.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not math.isfinite(value):
        raise SpaceError(f"{what} is not a finite number", where=where, value=value)
    return float(value)


def check_name(name: Any, kind: str) -> None:
    """Check that a name is text that is not empty.

    Parameters
    ----------
    name : object
        The name.
    kind : str
        What has it, for the message.

    Raises
    ------
    SpaceError
        If it is not.
    """
    if not isinstance(name, str) or not name:
        raise SpaceError(f"a {kind} needs a name", value=name, limit="text that is not empty")


def check_was(was: Any, name: str) -> None:
    """Check that an old name is text that is not empty, nor the name of today; or None.

    Parameters
    ----------
    was : object
        The old name.
    name : str
        The name of today.

    Raises
    ------
    SpaceError
        If it is not.
    """
    if was is not None and (not isinstance(was, str) or not was or was == name):
        raise SpaceError(
            "not an old name", where=name, value=was, limit="text that is not empty, nor the name of today",
            remedy="leave was out where nothing was renamed",
        )  # fmt: skip


def check_step(step: Any, where: str) -> float | None:
    """Convert a step to a float, if it is a positive finite number; None stays.

    Parameters
    ----------
    step : object
        The step.
    where : str
        What it is of, for the message.

    Returns
    -------
    float or None

    Raises
    ------
    SpaceError
        If it is not.
    """
    if step is None:
        return None
    number = finite(step, "step", where)
    if number <= 0:
        raise SpaceError("step is not positive", where=where, value=step, limit="step > 0, or None")
    return number
