"""Many simulations with constants moved, in processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.simulate import simulate
from surrogate.sensitivity.cases import OUTPUTS

Report = Callable[[str, int, int], None]
COLUMNS = [one.column for one in OUTPUTS]
FEW = 4  # jobs that are not worth starting processes for


@dataclass(frozen=True)
class Job:
    """Constants and the designs to simulate with them.

    Attributes
    ----------
    moved : mapping of str to float
        Key -> value.
    rows : tuple of int
        Of the simulator's designs.
    """

    moved: Mapping[str, float]
    rows: tuple[int, ...]


@contextmanager
def simulator(designs: CompleteDesigns, workers: int | None = None) -> Iterator[Simulator]:
    """Hand out what runs jobs on designs; its processes end with the block.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    workers : int or None
        Processes, None for one a core, 1 for none but this one.

    Yields
    ------
    Simulator
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield Simulator(designs, None)
        return
    context = multiprocessing.get_context("spawn")  # a forked process would inherit locks of compiled threads
    pool = ProcessPoolExecutor(count, mp_context=context)
    try:
        yield Simulator(designs, pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Simulator:
    """Runs jobs; the numbers do not depend on how many processes there are.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    pool : ProcessPoolExecutor or None
        None to run in this process.
    """

    def __init__(self, designs: CompleteDesigns, pool: ProcessPoolExecutor | None) -> None:
        self.designs, self._pool = designs, pool

    def __call__(
        self, jobs: Sequence[Job], what: str = "", report: Report | None = None
    ) -> list[pd.DataFrame]:
        """For each job the outputs (rows of the job x OUTPUTS), in the order of the jobs."""
        tables = [self.designs.take(job.rows) for job in jobs]
        moved = [job.moved for job in jobs]
        if self._pool is None or len(jobs) <= FEW:
            running: Iterator[pd.DataFrame] = map(outputs, tables, moved)
        else:
            running = self._pool.map(outputs, tables, moved, chunksize=2)
        found = []
        for done in running:
            found.append(done)
            if report is not None:
                report(what, len(found), len(jobs))
        return found


def outputs(designs: CompleteDesigns, values: Mapping[str, float]) -> pd.DataFrame:
    """Return the outputs of designs with constants moved; NaN where the run did not complete.

    A share of what a broken-off run has plated is not compared with one of all the lithium.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    values : mapping of str to float
        Key -> value.

    Returns
    -------
    DataFrame
        n rows and the columns of ``OUTPUTS``.
    """
    if not len(designs):
        return pd.DataFrame(columns=COLUMNS, index=designs.index, dtype=float)
    done = simulate(designs, shipped_parameters().with_values(values), workers=1)
    unfinished = ~done["outcome"].isin(["completed", "overgrown"])
    ended: pd.DataFrame = done[COLUMNS].astype(float)
    ended.loc[unfinished, [name for name in COLUMNS if name not in ("ccd_mA_cm2", "cycle_life_cycles")]] = (
        np.nan
    )
    return ended
