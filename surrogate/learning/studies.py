"""What physics and literature each contribute: two tests on published cells that no training run has tuned.

Data flow: the featurized records and their simulations -> three ways of learning -> each paper predicted from all
others (``ablation``); or everything but one paper -> that paper's host ranked among random feasible hosts under its
own conditions (``retrospective``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from surrogate.campaign.host_search import can_be_made
from surrogate.errors import DesignError
from surrogate.evaluation.scorecard import build_scorecard
from surrogate.evaluation.skill import TIE
from surrogate.hosts import columns as c
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import choice_space, host_encoder
from surrogate.learning.contest import held_out_predictions
from surrogate.learning.training_data import Tables
from surrogate.literature import featurize
from surrogate.literature import records as literature
from surrogate.models.against_foil import against_foil
from surrogate.models.contract import Entrant, Predictor, TargetData
from surrogate.models.ingredients import PlainMedian
from surrogate.models.inputs import Inputs
from surrogate.models.mixture import Alone, Mixing, Mixture, literature_mixture
from surrogate.optimization.threads import single_thread

Progress = Callable[[str, int, int], None]
PHYSICS, LITERATURE, BOTH = "physics only", "literature only", "both"
MOST_SAMPLES = 100  # of twice the hosts wanted
HOSTS, RIVALS, DRAWN = (
    10,
    1000,
    64,
)  # hosts looked for; random hosts each is ranked among; draws of an unstated design


@dataclass(frozen=True)
class WithoutPhysics:
    """The mixture that is served, with no part of what the simulator says."""

    name: str = LITERATURE

    def fit(self, data: TargetData, target: str, *, seed: int) -> Mixture:
        """Fit to published rows; see ``Entrant.fit``."""
        silent = replace(data, response=np.zeros_like(data.response))
        return replace(literature_mixture().fit(silent, target, seed=seed), trend=0.0)


@dataclass(frozen=True)
class PhysicsOnly:
    """What the simulator says against a foil, on a level of its own; papers give nothing but that and the spread."""

    name: str = PHYSICS

    def fit(self, data: TargetData, target: str, *, seed: int) -> Mixture:
        """Fit level and spread about the simulator; see ``Entrant.fit``."""
        part, _ = PlainMedian().fit(data.less(data.response), seed=seed)
        return Mixture((self.name,), (part,), np.ones(1), 1.0, 1.0)


def compared_models() -> tuple[Entrant, ...]:
    """Return the three ways of learning, and the median of the papers that each has to beat."""
    both = Mixing(literature_mixture().ingredients, name=BOTH)
    return PhysicsOnly(), WithoutPhysics(), both, Alone(PlainMedian())


def ablation(*, seed: int = 0, progress: Progress | None = None) -> pd.DataFrame:
    """Score models of physics, of the literature and of both on papers that they have not seen.

    Parameters
    ----------
    seed : int
        Of the fits.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Returns
    -------
    DataFrame
        One row a target and model, as ``evaluation.scorecard.build_scorecard`` makes it.

    """
    data, _ = published_data()
    with single_thread():
        found = held_out_predictions(compared_models(), data, seed=seed, progress=progress)
    return build_scorecard(found)


def published_data() -> tuple[dict[str, TargetData], pd.DataFrame]:
    """Return the rows of each target, and the featurized records."""
    designs = featurize.published_designs()
    tables = Tables.of(designs)
    return {target: tables.target(target) for target in c.TARGETS}, designs


def retrospective(*, seed: int = 0, progress: Progress | None = None) -> pd.DataFrame:
    """Rank published hosts that did well, each by models that have not seen its paper.

    The hosts: of the records with a porous host and a cycle life in a liquid, the ten papers with most capacity
    cycled (cycles times areal capacity). Each is ranked by predicted cycle life among ``RIVALS`` random
    feasible hosts under its own conditions: what it does not state is drawn, and its prediction is the median
    of ``DRAWN`` draws.

    Parameters
    ----------
    seed : int
        Of the random hosts and the draws.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Returns
    -------
    DataFrame
        One row a host: system, group, conditions, cycles as published, and the rank by each model, 1 the best;
        without skill it is about 500.
    """
    data, designs = published_data()
    records = literature.load()
    table, target = data["cycle_life_cycles"], "cycle_life_cycles"
    chosen = well_performing(designs)
    rows: list[dict[str, object]] = []
    for done, (index, host) in enumerate(chosen.iterrows()):
        if progress is not None:
            progress("ranking published hosts", done, len(chosen))
        conditions = {name: host[name] for name in c.CONDITIONS}
        rivals = random_hosts(conditions, RIVALS, seed + done)
        drawn = featurize.drawn_designs(records.loc[[index]], DRAWN, seed).assign(**conditions)
        own = CompleteDesigns.of(drawn.reset_index(drop=True))
        kept = table.take(np.flatnonzero(table.papers != host["group"]))
        row: dict[str, object] = {
            "system": host["system"], "group": host["group"], "electrolyte": host["electrolyte"],
            "current_density_mA_cm2": host["current_density_mA_cm2"],
            "areal_capacity_mAh_cm2": host["areal_capacity_mAh_cm2"], "cycles": host[target],
        }  # fmt: skip
        asked = [_asked(one, target) for one in (own, rivals)]
        with single_thread():
            for model in compared_models()[:3]:
                fitted = model.fit(kept, target, seed=seed)
                row[f"rank, {model.name}"] = rank(fitted, *asked)
        rows.append(row)
    if progress is not None:
        progress("ranking published hosts", len(chosen), len(chosen))
    return pd.DataFrame(rows)


def _asked(designs: CompleteDesigns, target: str) -> Inputs:
    encoder = host_encoder()
    response = against_foil(designs).of(target)
    return Inputs.of_designs(encoder.encode(designs.frame), response, encoder.groups)


def rank(fitted: Predictor, own: Inputs, rivals: Inputs) -> int:
    """Return 1 + how many rivals are predicted better than the median of the host's own draws; of equal ones, half.

    Parameters
    ----------
    fitted : Predictor
        A model that has not seen the host's paper.
    own, rivals : Inputs
        Draws of the host, and random hosts.

    Returns
    -------
    int
    """
    mine, others = float(np.median(fitted.pool(own).quantiles(0.5))), fitted.pool(rivals).quantiles(0.5)
    equal = np.isclose(others, mine, rtol=0.0, atol=TIE)
    return 1 + int(np.sum((others > mine) & ~equal) + np.sum(equal) // 2)


def well_performing(designs: pd.DataFrame) -> pd.DataFrame:
    """Choose the record of each of the ten papers whose host cycled most capacity in a liquid.

    Under conditions in the searched range of each: beyond, as at 60 mAh cm-2, hardly a random host holds the lithium.
    """
    charge = designs["cycle_life_cycles"] * designs["areal_capacity_mAh_cm2"]
    liquid = designs["electrolyte"].isin(["liquid_ether", "liquid_carbonate"])
    usual = np.ones(len(designs), dtype=bool)
    for name in c.CONDITIONS:
        column = c.COLUMNS[name]
        if column.kind == "number" and column.searched is not None:
            usual &= designs[name].astype(float).le(column.searched[1]).to_numpy()
    candidates = designs[(designs["framework"] != "none") & liquid & charge.notna() & usual]
    best = charge.loc[candidates.index].groupby(candidates["group"]).idxmax()
    ordered = charge.loc[best].sort_values(ascending=False, kind="stable").index
    return designs.loc[ordered[:HOSTS]]


def random_hosts(conditions: dict[str, Any], n: int, seed: int) -> CompleteDesigns:
    """Draw n feasible hosts under conditions: complete designs, quasi-random over all choices.

    Parameters
    ----------
    conditions : dict
        Column -> value of every condition.
    n, seed : int
        How many hosts; of the points.

    Returns
    -------
    CompleteDesigns
        The n hosts.

    Raises
    ------
    DesignError
        When hardly any host can be made under the conditions.
    """
    space = choice_space(Conditions(**conditions))
    found: list[CompleteDesigns] = []
    while sum(map(len, found)) < n:
        if len(found) == MOST_SAMPLES:
            raise DesignError(
                "hardly any host can be made under these conditions", where="random hosts",
                value=conditions.get("areal_capacity_mAh_cm2"), remedy="ask for less capacity",
            )  # fmt: skip
        sampled = space.sample(2 * n, seed + 1000 * len(found)).assign(**conditions)
        drawn = CompleteDesigns.of(sampled, where="random hosts")
        found.append(drawn.where(can_be_made(drawn)))
    return found[0].together(found[1:]).take(range(n))
