"""Critical current of scaffolds of an ion conductor: what their wired walls gain beside a planar face.

Data flow: designs -> walls per volume, ions' path and wall resistance (``properties``) -> gain in area
(``interface.scaffold``) times that of the walls' contact (``interface.contact``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import laws
from surrogate.physics.interface import contact, scaffold
from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.plating import grid
from surrogate.physics.plating.properties import COVERAGE_CELLS, Properties
from surrogate.shapes import Float

Array = NDArray[np.float64]


def wired_gain(designs: CompleteDesigns, parameters: PhysicsParameters) -> Float[Array, " {len(designs)}"]:
    """Return the gain in critical current by the wired walls of scaffolds of an ion conductor.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        At least 1, and 1 where nothing is wired.
    """
    gain = np.ones(len(designs))
    rows = np.flatnonzero(scaffold.is_scaffold(designs, parameters.materials))
    if rows.size == 0:
        return gain
    chosen = designs.take(rows)
    of = Properties(chosen, parameters)
    coverage = of.coverage(np.zeros(rows.size, dtype=bool))
    edges = grid.uniform_host(COVERAGE_CELLS)[None, :]
    weight, width = of.weights(edges), np.diff(edges[0])
    porosity = of.graded("porosity", weight)
    walls = laws.specific_area(porosity, 1e-6 * of.graded("pore_size", weight, "_um")) @ width
    through = laws.ion_conductor_conductivity(
        of.ion_conductor()[:, None], of.graded("ion_conductor", weight), porosity, parameters.composition
    )
    resistance = scaffold.wall_resistance(chosen, coverage, parameters)
    area = scaffold.area_gain(
        walls * scaffold.wired_share(chosen, coverage, parameters),
        1e-6 * of.column("thickness_um"),
        1.0 / ((1.0 / np.maximum(through, parameters.plating.least_ionic_S_m)) @ width),
        resistance,
    )
    touching = contact.contact_factor(chosen, resistance, parameters)
    own = contact.contact_factor(chosen, of.face_resistance(), parameters)
    gain[rows] = np.maximum(area * touching / own, 1.0)
    return gain
