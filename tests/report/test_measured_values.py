"""Measured values in words: bounds, intervals, known errors."""

from __future__ import annotations

from surrogate.report.measured_values import in_words, is_bound, measured


def test_what_is_known_of_a_measured_target_is_said_as_it_is() -> None:
    value = {"overpotential_mV": 20.0, "overpotential_mV_censored": False}
    least, most = (value | {"overpotential_mV_censored": kind} for kind in (True, "below"))
    between = value | {"overpotential_mV_upper_bound": 35.0}
    cells = (value, least, most, between, {})
    assert [measured(cell, "overpotential_mV") for cell in cells] == [
        "20 mV",
        "≥ 20 mV",
        "≤ 20 mV",
        "20 to 35 mV",
        "–",
    ]
    said = ["20 mV", "at least 20 mV", "at most 20 mV", "20 to 35 mV", "–"]
    assert [in_words(cell, "overpotential_mV") for cell in cells] == said
    assert [is_bound(cell, "overpotential_mV") for cell in cells] == [False, True, True, True, False]


def test_a_known_error_stands_beside_its_value() -> None:
    cell = {"overpotential_mV": 30.0, "overpotential_mV_sem": 1.5}
    assert measured(cell, "overpotential_mV") == "30 ± 1.5 mV"
    assert measured({"overpotential_mV_sem": 1.5}, "overpotential_mV") == "–"
