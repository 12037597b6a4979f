"""The two tables: elementary effects against known ones, and rankings that really turn around."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.uncertainty import Constant, constants
from surrogate.sensitivity import reversals, screening
from surrogate.sensitivity.cases import RANKED, representative_hosts
from surrogate.sensitivity.runs import COLUMNS, Job, Simulator, outputs

KEYS = (
    "plating.covering_thickness_m",
    "fitted.exposed_inside",
    "critical_current.area_exponent",
    "electrolytes.liquid_ether.sei_loss",
    "solids.pan.nucleation_overpotential",
    "plating.wiring_fill",
)
HOSTS = [
    "uniform conductor",
    "dielectric",
    "conductivity gradient",
    "lithiophilicity gradient",
    "planar foil",
]


@pytest.fixture(scope="module")
def designs() -> CompleteDesigns:
    hosts = representative_hosts()
    return hosts.take(hosts.index.get_indexer(HOSTS))


@pytest.fixture(scope="module")
def moved(designs: CompleteDesigns) -> list[Constant]:
    return [one for one in constants(designs) if one.key in KEYS]


class Linear(Simulator):
    """In place of the simulator: bottom share 0.1 wiring (porous hosts) + 0.02 area_exponent, life 1/sei_loss."""

    def __call__(self, jobs, what="", report=None):  # type: ignore[no-untyped-def]
        return [self._one(job) for job in jobs]

    def _one(self, job: Job) -> pd.DataFrame:
        table = pd.DataFrame(1.0, index=self.designs.index[list(job.rows)], columns=COLUMNS)
        wiring = job.moved["plating.wiring_fill"] * (table.index != "planar foil")
        table["bottom_half_share"] = 0.1 * wiring + 0.02 * job.moved["critical_current.area_exponent"]
        table["cycle_life_cycles"] = 1.0 / job.moved["electrolytes.liquid_ether.sei_loss"]
        table.loc[table.index == "dielectric", "ccd_mA_cm2"] = np.nan
        return table


def test_effects_of_a_linear_model_are_its_slopes(designs: CompleteDesigns, moved: list[Constant]) -> None:
    table = screening(Linear(designs), moved, trajectories=4, seed=1)
    assert len(table) == len(designs) * len(COLUMNS) * len(moved)
    found = table.set_index(["host", "output", "constant"]).sort_index()
    wiring = found.loc[("dielectric", "bottom_half_share", "plating.wiring_fill")]
    assert wiring["mu_star"] == pytest.approx(0.1 * (0.5 - 0.2), rel=1e-9)
    assert wiring["sigma"] == pytest.approx(0.0, abs=1e-12)
    foil = found.loc[("planar foil", "bottom_half_share")]["mu_star"]
    assert foil["plating.wiring_fill"] == 0.0
    assert foil["critical_current.area_exponent"] == pytest.approx(0.02, rel=1e-9)
    loss = found.loc[("planar foil", "cycle_life_cycles", "electrolytes.liquid_ether.sei_loss")]
    assert loss["mu"] == pytest.approx(-np.log(1e-3 / 3e-5), rel=1e-9)
    missing = found.loc[("dielectric", "ccd_mA_cm2")]
    assert missing["mu_star"].isna().all()
    assert (missing["trajectories"] == 0).all()


def test_screening_repeats_with_its_seed(designs: CompleteDesigns, moved: list[Constant]) -> None:
    one, same, other = (screening(Linear(designs), moved, trajectories=3, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)


@pytest.mark.slow
def test_screening_of_the_simulator(designs: CompleteDesigns, moved: list[Constant]) -> None:
    table = screening(Simulator(designs), moved, trajectories=2, seed=0)
    found = table.set_index(["host", "output", "constant"])["mu_star"]
    assert found["planar foil", "overpotential_mV", "plating.wiring_fill"] == 0.0
    assert found["lithiophilicity gradient", "bottom_half_share", "plating.covering_thickness_m"] > 0.05
    assert found["uniform conductor", "cycle_life_cycles", "electrolytes.liquid_ether.sei_loss"] > 0.1
    assert found["uniform conductor", "bottom_half_share", "solids.pan.nucleation_overpotential"] == 0.0


@pytest.mark.slow
def test_reversed_rankings_are_reversed(designs: CompleteDesigns, moved: list[Constant]) -> None:
    table = reversals(Simulator(designs), moved)
    pairs = table.drop_duplicates(["output", "better", "worse"])
    assert len(pairs) == len(RANKED) * len(designs) * (len(designs) - 1) // 2
    assert (table.loc[table["verdict"] != "reversed", "constant"] == "").all()
    turned = table[table["verdict"] == "reversed"]
    assert len(turned) >= 5
    for row in table[table["verdict"] != "tied"].itertuples():
        assert (row.better_value < row.worse_value) == (row.output == "overpotential_mV")
    ranked = {one.column: one for one in RANKED}
    by_key = {one.key: one for one in moved}
    for row in turned.iloc[:: max(len(turned) // 6, 1)].itertuples():
        output, one = ranked[row.output], by_key[row.constant]
        assert one.low <= row.reverses_at <= one.high
        pair = designs.take(designs.index.get_indexer([row.better, row.worse]))
        # An independent run at the value told, and one a hundredth of the range short of it.
        for value, turns in ((row.reverses_at, True), (_short_of(one, row.reverses_at), False)):
            better, worse = output.compared(outputs(pair, {one.key: value})[output.column])
            gap = (better - worse) * (1.0 if output.larger_is_better else -1.0)
            assert (gap < -output.numerical) == turns, (row.better, row.worse, one.key, value)
        now = outputs(pair, {})[output.column]
        assert now.to_list() == pytest.approx([row.better_value, row.worse_value], rel=1e-9)


def _short_of(one: Constant, value: float) -> float:
    now, there = one.share(one.value), one.share(value)
    return one.at(there + 0.01 * np.sign(now - there))


@pytest.mark.slow
def test_hosts_that_are_alike_are_not_ranked(designs: CompleteDesigns, moved: list[Constant]) -> None:
    foil = designs.frame.loc[["planar foil", "planar foil"]].set_axis(["one", "other"])
    twins = CompleteDesigns.of(foil)
    table = reversals(Simulator(twins), moved)
    assert (table["verdict"] == "tied").all()
    assert len(table) == len(RANKED)
