"""The first line of a report: which hosts to make first, which cannot be told apart, and how sure that is.

Data flow: a batch and what is believed of its hosts together (``campaign.comparison``) -> the host that promises
most, the one that teaches most, the rest by what tells them from the first -> sentences that say no more than the
numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.campaign.gains import gain, keeping
from surrogate.hosts.targets import SCALES
from surrogate.report import summary
from surrogate.report.cards.against import in_a_sentence
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
        Ids of the hosts to make first: the one that promises most and, where there are others, the one of them whose
        cells teach most.
    alike : tuple of str
        Ids of the others that cannot be told from the first.
    worse : tuple of str
        Ids of the others that the first is better than with a probability of ``TOLD_APART`` at least.
    p_better : mapping of str to float
        Id -> probability that the first host is better than this one; the control included.
    p_control : float or None
        Probability that the first host is better than the control, in itself.
    target : str
        The first objective, which all probabilities are about.
    control : str
        What the control is, in words.
    text : str
        Sentences, the first of them the decision.
    """

    make: tuple[str, ...]
    alike: tuple[str, ...]
    worse: tuple[str, ...]
    p_better: Mapping[str, float]
    p_control: float | None
    target: str
    control: str
    text: str


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
    first = _first(rows[:n], campaign)
    rest = [k for k in range(n) if k != first]
    teacher = max(rest, key=lambda k: float(given(rows[k], "p_changes_best") or 0.0), default=None)
    p = {names[k]: float(comparison.p_better[first, k]) for k in range(len(rows)) if k != first}
    others = [names[k] for k in rest if k != teacher]
    make = (names[first], *([names[teacher]] if teacher is not None else []))
    controlled = len(rows) > n
    control = summary.title(rows[n]).removeprefix("control: ") if controlled else ""
    decided = Decision(
        make=make,
        alike=tuple(name for name in others if 1.0 - TOLD_APART < p[name] < TOLD_APART),
        worse=tuple(name for name in others if p[name] >= TOLD_APART),
        p_better=p,
        p_control=p[names[n]] if controlled else None,
        target=comparison.target,
        control=control,
        text="",
    )
    teaches = None if teacher is None else given(rows[teacher], "p_changes_best")
    return _with_text(decided, names[n] if controlled else "", teaches)


def _first(rows: Sequence[Mapping[str, Any]], campaign: Campaign) -> int:
    """Position of the proposal that promises most in the first objective, of those whose medians keep the limits."""
    target, goal = next(iter(campaign.objectives.items()))
    z = {
        name: SCALES[name].to_z(np.array([float(row[name]) for row in rows]))
        for name in dict.fromkeys([target, *(limit.name for limit in campaign.limits)])
    }
    kept = keeping(campaign.limits, z, len(rows))
    promised = gain(target, goal, z[target])
    return int(np.where(kept, promised, -np.inf).argmax() if kept.any() else promised.argmax())


def _with_text(decided: Decision, control: str, teaches: float | None) -> Decision:
    from dataclasses import replace

    what = in_a_sentence(decided.target)
    first, *second = decided.make
    sentences = [f"Make {' and '.join(decided.make)}" + (f", with the control {control}" if control else "")]
    if decided.p_control is not None:
        sentences.append(
            f"P({first} beats the control, {decided.control}, in {what} in your cells) = {_p(decided.p_control)}"
        )
    apart = [f"{name} (P({first} is better) = {_p(decided.p_better[name])})" for name in decided.alike]
    if apart:
        sentences.append(f"{_and(apart)} cannot be told from {first}")
    if decided.worse:
        sentences.append(
            f"{_and([f'{name} (P = {_p(decided.p_better[name])})' for name in decided.worse])} "
            f"{'is' if len(decided.worse) == 1 else 'are'} worse than {first} by what is known"
        )
    for name in second:
        p = decided.p_better[name]
        told = (
            f"it is worse than {first} by what is known"
            if p >= TOLD_APART
            else f"it cannot be told from {first} either"
            if p > 1.0 - TOLD_APART
            else f"it is better than {first} by what is known, where limits do not count"
        )
        chance = (
            "" if teaches is None else f": one cell of it changes which host is best with P = {_p(teaches)}"
        )
        sentences.append(
            f"{name} is made for what it teaches{chance}; {told} (P({first} is better) = {_p(p)})"
        )
    return replace(decided, text=". ".join(sentences) + ".")


def _p(probability: float) -> str:
    """Write a probability with two digits, and never as certainty."""
    return "> 0.99" if probability > 0.99 else "< 0.01" if probability < 0.01 else f"{probability:.2f}"


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
