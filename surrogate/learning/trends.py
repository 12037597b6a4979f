"""Whether a model answers as the simulator does when one thing about a host is changed.

Data flow: random hosts of the usual ether cell -> each before and after five changes (``MOVES``) -> what the model
predicts of both, and the simulator's own answers beside it -> for each change the share of hosts whose predicted life
moves the way the simulated one does, and how far both move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surrogate.evaluation.skill import TIE
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.learning.studies import random_hosts
from surrogate.literature import records as literature
from surrogate.literature.pairs import pairs
from surrogate.literature.schema import several
from surrogate.models.bundle import HostModel

HOSTS = 60
AGENT, SHARE = "silver", 0.1  # of the solid at the bottom
PORES = 2.0  # times wider at the top and narrower at the bottom
Progress = Callable[[str, int, int], None]
Tables = tuple[pd.DataFrame, pd.DataFrame]


def _without_agent(hosts: pd.DataFrame) -> pd.DataFrame:
    """Hosts whose agent is replaced by their conductor."""
    moved = hosts.copy()
    for end in ("top", "bottom"):
        moved[f"conductor_{end}"] = (moved[f"conductor_{end}"] + moved[f"agent_{end}"]).clip(upper=1.0)
        moved[f"agent_{end}"] = 0.0
    return moved.assign(agent="none")


def _agent_gradient(hosts: pd.DataFrame) -> Tables:
    bare = _without_agent(hosts)
    solid = ["conductor_bottom", "dielectric_bottom", "ion_conductor_bottom"]
    coated = bare.assign(agent=AGENT, agent_bottom=SHARE)
    coated[solid] *= 1.0 - SHARE
    return bare, coated


def _insulating_top(hosts: pd.DataFrame) -> Tables:
    plain = _without_agent(hosts)
    for end in ("top", "bottom"):
        plain[f"conductor_{end}"] = (plain[f"conductor_{end}"] + plain[f"dielectric_{end}"]).clip(upper=1.0)
        plain[f"dielectric_{end}"] = 0.0
    return plain, plain.assign(dielectric_top=plain["conductor_top"], conductor_top=0.0)


def _pore_gradient(hosts: pd.DataFrame) -> Tables:
    middle = np.sqrt(hosts["pore_size_top_um"] * hosts["pore_size_bottom_um"])
    even = hosts.assign(pore_size_top_um=middle, pore_size_bottom_um=middle)
    return even, even.assign(pore_size_top_um=PORES * middle, pore_size_bottom_um=middle / PORES)


def _additive(hosts: pd.DataFrame) -> Tables:
    return hosts.assign(additives="none"), hosts.assign(additives="lino3")


def _foil(hosts: pd.DataFrame) -> Tables:
    conditions = [name for name in Conditions().as_dict() if name in hosts.columns]
    return hosts[conditions].assign(framework="none", agent="none"), hosts


MOVES: Mapping[str, Callable[[pd.DataFrame], Tables]] = {
    "agent gradient": _agent_gradient,
    "insulating top": _insulating_top,
    "pore gradient": _pore_gradient,
    "additive": _additive,
    "host for foil": _foil,
}


# What the literature calls the difference of a pair (``literature.pairs``).
_DIFFERENCES = {
    "agent gradient": {"agent", "gradient"},
    "insulating top": {"gradient"},
    "pore gradient": {"pores"},
    "additive": {"additive"},
    "host for foil": {"framework"},
}


@dataclass(frozen=True)
class Moved:
    """Hosts before and after a change, n each."""

    move: str
    before: CompleteDesigns
    after: CompleteDesigns


def moved_hosts(
    seed: int, *, conditions: Mapping[str, object] | None = None, hosts: int = HOSTS
) -> list[Moved]:
    """Draw random hosts and make each change to them.

    Parameters
    ----------
    seed : int
        Of the hosts.
    conditions : mapping, optional
        Column -> value of the cell's conditions. Default: those of the usual ether cell.
    hosts : int
        How many.

    Raises
    ------
    DesignError
        When hardly any host can be made under the conditions.
    """
    cell = Conditions(**dict(conditions or {})).as_dict()
    table = random_hosts(cell, hosts, seed).frame
    found = []
    for move, make in MOVES.items():
        before, after = (CompleteDesigns.of(part, where=move) for part in make(table))
        found.append(Moved(move, before, after))
    return found


def trend_agreement(
    model: HostModel, moved: list[Moved], progress: Progress | None = None, target: str = "cycle_life_cycles"
) -> pd.DataFrame:
    """Compare the directions of a model and of the simulator.

    Parameters
    ----------
    model : HostModel
        What is asked.
    moved : list of Moved
        Of :func:`moved_hosts`.
    progress : callable, optional
        Called with ("changing hosts", moves done, moves in all).
    target : str
        Whose direction is compared.

    Returns
    -------
    DataFrame
        A row for each change: target, move, hosts (in which the simulator sees a difference), right (share of these
        in which the model moves the same way; NaN without any), simulated and predicted (median factor of the
        target), pairs (published pairs that differ in this: how many tell of an improvement, and of the opposite).
    """
    rows = []
    for done, change in enumerate(moved):
        if progress is not None:
            progress("changing hosts", done, len(moved))
        predicted = model.predict(change.before.together([change.after]))
        n = len(change.before)
        answers = np.log(predicted[[target, f"{target}_physics"]].to_numpy(dtype=float))
        own, simulated = (answers[n:] - answers[:n]).T
        seen = np.isfinite(simulated) & (np.abs(simulated) > TIE)
        right = np.sign(np.where(np.abs(own) > TIE, own, 0.0)) == np.sign(simulated)
        rows.append(
            {
                "target": target,
                "move": change.move,
                "hosts": int(seen.sum()),
                "right": float(right[seen].mean()) if seen.any() else np.nan,
                "simulated": float(np.exp(np.median(simulated[seen]))) if seen.any() else np.nan,
                "predicted": float(np.exp(np.median(own[seen]))) if seen.any() else np.nan,
                "pairs": _told(change.move, target),
            }
        )
    if progress is not None:
        progress("changing hosts", len(moved), len(moved))
    return pd.DataFrame(rows)


def _told(move: str, target: str) -> str:
    """Count the published pairs of a target that differ in a change alone, by what they tell."""
    found = pairs(literature.load())
    differs = [set(several(cell)) for cell in found["differs_in"]]
    same = np.array([bool(one) and one <= _DIFFERENCES[move] for one in differs], dtype=bool)
    told = found.loc[same & (found["quantity"] == target).to_numpy(), "told"]
    return f"{int((told > 0).sum())} better, {int((told < 0).sum())} worse" if len(told) else "none"
