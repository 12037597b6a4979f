"""Published cells outside the fit of the ageing law: the shipped records, and what the law says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from surrogate.errors import RecordError
from surrogate.literature import records as literature
from surrogate.physics.ageing.fitted import spreads
from surrogate.resources import resource
from surrogate.validation import cycling
from surrogate.validation.cycling import (
    cycled_cells,
    mixture_quantiles,
    published_cycling,
    read_cycled_cells,
)


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    return published_cycling().set_index("cell")


def table() -> pd.DataFrame:
    return pd.read_csv(resource("datasets/validation/cycling.csv"), dtype=object)


def test_long_lives_at_high_capacity_are_within_the_law(compared: pd.DataFrame) -> None:
    lives = compared[compared["quantity"] == "cycle_life_cycles"]
    assert len(lives) >= 2
    assert lives["at_least"].all()
    assert lives["inside"].all()
    assert ((lives["low"] < lives["simulated"]) & (lives["simulated"] < lives["high"])).all()


def test_losses_fall_from_20_to_60_C_as_published(compared: pd.DataFrame) -> None:
    published, simulated = (
        (100.0 - compared.loc["Li at 20 C", column]) / (100.0 - compared.loc["Li at 60 C", column])
        for column in ("published", "simulated")
    )
    assert simulated > 3.0
    assert simulated == pytest.approx(published, rel=0.2)
    assert compared.loc[["Li at 20 C", "Li at 60 C"], "inside"].all()


def test_the_law_was_not_fitted_to_the_lives(compared: pd.DataFrame) -> None:
    lives = cycled_cells()[cycled_cells()["cycles"].notna() & cycled_cells()["ref"].isna()]
    assert len(lives) == 2
    assert not set(lives["source"]) & set(literature.load()["source"])


def test_quantiles_of_a_mixture() -> None:
    """One part is a normal distribution; two far apart have the 90 % ends of each half way into its own tail."""
    ends = mixture_quantiles(np.array([3.0]), 0.5)
    np.testing.assert_allclose(ends, norm(3.0, 0.5).ppf([0.05, 0.5, 0.95]), atol=1e-9)
    ends = mixture_quantiles(np.array([0.0, 100.0]), 1.0)
    np.testing.assert_allclose(ends[[0, 2]], [norm.ppf(0.1), 100.0 + norm.ppf(0.9)], atol=1e-6)


def test_a_bound_above_the_interval_is_a_miss_and_one_below_it_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    foil = table().iloc[[1]]
    rows = pd.concat([
        foil.assign(system=name, cycles=cycles, censored=bound)
        for name, cycles, bound in (("a", 90000, "true"), ("b", 0.01, "true"), ("c", 0.01, "false"))
    ], ignore_index=True)  # fmt: skip
    monkeypatch.setattr(cycling, "cycled_cells", lambda: read_cycled_cells(rows))
    found = published_cycling()
    assert found["inside"].tolist() == [False, True, False]
    assert (
        found["high"] / found["low"] > np.exp(2.0 * 1.64 * spreads()[1])
    ).all()  # of the law and of the draws


def test_a_row_without_a_life_or_an_efficiency_is_refused() -> None:
    rows = table()
    rows.loc[1, ["cycles", "overpotential_mV"]] = [None, 50]
    with pytest.raises(RecordError, match="neither a life nor an efficiency"):
        read_cycled_cells(rows)
