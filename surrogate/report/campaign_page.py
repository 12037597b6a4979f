"""The page of a campaign: how far it is, whether to go on, its batches in time, and what each cell taught.

Data flow: measured cells, pending hosts and stored proposals with the predictions of their day -> tables
(``campaign_status``), batches in time (``campaign_batches``) and drawings (``campaign_plots``) -> one self-contained
file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from math import sqrt
from typing import TYPE_CHECKING, Any

import pandas as pd

from surrogate.campaign.gains import gain_of_values
from surrogate.campaign.goals import TargetGoal
from surrogate.evaluation.metrics import NINETY
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.report import measured_values, style, summary
from surrogate.report.acting import acting
from surrogate.report.campaign_batches import BatchInTime, agreement, batches_of, changes, learned
from surrogate.report.campaign_plots import Reached, best_plot, cells_plot, predicted_and_measured
from surrogate.report.campaign_status import campaign_tables, name_of, on_front
from surrogate.report.earlier_notes import earlier_notes
from surrogate.report.goals_in_words import axis_words, goals_in_a_line
from surrogate.report.like_with_like import Pooled, pooled
from surrogate.report.quantities import axis_title, given, label, records

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

Row = Mapping[str, Any]
BEFORE = "before"  # the stage of cells that were told before any batch


@dataclass(frozen=True)
class Taught:
    """A line of the table of what was learned.

    Parameters
    ----------
    cell : str
        Id, host and state.
    measured : list of str
        Of each target that is shown.
    taught, note, told_on : str
        What it taught, what a person wrote, and when it was told last.
    """

    cell: str
    measured: list[str]
    taught: str
    note: str
    told_on: str


def render(
    campaign: Campaign,
    observations: pd.DataFrame,
    pending: pd.DataFrame,
    store: str,
    *,
    proposals: Mapping[str, Row] | None = None,
    designs: Sequence[Pooled] | None = None,
    history: Sequence[Row] = (),
    advice: Sequence[str] = (),
    today: date | None = None,
) -> str:
    """Write the self-contained page of a campaign; it needs no network, no script and no other file.

    Parameters
    ----------
    campaign : Campaign
        Conditions and objectives.
    observations, pending : DataFrame
        As ``CampaignStore.observations`` and ``pending`` return them.
    store : str
        Where the measured cells are kept.
    proposals : mapping, optional
        As ``CampaignStore.proposals`` returns them: what was predicted when each batch was proposed.
    designs : sequence of Pooled, optional
        The cells by design, where ``pooled`` was asked already.
    history : sequence of mapping
        As ``CampaignStore.history`` returns it: a note that is older than what is known of its cell is marked.
    advice : sequence of str
        Whether another batch is worth it, in sentences.
    today : date, optional
        The only thing in the page that the other arguments do not fix.

    Returns
    -------
    str
        HTML.
    """
    designs = pooled(campaign, observations) if designs is None else designs
    cells, tables = records(observations), campaign_tables(campaign, observations, pending, designs)
    batches = batches_of(proposals or {}, cells)
    kept = [one for one in designs if not one.breaks(campaign.limits)]
    words = axis_words(campaign.objectives, campaign.limits)
    shown = [target for target in c.TARGETS if any(given(cell, target) is not None for cell in cells)]
    return style.environment().get_template("campaign.html.j2").render(
        campaign_name=campaign.name,
        conditions=summary.conditions(acting(campaign.conditions.as_dict())),
        wanted=goals_in_a_line(campaign.objectives, campaign.limits),
        measured=len(observations),
        pending=len(pending),
        advice=list(advice),
        best=tables.best,
        best_plots=[
            {"title": axis_title(target), "wanted": words[target], "drawing": drawing}
            for target, goal in campaign.objectives.items()
            if (drawing := best_plot(target, reached(kept, batches, target, goal)))
        ],
        batches=batches,
        batch_rows=[_batch_row(batch, pending) for batch in batches],
        changes=[
            (batch.name, before.name, changes(before, batch, [*campaign.objectives], cells))
            for before, batch in pairwise(batches)
        ],
        agreements=[
            {"title": axis_title(target), "batches": _agreements(batches, target), "drawing": drawing}
            for target in shown
            if (drawing := predicted_and_measured(target, _told(batches)))
        ],
        taught=taught(cells, proposals or {}, shown, earlier_notes(history)),
        headings=[label(target) for target in shown],
        plots=_front_plots(campaign, kept, designs, cells),
        front=tables.front,
        cells=tables.cells,
        tables=[*(table for table in (tables.elsewhere, tables.outside) if table.rows), tables.pending],
        notes=tables.notes,
        store=store,
        date=(today or date.today()).isoformat(),
        style=style,
    )  # fmt: skip


def reached(
    designs: Sequence[Pooled], batches: Sequence[BatchInTime], target: str, goal: TargetGoal
) -> list[Reached]:
    """Say what was best after each batch, at the campaign's conditions.

    The interval of the best is that of the mean of its cells, by the spread of published replicates.

    Parameters
    ----------
    designs : sequence of Pooled
        That keep the limits.
    batches : sequence of BatchInTime
        In their order.
    target : str
        A target column.
    goal : TargetGoal
        What is wanted of it.

    Returns
    -------
    list of Reached
        For the time before any batch, if a cell is of then, and for each batch.
    """
    of_stage: dict[str, list[Pooled]] = {stage: [] for stage in (BEFORE, *(batch.name for batch in batches))}
    for one in designs:
        if one.measured(target):
            of_stage[_stage(one, batches)].append(one)
    found: list[Reached] = []
    best: Pooled | None = None
    for stage, some in of_stage.items():
        if stage == BEFORE and not some:
            continue
        known = [best, *some] if best is not None else some
        if known:
            gains = gain_of_values(target, goal, [one.estimate(target) for one in known])
            best = known[int(gains.argmax())]  # of equal ones the first that was made
        values = tuple(one.estimate(target) for one in some)
        value = None if best is None else best.estimate(target)
        found.append(Reached(stage, values, value, _mean_ends(best, target)))
    return found


def _stage(design: Pooled, batches: Sequence[BatchInTime]) -> str:
    """Batch in which a design was first made; of one that nobody proposed, the last batch before it was told."""
    for cell in design.cells:
        for batch in batches:
            if cell.get("proposal_id") in batch.hosts:
                return batch.name
    told = min(str(cell.get("told_at", ""))[:10] for cell in design.cells)
    earlier = [batch.name for batch in batches if batch.proposed_on < told]
    return earlier[-1] if earlier else BEFORE


def _mean_ends(design: Pooled | None, target: str) -> tuple[float, float]:
    """90 % interval of a design's mean, in the unit of the target."""
    if design is None:
        return float("nan"), float("nan")
    from surrogate.models.campaign_model import REPLICATES  # late: it brings torch

    scale = SCALES[target]
    z = float(scale.to_z(design.estimate(target)))
    half = NINETY * REPLICATES[target].median / sqrt(len(design.measured(target)))
    low, high = scale.ends_from_z(z - half, z + half)
    return float(low), float(high)


def taught(
    cells: Sequence[Row],
    proposals: Mapping[str, Row],
    shown: Sequence[str],
    earlier: Mapping[str, str] | None = None,
) -> list[Taught]:
    """List what each cell taught, those that failed and were lost too.

    Parameters
    ----------
    cells : sequence of mapping
        All told cells.
    proposals : mapping
        Id -> proposal.
    shown : sequence of str
        Targets with a column.
    earlier : mapping, optional
        Cell -> date of its note, of notes that are older than what is known of the cell.
    """
    lines = []
    for k, cell in enumerate(cells):
        state = given(cell, "state") or ("failed" if cell.get("failed") else "")
        name = f"{name_of(k, cell)} {summary.title(cell)}" + (
            f", {str(state).replace('_', ' ')}" if state else ""
        )
        replicate = given(cell, "replicate")
        lines.append(
            Taught(
                name + (f", {replicate}" if replicate else ""),
                [measured_values.measured(cell, target) for target in shown],
                learned(proposals.get(str(cell.get("proposal_id"))), cell),
                _note(cell, earlier or {}),
                str(cell.get("told_at", ""))[:10],
            )
        )
    return lines


def _note(cell: Row, earlier: Mapping[str, str]) -> str:
    """Return what a person wrote of a cell, with its date where more was told since."""
    note, written = str(given(cell, "note") or ""), earlier.get(str(cell.get("cell_id")))
    return f"{note} (written on {written}, before the latest result)" if note and written else note


def _told(batches: Sequence[BatchInTime]) -> list[tuple[str, Row, Row]]:
    return [
        (str(cell["cell_id"]), batch.hosts[str(cell["proposal_id"])], cell)
        for batch in batches
        for cell in batch.cells
    ]


def _agreements(batches: Sequence[BatchInTime], target: str) -> list[tuple[str, str]]:
    return [(batch.name, said) for batch in batches if (said := agreement(batch, target))]


def _batch_row(batch: BatchInTime, pending: pd.DataFrame) -> list[str]:
    """Batch, date, its hosts, and how many cells came of it."""
    waiting = len(set(pending.get("proposal_id", ())) & set(batch.hosts))
    hosts = "; ".join(f"{name.rpartition('-')[2]} {summary.title(row)}" for name, row in batch.hosts.items())
    values = sum(any(given(cell, target) is not None for target in c.TARGETS) for cell in batch.cells)
    told = f"{len(batch.cells)} told, {values} with a value"
    return [batch.name, batch.proposed_on, hosts, told, str(waiting) if waiting else "–"]


def _front_plots(
    campaign: Campaign, kept: list[Pooled], designs: Sequence[Pooled], cells: Sequence[Row]
) -> list[tuple[str, Any]]:
    """Draw measured cells, target against target; those of designs on the Pareto front in blue."""
    best = {k for one in on_front(kept, campaign.objectives) for k in one.positions}
    compared = {k for one in designs for k in one.positions}
    rows = [row if k in compared else {} for k, row in enumerate(cells)]
    names = [name_of(k, row) for k, row in enumerate(cells)]
    front = [k in best for k in range(len(cells))]
    pairs = [(x, y, cells_plot(rows, x, y, front, names)) for x, y in combinations(campaign.objectives, 2)]
    return [(f"{axis_title(y)} against {axis_title(x)}", plot) for x, y, plot in pairs if plot]
