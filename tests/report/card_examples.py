"""Made-up batches and what is believed of them together, for tests of recipe cards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from surrogate.campaign.choice_groups import choice_groups
from surrogate.campaign.comparison import Comparison
from surrogate.campaign.control import control_of
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns

LIFE, MV, LOSS = "cycle_life_cycles", "overpotential_mV", "coulombic_efficiency_pct"
SPREADS = {LIFE: 0.37, "ccd_mA_cm2": 0.15, MV: 0.15, LOSS: 0.3}


def batch_of(*hosts: dict[str, Any]) -> pd.DataFrame:
    """Proposals and their control, as a campaign without cells answers."""
    given = pd.DataFrame(list(hosts))
    designs = CompleteDesigns.of(given[[name for name in given if name in c.DESIGN_COLUMNS]])
    every = designs.together([control_of(designs.take([0]))])
    table = every.frame[[*c.CHOICES, *c.CONDITIONS]]
    n = len(hosts)
    told: dict[str, Any] = {
        "role": ["exploit", *["explore"] * (n - 1), "control"], "cells_to_make": [3] * (n + 1), "repeat_of": "",
        LIFE: [*[400.0, 380.0, 250.0, 240.0][:n], 200.0], MV: [*[12.0, 13.0, 15.0, 14.0][:n], 30.0],
        "ccd_mA_cm2": 6.0, LOSS: 99.1,
        "extrapolation": 0.12, "p_changes_best": [*[0.4, 0.1, 0.3, 0.2][:n], np.nan],
        "p_better_than_control": [0.91] * n + [0.5], "material_cost_usd_m2": 12.3,
        "made_by": "electrospinning, then solution coating", "hazards": "lithium metal (H260, H314)",
        "at_limit": ["thickness_um", *[""] * n],
        "interchangeable": ["lithiophilic agent: tin, gold; doping: nitrogen", *[""] * n],
        "nearest_literature": "10.1002/aenm.202304229#47",
        "worth_agent": [1.8] * n + [np.nan], "worth_agent_lower": [1.1] * n + [np.nan],
        "worth_agent_upper": [2.9] * n + [np.nan],
    }  # fmt: skip
    for target in c.TARGETS:
        value = np.array(told[target]) * np.ones(n + 1)
        lost = 100.0 - value if target == LOSS else value
        told |= {
            f"{target}_lower": value / 4.0 if target != LOSS else 96.0,
            f"{target}_upper": value * 4.0 if target != LOSS else 99.8,
            f"{target}_physics": value * 1.1 if target != LOSS else value,
            f"{target}_by_physics": lost[-1] * (lost / lost[-1]) ** 0.75 if target != LOSS else value,
            f"{target}_by_literature": 1.0,
            f"{target}_by_cells": (lost / lost[-1]) ** 0.25,
            f"{target}_vs_control": lost / lost[-1],
            f"{target}_vs_control_lower": lost / lost[-1] / 2.0,
            f"{target}_vs_control_upper": lost / lost[-1] * 2.0,
        }
    return table.assign(**told)


def comparison(n: int, p: np.ndarray | None = None) -> Comparison:
    """Of n proposals of which nothing tells one from another, or these probabilities in both objectives."""
    empty = {f"worth_{group}{end}": np.nan for group in choice_groups() for end in ("", "_lower", "_upper")}
    worth = pd.DataFrame([empty] * (n + 1)).assign(
        worth_agent=1.6, worth_agent_lower=1.2, worth_agent_upper=2.2
    )
    words = (
        "pores at the top 30 % narrower",
        "0.05 less agent in the solid at the bottom",
        "porosity throughout 0.05 higher",
    )
    mistakes = pd.DataFrame({
        "host": [k for k in range(n) for _ in words], "mistake": list(words) * n,
        LIFE: [0.5, 0.1, -0.2] * n, f"{LIFE}_change": [-0.5, -0.1, 0.2] * n,
        MV: [0.0, 0.01, -0.1] * n, f"{MV}_change": [0.0, 0.01, -0.1] * n,
    })  # fmt: skip
    half = np.full((n + 1, n + 1), 0.5) if p is None else p
    return Comparison(
        {LIFE: half, MV: half}, SPREADS, {LIFE: worth, MV: worth ** -1.0}, mistakes,
        pd.DataFrame({"left_out": ["pore_size;porosity"] * n, "kept": [0.93] * n,
                      "next_left_out": "", "next_kept": np.nan,
                      f"{LIFE}_over_control": [0.6] * n, f"{MV}_over_control": [-0.9] * n}),
    )  # fmt: skip


def probabilities(*first: float) -> np.ndarray:
    """Of the first host against the others and, last, the control; all else even."""
    table = np.full((len(first) + 1, len(first) + 1), 0.5)
    table[0, 1:], table[1:, 0] = first, 1.0 - np.array(first)
    return table
