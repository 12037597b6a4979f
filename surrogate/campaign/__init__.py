"""Campaigns: the file of a campaign, its store of observations and batches, and the proposals made for it.

Names are looked up on first use: reading a campaign file needs neither the database nor the models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.lazy import lazy_names

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.identity import Identities
    from surrogate.campaign.observations import informative, read_observations
    from surrogate.campaign.proposals import propose_hosts
    from surrogate.campaign.statements import Statement
    from surrogate.campaign.store import CampaignStore
    from surrogate.campaign.told_before import Told

__all__ = [
    "Campaign",
    "CampaignStore",
    "Identities",
    "Statement",
    "Told",
    "informative",
    "propose_hosts",
    "read_observations",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Campaign": "surrogate.campaign.file",
            "CampaignStore": "surrogate.campaign.store",
            "Identities": "surrogate.campaign.identity",
            "Statement": "surrogate.campaign.statements",
            "Told": "surrogate.campaign.told_before",
            "informative": "surrogate.campaign.observations",
            "propose_hosts": "surrogate.campaign.proposals",
            "read_observations": "surrogate.campaign.observations",
        },
    )
