"""Which process a run belongs to, whether that process still exists, and a place for its temporary files.

A process is told by machine, number and start: numbers are used again, so that a number that is taken says nothing of
the process that had it before. Temporary files of a run stand in one folder named after its process; what a killed
process left there is removed by the next run on the machine.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "lihost-run-"
_PARTS = 3  # of a process: machine, number, start
_PS_S = 10.0


def process_tag(pid: int) -> str:
    """Return the tag by which a later command can find out whether a process still exists.

    Parameters
    ----------
    pid : int
        Number of a process of this machine.

    Returns
    -------
    str
        ``machine:number:start``; the start is empty where the system does not tell it.
    """
    return f"{platform.node()}:{pid}:{_state(pid)[1]}"


def is_gone(tag: str) -> bool:
    """Test whether the process of a tag was one of this machine and exists no longer.

    Parameters
    ----------
    tag : str
        Of :func:`process_tag`; ``machine:number`` is read as well.

    Returns
    -------
    bool
        False in doubt: of another machine's processes nothing is known here.
    """
    machine, pid, start = [*tag.split(":"), "", ""][:_PARTS]
    if machine != platform.node() or not pid.isdigit():
        return False
    if sys.platform == "win32":  # os.kill(pid, 0) is no harmless question there
        return False
    if not _exists(int(pid)):
        return True
    state, now = _state(int(pid))
    # Killed, and its parent has not asked how it ended (Z, X); or the number is another process's by now.
    return state in ("Z", "X") or bool(start and now and start != now)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _state(pid: int) -> tuple[str, str]:
    """Return state (a letter) and start of a process, letters and digits; empty where they are not told."""
    try:
        # pid (name) state ...; the name may hold anything. The start is field 22: ticks since the machine started.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return fields[0], fields[19]
    except (OSError, IndexError):
        pass
    if os.name != "posix":
        return "", ""
    try:
        told = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)],
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},  # the same words whenever and whoever asks
            capture_output=True, text=True, timeout=_PS_S, check=False,
        ).stdout.split()  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return "", ""
    return (told[0][0], "".join("".join(told[1:]).split(":"))) if told else ("", "")


@contextmanager
def scratch() -> Iterator[None]:
    """Let temporary files stand in a folder of this process inside the block, and remove it at the end.

    MLflow writes each file of a run to a temporary folder first, which a killed process leaves behind; so the folders
    of processes that are gone are removed on the way in. Only in the main thread: where temporary files stand is one
    setting for all threads.
    """
    top = Path(tempfile.gettempdir())
    if threading.current_thread() is not threading.main_thread() or top.name.startswith(_PREFIX):
        yield
        return
    for left in top.glob(f"{_PREFIX}*"):
        parts = left.name.removeprefix(_PREFIX).rsplit("-", _PARTS)
        if is_gone(":".join(parts[:_PARTS])):
            shutil.rmtree(left, ignore_errors=True)
    before = tempfile.tempdir
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{process_tag(os.getpid()).replace(':', '-')}-")
    tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)
