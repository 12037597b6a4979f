"""Why this host, and how sure: what is predicted and simulated, whence it comes, what each feature is worth.

Data flow: a row of a batch and its control's (``campaign.understanding`` has split the medians and exchanged the
features), what is believed of the batch together (``campaign.comparison``) -> numbers against the spread of cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING, Any

from scipy.special import ndtr

from surrogate.campaign.choice_groups import choice_groups
from surrogate.campaign.gains import on_z
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.materials.groups import LIQUIDS
from surrogate.report import summary
from surrogate.report.cards.against import difference, in_a_sentence, listed, probability, times
from surrogate.report.quantities import given, label, number, quantity

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign

_CCD = "ccd_mA_cm2"
_SOURCES = ("physics", "literature", "cells")
_GROUPS = {"pore_size": "pore sizes", "agent": "lithiophilic agent", "pattern": "pattern of the pellet"}
_FEATURES = {
    "agent": "the lithiophilic agent", "composition": "the second phase",
    "layers": "the layers", "porosity": "the gradient of porosity", "pore_size": "the gradient of pores",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One target of a host: predicted, simulated, and against the control.

    Attributes
    ----------
    target, name : str
        Its column, and in words.
    predicted, lower, upper : float
        Median and central 90 % interval of one new cell, in the unit of the column.
    simulated : float or None
        The simulator's own answer at its shipped constants, as ``surrogate simulate`` gives it.
    ratio, ratio_lower, ratio_upper : float or None
        What the host is itself worth over its control, with the central 90 % interval (of an efficiency, of the lost
        charge).
    text, ratio_text : str
        Ready to print.
    """

    target: str
    name: str
    predicted: float
    lower: float
    upper: float
    simulated: float | None
    ratio: float | None
    ratio_lower: float | None
    ratio_upper: float | None
    text: str
    ratio_text: str


@dataclass(frozen=True)
class Split:
    """Whence a median comes: logarithms of the ratio of a host to its control, and of the host itself.

    Attributes
    ----------
    target, name : str
        Its column, and in words.
    ln_physics, ln_literature, ln_cells : float
        Parts of ln(host/control) that the simulator, published cells and the campaign's own cells bring; their sum is
        ``ln_ratio``. What published cells say of the level is the same for both and cancels.
    ln_ratio : float
    by_physics : float
        Of the host itself: median by physics alone, in the unit of the column.
    by_literature, by_cells : float
        Factors that published and own cells made of it (of an efficiency, of the lost charge).
    text : str
        Ready to print.
    """

    target: str
    name: str
    ln_physics: float
    ln_literature: float
    ln_cells: float
    ln_ratio: float
    by_physics: float
    by_literature: float
    by_cells: float
    text: str


@dataclass(frozen=True)
class Worth:
    """What one feature of a host is worth in one objective.

    Attributes
    ----------
    target : str
        The objective.
    group, name : str
        Group of choices (``campaign.choice_groups``), and in words.
    ratio, lower, upper : float
        Median of the host over that of the same host with this group alone set to the control's, with the central
        90 % interval; above 1 where it helps, whatever is wanted.
    beyond_noise : bool
        Whether that is more than cells of one design differ by (one standard deviation).
    text : str
    """

    target: str
    group: str
    name: str
    ratio: float
    lower: float
    upper: float
    beyond_noise: bool
    text: str


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
class Simplest:
    """The simplest host that is as good.

    Attributes
    ----------
    left_out : tuple of str
        Features that it lacks, in words; empty where the host itself is the simplest.
    kept_pct : float or None
        Of the improvement over the control, per cent; None where there is none to keep.
    text : str
    """

    left_out: tuple[str, ...]
    kept_pct: float | None
    text: str


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

    Returns
    -------
    Why
    """
    from surrogate.report.rule_cautions import cautions_about

    worths = tuple(
        one
        for n, target in enumerate(campaign.objectives)
        for one in _worths(row, campaign, target, spreads[target], k, comparison, first=n == 0)
    )
    chances = () if summary.is_control(row) else _chances(row, campaign, spreads)
    role, changes, score = (
        str(given(row, "role") or ""),
        given(row, "p_changes_best"),
        given(row, "extrapolation"),
    )
    return Why(
        role=role,
        role_text=_role(role, changes),
        answers=tuple(_answer(row, name) for name in c.TARGETS if given(row, name) is not None),
        splits=_splits(row, control),
        worths=worths,
        worth_texts=_worth_texts(worths, spreads),
        simplest=_simplest(comparison, k),
        chances=chances,
        sure_text=_how_sure(row, chances),
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


def _role(role: str, changes: Any) -> str:
    teaches = (
        ""
        if changes is None
        else f"; one cell of it changes which host is best with a probability of {probability(float(changes))}"
    )
    if role == "exploit":
        return f"made for what it promises: no other host is believed to be as good in all that is wanted{teaches}"
    if role == "explore":
        return (
            "made for what it teaches: another host, proposed or measured, is believed to be as good in all that is "
            f"wanted{teaches}"
        )
    return "what the others are compared with" if role == summary.CONTROL else ""


def _answer(row: Mapping[str, Any], target: str) -> Answer:
    simulated = given(row, f"{target}_physics")
    ratios = [given(row, f"{target}_vs_control{end}") for end in ("", "_lower", "_upper")]
    told = None if summary.is_control(row) or None in ratios else [float(one) for one in ratios]
    text = summary.prediction(row, target)
    if simulated is not None:
        text += f"; simulated {quantity(float(simulated), target)}"
    if target == _CCD and row["electrolyte"] in LIQUIDS:
        text += "; physics alone, as none was published of a host in a liquid cell"
    ratio_text = (
        ""
        if told is None
        else f"{in_a_sentence(target)} {times(told[0])} of the control's (90 %: {number(told[1], 2)} to "
        f"{number(told[2], 2)})"
    )
    return Answer(
        target=target,
        name=label(target),
        predicted=float(row[target]),
        lower=float(row.get(f"{target}_lower", row[target])),
        upper=float(row.get(f"{target}_upper", row[target])),
        simulated=None if simulated is None else float(simulated),
        ratio=told[0] if told else None,
        ratio_lower=told[1] if told else None,
        ratio_upper=told[2] if told else None,
        text=text,
        ratio_text=ratio_text,
    )


def _splits(row: Mapping[str, Any], control: Mapping[str, Any] | None) -> tuple[Split, ...]:
    if control is None:
        return ()
    found = []
    for target in c.TARGETS:
        names = [f"{target}_by_{source}" for source in _SOURCES]
        if any(given(one, name) is None for one in (row, control) for name in names):
            continue
        scale = SCALES[target]
        own, other = ([float(one[name]) for name in names] for one in (row, control))
        parts = [
            float(scale.to_z(own[0]) - scale.to_z(other[0])),
            log(own[1] / other[1]),
            log(own[2] / other[2]),
        ]
        said = ", ".join(
            f"{source} {times(exp(part))}"
            if source != "literature" or abs(part) > 1e-9
            else "literature cancels"
            for source, part in zip(("physics", "literature", "your cells"), parts, strict=True)
        )
        found.append(
            Split(
                target=target,
                name=label(target),
                ln_physics=parts[0],
                ln_literature=parts[1],
                ln_cells=parts[2],
                ln_ratio=sum(parts),
                by_physics=own[0],
                by_literature=own[1],
                by_cells=own[2],
                text=f"{in_a_sentence(target)} against the control: {said}; in all {times(exp(sum(parts)))}",
            )
        )
    return tuple(found)


def _worths(
    row: Mapping[str, Any],
    campaign: Campaign,
    target: str,
    spread: float,
    k: int,
    comparison: Comparison | None,
    *,
    first: bool,
) -> tuple[Worth, ...]:
    """List what features are worth in an objective; without a comparison the batch knows of the first alone."""
    if comparison is not None:
        row = {str(name): value for name, value in comparison.worths[target].iloc[k].items()}
    elif not first:
        return ()
    sign = -1.0 if on_z(target, campaign.objectives[target]) == "min" else 1.0
    found = []
    for group in choice_groups():
        numbers = [given(row, f"worth_{group}{end}") for end in ("", "_lower", "_upper")]
        if None in numbers:
            continue
        ratio, *ends = (float(one) ** sign for one in numbers)
        lower, upper = sorted(ends)
        name = _GROUPS.get(group, group.replace("_", " "))
        text = f"{name} {times(ratio)} (90 %: {number(lower, 2)} to {number(upper, 2)})"
        found.append(Worth(target, group, name, ratio, lower, upper, abs(log(ratio)) > spread, text))
    return tuple(sorted(found, key=lambda one: -one.ratio))


def _worth_texts(worths: Sequence[Worth], spreads: Mapping[str, float]) -> tuple[str, ...]:
    texts = []
    for target in dict.fromkeys(one.target for one in worths):
        own = [one for one in worths if one.target == target]
        noise = f"cells of one design differ by {times(exp(spreads[target]))}"
        beyond = [one.name for one in own if one.beyond_noise]
        told = f"beyond that: {listed(beyond)}" if beyond else "none of them is beyond that"
        texts.append(
            f"in {in_a_sentence(target)} it is better than the same host with the control's by: "
            f"{', '.join(one.text for one in own)}; {noise}, {told}"
        )
    return tuple(texts)


def _simplest(comparison: Comparison | None, k: int) -> Simplest | None:
    if comparison is None or k >= len(comparison.simplest):
        return None
    row = comparison.simplest.iloc[k]
    kept = float(row["kept"])
    if kept != kept:
        return Simplest((), None, "it is predicted to be no better than the control, which is the simplest")
    left_out = tuple(_FEATURES[one] for one in str(row["left_out"]).split(";") if one)
    if not left_out:
        return Simplest(
            (), 100.0, "this one: each of its features is worth more than a fifth of the improvement"
        )
    keeps = (
        f"which keeps {number(100.0 * kept, 2)} % of the improvement over the control"
        if kept < 1.0
        else "which is predicted to be no worse"
    )
    return Simplest(left_out, 100.0 * kept, f"the same without {listed(left_out)}, {keeps}")


def _how_sure(row: Mapping[str, Any], chances: Sequence[Chance]) -> str:
    """Say how sure the host is to be better, and how far the prediction had to reach."""
    parts = []
    for one in chances:
        cells = "" if one.p_one_cell is None else f" (one cell against one: {probability(one.p_one_cell)})"
        parts.append(f"{probability(one.p_better)} in {in_a_sentence(one.target)}{cells}")
    if parts:
        parts = [f"the probability of being better than the control is {listed(parts)}"]
    if given(row, "extrapolation") is not None:
        parts.append(f"extrapolation {summary.extrapolation(row)}")
    return "; ".join(parts)
