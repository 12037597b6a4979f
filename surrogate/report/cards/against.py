"""What a batch says of a host against its control, as numbers on the scale of the models and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from surrogate.evaluation.metrics import NINETY
from surrogate.hosts.targets import SCALES
from surrogate.report.quantities import given, label, number
from surrogate.report.summary import short_name


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


def control_in_words(row: Mapping[str, Any]) -> str:
    """Name a control for a reader: "plain carbon fibre", "bare foil".

    Parameters
    ----------
    row : mapping of str to object
        The control's row.
    """
    return "bare foil" if row["framework"] == "none" else f"plain {short_name(str(row['framework']))}"


def times(ratio: float, digits: int = 3) -> str:
    """Write a ratio: "× 1.04".

    Parameters
    ----------
    ratio : float
        Above 0.
    digits : int
        Significant digits.
    """
    return f"× {number(ratio, digits)}"


def probability(p: float) -> str:
    """Write a probability with two digits, and never as certainty: "0.73", "above 0.99".

    Parameters
    ----------
    p : float
        0 to 1.
    """
    return "above 0.99" if p > 0.99 else "below 0.01" if p < 0.01 else f"{p:.2f}"


def listed(parts: Sequence[str]) -> str:
    """Join words: "a, b and c".

    Parameters
    ----------
    parts : sequence of str
        At least one.
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def own_cells(told: int) -> str:
    """Name the campaign's own cells: "your 13 cells", "your cells" where their number is not known.

    Parameters
    ----------
    told : int
        Their number.
    """
    return f"your {told} cell{'s' * (told > 1)}" if told else "your cells"
