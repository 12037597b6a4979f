"""What is still to gain by optimizing on, in the units of the models and of the spread between replicates."""

from __future__ import annotations

from dataclasses import dataclass

SURE = 0.95  # quantile of the draws that bounds what is still to gain
#: Shares of the replicates' spread below which what is still to gain at most, and with several objectives what the
#: next batch is expected to gain, is not worth a batch. Chosen on ten campaigns of other seeds than those on which
#: tests/benchmarks/test_bench_stopping.py judges them: with one objective an expected gain of 0.66 was followed by
#: 13 % more of the hypervolume, and of several the bound never fell below 4, since it adds up all along a front.
ENOUGH, HARDLY = 0.7, 0.5


@dataclass(frozen=True)
class Outlook:
    """What is still to gain, on the scale of the models: of one objective its value, of several the hypervolume.

    Parameters
    ----------
    gain : float
        Expected of the next batch.
    most : float
        With a probability of ``SURE`` no choice of designs gains more.
    spread : float
        Standard deviation of the best that is known if each of its designs is measured once more: what the spread
        between replicates does by itself.
    several : bool
        Whether there are several objectives.
    """

    gain: float
    most: float
    spread: float
    several: bool = False

    @property
    def gain_in_spreads(self) -> float:
        """Expected of the next batch, in units of the replicates' spread."""
        return self.gain / max(self.spread, 1e-12)

    @property
    def most_in_spreads(self) -> float:
        """Upper bound of what is still to gain, in units of the replicates' spread."""
        return self.most / max(self.spread, 1e-12)

    @property
    def enough(self) -> bool:
        """Whether what is still to gain is not worth another batch."""
        return self.most_in_spreads < ENOUGH or (self.several and self.gain_in_spreads < HARDLY)
