"""A folder of results that is written again and again, in which a person's files are kept.

What was written is remembered by its hash beside the files (``WRITTEN``), before it takes its name: a command that is
killed leaves no file that looks like somebody's. A file that is there and is not as it was written, or of which
nothing is remembered, is somebody's work: the new one gets the next free name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from surrogate.files.output import locked, replacing, write_text
from surrogate.files.parsing import json_of

WRITTEN = ".written.json"
_MOST = 1000


class OwnFiles:
    """The files of a folder that this product writes.

    Parameters
    ----------
    folder : Path
        That exists.
    earlier : callable, optional
        Path of a file of which nothing is remembered -> whether an earlier version of this product wrote it, so that
        it is replaced; default: none did.
    """

    def __init__(self, folder: Path, earlier: Callable[[Path], bool] | None = None) -> None:
        self.folder = folder
        self._earlier = earlier or (lambda _: False)
        self._hashes = _remembered(folder / WRITTEN)
        #: Files that were written, and those that were kept: name that was wanted -> name that was given.
        self.written: list[Path] = []
        self.kept: dict[str, str] = {}
        #: Of those that were kept, the names of which nothing was remembered.
        self.foreign: set[str] = set()

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a temporary file to write to, which takes the wanted name unless a person's file has it.

        Parameters
        ----------
        name : str
            The wanted name.

        Yields
        ------
        Path
            The file to write to.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        with locked(self.folder / WRITTEN, held="another command is writing these files"):
            self._hashes |= _remembered(
                self.folder / WRITTEN
            )  # of another command that is at this folder too
            with self._taking(name) as path:
                yield path

    @contextmanager
    def _taking(self, name: str) -> Iterator[Path]:
        target = self.folder / self._free(name)
        with replacing(target) as path:
            yield path
            if target.name != name:
                self.kept[name] = target.name
                if name not in self._hashes:
                    self.foreign.add(name)
            # Of a file that is replaced both are ours, whichever is there when this is stopped.
            self._hashes[target.name] = " ".join([*([_hash(target)] if target.exists() else []), _hash(path)])
            write_text(json.dumps(self._hashes, indent=1, sort_keys=True) + "\n", self.folder / WRITTEN)
        self.written.append(target)

    def _free(self, name: str) -> str:
        stem, _, ending = name.rpartition(".")
        names = [name, *(f"{stem}-{k}.{ending}" for k in range(2, _MOST))]
        return next(one for one in names if not self._is_somebodys(self.folder / one))

    def _is_somebodys(self, path: Path) -> bool:
        if not path.exists():
            return False
        known = self._hashes.get(path.name)
        return not self._earlier(path) if known is None else _hash(path) not in known.split(" ")

    def kept_in_words(self) -> list[str]:
        """Say which files were kept and under which name the new ones are, a sentence each."""
        return [
            f"{self.folder / wanted} "
            + (
                "is not known to be written by this program"
                if wanted in self.foreign
                else "was changed since it was written"
            )
            + f" and is kept; the new one is {given}"
            for wanted, given in self.kept.items()
        ]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _remembered(path: Path) -> dict[str, str]:
    """Return name -> hashes, between them a space; empty where nothing that can be read is remembered."""
    try:
        found = json_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
