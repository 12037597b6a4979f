"""Where a host stands: in what the nominal simulator says happens in it, and as a design, scaled by random hosts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.laboratory.simulations import Simulations
from surrogate.shapes import Float

Array = NDArray[np.float64]

STATE_LENGTH = 0.7  # length scale over the states, of which each spans about 0 to 1 (assumed)
SPANNED = (2.0, 98.0)  # percentiles over reference hosts between which a state is said to span (assumed)
LEAST_SPAN = 1e-9  # below it a state or a column does not vary over the hosts, and is left alone


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Where a host stands, in states and as a design, scaled by the reference hosts.

    Parameters
    ----------
    reference : CompleteDesigns
        The reference hosts (m), which give the ranges and the distances.
    nominal : Simulations
        At the shipped constants.
    """

    reference: CompleteDesigns
    nominal: Simulations

    def of(self, designs: CompleteDesigns) -> tuple[Float[Array, "n 5"], Float[Array, "n d"]]:
        """Return :meth:`states` and :meth:`encoded` of n hosts."""
        return self.states(designs), self.encoded(designs)

    @cached_property
    def of_reference(self) -> tuple[Array, Array]:
        """:meth:`of` the reference hosts."""
        return self.of(self.reference)

    def states(self, designs: CompleteDesigns) -> Float[Array, "n 5"]:
        """Return what the nominal simulator says happens in hosts, in length scales.

        Parameters
        ----------
        designs : CompleteDesigns
            n hosts.

        Returns
        -------
        ndarray (n, 5)
            Share of lithium in the bottom half, share on the top face, ln largest local current density, ln plated
            area and the share of the host that is filled, each without unit: 0 to 1/``STATE_LENGTH`` between the
            percentiles ``SPANNED`` of the reference hosts. A state that was not reached is in the middle.
        """
        low, high = self._range
        span = high - low
        scaled = (self._raw(designs) - low) / np.where(span > LEAST_SPAN, span, 1.0)
        return np.asarray(np.where(np.isnan(scaled), 0.5, scaled) / STATE_LENGTH)

    def encoded(self, designs: CompleteDesigns) -> Float[Array, "n d"]:
        """Return encoded designs, in length scales.

        Parameters
        ----------
        designs : CompleteDesigns
            n hosts.

        Returns
        -------
        ndarray (n, d)
            The d encoded columns in which reference hosts differ, over the mean distance of two of these.
        """
        encoded, varying = host_encoder().encode(designs.frame), self._varying
        return np.asarray(encoded[:, varying] / self._distance)

    def _raw(self, designs: CompleteDesigns) -> Array:
        table = self.nominal(designs)
        capacity = table["host_capacity_mAh_cm2"].to_numpy(dtype=float)
        needed = designs.column("areal_capacity_mAh_cm2")
        # A foil holds nothing, and is as full as a host can be.
        fill = np.where(capacity > needed, needed / np.maximum(capacity, needed), 1.0)
        columns = [
            table["bottom_half_share"],
            table["top_face_share"],
            np.log(table["peak_local_current_density_mA_cm2"].where(lambda peak: peak > 0.0)),
            np.log(table["plated_area_ratio"].where(lambda area: area > 0.0)),
            np.where(np.isnan(capacity), np.nan, fill),
        ]
        return np.column_stack([np.asarray(column, dtype=float) for column in columns])

    @cached_property
    def _range(self) -> tuple[Array, Array]:
        low, high = np.nanpercentile(self._raw(self.reference), SPANNED, axis=0)
        return low, high

    @cached_property
    def _all_encoded(self) -> Array:
        return host_encoder().encode(self.reference.frame)

    @cached_property
    def _varying(self) -> NDArray[np.bool_]:
        return np.asarray(np.ptp(self._all_encoded, axis=0) > LEAST_SPAN)

    @cached_property
    def _distance(self) -> float:
        return float(pdist(self._all_encoded[:, self._varying]).mean())
