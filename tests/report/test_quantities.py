"""Numbers and units as a reader sees them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts import columns as c
from surrogate.report.quantities import is_missing, label, number, quantity, rounded, unit


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 3, "0"),
        (412.3, 3, "412"),
        (1790, 2, "1,800"),
        (17.44, 3, "17.4"),
        (5.0, 3, "5"),
        (0.00206, 2, "0.0021"),
        (-0.5, 3, "−0.5"),
        (9.996, 3, "10"),
        (99999, 3, "100,000"),
        (2.5e9, 2, "2.5×10⁹"),
        (3.14e-7, 2, "3.1×10⁻⁷"),
        (float("nan"), 3, "–"),
        (float("inf"), 3, "∞"),
    ],
)
def test_number(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_number_stays_within_its_digits() -> None:
    random = np.random.default_rng(1)
    for value in 10 ** random.uniform(-3.9, 6.9, 300):
        shown = float(number(value, 3).replace(",", ""))
        assert shown == pytest.approx(value, rel=5.01e-3)


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (0.864, "bottom_half_share", "86 %"),
        (0.9987, "bottom_half_share", "99.9 %"),
        (1.0, "bottom_half_share", "100 %"),
        (0.9999, "bottom_half_share", "> 99.9 %"),
        (0.0004, "top_face_share", "< 0.1 %"),
        (0.0, "top_face_share", "0 %"),
        (0.0021, "top_face_share", "0.2 %"),
        (6.214, "ccd_mA_cm2", "6.21 mA cm⁻²"),
        (25, "temperature_C", "25 °C"),
        (412.3, "cycle_life_cycles_upper", "412 cycles"),
        (1.4, "tortuosity", "1.4"),
        (None, "thickness_um", "–"),
        ("copper", "framework", "copper"),
    ],
)
def test_quantity(value: object, column: str, text: str) -> None:
    assert quantity(value, column) == text


def test_every_column_has_a_label_without_its_unit_or_underscores() -> None:
    for column in (*c.DESIGN_COLUMNS, *c.TARGETS):
        assert label(column)
        assert "_" not in label(column)
        assert label(column)[0].isupper()
    assert label("pore_size_top_um") == "Pore size, top"
    assert label("ccd_mA_cm2_lower") == "Critical current density, lower end"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(99.94, 3, "99.94"), (99.94, 2, "99.94"), (98.437, 3, "98.4"), (98.437, 2, "98"), (99.9962, 2, "99.996"),
     (75.04, 3, "75"), (4.2, 3, "4.2"), (0.0, 2, "0")],
)  # fmt: skip
def test_an_efficiency_is_never_rounded_to_its_limit(value: float, digits: int, text: str) -> None:
    assert rounded(value, "coulombic_efficiency_pct", digits) == text
    assert rounded(value, "coulombic_efficiency_pct_upper", digits) == text


def test_units_are_those_the_names_carry() -> None:
    assert [unit(name) for name in c.TARGETS] == ["cycles", "mA cm⁻²", "mV", "%"]
    assert unit("thickness_um") == "µm"
    assert unit("tortuosity") == ""
    assert unit("conductivity_top_S_m") == "S m⁻¹"


@pytest.mark.parametrize("value", [None, float("nan"), np.float64("nan"), pd.NA, ""])
def test_missing(value: object) -> None:
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, 0.0, False, "none", np.float64(1.0)])
def test_not_missing(value: object) -> None:
    assert not is_missing(value)
