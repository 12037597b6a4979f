"""The one run of a campaign: found again by the mark of its store, with the batches that it holds.

The tags of the run say which batches are recorded (``batch-01`` = their hash), so that a batch that is shown again
adds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from surrogate.errors import StoreError
from surrogate.tracking.experiments import campaign_experiment
from surrogate.tracking.store import open_store
from surrogate.tracking.store_errors import guarded

KIND = "campaign"
MARK = "campaign_mark"  # tag: which store the run is of
_BATCH = re.compile(r"batch-\d{2,}")


@dataclass(frozen=True)
class CampaignRun:
    """What a store holds of a campaign.

    Parameters
    ----------
    run_id : str
        Of its run; empty where there is none yet.
    batches : mapping
        Name of a batch, as ``batch-01`` -> hash of what was proposed.
    """

    run_id: str = ""
    batches: dict[str, str] = field(default_factory=dict)

    @property
    def next_step(self) -> int:
        """Number of the next batch, from 1."""
        return len(self.batches) + 1


def campaign_run(name: str, mark: str) -> CampaignRun:
    """Look the run of a campaign up; a store that cannot be read holds none.

    Parameters
    ----------
    name : str
        Of the campaign.
    mark : str
        Of its store (``CampaignStore.mark``); empty: of the default campaign, of which nothing is stored.
    """
    try:
        opened = open_store(make=False, experiment=campaign_experiment(name))
        if opened is None or not opened.experiment_id:
            return CampaignRun()
        with guarded(opened.store, f"the run of campaign {name!r} cannot be looked up"):
            found = [
                run
                for run in opened.client.search_runs([opened.experiment_id], f"tags.kind = '{KIND}'")
                if run.data.tags.get(MARK, "") == mark
            ]
    except StoreError:  # proposals are worth more than their record; the run that is opened next warns
        return CampaignRun()
    if not found:
        return CampaignRun()
    tags = found[0].data.tags
    return CampaignRun(
        found[0].info.run_id, {name: tags[name] for name in sorted(tags) if _BATCH.fullmatch(name)}
    )
