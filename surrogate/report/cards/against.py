"""What a batch says of a host against its control, as numbers on the scale of the models and in words."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import Any

from surrogate.evaluation.metrics import NINETY
from surrogate.hosts.targets import SCALES
from surrogate.report.quantities import given, label


def in_a_sentence(target: str) -> str:
    """Name a target inside a sentence: of an efficiency ratios are of the lost charge.

    Parameters
    ----------
    target : str
        One of ``TARGETS``.
    """
    return "lost charge" if SCALES[target].decreasing else label(target).lower()


def difference(row: Mapping[str, Any], target: str) -> tuple[float, float] | None:
    """Return mean and standard deviation, z, of what a host is worth over its control.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    target : str
        One of ``TARGETS``.

    Returns
    -------
    (float, float) or None
        None where the row does not compare it.
    """
    ratio, upper = given(row, f"{target}_vs_control"), given(row, f"{target}_vs_control_upper")
    if ratio is None or upper is None:
        return None
    return log(float(ratio)), max(log(float(upper) / float(ratio)), 0.0) / NINETY
