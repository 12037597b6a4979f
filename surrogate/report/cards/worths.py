"""What each feature of a host is worth, and the simplest host that is nearly as good.

Data flow: a row of a batch, what is believed of the batch together (``campaign.comparison``) -> the gain that each
feature brings beside the spread of cells, and what may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any

import pandas as pd

from surrogate.campaign.choice_groups import choice_groups, exchanged
from surrogate.campaign.control import control_of
from surrogate.campaign.gains import on_z
from surrogate.campaign.simpler import KEPT
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.report.cards.against import difference, in_a_sentence, listed, times
from surrogate.report.cards.layers import Part, layers_of, sheet_cm2_for
from surrogate.report.quantities import given, number, quantity
from surrogate.report.summary import short_name

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.goals import TargetGoal

_NO_EFFECT = 1.05  # a ratio that nothing is made of, up or down
_GROUPS = {"pore_size": "pore sizes", "agent": "lithiophilic agent", "pattern": "pattern of the pellet"}


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
        Whether that is more than cells of one design differ by (one standard deviation), and the interval leaves out
        1.
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
class Simplest:
    """The simplest host that is as good.

    Attributes
    ----------
    left_out : tuple of str
        Features that it lacks, as ``campaign.simpler`` names them; empty where the host itself is the simplest.
    kept_pct : float or None
        Of the improvement over the control, per cent; None where there is none to keep.
    text : str
    instead : bool
        Whether cells could not tell it from the host, so that it is to be built instead.
    """

    left_out: tuple[str, ...]
    kept_pct: float | None
    text: str
    instead: bool = False


def worths_of(
    row: Mapping[str, Any],
    campaign: Campaign,
    spreads: Mapping[str, float],
    k: int,
    comparison: Comparison | None,
) -> tuple[Worth, ...]:
    """List what features are worth in each objective; without a comparison the batch knows of the first alone.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    campaign : Campaign
        Its objectives.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    k : int
        Position of the host among the proposals.
    comparison : Comparison or None
        Of the batch.

    Returns
    -------
    tuple of Worth
        By objective, the most first.
    """
    found = []
    for n, target in enumerate(campaign.objectives):
        told: Mapping[str, Any] = {}
        if comparison is not None:
            told = {str(name): value for name, value in comparison.worths[target].iloc[k].items()}
        elif n == 0:
            told = row
        found += _in_target(told, campaign, target, spreads[target])
    return tuple(found)


def _in_target(told: Mapping[str, Any], campaign: Campaign, target: str, spread: float) -> list[Worth]:
    sign = -1.0 if on_z(target, campaign.objectives[target]) == "min" else 1.0
    found = []
    for group in choice_groups():
        numbers = [given(told, f"worth_{group}{end}") for end in ("", "_lower", "_upper")]
        if None in numbers:
            continue
        ratio, *ends = (float(one) ** sign for one in numbers)
        lower, upper = sorted(ends)
        name = _GROUPS.get(group, group.replace("_", " "))
        text = f"{name} {times(ratio)} (90 %: {number(lower, 2)} to {number(upper, 2)})"
        if abs(log(ratio)) < log(_NO_EFFECT):
            text = f"{name} about × 1 ({number(lower, 2)} to {number(upper, 2)})"
        beyond = abs(log(ratio)) > spread and not lower <= 1.0 <= upper
        found.append(Worth(target, group, name, ratio, lower, upper, beyond, text))
    return sorted(found, key=lambda one: -one.ratio)


def none_certain(worths: Sequence[Worth]) -> bool:
    """Test whether the interval of every gain holds 1; of no gains that is not said.

    Parameters
    ----------
    worths : sequence of Worth
        Of one host.
    """
    return bool(worths) and all(one.lower <= 1.0 <= one.upper for one in worths)


def worth_texts(
    worths: Sequence[Worth], objectives: Mapping[str, TargetGoal], spreads: Mapping[str, float]
) -> tuple[str, ...]:
    """Write a sentence for each objective.

    Parameters
    ----------
    worths : sequence of Worth
        Of one host.
    objectives : mapping
        Target -> what is wanted of it.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.

    Returns
    -------
    tuple of str
    """
    texts = []
    for target in dict.fromkeys(one.target for one in worths):
        own = [one for one in worths if one.target == target]
        beyond = [one.name for one in own if one.beyond_noise]
        sure = (
            ""
            if none_certain(worths)
            else f"; beyond the scatter between cells ({times(exp(spreads[target]))}) and with an interval that "
            f"excludes 1: {listed(beyond) if beyond else 'none'}"
        )
        worse = "higher" if on_z(target, objectives[target]) == "min" else "lower"
        harm = ", below 1 what does harm" if any(one.ratio < 1.0 / _NO_EFFECT for one in own) else ""
        texts.append(
            f"{in_a_sentence(target)}, how many times {worse} without one feature "
            f"(the control's in its place{harm}): "
            f"{', '.join(one.text for one in own)}{sure}"
        )
    return tuple(texts)


def simplest_of(
    row: Mapping[str, Any],
    comparison: Comparison | None,
    k: int,
    objectives: Mapping[str, TargetGoal],
    spreads: Mapping[str, float],
    area_cm2: float,
) -> Simplest | None:
    """Say which features may be left out of a host.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    comparison : Comparison or None
        Of the batch.
    k : int
        Position of the host among the proposals.
    objectives : mapping
        Of the campaign: target -> what is wanted of it.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    area_cm2 : float
        Of the disc.

    Returns
    -------
    Simplest or None
        None without a comparison.
    """
    if comparison is None or k >= len(comparison.simplest):
        return None
    told = comparison.simplest.iloc[k]
    kept = float(told["kept"])
    if kept != kept:
        return Simplest((), None, "the control, as this host is predicted to be no better")
    left_out = tuple(one for one in str(told["left_out"]).split(";") if one)
    if not left_out:
        nearest, share = (
            [one for one in str(told["next_left_out"]).split(";") if one],
            float(told["next_kept"]),
        )
        but = f"; {listed(in_its_place(row, nearest))} would keep {100.0 * share:.0f} %" if nearest else ""
        return Simplest(
            (),
            100.0,
            f"this host: no simpler form of it that can be made keeps {100.0 * KEPT:.0f} % of its gain over the "
            f"control, each objective counted alike{but}",
        )
    simplest = {target: float(told[f"{target}_over_control"]) for target in objectives}
    own = {target: found[0] for target in objectives if (found := difference(row, target)) is not None}
    ratios = [f"{in_a_sentence(target)} {times(exp(z))}" for target, z in simplest.items()]
    text = f"{listed(in_its_place(row, left_out))}: {listed(ratios)} the control's"
    gained = {
        target: simplest[target] / own[target]
        for target, goal in objectives.items()
        if target in own and (own[target] > 0.0) is (on_z(target, goal) == "max") and own[target] != 0.0
    }
    if shares := [f"{_per_cent(share)} in {in_a_sentence(target)}" for target, share in gained.items()]:
        text += f", which keeps {listed(shares)} of this host's gain"
    signs = {target: -1.0 if on_z(target, goal) == "min" else 1.0 for target, goal in objectives.items()}
    lost = [signs[target] * (gain - simplest[target]) > spreads[target] for target, gain in own.items()]
    instead = len(lost) == len(objectives) and not any(lost)
    if instead:
        text += (
            ". Cells could not tell the two apart: make that one to save work, or this one to learn what the rest is "
            "worth; the same control and bars serve both, and these ratios stand in for this card's"
            f"{_weighed(row, left_out, area_cm2)}"
        )
    return Simplest(left_out, 100.0 * kept, text, instead)


def _weighed(row: Mapping[str, Any], left_out: Sequence[str], area_cm2: float) -> str:
    """Say what the layers of the host without some of its features hold: ". A disc then holds, ..."."""
    design = pd.DataFrame([{name: row[name] for name in (*c.CHOICES, *c.CONDITIONS) if name in row}])
    control = control_of(CompleteDesigns.of(design, where="host of a batch")).frame
    made = design
    for feature in left_out:
        made = exchanged(made, control, feature)
    layers = layers_of(CompleteDesigns.of(made, where="simplest host").row(0), area_cm2)
    if not any(layer.parts for layer in layers):
        return ""
    sheet_cm2 = sheet_cm2_for(layers)
    each = [
        (f"layer {layer.number}" if len(layers) > 1 else "one layer")
        + f" ({number(layer.thickness_um)} µm, porosity {number(layer.porosity_pct)} %, pores "
        f"{number(layer.pore_size_um)} µm) "
        + listed([_amount(part, sheet_cm2) for part in layer.parts] or ["nothing"])
        for layer in layers
    ]
    sheet = "" if sheet_cm2 is None else f" (a sheet of {number(sheet_cm2)} cm²)"
    order = ", from the separator down" if len(layers) > 1 else ""
    return f". A disc{sheet} then holds{order}: {'; '.join(each)}"


def _amount(part: Part, sheet_cm2: float | None) -> str:
    """Write what a layer holds of a solid: on the disc, on the sheet, and an agent as a film too."""
    sheet = "" if sheet_cm2 is None else f" ({number(part.mass_mg_cm2 * sheet_cm2)})"
    film = f" = {number(part.film_nm)} nm as a dense film" if part.phase == "agent" else ""
    return f"{part.name} {number(part.mass_mg)}{sheet} mg{film}"


def _per_cent(share: float) -> str:
    """Write a share of a gain; what is lost of it is no number."""
    return (
        "above 99 %" if 0.99 < share <= 1.0 else "none" if share <= 0.0 else f"{number(100.0 * share, 2)} %"
    )


def in_its_place(row: Mapping[str, Any], left_out: Sequence[str]) -> list[str]:
    """Say what a host has instead of features, which is what the control of its framework has.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    left_out : sequence of str
        Features, as :class:`Simplest` has them.

    Returns
    -------
    list of str
        Such as "uniform porosity of 80 %", one for each.
    """
    design = pd.DataFrame([{name: row[name] for name in (*c.CHOICES, *c.CONDITIONS) if name in row}])
    plain = control_of(CompleteDesigns.of(design, where="host of a batch")).row(0)
    instead = {
        "agent": "no lithiophilic agent",
        "composition": f"no second phase beside the {short_name(str(row['framework']))}",
        "layers": "a gradient without steps",
        "porosity": f"uniform porosity of {quantity(plain['porosity_top'], 'porosity_top')}",
        "pore_size": f"uniform pores of {quantity(plain['pore_size_top_um'], 'pore_size_top_um')}",
    }
    return [instead[one] for one in left_out]
