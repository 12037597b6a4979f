"""An emulator of the simulator: what a design does in its cell under any constants, in microseconds.

Data flow: designs and constants -> ``simulator_inputs`` (closed laws) and the constants that act in the solver itself
-> network -> plated states -> closed laws of the interface and of ageing -> z of each target. Only what needs the
solver is learned: the real area under lithium, its place, the largest local current, the charge that passed, the
critical current of the search and the hysteresis. Cycle life, coulombic efficiency and the critical current of a
solid's interface follow by the laws, which was better in each of seven campaigns (explained variance of ln life: 0.99
against 0.98 learned directly in an ether, 0.93 against 0.89 in a garnet), and for constants that act in a law alone
there is nothing to learn.

Where the interface of a solid set the limit, the search was ended there: its critical current is only a lower bound,
and counts as one in the loss. So does a charge that passed whole: what the network says beyond 1 is how far from
running out a host is, and is cut off. Lives follow the share closely where salt is scarce: learned as a number, it
left 0.43 of the variance of ln life in PEO explained, for 0.99 with the share known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import ModelError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES
from surrogate.models.network import Network, NetworkSettings
from surrogate.models.simulator_inputs import simulator_inputs
from surrogate.physics.ageing import law
from surrogate.physics.ccd import SEARCHED, interface_current
from surrogate.physics.parameters import PhysicsParameters
from surrogate.shapes import Float

Array = NDArray[np.float64]

# Simulated column -> whether the network learns its logarithm.
STATES: Mapping[str, bool] = {
    "plated_area_ratio": True,
    "top_face_share": False,
    "li_centroid": False,
    "bottom_half_share": False,
    "peak_local_current_density_mA_cm2": True,
    "charge_passed_share": True,
    "ccd_mA_cm2": True,
    "overpotential_mV": True,
}
_SHARES = ("top_face_share", "li_centroid", "bottom_half_share", "charge_passed_share")
_NOT_INTERFACE = (*SEARCHED, "highest_reported")
# Groups whose constants the solver and its search read; all others act through ``simulator_inputs`` or a closed law.
SOLVER_GROUPS = ("plating.", "critical_current.")
SOLVER_ENTRIES = ("dead_lithium_fraction",)
_ALL_PASSED = -1e-6  # of the logarithm of the share of the charge that passed
_WELL_PASSED = 1.0  # at least what the network is to say of such a run: its errors then stay above 0


def solver_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """Return those of some constants that a network has to be told, since no closed law holds all they do."""
    return tuple(key for key in keys if key.startswith(SOLVER_GROUPS) or key.endswith(SOLVER_ENTRIES))


@dataclass(frozen=True)
class StateEmulator:
    """A trained emulator.

    Parameters
    ----------
    network : Network
        Inputs (n, p + c) to states (n, len(STATES)).
    keys : tuple of str
        The c constants that are inputs of their own.
    """

    network: Network
    keys: tuple[str, ...]

    def states(
        self, designs: CompleteDesigns, parameters: PhysicsParameters, inputs: Array | None = None
    ) -> pd.DataFrame:
        """Predict states.

        Parameters
        ----------
        designs : CompleteDesigns
            n designs.
        parameters : PhysicsParameters
            Constants and material entries.
        inputs : ndarray (n, p), optional
            ``simulator_inputs`` of these, where they are known.

        Returns
        -------
        DataFrame
            n rows of ``STATES``, units in the names; the critical current of a solid is the lower of the search's and
            the interface's.
        """
        given = simulator_inputs(designs, parameters) if inputs is None else inputs
        learned = self.network(np.column_stack([given, _told(self.keys, parameters, len(designs))]))
        state = pd.DataFrame(
            {
                name: np.exp(np.clip(learned[:, k], -60.0, 60.0)) if log else learned[:, k]
                for k, (name, log) in enumerate(STATES.items())
            },
            index=designs.index,
        )
        state[list(_SHARES)] = state[list(_SHARES)].clip(0.0, 1.0)
        bound, _ = interface_current(designs, law.area_gain(designs, state), parameters)
        state["ccd_mA_cm2"] = np.minimum(state["ccd_mA_cm2"], bound)
        return state

    def targets(
        self, designs: CompleteDesigns, parameters: PhysicsParameters, state: pd.DataFrame | None = None
    ) -> Float[Array, "{len(designs)} targets"]:
        """Predict the targets.

        Parameters
        ----------
        designs : CompleteDesigns
            n designs.
        parameters : PhysicsParameters
            Constants and material entries.
        state : DataFrame, optional
            Their ``states``, where they are known.

        Returns
        -------
        ndarray (n, 4)
            z of each of ``TARGETS``.
        """
        state = self.states(designs, parameters) if state is None else state
        cycle = law.cycle_of(designs, state, state["ccd_mA_cm2"].to_numpy(), parameters)
        life, efficiency = law.cycle_life(cycle, parameters.fitted, parameters.ageing)
        values = {
            **{name: state[name].to_numpy() for name in STATES},
            "cycle_life_cycles": life,
            "coulombic_efficiency_pct": efficiency,
        }
        return np.column_stack([target.to_z(values[name]) for name, target in SCALES.items()])

    @classmethod
    def fit(
        cls,
        simulated: Sequence[tuple[pd.DataFrame, PhysicsParameters]],
        keys: Sequence[str],
        *,
        seed: int,
        settings: NetworkSettings | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> StateEmulator:
        """Train on simulations; rows whose run cannot be trusted are left out.

        Parameters
        ----------
        simulated : sequence of (DataFrame, PhysicsParameters)
            Answers of ``simulate``, each with the constants it was made with.
        keys : sequence of str
            The constants that differ between them.
        seed : int
            Of the networks.
        settings : NetworkSettings, optional
            Size and training.
        progress : callable, optional
            Called with the epochs done and their number.

        Raises
        ------
        ModelError
            If hardly any simulation can be learned from.
        """
        told = solver_keys(keys)
        parts = []
        for table, parameters in simulated:
            designs = CompleteDesigns.of(table)
            parts.append(
                np.column_stack([simulator_inputs(designs, parameters), _told(told, parameters, len(table))])
            )
        inputs = np.concatenate(parts)
        table = pd.concat([table for table, _ in simulated], ignore_index=True)
        outputs = learned_states(table)
        usable = np.isfinite(outputs).all(axis=1)
        if usable.sum() < 2:
            raise ModelError(
                "hardly any simulation can be learned from", value=int(usable.sum()), limit="2 or more"
            )
        at_least = np.zeros(outputs.shape, dtype=bool)
        at_least[:, list(STATES).index("ccd_mA_cm2")] = ~table["ccd_limit"].isin(_NOT_INTERFACE).to_numpy()
        passed = list(STATES).index("charge_passed_share")
        at_least[:, passed] = outputs[:, passed] >= _ALL_PASSED
        outputs[at_least[:, passed], passed] = _WELL_PASSED
        network = Network.fit(
            inputs[usable],
            outputs[usable],
            seed=seed,
            at_least=at_least[usable],
            settings=settings,
            progress=progress,
        )
        return cls(network, told)


def learned_states(simulated: pd.DataFrame) -> Float[Array, "{len(simulated)} states"]:
    """Return the states of simulations as the network learns them, (n, len(STATES)); NaN where there is none."""
    columns = []
    for name, log in STATES.items():
        values = simulated[name].to_numpy(dtype=float)
        columns.append(np.log(np.where(values > 0.0, values, np.nan)) if log else values)
    return np.column_stack(columns)


def _told(keys: Sequence[str], parameters: PhysicsParameters, n: int) -> Array:
    """Constants as inputs, (n, c): logarithms of those that are positive."""
    values = [parameters.value(key) for key in keys]
    row = np.array([np.log(value) if value > 0.0 else value for value in values])
    return np.tile(row, (n, 1))
