"""What is known of a campaign's cells in its MLflow run: brought up to date by whatever told, corrected or took back.

Data flow: cells, pending proposals and the campaign's run so far -> nothing where the run has this state already;
else metrics at the next step, a row in the table of steps, the page of the campaign -> overview and description.

The run is made by the first batch (``batch_record``): before it a store has no mark by which its run could be found
again, and there is no batch to tell of. So a campaign that is not tracked costs nothing here, and MLflow is loaded
only where a store exists.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from surrogate import tracking
from surrogate.campaign.gains import gain_of_values
from surrogate.cli.console import count

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore
    from surrogate.report.like_with_like import Pooled

PAGE, FIGURES, REPORT = "campaign.html", "figures.html", "report.html"
STEPS = "steps"
_EARLIER = "batches"  # the table of runs of before, which had a row for each batch and no other
SO_FAR, PREDICTED, TOLD = "best_so_far", "predicted_best", "cells/told"
QUICK = 300  # cells: the page of more takes its time (1 s of 1,000), and waits for the next batch
_STATES = {"running": "running", "failed": "failed", "not_made": "not made", "lost": "lost"}


@dataclass(frozen=True)
class Known:
    """What is known of the cells of a campaign.

    Parameters
    ----------
    campaign : Campaign
        With its objectives and limits.
    store : CampaignStore, optional
        Of its cells and proposals; None for the default campaign, of which nothing is stored.
    observations : DataFrame, optional
        What the store holds of the cells, where it was read already.
    """

    campaign: Campaign
    store: CampaignStore | None
    observations: pd.DataFrame | None = None

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Measured cells, as ``CampaignStore.observations`` returns them."""
        import pandas as pd

        if self.observations is not None:
            return self.observations
        return pd.DataFrame() if self.store is None else self.store.observations()

    @cached_property
    def pending(self) -> pd.DataFrame:
        """Proposed hosts without a told cell."""
        import pandas as pd

        return pd.DataFrame() if self.store is None else self.store.pending()

    @cached_property
    def designs(self) -> list[Pooled]:
        """The cells under the campaign's conditions, by design."""
        from surrogate.report.like_with_like import pooled

        return [] if self.cells.empty else pooled(self.campaign, self.cells)

    @cached_property
    def digest(self) -> str:
        """Changes with what is known of any cell or proposal; empty without a store."""
        return "" if self.store is None else self.store.digest()

    def metrics(self) -> dict[str, float]:
        """Return ``best_so_far/T`` and ``cells/told``."""
        return best_so_far(self.campaign, self.designs) | {TOLD: float(len(self.cells))}

    def in_words(self) -> str:
        """Say how many cells are told, what became of them, and how many proposals wait."""
        states = list(self.cells["state"]) if "state" in self.cells.columns else []
        became = [f"{states.count(state)} {word}" for state, word in _STATES.items() if state in states]
        told = f"{count(len(self.cells), 'cell')} told" + (f" ({', '.join(became)})" if became else "")
        return f"{told}; {count(len(self.pending), 'proposed host')} pending."

    def page(self) -> str:
        """Write the page that ``optimize report`` writes, without its advice."""
        from surrogate.report.campaign_page import render

        assert self.store is not None
        return render(
            self.campaign, self.cells, self.pending, self.store.where,
            proposals=self.store.proposals(), designs=self.designs, history=self.store.history(),
        )  # fmt: skip


def best_so_far(campaign: Campaign, designs: Sequence[Pooled]) -> dict[str, float]:
    """Return of each objective the best measured host at the campaign's conditions that breaks no limit.

    Parameters
    ----------
    campaign : Campaign
        With its objectives and limits.
    designs : sequence of Pooled
        Measured cells by design.

    Returns
    -------
    dict
        ``best_so_far/T`` -> the median of the host's replicates, bounds taken as values; without the objectives that
        no cell has measured.
    """
    kept = [host for host in designs if not host.breaks(campaign.limits)]
    found = {}
    for target, goal in campaign.objectives.items():
        known = [value for value in (host.estimate(target) for host in kept) if not math.isnan(value)]
        if known:
            found[f"{SO_FAR}/{target}"] = known[int(gain_of_values(target, goal, known).argmax())]
    return found


def record_cells(
    campaign: Campaign, store: CampaignStore, said: str, cells: pd.DataFrame | None = None
) -> None:
    """Bring the run of a campaign up to date with what is known of its cells, if it has a run.

    What was said is stored before; a store of runs that cannot be read or written costs a warning, and the next
    command that records makes up for it.

    Parameters
    ----------
    campaign : Campaign
        Of the run.
    store : CampaignStore
        Of its cells.
    said : str
        What changed them, for the table of steps.
    cells : DataFrame, optional
        What the store holds of them, where it was read already.
    """
    from surrogate.errors import StoreError

    mark = store.mark()
    if not mark:
        return
    try:
        run = tracking.campaign_run(campaign.name, mark)
    except StoreError as error:
        warnings.warn(
            f"The campaign's run in MLflow is not brought up to date; the next command that tells or proposes does "
            f"so. {error}",
            tracking.StoreWarning,
            stacklevel=2,
        )
        return
    bring_up_to_date(run, Known(campaign, store, cells), said)


def bring_up_to_date(run: tracking.CampaignRun, known: Known, said: str) -> None:
    """Record what is known of the cells in the run of their campaign, if there is one and it lags behind.

    Parameters
    ----------
    run : CampaignRun
        What it holds.
    known : Known
        The cells.
    said : str
        What changed them.
    """
    if not run.run_id or run.cells == known.digest:
        return
    step, values = run.step + 1, known.metrics()
    with tracking.run(
        known.campaign.name, "campaign", required=False, again=run.run_id,
        experiment=tracking.campaign_experiment(known.campaign.name),
    ) as opened:  # fmt: skip
        opened.metrics(values, step=step)
        quick = len(known.cells) <= QUICK
        write_overview(opened, known, {"what": said, **values}, list(run.batches), page=quick)
        # Behind an empty line stands the last batch, which is still the last.
        head, _, batch = run.description.partition("\n\n")
        opened.describe("\n".join([described(opened, known, list(run.batches)), "", batch or head]))
        # Last: until then the state does not count as recorded.
        opened.tags({tracking.STEP: step, tracking.CELLS: known.digest})


def described(run: tracking.Run, known: Known, batches: Sequence[str]) -> str:
    """Write the first lines of a description: links to what to read, and what is known.

    Parameters
    ----------
    run : Run
        Of the campaign.
    known : Known
        Its cells.
    batches : sequence of str
        Names of the recorded batches.
    """
    links = [("Overview", tracking.OVERVIEW)]
    links += [("Page of the campaign", PAGE)] if known.store is not None else []
    links += [(f"Report of {name}", f"{name}/{REPORT}") for name in batches[-1:]]
    shown = ", ".join(f"[{text}]({run.link(path)})" for text, path in links)
    return f"{shown}\n{known.in_words()}" if known.store is not None else shown


def write_overview(
    run: tracking.Run,
    known: Known,
    step: Mapping[str, Any],
    batches: Sequence[str],
    remarks: Sequence[str] = (),
    page: bool = True,
) -> None:
    """Add a row to the table of steps; write the overview, and the page of the campaign, anew.

    Parameters
    ----------
    run : Run
        Of the campaign.
    known : Known
        Its cells.
    step : mapping
        The new row: ``what`` happened, and the metrics.
    batches : sequence of str
        Names of the recorded batches, the last one last.
    remarks : sequence of str
        What a reader of the last batch should know; empty: as they were.
    page : bool
        Whether the page of the campaign is written; if not, it stays as it was.
    """
    import pandas as pd

    from surrogate.report import summary

    campaign = known.campaign
    row = pd.DataFrame([{**step, "remarks": "\n".join(remarks)}])
    before = _steps_before(run)
    every = row if before is None else pd.concat([before, row], ignore_index=True)
    run.text(every.to_json(orient="split", index=False), f"{tracking.TABLES}/{STEPS}.json")
    said = [text for text in every.get("remarks", pd.Series(dtype=object)).dropna() if text]
    asked = f"For {', '.join(text for _, text in summary.conditions(campaign.conditions.as_dict()))}."
    here = [f"{name}/{REPORT}: the hosts of the last batch, as cards" for name in batches[-1:]]
    here += [f"tables/proposals-{name}: their numbers" for name in batches[-1:]]
    here += [f"{FIGURES}: the last batch among published cells, and its depth profiles"]
    if known.store is not None:
        of = "" if page else ", as of the last batch (optimize report writes that of today)"
        here.insert(0, f"{PAGE}: batches in time, predicted against measured, what each cell taught{of}")
    overview = tracking.overview_page(
        f"Campaign {campaign.name}: {len(batches)} {'batch' if len(batches) == 1 else 'batches'}",
        [asked, known.in_words()] if known.store is not None else [asked],
        [
            ("Step by step", _rows(every, campaign)),
            ("The last batch", [[remark] for remark in (said[-1].split("\n") if said else [])]),
            ("What else is here", [[line] for line in here]),
        ],
    )
    run.text(overview, tracking.OVERVIEW)
    if page and known.store is not None:
        run.text(known.page(), PAGE)


def _steps_before(run: tracking.Run) -> pd.DataFrame | None:
    if not run.recorded:
        return None
    for name in (STEPS, _EARLIER):
        found = tracking.logged_table(run.id, name)
        if found is not None:
            return found.rename(columns={"batch": "what"})
    return None


def _rows(steps: pd.DataFrame, campaign: Campaign) -> list[list[str]]:
    from surrogate.report.quantities import label, quantity

    numbers: dict[str, tuple[str, str]] = {}
    for kind, words in ((SO_FAR, "best so far"), (PREDICTED, "best of the batch")):
        for target in campaign.objectives:
            numbers[f"{kind}/{target}"] = (f"{label(target)}, {words}", target)
    rows = [["Step", "Champion", "Cells told", *(words for words, _ in numbers.values())]]
    for row in steps.to_dict("records"):
        values = [quantity(row.get(name), target) for name, (_, target) in numbers.items()]
        champion = quantity(row.get("champion"), "champion")
        rows.append([str(row["what"]), champion, f"{row[TOLD]:,.0f}", *values])
    return rows
