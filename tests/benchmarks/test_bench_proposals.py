"""What is asked of proposals in any space, measured: no constraint broken, and seconds on one core.

* 10,000 proposals over random spaces (numbers on plain, log and stepped scales, whole numbers, mixtures with limits,
  categories, linear constraints as rows, equalities and under categories, forbidden combinations), each checked here
  against the definitions alone: the largest violation is printed. ``LIHOST_BENCH_PROPOSALS`` asks for fewer.
* Four designs after 64 observations of three neutral tasks; after 500 observations of three objectives; after 200 in
  30 dimensions.
"""

from __future__ import annotations

import os
import time

import numpy as np
import pandas as pd
import pytest

from surrogate.laboratory.neutral import neutral_task
from surrogate.optimization import SearchSettings, propose
from surrogate.space import Categorical, Continuous, LinearConstraint, Restriction, Simplex, Space

PROPOSALS = int(os.environ.get("LIHOST_BENCH_PROPOSALS", "10000"))
BATCH, KNOWN = 10, 8
LIGHT = SearchSettings(
    pool=64, near=16, keep=32, first_starts=1, starts=1, maxiter=3, generations=1, parents=2, children=8
)
TOLERANCE = 1e-9
Rules = list[tuple[dict[str, list[str]], LinearConstraint]]


def random_space(rng: np.random.Generator) -> tuple[Space, Rules]:
    """A space that has at least the designs around one point, and its linear rules with when they hold."""
    parameters: list[Categorical | Continuous | Simplex] = [
        Categorical(f"kind{k}", list("abcd")[: rng.integers(2, 5)]) for k in range(rng.integers(0, 3))
    ]
    kinds = [one.name for one in parameters]
    inside: dict[str, float] = {}
    for k in range(rng.integers(1, 6)):
        low, scale = 10.0 ** rng.uniform(-2, 2), rng.integers(4)
        high = low * 10.0 ** rng.uniform(0.3, 2)
        if scale == 3:
            low, high = float(rng.integers(1, 5)), float(rng.integers(8, 30))
        step = {2: (high - low) / 50, 3: 1.0}.get(int(scale))
        if scale == 2:
            low, high = 0.0, 50 * float(step or 1.0)
        parameters.append(Continuous(f"x{k}", low, high, log=scale == 1, step=step, whole=scale == 3))
        if scale in (0, 2):
            inside[f"x{k}"] = low + (high - low) * rng.uniform(0.3, 0.7)
    for m in range(rng.integers(0, 3)):
        parts = [f"m{m}p{k}" for k in range(rng.integers(2, 6))]
        middle = rng.dirichlet(np.full(len(parts), 3.0))
        lower = {part: float(share * rng.uniform(0, 0.5)) for part, share in zip(parts, middle, strict=True)}
        parameters.append(Simplex(f"mix{m}", parts, lower=lower if rng.uniform() < 0.5 else None))
        inside |= dict(zip(parts, middle.tolist(), strict=True))
    rules: Rules = []
    restrictions = []
    names = list(inside)
    for _ in range(rng.integers(0, 4) if len(names) > 1 else 0):
        chosen = rng.choice(names, size=min(len(names), int(rng.integers(2, 4))), replace=False)
        weights = {str(name): float(rng.normal()) for name in chosen}
        at = sum(weight * inside[name] for name, weight in weights.items())
        slack = 0.05 * sum(abs(weight) * inside[name] for name, weight in weights.items())
        row = LinearConstraint(weights, "<=", float(at + slack), "drawn")
        if kinds and rng.uniform() < 0.4:
            when = {kinds[0]: ["a"]}
            restrictions.append(Restriction(when, "drawn for a", constraints=[row]))
            rules.append((when, row))
        else:
            rules.append(({}, row))
    if len(names) > 3 and rng.uniform() < 0.3 and not any("x" in name for name in names):
        pair = {names[0]: 1.0, names[1]: 1.0}
        rules.append(({}, LinearConstraint(pair, "==", float(inside[names[0]] + inside[names[1]]), "drawn")))
    if len(kinds) == 2 and rng.uniform() < 0.5:
        restrictions.append(Restriction({kinds[0]: ["b"], kinds[1]: ["a"]}, "b is no a", forbid=True))
    plain = [row for when, row in rules if not when]
    return Space(parameters, plain, restrictions), rules


def violation(space: Space, rules: Rules, table: pd.DataFrame) -> float:
    """The largest violation of any definition, relative to the limits' widths or the sum of the terms."""
    worst = [0.0]
    for one in space.parameters:
        if isinstance(one, Categorical):
            assert table[one.name].isin(one.values).all()
        elif isinstance(one, Continuous):
            x = table[one.name].to_numpy(dtype=float)
            worst.append(float(np.max(np.maximum(one.lower - x, x - one.upper)) / (one.upper - one.lower)))
            if one.step:
                worst.append(float(np.max(np.abs(x - np.round(x / one.step) * one.step)) / one.step))
        else:
            parts = table[list(one.parts)].to_numpy(dtype=float)
            low, high = np.array(list(one.limits.values())).T
            worst += [float(np.max(low - parts)), float(np.max(parts - high))]
            worst.append(float(np.abs(parts.sum(axis=1) - 1.0).max()))
    for when, row in rules:
        held = np.all(
            [table[name].isin(values) for name, values in when.items()] or [[True] * len(table)], axis=0
        )
        part = table[held]
        if len(part):
            terms = np.stack(
                [weight * part[name].to_numpy(dtype=float) for name, weight in row.coefficients.items()]
            )
            over = terms.sum(axis=0) - row.bound
            over = np.abs(over) if row.sense == "==" else over
            worst.append(float(np.max(over / np.maximum(np.abs(terms).sum(axis=0), 1e-300))))
    return max(worst)


@pytest.mark.filterwarnings("ignore")
def test_no_proposal_breaks_a_constraint() -> None:
    made, spaces, worst, started = 0, 0, 0.0, time.perf_counter()
    while made < PROPOSALS:
        rng = np.random.default_rng(spaces)
        space, rules = random_space(rng)
        spaces += 1
        known = space.round(space.sample(KNOWN, spaces))
        numbers = known[list(space.numeric)].to_numpy(dtype=float)
        truth = np.sin(numbers / np.maximum(np.abs(numbers).max(axis=0), 1e-9)) @ rng.normal(
            size=numbers.shape[1]
        )
        table = known.assign(y=truth, z=np.cos(3 * truth))
        wanted = {"y": "max", "z": "min"} if spaces % 2 else {"y": "max"}
        found = propose(space, table, wanted, BATCH, spaces, settings=LIGHT)
        made += len(found)
        if any(one.forbid for one in space.restrictions):
            assert not ((found["kind0"] == "b") & (found["kind1"] == "a")).any()
        broken = violation(space, rules, found)
        if broken > TOLERANCE:
            print(f"\nspace {spaces - 1}: {broken:.3g}")
        worst = max(worst, broken)
    seconds = time.perf_counter() - started
    print(f"\n{made} proposals in {spaces} random spaces, {seconds:.0f} s: largest violation {worst:.3g}")
    assert worst <= TOLERANCE


@pytest.mark.parametrize(
    ("name", "observations"),
    [("hartmann6", 64), ("coating", 64), ("electrolyte", 64), ("coating", 500), ("dtlz2_30", 200)],
)
def test_seconds_of_four_designs(name: str, observations: int) -> None:
    task = neutral_task(name)
    designs = task.space.round(task.space.sample(observations, 1)).reset_index(drop=True)
    table = pd.concat([designs, task.measure(designs, np.random.default_rng(0))], axis=1)
    wanted = dict(task.objectives)
    started = time.perf_counter()
    found = propose(task.space, table, wanted, 4, 0)
    seconds = time.perf_counter() - started
    assert len(found) == 4
    print(
        f"\n{name}, {len(wanted)} objectives, {observations} observations: 4 designs in {seconds:.1f} s, one core"
    )
