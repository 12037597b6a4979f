"""Who takes part in a contest of optimizers, behind one stateless adapter.

    propose(task, observations, n, seed) -> DataFrame of n rows, the space's columns

``observations`` are all designs measured so far with what was measured, oldest first; ``seed`` is that of the whole
run, and the same in every round. A contender that works in a process of its own says what it cost there in the
``attrs`` of its answer: ``seconds`` of proposing alone and ``memory_mb`` at the most.

Contenders by name are in ``CONTENDERS``; each module is imported when it is asked. What is proposed has to be
allowed: contenders that know no constraints are helped by ``allowed_designs``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec

import pandas as pd

from surrogate.errors import InputError
from surrogate.laboratory.tasks import Task, TaskSource, named

_HERE = "surrogate.laboratory"
Propose = Callable[[Task, pd.DataFrame, int, int], pd.DataFrame]


@dataclass(frozen=True)
class Contender:
    """An optimizer that can take part.

    Parameters
    ----------
    name : str
        Short identifier.
    adapter : str
        ``module:function`` of its :data:`Propose`.
    about : str
        What it is, in a line.
    package : str
        The import that has to be there; empty: none.
    physics : bool
        Whether it needs a task with a campaign: a virtual laboratory.
    begins : bool
        Whether it is asked for the first designs as well, which are else the same for all.
    bounds : bool
        Whether it needs a task whose tests end before all cells have failed; it is another contender elsewhere.
    """

    name: str
    adapter: str
    about: str
    package: str = ""
    physics: bool = False
    begins: bool = False
    bounds: bool = False

    def meets(self, source: TaskSource) -> bool:
        """Say whether it takes part in a task."""
        return (source.physics or not self.physics) and (source.bounds or not self.bounds)

    @property
    def ours(self) -> bool:
        """Whether it is the product itself."""
        return self.adapter.startswith(f"{_HERE}.own_")

    @property
    def installed(self) -> bool:
        """Whether it can take part here."""
        if not self.package:
            return True
        from surrogate.laboratory.peer_process import installed

        return installed(self.package) if self.name in PEERS else find_spec(self.package) is not None

    def propose(self, task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
        """Ask for n designs; see the head of this module."""
        answer: pd.DataFrame = named(self.adapter)(task, observations, n, seed)
        return answer


PEERS = ("baybe", "ax", "bofire")
CONTENDERS = {
    contender.name: contender
    for contender in (
        Contender("lihost", f"{_HERE}.own_optimizer:lihost", "surrogate.optimization.propose, without physics"),
        Contender(
            "lihost_physics", f"{_HERE}.own_with_physics:lihost_physics", "as optimize proposes hosts",
            physics=True, begins=True,
        ),
        Contender(
            "lihost_warm", f"{_HERE}.own_with_physics:lihost_warm", "lihost after a first batch from physics",
            physics=True, begins=True,
        ),
        Contender(
            "lihost_as_values", f"{_HERE}.own_with_physics:lihost_as_values",
            "lihost_physics that takes the cycles of a running cell for its life",
            physics=True, begins=True, bounds=True,
        ),
        Contender(
            "lihost_waiting", f"{_HERE}.own_with_physics:lihost_waiting",
            "lihost_physics that is told of no cell before it has ended",
            physics=True, begins=True, bounds=True,
        ),
        Contender("random", f"{_HERE}.plain_designs:random", "a new quasi-random sample for each batch"),
        Contender("sobol", f"{_HERE}.plain_designs:sobol", "one Sobol sequence, batch after batch"),
        Contender("optuna_tpe", f"{_HERE}.with_optuna:tpe", "Optuna's TPESampler", "optuna"),
        Contender("optuna_nsga2", f"{_HERE}.with_optuna:nsga2", "Optuna's NSGAIISampler", "optuna"),
        Contender("optuna_gp", f"{_HERE}.with_optuna:gp", "Optuna's GPSampler", "optuna"),
        Contender("botorch", f"{_HERE}.with_botorch:botorch", "a plain BoTorch model", "botorch"),
        Contender("baybe", f"{_HERE}.peer_process:baybe", "BayBE with its defaults", "baybe"),
        Contender("ax", f"{_HERE}.peer_process:ax", "Ax with its defaults", "ax"),
        Contender("bofire", f"{_HERE}.peer_process:bofire", "BoFire's SOBO or MOBO with its defaults", "bofire"),
    )
}  # fmt: skip


def contenders(names: Iterable[str] | None) -> tuple[list[Contender], list[str]]:
    """Choose contenders.

    Parameters
    ----------
    names : iterable of str or None
        None: all.

    Returns
    -------
    chosen : list of Contender
        Those that can take part here.
    missing : list of str
        Names of those that are not installed.

    Raises
    ------
    InputError
        For an unknown name, with a list of those that exist, or when none is left.
    """
    wanted = list(dict.fromkeys(CONTENDERS if names is None else names))
    for name in wanted:
        if name not in CONTENDERS:
            raise InputError("no such contender", value=name, limit=", ".join(CONTENDERS))
    chosen = [CONTENDERS[name] for name in wanted if CONTENDERS[name].installed]
    missing = [name for name in wanted if not CONTENDERS[name].installed]
    if not chosen:
        raise InputError(
            "no contender is installed", value=", ".join(missing), remedy="pip install 'lihost[peers]'"
        )
    return chosen, missing
