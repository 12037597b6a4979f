"""The unit cell for whole tables: a response surface of its finite-element results, for training data at no cost.

Polynomials in the logarithms of channel width, aspect ratio, pellet thickness, and of the Wagner length (currents) or
the electrolyte's modulus (stress): of the logarithm of mean stress and peak current, and of the share of a channel's
depth by which they shorten the ions' path. Fitted by least squares to finite-element cases at Sobol points;
coefficients stand in ``datasets/interface/response_surface.json`` and are made again by
``surrogate response-surface --out FILE.json``.

Inputs outside the fitted ranges are taken at the nearest limit. ``laws.out_of_range`` names the designs whose
channels lie outside, so that no such number is trusted; the Wagner length is out only where the interface hardly
resists, or alone does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import InputError
from surrogate.hosts.cells import CHANNEL_WIDTHS_UM, DEEPEST_ASPECT, DEEPEST_CUT
from surrogate.physics.interface.conduction import conduct
from surrogate.physics.interface.geometry import UnitCell
from surrogate.physics.interface.mechanics import GARNET, LITHIUM, Solid, planar_stress, press
from surrogate.resources import resource
from surrogate.space.sampling import sobol

Array = NDArray[np.float64]

# Fitted ranges, in SI units: width, depth over width, half thickness of the pellet, Wagner length, Young's modulus.
RANGES: dict[str, tuple[float, float]] = {
    "width": (CHANNEL_WIDTHS_UM[0] / 1e6, CHANNEL_WIDTHS_UM[1] / 1e6),
    "aspect": (0.02, DEEPEST_ASPECT),
    "pellet": (100e-6, 1e-3),
    "wagner": (5e-6, 3e-2),
    "young": (1e10, 2e11),
}
OUTPUTS = {  # output -> what it depends on
    "stress_ratio": ("width", "aspect", "pellet", "young"),
    "peak": ("width", "aspect", "pellet", "wagner"),
    "shortening": ("width", "aspect", "pellet", "wagner"),
}
LOGARITHMIC = frozenset({"stress_ratio", "peak"})
DEGREE = 6
CASES, SEED = 2048, 20261121
FILE = "interface/response_surface.json"


def cases(n: int, seed: int) -> pd.DataFrame:
    """Return Sobol points of the fitted ranges.

    Parameters
    ----------
    n : int
        Number of points.
    seed : int
        Of the sequence's scrambling.

    Returns
    -------
    DataFrame
        n rows: width, depth, pellet, wagner (m), young (Pa).
    """
    low, high = np.log(np.array(list(RANGES.values()))).T
    points = np.exp(low + sobol(n, len(RANGES), seed) * (high - low))
    table = pd.DataFrame(points, columns=list(RANGES))
    deep = np.minimum(table.pop("aspect") * table["width"], DEEPEST_CUT * table["pellet"])
    return table.assign(depth=deep)


def solve(table: pd.DataFrame, progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """Solve the finite elements of each case.

    Parameters
    ----------
    table : DataFrame
        n rows, as :func:`cases` gives them.
    progress : callable or None
        Called with (solved, n).

    Returns
    -------
    DataFrame
        n rows with the columns of ``OUTPUTS``; currents over the mean local one.
    """
    from joblib import Parallel, delayed

    rows = table.to_dict("records")
    found: list[dict[str, float]] = []
    pool = Parallel(n_jobs=-1, batch_size=4, return_as="generator", max_nbytes=None)
    for one in pool(delayed(_solve)(row) for row in rows):
        found.append(one)
        if progress is not None:
            progress(len(found), len(rows))
    return pd.DataFrame(found, index=table.index)


def _solve(row: dict[Any, float]) -> dict[str, float]:
    cell = UnitCell(row["width"], row["depth"], pellet=row["pellet"])
    flow = conduct(cell, row["wagner"])
    stressed = press(cell, electrolyte=Solid(row["young"], GARNET.poisson))
    return {
        "stress_ratio": stressed.mean / planar_stress(LITHIUM),
        "peak": flow.peak * cell.area_gain,
        "shortening": _shortening(cell, row["wagner"], flow.resistance),
    }


def _shortening(cell: UnitCell, wagner: float, resistance: float) -> float:
    """Compute what channels take from the pellet's effective thickness, over their depth.

    resistance: of the half cell, as ``Conduction`` has it. It is 1 - shortening depth/pellet, and the face's share
    wagner/pellet over the gain in area.
    """
    face = wagner / cell.pellet / cell.area_gain
    return (1.0 + face - resistance) * cell.pellet / cell.depth


@dataclass(frozen=True)
class Surface:
    """Polynomials of each output, of its logarithm in ``LOGARITHMIC``.

    Attributes
    ----------
    coefficients : dict of str to ndarray (terms,)
        Output -> coefficients of the products of Legendre polynomials.
    degree : int
        Largest total degree.
    """

    coefficients: dict[str, Array]
    degree: int = DEGREE

    def __call__(self, output: str, inputs: Mapping[str, ArrayLike]) -> Array:
        """Evaluate an output (n,) at width, depth, pellet (m) and wagner (m) or young (Pa), (n,) or scalars each."""
        given = {name: np.atleast_1d(np.asarray(value, dtype=float)) for name, value in inputs.items()}
        found = _terms(given, OUTPUTS[output], self.degree) @ self.coefficients[output]
        return np.asarray(np.exp(found) if output in LOGARITHMIC else found)


def fit(table: pd.DataFrame, results: pd.DataFrame) -> Surface:
    """Fit a surface to solved cases by least squares.

    Parameters
    ----------
    table : DataFrame
        n rows, as :func:`cases` gives them.
    results : DataFrame
        n rows, as :func:`solve` gives them.

    Returns
    -------
    Surface
    """
    given = {str(name): table[name].to_numpy(dtype=float) for name in table}
    found = {}
    for output, names in OUTPUTS.items():
        terms = _terms(given, names, DEGREE)
        values = results[output].to_numpy(dtype=float)
        target = np.log(values) if output in LOGARITHMIC else values
        found[output] = np.linalg.lstsq(terms, target, rcond=None)[0]
    return Surface(found)


def _terms(given: dict[str, Array], names: tuple[str, ...], degree: int) -> Array:
    """Products of Legendre polynomials of the scaled logarithms, up to a total degree: (n, terms)."""
    from itertools import product

    aspect = np.maximum(given["depth"], 1e-12) / np.maximum(given["width"], 1e-12)
    columns = {**given, "aspect": aspect}
    bases = []
    for name in names:
        low, high = np.log(RANGES[name])
        scaled = 2.0 * (np.log(np.clip(columns[name], *RANGES[name])) - low) / (high - low) - 1.0
        bases.append(np.polynomial.legendre.legvander(scaled, degree))
    powers = [power for power in product(range(degree + 1), repeat=len(names)) if sum(power) <= degree]
    parts = []
    for power in powers:
        one = bases[0][:, power[0]]
        for basis, order in zip(bases[1:], power[1:], strict=True):
            one = one * basis[:, order]
        parts.append(one)
    return np.column_stack(np.broadcast_arrays(*parts))


def content(surface: Surface, made_by: dict[str, Any]) -> dict[str, Any]:
    """Return a surface as a file holds it (JSON).

    Parameters
    ----------
    surface : Surface
        Coefficients.
    made_by : dict
        What it was made by, kept beside it.

    Returns
    -------
    dict
    """
    return {
        "schema_version": 1,
        "degree": surface.degree,
        "ranges_SI": {name: list(limits) for name, limits in RANGES.items()},
        "made_by": made_by,
        "coefficients": {
            name: [float(f"{value:.9g}") for value in values] for name, values in surface.coefficients.items()
        },
    }


def load(path: Path) -> Surface:
    """Read a file that holds :func:`content`.

    Parameters
    ----------
    path : Path
        JSON file.

    Returns
    -------
    Surface

    Raises
    ------
    InputError
        For a file that is damaged, or a surface of other ranges.
    """
    try:
        content_of_file = json.loads(path.read_text(encoding="utf-8"))
        surface = Surface(
            {name: np.array(content_of_file["coefficients"][name], dtype=float) for name in OUTPUTS},
            int(content_of_file["degree"]),
        )
        ranges = {name: tuple(limits) for name, limits in content_of_file["ranges_SI"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "the response surface cannot be read", where=str(path), value=str(error),
            remedy="restore the file, or make it again: surrogate response-surface --out FILE.json",
        ) from error  # fmt: skip
    if ranges != RANGES:
        raise InputError(
            "the response surface is of other ranges", where=str(path), value=ranges, limit=str(RANGES),
            remedy="make it again: surrogate response-surface --out FILE.json",
        )  # fmt: skip
    return surface


@cache
def shipped() -> Surface:
    """Return the response surface that comes with the package.

    Returns
    -------
    Surface
    """
    return load(resource(f"datasets/{FILE}"))


def make(n: int = CASES, progress: Callable[[int, int], None] | None = None) -> Surface:
    """Solve cases and fit a surface to them.

    Parameters
    ----------
    n : int
        Number of cases.
    progress : callable or None
        Called with (solved, n).

    Returns
    -------
    Surface
    """
    table = cases(n, SEED)
    return fit(table, solve(table, progress))
