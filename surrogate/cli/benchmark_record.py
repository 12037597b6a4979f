"""The MLflow run of a contest of optimizers: an overview to read first, a few numbers, a child for each contender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate import tracking

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.report.benchmark_overview import BenchmarkOverview

_LINES = 15  # of the description


def record_contest(
    table: pd.DataFrame,
    across: pd.DataFrame,
    files: Sequence[Path],
    *,
    params: Mapping[str, object],
    seeds: Sequence[int],
    before: int = 0,
    failed: Sequence[str] = (),
) -> None:
    """Record a contest that is over; a store that cannot be written costs a warning.

    Parameters
    ----------
    table : DataFrame
        ``contest_summary.summary`` of its results.
    across : DataFrame
        ``across_laboratories`` of them; empty without laboratories.
    files : sequence of Path
        Files to keep with the run; the page of the contest is the last.
    params : mapping
        What was asked for.
    seeds : sequence of int
        Of the runs.
    before : int
        Runs that were kept of an earlier command.
    failed : sequence of str
        Runs that did not come to their end, and why.
    """
    from surrogate.report.benchmark_overview import benchmark_overview

    with tracking.run(
        "benchmark", "benchmark", seed=seeds[0], required=False, experiment=tracking.BENCHMARK
    ) as run:
        found = benchmark_overview(table, across, failed, _made_by(seeds, before))
        run.params(params)
        shown = list(found.shares)[: tracking.MOST_METRICS]
        run.metrics({f"share_of_front/{name}": found.shares[name] for name in shown})
        # Of the first tasks, so that a run has few numbers; the table has all.
        counted = table[table["task"].isin(list(table["task"].unique()[: tracking.MOST_METRICS]))]
        for contender, part in counted.groupby("contender", sort=False):
            values = {f"hypervolume/{row['task']}": row["hypervolume"] for row in part.to_dict("records")}
            tracking.add_part(run, str(contender), "contender", {"contender": contender}, values)
        run.table(table, "summary")
        if len(across):
            run.table(across, "laboratories")
        for file in files:
            run.file(file)
        page = files[-1].name
        here = [
            [f"{page}: curves and tables of every task"],
            ["tables/summary: the numbers of each task and contender"],
            *([["tables/laboratories: the same over all laboratories of a kind"]] if len(across) else []),
            *([f"{file.name}: every round of every run"] for file in files[:-1]),
            ["environment.json: versions of packages"],
        ]
        parts = [*found.parts, ("What else is here", here)]
        run.text(tracking.overview_page(found.title, found.lead, parts), tracking.OVERVIEW)
        run.describe(_described(run, found, page))


def _made_by(seeds: Sequence[int], before: int) -> dict[str, str]:
    from surrogate.tracking.provenance import git_state, machine

    kept = (
        {
            "Kept of earlier commands": f"{before} runs of the same code; their seconds may be of another machine"
        }
        if before
        else {}
    )
    first, last = seeds[0], seeds[-1]
    return {
        "Commit": git_state(),
        "Machine": machine(),
        "Seeds": str(first) if first == last else f"{first} to {last}",
        **kept,
    }


def _described(run: tracking.Run, found: BenchmarkOverview, page: str) -> str:
    links = ", ".join(
        f"[{text}]({run.link(path)})" for text, path in (("Overview", tracking.OVERVIEW), ("Page", page))
    )
    head, *rows = found.ranking
    table = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join([links, "", f"**{found.title}.** {found.lead[0]}", "", *table][:_LINES])
