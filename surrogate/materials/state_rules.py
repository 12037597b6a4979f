"""Rules on what a design does in its cell: its room for lithium, where it plates, the current that it bears.

They are in the same table as the rules on composition (``compatibility``), with reason and source. What they read is
computed by ``surrogate.physics.feasibility``, in part by a simulation at the cell's own current and capacity. A
campaign's space has them as nonlinear constraints (``surrogate.campaign.constraints``); the space that simulations
for training are drawn from has not, as an emulator has to learn what is bad as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import MaterialError

_ROUNDING = 1e-6  # relative to the bound


@dataclass(frozen=True)
class StateRule:
    """What a design has to do in its cell: a bound on one quantity.

    Attributes
    ----------
    name : str
        Identifier of the rule.
    reason : str
        One sentence for the user: why a design that breaks the rule is not proposed.
    quantity : str
        What it reads, a column of ``surrogate.physics.feasibility``.
    meaning : str
        The quantity in words.
    sense : {"<=", ">="}
        The relation.
    bound : float
        The limit, in the unit of the quantity.
    source : str
        A DOI, the stem of a source document, or author, journal, year; empty only where it is assumed.
    assumed : bool
        Whether the limit is a judgement and not published.
    planar_too : bool
        Whether a planar foil has to keep it; the foil is what a host is compared with.
    simulated : bool
        Whether the quantity takes a simulation.

    Raises
    ------
    MaterialError
        When it has no reason, or neither source nor ``assumed``.
    """

    name: str
    reason: str
    quantity: str
    meaning: str
    sense: Literal["<=", ">="]
    bound: float
    source: str = ""
    assumed: bool = False
    planar_too: bool = False
    simulated: bool = True

    def __post_init__(self) -> None:
        if not self.reason.strip() or not (self.source.strip() or self.assumed):
            raise MaterialError("needs a reason, and a source or assumed", where=f"rule {self.name}")

    @property
    def limit(self) -> str:
        """The limit in words, for messages and tables."""
        where = "" if self.planar_too else ", in a porous host"
        return f"{self.meaning} {self.sense} {self.bound:g}{where}"

    def breaks(self, quantity: ArrayLike, planar: ArrayLike) -> NDArray[np.bool_]:
        """Test which designs break the rule.

        Parameters
        ----------
        quantity : array_like (n,)
            Values of :attr:`quantity`; NaN, where nothing is known, breaks the rule.
        planar : array_like of bool (n,)
            Whether each design is a planar foil.

        Returns
        -------
        ndarray of bool (n,)
        """
        values = np.asarray(quantity, dtype=float)
        slack = _ROUNDING * max(abs(self.bound), _ROUNDING)
        kept = values <= self.bound + slack if self.sense == "<=" else values >= self.bound - slack
        acts = np.ones(len(kept), dtype=bool) if self.planar_too else ~np.asarray(planar, dtype=bool)
        return np.asarray(acts & ~kept)

    def broken_by(self, row: Mapping[str, object]) -> str | None:
        """Explain how a design breaks the rule, as far as its row says.

        Parameters
        ----------
        row : mapping of str to object
            ``framework`` and any quantities.

        Returns
        -------
        str or None
            The reason with the value; None when the rule is kept, or the row does not have the quantity.
        """
        value = row.get(self.quantity)
        if not isinstance(value, int | float | np.integer | np.floating) or isnan(value):
            return None
        if not self.breaks([float(value)], [row.get("framework") == "none"])[0]:
            return None
        return f"{self.reason} ({self.meaning} is {float(value):.3g}, has to be {self.sense} {self.bound:g})"


# Pores across a host's thickness: with fewer it is a grid and not a porous medium (assumed).
MINIMUM_PORES_ACROSS = 2.0
# Share of its lithium that a host has to take into its pores (assumed): with less it is a foil with a cover.
MINIMUM_INSIDE = 0.5
# Share of the lithium that may lie on the face to the separator, where dendrites start (assumed).
MOST_ON_TOP = 0.25

STATE_RULES: tuple[StateRule, ...] = (
    StateRule(
        "room_for_the_capacity",
        "the pores have no room for the lithium that is plated",
        "capacity_ratio", "host capacity over areal capacity", ">=", 1.0,
        source="10.1039/d5eb00156k", simulated=False,
    ),
    StateRule(
        "pores_across",
        "with so few pores across its thickness it is a grid and not a porous host",
        "pores_across", "thickness over the largest pore size", ">=", MINIMUM_PORES_ACROSS,
        assumed=True, simulated=False,
    ),
    StateRule(
        "struts_can_be_made",
        "pores so small at such a porosity leave struts thinner than this framework is made with",
        "strut_ratio", "strut diameter, pore size x (1 - porosity)/porosity, over the thinnest of the framework",
        ">=", 1.0,
        assumed=True, simulated=False,
    ),
    StateRule(
        "inside_the_laws",
        "a property law would be used outside its range, so that nothing is known of the design",
        "laws_left", "laws used outside their range", "<=", 0.0,
        assumed=True, planar_too=True, simulated=False,
    ),
    StateRule(
        "takes_the_capacity",
        "plating stops before all of the capacity is plated: the salt runs out or the voltage limit is met",
        "plated_share", "share of the capacity that is plated", ">=", 0.9999,
        assumed=True, planar_too=True,
    ),
    StateRule(
        "not_overgrown",
        "more lithium grows on the host than in it, towards the separator",
        "lithium_outside_share", "share of the lithium outside the pores", "<=", 0.5,
        assumed=True,
    ),
    StateRule(
        "top_face_is_bare",
        "much of the lithium lies on the face to the separator, where dendrites start and a host is of no use",
        "top_face_share", "share of the lithium on the top face", "<=", MOST_ON_TOP,
        assumed=True,
    ),
    StateRule(
        "acts_as_a_host",
        "most of the lithium is not in its pores, so that it does not act as a host",
        "lithium_inside_share", "share of the capacity plated in the pores", ">=", MINIMUM_INSIDE,
        assumed=True,
    ),
    StateRule(
        "bears_the_current",
        "the cell is cycled above its critical current density",
        "current_headroom", "critical over applied current density", ">=", 1.0,
        assumed=True, planar_too=True,
    ),
)  # fmt: skip
