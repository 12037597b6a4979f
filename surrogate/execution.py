"""Where independent pieces of work are done: here, in processes of this machine, or by the workers of a Dask cluster.

Data flow: a function and its items -> each item to whoever is free -> (place of the item, result), as they come. The
function and the items have to be picklable and the results must not depend on who makes them: then nothing depends
on how many there are. A worker that is lost loses the pieces it was at; they are done again, by another.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from surrogate.errors import InputError, LihostError

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Result = TypeVar("Result")

LOCAL = "local"
AHEAD = 2  # pieces that are handed out for each worker: none waits for the next, and few results wait here
MOST_LOST = 5  # times in a row that workers may be lost before anything is done
CONNECT_S = 20  # for a scheduler to answer
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


class Processes:
    """Processes of this machine.

    Parameters
    ----------
    count : int
        How many.
    """

    def __init__(self, count: int) -> None:
        self.count = count

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
                for place, result in self._by_a_pool(work, left):
                    del left[place]
                    lost = 0
                    yield place, result
            except BrokenProcessPool as error:
                lost += 1
                if lost >= MOST_LOST:
                    raise LihostError(
                        "worker processes end by themselves", value=f"{lost} times in a row",
                        remedy=f"they may lack memory: use fewer with --workers, {_AGAIN}",
                    ) from error  # fmt: skip

    def _by_a_pool(
        self, work: Callable[[Item], Result], items: dict[int, Item]
    ) -> Iterator[tuple[int, Result]]:
        context = multiprocessing.get_context(
            "spawn"
        )  # a forked process would inherit locks of compiled threads
        pool = ProcessPoolExecutor(self.count, mp_context=context)
        try:
            waiting, running = iter(list(items.items())), dict[Future[Result], int]()
            while True:
                for place, item in waiting:
                    running[pool.submit(work, item)] = place
                    if len(running) >= AHEAD * self.count:
                        break
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    place = running.pop(future)
                    yield place, future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


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
        LihostError
            When workers are lost again and again with the same piece, or no worker is left.
        """
        from distributed import KilledWorker, as_completed

        if not self.client.scheduler_info()["workers"]:
            self.client.wait_for_workers(1, timeout=CONNECT_S)
        count = max(1, sum(one["nthreads"] for one in self.client.scheduler_info()["workers"].values()))
        waiting, running = iter(enumerate(items)), as_completed([], with_results=True, raise_errors=True)
        places: dict[str, int] = {}

        def submit() -> bool:
            for place, item in waiting:
                future = self.client.submit(work, item, pure=False)
                places[future.key] = place
                running.add(future)
                return True
            return False

        for _ in range(AHEAD * count):
            submit()
        try:
            for future, result in running:
                submit()
                yield places.pop(future.key), result
        except KilledWorker as error:
            raise LihostError(
                f"a piece of the work was lost with each worker that had it: {error}",
                remedy=f"they may lack memory: give each more, {_AGAIN}",
            ) from error


@contextmanager
def workers(count: int | None = None, cluster: str | None = None) -> Iterator[Workers]:
    """Give whoever is asked for; what was started here ends with the block.

    Parameters
    ----------
    count : int or None
        Processes; None or 1 for none but this one, with a cluster one a core.
    cluster : str or None
        ``"local"`` for a Dask cluster of this machine that ends with the block, or the address of a scheduler, such
        as ``tcp://10.0.0.5:8786``; None for no Dask.

    Yields
    ------
    Workers

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
        yield Processes(count) if count is not None and count > 1 else Here()
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
    try:
        client = Client(cluster, timeout=CONNECT_S)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"no scheduler answers: {error}", where="--cluster", value=cluster, limit="tcp://HOST:PORT, or local",
            remedy="start one: dask scheduler",
        ) from error  # fmt: skip
    with client:
        yield Cluster(client)
