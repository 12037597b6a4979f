"""The one run of a campaign: found again by the mark of its store, with what it holds.

The tags of the run say which batches are recorded (``batch-01`` = their hash), which state of the measured cells, and
at which step, so that what is shown or told again adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from surrogate.tracking.experiments import campaign_experiment
from surrogate.tracking.store import open_store
from surrogate.tracking.store_errors import guarded

KIND = "campaign"
MARK = "campaign_mark"  # tag: which store the run is of
STEP, CELLS = (
    "step",
    "cells",
)  # tags: number of the last step, and a digest of the cells that were known at it
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
    step : int
        Number of the last recorded step: each batch is one, and each change of what is known of the cells.
    cells : str
        Digest of what was known of the cells at that step; empty where that was not recorded.
    description : str
        Of the run, in Markdown.
    """

    run_id: str = ""
    batches: dict[str, str] = field(default_factory=dict)
    step: int = 0
    cells: str = ""
    description: str = ""

    @classmethod
    def of_tags(cls, run_id: str, tags: Mapping[str, str]) -> CampaignRun:
        """Read the tags of a run.

        Parameters
        ----------
        run_id : str
            Of the run.
        tags : mapping
            Name -> value.
        """
        batches = {name: tags[name] for name in sorted(tags) if _BATCH.fullmatch(name)}
        # Runs of before had a step for each batch and no other.
        step = int(tags.get(STEP, len(batches)))
        return cls(run_id, batches, step, tags.get(CELLS, ""), tags.get("mlflow.note.content", ""))


def campaign_run(name: str, mark: str) -> CampaignRun:
    """Look the run of a campaign up.

    Parameters
    ----------
    name : str
        Of the campaign.
    mark : str
        Of its store (``CampaignStore.mark``); empty: of the default campaign, of which nothing is stored.

    Returns
    -------
    CampaignRun
        Empty where there is none, or no store.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    opened = open_store(make=False, experiment=campaign_experiment(name))
    if opened is None or not opened.experiment_id:
        return CampaignRun()
    with guarded(opened.store, f"the run of campaign {name!r} cannot be looked up"):
        found = [
            run
            for run in opened.client.search_runs([opened.experiment_id], f"tags.kind = '{KIND}'")
            if run.data.tags.get(MARK, "") == mark
        ]
    return CampaignRun.of_tags(found[0].info.run_id, found[0].data.tags) if found else CampaignRun()
