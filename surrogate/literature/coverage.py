"""How many records measure each target, by strategy and class of electrolyte: what the literature covers."""

from __future__ import annotations

import pandas as pd

from surrogate.hosts.columns import TARGETS
from surrogate.literature.measured import targets
from surrogate.literature.schema import ELECTROLYTE_CLASSES, STRATEGIES

UNASSIGNED = "unassigned"  # several electrolytes that the source lists and does not assign
TITLES = {
    "cycle_life_cycles": "Cycle life",
    "ccd_mA_cm2": "Critical current density",
    "overpotential_mV": "Overpotential",
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
LEGEND = (
    "Electrolytes: ether and carb.: liquid ethers and carbonates; poly.: polymer; sulf.: sulfide; nitr.: nitride; "
    "unkn.: a liquid that is not named; list: several that the source lists and does not assign"
)


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
        headings = [_SHORT.get(str(name), str(name)) for name in counts.columns]
        lines = [TITLES[target].ljust(widest) + "".join(f" {heading:>5}" for heading in headings)]
        for name, row in counts.iterrows():
            cells = "".join(f" {value or '.':>5}" for value in row)
            lines.append(str(name).replace("_", " ").ljust(widest) + cells)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
