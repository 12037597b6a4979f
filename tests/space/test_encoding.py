"""Designs as vectors and back."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate.errors import DesignError, SpaceError
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space


def wide() -> Space:
    return Space(
        [
            Categorical("metal", ["none", "Cu", "Ni"]),
            Simplex("mix", ["w1", "w2"]),
            Continuous("size", 1.0, 100.0, log=True),
            Continuous("x", -1.0, 3.0),
            Continuous("current", 0.1, 10.0, log=True),
        ],
        restrictions=[Restriction({"metal": ["none"]}, "no host", fix={"size": 0.0, "x": 5.0})],
    )


ROW = {"metal": "Ni", "w1": 0.3, "w2": 0.7, "size": 10.0, "x": 0.0, "current": 1.0}


@pytest.mark.slow
def test_each_kind_of_parameter() -> None:
    encoder = Encoder(wide())
    assert encoder.names == ("metal=none", "metal=Cu", "metal=Ni", "w1", "w2", "size", "x", "current")
    assert encoder.dim == 8
    assert encoder.groups == {"metal": [0, 1, 2], "mix": [3, 4], "size": [5], "x": [6], "current": [7]}
    assert encoder.encode(pd.DataFrame([ROW]))[0].tolist() == pytest.approx(
        [0, 0, 1, 0.3, 0.7, 0.5, 0.25, 0.5]
    )


def test_columns_that_do_not_act_do_not_change_the_vector() -> None:
    encoder = Encoder(wide())
    rows = [
        ROW | {"metal": "none", "size": size, "x": x}
        for size, x in ((10.0, 0.0), (50.0, 2.0), (0.0, 5.0), (np.nan, 5.0))
    ]
    encoded = encoder.encode(pd.DataFrame(rows))
    assert (encoded == encoded[0]).all()
    assert encoded[0, 5:7].tolist() == [0.0, 1.0]  # the nulls 0 and 5, cut to the limits
    decoded = encoder.decode(encoded[:1])
    assert decoded[["size", "x"]].iloc[0].tolist() == [0.0, 5.0]


def test_values_outside_the_limits_are_kept_apart() -> None:
    encoder = Encoder(wide())
    table = pd.DataFrame([ROW | {"current": 100.0, "x": 7.0}])
    encoded = encoder.encode(table)
    assert encoded[0, [6, 7]].tolist() == pytest.approx([2.0, 1.5])
    pd.testing.assert_frame_equal(encoder.decode(encoded), table[list(wide().columns)])


def test_refused() -> None:
    encoder = Encoder(wide())
    for change, said in (
        ({"metal": "Zn"}, r"row 1, column metal: unknown category \(got 'Zn'\). Allowed: none, Cu, Ni"),
        ({"x": np.nan}, "row 1, column x: a number is missing"),
        (
            {"current": 0.0},
            r"row 1, column current: a column on a log scale cannot take this value \(got 0.0\)",
        ),
    ):
        with pytest.raises(DesignError, match=said):
            encoder.encode(pd.DataFrame([ROW | change]))
    with pytest.raises(DesignError, match="column x: a column of the space is missing"):
        encoder.encode(pd.DataFrame([ROW]).drop(columns="x"))
    with pytest.raises(SpaceError, match=r"wrong shape \(got \(2, 3\)\)"):
        encoder.decode(np.zeros((2, 3)))
    with pytest.raises(SpaceError, match="unknown column"):
        encoder.fixed({"y": 1.0})
    with pytest.raises(SpaceError, match="metal: unknown category"):
        encoder.fixed({"metal": "Zn"})


def test_fixed_dimensions() -> None:
    assert Encoder(wide()).fixed({"metal": "Cu", "current": 10.0}) == {0: 0.0, 1: 1.0, 2: 0.0, 7: 1.0}


def test_a_narrower_space_in_the_wide_vectors() -> None:
    """Fewer categories, tighter limits, one column given: all comes out in the wide coordinates."""
    encoder = Encoder(wide())
    narrow = Space(
        [
            Categorical("metal", ["Ni", "Cu"]),
            Simplex("mix", ["w1", "w2"], upper={"w1": 0.4}),
            Continuous("size", 10.0, 100.0, log=True),
            Continuous("x", 0.0, 1.0),
        ],
        [LinearConstraint({"x": 2.0, "w1": 1.0}, "<=", 1.5)],
    )
    subspace = narrow.subspace({"metal": "Ni"})
    with pytest.raises(SpaceError, match="current: no value for a column"):
        encoder.subspace_bounds(subspace)
    bounds = encoder.subspace_bounds(subspace, {"current": 1.0})
    np.testing.assert_allclose(bounds[0], [0, 0, 1, 0.0, 0.0, 0.5, 0.25, 0.5], atol=1e-12)
    np.testing.assert_allclose(bounds[1], [0, 0, 1, 0.4, 1.0, 1.0, 0.5, 0.5], atol=1e-12)
    below, equal = encoder.linear(subspace)
    # 2 x + w1 <= 1.5 with x = -1 + 4 u is -w1 - 8 u >= -3.5
    assert [(i.tolist(), c.tolist(), b) for i, c, b in below] == [([3, 6], [-1.0, -8.0], -3.5)]
    assert [(i.tolist(), c.tolist(), b) for i, c, b in equal] == [([3, 4], [1.0, 1.0], 1.0)]
    assert below[0][1].dtype == torch.double


def test_equality_rows_are_independent_and_fixed_columns_folded() -> None:
    """Two mixtures, equal part by part: 2 sums + 3 equalities, of which one follows from the others."""
    parts = [(f"a{i}", f"b{i}") for i in range(3)]
    space = Space(
        [
            Categorical("m", ["p", "q"]),
            Simplex("a", [p[0] for p in parts]),
            Simplex("b", [p[1] for p in parts]),
        ],
        [LinearConstraint({a: 1.0, b: -1.0}, "==", 0.0) for a, b in parts],
        [Restriction({"m": ["q"]}, "without part 0", fix={"a0": 0.25, "b0": 0.25})],
    )
    encoder = Encoder(space)
    _, equal = encoder.linear(space.subspace({"m": "p"}))
    rows = np.zeros((len(equal), encoder.dim))
    for k, (i, c, _) in enumerate(equal):
        rows[k, i.numpy()] = c.numpy()
    assert len(equal) == 4
    assert np.linalg.matrix_rank(rows) == 4
    _, equal = encoder.linear(space.subspace({"m": "q"}))
    assert {round(bound, 12) for _, _, bound in equal} == {0.75, 0.0}
    assert len(equal) == 3


@pytest.mark.process
def test_importing_a_space_is_cheap() -> None:
    code = (
        "import sys, surrogate.space; print([m for m in ('torch', 'scipy', 'sklearn') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
