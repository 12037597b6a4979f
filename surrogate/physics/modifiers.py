"""What strategies change in the plating equations: one modifier each, neutral unless its column says otherwise.

Source stems are those of ``datasets/materials/README.md``; every number stands in a table there, with its source
or marked assumed. Where every other strategy of the sources acts, or that it does not, docs/physics.md says.

=======================  =========================  =======================================  ===================
strategy                 column                     what it changes                          source
=======================  =========================  =======================================  ===================
doping_defects           doping                     nucleation overpotential of a carbon     001 sec. 4.2.1,
                                                    conductor times ``barrier_factor``       002 sec. 3.2
homogenized_field        skin_coverage              plating area of the top face times       001 sec. 4.2.2
                                                    (1 - coverage)
magnetic_field           mass_transfer_factor       salt diffusivity of a liquid times it    001 sec. 4.2.3,
                                                                                             002 sec. 3.6
sei_components           agent (lithium_nitride,    resistance of the film on lithium,       001 sec. 4.2.4,
                         lithium_fluoride)          by mean coverage                         002 sec. 3.1.1
=======================  =========================  =======================================  ===================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.shapes import Float

Array = NDArray[np.float64]


def barrier_factor(designs: CompleteDesigns, tables: MaterialTables) -> Float[Array, " {len(designs)}"]:
    """Return the nucleation overpotential of the doped conductor over that of the plain one; 1 without a dopant.

    The dopant is taken to be everywhere; a doping gradient is reported in 001 sec. 4.2.1 (8.7 to 15.1 % nitrogen)
    without what it does to nucleation. A measured nucleation overpotential is not changed.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Entries of dopants.

    Returns
    -------
    ndarray (n,)
    """
    dopants = designs.text("doping").tolist()
    return np.array([tables.dopant(name).barrier_factor.si for name in dopants], dtype=np.float64)


def exposed_share(designs: CompleteDesigns) -> Float[Array, " {len(designs)}"]:
    """Return the share of the top face that lithium can plate on: what an insulating skin leaves, 1 - coverage.

    The sources report a thin insulator on a conducting skeleton that keeps current from gathering at the top. Ions
    pass it (it is porous or conducts them), and the pores' inner surface is as it was.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    ndarray (n,)
    """
    return np.asarray(1.0 - designs.column("skin_coverage"))


def diffusivity_factor(designs: CompleteDesigns) -> Float[Array, " {len(designs)}"]:
    """Return the factor on the salt diffusivity: convection in a magnetic field as enhanced diffusion, 1 without.

    Only a liquid is stirred. Migration is left as it was. No source gives a number.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    ndarray (n,)
    """
    return designs.column("mass_transfer_factor")


def film_factor(
    designs: CompleteDesigns, coverage: ArrayLike, tables: MaterialTables
) -> Float[Array, " {len(designs)}"]:
    """Return the factor on the film's resistance on lithium: 1 + coverage (f - 1), f of the agent, 1 without.

    The counter electrode's film is left as it is.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    coverage : array_like (n,)
        Mean share of the surface that the agent covers, 0..1.
    tables : MaterialTables
        Entries of agents.

    Returns
    -------
    ndarray (n,)
    """
    given = {name: entry.film_resistance_factor for name, entry in tables.agents.items()}
    factors = {name: 1.0 if one is None else one.si for name, one in given.items()}
    factor = np.array([factors[name] for name in designs.text("agent").tolist()], dtype=np.float64)
    return np.asarray(1.0 + np.asarray(coverage, dtype=float) * (factor - 1.0))
