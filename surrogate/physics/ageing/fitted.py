"""The constants of the ageing law: their names, and the file that holds the fitted ones.

``datasets/ageing/constants.json`` is written by ``surrogate train --recipe ageing --out FILE.json``: for each
constant the fitted value, its 90 % interval and the prior it started from, with the recipe, the hash of the records
and the date beside them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from surrogate.errors import InputError
from surrogate.physics.parameter_groups import ON_EVERY_HOST, ON_LIQUIDS, ON_SOLIDS, Number, number_of
from surrogate.resources import resource

FILE = "ageing/constants.json"
SCHEMA_VERSION = 1


def _fitted(meaning: str, acts: str, on: str = ON_EVERY_HOST, unit: str = "1") -> Any:
    return field(metadata={"number": Number(unit, meaning, source=FILE, acts=acts, on=on)})


_INTERPHASE, _DEAD = (
    "cycle life: interphase, factor on the tables",
    "cycle life: dead lithium, factor on the tables",
)
_STRENGTH = "exponent on the tables' factors of additives in {}; 1 is the tables' own strength, 0 none"


@dataclass(frozen=True)
class AgeingConstants:
    """The constants that were fitted to published cells, all positive pure numbers but for cycles.

    Attributes
    ----------
    interphase_ether, interphase_carbonate : float
        Factor on the tables' loss to interphase per real area.
    dead_ether, dead_carbonate : float
        Factor on the tables' share of dead lithium.
    exposed_inside : float
        Exposure of lithium half way down a host, over that on an open face.
    area_exponent : float
        Of the real area in the loss to interphase.
    current_exponent : float
        Of the local current density in the dead share.
    nitrate, carbonate_additive : float
        Exponent on the tables' factors of additives in ethers and in carbonates.
    wear_cycles, wear_exponent : float
        Cycles at 1 mAh cm-2 outside a host that fatigue and drying allow, and the exponent of the capacity in them.
    short_cycles : float
        Cycles that a solid cell lasts well above its critical current density.

    Notes
    -----
    Their plausible range is the 90 % interval after the fit (:func:`facts`).
    """

    interphase_ether: float = _fitted(
        "factor on the tables' loss to interphase per real area in ethers", _INTERPHASE, ON_LIQUIDS
    )
    interphase_carbonate: float = _fitted("the same in carbonates", _INTERPHASE, ON_LIQUIDS)
    dead_ether: float = _fitted("factor on the tables' share of dead lithium in ethers", _DEAD, ON_LIQUIDS)
    dead_carbonate: float = _fitted("the same in carbonates", _DEAD, ON_LIQUIDS)
    exposed_inside: float = _fitted(
        "exposure of lithium half way down a host; on an open face it is 1 (``law.exposure``)",
        "cycle life: lithium half way down a host",
    )
    area_exponent: float = _fitted(
        "of the real area in the loss to interphase; below 1, as later films are thinner on more area",
        "cycle life: interphase on real area",
    )
    current_exponent: float = _fitted(
        "of the local current density in the dead share", "cycle life: dead lithium with current"
    )
    nitrate: float = _fitted(
        _STRENGTH.format("ethers"), "cycle life: strength of additives in ethers", ON_LIQUIDS
    )
    carbonate_additive: float = _fitted(
        _STRENGTH.format("carbonates"), "cycle life: strength of additives in carbonates", ON_LIQUIDS
    )
    wear_cycles: float = _fitted(
        "cycles at 1 mAh cm-2 outside a host that fatigue and drying allow", "cycle life: fatigue and drying"
    )
    # Coffin-Manson: cycles fall as a power of the strain (10.1039/d5eb00156k, sec. 2.2).
    wear_exponent: float = _fitted(
        "of the capacity in the cycles that fatigue allows", "cycle life: fatigue with capacity"
    )
    short_cycles: float = _fitted(
        "cycles that a solid cell lasts well above its critical current density",
        "cycle life above the critical current of a pellet",
        ON_SOLIDS,
    )


NAMES = tuple(field.name for field in fields(AgeingConstants))


def load(path: Path) -> AgeingConstants:
    """Read the fitted values of a file.

    Parameters
    ----------
    path : Path
        JSON, as ``surrogate train --recipe ageing --out`` writes it.

    Returns
    -------
    AgeingConstants

    Raises
    ------
    InputError
        For a file that is damaged, or that holds the constants of another law.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        constants = AgeingConstants(**{name: float(content["constants"][name]["value"]) for name in NAMES})
        strange = sorted(set(content["constants"]) - set(NAMES))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "the ageing constants cannot be read", where=str(path), value=str(error),
            remedy="restore the file, or make it again: surrogate train --recipe ageing --out FILE.json",
        ) from error  # fmt: skip
    wrong = [name for name in NAMES if not 0.0 < getattr(constants, name) < float("inf")]
    if wrong or strange:
        raise InputError(
            "the ageing constants are not those of this law", where=str(path), value=", ".join(wrong or strange),
            limit="positive numbers: " + ", ".join(NAMES),
        )  # fmt: skip
    return constants


def facts(name: str) -> Number:
    """Return unit, meaning and 90 % interval after the fit of one constant.

    Parameters
    ----------
    name : str
        A field of :class:`AgeingConstants`.

    Returns
    -------
    Number
    """
    low, high = intervals()[name]
    known = number_of(next(one for one in fields(AgeingConstants) if one.name == name))
    return replace(known, low=low, high=high)


@cache
def intervals() -> dict[str, tuple[float, float]]:
    """Return the 90 % interval of each constant after the fit that made the shipped file.

    Returns
    -------
    dict of str to (float, float)
        Name -> low, high.
    """
    content = json.loads(resource(f"datasets/{FILE}").read_text(encoding="utf-8"))["constants"]
    return {name: (float(content[name]["low"]), float(content[name]["high"])) for name in NAMES}


@cache
def spreads() -> tuple[float, float]:
    """Return by how much published cells scatter about the law, after the fit that made the shipped file.

    Returns
    -------
    tuple of float
        Standard deviations of ln(1 - CE) and of ln(cycles).
    """
    content = json.loads(resource(f"datasets/{FILE}").read_text(encoding="utf-8"))["spreads"]
    return float(content["efficiency_spread"]["value"]), float(content["life_spread"]["value"])


@cache
def shipped() -> AgeingConstants:
    """Return the constants that come with the package.

    Returns
    -------
    AgeingConstants
    """
    return load(resource(f"datasets/{FILE}"))
