"""What the bench page has to know besides ``GET /space``: names, colours, published ranges, spreads of replicates.

Data flow: registry of columns, material tables and shipped records -> one JSON object in the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.campaign.reports import MEANINGS
from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.targets import SCALES
from surrogate.literature import records
from surrogate.models.campaign_model import REPLICATES
from surrogate.report import style
from surrogate.report.nearest_papers import citations
from surrogate.report.quantities import label, unit
from surrogate.report.summary import short_name

PUBLISHED = {
    "cycle_life_cycles": "cycles",
    "ccd_mA_cm2": "ccd_mA_cm2",
    "overpotential_mV": "overpotential_mV",
    "coulombic_efficiency_pct": "coulombic_efficiency_pct",
}
FEWEST = 3  # records from which a range is drawn
_ENDS = (0.05, 0.95)
CELL = (
    "current_density_mA_cm2", "areal_capacity_mAh_cm2", "temperature_C",
    *(name for name in c.CONDITIONS if c.COLUMNS[name].kind == "number" and c.COLUMNS[name].of_the_electrolyte),
)  # fmt: skip
HOST = (
    "agent_top", "agent_bottom", "pore_size_top_um", "pore_size_bottom_um", "porosity_top", "porosity_bottom",
    "thickness_um",
)  # fmt: skip
SHOWN = 8  # published hosts of the table that stands where there is no model


def words(identifier: str) -> str:
    """Write an identifier as the beginning of a line: "Carbon fibre", "LiNO3 and FEC"."""
    name = short_name(identifier)
    return name[:1].upper() + name[1:]


@cache
def bench_facts() -> dict[str, Any]:
    """Return the facts, as JSON holds them.

    Returns
    -------
    dict
        ``controls`` (column -> label, unit, low, high, log, step, default), ``electrolytes`` and ``frameworks``
        (name -> words, class or phase, whether it is a solid), ``agents``, ``solids``, ``additives``,
        ``targets`` (label, unit, wanted, spread of replicates as a factor, whether what counts is the lost
        charge), ``published`` (class -> target -> [5 %, 95 %, records]), ``measured`` (class -> target ->
        records), ``colours``, and for measured cells ``columns`` (of a design -> number or text),
        ``conditions`` among them, ``defaults`` (numbers of a host that the bench may not set), and ``states`` (->
        what each means).
    """
    return {
        "controls": {name: _control(name) for name in (*CELL, *HOST)},
        "electrolytes": {name: _electrolyte(name) for name in c.ELECTROLYTES},
        "additives": {name: words(name) for name in COLUMNS["additives"].identifiers},
        "frameworks": {
            name: {"words": words(name), "phase": materials.framework(name).phase} for name in c.FRAMEWORKS
        },
        "agents": {name: words(name) for name in c.AGENTS},
        "solids": {name: words(name) for name in materials.solids},
        "targets": {name: _target(name) for name in c.TARGETS},
        "published": published(records.load()),
        "measured": measured(records.load()),
        "colours": {**style.PHASE_COLOURS, "lithium": style.LITHIUM},
        "columns": {name: "number" if name in COLUMNS.numbers else "text" for name in c.DESIGN_COLUMNS},
        "conditions": list(c.CONDITIONS),
        "defaults": {
            name: column.default
            for name, column in COLUMNS.items()
            if column.kind == "number" and column.role in ("choice", "modifier")
        },
        "states": dict(MEANINGS),
    }


def published(table: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """Return what published cells of each class of electrolyte reached.

    Parameters
    ----------
    table
        Records.

    Returns
    -------
    dict
        Class, and ``all`` -> target -> [5 % quantile, 95 % quantile, records]; bounds count as values.
    """
    groups = [("all", table), *table.groupby("electrolyte_class")]
    found: dict[str, dict[str, list[float]]] = {}
    for name, rows in groups:
        for target, column in PUBLISHED.items():
            values = rows[column].dropna().to_numpy(dtype=float)
            if len(values) >= FEWEST:
                ends = np.quantile(values, _ENDS)
                found.setdefault(str(name), {})[target] = [*map(float, ends), float(len(values))]
    return found


def measured(table: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count the records of each class of electrolyte that state a target: class -> target -> how many, if any do."""
    counted = table.groupby("electrolyte_class")[list(PUBLISHED.values())].count()
    return {
        str(name): {target: int(row[column]) for target, column in PUBLISHED.items() if row[column]}
        for name, row in counted.iterrows()
    }


def demonstration() -> list[dict[str, str]]:
    """Return published hosts for a page without a model: system, cell, what it reached, paper and its address."""
    table = records.load()
    told = table.dropna(
        subset=["cycles", "current_density_mA_cm2", "areal_capacity_mAh_cm2", "electrolyte_class"]
    )
    told = told[~told["electrolyte_class"].isin(["unknown", "none", "other"])]
    told = told.sort_values("overpotential_mV", na_position="last", kind="stable")
    return [_demonstrated(row) for row in told.drop_duplicates("group").head(SHOWN).to_dict("records")]


def _demonstrated(row: Mapping[Any, Any]) -> dict[str, str]:
    ref = "" if pd.isna(row["ref"]) else str(row["ref"])
    (paper,) = citations(f"{row['source']}#{ref}")
    return {
        "system": str(row["system"]),
        "cell": f"{words(str(row['electrolyte_class']))}, {row['current_density_mA_cm2']:g} mA cm⁻², "
        f"{row['areal_capacity_mAh_cm2']:g} mAh cm⁻²",
        "life": f"{'≥ ' if row['censored'] else ''}{row['cycles']:g}",
        "overpotential": "–" if pd.isna(row["overpotential_mV"]) else f"{row['overpotential_mV']:g}",
        "source": paper.text,
        "url": paper.work_url or paper.source_url,
    }


def _control(name: str) -> dict[str, Any]:
    column = COLUMNS[name]
    low, high = column.searched or column.limits
    return {
        "label": label(name), "unit": unit(name), "low": low, "high": high, "log": column.log, "step": column.step,
        "default": column.default,
    }  # fmt: skip


def _electrolyte(name: str) -> dict[str, Any]:
    found = materials.electrolyte(name)
    return {"words": words(name), "class": found.literature_class, "solid": found.is_solid}


def _target(name: str) -> dict[str, Any]:
    scale = SCALES[name]
    return {
        "label": label(name),
        "unit": unit(name),
        "wanted": scale.goal,
        "spread": float(np.exp(REPLICATES[name].median)),
        "loss": scale.decreasing,
    }
