"""Recipes as tasks: invented formulas of the form that a formulation laboratory meets.

The constants are invented, so that no material is favoured; only the shape is meant: optima inside, parts that act
together, categories that change where the best is. Where no front can be written down, ``best`` is the largest
hypervolume found by a long evolutionary search with the formula (half a million designs), rounded up by half a per
cent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.laboratory.tasks import FunctionTask
from surrogate.optimization.settings import Direction
from surrogate.space import Categorical, Continuous, LinearConstraint, Simplex, Space

Array = NDArray[np.float64]


def blend() -> FunctionTask:
    """Make a blend of six parts with one quality.

    Eight inputs: a mixture of six parts with a linear constraint between two of them, a temperature and a time; one
    objective, maximized. A ridge (the best time falls with temperature) with ripples; the optimum is 100 at a hidden
    mixture on the edge of the constraint. Noise: 3 % of the value.
    """
    parts = ["resin", "hardener", "filler", "solvent", "pigment", "additive"]
    hidden = np.array([0.34, 0.17, 0.21, 0.18, 0.06, 0.04])
    width = np.array([0.25, 0.15, 0.25, 0.20, 0.15, 0.10])

    def function(designs: pd.DataFrame) -> pd.DataFrame:
        away = (designs[parts].to_numpy(dtype=float) - hidden) / width
        hot = (_numbers(designs, "temperature_C") - 85.0) / 60.0
        slow = np.log(_numbers(designs, "time_min") / 30.0) / np.log(20.0) + hot
        square = (away**2).sum(axis=1) + hot**2 + 2.0 * slow**2
        return pd.DataFrame(
            {"quality": 100.0 * np.exp(-0.5 * square) * (0.85 + 0.15 * np.cos(3.0 * np.sqrt(square)))}
        )

    space = Space(
        [Simplex("blend", parts, upper={"pigment": 0.3, "additive": 0.2}),
         Continuous("temperature_C", 20.0, 150.0), Continuous("time_min", 2.0, 240.0, log=True)],
        constraints=[LinearConstraint({"resin": 1.0, "hardener": -2.0}, "<=", 0.0, "enough hardener")],
    )  # fmt: skip
    return FunctionTask(
        "blend", space, {"quality": "max"}, {"quality": 0.0}, function, start=12, rounds=12, best=100.0,
        noise={"quality": 0.03}, noise_kind="relative",
    )  # fmt: skip


def coating() -> FunctionTask:
    """Make a coated electrode: a slurry and how it is dried.

    Seven columns, ten encoded inputs: a solvent of three, a glue of two, a mixture of three parts, thickness and
    drying temperature. Three positive objectives: areal capacity and adhesion high, resistance low. Noise: 1 % of
    each value. Best hypervolume by search.
    """
    solvents, glues = ["water", "ester", "amide"], ["cellulose", "acrylate"]
    packs = np.array([1.0, 1.05, 1.16])  # of each solvent: how densely the coating dries
    # Of each solvent (row) with each glue: how well it wets, and the best drying temperature, C.
    wets = np.array([[1.0, 0.55], [0.45, 0.8], [0.7, 0.95]])
    dries = np.array([[72.0, 88.0], [64.0, 78.0], [108.0, 118.0]])

    def function(designs: pd.DataFrame) -> pd.DataFrame:
        kind = _codes(designs, "solvent", solvents), _codes(designs, "glue", glues)
        active, carbon, binder = (_numbers(designs, name) for name in ("active", "carbon", "binder"))
        thick, off = (
            _numbers(designs, "thickness_um"),
            (_numbers(designs, "drying_temperature_C") - dries[kind]) / 25.0,
        )
        dried, wet = np.exp(-0.5 * off**2), wets[kind]
        percolates = 1.0 / (1.0 + np.exp(-(carbon - 0.05 - 0.15 * binder) / 0.02))
        used = percolates / (1.0 + (thick / 140.0) ** 2)
        cracked = 1.0 + (thick / 110.0) ** 3 * (1.0 - 0.7 * dried)
        return pd.DataFrame(
            {
                "capacity_mAh_cm2": 0.05 * thick * packs[kind[0]] * active**1.5 * (0.1 + 0.9 * used),
                "resistance_ohm_cm2": 4.0
                + (20.0 + 0.3 * thick)
                * (0.08 + binder)
                / (0.02 + carbon)
                * (1.6 - wet)
                * (1.3 - 0.5 * dried),
                "adhesion_N_m": 25.0
                * (0.02 + wet * binder / (0.06 + binder))
                * (0.2 + 0.8 * dried)
                / cracked,
            }
        )

    space = Space(
        [
            Categorical("solvent", solvents),
            Categorical("glue", glues),
            Simplex(
                "solids", ["active", "carbon", "binder"], lower=[0.5, 0.01, 0.01], upper=[0.98, 0.3, 0.3]
            ),
            Continuous("thickness_um", 20.0, 200.0, log=True),
            Continuous("drying_temperature_C", 40.0, 140.0),
        ]
    )
    objectives: dict[str, Direction] = {
        "capacity_mAh_cm2": "max",
        "resistance_ohm_cm2": "min",
        "adhesion_N_m": "max",
    }
    reference = {"capacity_mAh_cm2": 0.5, "resistance_ohm_cm2": 60.0, "adhesion_N_m": 1.0}
    return FunctionTask(
        "coating", space, objectives, reference, function, start=16, rounds=15, best=COATING_BEST,
        noise=dict.fromkeys(objectives, 0.01), noise_kind="relative",
    )  # fmt: skip


def electrolyte() -> FunctionTask:
    """Make an electrolyte: salt, solvents and how the cell is run.

    Twelve inputs: a salt of four, a mixture of four solvents, and seven continuous ones, two of which hardly act.
    Three objectives: life and conductivity high, overpotential low; life spans three decades. Noise: 35 %, 8 % and
    15 % of the values (log-normal). Best hypervolume by search.
    """
    salts, parts = ["A", "B", "C", "D"], ["ester", "ether", "fluoroether", "nitrile"]
    # Of each salt: conductivity, ln life with each solvent, best concentration.
    conducts = np.array([1.0, 0.8, 1.25, 0.6])
    lasts = np.array(
        [[0.4, 1.9, 2.6, -1.0], [1.2, 1.0, 4.4, -0.4], [0.2, 2.4, 1.6, 0.3], [1.6, 0.6, 2.2, 0.1]]
    )
    strong = np.array([1.6, 2.2, 1.3, 2.8])
    mobile = np.array([1.0, 1.5, 0.25, 2.2])

    def function(designs: pd.DataFrame) -> pd.DataFrame:
        salt = _codes(designs, "salt", salts)
        share = designs[parts].to_numpy(dtype=float)
        molar, warm = _numbers(designs, "salt_mol_L"), (_numbers(designs, "temperature_C") - 30.0) / 20.0
        pressure, formation = _numbers(designs, "pressure_MPa"), _numbers(designs, "formation_mA_cm2")
        excess = molar / strong[salt]
        mobility = (share * mobile).sum(axis=1)
        conductivity = 9.0 * conducts[salt] * mobility * excess * np.exp(1.0 - excess) * np.exp(0.45 * warm)
        layer = (share * lasts[salt]).sum(axis=1) + 2.5 * share[:, 1] * share[:, 2] * excess
        additive = _numbers(designs, "additive_wt")
        layer = (
            layer
            + 1.1 * np.exp(-(((additive - 2.2) / 1.4) ** 2))
            - 0.5 * warm**2
            - 0.6 * (excess - 1.15) ** 2
        )
        layer = layer + 0.5 * np.tanh(pressure) - 0.35 * np.log(formation / 0.15) ** 2
        layer = layer - 0.05 * np.log(_numbers(designs, "rest_h") / 8.0) ** 2
        drag = (
            1.0
            + 1.5 * np.exp(-conductivity / 2.0)
            + 0.02 * np.abs(_numbers(designs, "stir_min") - 30.0) / 30.0
        )
        return pd.DataFrame(
            {
                "life_cycles": 12.0 * np.exp(layer),
                "conductivity_mS_cm": conductivity,
                "overpotential_mV": 9.0
                * drag
                * np.exp(0.22 * layer - 0.3 * warm)
                * (1.0 + 6.0 / (1.0 + conductivity)),
            }
        )

    space = Space(
        [
            Categorical("salt", salts),
            Simplex("solvents", parts),
            Continuous("salt_mol_L", 0.5, 5.0),
            Continuous("additive_wt", 0.0, 8.0),
            Continuous("temperature_C", 0.0, 60.0),
            Continuous("pressure_MPa", 0.01, 3.0, log=True),
            Continuous("formation_mA_cm2", 0.02, 2.0, log=True),
            Continuous("rest_h", 1.0, 48.0, log=True),
            Continuous("stir_min", 5.0, 120.0),
        ]
    )
    return FunctionTask(
        "electrolyte", space,
        {"life_cycles": "max", "conductivity_mS_cm": "max", "overpotential_mV": "min"},
        {"life_cycles": 10.0, "conductivity_mS_cm": 0.5, "overpotential_mV": 40.0},
        function, start=16, rounds=15, best=ELECTROLYTE_BEST, noise_kind="relative",
        noise={"life_cycles": 0.35, "conductivity_mS_cm": 0.08, "overpotential_mV": 0.15},
    )  # fmt: skip


COATING_BEST = 1_798.0  # mAh/cm2 ohm cm2 N/m
ELECTROLYTE_BEST = 648_000.0  # cycles mS/cm mV


def _numbers(designs: pd.DataFrame, column: str) -> Array:
    return designs[column].to_numpy(dtype=float)


def _codes(designs: pd.DataFrame, column: str, values: list[str]) -> NDArray[np.intp]:
    return pd.Categorical(designs[column], categories=values).codes.astype(np.intp)
