"""Why a method falls short of a host: pores, porosity and thickness, gradients, and what is to be made together.

Data flow: a row of a batch, its layers and the methods that are known -> the method that falls short in least
(``hosts.routes``), what it does not reach in words, and the way round it where another method makes those layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from surrogate import materials
from surrogate.hosts.routes import (
    FILLER,
    FOIL,
    closest_maker,
    falls_short,
    filler_by_weight,
    fillers_of,
    makers,
)
from surrogate.materials.methods import Method
from surrogate.report.cards.against import listed
from surrogate.report.cards.layers import Layer
from surrogate.report.quantities import label, number, quantity
from surrogate.report.summary import short_name

WORDS = {"pore_size_top_um": "pores", "porosity_top": "porosity"}


def nearest(
    row: Mapping[str, Any], known: Sequence[Method], layers: Sequence[Layer]
) -> tuple[list[Method], str, bool]:
    """Return the maker that reaches most of a host, why it falls short, and whether layers are stacked.

    Parameters
    ----------
    row : mapping of str to object
        A row of a batch.
    known : sequence of Method
        Those that make its framework, and any others.
    layers : sequence of Layer
        Of the host.

    Returns
    -------
    methods : list of Method
        One, or none.
    beyond : str
        Why it falls short; empty where it does not.
    stacked : bool
        Layers are stacked where the method makes no gradient that the host has: then each has to be within its reach.
    """
    found = closest_maker(known, row)
    if found is None:
        return [], "", False
    missing, stacked = [], False
    for name in falls_short(found, row):
        if name in found.reaches:
            stem, low = name.replace("_bottom", "_top"), found.reaches[name][0]
            side = "below" if float(row[name]) < low else "above"
            missing.append(
                f"{WORDS.get(stem, label(stem).lower())} {quantity(row[name], name)}, {side} its range"
            )
        elif name == FILLER:
            missing.append(_too_much_filler(row, known, found, layers))
        else:
            missing.append(f"a gradient of {name.replace('_', ' ')}")
            stacked = len(layers) > 1
    thin = min((layer.thickness_um for layer in layers), default=0.0)
    low, high = found.reaches["thickness_um"]
    whole = float(row["thickness_um"])
    if stacked and thin < low <= whole <= high:
        alone, every = (quantity(value, "thickness_um") for value in (thin, whole))
        missing.append(f"a layer of {alone} alone, below its range (the whole of {every} is within)")
    return [found], "; ".join(dict.fromkeys(missing)), stacked


def _too_much_filler(
    row: Mapping[str, Any], known: Sequence[Method], method: Method, layers: Sequence[Layer]
) -> str:
    """Say which layers hold more filler than a method carries, and by which other method they can be made."""
    fillers, most = fillers_of(row), method.most_filler
    shares = {layer.number: layer.share_by_weight(fillers) for layer in layers}
    full = [layer for layer in layers if shares[layer.number] > most]
    least, greatest = (100 * end(shares[layer.number] for layer in full or layers) for end in (min, max))
    if not full:  # of a gradient only the very end does
        greatest = 100 * max(filler_by_weight(row, end) for end in ("top", "bottom"))
        where, amount = "an end of the gradient holds", f"{number(greatest, 2)} wt. %"
    else:
        numbers = [str(layer.number) for layer in full]
        run = full[-1].number - full[0].number == len(full) - 1 and len(full) > 2
        which = (
            f"layers {numbers[0]} to {numbers[-1]}"
            if run
            else f"layer{'s' * (len(full) > 1)} {listed(numbers)}"
        )
        where = "the host holds" if len(layers) == 1 else f"{which} hold{'s' * (len(full) == 1)}"
        least_text, most_text = number(least, 2), number(greatest, 2)
        amount = f"{least_text} to {most_text} wt. %" if least_text != most_text else f"{most_text} wt. %"
    names = listed([short_name(str(row[f"{phase}_material"])) for phase in fillers])
    bare = " without the agent" if str(row["agent"]) != FOIL else ""
    filler = method.filler
    assumed = ", assumed" if filler is not None and filler.assumed else ""
    text = f"{where} {amount} of {names}{bare}, more than it carries ({number(100 * most, 2)} wt. %{assumed})"
    return text + (_way_round(row, known, full) if len(fillers) == 1 else "")


def _way_round(row: Mapping[str, Any], known: Sequence[Method], full: Sequence[Layer]) -> str:
    """Name methods whose own framework is the filler of some layers, and that carry the rest as theirs."""
    (filler,) = fillers_of(row)
    material, own = str(row[f"{filler}_material"]), materials.framework(str(row["framework"]))
    ways = [
        one
        for name, entry in materials.frameworks.items()
        if entry.material == material
        for one in makers(known, name)
        if full and all(_makes_layer(one, layer, [own.phase]) for layer in full)
    ]
    if not ways:
        return ""
    labels = list(dict.fromkeys(one.label for one in ways))
    those = "it" if len(full) == 1 else "them"
    return (
        f". Way round: make {those} by {' or '.join(labels)}, as {short_name(material)} that holds the "
        f"{short_name(own.material)}, and stack {those}"
    )


def _makes_layer(method: Method, layer: Layer, fillers: Sequence[str]) -> bool:
    """Test whether a method reaches pores and porosity of a layer, and carries what it holds of some phases."""
    ends = method.reaches
    return (
        ends["pore_size_top_um"][0] <= layer.pore_size_um <= ends["pore_size_top_um"][1]
        and ends["porosity_top"][0] <= layer.porosity_pct / 100.0 <= ends["porosity_top"][1]
        and layer.share_by_weight(fillers) <= method.most_filler
    )
