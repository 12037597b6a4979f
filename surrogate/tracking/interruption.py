"""Runs whose process is interrupted: terminated in order, or killed and marked by a later command."""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from surrogate.tracking.store import OpenStore


def process_tag(pid: int) -> str:
    """Return the tag by which a later command can find out whether the process of a run still exists."""
    return f"{platform.node()}:{pid}"


def close_abandoned(opened: OpenStore) -> None:
    """Mark runs FAILED whose process was killed (memory, power) and could not do it itself."""
    if sys.platform == "win32":  # os.kill(pid, 0) is no harmless question there
        return
    for other in opened.client.search_runs([opened.experiment_id], "attributes.status = 'RUNNING'"):
        node, _, pid = str(other.data.tags.get("process", "")).rpartition(":")
        if node == platform.node() and pid.isdigit() and not _alive(int(pid)):
            opened.client.set_terminated(other.info.run_id, "FAILED")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end the run in order, where nothing else handles it; only in the main thread."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def end(_number: int, _frame: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
