"""Voltages of two published cells, each modelled as built: two constants fitted, the rest predicted.

Data flow: what a source states of a cell (``cell_data``) -> a complete design -> kernel input -> half the
hysteresis at each current, as a function of the exchange current density and the film's resistance. These two are
fitted at the two lowest currents alone; the voltages at all higher currents are predictions. Both sources report
one number a current, read here as half the hysteresis in steady cycling.

What no source states is assumed; ``datasets/validation/cells.csv`` names it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.validation.cell_data import PublishedCell, cells

Array = NDArray[np.float64]

FITTED = 2  # lowest currents, at which the two constants are found
PRESTORED_COVERING = 1e-12  # m; lithium stored before cycling covers the whole surface
EXCHANGE_RANGE, FILM_RANGE = (0.1, 1000.0), (1e-5, 0.1)  # A m-2 and ohm m2 searched


def published_cells() -> pd.DataFrame:
    """Published and simulated voltages.

    Returns
    -------
    pandas.DataFrame
        A row for each cell, variant and current. Columns: cell, variant, current_density_mA_cm2, published_mV,
        simulated_mV, error_mV, error_pct, use (fit or prediction), exchange_current_A_m2, film_resistance_ohm_cm2.
        Variants: ``fitted`` (two constants at the two lowest currents), ``tables`` (nothing fitted), and for a cell
        in a field ``fitted, no field``.
    """
    rows: list[dict[str, object]] = []
    for cell in cells():
        factors = {"fitted": cell.field_factor}
        if cell.field_factor != 1.0:
            factors["fitted, no field"] = 1.0
        for variant, factor in factors.items():
            rows += _variant(cell, variant, factor, fit=True)
        rows += _variant(cell, "tables", cell.field_factor, fit=False)
    return pd.DataFrame(rows)


def _variant(cell: PublishedCell, variant: str, factor: float, *, fit: bool) -> list[dict[str, object]]:
    currents = np.array(sorted(cell.voltages_mV))
    published = np.array([cell.voltages_mV[j] for j in currents])
    packed = _packed(cell, currents, factor)
    if fit:
        exchange, film = _fit(packed, cell, published)
    else:
        exchange, film = float(packed.cells.exchange[0]), float(packed.cells.film[0])
    simulated = _voltages(packed, exchange, film)
    return [
        {
            "cell": cell.name,
            "variant": variant,
            "current_density_mA_cm2": float(current),
            "published_mV": float(told),
            "simulated_mV": float(found),
            "error_mV": float(found - told),
            "error_pct": float(100.0 * (found / told - 1.0)),
            "use": "fit" if fit and place < FITTED else "prediction",
            "exchange_current_A_m2": exchange,
            "film_resistance_ohm_cm2": 1e4 * film,
        }
        for place, (current, told, found) in enumerate(zip(currents, published, simulated, strict=True))
    ]


def _packed(cell: PublishedCell, currents: Array, factor: float) -> plating.Packed:
    """Kernel input of the cell at each current: lithium stored before covers the surface, no barrier is left."""
    rows = pd.DataFrame([{**cell.design, "current_density_mA_cm2": j} for j in currents])
    packed = plating.pack(CompleteDesigns.of(rows), shipped_parameters())
    cells, hosts = packed.cells, packed.hosts
    cells.covering[:] = PRESTORED_COVERING
    cells.diffusivity[:] *= factor
    if cell.host_counter:
        pores = hosts.porosity * hosts.width / hosts.pore
        cells.counter_area[:] = 4.0 * pores.sum(axis=1) + cells.top_area
    return packed


def _voltages(packed: plating.Packed, exchange: float, film: float) -> Array:
    """Half the hysteresis at each current, mV."""
    cells = packed.cells
    cells.exchange[:], cells.film[:], cells.counter_film[:] = exchange, film, film
    cutoff = shipped_parameters().plating.stripping_cutoff_V
    cycled = plating.run(packed, strip_to_V=cutoff, workers=1)
    plated, stripped = cycled.plated.plateau, cycled.stripped.plateau
    return np.asarray(1e3 * 0.5 * (plated + np.where(np.isfinite(stripped), stripped, plated)))


def _fit(packed: plating.Packed, cell: PublishedCell, published: Array) -> tuple[float, float]:
    """Exchange current density (A m-2) and film resistance (ohm m2) from the lowest currents alone."""
    lowest = packed.take(np.arange(FITTED))
    told = published[:FITTED]

    def miss(logs: Array) -> Array:
        return np.asarray(np.log(_voltages(lowest, float(np.exp(logs[0])), float(np.exp(logs[1]))) / told))

    limits = np.log(np.array([EXCHANGE_RANGE, FILM_RANGE]).T)
    start = np.log([1.0, 1e-3])
    found = least_squares(miss, start, bounds=(limits[0], limits[1]), diff_step=1e-3, xtol=1e-5, max_nfev=30)
    exchange, film = np.exp(found.x)
    return float(exchange), float(film)
