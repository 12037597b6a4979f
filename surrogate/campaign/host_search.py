"""The search for the hosts to make next, on what a campaign believes.

Data flow: the campaign's model -> a BoTorch model of its objectives and limits over encoded hosts; measured hosts
under the campaign's conditions -> what to improve on (before any cell nothing: what promises much together is
wanted); search over the campaign's choices, in which every rule of the one table holds
(``surrogate.materials.compatibility``), the costly ones asked about finalists -> rounded hosts. What is then said of
them is up to ``campaign.proposals``.

Once there are cells to learn from, one host in four is searched for by what the cells say alone (``EVERY``): where
physics is wrong about an objective, a search that believes it makes no host that would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from botorch.models.model import Model
from numpy.typing import NDArray

from surrogate.campaign.belief import botorch_model
from surrogate.campaign.file import Campaign
from surrogate.campaign.gains import on_z, output_limits
from surrogate.campaign.making import designs_of
from surrogate.campaign.outside import is_inside
from surrogate.campaign.replacements import replacements
from surrogate.campaign.roles import ALL_KNOWN, CELLS_ALONE, SEARCHED_BY
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.mechanism import mechanism
from surrogate.hosts.search_space import host_encoder
from surrogate.models.campaign_model import CampaignModel
from surrogate.models.encoded_prior import EncodedPrior
from surrogate.optimization.making import Making
from surrogate.optimization.multi_output import join_models
from surrogate.optimization.search import search
from surrogate.optimization.settings import OutputLimit, SearchSettings, Wanted
from surrogate.optimization.threads import single_thread
from surrogate.physics import feasibility

Progress = Callable[[str, int, int], None]
# A gradient of physics costs a step in each number of a design, a value hardly anything: children of good designs are
# scored and hardly any is refined.
HOST_SEARCH = SearchSettings(
    pool=384, near=96, keep=96, first_starts=1, starts=1, maxiter=4, mc_samples=32, generations=3, worst_of="space",
    untried=0,
)  # fmt: skip
# Of the hosts of a campaign each fourth is searched for without physics, once so many are measured.
EVERY, FEWEST = 4, 4


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
    settings: SearchSettings | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Search for the hosts to make next.

    Parameters
    ----------
    campaign, n, seed, pending, tried, settings, progress
        As for :func:`surrogate.campaign.proposals.propose_hosts`.
    belief
        What the campaign believes, its measured cells included.
    measured
        The measured cells, whose hosts are to be improved on as far as ``[search]`` allows them; None: none.
    making
        The chance that a host can be made; None: every host that keeps the rules can.
    encoded
        What physics says of encoded designs; default: made here.

    Returns
    -------
    pandas.DataFrame
        n rows: the columns of the campaign's space, ``acquisition_value`` and ``searched_by``: by which model a host
        was searched for, ``ALL_KNOWN`` or ``CELLS_ALONE``.

    Raises
    ------
    SpaceError
        When the campaign leaves fewer than n feasible hosts.
    """
    conditions, encoder = campaign.conditions.as_dict(), host_encoder()
    encoded = encoded or EncodedPrior(belief.prior, encoder)
    settings = settings or HOST_SEARCH
    under_way, passed_over = None, []
    if pending is not None and len(pending):
        started = designs_of(pending).frame
        inside = is_inside(campaign, started)
        under_way = encoder.encode(started[inside])
        passed_over.append(encoder.encode(started[~inside]))
    if tried is not None and len(tried):
        passed_over.append(encoder.encode(designs_of(tried).frame))
    # What [search] does not allow is learned from, and nothing to improve on. Nor are published hosts, which were not
    # made in this laboratory: beside what they promise at best, only gambles would promise anything.
    to_beat = None
    if measured is not None and len(measured):
        inside = is_inside(campaign, measured)
        to_beat = encoder.encode(known_hosts(conditions, measured[inside]).frame) if inside.any() else None
        if not inside.all():
            passed_over.append(encoder.encode(known_hosts(conditions, measured[~inside]).frame))
    blind = searched_without_physics(belief, campaign.objectives, n)
    look = partial(
        search,
        space=campaign.space,
        encoder=encoder,
        baseline=to_beat,
        tried=np.concatenate(passed_over) if passed_over else None,
        fixed={name: value for name, value in conditions.items() if c.COLUMNS[name].encoded},
        replacements=replacements(campaign, belief),
        kinds=lambda hosts: mechanisms(hosts.assign(**conditions)),
        makes=made_of if to_beat is None else None,
        settings=settings,
        directions=directions_of(campaign),
        weight=making.log_weight if making is not None else None,
    )
    found, done = [], 0
    for alone, some in ((False, n - blind), (True, blind)):
        if not some:
            continue
        with single_thread():
            model, limits = joint_model(campaign, belief, encoded, making, without_physics=alone)
        hosts = look(
            model,
            n=some,
            seed=seed + alone,
            pending=under_way,
            limits=limits,
            progress=_after(progress, done, n),
        )
        chosen = encoder.encode(hosts[list(campaign.space.columns)].assign(**conditions))
        under_way = chosen if under_way is None else np.concatenate([under_way, chosen])
        found.append(hosts.assign(**{SEARCHED_BY: CELLS_ALONE if alone else ALL_KNOWN}))
        done += some
    return pd.concat(found, ignore_index=True)


def searched_without_physics(belief: CampaignModel, objectives: Iterable[str], n: int) -> int:
    """Say how many of the next n hosts to search for by what the measured cells say alone.

    Parameters
    ----------
    belief
        What the campaign believes.
    objectives
        Its targets.
    n
        Hosts of the batch.

    Returns
    -------
    int
        Each ``EVERY``-th host of the campaign, counting those measured; none before ``FEWEST`` are measured, or
        before every objective has a model without physics.
    """
    measured = 0 if belief.measured is None else len(set(belief.measured.row_keys()))
    if measured < FEWEST or not all(target in belief.plain for target in objectives):
        return 0
    return (measured + n) // EVERY - measured // EVERY


def _after(progress: Progress | None, done: int, n: int) -> Progress | None:
    """Report hosts as some of n, of which others are found."""
    if progress is None:
        return None
    return lambda stage, step, _: progress(stage, done + step, n)


def joint_model(
    campaign: Campaign,
    belief: CampaignModel,
    encoded: EncodedPrior,
    making: Making | None,
    *,
    without_physics: bool = False,
) -> tuple[Model, list[OutputLimit]]:
    """Return what is believed of encoded hosts as one model, and the limits on its outputs.

    Parameters
    ----------
    campaign, belief, encoded, making
        As for :func:`search_hosts`.
    without_physics
        Whether targets that have a model without physics are by that model alone.

    Returns
    -------
    model : Model
        BoTorch model: an output for each objective, z, for each further target with a limit, z, and one for the
        chance that a host can be made, if there is one.
    limits : list of OutputLimit
        Of the campaign, and on the last.
    """
    names = list(dict.fromkeys([*campaign.objectives, *(limit.name for limit in campaign.limits)]))
    models = [
        belief.plain[target].botorch_model()
        if without_physics and target in belief.plain
        else botorch_model(belief, encoded, target)
        for target in names
    ]
    limits = output_limits(campaign.limits, names)
    if making is None:
        return join_models(models), limits
    return join_models([*models, making.model]), [*limits, making.limit(len(models))]


def directions_of(campaign: Campaign) -> list[Wanted]:
    """Return what is wanted of each objective on its scale z: "max", "min", a value or the ends of a band."""
    return [on_z(target, goal) for target, goal in campaign.objectives.items()]


def known_hosts(conditions: dict[str, Any], measured: pd.DataFrame) -> CompleteDesigns:
    """Complete the hosts that a proposal has to promise more than: those measured.

    Parameters
    ----------
    conditions
        Condition -> value in the unit of its name; hosts are completed as if they were cycled under them.
    measured
        Measured cells.

    Returns
    -------
    CompleteDesigns
        A row for each host; one that could not be used in this cell is left out.
    """
    hosts = measured[list(c.CHOICES)].drop_duplicates(ignore_index=True)
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


def made_of(hosts: pd.DataFrame) -> list[str]:
    """Say of what each of n hosts is made: its framework and its agent."""
    return [
        f"{framework} {agent}" for framework, agent in hosts[["framework", "agent"]].itertuples(index=False)
    ]


def mechanisms(hosts: pd.DataFrame) -> list[str]:
    """Say how each of n hosts (choices and conditions) works: ``hosts.mechanism``."""
    designs = CompleteDesigns.of(hosts.reset_index(drop=True))
    return [mechanism(designs.row(k)) for k in range(len(designs))]
