"""What the figures draw, read back from their data."""

from __future__ import annotations

import numpy as np
import pytest
import report_examples as examples

from surrogate.report.depth_profile import graded
from surrogate.report.figures import figures, targets_drawn


@pytest.mark.slow
def test_one_plot_per_pair_of_targets_and_one_profile_per_porous_host() -> None:
    drawn = figures(examples.proposals(), results=examples.measured_cells(), context=examples.context())
    assert list(drawn) == [
        "pareto_cycle_life_ccd",
        "pareto_cycle_life_overpotential",
        "pareto_ccd_overpotential",
        "profile_1",
        "profile_2",
        "profile_3",
    ]


def test_whiskers_end_at_the_interval() -> None:
    frame = examples.proposals()
    trace = figures(frame)["pareto_cycle_life_ccd"].data[-1]
    x = np.array(trace.x)
    assert x == pytest.approx(frame["cycle_life_cycles"])
    assert x + np.array(trace.error_x.array) == pytest.approx(frame["cycle_life_cycles_upper"])
    assert x - np.array(trace.error_x.arrayminus) == pytest.approx(frame["cycle_life_cycles_lower"])
    assert list(trace.text) == ["1", "2", "3", "4"]


def test_cells_need_both_targets_and_bounds_are_hollow() -> None:
    drawn = figures(examples.proposals(), results=examples.measured_cells(), context=examples.context())
    cells = drawn["pareto_cycle_life_ccd"].data[1]
    assert list(cells.x) == [350.0, 600.0]  # the third has no cycle life
    assert list(cells.marker.symbol) == ["diamond", "diamond-open"]
    assert "at least 600 cycles" in cells.hovertext[1]
    literature = drawn["pareto_cycle_life_ccd"].data[0]
    assert "own conditions" in literature.name
    assert len(literature.x) == int(examples.context()["ccd_mA_cm2"].notna().sum())
    paper = "<br>Zhang et al., Mater. Today Energy 2021, 21, 100770<br>reference 47 of 10.1002/aenm.202304229"
    assert literature.hovertext[0].endswith(paper)


def test_every_mark_lies_within_the_ticks() -> None:
    drawn = figures(examples.proposals(), results=examples.measured_cells(), context=examples.context())
    for name in ("pareto_cycle_life_ccd", "pareto_cycle_life_overpotential", "pareto_ccd_overpotential"):
        for trace in drawn[name].data:
            assert min(drawn[name].layout.xaxis.tickvals) <= min(trace.x)
            assert max(drawn[name].layout.xaxis.tickvals) >= max(trace.x)


def test_text_from_a_file_is_escaped_in_hover() -> None:
    cells = examples.measured_cells()
    cells["note"] = "<img src=x onerror=alert(1)>"
    hover = figures(examples.proposals(), results=cells)["pareto_cycle_life_ccd"].data[0].hovertext[0]
    assert "<img" not in hover
    assert "&lt;img" in hover


def test_a_graded_quantity_meets_both_ends_and_follows_the_exponent() -> None:
    z = np.array([0.0, 0.5, 1.0])
    row = examples.BASE | {"gradient_exponent": 2.0}
    assert graded(row, "pore_size", "_um", z) == pytest.approx([35.0, 6.5 + 28.5 * 0.25, 6.5])


def test_the_solid_fills_the_panel_and_lithium_is_what_the_physics_gave() -> None:
    profile = examples.profile(examples.proposals())
    figure = figures(examples.proposals().iloc[:1], profiles=[profile])["profile_1"]
    solid = [trace for trace in figure.data if trace.stackgroup == "solid"]
    assert np.sum([trace.x for trace in solid], axis=0) == pytest.approx(100.0, rel=1e-12)
    last = figure.data[-1]
    assert np.array(last.x) == pytest.approx(100 * profile["pore_fill"][-1])
    assert np.array(last.y) == pytest.approx(profile["depth_um"])
    quarter = figure.data[-3]
    assert np.array(quarter.x) == pytest.approx(100 * profile["pore_fill"][1])  # 0.2 of 1 mAh/cm2 is nearest
    assert list(figure.layout.yaxis.range) == [120.0, 0.0]  # separator on top


def test_an_efficiency_is_drawn_where_the_campaign_asks_for_it() -> None:
    name = "coulombic_efficiency_pct"
    frame = examples.proposals().assign(**{name: 99.1, f"{name}_lower": 97.0, f"{name}_upper": 99.94})
    results = examples.measured_cells().assign(**{name: 99.5, f"{name}_censored": [False, "below", False]})
    assert name not in targets_drawn({"ccd_mA_cm2": "max"})
    drawn = figures(frame, results=results, targets=targets_drawn({name: "max"}))
    assert sum(key.startswith("pareto") for key in drawn) == 6
    figure = drawn["pareto_cycle_life_efficiency"]
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "linear")
    assert "higher is better" in figure.layout.yaxis.title.text
    assert "at most 99.5 %" in figure.data[0].hovertext[1]
    assert list(figure.data[0].marker.symbol) == ["diamond", "diamond-open"]
