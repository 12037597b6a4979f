"""Judging a literature table: types and ranges, then rules that need more than one cell.

Every fault names its row and column; the first is raised as RecordError. ``check`` also counts what the
table holds and, given the source texts, looks its numbers up in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from surrogate.errors import RecordError
from surrogate.files.bounds import FRACTION, per_cent_remedy
from surrogate.hosts.targets import MOST_FRACTION
from surrogate.literature.faults import Fault, each, raise_first, repeated, schema_faults
from surrogate.literature.pairs import pair_faults, paper_of
from surrogate.literature.reader import read_typed
from surrogate.literature.schema import (
    BOUND_OF,
    COLUMNS,
    COMPARISON,
    FIELDS,
    FULL_CELL_ONLY,
    MEASURED,
    PER_CENT,
    PROVENANCE,
    QUALIFIERS,
    REMARKS,
    REQUIRED,
    STRATEGIES,
    UPPER_END,
)
from surrogate.literature.source_check import STATUSES, Located, locate

# Hours and cycles of one row may differ by rest periods and rounding, not by more.
HOURS_TO_CYCLES_TOLERANCE = 0.25
ROOM_TEMPERATURE_C = (15.0, 30.0)

# Two rows that agree in all of these are one record: numbers that only differ in what qualifies them, or in what they
# are compared with, do not differ.
IDENTITY = tuple(column for column in COLUMNS if column not in (*REMARKS, *QUALIFIERS, *COMPARISON))

# What a row below the records of a spreadsheet is called that sums them up.
_SUMMARIES = (
    "total",
    "subtotal",
    "sum",
    "mean",
    "average",
    "avg",
    "median",
    "std",
    "sd",
    "min",
    "max",
    "count",
)

_COUNTED = {
    "cycles": "cycles",
    "hours": "hours",
    "overpotential": "overpotential_mV",
    "ccd": "ccd_mA_cm2",
    "efficiency": "coulombic_efficiency_pct",
    "retention": "capacity_retention_pct",
}


@dataclass(frozen=True)
class CheckReport:
    """What a table that passed its checks holds.

    Parameters
    ----------
    name
        The table, as messages call it.
    rows, papers, sources
        How many records of how many papers in how many documents.
    counts
        Strategies (rows) by target and measured quantity, with totals.
    notes
        A sentence for each thing that was done to the table.
    located
        Where the numbers of each record were found; empty when they were not looked up.
    """

    name: str
    rows: int
    papers: int
    sources: int
    counts: pd.DataFrame
    notes: tuple[str, ...] = ()
    located: tuple[Located, ...] = ()

    @property
    def located_counts(self) -> dict[str, int]:
        """Status of the look-up in the source texts -> number of records; empty when it was not made."""
        counted = Counter(item.status for item in self.located)
        return {status: counted[status] for status in STATUSES if self.located}

    def __str__(self) -> str:
        lines = [
            f"{self.name}: {self.rows} records of {self.papers} papers in {self.sources} documents, no faults"
        ]
        lines += [*self.notes, "", self.counts.to_string(), ""]
        lines += [f"{status}: {count}" for status, count in self.located_counts.items()]
        lines += [f"  row {item.row + 1}: {', '.join(item.missing)}" for item in self.located if item.missing]
        return "\n".join(lines).rstrip()


def check(
    table: str | Path | pd.DataFrame, text_dir: str | Path | None = None, where: str = ""
) -> CheckReport:
    """Check a table that is to be published: the schema, its rules, and that every row can be traced.

    Parameters
    ----------
    table
        A file or a frame in the literature schema.
    text_dir
        The documents as text; the numbers of each record are looked up there.
    where
        What messages call the table; default: the file's name.

    Returns
    -------
    CheckReport
        What the table holds.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
    UnitError
        For a wrong unit.
    """
    records, notes, name = read_typed(table, where)
    raise_first_fault(records, name, provenance=True)
    papers = paper_of(records)
    return CheckReport(
        name=name,
        rows=len(records),
        papers=int(papers.nunique()),
        sources=int(records["source"].nunique()),
        counts=summary(records),
        notes=tuple(notes),
        located=tuple(locate(records, text_dir)) if text_dir is not None else (),
    )


def summary(records: pd.DataFrame) -> pd.DataFrame:
    """Count the records of each strategy.

    Parameters
    ----------
    records
        A typed table, n rows.

    Returns
    -------
    pandas.DataFrame
        A row for each strategy and a row for all; columns: records, papers, pairs (records that name a control),
        lifetimes and how many of them are failures, each measured quantity, full cells.
    """
    plate_strip = records["cell_type"].fillna("") != "full"
    life = plate_strip & (records["cycles"].notna() | records["hours"].notna())
    group = paper_of(records)
    paired = records["control_of"].notna()
    flags = pd.DataFrame(
        {"records": 1, "pairs": paired, "cycle_life": life, "failed": life & ~records["censored"]}
    )
    for label, column in _COUNTED.items():
        if label not in ("cycles", "hours"):
            flags[label] = records[column].notna()
    flags["full_cell"] = ~plate_strip
    strategy = records["strategy"].fillna("")
    counts = flags.astype(int).groupby(strategy).sum()
    counts.insert(1, "papers", group.groupby(strategy).nunique())
    counts = counts.reindex([name for name in (*STRATEGIES, "") if name in counts.index])
    total = counts.sum()
    total["papers"] = group.nunique()
    counts.loc["all"] = total
    counts.index.name = "strategy"
    return counts.astype(int)


def raise_first_fault(records: pd.DataFrame, where: str, *, provenance: bool = False) -> None:
    """Refuse a typed table that has a fault.

    Parameters
    ----------
    records
        A typed table.
    where
        What messages call it.
    provenance
        Whether every row must say where it comes from.

    Raises
    ------
    RecordError
        For the first fault, with its row and column, or for a table without rows.
    """
    if records.empty:
        raise RecordError("the table has no rows", where=where, remedy="add at least one record")
    raise_first(faults(records, provenance=provenance), where, COLUMNS)


def faults(records: pd.DataFrame, *, provenance: bool = False) -> Iterator[Fault]:
    """Every fault of a typed table; parameters as :func:`raise_first_fault`."""
    yield from schema_faults(
        records, FIELDS, REQUIRED, {"source": "give the DOI or file stem of the document"}
    )
    yield from repeated(records, IDENTITY)
    yield from _rules(records)
    yield from _qualifier_rules(records)
    yield from pair_faults(records)
    if provenance:
        for column in PROVENANCE:
            yield from each(
                records, records[column].isna(), column, "empty", remedy="say where the record comes from"
            )


def _rules(records: pd.DataFrame) -> Iterator[Fault]:
    summary_row = records["source"].str.lower().str.rstrip(":").isin(_SUMMARIES)
    yield from each(records, summary_row, "source", "a summary row, not a record", remedy="remove it")
    for column in PER_CENT:
        yield from each(
            records,
            (records[column] > 0) & (records[column] <= MOST_FRACTION),
            column,
            FRACTION,
            limit=f"above {MOST_FRACTION:g} to {FIELDS[column].high:g}",
            remedy=per_cent_remedy(column),
        )
    nothing = records[list(MEASURED)].isna().all(axis=1)
    yield from each(
        records, nothing, "cycles", "no measured quantity in this row", limit=", ".join(MEASURED),
        remedy="give one of these, or remove the row",
    )  # fmt: skip
    expected = records["hours"] * records["current_density_mA_cm2"] / (2 * records["areal_capacity_mAh_cm2"])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = records["cycles"] / expected
    apart = ratio.notna() & ((ratio - 1).abs() > HOURS_TO_CYCLES_TOLERANCE)
    yield from each(
        records,
        apart,
        "hours",
        "does not agree with cycles",
        limit="cycles = hours * current / (2 * capacity), within 25 %",
        remedy="keep the value that the source states",
    )
    plate_strip = records["cell_type"].isin(["half", "symmetric"])
    for column in FULL_CELL_ONLY:
        yield from each(
            records, plate_strip & records[column].notna(), column, "belongs to a full cell",
            limit="empty for cell_type half or symmetric", remedy="leave it empty, or write cell_type = full",
        )  # fmt: skip
    unpaired = (
        records["interface_resistance_before_ohm_cm2"].notna()
        & records["interface_resistance_ohm_cm2"].isna()
    )
    yield from each(
        records, unpaired, "interface_resistance_before_ohm_cm2", "given without the value after",
        limit="with interface_resistance_ohm_cm2", remedy="give both, or this number in a row of its own",
    )  # fmt: skip


def _qualifier_rules(records: pd.DataFrame) -> Iterator[Fault]:
    """Faults of columns that say how a number is meant: without that number, or against another column."""
    for column, of in BOUND_OF.items():
        nothing = records[column].notna() & records[list(of)].isna().all(axis=1)
        yield from each(
            records, nothing, column, "a bound without its number", limit=f"with {' or '.join(of)}",
            remedy="give the number, or leave the bound empty",
        )  # fmt: skip
    bound_of = {number: column for column, numbers in BOUND_OF.items() for number in numbers}
    for number, upper in UPPER_END.items():
        bound = records[bound_of[number]].fillna("")
        alone = records[upper].notna() & ((bound != "lower") | records[number].isna())
        yield from each(
            records, alone, upper, "an upper end without the lower one",
            limit=f"with {number} and {bound_of[number]} = lower",
            remedy=f"write the lower end into {number}, or the bound there with {bound_of[number]} = upper",
        )  # fmt: skip
        yield from each(
            records, ~alone & (records[upper] <= records[number]), upper,
            "not above the lower end", limit=f"above {number}", remedy="exchange the two",
        )  # fmt: skip
    yield from each(
        records,
        records["failure"].notna() & records["censored"],
        "failure",
        "of a cell that has not failed",
        limit="only where censored is false",
        remedy="write censored = false if the cell failed, or leave failure empty",
    )
    yield from each(
        records,
        (records["duration_bound"].fillna("") == "upper") & records["censored"],
        "duration_bound",
        "an upper bound of the life of a cell that has not failed",
        limit="upper only where censored is false",
        remedy="write censored = false if the cell failed, or leave duration_bound empty",
    )
    yield from each(
        records,
        records["cycles_may_be_hours"] & (records["cycles"].isna() | records["hours"].notna()),
        "cycles_may_be_hours",
        "true without cycles, or beside hours",
        limit="only where cycles alone holds the number",
        remedy="leave it empty where the source says what is counted",
    )
    low, high = ROOM_TEMPERATURE_C
    elsewhere = (records["temperature_C"] < low) | (records["temperature_C"] > high)
    yield from each(
        records,
        records["room_temperature"] & elsewhere,
        "room_temperature",
        "does not agree with temperature_C",
        limit=f"temperature_C empty or from {low:g} to {high:g}",
        remedy="keep the value that the source states",
    )
    yield from each(
        records,
        records["electrolyte_channels"] & records["pore_size_top_um"].isna(),
        "electrolyte_channels",
        "channels without their width",
        limit="with pore_size_top_um",
        remedy="give their width, or leave it empty",
    )
