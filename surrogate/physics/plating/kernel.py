"""Plating into a graded porous host and stripping from it, compiled: one design, one galvanostatic half cycle.

Unknowns at each node: salt concentration c and plating drive eta = phi_l - phi_s. With i_s + i_l = I both
potentials drop out, and the ionic current through the face between nodes k and k+1 is

    i_l = (I R_s + B ln(c[k+1]/c[k]) - (eta[k+1] - eta[k])) / (R_l + R_s),    B = 2 R T (1 - t_Li)/F,

with R_l, R_s the ionic and electronic resistance of the face; well conditioned from insulators to metals.
Nodes: separator cells (salt only), the top face of the host (no volume, unlimited room for lithium), host
cells, the foil (no volume; its lithium grows up through the pores, see ``cells``). Backward Euler in time;
coupled Newton with a 2 x 2 block Thomas solve; pore fill and surface coverage at an extrapolated half step;
steps are cut when Newton fails. Stripping is the same with a negative current, from whatever state is given.

Everything is SI and in the named tuples of ``structures``, so that this module knows nothing of materials.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from surrogate.physics.plating.compiled import JIT, JIT_IN_PLACE
from surrogate.physics.plating.newton import newton_step
from surrogate.physics.plating.nodes import (
    cell_voltage,
    least_resistance,
    least_salt,
    left_dead,
    node_geometry,
    node_limits,
    peak_current,
)
from surrogate.physics.plating.structures import (
    DONE,
    FAILED,
    LITHIUM_PER_COULOMB,
    SALT_GONE,
    VOLTAGE,
    CellProperties,
    History,
    Model,
    NewtonSystem,
    Nodes,
    NodeState,
    Protocol,
)

# Iterations of the first step, whose guess is far off, of one that was cut often, and of any other.
FIRST_NEWTON, MOST_NEWTON, OFTEN = 40, 20, 6
MOST_CUTS = 14
# A run whose salt is down to ``constants.exhausted`` of the initial and whose steps are below CRAWL of the uniform
# one has ended: what it could still plate is a few such steps, while each would cost as much as a full one. The same
# for a run that has taken MOST_SLOW steps shorter than SLOW of it with its salt gone.
CRAWL = 1e-5
SLOW, MOST_SLOW = 1e-2, 25
CROSSING = 0.01  # of the uniform step: how finely the crossing of the voltage limit is resolved


class _Course(NamedTuple):
    """Arrays (n,) that outlive a step: lithium and coverage at the start, the last rates, the last state."""

    start: np.ndarray
    first: np.ndarray
    previous: np.ndarray
    last_salt: np.ndarray
    last_drive: np.ndarray


class _Trial(NamedTuple):
    """Arrays (n,) of the step that is tried: lithium at its half, volume that stores salt, and the unknowns."""

    held: np.ndarray
    live: np.ndarray
    stored: np.ndarray
    salt: np.ndarray
    drive: np.ndarray


@njit(**JIT_IN_PLACE)
def at_rest(cell: CellProperties, state: NodeState) -> None:
    """Make a cell as built: even salt, no lithium in the host.

    Parameters
    ----------
    cell : CellProperties
        For the initial salt.
    state : NodeState
        Filled in.
    """
    state.salt[:] = cell.salt
    state.drive[:] = 0.0
    state.live[:] = 0.0
    state.dead[:] = 0.0


@njit(**JIT)
def _nodes(n: int) -> Nodes:
    # One block of memory: a design of few steps would spend much of its time on nine.
    rows = np.zeros((9, n))
    return Nodes(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], rows[8])


@njit(**JIT)
def _system(n: int) -> NewtonSystem:
    rows, blocks, right = np.zeros((6, n)), np.zeros((3, n, 4)), np.zeros((n, 2))
    return NewtonSystem(
        rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], blocks[0], blocks[1], blocks[2], right
    )


@njit(**JIT_IN_PLACE)
def _at_half_step(
    model: Model, stripping: bool, dt: float, state: NodeState, course: _Course, trial: _Trial, nodes: Nodes
) -> None:
    """Limits of the nodes now, and their geometry with lithium extrapolated to the middle of the step."""
    host, top, full = model.host, model.top, model.constants.full
    n = state.salt.shape[0]
    held, live, stored = trial.held, trial.live, trial.stored
    for k in range(top, n):
        live[k] = max(state.live[k], 0.0)
        held[k] = live[k] + state.dead[k]
    node_limits(model, held, live, course.previous, nodes)
    # Salt is stored in the volume as it was: with the flow of what lithium displaces, none is lost.
    gap = held[top + 1 :].sum() * LITHIUM_PER_COULOMB
    for k in range(top + 1, n - 1):
        pores = host.porosity[k - top - 1] * host.width[k - top - 1]
        stored[k] = pores * (1.0 - min(held[k] * LITHIUM_PER_COULOMB / pores, full)) * (1.0 - nodes.under[k])
    for k in range(top, n):
        grown = max(0.5 * dt * course.previous[k], -0.9 * live[k])
        live[k] += grown
        held[k] += grown
    node_geometry(model, held, live, nodes.covered, nodes)
    nodes.volume[0] += gap
    for k in range(top + 1, n - 1):
        nodes.volume[k] = stored[k]
    if stripping:
        for k in range(top, n):
            if (
                live[k] < course.start[k]
            ):  # patches shrink as hemispheres do, surface as volume to the power 2/3
                patches = course.first[k] * (live[k] / course.start[k]) ** (2.0 / 3.0)
                nodes.covered[k] = max(nodes.covered[k], patches)


@njit(**JIT_IN_PLACE)
def _extrapolate(ahead: float, state: NodeState, course: _Course, trial: _Trial) -> None:
    """Newton's start: the last two states extended by ``ahead`` of the last step."""
    for k in range(state.salt.shape[0]):
        extended = state.salt[k] + ahead * (state.salt[k] - course.last_salt[k])
        trial.salt[k] = max(extended, 0.5 * state.salt[k])
        trial.drive[k] = state.drive[k] + ahead * (state.drive[k] - course.last_drive[k])


@njit(**JIT_IN_PLACE)
def _accept(
    model: Model,
    plating: bool,
    dt: float,
    state: NodeState,
    course: _Course,
    trial: _Trial,
    rate: np.ndarray,
    passed: float,
) -> float:
    """Make the trial the state; the charge ``passed`` with what passed in the step, C m-2."""
    n = state.salt.shape[0]
    for k in range(n):
        course.last_salt[k], course.last_drive[k] = state.salt[k], state.drive[k]
        state.salt[k], state.drive[k] = trial.salt[k], trial.drive[k]
    for k in range(model.top, n):
        moved = dt * rate[k]
        dead = 0.0 if moved > 0.0 else -moved * left_dead(model, n, k)
        state.live[k] += moved - dead
        state.dead[k] += dead
        course.previous[k] = rate[k]
        passed += abs(moved) if (moved > 0.0) == plating else -abs(moved)
    return passed


@njit(**JIT_IN_PLACE)
def _record(
    history: History,
    profiles: NodeState,
    step: int,
    passed: float,
    voltage: float,
    least: float,
    peak: float,
    top: int,
    state: NodeState,
) -> None:
    """Write a row of the history, and of the profiles where they have it."""
    history.charge[step] = passed
    history.voltage[step] = voltage
    history.least_salt[step] = least
    history.top_salt[step] = state.salt[top]
    history.peak[step] = peak
    if step < profiles.salt.shape[0]:
        for k in range(state.salt.shape[0]):
            profiles.salt[step, k], profiles.drive[step, k] = state.salt[k], state.drive[k]
            profiles.live[step, k], profiles.dead[step, k] = state.live[k], state.dead[k]


@njit(**JIT)
def half_cycle(
    model: Model, protocol: Protocol, steps: int, history: History, profiles: NodeState, state: NodeState
) -> tuple[int, int, int]:
    """Pass the charge of a protocol at its current: plate where it is positive, strip where negative.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    protocol : Protocol
        What is asked of it.
    steps : int
        Of uniform length, the first few aside.
    history : History
        Filled in, as many rows as it has.
    profiles : NodeState
        Filled in with the state after each step, (rows, n) each, as many rows as it has.
    state : NodeState
        Where the half cycle starts from, taken as it is (:func:`at_rest` makes a fresh one), and advanced. n is top
        + cells + 2, or top + 1 for a planar foil, whose only face is the top one.

    Returns
    -------
    end : int
        DONE, SALT_GONE, VOLTAGE or FAILED.
    steps : int
        Accepted steps.
    solves : int
        Newton solves.
    """
    constants, top, current = model.constants, model.top, protocol.current
    initial, n = model.cell.salt, state.salt.shape[0]
    nodes, system = _nodes(n), _system(n)
    past, tried = np.zeros((5, n)), np.zeros((5, n))
    course = _Course(past[0], past[1], past[2], past[3], past[4])
    trial = _Trial(tried[0], tried[1], tried[2], tried[3], tried[4])
    course.start[:] = np.maximum(state.live, 0.0)
    node_geometry(model, course.start + state.dead, course.start, course.first, nodes)
    if abs(current) * least_resistance(top, nodes) > protocol.voltage_limit:
        return VOLTAGE, 0, 0  # thousands of volts perhaps, which Newton's method need not look for
    duration = protocol.charge / abs(current)
    uniform = duration / steps
    dt, time, passed, step, cuts, slow, solves = uniform * 1e-3, 0.0, 0.0, 0, 0, 0, 0
    last = dt
    for k in range(top, n):
        state.drive[k] = np.sign(current) * 0.5 * model.cell.thermal
    # Taken out of their tuples once: here, where arrays were made, each access would count references.
    old_salt, salt, drive, under, rate = state.salt, trial.salt, trial.drive, nodes.under, system.rate
    rows = history.charge.shape[0]
    while time < duration * (1.0 - 1e-12):
        if step >= rows:
            return FAILED, step, solves
        dt = min(dt, duration - time)
        _at_half_step(model, current < 0.0, dt, state, course, trial, nodes)
        # Both of the last two states have to be of ordinary steps to be extended.
        _extrapolate(dt / last if step > 1 and cuts == 0 and dt <= 2.0 * last else 0.0, state, course, trial)
        solves += 1
        most = FIRST_NEWTON if step == 0 or cuts > OFTEN else MOST_NEWTON
        if not newton_step(model, current, dt, old_salt, salt, drive, nodes, system, most):
            cuts += 1
            least = least_salt(model, state, under)
            crawling = least < constants.exhausted * initial and dt < CRAWL * uniform
            if crawling or cuts > MOST_CUTS:
                # No step is small enough because the salt of some node would have to be negative.
                gone = least < constants.depleted * initial or salt.min() < constants.exhausted * initial
                return (SALT_GONE if gone else FAILED), step, solves
            dt *= 0.25
            continue
        if dt < SLOW * uniform and least_salt(model, state, under) < constants.exhausted * initial:
            slow += 1
            if slow > MOST_SLOW:
                return SALT_GONE, step, solves
        voltage = cell_voltage(model, current, salt, drive, nodes)
        if abs(voltage) > protocol.voltage_limit and dt > CROSSING * uniform:
            dt *= 0.25  # to find the charge at which the limit is met
            continue
        cuts = 0
        time += dt
        last = dt
        passed = _accept(model, current > 0.0, dt, state, course, trial, rate, passed)
        least = least_salt(model, state, under)
        peak = peak_current(model, nodes, rate)
        _record(history, profiles, step, passed, voltage, least, peak, model.top, state)
        step += 1
        if abs(voltage) > protocol.voltage_limit:
            return (SALT_GONE if least < constants.depleted * initial else VOLTAGE), step, solves
        dt = min(1.5 * dt, uniform)
    return DONE, step, solves
