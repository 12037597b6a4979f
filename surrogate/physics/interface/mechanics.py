"""Elastic stress in the lithium and the electrolyte of a unit cell under stack pressure (scikit-fem).

Plane strain, small displacements, isotropic linear elasticity. The plunger presses evenly on the lithium; the
middle plane of the pellet does not move, the sides slip (symmetry); lithium and electrolyte stick together.

Von Mises stress is singular at the two corners of the interface: its largest value on a mesh means nothing and
grows without end as the mesh is refined. Means over the interface converge, and only they are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import InputError
from surrogate.physics.interface.geometry import UnitCell, mesh

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Solid:
    """An isotropic linear elastic solid.

    Attributes
    ----------
    young : float
        Young's modulus, Pa.
    poisson : float
        Poisson's ratio.

    Raises
    ------
    InputError
        For a modulus that is not positive, or a ratio outside 0 to below 0.5.
    """

    young: float
    poisson: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.young) and self.young > 0.0):
            raise InputError("Young's modulus must be positive", value=self.young, limit="> 0 Pa")
        if not 0.0 <= self.poisson < 0.5:
            raise InputError("Poisson's ratio is out of range", value=self.poisson, limit="0 to below 0.5")

    @property
    def lame(self) -> tuple[float, float]:
        """Lame's first parameter and the shear modulus, Pa."""
        shear = self.young / (2.0 * (1.0 + self.poisson))
        return 2.0 * shear * self.poisson / (1.0 - 2.0 * self.poisson), shear


LITHIUM = Solid(7.82e9, 0.381)  # Masias et al., J. Mater. Sci. 54 (2019) 2585, 10.1007/s10853-018-2971-3
GARNET = Solid(150e9, 0.26)  # Yu et al., Chem. Mater. 28 (2016) 197, 10.1021/acs.chemmater.5b03854


@dataclass(frozen=True)
class Stress:
    """Von Mises stress in the lithium at the interface, over stack pressure.

    Attributes
    ----------
    mean : float
        Over the length of the interface.
    largest : float
        At a point of this mesh; it does not converge (see the module).
    energy_error : float
        Relative, of the elastic energy against half the work of the plunger (Clapeyron).
    x, y, stress : ndarray (k,)
        Points on the interface, m, and von Mises stress there.
    """

    mean: float
    largest: float
    energy_error: float
    x: Array
    y: Array
    stress: Array


def planar_stress(lithium: Solid = LITHIUM) -> float:
    """Return von Mises stress over pressure in lithium that cannot widen, (1 - 2 nu)/(1 - nu).

    Parameters
    ----------
    lithium : Solid
        Elastic constants.

    Returns
    -------
    float
    """
    return (1.0 - 2.0 * lithium.poisson) / (1.0 - lithium.poisson)


def press(
    cell: UnitCell,
    lithium: Solid = LITHIUM,
    electrolyte: Solid = GARNET,
    refinement: float = 1.0,
    *,
    mirrored: bool = False,
) -> Stress:
    """Return the stress at the interface of a cell under unit pressure.

    Parameters
    ----------
    cell : UnitCell
        Geometry.
    lithium, electrolyte : Solid
        Elastic constants.
    refinement : float
        Of the mesh; 1 is the usual one.
    mirrored : bool
        Whether to solve the whole period, on which nothing holds the middle of the channel.

    Returns
    -------
    Stress
    """
    from skfem import FacetBasis
    from skfem.generic_utils import OrientedBoundary

    basis, moved, stiffness, load = _solved(cell, lithium, electrolyte, refinement, mirrored)
    grid = basis.mesh
    around = grid.facets_around("lithium")  # with the lithium's side of each facet
    inner = ~np.isin(around, grid.boundary_facets())
    facets = OrientedBoundary(around[inner], around.ori[inner])
    face = FacetBasis(grid, basis.elem, facets=facets, intorder=6)
    equivalent = von_mises(face.interpolate(moved).grad, lithium)
    where = face.global_coordinates()
    energy, work = float(moved @ (stiffness @ moved)), float(load @ moved)
    return Stress(
        mean=float((equivalent * face.dx).sum() / face.dx.sum()),
        largest=float(equivalent.max()),
        energy_error=abs(energy / work - 1.0),
        x=np.asarray(where[0].ravel()),
        y=np.asarray(where[1].ravel()),
        stress=np.asarray(equivalent.ravel()),
    )


def stress_field(
    cell: UnitCell, lithium: Solid = LITHIUM, electrolyte: Solid = GARNET, refinement: float = 1.0
) -> tuple[Array, NDArray[np.int_], Array]:
    """Return the von Mises stress in the lithium, for a figure.

    Parameters
    ----------
    cell : UnitCell
        Geometry.
    lithium, electrolyte : Solid
        Elastic constants.
    refinement : float
        Of the mesh.

    Returns
    -------
    points : ndarray (2, k)
        m.
    triangles : ndarray of int (3, t)
        Corners of each triangle of the lithium.
    stress : ndarray (t,)
        Over the pressure.
    """
    from skfem import Basis

    basis, moved, _, _ = _solved(cell, lithium, electrolyte, refinement, False)
    part = Basis(basis.mesh, basis.elem, intorder=4, elements="lithium")
    equivalent = von_mises(part.interpolate(moved).grad, lithium)
    mean = (equivalent * part.dx).sum(axis=-1) / part.dx.sum(axis=-1)
    return basis.mesh.p, basis.mesh.t[:, basis.mesh.subdomains["lithium"]], np.asarray(mean)


def _solved(
    cell: UnitCell, lithium: Solid, electrolyte: Solid, refinement: float, mirrored: bool
) -> tuple[Any, Array, Any, Array]:
    """Basis, displacements (m under 1 Pa), stiffness matrix and load."""
    from skfem import Basis, ElementTriP2, ElementVector, FacetBasis, LinearForm, condense, solve
    from skfem.models.elasticity import linear_elasticity

    grid = mesh(cell, refinement, mirrored=mirrored)
    element = ElementVector(ElementTriP2())
    basis = Basis(grid, element, intorder=4)
    stiffness = sum(
        linear_elasticity(*solid.lame).assemble(Basis(grid, element, intorder=4, elements=name))
        for name, solid in (("lithium", lithium), ("electrolyte", electrolyte))
    )
    tiny, left = 1e-9 * cell.width, grid.p[0].min()
    sides, middle, plunger = (
        grid.facets_satisfying(test, boundaries_only=True)
        for test in (
            lambda p: (p[0] < left + tiny) | (p[0] > cell.width - tiny),
            lambda p: p[1] < tiny,
            lambda p: p[1] > cell.pellet + cell.lithium - tiny,
        )
    )

    @LinearForm
    def pressed(v: Any, _: Any) -> Any:
        return -v[1]

    load = pressed.assemble(FacetBasis(grid, element, facets=plunger, intorder=4))
    held = [basis.get_dofs(sides).all(["u^1"]), basis.get_dofs(middle).all(["u^2"])]
    moved = solve(*condense(stiffness, load, D=np.unique(np.concatenate(held))))
    return basis, moved, stiffness, load


def von_mises(gradient: Array, solid: Solid) -> Array:
    """Return the equivalent stress of displacement gradients in plane strain.

    Parameters
    ----------
    gradient : ndarray (2, 2, ...)
        Displacement gradients.
    solid : Solid
        Elastic constants.

    Returns
    -------
    ndarray (...)
        Pa.
    """
    first, shear = solid.lame
    strain = 0.5 * (gradient + np.swapaxes(gradient, 0, 1))
    volume = first * (strain[0, 0] + strain[1, 1])
    xx, yy, zz = volume + 2.0 * shear * strain[0, 0], volume + 2.0 * shear * strain[1, 1], volume
    xy = 2.0 * shear * strain[0, 1]
    squares = (xx - yy) ** 2 + (yy - zz) ** 2 + (zz - xx) ** 2
    return np.asarray(np.sqrt(0.5 * squares + 3.0 * xy**2))
