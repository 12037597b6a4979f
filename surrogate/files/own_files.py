"""A folder of results that is written again and again, in which files that a person has changed are kept.

What was written is remembered by its hash beside the files (``WRITTEN``). A file that is there and is not as it was
written is somebody's work: the new one gets the next free name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from surrogate.files.output import replacing, write_text

WRITTEN = ".written.json"
_MOST = 1000


class OwnFiles:
    """The files of a folder that this product writes.

    Parameters
    ----------
    folder : Path
        That exists.
    somebodys : callable, optional
        Path of a file of which nothing is remembered -> whether it is somebody's work; default: it is not.
    """

    def __init__(self, folder: Path, somebodys: Callable[[Path], bool] | None = None) -> None:
        self.folder = folder
        self._somebodys = somebodys or (lambda _: False)
        self._hashes = _remembered(folder / WRITTEN)
        #: Files that were written, and those that were kept: name that was wanted -> name that was given.
        self.written: list[Path] = []
        self.kept: dict[str, str] = {}

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a temporary file to write to, which takes the wanted name unless a changed file has it.

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
        target = self.folder / self._free(name)
        with replacing(target) as path:
            yield path
        if target.name != name:
            self.kept[name] = target.name
        self.written.append(target)
        self._hashes[target.name] = _hash(target)
        write_text(json.dumps(self._hashes, indent=1, sort_keys=True) + "\n", self.folder / WRITTEN)

    def _free(self, name: str) -> str:
        stem, _, ending = name.rpartition(".")
        names = [name, *(f"{stem}-{k}.{ending}" for k in range(2, _MOST))]
        return next(one for one in names if not self._is_changed(self.folder / one))

    def _is_changed(self, path: Path) -> bool:
        if not path.exists():
            return False
        known = self._hashes.get(path.name)
        return self._somebodys(path) if known is None else known != _hash(path)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _remembered(path: Path) -> dict[str, str]:
    """Return name -> hash; empty where nothing that can be read is remembered."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
