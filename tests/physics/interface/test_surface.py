"""The shipped response surface against finite elements solved now, and its file."""

from __future__ import annotations

import json

import numpy as np
import pytest

from surrogate.errors import InputError
from surrogate.physics.interface import surface
from surrogate.physics.interface.geometry import UnitCell, depth_for_gain
from surrogate.physics.interface.mechanics import planar_stress, press
from surrogate.resources import resource


@pytest.mark.slow
def test_it_is_the_finite_elements_it_was_fitted_to():
    """Cases of another seed: a change in geometry, materials or equations without a new surface is seen here."""
    held = surface.cases(24, 99)
    solved = surface.solve(held)
    inputs = {name: held[name].to_numpy() for name in held}
    for output, limit in (("stress_ratio", 0.03), ("peak", 0.12), ("shortening", 0.12)):
        error = np.abs(surface.shipped()(output, inputs) / solved[output].to_numpy() - 1.0)
        assert np.quantile(error, 0.9) < limit, output


def test_the_patterns_of_the_study():
    depth = depth_for_gain(200e-6, 2.5)
    for width in (400e-6, 200e-6, 100e-6):
        found = surface.shipped()(
            "stress_ratio", {"width": width, "depth": depth, "pellet": 800e-6, "young": 150e9}
        )
        assert found[0] == pytest.approx(press(UnitCell(width, depth)).mean / planar_stress(), rel=0.02)


@pytest.mark.slow
def test_a_fit_finds_a_polynomial_again():
    table = surface.cases(512, 5)
    aspect = np.maximum(table["depth"] / table["width"], surface.RANGES["aspect"][0])
    truth = np.exp(0.3 * np.log(table["width"]) - 0.1 * np.log(aspect))
    made = surface.fit(table, table.assign(stress_ratio=truth, peak=truth, shortening=truth))
    found = made("peak", {name: table[name].to_numpy() for name in table})
    np.testing.assert_allclose(found, truth, rtol=1e-6)


def test_cases_are_inside_their_ranges():
    table = surface.cases(256, 1)
    assert (table["depth"] <= 0.8 * table["pellet"]).all()
    assert (table["depth"] <= 10.0 * table["width"] * (1 + 1e-12)).all()


def test_inputs_beyond_the_ranges_are_taken_at_the_limit():
    at_limit = {"width": 10e-6, "depth": 5e-6, "pellet": 8e-4, "young": 150e9}
    beyond = {**at_limit, "width": 1e-6, "depth": 0.5e-6}
    assert surface.shipped()("stress_ratio", beyond) == surface.shipped()("stress_ratio", at_limit)


@pytest.mark.parametrize("damage", ["", "{", "[]", "half", "ranges"])
def test_a_damaged_file_is_refused(tmp_path, damage):
    whole = resource(f"datasets/{surface.FILE}").read_text(encoding="utf-8")
    if damage == "half":
        damage = whole[: len(whole) // 2]
    elif damage == "ranges":
        told = json.loads(whole)
        told["ranges_SI"]["width"] = [1.0, 2.0]
        damage = json.dumps(told)
    path = tmp_path / "surface.json"
    path.write_text(damage, encoding="utf-8")
    with pytest.raises(InputError, match=r"surface\.json.*response-surface"):
        surface.load(path)
    with pytest.raises(InputError):
        surface.load(tmp_path / "absent.json")
