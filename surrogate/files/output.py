"""Writing files so that a reader sees the old version or the new version, never half of either.

Every writer goes to a temporary file in the same folder, is flushed to the disk, and then takes the name of
the target in one step. A full disk, a folder without write permission and the like become a StoreError.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import InputError, StoreError
from surrogate.files.formula import as_text

if TYPE_CHECKING:
    import pandas as pd

LOCK_S = 30.0  # wait for a lock; whatever is written under it takes seconds
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
    """Make a folder, if it is missing, and prove it writable, so that a long run does not fail at its end.

    Parameters
    ----------
    path : str or Path
        The folder.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        When a file has that name.
    StoreError
        When it cannot be made or written to.
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
    """Prove that a file can be written, so that a long run does not fail at its end.

    Parameters
    ----------
    path : str or Path
        The file; it is not touched.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        When it is a folder or its folder is missing.
    StoreError
        When its folder cannot be written to.
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


def removing(folder: str | Path) -> None:
    """Remove a folder with all that is in it, or a file; nothing where there is none.

    Parameters
    ----------
    folder : str or Path
        What to remove.

    Raises
    ------
    StoreError
        When it cannot be removed.
    """
    path = Path(folder)
    with _explained(path, "cannot be removed"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary file to write to, which replaces the target in one step at the end of the block.

    When the block fails, the target stays as it was and the temporary file is removed. A device or pipe
    (``/dev/stdout``) is yielded as it is. A link keeps pointing to the file that is replaced.

    Parameters
    ----------
    path : str or Path
        The target.

    Yields
    ------
    Path
        The file to write to.

    Raises
    ------
    StoreError
        When the disk is full, the folder cannot be written to, and the like.
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
def locked(
    path: str | Path,
    wait_s: float | None = None,
    held: str = "another command is writing it",
    remedy: str = "wait until it is done, and repeat",
) -> Iterator[None]:
    """Hold a lock on a file, so that only one process at a time that asks for it changes the file.

    The lock is a hidden file beside it.

    Parameters
    ----------
    path : str or Path
        The file, which need not exist.
    wait_s : float, optional
        How long to wait for the lock, s; default: ``LOCK_S``.
    held, remedy : str
        What is said where another process holds it for longer.

    Raises
    ------
    StoreError
        When another process holds the lock for longer than ``wait_s``, or the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    path = Path(path)
    lock = FileLock(path.resolve().with_name(f".{path.name}.lock"))
    with _explained(path, "cannot be locked"):
        try:
            lock.acquire(timeout=LOCK_S if wait_s is None else wait_s)
        except Timeout as error:
            raise StoreError(held, where=str(path), remedy=remedy) from error
        except NotImplementedError as error:  # so says filelock of a file system without locks
            raise StoreError(
                "its file system has no locks", where=str(path), remedy="choose a folder on another one"
            ) from error
    try:
        yield
    finally:
        lock.release()


def write_text(text: str, path: str | Path) -> Path:
    """Write UTF-8 text (HTML, TOML) in one step.

    Parameters
    ----------
    text : str
        The text.
    path : str or Path
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        As in :func:`replacing`.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return Path(path)


def append_text(text: str, path: str | Path) -> Path:
    """Add UTF-8 text to the end of a file, on the disk when this returns; the cost does not grow with the file.

    A process that is killed meanwhile may leave a part of the text, at the end.

    Parameters
    ----------
    text : str
        The text.
    path : str or Path
        The file; it is made where it is missing.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        As in :func:`replacing`.
    """
    path = Path(path)
    with _explained(path, "cannot be written"):
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
        _flush_to_disk(path)
    return path


def write_csv(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a table, without its index, in one step.

    Every float is the shortest text that reads back the same, and the bytes depend on the table alone. A text that a
    spreadsheet would run as a formula begins with an apostrophe (``files.formula``), which readers here take off.

    Parameters
    ----------
    frame : DataFrame
        The table.
    path : str or Path
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        As in :func:`replacing`.
    """
    return write_text(csv_text(frame), path)


def csv_text(frame: pd.DataFrame, *, header: bool = True) -> str:
    """Return the text that :func:`write_csv` writes.

    Parameters
    ----------
    frame : DataFrame
        The table.
    header : bool
        Whether to begin with the column names; without them the text can be added to a table of the same columns.

    Returns
    -------
    str
    """
    import pyarrow
    from pyarrow.compute import binary_join_element_wise

    names = ",".join(_quoted(str(name)) for name in frame.columns)
    columns = [_cells(column) for _, column in frame.items()]
    comma = pyarrow.scalar(",", pyarrow.large_string())
    lines = binary_join_element_wise(*columns, comma).to_pylist() if columns else []
    return "\n".join([*([names] if header else []), *lines, ""])


def _cells(column: pd.Series) -> Any:
    """Write cells as the csv module does, but as Arrow text: twice as fast, and more where texts repeat."""
    import pyarrow

    text = pyarrow.large_string()
    given = column.notna()
    if not given.any():
        return pyarrow.repeat(pyarrow.scalar("", text), len(column))
    if column.dtype == "string":
        words = pyarrow.array(column.fillna("").to_numpy(dtype=object), text)  # whole, of several tables too
    else:
        words = pyarrow.array(map(str, column.astype(object).where(given, "").tolist()), text)
    coded = words.dictionary_encode()
    return pyarrow.array(map(_quoted, coded.dictionary.to_pylist()), text).take(coded.indices)


def _quoted(text: str) -> str:
    text = as_text(text)
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text


def write_json(value: object, path: str | Path) -> Path:
    """Write JSON in one step; NaN and infinities become null.

    Parameters
    ----------
    value : object
        What :func:`plain` can convert.
    path : str or Path
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        As in :func:`replacing`.
    """
    return write_text(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n", path)


def plain(value: Any) -> Any:
    """Convert a value to what JSON can hold.

    Parameters
    ----------
    value : object
        Any value, nested or not.

    Returns
    -------
    object
        NumPy scalars and arrays as Python's own types, None for numbers that are not finite and for missing
        values, text for any other object.
    """
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
    """Test for a pipe or device, which nothing may replace."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _mode_of(target: Path) -> int:
    """Return the permissions of the replaced file, or for a new file those of the umask (mkstemp gives 0600)."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush_to_disk(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():  # Windows cannot open a folder, and the name is safe there without it
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
    """Turn an OSError into a StoreError that says what to do."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader has gone: the command ends quietly
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = _REMEDIES.get(error.errno or 0, "check the path and the disk")
        raise StoreError(f"{what}: {reason}", where=str(path), remedy=remedy) from error
