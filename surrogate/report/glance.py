"""The batch at a glance: in what its hosts differ, and how they compare with their control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.report import summary
from surrogate.report.quantities import given, label, number, quantity, rounded
from surrogate.report.tolerances import at_limit
from surrogate.report.workbench import at_the_bench

Row = Mapping[str, Any]
_IN_TITLE = {"Framework", "Lithiophilic agent", "Surface"}


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Parameters
    ----------
    name : str
        What it compares.
    cells : list of n str
        Of each host.
    notes : list of n str
        Below each, such as an interval; may be empty.
    """

    name: str
    cells: list[str]
    notes: list[str]


@dataclass(frozen=True)
class Glance:
    """Everything in which the hosts of a batch differ.

    Parameters
    ----------
    choices : list of Line
        Design choices that are not the same for all.
    alike : list of (str, str)
        Those that are: name and text.
    answers : list of Line
        Predictions, against the control too, and probabilities.
    """

    choices: list[Line]
    alike: list[tuple[str, str]]
    answers: list[Line]


def glance(rows: Sequence[Row], targets: Sequence[str]) -> Glance:
    """Compare the hosts of a batch.

    Parameters
    ----------
    rows : sequence of n mappings
        Proposals and control.
    targets : sequence of str
        Of which predictions are compared.

    Returns
    -------
    Glance
    """
    made = [_choices(row) for row in rows]
    names = dict.fromkeys(name for one in made for name in one)
    choices, alike = [], []
    for name in names:
        cells = [one.get(name, "–") for one in made]
        if len(set(cells)) > 1:
            choices.append(Line(name, cells, [""] * len(cells)))
        else:
            alike.append((name, cells[0]))
    return Glance(choices, alike, [line for line in _answers(rows, targets) if _says_something(line)])


def _choices(row: Row) -> dict[str, str]:
    """List what is chosen of a host beside what its title says, without how it is made and how often."""
    beside = {name for name, _ in [*at_limit(row), *at_the_bench(row)]} | _IN_TITLE
    return {name: text for name, text in summary.what_to_make(row) if name not in beside}


def _answers(rows: Sequence[Row], targets: Sequence[str]) -> list[Line]:
    lines = []
    for target in targets:
        lines.append(_line(rows, label(target), lambda row, t=target: _predicted(row, t)))
        what = "lost charge" if SCALES[target].decreasing else label(target).lower()
        lines.append(_line(rows, f"Against the control, {what}", lambda row, t=target: _ratio(row, t)))
    shares = ("p_better_than_control", "Better than the control"), ("p_within_limits", "Keeps the limits")
    for column, name in shares:
        lines.append(_line(rows, name, lambda row, it=column: _share(row, it)))
    return lines


def _line(rows: Sequence[Row], name: str, of: Any) -> Line:
    cells, notes = zip(*(of(row) for row in rows), strict=True) if rows else ((), ())
    return Line(name, list(cells), list(notes))


def _predicted(row: Row, target: str) -> tuple[str, str]:
    ends = [given(row, f"{target}{end}") for end in ("_lower", "_upper")]
    text = quantity(row.get(target), target)
    if None in ends:
        return text, ""
    low, high = (rounded(float(end), target, 2) for end in ends)
    return text, f"{low} to {high}"


def _ratio(row: Row, target: str) -> tuple[str, str]:
    ratio, low, high = (given(row, f"{target}_vs_control{end}") for end in ("", "_lower", "_upper"))
    if summary.is_control(row) or ratio is None or low is None or high is None:
        return "–", ""
    return f"× {number(float(ratio))}", f"{number(float(low), 2)} to {number(float(high), 2)}"


def _share(row: Row, column: str) -> tuple[str, str]:
    share = given(row, column)
    of_itself = column == "p_better_than_control" and summary.is_control(row)
    return ("–" if share is None or of_itself else f"{100.0 * float(share):.0f} %"), ""


def _says_something(line: Line) -> bool:
    return any(cell != "–" for cell in line.cells)


def targets_compared(objectives: Sequence[str], limited: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Return the targets that a batch is compared by: what is wanted, then what is limited.

    Parameters
    ----------
    objectives : sequence of str
        Targets that the campaign improves.
    limited : sequence of str
        Targets with limits.
    rows : sequence of mapping
        Proposals; a target that they lack is left out.

    Returns
    -------
    list of str
    """
    wanted = [target for target in c.TARGETS if target in objectives]
    wanted += [target for target in c.TARGETS if target in limited and target not in wanted]
    return [target for target in wanted if any(target in row for row in rows)]
