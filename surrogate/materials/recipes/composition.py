"""What an electrolyte is made of: moles of its parts, and the make-up of atoms that describes it.

Volumes are ideal: those of the solvents add up, and a salt takes none. ``M`` is mol of salt per litre of solvents
before the additives, which is how the rows of Kim et al. (Proc. Natl. Acad. Sci. 120 (2023) e2214357120) are counted:
1 M LiPF6 in EC:DEC (1:1 v/v) gives every number of their row 85. wt% is of the finished electrolyte, vol% of the
finished solvents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from surrogate.errors import MaterialError
from surrogate.materials.recipes.recipe import Recipe

MOST_SALT = 1.5  # mol of lithium per mol of solvents; what is stated beyond it does not dissolve
LITRE_CM3 = 1000.0


@dataclass(frozen=True)
class Composition:
    """Mole fractions of atoms, all atoms of the electrolyte counted (H and Li too), and ratios of them.

    Attributes
    ----------
    solvent_fluorine, anion_fluorine, solvent_oxygen, anion_oxygen, solvent_carbon, anion_carbon : float
        Atoms of an element in solvents or in anions over all atoms.
    fluorine_per_carbon, oxygen_per_carbon, fluorine_per_oxygen : float
        Ratios of atoms; NaN over nothing.
    inorganic_per_organic : float
        Atoms of all elements but C, H and Li over atoms of C.
    """

    solvent_fluorine: float
    anion_fluorine: float
    solvent_oxygen: float
    anion_oxygen: float
    solvent_carbon: float
    anion_carbon: float
    fluorine_per_carbon: float
    oxygen_per_carbon: float
    fluorine_per_oxygen: float
    inorganic_per_organic: float

    @property
    def numbers(self) -> dict[str, float]:
        """All, by name."""
        return asdict(self)


def moles(recipe: Recipe) -> Mapping[str, float]:
    """Count the substances of an electrolyte.

    Parameters
    ----------
    recipe
        The recipe.

    Returns
    -------
    mapping of str to float
        Substance -> mol in the electrolyte made from one litre of solvents, additives not counted in the litre;
        solvents first.
    """
    tables = recipe.substances
    found = _base_solvents(recipe)
    litre_g = sum(amount * tables.solvents[name].molar_mass_g_mol for name, amount in found.items())
    scale = _parts_scale(recipe, found)
    for salt in recipe.salts:
        amount = salt.value * {"M": 1.0, "m": litre_g / 1000.0, "parts": scale}[salt.unit]
        found[salt.name] = found.get(salt.name, 0.0) + amount
    for added in recipe.additives:
        if added.unit == "M":
            found[added.name] = found.get(added.name, 0.0) + added.value
    volume = sum(one.value for one in recipe.additives if one.unit == "vol%") / 100.0
    for added in recipe.additives:
        if added.unit == "vol%":
            solvent = tables.solvents[added.name]
            cm3 = LITRE_CM3 * added.value / 100.0 / (1.0 - volume)
            found[added.name] = (
                found.get(added.name, 0.0) + cm3 * solvent.density.value / solvent.molar_mass_g_mol
            )
    mass = sum(amount * _molar_mass(recipe, name) for name, amount in found.items())
    weight = sum(one.value for one in recipe.additives if one.unit == "wt%") / 100.0
    for added in recipe.additives:
        if added.unit == "wt%":
            grams = mass * added.value / 100.0 / (1.0 - weight)
            found[added.name] = found.get(added.name, 0.0) + grams / _molar_mass(recipe, added.name)
    return MappingProxyType(found)


def composition(recipe: Recipe) -> Composition:
    """Describe an electrolyte by the make-up of its atoms.

    Parameters
    ----------
    recipe
        The recipe.

    Returns
    -------
    Composition

    Raises
    ------
    MaterialError
        For more salt than any solvent dissolves.
    """
    tables = recipe.substances
    solvents: dict[str, float] = {}
    anions: dict[str, float] = {}
    lithium = molecules = 0.0
    for name, amount in moles(recipe).items():
        if name in tables.salts:
            lithium += amount
            _add(anions, tables.salts[name].atoms, amount)
        else:
            molecules += amount
            _add(solvents, tables.solvents[name].atoms, amount)
    if lithium > MOST_SALT * molecules:
        raise MaterialError(
            "more salt than dissolves", value=f"{lithium / molecules:.2f} mol of salt per mol of solvents",
            limit=f"{MOST_SALT:g}", remedy="check the concentration and its unit",
        )  # fmt: skip
    total = sum(solvents.values()) + sum(anions.values()) + lithium
    both = {
        element: solvents.get(element, 0.0) + anions.get(element, 0.0) for element in {*solvents, *anions}
    }
    carbon, oxygen, fluorine = (both.get(element, 0.0) for element in "COF")
    inorganic = sum(count for element, count in both.items() if element not in ("C", "H"))
    return Composition(
        solvent_fluorine=solvents.get("F", 0.0) / total,
        anion_fluorine=anions.get("F", 0.0) / total,
        solvent_oxygen=solvents.get("O", 0.0) / total,
        anion_oxygen=anions.get("O", 0.0) / total,
        solvent_carbon=solvents.get("C", 0.0) / total,
        anion_carbon=anions.get("C", 0.0) / total,
        fluorine_per_carbon=fluorine / carbon,
        oxygen_per_carbon=oxygen / carbon,
        fluorine_per_oxygen=fluorine / oxygen if oxygen else float("nan"),
        inorganic_per_organic=inorganic / carbon,
    )


def electrolyte_class(recipe: Recipe) -> str:
    """Return the identifier of the liquid class that a recipe belongs to.

    Parameters
    ----------
    recipe
        The recipe.

    Returns
    -------
    str
        ``liquid_ether`` or ``liquid_carbonate``, whichever solvents are more by mole (diluents and others do not
        count); empty where there are neither.
    """
    count = {"ether": 0.0, "carbonate": 0.0}
    for name, amount in moles(recipe).items():
        solvent = recipe.substances.solvents.get(name)
        if solvent is not None and solvent.family in count:
            count[solvent.family] += amount
    if not any(count.values()):
        return ""
    return "liquid_ether" if count["ether"] >= count["carbonate"] else "liquid_carbonate"


def _base_solvents(recipe: Recipe) -> dict[str, float]:
    """Mol of each solvent in one litre of them, additives left out."""
    per_part = {}
    for name, part in recipe.solvents:
        solvent = recipe.substances.solvents[name]
        cm3 = solvent.molar_mass_g_mol / solvent.density.value  # of a mole
        per_part[name] = part / {"volume": cm3, "weight": solvent.molar_mass_g_mol, "mole": 1.0}[recipe.basis]
    litre = LITRE_CM3 / sum(
        amount
        * recipe.substances.solvents[name].molar_mass_g_mol
        / recipe.substances.solvents[name].density.value
        for name, amount in per_part.items()
    )
    return {name: amount * litre for name, amount in per_part.items()}


def _parts_scale(recipe: Recipe, found: Mapping[str, float]) -> float:
    """Mol of a part by mole in one litre of solvents."""
    name, part = recipe.solvents[0]
    return found[name] / part


def _molar_mass(recipe: Recipe, name: str) -> float:
    tables = recipe.substances
    return (tables.salts.get(name) or tables.solvents[name]).molar_mass_g_mol


def _add(to: dict[str, float], atoms: Mapping[str, int], amount: float) -> None:
    for element, count in atoms.items():
        to[element] = to.get(element, 0.0) + count * amount
