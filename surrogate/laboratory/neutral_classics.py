"""Functions of the literature as tasks, made harder where they are used too often as they are.

Formulas of BoTorch's ``test_functions`` are called, not copied. All are deterministic but where noise is stated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from surrogate.laboratory.tasks import FunctionTask
from surrogate.space import Categorical, Continuous, LinearConstraint, Space

if TYPE_CHECKING:
    from torch import Tensor

Function = Callable[[pd.DataFrame], pd.DataFrame]


def hartmann6() -> FunctionTask:
    """Make Hartmann's function of six inputs.

    Six continuous inputs in [0, 1]; one objective, minimized, of range about 3.3, with six local minima and the
    optimum -3.32237 (Picheny, Wagner and Ginsbourger, Struct. Multidiscip. Optim. 48 (2013) 607). Noise: standard
    deviation 0.1.
    """
    from botorch.test_functions import Hartmann

    names = [f"x{k}" for k in range(1, 7)]
    return FunctionTask(
        "hartmann6", Space([Continuous(name, 0.0, 1.0) for name in names]), {"y": "min"}, {"y": 0.0},
        _of(Hartmann(dim=6), names, ["y"]), start=12, rounds=12, best=3.32237, noise={"y": 0.1},
    )  # fmt: skip


def ackley_mixed() -> FunctionTask:
    """Make Ackley's function over switches and continuous inputs.

    Eight inputs: five categoricals of two values and three continuous ones in [0, 1], after the Ackley5C of Wan et
    al., ICML 2021 (Casmopolitan), with the optimum moved to a hidden pattern of switches and hidden inner values. One
    objective, minimized; optimum 0 there; many local minima. No noise.
    """
    from botorch.test_functions import Ackley

    switches, inner = [f"s{k}" for k in range(1, 6)], [f"x{k}" for k in range(1, 4)]
    right, middle = ("on", "off", "off", "on", "off"), np.array([0.27, 0.61, 0.44])
    ackley = Ackley(dim=8)

    def function(designs: pd.DataFrame) -> pd.DataFrame:
        wrong = np.column_stack([designs[name] != value for name, value in zip(switches, right, strict=True)])
        away = designs[inner].to_numpy(dtype=float) - middle
        return pd.DataFrame({"y": _evaluate(ackley, np.column_stack([wrong, away]))[:, 0]})

    space = Space([*(Categorical(name, ["on", "off"]) for name in switches),
                   *(Continuous(name, 0.0, 1.0) for name in inner)])  # fmt: skip
    return FunctionTask(
        "ackley_mixed", space, {"y": "min"}, {"y": 4.0}, function, start=16, rounds=11, best=4.0
    )


def branin_currin() -> FunctionTask:
    """Make Branin-Currin with four inputs that do nothing.

    Six continuous inputs in [0, 1], of which the first and the fourth act; two objectives, minimized (Belakaria,
    Deshwal and Doppa, NeurIPS 2019); hypervolume of the front 59.36 at the reference (18, 6), as in BoTorch. Noise:
    standard deviations 1.0 and 0.1, about a hundredth of the ranges.
    """
    from botorch.test_functions import BraninCurrin

    names = [f"x{k}" for k in range(1, 7)]
    return FunctionTask(
        "branin_currin", Space([Continuous(name, 0.0, 1.0) for name in names]),
        {"branin": "min", "currin": "min"}, {"branin": 18.0, "currin": 6.0},
        _of(BraninCurrin(), ["x1", "x4"], ["branin", "currin"]), start=12, rounds=12,
        best=float(BraninCurrin._max_hv), noise={"branin": 1.0, "currin": 0.1},
    )  # fmt: skip


def dtlz2_30() -> FunctionTask:
    """Make DTLZ2 of thirty inputs and two objectives.

    Thirty continuous inputs in [0, 1] (Deb et al., CEC 2002); both objectives minimized; the front is the quarter of
    the unit circle, reached where all inputs but the first are 0.5. No noise.
    """
    from botorch.test_functions import DTLZ2

    names, reference = [f"x{k:02d}" for k in range(1, 31)], 3.0
    return FunctionTask(
        "dtlz2_30", Space([Continuous(name, 0.0, 1.0) for name in names]), {"f1": "min", "f2": "min"},
        {"f1": reference, "f2": reference}, _of(DTLZ2(dim=30, num_objectives=2), names, ["f1", "f2"]),
        start=32, rounds=15, best=reference**2 - math.pi / 4.0,
    )  # fmt: skip


def zdt1_whole() -> FunctionTask:
    """Make a ZDT1 with whole numbers among its inputs and the optimum inside.

    Eight inputs: four continuous in [0, 1], four whole numbers 0 to 8. As ZDT1 (Zitzler, Deb and Thiele, Evol.
    Comput. 8 (2000) 173), f1 = x1 and f2 = g (1 - sqrt(f1 / g)), but g = 1 + 9 times the mean distance of the other
    inputs from hidden values inside their ranges. Both minimized. The front is f2 = 1 - sqrt(f1), below which lies
    1/3 of the 3.3 of the rectangle up to the reference (1.1, 3). No noise.
    """
    inner, whole = [f"x{k}" for k in range(1, 5)], [f"n{k}" for k in range(1, 5)]
    middle = np.array([0.35, 0.72, 0.5])

    def function(designs: pd.DataFrame) -> pd.DataFrame:
        f1 = designs["x1"].to_numpy(dtype=float)
        away = np.abs(designs[inner[1:]].to_numpy(dtype=float) - middle)
        steps = np.abs(designs[whole].to_numpy(dtype=float) - np.array([2.0, 5.0, 7.0, 3.0])) / 8.0
        g = 1.0 + 9.0 * np.column_stack([away, steps]).mean(axis=1)
        return pd.DataFrame({"f1": f1, "f2": g * (1.0 - np.sqrt(f1 / g))})

    space = Space([*(Continuous(name, 0.0, 1.0) for name in inner),
                   *(Continuous(name, 0, 8, step=1, whole=True) for name in whole)])  # fmt: skip
    return FunctionTask(
        "zdt1_whole", space, {"f1": "min", "f2": "min"}, {"f1": 1.1, "f2": 3.0}, function,
        start=16, rounds=11, best=1.1 * 3.0 - 1.0 / 3.0,
    )  # fmt: skip


def dtlz2_limited() -> FunctionTask:
    """Make DTLZ2 of eight inputs and three objectives under linear constraints.

    Eight continuous inputs in [0, 1]; three objectives, minimized. Two linear constraints cut the space but leave the
    front (an eighth of the unit sphere, where x3 to x8 are 0.5) at the very edge of what they allow. Noise: standard
    deviation 0.02.
    """
    from botorch.test_functions import DTLZ2

    names, objectives, reference = [f"x{k}" for k in range(1, 9)], ["f1", "f2", "f3"], 1.5
    space = Space(
        [Continuous(name, 0.0, 1.0) for name in names],
        constraints=[
            LinearConstraint({"x3": 1.0, "x4": 1.0, "x5": 1.0}, "<=", 1.5, "no more than three halves"),
            LinearConstraint({"x6": 1.0, "x7": -1.0}, ">=", 0.0, "x6 at least x7"),
        ],
    )
    return FunctionTask(
        "dtlz2_limited", space, dict.fromkeys(objectives, "min"), dict.fromkeys(objectives, reference),
        _of(DTLZ2(dim=8, num_objectives=3), names, objectives), start=16, rounds=12,
        best=reference**3 - math.pi / 6.0, noise=dict.fromkeys(objectives, 0.02),
    )  # fmt: skip


def penicillin() -> FunctionTask:
    """Make the fermentation of penicillin.

    Seven continuous inputs with units; yield high, carbon dioxide and reaction time low, of very different sizes
    (Liang and Lai, NeurIPS 2021 workshop; BoTorch's ``Penicillin``). The hypervolume of the front, 2183455.9, is
    BoTorch's, found by search, at BoTorch's reference. No noise.
    """
    from botorch.test_functions import Penicillin

    problem = Penicillin()
    names = [
        "volume_L",
        "biomass_g_L",
        "temperature_K",
        "substrate_g_L",
        "feed_L_h",
        "feed_substrate_g_L",
        "pH",
    ]
    lower, upper = problem.bounds.tolist()
    raw = _of(problem, names, ["penicillin_g_L", "carbon_dioxide_g_L", "time_h"])
    worst = problem._ref_point

    def function(designs: pd.DataFrame) -> pd.DataFrame:
        found = raw(designs)
        return found.assign(penicillin_g_L=-found["penicillin_g_L"])

    return FunctionTask(
        "penicillin",
        Space([Continuous(name, low, high) for name, low, high in zip(names, lower, upper, strict=True)]),
        {"penicillin_g_L": "max", "carbon_dioxide_g_L": "min", "time_h": "min"},
        {"penicillin_g_L": -worst[0], "carbon_dioxide_g_L": worst[1], "time_h": worst[2]},
        function, start=16, rounds=12, best=float(problem._max_hv),
    )  # fmt: skip


def _evaluate(problem: Callable[[Tensor], Tensor], points: np.ndarray) -> np.ndarray:
    """Call a function of BoTorch with points (n, d); objectives (n, m)."""
    import torch

    with torch.no_grad():
        found = problem(torch.tensor(points, dtype=torch.double))
    return found.reshape(len(points), -1).numpy()


def _of(problem: Callable[[Tensor], Tensor], names: list[str], objectives: list[str]) -> Function:
    """Make a function of tables from a function of BoTorch."""

    def function(designs: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(_evaluate(problem, designs[names].to_numpy(dtype=float)), columns=objectives)

    return function
