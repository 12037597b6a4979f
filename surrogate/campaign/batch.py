"""A batch of a campaign: found again where the same question was asked before, else proposed and recorded.

Data flow: campaign, champion and the cells of its store -> what the campaign believes -> the batch recorded for the
same question, else a new one, recorded where there is a store -> what each choice explains, how many cells to build,
and how its hosts compare, which follow from the same cells and are not recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from surrogate.campaign.identity import told_host
from surrogate.campaign.ids import proposal_ids
from surrogate.campaign.observations import informative
from surrogate.campaign.replicates import Plan
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.store_batches import batch_key
from surrogate.hosts.columns import DESIGN_COLUMNS

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Batch:
    """Proposed hosts and what belongs to them.

    Parameters
    ----------
    hosts
        As ``propose_hosts`` returns them, with ``proposal_id`` as the first column.
    shares
        What each choice explains over the campaign (``choice_shares``).
    planned
        How many cells to build of a host, and why.
    known
        Whether it was proposed before, for the same question.
    comparison
        What is believed of its hosts together (``campaign.comparison``); None for a batch without a control.
    """

    hosts: pd.DataFrame
    shares: pd.DataFrame
    planned: Plan
    known: bool
    comparison: Comparison | None


def told_ids(repeat: Sequence[str], store: CampaignStore) -> list[str]:
    """Return each id of told cells or proposals once, as it was given out.

    Parameters
    ----------
    repeat
        Ids as a person writes them.
    store
        Of the campaign.

    Raises
    ------
    RecordError
        For an id that cannot be repeated.
    """
    known = store.identities()
    return list(dict.fromkeys(str(told_host(one, known)["repeat_of"]) for one in repeat))


def hosts_by_name(cells: pd.DataFrame) -> list[str]:
    """Return what to call the host of each cell: its proposal, and the cell itself where it answers none."""
    return [
        str(cell if pd.isna(proposal) or not proposal else proposal)
        for cell, proposal in zip(cells["cell_id"], cells["proposal_id"], strict=True)
    ]


def recorded(
    store: CampaignStore, new: Callable[[pd.DataFrame], pd.DataFrame], seed: int, key: str
) -> pd.DataFrame:
    """Propose hosts beside those that are pending, once more where somebody recorded a batch meanwhile.

    Parameters
    ----------
    store
        Of the campaign.
    new
        Pending hosts, as design columns -> proposals beside them.
    seed
        Of the search.
    key
        From ``batch_key``.

    Returns
    -------
    DataFrame
        As it is stored, also where another process has stored an answer to the same question first.

    Raises
    ------
    StoreError
        For a store that cannot be read or written.
    """
    while True:
        seen = set(store.proposals())  # first: what is recorded before the next line is proposed beside
        pending = store.pending()
        proposed = new(pending[[name for name in pending.columns if name in DESIGN_COLUMNS]])
        if (stored := store.add_pending(proposed, seed, key, seen)) is not None:
            return stored


def batch_of(
    campaign: Campaign,
    model: HostModel,
    store: CampaignStore | None,
    n: int,
    seed: int,
    *,
    repeat: Sequence[str] = (),
    progress: Progress,
) -> Batch:
    """Return the batch that answers a question, the recorded one where it was asked before.

    Parameters
    ----------
    campaign
        The cell, what may change, and what is wanted.
    model
        The champion.
    store
        Of the campaign, which records the batch as pending; None: nothing is known, and nothing recorded.
    n
        Hosts to propose, at least 1.
    seed
        Of the search.
    repeat
        Ids (``told_ids``) of cells or proposals whose hosts are made again beside the new ones; needs a store.
    progress
        Called with what is under way, how much is done, and of how much.

    Returns
    -------
    Batch

    Raises
    ------
    SpaceError
        For a campaign that leaves fewer than n feasible hosts.
    RecordError
        For an id that cannot be repeated.
    StoreError
        For a store that cannot be read or written.
    """
    from surrogate.campaign.belief import belief_of  # late: these bring torch
    from surrogate.campaign.choice_shares import choice_shares
    from surrogate.campaign.comparison import compared
    from surrogate.campaign.proposals import cells_of, propose_hosts

    told = store.observations() if store is not None else None
    results = informative(told) if told is not None else None
    tried = told.drop(index=results.index) if told is not None and results is not None else None
    belief = belief_of(campaign, model, results, progress=progress)
    repeats = None
    if store is not None and repeat:
        known_ones = store.identities()
        repeats = pd.DataFrame([told_host(one, known_ones) for one in repeat])

    def new(pending: pd.DataFrame | None = None) -> pd.DataFrame:
        return propose_hosts(
            campaign, model, n=n, seed=seed, results=results, pending=pending, tried=tried, repeats=repeats,
            belief=belief, progress=progress,
        ).reset_index(drop=True)  # fmt: skip

    known = None
    if store is None:
        hosts = new()
        hosts.insert(0, "proposal_id", proposal_ids(0, hosts["role"]))
    else:
        key = batch_key(campaign.question, seed, n, store.digest(), model.version, repeat)
        known = store.batch(key)
        hosts = known if known is not None else recorded(store, new, seed, key)
    progress("weighing the choices", 0, 1)
    shares = choice_shares(belief, campaign, seed=seed)
    progress("weighing the choices", 1, 1)
    progress("comparing the hosts", 0, 1)
    comparison = compared(hosts, campaign, belief, [] if results is None else hosts_by_name(results))
    progress("comparing the hosts", 1, 1)
    return Batch(hosts, shares, cells_of(campaign, belief, results), known is not None, comparison)
