"""A virtual laboratory as a task of a contest: its campaign's space, its truth, its cells.

Data flow: campaign and seed -> ``ReferenceHosts`` (kept: seconds) -> ``VirtualLaboratory`` -> what counts as worst
(the median host of the laboratory) and the hypervolume of its true front (``true_front``; kept as well: a minute) ->
:class:`VirtualTask`. Optimizers are told cells, in the units of people; hypervolume is measured in logarithms, as a
factor of life is worth as much at 100 cycles as at 1,000. Whatever the campaign itself wants, cycle life, critical
current and overpotential are all objectives of the task, and nothing limits them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate.campaign.file import Campaign
from surrogate.errors import InputError
from surrogate.files.kept_table import KEPT, keep_table, kept_table
from surrogate.files.output import output_folder
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import OBJECTIVES, SCALES, TARGETS
from surrogate.laboratory.reference import ReferenceHosts
from surrogate.laboratory.simulations import STATES, Simulations
from surrogate.laboratory.tasks import TaskSource
from surrogate.laboratory.true_front import hypervolume_of_front
from surrogate.laboratory.virtual import LaboratorySettings, VirtualLaboratory
from surrogate.optimization.settings import Direction
from surrogate.physics.code_hash import code_hash
from surrogate.resources import resource
from surrogate.space import Space

FOLDER = Path("mlruns") / "laboratories"
REFERENCE_HOSTS = 300
STOPPED = 300.0  # cycles
FEWEST, ROUNDS, BATCH = 4, 14, 4  # first cells, batches and cells in each: 60 in all
#: Kind of laboratory -> how its settings differ from the defaults.
KINDS: Mapping[str, Mapping[str, float]] = {
    "": {},
    "stopped": {"stopped_after_cycles": STOPPED},
    "flipped": {"flipped_share": 1.0},
    "swapped": {"swapped_share": 1.0},
    "inert": {"inert_share": 1.0},
}
PREFIX = "lab"


@dataclass(frozen=True, eq=False)
class VirtualTask:
    """See :class:`surrogate.laboratory.tasks.Task`; made by :func:`virtual_task`.

    Parameters
    ----------
    name : str
        Short identifier.
    laboratory : VirtualLaboratory
        Where cells are made.
    reference : mapping
        Objective -> the worst value that counts, in its unit.
    best : float or None
        Hypervolume of the true front, as far as it was found.
    """

    name: str
    laboratory: VirtualLaboratory
    reference: Mapping[str, float]
    best: float | None = None
    space: Space = field(init=False)
    start: int = FEWEST
    rounds: int = ROUNDS
    batch: int = BATCH
    logarithmic: bool = True
    candidates: None = None
    top: None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "space", self.campaign.space)

    @property
    def campaign(self) -> Campaign:
        """What the laboratory works on."""
        return self.laboratory.reference.campaign

    @property
    def objectives(self) -> Mapping[str, Direction]:
        """Target -> what is wanted of it."""
        return OBJECTIVES

    def truth(self, designs: pd.DataFrame) -> pd.DataFrame:
        """See :meth:`Task.truth`; NaN where the simulator has no answer."""
        z = self.laboratory.truth(self.complete(designs))
        return pd.DataFrame({name: SCALES[name].from_z(z[name].to_numpy()) for name in self.objectives})

    def measure(self, designs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """See :meth:`Task.measure`."""
        told = self.laboratory.measure(self.complete(designs), int(rng.integers(2**31)))
        kept = [column for name in self.objectives for column in (name, f"{name}_censored")]
        return told[kept].reset_index(drop=True)

    def complete(self, designs: pd.DataFrame) -> CompleteDesigns:
        """Return hosts, the space's columns, with the campaign's conditions."""
        table = designs[list(self.space.columns)].reset_index(drop=True)
        return CompleteDesigns.of(table.assign(**self.campaign.conditions.as_dict()))


def virtual_task(campaign: str, laboratory: int, kind: str = "", root: str = "") -> VirtualTask:
    """Make a laboratory's task.

    Parameters
    ----------
    campaign : str
        Name of a shipped campaign, such as "ether".
    laboratory : int
        Its seed, 0 or more.
    kind : str
        A key of ``KINDS``.
    root : str
        Folder in which what is costly is kept; empty: ``mlruns/laboratories`` of the working directory.

    Returns
    -------
    VirtualTask

    Raises
    ------
    InputError
        For an unknown campaign or kind.
    StoreError
        When nothing can be kept.
    """
    known = campaigns()
    if campaign not in known:
        raise InputError("no such campaign", value=campaign, limit=", ".join(known))
    if kind not in KINDS:
        raise InputError("no such laboratory", value=kind, limit=", ".join(filter(None, KINDS)))
    folder = Path(root) if root else FOLDER
    output_folder(folder)
    reference = _reference(campaign, folder)
    settings = replace(LaboratorySettings(), **KINDS[kind])
    drawn = VirtualLaboratory.draw(reference.campaign, laboratory, settings, reference=reference)
    truth = drawn.truth(reference.designs)
    worst = {name: float(SCALES[name].from_z(np.nanmedian(truth[name]))) for name in OBJECTIVES}
    task = VirtualTask(task_name(campaign, laboratory, kind), drawn, worst)
    path = folder / f"{_key(reference.campaign, laboratory, asdict(settings))}{KEPT}"
    front = kept_table(path)
    if front is None:
        best = hypervolume_of_front(task, reference.designs.frame[list(task.space.columns)])
        front = pd.DataFrame({"task": [task.name], "best": [best]})
        keep_table(front, path)
    return replace(task, best=float(front["best"].iloc[0]))


def task_name(campaign: str, laboratory: int, kind: str = "") -> str:
    """Return the name of a laboratory's task, such as ``lab-ether:3`` or ``lab-ether-flipped:3``."""
    return f"{kind_name(campaign, kind)}:{laboratory}"


def kind_name(campaign: str, kind: str = "") -> str:
    """Return what the tasks of all laboratories of a kind begin with, such as ``lab-ether-flipped``."""
    return "-".join(filter(None, (PREFIX, campaign, kind)))


def campaigns() -> list[str]:
    """List the shipped campaigns."""
    return sorted(path.stem for path in resource("training/campaigns").glob("*.toml"))


def sources_named(name: str, laboratories: int) -> list[TaskSource]:
    """Read a task's name as it is written after ``--tasks``.

    Parameters
    ----------
    name : str
        ``lab-ether:3``, or ``lab-ether`` for the first laboratories; ``lab-ether-flipped`` and so on.
    laboratories : int
        How many these are.

    Returns
    -------
    list of TaskSource
        Empty where the name is of no laboratory.
    """
    group, colon, number = name.partition(":")
    if bool(colon) != number.isdigit():
        return []
    for campaign in campaigns():
        for kind in KINDS:
            if group == kind_name(campaign, kind):
                numbers = [int(number)] if colon else range(laboratories)
                return [_source(campaign, k, kind) for k in numbers]
    return []


def _source(campaign: str, laboratory: int, kind: str) -> TaskSource:
    arguments = {"campaign": campaign, "laboratory": laboratory, "kind": kind}
    name, bounds = task_name(campaign, laboratory, kind), "stopped_after_cycles" in KINDS[kind]
    return TaskSource(name, f"{__name__}:virtual_task", arguments, physics=True, bounds=bounds)


@lru_cache(maxsize=8)
def _reference(campaign: str, folder: Path) -> ReferenceHosts:
    """Read the reference hosts of a shipped campaign where they are kept, else make and keep them."""
    # Other optimizers know no limits on outcomes, and nothing of methods, whose hosts are several spaces: the contest
    # is in all three targets, in every electrolyte, over all hosts.
    shipped = Campaign.load(resource(f"training/campaigns/{campaign}.toml"))
    loaded = shipped.without_methods().wanting(OBJECTIVES)
    path, columns = folder / f"{_key(loaded, 0, {'hosts': REFERENCE_HOSTS})}{KEPT}", [*TARGETS, *STATES]
    table = kept_table(path)
    if table is None:
        made = ReferenceHosts.of(loaded, REFERENCE_HOSTS)
        keep_table(pd.concat([made.designs.frame, made.nominal(made.designs)[columns]], axis=1), path)
        return made
    nominal = Simulations()
    designs = CompleteDesigns.of(table.drop(columns=columns))
    nominal.remember(designs, table)
    return ReferenceHosts(loaded, designs, nominal)


def _key(campaign: Campaign, laboratory: int, settings: Mapping[str, Any]) -> str:
    """Hash of everything that a laboratory is made from."""
    made_from = [code_hash(), campaign.text, laboratory, dict(settings)]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:16]
