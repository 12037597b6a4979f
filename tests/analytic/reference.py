"""The plating equations once more, by the method of lines: NumPy closures, SciPy's BDF in time.

Mesh and laws are the kernel's, written anew in ``reference_laws``. States are the salt of every cell with volume
and the lithium of every node, in units of the initial salt and of the charge; the drive, and the salt of the two
faces, which have no volume, follow from them by Newton's method on a banded system at every right-hand side.
Columns of a state are separate cells, so that a Jacobian by differences is one call.

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
from surrogate.physics.plating import layout as k

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
    """One design: kernel scalars ``p`` and profiles ``rows``, with this many separator cells."""

    def __init__(self, p: Array, rows: Array, separator_cells: int) -> None:
        self.p, self.top, self.rows = p, separator_cells, rows[:, :, None]
        self.anion = 0.0 if p[k.FROZEN] > 0.5 else 1.0 - p[k.CATION_NUMBER]
        self.source = self.anion / FARADAY / p[k.SALT]
        self.diffusion = p[k.THERMAL] * self.anion
        self.barrier = np.concatenate([[p[k.TOP_BARRIER]], rows[k.BARRIER], [p[k.FOIL_BARRIER]]])[:, None]
        width = p[k.SEPARATOR] / self.top
        open_ = p[k.SEP_POROSITY] / p[k.SEP_TORTUOSITY]
        self.volume = width * p[k.SEP_POROSITY]
        self.half_ionic = 0.5 * width / (p[k.CONDUCTIVITY] * open_)
        self.half_diffusive = 0.5 * width / (p[k.DIFFUSIVITY] * open_)
        self.guess: Array | None = None

    def split(self, y: Array) -> tuple[Array, Array]:
        """Salt of the volumes over the initial one, lithium of the nodes in C m-2."""
        volumes = self.top + self.rows.shape[1]
        return y[:volumes], y[volumes:] * self.p[k.CHARGE]

    def rates(self, eta: Array, salt: Array, shape: Geometry) -> tuple[Array, Array, Array]:
        """Plating rate per geometric area and its derivatives in the drive and in the salt."""
        p, share = self.p, np.maximum(salt, 1e-6)
        exchange = p[k.EXCHANGE] * np.sqrt(share)
        rate, slope, tilt = on_surface(
            eta, shape.covered, self.barrier, p[k.SPREAD], exchange, p[k.FILM], p[k.THERMAL]
        )
        return shape.area * rate, shape.area * slope, shape.area * tilt * 0.5 * exchange / share

    def drive(self, volumes: Array, shape: Geometry) -> tuple[Array, Array, Array]:
        """Damped Newton for the drive and the salt of the faces: (drive, salt, rate) of the host's nodes."""
        n, m = shape.area.shape
        current, source = self.p[k.CURRENT], self.source
        electronic = shape.electronic[1:] + shape.electronic[:-1]
        total = shape.ionic[1:] + shape.ionic[:-1] + electronic
        # Diffusive conductances beside the top face and the foil.
        into, out = 1.0 / (self.half_diffusive + shape.diffusive[0]), 1.0 / shape.diffusive[1]
        last = 1.0 / shape.diffusive[-2]
        salt = np.concatenate([volumes[self.top :][:1], volumes[self.top :], volumes[-1:]])
        eta = np.full((n, m), 0.5 * self.p[k.THERMAL])
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
            residual[0] += (
                rate[1:].sum(axis=0) * k.LITHIUM_PER_COULOMB * (salt[1] - salt[0])
            )  # displaced below
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
            change = np.abs(step[1:-1]).max(axis=0) / self.p[k.THERMAL]
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
        shape = geometry(self.p, self.rows, live)
        _, salt, rate = self.drive(volumes, shape)
        half = np.concatenate([np.full((self.top, y.shape[1]), self.half_diffusive), shape.diffusive])
        flux = -np.diff(np.concatenate([volumes[: self.top], salt]), axis=0) / (half[:-1] + half[1:])
        gain = -np.diff(flux, axis=0, prepend=np.full_like(flux[:1], self.source * self.p[k.CURRENT]))
        # What lithium in the pores displaces flows up, to where the counter electrode recedes.
        displaced = np.cumsum(rate[::-1], axis=0)[::-1] * k.LITHIUM_PER_COULOMB
        every = np.concatenate([volumes[: self.top], salt])
        gain[: self.top] += displaced[1] * np.diff(every[: self.top + 1], axis=0)
        gain[self.top + 1 :] += displaced[2:] * np.diff(salt[1:], axis=0)
        cells = (gain[self.top + 1 :] - self.source * rate[1:-1]) / shape.volume
        room = np.full_like(gain[: self.top], self.volume)
        room[0] += live[1:].sum(axis=0) * k.LITHIUM_PER_COULOMB
        return np.concatenate([gain[: self.top] / room, cells, rate / self.p[k.CHARGE]])

    def read(self, y: Array) -> tuple[Array, float, float]:
        """Salt of every node, voltage and lowest drive of one state."""
        p = self.p
        volumes, live = self.split(y[:, None])
        shape = geometry(p, self.rows, live)
        eta, salt, _ = self.drive(volumes, shape)
        every = np.concatenate([volumes[: self.top], salt])[:, 0]
        surface = every[0] + self.source * p[k.CURRENT] * self.half_diffusive
        ionic, electronic = (half[1:, 0] + half[:-1, 0] for half in (shape.ionic, shape.electronic))
        pull = self.diffusion * np.diff(np.log(salt[:, 0]))
        through = (p[k.CURRENT] * electronic + pull - np.diff(eta[:, 0])) / (ionic + electronic)
        ohmic = p[k.CURRENT] * 2 * self.top * self.half_ionic + ionic @ through
        local = p[k.CURRENT] / p[k.COUNTER_AREA]
        counter = p[k.THERMAL] * np.arcsinh(local / (2 * p[k.EXCHANGE] * np.sqrt(max(surface, 1e-6))))
        concentration = self.diffusion * np.log(surface / every[-1])
        voltage = eta[-1, 0] + ohmic + concentration + counter + local * p[k.COUNTER_FILM]
        return every * p[k.SALT], float(voltage), float(eta.min())


def integrate(model: Reference, *, rtol: float, points: int) -> OdeResult:
    """Plate the charge ``p[CHARGE]`` at ``p[CURRENT]``; the states at this many even times."""
    volumes, nodes = model.top + model.rows.shape[1], model.rows.shape[1] + 2
    start = np.concatenate([np.ones(volumes), np.zeros(nodes)])
    times = np.linspace(0.0, model.p[k.CHARGE] / model.p[k.CURRENT], points + 1)
    found = solve_ivp(
        model.derivative,
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


def read(model: Reference, found: OdeResult) -> Solved:
    """Salt, lithium and voltage of integrated states."""
    salt, voltage, drive = zip(*(model.read(y) for y in found.y.T), strict=True)
    live = model.split(found.y)[1]
    fill, under = covering(model.rows, live)
    return Solved(found.t, np.array(salt).T, live, np.array(voltage), fill.max(), under.max(), min(drive))


def solve(p: Array, rows: Array, separator_cells: int, *, rtol: float, points: int = 200) -> Solved:
    """``integrate`` and ``read`` in one."""
    model = Reference(p, rows, separator_cells)
    return read(model, integrate(model, rtol=rtol, points=points))
