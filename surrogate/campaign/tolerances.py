"""What becomes of a host that is not made exactly: the worst case within a laboratory's tolerances.

Data flow: proposed hosts -> the hosts that may be made instead of each (pores, porosities and volume fractions a
little wrong) -> their medians by the campaign's model, on the simulator's own answers -> for each objective the worst
of them over the host itself -> the worst case, and whether the host is fragile; the search looks for a sturdier one
near a fragile one (``optimization.replacement``), and asks the emulator first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.campaign.gains import gain
from surrogate.campaign.goals import TargetGoal
from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES
from surrogate.models.campaign_model import CampaignModel

PORE_SIZE, POROSITY, FRACTION = 0.3, 0.05, 0.05  # relative; share of the volume; share of the solid's volume
_ENDS = ("top", "bottom")
_PLACES: Mapping[tuple[str, ...], str] = {
    ("top",): "at the top",
    ("bottom",): "at the bottom",
    _ENDS: "throughout",
}
Change = tuple[dict[str, float], str]
Simulator = Callable[[CompleteDesigns], pd.DataFrame]


def changes(host: Mapping[str, Any], size: float = 1.0) -> list[Change]:
    """List what may go wrong when a porous host is made, one mistake at a time.

    Pore sizes are 30 % and porosities 0.05 off, at one end or at both, and each phase that is there by 0.05 of the
    solid at its end, taken from or given to the other phases there in proportion. What is beyond the range that a
    design may have is cut off; the steps and limits of a search are not asked, since a mistake keeps none.

    Parameters
    ----------
    host : mapping of str to object
        A row of choices.
    size : float
        Of each mistake, as a share of these tolerances.

    Returns
    -------
    list of (dict of str to float, str)
        Column -> what it becomes in the unit of its name, and the mistake in words; empty for a planar foil.
    """
    if host["framework"] == "none":
        return []
    found = [*_pores(host, size), *_fractions(host, size)]
    return [(new, words) for new, words in found if any(abs(new[name] - host[name]) > 1e-9 for name in new)]


def inexact(hosts: pd.DataFrame, size: float = 1.0) -> tuple[pd.DataFrame, list[int], list[str]]:
    """Make the hosts that a laboratory may make instead of others.

    Parameters
    ----------
    hosts : DataFrame
        n rows of choices, with any further columns.
    size : float
        As for :func:`changes`.

    Returns
    -------
    made : DataFrame
        A row for each mistake, the columns of ``hosts``.
    of_which : list of int
        The position of the host that each is made instead of.
    words : list of str
        The mistakes.
    """
    rows, of_which, words = [], [], []
    for at, host in enumerate(hosts.to_dict("records")):
        for new, said in changes({str(name): value for name, value in host.items()}, size):
            rows.append(host | new)
            of_which.append(at)
            words.append(said)
    return pd.DataFrame(rows, columns=hosts.columns), of_which, words


def near(host: pd.DataFrame) -> pd.DataFrame:
    """List hosts near a host: what it is if it is made wrong, and half as wrong.

    Parameters
    ----------
    host : DataFrame
        One row of choices.

    Returns
    -------
    DataFrame
        The columns of ``host``, not rounded; whether each can be made is not asked.
    """
    return pd.concat([inexact(host, size)[0] for size in (0.5, 1.0)], ignore_index=True)


def losses(
    belief: CampaignModel,
    hosts: CompleteDesigns,
    objectives: Mapping[str, TargetGoal],
    simulator: Simulator | None = None,
) -> pd.DataFrame:
    """Say what each mistake costs.

    Parameters
    ----------
    belief : CampaignModel
        Conditioned on the campaign's cells.
    hosts : CompleteDesigns
        n hosts.
    objectives : mapping
        Target -> what is wanted of it.
    simulator : callable, optional
        n designs -> ``simulate`` of them; None: the emulator is asked, as it is where the simulator has no answer.

    Returns
    -------
    DataFrame
        A row for each mistake: ``host`` (its position), ``mistake`` (in words), and of each objective T, under its
        name, by how much less is gained by the median than by that of the host as proposed, z, negative where more
        is; ``T_change`` is how far z of the median moves. A
        host that breaks a rule once it is made wrong is counted all the same.
    """
    made, of_which, words = inexact(hosts.frame)
    table = pd.DataFrame({"host": np.array(of_which, dtype=int), "mistake": words})
    if not len(made):
        return table.assign(**{name: 0.0 for target in objectives for name in (target, f"{target}_change")})
    every = hosts.together([CompleteDesigns.of(made, where="hosts made inexactly")])
    medians = belief.latent(every, None if simulator is None else simulator(every))
    for target, goal in objectives.items():
        z = medians[target][0]
        value = gain(target, goal, z)
        table[target] = value[of_which] - value[len(hosts) :]
        table[f"{target}_change"] = z[len(hosts) :] - z[of_which]
    return table


def is_fragile(
    belief: CampaignModel, hosts: CompleteDesigns, objectives: Mapping[str, TargetGoal], simulator: Simulator
) -> NDArray[np.bool_]:
    """Test which hosts may fall short of their promise by more than cells of one host differ.

    Parameters
    ----------
    belief, hosts, objectives, simulator
        As for :func:`losses`; only of hosts that are fragile on the emulator the simulator is asked.

    Returns
    -------
    ndarray of bool (n,)
        Whether a mistake makes the median of an objective worse by more than one standard deviation between replicate
        cells, as the campaign believes it: less could not be told from chance by a cell or two.
    """
    found = _beyond(belief, hosts, objectives, None)
    if found.any():
        found[found] = _beyond(belief, hosts.where(found), objectives, simulator)
    return found


def _beyond(
    belief: CampaignModel,
    hosts: CompleteDesigns,
    objectives: Mapping[str, TargetGoal],
    simulator: Simulator | None,
) -> NDArray[np.bool_]:
    table = losses(belief, hosts, objectives, simulator)
    beyond = np.column_stack([table[target] > sqrt(belief.noise(target)) for target in objectives])
    return np.isin(np.arange(len(hosts)), table["host"].to_numpy()[beyond.any(axis=1)])


def worst_cases(
    belief: CampaignModel,
    hosts: CompleteDesigns,
    objectives: Mapping[str, TargetGoal],
    promised: pd.DataFrame,
    simulator: Simulator,
) -> pd.DataFrame:
    """Say what hosts promise at worst if they are not made exactly.

    Parameters
    ----------
    belief, hosts, objectives
        As for :func:`losses`.
    promised : DataFrame
        n rows: the median of each objective T under its name, in its unit.
    simulator : callable
        As for :func:`losses`.

    Returns
    -------
    DataFrame
        n rows. ``T_worst_case`` of each objective T, in its unit: what is promised, times the ratio of the worst of
        the hosts that may be made instead to the host itself (of an efficiency, the lost share); as promised where
        none is worse. ``fragile_in``: the objectives in which the host is fragile (:func:`is_fragile`), such as
        "overpotential_mV x 1.2 with pores at the top 30 % narrower"; empty where it is in none.
    """
    table = losses(belief, hosts, objectives, simulator)
    out: dict[str, Any] = {}
    of_which = table["host"].to_numpy()
    said: list[list[str]] = [[] for _ in range(len(hosts))]
    for target in objectives:
        scale = SCALES[target]
        change = np.zeros(len(hosts))
        values, moves = (table[name].to_numpy(dtype=float) for name in (target, f"{target}_change"))
        for at in range(len(hosts)):
            rows = np.flatnonzero(of_which == at)
            worst = rows[values[rows].argmax()] if len(rows) else None
            if worst is not None and values[worst] > 0.0:
                change[at] = moves[worst]
                if values[worst] > sqrt(belief.noise(target)):
                    said[at].append(_in_words(target, change[at], str(table["mistake"].iloc[worst])))
        out[f"{target}_worst_case"] = scale.from_z(scale.to_z(promised[target]) + change)
    return pd.DataFrame(out, index=pd.RangeIndex(len(hosts))).assign(
        fragile_in=["; ".join(one) for one in said]
    )


def _in_words(target: str, change: float, mistake: str) -> str:
    what = "lost charge" if SCALES[target].decreasing else target
    return f"{what} x {np.exp(change):.2g} with {mistake}"


def _pores(host: Mapping[str, Any], size: float) -> Iterator[Change]:
    low, high = COLUMNS["pore_size_top_um"].limits
    for ends, place in _PLACES.items():
        for sign, word in ((-1.0, "narrower"), (1.0, "wider")):
            factor = 1.0 + sign * size * PORE_SIZE
            names = [f"pore_size_{end}_um" for end in ends]
            yield (
                {name: min(max(factor * host[name], low), high) for name in names},
                f"pores {place} {100 * size * PORE_SIZE:.0f} % {word}",
            )
    low, high = COLUMNS["porosity_top"].limits
    for ends, place in _PLACES.items():
        for sign, word in ((-1.0, "lower"), (1.0, "higher")):
            names = [f"porosity_{end}" for end in ends]
            yield (
                {name: min(max(host[name] + sign * size * POROSITY, low), high) for name in names},
                f"porosity {place} {size * POROSITY:g} {word}",
            )


def _fractions(host: Mapping[str, Any], size: float) -> Iterator[Change]:
    for end, parts in zip(_ENDS, (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM), strict=True):
        there = [part for part in parts if host[part] > 0.0]
        for part in there if len(there) > 1 else ():
            others = [one for one in there if one != part]
            rest = sum(host[one] for one in others)
            for sign, word in ((-1.0, "less"), (1.0, "more")):
                share = min(max(host[part] + sign * size * FRACTION, 0.0), 1.0)
                new = {one: host[one] * (1.0 - share) / rest for one in others}
                phase = part.removesuffix(f"_{end}").replace("_", " ")
                off = f"{abs(share - host[part]):.2g}"
                yield new | {part: share}, f"{off} {word} {phase} in the solid {_PLACES[(end,)]}"
