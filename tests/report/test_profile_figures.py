"""The printed depth profiles: what is drawn is what was simulated, and files are whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.physics import profile
from surrogate.report.profile_figures import profile_figure, profile_table, write_profile

HOST = {
    "framework": "carbon_fiber", "electrolyte": "liquid_ether", "conductor_top": 1.0, "conductor_bottom": 1.0,
    "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0,
    "thickness_um": 60.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def cycled():
    return profile(pd.DataFrame([HOST]), cycles=1)


@pytest.mark.slow
def test_a_cycle_plates_and_strips(cycled):
    assert cycled["outcomes"] == ["completed", "voltage_cutoff"]
    assert np.all(np.diff(cycled["time_h"]) > 0)
    plated = cycled["half_cycle"] == 0
    assert cycled["voltage_mV"][plated].min() > 0 > cycled["voltage_mV"][~plated].max()
    assert cycled["charge_mAh_cm2"][plated][-1] == pytest.approx(1.0, rel=1e-6)
    assert cycled["charge_mAh_cm2"][-1] < 0.01


def test_lithium_over_depth_adds_up_to_the_charge(cycled):
    width = np.diff(np.concatenate([[0.0], cycled["depth_um"]]))  # only to see that depths rise
    assert np.all(width > 0)
    edges = 2.0 * cycled["depth_um"][-1] - cycled["depth_um"][-2]
    assert 58.0 < edges < 62.0
    fill = cycled["pore_fill"][cycled["half_cycle"] == 0][-1]
    within = np.trapezoid(fill, cycled["depth_um"]) * 0.8 / 4.854
    assert within + cycled["top_face_mAh_cm2"][cycled["half_cycle"] == 0][-1] == pytest.approx(1.0, rel=0.03)


def test_the_table_holds_every_time_and_depth(cycled):
    table = profile_table(cycled)
    assert len(table) == len(cycled["time_h"]) * len(cycled["depth_um"])
    last = table[table["time_h"] == cycled["time_h"][-1]]
    np.testing.assert_array_equal(last["pore_fill"], cycled["pore_fill"][-1])


def test_half_cycles_are_counted_in_halves():
    with pytest.raises(ValueError, match=r"0\.7"):
        profile(pd.DataFrame([HOST]), cycles=0.7)


def test_a_planar_foil_has_no_depth_panels():
    found = profile(pd.DataFrame([{"framework": "none"}]), cycles=1)
    assert len(profile_figure(found, "foil").axes) == 2
    assert len(profile_table(found)) == len(found["time_h"])


@pytest.mark.slow
def test_files_are_written_beside_each_other(cycled, tmp_path):
    paths = write_profile(cycled, "host", tmp_path, "design-01")
    assert sorted(path.name for path in paths) == ["design-01.csv", "design-01.pdf", "design-01.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert paths[1].read_bytes().startswith(b"%PDF")
