"""Where independent pieces of work are done: here, in processes of this machine, or by the workers of a Dask cluster.

Data flow: a function and its items -> each item to whoever is free -> (place of the item, result), as they come. The
function and the items have to be picklable (threads need not) and the results must not depend on who makes them: then
nothing depends on how many there are. A worker that is lost loses the pieces it was at; they are done again, by
another. Simulated tables, the simulations of a campaign, sensitivities, the folds of a training and the runs of a
contest are done this way.
"""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import surrogate
from surrogate.errors import InputError, LihostError
from surrogate.resources import resource

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Result = TypeVar("Result")

LOCAL = "local"
AHEAD = 2  # pieces that are handed out for each worker: none waits for the next, and few results wait here
MOST_LOST = 5  # times in a row that workers may be lost before anything is done
CONNECT_S = 20  # for a scheduler to answer
PARENT_S = 1.0  # how often a process looks whether its parent still runs
_COMPUTES = ("numpy", "scipy", "numba", "llvmlite", "torch", "gpytorch", "botorch", "pandas", "pyarrow")
_AGAIN = "and run the command again, which goes on where it stopped"


class Workers(Protocol):
    """Who works."""

    def results(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Yield the place of each item and its result, in whatever order they are done."""
        ...


class Here:
    """Nobody but this process, one piece after the other."""

    def results(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Yield (place, result) in the order of the items."""
        for place, item in enumerate(items):
            yield place, work(item)


class Threads:
    """Threads of this process, for work that is not done in Python: compiled code, and processes that are waited for.

    Parameters
    ----------
    count : int
        How many.
    waits : bool
        Whether pieces that are under way are done to their end where one fails.
    """

    def __init__(self, count: int, waits: bool = True) -> None:
        self.count, self._waits = count, waits

    def results(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Yield (place, result) as they are done."""
        pool = ThreadPoolExecutor(self.count)
        try:
            yield from _as_they_come(pool, self.count, work, dict(enumerate(items)), self._waits)
        finally:
            pool.shutdown(wait=self._waits, cancel_futures=True)


class Processes:
    """Processes of this machine; they are started with the first work, and kept for the next until :meth:`close`.

    Parameters
    ----------
    count : int
        How many.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def results(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Yield (place, result) as they are done.

        Raises
        ------
        LihostError
            When processes are lost again and again.
        """
        left, lost = dict(enumerate(items)), 0
        while left:
            try:
                for place, result in _as_they_come(self._started(), AHEAD * self.count, work, left):
                    del left[place]
                    lost = 0
                    yield place, result
            except BrokenProcessPool as error:
                self.close()
                lost += 1
                if lost >= MOST_LOST:
                    raise LihostError(
                        "worker processes end by themselves", value=f"{lost} times in a row",
                        remedy=f"they may lack memory: use fewer with --workers, {_AGAIN}",
                    ) from error  # fmt: skip

    def close(self) -> None:
        """End the processes, when they have done what they are at."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # a forked process would inherit locks of compiled threads
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self.count, mp_context=context, initializer=_end_with, initargs=(os.getpid(),)
            )
        return self._pool


def _end_with(parent: int) -> None:
    """Let this process end soon after its parent, which may be killed and then ends nobody."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def _as_they_come(
    pool: Executor,
    at_once: int,
    work: Callable[[Item], Result],
    items: Mapping[int, Item],
    waits: bool = True,
) -> Iterator[tuple[int, Result]]:
    """Hand out so many pieces at once to a pool; where one fails and it waits, what others have done comes first."""
    waiting, running = iter(list(items.items())), dict[Future[Result], int]()
    failed: BaseException | None = None
    try:
        while True:
            while not failed and len(running) < at_once and (following := next(waiting, None)) is not None:
                place, item = following
                running[pool.submit(work, item)] = place
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                place = running.pop(future)
                if (error := future.exception()) is None:
                    yield place, future.result()
                    continue
                if not waits:
                    raise error
                failed = failed or error
                for other in [one for one in running if one.cancel()]:
                    del running[other]
    finally:
        for future in running:
            future.cancel()
    if failed is not None:
        raise failed


class Cluster:
    """The workers of a Dask cluster, which hands the pieces of a worker that is lost to another.

    Parameters
    ----------
    client : distributed.Client
        Connected to its scheduler.
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    def results(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Yield (place, result) as they are done.

        Raises
        ------
        InputError
            When no worker is there.
        LihostError
            When workers are lost again and again with the same piece, or one has another version of the package, or
            the scheduler is lost.
        """
        from distributed import KilledWorker, as_completed
        from distributed.client import ClosedClientError

        if not self.client.scheduler_info()["workers"]:
            try:
                self.client.wait_for_workers(1, timeout=CONNECT_S)
            except TimeoutError as error:
                raise InputError(
                    "the scheduler has no workers", where="--cluster", limit=f"one within {CONNECT_S} s",
                    remedy="start some: dask worker, with the scheduler's address",
                ) from error  # fmt: skip
        count = max(1, sum(one["nthreads"] for one in self.client.scheduler_info()["workers"].values()))
        waiting, running = iter(enumerate(items)), as_completed([], with_results=True, raise_errors=True)
        piece = partial(by_the_same, installed(), work)
        places: dict[str, int] = {}

        def submit() -> bool:
            for place, item in waiting:
                future = self.client.submit(piece, item, pure=False)
                places[future.key] = place
                running.add(future)
                return True
            return False

        for _ in range(AHEAD * count):
            submit()
        try:
            for future, result in running:
                if isinstance(result, CancelledError):  # so it says that the scheduler has gone
                    raise result
                submit()
                yield places.pop(future.key), result
        except (CancelledError, ClosedClientError) as error:
            raise LihostError(
                "the scheduler of the cluster was lost", remedy=f"start scheduler and workers, {_AGAIN}"
            ) from error
        except KilledWorker as error:
            raise LihostError(
                f"a piece of the work was lost with each worker that had it: {error}",
                remedy=f"they may lack memory: give each more, {_AGAIN}",
            ) from error


def _decides(path: Path) -> bool:
    """Test for a file of code or data; locks and compiled code lie beside them."""
    return path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")


@cache
def installed() -> str:
    """Return a hash (SHA-256) of all that decides results here: the package, its data, and what it computes with."""
    digest = hashlib.sha256()
    for folder, ending in (
        (Path(__file__).parent, "*.py"),
        (resource("datasets"), "*"),
        (resource("training"), "*"),
    ):
        for path in sorted(one for one in folder.rglob(ending) if _decides(one)):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    for name in _COMPUTES:
        digest.update(f"{name} {version(name)}\0".encode())
    return digest.hexdigest()


def by_the_same(package: str, work: Callable[[Item], Result], item: Item) -> Result:
    """Do a piece of work, unless it is asked for by another version of the package.

    Parameters
    ----------
    package : str
        :func:`installed` of who asks.
    work : callable
        Of the item.
    item
        The piece.

    Raises
    ------
    LihostError
        Where another version is installed here.
    """
    if installed() != package:
        raise LihostError(
            "a worker has another version of lihost than the command, other data, or other libraries to compute with",
            value=surrogate.__version__, where=socket.gethostname(),
            remedy="install the same on all machines (constraints.txt), and start the workers again",
        )  # fmt: skip
    return work(item)


@contextmanager
def workers(count: int | None = None, cluster: str | None = None) -> Iterator[Workers | None]:
    """Give whoever is asked for; what was started here ends with the block.

    Parameters
    ----------
    count : int or None
        Processes, 1 for none but this one; with ``"local"`` workers, None for one a core.
    cluster : str or None
        ``"local"`` for a Dask cluster of this machine that ends with the block, or the address of a scheduler, such
        as ``tcp://10.0.0.5:8786``; None for no Dask.

    Yields
    ------
    Workers or None
        None where nobody is asked for: the work is then done as is fastest on one machine.

    Raises
    ------
    InputError
        For a count below 1, a cluster where Dask is not installed, or an address at which no scheduler answers.
    """
    if count is not None and count < 1:
        raise InputError(
            "not a number of workers", value=count, limit="at least 1", remedy="give --workers 2"
        )
    if cluster is None:
        if count is None or count == 1:
            yield None if count is None else Here()
            return
        processes = Processes(count)
        try:
            yield processes
        finally:
            processes.close()
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError(
            "Dask is not installed", where="--cluster", value=cluster, remedy="pip install 'lihost[cluster]'"
        ) from error
    if cluster == LOCAL:
        with (
            LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as made,
            Client(made) as client,
        ):
            yield Cluster(client)
        return
    for name in ("distributed", "distributed.client"):  # stack traces, which say less than our messages
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(cluster, timeout=CONNECT_S)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"no scheduler answers: {error}", where="--cluster", value=cluster, limit="tcp://HOST:PORT, or local",
            remedy="start one: dask scheduler",
        ) from error  # fmt: skip
    with client:
        yield Cluster(client)
