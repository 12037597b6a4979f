"""Published efficiencies and lives beside the simulated cycles of the designs they may stand for.

Data flow: records -> those of a plating and stripping cell that give an efficiency or a life -> several drawn designs
each -> one simulated cycle of every design. Full cells are left out: their cathode ages as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.literature import featurize, measured
from surrogate.literature.priors import priors
from surrogate.physics.ageing.law import Cycle, cycle_of
from surrogate.physics.feasibility import hosts_lithium
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.simulate import simulate

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
GEL_OR_SOLID = "gel or solid"
# Strategies that leave planar lithium as it is. What any other does to it or to its electrolyte no column of a design
# holds, unless it is an additive that has an identifier or a recipe that can be read: the law would take such a cell
# for untreated lithium.
BARE = frozenset({"planar_baseline", "micropattern", "external_pressure", "pulse_current", "temperature"})
ENDLESS = 1e6  # mAh cm-2; the host of a half cell is plated again from its counter electrode in every cycle


@dataclass(frozen=True)
class Cells:
    """Published cells, n of them, each with a number of designs (draws) that may stand for it.

    Attributes
    ----------
    cycle
        A simulated cycle of n x draws designs, the draws of a record behind each other.
    usable
        Shape (n, draws): which designs the physics can stand for, and can be a published host.
    loss
        Shape (n,): ln(1 - CE), or an upper bound of it; NaN where not stated.
    life
        Shape (n,): ln cycles, or a bound of them; NaN where not stated.
    bound
        Shape (n,): the life is at least so long.
    upper
        Shape (n,): the life is shorter.
    loss_bound
        Shape (n,): the loss is at most so large.
    described
        Shape (n,): a host, or planar lithium that is ``BARE``.
    paper
        Shape (n,): the record's group.
    kind
        Shape (n,): class of the electrolyte.
    current
        Shape (n,), mA cm-2: as stated, else as assumed.
    capacity
        Shape (n,), mAh cm-2: as stated, else as assumed.
    """

    cycle: Cycle
    usable: Bools
    loss: Array
    life: Array
    bound: Bools
    upper: Bools
    loss_bound: Bools
    described: Bools
    paper: NDArray[np.object_]
    kind: NDArray[np.object_]
    current: Array
    capacity: Array

    @property
    def draws(self) -> int:
        """Designs of each record."""
        return self.usable.shape[1]

    def take(self, rows: NDArray[np.int_]) -> Cells:
        """Those records only."""
        flat = (rows[:, None] * self.draws + np.arange(self.draws)).ravel()
        parts = {part.name: getattr(self, part.name)[rows] for part in fields(self) if part.name != "cycle"}
        return replace(self, cycle=self.cycle.take(flat), **parts)


def cells(
    records: pd.DataFrame,
    draws: int,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> Cells:
    """Simulate the cells of a table of records.

    Parameters
    ----------
    records
        A typed table.
    draws
        Designs drawn for each record.
    seed
        Of the draws.
    progress
        Called with what is under way, how much is done, and of how much.

    Returns
    -------
    Cells
        Without records none of whose designs the physics can stand for.
    """
    lives, efficiency = measured.lives(records), measured.efficiencies(records)
    wanted = efficiency.notna() | lives.notna()
    designs = featurize.drawn_designs(records[wanted], draws, seed)
    rows = designs.index.get_level_values("record").unique()
    complete = CompleteDesigns.of(designs.reset_index(drop=True), where="designs of the records")
    state = simulate(complete, progress=progress)
    ccd = state["ccd_mA_cm2"].to_numpy(dtype=float)
    cycle = cycle_of(complete, state, ccd, shipped_parameters())
    half = np.repeat((records.loc[rows, "cell_type"].fillna("") == "half").to_numpy(dtype=bool), draws)
    cycle = replace(cycle, excess=np.where(half, ENDLESS, cycle.excess))
    usable = np.isfinite(ccd) & np.isfinite(cycle.area) & np.isfinite(cycle.local)
    usable = _hosts_where_any(usable, hosts_lithium(state), draws)
    electrolyte = np.where(cycle.ether, "ether", np.where(cycle.carbonate, "carbonate", GEL_OR_SOLID))
    chosen = records.loc[rows]
    first = designs.iloc[::draws]
    distinguished = (first["framework"] != "none") | (first["additives"] != "none")
    distinguished |= first["electrolyte_recipe"] != ""
    lost = (100.0 - efficiency.loc[rows]).clip(lower=0.005) / 100.0  # 99.995 % and better: as that
    found = Cells(
        cycle=cycle,
        usable=usable.reshape(len(rows), draws),
        loss=np.log(lost.to_numpy(dtype=float)),
        life=np.log(lives.loc[rows].to_numpy(dtype=float)),
        bound=(measured.life_is_lower_bound(chosen) & lives.loc[rows].notna()).to_numpy(dtype=bool),
        upper=(measured.life_is_upper_bound(chosen) & lives.loc[rows].notna()).to_numpy(dtype=bool),
        loss_bound=measured.efficiency_is_lower_bound(chosen).to_numpy(dtype=bool),
        described=distinguished.to_numpy(dtype=bool) | chosen["strategy"].isin(BARE).to_numpy(dtype=bool),
        paper=chosen["group"].astype(str).to_numpy(dtype=object),
        kind=electrolyte[::draws].astype(object),
        current=_stated_or_assumed(chosen, "current_density_mA_cm2"),
        capacity=_stated_or_assumed(chosen, "areal_capacity_mAh_cm2"),
    )
    return found.take(np.flatnonzero(found.usable.any(axis=1)))


def _hosts_where_any(usable: Bools, hosts: Bools, draws: int) -> Bools:
    """Usable designs (n x draws,) that keep their lithium as a host does; all usable ones where none does."""
    both = (usable & hosts).reshape(-1, draws)
    return np.where(both.any(axis=1, keepdims=True), both, usable.reshape(-1, draws)).ravel()


def _stated_or_assumed(records: pd.DataFrame, column: str) -> Array:
    return records[column].fillna(priors().conditions[column].value).to_numpy(dtype=float)
