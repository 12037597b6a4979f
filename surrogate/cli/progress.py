"""Progress on stderr: a live bar on a terminal, a plain line now and then elsewhere (a log, a pipe)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from surrogate.cli.console import print_message, stderr

if TYPE_CHECKING:
    from rich.console import Console

# (what is being done, how many are done, of how many); a total of 0 is not known yet
Report = Callable[[str, int, int], None]

_LINE_EVERY_S = 10.0


@contextmanager
def progress() -> Iterator[Report]:
    """Show progress on stderr while the block runs; every stage keeps its own line.

    Yields
    ------
    callable
        Called with (stage, steps done, steps in all).
    """
    console = stderr()
    if console.is_terminal and not console.is_dumb_terminal:
        with _bars(console) as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _bars(console: Console) -> Iterator[Report]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    tasks = {}
    with Progress(*columns, console=console) as bars:

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total or None)
            bars.update(tasks[what], completed=done, total=total or None)

        yield report


class _Lines:
    """A line when a stage begins, when it ends, and every ten seconds between them."""

    def __init__(self) -> None:
        self._started: dict[str, float] = {}
        self._shown: dict[str, float] = {}
        self._ended: set[str] = set()

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        first = what not in self._started
        self._started.setdefault(what, now)
        ended = 0 < total <= done
        if what in self._ended or not (first or ended or now - self._shown[what] >= _LINE_EVERY_S):
            return
        self._shown[what] = now
        if ended:
            self._ended.add(what)
            print_message(f"{what}: done ({now - self._started[what]:.1f} s)")
        elif first:
            print_message(f"{what}: {total:,} to do" if total > 9 else f"{what} ...")
        else:
            print_message(f"{what}: {done:,} of {total:,}" if total else f"{what}: {done:,}")
