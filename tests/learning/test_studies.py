"""What physics and literature each contribute: a model learns from its own data, no host knows its own paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.host_search import can_be_made
from surrogate.cli import failures, surrogate
from surrogate.errors import DesignError
from surrogate.evaluation.pools import Pool
from surrogate.hosts import columns as c
from surrogate.learning import studies
from surrogate.literature import featurize
from surrogate.literature import records as literature
from surrogate.models.inputs import Inputs

CONDITIONS = {
    "electrolyte": "liquid_ether", "additives": "lino3", "current_density_mA_cm2": 2.0, "areal_capacity_mAh_cm2": 1.0,
    "temperature_C": 25.0, "stack_pressure_MPa": 0.1, "li_excess_mAh_cm2": 20.0,
}  # fmt: skip


@pytest.fixture
def few(records, monkeypatch):
    """The records of a dozen papers stand for all."""
    monkeypatch.setattr(literature, "load", lambda: records)
    featurize._published.cache_clear()  # made once in a process, of whichever records there are
    yield
    featurize._published.cache_clear()


@pytest.mark.usefixtures("few")
@pytest.mark.slow
def test_each_model_learns_from_its_own_data() -> None:
    data, _ = studies.published_data()
    table = data["overpotential_mV"]
    asked = Inputs.of_rows(table)

    def medians(rows) -> list[np.ndarray]:
        ways = studies.compared_models()[:3]
        return [way.fit(rows, "overpotential_mV", seed=0).pool(asked).quantiles(0.5) for way in ways]

    physics, literature_only, both = medians(table)
    np.testing.assert_allclose(physics - physics[0], table.response - table.response[0], atol=1e-9)
    other = replace(table, response=table.response[::-1].copy())
    again = medians(other)
    np.testing.assert_array_equal(again[1], literature_only)  # simulations do not move it
    way = studies.WithoutPhysics().fit(table, "overpotential_mV", seed=0)
    np.testing.assert_array_equal(way.pool(Inputs.of_rows(other)).quantiles(0.5), literature_only)
    assert not np.allclose(again[0], physics)
    assert not np.allclose(again[2], both)
    shifted = medians(table.less(np.full(len(table.z), -2.0)))
    for moved, before in zip(shifted, (physics, literature_only, both), strict=True):
        assert np.mean(moved - before) > 1.0


@pytest.mark.usefixtures("few")
@pytest.mark.slow
def test_every_way_is_scored_on_the_same_rows() -> None:
    found = studies.ablation()
    assert set(found["entrant"]) == {studies.PHYSICS, studies.LITERATURE, studies.BOTH, "median"}
    assert all(len(set(part)) == 1 for _, part in found.groupby("target")["n"])
    assert set(found["target"]) == set(c.TARGETS)


@pytest.mark.usefixtures("few")
@pytest.mark.slow
def test_a_published_host_is_ranked_by_models_without_its_paper(monkeypatch) -> None:
    monkeypatch.setattr(studies, "RIVALS", 30)
    monkeypatch.setattr(studies, "HOSTS", 2)
    seen = []
    fit = studies.WithoutPhysics.fit

    def watched(self, data, *args, **kwargs):
        seen.append(set(data.papers))
        return fit(self, data, *args, **kwargs)

    monkeypatch.setattr(studies.WithoutPhysics, "fit", watched)
    found = studies.retrospective()
    assert len(found) == 2
    for row, papers in zip(found.to_dict("records"), seen, strict=True):
        assert row["group"] not in papers
        assert papers
        for way in (studies.PHYSICS, studies.LITERATURE, studies.BOTH):
            assert 1 <= row[f"rank, {way}"] <= 31


@pytest.mark.usefixtures("few")
@pytest.mark.slow
def test_a_published_host_meets_its_rivals_under_its_own_conditions(monkeypatch) -> None:
    """Its current and capacity are those of its rivals, and it stands for itself with many draws."""
    monkeypatch.setattr(studies, "RIVALS", 20)
    monkeypatch.setattr(studies, "HOSTS", 2)
    met, simulated = [], studies.against_foil

    def watched(designs):
        met.append(designs)
        return simulated(designs)

    monkeypatch.setattr(studies, "against_foil", watched)
    found = studies.retrospective()
    assert len(met) == 2 * 2
    for k, row in enumerate(found.to_dict("records")):
        own, rivals = met[2 * k : 2 * k + 2]
        assert len(own) == studies.DRAWN > 10
        assert own["porosity_top"].nunique() > 10
        for name in ("electrolyte", "current_density_mA_cm2", "areal_capacity_mAh_cm2"):
            assert set(own[name]) == set(rivals[name]) == {row[name]}


class Told:
    """Predicts what it is told: the response."""

    def pool(self, inputs: Inputs) -> Pool:
        return Pool(inputs.response[:, None], np.ones((len(inputs.X), 1)), np.ones((len(inputs.X), 1)))


def asked(*values: float) -> Inputs:
    return Inputs(np.zeros((len(values), 2)), np.zeros(len(values), dtype=bool), np.array(values))


def test_a_host_counts_by_the_median_of_its_draws() -> None:
    assert studies.rank(Told(), asked(0.0, 0.0, 1.0, 9.0, 9.0), asked(0.5, 2.0, 3.0, 10.0, 0.0)) == 4


def test_the_rank_counts_who_is_better() -> None:
    assert studies.rank(Told(), asked(2.0, 2.0), asked(1.0, 3.0, 2.5, 5.0, 0.0)) == 4


def test_who_sees_no_difference_ranks_in_the_middle() -> None:
    assert studies.rank(Told(), asked(2.0, 2.0), asked(2.0, 2.0, 2.0, 2.0, 9.0)) == 4


def test_random_hosts_can_be_made_and_are_cycled_as_told() -> None:
    hosts = studies.random_hosts(CONDITIONS, 40, 3)
    assert len(hosts) == 40
    assert can_be_made(hosts).all()
    assert not hosts.frame.duplicated().any()
    for name, value in CONDITIONS.items():
        assert (hosts[name] == value).all()


def test_the_hosts_looked_for_cycled_most_capacity() -> None:
    designs = pd.DataFrame({
        "framework": ["copper", "copper", "carbon_fiber", "none", "copper"],
        "electrolyte": ["liquid_ether", "liquid_ether", "liquid_carbonate", "liquid_ether", "llzo"],
        "cycle_life_cycles": [100.0, 500.0, 200.0, 9000.0, 9000.0],
        "areal_capacity_mAh_cm2": [1.0, 1.0, 5.0, 1.0, 1.0],
        "group": ["a", "a", "b", "c", "d"],
    })  # fmt: skip
    designs = designs.assign(**{name: 1.0 for name in c.CONDITIONS if name not in designs})
    assert studies.well_performing(designs).index.tolist() == [2, 1]
    designs.loc[2, "areal_capacity_mAh_cm2"] = 60.0  # beyond what hosts are searched for
    assert studies.well_performing(designs).index.tolist() == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--study", "everything"], "ablation or retrospective"),
        (["--out", "x.csv"], "--study cannot be combined"),
        (["--study", "ablation", "--records", "x.csv"], "--study cannot be combined"),
    ],
)
def test_what_cannot_be_studied_is_refused(arguments, said, capsys) -> None:
    assert failures.run(surrogate.app, "surrogate", ["evaluate", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_conditions_that_no_host_can_meet_are_refused() -> None:
    with pytest.raises(DesignError, match="hardly any host"):
        studies.random_hosts({**CONDITIONS, "areal_capacity_mAh_cm2": 100.0}, 20, 0)
