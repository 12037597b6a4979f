"""Measured efficiencies of planar lithium beside the make-up of the electrolyte: the shipped rows, and other tables.

Data flow: a table (``datasets/electrolytes/efficiencies.csv``, a file of the same form, or one with the column
names of Dataset S01 of Kim et al., Proc. Natl. Acad. Sci. 120 (2023) e2214357120) -> :func:`usable` -> rows with the
columns ``PROTOCOL``, ``SHARES`` and ``log10_loss``, and a reason for each row that cannot be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from surrogate.errors import RecordError
from surrogate.resources import resource

METHODS = {
    "reservoir": 1.0,
    "cycling": 0.0,
}  # lithium put down once and taken in the end (Aurbach), or each cycle
PROTOCOL = ("method", "current_density_mA_cm2", "areal_capacity_mAh_cm2", "cycles")
SHARES = (
    "solvent_fluorine",
    "anion_fluorine",
    "solvent_oxygen",
    "anion_oxygen",
    "solvent_carbon",
    "anion_carbon",
)
TARGET = "log10_loss"  # of 1 - CE
_EFFICIENCY = "coulombic_efficiency_pct"
# Name in the published table -> name here.
_PUBLISHED = {
    "row": "row", "Reference": "reference", "Method": "method", "Current (mA/cm2)": "current_density_mA_cm2",
    "Capacity (mAh/cm2)": "areal_capacity_mAh_cm2", "Cycle": "cycles", "LCE (%)": _EFFICIENCY,
    "LLCE": "minus_log10_loss",
    "sF": "solvent_fluorine", "aF": "anion_fluorine", "sO": "solvent_oxygen", "aO": "anion_oxygen",
    "sC": "solvent_carbon", "aC": "anion_carbon", "F": "fluorine", "O": "oxygen", "C": "carbon",
}  # fmt: skip
_NOT_STATED = {"", "n/a", "na", "nan", "-", "none"}
_SLACK = 0.003  # by which printed shares may differ from their total


@dataclass(frozen=True)
class Unusable:
    """A row that cannot be used.

    Parameters
    ----------
    row
        Its name in the table: column ``row``, else its place from 1.
    reason
        Why.
    """

    row: str
    reason: str


@cache
def shipped_rows() -> pd.DataFrame:
    """Return the rows that ship with the package; the caller's copy must not be changed.

    Returns
    -------
    DataFrame
        105 rows: ``row``, ``reference``, ``PROTOCOL`` (NaN where not stated), ``SHARES``, ``log10_loss``.

    Raises
    ------
    RecordError
        For a faulty table.
    """
    path = resource("datasets/electrolytes/efficiencies.csv")
    rows, unusable = usable(pd.read_csv(path, dtype=str, keep_default_na=False), path.name)
    if unusable:
        raise RecordError(
            unusable[0].reason, where=f"{path.name}, row {unusable[0].row}", remedy="correct the table"
        )
    return rows


def usable(table: pd.DataFrame, where: str = "rows") -> tuple[pd.DataFrame, list[Unusable]]:
    """Read a table of efficiencies.

    Parameters
    ----------
    table
        n rows as text, in the shipped form or with the column names of the published table. Where that prints the
        total of an element, its share in anions is the total less that in solvents.
    where
        The table's name, for messages.

    Returns
    -------
    rows : DataFrame
        m rows, columns as :func:`shipped_rows`.
    unusable : list of Unusable
        The other n - m.

    Raises
    ------
    RecordError
        For a table without rows, or without the columns of either form.
    """
    named = table.rename(columns=lambda name: str(name).strip())
    published = {"sF", "sO", "sC"} <= set(named.columns)
    if published:
        named = named.rename(columns=_PUBLISHED)
    wanted = [*PROTOCOL, *SHARES] if not published else [*PROTOCOL, *SHARES[::2]]
    targets = [name for name in ("minus_log10_loss", _EFFICIENCY) if name in named.columns]
    absent = [name for name in wanted if name not in named.columns] + ([] if targets else [_EFFICIENCY])
    if absent or named.empty:
        raise RecordError(
            f"no column {absent[0]}" if absent else "no rows", where=where,
            limit="the columns of datasets/electrolytes/efficiencies.csv, or of the published table (sF, ..., LLCE)",
            remedy="add the column" if absent else "give at least one row",
        )  # fmt: skip
    kept, unusable = [], []
    for place, (_, cells) in enumerate(named.astype(str).iterrows(), start=1):
        texts = {str(name): str(value).strip() for name, value in cells.items()}
        name = texts.get("row", "") or str(place)
        try:
            kept.append({"row": name, "reference": texts.get("reference", ""), **_row(texts)})
        except ValueError as error:
            unusable.append(Unusable(name, str(error)))
    columns = ["row", "reference", *PROTOCOL, *SHARES, TARGET]
    return pd.DataFrame(kept, columns=columns), unusable


def _row(texts: dict[str, str]) -> dict[str, float]:
    """Numbers of a row; a ValueError says why there are none."""
    found = {"method": _method(texts["method"])}
    for name in PROTOCOL[1:]:
        value = _number(texts, name)
        if value <= 0.0:
            raise ValueError(f"{name} is {value:g}: not above 0")
        found[name] = value
    for element in ("fluorine", "oxygen", "carbon"):
        solvent, anion = f"solvent_{element}", f"anion_{element}"
        found[solvent] = _share(texts, solvent)
        found[anion] = _share(texts, element) - found[solvent] if texts.get(element) else _share(texts, anion)
        if found[anion] < 0.0:
            if found[anion] < -_SLACK:
                raise ValueError(f"{element}: more in the solvents than in all")
            found[anion] = 0.0
    if sum(found[name] for name in SHARES) > 1.0 + _SLACK:
        raise ValueError("the shares of atoms are more than the whole")
    found[TARGET] = _log10_loss(texts)
    return found


def _method(text: str) -> float:
    plain = text.lower()
    if plain in _NOT_STATED:
        return float("nan")
    if "aurbach" in plain or plain == "reservoir":
        return METHODS["reservoir"]
    if plain.startswith("cycl"):
        return METHODS["cycling"]
    raise ValueError(f"unknown method {text!r}: reservoir (Aurbach) or cycling")


def _log10_loss(texts: dict[str, str]) -> float:
    if (given := _number(texts, "minus_log10_loss", absent_ok=True)) == given:
        return -given
    efficiency = _number(texts, _EFFICIENCY, absent_ok=True)
    if not 0.0 < efficiency < 100.0:
        raise ValueError(f"efficiency {texts.get(_EFFICIENCY, '')!r}: not between 0 and 100 %")
    return float(np.log10(1.0 - efficiency / 100.0))


def _share(texts: dict[str, str], name: str) -> float:
    value = _number(texts, name)
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} is {texts.get(name, '')!r}: a share of atoms between 0 and 1")
    return value


def _number(texts: dict[str, str], name: str, absent_ok: bool = False) -> float:
    """Return a number, NaN where it is not stated; of ">500" the bound."""
    text = texts.get(name, "")
    if text.lower() in _NOT_STATED:
        if name in PROTOCOL or absent_ok:
            return float("nan")
        raise ValueError(f"{name} is empty")
    try:
        value = float(text.lstrip("<>~≥≤ "))
    except ValueError:
        raise ValueError(f"{name} is {text!r}: not a number") from None
    if not np.isfinite(value):
        raise ValueError(f"{name} is {text!r}: not a finite number")
    return value
