"""A laboratory whose truth is known: the simulator with hidden constants, and wrong in ways of its own.

    z(x) = simulator(x; hidden constants) + discrepancy(x) + level,    a cell measures z(x) + replicate noise

on the scale of ``hosts.targets``. No model is told the first line; each may be judged by it. Three kinds of
laboratories turn a prior from physics into a wrong one: in a *flipped* one a target is mirrored about its mean, so
that what physics praises is bad; in a *swapped* one hosts are made upside down; in an *inert* one a mechanism does
nothing: an agent, a gradient of composition or one of pores.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.campaign.file import Campaign
from surrogate.errors import InputError
from surrogate.hosts.columns import DESIGN_COLUMNS
from surrogate.hosts.designs import CompleteDesigns, Key
from surrogate.hosts.targets import LEAST_LOSS, SCALES, TARGETS
from surrogate.laboratory.discrepancy import Discrepancy
from surrogate.laboratory.made_otherwise import MECHANISMS, upside_down, without
from surrogate.laboratory.reference import ReferenceHosts
from surrogate.laboratory.simulations import Simulations
from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.uncertainty import drawn_shares, parameters_at

Array = NDArray[np.float64]

LIFE = "cycle_life_cycles"
# Share of the charge: what a cell that loses more is told as (assumed). An efficiency of 1 % would be taken for a
# fraction.
MOST_LOSS = 0.98
_STREAMS = 4  # of a laboratory: constants, levels, discrepancies, kind; those of its measurements come after


@dataclass(frozen=True)
class LaboratorySettings:
    """How far laboratories are from the simulator and how well they measure.

    Parameters
    ----------
    discrepancy_dex : float
        Standard deviation of the discrepancy over the campaign's hosts, log10 of each target (assumed; of an
        efficiency, as everywhere here, of its lost share).
    level_factor : float
        One standard deviation of the level of each target is this factor, at least 1 (assumed).
    life_noise, ccd_noise, overpotential_noise, loss_noise : float
        Standard deviation of z between replicate cells: of lives as published (about 45 %: sigma = ln 1.45 = 0.37),
        of the others assumed.
    stopped_after_cycles : float or None
        Cells that live longer are told as "at least" this many cycles; None: all are cycled until they fail.
    flipped_share, swapped_share, inert_share : float
        Shares, 0 to 1, of laboratories in which one of the campaign's objectives is mirrored about its mean, of
        laboratories that exchange pore size and composition of top and bottom before they make a host, and of those
        in which one of ``made_otherwise.MECHANISMS`` does nothing.

    Raises
    ------
    InputError
        For a number outside its limits.
    """

    discrepancy_dex: float = 0.15
    level_factor: float = 2.0
    life_noise: float = 0.37
    ccd_noise: float = 0.15
    overpotential_noise: float = 0.15
    loss_noise: float = 0.3
    stopped_after_cycles: float | None = None
    flipped_share: float = 0.0
    swapped_share: float = 0.0
    inert_share: float = 0.0

    def __post_init__(self) -> None:
        limits = {
            "level_factor": (1.0, math.inf),
            **dict.fromkeys(("flipped_share", "swapped_share", "inert_share"), (0.0, 1.0)),
            **dict.fromkeys(
                ("discrepancy_dex", "life_noise", "ccd_noise", "overpotential_noise", "loss_noise"),
                (0.0, math.inf),
            ),
        }
        for name, (low, high) in limits.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                allowed = f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}"
                raise InputError("no such laboratory", where=name, value=value, limit=allowed)
        stopped = self.stopped_after_cycles
        if stopped is not None and not (math.isfinite(stopped) and stopped > 0.0):
            raise InputError(
                "no such laboratory", where="stopped_after_cycles", value=stopped, limit="above 0, or None"
            )

    @property
    def noise(self) -> dict[str, float]:
        """Target -> standard deviation of z between replicate cells."""
        return dict(
            zip(
                TARGETS,
                (self.life_noise, self.ccd_noise, self.overpotential_noise, self.loss_noise),
                strict=True,
            )
        )


@dataclass(frozen=True, eq=False)
class VirtualLaboratory:
    """One laboratory; made by :meth:`draw`.

    Parameters
    ----------
    reference : ReferenceHosts
        Of its campaign.
    seed : int
        It was drawn with, and its measurements are.
    settings : LaboratorySettings
        It was drawn under.
    parameters : PhysicsParameters
        The simulator's true constants, hidden from models.
    shares : Mapping of str to float
        Constant -> how far through its plausible range the true one lies, 0 to 1.
    levels : Mapping of str to float
        Target -> what all its cells share, z.
    discrepancies : Mapping of str to Discrepancy
        Target -> what the simulator gets wrong.
    flipped : str or None
        The target that is mirrored, if one is.
    swapped : bool
        Whether hosts are made upside down.
    inert : str or None
        The mechanism that does nothing, if one does.
    """

    reference: ReferenceHosts
    seed: int
    settings: LaboratorySettings
    parameters: PhysicsParameters
    shares: Mapping[str, float]
    levels: Mapping[str, float]
    discrepancies: Mapping[str, Discrepancy]
    flipped: str | None
    swapped: bool
    inert: str | None

    @classmethod
    def draw(
        cls,
        campaign: Campaign,
        seed: int,
        settings: LaboratorySettings | None = None,
        *,
        reference: ReferenceHosts | None = None,
    ) -> VirtualLaboratory:
        """Draw a laboratory that works on a campaign.

        The same campaign, seed, settings and reference hosts give the same laboratory. Settings change nothing that
        they do not name: laboratories of one seed have the same hidden constants under all of them.

        Parameters
        ----------
        campaign : Campaign
            Gives hosts and conditions.
        seed : int
            Of all that is random, 0 or more.
        settings : LaboratorySettings or None
            None for the defaults.
        reference : ReferenceHosts or None
            Of this campaign, to be shared by its laboratories: what is simulated at nominal constants then costs
            once. None to make them (seconds).

        Returns
        -------
        VirtualLaboratory

        Raises
        ------
        InputError
            For reference hosts of another campaign.
        """
        settings = settings or LaboratorySettings()
        reference = reference or ReferenceHosts.of(campaign)
        if reference.campaign.text != campaign.text:
            raise InputError(
                "reference hosts of another campaign", value=reference.campaign.name, limit=campaign.name,
                remedy="make them with ReferenceHosts.of(campaign)",
            )  # fmt: skip
        streams = np.random.SeedSequence(seed).spawn(_STREAMS)
        for_constants, for_levels, for_discrepancies, for_kind = map(np.random.default_rng, streams)
        shares = drawn_shares(reference.uncertain, 1, for_constants)[0]
        levels = math.log(settings.level_factor) * for_levels.standard_normal(len(TARGETS))
        deviation = settings.discrepancy_dex * math.log(10.0)
        discrepancies = {
            target: Discrepancy.draw(reference.coordinates, deviation, rng)
            for target, rng in zip(TARGETS, for_discrepancies.spawn(len(TARGETS)), strict=True)
        }
        flips, swaps = for_kind.uniform(size=2) < (settings.flipped_share, settings.swapped_share)
        mirrored = str(for_kind.choice(list(campaign.objectives)))
        fails = bool(for_kind.uniform() < settings.inert_share)
        idle = str(for_kind.choice(list(MECHANISMS)))
        return cls(
            reference,
            seed,
            settings,
            parameters_at(reference.uncertain, shares),
            MappingProxyType(
                {one.key: float(share) for one, share in zip(reference.uncertain, shares, strict=True)}
            ),
            MappingProxyType(dict(zip(TARGETS, levels.tolist(), strict=True))),
            MappingProxyType(discrepancies),
            mirrored if flips else None,
            bool(swaps),
            idle if fails else None,
        )

    @cached_property
    def simulations(self) -> Simulations:
        """The simulator with the hidden constants; asked twice of a design, it answers at no cost."""
        return Simulations(self.parameters)

    def truth(self, designs: CompleteDesigns | pd.DataFrame) -> pd.DataFrame:
        """Return what hosts are worth in this laboratory, without the spread of cells.

        Parameters
        ----------
        designs : CompleteDesigns or DataFrame
            n hosts.

        Returns
        -------
        DataFrame
            n rows with the index of the designs: z of each of ``TARGETS``; NaN where the simulator has no answer. A
            loss of charge is at most ``MOST_LOSS``.

        Raises
        ------
        DesignError, MaterialError, UnitError
            For a design that cannot be read.
        """
        complete = CompleteDesigns.of(designs)
        found = self._upright(complete)
        if self.flipped is not None:
            found[self.flipped] = 2.0 * self._mirror - found[self.flipped]
        return _possible(found)

    def measure(self, designs: CompleteDesigns | pd.DataFrame, seed: int) -> pd.DataFrame:
        """Make and cycle one cell of each host.

        Parameters
        ----------
        designs : CompleteDesigns or DataFrame
            n hosts; a host that is given twice is made twice.
        seed : int
            Of the spread between cells, 0 or more. Other seeds are other cells.

        Returns
        -------
        DataFrame
            n rows as ``optimize tell --yes`` takes them (lives are not rounded), with the index of the designs:
            ``DESIGN_COLUMNS``, ``TARGETS``
            in the units of their names, ``T_censored`` (true: at least T, of cells that were stopped and of
            efficiencies that cannot be told from 100 %), ``replicate`` (the seed and which cell of its host it is)
            and ``failed`` (nothing could be measured).

        Raises
        ------
        DesignError, MaterialError, UnitError
            For a design that cannot be read.
        """
        complete = CompleteDesigns.of(designs)
        stream = np.random.SeedSequence(self.seed, spawn_key=(_STREAMS, seed))
        spread = np.array([self.settings.noise[target] for target in TARGETS])
        noise = np.random.default_rng(stream).standard_normal((len(complete), len(TARGETS))) * spread
        z = _possible(self.truth(complete) + noise)
        told = complete.frame[list(DESIGN_COLUMNS)]
        for target in TARGETS:
            values, most = SCALES[target].from_z(z[target].to_numpy()), self._most_told(target)
            told[target] = np.minimum(values, most)
            told[f"{target}_censored"] = values > most
        replicates: list[str] = []
        made: Counter[Key] = Counter()
        for key in complete.row_keys():
            made[key] += 1
            replicates.append(f"s{seed}-{made[key]}")
        told["replicate"] = replicates
        told["failed"] = z.isna().all(axis=1)
        return told

    def _upright(self, designs: CompleteDesigns) -> pd.DataFrame:
        """Return z (n x TARGETS) before a target is mirrored."""
        made = upside_down(designs) if self.swapped else designs
        table = self.simulations(made if self.inert is None else without(self.inert, made))
        place = self.reference.coordinates.of(designs)
        return pd.DataFrame(
            {
                target: SCALES[target].to_z(table[target])
                + self.discrepancies[target].at(*place)
                + self.levels[target]
                for target in TARGETS
            },
            index=designs.index,
        )

    @cached_property
    def _mirror(self) -> float:
        """Mean z of the mirrored target over the reference hosts."""
        return float(np.nanmean(self._upright(self.reference.designs)[self.flipped].to_numpy()))

    def _most_told(self, target: str) -> float:
        """Return the value above which only "at least" this is told, in the unit of the target."""
        if target == LIFE and self.settings.stopped_after_cycles is not None:
            return self.settings.stopped_after_cycles
        return SCALES[target].most * (1.0 - LEAST_LOSS)  # infinite where there is no most


def _possible(z: pd.DataFrame) -> pd.DataFrame:
    """Return z (n x TARGETS) with no more charge lost than there is."""
    most = {target: math.log(MOST_LOSS) for target in TARGETS if SCALES[target].decreasing}
    return z.assign(**{target: z[target].clip(upper=limit) for target, limit in most.items()})
