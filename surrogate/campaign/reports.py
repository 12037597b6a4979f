"""What a report says of a cell: its columns, its states, and between which two ends it puts a target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from surrogate.errors import Remedy
from surrogate.files.bounds import kind
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW

RUNNING, STOPPED, FAILED, LOST, NOT_MADE = STATES = ("running", "stopped", "failed", "lost", "not_made")
#: What each state means, for the template and for messages.
MEANINGS = {
    RUNNING: "still cycling: its cycles so far are at least its life",
    STOPPED: "ended by choice before it failed: its cycles are at least its life",
    FAILED: "ended by a failure; without any value: made, and gave none",
    LOST: "ended by a mishap that says nothing of the host; values before it count",
    NOT_MADE: "could not be made",
}
LIFE = "cycle_life_cycles"
#: How what is doubtful is told all the same: by a command or a script, and over HTTP.
YES, YES_OVER_HTTP = (
    "--yes accepts it (in a script: yes=True)",
    'tick "Take unusual numbers" (in a body: "yes": true)',
)
ID_COLUMNS = ("cell_id", "proposal_id", "state", "date")
#: Of a table of cells, in its order.
RESULT_COLUMNS = (
    *ID_COLUMNS,
    *c.DESIGN_COLUMNS,
    *c.TARGETS,
    *(f"{target}_censored" for target in c.TARGETS),
    *(f"{target}_upper_bound" for target in c.TARGETS),
    *(f"{target}_sem" for target in c.TARGETS),
    "replicate",
    "failed",
    "note",
)
#: Of a report beside these: the columns, as words of a text, that its row did not tell itself. Those of the design
#: were left empty and taken from what was known of the cell or its proposal, or stand in the row as a template was
#: prefilled. ``state`` is named where a life has neither a state nor a flag of its own, and the column of flags where
#: the table has none; ``cell_id`` where the campaign gave the cell its id.
TAKEN_OVER = "taken_over"
#: How much each state ends: of several, the last of these counts.
FINAL = {None: 0, RUNNING: 1, STOPPED: 2, LOST: 3, FAILED: 4, NOT_MADE: 5}

Report = Mapping[str, Any]
Ends = tuple[float, float]


def or_as_it_is(remedy: str) -> Remedy:
    """Offer, beside a remedy, to take what is doubtful as it is, in the words of each face.

    Parameters
    ----------
    remedy : str
        What else can be done; it ends so that "--yes accepts it" can follow.
    """
    return Remedy(f"{remedy}{YES}", f"{remedy}{YES_OVER_HTTP}")


def ends_of(report: Report, target: str) -> Ends | None:
    """Return the two ends between which a report puts a target; None where it says nothing.

    Parameters
    ----------
    report : mapping
        Column -> value of a cell.
    target : str
        One of ``TARGETS``.
    """
    value, flag, upper = (report.get(f"{target}{end}") for end in ("", "_censored", "_upper_bound"))
    if value is None or is_empty(value):
        return None
    known = kind(flag)
    if known == BELOW:
        return -math.inf, float(value)
    if upper is not None and not is_empty(upper):
        return float(value), float(upper)
    return float(value), math.inf if known else float(value)


def in_words(ends: Ends) -> str:
    """Say what is known of a target by its two ends: "905", "at least 800", "300 to 400"."""
    low, high = ends
    if low == high:
        return f"{low:g}"
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


def written(target: str, ends: Ends) -> dict[str, Any]:
    """Write the ends of a target in the columns of a table of cells.

    Parameters
    ----------
    target : str
        One of ``TARGETS``.
    ends : (float, float)
        In its unit; infinite where open.

    Returns
    -------
    dict
        ``T``, ``T_censored`` and ``T_upper_bound``.
    """
    low, high = ends
    interval = low < high and not (math.isinf(low) or math.isinf(high))
    return {
        target: high if math.isinf(low) else low,
        f"{target}_censored": BELOW if math.isinf(low) else math.isinf(high),
        f"{target}_upper_bound": high if interval else None,
    }


def taken_over(report: Report) -> frozenset[str]:
    """Return the columns of a report that its row did not tell itself: see ``TAKEN_OVER``."""
    return frozenset(str(report.get(TAKEN_OVER) or "").split())


def is_empty(value: object) -> bool:
    """Test whether a column of a report says nothing: empty, or a flag that is not set."""
    return value is None or value == "" or value is False or (isinstance(value, float) and math.isnan(value))
