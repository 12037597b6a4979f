"""What physics says of the hosts of one campaign before any cell is made: a mean, and how constants may move it.

The constants of the simulator are known within ranges. An ensemble of emulated simulations under drawn constants
gives each target a mean over hosts and principal functions, the directions in which all hosts move together when a
constant is another (singular values of the centred draws; pre-trained processes: Wang et al., J. Mach. Learn. Res. 25
(2024), 1). A measured host tells of others through them.

Data flow: designs -> ``simulator_inputs`` -> ``StateEmulator`` at the shipped constants -> z of each target, and the
physical features; the same inputs -> network of departures -> shift to the mean over constants, principal functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.network import Network, NetworkSettings
from surrogate.models.simulator_inputs import simulator_inputs
from surrogate.models.state_emulator import StateEmulator
from surrogate.physics.accounting import host_capacity_mAh_cm2
from surrogate.physics.parameters import PhysicsParameters, shipped_parameters
from surrogate.shapes import Float

Array = NDArray[np.float64]

FEATURES = ("bottom_half_share", "top_face_share", "ln_local_current", "ln_plated_area", "fill")
MOST_FUNCTIONS = (
    12  # principal functions of a target; beyond them next to nothing was left in seven campaigns
)
KEPT_VARIANCE = 0.98  # of the draws, that the principal functions hold
_OUTER = 0.02  # share of the hosts beyond each end of a feature's range


@dataclass(frozen=True)
class PriorRows:
    """What physics says of n designs.

    Parameters
    ----------
    mean : ndarray (n, 4)
        z of each target, mean over the constants.
    principal : ndarray (n, 4, k)
        Values of the k principal functions, in z; the covariance of two designs over the constants is the product of
        their rows.
    features : ndarray (n, 5)
        ``FEATURES``, 0 to 1 over the hosts of the campaign.
    """

    mean: Float[Array, "n targets"]
    principal: Float[Array, "n targets k"]
    features: Float[Array, "n p"]

    @property
    def flat(self) -> Float[Array, "n w"]:
        """All numbers of a design in one row: features, means, principal functions by target."""
        n = len(self.mean)
        return np.concatenate([self.features, self.mean, self.principal.reshape(n, -1)], axis=1)


@dataclass(frozen=True)
class PhysicsPrior:
    """A campaign's prior from physics; made by :meth:`fit`.

    Parameters
    ----------
    emulator : StateEmulator
        Of the simulator, under any constants.
    departures : Network
        ``simulator_inputs`` (n, p) to the shift and the principal functions of each target (n, 4 (1 + k)).
    centre : ndarray (4,)
        Mean over hosts of the mean of each target, z.
    feature_low, feature_high : ndarray (5,)
        Ends of the range of each feature.
    """

    emulator: StateEmulator
    departures: Network
    centre: Array
    feature_low: Array
    feature_high: Array

    def rows(self, designs: CompleteDesigns, simulated: pd.DataFrame | None = None) -> PriorRows:
        """Return what physics says of designs.

        Parameters
        ----------
        designs : CompleteDesigns
            n designs.
        simulated : DataFrame, optional
            The simulator's own answers for them at the shipped constants; where they are given, they take the place
            of the emulator's.

        Returns
        -------
        PriorRows
        """
        shipped = shipped_parameters()
        inputs = simulator_inputs(designs, shipped)
        state = self.emulator.states(designs, shipped, inputs)
        nominal = self.emulator.targets(designs, shipped, state)
        if simulated is not None:
            own = np.column_stack([SCALES[name].to_z(simulated[name]) for name in TARGETS])
            nominal = np.where(np.isfinite(own), own, nominal)
        moved = self.departures(inputs).reshape(len(designs), len(TARGETS), -1)
        features = physical_features(designs, state)
        span = np.maximum(self.feature_high - self.feature_low, 1e-6)
        return PriorRows(nominal + moved[:, :, 0], moved[:, :, 1:], (features - self.feature_low) / span)

    @classmethod
    def fit(
        cls,
        emulator: StateEmulator,
        hosts: pd.DataFrame,
        draws: Sequence[PhysicsParameters],
        *,
        seed: int,
        settings: NetworkSettings | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> PhysicsPrior:
        """Emulate hosts under drawn constants and learn mean and principal functions.

        Parameters
        ----------
        emulator : StateEmulator
            Trained for these hosts and constants.
        hosts : DataFrame
            Simulations of the campaign's hosts at the shipped constants, n rows.
        draws : sequence of PhysicsParameters
            s draws of the constants, at least 2.
        seed : int
            Of the network.
        settings : NetworkSettings, optional
            Size and training of the network of departures.
        progress : callable, optional
            Called with (stage, steps done, steps in all).
        """
        report = progress if progress is not None else lambda stage, done, total: None
        designs, shipped = CompleteDesigns.of(hosts), shipped_parameters()
        nominal = emulator.targets(designs, shipped)
        drawn = []
        for done, parameters in enumerate(draws):
            report("drawing constants", done, len(draws))
            drawn.append(emulator.targets(designs, parameters))
        report("drawing constants", len(draws), len(draws))
        shift, functions = principal_functions(np.stack(drawn))
        outputs = np.concatenate([(shift - nominal)[:, :, None], functions], axis=2).reshape(len(designs), -1)
        usable = np.isfinite(outputs).all(axis=1)
        departures = Network.fit(
            simulator_inputs(designs, shipped)[usable],
            outputs[usable],
            seed=seed,
            settings=settings,
            progress=lambda done, total: report("learning what constants do", done, total),
        )
        features = physical_features(designs, hosts)
        low, high = (np.nanquantile(features, share, axis=0) for share in (_OUTER, 1.0 - _OUTER))
        return cls(emulator, departures, np.nanmean(shift, axis=0), low, high)


def principal_functions(
    draws: Float[Array, "s n targets"],
) -> tuple[Float[Array, "n targets"], Float[Array, "n targets k"]]:
    """Return the mean of draws of functions and their principal functions.

    Parameters
    ----------
    draws : ndarray (s, n, t)
        s draws of t functions at n points.

    Returns
    -------
    mean : ndarray (n, t)
        Over the draws.
    functions : ndarray (n, t, k)
        k functions each, the largest first, such that the product of two points' rows is their covariance over the
        draws; k is the least that holds ``KEPT_VARIANCE`` of every target's variance, ``MOST_FUNCTIONS`` at most.
        Functions that a target does not need are 0.
    """
    mean = draws.mean(axis=0)
    centred = (draws - mean) / np.sqrt(max(len(draws) - 1, 1))
    found, needed = [], 1
    for k in range(draws.shape[2]):
        part = np.nan_to_num(centred[:, :, k])
        left, values, _ = np.linalg.svd(part, full_matrices=False)
        share = np.cumsum(values**2) / max(float(np.sum(values**2)), 1e-12)
        count = min(int(np.searchsorted(share, KEPT_VARIANCE)) + 1, MOST_FUNCTIONS, len(values))
        needed = max(needed, count)
        found.append((left[:, :count].T @ centred[:, :, k]).T)
    functions = np.zeros((draws.shape[1], draws.shape[2], needed))
    for k, values in enumerate(found):
        functions[:, k, : values.shape[1]] = values
    return mean, functions


def physical_features(designs: CompleteDesigns, state: pd.DataFrame) -> Float[Array, "{len(designs)} p"]:
    """Return ``FEATURES`` of designs and their simulated or emulated states, (n, 5); not scaled."""
    room = np.maximum(host_capacity_mAh_cm2(designs), 1e-9)
    return np.column_stack(
        [
            state["bottom_half_share"],
            state["top_face_share"],
            np.log(np.maximum(state["peak_local_current_density_mA_cm2"], 1e-9)),
            np.log(np.maximum(state["plated_area_ratio"], 1e-9)),
            np.where(
                designs.text("framework") == "none",
                0.0,
                np.minimum(designs.column("areal_capacity_mAh_cm2") / room, 2.0),
            ),
        ]
    )
