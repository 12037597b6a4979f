"""Why this host, and how sure: what is predicted and simulated, where that comes from, what each feature is worth.

Data flow: a row of a batch and its control's (``campaign.understanding`` has split the medians and exchanged the
features), what is believed of the batch together (``campaign.comparison``) -> numbers against the spread of cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from surrogate.campaign.gains import gains, keeping, on_z
from surrogate.campaign.roles import CELLS_ALONE, EXPLOIT, EXPLORE, SEARCHED_BY, beaten_beyond_noise
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.report import summary
from surrogate.report.cards.against import difference, in_a_sentence, listed, probability, times
from surrogate.report.cards.answers import Answer, Split, answer_of, splits_of
from surrogate.report.cards.decision import TOLD_APART
from surrogate.report.cards.gamble import LAST, comes_last, gamble, lesson, odds
from surrogate.report.cards.mechanism import mechanism_text
from surrogate.report.cards.worths import Simplest, Worth, none_certain, simplest_of, worth_texts, worths_of
from surrogate.report.quantities import given, label, quantity
from surrogate.report.trust import judged_in_short

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign

_BY_CELLS = (
    "Searched for by your own cells alone, as one host in four is: where physics misleads, this shows it"
)
_PROMISES = "Chosen for what it promises"
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
    simulated_text : str
        What the simulation has it do that its control does not; empty of a control or foil.
    made_text : str
        Which measured host is expected to do as well; empty where there is none.
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
    judged_text : str
        On how many papers the model was judged, and how often it was right; empty where that is not recorded.
    p_changes_best : float or None
        Probability that one cell of it changes which host is believed to be the best in the first objective.
    at_limit : tuple of str
        Values that only a limit of the search stopped: physics may not know what that costs.
    extrapolation : float or None
        0 inside, 1 outside.
    cautions : tuple of str
    """

    role: str
    role_text: str
    simulated_text: str
    made_text: str
    answers: tuple[Answer, ...]
    splits: tuple[Split, ...]
    worths: tuple[Worth, ...]
    worth_texts: tuple[str, ...]
    simplest: Simplest | None
    chances: tuple[Chance, ...]
    sure_text: str
    judged_text: str
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
    rows: Sequence[Mapping[str, Any]] = (),
    judged: pd.DataFrame | None = None,
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
    rows : sequence of mapping
        Of the batch.
    judged : DataFrame, optional
        Of ``report.trust.judgement``.

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
    splits = splits_of(row, control, told)
    simplest = simplest_of(row, comparison, k, campaign.objectives, spreads, campaign.cells.disc_area_cm2)
    rivals = _Rivals(rows, names, campaign, spreads, k, comparison)
    reason = {
        EXPLOIT: lambda: rivals.promise() + _by_physics_alone(splits, campaign),
        EXPLORE: rivals.ahead,
    }.get(role, str)()
    return Why(
        role=role,
        role_text=_role(row, reason, worths, campaign.objectives) + _but_simpler(role, simplest),
        simulated_text=mechanism_text(row, None if summary.is_control(row) else control),
        made_text=_made_already(row, comparison, k),
        answers=tuple(
            answer_of(row, control, name, told) for name in c.TARGETS if given(row, name) is not None
        ),
        splits=splits,
        worths=worths,
        worth_texts=worth_texts(worths, campaign.objectives, spreads),
        simplest=simplest,
        chances=chances,
        sure_text=_how_sure(row, chances, worths),
        judged_text="" if summary.is_control(row) else judged_in_short([*campaign.objectives], judged),
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


@dataclass(frozen=True)
class _Rivals:
    """The hosts of a batch beside the one at position k: rows and ids, objectives, and spreads of cells, z."""

    rows: Sequence[Mapping[str, Any]]
    names: Sequence[str]
    campaign: Campaign
    spreads: Mapping[str, float]
    k: int
    comparison: Comparison | None

    def ahead(self) -> str:
        """Say what keeps the host from being made for what it promises."""
        row = self.rows[self.k]
        limited = {one.name: self._z(one.name, [row]) for one in self.campaign.limits}
        if not keeping(self.campaign.limits, limited, 1).all():
            return "Its median breaks a limit of the campaign"
        better = [self._named(j) for j in self._beyond()]
        if better:
            return f"Expected to do better than it beyond the scatter between cells: {listed(better)}"
        return ""

    def promise(self) -> str:
        """Compare the host with what comes nearest to it: another proposal, or else the control."""
        scatter = listed(
            [f"{times(exp(self.spreads[one]))} in {in_a_sentence(one)}" for one in self.campaign.objectives]
        )
        best = (
            ""
            if self._beyond()
            else f"none of the batch is expected to do better beyond the scatter between cells ({scatter})"
        )
        n = sum(not summary.is_control(row) for row in self.rows)
        others = [j for j in range(n) if j != self.k] or list(range(n, len(self.rows)))
        if self.comparison is None or not others:
            return best
        tables = self.comparison.p_better
        nearest = min(others, key=lambda j: max(float(table[self.k, j]) for table in tables.values()))
        sure = listed(
            [
                f"{probability(float(table[self.k, nearest]))} in {in_a_sentence(one)}"
                for one, table in tables.items()
            ]
        )
        tied = self._tied(nearest, tables)
        near = "practically tied with" if tied else "the nearest is"
        beside = (
            ", beside which it is made as another idea" if tied and self._of_another_make(nearest) else ""
        )
        nearest_text = (
            f"{near} {self._named(nearest)}{beside}: this one is better with a probability of {sure}"
        )
        return "; ".join(filter(None, (best, nearest_text)))

    def _tied(self, j: int, tables: Mapping[str, Any]) -> bool:
        """Test whether nothing tells another host from this one: neither medians beyond the scatter, nor the odds."""
        return all(
            max(table[self.k, j], table[j, self.k]) < TOLD_APART
            and abs(np.diff(self._z(one, [self.rows[self.k], self.rows[j]]))[0]) < self.spreads[one]
            for one, table in tables.items()
        )

    def _of_another_make(self, j: int) -> bool:
        """Test whether another proposal has another framework or agent."""
        own, other = self.rows[self.k], self.rows[j]
        differs = any(str(own[name]) != str(other[name]) for name in ("framework", "agent"))
        return differs and not summary.is_control(other)

    def _beyond(self) -> list[int]:
        """List the other hosts that are expected to do better beyond the scatter between cells."""
        told = [
            one for one in self.campaign.objectives if all(given(row, one) is not None for row in self.rows)
        ]
        if len(told) < len(self.campaign.objectives):
            return []
        values = gains(self.campaign.objectives, {one: self._z(one, self.rows) for one in told})
        noise = np.array([self.spreads[one] for one in told])
        return np.flatnonzero(beaten_beyond_noise(values, noise)[self.k]).tolist()

    def _z(self, target: str, rows: Sequence[Mapping[str, Any]]) -> Any:
        return SCALES[target].to_z(np.array([float(row[target]) for row in rows]))

    def _named(self, j: int) -> str:
        """Name a host by what it is and its medians: "B00-2 (carbon fibre with tin; 380 cycles, 13 mV)"."""
        told = [quantity(self.rows[j][one], one) for one in self.campaign.objectives]
        row = self.rows[j]
        what = "the control, " if summary.is_control(row) else ""
        make = "" if what else f"{summary.title(row)}; "
        return f"{what}{self.names[j]} ({make}{', '.join(told)})"


def _made_already(row: Mapping[str, Any], comparison: Comparison | None, k: int) -> str:
    """Name the measured host that is expected to do as well; of a host that is made again that is itself."""
    found = comparison.made_already[k] if comparison is not None and comparison.made_already else None
    if found is None or given(row, "repeat_of"):
        return ""
    sure = listed([f"{probability(p)} in {in_a_sentence(target)}" for target, p in found.p_better.items()])
    return (
        f"your {found.name}, which you have made, is as good or better within the scatter between cells (this one is "
        f"better with a probability of {sure})"
    )


def _by_physics_alone(splits: Sequence[Split], campaign: Campaign) -> str:
    """Say that neither published nor own cells bring anything to what a host is worth over its control."""
    about = [one for one in splits if one.target in campaign.objectives]
    brought = max((abs(part) for one in about for part in (one.ln_literature, one.ln_cells)), default=1.0)
    if brought >= _NOTHING:
        return ""
    return ", by physics alone, as neither published cells nor yours tell such hosts apart"


def _but_simpler(role: str, simplest: Simplest | None) -> str:
    """Say of a host that is made for what it promises that a simpler one does as well; empty where none does."""
    told = role == EXPLOIT and simplest is not None and simplest.instead
    return "; a simpler host does as well: see below" if told else ""


def _role(row: Mapping[str, Any], reason: str, worths: Sequence[Worth], objectives: Iterable[str]) -> str:
    role, found = given(row, "role"), odds(row, objectives)
    blind = _BY_CELLS if given(row, SEARCHED_BY) == CELLS_ALONE else ""
    if role == EXPLOIT:
        return ". ".join(
            filter(None, (blind, f"Chosen for what it promises: {reason}" if reason else _PROMISES))
        )
    if role == EXPLORE:
        last = f": {LAST}" if comes_last(row) else ""
        chosen = f"{gamble(row).capitalize()}, chosen for what it teaches and not for what it promises"
        decides = f"One cell of it {found}{last}" if found else ""
        return ". ".join(filter(None, (chosen, blind, reason, lesson(worths), decides)))
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
        meaning = "(0: like hosts in papers, 1: like none; nothing of how two hosts compare)"
        parts.append(f"extrapolation {summary.extrapolation(row)} {meaning}")
    return "; ".join(parts)
