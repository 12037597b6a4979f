"""The work of ``optimize status`` and ``optimize report``: what is told, pending, the best, the Pareto front."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, notes, result, show, table
from surrogate.cli.proposal import in_short

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

PAGE = "campaign.html"


def status(path: Path) -> None:
    """Print where a campaign stands; reads only.

    Raises CampaignError or StoreError.
    """
    campaign, store = _opened(path)
    _show(path, campaign, store.results(), store.pending(), store.where)


def report(path: Path, out: Path) -> None:
    """Print where a campaign stands and write it to a folder as one page.

    Raises CampaignError, InputError or StoreError.
    """
    from surrogate.files.output import output_folder, write_text
    from surrogate.report.campaign_status import render

    campaign, store = _opened(path)
    output_folder(out)
    told, pending = store.results(), store.pending()
    _show(path, campaign, told, pending, store.where)
    written = write_text(render(campaign, told, pending, store.where), out / PAGE)
    result(f"Written: {written}")


def _opened(path: Path) -> tuple[Campaign, CampaignStore]:
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

    campaign = Campaign.load(path)
    assert campaign.store_path is not None
    return campaign, CampaignStore.open(campaign.store_path)


def _show(path: Path, campaign: Campaign, told: pd.DataFrame, pending: pd.DataFrame, store: str) -> None:
    from surrogate.report.campaign_status import standing

    result(f"Campaign {campaign.name} ({in_short(campaign)}), from {path}.")
    result(f"Told: {count(len(told), 'cell')}. Pending: {count(len(pending), 'host')}. Store: {store}")
    now = standing(told, pending, campaign.objectives)
    if len(told):
        show(table(now.told.headings, now.told.rows, now.told.title))
        show(table(now.best.headings, now.best.rows, now.best.title, right=False))
        if now.front.rows:
            show(table(now.front.headings, now.front.rows, now.front.title))
        else:
            result(now.front.instead)
        notes(now.notes)
    else:
        result(f"Nothing told yet. Add measured cells with: optimize tell --campaign {path} RESULTS.csv")
    if len(pending):
        show(table(now.pending.headings, now.pending.rows, now.pending.title))
