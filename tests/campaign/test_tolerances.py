"""What becomes of hosts that are not made exactly, by a belief that is known in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.tolerances import Simulator, changes, inexact, is_fragile, losses, near, worst_cases
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.optimization import Match, Within

LIFE, LOSS = "cycle_life_cycles", "coulombic_efficiency_pct"
HOST: dict[str, Any] = {
    "framework": "carbon_fiber", "agent": "silver", "conductor_top": 0.97, "agent_top": 0.03, "dielectric_top": 0.0,
    "ion_conductor_top": 0.0, "conductor_bottom": 0.6, "agent_bottom": 0.1, "dielectric_bottom": 0.3,
    "ion_conductor_bottom": 0.0, "porosity_top": 0.97, "porosity_bottom": 0.8, "pore_size_top_um": 20.0,
    "pore_size_bottom_um": 900.0, "thickness_um": 150.0,
}  # fmt: skip
FOIL = {"framework": "none"}


class Belief:
    """Life grows as a power of the pore size at the top; the lost charge by the agent that the bottom lacks."""

    def __init__(self, power: float, spread: float) -> None:
        self.power, self.spread = power, spread

    def latent(
        self, hosts: CompleteDesigns, simulated: pd.DataFrame | None = None
    ) -> dict[str, tuple[np.ndarray, None]]:
        pores = np.maximum(hosts.column("pore_size_top_um"), 1.0)
        power = self.power if simulated is None else simulated["power"].to_numpy()
        return {LIFE: (power * np.log(pores), None), LOSS: (-10.0 * hosts.column("agent_bottom"), None)}

    def noise(self, target: str) -> float:
        return self.spread**2


def physics(power: float) -> Simulator:
    """A simulator that says so much of how life grows, whatever the emulator says."""
    return lambda designs: pd.DataFrame({"power": [power] * len(designs)})


def complete(*hosts: dict[str, Any]) -> CompleteDesigns:
    return CompleteDesigns.of(pd.DataFrame(list(hosts)))


def test_each_mistake_is_one_that_a_design_may_have_and_every_end_sums_to_one() -> None:
    made, of_which, words = inexact(pd.DataFrame([HOST, HOST]))
    assert len(made) == 2 * len(changes(HOST)) == len(of_which) == len(words)
    assert of_which == sorted(of_which)
    for parts in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
        np.testing.assert_allclose(made[list(parts)].sum(axis=1), 1.0, atol=1e-12)
        assert (made[list(parts)] >= 0.0).all(axis=None)
    assert made["porosity_top"].max() == 0.99  # and not 1.02
    assert made["pore_size_bottom_um"].max() == 1000.0
    assert made["pore_size_top_um"].min() == pytest.approx(14.0)
    assert len(CompleteDesigns.of(made)) == len(made)
    phases = ["dielectric_top", "ion_conductor_top", "ion_conductor_bottom"]
    assert (made[phases] == 0.0).all(axis=None)  # no mistake brings in a phase that is not there


def test_what_is_taken_from_a_phase_goes_to_the_others_in_proportion() -> None:
    found = {words: new for new, words in changes(HOST)}
    less = found["0.05 less agent in the solid at the bottom"]
    assert less == pytest.approx(
        {"agent_bottom": 0.05, "conductor_bottom": 0.6 * 0.95 / 0.9, "dielectric_bottom": 0.3 * 0.95 / 0.9}
    )
    gone = found["0.03 less agent in the solid at the top"]  # there is no more of it
    assert gone == pytest.approx({"agent_top": 0.0, "conductor_top": 1.0})
    both = found["pores throughout 30 % wider"]
    assert both == pytest.approx({"pore_size_top_um": 26.0, "pore_size_bottom_um": 1000.0})


def test_a_foil_and_a_phase_that_is_alone_cannot_be_made_wrong() -> None:
    assert changes(FOIL) == []
    assert len(near(pd.DataFrame([FOIL]))) == 0
    alone = HOST | {"conductor_top": 1.0, "agent_top": 0.0}
    assert not any("at the top" in words and "solid" in words for _, words in changes(alone))
    belief = Belief(power=9.0, spread=0.1)
    assert losses(belief, complete(FOIL), {LIFE: "max"}).empty
    assert not is_fragile(belief, complete(FOIL), {LIFE: "max"}, physics(9.0)).any()


@pytest.mark.parametrize(("goal", "mistake"), [("max", "narrower"), ("min", "wider")])
def test_the_worst_case_is_that_of_the_worst_mistake(goal: str, mistake: str) -> None:
    promised = pd.DataFrame({LIFE: [200.0, 50.0]})
    found = worst_cases(
        Belief(power=1.0, spread=0.2), complete(HOST, FOIL), {LIFE: goal}, promised, physics(1.0)
    )
    factor = 0.7 if goal == "max" else 1.3
    assert found[f"{LIFE}_worst_case"].tolist() == pytest.approx([200.0 * factor, 50.0])
    assert found["fragile_in"].tolist() == [f"{LIFE} x {factor} with pores at the top 30 % {mistake}", ""]


def test_of_a_value_the_worst_mistake_is_the_one_that_leads_away() -> None:
    """The host lives shorter than wanted: narrower pores make it worse, wider ones better."""
    promised, belief = pd.DataFrame({LIFE: [20.0]}), Belief(power=1.0, spread=0.2)
    for goal, factor in ((Match(24.0), 0.7), (Match(18.0), 1.3), (Within(19.0, 90.0), 0.7)):
        found = worst_cases(belief, complete(HOST), {LIFE: goal}, promised, physics(1.0))
        assert found[f"{LIFE}_worst_case"].tolist() == pytest.approx([20.0 * factor])
    safe = worst_cases(belief, complete(HOST), {LIFE: Within(10.0, 90.0)}, promised, physics(1.0))
    assert safe[f"{LIFE}_worst_case"].tolist() == pytest.approx([20.0])
    assert safe["fragile_in"].tolist() == [""]


def test_an_efficiency_is_at_worst_that_of_the_most_lost_charge() -> None:
    promised = pd.DataFrame({LOSS: [99.0]})
    found = worst_cases(Belief(power=0.0, spread=0.1), complete(HOST), {LOSS: "max"}, promised, physics(0.0))
    assert found[f"{LOSS}_worst_case"].iloc[0] == pytest.approx(100.0 - np.exp(0.5))
    assert found["fragile_in"].iloc[0] == "lost charge x 1.6 with 0.05 less agent in the solid at the bottom"


def test_a_host_is_fragile_where_a_mistake_costs_more_than_cells_differ() -> None:
    hosts = complete(FOIL, HOST)
    cost = -np.log(0.7)  # z of life with pores that are 30 % narrower
    for spread, fragile in ((cost - 0.01, True), (cost + 0.01, False)):
        belief = Belief(power=1.0, spread=spread)
        assert is_fragile(belief, hosts, {LIFE: "max"}, physics(1.0)).tolist() == [False, fragile]
        promised = pd.DataFrame({LIFE: [1.0, 1.0]})
        said = worst_cases(belief, hosts, {LIFE: "max"}, promised, physics(1.0))["fragile_in"]
        assert (said != "").tolist() == [False, fragile]
        # What the emulator is wrong about is not said of a host.
        assert not is_fragile(belief, hosts, {LIFE: "max"}, physics(0.1)).any()
        assert (worst_cases(belief, hosts, {LIFE: "max"}, promised, physics(0.1))["fragile_in"] == "").all()


def test_near_hosts_are_half_as_far_and_as_far() -> None:
    found = near(pd.DataFrame([HOST]))
    assert list(found.columns) == list(HOST)
    assert {17.0, 14.0, 23.0, 26.0} <= set(found["pore_size_top_um"].round(9))
