"""From ``source#ref`` to a paper that a reader can find, and what its cells reached under which conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from surrogate.literature.citations import Cited, cited, source_doi
from surrogate.literature.documents import link
from surrogate.report.quantities import given, is_missing, quantity, records, rounded
from surrogate.report.summary import short_name

_REACHED = {  # column of the records -> column that says whether it is a bound, and that of the other end
    "cycles": ("duration_bound", "cycles_upper_bound", "cycle_life_cycles"),
    "ccd_mA_cm2": ("ccd_bound", "ccd_upper_bound_mA_cm2", "ccd_mA_cm2"),
    "overpotential_mV": ("overpotential_bound", "overpotential_upper_bound_mV", "overpotential_mV"),
    "coulombic_efficiency_pct": (
        "coulombic_efficiency_bound", "coulombic_efficiency_upper_bound_pct", "coulombic_efficiency_pct",
    ),
}  # fmt: skip
_UNDER = ("current_density_mA_cm2", "areal_capacity_mAh_cm2")
_SIGNS = {"lower": "≥ ", "upper": "≤ "}
_WORDS = {"ccd_mA_cm2": "critical current {}", "coulombic_efficiency_pct": "{} efficiency"}
_ALLOY = "alloy"
_NOTHING = "its records state none of the targets"
MOST_CELLS = 2  # of a paper that are listed


@dataclass(frozen=True)
class Citation:
    """A record named for a reader.

    Attributes
    ----------
    cited : Cited
        The paper.
    source : str
        The document that cites it.
    systems : str
        What was measured.
    reached : tuple of str
        What its cells reached and under which conditions, a line for each of some cells; where the records know of no
        target, that.
    stood_in_for : bool
        Whether all its hosts are of a class for which a framework of the simulation only stands in: alloys.
    """

    cited: Cited
    source: str
    systems: str
    reached: tuple[str, ...] = ()
    stood_in_for: bool = False

    @property
    def text(self) -> str:
        """The paper and where it is cited, in one line."""
        return str(self.cited)

    @property
    def place_text(self) -> str:
        """Where the paper is cited, and that no DOI of it is given there."""
        lacking = bool(self.cited.work) and not self.cited.doi and "reference" in self.cited.place
        return f"{self.cited.place}, which gives no DOI of it" if lacking else self.cited.place

    @property
    def work_url(self) -> str:
        """Address of the paper; empty without a DOI."""
        return link(self.cited.doi)

    @property
    def source_url(self) -> str:
        """Address of the document; empty without a DOI."""
        return link(source_doi(self.source))


def citations(nearest: object, literature: pd.DataFrame | None = None) -> list[Citation]:
    """List the citations of a prediction, each once, in order.

    Parameters
    ----------
    nearest : object
        A ``;``-separated list of ``source#ref``, or a missing value.
    literature : DataFrame, optional
        The records (columns source, ref, system and what the schema has); they add what was measured.

    Returns
    -------
    list of Citation
    """
    if is_missing(nearest):
        return []
    names = dict.fromkeys(part.strip() for part in str(nearest).split(";") if part.strip())
    return [_citation(name, literature) for name in names]


def _citation(name: str, literature: pd.DataFrame | None) -> Citation:
    source, _, ref = name.partition("#")
    rows = _rows_of(source, ref, literature)
    systems = ", ".join(_distinct(row.get("system") for row in rows))
    reached = _cells(rows) or ([_NOTHING] if rows else [])
    stood_in_for = bool(rows) and all(row.get("host_class") == _ALLOY for row in rows)
    return Citation(cited(source, ref), source, systems, tuple(reached), stood_in_for)


def _rows_of(source: str, ref: str, literature: pd.DataFrame | None) -> list[dict[str, Any]]:
    if literature is None or not {"source", "ref", "system"} <= set(literature.columns):
        return []
    same = (literature["source"].astype(str) == source) & (literature["ref"].map(_plain) == ref)
    return records(literature[same])


def _cells(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Write what some cells of a paper reached, those first of which most is known."""
    told = [(_reached(row), _conditions(row)) for row in rows]
    told = sorted((one for one in told if one[0]), key=lambda one: -len(one[0]))
    lines = [f"{', '.join(what)}{under}" for what, under in told]
    return list(dict.fromkeys(lines))[:MOST_CELLS]


def _reached(row: Mapping[str, Any]) -> list[str]:
    """Write each target that was measured, hours where no cycles are stated, and what is a bound."""
    said = []
    for column, (bound, other_end, target) in _REACHED.items():
        value, end = given(row, column), given(row, other_end)
        if value is None:
            continue
        if end is not None:
            said.append(f"{rounded(float(value), target)} to {quantity(end, target)}")
            continue
        sign = _life_sign(row) if target == "cycle_life_cycles" else _SIGNS.get(str(given(row, bound)), "")
        said.append(_WORDS.get(target, "{}").format(sign + quantity(value, target)))
    hours = given(row, "hours")
    if hours is not None and given(row, "cycles") is None:
        said.insert(0, f"{_life_sign(row)}{float(hours):,g} h")
    return said


def _life_sign(row: Mapping[str, Any]) -> str:
    """Return the sign of a life: at least, unless the source says that the cell failed."""
    return _SIGNS["lower"] if row.get("censored", True) else _SIGNS.get(str(given(row, "duration_bound")), "")


def _conditions(row: Mapping[str, Any]) -> str:
    """Write current, capacity and electrolyte behind what was reached, or that they are not stated."""
    under = [quantity(row[name], name) for name in _UNDER if given(row, name) is not None]
    cell = given(row, "electrolyte_class")
    known = cell not in (None, "unknown")
    parts = [f" at {', '.join(under)}"] if under else []
    parts += [f" in {short_name(str(cell))}"] if known else []
    return "".join(parts) or " (conditions not stated)"


def _plain(ref: object) -> str:
    """Write a reference number as text, whether the table holds 47, 47.0 or "47"."""
    if is_missing(ref):
        return ""
    return str(int(ref)) if isinstance(ref, float) and ref.is_integer() else str(ref)


def _distinct(values: Iterable[object], most: int = 3) -> list[str]:
    names = list(dict.fromkeys(str(value) for value in values if not is_missing(value)))
    return names if len(names) <= most else [*names[:most], "…"]
