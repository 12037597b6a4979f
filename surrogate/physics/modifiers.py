"""What strategies change in the plating equations: one modifier each, neutral unless its column says otherwise.

Source stems are those of ``datasets/materials/README.md``; every number stands in a table there, with its source
or marked assumed. Columns of the first table are read here; the second says where other strategies act; those of
the third have no equation of their own.

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

=======================  =================================================================================
planar_baseline          framework = none
porous_scaffold          porosity, pore size, tortuosity, thickness
conductivity_gradient    composition at both ends, gradient_exponent, layers; or conductivity_*_S_m
lithiophilicity_gradient agent at both ends; or nucleation_overpotential_*_mV
dual_gradient            both
pore_size_gradient       pore_size_*_um, porosity_*, tortuosity_top and tortuosity_bottom
alloy                    agent: nucleation overpotential and stoichiometry; lithium's diffusivity in an alloy is
                         documented where stated (indium) and used nowhere: no solid-state diffusion is modelled
miec                     ion_conductor fraction of a material that conducts electrons as well
                         (lithiated_carbon, mixed_conducting_garnet); both of its paths count
sse_scaffold             framework = llzo_scaffold or an ion_conductor fraction; layers for bi- and trilayers
micropattern             pattern_size_um, pattern_depth_um (critical current only)
=======================  =================================================================================

=======================  =================================================================================
electrolyte_additive     condition ``additives``: losses of a cycle, not plating
external_pressure        condition ``stack_pressure_MPa``: critical current of a solid
temperature              condition ``temperature_C``: transport and kinetics (Arrhenius)
interface_layer          no column: only the resistance of an interface before and after is told of it
pulse_current            no column: direct current only (002 sec. 6.5 tells of a sixfold critical current)
other                    nothing
=======================  =================================================================================
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate import materials

Array = NDArray[np.float64]


def barrier_factor(designs: pd.DataFrame) -> Array:
    """Nucleation overpotential of the doped conductor over that of the plain one, (n,); 1 without a dopant.

    The dopant is taken to be everywhere; a doping gradient is told in 001 sec. 4.2.1 (8.7 to 15.1 % nitrogen)
    without what it does to nucleation. A measured nucleation overpotential is not changed.
    """
    factors = {name: materials.dopant(name).barrier_factor.si for name in designs["doping"].unique()}
    return designs["doping"].map(factors).to_numpy(dtype=float)


def exposed_share(designs: pd.DataFrame) -> Array:
    """Share of the top face that lithium can plate on, (n,): what an insulating skin leaves, 1 - coverage.

    The sources tell of a thin insulator on a conducting skeleton that keeps current from gathering at the top.
    Ions pass it (it is porous or conducts them), and the pores' inner surface is as it was.
    """
    return np.asarray(1.0 - designs["skin_coverage"].to_numpy(dtype=float))


def diffusivity_factor(designs: pd.DataFrame) -> Array:
    """Factor on the salt diffusivity, (n,): convection in a magnetic field as enhanced diffusion, 1 without.

    Only a liquid is stirred. Migration is left as it was. No source gives a number.
    """
    return designs["mass_transfer_factor"].to_numpy(dtype=float)


def film_factor(designs: pd.DataFrame, coverage: ArrayLike) -> Array:
    """Factor on the film's resistance on lithium, (n,): 1 + coverage (f - 1), f of the agent, 1 where it has none.

    coverage (n,): mean share of the surface that the agent covers, 0..1. The counter electrode's film is left as
    it is.
    """
    given = {name: entry.film_resistance_factor for name, entry in materials.agents.items()}
    factors = {name: 1.0 if one is None else one.si for name, one in given.items()}
    factor = designs["agent"].map(factors).to_numpy(dtype=float)
    return np.asarray(1.0 + np.asarray(coverage, dtype=float) * (factor - 1.0))
