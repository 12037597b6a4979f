"""How far predictions can be trusted: what the model is worth on papers that it has not seen, and what is published.

Data flow: the tables that a training run keeps (``evaluation.skill``) -> :func:`judgement`, one row for each target;
published cells and the campaign's electrolyte -> :func:`trust_of`, words and numbers for the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.evaluation.skill import FEWEST_FOR_COVERAGE, ROWS_TABLE, SKILL_TABLE
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials.groups import LIQUIDS, electrolytes_of
from surrogate.report.axes import is_drawn
from surrogate.report.quantities import given, label, number, records
from surrogate.report.summary import short_name
from surrogate.tracking import logged_table

Row = Mapping[str, Any]
_LIQUIDS = electrolytes_of("liquid")


@dataclass(frozen=True)
class Trust:
    """What a reader has to know of the predictions of a target before using them.

    Parameters
    ----------
    target : str
        Its label.
    skill : str
        How much better the model is than the plain median of all papers, on papers that it has not seen.
    judged : str
        On how many published cells that was judged, of how many papers, and how many of them are values, no bounds.
    coverage : str
        Share of their values inside the 90 % interval.
    like : str
        How many published cells of the campaign's class of electrolyte measure it.
    """

    target: str
    skill: str
    judged: str
    coverage: str
    like: str


def judgement(run_id: str) -> pd.DataFrame | None:
    """Read how the model of a training run was judged.

    Parameters
    ----------
    run_id : str
        The run that made the model.

    Returns
    -------
    DataFrame or None
        A row for each target: the columns of ``evaluation.skill.skill``, and ``values``, the judged cells of which
        the value is known and not only a bound. None where the run has no record of it.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    table, rows = logged_table(run_id, SKILL_TABLE), logged_table(run_id, ROWS_TABLE)
    if table is None or rows is None or not {"target", "lower", "upper"} <= set(rows.columns):
        return None
    known = rows[rows["lower"] == rows["upper"]].groupby("target").size()
    return table.assign(values=[int(known.get(target, 0)) for target in table["target"]])


def trust_of(
    targets: Sequence[str],
    judged: pd.DataFrame | None,
    published: Sequence[Row],
    electrolyte: str,
    rows: Sequence[Row] = (),
) -> list[Trust]:
    """Say of each target how far its predictions can be trusted.

    Parameters
    ----------
    targets : sequence of str
        That the batch predicts.
    judged : DataFrame, optional
        Of :func:`judgement`; None where it is not recorded.
    published : sequence of mapping
        Published cells as designs.
    electrolyte : str
        Of the campaign.
    rows : sequence of mapping
        Of the batch, of which T_by_literature says what other classes make of the simulator's answer.

    Returns
    -------
    list of Trust
    """
    known = {} if judged is None else {str(row["target"]): row for row in records(judged)}
    alike = of_class(published, electrolyte)
    return [
        Trust(
            label(target), *_judged(target, known.get(target)),
            _like(target, alike, published, electrolyte, rows),
        )
        for target in targets
    ]  # fmt: skip


def judged_in_short(targets: Sequence[str], judged: pd.DataFrame | None) -> str:
    """Say in a sentence on how many papers a model was judged, and how often its intervals held.

    Parameters
    ----------
    targets : sequence of str
        To be told of.
    judged : DataFrame, optional
        Of :func:`judgement`.

    Returns
    -------
    str
        Empty where it is not recorded.
    """
    known = {} if judged is None else {str(row["target"]): row for row in records(judged)}
    said = [
        f"{label(target).lower()} {row['n']:,} cells of {row['papers']:,} papers ({_kind(target, row)}), "
        f"{100.0 * float(row['coverage']):.0f} % inside"
        f"{', bounds taken for values' if int(row['values']) < FEWEST_FOR_COVERAGE else ''}"
        for target in targets
        if (row := known.get(target)) is not None
    ]
    if not said:
        return ""
    what = (
        "published cells behind the model that gives the level, and how many lay in its 90 % interval unseen"
    )
    return f"{what}: {'; '.join(said)}"


def of_class(published: Sequence[Row], electrolyte: str) -> list[Row]:
    """Return the published cells whose electrolyte is of the class of another.

    Parameters
    ----------
    published : sequence of mapping
        Published cells as designs.
    electrolyte : str
        The other.
    """
    wanted = _class(electrolyte)
    return [row for row in published if _class(row.get("electrolyte")) == wanted]


def none_published(target: str, published: Sequence[Row], electrolyte: str, rows: Sequence[Row] = ()) -> str:
    """Say that no published cell of a class of electrolyte has a target, and what is predicted from then.

    Parameters
    ----------
    target : str
        A target column.
    published : sequence of mapping
        Published cells as designs.
    electrolyte : str
        Of the campaign.
    rows : sequence of mapping
        Of the batch; T_by_literature is one factor for all of them, the level that cells of other classes give.

    Returns
    -------
    str
        Such as "none in a liquid cell: physics × 2.47"; "physics alone" only where that factor is 1.
    """
    liquids = [row for row in published if row.get("electrolyte") in _LIQUIDS]
    wide = electrolyte in _LIQUIDS and not any(is_drawn(row.get(target), target) for row in liquids)
    cell = "liquid" if wide else short_name(_class(electrolyte))
    return f"none in {'an' if cell[:1] in 'aeiou' else 'a'} {cell} cell: physics {_levelled(target, rows)}"


def unmeasured(designs: CompleteDesigns) -> list[str]:
    """Say what the critical current of hosts in liquids rests on: it is measured for no published one.

    Parameters
    ----------
    designs : CompleteDesigns
        n rows.

    Returns
    -------
    list of str
        A sentence; empty where no cell holds a liquid or a gel.
    """
    count = int(np.isin(designs.text("electrolyte").astype(str), list(LIQUIDS)).sum())
    if not count:
        return []
    return [
        f"ccd_mA_cm2 in {count} row(s) with a liquid or a gel: measured for no published host there; it is what is "
        "simulated (ccd_mA_cm2_physics), on the level of published cells in other electrolytes"
    ]


def _levelled(target: str, rows: Sequence[Row]) -> str:
    """Say by how much the level of other classes of electrolyte moves what is simulated."""
    factor = next((given(row, f"{target}_by_literature") for row in rows), None)
    if factor is None:
        return "× a level"
    said = number(float(factor), 3)
    return "alone" if said == "1" else f"× {said}"


def _like(
    target: str, alike: Sequence[Row], published: Sequence[Row], electrolyte: str, rows: Sequence[Row]
) -> str:
    measured = sum(is_drawn(row.get(target), target) for row in alike)
    if not measured:
        said = none_published(target, published, electrolyte, rows)
        return said if said.endswith("alone") else f"{said}, the level that cells in other electrolytes give"
    return f"{measured:,} published {short_name(_class(electrolyte))} {'cell' if measured == 1 else 'cells'}"


def _judged(target: str, row: Row | None) -> tuple[str, str, str]:
    if row is None:
        return "how good the model is was not recorded with it", "", ""
    middle = float(row["crps"]) - float(row["difference"])  # the score of the plain median
    skill = 100.0 * float(row["skill_vs_median"])
    low, high = (-100.0 * float(row[f"difference_{end}"]) / middle for end in ("high", "low"))
    span = f"(90 %: {_percent(low)} to {_percent(high)} %)"
    if low > 0:
        said = f"{_percent(skill)} % better than the plain median {span}"
    elif high < 0:
        said = f"{_percent(-skill)} % worse than the plain median {span}"
    else:
        said = f"cannot be told from the plain median: {_percent(skill)} % better {span}"
    papers, n = int(row["papers"]), int(row["n"])
    judged = f"{n:,} cells of {papers:,} papers, {_kind(target, row)}"
    return said, judged, f"{100.0 * float(row['coverage']):.0f} %"


def _kind(target: str, row: Row) -> str:
    """Say how many of the judged cells have a value, and what the others are."""
    values, n = int(row["values"]), int(row["n"])
    if target == "cycle_life_cycles":
        return f"{values:,} of them {'a failure' if values == 1 else 'failures'}, the others lower bounds"
    return f"{values:,} of them values, the others bounds" if values < n else "all of them values"


def _percent(value: float) -> str:
    """Write per cent to two digits, below 10 to one place where that says more."""
    text = f"{value:.0f}" if abs(value) >= 1.95 else f"{value:.1f}"
    return text.replace("-", "−")


def _class(electrolyte: object) -> str:
    """Class of an electrolyte, as the records name it; what is not known is its own."""
    if given({"it": electrolyte}, "it") is None:
        return "unknown"
    found = materials.electrolytes.get(str(electrolyte))
    return str(electrolyte) if found is None else found.literature_class
