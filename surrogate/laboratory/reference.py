"""Random hosts of a campaign: what the levels, spreads and ranges of its laboratories refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from surrogate.campaign.file import Campaign
from surrogate.errors import InputError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.laboratory.coordinates import Coordinates
from surrogate.laboratory.simulations import Progress, Simulations
from surrogate.physics.uncertainty import Constant, constants

HOSTS = 400  # a standard deviation over them is known to 3.5 % (1 / sqrt(2 n))


def random_hosts(campaign: Campaign, n: int, seed: int) -> CompleteDesigns:
    """Draw hosts that a campaign may make, no two of them the same.

    Parameters
    ----------
    campaign : Campaign
        Gives the space and the conditions.
    n : int
        How many are drawn; the same host (a planar foil has little to choose) counts once, so that fewer may come.
    seed : int
        Of the draw.

    Returns
    -------
    CompleteDesigns
        At most n designs with an index from 0.
    """
    table = campaign.space.sample(n, seed).assign(**campaign.conditions.as_dict())
    drawn = CompleteDesigns.of(table, where="random hosts")
    keys = pd.Series(drawn.row_keys(), dtype=object)
    kept = drawn.take(np.flatnonzero(~keys.duplicated().to_numpy()))
    return kept.together([])


@dataclass(frozen=True, eq=False)
class ReferenceHosts:
    """Hosts of a campaign with their nominal simulation; made by :meth:`of` and shared by its laboratories.

    Parameters
    ----------
    campaign : Campaign
        Whose hosts they are.
    designs : CompleteDesigns
        The n distinct hosts.
    nominal : Simulations
        Simulations at the shipped constants, of these hosts and of any other.
    """

    campaign: Campaign
    designs: CompleteDesigns
    nominal: Simulations = field(default_factory=Simulations)

    @classmethod
    def of(
        cls, campaign: Campaign, n: int = HOSTS, seed: int = 0, *, progress: Progress | None = None
    ) -> ReferenceHosts:
        """Draw hosts and simulate them.

        Parameters
        ----------
        campaign : Campaign
            Gives the space and the conditions.
        n : int
            How many are drawn; at least 2.
        seed : int
            Of the draw.
        progress : callable or None
            Called with (stage, done, n).

        Returns
        -------
        ReferenceHosts

        Raises
        ------
        InputError
            For fewer than two distinct hosts, which have no spread.
        """
        designs = random_hosts(campaign, n, seed)
        if len(designs) < 2:
            raise InputError(
                "too few distinct hosts", where=campaign.name, value=len(designs), limit="at least 2",
                remedy="ask for more, or widen [search]",
            )  # fmt: skip
        found = cls(campaign, designs)
        found.nominal(designs, progress=progress)
        return found

    @cached_property
    def coordinates(self) -> Coordinates:
        """Where hosts stand among these."""
        return Coordinates(self.designs, self.nominal)

    @cached_property
    def uncertain(self) -> tuple[Constant, ...]:
        """The constants that are not known of these hosts."""
        return tuple(constants(self.designs))
