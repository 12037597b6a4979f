"""What the literature covers: records by strategy, targets by class of electrolyte, pairs by what differs."""

from __future__ import annotations

import pandas as pd

from surrogate.hosts.columns import TARGETS
from surrogate.literature.checks import summary
from surrogate.literature.measured import targets
from surrogate.literature.pairs import EFFICIENCY, FULL_CELL_LIFE, LIFE, pairs
from surrogate.literature.schema import DIFFERENCES, ELECTROLYTE_CLASSES, STRATEGIES, several

UNASSIGNED = "unassigned"  # several electrolytes that the source lists and does not assign
TITLES = {
    "cycle_life_cycles": "Cycle life",
    "ccd_mA_cm2": "Critical current density",
    "overpotential_mV": "Overpotential",
    "coulombic_efficiency_pct": "Coulombic efficiency",
}
_SHORT = {
    "liquid_ether": "ether",
    "liquid_carbonate": "carb.",
    "polymer": "poly.",
    "sulfide": "sulf.",
    "halide": "hal.",
    "nitride": "nitr.",
    "unknown": "unkn.",
    UNASSIGNED: "list",
}
_HEADINGS = {
    "cycle_life": "life",
    "overpotential": "mV",
    "ccd": "CCD",
    "efficiency": "CE",
    "retention": "kept",
    "full_cell": "full",
}
SUMMARY_LEGEND = (
    "pairs: records that name a control; life: cycle life, of which failed (the others are lower bounds); mV: "
    "overpotential; CCD: critical current density; CE: coulombic efficiency; kept: capacity retention; full: full "
    "cells"
)
_PAIRED = {
    LIFE: "life",
    "ccd_mA_cm2": "CCD",
    "overpotential_mV": "mV",
    EFFICIENCY: "CE",
    "interface_resistance_ohm_cm2": "ohm",
    "capacity_retention_pct": "kept",
    "specific_capacity_mAh_g": "mAh",
    FULL_CELL_LIFE: "full",
}
PAIRS_LEGEND = (
    "pairs: a record and its control; a pair may differ in several things and measure several quantities (ohm: "
    "interface resistance; mAh: specific capacity; full: life of full cells); proven: of these, how many directions "
    "follow from numbers and bounds; worse: how many records are worse than their control"
)
LEGEND = (
    "Electrolytes: ether and carb.: liquid ethers and carbonates; poly.: polymer; sulf.: sulfide; nitr.: nitride; "
    "unkn.: a liquid that is not named; list: several that the source lists and does not assign"
)


def summary_text(records: pd.DataFrame) -> str:
    """Write the counts of records by strategy as text of at most 80 columns; a point stands for none."""
    return _written(summary(records).rename(columns=_HEADINGS), "Strategy", least=1)


def pairs_text(records: pd.DataFrame) -> str:
    """Write the counts of pairs by what differs as text of at most 80 columns; a point stands for none."""
    found = pairs(records)
    counts = {}
    for name in (*DIFFERENCES, "all"):
        part = found[[name == "all" or name in several(cell) for cell in found["differs_in"]]]
        if len(part):
            counts[name] = {
                "pairs": len(part[["record", "control"]].drop_duplicates()),
                "papers": part["paper"].nunique(),
                **{
                    heading: int((part["quantity"] == quantity).sum())
                    for quantity, heading in _PAIRED.items()
                },
                "proven": int(part["proven"].sum()),
                "worse": int((part["told"] < 0).sum()),
            }
    return _written(pd.DataFrame.from_dict(counts, orient="index"), "Differs in", least=4)


def _written(counts: pd.DataFrame, title: str, least: int, widest: int = 0) -> str:
    """Write counts as text: a title, the headings of the columns, a line for each row."""
    names = [str(name).replace("_", " ") or "not given" for name in counts.index]
    widest = max(widest, *(len(name) for name in (*names, title)))
    widths = [max(len(str(column)), least, *(len(str(n)) for n in counts[column])) + 1 for column in counts]
    lines = [
        title.ljust(widest) + "".join(str(c).rjust(w) for c, w in zip(counts.columns, widths, strict=True))
    ]
    for name, row in zip(names, counts.to_numpy(), strict=True):
        lines.append(
            name.ljust(widest) + "".join(str(n or ".").rjust(w) for n, w in zip(row, widths, strict=True))
        )
    return "\n".join(lines)


def coverage(records: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Count the records that measure each target.

    Parameters
    ----------
    records
        A typed table.

    Returns
    -------
    dict
        Target -> counts: strategies as rows, electrolyte classes as columns, both with a total named ``all``.
        Counted is what ``measured.targets`` finds; rows and columns of zeros are left out.
    """
    strategy = records["strategy"].fillna("not given")
    electrolyte = records["electrolyte_class"].fillna(UNASSIGNED)
    measured = targets(records)
    tables = {}
    for target in TARGETS:
        known = measured[target].notna()
        counts = pd.crosstab(strategy[known], electrolyte[known])
        counts = counts.reindex(
            index=[name for name in (*STRATEGIES, "not given") if name in counts.index],
            columns=[name for name in (*ELECTROLYTE_CLASSES, UNASSIGNED) if name in counts.columns],
        )
        counts["all"] = counts.sum(axis=1)
        counts.loc["all"] = counts.sum()
        tables[target] = counts.astype(int)
    return tables


def coverage_text(records: pd.DataFrame) -> str:
    """Write the counts as text.

    Parameters
    ----------
    records
        A typed table.

    Returns
    -------
    str
        At most 80 columns, a block for each target; a point stands for none.
    """
    tables = coverage(records)
    blocks = []
    widest = max(len(str(name)) for counts in tables.values() for name in counts.index)
    for target, counts in tables.items():
        blocks.append(_written(counts.rename(columns=_SHORT), TITLES[target], least=3, widest=widest))
    return "\n\n".join(blocks)
