"""Commands killed at their changes of the disk and at random moments, in copies of one folder; what is left of them.

Data flow: a folder -> the command let alone in a copy: the state before and after, its changes of the disk and its
seconds -> for each kill another copy: killed, its state is that of before or that of after; the command again, and
its state is that of after.
"""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.faults.commands import Commands, Ended

DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
AT_CHANGES = 0.7  # share of the kills that are at a change of the disk; the others are at random moments


@dataclass(frozen=True)
class Case:
    """A command that is killed.

    Parameters
    ----------
    name : str
        In the table.
    words : sequence of object
        The command.
    prepare : callable
        Fills an empty folder.
    state : callable
        Folder -> what is compared; an error where something is half done.
    between : callable, optional
        (found, before, after) -> whether a state that is neither is allowed.
    again : callable, optional
        State that is found -> whether a person gives the command again. Default: always.
    with_ : str
        As for ``Commands.run``.
    """

    name: str
    words: Sequence[object]
    prepare: Callable[[Path], None]
    state: Callable[[Path], Any]
    between: Callable[[Any, Any, Any], bool] = lambda found, before, after: False
    again: Callable[[Any, Any], bool] = lambda found, after: True
    with_: str = ""


@dataclass
class Row:
    """What came of the kills of a command."""

    name: str
    changes: int
    seconds: float
    kills: int
    left: Counter[str]


@dataclass(frozen=True)
class Alone:
    """A command that was let alone: the folder before it, the states, and how it went."""

    start: Path
    before: Any
    after: Any
    whole: Ended


def let_alone(commands: Commands, case: Case, folder: Path) -> Alone:
    """Run a command to its end in a copy of its folder."""
    start = folder / "start"
    start.mkdir(parents=True)
    case.prepare(start)
    before = case.state(start)
    alone = copied(start, folder / "alone")
    whole = commands.run(alone, *case.words, with_=case.with_)
    assert whole.code == 0, whole.said
    after = case.state(alone)
    assert after != before, f"{case.name} changes nothing"
    return Alone(start, before, after, whole)


def killed(commands: Commands, case: Case, folder: Path, kills: int, rng: np.random.Generator) -> Row:
    """Kill a command many times.

    Parameters
    ----------
    commands : Commands
        That run it.
    case : Case
        The command.
    folder : Path
        To work in.
    kills : int
        How often.
    rng : numpy.random.Generator
        For the moments.

    Returns
    -------
    Row
    """
    alone = let_alone(commands, case, folder)
    whole = alone.whole
    left, done, seconds = Counter[str](), 0, whole.seconds
    for number in range(20 * kills):
        if done == kills:
            break
        place = copied(alone.start, folder / f"killed-{number}")
        if rng.random() < AT_CHANGES:
            at = int(rng.integers(1, whole.changes + 2))
            ended = commands.run(place, *case.words, with_=case.with_, kill_at=at)
        else:
            after_s = float(rng.uniform(0, seconds))
            ended = commands.run(place, *case.words, with_=case.with_, after_s=after_s)
        if not ended.killed:  # it was faster than the one that was timed
            assert ended.code == 0, ended.said
            seconds = min(seconds, ended.seconds)
            continue
        done += 1
        left[judged(commands, case, place, alone)] += 1
        shutil.rmtree(place)
    return Row(case.name, whole.changes, seconds, done, left)


def full(commands: Commands, case: Case, folder: Path, times: int, rng: np.random.Generator) -> Counter[str]:
    """Let the disk fail from some change on, many times.

    Parameters
    ----------
    commands, case, folder, rng
        As for :func:`killed`.
    times : int
        How often.

    Returns
    -------
    Counter of str
        What the command said at its end, in one line, where it was refused; "done" where it was not.
    """
    alone, said = let_alone(commands, case, folder), Counter[str]()
    for number in range(times):
        place = copied(alone.start, folder / f"full-{number}")
        error, at = int(rng.choice(DISK_ERRORS)), int(rng.integers(1, alone.whole.changes + 1))
        ended = commands.run(place, *case.words, with_=case.with_, full_at=at, error=error)
        assert ended.code in (0, 2), f"{case.name}, errno {error} at {at}: {ended.said}"
        if ended.code:
            last = " ".join(ended.said.split(f"{case.words[0]}: ")[-1].split())
            assert "To mend it: " in last, f"{case.name}: {ended.said}"
            said[last.replace(str(place), "")] += 1
        else:
            said["done"] += 1
        judged(commands, case, place, alone)
        shutil.rmtree(place)
    return said


def judged(commands: Commands, case: Case, place: Path, alone: Alone) -> str:
    """Look at what is left, and give the command again; which state was found."""
    found = case.state(place)
    which = "as before" if found == alone.before else "as after" if found == alone.after else "between"
    assert which != "between" or case.between(found, alone.before, alone.after), f"{case.name}: {found}"
    if case.again(found, alone.after):
        again = commands.run(place, *case.words, with_=case.with_)
        assert again.code in ((0,) if which != "as after" else (0, 2)), f"{case.name} again: {again.said}"
        found = case.state(place)
    assert found == alone.after, f"{case.name} again: {found} instead of {alone.after}"
    return which


def copied(start: Path, to: Path) -> Path:
    """Copy a folder to a new place; MLflow keeps connections to a database that was ever opened."""
    shutil.copytree(start, to, symlinks=True)
    return to
