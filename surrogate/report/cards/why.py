"""Why this host, and how sure: what is predicted and simulated, where that comes from, what each feature is worth.

Data flow: a row of a batch and its control's (``campaign.understanding`` has split the medians and exchanged the
features), what is believed of the batch together (``campaign.comparison``) -> numbers against the spread of cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from surrogate.campaign.gains import keeping, on_z
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.report import summary
from surrogate.report.cards.against import difference, in_a_sentence, listed, probability
from surrogate.report.cards.answers import Answer, Split, answer_of, splits_of
from surrogate.report.cards.worths import Simplest, Worth, none_certain, simplest_of, worth_texts, worths_of
from surrogate.report.quantities import given, label, quantity

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign

_NOTHING = 0.005  # of the logarithm of a ratio: with three digits it reads × 1


@dataclass(frozen=True)
class Chance:
    """How sure a host is to be better than its control in one objective.

    Attributes
    ----------
    target, name : str
        The objective, and in words.
    p_better : float
        Probability that the host is better in itself.
    p_one_cell : float or None
        That one cell of it is better than one cell of the control, the spread between cells included; None where no
        direction is wanted.
    noise_factor : float
        By which cells of one design differ.
    """

    target: str
    name: str
    p_better: float
    p_one_cell: float | None
    noise_factor: float


@dataclass(frozen=True)
class Why:
    """Why this host, and how sure.

    Attributes
    ----------
    role : str
        ``exploit``, ``explore`` or ``control``.
    role_text : str
        What it is made for.
    answers : tuple of Answer
        Of every target that is predicted.
    splits : tuple of Split
        Of every target that has been split.
    worths : tuple of Worth
        Of the features that differ from the control's, by objective and the most first; without a comparison of the
        first objective alone.
    worth_texts : tuple of str
        A sentence for each objective.
    simplest : Simplest or None
        None without a comparison.
    chances : tuple of Chance
        In each objective; empty for the control.
    sure_text : str
        How sure, in a sentence with its numbers.
    p_changes_best : float or None
        Probability that one cell of it changes which host is believed to be the best.
    at_limit : tuple of str
        Values that only a limit of the search stopped: physics may not know what that costs.
    extrapolation : float or None
        0 inside, 1 outside.
    cautions : tuple of str
    """

    role: str
    role_text: str
    answers: tuple[Answer, ...]
    splits: tuple[Split, ...]
    worths: tuple[Worth, ...]
    worth_texts: tuple[str, ...]
    simplest: Simplest | None
    chances: tuple[Chance, ...]
    sure_text: str
    p_changes_best: float | None
    at_limit: tuple[str, ...]
    extrapolation: float | None
    cautions: tuple[str, ...]


def why_of(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    campaign: Campaign,
    spreads: Mapping[str, float],
    k: int = 0,
    comparison: Comparison | None = None,
    told: int = 0,
    names: Sequence[str] = (),
) -> Why:
    """Say why a host of a batch is proposed.

    Parameters
    ----------
    row, control : mapping of str to object
        Rows of a batch.
    campaign : Campaign
        Its objectives.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    k : int
        Position of the host among the proposals.
    comparison : Comparison, optional
        Of the batch.
    told : int
        Number of the campaign's own cells.
    names : sequence of str
        Ids of the rows of the batch.

    Returns
    -------
    Why
    """
    from surrogate.report.rule_cautions import cautions_about

    worths = worths_of(row, campaign, spreads, k, comparison)
    chances = () if summary.is_control(row) else _chances(row, campaign, spreads)
    role, changes, score = (
        str(given(row, "role") or ""),
        given(row, "p_changes_best"),
        given(row, "extrapolation"),
    )
    rivals = _rivals(row, campaign, comparison, k, names, told) if role == "explore" else ""
    splits = splits_of(row, control, told)
    promise = (
        _promise(comparison, k, names) + _by_physics_alone(splits, campaign) if role == "exploit" else ""
    )
    return Why(
        role=role,
        role_text=_role(role, changes, rivals, promise),
        answers=tuple(
            answer_of(row, control, name, told) for name in c.TARGETS if given(row, name) is not None
        ),
        splits=splits,
        worths=worths,
        worth_texts=worth_texts(worths, spreads),
        simplest=simplest_of(row, comparison, k, list(campaign.objectives)),
        chances=chances,
        sure_text=_how_sure(row, chances, worths),
        p_changes_best=None if changes is None else float(changes),
        at_limit=tuple(
            f"{label(name).lower()} {quantity(row[name], name)}"
            for name in str(given(row, "at_limit") or "").split(";")
            if name in row
        ),
        extrapolation=None if score is None else float(score),
        cautions=tuple(cautions_about(row)),
    )


def _chances(row: Mapping[str, Any], campaign: Campaign, spreads: Mapping[str, float]) -> tuple[Chance, ...]:
    """Say how sure a host is to be better than its control, of each objective of which that is known."""
    found = []
    for n, (target, goal) in enumerate(campaign.objectives.items()):
        wanted, told = on_z(target, goal), difference(row, target)
        better = given(row, "p_better_than_control") if n == 0 else None
        one_cell = None
        if told is not None and isinstance(wanted, str):
            mean, spread = (told[0] if wanted == "max" else -told[0]), told[1]
            one_cell = float(ndtr(mean / sqrt(spread**2 + 2.0 * spreads[target] ** 2)))
            if better is None:
                better = float(ndtr(mean / spread)) if spread > 0.0 else 0.5
        if better is not None:
            factor = exp(spreads[target])
            found.append(Chance(target, label(target), float(better), one_cell, factor))
    return tuple(found)


def _rivals(
    row: Mapping[str, Any],
    campaign: Campaign,
    comparison: Comparison | None,
    k: int,
    names: Sequence[str],
    told: int,
) -> str:
    """Say what keeps a host from being the best: a limit, proposals that are as good, or else a measured host."""
    z = {limit.name: SCALES[limit.name].to_z(np.array([float(row[limit.name])])) for limit in campaign.limits}
    if not keeping(campaign.limits, z, 1).all():
        return "Its median breaks a limit of the campaign"
    n = 0 if comparison is None else min(len(comparison.simplest), len(names))
    better = [] if comparison is None else list(comparison.p_better.values())
    as_good = [names[j] for j in range(n) if j != k and all(table[j, k] >= 0.5 for table in better)]
    if not as_good and not told:
        return ""
    return f"As good or better in all that is wanted: {listed(as_good) if as_good else 'a host that you measured'}"


def _promise(comparison: Comparison | None, k: int, names: Sequence[str]) -> str:
    """Compare a host with the one that comes nearest to it: another proposal, or else the control."""
    best = "no other host is believed to be as good in all that is wanted"
    n = 0 if comparison is None else len(comparison.simplest)
    others = [j for j in range(n) if j != k] or [n]
    if comparison is None or k >= n or max(others) >= len(names):
        return best
    tables = comparison.p_better
    nearest = min(others, key=lambda j: max(float(table[k, j]) for table in tables.values()))
    ahead = {target: float(table[k, nearest]) for target, table in tables.items()}
    sure = listed([f"{probability(p)} in {in_a_sentence(target)}" for target, p in ahead.items()])
    what = f"{'the control' if nearest == n else 'the nearest'}, {names[nearest]},"
    if max(ahead.values()) <= 0.5:
        return f"{what} is believed to be as good (this one is better with a probability of {sure})"
    return f"{best} (better than {what} with a probability of {sure})"


def _by_physics_alone(splits: Sequence[Split], campaign: Campaign) -> str:
    """Say that neither published nor own cells bring anything to what a host is worth over its control."""
    about = [one for one in splits if one.target in campaign.objectives]
    brought = max((abs(part) for one in about for part in (one.ln_literature, one.ln_cells)), default=1.0)
    if brought >= _NOTHING:
        return ""
    return ", and physics alone says so, as neither published cells nor yours bring anything to it"


def _role(role: str, changes: Any, rivals: str, promise: str) -> str:
    teaches = (
        ""
        if changes is None
        else f"one cell of it changes which host is best with a probability of {probability(float(changes))}"
    )
    if role == "exploit":
        promises = f"Chosen for what it promises: {promise}"
        return f"{promises}; {teaches}" if teaches else promises
    if role == "explore":
        found = f"Chosen as the most informative next test{': ' if teaches else ''}{teaches}"
        return ". ".join(filter(None, (found, rivals)))
    return "What the others are compared with" if role == summary.CONTROL else ""


def _how_sure(row: Mapping[str, Any], chances: Sequence[Chance], worths: Sequence[Worth]) -> str:
    """Say how sure the host and its features are to be better, and how far the prediction had to reach."""
    parts = []
    for one in chances:
        cells = "" if one.p_one_cell is None else f" (one cell against one: {probability(one.p_one_cell)})"
        parts.append(f"{probability(one.p_better)} in {in_a_sentence(one.target)}{cells}")
    if parts:
        parts = [f"the probability of being better than the control is {listed(parts)}"]
    if none_certain(worths):
        parts.append("no single feature's gain is certain")
    if given(row, "extrapolation") is not None:
        parts.append(f"extrapolation {summary.extrapolation(row)}")
    return "; ".join(parts)
