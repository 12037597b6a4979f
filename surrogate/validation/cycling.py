"""Lives and efficiencies of published cells that the ageing law was not fitted to, beside the law with its spread.

Data flow: ``datasets/validation/cycling.toml`` -> complete designs -> ``simulate`` -> the law's median and the
central 90 % interval of one cell: what the fit found lives and losses to scatter by about the law.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import RecordError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.ageing.fitted import spreads
from surrogate.physics.simulate import simulate
from surrogate.resources import resource
from surrogate.validation.data_tables import FOLDER

QUANTITIES = ("cycle_life_cycles", "coulombic_efficiency_pct")
NINETY = 1.6448536269514722  # standard deviations to either side that hold 90 %


@dataclass(frozen=True)
class CycledCell:
    """A published cell and what was measured of it.

    Attributes
    ----------
    name : str
        For tables.
    quantity : str
        One of ``QUANTITIES``.
    published : float
        In the unit of the quantity.
    source, locator : str
        The work, and where in it the number stands.
    design : mapping of str to object
        Columns of a designs file.
    at_least : bool
        Whether the cell had not failed.
    assumed : str
        What the source does not state.

    Raises
    ------
    RecordError
        For an unknown quantity, a number that is not positive, or no source or locator.
    """

    name: str
    quantity: str
    published: float
    source: str
    locator: str
    design: Mapping[str, Any] = field(repr=False)
    at_least: bool = False
    assumed: str = ""

    def __post_init__(self) -> None:
        if self.quantity not in QUANTITIES:
            raise RecordError(
                "unknown quantity", where=self.name, value=self.quantity, limit=", ".join(QUANTITIES)
            )
        if not (isinstance(self.published, int | float) and 0.0 < self.published < 1e6):
            raise RecordError(
                "not a published number", where=self.name, value=self.published, limit="above 0"
            )
        if not self.source or not self.locator:
            raise RecordError("no source or no place in it", where=self.name, remedy="give both")


@cache
def cycled_cells() -> tuple[CycledCell, ...]:
    """Load the shipped cells, in the order of the file.

    Returns
    -------
    tuple of CycledCell
    """
    return read_cycled_cells(resource(f"{FOLDER}/cycling.toml"))


def read_cycled_cells(path: Path) -> tuple[CycledCell, ...]:
    """Read a file of cells.

    Parameters
    ----------
    path
        A TOML file as ``datasets/validation/cycling.toml``.

    Returns
    -------
    tuple of CycledCell

    Raises
    ------
    RecordError
        For a file that is no table of cells, naming what is wrong.
    """
    try:
        return tuple(CycledCell(**row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["cell"])
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise RecordError(f"not a table of cells: {error}", where=path.name) from error


def published_cycling() -> pd.DataFrame:
    """Compare published lives and efficiencies with the ageing law.

    Returns
    -------
    pandas.DataFrame
        A row for each cell. Columns: cell, quantity, published, at_least, simulated (the law's median), low, high
        (90 % of cells like it), inside (whether the published number, or some number above a bound, lies between
        them), source, locator, assumed.
    """
    cells = cycled_cells()
    rows = simulate(CompleteDesigns.of(pd.DataFrame([dict(cell.design) for cell in cells]), "cycling.toml"))
    of_loss, of_life = spreads()
    found = []
    for cell, (_, row) in zip(cells, rows.iterrows(), strict=True):
        simulated = float(row[cell.quantity])
        if cell.quantity == "cycle_life_cycles":
            low, high = simulated * np.exp([-NINETY * of_life, NINETY * of_life])
        else:
            lost = (100.0 - simulated) * np.exp([NINETY * of_loss, -NINETY * of_loss])
            low, high = np.maximum(100.0 - lost, 0.0)
        inside = cell.published <= high and (cell.at_least or cell.published >= low)
        found.append(
            {
                "cell": cell.name, "quantity": cell.quantity, "published": float(cell.published),
                "at_least": cell.at_least, "simulated": simulated, "low": float(low), "high": float(high),
                "inside": bool(inside), "source": cell.source, "locator": cell.locator, "assumed": cell.assumed,
            }
        )  # fmt: skip
    return pd.DataFrame(found)
