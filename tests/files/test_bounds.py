"""What a table says of a quantity: values, bounds, intervals, and what contradicts itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.files.bounds import ends, z_ends

CE = "coulombic_efficiency_pct"
INF = np.inf


def row(value: Any = None, censored: Any = None, upper: Any = None, name: str = CE) -> pd.DataFrame:
    cells = {name: [value], f"{name}_censored": [censored], f"{name}_upper_bound": [upper]}
    return pd.DataFrame(cells, dtype=object)


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        ((98.0,), (98.0, 98.0)),
        ((98.0, "no"), (98.0, 98.0)),
        ((98.0, True), (98.0, INF)),
        ((98.0, "Yes"), (98.0, INF)),
        ((98.0, "below"), (-INF, 98.0)),
        ((98.0, " Below "), (-INF, 98.0)),
        ((98.0, None, 99.0), (98.0, 99.0)),
        ((98.0, True, 99.0), (98.0, 99.0)),
        ((98.0, None, 98.0), (98.0, 98.0)),
    ],
)
def test_each_kind_is_two_ends(cells: tuple[Any, ...], known: tuple[float, float]) -> None:
    lower, upper = ends(row(*cells), CE)
    assert (lower[0], upper[0]) == known


def test_what_was_not_measured_has_no_ends() -> None:
    assert np.isnan(ends(row(), CE)).all()
    assert np.isnan(ends(pd.DataFrame({"other": [1, 2]}), CE)).all()
    assert np.isnan(z_ends(row(), CE)).all()


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ((98.0, None, 97.0), f"{CE}_upper_bound", "contradict"),
        ((98.0, "below", 99.0), f"{CE}_upper_bound", "upper end as well"),
        ((None, "below"), f"{CE}_censored", "without its value"),
        ((None, None, 99.0), f"{CE}_upper_bound", f"{CE}_censored = below"),
        ((98.0, "maybe"), f"{CE}_censored", "neither a truth value nor 'below'.*at most"),
        (("high",), CE, "not a finite number"),
        ((100.0,), CE, r"got 100\.0.*above 0 and below 100.*at least 99\.5 \(99\.95 .*censored = true"),
        ((104.0, True), CE, r"got 104\.0"),
        ((0.0,), CE, "above 0 and below 100"),
        ((-3.0, "below"), CE, r"got -3\.0"),
        ((98.0, None, 100.0), f"{CE}_upper_bound", "below 100"),
        ((0.995,), CE, r"a fraction.*got 0\.995.*above 1 and below 100.*98\.5 for 0\.985"),
        ((1.0, True), CE, r"a fraction.*got 1\.0"),
    ],
)
def test_refused_with_the_place(cells: tuple[Any, ...], column: str, said: str) -> None:
    with pytest.raises(RecordError, match=said) as caught:
        z_ends(row(*cells), CE)
    assert (caught.value.row, caught.value.column) == (0, column)


def test_only_per_cent_can_be_fractions() -> None:
    assert ends(row(1.01), CE) == (1.01, 1.01)
    assert np.isfinite(z_ends(row(1.01), CE)).all()
    assert z_ends(row(0.5, name="ccd_mA_cm2"), "ccd_mA_cm2")[0] == pytest.approx(np.log(0.5))


def test_bounds_of_an_efficiency_turn_round_for_the_model() -> None:
    lower, upper = z_ends(row(98.0, True), CE)
    assert lower[0] == -INF
    assert upper[0] == pytest.approx(np.log(0.02))
    lower, upper = z_ends(row(98.0, "below"), CE)
    assert lower[0] == pytest.approx(np.log(0.02))
    assert upper[0] == INF
    lower, upper = z_ends(row(400.0, "below", name="cycle_life_cycles"), "cycle_life_cycles")
    assert (lower[0], upper[0]) == (-INF, pytest.approx(np.log(400.0)))
