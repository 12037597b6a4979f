"""The work of ``optimize propose``: campaign -> champion -> batch -> files, MLflow run and table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.batch_folders import DEFAULT_FOLDER, folder_of, point_to_latest
from surrogate.cli.conditions_line import conditions_line
from surrogate.cli.console import count, print_message, print_notes, print_result
from surrogate.cli.progress import progress
from surrogate.errors import InputError
from surrogate.resources import resource

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.replicates import Plan
    from surrogate.campaign.store import CampaignStore
    from surrogate.execution import Workers
    from surrogate.models.bundle import HostModel

    Progress = Callable[[str, int, int], None]

LIKELY = 0.5  # of 1: a host that keeps the limits with less is rather expected to break them
DEFAULT_CAMPAIGN = "training/campaigns/ether.toml"


def propose(
    path: Path | None,
    number: int | None,
    out: Path | None,
    seed: int,
    repeat: Sequence[str] = (),
    processes: int | None = None,
    cluster: str | None = None,
) -> None:
    """Propose hosts and write all about them to a folder.

    Parameters
    ----------
    path : Path, optional
        Campaign file; None: the default campaign, of which nothing is stored.
    number : int, optional
        Hosts to propose; None: as many as the campaign asks for.
    out : Path, optional
        Folder to write to; None: that of the batch in ``optimize-out``.
    seed : int
        Of the search.
    repeat : sequence of str
        Ids of told cells or proposals whose hosts are made again beside the new ones.
    processes : int, optional
        Processes that train a first champion and simulate the campaign's hosts, where that was not done before.
    cluster : str, optional
        ``"local"`` or the address of a Dask scheduler whose workers do.

    Raises
    ------
    InputError
        For workers that cannot be had.
    CampaignError, SpaceError
        For a campaign that cannot be used or leaves too few feasible hosts.
    RecordError
        For an id that cannot be repeated.
    StoreError, ModelError
        For a store that cannot be used, or a champion that cannot be loaded.
    """
    from surrogate.campaign.batch import batch_of, told_ids
    from surrogate.campaign.file import Campaign

    campaign = Campaign.load(path if path is not None else resource(DEFAULT_CAMPAIGN))
    if path is None:
        print_result(f"No --campaign given: using {DEFAULT_CAMPAIGN} ({conditions_line(campaign)}).")
    else:
        print_result(f"Campaign {campaign.name} ({conditions_line(campaign)}), from {path}.")
    from surrogate.files.output import output_folder
    from surrogate.library.champions import find_or_train_champion
    from surrogate.report.goals_in_words import goals_in_a_line
    from surrogate.tracking import describe_store

    print_result(goals_in_a_line(campaign.objectives, campaign.limits))
    if repeat and path is None:
        raise InputError(
            "only told hosts can be repeated", where="--repeat", value=repeat[0],
            remedy="name the campaign whose cell it is: --campaign FILE.toml",
        )  # fmt: skip
    output_folder(out or DEFAULT_FOLDER)
    store = _store(campaign) if path is not None else None
    if store is not None and repeat:
        repeat = told_ids(repeat, store)  # refused before anything is computed
    print_message(describe_store())
    n = campaign.n if number is None else number
    from surrogate.execution import workers
    from surrogate.tracking.interruption import terminable

    with progress() as report, terminable(), workers(processes, cluster) as who:
        found, model = find_or_train_champion(
            report, lambda: print_message("There is no champion yet: one is trained first (only once)."), who
        )
        if who is not None:
            make_physics(campaign, model, report, who)
        from surrogate.cli.batch_files import TEMPLATE, BatchContext, write_files
        from surrogate.cli.batch_record import record_batch

        answer = batch_of(campaign, model, store, n, seed, repeat=repeat, progress=report)
        if answer.known:
            print_message("Nothing new since this batch was proposed: it is shown again.")
        batch = answer.hosts
        observations = store.observations() if store is not None else None
        cells = cell_remarks(batch, answer.planned, campaign, observations)
        said = [*remarks(batch, observations), *cells]
        context = BatchContext(
            campaign, model, found, observations, seed, said, answer.shares, cells[0], answer.planned,
            answer.comparison,
        )  # fmt: skip
        report("writing the report", 0, 2)
        mark = store.mark() if store is not None else ""
        folder = output_folder(out or folder_of(batch, path, mark))
        files = write_files(batch, context, folder)
        report("writing the report", 1, 2)
        record_batch(batch, context, store, files.written)
        report("writing the report", 2, 2)
    from surrogate.cli.proposal_table import show_proposals

    if (decision := context.decision(batch)) is not None:
        print_result(decision.text)
    show_proposals(batch)
    print_notes([*context.remarks, *files.kept_in_words()])
    print_result(f"Written: {', '.join(str(file) for file in files.written)}")
    if path is not None:
        if out is None:
            point_to_latest(folder)
        table = folder / files.kept.get(f"{TEMPLATE}.csv", f"{TEMPLATE}.csv")
        print_result(
            f"When cells are tested: fill in {table} (or the .xlsx beside it), then run "
            f"optimize tell --campaign {path} {table}"
        )


def make_physics(campaign: Campaign, model: HostModel, report: Progress, by: Workers) -> None:
    """Let others simulate the hosts of a campaign, unless that was done; it is kept for whoever asks next.

    Parameters
    ----------
    campaign : Campaign
        Whose hosts.
    model : HostModel
        The champion, which says how much is simulated.
    report : callable
        Called with (stage, steps done, steps in all).
    by : Workers
        Who simulates.
    """
    from surrogate.campaign.physics import PhysicsSettings, kept_physics, physics_of
    from surrogate.physics.simulate import prepare

    settings = PhysicsSettings.of_champion(model)
    if kept_physics(campaign, settings) is None:
        prepare(report)  # once here, before processes of this machine would all compile
        physics_of(campaign, settings=settings, progress=report, by=by)


def remarks(batch: pd.DataFrame, observations: pd.DataFrame | None) -> list[str]:
    """Collect what a reader of the batch should know; the same for the same batch.

    Parameters
    ----------
    batch : DataFrame
        Proposals.
    observations : DataFrame, optional
        Measured cells; None without a campaign file.

    Returns
    -------
    list of str
        One sentence each, with the ids of the proposals that it holds for.
    """
    from surrogate.report.one_mechanism import one_mechanism
    from surrogate.report.proposal_names import names_of
    from surrogate.report.quantities import given, records
    from surrogate.report.rule_cautions import cautions_about
    from surrogate.report.summary import EXTRAPOLATES, is_control

    def is_compared(row: Mapping[str, object]) -> bool:
        return not is_control(row) and given(row, "p_within_limits") is not None

    about: dict[str, list[str]] = {}  # remark -> the proposals it holds for
    rows = records(batch)
    for name, row in zip(names_of(rows), rows, strict=True):
        if is_control(row):
            continue
        if float(row["extrapolation"]) >= EXTRAPOLATES:
            about.setdefault("outside the training data, take the predicted values as a guess", []).append(
                name
            )
        for caution in cautions_about(row):
            about.setdefault(caution, []).append(name)
    lines = [f"{', '.join(which)}: {remark}" for remark, which in about.items()]
    if same := one_mechanism([row for row in rows if not is_control(row)]):
        lines.append(same)
    chances = [float(row["p_within_limits"]) for row in rows if is_compared(row)]
    if chances and max(chances) < LIKELY:
        lines.append(
            f"no proposal is likely to keep the limits of the campaign (probability {max(chances):.2g} at most): "
            "these are the best that were found, and their cells will tell whether the limits can be kept"
        )
    if observations is not None:
        measured = count(len(observations), "measured cell")
        lines.append(f"{measured} used" if len(observations) else "no measured cells yet")
    return lines


def cell_remarks(
    batch: pd.DataFrame, planned: Plan, campaign: Campaign, observations: pd.DataFrame | None
) -> list[str]:
    """Say how many cells to build and why, and whether the best host so far should be made again.

    Parameters
    ----------
    batch : DataFrame
        Proposals.
    planned : Plan
        Cells of the batch.
    campaign : Campaign
        With its first objective.
    observations : DataFrame, optional
        Measured cells; None without a campaign file.

    Returns
    -------
    list of str
        One or two sentences.
    """
    from surrogate.campaign.replicates import may_be_luck, reason
    from surrogate.hosts.targets import SCALES
    from surrogate.report.quantities import label

    what = "lost charge" if SCALES[planned.target].decreasing else label(planned.target).lower()
    lines = [reason(planned, what)]
    again = may_be_luck(observations, campaign.objectives[planned.target], planned)
    made_again = set(batch["repeat_of"]) if "repeat_of" in batch.columns else set()
    if again and not made_again & {again, again.rpartition("-")[0]}:
        lines.append(
            f"the lead of cell {again} over the next best host is no more than cells of one design differ by, and "
            f"may be luck: optimize propose --campaign {campaign.path} --repeat {again} adds its host to a batch"
        )
    return lines


def _store(campaign: Campaign) -> CampaignStore:
    from surrogate.campaign.store import CampaignStore

    store = CampaignStore.of(campaign)
    store.prepare()
    return store
