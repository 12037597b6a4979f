"""What each choice explains over a campaign: against functions of designs whose indices are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign import choice_shares as subject
from surrogate.campaign.belief import believe
from surrogate.campaign.choice_shares import choice_shares
from surrogate.campaign.file import Campaign
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.physics_prior import PhysicsPrior

pytestmark = pytest.mark.simulation
# Thickness (log-uniform) and tortuosity (uniform) are free of each other and of all else.
FREE = Campaign(
    "schema_version = 1\nname = 'free'\n[search]\nframeworks = ['copper']\nagents = ['none']\n[search.bounds]\n"
    "thickness_um = [100, 300]\npore_size_top_um = [5, 20]\npore_size_bottom_um = [5, 20]\ntortuosity = [1.2, 2.4]\n"
)


def scaled(designs: CompleteDesigns) -> tuple[np.ndarray, np.ndarray]:
    """Thickness and tortuosity, each with mean 0 and variance 1 over the campaign, as the functions have."""
    a = (np.log(designs.column("thickness_um") / 100.0) / np.log(3.0) - 0.5) * np.sqrt(12.0)
    return a, ((designs.column("tortuosity") - 1.2) / 1.2 - 0.5) * np.sqrt(12.0)


def additive(designs: CompleteDesigns) -> np.ndarray:
    a, b = scaled(designs)
    return (2.0 * a + b) / np.sqrt(5.0)


def interacting(designs: CompleteDesigns) -> np.ndarray:
    a, b = scaled(designs)
    return (a + a * b) / np.sqrt(2.0)


@pytest.mark.parametrize(
    ("value", "first", "total"),
    [(additive, (0.8, 0.2), (0.8, 0.2)), (interacting, (0.5, 0.0), (1.0, 0.5))],
)
def test_indices_that_are_known(
    small_physics: PhysicsPrior,
    value: object,
    first: tuple[float, ...],
    total: tuple[float, ...],
) -> None:
    belief = believe(small_physics)
    table = choice_shares(belief, FREE, seed=0, value=value).set_index("group")
    for group, one, whole in zip(("thickness", "tortuosity"), first, total, strict=True):
        assert table.loc[group, "first_order"] == pytest.approx(one, abs=0.1)
        assert table.loc[group, "total"] == pytest.approx(whole, abs=0.1)
        assert table.loc[group, "total_lower"] - 0.05 < whole < table.loc[group, "total_upper"] + 0.05
    idle = table.drop(index=["thickness", "tortuosity"])
    assert set(idle.index) == {"composition", "layers", "porosity", "pore_size"}
    assert (idle["total"] == 0.0).all()
    assert (idle["first_order"] < 0.12).all()
    # What does nothing is not known to do nothing: an interval of width 0 would say so.
    nothing = table[table.index.isin(idle.index) | (table["first_order"] == 0.0)]
    assert (nothing["first_order_upper"] > 0.03).all()
    assert (nothing["first_order_lower"] == 0.0).all()
    noise = belief.noise("cycle_life_cycles")
    np.testing.assert_allclose(table["noise_share"], noise / (noise + 1.0), rtol=0.06)
    assert (table["among"] == "porous hosts").all()
    assert table["pairs"].between(300, 1000).all()


def test_of_what_is_believed_and_the_same_for_a_seed(
    small_campaign: Campaign, small_physics: PhysicsPrior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "HOSTS", 250)
    belief = believe(small_physics)
    table = choice_shares(belief, small_campaign, seed=1)
    pd.testing.assert_frame_equal(table, choice_shares(belief, small_campaign, seed=1))
    assert not table.equals(choice_shares(belief, small_campaign, seed=2))
    assert table.columns.tolist() == [
        "group", "among", "first_order", "first_order_lower", "first_order_upper", "total", "total_lower",
        "total_upper", "pairs", "noise_share",
    ]  # fmt: skip
    assert "pattern" not in table["group"].tolist()  # no channels in a liquid
    assert {"framework", "agent", "thickness"} <= set(table["group"])
    for index in ("first_order", "total"):
        known = table[table[index].notna()]
        assert (known[f"{index}_lower"] >= 0.0).all()
        assert (known[f"{index}_lower"] <= known[f"{index}_upper"]).all()
        assert (known[f"{index}_upper"] <= 1.0).all()
    assert table["noise_share"].between(0.01, 0.99).all()
    assert table.set_index("group").loc["agent", "total"] > 0.1  # silver tells in life


def test_channels_are_judged_among_bare_pellets(
    small_physics: PhysicsPrior, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An ether's emulator does not know what becomes of a garnet.
    monkeypatch.setattr(subject, "_keeps", lambda belief, designs: np.ones(len(designs), dtype=bool))
    garnet = Campaign(
        "schema_version = 1\nname = 'garnet'\n[conditions]\nelectrolyte = 'llzo'\n"
        "[search]\nframeworks = ['none', 'carbon_fiber']\nagents = ['none']\n"
    )

    def depth(designs: CompleteDesigns) -> np.ndarray:
        return designs.column("pattern_depth_um") + designs.column("thickness_um")

    table = choice_shares(believe(small_physics), garnet, value=depth).set_index("group")
    assert table.loc["pattern", "among"] == "planar foils"
    assert table.loc["pattern", ["first_order", "total"]].tolist() == pytest.approx([1.0, 1.0], abs=0.1)
    assert table.loc["thickness", "among"] == "porous hosts"


def test_only_hosts_that_the_space_allows_are_looked_at(
    small_campaign: Campaign, small_physics: PhysicsPrior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "HOSTS", 250)
    asked: list[CompleteDesigns] = []

    def thickness(designs: CompleteDesigns) -> np.ndarray:
        asked.append(designs)
        return designs.column("thickness_um")

    table = choice_shares(believe(small_physics), small_campaign, value=thickness).set_index("group")
    for designs in asked:
        assert small_campaign.space.contains(designs.frame, "cheap").all()
    assert (
        table.loc["framework", "pairs"] < table.loc["tortuosity", "pairs"]
    )  # felts and foams are made otherwise


def test_where_no_host_is_left_nothing_is_said(
    small_campaign: Campaign, small_physics: PhysicsPrior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "_keeps", lambda belief, designs: np.zeros(len(designs), dtype=bool))
    table = choice_shares(believe(small_physics), small_campaign)
    assert table.empty
    assert "noise_share" in table.columns
