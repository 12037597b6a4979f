"""How far a host's cells have to get from the control's before one is better, and what so many cells can show.

Both are about means of cells on the scale of a target, z, on which cells of one design differ by a normal number of
standard deviation s.

Decided: before the cells the difference is normal with the mean m and the standard deviation w (the joint belief, in
which the level of the laboratory cancels). The means of n and k cells then differ by D with the variance
r = s^2 (1/n + 1/k) about it, and the host is better with the probability Phi((m/w^2 + D/r)/sqrt(1/w^2 + 1/r)).

Shown: a bar B of D is cleared with the probability Phi((d - B)/sqrt(r)) if the hosts truly differ by d, and with
Phi((m - B)/sqrt(w^2 + r)) before that is known.
"""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtr, ndtri

SHOWN = 0.8  # probability with which cells are to show a difference that is there: the usual power of a test
DECIDED = 0.95  # probability at which a question is closed: the upper end of a central 90 % interval


def chance_to_clear(
    difference: float, bar: float, noise: float, cells: int, controls: int, unsure: float = 0.0
) -> float:
    """Return with what probability the mean of a host's cells lies ahead of the control's by a bar at least.

    Parameters
    ----------
    difference, bar : float
        What the hosts differ by, and what is asked for, z, in the direction that is wanted.
    noise : float
        Standard deviation between cells of one design, z, above 0.
    cells, controls : int
        Cells of the host, and of the control.
    unsure : float
        Standard deviation of what is believed of the difference, z; 0: it is truly that.
    """
    return float(ndtr((difference - bar) / sqrt(noise**2 * (1.0 / cells + 1.0 / controls) + unsure**2)))


def difference_shown(bar: float, noise: float, cells: int, controls: int, sure: float = SHOWN) -> float:
    """Return the least difference, z, with which cells clear a bar with a probability.

    Parameters
    ----------
    bar, noise, cells, controls
        As for :func:`chance_to_clear`.
    sure : float
        The probability.
    """
    return bar + float(ndtri(sure)) * noise * sqrt(1.0 / cells + 1.0 / controls)


def cells_to_show(mean: float, spread: float, noise: float, most: int, sure: float = SHOWN) -> int | None:
    """Return how many cells of each of host and control show a difference that is as it is believed.

    Parameters
    ----------
    mean, spread, noise : float
        As for :func:`decisive_difference`.
    most : int
        Cells of one host, beyond which none is sought.
    sure : float
        With what probability they are to clear the bar.

    Returns
    -------
    int or None
        At least 1; None where ``most`` are not enough, or the host is believed to be no better.
    """
    for n in range(1, most + 1) if mean > 0.0 else ():
        bar = max(decisive_difference(mean, spread, noise, n, n), 0.0)
        if chance_to_clear(mean, bar, noise, n, n) >= sure:
            return n
    return None


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
