"""Voltages of two published cells, each modelled as built: two constants fitted, the rest predicted.

Data flow: what a source states of a cell (``cell_data``) -> a complete design -> kernel input -> half the
hysteresis at each current, as a function of the exchange current density and the film's resistance at 1 mA cm-2.
These two are fitted at the two lowest currents alone; the voltages at all higher currents are predictions. Both
sources report one number a current, read here as half the hysteresis in steady cycling. The exponent with which the
area of lithium grows with the current is a constant of the physics; :func:`exponents` judges it by fitting it to one
cell and predicting the other.

What no source states is assumed; ``datasets/validation/cells.csv`` names it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.inputs import REFERENCE_CURRENT
from surrogate.validation.cell_data import PublishedCell, cells

Array = NDArray[np.float64]

FITTED = 2  # lowest currents, at which the two constants are found
PRESTORED_COVERING = 1e-12  # m; lithium stored before cycling covers the whole surface
EXCHANGE_RANGE, FILM_RANGE = (0.1, 1000.0), (1e-5, 0.1)  # A m-2 and ohm m2 searched
LOG_RANGES = tuple(np.log(ends) for ends in zip(EXCHANGE_RANGE, FILM_RANGE, strict=True))
START = np.log([1.0, 1e-3])


def published_cells() -> pd.DataFrame:
    """Compare published with simulated voltages.

    Returns
    -------
    pandas.DataFrame
        A row for each cell, variant and current. Columns: cell, variant, current_density_mA_cm2, published_mV,
        simulated_mV, error_mV, error_pct, use (fit or prediction), exchange_current_A_m2, film_resistance_ohm_cm2.
        Variants: ``fitted`` (two constants at the two lowest currents), ``fitted, same area`` (lithium whose area
        does not grow with the current), ``tables`` (nothing fitted), and for a cell in a field ``fitted, no field``.
    """
    rows: list[dict[str, object]] = []
    for cell in cells():
        rows += _variant(cell, "fitted", cell.field_factor, fit=True)
        rows += _variant(cell, "fitted, same area", cell.field_factor, fit=True, exponent=0.0)
        if cell.field_factor != 1.0:
            rows += _variant(cell, "fitted, no field", 1.0, fit=True)
        rows += _variant(cell, "tables", cell.field_factor, fit=False)
    return pd.DataFrame(rows)


def exponents() -> pd.DataFrame:
    """Fit the exponent of the area to each cell, and predict the other with it.

    Returns
    -------
    pandas.DataFrame
        A row for each cell, and one for both together (``cell`` "both"): the exponent fitted to all of its voltages,
        and the root mean square of ln(simulated/published) at the higher currents of the other cell with that
        exponent (``error_of_the_other``) and without (``same_area``); NaN for both together.
    """
    known = cells()
    found = [_exponent((cell,)) for cell in known]
    rows: list[dict[str, object]] = [
        {
            "cell": cell.name,
            "exponent": exponent,
            "error_of_the_other": _miss_of_predictions(other, exponent),
            "same_area": _miss_of_predictions(other, 0.0),
        }
        for cell, exponent, other in zip(known, found, reversed(known), strict=True)
    ]
    return pd.DataFrame([*rows, {"cell": "both", "exponent": _exponent(known)}])


def _exponent(fitted: tuple[PublishedCell, ...]) -> float:
    """Exponent at which all voltages of these cells are met best, each with two constants of its own."""

    def miss(unknown: Array) -> Array:
        parts = []
        for cell, logs in zip(fitted, unknown[1:].reshape(-1, 2), strict=True):
            currents, published = _published(cell)
            packed = _packed(cell, currents, cell.field_factor, float(unknown[0]))
            parts.append(np.log(_voltages(packed, *np.exp(logs).tolist()) / published))
        return np.concatenate(parts)

    low, high = (
        np.array([end, *np.tile(logs, len(fitted))]) for end, logs in zip((0.0, 1.0), LOG_RANGES, strict=True)
    )
    start = np.array([0.5, *np.tile(START, len(fitted))])
    return float(least_squares(miss, start, bounds=(low, high), diff_step=1e-3, xtol=1e-4, max_nfev=40).x[0])


def _miss_of_predictions(cell: PublishedCell, exponent: float) -> float:
    rows = _variant(cell, "", cell.field_factor, fit=True, exponent=exponent)
    off = [
        np.log(float(str(row["simulated_mV"])) / float(str(row["published_mV"])))
        for row in rows if row["use"] == "prediction"
    ]  # fmt: skip
    return float(np.sqrt(np.mean(np.square(off))))


def _published(cell: PublishedCell) -> tuple[Array, Array]:
    """Currents, mA cm-2, and voltages, mV."""
    currents = np.array(sorted(cell.voltages_mV))
    return currents, np.array([cell.voltages_mV[j] for j in currents])


def _variant(
    cell: PublishedCell, variant: str, factor: float, *, fit: bool, exponent: float | None = None
) -> list[dict[str, object]]:
    currents, published = _published(cell)
    packed = _packed(cell, currents, factor, exponent)
    if fit:
        exchange, film = _fit(packed, published, FITTED)
    else:
        at_reference = packed.take(np.arange(1))
        at_reference.set_current(np.array([REFERENCE_CURRENT]))
        exchange, film = float(at_reference.cells.exchange[0]), float(at_reference.cells.film[0])
    simulated = _voltages(packed, exchange, film)
    return [
        {
            "cell": cell.name,
            "variant": variant,
            "current_density_mA_cm2": float(current),
            "published_mV": float(measured),
            "simulated_mV": float(found),
            "error_mV": float(found - measured),
            "error_pct": float(100.0 * (found / measured - 1.0)),
            "use": "fit" if fit and place < FITTED else "prediction",
            "exchange_current_A_m2": exchange,
            "film_resistance_ohm_cm2": 1e4 * film,
        }
        for place, (current, measured, found) in enumerate(zip(currents, published, simulated, strict=True))
    ]


def _packed(
    cell: PublishedCell, currents: Array, factor: float, exponent: float | None = None
) -> plating.Packed:
    """Kernel input of the cell at each current: lithium stored before covers the surface, no barrier is left."""
    rows = pd.DataFrame([{**cell.design, "current_density_mA_cm2": j} for j in currents])
    parameters = shipped_parameters()
    if exponent is not None:
        smooth = replace(parameters.plating, area_current_exponent=exponent)
        parameters = replace(parameters, plating=smooth)
    packed = plating.pack(CompleteDesigns.of(rows), parameters)
    cells, hosts = packed.cells, packed.hosts
    cells.covering[:] = PRESTORED_COVERING
    cells.diffusivity[:] *= factor
    if cell.host_counter:
        pores = hosts.porosity * hosts.width / hosts.pore
        cells.counter_area[:] = 4.0 * pores.sum(axis=1) + cells.top_area
    return packed


def _voltages(packed: plating.Packed, exchange: float, film: float) -> Array:
    """Half the hysteresis at each current, mV; the two constants are those at 1 mA cm-2."""
    cells, currents = packed.cells, packed.protocols.current.copy()
    packed.protocols.current[:] = REFERENCE_CURRENT
    cells.exchange[:], cells.film[:], cells.counter_film[:] = exchange, film, film
    packed.set_current(currents)
    cutoff = shipped_parameters().plating.stripping_cutoff_V
    cycled = plating.run(packed, strip_to_V=cutoff, workers=1)
    plated, stripped = cycled.plated.plateau, cycled.stripped.plateau
    return np.asarray(1e3 * 0.5 * (plated + np.where(np.isfinite(stripped), stripped, plated)))


def _fit(packed: plating.Packed, published: Array, lowest: int) -> tuple[float, float]:
    """Exchange current density (A m-2) and film resistance (ohm m2) from so many of the lowest currents alone."""
    part = packed.take(np.arange(lowest))
    measured = published[:lowest]

    def miss(logs: Array) -> Array:
        return np.asarray(np.log(_voltages(part, float(np.exp(logs[0])), float(np.exp(logs[1]))) / measured))

    found = least_squares(miss, START, bounds=LOG_RANGES, diff_step=1e-3, xtol=1e-5, max_nfev=30)
    exchange, film = np.exp(found.x)
    return float(exchange), float(film)
