"""By what a host works, in words: its phase, an agent, what is graded between its ends, channels in a pellet.

Two hosts whose words are the same are one mechanism with other numbers, or with another material of the same kind.
A batch whose hosts work by several mechanisms tests several ideas; one that does not has to say why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from surrogate import materials
from surrogate.hosts.columns import COMPOSITION_BOTTOM, COMPOSITION_TOP

#: Less between the ends is no gradient: of volume fractions and of porosity, and as a ratio of pore sizes.
GRADED, GRADED_PORES = 0.05, 1.2


def mechanism(host: Mapping[str, Any]) -> str:
    """Say by what a host works.

    Parameters
    ----------
    host : mapping of str to object
        A row of a complete design.

    Returns
    -------
    str
        Such as ``conductor + agent + graded composition``: ``foil`` or the phase of the framework (``conductor``,
        ``dielectric``, ``ion_conductor``), then what of ``agent``, ``graded composition``, ``graded pores`` (size or
        porosity) and ``pattern`` it has.
    """
    phase = materials.framework(str(host["framework"])).phase
    foil = phase == "none"
    words = ["foil" if foil else phase]
    if host["agent"] != "none" and (foil or max(host["agent_top"], host["agent_bottom"]) > 0.0):
        words.append("agent")
    if not foil:
        ends = zip(COMPOSITION_TOP, COMPOSITION_BOTTOM, strict=True)
        if max(abs(host[top] - host[bottom]) for top, bottom in ends) >= GRADED:
            words.append("graded composition")
        ratio = abs(math.log(host["pore_size_top_um"] / host["pore_size_bottom_um"]))
        if ratio >= math.log(GRADED_PORES) or abs(host["porosity_top"] - host["porosity_bottom"]) >= GRADED:
            words.append("graded pores")
    if host["pattern_size_um"] > 0.0:
        words.append("pattern")
    return " + ".join(words)
