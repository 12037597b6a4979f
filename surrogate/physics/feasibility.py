"""What the state rules read (``surrogate.materials.state_rules``): exact quantities, and a plating run.

Data flow: designs -> ``exact`` (columns alone) -> ``plated`` (one plating run at the cell's own current and capacity)
-> ``bearing`` (one more, and the search of the critical current where that leaves it open) -> the rules that each
design breaks. Only designs that no rule has ruled out yet need the next. ``of_simulation`` reads the same quantities
off what ``simulate`` answers, and ``hosts_lithium`` judges by them whether a drawn design may be a published host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.materials.compatibility import STATE_RULES, compatible, violations
from surrogate.materials.state_rules import StateRule
from surrogate.physics import laws
from surrogate.physics.accounting import host_capacity_mAh_cm2, lithium_capacity_mAh_cm2
from surrogate.physics.ageing import law
from surrogate.physics.ccd import critical_current, headroom
from surrogate.physics.parameters import PhysicsParameters, shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.shapes import Float

Array = NDArray[np.float64]

#: Quantities of :func:`exact`, :func:`plated` and :func:`bearing`; the last needs ``area_gain`` and ``plateau_mV`` of
#: the second.
EXACT = ("capacity_ratio", "pores_across", "strut_ratio", "laws_left")
PLATED = ("plated_share", "lithium_outside_share", "top_face_share", "lithium_inside_share")
BEARING = ("current_headroom",)
AREA_GAIN, PLATEAU = "area_gain", "plateau_mV"


def exact(designs: CompleteDesigns, parameters: PhysicsParameters | None = None) -> pd.DataFrame:
    """Compute what follows from the columns of designs alone.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters or None
        For the ranges of electrolytes, None for the shipped ones.

    Returns
    -------
    DataFrame
        n rows of ``EXACT``: host capacity over areal capacity, thickness over the largest pore size (NaN for a planar
        foil), strut diameter over the thinnest that the framework is made with (NaN for a foil), number of laws used
        outside their range (0 or 1).
    """
    return pd.DataFrame(exact_columns(designs, parameters), index=designs.index)


def exact_columns(designs: CompleteDesigns, parameters: PhysicsParameters | None = None) -> dict[str, Array]:
    """Return the columns of :func:`exact`, (n,) each; a table of a few rows takes as long as all of them.

    Parameters
    ----------
    designs, parameters
        As in :func:`exact`.

    Returns
    -------
    dict of str to ndarray (n,)
    """
    parameters = parameters or shipped_parameters()
    pores = np.maximum(designs.column("pore_size_top_um"), designs.column("pore_size_bottom_um"))
    planar = _planar(designs)
    outside = np.array(laws.out_of_range(designs, parameters.materials)) != ""
    return {
        "capacity_ratio": host_capacity_mAh_cm2(designs) / designs.column("areal_capacity_mAh_cm2"),
        "pores_across": np.where(
            planar, np.nan, designs.column("thickness_um") / np.where(planar, 1.0, pores)
        ),
        "strut_ratio": _strut_ratio(designs, parameters.materials),
        "laws_left": outside.astype(float),
    }


def _strut_ratio(designs: CompleteDesigns, tables: MaterialTables) -> Array:
    """Strut diameter over the thinnest of the framework, at the end where that is less (n,).

    Pores of diameter d have the surface 4 eps/d (``laws.specific_area``) and cylindrical struts of diameter s the
    surface 4 (1 - eps)/s; as both are one, s = d (1 - eps)/eps.
    """
    thinnest = np.array(
        [1e6 * tables.framework(str(name)).thinnest_strut.si for name in designs.text("framework")]
    )
    struts = []
    for end in ("top", "bottom"):
        porosity = designs.column(f"porosity_{end}")
        open_share = np.where(porosity > 0.0, porosity, np.nan)
        struts.append(designs.column(f"pore_size_{end}_um") * (1.0 - porosity) / open_share)
    return np.asarray(np.minimum(*struts) / np.where(thinnest > 0.0, thinnest, np.nan))


def plated(
    designs: CompleteDesigns, parameters: PhysicsParameters | None = None, *, workers: int | None = None
) -> pd.DataFrame:
    """Plate designs at their own current and capacity, as ``simulate`` does, and see where the lithium is.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters or None
        Constants and material entries, None for the shipped ones.
    workers : int or None
        Threads, None for one a core; the numbers do not depend on it.

    Returns
    -------
    DataFrame
        n rows of ``PLATED``, ``area_gain`` and ``plateau_mV``.
    """
    parameters = parameters or shipped_parameters()
    packed = plating.pack(designs, parameters)
    state = plating.states(
        designs, packed, plating.run(packed, workers=workers), parameters.plating.mostly_outside
    )
    found = _shares(designs.frame, state)
    found[AREA_GAIN] = law.area_gain(designs, state)
    found[PLATEAU] = state["plateau_overpotential_mV"]
    return found


def _shares(designs: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """Where the lithium of n plated designs is, from the states of plating."""
    capacity, porous = designs["areal_capacity_mAh_cm2"], designs["framework"] != "none"
    plated = state["charge_passed_share"].fillna(0.0).where(state["outcome"] != "not_converged", 0.0)
    grown_um = state["thickness_change_pct"] / 100.0 * designs["thickness_um"]
    outside = pd.Series(lithium_capacity_mAh_cm2(grown_um), index=designs.index) / (capacity * plated)
    outside = outside.where(porous)
    return pd.DataFrame({
        "plated_share": plated,
        "lithium_outside_share": outside,
        "top_face_share": state["top_face_share"].where(porous),
        "lithium_inside_share": plated * (1.0 - outside),
    })  # fmt: skip


def bearing(
    designs: CompleteDesigns,
    area_gain: Float[Array, " {len(designs)}"],
    plateau_mV: Float[Array, " {len(designs)}"],
    parameters: PhysicsParameters | None = None,
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Test whether designs bear their own current: by one run, and the search of ``simulate`` where they may.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    area_gain, plateau_mV : ndarray (n,)
        Of :func:`plated`.
    parameters : PhysicsParameters or None
        Constants and material entries, None for the shipped ones.
    workers : int or None
        Threads, None for one a core; the numbers do not depend on it.

    Returns
    -------
    DataFrame
        n rows of ``BEARING``: at least 1 where the critical current density is above the design's own; below 1
        either by the search or by what factor a limit is passed (``surrogate.physics.ccd.headroom``).
    """
    parameters = parameters or shipped_parameters()
    dead = law.dead_fraction(designs, parameters)
    ratio = headroom(designs, dead, area_gain, parameters, workers=workers)
    left = np.flatnonzero(ratio >= 1.0)  # the search is a few times dearer
    if len(left):
        rows = designs.take(left)
        found, _, _ = critical_current(
            rows, dead[left], area_gain[left], plateau_mV[left], parameters, workers=workers
        )
        ratio[left] = found / rows.column("current_density_mA_cm2")
    return pd.DataFrame({"current_headroom": ratio}, index=designs.index)


def of_simulation(simulated: pd.DataFrame) -> pd.DataFrame:
    """Read the quantities of the state rules off an answer of ``simulate``.

    Parameters
    ----------
    simulated : DataFrame
        n rows of ``simulate``.

    Returns
    -------
    DataFrame
        n rows of ``EXACT``, ``PLATED`` and ``BEARING``, the last as critical over applied current density.
    """
    designs = CompleteDesigns.of(simulated)
    ratio = simulated["ccd_mA_cm2"] / simulated["current_density_mA_cm2"]
    shares = _shares(simulated, simulated)
    return pd.concat([exact(designs), shares, ratio.rename("current_headroom")], axis=1)


def hosts_lithium(simulated: pd.DataFrame) -> NDArray[np.bool_]:
    """Test which simulated designs keep their lithium as a host does; a planar foil always does.

    What a record leaves open is drawn, and some draws overgrow under its conditions. Nobody publishes such a cell as
    a host, so that they do not stand for it.

    Parameters
    ----------
    simulated : DataFrame
        n rows of ``simulate``.

    Returns
    -------
    ndarray of bool (n,)
    """
    rules = [rule for rule in STATE_RULES if rule.quantity in PLATED and not rule.planar_too]
    return keeping(CompleteDesigns.of(simulated), _shares(simulated, simulated), rules)


def broken_rules(designs: CompleteDesigns, quantities: pd.DataFrame) -> list[list[str]]:
    """Explain which rules of the table each design breaks.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    quantities : DataFrame
        n rows of any quantities of the state rules; a rule whose quantity is missing is not asked.

    Returns
    -------
    list of list of str
        For each design a sentence a broken rule, with its numbers.
    """
    frameworks, rows = designs.text("framework").tolist(), quantities.to_dict("records")
    ways = zip(designs.frame.to_dict("records"), frameworks, rows, strict=True)
    return [
        [*violations({str(k): v for k, v in design.items()}), *_broken({"framework": framework, **row})]
        for design, framework, row in ways
    ]


def _broken(row: Mapping[object, object]) -> list[str]:
    named = {str(name): value for name, value in row.items()}
    return [said for rule in STATE_RULES if (said := rule.broken_by(named)) is not None]


def can_be_made(designs: CompleteDesigns) -> NDArray[np.bool_]:
    """Test which designs break no rule that can be judged without a simulation.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    ndarray of bool (n,)
    """
    kept = compatible(designs.arrays)
    return kept & keeping(designs, exact(designs), [rule for rule in STATE_RULES if not rule.simulated])


def keeping(
    designs: CompleteDesigns, quantities: pd.DataFrame, rules: Sequence[StateRule]
) -> NDArray[np.bool_]:
    """Test which designs keep state rules.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    quantities : DataFrame
        n rows of what the rules read.
    rules : sequence of StateRule

    Returns
    -------
    ndarray of bool (n,)
    """
    planar, kept = _planar(designs), np.ones(len(designs), dtype=bool)
    for rule in rules:
        kept &= ~rule.breaks(quantities[rule.quantity], planar)
    return kept


def _planar(designs: CompleteDesigns) -> NDArray[np.bool_]:
    return np.asarray(designs.text("framework") == "none", dtype=bool)
