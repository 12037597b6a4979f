"""The next hosts to make: the general search on what the campaign believes.

Data flow: the campaign's physics + measured cells -> ``CampaignModel``; measured and published hosts under the
campaign's conditions -> what to improve on; search over the campaign's choices, in which every rule of the one table
holds (``surrogate.materials.compatibility``), the costly ones asked about finalists -> rounded hosts, a control
beside them -> a simulation of each -> answers in absolute terms and against the control, and what lies behind them
(``understanding``). The champion says how far a host lies from what was published, and which papers are nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from botorch.models.model import Model
from numpy.typing import NDArray

from surrogate.campaign.belief import answers, belief_of, botorch_model
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.gains import on_z, output_limits
from surrogate.campaign.interchangeable import equal_hosts, in_words
from surrogate.campaign.making import chances, designs_of, learned_making
from surrogate.campaign.otherwise import best_otherwise
from surrogate.campaign.outside import is_inside
from surrogate.campaign.own_methods import made_by
from surrogate.campaign.replacements import replacements, values_at_limit
from surrogate.campaign.replicates import CONTROL, Plan, cells_to_make, plan
from surrogate.campaign.tolerances import worst_cases
from surrogate.campaign.understanding import roles_of, understanding
from surrogate.errors import SpaceError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.mechanism import mechanism
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import SCALES
from surrogate.literature import featurize
from surrogate.models.campaign_model import CampaignModel
from surrogate.models.encoded_prior import EncodedPrior
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization.making import Making
from surrogate.optimization.multi_output import join_models
from surrogate.optimization.search import ACQUISITION_VALUE, search
from surrogate.optimization.settings import OutputLimit, SearchSettings, Wanted
from surrogate.optimization.threads import single_thread
from surrogate.physics import feasibility, simulate

if TYPE_CHECKING:
    from surrogate.models.bundle import HostModel

Progress = Callable[[str, int, int], None]
# A gradient of physics costs a step in each number of a design, a value hardly anything: children of good designs are
# scored and hardly any is refined.
HOST_SEARCH = SearchSettings(
    pool=384, near=96, keep=96, first_starts=1, starts=1, maxiter=4, mc_samples=32, generations=3, worst_of="space",
    untried=0,
)  # fmt: skip
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


def search_hosts(
    campaign: Campaign,
    belief: CampaignModel,
    n: int,
    seed: int,
    *,
    measured: pd.DataFrame | None = None,
    pending: pd.DataFrame | None = None,
    tried: pd.DataFrame | None = None,
    making: Making | None = None,
    encoded: EncodedPrior | None = None,
    worst: Mapping[str, float] | None = None,
    settings: SearchSettings | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Search for the hosts to make next; what is then said of them is up to :func:`propose_hosts`.

    Parameters
    ----------
    campaign, n, seed, pending, tried, settings, progress
        As for :func:`propose_hosts`.
    belief
        What the campaign believes, its measured cells included.
    measured
        The measured cells, whose hosts are to be improved on as far as ``[search]`` allows them; None: none.
    making
        The chance that a host can be made; None: every host that keeps the rules can.
    encoded
        What physics says of encoded designs; default: made here.
    worst
        Objective -> the worst value that counts, in its unit; None: what is believed of the median of random hosts.

    Returns
    -------
    pandas.DataFrame
        n rows: the columns of the campaign's space and ``acquisition_value``.

    Raises
    ------
    SpaceError
        When the campaign leaves fewer than n feasible hosts.
    """
    conditions, encoder = campaign.conditions.as_dict(), host_encoder()
    encoded = encoded or EncodedPrior(belief.prior, encoder)
    with single_thread():
        model, limits = joint_model(campaign, belief, encoded, making)
    settings = settings or HOST_SEARCH
    if worst is not None:
        point = [float(SCALES[target].to_z(worst[target])) for target in campaign.objectives]
        settings = replace(settings, reference_point=point)
    under_way, passed_over = None, []
    if pending is not None and len(pending):
        started = designs_of(pending).frame
        inside = is_inside(campaign, started)
        under_way = encoder.encode(started[inside])
        passed_over.append(encoder.encode(started[~inside]))
    if tried is not None and len(tried):
        passed_over.append(encoder.encode(designs_of(tried).frame))
    # What [search] does not allow is learned from, and nothing to improve on: beside a published host that may not be
    # made, only gambles would promise anything.
    to_beat = measured
    if measured is not None and not (inside := is_inside(campaign, measured)).all():
        to_beat = measured[inside] if inside.any() else None
        passed_over.append(encoder.encode(known_hosts(conditions, measured[~inside]).frame))
    known = known_hosts(conditions, to_beat)
    if to_beat is None:
        known = known.where(is_inside(campaign, known.frame))
    return search(
        model,
        campaign.space,
        encoder,
        n,
        seed,
        baseline=encoder.encode(known.frame),
        pending=under_way,
        tried=np.concatenate(passed_over) if passed_over else None,
        fixed={name: value for name, value in conditions.items() if c.COLUMNS[name].encoded},
        replacements=replacements(campaign, belief),
        kinds=lambda hosts: mechanisms(hosts.assign(**conditions)),
        settings=settings,
        directions=directions_of(campaign),
        limits=limits,
        weight=making.log_weight if making is not None else None,
        progress=progress,
    )


def joint_model(
    campaign: Campaign, belief: CampaignModel, encoded: EncodedPrior, making: Making | None
) -> tuple[Model, list[OutputLimit]]:
    """Return what is believed of encoded hosts as one model, and the limits on its outputs.

    Parameters
    ----------
    campaign, belief, encoded, making
        As for :func:`search_hosts`.

    Returns
    -------
    model : Model
        BoTorch model: an output for each objective, z, for each further target with a limit, z, and one for the
        chance that a host can be made, if there is one.
    limits : list of OutputLimit
        Of the campaign, and on the last.
    """
    names = list(dict.fromkeys([*campaign.objectives, *(limit.name for limit in campaign.limits)]))
    models = [botorch_model(belief, encoded, target) for target in names]
    limits = output_limits(campaign.limits, names)
    if making is None:
        return join_models(models), limits
    return join_models([*models, making.model]), [*limits, making.limit(len(models))]


def directions_of(campaign: Campaign) -> list[Wanted]:
    """Return what is wanted of each objective on its scale z: "max", "min", a value or the ends of a band."""
    return [on_z(target, goal) for target, goal in campaign.objectives.items()]


def known_hosts(conditions: dict[str, Any], measured: pd.DataFrame | None) -> CompleteDesigns:
    """Complete the hosts that a proposal has to promise more than: those measured, or published before any cell.

    A published host that promises much was not made in this laboratory, so that it may be proposed: where such hosts
    were improved on beside measured ones, two virtual laboratories reached 0.13 and 0.85 of the front with 36 cells
    instead of 0.96 and 0.86.

    Parameters
    ----------
    conditions
        Condition -> value in the unit of its name; hosts are completed as if they were cycled under them.
    measured
        Measured cells; None: none.

    Returns
    -------
    CompleteDesigns
        A row for each host; one that could not be used in this cell is left out.
    """
    table = featurize.published_designs() if measured is None else measured
    hosts = table[list(c.CHOICES)].drop_duplicates(ignore_index=True)
    designs = CompleteDesigns.of(hosts.assign(**conditions), where="known hosts")
    return designs.where(can_be_made(designs))


def can_be_made(table: CompleteDesigns | pd.DataFrame) -> NDArray[np.bool_]:
    """Test which designs break no rule that can be judged without a simulation.

    A porous host has room for the areal capacity and is a few pores thick, no property law is used outside its
    range, and no compatibility rule is broken.

    Parameters
    ----------
    table
        Complete designs, n rows.

    Returns
    -------
    numpy.ndarray of bool
        Shape (n,).
    """
    return feasibility.can_be_made(CompleteDesigns.of(table, where="candidates"))


def mechanisms(hosts: pd.DataFrame) -> list[str]:
    """Say how each of n hosts (choices and conditions) works: ``hosts.mechanism``."""
    designs = CompleteDesigns.of(hosts.reset_index(drop=True))
    return [mechanism(designs.row(k)) for k in range(len(designs))]


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
