"""Whether a campaign is worth another batch, as ``optimize status`` and the campaign's page say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.cli.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign


def advice(campaign: Campaign, observations: pd.DataFrame) -> list[str]:
    """Say what another batch is expected to gain, with what the campaign believes.

    Nothing is trained or written, and the campaign's physics is not made here; without cells nothing heavy is loaded.

    Parameters
    ----------
    campaign : Campaign
        Its space and objectives.
    observations : DataFrame
        What is known of each cell.

    Returns
    -------
    list of str
        Sentences: the advice, or what it needs; empty where no cell has a value.

    Raises
    ------
    DesignError, MaterialError, UnitError, RecordError
        If a measured cell cannot be used.
    """
    from surrogate.campaign.observations import informative

    results = informative(observations)
    if not len(results):
        return []
    from surrogate import tracking

    if tracking.champion() is None:
        return [
            "Whether another batch is worth it cannot be said without a champion: the next run of optimize trains "
            "one."
        ]
    with progress() as report:
        report("weighing another batch", 0, 2)
        model = tracking.load_champion()
        report("weighing another batch", 1, 2)
        from surrogate.campaign.stopping import outlook_of

        tried = observations.drop(index=results.index)
        found = outlook_of(campaign, model, results, tried, progress=report)
        report("weighing another batch", 2, 2)
    if found is None:
        return [
            "Whether another batch is worth it cannot be said yet: the next run of optimize makes the physics of "
            "this campaign, and a cell of a host that [search] allows is needed."
        ]
    from surrogate.report.outlook import outlook_in_words

    return outlook_in_words(found, campaign.objectives, campaign.n)
