"""``surrogate simulate --validate interface``: tables, figures, and the page that shows the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.cli import failures, surrogate
from surrogate.physics.interface import surface
from surrogate.report import interface_figures
from surrogate.validation import interface as published
from surrogate.validation import interface_numerics as numerics
from surrogate.validation.interface_data import COMPARISONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "model-vs-experiment.md").read_text(encoding="utf-8")
SECTION = PAGE[PAGE.index("## The lithium / solid-electrolyte interface") : PAGE.index("## Thickness change")]


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    return published.published_interfaces()


@pytest.mark.docs
@pytest.mark.slow
def test_the_page_tells_what_the_command_tells(compared: pd.DataFrame) -> None:
    predicted = compared[compared["use"] == "prediction"]
    counts = predicted["verdict"].value_counts()
    assert f"{counts['holds']} predictions hold, {counts['miss']} miss" in SECTION
    assert SECTION.count("**miss**") == counts["miss"]
    for row in predicted[predicted["unit"] != "yes/no"].itertuples():
        assert f"{row.model:.3g}" in SECTION, row.condition
        assert f"{row.error_pct:+.0f}" in SECTION, row.condition


def test_verdicts_follow_from_the_numbers(compared: pd.DataFrame) -> None:
    limited = compared[(compared["use"] == "prediction") & compared["limit_pct"].notna()]
    for row in limited.itertuples():
        ratio = row.model / row.published if row.published else np.inf
        within = abs(row.error_pct) <= row.limit_pct
        if row.limit_pct == published.FACTOR_TWO:
            within = 0.5 <= ratio <= 2.0
        assert (row.verdict == "holds") == within, row.condition


def test_area_alone_is_the_planar_value_times_the_published_gain(compared: pd.DataFrame) -> None:
    area = compared.loc[compared["condition"] == "channels of 200 um, 1 MPa", "area_only"].item()
    planar, gain = (published.single(name).value for name in ("planar_ccd", "contact_area_gain"))
    assert area == pytest.approx(planar * gain, rel=1e-6)


def test_every_number_of_the_table_is_compared_or_needed(compared: pd.DataFrame) -> None:
    """Numbers that are compared as they are; the others are conditions, references or parts of a ratio."""
    shown = compared["published"].tolist()
    used_otherwise = {"contact_area_gain", "garnet_ccd_over_temperature"}
    for comparison in COMPARISONS:
        for number in published.published(comparison):
            reference = comparison.endswith("resistance") and number.channel_width_um in (0.0, 200.0)
            assert comparison in used_otherwise or reference or number.value in shown, (
                comparison,
                number.value,
            )
    assert len(compared) == 41


@pytest.mark.slow
def test_the_calculation_is_judged_by_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numerics, "HELD_OUT", 8)
    table = numerics.numerics().set_index("check")
    assert table["holds"].all()
    singular = table[table.index.str.contains("singularity")]
    assert singular["measured_pct"].item() > 10.0
    wrong = surface.Surface({name: 1.2 * one for name, one in surface.shipped().coefficients.items()})
    monkeypatch.setattr(surface, "shipped", lambda: wrong)
    found = numerics.numerics().set_index("check")["holds"]
    assert not found[found.index.str.contains("response surface")].any()
    assert found[~found.index.str.contains("response surface")].all()


@pytest.mark.slow
def test_the_command_prints_both_tables_and_draws_both_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numerics, "HELD_OUT", 4)
    monkeypatch.setenv("COLUMNS", "80")
    arguments = ["simulate", "--validate", "interface", "--out", str(tmp_path / "i.csv")]
    assert failures.run(surrogate.app, "surrogate", arguments) == failures.DONE
    said = capsys.readouterr().out
    for part in ("Area only", "reported", "miss", "Calculation", "not modelled"):
        assert part in said
    assert max(len(line) for line in said.splitlines() if line.startswith(" ")) <= 80
    table = pd.read_csv(tmp_path / "i.csv")
    assert {"published", "model", "error_pct", "verdict", "use", "area_only"} <= set(table.columns)
    for name in ("stability", "fields"):
        for kind in ("pdf", "png"):
            assert (tmp_path / f"i-{name}.{kind}").stat().st_size > 5000


def test_the_map_pins_what_was_tested_as_it_was_tested() -> None:
    axes = interface_figures.stability_map().axes[0]
    pinned = {
        (line.get_marker(), round(float(line.get_xdata()[0]), 2), round(float(line.get_ydata()[0]), 2))
        for line in axes.lines
        if len(line.get_xdata()) == 1
    }
    assert {("x", 1.0, 0.5), ("o", 1.0, 0.5), ("v", 0.65, 0.5), ("d", 7.5, 0.2), ("s", 1.0, 0.7)} <= pinned
    assert ("o", 7.5, 0.2) not in pinned  # a pressure that was needed, and no cell that was cycled
    assert ("o", 0.65, 0.5) not in pinned


@pytest.mark.parametrize(
    "arguments",
    [
        ["--validate", "interface", "--designs", "x.csv"],
        ["--validate", "cells", "--response-surface", "s.json"],
    ],
)
def test_options_that_would_be_ignored_are_refused(arguments, capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(surrogate.app, "surrogate", ["simulate", *arguments]) == 2
    assert "cannot be combined with" in capsys.readouterr().err
