"""The work of ``optimize tell``: measured cells are stored, and what they changed is shown.

Data flow: a table of cells -> the campaign's store -> its own model with the cells of before, and with all -> both
predictions of the new cells' designs, beside what was measured -> the campaign's run in MLflow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, make_table, print_message, print_notes, print_result, print_table
from surrogate.cli.progress import progress
from surrogate.errors import InputError, LihostError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.telling import Repeated
    from surrogate.campaign.told_before import Told

_MOST_SHOWN = 20


def tell(path: Path, campaign_path: Path, *, again: bool, new: bool, yes: bool = False) -> None:
    """Store the measured cells of a file, all or none, and print what they changed.

    What was stored is printed before anything else; the campaign's run in MLflow, if there is one, is brought up to
    date last.

    Parameters
    ----------
    path : Path
        Table of measured cells.
    campaign_path : Path
        Campaign file.
    again : bool
        Whether cells that are stored already are new cells with equal numbers.
    new : bool
        Whether cells that are stored already are left out.
    yes : bool
        Whether targets outside the range that cells give are taken, and a count of cycles that falls.

    Raises
    ------
    InputError
        For both ``again`` and ``new``.
    CampaignError, RecordError, DesignError, UnitError
        For a campaign or table that cannot be used.
    StoreError
        For a campaign store that cannot be read or written.
    """
    if again and new:
        raise InputError("--again and --new exclude each other", remedy="give one of them")
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.observations import read_observations
    from surrogate.campaign.store import CampaignStore
    from surrogate.cli.campaign_record import record_cells

    campaign = Campaign.load(campaign_path)
    store = CampaignStore.of(campaign)
    cells, remarks = read_observations(path, campaign, store.identities(), yes=yes)
    earlier = store.observations()
    repeated: Repeated = "add" if again else "skip" if new else "refuse"
    told = store.tell(cells, path.name, repeated=repeated, yes=yes)
    stored = store.observations()
    print_result(f"Stored: {_said(told)} from {path.name} in {store.where}; {len(stored)} in all.")
    print_notes([*remarks, *_overruled(told, campaign_path), *_fewer(told, campaign_path)])
    if told.new or told.updated:
        try:
            shown = stored["cell_id"].isin([*told.new, *told.updated])
            _show_learned(campaign, earlier, stored, shown)
        except LihostError as error:  # the cells are safe; only this view of them is not
            print_notes([f"what the cells changed cannot be shown: {error}"])
            if isinstance(
                error, StoreError
            ):  # of runs and models: asked again, it would only answer the same
                return
        record_cells(campaign, store, f"told: {path.name}", stored)


def _said(told: Told) -> str:
    """Say what came of telling cells, with their ids."""
    said = [count(len(told.new), "cell") + _ids(told.new)]
    if told.updated:
        said.append(f"more about {count(len(told.updated), 'cell')}{_ids(told.updated)}")
    if told.unchanged:
        said.append(f"nothing new about {count(len(told.unchanged), 'cell')}")
    return ", ".join(said)


def _overruled(told: Told, campaign_path: Path) -> list[str]:
    """Say of each cell that stays as it was corrected how to make it what the file says."""
    from surrogate.campaign.overruled import way_back

    notes = []
    for cell, says in told.overruled:
        if not says:
            notes.append(
                f"{cell} was taken out and stays out, though the file tells of it as before; to store it all the "
                "same, tell it under another cell_id"
            )
            continue
        notes.append(
            f"{cell} stays as it was corrected since the file told the same of it; to go back to the file: "
            f"{way_back(cell, says, str(campaign_path))}"
        )
    return notes


def _fewer(told: Told, campaign_path: Path) -> list[str]:
    """Say of each running cell that its higher count stays, and how to correct it."""
    from surrogate.campaign.overruled import way_back
    from surrogate.campaign.reports import LIFE

    return [
        f"{cell} is told of with at least {row:g} cycles and is known to have run {known:g}, which stays; if "
        f"{known:g} was a slip: {way_back(cell, {LIFE: row}, str(campaign_path))}"
        for cell, row, known in told.fewer
    ]


def _ids(cells: Sequence[str]) -> str:
    some = ", ".join(cells[:_MOST_SHOWN]) + (", ..." if len(cells) > _MOST_SHOWN else "")
    return f" ({some})" if cells else ""


def _show_learned(campaign: Campaign, earlier: pd.DataFrame, stored: pd.DataFrame, shown: pd.Series) -> None:
    """Show the 90 % interval at each told cell, by the campaign's own model without and with what was told."""
    from surrogate import tracking

    print_message(tracking.describe_store())
    champion = tracking.champion()
    if champion is None:
        print_message(
            "No champion yet, so nothing to compare: the next run of optimize trains one and uses these cells."
        )
        return

    from surrogate.campaign.observations import informative

    told = informative(stored[shown])
    if not len(told):
        return
    try:
        with progress() as report:
            report("learning from the cells", 0, 2)
            model = champion.load()
            report("learning from the cells", 1, 2)
            from surrogate.campaign.prediction import before_and_after

            changed = before_and_after(
                campaign, model, informative(earlier), told, shown=_MOST_SHOWN, progress=report,
                kept=informative(stored[~shown]),
            )  # fmt: skip
            report("learning from the cells", 2, 2)
    except LihostError as error:  # what was told is stored, whatever becomes of this
        print_message(f"The cells are stored; what they teach cannot be shown. {error}")
        return
    _print_learned(told, *changed)


def _print_learned(told: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> None:
    """Print measured and predicted targets of cells that have any, each under its id."""
    import pandas as pd

    from surrogate.cli.proposal_table import break_lines
    from surrogate.hosts.columns import TARGETS
    from surrogate.report.measured_values import measured
    from surrogate.report.quantities import label, records
    from surrogate.report.summary import prediction, title

    rows: list[list[str]] = []
    shown = told.head(_MOST_SHOWN)
    for cell, first, then in zip(records(shown), records(before), records(now), strict=True):
        rows.append([f"{cell['cell_id']} {title(cell)}", "", "", ""])
        for target in TARGETS:
            if pd.notna(cell[target]):
                predicted = (break_lines(prediction(row, target)) for row in (first, then))
                rows.append([label(target), measured(cell, target), *predicted])
    headings = ["Cell", "Measured", "Predicted before", "Predicted now"]
    print_table(make_table(headings, rows, "What was learned", right=False))
    if len(told) > _MOST_SHOWN:
        print_result(f"and {count(len(told) - _MOST_SHOWN, 'more cell')}")
