"""What a simulator gets wrong: a smooth random function of a host.

It is the sum of two independent draws of equal variance from Gaussian processes with a Matern 5/2 kernel: one over
what the simulator says happens in a host, so that hosts that work alike are wrong alike, and one over the encoded
design, for what the simulator does not see (the two arguments of Kennedy & O'Hagan, J. R. Stat. Soc. B 63 (2001) 425,
assumed to weigh the same). A draw is a sum of cosines with random frequencies from the kernel's spectrum (Rahimi &
Recht, Adv. Neural Inf. Process. Syst. 20 (2007)), so that it can be asked anywhere at no more cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.laboratory.coordinates import Coordinates
from surrogate.shapes import Float

Array = NDArray[np.float64]

COSINES = 512  # of a draw: its kernel is then met to 1 / sqrt(COSINES), 4 % (Rahimi & Recht)
DEGREES = (
    5.0  # of freedom of Student's t: the spectrum of Matern nu has 2 nu (Rasmussen & Williams 2006, eq. 4.15)
)
LEAST_SPREAD = 1e-9  # below it a draw does not vary over the hosts, and is left out


@dataclass(frozen=True, eq=False)
class RandomFunction:
    """One draw of a Gaussian process of unit variance and unit length scale with a Matern 5/2 kernel.

    Parameters
    ----------
    frequencies : ndarray (d, m)
        Of the m cosines, per unit of x.
    phases : ndarray (m,)
        In radians.
    weights : ndarray (m,)
        Standard normal.
    """

    frequencies: Float[Array, "d m"]
    phases: Float[Array, " m"]
    weights: Float[Array, " m"]

    @classmethod
    def draw(cls, dimensions: int, rng: np.random.Generator) -> RandomFunction:
        """Draw a function of vectors.

        Parameters
        ----------
        dimensions : int
            d, of the vectors.
        rng : numpy.random.Generator
            Of the draw.

        Returns
        -------
        RandomFunction
        """
        normal = rng.standard_normal((dimensions, COSINES))
        heavy = np.sqrt(DEGREES / rng.chisquare(DEGREES, COSINES))
        phases = rng.uniform(0.0, 2.0 * np.pi, COSINES)
        return cls(normal * heavy, phases, rng.standard_normal(COSINES))

    def __call__(self, x: Float[Array, "n d"]) -> Float[Array, " n"]:
        """Return the values (n,) at vectors (n, d)."""
        waves = np.cos(x @ self.frequencies + self.phases)
        return np.asarray(np.sqrt(2.0 / len(self.weights)) * (waves @ self.weights))


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """A drawn discrepancy of one target; made by :meth:`draw`.

    Parameters
    ----------
    coordinates : Coordinates
        Where hosts stand.
    of_states, of_design : RandomFunction
        The two parts.
    shift, factor : ndarray (2,)
        Of each part over the reference hosts, so that there both have mean 0 and equal variance, and their sum the
        stated standard deviation.
    """

    coordinates: Coordinates
    of_states: RandomFunction
    of_design: RandomFunction
    shift: Float[Array, " 2"]
    factor: Float[Array, " 2"]

    @classmethod
    def draw(cls, coordinates: Coordinates, deviation: float, rng: np.random.Generator) -> Discrepancy:
        """Draw a function of hosts.

        Parameters
        ----------
        coordinates : Coordinates
            Where hosts stand, with the reference hosts.
        deviation : float
            Standard deviation over the reference hosts, z.
        rng : numpy.random.Generator
            Of the draw.

        Returns
        -------
        Discrepancy
            Of mean 0 and this standard deviation over the reference hosts.
        """
        x = coordinates.of_reference
        parts = RandomFunction.draw(x[0].shape[1], rng), RandomFunction.draw(x[1].shape[1], rng)
        values = np.column_stack([part(at) for part, at in zip(parts, x, strict=True)])
        spread = values.std(axis=0)
        equal = np.where(spread > LEAST_SPREAD, 1.0 / np.maximum(spread, LEAST_SPREAD), 0.0)
        total = float(((values - values.mean(axis=0)) @ equal).std())
        factor = equal * (deviation / total if total > LEAST_SPREAD else 0.0)
        return cls(coordinates, *parts, values.mean(axis=0), factor)

    def __call__(self, designs: CompleteDesigns) -> Float[Array, " n"]:
        """Return the discrepancy of n hosts.

        Parameters
        ----------
        designs : CompleteDesigns
            n hosts.

        Returns
        -------
        ndarray (n,)
            What is added to z.
        """
        return self.at(*self.coordinates.of(designs))

    def at(self, states: Float[Array, "n 5"], encoded: Float[Array, "n d"]) -> Float[Array, " n"]:
        """Return the discrepancy of n hosts that stand at these coordinates, as ``coordinates`` gives them."""
        values = np.column_stack([self.of_states(states), self.of_design(encoded)])
        return np.asarray((values - self.shift) @ self.factor)
