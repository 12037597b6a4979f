"""What physics and literature each contribute: a model learns from its own data, no host knows its own paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import tracking
from surrogate.campaign.proposals import can_be_made
from surrogate.cli import failures, surrogate
from surrogate.errors import DesignError
from surrogate.hosts import columns as c
from surrogate.hosts.search_space import host_encoder
from surrogate.learning import studies
from surrogate.literature import records as literature

CONDITIONS = {
    "electrolyte": "liquid_ether", "additives": "lino3", "current_density_mA_cm2": 2.0, "areal_capacity_mAh_cm2": 1.0,
    "temperature_C": 25.0, "stack_pressure_MPa": 0.1, "li_excess_mAh_cm2": 20.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def ensemble(trained):
    return trained[1].model.ensemble


@pytest.fixture
def champion(trained, records, monkeypatch):
    monkeypatch.setattr(tracking, "load_champion", lambda: trained[1].model)
    monkeypatch.setattr(literature, "load", lambda: records)


@pytest.mark.usefixtures("champion")
@pytest.mark.slow
def test_each_model_learns_from_its_own_data(ensemble) -> None:
    data, designs = studies.published_data(ensemble, 0)
    table = data["overpotential_mV"]
    assert (table.spread > 0).all()
    X = host_encoder().encode(designs)
    physics, literature_only, both, _ = (
        way.fit(table, "overpotential_mV", seed=0).predictive(X)[0]
        for way in studies.compared_models(ensemble)
    )
    emulated = ensemble.predict(X)[0][:, c.TARGETS.index("overpotential_mV")]
    np.testing.assert_allclose(physics, emulated, rtol=1e-12)
    moved, _ = studies.published_data(ensemble, 0)
    shifted = moved["overpotential_mV"]
    shifted.lower[:] += 2.0
    shifted.upper[:] += 2.0
    again = [
        way.fit(shifted, "overpotential_mV", seed=0).predictive(X)[0]
        for way in studies.compared_models(ensemble)
    ]
    np.testing.assert_array_equal(again[0], physics)  # measured rows do not move it
    assert np.mean(again[1] - literature_only) > 1.0
    assert np.mean(again[2] - both) > 0.3


@pytest.mark.usefixtures("champion")
@pytest.mark.slow
def test_every_way_is_scored_on_the_same_rows() -> None:
    found = studies.ablation()
    assert set(found["entrant"]) == {studies.PHYSICS, studies.LITERATURE, studies.BOTH, "median"}
    assert all(len(set(part)) == 1 for _, part in found.groupby("target")["n"])
    assert set(found["target"]) == set(c.TARGETS)


@pytest.mark.usefixtures("champion")
@pytest.mark.slow
def test_a_published_host_is_ranked_by_models_without_its_paper(monkeypatch) -> None:
    monkeypatch.setattr(studies, "RIVALS", 30)
    monkeypatch.setattr(studies, "HOSTS", 2)
    seen = []
    fit = studies.LiteratureOnly.fit

    def watched(self, data, *args, **kwargs):
        seen.append(set(data.papers))
        return fit(self, data, *args, **kwargs)

    monkeypatch.setattr(studies.LiteratureOnly, "fit", watched)
    found = studies.retrospective()
    assert len(found) == 2
    for row, papers in zip(found.to_dict("records"), seen, strict=True):
        assert row["group"] not in papers
        assert papers
        for way in (studies.PHYSICS, studies.LITERATURE, studies.BOTH):
            assert 1 <= row[f"rank, {way}"] <= 31


@pytest.mark.usefixtures("champion")
@pytest.mark.slow
def test_a_published_host_meets_its_rivals_under_its_own_conditions(monkeypatch) -> None:
    """Its current and capacity are those of its rivals, and it stands for itself with many draws."""
    monkeypatch.setattr(studies, "RIVALS", 20)
    monkeypatch.setattr(studies, "HOSTS", 2)
    met = []

    def watched(fitted, own, rivals):
        met.append((own, rivals))
        return 1

    monkeypatch.setattr(studies, "rank", watched)
    found = studies.retrospective()
    assert len(met) == 2 * 3
    for k, row in enumerate(found.to_dict("records")):
        own, rivals = met[3 * k]
        assert len(own) == studies.DRAWN > 10
        assert own["porosity_top"].nunique() > 10
        for name in ("electrolyte", "current_density_mA_cm2", "areal_capacity_mAh_cm2"):
            assert set(own[name]) == set(rivals[name]) == {row[name]}


def test_a_host_counts_by_the_median_of_its_draws() -> None:
    class Told:
        def predictive(self, X):
            return self.values.pop(0), np.ones(len(X))

    hosts, told = studies.random_hosts(CONDITIONS, 5, 0), Told()
    told.values = [np.array([0.0, 0.0, 1.0, 9.0, 9.0]), np.array([0.5, 2.0, 3.0, 10.0, 0.0])]
    assert studies.rank(told, hosts, hosts) == 4


def test_the_rank_counts_who_is_better() -> None:
    class Told:
        def predictive(self, X):
            return X[:, 0] * 0.0 + self.values.pop(0), np.ones(len(X))

    hosts = studies.random_hosts(CONDITIONS, 5, 0)
    told = Told()
    told.values = [np.full(5, 2.0), np.array([1.0, 3.0, 2.0, 5.0, 0.0])]
    assert studies.rank(told, hosts, hosts) == 3


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
