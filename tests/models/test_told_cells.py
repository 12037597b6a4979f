"""What telling a cell must do to the predictions of the whole bundle, and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ModelError, RecordError
from surrogate.evaluation.domain import Domain
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.models import bundle
from surrogate.models.bundle import HostModel
from surrogate.models.ensemble import DeepEnsemble, EnsembleSettings
from surrogate.models.gp import TargetGP
from surrogate.space import Continuous, Encoder, Space

CCD = "ccd_mA_cm2"
FLAG = f"{CCD}_censored"
PARTS = ("", "_lower", "_upper")


@pytest.fixture(scope="module", params=["plain", "emulated"])
def model(request, host_rows) -> HostModel:
    """All targets plain, or all on the emulator, with the same values; 60 simulated and 40 measured rows."""
    X, z, measured = host_rows.X, host_rows.z, host_rows.measured
    targets = np.stack([z, z, z, z - 9.0], axis=1)  # less than all is lost
    few = EnsembleSettings(members=2, hidden=8, epochs=5, batch=32)
    ensemble = DeepEnsemble.fit(X, targets, c.TARGETS, seed=0, settings=few)
    emulated = c.TARGETS if request.param == "emulated" else ()
    like, efficiency = (
        TargetGP.fit(
            X,
            targets[:, k],
            groups=host_rows.encoder.groups,
            measured=measured,
            published=measured,
            mean=ensemble.mean(c.TARGETS[k]) if emulated else None,
            steps=15,
        )
        for k in (0, 3)
    )
    processes = dict.fromkeys(c.TARGETS[:3], like) | {c.TARGETS[3]: efficiency}
    citations = tuple(f"10.1/x#{k}" for k in range(40))
    return HostModel(processes, ensemble, emulated, Domain.of(X), X[measured], citations, {})


@pytest.fixture(scope="module")
def here(host_rows) -> pd.DataFrame:
    """A copper host in an ether electrolyte that nothing was learned from."""
    table = host_rows.encoder.space.sample(200, 11)
    chosen = table[(table["framework"] == "copper") & (table["electrolyte"] == "liquid_ether")]
    return chosen.iloc[[0]].reset_index(drop=True)


@pytest.fixture(scope="module")
def far(host_rows, here) -> pd.DataFrame:
    """Designs of another framework, agent and electrolyte."""
    table = host_rows.encoder.space.sample(200, 11)
    names = ["framework", "agent", "electrolyte"]
    other = (table[names] != here[names].iloc[0]).all(axis=1)
    return table[other].head(20).reset_index(drop=True)


def width(row: pd.Series, target: str) -> float:
    """Width of the central 90 % interval on the scale of the model."""
    ends = (float(SCALES[target].to_z(row[f"{target}_{end}"])) for end in ("lower", "upper"))
    return abs(float(np.diff(list(ends))[0]))


@pytest.mark.parametrize(("target", "factor"), list(zip(c.TARGETS, (1 / 3, 1.5, 3.0, 0.99), strict=True)))
@pytest.mark.slow
def test_a_told_cell_is_believed_where_it_is(model, here, target: str, factor: float) -> None:
    before = model.predict(here).iloc[0]
    value = factor * before[target]
    after = model.condition_on(here.assign(**{target: value})).predict(here).iloc[0]
    assert width(after, target) <= 0.8 * width(before, target)
    assert after[f"{target}_lower"] <= value <= after[f"{target}_upper"]


@pytest.mark.parametrize("factor", [1 / 3, 3.0])
@pytest.mark.slow
def test_a_told_cell_hardly_reaches_designs_of_another_kind(model, here, far, factor: float) -> None:
    assert len(far) == 20
    before = model.predict(far)
    value = factor * model.predict(here)[CCD].iloc[0]
    after = model.condition_on(here.assign(**{CCD: value})).predict(far)
    for part in PARTS:
        np.testing.assert_allclose(after[CCD + part], before[CCD + part], rtol=0.05)


@pytest.mark.parametrize("factor", [1.05, 10.0])
@pytest.mark.slow
def test_a_bound_above_the_median_raises_it(model, here, factor: float) -> None:
    before = model.predict(here)[CCD].iloc[0]
    after = model.condition_on(here.assign(**{CCD: factor * before, FLAG: True})).predict(here)[CCD].iloc[0]
    assert after > 1.05 * before


@pytest.mark.slow
def test_the_higher_the_bound_the_higher_the_median(model, here) -> None:
    before = model.predict(here)[CCD].iloc[0]
    told = [here.assign(**{CCD: factor * before, FLAG: True}) for factor in (0.5, 1.0, 2.0, 4.0)]
    medians = [model.condition_on(one).predict(here)[CCD].iloc[0] for one in told]
    assert medians == sorted(medians)
    assert medians[-1] > 1.5 * medians[0]


def test_a_bound_far_below_the_interval_changes_nothing(model, here) -> None:
    before = model.predict(here).iloc[0]
    low = 0.05 * before[f"{CCD}_lower"]
    after = model.condition_on(here.assign(**{CCD: low, FLAG: True})).predict(here).iloc[0]
    assert after[CCD] == pytest.approx(before[CCD], rel=0.01)


def test_a_bound_just_below_the_interval_changes_the_median_by_less_than_5_percent(model, here) -> None:
    """Holds for a bound at any value below the 5 % quantile, however wide the interval is."""
    processes = {
        target: replace(process, hyper=replace(process.hyper, discrepancy=1.35))  # as real records give
        for target, process in model.processes.items()
    }
    wide = replace(model, processes=processes)
    before = wide.predict(here).iloc[0]
    after = (
        wide.condition_on(here.assign(**{CCD: 0.99 * before[f"{CCD}_lower"], FLAG: True}))
        .predict(here)
        .iloc[0]
    )
    assert after[CCD] == pytest.approx(before[CCD], rel=0.05)


@pytest.mark.slow
def test_replicates_are_more_certain_than_one_cell(model, here) -> None:
    value = 2.0 * model.predict(here)[CCD].iloc[0]
    one = model.condition_on(here.assign(**{CCD: value}))
    three = model.condition_on(pd.concat([here.assign(**{CCD: value})] * 3, ignore_index=True))
    assert width(three.predict(here).iloc[0], CCD) < width(one.predict(here).iloc[0], CCD)


@pytest.mark.parametrize(("value", "censored"), [(1e-6, False), (1e9, False), (1e9, True)])
@pytest.mark.slow
def test_an_absurd_cell_still_leaves_finite_predictions(model, here, far, value: float, censored) -> None:
    told = model.condition_on(here.assign(**{CCD: value, FLAG: censored}))
    for designs in (here, far):
        out = told.predict(designs)[[target + part for target in c.TARGETS for part in PARTS]]
        assert np.isfinite(out.to_numpy()).all()
        assert (out.to_numpy() > 0).all()


@pytest.mark.parametrize(("flag", "bound"), [(True, True), (False, False), (None, False), (np.nan, False)])
def test_a_flag_says_whether_a_value_is_a_bound(model, here, flag: object, bound: bool) -> None:
    told = model.condition_on(here.assign(**{CCD: 2.0, FLAG: pd.Series([flag], dtype=object)}))
    assert told.processes[CCD].rows.censored[-1] == bound


CE = "coulombic_efficiency_pct"


@pytest.mark.slow
def test_bounds_of_an_efficiency_act_on_their_own_side(model, here) -> None:
    """Told in per cent, and predicted in per cent again: at least raises, at most lowers, an interval holds."""
    before = model.predict(here).iloc[0]
    lost = 100.0 - before[CE]
    assert before[f"{CE}_lower"] < before[CE] < before[f"{CE}_upper"] < 100.0

    def after(**cell: object) -> pd.Series:
        return model.condition_on(here.assign(**cell)).predict(here).iloc[0]

    better, worse = 100.0 - lost / 10.0, 100.0 - min(10.0 * lost, 99.0)
    least = after(**{CE: better, f"{CE}_censored": True})
    most = after(**{CE: worse, f"{CE}_censored": "below"})
    between = after(**{CE: 100.0 - lost / 9.0, f"{CE}_upper_bound": 100.0 - lost / 11.0})
    value = after(**{CE: better})
    assert 100.0 - least[CE] < 0.7 * lost
    assert 100.0 - most[CE] > 1.4 * lost
    assert between[CE] == pytest.approx(value[CE], rel=0.01)
    for row in (least, most, between):
        assert row[f"{CE}_lower"] < row[CE] < row[f"{CE}_upper"]
    sure = after(**{CE: 100.0 - min(1000.0 * lost, 99.9), f"{CE}_censored": True})
    np.testing.assert_allclose(sure[[CE]].astype(float), before[[CE]].astype(float), rtol=1e-3)


@pytest.mark.parametrize(("value", "said"), [(100.0, "below 100"), (120.0, "got 120"), (0.0, "above 0")])
def test_an_efficiency_that_cannot_be_is_refused(model, here, value: float, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        model.condition_on(here.assign(**{CE: value}))


@pytest.mark.parametrize("flag", ["false", pd.NA])
def test_a_flag_as_text_or_missing_is_read_as_meant(model, here, flag: object) -> None:
    told = model.condition_on(here.assign(**{CCD: 2.0, FLAG: pd.Series([flag], dtype=object)}))
    assert not told.processes[CCD].rows.censored[-1]


def test_a_flag_that_is_no_truth_value_is_refused(model, here) -> None:
    with pytest.raises(RecordError, match="truth"):
        model.condition_on(here.assign(**{CCD: 2.0, FLAG: pd.Series(["perhaps"], dtype=object)}))


@pytest.mark.parametrize("far_out", [{"current_density_mA_cm2": 150.0}, {"thickness_um": 2000.0}])
def test_one_number_far_beyond_its_range_is_extrapolation(model, here, far_out: dict[str, float]) -> None:
    assert model.predict(here.assign(**far_out))["extrapolation"].iloc[0] >= 0.5


def test_a_model_made_for_other_ranges_is_refused(model, host_rows, tmp_path, monkeypatch) -> None:
    """The same number would be encoded elsewhere, so that every prediction would be silently wrong."""
    model.save(tmp_path)
    other = [
        Continuous(one.name, one.lower, 2.0 * one.upper, log=one.log, step=one.step)
        if one.name == "thickness_um"
        else one
        for one in host_rows.encoder.space.parameters
    ]
    monkeypatch.setattr(bundle, "host_encoder", lambda: Encoder(Space(other)))
    with pytest.raises(ModelError, match="ranges"):
        HostModel.load(tmp_path)
