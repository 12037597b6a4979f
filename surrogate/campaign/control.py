"""What a proposal is compared with: the same framework, uniform and without an agent; a foil where there is none.

The level of a laboratory is most of what tells one paper's cells from another's, and cancels between two hosts of one
laboratory. So a control is made beside the proposals, and each answer is given against it as well.
"""

from __future__ import annotations

from math import sqrt

import pandas as pd

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns


def control_of(host: CompleteDesigns) -> CompleteDesigns:
    """Return the control of a host.

    Parameters
    ----------
    host : CompleteDesigns
        A single design.

    Returns
    -------
    CompleteDesigns
        A single design in the same cell: the host's framework of its own phase alone, with the mean porosity and the
        geometric mean of the pore sizes throughout; a planar foil where the host is none or its framework has no
        phase.
    """
    row = host.row(0)
    phase = materials.framework(str(row["framework"])).phase
    # A phase is of the framework's own material where the framework is of this phase: completion says so.
    named = [name for name in c.CHOICES if name not in c.MATERIAL_COLUMNS]
    made = {name: row[name] for name in (*named, *c.CONDITIONS)}
    neutral = {
        name: COLUMNS[name].default
        for name in named
        if COLUMNS[name].default is not None and name not in ("framework", "tortuosity")
    }
    made |= neutral | {"agent": "none"}
    if phase == "none":
        table = pd.DataFrame([{name: made[name] for name in ("framework", *c.CONDITIONS)}])
        return CompleteDesigns.of(table, where="control")
    for parts in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
        made |= {part: float(part.startswith(f"{phase}_")) for part in parts}
    porosity = 0.5 * (row["porosity_top"] + row["porosity_bottom"])
    pore = sqrt(row["pore_size_top_um"] * row["pore_size_bottom_um"])
    made |= {f"porosity_{end}": round(porosity, 2) for end in ("top", "bottom")}
    made |= {f"pore_size_{end}_um": max(round(2.0 * pore) / 2.0, 0.5) for end in ("top", "bottom")}
    return CompleteDesigns.of(pd.DataFrame([made]), where="control")
