"""Lives and efficiencies of published cells that the ageing law was not fitted to, beside the law with its spread.

Data flow: ``datasets/validation/cycling.csv`` (records in the literature schema) -> designs drawn for what a record
does not state -> ``simulate`` -> a mixture over the draws that keep their lithium as a host does, each with the
spread of published cells about the law -> median and central 90 % interval of one cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from surrogate.errors import RecordError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.literature import featurize
from surrogate.literature import records as literature
from surrogate.literature.measured import efficiencies, lives
from surrogate.physics.ageing.fitted import spreads
from surrogate.physics.feasibility import hosts_lithium
from surrogate.physics.simulate import simulate
from surrogate.resources import resource
from surrogate.validation.data_tables import FOLDER

Array = NDArray[np.float64]
DRAWS, SEED = 64, 0
LEAST_LOSS = 1e-6  # 1 - CE below which a draw counts as this


@cache
def cycled_cells() -> pd.DataFrame:
    """Load the shipped records, in the order of the file.

    Returns
    -------
    pandas.DataFrame
        As ``literature.records.read``.

    Raises
    ------
    RecordError
        For a file that cannot be used.
    """
    return read_cycled_cells(resource(f"{FOLDER}/cycling.csv"))


def read_cycled_cells(table: Path | pd.DataFrame) -> pd.DataFrame:
    """Read records of cycled cells.

    Parameters
    ----------
    table
        A CSV file or a frame in the literature schema; a life or an efficiency in each row.

    Returns
    -------
    pandas.DataFrame
        As ``literature.records.read``.

    Raises
    ------
    RecordError
        As that, and for a row without a life or an efficiency.
    """
    records = literature.read(table)[0]
    neither = lives(records).isna() & efficiencies(records).isna()
    if neither.any():
        row = int(np.flatnonzero(neither.to_numpy())[0])
        raise RecordError(
            "neither a life nor an efficiency", where="cycling.csv", row=row, column="cycles",
            remedy="give cycles with current and capacity, or coulombic_efficiency_pct",
        )  # fmt: skip
    return records


def published_cycling() -> pd.DataFrame:
    """Compare published lives and efficiencies with the ageing law.

    Returns
    -------
    pandas.DataFrame
        A row for each record. Columns: cell, quantity, published, at_least (whether the cell had not failed),
        simulated (the law's median), low, high (90 % of cells like it), inside (whether the published number, or some
        number above a bound, lies between them), source, locator, note.
    """
    records = cycled_cells()
    drawn = featurize.drawn_designs(records, DRAWS, SEED)
    of_record = drawn.index.get_level_values("record").to_numpy()
    rows = simulate(CompleteDesigns.of(drawn.reset_index(drop=True), "cycling.csv"))
    hosts = hosts_lithium(rows)
    return pd.DataFrame([
        _compared(record, rows[(of_record == at) & hosts], measured_life, measured_efficiency)
        for at, record, measured_life, measured_efficiency in zip(
            records.index, records.to_dict("records"), lives(records), efficiencies(records), strict=True
        )
    ])  # fmt: skip


def _compared(
    record: Mapping[Any, Any], draws: pd.DataFrame, life: Any, efficiency: Any
) -> dict[str, object]:
    """One row of the comparison: a record with the simulations of the designs that it may stand for."""
    of_loss, of_life = spreads()
    if pd.notna(life):
        quantity, published, at_least = "cycle_life_cycles", float(life), bool(record["censored"])
        centres = np.log(draws[quantity].dropna().to_numpy(dtype=float))
        low, median, high = np.exp(mixture_quantiles(centres, of_life))
    else:
        quantity, published, at_least = "coulombic_efficiency_pct", float(efficiency), False
        lost = 1.0 - draws[quantity].dropna().to_numpy(dtype=float) / 100.0
        quantiles = np.exp(mixture_quantiles(np.log(np.maximum(lost, LEAST_LOSS)), of_loss))
        low, median, high = 100.0 * (1.0 - np.minimum(quantiles[::-1], 1.0))
    return {
        "cell": record["system"], "quantity": quantity, "published": published, "at_least": at_least,
        "simulated": float(median), "low": float(low), "high": float(high),
        "inside": bool(published <= high and (at_least or published >= low)),
        "source": record["source"], "locator": record["locator"], "note": record["note"],
    }  # fmt: skip


def mixture_quantiles(centres: Array, spread: float) -> Array:
    """Return the 5, 50 and 95 % quantiles of an even mixture of normal distributions of one spread.

    Parameters
    ----------
    centres : ndarray (m,)
    spread : float
        Their standard deviation.

    Returns
    -------
    ndarray (3,)
    """
    ends = centres.min() - 8.0 * spread, centres.max() + 8.0 * spread
    return np.array(
        [brentq(lambda x, p=p: ndtr((x - centres) / spread).mean() - p, *ends) for p in (0.05, 0.5, 0.95)]
    )
