"""The work of ``optimize propose``: campaign -> champion -> batch -> files, MLflow run and table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, notes, result, say
from surrogate.cli.progress import Report, progress
from surrogate.resources import resource

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore
    from surrogate.models.bundle import HostModel
    from surrogate.tracking import Champion

DEFAULT_CAMPAIGN = "training/campaigns/ether.toml"


def propose(path: Path | None, number: int | None, out: Path, seed: int) -> None:
    """Propose ``number`` hosts (None: as many as the campaign says) and write all about them to a folder.

    Raises LihostError for anything that a person can mend.
    """
    from surrogate.campaign.file import Campaign

    campaign = Campaign.load(path if path is not None else resource(DEFAULT_CAMPAIGN))
    if path is None:
        result(f"No --campaign given: using {DEFAULT_CAMPAIGN} ({in_short(campaign)}).")
    else:
        result(f"Campaign {campaign.name} ({in_short(campaign)}), from {path}.")
    from surrogate.files.output import output_folder
    from surrogate.tracking import describe_store

    output_folder(out)
    store = _store(campaign) if path is not None else None
    say(describe_store())
    n = campaign.n if number is None else number
    with progress() as report:
        found, model = champion(report)
        from surrogate import tracking
        from surrogate.cli import batch_output as recording

        # Proposals are worth more than their record: a store that cannot be written costs a warning.
        with tracking.run(f"propose {campaign.name}", "propose", seed=seed, required=False) as run:
            recording.note_question(run, campaign, found, n)
            batch = _batch(campaign, model, store, n, seed, report)
            results = store.results() if store is not None else None
            asked = recording.Asked(campaign, model, found, results, seed, remarks(batch, results))
            report("writing the report", 0, 2)
            written = recording.write_files(batch, asked, out)
            report("writing the report", 1, 2)
            recording.note_answer(run, batch, asked, written)
            report("writing the report", 2, 2)
    from surrogate.cli.proposal_table import show_proposals

    show_proposals(batch)
    notes(remarks(batch, results))
    result(f"Written: {', '.join(str(one) for one in written)}")


def in_short(campaign: Campaign) -> str:
    """The conditions in one line: "liquid_ether with lino3, 1 mA/cm2, 1 mAh/cm2, 25 C"."""
    cell = campaign.conditions
    additives = "" if cell.additives == "none" else f" with {cell.additives}"
    return (
        f"{cell.electrolyte}{additives}, {cell.current_density_mA_cm2:g} mA/cm2, "
        f"{cell.areal_capacity_mAh_cm2:g} mAh/cm2, {cell.temperature_C:g} C"
    )


def champion(report: Report) -> tuple[Champion, HostModel]:
    """The champion as it is registered and as it is used, trained first when there is none.

    It is always read back from its folder, so that a run that had to train and one that had not agree.
    """
    report("loading the champion", 0, 1)
    from surrogate import tracking

    found = tracking.champion()
    if found is None:
        say("There is no champion yet: training one first (once).")
        report("loading libraries", 0, 1)
        from surrogate import learning

        report("loading libraries", 1, 1)
        learning.train(progress=report)
        found = tracking.champion()
        assert found is not None
    model = found.load()
    report("loading the champion", 1, 1)
    return found, model


def remarks(batch: pd.DataFrame, results: pd.DataFrame | None) -> list[str]:
    """What a reader of the batch should know; the same for the same batch."""
    from surrogate.report.quantities import records
    from surrogate.report.summary import EXTRAPOLATES, to_mind

    about: dict[str, list[int]] = {}  # what is said -> the proposals it is said of
    for k, row in enumerate(records(batch), 1):
        if float(row["extrapolation"]) >= EXTRAPOLATES:
            about.setdefault("outside what was learned, take the predicted values as a guess", []).append(k)
        for caution in to_mind(row):
            about.setdefault(caution, []).append(k)
    said = [
        f"{'proposal' if len(which) == 1 else 'proposals'} {', '.join(map(str, which))}: {what}"
        for what, which in about.items()
    ]
    if results is not None:
        said.append(f"{count(len(results), 'told cell')} used" if len(results) else "no cells were told yet")
    return said


def _store(campaign: Campaign) -> CampaignStore:
    from surrogate.campaign.store import CampaignStore

    assert campaign.store_path is not None
    store = CampaignStore.open(campaign.store_path)
    store.prepare()
    return store


def _batch(
    campaign: Campaign, model: HostModel, store: CampaignStore | None, n: int, seed: int, report: Report
) -> pd.DataFrame:
    """The batch recorded for the same question, else a new one (recorded when there is a store)."""
    from surrogate.campaign.observations import informative
    from surrogate.campaign.proposals import propose_hosts
    from surrogate.campaign.store import batch_key
    from surrogate.hosts.columns import DESIGN_COLUMNS

    if store is None:
        return propose_hosts(campaign, model, n=n, seed=seed, progress=report).reset_index(drop=True)
    key = batch_key(campaign.text, seed, n, store.digest(), model.version)
    known = store.batch(key)
    if known is not None:
        say("Nothing new since this batch was proposed: it is shown again.")
        return known
    pending = store.pending()
    pending = pending[[name for name in pending.columns if name in DESIGN_COLUMNS]]
    batch = propose_hosts(
        campaign,
        model,
        n=n,
        seed=seed,
        results=informative(store.results()),
        pending=pending,
        progress=report,
    )
    return store.add_pending(batch.reset_index(drop=True), seed, key)
