"""How hard to search, and in which direction an objective is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from surrogate.errors import InputError

Direction = Literal["max", "min"]
# Of an output of a model, on the model's scale: a number is to be matched, and between two ends all is as good.
Wanted = Direction | float | tuple[float, float]
OutputLimit = tuple[
    int, float, float
]  # position of an output, 1.0 (at most) or -1.0 (at least), and the bound


@dataclass(frozen=True)
class SearchSettings:
    """How hard to search.

    In three spaces of 10 to 13 dimensions with categories and mixtures, children of good designs were worth more than
    further gradient ascents or draws of the posterior, in half the time.

    Parameters
    ----------
    pool : int
        Quasi-random designs scored before any is refined.
    near : int
        Further designs close to the best known.
    keep : int
        Best of these that are scored again for the second and later members of a batch.
    first_starts, starts : int
        Designs refined for the first and for each later member (the results of refining join the pool).
    maxiter : int
        Steps of each refinement.
    generations, parents, children : int
        How often, before that, the best designs get children near them, how many do, and how many each.
    mc_samples : int
        Draws of the posterior.
    baseline : int
        Largest number of known designs kept as those to improve on.
    prune_samples : int
        Draws used to choose them.
    chunk : int
        Designs scored at once (memory).
    reference_point : sequence of m numbers, optional
        Worst value that counts, for each objective in the model's own scale and direction; None infers it
        (``worst_of``).
    worst_of : {"known", "front", "space"}
        Where no reference point is given: whether it lies below the worst of all known designs, below the worst of
        those that no other beats, so that the ends of the front count less, or at what the model says of the median
        of random designs, so that only what is better than an ordinary design in every objective counts.
    untried : int
        Members of a batch, the last ones and never all, that have a combination of categories that no known design
        has, where one is left: a model believes what it knows of a few categories too much.
    other_kind : float
        Share of the expected improvement that the last member of a batch of one kind has to promise for being of
        another (``search``'s ``kinds``).
    simplicity : float
        Share of the expected improvement that a design may lose for one that is simpler, less extreme or sturdier to
        be taken in its place (``replacement``).

    Raises
    ------
    InputError
        For a number below 1, or a simplicity outside 0 to 1.
    """

    pool: int = 384
    near: int = 128
    keep: int = 96
    first_starts: int = 2
    starts: int = 1
    maxiter: int = 12
    generations: int = 4
    parents: int = 8
    children: int = 16
    mc_samples: int = 16
    baseline: int = 16
    prune_samples: int = 256
    chunk: int = 64
    reference_point: Sequence[float] | None = None
    worst_of: Literal["known", "front", "space"] = "known"
    untried: int = 1
    other_kind: float = 0.5
    simplicity: float = 0.2

    def __post_init__(self) -> None:
        if not 0.0 <= self.simplicity < 1.0:
            raise InputError(
                "not a fraction",
                where="search settings, simplicity",
                value=self.simplicity,
                limit="0 to below 1",
            )
        if not 0.0 < self.other_kind <= 1.0:
            raise InputError(
                "not a fraction",
                where="search settings, other_kind",
                value=self.other_kind,
                limit="above 0 to 1",
            )
        for name in (
            "pool",
            "keep",
            "first_starts",
            "starts",
            "maxiter",
            "parents",
            "children",
            "mc_samples",
            "baseline",
            "prune_samples",
            "chunk",
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise InputError(
                    "not a whole number of at least 1", where=f"search settings, {name}", value=value
                )
        for name in ("near", "generations", "untried"):
            if getattr(self, name) < 0:
                raise InputError("is negative", where=f"search settings, {name}", value=getattr(self, name))
