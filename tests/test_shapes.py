"""Arrays of a wrong shape are refused in the test run, and nobody else pays for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import jaxtyping
import numpy as np
import pandas as pd
import pytest
import torch
from shape_checks import CHECKED, annotated_modules, check_again

from surrogate.evaluation.domain import Domain
from surrogate.evaluation.metrics import crps_gaussian, scores
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.censoring import bound_sites
from surrogate.models.contract import TargetData
from surrogate.models.gp import TargetGP
from surrogate.models.inputs import Inputs
from surrogate.models.network import Network
from surrogate.models.prior import covariance
from surrogate.optimization.problem import Problem
from surrogate.physics.ccd import critical_current
from surrogate.physics.interface.solids import creep_limits
from surrogate.physics.parameters import shipped_parameters
from surrogate.space import Continuous, Encoder, Space
from surrogate.space.sampling import place

ROOM = {"evaluation.bounds", "evaluation.domain", "evaluation.metrics", "models.censoring",
        "models.against_foil", "models.contract", "models.inputs", "models.network", "models.gp",
        "models.map_fit", "models.prior",
        "optimization.acquisition", "optimization.problem", "optimization.refine",
        "physics.accounting", "physics.ageing.law", "physics.ccd", "physics.interface.solids", "physics.modifiers",
        "space.encoding", "space.sampling"}  # fmt: skip
X, z = np.random.default_rng(0).uniform(size=(6, 2)), np.arange(6.0)
NO = np.zeros(6, dtype=bool)
PAPERS = np.array(["a"] * 6, dtype=object)
SQUARE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])
PELLETS = CompleteDesigns.of(pd.DataFrame([{"framework": "none", "electrolyte": "llzo"}] * 2))


def data(**changes: Any) -> TargetData:
    given = {
        "X": X, "lower": z, "upper": z, "papers": PAPERS, "groups": {"a": [0, 1]}, "response": z, "control": NO,
    }  # fmt: skip
    return TargetData(**{**given, **changes})


def process() -> TargetGP:
    return TargetGP.fit(X, z, z, groups={"a": [0, 1]})


WRONG: dict[str, Callable[[], Any]] = {
    # A column beside a row broadcasts to a table of scores, whose mean is a plausible number.
    "a column for a vector": lambda: crps_gaussian(z[:, None], np.ones(6), z),
    "two lengths": lambda: scores(z, np.ones(6), z[:5], z[:5]),
    "whole numbers": lambda: crps_gaussian(np.arange(6), np.ones(6), z),
    "flags for numbers": lambda: scores(z, np.ones(6), z, NO),
    "a covariance that is not square": lambda: bound_sites(z, np.eye(6)[:, :5], z, z, z),
    "fewer values than rows": lambda: data(lower=z[:5]),
    "flags as a column": lambda: data(control=NO[:, None]),
    "a vector for rows": lambda: Inputs(X[0], NO, z),
    "a row of a process": lambda: process().predictive(X[0]),
    "ends of two lengths": lambda: TargetGP.fit(X, z, z[:5], groups={"a": [0, 1]}),
    "a length scale too few": lambda: covariance(torch.ones(3, 2), torch.ones(3, 2), torch.ones(1), 1.0),
    "outputs as a vector": lambda: Network.fit(X, z, seed=0),
    "a design for designs": lambda: Domain(X, 1.0).extrapolation(X[0]),
    "a unit cube as a vector": lambda: place(SQUARE.subspace({}).region, np.array([0.5, 0.5]), 0),
    "one pressure for two pellets": lambda: creep_limits(PELLETS, np.ones(1), shipped_parameters()),
    "gains as a column": lambda: critical_current(
        PELLETS, np.ones(2), np.ones((2, 1)), np.ones(2), shipped_parameters()
    ),
    "a point for points": lambda: Problem(SQUARE, Encoder(SQUARE)).decode(torch.zeros(2).double()),
}


@pytest.fixture(autouse=True)
def checked() -> None:
    """Whatever other tests have called."""
    check_again()


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_shape_is_refused(name: str) -> None:
    with pytest.raises(jaxtyping.TypeCheckError):
        WRONG[name]()


def test_right_shapes_pass() -> None:
    assert crps_gaussian(z, np.ones(6), z).shape == (6,)
    assert process().predictive(X)[0].shape == (6,)
    assert len(data().take(np.array([0, 3])).z) == 2
    assert Encoder(SQUARE).encode(SQUARE.sample(5, 0)).shape == (5, 2)


def test_what_was_right_long_enough_is_checked_no_more_until_it_is_asked_for() -> None:
    wrong = WRONG["a column for a vector"]
    for _ in range(CHECKED):
        crps_gaussian(z, np.ones(6), z)
    assert wrong().shape == (6, 6)
    check_again()
    with pytest.raises(jaxtyping.TypeCheckError):
        wrong()


def test_every_annotated_module_is_checked() -> None:
    assert {name.removeprefix("surrogate.") for name in annotated_modules()} >= ROOM


@pytest.mark.process
def test_the_package_needs_neither_checker() -> None:
    """In a process of its own, where both are impossible to import."""
    code = (
        "import sys\n"
        "sys.modules['jaxtyping'] = sys.modules['beartype'] = None\n"
        "from importlib import import_module\n"
        f"for name in {annotated_modules()}: import_module(name)\n"
        "import typing\n"
        "from surrogate import shapes\n"
        "print(shapes.Float is typing.Annotated)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True", done.stderr
