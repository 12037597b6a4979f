"""Hosts are changed in one thing, and directions are compared where the simulator sees a difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.learning import trends
from surrogate.learning.trends import MOVES, Moved, moved_hosts, trend_agreement

LIFE = "cycle_life_cycles"
ENDS = ("top", "bottom")


@pytest.fixture(scope="module")
def moved() -> dict[str, Moved]:
    return {one.move: one for one in moved_hosts(3, hosts=12)}


def test_each_change_is_of_one_thing(moved) -> None:
    changed = {}
    for name, one in moved.items():
        before, after = one.before.frame, one.after.frame
        assert len(before) == len(after) == 12
        changed[name] = {column for column in before if not before[column].equals(after[column])}
    assert changed["additive"] == {"additives"}
    assert changed["pore gradient"] <= {"pore_size_top_um", "pore_size_bottom_um"}
    assert changed["insulating top"] <= {"conductor_top", "dielectric_top"}
    assert changed["agent gradient"] <= {
        "agent", "agent_bottom", "conductor_bottom", "dielectric_bottom", "ion_conductor_bottom",
    }  # fmt: skip
    assert {"framework", "thickness_um"} <= changed["host for foil"]


def test_gradients_start_from_an_even_host(moved) -> None:
    hosts = moved["agent gradient"]
    porous = (hosts.before["framework"] != "none").to_numpy()
    assert porous.any()
    for end in ENDS:
        assert (hosts.before[f"agent_{end}"][porous] == 0.0).all()
    assert (hosts.after["agent_bottom"][porous] > hosts.after["agent_top"][porous]).all()
    pores = moved["pore gradient"]
    assert pores.before["pore_size_top_um"].equals(pores.before["pore_size_bottom_um"])
    product = pores.after["pore_size_top_um"] * pores.after["pore_size_bottom_um"]
    np.testing.assert_allclose(product, pores.before["pore_size_top_um"] ** 2)
    assert (moved["host for foil"].before["framework"] == "none").all()


class Model:
    """Life after a change over that before: by the simulator and by the model, for each host."""

    def __init__(self, simulated: list[float], own: list[float]) -> None:
        self.simulated, self.own = simulated, own

    def predict(self, designs) -> pd.DataFrame:
        before = np.ones(len(self.own))
        return pd.DataFrame({LIFE: [*before, *self.own], f"{LIFE}_physics": [*before, *self.simulated]})


def test_directions_are_compared_where_there_is_one(moved) -> None:
    four = moved["additive"]
    few = Moved("additive", four.before.take(range(4)), four.after.take(range(4)))
    found = trend_agreement(Model([2.0, 0.5, 1.0, np.nan], [1.1, 1.1, 3.0, 3.0]), [few]).iloc[0]
    assert (found["hosts"], found["right"]) == (2, 0.5)
    assert found["simulated"] == pytest.approx(1.0)
    assert found["predicted"] == pytest.approx(1.1)
    none = trend_agreement(Model([1.0] * 4, [2.0] * 4), [few]).iloc[0]
    assert none["hosts"] == 0
    assert np.isnan(none["right"])


def test_no_answer_is_no_right_direction(moved) -> None:
    one = Moved("additive", moved["additive"].before.take([0]), moved["additive"].after.take([0]))
    assert trend_agreement(Model([2.0], [1.0]), [one])["right"].iloc[0] == 0.0


def test_published_pairs_of_the_same_change_are_counted(moved, monkeypatch) -> None:
    told = pd.DataFrame({
        "quantity": [LIFE, LIFE, LIFE, LIFE, "ccd_mA_cm2"],
        "differs_in": ["framework", "framework", "framework;alloy", "framework", "framework"],
        "told": [1, -1, 1, 0, 1],
    })  # fmt: skip
    monkeypatch.setattr(trends, "pairs", lambda records: told)
    one = Moved("host for foil", moved["additive"].before.take([0]), moved["additive"].after.take([0]))
    assert trend_agreement(Model([2.0], [2.0]), [one])["pairs"].iloc[0] == "1 better, 1 worse"
    other = Moved("pore gradient", one.before, one.after)
    assert trend_agreement(Model([2.0], [2.0]), [other])["pairs"].iloc[0] == "none"


def test_every_change_has_its_name_in_the_literature() -> None:
    assert set(trends._DIFFERENCES) == set(MOVES)
