"""What ``simulate`` owes for any design: an outcome in words, or a refusal in words; never a crash, never silence.

Random designs are of the whole host space, some with the optional columns that a measured or layered host has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import LihostError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics import simulate
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.simulate import OUTSIDE

RANDOM = 600
OUTCOMES = {"completed", "overgrown", "depleted", "voltage_cutoff", "not_converged", OUTSIDE}
HOST: dict[str, Any] = {
    "framework": "carbon_fiber", "agent": "none", "electrolyte": "liquid_ether", "conductor_top": 1.0,
    "conductor_bottom": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 10.0,
    "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "current_density_mA_cm2": 1.0,
    "areal_capacity_mAh_cm2": 1.0,
}  # fmt: skip
REFUSED = {
    "no pores": {"porosity_top": 0.0},
    "nothing but pores": {"porosity_bottom": 1.0},
    "pores of no width": {"pore_size_top_um": 0.0},
    "no current": {"current_density_mA_cm2": 0.0},
    "a current that is no number": {"current_density_mA_cm2": np.nan},
    "an endless current": {"current_density_mA_cm2": np.inf},
    "no thickness": {"thickness_um": 0.0},
    "an endless thickness": {"thickness_um": np.inf},
    "a thickness that is no number": {"thickness_um": np.nan},
    "a temperature below absolute zero": {"temperature_C": -300.0},
    "a negative conductivity": {"conductivity_top_S_m": -1.0},
    "no conductivity at all": {"conductivity_top_S_m": 0.0},
    "a conductivity without end": {"conductivity_bottom_S_m": np.inf},
    "a barrier without end": {"nucleation_overpotential_top_mV": np.inf},
    "more solid than there is": {"conductor_top": 1.5},
    "1 A/cm2": {"current_density_mA_cm2": 1000.0},
    "1 nA/cm2": {"current_density_mA_cm2": 1e-6},
    "pores of 1 nm": {"pore_size_top_um": 1e-3, "pore_size_bottom_um": 1e-3},
    "a metre thick": {"thickness_um": 1e6},
    "a capacity of 1 Ah/cm2": {"areal_capacity_mAh_cm2": 1000.0},
    "next to no capacity": {"areal_capacity_mAh_cm2": 1e-6},
    "almost no pores": {"porosity_top": 1e-6},
    "an endless path": {"tortuosity": 1e6},
    "an insulator beyond all": {"conductivity_top_S_m": 1e-30},
    "a conductor beyond all": {"conductivity_top_S_m": 1e30},
}
# Accepted as designs, but outside of what the laws cover.
LABELLED = {
    "200 mA/cm2": {"current_density_mA_cm2": 200.0},
    "pores of 50 nm": {"pore_size_top_um": 0.05, "pore_size_bottom_um": 0.05},
    "hardly any pores": {"porosity_top": 0.05, "porosity_bottom": 0.05},
    "a maze": {"tortuosity": 20.0},
}


def random_designs(n: int, seed: int) -> pd.DataFrame:
    """Hosts of the whole space; one in five each in layers, with measured ends, or with graded tortuosity."""
    designs = CompleteDesigns.of(host_space().sample(n, seed)).frame
    rng = np.random.default_rng(seed)

    def some(low: float, high: float) -> np.ndarray:
        return np.where(rng.random(n) < 0.2, rng.uniform(low, high, n), np.nan)

    layered = np.where(rng.random(n) < 0.2, rng.integers(2, 6, n), 1)
    tortuous = some(1.0, 6.0)
    return designs.assign(
        layers=layered,
        tortuosity_top=tortuous,
        tortuosity_bottom=np.where(np.isnan(tortuous), np.nan, rng.uniform(1.0, 6.0, n)),
        conductivity_top_S_m=10 ** some(-10.0, 5.0),
        conductivity_bottom_S_m=10 ** some(-10.0, 5.0),
        nucleation_overpotential_top_mV=some(0.0, 100.0),
        nucleation_overpotential_bottom_mV=some(0.0, 100.0),
    )


@pytest.mark.slow
def test_random_designs_of_the_whole_space_end_in_words() -> None:
    complete = CompleteDesigns.of(random_designs(RANDOM, 3))
    parameters = shipped_parameters()
    packed = plating.pack(complete, parameters)
    cycled = plating.run(packed, strip_to_V=parameters.plating.stripping_cutoff_V)
    found = plating.states(complete, packed, cycled, parameters.plating.mostly_outside)
    assert set(found["outcome"]) <= OUTCOMES
    assert (found["outcome"] == "not_converged").mean() <= 0.005
    done = found["outcome"].isin(["completed", "overgrown"])
    assert done.mean() > 0.5
    assert found.loc[done, "charge_error"].max() <= 1e-5
    numbers = found.loc[done, ["bottom_half_share", "top_face_share", "plateau_overpotential_mV"]]
    assert np.isfinite(numbers).all(axis=None)
    assert (numbers.iloc[:, :2].clip(-1e-9, 1.0 + 1e-9) == numbers.iloc[:, :2]).all(axis=None)


@pytest.mark.parametrize("name", list(REFUSED))
def test_an_impossible_design_is_refused_by_name(name: str) -> None:
    column = next(iter(REFUSED[name]))
    with pytest.raises(LihostError) as refusal:
        simulate(pd.DataFrame([{**HOST, **REFUSED[name]}]))
    assert column.rsplit("_", 1)[0].split("_top")[0].split("_bottom")[0] in str(refusal.value)


def test_extreme_designs_are_labelled() -> None:
    found = simulate(pd.DataFrame([{**HOST, **LABELLED[name]} for name in LABELLED], index=list(LABELLED)))
    assert found["outcome"].eq(OUTSIDE).all(), found["outcome"].to_dict()


def test_the_least_and_the_most_that_is_accepted_ends_in_words() -> None:
    both = ("conductivity_top_S_m", "conductivity_bottom_S_m")
    slow = ("nucleation_overpotential_top_mV", "nucleation_overpotential_bottom_mV")
    rows = {
        "insulator": dict.fromkeys(both, 1e-16),
        "conductor": dict.fromkeys(both, 1e8),
        "nothing nucleates": dict.fromkeys(slow, 500.0),
        "fast": {"current_density_mA_cm2": 100.0},
        "overfull": {"areal_capacity_mAh_cm2": 50.0, "thickness_um": 5.0},
    }
    found = simulate(pd.DataFrame([{**HOST, **change} for change in rows.values()], index=list(rows)))
    assert set(found["outcome"]) <= OUTCOMES - {"not_converged"}
    assert found.loc["insulator", "bottom_half_share"] > 0.99
    assert found.loc["overfull", "outcome"] == "overgrown"
