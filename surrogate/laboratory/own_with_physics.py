"""The contenders that the product is in a virtual laboratory: a campaign's physics and cells, searched for hosts.

They are told what ``optimize tell`` is told, and know nothing of the laboratory: they have the campaign's physics
at the shipped constants and within their ranges, and no published level (mean 0, standard deviation 1 in ln).

Where tests are ended before cells fail, three of them differ in what they make of a cell that is still running:
``lihost_physics`` is told that its life is at least so long, ``lihost_as_values`` that it is just so long, and
``lihost_waiting`` is told of the cell when it has ended.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from surrogate.campaign.belief import believe
from surrogate.campaign.file import Campaign
from surrogate.campaign.host_search import search_hosts
from surrogate.campaign.physics import physics_of
from surrogate.errors import InputError
from surrogate.hosts.search_space import host_encoder
from surrogate.laboratory.own_optimizer import lihost
from surrogate.laboratory.rounds import round_seed
from surrogate.laboratory.tasks import Task
from surrogate.laboratory.virtual import LIFE
from surrogate.laboratory.virtual_task import VirtualTask
from surrogate.models.encoded_prior import EncodedPrior

_RUNNING = f"{LIFE}_censored"  # true: the cell has lived as long, and is still running


def lihost_physics(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose n hosts as a campaign does; see ``ask_tell``.

    Raises
    ------
    InputError
        For a task that is no virtual laboratory.
    """
    laboratory = _laboratory(task)
    return _proposed(laboratory, _cells(laboratory, observations), n, round_seed(seed, observations))


def lihost_as_values(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose as ``lihost_physics``, with a lower bound of a cell's life taken for its life; see ``ask_tell``.

    Raises
    ------
    InputError
        For a task that is no virtual laboratory.
    """
    laboratory = _laboratory(task)
    told = _cells(laboratory, observations).drop(columns=_RUNNING, errors="ignore")
    return _proposed(laboratory, told, n, round_seed(seed, observations))


def lihost_waiting(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose as ``lihost_physics``, told of no cell before it has ended; see ``ask_tell``.

    A cell whose life is a lower bound is still running: nothing of it is told, whatever else was measured of it, and
    its host is pending. Where tests are never taken up again it is pending to the end of the contest.

    Raises
    ------
    InputError
        For a task that is no virtual laboratory.
    """
    laboratory = _laboratory(task)
    cells = _cells(laboratory, observations)
    running = cells[_RUNNING].astype(bool) if _RUNNING in cells else pd.Series(False, cells.index)
    return _proposed(laboratory, cells[~running], n, round_seed(seed, observations), pending=cells[running])


def lihost_warm(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose the first n hosts from physics and all others without it; see ``ask_tell``.

    Raises
    ------
    InputError
        For a task that is no virtual laboratory.
    """
    chosen = lihost if len(observations) else lihost_physics
    return chosen(_laboratory(task), observations, n, seed)


def _proposed(
    laboratory: VirtualTask, told: pd.DataFrame, n: int, seed: int, pending: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Search for n hosts by the campaign's physics and the cells that are told; ``pending`` are being made."""
    campaign = laboratory.campaign
    encoded = _physics(campaign)
    measured = told.reset_index(drop=True) if len(told) else None
    belief = believe(encoded.prior, measured)
    found = search_hosts(campaign, belief, n, seed, measured=measured, pending=pending, encoded=encoded)
    return found[list(laboratory.space.columns)]


def _cells(task: VirtualTask, observations: pd.DataFrame) -> pd.DataFrame:
    """Return measured cells as ``optimize tell`` keeps them: whole designs, and what was measured; perhaps none."""
    if not len(observations):
        return pd.DataFrame()
    measured = observations.drop(columns=list(task.space.columns)).reset_index(drop=True)
    return pd.concat([task.complete(observations).frame, measured], axis=1)


def _laboratory(task: Task) -> VirtualTask:
    if not isinstance(task, VirtualTask):
        raise InputError("a contender with physics needs a virtual laboratory", value=task.name)
    return task


@lru_cache(maxsize=1)
def _physics(campaign: Campaign) -> EncodedPrior:
    """Return what physics says of a campaign's hosts; the values of designs that come again are looked up."""
    return EncodedPrior(physics_of(campaign), host_encoder())
