"""How exactly a host is to be made: what its mistakes cost, beside what cells of one design differ by.

Data flow: the mistakes of a host as ``campaign.tolerances`` simulated them, and its layers -> each mistake in the
words of the table of layers, the costliest of each objective, and what to check on a balance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, pi
from typing import TYPE_CHECKING, Any

from surrogate.campaign.tolerances import FRACTION, PORE_SIZE, POROSITY, changes
from surrogate.hosts import columns as c
from surrogate.report.cards.against import in_a_sentence, listed, times
from surrogate.report.cards.layers import Layer, layers_of
from surrogate.report.quantities import number
from surrogate.report.summary import short_name

if TYPE_CHECKING:
    from surrogate.campaign.comparison import Comparison

_SIDES = {"at the top": "at the separator side", "at the bottom": "at the foil side"}
WEAK_CHECK = 0.3  # of a mass: where the tolerance of the porosity leaves more, weighing shows little
_THICKNESS = 0.1  # relative: assumed of a laboratory; what it does to a cell is not simulated
_MIXTURE = (
    "The mixture: where a layer weighs more or less than stated, multiply the table's {} of that layer, and "
    "their tolerances, by measured over stated mass; each part then has to lie within its tolerance"
)
_MOST_NAMED = 3  # mistakes that are to be avoided
_AS_MUCH = 0.99  # of the change of a layer, from which on another one is changed as much


@dataclass(frozen=True)
class Tolerance:
    """A mistake in making a host, and what it costs.

    Attributes
    ----------
    mistake : str
        Such as "pores at the separator side 30 % narrower".
    target : str
        In which it costs that.
    factor : float
        Of the median of that target (of an efficiency, of the lost charge).
    matters : bool
        Whether that is more than cells of one design differ by (one standard deviation).
    text : str
        Ready to print.
    """

    mistake: str
    target: str
    factor: float
    matters: bool
    text: str


def tolerances_of(
    comparison: Comparison | None, k: int, row: Mapping[str, Any], layers: Sequence[Layer]
) -> tuple[Tolerance, ...]:
    """List the mistakes that cost something in an objective, the costliest first, in units of the spread of cells.

    Parameters
    ----------
    comparison : Comparison or None
        Of the batch; without it nothing is known of mistakes.
    k : int
        Position of the host among the proposals.
    row : mapping of str to object
        Of the host.
    layers : sequence of Layer
        Of the host.

    Returns
    -------
    tuple of Tolerance
        A mistake may stand there once for each objective.
    """
    if comparison is None:
        return ()
    table = comparison.mistakes[comparison.mistakes["host"] == k]
    made = {words: new for new, words in changes(row)}
    found = []
    for one in table.to_dict("records"):
        words = str(one["mistake"])
        for target in (name for name in c.TARGETS if name in table.columns):
            size = float(one[target]) / comparison.spreads[target]
            if size > 0.0:
                factor = exp(float(one[f"{target}_change"]))
                mistake = _plainly(words, row, made.get(words, {}), layers)
                text = f"{mistake}: {in_a_sentence(target)} {times(factor)}"
                found.append((size, Tolerance(mistake, target, factor, size > 1.0, text)))
    return tuple(one for _, one in sorted(found, key=lambda pair: -pair[0]))


def _plainly(mistake: str, row: Mapping[str, Any], made: Mapping[str, float], layers: Sequence[Layer]) -> str:
    """Write a mistake of ``campaign.tolerances`` in the words of the table of layers."""
    share = re.match(r"^([0-9.]+) (less|more) (.*?) in the solid (at the (?:top|bottom))$", mistake)
    if share is None:
        text = re.sub(r"^porosity (.*?) ([0-9.]+) (lower|higher)$", _points, mistake)
    else:
        phase = share[3].replace(" ", "_")
        name = short_name(str(row["agent" if phase == "agent" else f"{phase}_material"]))
        text = _in_its_layer(phase, name, {**row, **made}, layers) or (
            f"{100 * float(share[1]):.3g} points {share[2]} {name} {share[4]}, of the solid's volume"
        )
    for place, side in _places(row, layers).items():
        text = text.replace(place, side)
    return text


def _places(row: Mapping[str, Any], layers: Sequence[Layer]) -> dict[str, str]:
    """Say where top and bottom of a design are: two sides of a host or, of lamellae, every other layer."""
    own = int(row.get("layers", 1))
    if own == 1 or row.get("stacking") != c.ALTERNATING:
        return _SIDES
    if len(layers) != own:  # some of them were joined
        return {
            "at the top": "in the lamella on top and those like it",
            "at the bottom": "in the other lamellae",
        }
    numbers = [str(layer.number) for layer in layers]
    places = (numbers[::2], numbers[1::2])
    top, bottom = (f"in layer{'s' * (len(those) > 1)} {listed(those)}" for those in places)
    return {"at the top": top, "at the bottom": bottom}


def _in_its_layer(phase: str, name: str, made: Mapping[str, Any], layers: Sequence[Layer]) -> str:
    """Say what the layer that a mistake changes most then has of a part; empty where other layers would be cut."""
    other = layers_of(made, 0.25 * pi)
    if len(layers) < 2 or len(other) != len(layers):
        return ""
    is_now, ought = (
        [sum(part.volume_pct_of_solid for part in one.parts if part.phase == phase) for one in these]
        for these in (other, layers)
    )
    most = max(abs(now - then) for now, then in zip(is_now, ought, strict=True))
    at = [
        k
        for k, (now, then) in enumerate(zip(is_now, ought, strict=True))
        if abs(now - then) > _AS_MUCH * most
    ]
    which = f"layer{'s' * (len(at) > 1)} {listed([str(layers[k].number) for k in at])}"
    return f"{which} with {number(is_now[at[0]], 2)} instead of {number(ought[at[0]], 2)} vol. % {name}"


def _points(found: re.Match[str]) -> str:
    return f"porosity {found[1]} {100 * float(found[2]):.3g} points {found[3]}"


def how_exactly(
    tolerances: Sequence[Tolerance],
    spreads: Mapping[str, float],
    layers: Sequence[Layer],
    mass_mg: float,
    mass_off_mg: float,
) -> tuple[str, str]:
    """Say how exactly a host is to be made: the errors that were tested, what they cost, and what to check.

    Parameters
    ----------
    tolerances : sequence of Tolerance
        Of the host, the costliest first.
    spreads : mapping of str to float
        Target -> standard deviation between cells of one design, z.
    layers : sequence of Layer
        Of the host.
    mass_mg, mass_off_mg : float
        Of the disc, and half its range within the tolerance of the porosity.

    Returns
    -------
    (str, str)
        In sentences and in one: within what, and what the costliest error within that does.
    """
    mixed = any(len(layer.parts) > 1 for layer in layers)
    weak = (
        mass_off_mg >= WEAK_CHECK * mass_mg
    )  # of which the line on the balance says so, and what to do instead
    pores, others = f"± {100 * PORE_SIZE:.0f} %", f"porosity ± {100 * POROSITY:.0f} points"
    if mixed:
        others += f", each part ± {100 * FRACTION:.0f} points of the solid's volume"
    tested = f"pores (mean width, in images of both faces) {pores}, {others}"
    in_short = f"pores {pores}, {others}" + ("" if weak else f" (of the disc ± {number(mass_off_mg, 2)} mg)")
    if tolerances:
        first = tolerances[0]
        in_short += (
            f"; the costliest error in these: {first.text}, where cells of one design differ by "
            f"{times(exp(spreads[first.target]))}"
        )
    matter = [one for one in tolerances if one.matters]
    held = {one.target for one in matter}
    minor = [one for one in dict.fromkeys(one.target for one in tolerances) if one not in held]
    worst = [
        f"{next(one for one in tolerances if one.target == target).text} (cells differ by "
        f"{times(exp(spreads[target]))})"
        for target in minor
    ]
    if matter:
        said = [
            f"Hold these closely: {'; '.join(one.text for one in matter[:_MOST_NAMED])}. Tested: {tested}"
        ]
        said += [f"Worst otherwise: {'; '.join(worst)}"] if worst else []
    elif worst:
        said = [
            f"Errors within {tested} cost less than cells of one design differ by. Worst: {'; '.join(worst)}"
        ]
    else:
        said = [f"{tested[:1].upper()}{tested[1:]}"]
    if mixed and not weak:
        low, high = (number(mass_mg + sign * mass_off_mg) for sign in (-1.0, 1.0))
        said.append(
            f"Check twice: the disc's mass, {low} to {high} mg, shows the porosity of a disc whose thickness is right"
        )
    if mixed:
        film = any(part.phase == "agent" for layer in layers for part in layer.parts)
        said.append(_MIXTURE.format("mg and nm" if film else "mg"))
    said.append(
        f"Thickness: ± {100 * _THICKNESS:.0f} % of the whole and of each layer (assumed; what it does was not "
        f"simulated) moves the disc by ± {number(_THICKNESS * mass_mg, 2)} mg: measure it, in section or with "
        "a gauge at the cell's pressure"
    )
    return ". ".join(said), in_short
