"""Machine code that numba keeps is used only as it was written.

numba loads and runs what its cache files hold without asking whether it is what was compiled: a bit that has changed
on the disk would give wrong numbers. In a folder that is given to :func:`checked` each file begins with the SHA-256
of the rest; a file that is not what it says counts as absent, so that the function is compiled again and its file
replaced. What cannot be written, as on a full disk, is not kept: that costs time, never a result.
"""

from __future__ import annotations

import hashlib
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

from numba.core import caching

_DIGEST = hashlib.sha256().digest_size


class CheckedFile(caching.IndexDataCacheFile):
    """The cache of a function, an index and its data files, as :mod:`numba.core.caching` uses it."""

    def save(self, key: object, data: object) -> None:
        """Keep compiled code, where that is possible."""
        with suppress(OSError):
            super().save(key, data)

    def _load_index(self) -> dict[object, str]:
        try:
            version, stamp, overloads = pickle.loads(_content(self._index_path))
        except OSError:
            return {}
        return overloads if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict[object, str]) -> None:
        with self._open_for_write(self._index_path) as file:
            file.write(self._dump((self._version, self._source_stamp, overloads)))

    def _load_data(self, name: str) -> object:
        return pickle.loads(_content(self._data_path(name)))

    def _dump(self, obj: object) -> bytes:
        content: bytes = super()._dump(obj)
        return hashlib.sha256(content).digest() + content


def checked(folder: Path) -> None:
    """Let the files that numba keeps in a folder be checked; those in other folders are as they were.

    Parameters
    ----------
    folder : Path
        What ``numba.config.CACHE_DIR`` is set to before functions are declared.
    """
    plain = caching.IndexDataCacheFile

    def file_of(cache_path: str, filename_base: str, source_stamp: object) -> Any:
        kind = CheckedFile if Path(cache_path).is_relative_to(folder) else plain
        return kind(cache_path=cache_path, filename_base=filename_base, source_stamp=source_stamp)

    caching.IndexDataCacheFile = file_of


def _content(path: str) -> bytes:
    """Read what was written to a file; an ``OSError``, which numba takes for a missing file, where it was changed."""
    file = Path(path).read_bytes()
    digest, content = file[:_DIGEST], file[_DIGEST:]
    if hashlib.sha256(content).digest() != digest:
        raise OSError(f"{path} is not what was written")
    return content
