"""What the simulator rewards where the rules hold: 2,000 random designs and the simulated optimum of seven campaigns.

No design of a campaign's space breaks a rule, also by the full simulation that no rule reads; then the optimum of
simulated worth, in words, for a chemist to judge. Run with::

    python -m pytest tests/benchmarks/test_bench_rules.py -q -s -o addopts="--import-mode=importlib"

``LIHOST_DESIGNS`` is the number of designs (2,000); ``-k garnet`` runs one campaign.
"""

from __future__ import annotations

import os
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.campaign.file import Campaign
from surrogate.cli.levers import SEVEN
from surrogate.hosts.cells import LIQUID_KINDS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import feasibility, simulate
from surrogate.report.summary import describe, title
from surrogate.resources import resource
from surrogate.space import Space

CAMPAIGNS = SEVEN
DESIGNS = int(os.environ.get("LIHOST_DESIGNS", "2000"))
SIMULATED = min(DESIGNS, 1000)  # of the random designs, in full, to begin the search with
PARENTS, GENERATIONS, WEIGHT = 32, 30, 0.7
SPARE_CURRENT = (
    1.5  # a liquid cell is to bear so much more than its own current; in a solid this is an objective
)


def worth(simulated: pd.DataFrame, *, liquid: bool) -> np.ndarray:
    """Sum of the logarithms of life, 1/overpotential and (of solids) critical current; -inf where that is too low."""
    value = np.log(simulated["cycle_life_cycles"]) - np.log(simulated["overpotential_mV"])
    spare = simulated["ccd_mA_cm2"] / simulated["current_density_mA_cm2"]
    value = value.where(spare >= SPARE_CURRENT) if liquid else value + np.log(simulated["ccd_mA_cm2"])
    return value.fillna(-np.inf).to_numpy()


def broken(simulated: pd.DataFrame) -> Counter[str]:
    """Rules that simulated designs break, judged anew from the full simulation, with how many break each."""
    designs = CompleteDesigns.of(simulated)
    said = feasibility.broken_rules(designs, feasibility.of_simulation(simulated))
    return Counter(sentence.split(" (")[0] for sentences in said for sentence in sentences)


def children(space: Space, parents: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One design a parent: half of its numbers moved along the difference of two others, some categories swapped."""
    n, numeric = len(parents), list(space.numeric)
    first, second, third = (parents.iloc[rng.permutation(n)].reset_index(drop=True) for _ in range(3))
    own = parents.reset_index(drop=True)
    moved = own[numeric] + WEIGHT * (first[numeric] - second[numeric]) + 0.3 * (third[numeric] - own[numeric])
    child = own.copy()
    takes = rng.random((n, len(numeric))) < 0.5
    child[numeric] = np.where(takes, moved, own[numeric])
    for column in space.categorical:
        swaps = rng.random(n) < 0.15
        child.loc[swaps, column] = third.loc[swaps, column]
    allowed = {tuple(choice.values()) for choice in space.choices()}
    possible = [key in allowed for key in child[list(space.categorical)].itertuples(index=False, name=None)]
    back = np.logical_not(possible)
    child.loc[back, list(space.categorical)] = own.loc[back, list(space.categorical)]
    return space.round(space.with_nulls(child))


def optimum(campaign: Campaign, start: pd.DataFrame, scores: np.ndarray, *, liquid: bool) -> pd.DataFrame:
    """Search the best simulated design of the space by differential evolution, every rule kept all the way."""
    space, conditions, rng = campaign.space, campaign.conditions.as_dict(), np.random.default_rng(0)
    columns = list(space.columns)
    best = np.argsort(-scores, kind="stable")[:PARENTS]
    population, values = start.iloc[best].reset_index(drop=True), scores[best]
    for _ in range(GENERATIONS):
        child = children(space, population[columns], rng)
        rows = np.flatnonzero(space.contains(child))
        if not len(rows):
            continue
        simulated = simulate(child.iloc[rows].assign(**conditions), workers=1).reset_index(drop=True)
        found = worth(simulated, liquid=liquid)
        better = found > values[rows]
        source = np.arange(len(population))
        source[rows[better]] = len(population) + np.flatnonzero(better)
        population = pd.concat([population, simulated], ignore_index=True).iloc[source].reset_index(drop=True)
        values[rows[better]] = found[better]
    return population.iloc[np.argsort(-values, kind="stable")].reset_index(drop=True)


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_no_random_design_and_no_optimum_breaks_a_rule(name: str) -> None:
    campaign = Campaign.load(resource(f"training/campaigns/{name}.toml"))
    conditions = campaign.conditions.as_dict()
    liquid = materials.electrolyte(campaign.conditions.electrolyte).kind in LIQUID_KINDS
    table = campaign.space.sample(DESIGNS, seed=1)
    simulated = simulate(table.iloc[:SIMULATED].assign(**conditions), workers=1)
    found = optimum(campaign, simulated, worth(simulated, liquid=liquid), liquid=liquid)
    wrong = broken(simulated) + broken(found)
    print(
        f"\n\n## {campaign.name}: {len(campaign.space.check(table))} of {DESIGNS} designs break a rule of the space"
    )
    print(
        f"simulated in full: {len(simulated)} random, {len(found)} of the last generation; broken: {dict(wrong)}"
    )
    print("frameworks of the last generation:", dict(Counter(found["framework"])))
    shown: set[str] = set()
    for k, row in found.iterrows():
        if row["framework"] not in shown and len(shown) < 2:
            shown.add(row["framework"])
            print(
                f"- {title(row)}: {row['cycle_life_cycles']:.0f} cycles, {row['ccd_mA_cm2']:.2f} mA/cm2, ",
                end="",
            )
            value = worth(found.loc[[k]], liquid=liquid)[0]
            print(f"{row['overpotential_mV']:.1f} mV, {row['ccd_limit']}, worth {value:.2f}")
            print("; ".join(f"{label}: {text}" for label, text in describe(row)))
    assert not wrong
    assert not campaign.space.check(table)
    assert not campaign.space.check(found[list(campaign.space.columns)])
