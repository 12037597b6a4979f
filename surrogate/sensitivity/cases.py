"""Representative hosts at fixed conditions, and the outputs that are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.columns import OBJECTIVES
from surrogate.hosts.designs import CompleteDesigns

Array = NDArray[np.float64]

CONDITIONS: dict[str, Any] = {
    "electrolyte": "liquid_ether",
    "current_density_mA_cm2": 2.0,
    "areal_capacity_mAh_cm2": 2.0,
    "temperature_C": 25.0,
    "li_excess_mAh_cm2": 5.0,
}
_POROUS: dict[str, Any] = {
    "framework": "carbon_fiber", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5,
    "thickness_um": 100.0,
}  # fmt: skip
_INSULATING_TOP: dict[str, Any] = {"conductor_top": 0.0, "dielectric_top": 1.0}
_SEEDED_BOTTOM: dict[str, Any] = {"agent": "silver", "conductor_bottom": 0.9, "agent_bottom": 0.1}
# Carbon fibre, PAN, silver and garnet at the sizes of a usual felt; the last one in its own solid electrolyte.
HOSTS: dict[str, dict[str, Any]] = {
    "uniform conductor": _POROUS,
    "dielectric": {
        **_POROUS, "framework": "pan", "conductor_top": 0.0, "conductor_bottom": 0.0, "dielectric_top": 1.0,
        "dielectric_bottom": 1.0,
    },
    "conductivity gradient": {**_POROUS, **_INSULATING_TOP},
    "lithiophilicity gradient": {**_POROUS, **_SEEDED_BOTTOM},
    "pore-size gradient": {**_POROUS, "pore_size_top_um": 30.0, "pore_size_bottom_um": 3.0},
    "dual gradient": {**_POROUS, **_INSULATING_TOP, **_SEEDED_BOTTOM},
    "planar foil": {"framework": "none"},
    "garnet host in garnet": {
        **_POROUS, "framework": "llzo_scaffold", "electrolyte": "llzo", "conductor_top": 0.0, "conductor_bottom": 0.0,
        "ion_conductor_top": 1.0, "ion_conductor_bottom": 1.0, "porosity_top": 0.6, "porosity_bottom": 0.6,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Output:
    """A column of ``simulate``.

    Attributes
    ----------
    column : str
        Its name.
    unit : str
        Its unit.
    numerical : float
        Error of the simulator, in the unit compared in; hosts that are closer than that are not ranked.
    logarithmic : bool
        Whether it is compared as ln(value), where hosts differ by factors.
    """

    column: str
    unit: str
    numerical: float
    logarithmic: bool = False

    @property
    def larger_is_better(self) -> bool:
        """Direction of a ranking; more lithium in the bottom half and a higher rate count as better."""
        return OBJECTIVES.get(self.column, "max") == "max"

    def compared(self, values: pd.Series) -> Array:
        """Return values in the unit they are compared in; NaN where there is none.

        Parameters
        ----------
        values : Series (n,)
            In the unit of the column.

        Returns
        -------
        ndarray (n,)
        """
        numbers = values.to_numpy(dtype=float)
        if not self.logarithmic:
            return np.asarray(numbers)
        return np.log(np.where(numbers > 0.0, numbers, np.nan))


# Errors: against a fine mesh and small steps (95th percentiles, tests/benchmarks); of the search for the current.
OUTPUTS = (
    Output("bottom_half_share", "1", 0.01),
    Output("top_face_share", "1", 0.01),
    Output("overpotential_mV", "mV", 0.01, logarithmic=True),
    Output("plateau_overpotential_mV", "mV", 0.01, logarithmic=True),
    Output("nucleation_overpotential_mV", "mV", 1.0),
    Output("peak_local_current_density_mA_cm2", "mA/cm^2", 0.06, logarithmic=True),
    Output("ccd_mA_cm2", "mA/cm^2", 0.02, logarithmic=True),
    Output("cycle_life_cycles", "cycles", 0.02, logarithmic=True),
)
# What hosts are ranked by: what is wanted by default, and where the lithium goes.
RANKED = tuple(one for one in OUTPUTS if one.column in OBJECTIVES or one.column == "bottom_half_share")


def representative_hosts() -> CompleteDesigns:
    """Return the designs of ``HOSTS`` at ``CONDITIONS``, by name.

    Returns
    -------
    CompleteDesigns
    """
    rows = [{**CONDITIONS, **host} for host in HOSTS.values()]
    return CompleteDesigns.of(pd.DataFrame(rows, index=list(HOSTS)))
