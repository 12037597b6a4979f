"""Other projects' optimizers as contenders, each asked in a process of its own: JSON in, JSON out.

A question holds the space, the objectives with their references, all observations, n and the seed; ``peers`` has one
program for each project, which builds its model anew. Seconds count from the question to the answer inside that
process, without its imports. What a peer proposes is rounded and repaired by ``Space.round`` like everyone's; what is
still not allowed is replaced by a random design.

A peer whose needs do not fit the product's may be installed elsewhere: the variable ``LIHOST_PEERS_PYTHON`` names the
Python to ask.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pandas as pd

from surrogate.errors import DesignError, LihostError, SpaceError
from surrogate.files.output import plain
from surrogate.laboratory.allowed_designs import together
from surrogate.laboratory.rounds import remaining
from surrogate.laboratory.tasks import Task
from surrogate.space import Categorical, Continuous, Discrete, LinearConstraint, Space

VARIABLE = "LIHOST_PEERS_PYTHON"
_LONGEST_REASON = 300  # characters


def baybe(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Ask BayBE; see ``ask_tell``."""
    return _ask("ask_baybe", task, observations, n, seed)


def ax(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Ask Ax; see ``ask_tell``."""
    return _ask("ask_ax", task, observations, n, seed)


def bofire(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Ask BoFire; see ``ask_tell``."""
    return _ask("ask_bofire", task, observations, n, seed)


@cache
def installed(package: str) -> bool:
    """Say whether a package is there for the Python that is asked.

    Parameters
    ----------
    package : str
        Its import name.
    """
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({package!r}) is None)"
    try:
        return subprocess.run([python(), "-c", look], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@cache
def installed_versions(package: str) -> str:
    """Return the distributions that provide a package for the Python that is asked, with their versions.

    Parameters
    ----------
    package : str
        Its import name.

    Returns
    -------
    str
        Such as ``ax-platform 1.0``; empty where there is none.
    """
    look = (
        "from importlib.metadata import packages_distributions, version; "
        f"names = sorted(set(packages_distributions().get({package!r}, []))); "
        "print(*(f'{name} {version(name)}' for name in names))"
    )
    try:
        ended = subprocess.run([python(), "-c", look], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return ended.stdout.strip()


def python() -> str:
    """Return the Python that peers run in."""
    return os.environ.get(VARIABLE, "").strip() or sys.executable


def question(task: Task, observations: pd.DataFrame, n: int, seed: int) -> dict[str, Any]:
    """Write what a peer is asked.

    Parameters
    ----------
    task : Task
        What is optimized.
    observations : DataFrame
        The space's columns and the objectives.
    n, seed : int
        Designs wanted; of the run.

    Returns
    -------
    dict
        What JSON can hold: ``parameters``, ``constraints`` (linear), ``objectives``, ``reference``, ``observations``,
        ``candidates`` (those left, or None), ``n``, ``seed`` and ``experiments``.
    """
    names = [*task.space.columns, *task.objectives]
    measured = observations.dropna(subset=list(task.objectives))
    left = None if task.candidates is None else remaining(task, observations).to_dict("records")
    asked: dict[str, Any] = plain(
        {
            "parameters": _parameters(task.space),
            "constraints": [
                {"coefficients": one.coefficients, "sense": one.sense, "bound": one.bound}
                for one in task.space.constraints
                if isinstance(one, LinearConstraint)
            ],
            "objectives": task.objectives,
            "reference": task.reference,
            "observations": measured[names].to_dict("records"),
            "candidates": left,
            "n": n,
            "seed": seed,
            "experiments": len(observations),
        }
    )
    return asked


def _parameters(space: Space) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in space.parameters:
        if isinstance(one, Categorical):
            found.append({"kind": "categorical", "name": one.name, "values": list(one.values)})
        elif isinstance(one, Continuous | Discrete):  # rounding takes the nearest of listed values
            whole = isinstance(one, Continuous) and one.whole
            limits = {"lower": one.lower, "upper": one.upper, "log": one.log, "whole": whole}
            found.append({"kind": "continuous", "name": one.name, **limits})
        else:
            found.append({"kind": "simplex", "name": one.name, "parts": one.limits})
    return found


def _ask(program: str, task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    from surrogate.laboratory.own_process import one_thread

    ended = subprocess.run(
        [python(), "-m", f"surrogate.laboratory.peers.{program}"], env=one_thread(), check=False,
        input=json.dumps(question(task, observations, n, seed)), capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if ended.returncode != 0:
        last = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
        raise LihostError(
            "gave no answer", where=program, value=last[-1][:_LONGEST_REASON] if last else ended.returncode
        )
    answer = json.loads(ended.stdout.splitlines()[-1])
    designs = [one for row in answer["designs"] if (one := _allowed(task.space, row)) is not None]
    found = together(task, designs, n, observations, seed)
    found.attrs = {"seconds": answer["seconds"], "memory_mb": answer["memory_mb"]}
    return found


def _allowed(space: Space, row: dict[str, Any]) -> pd.DataFrame | None:
    try:
        design = space.round(pd.DataFrame([row]))
    except (DesignError, SpaceError):
        return None
    return design if bool(space.contains(design)[0]) else None
