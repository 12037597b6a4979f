"""Hosts that are simpler than a proposal: every phase, and every feature, has to earn its place.

Data flow: a proposed host -> hosts that lack some of its minor phases -> the search, which takes one in the
proposal's place if it is worth as much. A host of a batch -> the same with some of its features set to the control's
-> the simplest that keeps most of what it is better in (:func:`simplest_hosts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.campaign.choice_groups import differ, exchanged
from surrogate.campaign.control import control_of
from surrogate.campaign.gains import gains
from surrogate.campaign.goals import TargetGoal
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import feasibility, simulate

if TYPE_CHECKING:
    from surrogate.models.campaign_model import CampaignModel

KEPT = 0.8  # of the improvement over the control: what a host as good as another keeps (as the bench's "simplify")
#: Features that can be left out of a host by taking its own control's: agent, phases, layers, gradients.
FEATURES = ("agent", "composition", "layers", "porosity", "pore_size")

_HARDEST_FIRST = (
    "ion_conductor",
    "dielectric",
    "agent",
)  # a ceramic in a felt before a coating before a seed layer


def with_fewer_phases(host: pd.DataFrame) -> pd.DataFrame:
    """Take out minor phases of a host, the fewest first: every phase has to earn its place.

    Left out at both ends are all subsets of the phases but the framework's own, those hardest to make first; what
    stays keeps its proportions. A host without its agent has the agent ``none``.

    Parameters
    ----------
    host
        A single row.

    Returns
    -------
    pandas.DataFrame
        A row for each simpler host.
    """
    framework = materials.framework(str(host["framework"].iloc[0]))
    minor = [
        phase for phase in _HARDEST_FIRST
        if phase != framework.phase and (host[[f"{phase}_top", f"{phase}_bottom"]] > 0.0).any(axis=None)
    ]  # fmt: skip
    if framework.phase == "none":
        return host.iloc[:0]
    rows = []
    for size in range(len(minor), 0, -1):
        for left_out in combinations(minor, size):
            row = host.copy()
            for parts in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
                row[[column for column in parts if column.rsplit("_", 1)[0] in left_out]] = 0.0
                row[list(parts)] = row[list(parts)].div(row[list(parts)].sum(axis=1), axis=0)
            if "agent" in left_out:
                row["agent"] = "none"
            rows.append(row)
    table = pd.concat(rows, ignore_index=True) if rows else host.iloc[:0]
    return table.dropna(subset=[*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM])


def simplest_hosts(
    belief: CampaignModel,
    every: CompleteDesigns,
    simulated: pd.DataFrame,
    objectives: Mapping[str, TargetGoal],
) -> pd.DataFrame:
    """Find the simplest host that is as good as each proposal: with most of ``FEATURES`` as in its plain framework.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    every : CompleteDesigns
        n proposals and, last, their control.
    simulated : DataFrame
        ``simulate`` of these, n + 1 rows.
    objectives : mapping
        Target -> what is wanted of it; what counts is the mean of the gains.

    Returns
    -------
    DataFrame
        n rows. ``left_out``: the features that the simplest host lacks, with ``;`` between them; empty where every
        one is worth more than a fifth of the improvement. ``kept``: the share of the improvement over the control
        (of the gain of the medians) that it keeps; NaN where the proposal is no better than the control.
        ``next_left_out`` and ``next_kept``: the same of the form that keeps most, where none keeps so much; empty and
        NaN where there is none that can be made.
        ``TARGET_over_control``, of each objective: difference of its median to the control's, z.
    """
    n = len(every) - 1
    table, of_which, left_out = _with_features_of_the_control(every)
    designs = CompleteDesigns.of(table, where="simpler hosts") if len(table) else every.take([])
    kept = feasibility.can_be_made(designs) if len(designs) else np.zeros(0, dtype=bool)
    designs, of_which = designs.where(kept), of_which[kept]
    left_out = [one for one, stays in zip(left_out, kept, strict=True) if stays]
    answers = [simulated.reset_index(drop=True), *([simulate(designs)] if len(designs) else [])]
    told = pd.concat([one[list(c.TARGETS)] for one in answers], ignore_index=True)
    medians = {name: mean for name, (mean, _) in belief.latent(every.together([designs]), told).items()}
    worth = gains(objectives, medians).mean(axis=1)
    over_control = worth - worth[n]
    rows = []
    for k in range(n):
        found: tuple[tuple[str, ...], float] = ((), 1.0 if over_control[k] > 0.0 else np.nan)
        simplest = k if over_control[k] > 0.0 else n
        nearest: tuple[tuple[str, ...], float] = ((), np.nan)
        for at in np.flatnonzero(of_which == k) if over_control[k] > 0.0 else ():
            share = float(over_control[n + 1 + at] / over_control[k])
            if share >= KEPT and (len(left_out[at]), share) > (len(found[0]), found[1] if found[0] else 0.0):
                found, simplest = (left_out[at], share), n + 1 + int(at)
            if share < KEPT and not share <= nearest[1]:
                nearest = (left_out[at], share)
        ahead = {
            f"{name}_over_control": float(medians[name][simplest] - medians[name][n]) for name in objectives
        }
        beside = nearest if not found[0] else ((), np.nan)
        lacks: dict[str, object] = {"left_out": ";".join(found[0]), "next_left_out": ";".join(beside[0])}
        rows.append(lacks | {"kept": found[1], "next_kept": beside[1]} | ahead)
    columns = ["left_out", "kept", "next_left_out", "next_kept"]
    return pd.DataFrame(rows, columns=[*columns, *(f"{name}_over_control" for name in objectives)])


def _with_features_of_the_control(
    every: CompleteDesigns,
) -> tuple[pd.DataFrame, NDArray[np.int_], list[tuple[str, ...]]]:
    """Make every proposal with each set of its features exchanged, of which proposal each is, and what it lacks."""
    n = len(every) - 1
    hosts = every.take(range(n)).frame.reset_index(drop=True)
    controls = pd.concat([control_of(every.take([k])).frame for k in range(n)], ignore_index=True)
    of_one_kind = (hosts["framework"] == controls["framework"]).to_numpy()
    # The exponent alone is no phase: it goes with what is graded.
    own = {"gradient_exponent": hosts["gradient_exponent"]}
    has = {
        one: of_one_kind & differ(exchanged(hosts, controls, one).assign(**own), hosts) for one in FEATURES
    }
    made, of_which, left_out = [], [], list[tuple[str, ...]]()
    for features in _sets(FEATURES):
        rows = np.flatnonzero(np.logical_and.reduce([has[one] for one in features]))
        if not len(rows):
            continue
        table = hosts.iloc[rows]
        for feature in features:
            table = exchanged(table, controls.iloc[rows], feature)
        made.append(table)
        of_which.append(rows)
        left_out += [features] * len(rows)
    if not made:
        return hosts.iloc[:0], np.zeros(0, dtype=int), []
    return pd.concat(made, ignore_index=True), np.concatenate(of_which), left_out


def _sets(features: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every set of some features but the empty one."""
    for size in range(1, len(features) + 1):
        yield from combinations(features, size)
