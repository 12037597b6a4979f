"""Named hyperparameters: one table, the optimizer's vector made from it, and values read from a file."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from itertools import product

import numpy as np
import pytest
import torch
from scipy.stats import norm

from surrogate.errors import ModelError
from surrogate.models import hyperparameters
from surrogate.models.hyperparameters import PRIORS, Coordinates, Hyperparameters, Variant
from surrogate.models.kernels import Role

ROLES = [Role((0, 1), 0.85, name="agent"), Role((2,), name="pores")]
VARIANTS = [Variant(*flags) for flags in product([False, True], repeat=3)]
VALUES = Hyperparameters(
    lengthscales={"agent": 0.41, "pores": 1.3},
    shared=1.7, discrepancy=0.9, literature=0.5, cell=0.2, slope=0.8, shift=-0.4, level=5.5,
)  # fmt: skip


def test_the_table_has_a_row_for_each_field_and_no_other() -> None:
    assert [one.name for one in PRIORS] == [one.name for one in fields(Hyperparameters)]
    assert all(one.unit and one.meaning for one in PRIORS)
    assert Coordinates(ROLES, VARIANTS[0]).names[:2] == ["lengthscales.agent", "lengthscales.pores"]


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_named_values_survive_the_optimizers_vector(variant: Variant) -> None:
    coordinates = Coordinates(ROLES, variant)
    vector = coordinates.pack(VALUES)
    assert vector.shape == (len(coordinates.names),)
    read = coordinates.values(vector)
    assert read.lengthscales == pytest.approx(VALUES.lengthscales, rel=1e-14)
    for one in PRIORS[1:]:
        expected = getattr(VALUES, one.name) if one.acts(variant) else one.absent
        assert getattr(read, one.name) == pytest.approx(expected, rel=1e-14), one.name
    np.testing.assert_allclose(coordinates.pack(read), vector, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_fit_reads_the_vector_as_everybody_else(variant: Variant) -> None:
    coordinates = Coordinates(ROLES, variant)
    vector = np.random.default_rng(0).normal(size=len(coordinates.names))
    tensors, floats = coordinates.unpack(torch.from_numpy(vector)), coordinates.values(vector)
    for role in ROLES:
        assert float(tensors.lengthscales[role.name]) == pytest.approx(
            floats.lengthscales[role.name], rel=1e-14
        )
    for one in PRIORS[1:]:
        assert float(getattr(tensors, one.name)) == pytest.approx(getattr(floats, one.name), rel=1e-14)


def test_which_variant_has_which_hyperparameter() -> None:
    """Written out once more: what is fixed must not move with the vector."""
    fixed = {
        Variant(emulated=True, shifted=True, learned_cell=False): {"shared": 0.0, "cell": 0.12, "level": 0.0},
        Variant(emulated=False, shifted=True, learned_cell=False): {"cell": 0.12, "slope": 0.0},
        Variant(emulated=False, shifted=False, learned_cell=True): {
            "discrepancy": 0.0, "slope": 0.0, "shift": 0.0,
        },
    }  # fmt: skip
    for variant, expected in fixed.items():
        coordinates = Coordinates(ROLES, variant)
        one, other = (coordinates.values(np.full(len(coordinates.names), at)) for at in (-0.7, -0.2))
        unmoved = {
            p.name: getattr(one, p.name) for p in PRIORS if getattr(one, p.name) == getattr(other, p.name)
        }
        assert unmoved == expected


def test_the_penalty_is_the_normal_density_of_the_table() -> None:
    coordinates = Coordinates(ROLES, VARIANTS[0])
    vector = np.random.default_rng(0).normal(size=len(coordinates.names))
    centres = [
        math.log(0.6),
        math.log(0.6),
        0.0,
        math.log(0.6),
        math.log(0.35),
        math.log(0.12),
        1.0,
        0.0,
        0.0,
    ]
    spreads = [0.5, 0.5, 1.0, 0.6, 0.6, 1.0, 0.3, 0.5, 10.0]
    np.testing.assert_allclose(coordinates.start(), centres, rtol=1e-15)
    difference = norm.logpdf(centres, centres, spreads).sum() - norm.logpdf(vector, centres, spreads).sum()
    assert float(coordinates.penalty(torch.from_numpy(vector))) == pytest.approx(difference, rel=1e-12)


def test_a_prior_is_changed_in_the_table_alone(monkeypatch) -> None:
    """Median, spread, transform and order: whatever uses the vector follows the table."""
    changed = [replace(one, median=0.5, spread=0.1) if one.name == "literature" else one for one in PRIORS]
    monkeypatch.setattr(hyperparameters, "PRIORS", (*changed[:1], *reversed(changed[1:])))
    coordinates = Coordinates(ROLES, Variant(emulated=False, shifted=True, learned_cell=True))
    assert coordinates.values(coordinates.start()).literature == pytest.approx(0.5, rel=1e-14)
    moved = coordinates.pack(replace(coordinates.values(coordinates.start()), literature=0.5 * math.exp(0.1)))
    assert float(coordinates.penalty(torch.from_numpy(moved))) == pytest.approx(0.5, rel=1e-9)


def test_length_scales_never_exceed_the_longest_of_their_role() -> None:
    coordinates = Coordinates(ROLES, VARIANTS[0])
    far = np.full(len(coordinates.names), 5.0)
    assert coordinates.values(far).lengthscales == {"agent": 0.85, "pores": 1.5}
    assert {name: float(one) for name, one in coordinates.unpack(torch.from_numpy(far)).lengthscales.items()} == {
        "agent": 0.85, "pores": 1.5,
    }  # fmt: skip


def test_an_overflowing_level_leaves_a_finite_gradient() -> None:
    """The line search of the fit may try a level whose exponential is infinite."""
    coordinates = Coordinates(ROLES, VARIANTS[0])
    vector = torch.from_numpy(coordinates.start(2000.0)).requires_grad_(True)
    coordinates.unpack(vector).level.backward()
    assert vector.grad is not None
    assert vector.grad.tolist() == [0.0] * 8 + [1.0]


@pytest.mark.parametrize(
    ("change", "name"),
    [({"shared": 0.0}, "shared"), ({"discrepancy": 0.35}, "discrepancy"), ({"shift": math.nan}, "shift")],
)
def test_an_impossible_value_is_refused_by_name(change: dict[str, float], name: str) -> None:
    coordinates = Coordinates(ROLES, Variant(emulated=False, shifted=True, learned_cell=True))
    with pytest.raises(ModelError, match=name):
        coordinates.pack(replace(VALUES, **change))


def test_a_missing_role_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match="pores"):
        Coordinates(ROLES, VARIANTS[0]).pack(replace(VALUES, lengthscales={"agent": 0.4}))


def test_values_survive_json_bit_for_bit() -> None:
    assert Hyperparameters.from_dict(json.loads(json.dumps(VALUES.as_dict()))) == VALUES


@pytest.mark.parametrize(
    "named",
    [
        {name: value for name, value in VALUES.as_dict().items() if name != "slope"},
        VALUES.as_dict() | {"angle": 1.0},
        VALUES.as_dict() | {"slope": "steep"},
        VALUES.as_dict() | {"slope": math.inf},
        VALUES.as_dict() | {"lengthscales": {"agent": None}},
        VALUES.as_dict() | {"lengthscales": [0.4, 1.3]},
    ],
    ids=["missing", "unknown", "text", "infinite", "null", "unnamed"],
)
def test_other_names_or_values_in_a_file_are_refused(named: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="surrogate train"):
        Hyperparameters.from_dict(named, where="here")
