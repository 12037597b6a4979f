"""A campaign in time: its batches, what was predicted of each cell before it was made, and what came of it.

Data flow: stored proposals with the predictions of their day, measured cells -> :func:`batches_of` -> how the cells
compare with what was predicted (:func:`verdict`), what each taught (:func:`learned`), and in what a batch differs
from the one before (:func:`changes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from statistics import median
from typing import Any

from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW, SCALES
from surrogate.report import measured_values, summary
from surrogate.report.axes import is_drawn
from surrogate.report.quantities import given, label, number

Row = Mapping[str, Any]
NO_VALUE = {
    "not_made": "could not be made: hosts like it are proposed less",
    "failed": "failed before it gave a value: hosts like it are proposed less",
    "lost": "a mishap, which says nothing of the host",
    "stopped": "stopped before it gave a value, which says nothing of the host",
}
NOT_PROPOSED = "a host that was not proposed, so that no prediction of it was kept; learned from"


@dataclass(frozen=True)
class BatchInTime:
    """A proposed batch and the cells that were made to it.

    Attributes
    ----------
    name : str
        Such as "B02".
    proposed_at : str
        ISO date and time.
    hosts : dict of str to mapping
        Id -> proposal with the predictions of its day, the control included.
    cells : list of mapping
        Told cells made to them.
    """

    name: str
    proposed_at: str
    hosts: dict[str, Row]
    cells: list[Row]

    @property
    def proposed_on(self) -> str:
        """ISO date."""
        return self.proposed_at[:10]

    def proposals(self) -> list[Row]:
        """Return the hosts without the control."""
        return [row for row in self.hosts.values() if not summary.is_control(row)]


def batches_of(proposals: Mapping[str, Row], cells: Sequence[Row]) -> list[BatchInTime]:
    """Group proposals and the cells made to them by batch, in the order of the batches.

    Parameters
    ----------
    proposals : mapping of str to mapping
        Id -> row, as ``CampaignStore.proposals`` returns them.
    cells : sequence of mapping
        Measured cells with their ``proposal_id``.

    Returns
    -------
    list of BatchInTime
    """
    found: dict[str, dict[str, Row]] = {}
    for name, row in proposals.items():
        found.setdefault(name.rpartition("-")[0], {})[name] = row
    return [
        BatchInTime(
            batch,
            str(next(iter(hosts.values())).get("proposed_at")),
            hosts,
            [cell for cell in cells if cell.get("proposal_id") in hosts],
        )
        for batch, hosts in found.items()
    ]


def verdict(proposal: Row, cell: Row, target: str) -> str:
    """Say whether a measured value agrees with what was predicted of it.

    Parameters
    ----------
    proposal : mapping
        With T and its interval.
    cell : mapping
        With the measured T.
    target : str
        A target column.

    Returns
    -------
    str
        "inside", "above" or "below" the 90 % interval, "so far inside" and "too early to say" of a bound; empty where
        either is not known.
    """
    ends = [given(proposal, f"{target}{end}") for end in ("_lower", "_upper")]
    if given(cell, target) is None or None in ends:
        return ""
    (low, high), value = (float(end) for end in ends), float(cell[target])
    other_end = given(cell, f"{target}_upper_bound")
    kind = given(cell, f"{target}_censored")
    if other_end is not None:
        return "above" if value > high else "below" if float(other_end) < low else "inside"
    if kind == BELOW:
        return "below" if value < low else "so far inside" if value <= high else "too early to say"
    if kind:
        return "above" if value > high else "so far inside" if value >= low else "too early to say"
    return "above" if value > high else "below" if value < low else "inside"


def agreement(batch: BatchInTime, target: str) -> str:
    """Say how the values of a batch's cells compare with what was predicted of them.

    Parameters
    ----------
    batch : BatchInTime
        With its cells.
    target : str
        A target column.

    Returns
    -------
    str
        Such as "3 of 4 values inside the 90 % interval, in the median × 0.82 of the predicted"; empty without values.
    """
    told = [(batch.hosts[str(cell["proposal_id"])], cell) for cell in batch.cells]
    verdicts = [verdict(proposal, cell, target) for proposal, cell in told]
    known = [one for one in verdicts if one in ("inside", "above", "below")]
    if not known:
        return ""
    ratios = [
        _ratio(proposal, cell, target)
        for proposal, cell in told
        if is_drawn(cell.get(target), target) and not measured_values.is_bound(cell, target)
    ]
    values = "value" if len(known) == 1 else "values"
    said = f"{known.count('inside')} of {len(known)} {values} inside the 90 % interval"
    if not ratios:
        return said
    what = "of the predicted lost charge" if SCALES[target].decreasing else "of the predicted"
    return f"{said}, in the median × {number(median(ratios))} {what}"


def learned(proposal: Row | None, cell: Row) -> str:
    """Say in words what a cell taught.

    Parameters
    ----------
    proposal : mapping, optional
        What was predicted of it; None for a cell of a host that nobody proposed.
    cell : mapping
        What is known of it.

    Returns
    -------
    str
    """
    measured = [target for target in c.TARGETS if given(cell, target) is not None]
    if not measured:
        state = str(given(cell, "state") or ("failed" if cell.get("failed") else ""))
        return NO_VALUE.get(state, "nothing yet")
    if proposal is None:
        return NOT_PROPOSED
    said = []
    for target in measured:
        found = verdict(proposal, cell, target)
        if not found:
            continue
        name = label(target).lower()
        if found == "too early to say":
            said.append(f"{name}: too early to say")
        elif found == "so far inside":
            said.append(f"{name} so far as predicted")
        else:
            ratio = f"× {number(_ratio(proposal, cell, target))} of the predicted"
            what = f"lost charge {ratio}" if SCALES[target].decreasing else f"{name} {ratio}"
            where = "inside" if found == "inside" else f"{found}, a surprise: outside"
            said.append(f"{what} ({where} the 90 % interval)")
    return "; ".join(said) or NOT_PROPOSED


def changes(
    before: BatchInTime, batch: BatchInTime, targets: Sequence[str], cells: Sequence[Row] = ()
) -> list[str]:
    """Say in what a batch differs from the one before, and what was told in between.

    Parameters
    ----------
    before, batch : BatchInTime
        One after the other.
    targets : sequence of str
        That the campaign improves.
    cells : sequence of mapping
        All measured cells of the campaign.

    Returns
    -------
    list of str
        Sentences without a full stop.
    """
    told = [cell for cell in before.cells if str(cell.get("told_at", "")) <= batch.proposed_at]
    said = [
        f"told before it: {_counted(told, before.name)}"
        if told
        else f"no cell of {before.name} was told before it"
    ]
    own = {str(cell["cell_id"]) for cell in before.cells}
    others = [
        cell
        for cell in cells
        if str(cell["cell_id"]) not in own
        and before.proposed_at < str(cell.get("told_at", "")) <= batch.proposed_at
    ]
    if others:
        said.append(f"told between the two: {_counted(others, 'other hosts')}")
    said += [line for target in targets if (line := _sharper(before, batch, target))]
    was, now = ([*dict.fromkeys(summary.title(row) for row in one.proposals())] for one in (before, batch))
    new, gone = [one for one in now if one not in was], [one for one in was if one not in now]
    if new:
        said.append(f"new: {', '.join(new)}")
    if gone:
        said.append(f"no longer proposed: {', '.join(gone)}")
    exploring = [sum(row.get("role") == "explore" for row in one.proposals()) for one in (before, batch)]
    if exploring[0] != exploring[1]:
        said.append(
            f"{exploring[1]} of {len(batch.proposals())} made for what they teach, before {exploring[0]}"
        )
    return said


def _counted(cells: Sequence[Row], of: str) -> str:
    values = sum(any(given(cell, target) is not None for target in c.TARGETS) for cell in cells)
    return f"{len(cells)} cell{'s' * (len(cells) != 1)} of {of}, {values} with a value"


def _sharper(before: BatchInTime, batch: BatchInTime, target: str) -> str:
    """Say how far the intervals of the hosts have changed, by the median of the ratio of their ends."""
    wide = [_width(one, target) for one in (before, batch)]
    if wide[0] is None or wide[1] is None or abs(wide[1] / wide[0] - 1.0) < 0.1:
        return ""
    how = "narrower" if wide[1] < wide[0] else "wider"
    return (
        f"what a new cell would give of {label(target).lower()} is known to within a factor of {number(wide[1])}, "
        f"{how} than {number(wide[0])} before"
    )


def _width(batch: BatchInTime, target: str) -> float | None:
    """Median half width of the 90 % intervals of a batch's hosts, as a factor."""
    scale = SCALES[target]
    factors = []
    for row in batch.proposals():
        ends = [given(row, f"{target}{end}") for end in ("_lower", "_upper")]
        if all(is_drawn(end, target) for end in ends):
            low, high = (float(scale.to_z(float(end))) for end in ends)
            factors.append(exp(0.5 * abs(high - low)))
    return median(factors) if factors else None


def _ratio(proposal: Row, cell: Row, target: str) -> float:
    """Measured over predicted; of an efficiency, of the lost charge."""
    scale = SCALES[target]
    if scale.decreasing:
        return (scale.most - float(cell[target])) / (scale.most - float(proposal[target]))
    return float(cell[target]) / float(proposal[target])
