"""Published cells outside the fit of the ageing law: the shipped table, its reader, and what the law says of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.physics.ageing.fitted import spreads
from surrogate.validation.cycling import CycledCell, cycled_cells, published_cycling, read_cycled_cells


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    return published_cycling().set_index("cell")


def test_long_lives_at_high_capacity_are_within_the_law(compared: pd.DataFrame) -> None:
    lives = compared[compared["quantity"] == "cycle_life_cycles"]
    assert len(lives) >= 2
    assert lives["inside"].all()
    assert (lives["simulated"] < lives["high"]).all()


def test_losses_fall_from_20_to_60_C_as_published(compared: pd.DataFrame) -> None:
    published, simulated = (
        (100.0 - compared.loc["Li at 20 C", column]) / (100.0 - compared.loc["Li at 60 C", column])
        for column in ("published", "simulated")
    )
    assert simulated > 3.0
    assert simulated == pytest.approx(published, rel=0.2)
    assert compared.loc[["Li at 20 C", "Li at 60 C"], "inside"].all()


def test_the_interval_is_that_of_the_fit(compared: pd.DataFrame) -> None:
    row = compared[compared["quantity"] == "cycle_life_cycles"].iloc[0]
    assert row["high"] / row["low"] == pytest.approx(
        2.718281828 ** (2.0 * 1.6448536 * spreads()[1]), rel=1e-6
    )


def test_a_bound_above_the_interval_is_a_miss_and_one_below_it_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    like = cycled_cells()[0]
    cells = [
        CycledCell("a", like.quantity, number, "s", "l", like.design, at_least=bound)
        for number, bound in ((1e5, True), (0.01, True), (0.01, False))
    ]
    monkeypatch.setattr("surrogate.validation.cycling.cycled_cells", lambda: tuple(cells))
    assert published_cycling()["inside"].tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ('quantity = "hours"', "unknown quantity"),
        ("published = -3", "not a published number"),
        ('source = ""', "no source"),
        ('colour = "red"', "not a table of cells"),
    ],
)
def test_a_wrong_cell_is_refused(tmp_path: Path, change: str, what: str) -> None:
    good = {
        "name": '"x"', "quantity": '"cycle_life_cycles"', "published": "5", "source": '"s"', "locator": '"l"',
        "design": '{ framework = "none" }',
    }  # fmt: skip
    name, _, value = change.partition(" = ")
    path = tmp_path / "cycling.toml"
    path.write_text("[[cell]]\n" + "\n".join(f"{k} = {v}" for k, v in {**good, name: value}.items()))
    with pytest.raises(RecordError, match=what):
        read_cycled_cells(path)
