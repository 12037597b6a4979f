"""What is still to gain by optimizing on, beside the spread between replicates and beside what was reached.

Each is a reason to stop. *spread*: what is still to gain is less than replicates differ by (Makarova et al.,
Automatic Termination for Hyperparameter Optimization, AutoML-Conf 2022). *reached*: the next batch is expected to
gain hardly anything of what was reached; where replicates agree well the first never comes, though nothing is left
that anyone would make a batch for (a threshold of the expected improvement: Nguyen et al., Regret for Expected
Improvement over the Best-Observed Value and Stopping Condition, ACML 2017). *standstill*, of several objectives: the
last batches brought hardly anything. The expectation adds up all along a front and comes down late, so that what
batches did bring speaks as well (variation of the hypervolume: Wagner, Trautmann and Naujoks, OCD, EMO 2009).

A fit of few cells moves with each of them, and what it expects falls short by chance now and then. So there is to be
a reason both now and before the last batch.

The thresholds were chosen on 36 campaigns of the tasks on which tests/benchmarks/test_bench_stopping.py judges them,
with other seeds (1000 to 1010). With one objective any ``ENOUGH`` of 0.4 to 0.6 and ``LITTLE`` of 0.08 to 0.1 % do
as well (right in 20 or 21 of 25 and too soon in 1 or 2; a spread of 0.7 alone: 15 and 2). With two, a standstill of
2.5 to 4 % is right in 6 of 11 and too soon in 1, while 4 still find something to their end; 5 % is too soon in 3.
With one objective no standstill helps: three batches bring nothing, and then one does.

That a reason has to hold twice was chosen on 20 of them (seeds 1000 to 1004), followed for 16 experiments after the
advice: right in 19 with it and in 15 without, for 7 experiments more on average. On 20 others, of which none was
looked at before (seeds 5 to 9): 17 and 14, and 8 experiments more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Reason = Literal["spread", "reached", "standstill"]

SURE = 0.95  # quantile of the draws that bounds what is still to gain
ENOUGH = 0.5  # share of the replicates' spread: of what is to gain at most, of several objectives of the next batch
LITTLE = 1e-3  # share of what was reached: of the next batch
#: The same of several objectives that are expected to gain less than ``ENOUGH``. Where replicates differ much, as
#: cells of hosts do, that is much still: after four cells of a virtual laboratory a batch was expected to gain 0.4
#: spreads, and a quarter of the hypervolume that it reached was still to come.
SMALL = 1e-2
RECENT = 3  # batches, of which a standstill is said
#: Shares of what was reached: of the last batches together, below which they brought hardly anything, and of what the
#: next is expected to gain, above which too much is not known yet to speak of a standstill.
STANDSTILL, MUCH = 0.03, 0.1


@dataclass(frozen=True)
class Outlook:
    """What is still to gain: of one objective its value, of several the hypervolume.

    Parameters
    ----------
    gain : float
        Expected of the next batch, on the scale of the models.
    most : float
        With a probability of ``SURE`` no choice of designs gains more, on the same scale.
    spread : float
        Standard deviation of the best that is known if each of its designs is measured once more: what the spread
        between replicates does by itself, on the same scale.
    gain_of_reached : float
        Expected of the next batch, as a share of what the designs told reach: of one objective the best above the
        median design of the space, of several the hypervolume above the reference. Infinite where that is nothing.
    recent_of_reached : float, optional
        The share of it that the last ``RECENT`` batches brought; None where no more was told, or nothing is reached.
    several : bool
        Whether there are several objectives.
    before : tuple of str
        Reasons that held before the last batch; empty where none did, and where it was not asked.
    """

    gain: float
    most: float
    spread: float
    gain_of_reached: float = math.inf
    recent_of_reached: float | None = None
    several: bool = False
    before: tuple[Reason, ...] = ()

    @property
    def gain_in_spreads(self) -> float:
        """Expected of the next batch, in units of the replicates' spread."""
        return self.gain / max(self.spread, 1e-12)

    @property
    def most_in_spreads(self) -> float:
        """Upper bound of what is still to gain, in units of the replicates' spread."""
        return self.most / max(self.spread, 1e-12)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why another batch is not worth making, as of now; none where it is."""
        recent = self.recent_of_reached
        held: dict[Reason, bool] = {
            "spread": self.most_in_spreads < ENOUGH
            or (self.several and self.gain_in_spreads < ENOUGH and self.gain_of_reached < SMALL),
            "reached": self.gain_of_reached < LITTLE,
            "standstill": self.several
            and recent is not None
            and recent < STANDSTILL
            and self.gain_of_reached < MUCH,
        }
        return tuple(reason for reason, holds in held.items() if holds)

    @property
    def enough(self) -> bool:
        """Whether what is still to gain is not worth another batch, and was not before the last one."""
        return bool(self.reasons and self.before)
