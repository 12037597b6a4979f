"""The plating equations once more, by the method of lines: NumPy closures, SciPy's BDF in time.

Mesh and laws are the kernel's, written a second time in ``reference_laws``. States are the salt of every cell
with volume and the lithium of every node, in units of the initial salt and of the charge; the drive, and the salt
of the two faces, which have no volume, follow from them by Newton's method on a banded system at every
right-hand side. Columns of a state are separate cells, so that a Jacobian by differences is one call.

Left out are the kernel's limits on one step, how much a node can take up and give back, which vanish with the
step as long as no cell is full and no node strips (``Solved`` tells), and dead lithium. Salt and charge in a host
that insulates so well that a drive is lost in rounding are not for it either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from reference_laws import Geometry, covering, geometry, on_surface
from scipy.integrate import solve_ivp
from scipy.linalg import solve_banded
from scipy.optimize import OptimizeResult as OdeResult

from surrogate.physics.constants import FARADAY
from surrogate.physics.plating.structures import LITHIUM_PER_COULOMB, HostProfile, Model, Protocol

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Solved:
    """Columns are times. salt (every node) and lithium (top face, cells, foil; C m-2), voltage; SI."""

    time: Array
    salt: Array
    lithium: Array
    voltage: Array
    fullest: float  # largest pore fill of a cell
    deepest: float  # largest share of a cell covered from the foil
    lowest_drive: float  # V


class Reference:
    """One design, as the kernel sees it, and what is asked of it."""

    def __init__(self, protocol: Protocol, model: Model) -> None:
        cell, host = model.cell, model.host
        self.protocol, self.cell, self.constants, self.top = protocol, cell, model.constants, model.top
        self.host = HostProfile(*(one[:, None] for one in host))
        self.cells = len(host.width)
        self.anion = 0.0 if cell.frozen > 0.5 else 1.0 - cell.cation_number
        self.source = self.anion / FARADAY / cell.salt
        self.diffusion = cell.thermal * self.anion
        self.barrier = np.concatenate([[cell.top_barrier], host.barrier, [cell.foil_barrier]])[:, None]
        width = cell.separator / self.top
        open_ = cell.separator_porosity / cell.separator_tortuosity
        self.volume = width * cell.separator_porosity
        self.half_ionic = 0.5 * width / (cell.conductivity * open_)
        self.half_diffusive = 0.5 * width / (cell.diffusivity * open_)
        self.guess: Array | None = None

    def split(self, y: Array) -> tuple[Array, Array]:
        """Salt of the volumes over the initial one, lithium of the nodes in C m-2."""
        volumes = self.top + self.cells
        return y[:volumes], y[volumes:] * self.protocol.charge

    def geometry(self, live: Array) -> Geometry:
        """Of the host at this lithium (C m-2)."""
        return geometry(self.cell, self.host, self.constants, live)

    def rates(self, eta: Array, salt: Array, shape: Geometry) -> tuple[Array, Array, Array]:
        """Plating rate per geometric area and its derivatives in the drive and in the salt."""
        cell, share = self.cell, np.maximum(salt, 1e-6)
        exchange = cell.exchange * np.sqrt(share)
        rate, slope, tilt = on_surface(
            eta, shape.covered, self.barrier, cell.spread, exchange, cell.film, cell.thermal
        )
        return shape.area * rate, shape.area * slope, shape.area * tilt * 0.5 * exchange / share

    def drive(self, volumes: Array, shape: Geometry) -> tuple[Array, Array, Array]:
        """Damped Newton for the drive and the salt of the faces: (drive, salt, rate) of the host's nodes."""
        n, m = shape.area.shape
        current, source = self.protocol.current, self.source
        electronic = shape.electronic[1:] + shape.electronic[:-1]
        total = shape.ionic[1:] + shape.ionic[:-1] + electronic
        # Diffusive conductances beside the top face and the foil.
        into, out = 1.0 / (self.half_diffusive + shape.diffusive[0]), 1.0 / shape.diffusive[1]
        last = 1.0 / shape.diffusive[-2]
        salt = np.concatenate([volumes[self.top :][:1], volumes[self.top :], volumes[-1:]])
        eta = np.full((n, m), 0.5 * self.cell.thermal)
        if self.guess is not None:
            eta[:] = self.guess[1:-1, None]
            salt[0], salt[-1] = self.guess[0], self.guess[-1]
        for _ in range(100):
            rate, slope, tilt = self.rates(eta, salt, shape)
            through = (
                current * electronic + self.diffusion * np.log(salt[1:] / salt[:-1]) - np.diff(eta, axis=0)
            ) / total
            residual = np.zeros((n + 2, m))  # salt of the top face, charge of every node, salt at the foil
            residual[0] = into * (volumes[self.top - 1] - salt[0]) - out * (salt[0] - salt[1])
            residual[0] -= source * rate[0]
            residual[1:-1] = -rate
            residual[1] += current
            residual[1:-2] -= through
            residual[2:-1] += through
            residual[-1] = last * (salt[-2] - salt[-1]) - source * rate[-1]
            residual[0] += rate[1:].sum(axis=0) * LITHIUM_PER_COULOMB * (salt[1] - salt[0])  # displaced below
            bands = np.zeros((5, n + 2, m))  # [2 + i - j, j] is the derivative of row i in unknown j
            bands[2, 1:-1] = -slope
            bands[2, 1:-2] -= 1.0 / total
            bands[2, 2:-1] -= 1.0 / total
            bands[1, 2:-1], bands[3, 1:-2] = 1.0 / total, 1.0 / total
            bands[2, 0], bands[1, 1] = -into - out - source * tilt[0], -source * slope[0]
            bands[2, -1], bands[3, -2] = -last - source * tilt[-1], -source * slope[-1]
            bands[4, 0] = -self.diffusion / salt[0] / total[0]
            bands[3, 0] = -bands[4, 0] - tilt[0]
            bands[0, -1] = -self.diffusion / salt[-1] / total[-1]
            bands[1, -1] = -bands[0, -1] - tilt[-1]
            # All columns make one banded system, without coupling between them.
            flat = bands.transpose(0, 2, 1).reshape(5, -1)
            step = solve_banded((2, 2), flat, -residual.T.ravel(), check_finite=False).reshape(m, n + 2).T
            change = np.abs(step[1:-1]).max(axis=0) / self.cell.thermal
            falling = np.maximum(-step[[0, -1]] / salt[[0, -1]], 1e-300).max(axis=0)
            damping = np.minimum(1.0, np.minimum(2.0 / np.maximum(change, 1e-300), 0.9 / falling))
            eta = eta + damping * step[1:-1]
            salt[[0, -1]] += damping * step[[0, -1]]
            if change.max() < 1e-10 and np.abs(step[[0, -1]]).max() < 1e-10:
                break
        else:
            raise ArithmeticError("the drive was not found")
        if m == 1:
            self.guess = np.concatenate([salt[:1], eta, salt[-1:]])[:, 0]
        return eta, salt, self.rates(eta, salt, shape)[0]

    def derivative(self, _: float, y: Array) -> Array:
        """Change of the states (n, m) with time."""
        volumes, live = self.split(y)
        shape = self.geometry(live)
        _, salt, rate = self.drive(volumes, shape)
        half = np.concatenate([np.full((self.top, y.shape[1]), self.half_diffusive), shape.diffusive])
        flux = -np.diff(np.concatenate([volumes[: self.top], salt]), axis=0) / (half[:-1] + half[1:])
        gain = -np.diff(flux, axis=0, prepend=np.full_like(flux[:1], self.source * self.protocol.current))
        # What lithium in the pores displaces flows up, to where the counter electrode recedes.
        displaced = np.cumsum(rate[::-1], axis=0)[::-1] * LITHIUM_PER_COULOMB
        every = np.concatenate([volumes[: self.top], salt])
        gain[: self.top] += displaced[1] * np.diff(every[: self.top + 1], axis=0)
        gain[self.top + 1 :] += displaced[2:] * np.diff(salt[1:], axis=0)
        cells = (gain[self.top + 1 :] - self.source * rate[1:-1]) / shape.volume
        room = np.full_like(gain[: self.top], self.volume)
        room[0] += live[1:].sum(axis=0) * LITHIUM_PER_COULOMB
        return np.concatenate([gain[: self.top] / room, cells, rate / self.protocol.charge])

    def read(self, y: Array) -> tuple[Array, float, float]:
        """Salt of every node, voltage and lowest drive of one state."""
        cell, current = self.cell, self.protocol.current
        volumes, live = self.split(y[:, None])
        shape = self.geometry(live)
        eta, salt, _ = self.drive(volumes, shape)
        every = np.concatenate([volumes[: self.top], salt])[:, 0]
        surface = every[0] + self.source * current * self.half_diffusive
        ionic, electronic = (half[1:, 0] + half[:-1, 0] for half in (shape.ionic, shape.electronic))
        pull = self.diffusion * np.diff(np.log(salt[:, 0]))
        through = (current * electronic + pull - np.diff(eta[:, 0])) / (ionic + electronic)
        ohmic = current * 2 * self.top * self.half_ionic + ionic @ through
        local = current / cell.counter_area
        counter = cell.thermal * np.arcsinh(local / (2 * cell.exchange * np.sqrt(max(surface, 1e-6))))
        concentration = self.diffusion * np.log(surface / every[-1])
        voltage = eta[-1, 0] + ohmic + concentration + counter + local * cell.counter_film
        return every * cell.salt, float(voltage), float(eta.min())


def integrate(equations: Reference, *, rtol: float, points: int) -> OdeResult:
    """Plate as the protocol asks; the states at this many even times."""
    volumes, nodes = equations.top + equations.cells, equations.cells + 2
    start = np.concatenate([np.ones(volumes), np.zeros(nodes)])
    times = np.linspace(0.0, equations.protocol.charge / equations.protocol.current, points + 1)
    found = solve_ivp(
        equations.derivative,
        (0.0, times[-1]),
        start,
        "BDF",
        times[1:],
        rtol=rtol,
        atol=0.1 * rtol,
        vectorized=True,
    )
    if found.status != 0:
        raise ArithmeticError(found.message)
    return found


def read(equations: Reference, found: OdeResult) -> Solved:
    """Salt, lithium and voltage of integrated states."""
    salt, voltage, drive = zip(*(equations.read(y) for y in found.y.T), strict=True)
    live = equations.split(found.y)[1]
    fill, under = covering(equations.host, equations.constants, live)
    return Solved(found.t, np.array(salt).T, live, np.array(voltage), fill.max(), under.max(), min(drive))


def solve(protocol: Protocol, model: Model, *, rtol: float, points: int = 200) -> Solved:
    """``integrate`` and ``read`` in one."""
    equations = Reference(protocol, model)
    return read(equations, integrate(equations, rtol=rtol, points=points))
