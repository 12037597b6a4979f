"""Strips, cross-sections and ratios: every mark stands where its number says."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
import report_examples as examples

from surrogate.physics.accounting import lithium_thickness_um
from surrogate.report import style
from surrogate.report.axes import Axis, log_range, position
from surrogate.report.cross_section import colours_of, cross_section, deepest_um
from surrogate.report.depth_profile import graded
from surrogate.report.quantities import records
from surrogate.report.ratio_plots import Ratio, ratio_plot, reach_of
from surrogate.report.strips import axes_of, host_strip, strip

EFFICIENCY = "coulombic_efficiency_pct"


@pytest.mark.parametrize(
    ("target", "low", "high"),
    [
        ("cycle_life_cycles", 1.0, 4.0), ("cycle_life_cycles", 2.1, 2.4), ("ccd_mA_cm2", -3.0, 6.0),
        ("overpotential_mV", 1.0, 1.8), (EFFICIENCY, 0.2, 4.0), (EFFICIENCY, 1.0, 3.2),
    ],
)  # fmt: skip
def test_ticks_are_round_lie_inside_and_their_labels_do_not_touch(
    target: str, low: float, high: float
) -> None:
    axis = Axis(target, low, high, 70.0, 326.0)
    ticks = axis.ticks()
    assert len(ticks) >= 2
    for x, text in ticks:
        value = float(text.replace(",", ""))
        assert axis.place(value) == pytest.approx(x, abs=0.01)
        assert low <= position(value, target) <= high
    ends = [(x - 3.5 * len(text), x + 3.5 * len(text)) for x, text in ticks]
    assert all(left[1] < right[0] for left, right in itertools.pairwise(ends))


def test_an_efficiency_is_on_the_scale_of_what_is_lost() -> None:
    assert position(99.0, EFFICIENCY) == pytest.approx(2.0)
    assert position(99.9, EFFICIENCY) == pytest.approx(3.0)  # the better, the further right
    row = {EFFICIENCY: 99.0, f"{EFFICIENCY}_lower": 90.0, f"{EFFICIENCY}_upper": 99.9}
    assert log_range([row], EFFICIENCY) == (pytest.approx(1.0 - 0.08), pytest.approx(3.0 + 0.08))


def test_a_strip_holds_every_host_its_control_and_the_cells() -> None:
    rows = records(examples.proposals().assign(role=["exploit", "explore", "exploit", "control"]))
    rows = [row | {"cycle_life_cycles_physics": 2.0 * row["cycle_life_cycles"]} for row in rows]
    cells, published = records(examples.measured_cells()), records(examples.context())
    axis = axes_of(rows, cells, published)["cycle_life_cycles"]
    drawn = str(strip(axis, rows, cells, published))
    marks = re.findall(r'<path d="M([\d.]+) 0H([\d.]+)" stroke="(#\w+)" stroke-width="3"/>', drawn)
    for row, (left, right, colour) in zip(rows, marks, strict=True):
        assert float(left) == pytest.approx(axis.place(row["cycle_life_cycles_lower"]), abs=0.06)
        assert float(right) == pytest.approx(axis.place(row["cycle_life_cycles_upper"]), abs=0.06)
        assert colour == (style.INK if row["role"] == "control" else style.PROPOSAL)
    assert re.search(rf'cx="{axis.place(412.3):.1f}" r="5.5"', drawn)
    assert re.search(rf'd="M{axis.place(824.6):.1f} -5.5', drawn)
    hollow, full = (
        re.findall(rf'<g fill="{fill}"[^>]*>((?:<circle[^>]*>)*)</g>', drawn)
        for fill in (style.PAPER, style.MEASURED)
    )
    assert [one.count("<circle") for one in hollow] == [1, 14]  # own bounds; all published lives are bounds
    assert [one.count("<circle") for one in full] == [1]  # the third of the own cells has no life
    assert f'cx="{axis.place(600.0):.1f}"' in hollow[0]
    assert "412 cycles (90 %: 96 to 1,800), simulated 825 cycles" in drawn


def test_where_nothing_was_published_the_strip_says_so() -> None:
    rows = records(examples.proposals())
    axis = axes_of(rows)["ccd_mA_cm2"]
    assert "none in a cell &amp; more" in str(strip(axis, rows, [], [], "none in a cell & more"))
    assert "published" not in str(host_strip(axis, "B01-1", rows[0]))


def test_missing_values_leave_a_gap() -> None:
    rows = [*records(examples.proposals())[:1], {"ccd_mA_cm2": None, "cycle_life_cycles": 5.0}]
    axes = axes_of(rows)
    assert "Z" not in str(host_strip(axes["ccd_mA_cm2"], "x", rows[1]))
    assert str(host_strip(axes["ccd_mA_cm2"], "x", rows[1])).count("<circle") == 0
    assert EFFICIENCY not in axes


def areas(drawn: str) -> list[tuple[str, np.ndarray]]:
    """Colour and corners (n, 2) of each area, px."""
    found = re.findall(r'<path d="M([^"]*)z" fill="(#\w+)"', drawn)
    return [
        (colour, np.array([one.split() for one in path.split("L")], dtype=float)) for path, colour in found
    ]


def area_of(corners: np.ndarray) -> float:
    x, y = corners.T
    return 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))


def test_solid_pores_and_lithium_take_what_they_take_in_the_host() -> None:
    row = examples.BASE
    found = examples.profile(examples.proposals())
    scale = 220.0 / deepest_um([row], [found])
    height = 120.0 * scale
    drawn = dict(areas(str(cross_section(row, found, deepest_um([row], [found])))))
    z = np.linspace(0.0, 1.0, 2001)
    solid = 1.0 - graded(row, "porosity", "", z)
    whole = 182.0 * height
    for phase in ("conductor", "dielectric", "agent"):
        share = float(np.trapezoid(solid * graded(row, phase, "", z), z))
        assert area_of(drawn[style.PHASE_COLOURS[phase]]) / whole == pytest.approx(share, rel=0.01)
    fill = np.interp(120.0 * z, found["depth_um"], found["pore_fill"][-1])
    lithium = float(np.trapezoid((1.0 - solid) * fill, z))
    assert area_of(drawn[style.LITHIUM]) / whole == pytest.approx(lithium, rel=0.01)
    assert drawn[style.LITHIUM][:, 1].max() - drawn[style.LITHIUM][:, 1].min() == pytest.approx(
        height, abs=0.2
    )


def test_hosts_of_a_page_are_drawn_to_one_scale_and_a_thin_one_once_more() -> None:
    thick, thin = examples.BASE | {"thickness_um": 300.0}, examples.BASE | {"thickness_um": 30.0}
    deepest = deepest_um([thick, thin], [None, None])
    assert deepest == pytest.approx(300.0)
    heights = []
    for row in (thick, thin):
        frames = re.findall(
            r'width="182.0" height="([\d.]+)" fill="none"', str(cross_section(row, None, deepest))
        )
        heights.append([float(height) for height in frames])
    assert heights == [[220.0], [22.0, 110.0]]
    assert "5 times larger" in str(cross_section(thin, None, deepest))


def test_lithium_on_the_face_lies_on_top_and_a_foil_carries_all() -> None:
    found = examples.profile(examples.proposals()) | {"top_face_mAh_cm2": np.array([0.0, 2.0])}
    above = float(lithium_thickness_um(2.0))
    assert deepest_um([examples.BASE], [found]) == pytest.approx(120.0 + above)
    drawn = str(cross_section(examples.BASE, found, 120.0 + above))
    layer = re.search(rf'y="20.0" width="182.0" height="([\d.]+)" fill="{style.LITHIUM}"', drawn)
    assert layer
    assert float(layer[1]) == pytest.approx(220.0 * above / (120.0 + above), abs=0.06)
    foil = examples.BASE | examples.FOIL
    assert colours_of(foil, None) == [("lithium", style.LITHIUM)]
    assert f'fill="{style.LITHIUM}"' in str(cross_section(foil, None, 50.0))


def test_ratios_stand_about_one_with_the_noise_of_cells_behind() -> None:
    ratios = [Ratio("agent", 2.0, (0.5, 8.0)), Ratio("physics", 0.5)]
    reach = reach_of(ratios)
    assert reach == pytest.approx(1.04 * math.log(8.0))
    drawn = str(ratio_plot(ratios, reach, "What it is worth", 2.0))
    middle = 0.5 * (186.0 + 324.0)
    centre = float(re.search(r'cx="([\d.]+)"', drawn)[1])
    band, bar = re.findall(r'<rect x="([\d.]+)" y="[\d.-]+" width="([\d.]+)"', drawn)
    assert centre - middle == pytest.approx(69.0 * math.log(2.0) / reach, abs=0.1)
    assert float(band[0]) + float(band[1]) == pytest.approx(centre, abs=0.2)
    assert float(bar[0]) + float(bar[1]) == pytest.approx(middle, abs=0.2)
    assert float(bar[1]) == pytest.approx(centre - middle, abs=0.2)
    assert "agent × 2 (90 %: 0.5 to 8); physics × 0.5" in drawn
    assert str(ratio_plot([], reach, "")) == ""


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_marks_and_words_stand_out_from_the_paper_and_areas_are_outlined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    for colour in (style.PROPOSAL, style.MEASURED, style.CONTEXT, style.FOIL, style.INK):
        assert contrast(colour, style.PAPER) >= 3.0
    for colour in (style.INK, style.MUTED):
        assert contrast(colour, style.PAPER) >= 4.5
    # Not every colour of a phase reaches that on paper: each area has an outline that does.
    drawn = str(cross_section(examples.BASE, examples.profile(examples.proposals()), 120.0))
    filled = re.findall(r'<(?:path|rect)[^>]*fill="#[^>]*>', drawn.replace(f'fill="{style.FOIL}"', ""))
    assert len(filled) >= 4
    assert all(f'stroke="{style.INK}"' in one for one in filled)
