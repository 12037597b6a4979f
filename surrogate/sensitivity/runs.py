"""Many simulations with constants moved, by whoever works (``execution``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surrogate.execution import Here, Workers
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.simulate import simulate
from surrogate.sensitivity.cases import OUTPUTS

Report = Callable[[str, int, int], None]
COLUMNS = [one.column for one in OUTPUTS]
FEW = 4  # jobs that are not worth handing out


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


class Simulator:
    """Runs jobs; the numbers do not depend on who does it.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    by : Workers, optional
        Who simulates; default: this process.
    """

    def __init__(self, designs: CompleteDesigns, by: Workers | None = None) -> None:
        self.designs, self._by = designs, by if by is not None else Here()

    def __call__(
        self, jobs: Sequence[Job], what: str = "", report: Report | None = None
    ) -> list[pd.DataFrame]:
        """For each job the outputs (rows of the job x OUTPUTS), in the order of the jobs."""
        pieces = [(self.designs.take(job.rows), job.moved) for job in jobs]
        by, found = self._by if len(jobs) > FEW else Here(), dict[int, pd.DataFrame]()
        for place, table in by.results(_piece, pieces):
            found[place] = table
            if report is not None:
                report(what, len(found), len(jobs))
        return [found[place] for place in range(len(jobs))]


def _piece(piece: tuple[CompleteDesigns, Mapping[str, float]]) -> pd.DataFrame:
    return outputs(*piece)


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
