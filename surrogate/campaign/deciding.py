"""How many cells tell two hosts apart, and how far one has to get before that is decided.

Both are about means of cells on the scale of a target, z, on which cells of one design differ by a normal number of
standard deviation s.

Cells: of two hosts that truly differ by d the mean of n cells of the better one comes out ahead with the probability
Phi(d sqrt(n/2)/s), so that P takes n = 2 (u(P) s/d)^2, with u the normal quantile (Bechhofer, Ann. Math. Stat. 25
(1954) 16, for two populations).

Decided: before the cells the difference is normal with the mean m and the standard deviation w (the joint belief, in
which the level of the laboratory cancels). The means of n and k cells then differ by D with the variance
r = s^2 (1/n + 1/k) about it, and the host is better with the probability Phi((m/w^2 + D/r)/sqrt(1/w^2 + 1/r)).
"""

from __future__ import annotations

from math import ceil, sqrt

from scipy.special import ndtr, ndtri

SURE = 0.9  # probability with which cells are to tell a host from its control
DECIDED = 0.95  # probability at which a question is closed: the upper end of a central 90 % interval


def cells_to_tell(difference: float, spread: float, sure: float = SURE) -> int | None:
    """Return how many cells of each of two hosts put the better one ahead.

    Parameters
    ----------
    difference : float
        Between what the hosts are worth, z; its sign does not count.
    spread : float
        Standard deviation between cells of one design, z.
    sure : float
        With what probability, above 0.5.

    Returns
    -------
    int or None
        At least 1; None where the hosts are predicted to be alike, so that no number of cells is enough.
    """
    if abs(difference) < 1e-9:
        return None
    return max(1, ceil(2.0 * (float(ndtri(sure)) * spread / difference) ** 2 - 1e-9))


def chance_to_tell(difference: float, spread: float, cells: int, controls: int) -> float:
    """Return with what probability the mean of a host's cells lies on the right side of the control's.

    Parameters
    ----------
    difference, spread : float
        As for :func:`cells_to_tell`; the spread above 0.
    cells, controls : int
        Cells of the host, and of the control.
    """
    return float(ndtr(abs(difference) / (spread * sqrt(1.0 / cells + 1.0 / controls))))


def chance_to_clear(difference: float, bar: float, spread: float, cells: int, controls: int) -> float:
    """Return with what probability the mean of a host's cells lies ahead of the control's by a bar at least.

    Parameters
    ----------
    difference, bar : float
        What the hosts truly differ by, and what is asked for, z, in the direction that is wanted.
    spread : float
        Standard deviation between cells of one design, z, above 0.
    cells, controls : int
        Cells of the host, and of the control.
    """
    return float(ndtr((difference - bar) / (spread * sqrt(1.0 / cells + 1.0 / controls))))


def decisive_difference(
    mean: float, spread: float, noise: float, cells: int, controls: int, sure: float = DECIDED
) -> float:
    """Return by how much the mean of a host's cells has to lie ahead before the host is better for sure.

    Parameters
    ----------
    mean, spread : float
        Of what is believed of the difference before the cells, z, in the direction that is wanted.
    noise : float
        Standard deviation between cells of one design, z, above 0.
    cells, controls : int
        Cells of the host, and of the control.
    sure : float
        The probability that is asked for.

    Returns
    -------
    float
        Of the means, z; below 0 where the host is believed to be so much better that even cells which fall short of
        the control would leave it ahead.
    """
    own = noise**2 * (1.0 / cells + 1.0 / controls)
    believed = max(spread, 1e-9) ** 2
    return own * (float(ndtri(sure)) * sqrt(1.0 / believed + 1.0 / own) - mean / believed)
