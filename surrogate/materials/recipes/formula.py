"""Formulas of substances: atoms of each element, and the molar mass that follows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from surrogate.errors import MaterialError

# g/mol; IUPAC standard atomic weights 2021, abridged (Prohaska et al., Pure Appl. Chem. 94 (2022) 573).
ATOMIC_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "H": 1.008, "Li": 6.94, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998, "Si": 28.085,
        "P": 30.974, "S": 32.06, "Cl": 35.45, "As": 74.922, "Br": 79.904, "I": 126.90,
    }
)  # fmt: skip
_PIECE = re.compile(r"([A-Z][a-z]?)(\d*)|(\()|\)(\d*)")


def atoms_of(formula: str) -> Mapping[str, int]:
    """Count the atoms of a formula.

    Parameters
    ----------
    formula : str
        Such as ``LiN(SO2CF3)2``.

    Returns
    -------
    mapping of str to int
        Element -> atoms; read-only.

    Raises
    ------
    MaterialError
        For anything else than elements of ``ATOMIC_WEIGHTS``, numbers and closed brackets.
    """
    levels: list[dict[str, int]] = [{}]
    place = 0
    while place < len(formula):
        piece = _PIECE.match(formula, place)
        if piece is None or (piece[1] and piece[1] not in ATOMIC_WEIGHTS):
            raise _not_a_formula(formula)
        if piece[1]:
            _add(levels[-1], {piece[1]: int(piece[2] or 1)})
        elif piece[3]:
            levels.append({})
        elif len(levels) < 2:
            raise _not_a_formula(formula)
        else:
            inner, times = levels.pop(), int(piece[4] or 1)
            _add(levels[-1], {element: count * times for element, count in inner.items()})
        place = piece.end()
    if len(levels) != 1 or not levels[0]:
        raise _not_a_formula(formula)
    return MappingProxyType(levels[0])


def molar_mass(atoms: Mapping[str, int]) -> float:
    """Return the molar mass of these atoms, g/mol.

    Parameters
    ----------
    atoms : mapping of str to int
        Element -> atoms.

    Returns
    -------
    float
    """
    return sum(ATOMIC_WEIGHTS[element] * count for element, count in atoms.items())


def _add(to: dict[str, int], atoms: Mapping[str, int]) -> None:
    for element, count in atoms.items():
        to[element] = to.get(element, 0) + count


def _not_a_formula(formula: str) -> MaterialError:
    return MaterialError(
        "not a formula",
        value=formula,
        limit=f"the elements {', '.join(ATOMIC_WEIGHTS)}, numbers and brackets",
    )
