"""The first line of a report: which hosts to make first, which cannot be told apart, and how sure that is.

Data flow: a batch and what is believed of its hosts together (``campaign.comparison``) -> the host that promises
most, the one that teaches most, the rest by what tells them from the first -> sentences that say no more than the
numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.campaign.gains import gains, keeping
from surrogate.campaign.roles import EXPLOIT
from surrogate.hosts.targets import SCALES
from surrogate.report import summary
from surrogate.report.cards.against import control_in_words, in_a_sentence, listed, probability
from surrogate.report.cards.gamble import comes_last, gamble, gambles_of, is_gamble, odds
from surrogate.report.cards.worths import in_its_place, simplest_of
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import given, records

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign

TOLD_APART = 0.9  # probability from which one host is said to be better than another


@dataclass(frozen=True)
class Decision:
    """What to make, in the order of doing, and how sure that is.

    Attributes
    ----------
    make : tuple of str
        Ids of the hosts to make first: the one that promises most (``first_of``) and, where there are others, the one
        of them whose cells teach most.
    alike : tuple of str
        Ids of the others that cannot be told from the first: in no objective is either of the two better with a
        probability of ``TOLD_APART``.
    apart : tuple of str
        Ids of the others that can.
    p_better : mapping of str to mapping of str to float
        Id -> objective -> probability that the first host is itself better than this one; the control included.
    control_id, control : str
        Id and make of the control; empty where the batch has none.
    text : str
        Sentences, the first of them the decision.
    """

    make: tuple[str, ...]
    alike: tuple[str, ...]
    apart: tuple[str, ...]
    p_better: Mapping[str, Mapping[str, float]]
    control_id: str
    control: str
    text: str

    @property
    def p_control(self) -> Mapping[str, float]:
        """Objective -> probability that the first host is better than the control."""
        return self.p_better.get(self.control_id, {})


def decision_of(batch: pd.DataFrame, campaign: Campaign, comparison: Comparison | None) -> Decision | None:
    """Decide which hosts of a batch to make first.

    Parameters
    ----------
    batch : DataFrame, n + 1 rows
        Proposals and, last, their control.
    campaign : Campaign
        Its objectives and limits.
    comparison : Comparison, optional
        Of the batch.

    Returns
    -------
    Decision or None
        None without a comparison, or where the batch has no proposal.
    """
    rows = records(batch)
    names, n = names_of(rows), sum(not summary.is_control(row) for row in rows)
    if comparison is None or n == 0:
        return None
    first = first_of(rows[:n], campaign)
    rest = [k for k in range(n) if k != first]
    teacher = max(rest, key=lambda k: float(given(rows[k], "p_changes_best") or 0.0), default=None)
    p = {
        names[k]: {target: float(table[first, k]) for target, table in comparison.p_better.items()}
        for k in range(len(rows))
        if k != first
    }
    others = [names[k] for k in rest if k != teacher]
    decided = Decision(
        make=(names[first], *([names[teacher]] if teacher is not None else [])),
        alike=tuple(name for name in others if not _told_apart(p[name])),
        apart=tuple(name for name in others if _told_apart(p[name])),
        p_better=p,
        control_id=names[n] if len(rows) > n else "",
        control=control_in_words(rows[n]) if len(rows) > n else "",
        text="",
    )
    made_for = [
        _made_for(rows[k], campaign.objectives, alone=k == first)
        for k in ([first] if teacher is None else [first, teacher])
    ]
    gambles = gambles_of({names[k]: rows[k] for k in rest if k != teacher})
    made = comparison.made_already[first] if comparison.made_already else None
    far = {names[k]: rows[k] for k in ([first] if teacher is None else [first, teacher])}
    simpler = _simpler(rows[first], names[first], comparison, first, campaign)
    said = [
        *_in_words(decided, made_for, "" if made is None else made.name),
        *simpler,
        *gambles,
        *_outside(far),
    ]
    return replace(decided, text=". ".join(said) + ".")


def _simpler(
    row: Mapping[str, Any], name: str, comparison: Comparison, k: int, campaign: Campaign
) -> list[str]:
    """Say of a host that cells could not tell from a simpler one what that has instead; nothing of any other."""
    area = campaign.cells.disc_area_cm2
    simplest = simplest_of(row, comparison, k, campaign.objectives, comparison.spreads, area)
    if given(row, "role") != EXPLOIT or simplest is None or not simplest.instead:
        return []
    instead = listed(in_its_place(row, simplest.left_out))
    return [
        f"A simpler form of {name} does as well and is less work: {instead} (its card says what to weigh)"
    ]


def first_of(rows: Sequence[Mapping[str, Any]], campaign: Campaign) -> int:
    """Return the position of the proposal that promises most.

    Parameters
    ----------
    rows : sequence of mapping
        Proposals with their medians.
    campaign : Campaign
        Objectives, of whose gains the mean counts, and limits: hosts whose medians break one come last, and before
        them those whose ``role`` is not to do what they promise (``campaign.roles``).
    """
    z = {
        name: SCALES[name].to_z(np.array([float(row[name]) for row in rows]))
        for name in dict.fromkeys([*campaign.objectives, *(limit.name for limit in campaign.limits)])
    }
    kept = keeping(campaign.limits, z, len(rows))
    promised = gains(campaign.objectives, z).mean(axis=1)
    exploits = kept & np.array([given(row, "role") == EXPLOIT for row in rows])
    among = next((some for some in (exploits, kept) if some.any()), np.ones(len(rows), dtype=bool))
    return int(np.where(among, promised, -np.inf).argmax())


def _told_apart(p: Mapping[str, float]) -> bool:
    return any(max(one, 1.0 - one) >= TOLD_APART for one in p.values())


def _in_words(decided: Decision, made_for: Sequence[str], made_already: str) -> list[str]:
    first, *second = decided.make
    beside = f", and the control {decided.control_id}" if decided.control_id else ""
    said = [f"Make {listed(decided.make)}{beside}"]
    if decided.alike:
        said[0] += f"; {listed(decided.alike)} cannot be told from {first}"
    if decided.control_id:
        said.append(
            f"The probability that {first} beats the control, {decided.control}, in your cells is "
            f"{_by_objective(decided.p_control)}"
        )
    if made_for[0]:
        said.append(f"{first} {made_for[0]}")
    if made_already:
        said.append(
            f"Your {made_already}, which you have made, is as good as {first} or better, within the scatter "
            "between cells"
        )
    if decided.alike:
        told = [f"{name} ({_by_objective(decided.p_better[name])})" for name in decided.alike]
        said.append(f"Whether it beats {listed(told)} is open")
    said += [_how(first, name, decided.p_better[name]) for name in decided.apart]
    for name in second:
        said.append(f"{name} {made_for[1]}")
        said.append(_how(first, name, decided.p_better[name]))
    return said


def _made_for(row: Mapping[str, Any], objectives: Iterable[str], *, alone: bool) -> str:
    """Say what a host that is to be made first is made for, by its role; of the first only what is unexpected."""
    found = odds(row, objectives)
    teaches = f": one cell of it {found}" if found else ""
    if alone:
        expected = f"is {gamble(row)}, made for what it teaches: its card says what is expected to do better"
        return expected if is_gamble(row) else ""
    if given(row, "role") == EXPLOIT:
        return f"is made for what it promises too, and tells most beside it{teaches}"
    last = ", which is little: leave it out where cells are few" if comes_last(row) else ""
    return f"is {gamble(row)}, made for what it teaches{teaches}{last}"


def _outside(made: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say which of the hosts that are made first nothing published is like; of gambles it is said already."""
    far = [name for name, row in made.items() if summary.is_outside(row) and not is_gamble(row)]
    if not far:
        return []
    lie, their = ("lies", "its") if len(far) == 1 else ("lie", "their")
    return [f"{listed(far)} {lie} outside the training data: take {their} numbers as a guess"]


def _by_objective(p: Mapping[str, float]) -> str:
    return listed([f"{probability(one)} in {in_a_sentence(target)}" for target, one in p.items()])


def _how(first: str, name: str, p: Mapping[str, float]) -> str:
    """Say what tells a host from the first."""
    worse = [in_a_sentence(target) for target, one in p.items() if one >= TOLD_APART]
    better = [in_a_sentence(target) for target, one in p.items() if 1.0 - one >= TOLD_APART]
    said = [f"worse in {listed(worse)}"] if worse else []
    said += [f"better in {listed(better)}"] if better else []
    how = f"is {listed(said)} than {first}" if said else f"cannot be told from {first} either"
    return f"{name} {how} ({first} is better with a probability of {_by_objective(p)})"
