"""How many cells to build, and when the best host may be luck: numbers worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surrogate.campaign.file import Campaign
from surrogate.campaign.replicates import (
    CellNumbers,
    cells_to_make,
    has_replicates,
    may_be_luck,
    needed,
    plan,
    reason,
)
from surrogate.errors import CampaignError
from tests.hosts.test_routes import COPPER, FELT

LIFE = "cycle_life_cycles"


def cells(*lives: tuple[str, dict[str, object], float, object]) -> pd.DataFrame:
    """Told cells: id, host, life and whether it is a bound."""
    return pd.DataFrame(
        [host | {"cell_id": name, LIFE: life, f"{LIFE}_censored": bound} for name, host, life, bound in lives]
    )


def test_cells_that_the_spread_asks_for() -> None:
    assert needed(0.37, 1.5) == 4  # (2 * 0.37 / ln 1.5)^2 = 3.33
    assert needed(0.37, 2.0) == 2  # 1.14
    assert needed(0.15, 1.5) == 1  # 0.55
    assert needed(0.5 * math.log(1.5), 1.5) == 1  # exactly one


@given(spread=st.floats(0.01, 2.0), factor=st.floats(1.05, 10.0))
def test_they_are_the_fewest_within_the_factor(spread: float, factor: float) -> None:
    number = needed(spread, factor)
    assert math.exp(2.0 * spread / math.sqrt(number)) <= factor * (1.0 + 1e-6)
    assert number == 1 or math.exp(2.0 * spread / math.sqrt(number - 1)) > factor * (1.0 - 1e-6)


def test_a_first_batch_builds_the_control_often_enough_to_learn_the_spread() -> None:
    first = plan(CellNumbers(), LIFE, 0.37, None)
    assert (first.per_host, first.controls, first.wanted) == (3, 3, 4)  # at most three
    assert plan(CellNumbers(), LIFE, 0.15, None).controls == 2
    told = cells(("a", FELT, 100.0, False), ("b", FELT, 140.0, False))
    later = plan(CellNumbers(), LIFE, 0.37, told)
    assert later.learned
    assert later.controls == 1
    fixed = plan(CellNumbers(per_host=2, controls=5), LIFE, 0.37, told)
    assert (fixed.per_host, fixed.controls) == (2, 5)
    assert plan(CellNumbers(most=8), LIFE, 0.37, None).per_host == 4


def test_bounds_and_cells_of_different_hosts_tell_no_spread() -> None:
    assert not has_replicates(None, LIFE)
    assert not has_replicates(cells(("a", FELT, 100.0, False), ("b", FELT, 140.0, True)), LIFE)
    assert not has_replicates(cells(("a", FELT, 100.0, False), ("b", COPPER, 140.0, False)), LIFE)
    assert has_replicates(
        cells(("a", FELT, 100.0, False), ("b", COPPER, 1.0, False), ("c", FELT, 9.0, False)), LIFE
    )


def test_of_a_host_that_is_made_again_the_cells_that_are_there_count() -> None:
    told = cells(("a", FELT, 100.0, False), ("b", FELT, 140.0, False), ("c", COPPER, 90.0, False))
    batch = pd.DataFrame([
        FELT | {"role": "exploit", "repeat_of": "a"},
        COPPER | {"role": "exploit", "repeat_of": ""},
        COPPER | {"role": "control", "repeat_of": ""},
    ])  # fmt: skip
    assert cells_to_make(batch, plan(CellNumbers(), LIFE, 0.37, told), told) == [1, 3, 1]
    assert cells_to_make(batch, plan(CellNumbers(per_host=1), LIFE, 0.37, told), told) == [1, 1, 1]


def test_a_small_lead_of_a_host_that_was_built_once_may_be_luck() -> None:
    planned = plan(CellNumbers(), LIFE, 0.37, None)
    close = cells(("a", FELT, 150.0, False), ("b", COPPER, 100.0, False))
    assert may_be_luck(close, "max", planned) == "a"  # ln 1.5 = 0.41 < 2 * 0.37 * sqrt(2) = 1.05
    assert may_be_luck(close, "min", planned) == "b"
    clear = cells(("a", FELT, 300.0, False), ("b", COPPER, 100.0, False))  # ln 3 = 1.10
    assert may_be_luck(clear, "max", planned) == ""
    often = cells(*((f"a{k}", FELT, 150.0, False) for k in range(4)), ("b", COPPER, 140.0, False))
    assert may_be_luck(often, "max", planned) == ""  # built as often as is wanted
    assert may_be_luck(close.iloc[:1], "max", planned) == ""
    assert may_be_luck(None, "max", planned) == ""
    below = cells(("a", FELT, 150.0, "below"), ("b", COPPER, 100.0, False), ("c", FELT, 90.0, False))
    assert may_be_luck(below, "max", planned) == "b"  # an upper bound leads nothing


def test_the_reason_names_numbers_and_what_they_rest_on() -> None:
    said = reason(plan(CellNumbers(), LIFE, 0.37, None), "cycle life")
    assert said.startswith("build 3 cells of each host and 3 of the control: ")
    assert "differ in cycle life by a factor of 1.45 (as published cells do" in said
    assert "within a factor of 1.53; to see a factor of 1.5 would take 4" in said
    told = cells(("a", FELT, 100.0, False), ("b", FELT, 140.0, False))
    short = reason(plan(CellNumbers(), LIFE, 0.1, told), "cycle life")
    assert short == (
        "build 1 cell of each host and 1 of the control: cells of one design differ in cycle life by a factor of "
        "1.11 (as your replicates say), so that one cell tells what a host is worth to within a factor of 1.22"
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (
            "per_hosts = 2",
            ("unknown key 'cells.per_hosts'", "per_host, controls, factor, most, disc_diameter_mm"),
        ),
        ("disc_diameter_mm = 0.5", ("cells.disc_diameter_mm", "greater than or equal to 1", "0.5")),
        ("per_host = 0", ("cells.per_host", "greater than or equal to 1")),
        ("controls = 2.5", ("cells.controls",)),
        ("factor = 1", ("cells.factor", "greater than 1")),
    ],
)
def test_what_is_wrong_with_the_section_is_said(section: str, words: tuple[str, ...]) -> None:
    with pytest.raises(CampaignError) as caught:
        Campaign(f"schema_version = 1\n[cells]\n{section}\n")
    for word in words:
        assert word in str(caught.value)


def test_the_section_is_read() -> None:
    found = Campaign(
        "schema_version = 1\n[cells]\nper_host = 3\ncontrols = 2\nfactor = 2\ndisc_diameter_mm = 16\n"
    ).cells
    assert (found.per_host, found.controls, found.factor, found.most) == (3, 2, 2.0, 3)
    assert found.disc_diameter_mm == 16.0
