"""The work of ``optimize init`` and ``optimize tell``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.cli.console import count, notes, result, say, show, table
from surrogate.cli.progress import progress
from surrogate.errors import CampaignError, InputError, LihostError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.models.bundle import HostModel

_MOST_SHOWN = 20


def init(path: Path, **conditions: Any) -> None:
    """Write a commented campaign file; it never replaces one.

    Raises CampaignError when the name will not do, the file exists or a condition cannot be used.
    """
    if path.suffix != ".toml":
        raise CampaignError(
            "not a name for a campaign", value=str(path), limit="FILE.toml", remedy="end it in .toml"
        )
    if path.exists():
        raise CampaignError(
            "the file exists and is not replaced",
            where=str(path),
            remedy="give another name, or remove it first",
        )
    from surrogate.campaign.file import Campaign
    from surrogate.files.output import output_file, write_text

    text = Campaign.template(path.stem, **conditions)
    write_text(text, output_file(path))
    result(f"Written: {path}. Edit it, then run: optimize --campaign {path}")
    store = path.with_suffix(".db")
    if store.exists():
        notes([f"{store} is there already; its told cells belong to this campaign now"])


def tell(path: Path, campaign_path: Path, *, again: bool, new: bool) -> None:
    """Store the measured cells of a file, all or none, and print what they changed.

    Raises LihostError for anything that a person can mend; what was stored is printed before anything else.
    """
    if again and new:
        raise InputError("--again and --new exclude each other", remedy="give one of them")
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.observations import read_results
    from surrogate.campaign.store import CampaignStore

    campaign = Campaign.load(campaign_path)
    assert campaign.store_path is not None
    cells, said = read_results(path, campaign)
    store = CampaignStore.open(campaign.store_path)
    earlier = store.results()
    added = store.add_results(cells, path.name, repeated="add" if again else "skip" if new else "refuse")
    result(f"Stored: {count(added, 'cell')} of {path.name} in {store.where}; {len(earlier) + added} in all.")
    notes(said)
    if added:
        told = store.results()
        try:
            _show_learned(told.iloc[: len(earlier)], told.iloc[len(earlier) :])
        except LihostError as error:  # the cells are safe; only this view of them is not
            notes([f"what the cells changed cannot be shown: {error}"])


def _show_learned(earlier: pd.DataFrame, new: pd.DataFrame) -> None:
    """The 90 % interval at each new cell, before and after it was told."""
    from surrogate import tracking
    from surrogate.hosts.columns import DESIGN_COLUMNS, TARGETS

    say(tracking.describe_store())
    if tracking.champion() is None:
        say("No champion yet, so nothing to compare: the next optimize trains one and uses these cells.")
        return

    import pandas as pd

    from surrogate.cli.proposal_table import broken
    from surrogate.hosts.designs import CompleteDesigns
    from surrogate.report.quantities import label, records
    from surrogate.report.summary import measured, prediction, title

    designs = CompleteDesigns.of(new[list(DESIGN_COLUMNS)].head(_MOST_SHOWN), where="new cells")
    with progress() as report:
        report("learning from the cells", 0, 3)
        model = tracking.load_champion()
        report("learning from the cells", 1, 3)
        before = _taught(model, earlier).predict(designs)
        report("learning from the cells", 2, 3)
        after = _taught(model, pd.concat([earlier, new])).predict(designs)
        report("learning from the cells", 3, 3)

    rows: list[list[str]] = []
    cells = zip(records(new.head(_MOST_SHOWN)), records(before), records(after), strict=True)
    for k, (cell, first, then) in enumerate(cells, 1):
        told = [target for target in TARGETS if pd.notna(cell[target])]
        rows += [[f"{k} {title(cell)}", "", "", ""]] if told else []
        for target in told:
            shown = (broken(prediction(row, target)) for row in (first, then))
            rows.append([label(target), measured(cell, target), *shown])
    if rows:
        headings = ["Cell", "Told", "Predicted before", "Predicted now"]
        show(table(headings, rows, "What was learned", right=False))
    if len(new) > _MOST_SHOWN:
        result(f"and {count(len(new) - _MOST_SHOWN, 'more cell')}")


def _taught(model: HostModel, cells: pd.DataFrame) -> HostModel:
    from surrogate.campaign.observations import informative

    useful = informative(cells)
    return model.tell(useful) if len(useful) else model
