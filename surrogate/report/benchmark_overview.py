"""A contest of optimizers in short: the words and tables of the page to read first, from the parts of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from surrogate.laboratory.across import kind_of
from surrogate.laboratory.contest_summary import CHECKPOINTS, OURS, WITH_PHYSICS, ours_among
from surrogate.report.benchmark_page import matches
from surrogate.report.laboratory_tables import ahead_rows, number, share_rows

Part = tuple[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class BenchmarkOverview:
    """What a contest compared and found.

    Parameters
    ----------
    title : str
        What met on what.
    lead : list of str
        Sentences: how to read the numbers, and what they were made by.
    parts : list of (heading, rows)
        Tables, the first row of each its headings, and lists of rows of one cell.
    ranking : list of list of str
        Headings, then of each contender the mean share of the best known fronts, and on how many tasks; the best
        first.
    shares : dict
        Task, or kind of laboratory -> mean share of ours, 0 to 1; without those of which no front is known.
    """

    title: str
    lead: list[str]
    parts: list[Part]
    ranking: list[list[str]]
    shares: dict[str, float] = field(default_factory=dict)


def benchmark_overview(
    table: pd.DataFrame, across: pd.DataFrame, failed: Sequence[str], made_by: Mapping[str, str]
) -> BenchmarkOverview:
    """Put a contest in short.

    Parameters
    ----------
    table : DataFrame
        ``contest_summary.summary`` of its results.
    across : DataFrame
        ``across_laboratories`` of them; empty without laboratories.
    failed : sequence of str
        Runs that did not come to their end, and why.
    made_by : mapping
        What the contest was made by -> its version or name, for the last list.

    Returns
    -------
    BenchmarkOverview
    """
    ours = ours_among(table["contender"])
    without = (table["task"].map(kind_of) == "").any()
    beside = f", and with {OURS} where that does not take part" if ours != OURS and without else ""
    counts = [_count(table[name].nunique(), name) for name in ("contender", "task")]
    title = f"Benchmark: {' on '.join(counts)}, {_count(int(table['seeds'].max()), 'seed')}"
    lead = (
        "Hypervolume is the true one of what was measured; shares are of the best front that is known of a task. "
        f"Others are compared with {ours}{beside}."
    )
    ranked = ranking(table)
    parts = [
        ("Share of the best known front, mean over the tasks in which all took part", ranked),
        *_of_laboratories(across),
        *_of_tasks(table),
        ("Runs that did not come to their end", [[text] for text in failed]),
        ("Made by", [[f"{name}: {value}"] for name, value in made_by.items()]),
    ]
    return BenchmarkOverview(title, [lead], parts, ranked, shares_of_ours(table))


def _of_laboratories(across: pd.DataFrame) -> list[Part]:
    """Compare contenders over all laboratories of each kind."""
    parts: list[Part] = []
    for kind, part in across.groupby("kind", sort=False) if len(across) else ():
        of = f"{kind}, {part['laboratories'].min()} laboratories"
        shared = f"share of the front after so many experiments (those that {WITH_PHYSICS} needed, over them)"
        ahead = f"share of {WITH_PHYSICS} less that of the contender, median (worst laboratory)"
        for words, (numbers, rows) in ((shared, share_rows(part)), (ahead, ahead_rows(part))):
            parts.append((f"{of}: {words}", _headed(["contender", *map(str, numbers)], rows)))
    return parts


def _of_tasks(table: pd.DataFrame) -> list[Part]:
    """Say of each task that is no laboratory how many experiments ours needed to match the others."""
    return [
        (
            f"{task}: experiments that {ours_among(part['contender'])} needed to match the others after",
            _headed(["contender", *map(str, CHECKPOINTS)], matches(part)),
        )
        for task, part in table.groupby("task", sort=False)
        if not kind_of(str(task))
    ]


def _headed(head: list[str], rows: list[list[str]]) -> list[list[str]]:
    return [head, *rows] if rows else []


def shares_of_ours(table: pd.DataFrame) -> dict[str, float]:
    """Return the share of the best known front that ours reached.

    Parameters
    ----------
    table : DataFrame
        ``contest_summary.summary`` of a contest.

    Returns
    -------
    dict
        Task, or kind of laboratory -> mean share, 0 to 1; without those of which no front is known.
    """
    ours = {task: ours_among(part["contender"]) for task, part in table.groupby("task")}
    own = table[table["contender"] == table["task"].map(ours)]
    named = own["task"].map(lambda task: kind_of(str(task)) or str(task))
    shares = own["share"].groupby(named, sort=False).mean().dropna()
    return {str(name): float(share) for name, share in shares.items()}


def ranking(table: pd.DataFrame) -> list[list[str]]:
    """Rank contenders by the mean share of the best known fronts.

    Only tasks count in which all took part, so that the means are of the same tasks; where there is none, each is
    judged by its own.

    Parameters
    ----------
    table : DataFrame
        ``contest_summary.summary`` of a contest.

    Returns
    -------
    list of list of str
        Headings, then a row for each contender.
    """
    met = table.groupby("task")["contender"].nunique()
    common = table[table["task"].map(met) == table["contender"].nunique()]
    rows = [
        (float(part["share"].mean()), str(name), part)
        for name, part in (common if len(common) else table).groupby("contender", sort=False)
    ]
    rows.sort(key=lambda row: (row[0] != row[0], -row[0]))  # without a known front last
    head = ["contender", "share of the front", "worst task", "tasks", "seconds a batch"]
    return [head, *([name, *_ranked(part)] for _, name, part in rows)]


def _ranked(part: pd.DataFrame) -> list[str]:
    share = part["share"]
    seconds = number(float(part["seconds_per_batch"].mean()), 2)
    return [_share(float(share.mean())), _share(float(share.min())), str(share.notna().sum()), seconds]


def _share(value: float) -> str:
    return "–" if value != value else f"{100.0 * value:.1f} %"


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
