"""Files of a user damaged at random: what is read from them is refused, is as before, or is made again.

Data flow: a folder with the files of one kind -> the answer that they give -> for each damage a copy in which one
file is changed (a bit, a digit, a sector of zeros, or its end cut off) -> the answer again.
"""

from __future__ import annotations

import itertools
import re
import shutil
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from surrogate.errors import LihostError, LihostWarning

KINDS = ("bit", "bit", "bit", "digit", "digit", "sector", "cut", "cut")
SECTOR = 512  # bytes
_DIGIT = re.compile(rb"[0-9]")


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Parameters
    ----------
    name : str
        In the table.
    prepare : callable
        Fills an empty folder.
    files : str
        Pattern of the files that are damaged.
    answer : callable
        Folder -> what the product answers from them, to be compared.
    edited : bool
        Whether people edit such files, so that another value cannot be told from what they mean.
    """

    name: str
    prepare: Callable[[Path], Any]
    files: str
    answer: Callable[[Path], Any]
    edited: bool = False


@dataclass
class Row:
    """What came of the damages of a kind of file."""

    name: str
    found: Counter[str]
    refusals: Counter[str]


def damaged(content: bytes, kind: str, rng: np.random.Generator) -> bytes:
    """Return other bytes.

    Parameters
    ----------
    content : bytes
        Of a file, at least one.
    kind : str
        One of ``KINDS``.
    rng : numpy.random.Generator
        For the place.
    """
    changed = bytearray(content)
    at = int(rng.integers(len(changed)))
    digits = [found.start() for found in _DIGIT.finditer(content)] if kind == "digit" else []
    if kind == "cut":
        return content[:at]
    if kind == "sector":
        start = at // SECTOR * SECTOR
        changed[start : start + SECTOR] = bytes(len(changed[start : start + SECTOR]))
    elif digits:
        at = digits[int(rng.integers(len(digits)))]
        changed[at] = ord("0") + (changed[at] - ord("0") + int(rng.integers(1, 10))) % 10
    else:
        changed[at] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def judged(kind: Kind, folder: Path, times: int, rng: np.random.Generator) -> Row:
    """Damage files of a kind many times.

    Parameters
    ----------
    kind : Kind
        Of file.
    folder : Path
        To work in.
    times : int
        How often.
    rng : numpy.random.Generator
        For files, kinds of damage and places.

    Returns
    -------
    Row
        ``refused``, ``without effect``, and ``an edit`` where people edit such files.
    """
    start = folder / "start"
    start.mkdir(parents=True)
    kind.prepare(start)
    before = kind.answer(start)
    assert kind.answer(start) == before, "it does not give the same answer twice"
    names = sorted(
        path.relative_to(start) for path in start.glob(kind.files) if path.is_file() and path.stat().st_size
    )
    assert names, kind.files
    found, refusals, tried = Counter[str](), Counter[str](), itertools.count()
    while sum(found.values()) < times:
        for left in folder.glob("damaged-*"):
            shutil.rmtree(left)
        how, name = str(rng.choice(KINDS)), names[int(rng.integers(len(names)))]
        content = (start / name).read_bytes()
        other = damaged(content, how, rng)
        if other == content:
            continue
        place = (
            folder / f"damaged-{next(tried)}"
        )  # MLflow keeps connections to a database that was ever opened
        shutil.copytree(start, place)
        (place / name).write_bytes(other)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", LihostWarning)  # that something is not used
                answer = kind.answer(place)
        except LihostWarning as warning:
            found["refused"] += 1
            refusals[str(warning)] += 1
            continue
        except LihostError as error:
            refused = str(error).replace(str(place), "")
            found["refused" if "To mend it: " in refused else "no remedy"] += 1
            refusals[refused] += 1
            continue
        which = "without effect" if answer == before else "an edit" if kind.edited else "wrong"
        place_of = next(
            (k for k, (a, b) in enumerate(zip(content, other, strict=False)) if a != b), len(other)
        )
        assert which != "wrong", f"{kind.name}: {how} of {name} at {place_of}: {answer} instead of {before}"
        found[which] += 1
    assert not found["no remedy"], [one for one in refusals if "To mend it: " not in one]
    return Row(kind.name, found, refusals)
