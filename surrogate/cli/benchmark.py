"""The work of ``optimize benchmark``: a contest of optimizers, its tables, its page and its MLflow run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, make_table, print_message, print_notes, print_result, print_table
from surrogate.cli.progress import progress
from surrogate.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.laboratory.contest import Outcome
    from surrogate.laboratory.tasks import TaskSource
    from surrogate.optimization.settings import Direction

MOST_SEEDS, MOST_JOBS, MOST_SECONDS = 100, 64, 1e6
LABORATORIES = 10  # of a campaign, where its name alone is given


def benchmark(
    tasks: str | None,
    contenders: str | None,
    pool: Path | None,
    objectives: Sequence[str],
    seeds: int,
    seed: int,
    out: Path,
    jobs: int,
    peer_seconds: float,
    experiments: int | None,
    cluster: str | None = None,
) -> None:
    """Hold a contest, or go on with it, and write ``results.csv``, ``summary.csv`` and ``benchmark.html``.

    Where virtual laboratories take part ``laboratories.csv`` as well.

    Parameters
    ----------
    tasks, contenders : str or None
        Names with commas between them; None: all, or the pool alone where one is given.
    pool : Path or None
        CSV file of measured materials.
    objectives : sequence of str
        Of the pool, each ``NAME=max`` or ``NAME=min``.
    seeds : int
        How many, 1 to 100.
    seed : int
        The first of them.
    out : Path
        Folder to write to.
    jobs : int
        Runs at once, 1 to 64.
    peer_seconds : float
        How long another optimizer may take for a batch, s: above 0, at most a million.
    experiments : int or None
        Each run ends with the batch that reaches so many, 1 or more; None: as many as the task has.
    cluster : str, optional
        ``"local"`` (with ``jobs`` workers) or the address of a Dask scheduler whose workers do the runs.

    Raises
    ------
    InputError
        For an unknown name, with a list of those that exist, contenders that take part in none of the tasks, a pool
        that cannot be used, or a cluster that does not answer.
    StoreError
        For a folder that cannot be written to, or in which another contest is running.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise InputError("cannot be used", where="--seeds", value=seeds, limit=f"1 to {MOST_SEEDS}")
    if not 1 <= jobs <= MOST_JOBS:
        raise InputError("cannot be used", where="--jobs", value=jobs, limit=f"1 to {MOST_JOBS}")
    if not 0.0 < peer_seconds <= MOST_SECONDS:
        allowed = f"above 0, at most {MOST_SECONDS:,.0f}"
        raise InputError("cannot be used", where="--peer-seconds", value=peer_seconds, limit=allowed)
    if experiments is not None and experiments < 1:
        raise InputError("cannot be used", where="--experiments", value=experiments, limit="1 or more")
    from surrogate import tracking
    from surrogate.cli.benchmark_record import record_contest
    from surrogate.execution import workers
    from surrogate.files.output import output_folder, write_csv
    from surrogate.laboratory.across import across_laboratories
    from surrogate.laboratory.ask_tell import contenders as chosen_contenders
    from surrogate.laboratory.contest import Contest
    from surrogate.laboratory.contest_summary import summary
    from surrogate.report.benchmark_page import write_page
    from surrogate.tracking.interruption import terminable

    sources = _sources(tasks, pool, objectives)
    chosen, missing = chosen_contenders(_names(contenders))
    if missing:
        print_message(
            f"Not installed, left out: {', '.join(missing)}. To add them: pip install 'lihost[peers]'"
        )
    contest = Contest(sources, chosen, range(seed, seed + seeds), out, jobs, peer_seconds, experiments)
    output_folder(out)
    print_message(tracking.describe_store())
    try:
        with progress() as report, terminable(), workers(jobs, cluster) as who:
            outcome = contest.run(report, by=None if cluster is None else who)
    except (KeyboardInterrupt, SystemExit):
        print_message(f"Everything measured so far is kept in {out}; the same command goes on from there")
        raise
    _say(outcome)
    if not len(outcome.results):
        raise InputError("no run came to a result", where="benchmark", remedy="see the reasons above")
    table = summary(outcome.results)
    write_csv(table, out / "summary.csv")
    across = across_laboratories(outcome.results)
    also = ""
    if len(across):
        write_csv(across, out / "laboratories.csv")
        also = f"{out}/laboratories.csv, "
    page = write_page(outcome.results, table, out / "benchmark.html", across=across, failed=_reasons(outcome))
    _show(table)
    _show_across(across)
    asked = {
        "tasks": [source.name for source in sources], "contenders": [one.name for one in chosen], "seeds": seeds,
        "jobs": jobs, "peer_seconds": peer_seconds, "experiments": experiments or "all",
    }  # fmt: skip
    record_contest(
        table, across, [out / "results.csv", page], params=asked, seeds=contest.seeds, before=outcome.before,
        failed=_reasons(outcome),
    )  # fmt: skip
    print_result(
        f"Written: {out}/results.csv ({len(outcome.results)} rows), {out}/summary.csv, {also}{out}/benchmark.html"
    )


def _sources(tasks: str | None, pool: Path | None, objectives: Sequence[str]) -> list[TaskSource]:
    from surrogate.laboratory.neutral import neutral_sources
    from surrogate.laboratory.pool_task import pool_source, pool_task
    from surrogate.laboratory.virtual_task import sources_named

    if objectives and pool is None:
        raise InputError("--objective needs --pool", remedy="add --pool FILE.csv")
    known, wanted = neutral_sources(), _names(tasks)
    found: list[TaskSource] = []
    for name in wanted if wanted is not None else [] if pool is not None else known:
        of_laboratories = sources_named(name, LABORATORIES)
        if name not in known and not of_laboratories:
            allowed = (
                f"{', '.join(known)}, or laboratories such as lab-ether, lab-ether-flipped or lab-garnet:3"
            )
            raise InputError("no such task", where="--tasks", value=name, limit=allowed)
        found += of_laboratories or [known[name]]
    if pool is not None:
        directions = _directions(objectives)
        found.append(pool_source(pool, directions))
        print_notes(pool_task(str(pool), directions).notes)
    return found


def _directions(objectives: Sequence[str]) -> dict[str, Direction]:
    found: dict[str, Direction] = {}
    for text in objectives:
        name, _, wanted = text.rpartition("=")
        if not name or wanted not in ("max", "min"):
            raise InputError(
                "not an objective", where="--objective", value=text, limit="NAME=max or NAME=min"
            )
        if name in found:
            raise InputError(
                "the objective is given twice",
                where="--objective",
                value=name,
                remedy=f"leave one {name} out",
            )
        found[name] = "max" if wanted == "max" else "min"
    return found


def _names(text: str | None) -> list[str] | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    return list(dict.fromkeys(names))


def _reasons(outcome: Outcome) -> list[str]:
    return [
        f"{task}, {contender}, seed {seed}: {why}" for (task, contender, seed), why in outcome.failed.items()
    ]


def _say(outcome: Outcome) -> None:
    if outcome.before:
        print_message(f"{count(outcome.before, 'run')} had been done before")
    for reason in _reasons(outcome):
        print_message(f"Not finished: {reason}", style="yellow")


def _show(table: pd.DataFrame) -> None:
    for task, part in table.groupby("task", sort=False):
        part = part.sort_values("hypervolume", ascending=False, kind="stable")
        rows = [
            [str(row["contender"]), f"{row['hypervolume']:.4g}", f"{row['worst']:.4g}", _share(row["share"]),
             f"{row['seconds_per_batch']:.2g}", f"{row['memory_mb']:.0f}"]
            for row in part.to_dict("records")
        ]  # fmt: skip
        title = f"{task}: after {part['experiments'].min()} experiments, {count(int(part['seeds'].min()), 'seed')}"
        headings = ["contender", "hypervolume", "worst seed", "of the front", "s/batch", "MB"]
        print_table(make_table(headings, rows, title, tight=True))


def _show_across(across: pd.DataFrame) -> None:
    from surrogate.laboratory.contest_summary import WITH_PHYSICS
    from surrogate.report.laboratory_tables import ahead_rows, share_rows

    for kind, part in across.groupby("kind", sort=False) if len(across) else ():
        of = f"{kind} ({part['laboratories'].min()})"
        titles = (
            f"{of}: share of the best known front after N experiments"
            f" (experiments that {WITH_PHYSICS} needed for as much, over N)",
            f"{of}: share of {WITH_PHYSICS} less that of the contender, median (worst laboratory)",
        )
        for title, (numbers, rows) in zip(titles, (share_rows(part), ahead_rows(part)), strict=True):
            if rows:
                print_table(make_table(["contender", *map(str, numbers)], rows, title, tight=True))


def _share(value: float) -> str:
    return "-" if value != value else f"{100.0 * value:.1f} %"
