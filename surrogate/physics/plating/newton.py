"""One implicit step of the plating kernel, compiled: coupled Newton iteration with a 2 x 2 block Thomas solve."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from surrogate.physics.constants import FARADAY
from surrogate.physics.plating.compiled import JIT_IN_PLACE
from surrogate.physics.plating.kinetics import current_past, switched_at_rest
from surrogate.physics.plating.structures import LITHIUM_PER_COULOMB, Model, NewtonSystem, Nodes

TOLERANCE = 1e-8  # of the current, on the charge and salt balance of each node
BARE = 0.01  # share of a surface under lithium below which it counts as bare
ROUNDING = 1e-6  # a few ulp over TOLERANCE
NOT_FINITE, HELD_BACK, WHOLE = 0, 1, 2  # how a Newton step was taken
SURELY = 100.0  # times what is expected of a step must be below TOLERANCE for it to be believed


@njit(**JIT_IN_PLACE)
def solve_blocks(lower: np.ndarray, diagonal: np.ndarray, upper: np.ndarray, right: np.ndarray) -> None:
    """Solve a block-tridiagonal system of 2 x 2 blocks in place (Thomas).

    Parameters
    ----------
    lower, diagonal, upper : ndarray (n, 4)
        Blocks as rows (a, b, c, d) for [[a, b], [c, d]]; overwritten.
    right : ndarray (n, 2)
        Right-hand side; becomes the solution.
    """
    n = right.shape[0]
    for k in range(n):
        a, b, c, d = diagonal[k, 0], diagonal[k, 1], diagonal[k, 2], diagonal[k, 3]
        r0, r1 = right[k, 0], right[k, 1]
        if k > 0:
            l0, l1, l2, l3 = lower[k, 0], lower[k, 1], lower[k, 2], lower[k, 3]
            a -= l0 * upper[k - 1, 0] + l1 * upper[k - 1, 2]
            b -= l0 * upper[k - 1, 1] + l1 * upper[k - 1, 3]
            c -= l2 * upper[k - 1, 0] + l3 * upper[k - 1, 2]
            d -= l2 * upper[k - 1, 1] + l3 * upper[k - 1, 3]
            r0 -= l0 * right[k - 1, 0] + l1 * right[k - 1, 1]
            r1 -= l2 * right[k - 1, 0] + l3 * right[k - 1, 1]
        det = a * d - b * c
        right[k, 0] = (d * r0 - b * r1) / det
        right[k, 1] = (a * r1 - c * r0) / det
        u0, u1, u2, u3 = upper[k, 0], upper[k, 1], upper[k, 2], upper[k, 3]
        upper[k, 0] = (d * u0 - b * u2) / det
        upper[k, 1] = (d * u1 - b * u3) / det
        upper[k, 2] = (a * u2 - c * u0) / det
        upper[k, 3] = (a * u3 - c * u1) / det
    for k in range(n - 2, -1, -1):
        right[k, 0] -= upper[k, 0] * right[k + 1, 0] + upper[k, 1] * right[k + 1, 1]
        right[k, 1] -= upper[k, 2] * right[k + 1, 0] + upper[k, 3] * right[k + 1, 1]


@njit(**JIT_IN_PLACE)
def hold(model: Model, old_salt: np.ndarray, nodes: Nodes, system: NewtonSystem) -> None:
    """Fill in what does not change within a step: exchange current densities and conductances of faces.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    old_salt : ndarray (n,)
        At the start of the step, mol m-3: it sets the exchange current.
    nodes : Nodes
        Resistances.
    system : NewtonSystem
        Its exchange, diffusing and conducting are filled in.
    """
    cell, n = model.cell, old_salt.shape[0]
    for k in range(model.top, n):
        system.exchange[k] = cell.exchange * math.sqrt(max(old_salt[k] / cell.salt, 1e-6))
    for k in range(n - 1):
        system.diffusing[k] = 1.0 / (nodes.diffusive[k] + nodes.diffusive[k + 1])
        if k >= model.top:
            ionic = nodes.ionic[k] + nodes.ionic[k + 1]
            electronic = nodes.electronic[k] + nodes.electronic[k + 1]
            system.conducting[k] = 1.0 / (ionic + electronic)


@njit(**JIT_IN_PLACE)
def plating_rates(model: Model, dt: float, drive: np.ndarray, nodes: Nodes, system: NewtonSystem) -> None:
    """Write the plating rate of each node and its derivative in the drive into ``system``.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    dt : float
        Time step, s.
    drive : ndarray (n,)
        V.
    nodes : Nodes
        Area, coverage, room and stock of each.
    system : NewtonSystem
        With what :func:`hold` filled in; its rate (A per geometric m2) and slope are filled in here.
    """
    cell, top = model.cell, model.top
    n = drive.shape[0]
    resting = switched_at_rest(cell.spread)
    for k in range(top, n):
        if k == top:
            barrier = cell.top_barrier
        elif k == n - 1:
            barrier = cell.foil_barrier
        else:
            barrier = model.host.barrier[k - top - 1]
        local, local_slope = current_past(
            drive[k],
            nodes.covered[k],
            barrier,
            cell.spread,
            resting,
            system.exchange[k],
            cell.film,
            cell.thermal,
        )
        raw = nodes.area[k] * local
        limit = (nodes.room[k] if raw > 0.0 else nodes.stock[k]) / dt
        if limit < 1e200:
            # A cell takes no more than it has room for and gives no more than it holds; smooth, exact far from it.
            if limit <= 0.0:
                system.rate[k], system.slope[k] = 0.0, 0.0
                continue
            x = raw / limit
            x = x * x * x * x
            factor = 1.0 / math.sqrt(math.sqrt(1.0 + x))
            system.rate[k] = raw * factor
            system.slope[k] = nodes.area[k] * local_slope * factor / (1.0 + x)
        else:
            system.rate[k] = raw
            system.slope[k] = nodes.area[k] * local_slope


@njit(**JIT_IN_PLACE)
def _across_the_kink(before: float, after: float, scale: float) -> float:
    """Hold a new drive, V, back where it crosses zero on a bare surface.

    Such a surface has no lithium to give, so that its current has a kink there, and Newton's method would leap
    from side to side; as with diodes in a circuit, a step ends near the kink before the next one crosses it.
    """
    if before > 1e-6 * scale and after < 0.0:
        return 0.01 * before
    if before < 0.0 and after > 0.1 * scale:
        return 0.1 * scale
    return after


@njit(**JIT_IN_PLACE)
def _displaced(top: int, system: NewtonSystem) -> None:
    """Fill in the flow through each face, m s-1.

    What lithium in the pores displaces flows up to the counter electrode, which recedes as much; lithium on the top
    face pushes the separator after it.
    """
    displaced = 0.0
    for k in range(system.rate.shape[0] - 1, 0, -1):
        displaced += system.rate[k] * LITHIUM_PER_COULOMB if k > top else 0.0
        system.flow[k - 1] = displaced


@njit(**JIT_IN_PLACE)
def _node_balances(
    model: Model,
    current: float,
    dt: float,
    old_salt: np.ndarray,
    salt: np.ndarray,
    nodes: Nodes,
    system: NewtonSystem,
) -> None:
    """Storage and plating of each node, into blocks and right-hand side."""
    top, frozen = model.top, model.cell.frozen > 0.5
    source = (1.0 - model.cell.cation_number) / FARADAY
    rate, slope, diagonal, right = system.rate, system.slope, system.diagonal, system.right
    for k in range(salt.shape[0]):
        if k < top:
            # No electrons here: the drive has no meaning and stays where it is.
            diagonal[k, 3] = 1.0
            right[k, 1] = 0.0
        else:
            diagonal[k, 3] = slope[k]
            right[k, 1] = -rate[k]
        if frozen:
            diagonal[k, 0] = 1.0
            right[k, 0] = 0.0
        else:
            storage = nodes.volume[k] / dt
            taken = rate[k] if k >= top else 0.0
            diagonal[k, 0] += storage
            right[k, 0] = -(storage * (salt[k] - old_salt[k]) + source * taken)
            if k >= top:
                diagonal[k, 1] += source * slope[k]
            if k == 0:
                right[k, 0] += source * current


@njit(**JIT_IN_PLACE)
def _face_balances(
    model: Model, current: float, salt: np.ndarray, drive: np.ndarray, nodes: Nodes, system: NewtonSystem
) -> None:
    """Salt flux and currents through each face, into blocks and right-hand side."""
    cell, top, frozen = model.cell, model.top, model.cell.frozen > 0.5
    flow, lower, diagonal, upper, right = (
        system.flow, system.lower, system.diagonal, system.upper, system.right,
    )  # fmt: skip
    # Diffusion potential: the thermal scale is 2RT/F already.
    diffusion = 0.0 if frozen else cell.thermal * (1.0 - cell.cation_number)
    n = salt.shape[0]
    # The whole current enters a node from above (at the top: the host) and leaves it below. Whichever of ions and
    # electrons is small on a face enters the balance itself: next to the whole it would be rounded off.
    above = 1.0
    for k in range(n - 1):
        if not frozen:
            conductance = system.diffusing[k]
            flux = conductance * (salt[k] - salt[k + 1])
            right[k, 0] -= flux
            right[k + 1, 0] += flux
            diagonal[k, 0] += conductance
            upper[k, 0] -= conductance
            lower[k + 1, 0] -= conductance
            diagonal[k + 1, 0] += conductance
            if flow[k] > 0.0:  # it brings the concentration of where it comes from
                right[k, 0] += flow[k] * (salt[k + 1] - salt[k])
                diagonal[k, 0] += flow[k]
                upper[k, 0] -= flow[k]
            else:
                right[k + 1, 0] += flow[k] * (salt[k + 1] - salt[k])
                diagonal[k + 1, 0] -= flow[k]
                lower[k + 1, 0] += flow[k]
        if k < top:
            continue
        ionic = nodes.ionic[k] + nodes.ionic[k + 1]
        electronic = nodes.electronic[k] + nodes.electronic[k + 1]
        g = system.conducting[k]
        pull = diffusion * math.log(salt[k + 1] / salt[k]) - (drive[k + 1] - drive[k])
        below = 1.0 if electronic > ionic else 0.0
        gained = g * (current * ionic - pull) if electronic > ionic else -g * (current * electronic + pull)
        right[k, 1] += gained + (above - below) * current
        right[k + 1, 1] -= gained
        above = below
        left_c, right_c = -diffusion * g / salt[k], diffusion * g / salt[k + 1]
        diagonal[k, 2] += left_c
        diagonal[k, 3] += g
        upper[k, 2] += right_c
        upper[k, 3] -= g
        lower[k + 1, 2] -= left_c
        lower[k + 1, 3] -= g
        diagonal[k + 1, 2] -= right_c
        diagonal[k + 1, 3] += g
    right[n - 1, 1] += above * current


@njit(**JIT_IN_PLACE)
def _residual(
    model: Model, current: float, salt: np.ndarray, drive: np.ndarray, system: NewtonSystem
) -> float:
    """Return the largest imbalance of a node over the current.

    It is taken beyond what rounding loses in storage and in the flux through thin slices of a cell, and in currents,
    not in volts: in an insulator the drive itself is lost in rounding and moves nothing.
    """
    cell, frozen = model.cell, model.cell.frozen > 0.5
    residual = 0.0
    for k in range(salt.shape[0]):
        lost = ROUNDING * (abs(drive[k]) + cell.thermal) * system.diagonal[k, 3]
        residual = max(residual, abs(system.right[k, 1]) / (abs(current) + lost))
        if not frozen:
            lost = ROUNDING * salt[k] * system.diagonal[k, 0]
            residual = max(residual, abs(system.right[k, 0]) / (abs(current) / FARADAY + lost))
    return residual


@njit(**JIT_IN_PLACE)
def _advance(model: Model, salt: np.ndarray, drive: np.ndarray, covered: np.ndarray, step: np.ndarray) -> int:
    """Add a damped Newton step (n, 2) to salt and drive; WHOLE, HELD_BACK, or NOT_FINITE where nothing is added.

    No node loses more than 0.9 of its salt in one step, and no unknown moves by more than 200 of its scales.
    """
    cell = model.cell
    damping, largest = 1.0, 0.0
    n = salt.shape[0]
    for k in range(n):
        if not (abs(step[k, 0]) < 1e12 and abs(step[k, 1]) < 1e12):
            return NOT_FINITE
        if salt[k] + step[k, 0] < 0.1 * salt[k]:
            damping = min(damping, -0.9 * salt[k] / step[k, 0])
        largest = max(largest, abs(step[k, 0]) / cell.salt, abs(step[k, 1]) / cell.thermal)
    if largest * damping > 200.0:
        damping = 200.0 / largest
    taken = WHOLE if damping == 1.0 else HELD_BACK
    for k in range(n):
        salt[k] += damping * step[k, 0]
        asked = drive[k] + damping * step[k, 1]
        moved = asked
        if k >= model.top and covered[k] < BARE:
            moved = _across_the_kink(drive[k], asked, cell.thermal)
            taken = taken if moved == asked else HELD_BACK
        drive[k] = moved
    return taken


@njit(**JIT_IN_PLACE)
def _along_slopes(top: int, dt: float, nodes: Nodes, system: NewtonSystem) -> bool:
    """Follow the solved step with the rates, which then balance exactly; False where one passes a node's limits."""
    rate, moved = system.rate, system.right
    for k in range(top, rate.shape[0]):
        rate[k] += system.slope[k] * moved[k, 1]
        if not -nodes.stock[k] <= rate[k] * dt <= nodes.room[k]:
            return False
    return True


@njit(**JIT_IN_PLACE)
def newton_step(
    model: Model,
    current: float,
    dt: float,
    old_salt: np.ndarray,
    salt: np.ndarray,
    drive: np.ndarray,
    nodes: Nodes,
    system: NewtonSystem,
    most: int,
) -> bool:
    """Take one backward-Euler step by Newton's method.

    It ends where every node balances to ``TOLERANCE``, or after a whole step that surely will: Newton's method
    squares the residual, and how it did so before says by how much. To see it there would cost a third more.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    current : float
        A m-2; negative strips.
    dt : float
        Time step, s.
    old_salt : ndarray (n,)
        At the start of the step, mol m-3.
    salt, drive : ndarray (n,)
        Guesses; become the solution, mol m-3 and V.
    nodes : Nodes
        Geometry and limits at the middle of the step.
    system : NewtonSystem
        Working arrays; its rate is then the plating rate of each node.
    most : int
        Iterations.

    Returns
    -------
    bool
        Whether it converged.
    """
    before, taken = math.inf, HELD_BACK
    hold(model, old_salt, nodes, system)
    for _ in range(most):
        plating_rates(model, dt, drive, nodes, system)
        _displaced(model.top, system)
        system.lower[:] = 0.0
        system.diagonal[:] = 0.0
        system.upper[:] = 0.0
        _node_balances(model, current, dt, old_salt, salt, nodes, system)
        _face_balances(model, current, salt, drive, nodes, system)
        residual = _residual(model, current, salt, drive, system)
        if before < math.inf and residual < TOLERANCE:
            return True
        solve_blocks(system.lower, system.diagonal, system.upper, system.right)
        # Of two whole steps in a row the residual falls as a square: the second's is known before it is looked at.
        squared = taken == WHOLE and SURELY * residual * (residual / before) ** 2 < TOLERANCE
        before, taken = residual, _advance(model, salt, drive, nodes.covered, system.right)
        if taken == NOT_FINITE:
            return False
        if squared and taken == WHOLE and _along_slopes(model.top, dt, nodes, system):
            return True
    return False
