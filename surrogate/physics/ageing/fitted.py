"""The constants of the ageing law: their names, and the file that holds the fitted ones.

``datasets/ageing/constants.json`` is written by ``surrogate train --recipe ageing --out FILE.json``: for each
constant the fitted value, its 90 % interval and the prior it started from, with the recipe, the hash of the records
and the date beside them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from surrogate.errors import InputError
from surrogate.resources import resource

FILE = "ageing/constants.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class AgeingConstants:
    """All positive, dimensionless but where a unit is told.

    interphase_ether, interphase_carbonate: factors on the tables' loss to interphase per real area.
    dead_ether, dead_carbonate: factors on the tables' share of dead lithium.
    exposed_inside: of lithium half way down a host; on an open face it is 1 (``law.exposure``).
    area_exponent: of the real area in the loss to interphase; below 1, as later films are thinner on more area.
    current_exponent: of the local current density in the dead share.
    nitrate, carbonate_additive: exponents on the tables' factors of additives in ethers and in carbonates; 1 is the
    tables' own strength, 0 none.
    wear_cycles: cycles at 1 mAh cm-2 outside a host that fatigue and drying allow. wear_exponent: of the capacity in
    them (Coffin-Manson: cycles fall as a power of the strain, 10.1039/d5eb00156k sec. 2.2).
    short_cycles: that a solid cell lasts well above its critical current density.
    """

    interphase_ether: float
    interphase_carbonate: float
    dead_ether: float
    dead_carbonate: float
    exposed_inside: float
    area_exponent: float
    current_exponent: float
    nitrate: float
    carbonate_additive: float
    wear_cycles: float
    wear_exponent: float
    short_cycles: float


NAMES = tuple(field.name for field in fields(AgeingConstants))


def load(path: Path) -> AgeingConstants:
    """The fitted values in a file. Raises InputError for one that is damaged or of another law."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        constants = AgeingConstants(**{name: float(told["constants"][name]["value"]) for name in NAMES})
        strange = sorted(set(told["constants"]) - set(NAMES))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "the ageing constants cannot be read", where=str(path), value=str(error),
            remedy="restore the file, or make it anew: surrogate train --recipe ageing --out FILE.json",
        ) from error  # fmt: skip
    wrong = [name for name in NAMES if not 0.0 < getattr(constants, name) < float("inf")]
    if wrong or strange:
        raise InputError(
            "the ageing constants are not those of this law", where=str(path), value=", ".join(wrong or strange),
            limit="positive numbers: " + ", ".join(NAMES),
        )  # fmt: skip
    return constants


def intervals() -> dict[str, tuple[float, float]]:
    """The 90 % interval of each constant after the fit that made the shipped file."""
    told = json.loads(resource(f"datasets/{FILE}").read_text(encoding="utf-8"))["constants"]
    return {name: (float(told[name]["low"]), float(told[name]["high"])) for name in NAMES}


@cache
def shipped() -> AgeingConstants:
    """The constants that come with the package."""
    return load(resource(f"datasets/{FILE}"))
