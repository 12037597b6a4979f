"""Choices that are changed together, and hosts that take them of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.choice_groups import alike, choice_groups, differ, exchanged
from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.registry import Column

HOST = {
    "framework": "copper", "agent": "silver", "conductor_top": 0.75, "dielectric_top": 0.15, "agent_top": 0.1,
    "conductor_bottom": 0.8, "agent_bottom": 0.2, "porosity_top": 0.8, "porosity_bottom": 0.7,
    "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "thickness_um": 100.0,
}  # fmt: skip


def complete(**changes: object) -> pd.DataFrame:
    return CompleteDesigns.of(pd.DataFrame([{**HOST, **changes}])).frame[list(c.CHOICES)]


def test_every_choice_is_in_one_group() -> None:
    groups = choice_groups()
    assert list(groups) == [
        "framework", "agent", "composition", "layers", "porosity", "pore_size", "tortuosity", "thickness", "pattern",
    ]  # fmt: skip
    assert sorted(name for names in groups.values() for name in names) == sorted(c.CHOICES)
    assert groups["agent"] == ("agent", "agent_top", "agent_bottom")
    assert groups["pore_size"] == ("pore_size_top_um", "pore_size_bottom_um")
    assert set(c.MATERIAL_COLUMNS) <= set(groups["framework"])


def test_a_new_column_is_in_the_group_of_its_role() -> None:
    dose = Column(
        name="dose_ohm", role="choice", description="of light", accepted=(0.0, 1.0), searched=(0.0, 1.0),
        default=0.5, kernel_role="light",
    )  # fmt: skip
    assert choice_groups(COLUMNS.with_column(dose))["light"] == ("dose_ohm",)


def test_an_agent_comes_with_its_amounts_and_the_rest_fills_what_it_leaves() -> None:
    bare = complete(agent="none", conductor_top=1.0, dielectric_top=0.0, agent_top=0.0, conductor_bottom=1.0,
                    agent_bottom=0.0)  # fmt: skip
    without = exchanged(complete(), bare, "agent").iloc[0]
    assert (without["agent"], without["agent_top"], without["agent_bottom"]) == ("none", 0.0, 0.0)
    assert without["conductor_top"] == pytest.approx(0.75 / 0.9)
    assert without["dielectric_top"] == pytest.approx(0.15 / 0.9)
    assert without["thickness_um"] == 100.0
    back = exchanged(bare, complete(), "agent").iloc[0]
    assert (back["agent_top"], back["conductor_top"], back["dielectric_top"]) == (
        0.1,
        pytest.approx(0.9),
        0.0,
    )


def test_a_composition_leaves_the_agent_as_it_is() -> None:
    other = complete(
        agent="gold", conductor_top=0.95, dielectric_top=0.0, agent_top=0.05, gradient_exponent=2.0
    )
    made = exchanged(complete(), other, "composition").iloc[0]
    assert (made["agent"], made["agent_top"], made["agent_bottom"]) == ("silver", 0.1, 0.2)
    assert (made["conductor_top"], made["dielectric_top"]) == (pytest.approx(0.9), 0.0)
    assert made["gradient_exponent"] == 2.0
    for parts in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
        assert made[list(parts)].sum() == pytest.approx(1.0, abs=1e-12)


def test_rounding_is_no_difference_and_foils_exchange_nothing_with_hosts() -> None:
    host, thicker = complete(), complete(thickness_um=105.0)
    assert differ(host, thicker).tolist() == [True]
    assert differ(host, host.assign(conductor_top=0.75 + 1e-13)).tolist() == [False]
    foil = CompleteDesigns.of(pd.DataFrame([{"framework": "none"}])).frame
    np.testing.assert_array_equal(alike(pd.concat([host, foil]), pd.concat([foil, foil])), [False, True])
