"""The score that a search minimises: papers of one half of the literature, each predicted from the others of it.

Data flow: published rows -> the half of the papers that a search sees (``half_of``) -> their rows, and what the plain
median scores on them -> batches of papers, in an order of their own -> for each batch, the score of a mixture as a
share of the median's, each target with the same weight as in ``evaluation.champion_rule``. Their mean is the score of
a trial; it is pruned where the first few are worse than those of the best trial.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from surrogate.errors import RecordError
from surrogate.evaluation.scorecard import values_decide
from surrogate.learning.contest import row_scores
from surrogate.models.contract import Array, Entrant, TargetData
from surrogate.models.ingredients import PlainMedian
from surrogate.models.inputs import Inputs
from surrogate.models.mixture import Alone

BATCHES = 10
FEWEST = 2  # papers of a target: one is predicted from another


def half_of(papers: Collection[str], seed: int) -> tuple[str, ...]:
    """Draw half of the papers, rounded down.

    Parameters
    ----------
    papers : collection of str
        All that measure a target.
    seed : int
        Of the draw.

    Returns
    -------
    tuple of str
        In alphabetical order; the same for the same papers and seed.
    """
    names = sorted(set(papers))
    drawn = np.random.default_rng(seed).permutation(len(names))[: len(names) // 2]
    return tuple(names[place] for place in sorted(drawn))


@dataclass(frozen=True)
class SearchedScore:
    """The score of entrants on papers that are held out one by one.

    Parameters
    ----------
    rows : mapping
        Target -> its rows, of the searched papers only.
    units : mapping
        Target -> the sum of the plain median's scores on them, log10.
    batches : tuple of tuples of str
        Papers that are held out before a trial may be stopped again.
    seed : int
        Of the fits.
    """

    rows: Mapping[str, TargetData]
    units: Mapping[str, float]
    batches: tuple[tuple[str, ...], ...]
    seed: int

    @classmethod
    def of(cls, data: Mapping[str, TargetData], papers: Sequence[str], seed: int) -> SearchedScore:
        """Prepare the score on some papers.

        Parameters
        ----------
        data : mapping
            Target -> its published rows, of all papers.
        papers : sequence of str
            Those that the search sees.
        seed : int
            Of the order of papers and of the fits.

        Raises
        ------
        RecordError
            Where no target is measured by two of the papers.
        """
        seen = {target: _of_papers(rows, papers) for target, rows in data.items()}
        rows = {target: part for target, part in seen.items() if len(set(part.papers)) >= FEWEST}
        if not rows:
            raise RecordError(
                "too few papers to search by", where="literature", value=len(papers),
                limit=f"{FEWEST} searched papers of one target", remedy="add records",
            )  # fmt: skip
        used = sorted(set().union(*(part.papers.tolist() for part in rows.values())))
        order = np.random.default_rng(seed).permutation(len(used))
        batches = np.array_split(order, min(BATCHES, len(used)))
        named = tuple(tuple(used[place] for place in batch) for batch in batches)
        score = cls(rows, dict.fromkeys(rows, 1.0), named, seed)
        median = Alone(PlainMedian())
        units = {
            target: sum(score._summed(median, target, paper) for paper in dict.fromkeys(part.papers))
            for target, part in rows.items()
        }
        return cls(rows, units, named, seed)

    def shares(self, entrant: Entrant) -> Iterator[float]:
        """Yield for each batch the entrant's score, so that their mean is that on all papers.

        Parameters
        ----------
        entrant : Entrant
            Fitted anew without each paper.

        Yields
        ------
        float
            1 in the mean for what scores like the plain median; lower is better.
        """
        for batch in self.batches:
            found = sum(
                self._summed(entrant, target, paper) / self.units[target]
                for target in self.rows
                for paper in batch
            )
            yield found * len(self.batches) / len(self.rows)

    def _summed(self, entrant: Entrant, target: str, paper: str) -> float:
        """Sum the scores of a paper's rows, log10, by a fit to the rows of the others; 0 where it has none."""
        rows = self.rows[target]
        away = rows.papers == paper
        if not away.any():
            return 0.0
        fitted = entrant.fit(rows.take(np.flatnonzero(~away)), target, seed=self.seed)
        held = rows.take(np.flatnonzero(away))
        scores = row_scores(fitted.pool(Inputs.of_rows(held)), held.lower, held.upper)
        values: Array = scores["crps" if values_decide(rows.lower, rows.upper) else "crps_as_values"]
        return float(values.sum())


def _of_papers(rows: TargetData, papers: Sequence[str]) -> TargetData:
    return rows.take(np.flatnonzero(np.isin(rows.papers.astype(str), list(papers))))
