"""The comparison with published cells: two constants, found at the two lowest currents alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from surrogate.validation import plating as published
from surrogate.validation.cell_data import PublishedCell, cells
from surrogate.validation.plating import FITTED


@pytest.fixture(scope="module")
def imitated() -> PublishedCell:
    """A cell whose voltages are the simulator's own, for known constants."""
    currents = np.array([0.5, 1.0, 4.0])
    packed = published._packed(cells()[0], currents, 1.0)
    voltages = published._voltages(packed, 3.0, 1.5e-3)
    return replace(cells()[0], voltages_mV=dict(zip(currents.tolist(), voltages.tolist(), strict=True)))


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


def test_the_published_voltages_are_compared_and_only_the_lowest_two_are_fitted(imitated):
    """That they are those of the document: ``test_published_data``."""
    rows = pd.DataFrame(published._variant(imitated, "tables", 1.0, fit=False))
    assert (
        dict(zip(rows["current_density_mA_cm2"], rows["published_mV"], strict=True)) == imitated.voltages_mV
    )
    assert (rows["use"] == "prediction").all()
    fitted = pd.DataFrame(published._variant(imitated, "fitted", 1.0, fit=True))
    assert (
        fitted.loc[fitted["use"] == "fit", "current_density_mA_cm2"].tolist()
        == sorted(imitated.voltages_mV)[:2]
    )
    assert FITTED == 2


def test_voltages_rise_with_the_current_and_fall_without_a_film():
    packed = published._packed(cells()[1], np.array([0.5, 2.0]), 2.0)
    bare, covered = (published._voltages(packed, 20.0, film) for film in (1e-5, 5e-3))
    assert bare[0] < bare[1]
    assert np.all(bare < covered)
