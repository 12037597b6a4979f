"""Writing files so that a reader sees the old one or the new one, never half of either.

Every writer goes to a temporary file in the same folder, is flushed to the disk, and then takes the name of
the target in one step. A full disk, a folder without the right to write and the like become a StoreError.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import InputError, StoreError

if TYPE_CHECKING:
    import pandas as pd

LOCK_S = 30.0  # what writes under a lock takes seconds
_TO_QUOTE = re.compile(r'[",\r\n]')
_REMEDIES = {
    errno.ENOSPC: "free some space on that disk and run the command again",
    errno.EDQUOT: "free some of your disk quota and run the command again",
    errno.EROFS: "choose a place on a disk that can be written",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EISDIR: "give the name of a file",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def output_folder(path: str | Path) -> Path:
    """The folder, made when it is missing and proven writable, so that a long run does not fail at its end.

    Raises InputError when a file has that name, StoreError when it cannot be made or written.
    """
    path = Path(path)
    with _explained(path, "the folder cannot be used"):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(
                "a file is in the way of the output folder", where=str(path), remedy="give another folder"
            ) from error
        with tempfile.TemporaryFile(dir=path):
            return path


def output_file(path: str | Path) -> Path:
    """The path, once its folder is proven to exist and to be writable.

    Raises InputError when it is a folder or its folder is missing, StoreError when it cannot be written.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError("is a folder", where=str(path), remedy="give the name of a file")
    if not path.parent.is_dir():
        raise InputError(
            "its folder does not exist", where=str(path), remedy=f"make the folder {path.parent}"
        )
    if not _is_device(path):
        output_folder(path.parent)
    return path


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary file to write to; at the end of the block it takes the place of ``path`` in one step.

    When the block fails, ``path`` stays as it was and the temporary file is removed. A device or pipe
    (``/dev/stdout``) is handed out as it is. A link keeps pointing to the file that is replaced.

    Raises StoreError when the disk is full, the folder cannot be written, and the like.
    """
    given = Path(path)
    with _explained(given, "cannot be written"):
        if _is_device(given):
            yield given
            return
        target = given.resolve()
        mode = _mode_of(target)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(mode)
            _flush_to_disk(temporary)
            temporary.replace(target)
            _flush_to_disk(target.parent)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def locked(path: str | Path) -> Iterator[None]:
    """Only one process at a time that asks for this lock changes ``path``; the lock is a hidden file beside it.

    Raises StoreError when another one holds it for LOCK_S, or when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    path = Path(path)
    lock = FileLock(path.resolve().with_name(f".{path.name}.lock"))
    with _explained(path, "cannot be locked"):
        try:
            lock.acquire(timeout=LOCK_S)
        except Timeout as error:
            raise StoreError(
                "another command is writing it", where=str(path), remedy="wait until it is done, and repeat"
            ) from error
    try:
        yield
    finally:
        lock.release()


def write_text(text: str, path: str | Path) -> Path:
    """Write UTF-8 text (HTML, TOML) in one step; returns the path. Raises StoreError as :func:`replacing`."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return Path(path)


def write_csv(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a table without its index in one step; every float as the shortest text that reads back the same.

    The bytes depend on the table alone. Raises StoreError as :func:`replacing`.
    """
    return write_text(csv_text(frame), path)


def csv_text(frame: pd.DataFrame, *, header: bool = True) -> str:
    """What :func:`write_csv` writes; without its header to stand below a table of the same columns."""
    import pyarrow
    from pyarrow.compute import binary_join_element_wise

    names = ",".join(_quoted(str(name)) for name in frame.columns)
    columns = [_cells(column) for _, column in frame.items()]
    comma = pyarrow.scalar(",", pyarrow.large_string())
    lines = binary_join_element_wise(*columns, comma).to_pylist() if columns else []
    return "\n".join([*([names] if header else []), *lines, ""])


def _cells(column: pd.Series) -> Any:
    """The cells as Arrow's text, as the csv module writes them: twice as fast, and more where texts repeat."""
    import pyarrow

    text = pyarrow.large_string()
    given = column.notna()
    if not given.any():
        return pyarrow.repeat(pyarrow.scalar("", text), len(column))
    if column.dtype == "string":
        words = pyarrow.array(column.fillna(""), text)
    else:
        words = pyarrow.array(map(str, column.astype(object).where(given, "").tolist()), text)
    coded = words.dictionary_encode()
    return pyarrow.array(map(_quoted, coded.dictionary.to_pylist()), text).take(coded.indices)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text


def write_json(value: object, path: str | Path) -> Path:
    """Write JSON in one step; NaN and infinities become null. Raises StoreError as :func:`replacing`."""
    return write_text(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n", path)


def plain(value: Any) -> Any:
    """``value`` with numpy's scalars and arrays as Python's own, None for what is not finite, else text."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return None if type(value).__name__ in ("NAType", "NaTType") else str(value)


def _is_device(path: Path) -> bool:
    """A pipe or device: nothing may be put in its place."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _mode_of(target: Path) -> int:
    """Rights of the file that is replaced; for a new one what the user's umask gives (mkstemp gives 0600)."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush_to_disk(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():  # Windows cannot open a folder; the name is safe without it there
            return
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network disks cannot flush a folder
            raise
    finally:
        os.close(handle)


@contextmanager
def _explained(path: Path, what: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader went away: the command ends quietly
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = _REMEDIES.get(error.errno or 0, "check the path and the disk")
        raise StoreError(f"{what}: {reason}", where=str(path), remedy=remedy) from error
