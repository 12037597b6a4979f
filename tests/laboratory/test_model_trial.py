"""Scores of a trial are known for contenders that are made for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import InputError
from surrogate.evaluation.metrics import LN10
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import TARGETS
from surrogate.laboratory import PlainGP, ReferenceHosts, VirtualLaboratory, summary, trial
from surrogate.laboratory.contenders import Moments

SEEDS, CELLS, SCORED = (0, 1, 3, 7), (0, 2, 8), 50
CERTAIN = 1e-12  # variance of what is known


@dataclass(frozen=True)
class Oracle:
    """Knows each laboratory, off by a constant; tells them apart by the first cell it is told."""

    truths: Mapping[float, VirtualLaboratory]
    off: float = 0.0
    name: str = "oracle"

    def fit(self, told: pd.DataFrame) -> OracleOf | None:
        return OracleOf(self.truths[told["cycle_life_cycles"].iloc[0]], self.off) if len(told) else None


@dataclass(frozen=True)
class OracleOf:
    laboratory: VirtualLaboratory
    off: float

    def latent(self, designs: CompleteDesigns) -> Moments:
        z = self.laboratory.truth(designs) + self.off
        return {target: (z[target].to_numpy(), np.full(len(designs), CERTAIN)) for target in TARGETS}

    def predictive(self, designs: CompleteDesigns) -> Moments:
        noise = self.laboratory.settings.noise
        return {name: (z, v + noise[name] ** 2) for name, (z, v) in self.latent(designs).items()}


class Watcher:
    """Keeps what it is told, and says nothing."""

    name = "watcher"

    def __init__(self) -> None:
        self.told: list[pd.DataFrame] = []

    def fit(self, told: pd.DataFrame) -> None:
        self.told.append(told)


@pytest.fixture(scope="module")
def watched(reference: ReferenceHosts) -> list[pd.DataFrame]:
    watcher = Watcher()
    assert trial(reference, [watcher], SEEDS, cells=CELLS, scored=SCORED).empty
    return watcher.told


@pytest.fixture(scope="module")
def table(
    reference: ReferenceHosts, watched: list[pd.DataFrame], draw: Callable[[int], VirtualLaboratory]
) -> pd.DataFrame:
    firsts = [told["cycle_life_cycles"].iloc[0] for told in watched[len(CELLS) - 1 :: len(CELLS)]]
    truths = {life: draw(seed) for life, seed in zip(firsts, SEEDS, strict=True)}
    contenders = [Oracle(truths), Oracle(truths, off=0.2 * LN10, name="shifted")]
    return trial(reference, contenders, SEEDS, cells=CELLS, scored=SCORED)


def test_more_cells_are_told_of_the_same_hosts(watched: list[pd.DataFrame]) -> None:
    assert [len(told) for told in watched] == [*CELLS] * len(SEEDS)
    pd.testing.assert_frame_equal(watched[2].iloc[:2], watched[1])
    assert not (watched[2]["thickness_um"].to_numpy() == watched[5]["thickness_um"].to_numpy()).all()


@pytest.mark.slow
def test_a_perfect_prediction_has_no_error_and_the_right_coverage(table: pd.DataFrame) -> None:
    perfect = table[table["contender"] == "oracle"]
    rows = len(SEEDS) * len(TARGETS) * 2  # told 2 and 8 cells; it sat out at 0
    latent, cell = perfect[perfect["against"] == "latent"], perfect[perfect["against"] == "cell"]
    assert len(latent) == len(cell) == rows
    assert latent["rmse"].max() < 1e-9
    assert latent["crps"].max() < 1e-6
    assert latent["coverage"].min() == 1.0
    assert latent["rank_correlation"].min() == pytest.approx(1.0)
    # 800 new cells, each scored twice: a binomial share of 0.9 is known to 0.011.
    assert cell["coverage"].mean() == pytest.approx(0.9, abs=0.03)
    spread = {"cycle_life_cycles": 0.37, "overpotential_mV": 0.15, "coulombic_efficiency_pct": 0.3}
    for target, sigma in spread.items():
        rmse = cell.loc[cell["target"] == target, "rmse"]
        assert np.sqrt((rmse**2).mean()) * LN10 == pytest.approx(sigma, rel=0.15)
        # of a normal prediction at what it predicts: sigma / sqrt(pi)
        crps = cell.loc[cell["target"] == target, "crps"].mean() * LN10
        assert crps == pytest.approx(sigma / np.sqrt(np.pi), rel=0.15)
    assert set(table["n"]) == {SCORED}


@pytest.mark.slow
def test_a_shift_is_the_error(table: pd.DataFrame) -> None:
    shifted = table[(table["contender"] == "shifted") & (table["against"] == "latent")]
    for measure in ("rmse", "bias", "crps"):
        assert shifted[measure].to_numpy() == pytest.approx(0.2, rel=1e-4)
    assert shifted["coverage"].max() == 0.0
    assert shifted["rank_correlation"].min() == pytest.approx(1.0)


@pytest.mark.slow
def test_stopped_cells_are_scored_as_bounds(
    reference: ReferenceHosts, draw: Callable[..., VirtualLaboratory]
) -> None:
    stopped = draw(1, stopped_after_cycles=1000.0)

    @dataclass(frozen=True)
    class Known:
        name: str = "known"

        def fit(self, told: pd.DataFrame) -> OracleOf:
            return OracleOf(stopped, 0.0)

    rows = trial(reference, [Known()], [1], stopped.settings, cells=(2,), scored=SCORED)
    life = rows[(rows["target"] == "cycle_life_cycles") & (rows["against"] == "cell")].iloc[0]
    other = rows[(rows["target"] == "overpotential_mV") & (rows["against"] == "cell")].iloc[0]
    assert life["n"] == other["n"] == SCORED
    assert 0.0 < life["crps"] < 0.37 / LN10 / np.sqrt(np.pi)


@pytest.mark.slow
def test_the_summary_pairs_laboratories(table: pd.DataFrame) -> None:
    found = summary(table, "oracle", resamples=200).set_index(["target", "cells", "against", "contender"])
    assert set(found["laboratories"]) == {len(SEEDS)}
    one = found.loc[("cycle_life_cycles", 2, "cell", "shifted")]
    pairs = table[
        (table["target"] == "cycle_life_cycles") & (table["cells"] == 2) & (table["against"] == "cell")
    ]
    crps = pairs.pivot_table(index="laboratory", columns="contender", values="crps")
    ratios = crps["shifted"] / crps["oracle"]
    assert one["crps_ratio"] == pytest.approx(np.exp(np.log(ratios).mean()))
    assert (
        ratios.min() <= one["crps_ratio_lower"] < one["crps_ratio"] < one["crps_ratio_upper"] <= ratios.max()
    )
    own = found.loc[("all", 8, "cell", "oracle")]
    assert (own["crps_ratio"], own["crps_ratio_lower"], own["crps_ratio_upper"]) == (1.0, 1.0, 1.0)
    of_all = [found.loc[(target, 2, "cell", "shifted"), "crps_ratio"] for target in TARGETS]
    together = found.loc[("all", 2, "cell", "shifted"), "crps_ratio"]
    assert together == pytest.approx(np.exp(np.mean(np.log(of_all))))
    with pytest.raises(InputError, match=r"no such contender.*oracle, shifted"):
        summary(table, "nobody")


@pytest.mark.slow
def test_a_process_learns_from_cells_and_needs_some(reference: ReferenceHosts) -> None:
    table = trial(reference, [PlainGP()], [0, 1], cells=(0, 4, 16), scored=40)
    assert set(table["cells"]) == {4, 16}
    assert set(table["target"]) == set(TARGETS)
    cell = table[table["against"] == "cell"].groupby("cells")
    assert cell["crps"].mean()[16] < cell["crps"].mean()[4]
    assert cell["coverage"].mean()[16] > 0.7


def test_what_cannot_be_tried_is_refused(reference: ReferenceHosts) -> None:
    with pytest.raises(InputError, match=r"too few reference hosts.*at least 232"):
        trial(reference, [Watcher()], [0])
    with pytest.raises(InputError, match=r"two contenders of one name.*watcher"):
        trial(reference, [Watcher(), Watcher()], [0], scored=10)
