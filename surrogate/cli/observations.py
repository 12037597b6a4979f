"""The work of ``optimize tell``: measured cells are stored, and what they changed is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, make_table, print_message, print_notes, print_result, print_table
from surrogate.cli.progress import progress
from surrogate.errors import InputError, LihostError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.models.bundle import HostModel

_MOST_SHOWN = 20


def tell(path: Path, campaign_path: Path, *, again: bool, new: bool) -> None:
    """Store the measured cells of a file, all or none, and print what they changed.

    What was stored is printed before anything else.

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

    campaign = Campaign.load(campaign_path)
    assert campaign.store_path is not None
    cells, remarks = read_observations(path, campaign)
    store = CampaignStore.open(campaign.store_path)
    earlier = store.observations()
    added = store.add_observations(cells, path.name, repeated="add" if again else "skip" if new else "refuse")
    print_result(
        f"Stored: {count(added, 'cell')} from {path.name} in {store.where}; {len(earlier) + added} in all."
    )
    print_notes(remarks)
    if added:
        stored = store.observations()
        try:
            _show_learned(stored.iloc[: len(earlier)], stored.iloc[len(earlier) :])
        except LihostError as error:  # the cells are safe; only this view of them is not
            print_notes([f"what the cells changed cannot be shown: {error}"])


def _show_learned(earlier: pd.DataFrame, new: pd.DataFrame) -> None:
    """Show the 90 % interval at each new cell, before and after the model was conditioned on it."""
    from surrogate import tracking
    from surrogate.hosts.columns import DESIGN_COLUMNS, TARGETS

    print_message(tracking.describe_store())
    if tracking.champion() is None:
        print_message(
            "No champion yet, so nothing to compare: the next run of optimize trains one and uses these cells."
        )
        return

    import pandas as pd

    from surrogate.cli.proposal_table import break_lines
    from surrogate.hosts.designs import CompleteDesigns
    from surrogate.report.quantities import label, records
    from surrogate.report.summary import measured, prediction, title

    designs = CompleteDesigns.of(new[list(DESIGN_COLUMNS)].head(_MOST_SHOWN), where="new cells")
    with progress() as report:
        report("learning from the cells", 0, 3)
        model = tracking.load_champion()
        report("learning from the cells", 1, 3)
        before = _conditioned(model, earlier).predict(designs)
        report("learning from the cells", 2, 3)
        after = _conditioned(model, pd.concat([earlier, new])).predict(designs)
        report("learning from the cells", 3, 3)

    rows: list[list[str]] = []
    cells = zip(records(new.head(_MOST_SHOWN)), records(before), records(after), strict=True)
    for k, (cell, first, then) in enumerate(cells, 1):
        known = [target for target in TARGETS if pd.notna(cell[target])]
        rows += [[f"{k} {title(cell)}", "", "", ""]] if known else []
        for target in known:
            shown = (break_lines(prediction(row, target)) for row in (first, then))
            rows.append([label(target), measured(cell, target), *shown])
    if rows:
        headings = ["Cell", "Measured", "Predicted before", "Predicted now"]
        print_table(make_table(headings, rows, "What was learned", right=False))
    if len(new) > _MOST_SHOWN:
        print_result(f"and {count(len(new) - _MOST_SHOWN, 'more cell')}")


def _conditioned(model: HostModel, cells: pd.DataFrame) -> HostModel:
    from surrogate.campaign.observations import informative

    useful = informative(cells)
    return model.condition_on(useful) if len(useful) else model
