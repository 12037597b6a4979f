"""Ionic conduction in the pellet of a unit cell, with a linearised resistance at the lithium (scikit-fem).

kappa laplace(phi) = 0 in the electrolyte; phi = 0 at the middle plane, by symmetry of two equal electrodes;
-kappa dphi/dn = (phi - V)/R at the interface, lithium being an equipotential at V; nothing crosses the sides.
Only the length kappa R counts, over the lengths of the cell: the Wagner length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import InputError
from surrogate.physics.interface.geometry import UnitCell, mesh

if TYPE_CHECKING:
    from skfem import MeshTri

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Conduction:
    """Currents over the mean geometric one, resistances over those of the planar cell's bulk.

    Attributes
    ----------
    resistance : float
        Of the half cell, times conductivity, over the pellet's half thickness.
    peak : float
        Largest local current density on the interface.
    mean : float
        Mean local current density; 1 over the gain in area where charge is balanced.
    charge_error : float
        Relative, of the current through the interface against that through the middle plane.
    x, y, current : ndarray (k,)
        Points on the interface, m, and local current density there.
    """

    resistance: float
    peak: float
    mean: float
    charge_error: float
    x: Array
    y: Array
    current: Array


def conduct(cell: UnitCell, wagner: float, refinement: float = 1.0, *, mirrored: bool = False) -> Conduction:
    """Return the current distribution on the interface of a cell.

    Parameters
    ----------
    cell : UnitCell
        Geometry.
    wagner : float
        Conductivity times interface resistance, m.
    refinement : float
        Of the mesh; 1 is the usual one.
    mirrored : bool
        Whether to solve the whole period, on which nothing holds the middle of the channel.

    Returns
    -------
    Conduction

    Raises
    ------
    InputError
        For a Wagner length that is not positive.
    """
    basis, face, potential, stiffness = _solved(cell, wagner, refinement, mirrored)
    grounded = basis.get_dofs(lambda p: p[1] < 1e-9 * cell.pellet)
    drawn = (1.0 - face.interpolate(potential)) / wagner  # A m-2 for 1 V and 1 S/m
    total = float((drawn * face.dx).sum())
    below = -float((stiffness @ potential)[grounded.flatten()].sum())
    halves = 2.0 if mirrored else 1.0
    scale = halves * cell.width / total
    where = face.global_coordinates()
    return Conduction(
        resistance=scale / cell.pellet,
        peak=float(drawn.max()) * scale,
        mean=total * scale / (halves * cell.interface_length),
        charge_error=abs(below / total - 1.0),
        x=np.asarray(where[0].ravel()),
        y=np.asarray(where[1].ravel()),
        current=np.asarray(drawn.ravel()) * scale,
    )


def current_field(
    cell: UnitCell, wagner: float, refinement: float = 1.0
) -> tuple[Array, NDArray[np.int_], Array]:
    """Return the current density in the pellet, for a figure.

    Parameters
    ----------
    cell : UnitCell
        Geometry.
    wagner : float
        Conductivity times interface resistance, m.
    refinement : float
        Of the mesh.

    Returns
    -------
    points : ndarray (2, k)
        m.
    triangles : ndarray of int (3, t)
        Corners of each triangle.
    current : ndarray (2, t)
        Current density of each triangle over the mean geometric one.
    """
    basis, face, potential, _ = _solved(cell, wagner, refinement, False)
    total = float(((1.0 - face.interpolate(potential)) / wagner * face.dx).sum())
    slope = basis.interpolate(potential).grad
    mean = (slope * basis.dx).sum(axis=-1) / basis.dx.sum(axis=-1)
    return basis.mesh.p, basis.mesh.t, np.asarray(-mean * cell.width / total)


def _solved(cell: UnitCell, wagner: float, refinement: float, mirrored: bool) -> tuple[Any, Any, Array, Any]:
    """Basis of the pellet, basis of its interface, potential (V for 1 V at the lithium), stiffness matrix."""
    if not (np.isfinite(wagner) and wagner > 0.0):
        raise InputError(
            "conductivity times interface resistance must be positive", value=wagner, limit="> 0 m"
        )
    from skfem import Basis, BilinearForm, ElementTriP2, FacetBasis, LinearForm, condense, solve
    from skfem.models.poisson import laplace

    pellet = mesh(cell, refinement, mirrored=mirrored).restrict("electrolyte", return_mapping=False)
    element = ElementTriP2()
    basis = Basis(pellet, element, intorder=4)
    face = FacetBasis(pellet, element, facets=_interface(pellet, cell), intorder=6)

    @BilinearForm
    def exchange(u: Any, v: Any, _: Any) -> Any:
        return u * v / wagner

    @LinearForm
    def source(v: Any, _: Any) -> Any:
        return v / wagner

    stiffness = laplace.assemble(basis)
    grounded = basis.get_dofs(lambda p: p[1] < 1e-9 * cell.pellet)
    potential = solve(*condense(stiffness + exchange.assemble(face), source.assemble(face), D=grounded))
    return basis, face, potential, stiffness


def _interface(pellet: MeshTri, cell: UnitCell) -> NDArray[np.int_]:
    """Facets where the pellet meets lithium: its boundary but for the middle plane and the two sides."""
    tiny, left = 1e-9 * cell.width, float(pellet.p[0].min())
    found = pellet.facets_satisfying(
        lambda p: (p[0] > left + tiny) & (p[0] < cell.width - tiny) & (p[1] > tiny), boundaries_only=True
    )
    return np.asarray(found)
