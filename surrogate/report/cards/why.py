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
from surrogate.report import summary
from surrogate.report.cards.against import difference, in_a_sentence
from surrogate.report.quantities import given, label, number, quantity

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign

_SOURCES = ("physics", "literature", "cells")
_GROUPS = {"pore_size": "pore sizes", "agent": "lithiophilic agent", "pattern": "pattern of the pellet"}
_FEATURES = {
    "agent": "the lithiophilic agent", "composition": "the second phase and its gradient",
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
    """What one feature of a host is worth in the first objective.

    Attributes
    ----------
    group, name : str
        Group of choices (``campaign.choice_groups``), and in words.
    ratio, lower, upper : float
        Median of the host over that of the same host with this group alone set to the control's, with the central
        90 % interval; above 1 where it helps, whatever is wanted.
    beyond_noise : bool
        Whether that is more than cells of one design differ by (one standard deviation).
    text : str
    """

    group: str
    name: str
    ratio: float
    lower: float
    upper: float
    beyond_noise: bool
    text: str


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
    target, goal_text : str
        The first objective, which worths and probabilities are about, and in words.
    answers : tuple of Answer
        Of every target that is predicted.
    splits : tuple of Split
        Of every target that has been split.
    noise_factor : float
        By which cells of one design differ in the first objective.
    worths : tuple of Worth
        Of the features that differ from the control's, the most first.
    worth_text : str
    simplest : Simplest or None
        None without a comparison.
    p_better : float or None
        Probability that the host is itself better than its control in the first objective.
    p_better_one_cell : float or None
        That one cell of it is better than one cell of the control, the spread between cells included.
    sure_text : str
        How sure, in a sentence with its numbers.
    p_changes_best : float or None
        Probability that one cell of it changes which host is believed to be the best.
    at_limit : tuple of str
        Values that only a limit of the search stopped: physics may not know what that costs.
    extrapolation : float or None
        0 inside what was learned, 1 outside.
    cautions : tuple of str
    """

    role: str
    role_text: str
    target: str
    goal_text: str
    answers: tuple[Answer, ...]
    splits: tuple[Split, ...]
    noise_factor: float
    worths: tuple[Worth, ...]
    worth_text: str
    simplest: Simplest | None
    p_better: float | None
    p_better_one_cell: float | None
    sure_text: str
    p_changes_best: float | None
    at_limit: tuple[str, ...]
    extrapolation: float | None
    cautions: tuple[str, ...]


def why_of(
    row: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    campaign: Campaign,
    noise: float,
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
    noise : float
        Standard deviation between cells of one design in the first objective, z.
    k : int
        Position of the host among the proposals.
    comparison : Comparison, optional
        Of the batch.

    Returns
    -------
    Why
    """
    from surrogate.report.rule_cautions import cautions_about

    target = next(iter(campaign.objectives))
    worths = _worths(row, campaign, noise)
    better = given(row, "p_better_than_control")
    better = None if better is None or summary.is_control(row) else float(better)
    one_cell = _one_cell(row, campaign, noise)
    role = str(given(row, "role") or "")
    changes = given(row, "p_changes_best")
    score = given(row, "extrapolation")
    return Why(
        role=role,
        role_text=_role(role, changes),
        target=target,
        goal_text=in_a_sentence(target),
        answers=tuple(_answer(row, name) for name in c.TARGETS if given(row, name) is not None),
        splits=_splits(row, control),
        noise_factor=exp(noise),
        worths=worths,
        worth_text=_worth_text(worths, target, noise),
        simplest=_simplest(comparison, k),
        p_better=better,
        p_better_one_cell=one_cell if better is not None else None,
        sure_text=_how_sure(row, target, better, one_cell),
        p_changes_best=None if changes is None else float(changes),
        at_limit=tuple(
            f"{label(name).lower()} {quantity(row[name], name)}"
            for name in str(given(row, "at_limit") or "").split(";")
            if name in row
        ),
        extrapolation=None if score is None else float(score),
        cautions=tuple(cautions_about(row)),
    )


def _one_cell(row: Mapping[str, Any], campaign: Campaign, noise: float) -> float | None:
    """Probability that one cell of a host beats one of the control; None where no direction is wanted."""
    target, goal = next(iter(campaign.objectives.items()))
    wanted, told = on_z(target, goal), difference(row, target)
    if told is None or not isinstance(wanted, str):
        return None
    mean, spread = told
    return float(ndtr((mean if wanted == "max" else -mean) / sqrt(spread**2 + 2.0 * noise**2)))


def _role(role: str, changes: Any) -> str:
    teaches = (
        ""
        if changes is None
        else f"; one cell of it changes which host is best with probability {float(changes):.2f}"
    )
    if role == "exploit":
        return f"made for what it promises: no other host is believed to be as good in all that is wanted{teaches}"
    if role == "explore":
        return f"made for what it teaches{teaches}"
    return "what the others are compared with" if role == summary.CONTROL else ""


def _answer(row: Mapping[str, Any], target: str) -> Answer:
    simulated = given(row, f"{target}_physics")
    ratios = [given(row, f"{target}_vs_control{end}") for end in ("", "_lower", "_upper")]
    told = None if summary.is_control(row) or None in ratios else [float(one) for one in ratios]
    text = summary.prediction(row, target)
    if simulated is not None:
        text += f"; simulated {quantity(float(simulated), target)}"
    ratio_text = (
        ""
        if told is None
        else f"{in_a_sentence(target)} × {number(told[0], 2)} of the control's (90 %: {number(told[1], 2)} to "
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
            f"{source} × {number(exp(part), 2)}"
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
                text=f"{in_a_sentence(target)} against the control: {said}; in all × {number(exp(sum(parts)), 2)}",
            )
        )
    return tuple(found)


def _worths(row: Mapping[str, Any], campaign: Campaign, noise: float) -> tuple[Worth, ...]:
    target, goal = next(iter(campaign.objectives.items()))
    sign = -1.0 if on_z(target, goal) == "min" else 1.0
    found = []
    for group in choice_groups():
        numbers = [given(row, f"worth_{group}{end}") for end in ("", "_lower", "_upper")]
        if None in numbers:
            continue
        ratio, *ends = (float(one) ** sign for one in numbers)
        lower, upper = sorted(ends)
        name = _GROUPS.get(group, group.replace("_", " "))
        found.append(
            Worth(
                group=group,
                name=name,
                ratio=ratio,
                lower=lower,
                upper=upper,
                beyond_noise=abs(log(ratio)) > noise,
                text=f"{name} × {number(ratio, 2)} (90 %: {number(lower, 2)} to {number(upper, 2)})",
            )
        )
    return tuple(sorted(found, key=lambda one: -one.ratio))


def _worth_text(worths: Sequence[Worth], target: str, noise: float) -> str:
    if not worths:
        return ""
    than = f"cells of one design differ by × {number(exp(noise))}"
    listed = ", ".join(one.text for one in worths)
    beyond = [one.name for one in worths if one.beyond_noise]
    told = f"only {' and '.join(beyond)} beyond that" if beyond else "none of them beyond that"
    return f"In {in_a_sentence(target)}, each put to the control's alone: {listed}; {than}, {told}"


def _simplest(comparison: Comparison | None, k: int) -> Simplest | None:
    if comparison is None or k >= len(comparison.simplest):
        return None
    row = comparison.simplest.iloc[k]
    kept = float(row["kept"])
    if kept != kept:
        return Simplest(
            (), None, "it is predicted to be no better than the control: the control is the simplest"
        )
    left_out = tuple(_FEATURES[one] for one in str(row["left_out"]).split(";") if one)
    if not left_out:
        return Simplest(
            (), 100.0, "this one: each of its features is worth more than a fifth of the improvement"
        )
    return Simplest(
        left_out,
        100.0 * kept,
        f"the same without {' and '.join(left_out)}, which keeps {number(100.0 * kept, 2)} % of the improvement over "
        "the control",
    )


def _how_sure(row: Mapping[str, Any], target: str, better: float | None, one_cell: float | None) -> str:
    """Say how sure the host is to be better, and how far the prediction had to reach."""
    parts = []
    if better is not None:
        parts.append(f"better than the control in {in_a_sentence(target)} with probability {better:.2f}")
    if one_cell is not None and better is not None:
        parts.append(f"one cell of it against one of the control {one_cell:.2f}")
    if given(row, "extrapolation") is not None:
        parts.append(f"extrapolation {summary.extrapolation(row)}")
    return "; ".join(parts)
