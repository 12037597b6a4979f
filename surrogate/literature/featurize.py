"""From a literature record to a design row that a surrogate can learn from.

What a source does not state is filled from documented priors (``datasets/literature/priors.toml``): with their
central values (:func:`to_designs`), or with values drawn from their ranges (:func:`drawn_designs`), so that a record
is a distribution over designs. ``stated_share`` says how much of each row was stated. What a record measures is read
by ``measured``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import InputError, RecordError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.literature import records as literature
from surrogate.literature.controls import is_control
from surrogate.literature.electrolyte_terms import Solution, additives_of, electrolyte_of
from surrogate.literature.host_terms import host_of, stated
from surrogate.literature.measured import CENSORED, UPPER_BOUNDS, plated, targets
from surrogate.literature.priors import Priors, priors
from surrogate.literature.recipes import recipe_of
from surrogate.materials import electrolyte
from surrogate.physics.accounting import lithium_capacity_mAh_cm2

ROOM_C = 25.0  # what "room temperature" is taken as
PROVENANCE = ("group", "citation", "stated_share", "approximate", "system", "strategy", "control")
_PELLET = ("pellet_thickness_um", "pellet_density_pct")
_OF_A_RECORD = ("source", "ref", "system", "locator")
_COVERS = {"porosity_top": "porosity", "porosity_bottom": "porosity"}  # input -> what it is judged stated by
# Strategies whose effect a modifier holds; how strong it was no record states, so that the neutral value stands.
_IMPLIED = {
    "doping_defects": ("doping",),
    "magnetic_field": ("mass_transfer_factor",),
    "homogenized_field": ("skin_coverage",),
    "pulse_current": ("pulse_factor",),
}
_COLUMN = {"thickness_um": "host_thickness_um", "pattern_size_um": "pore_size_top_um"}  # of the record


def to_designs(records: pd.DataFrame) -> pd.DataFrame:
    """Turn records that measure a target into designs.

    Parameters
    ----------
    records
        A typed table (``records.load`` or ``records.read``).

    Returns
    -------
    pandas.DataFrame
        Columns ``DESIGN_COLUMNS``, T, T_censored, T_upper_bound and ``PROVENANCE``; index as ``records``. Rows
        without a target, or in an electrolyte that no identifier stands for, are left out (:func:`featurize` says
        which).
    """
    return featurize(records)[0]


def published_designs() -> pd.DataFrame:
    """Turn the shipped records into designs, as :func:`to_designs` does; made once in a process."""
    return _published(*literature.version()).copy()


@lru_cache(maxsize=1)
def _published(path: Path, written: int) -> pd.DataFrame:
    return to_designs(literature.load())


def drawn_designs(records: pd.DataFrame, n: int, seed: int, *, by_paper: bool = False) -> pd.DataFrame:
    """Several designs for each record: what it states is the same in all, the rest is drawn.

    Parameters
    ----------
    records
        A typed table, m rows; those in an electrolyte without an identifier, or that state what no design can have,
        are left out.
    n
        Designs of each record.
    seed
        Of the draws; the draws of a record do not depend on other records.
    by_paper
        Whether the cells of a paper share their draws: what a laboratory leaves unsaid is mostly the same in them.

    Returns
    -------
    pandas.DataFrame
        Columns ``DESIGN_COLUMNS``, at most m x n rows, with an index of (record, draw).
    """
    filled, places = [], []
    known = [row for row in records.index if electrolyte_of(stated(records.loc[row])).identifier]
    refused = _refused(records.loc[known])
    for row in known:
        if row in refused:
            continue
        record = stated(records.loc[row])
        solution = electrolyte_of(record)
        key = _record_key(record, ("group",) if by_paper else _OF_A_RECORD)
        for draw in range(n):
            rng = np.random.default_rng([seed, draw, *key])
            filled.append(_design(record, solution, priors().drawn(rng))[0])
            places.append((row, draw))
    if not filled:
        return pd.DataFrame(columns=list(c.DESIGN_COLUMNS))
    index = pd.MultiIndex.from_tuples(places, names=["record", "draw"])
    complete = CompleteDesigns.of(pd.DataFrame(filled), where="drawn literature designs").frame
    return complete.set_axis(index)


def explain(record: pd.Series, n: int = 400, seed: int = 0) -> pd.DataFrame:
    """Explain what a record is taken to be as a design.

    Parameters
    ----------
    record
        A row of a typed table.
    n, seed
        How many designs are drawn for the ranges, and their seed.

    Returns
    -------
    pandas.DataFrame
        A row for each input that acts. Columns: input, value (central), low, high (5 and 95 % of the draws; NaN where
        it does not vary), how: ``stated`` (the number of a column), ``read`` (from the words, flags or the foil of
        the record), ``drawn`` (not stated, from its documented range) or ``assumed`` (from its class or strategy).

    Raises
    ------
    RecordError
        Where no identifier stands for the electrolyte.
    """
    cells = stated(record)
    solution = electrolyte_of(cells)
    if not solution.identifier:
        raise RecordError(
            "no design stands for this record", value=cells.get("electrolyte", cells.get("electrolyte_class")),
            limit="an electrolyte that has an identifier",
        )  # fmt: skip
    central, known = _design(cells, solution, priors())
    drawn = drawn_designs(record.to_frame().T, n, seed)
    complete = CompleteDesigns.of(pd.DataFrame([central]), where="literature designs").frame.iloc[0]
    rows = []
    for name in (*c.CHOICES, *c.CONDITIONS, *c.OVERRIDES, *c.MODIFIERS):
        if name in (*c.OVERRIDES, *c.MODIFIERS) and name not in central:
            continue
        values = drawn[name]
        varies = bool((values != values.iloc[0]).any())
        is_stated = known.get(name, known.get(_COVERS.get(name, ""), name == "electrolyte_recipe"))
        if name not in central and not varies:
            continue
        low, high = values.astype(float).quantile([0.05, 0.95]) if varies else (np.nan, np.nan)
        how = "drawn" if varies else "assumed" if not is_stated else "read"
        if how == "read" and _COLUMN.get(name, name) in cells and name not in c.TEXT_COLUMNS:
            how = "stated"
        rows.append({"input": name, "value": complete[name], "low": low, "high": high, "how": how})
    neutral = {"low": np.nan, "high": np.nan, "how": "assumed"}
    implied = _IMPLIED.get(cells.get("strategy", ""), ())
    rows.extend(
        {"input": name, "value": complete[name], **neutral} for name in implied if name not in central
    )
    return pd.DataFrame(rows)


def _record_key(record: Mapping[str, Any], columns: tuple[str, ...]) -> list[int]:
    """Make a number that stands for what a record has in these columns, for a stream of draws."""
    identity = "|".join(str(record.get(name, "")) for name in columns)
    return list(hashlib.sha256(identity.encode()).digest()[:8])


def featurize(records: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """As :func:`to_designs`, saying what was left out.

    Parameters
    ----------
    records
        A typed table.

    Returns
    -------
    designs : pandas.DataFrame
        As :func:`to_designs`.
    notes : list of str
        A sentence for each kind of row left out.

    """
    measured = targets(records)
    left_out = unscored(records)
    notes = [
        f"{count} of {len(records)} records: {reason}" for reason, count in Counter(left_out.values()).items()
    ]
    rows = [row for row in records.index if row not in left_out]
    if not rows:
        return pd.DataFrame(
            columns=[*c.DESIGN_COLUMNS, *c.TARGETS, *CENSORED, *UPPER_BOUNDS, *PROVENANCE]
        ), notes
    filled = _filled(records.loc[rows])
    designs = _complete(filled, rows, "literature designs").join(measured.loc[rows])
    chosen = records.loc[rows]
    designs["group"] = chosen["group"].fillna(_citation(chosen)).astype(str)
    designs["citation"] = _citation(chosen)
    designs["stated_share"] = [sum(known.values()) / len(known) for _, known in filled]
    for column in ("approximate", "system", "strategy"):
        designs[column] = chosen[column]
    designs["control"] = is_control(records).loc[rows]
    return designs, notes


def conditions_of(records: pd.DataFrame) -> pd.DataFrame:
    """Return the conditions of each record: as stated, else with the central values of the priors.

    Parameters
    ----------
    records
        A typed table, n rows.

    Returns
    -------
    pandas.DataFrame
        Same index; columns electrolyte (identifier, None where none stands for it) and the numeric conditions.
    """
    numbers = list(priors().conditions)
    rows = []
    for _, record in records.iterrows():
        cells = stated(record)
        implied = {**_implied_conditions(cells), **cells}
        assumed = priors().conditions_of(str(cells.get("cell_type", "")))
        row = {name: implied.get(name, assumed[name].value) for name in numbers}
        rows.append({"electrolyte": electrolyte_of(cells).identifier or None, **row})
    return pd.DataFrame(rows, index=records.index, columns=["electrolyte", *numbers])


def unscored(records: pd.DataFrame) -> dict[int, str]:
    """Say why records give no design with a target.

    Parameters
    ----------
    records
        A typed table.

    Returns
    -------
    dict
        Row -> the reason, a few words that are mostly the same for all such rows.
    """
    wanted = targets(records)[list(c.TARGETS)].notna().any(axis=1)
    whole = ~plated(records)
    reasons = {}
    for row in records.index:
        if not wanted[row]:
            reasons[row] = (
                "a full cell measures none of the targets" if whole[row] else "no target is measured"
            )
        elif not electrolyte_of(stated(records.loc[row])).identifier:
            reasons[row] = "no identifier stands for the electrolyte"
    rest = records.drop(index=list(reasons))
    return reasons | {row: f"no design can have this: {error}" for row, error in _refused(rest).items()}


def _refused(records: pd.DataFrame) -> dict[int, InputError]:
    """Find records in a known electrolyte that state what no design can have; row -> the error."""
    found: dict[int, InputError] = {}
    while True:
        rows = [int(row) for row in records.index if row not in found]
        errors = _errors(records.loc[rows], rows, "literature designs")
        if not errors:
            return found
        found |= {int(error.row): error for error in errors if error.row is not None}


def design_errors(records: pd.DataFrame, name: str) -> list[InputError]:
    """Find records that state what no design can have, such as 200 C.

    Parameters
    ----------
    records
        A typed table.
    name
        What messages call it.

    Returns
    -------
    list of InputError
        With the row in ``records`` and the column; the first kind of fault only.
    """
    known = [bool(electrolyte_of(stated(record)).identifier) for _, record in records.iterrows()]
    rows = [int(row) for row, is_known in zip(records.index, known, strict=True) if is_known]
    return _errors(records.loc[rows], rows, name)


def _errors(records: pd.DataFrame, rows: list[int], name: str) -> list[InputError]:
    """Complete designs of records in known electrolytes and return the errors that this raises."""
    try:
        if rows:
            _complete(_filled(records), rows, name)
    except InputError as error:
        if error.row is None:
            raise
        return [error, *error.also]
    return []


def _filled(records: pd.DataFrame) -> list[tuple[dict[str, Any], dict[str, bool]]]:
    """Fill a raw design for each record, and say what it states of it."""
    cells = (stated(record) for _, record in records.iterrows())
    return [_design(each, electrolyte_of(each), priors()) for each in cells]


def _complete(
    filled: list[tuple[dict[str, Any], dict[str, bool]]], rows: list[int], name: str
) -> pd.DataFrame:
    """Complete raw designs; errors name the row of the record."""
    raw = pd.DataFrame([design for design, _ in filled])
    try:
        return CompleteDesigns.of(raw, where=name).frame.set_axis(pd.Index(rows))
    except InputError as error:
        found = [one if one.row is None else one.moved(rows[one.row]) for one in (error, *error.also)]
        found[0].also = tuple(found[1:])
        raise found[0] from None


def _implied_conditions(record: Mapping[str, Any]) -> dict[str, float]:
    """Conditions that columns of another kind state, by design column.

    A foil's whole lithium (4.85 um per mAh cm-2) is ``li_excess_mAh_cm2``: it is beside what a half cycle moves.
    """
    implied: dict[str, float] = {}
    if record.get("room_temperature", False):
        implied["temperature_C"] = ROOM_C
    if "li_foil_thickness_um" in record:
        implied["li_excess_mAh_cm2"] = float(lithium_capacity_mAh_cm2(record["li_foil_thickness_um"]))
    return implied


def _citation(records: pd.DataFrame) -> pd.Series:
    return (records["source"] + "#" + records["ref"].fillna("")).astype(str)


def _design(
    record: Mapping[str, Any], solution: Solution, assumed: Priors
) -> tuple[dict[str, Any], dict[str, bool]]:
    """One raw design row, and for each acting input whether the source states it."""
    additives, additives_stated = additives_of(record, solution)
    conditions = {**_implied_conditions(record), **record}
    kind = electrolyte(solution.identifier).kind
    host = host_of(record, electrolyte=solution.identifier, assumed=assumed)
    known = {**host.stated, "electrolyte": solution.stated}
    row: dict[str, Any] = {**host.columns, "electrolyte": solution.identifier}
    if kind in ("liquid", "gel"):
        row["additives"], known["additives"] = additives, additives_stated
        recipe = recipe_of(record, solution)
        if recipe.text:
            row["electrolyte_recipe"], row["additives"] = recipe.text, recipe.additives
    else:
        stated_pellet = {name: record[name] for name in _PELLET if name in record}
        row, known = row | stated_pellet, known | dict.fromkeys(stated_pellet, True)
    for name, prior in assumed.conditions_of(str(record.get("cell_type", ""))).items():
        if name == "stack_pressure_MPa" and kind in ("liquid", "gel"):
            continue
        known[name] = name in conditions
        row[name] = conditions.get(name, prior.value)
    return row, known
