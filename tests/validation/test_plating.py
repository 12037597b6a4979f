"""The comparison with published cells: two constants, found at the two lowest currents alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from surrogate.validation import plating as published
from surrogate.validation.plating import CELLS, FITTED, PublishedCell


@pytest.fixture(scope="module")
def imitated() -> PublishedCell:
    """A cell whose voltages are the simulator's own, for known constants."""
    currents = np.array([0.5, 1.0, 4.0])
    packed = published._packed(CELLS[0], currents, 1.0)
    voltages = published._voltages(packed, 3.0, 1.5e-3)
    return replace(CELLS[0], voltages_mV=dict(zip(currents.tolist(), voltages.tolist(), strict=True)))


@pytest.mark.slow
def test_voltages_of_the_simulator_itself_are_fitted_and_predicted(imitated):
    rows = published._variant(imitated, "fitted", 1.0, fit=True)
    assert [row["use"] for row in rows] == ["fit", "fit", "prediction"]
    assert abs(rows[0]["error_pct"]) < 1.0
    assert abs(rows[1]["error_pct"]) < 1.0
    assert abs(rows[2]["error_pct"]) < 5.0


@pytest.mark.slow
def test_higher_currents_do_not_touch_the_constants(imitated):
    wrong = replace(imitated, voltages_mV={**imitated.voltages_mV, 4.0: 1000.0})
    constants = [
        (rows[0]["exchange_current_A_m2"], rows[0]["film_resistance_ohm_cm2"])
        for rows in (published._variant(cell, "fitted", 1.0, fit=True) for cell in (imitated, wrong))
    ]
    assert constants[0] == constants[1]


def test_the_figures_are_those_of_the_source():
    first, second = (cell.voltages_mV for cell in CELLS)
    assert list(first.values()) == [11.8, 22.6, 31.9, 45.9, 58.3]
    assert list(second.values()) == [37.0, 50.0, 81.0, 97.0]
    assert FITTED == 2


def test_voltages_rise_with_the_current_and_fall_without_a_film():
    packed = published._packed(CELLS[1], np.array([0.5, 2.0]), 2.0)
    bare, covered = (published._voltages(packed, 20.0, film) for film in (1e-5, 5e-3))
    assert bare[0] < bare[1]
    assert np.all(bare < covered)
