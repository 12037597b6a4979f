"""The next hosts to make, and all that is said of them.

Data flow: the campaign's physics + measured cells -> ``CampaignModel`` -> hosts (``host_search``), a control beside
them -> a simulation of each -> answers in absolute terms and against the control, and what lies behind them
(``understanding``). The champion says how far a host lies from what was published, and which papers are nearest.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.campaign.belief import answers, belief_of
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.host_search import can_be_made, mechanisms, search_hosts
from surrogate.campaign.interchangeable import equal_hosts, in_words
from surrogate.campaign.making import chances, learned_making
from surrogate.campaign.otherwise import best_otherwise
from surrogate.campaign.own_methods import made_by
from surrogate.campaign.replacements import values_at_limit
from surrogate.campaign.replicates import CONTROL, Plan, cells_to_make, plan
from surrogate.campaign.roles import SEARCHED_BY
from surrogate.campaign.tolerances import worst_cases
from surrogate.campaign.understanding import roles_of, understanding
from surrogate.errors import SpaceError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.campaign_model import CampaignModel
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization.search import ACQUISITION_VALUE
from surrogate.optimization.settings import SearchSettings
from surrogate.optimization.threads import single_thread
from surrogate.physics import simulate

if TYPE_CHECKING:
    from surrogate.models.bundle import HostModel

Progress = Callable[[str, int, int], None]
PICTURE = (
    "outcome",
    "host_capacity_mAh_cm2",
    "bottom_half_share",
    "top_face_share",
    "peak_local_current_density_mA_cm2",
    "thickness_change_pct",
    "ccd_limit",
    "solid_mass_mg_cm2",
    "specific_capacity_mAh_g",
    "material_cost_usd_m2",
)


def propose_hosts(
    campaign: Campaign,
    model: HostModel,
    *,
    n: int | None = None,
    seed: int = 0,
    results: pd.DataFrame | None = None,
    pending: pd.DataFrame | None = None,
    tried: pd.DataFrame | None = None,
    repeats: pd.DataFrame | None = None,
    physics: PhysicsPrior | None = None,
    belief: CampaignModel | None = None,
    settings: SearchSettings | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Propose the hosts to make next under a campaign's conditions.

    The same campaign, model, cells and seed give the same hosts.

    Parameters
    ----------
    campaign
        The cell, what may change, and what is wanted.
    model
        The champion: how far a host lies from what was published.
    n
        Number of hosts; default: the campaign's.
    seed
        Of the search.
    results
        Measured cells (design columns, targets, ``T_censored``), on which the campaign's model is conditioned. Cells
        outside ``[search]`` count as all others; only those inside are improved on.
    pending
        Designs under way.
    tried
        Designs that could not be made or gave no value, with their ``state``: none of them is proposed again, and
        once two could not be made or failed, hosts that are likely to fail are passed over (``campaign.making``).
    repeats
        Told hosts to be made again beside the n new ones: choices, and in ``repeat_of`` the id of each.
    physics
        What physics says of the campaign's hosts; default: made once and kept (``campaign.physics``).
    belief
        ``belief_of`` the campaign and these cells; default: made here.
    settings
        How hard to search.
    progress
        Called with what is under way, how much is done, and of how much.

    Returns
    -------
    pandas.DataFrame
        A row for each host and, last, the control: ``CHOICES`` and ``CONDITIONS``, the answers of
        ``campaign.belief.answers``, ``mechanism`` (``hosts.mechanism``), ``role`` (exploit, explore, control), what
        lies behind the answers (``campaign.understanding``), ``extrapolation``, ``nearest_literature``,
        ``acquisition_value``, the physics picture (``PICTURE``) and ``interchangeable``: what is equal to its
        materials in all that is known, the cheapest first. ``made_by`` and ``hazards`` say how a host can be made and
        what is handled (``campaign.own_methods``), ``cells_to_make`` how many cells to build of it
        (``campaign.replicates``), ``repeat_of`` which told host it makes again. ``T_worst_case`` of each objective
        and ``fragile_in`` say what mistakes in making the host cost (``campaign.tolerances``); ``at_limit`` names,
        with ``;`` between them, columns whose value only a limit of the space stopped (``campaign.replacements``).
        ``searched_by`` says which hosts were searched for by the measured cells alone.
        Once hosts have failed, ``p_can_be_made`` is the chance that a proposal can be made; the control is not
        judged. Where all hosts work by one mechanism ``otherwise`` and ``otherwise_worth`` say what another one
        promises (``campaign.otherwise``).

    Raises
    ------
    SpaceError
        When the campaign leaves fewer than n feasible hosts.
    """
    measured = results if results is not None and len(results) else None
    if belief is None:
        belief = belief_of(campaign, model, measured, physics=physics, progress=progress)
    making = learned_making(measured, tried)
    found = search_hosts(
        campaign, belief, n or campaign.n, seed, measured=measured, pending=pending, tried=tried, making=making,
        settings=settings, progress=progress,
    )  # fmt: skip
    conditions = campaign.conditions.as_dict()
    designs = CompleteDesigns.of(found[list(campaign.space.columns)].assign(**conditions), where="proposals")
    _check(designs, campaign.space.contains(found[list(campaign.space.columns)]))
    again = [] if repeats is None else [str(one) for one in repeats["repeat_of"]]
    if repeats is not None and again:
        told = repeats[[name for name in c.CHOICES if name in repeats.columns]].dropna(
            axis="columns", how="all"
        )
        designs = designs.together([CompleteDesigns.of(told.assign(**conditions), where="hosts to repeat")])
    control = control_of(designs.take([0]))
    every = designs.together([control])
    simulated = simulate(every)
    with single_thread():
        answered = answers(belief, designs, control, campaign.objectives, campaign.limits, simulated)
        answered["role"] = [*roles_of(belief, every, simulated, campaign), CONTROL]
        behind = understanding(belief, every, simulated, campaign.objectives, campaign.limits)
        otherwise, ratio = best_otherwise(campaign, belief, designs, seed)
        worst = worst_cases(belief, designs, campaign.objectives, answered[: len(designs)], simulate)
    ends = [values_at_limit(campaign.space, found.iloc[[k]]) for k in range(len(found))] + [[] for _ in again]
    equal = [in_words(equal_hosts(designs.take([k]), can_be_made)) for k in range(len(designs))]
    nearness = model.whereabouts(every)
    kept = every.frame[[*c.CHOICES, *c.CONDITIONS]]
    works_by = pd.Series(mechanisms(every.frame), name="mechanism")
    worth = pd.Series([*found[ACQUISITION_VALUE], *[np.nan] * (1 + len(again))], name=ACQUISITION_VALUE)
    planned = cells_of(campaign, belief, measured)
    batch = pd.concat(
        [
            kept,
            works_by,
            answered,
            worst.reindex(range(len(every))),
            chances(making, designs).reindex(range(len(every))),
            behind,
            nearness,
            simulated[list(PICTURE)].reset_index(drop=True),
            worth,
            made_by(every, campaign.methods),
        ],
        axis=1,
    ).assign(
        fragile_in=[*worst["fragile_in"], ""],
        at_limit=[*map(";".join, ends), ""],
        interchangeable=[*equal, ""],
        otherwise=[*[otherwise] * len(equal), ""],
        otherwise_worth=[*[ratio] * len(equal), np.nan],
        searched_by=[*found[SEARCHED_BY], *[""] * (1 + len(again))],
        repeat_of=[*[""] * len(found), *again, ""],
    )
    return batch.assign(cells_to_make=cells_to_make(batch, planned, measured))


def cells_of(campaign: Campaign, belief: CampaignModel, measured: pd.DataFrame | None) -> Plan:
    """Decide how many cells to build of each host of a campaign's batch.

    Parameters
    ----------
    campaign
        What it fixes, and its first objective.
    belief
        How much cells of one design differ.
    measured
        The campaign's cells; None: none.
    """
    primary = next(iter(campaign.objectives))
    return plan(campaign.cells, primary, sqrt(belief.noise(primary)), measured)


def _check(designs: CompleteDesigns, allowed: NDArray[np.bool_]) -> None:
    """Check again what is returned, whatever the search did; ``allowed`` (n,) by every rule of the space."""
    sums = [designs.frame[list(parts)].sum(axis=1) for parts in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM)]
    exact = all(bool(((total - 1.0).abs() <= 1e-9).all()) for total in sums)
    if (
        not exact
        or not allowed.all()
        or not can_be_made(designs).all()
        or designs.frame[list(c.CHOICES)].duplicated().any()
    ):
        raise SpaceError(
            "the search returned a host that cannot be made",
            remedy="report this, with the campaign and the seed",
        )
