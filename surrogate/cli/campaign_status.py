"""The work of ``optimize status`` and ``optimize report``: cells, pending hosts, the Pareto front, advice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.batch_folders import DEFAULT_FOLDER
from surrogate.cli.conditions_line import conditions_line
from surrogate.cli.console import count, make_table, print_notes, print_result, print_table
from surrogate.errors import LihostError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

PAGE = "campaign.html"
GENERATOR = b'<meta name="generator" content="lihost">'


def status(path: Path) -> None:
    """Print the state of a campaign; nothing is written.

    Parameters
    ----------
    path : Path
        Campaign file.

    Raises
    ------
    CampaignError, StoreError
        For a campaign or store that cannot be read.
    """
    campaign, store = _opened(path)
    observations = store.observations()
    _show(path, campaign, observations, store.pending(), store.where)
    _advise(campaign, observations)


def report(path: Path, out: Path) -> None:
    """Print the state of a campaign and write it to a folder as one page.

    Parameters
    ----------
    path : Path
        Campaign file.
    out : Path
        Folder to write to.

    Raises
    ------
    CampaignError, StoreError
        For a campaign or store that cannot be read, or a folder that cannot be written to.
    """
    from surrogate.files.output import output_folder, write_text
    from surrogate.files.own_files import OwnFiles
    from surrogate.report.campaign_page import render

    campaign, store = _opened(path)
    output_folder(out)
    observations, pending = store.observations(), store.pending()
    _show(path, campaign, observations, pending, store.where)
    said = _advise(campaign, observations)
    page = render(
        campaign, observations, pending, store.where,
        proposals=store.proposals(), history=store.history(), advice=said,
    )  # fmt: skip
    # Pages in the usual folder were written before it was remembered what is.
    files = OwnFiles(out, earlier=_is_page if out == DEFAULT_FOLDER else None)
    with files.writing(PAGE) as file:
        write_text(page, file)
    print_notes(files.kept_in_words())
    print_result(f"Written: {files.written[0]}")


def _is_page(path: Path) -> bool:
    """Whether a file says that this product made it."""
    return GENERATOR in path.read_bytes()


def _advise(campaign: Campaign, observations: pd.DataFrame) -> list[str]:
    """Print whether another batch is worth it, and return it; a cell that cannot be used costs no more than that."""
    from surrogate.cli.advice import advice

    try:
        said = advice(campaign, observations)
    except LihostError as error:
        print_notes([f"what another batch is worth cannot be said: {error}"])
        return []
    if said:
        print_result(" ".join(said))
    return said


def _opened(path: Path) -> tuple[Campaign, CampaignStore]:
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

    campaign = Campaign.load(path)
    return campaign, CampaignStore.of(campaign)


def _show(
    path: Path, campaign: Campaign, observations: pd.DataFrame, pending: pd.DataFrame, store: str
) -> None:
    from surrogate.report.campaign_status import campaign_tables
    from surrogate.report.goals_in_words import goals_in_a_line

    print_result(f"Campaign {campaign.name} ({conditions_line(campaign)}), from {path}.")
    print_result(goals_in_a_line(campaign.objectives, campaign.limits))
    measured, proposed = count(len(observations), "cell"), count(len(pending), "host")
    print_result(f"Measured: {measured}. Pending: {proposed}. Store: {store}")
    tables = campaign_tables(campaign, observations, pending)
    if len(observations):
        print_table(make_table(tables.cells.headings, tables.cells.rows, tables.cells.title))
        print_table(make_table(tables.best.headings, tables.best.rows, tables.best.title, right=False))
        if tables.front.rows:
            print_table(make_table(tables.front.headings, tables.front.rows, tables.front.title))
        else:
            print_result(tables.front.placeholder)
        for table in (tables.elsewhere, tables.outside):
            if table.rows:
                print_table(make_table(table.headings, table.rows, table.title, right=False))
        print_notes(tables.notes)
    else:
        print_result(f"No measured cells yet. Add them with: optimize tell --campaign {path} RESULTS.csv")
    if len(pending):
        print_table(make_table(tables.pending.headings, tables.pending.rows, tables.pending.title))
