"""The contenders that the product is in a virtual laboratory: a campaign's physics and cells, searched for hosts.

They are told what ``optimize tell`` is told, and know nothing of the laboratory: they have the campaign's physics
at the shipped constants and within their ranges, and no published level (mean 0, standard deviation 1 in ln).
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from surrogate.campaign.belief import believe
from surrogate.campaign.file import Campaign
from surrogate.campaign.physics import physics_of
from surrogate.campaign.proposals import search_hosts
from surrogate.errors import InputError
from surrogate.hosts.search_space import host_encoder
from surrogate.laboratory.ask_tell import round_seed
from surrogate.laboratory.own_optimizer import lihost
from surrogate.laboratory.tasks import Task
from surrogate.laboratory.virtual_task import VirtualTask
from surrogate.models.encoded_prior import EncodedPrior


def lihost_physics(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose n hosts as a campaign does; see ``ask_tell``.

    Raises
    ------
    InputError
        For a task that is no virtual laboratory.
    """
    laboratory = _laboratory(task)
    campaign = laboratory.campaign
    encoded = _physics(campaign.text)
    told = _cells(laboratory, observations) if len(observations) else None
    belief = believe(encoded.prior, told)
    own = round_seed(seed, observations)
    found = search_hosts(campaign, belief, n, own, measured=told, encoded=encoded, worst=task.reference)
    return found[list(task.space.columns)]


def lihost_warm(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose the first n hosts from physics and all others without it; see ``ask_tell``.

    Raises
    ------
    InputError
        For a task that is no virtual laboratory.
    """
    chosen = lihost if len(observations) else lihost_physics
    return chosen(_laboratory(task), observations, n, seed)


def _cells(task: VirtualTask, observations: pd.DataFrame) -> pd.DataFrame:
    """Return measured cells as ``optimize tell`` keeps them: whole designs, and what was measured."""
    measured = observations.drop(columns=list(task.space.columns)).reset_index(drop=True)
    return pd.concat([task.complete(observations).frame, measured], axis=1)


def _laboratory(task: Task) -> VirtualTask:
    if not isinstance(task, VirtualTask):
        raise InputError("a contender with physics needs a virtual laboratory", value=task.name)
    return task


@lru_cache(maxsize=1)
def _physics(text: str) -> EncodedPrior:
    """Return what physics says of a campaign's hosts; the values of designs that come again are looked up."""
    return EncodedPrior(physics_of(Campaign(text)), host_encoder())
