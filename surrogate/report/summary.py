"""A proposed host in words: what to make, what is predicted, what the simulation shows.

The terminal and the report share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.report.quantities import given, is_missing, label, number, quantity, rounded, unit
from surrogate.report.tolerances import at_limit, can_be_made, made_inexactly
from surrogate.report.workbench import at_the_bench

Line = tuple[str, str]

CONTROL = "control"  # the role of the row that proposals are compared with
EXTRAPOLATES = 0.5  # from here on a prediction is called an extrapolation
_ABBREVIATIONS = {
    "pan": "PAN", "pvdf": "PVDF", "llzo": "LLZO", "al2o3": "Al₂O₃", "peo": "PEO", "lpsc": "LPSC", "lgps": "LGPS",
    "lps": "LPS", "lipon": "LiPON", "li3incl6": "Li₃InCl₆", "lino3": "LiNO₃", "fec": "FEC", "vc": "VC",
}  # fmt: skip
_OUTCOMES = {
    "completed": "plated in full",
    "depleted": "electrolyte ran out of salt",
    "voltage_cutoff": "stopped at the voltage limit",
    "overgrown": "plated, most of it outside the pores",
    "not_converged": "the simulation did not converge",
}


def describe(row: Mapping[str, Any]) -> list[Line]:
    """List everything that the maker of a host wants to know about it, in reading order.

    Numbers are rounded for reading (three digits at most) and carry their units; the exact numbers are in
    ``candidates.csv``.

    Parameters
    ----------
    row : mapping of str to object
        A proposal or any complete design row; predictions and simulation outputs are shown where the row has them.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    return [*what_to_make(row), *what_is_predicted(row), *what_is_simulated(row)]


def title(row: Mapping[str, Any]) -> str:
    """Name the host in a few words, such as "carbon fibre with zinc oxide".

    Parameters
    ----------
    row : mapping of str to object
        A design row.

    Returns
    -------
    str
    """
    framework, agent = _text(row, "framework"), _text(row, "agent", "none")
    name = "planar foil" if framework == "none" else short_name(framework)
    name = name if agent == "none" else f"{name} with {short_name(agent)}"
    return f"control: {name}" if is_control(row) else name


def is_control(row: Mapping[str, Any]) -> bool:
    """Test whether a row of a batch is the control that the proposals are compared with.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.

    Returns
    -------
    bool
    """
    return _text(row, "role") == CONTROL


def short_name(identifier: str) -> str:
    """Write a material's identifier as words, such as "carbon fibre" or "LLZO scaffold".

    Parameters
    ----------
    identifier : str
        An identifier in lower snake case.

    Returns
    -------
    str
    """
    words = identifier.replace("_", " ").replace("fiber", "fibre").split(" ")
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def what_to_make(row: Mapping[str, Any]) -> list[Line]:
    """List the recipe: framework, agent, composition at both ends, pores, thickness, pattern, how it is made.

    Parameters
    ----------
    row : mapping of str to object
        A complete design row.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    agent = _text(row, "agent", "none")
    known = materials.frameworks.get(_text(row, "framework"))
    lines = [("Framework", known.label if known else short_name(_text(row, "framework")))]
    if _text(row, "framework") == "none":
        lines.append(("Surface", "bare" if agent == "none" else f"coated all over with {short_name(agent)}"))
    else:
        lines.append(("Lithiophilic agent", "none" if agent == "none" else short_name(agent)))
        lines += [(f"Solid at the {end}, by volume ({place})", composition(row, end)) for end, place in _ENDS]
        if shape := _gradient(row):
            lines.append(("Gradient", shape))
        lines.append(("Pore size, top → bottom", _span(row, "pore_size_top_um", "pore_size_bottom_um")))
        lines.append(("Porosity, top → bottom", _span(row, "porosity_top", "porosity_bottom")))
        lines.append(("Thickness", quantity(row.get("thickness_um"), "thickness_um")))
        lines.append(("Tortuosity factor", quantity(row.get("tortuosity"), "tortuosity")))
    if _number(row, "pattern_size_um") > 0:
        size, depth = (quantity(row[name], name) for name in c.PATTERN)
        lines.append(("Pattern of the electrolyte", f"channels {size} wide, {depth} deep"))
    if works_by := _text(row, "mechanism"):
        lines.append(("Works by", works_by.replace("_", " ")))
    return [*lines, *at_limit(row), *at_the_bench(row)]


def what_is_predicted(row: Mapping[str, Any]) -> list[Line]:
    """List each target as "median (90 %: lower to upper)", and how sure it is in other ways.

    That is: against the control, the probability that one cell keeps the campaign's limits, what is left if the host
    is made wrong, and how far the prediction had to extrapolate.

    Parameters
    ----------
    row : mapping of str to object
        A row with predictions.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    lines = [(label(target), prediction(row, target)) for target in c.TARGETS if target in row]
    if not is_control(row):
        lines += [*against_control(row), *can_be_made(row)]
    if (chance := given(row, "p_within_limits")) is not None:
        lines.append((label("p_within_limits"), f"probability {float(chance):.2f}"))
    if not is_control(row):
        lines += made_inexactly(row)
    if not is_missing(row.get("extrapolation")):
        lines.append(("Extrapolation", extrapolation(row)))
    return lines


def against_control(row: Mapping[str, Any]) -> list[Line]:
    """List each target as a multiple of the control's, and the probability of being better.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.

    Returns
    -------
    list of (str, str)
        Label and text; empty where there is no control.
    """
    lines = []
    for target in c.TARGETS:
        ratio, lower, upper = (given(row, f"{target}_vs_control{end}") for end in ("", "_lower", "_upper"))
        if ratio is not None and lower is not None and upper is not None:
            what = "lost charge" if SCALES[target].decreasing else label(target).lower()
            text = (
                f"× {number(float(ratio), 2)} (90 %: {number(float(lower), 2)} to {number(float(upper), 2)})"
            )
            lines.append((f"Against the control, {what}", text))
    better = given(row, "p_better_than_control")
    if better is not None:
        lines.append(("Better than the control", f"probability {float(better):.2f}"))
    return lines


def what_is_simulated(row: Mapping[str, Any]) -> list[Line]:
    """List where the plating simulation puts the lithium, how it ended, and what the pores can hold.

    Parameters
    ----------
    row : mapping of str to object
        A row with simulation outputs.

    Returns
    -------
    list of (str, str)
        Label and text.
    """
    planar = _text(row, "framework") == "none"  # a foil has no depth and no pores
    columns = () if planar else ("bottom_half_share", "top_face_share", "host_capacity_mAh_cm2")
    lines = [(label(name), quantity(row[name], name)) for name in columns if given(row, name) is not None]
    if not is_missing(row.get("outcome")):
        lines.append((label("outcome"), outcome(row["outcome"])))
    if not is_missing(row.get("interchangeable")):
        lines.append((label("interchangeable"), str(row["interchangeable"])))
    return lines


def composition(row: Mapping[str, Any], end: str) -> str:
    """Describe the solid at an end of the host, such as "62 % copper, 38 % PAN".

    Parameters
    ----------
    row : mapping of str to object
        A complete design row.
    end : {"top", "bottom"}
        The end.

    Returns
    -------
    str
    """
    parts = [(share, name) for share, name, _ in composition_parts(row, end)]
    return ", ".join(f"{100 * share:.0f} % {name}" for share, name in parts) or "–"


def composition_parts(row: Mapping[str, Any], end: str) -> list[tuple[float, str, str]]:
    """List the phases that are present at an end of the host.

    Parameters
    ----------
    row : mapping of str to object
        A complete design row.
    end : {"top", "bottom"}
        The end.

    Returns
    -------
    list of (float, str, str)
        Volume fraction of the solid, material in plain words, phase.
    """
    parts = []
    for phase in c.PHASES:
        share = _number(row, f"{phase}_{end}")
        if share > 0:
            material = _text(row, "agent" if phase == "agent" else f"{phase}_material", phase)
            parts.append((share, short_name(material), phase))
    return parts


def prediction(row: Mapping[str, Any], target: str) -> str:
    """Write a prediction, such as "410 cycles (90 %: 120 to 1,400)".

    Parameters
    ----------
    row : mapping of str to object
        A row with predictions.
    target : str
        A target column.

    Returns
    -------
    str
        A dash where there is no prediction.
    """
    if is_missing(row.get(target)):
        return "–"
    lower, upper = given(row, f"{target}_lower"), given(row, f"{target}_upper")
    median = quantity(row[target], target)
    if lower is None or upper is None:
        return median
    return f"{median} (90 %: {rounded(float(lower), target, 2)} to {rounded(float(upper), target, 2)})"


def is_outside(row: Mapping[str, Any]) -> bool:
    """Whether a host lies outside the training data, so that its numbers are a guess; not where that is not known."""
    score = given(row, "extrapolation")
    return score is not None and float(score) >= EXTRAPOLATES


def extrapolation(row: Mapping[str, Any]) -> str:
    """Write the extrapolation score with its meaning.

    Parameters
    ----------
    row : mapping of str to object
        A row with predictions.

    Returns
    -------
    str
    """
    score = _number(row, "extrapolation")
    if score >= EXTRAPOLATES:
        meaning = "outside the training data: take the numbers as a guess"
    else:
        meaning = (
            "inside the training data" if score < EXTRAPOLATES / 2 else "at the edge of the training data"
        )
    return f"{score:.2f} of 1, {meaning}"


def outcome(name: object) -> str:
    """Describe the outcome of a simulation in plain words.

    Parameters
    ----------
    name : object
        The outcome's identifier.

    Returns
    -------
    str
    """
    return _OUTCOMES.get(str(name), str(name).replace("_", " "))


def conditions(row: Mapping[str, Any]) -> list[Line]:
    """List the cell and how it is cycled.

    Parameters
    ----------
    row : mapping of str to object
        A row with conditions.

    Returns
    -------
    list of (str, str)
        Label and text of each condition that is given.
    """
    return [
        (label(column), _condition(column, row[column]))
        for column in c.CONDITIONS
        if not is_missing(row.get(column)) and row[column] != ""
    ]


def _condition(column: str, value: Any) -> str:
    if column == "electrolyte" and value in materials.electrolytes:
        return materials.electrolytes[value].label
    if column == "additives" and value in materials.additives:
        return materials.additives[value].label
    return quantity(value, column)


_ENDS = (("top", "separator side"), ("bottom", "foil side"))


def _gradient(row: Mapping[str, Any]) -> str:
    pairs = [*zip(c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM, strict=True)]
    pairs += [("porosity_top", "porosity_bottom"), ("pore_size_top_um", "pore_size_bottom_um")]
    if all(_number(row, top) == _number(row, bottom) for top, bottom in pairs):
        return "none, uniform through the thickness"
    layers, exponent = int(_number(row, "layers")), _number(row, "gradient_exponent")
    if layers > 1:
        if _text(row, "stacking") == c.ALTERNATING:
            return f"{layers} equal layers, of the top's and the bottom's make in turn"
        steps = "" if layers == 2 or exponent == 1 else f" with exponent {number(exponent)}"
        return f"{layers} equal layers in steps from top to bottom{steps}"
    if exponent == 1:
        return "linear through the thickness"
    # value = bottom + (top - bottom) (1 - z)^n: a large n brings the bottom's value up close to the top
    where = "separator" if exponent > 1 else "foil"
    return f"exponent {number(exponent)}, steepest near the {where}"


def _span(row: Mapping[str, Any], top: str, bottom: str) -> str:
    first, last = quantity(row.get(top), top), quantity(row.get(bottom), bottom)
    if first == last:
        return first
    return f"{first.removesuffix(unit(top)).strip()} → {last}" if unit(top) else f"{first} → {last}"


def _text(row: Mapping[str, Any], column: str, default: str = "–") -> str:
    value = row.get(column)
    return default if is_missing(value) else str(value)


def _number(row: Mapping[str, Any], column: str) -> float:
    value = given(row, column)
    return 0.0 if value is None else float(value)
