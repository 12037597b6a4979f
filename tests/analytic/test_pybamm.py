"""An independent code: PyBaMM's reversible plating in a porous electrode, with intercalation switched off.

Its half cell (lithium, separator, porous positive electrode; Doyle-Fuller-Newman, plating after O'Kane et al.,
Phys. Chem. Chem. Phys. 24 (2022) 7909) is the same cell as ours under these choices:

- the exchange current of intercalation is 1e-20 A/m2, so that all of the current plates;
- both exchange currents of plating are i0 (c/c0)^1/2 and both transfer coefficients 1/2, so that its law is the
  symmetric Butler-Volmer one, without the share of plated lithium that it multiplies stripping with by default;
- Bruggeman exponents of 1.5 for ions, which is our porosity/tau with tau = porosity^-1/2, and 0 for electrons;
- constant transport, a thermodynamic factor of 1, no film and no nucleation barrier on either side, and our two
  faces without area.

What is left of the two is small while the pores are nearly empty: our surface shrinks as (1 - fill)^1/2, theirs
stays; with their porosity change they push no electrolyte out, so that the salt in the pores grows denser. The page
``docs/model-vs-experiment.md`` has the figures ("Against another code"); this test repeats them.

Optional: ``pip install -c constraints.txt -e '.[crosscheck]'``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from surrogate.physics.constants import FARADAY, GAS_CONSTANT
from surrogate.physics.plating.grid import uniform_host
from surrogate.physics.plating.inputs import CELLS
from surrogate.physics.plating.structures import DONE

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")  # read when it is imported
pybamm: Any = pytest.importorskip("pybamm", reason="PyBaMM is not installed (the extra `crosscheck`)")

pytestmark = [pytest.mark.slow, pytest.mark.docs]

PAGE = Path(__file__).parents[2] / "docs" / "model-vs-experiment.md"
POROSITY, PORE, SEPARATOR, SEPARATOR_POROSITY, SALT = 0.8, 10e-6, 25e-6, 0.5, 1000.0
TEMPERATURE, FINE, SEPARATOR_CELLS = 298.15, 200, 8
HIDDEN = 1e-9  # area of our faces, so that only the cells plate
# Conductivity S/m, salt diffusivity m2/s, transference and exchange current A/m2: the shipped ether and carbonate,
# and a slow one, sluggish in charge transfer too, so that the current is even and salt runs low (assumed).
ELECTROLYTES = {
    "ether": (1.1, 4e-10, 0.35, 20.0),
    "carbonate": (0.95, 3e-10, 0.26, 5.0),
    "slow": (0.5, 2e-11, 0.3, 0.5),
}


class Case(NamedTuple):
    """A row of the page: thickness um, current mA/cm2, charge mAh/cm2, conductivity of the porous solid S/m."""

    electrolyte: str
    thickness: float
    current: float
    charge: float
    conductivity: float
    filling: bool  # their pores lose what is plated in them; ours always do


class Profile(NamedTuple):
    """At depths (n,): lithium over its mean, salt over its initial concentration."""

    depth: NDArray[np.float64]
    lithium: NDArray[np.float64]
    salt: NDArray[np.float64]


def page_rows() -> list[tuple[Case, list[float]]]:
    """The rows of the page: the case and its five figures."""
    text = PAGE.read_text(encoding="utf-8").partition("## Against another code")[2].partition("\n## ")[0]
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] in ELECTROLYTES:
            numbers = [float(number) for number in re.findall(r"[\d.]+(?:e\d+)?", " ".join(cells[1:5]))]
            figures = [float(number) for number in re.findall(r"[\d.]+", " ".join(cells[6:]))]
            found.append((Case(cells[0], *numbers, filling=cells[5] == "yes"), figures))
    return found


def ours(plated, ideal_cell, ideal_host, case: Case) -> Profile:
    conductivity, diffusivity, cation, exchange = ELECTROLYTES[case.electrolyte]
    thickness, charge = case.thickness * 1e-6, case.charge * 36000.0
    host = ideal_host(
        CELLS, thickness=thickness, porosity=POROSITY, pore=PORE, tortuosity=POROSITY**-0.5,
        electronic=case.conductivity,
    )  # fmt: skip
    cell = ideal_cell(
        host, separator_cells=SEPARATOR_CELLS, current=case.current * 10.0, charge=charge, voltage_limit=10.0,
        salt=SALT, diffusivity=diffusivity, conductivity=conductivity, cation_number=cation,
        thermal=2.0 * GAS_CONSTANT * TEMPERATURE / FARADAY, exchange=exchange, film=0.0, counter_film=0.0,
        separator=SEPARATOR, separator_porosity=SEPARATOR_POROSITY, separator_tortuosity=SEPARATOR_POROSITY**-0.5,
        top_area=HIDDEN, foil_area=HIDDEN,
    )  # fmt: skip
    run = plated(*cell)
    assert run.end == DONE
    edges = uniform_host(CELLS)
    inside = slice(SEPARATOR_CELLS + 1, -1)
    lithium = run.state.live[inside] / np.diff(edges) / charge
    return Profile(0.5 * (edges[1:] + edges[:-1]), lithium, run.state.salt[inside] / SALT)


def theirs(case: Case) -> Profile:
    conductivity, diffusivity, cation, exchange = ELECTROLYTES[case.electrolyte]
    current, charge = case.current * 10.0, case.charge * 36000.0

    def of_salt(concentration: Any, *_: Any) -> Any:
        return exchange * (concentration / SALT) ** 0.5

    model = pybamm.lithium_ion.DFN(
        {
            "working electrode": "positive",
            "lithium plating": "reversible",
            "lithium plating porosity change": "true" if case.filling else "false",
            "particle": "uniform profile",
        }
    )
    values = pybamm.ParameterValues("Xu2019")
    values.update(
        {
            "Positive electrode thickness [m]": case.thickness * 1e-6,
            "Separator thickness [m]": SEPARATOR,
            "Positive electrode porosity": POROSITY,
            "Separator porosity": SEPARATOR_POROSITY,
            "Positive electrode active material volume fraction": 1.0 - POROSITY,
            # of spheres with our pore surface, 4 porosity/diameter
            "Positive particle radius [m]": 3.0 * (1.0 - POROSITY) * PORE / (4.0 * POROSITY),
            "Positive electrode Bruggeman coefficient (electrolyte)": 1.5,
            "Positive electrode Bruggeman coefficient (electrode)": 0.0,
            "Separator Bruggeman coefficient (electrolyte)": 1.5,
            "Positive electrode conductivity [S.m-1]": case.conductivity,
            "Cation transference number": cation,
            "Thermodynamic factor": 1.0,
            "Electrolyte diffusivity [m2.s-1]": diffusivity,
            "Electrolyte conductivity [S.m-1]": conductivity,
            "Initial concentration in electrolyte [mol.m-3]": SALT,
            "Positive electrode exchange-current density [A.m-2]": 1e-20,
            "Positive electrode OCP [V]": 0.0,
            "Positive electrode OCP entropic change [V.K-1]": 0.0,
            "Electrode height [m]": 1.0,
            "Electrode width [m]": 1.0,
            "Number of electrodes connected in parallel to make a cell": 1,
            "Current function [A]": current,
            "Nominal cell capacity [A.h]": current,
            "Lower voltage cut-off [V]": -10.0,
            "Upper voltage cut-off [V]": 10.0,
            "Ambient temperature [K]": TEMPERATURE,
            "Initial temperature [K]": TEMPERATURE,
            "Reference temperature [K]": TEMPERATURE,
            "Exchange-current density for plating [A.m-2]": of_salt,
            "Exchange-current density for stripping [A.m-2]": of_salt,
            "Exchange-current density for lithium metal electrode [A.m-2]": of_salt,
            "Lithium plating transfer coefficient": 0.5,
            "Initial plated lithium concentration [mol.m-3]": 0.0,
            "Typical plated lithium concentration [mol.m-3]": SALT,
        },
        check_already_exists=False,
    )
    simulation = pybamm.Simulation(
        model, parameter_values=values, var_pts={**model.default_var_pts, "x_s": 20, "x_p": FINE, "r_p": 2},
        solver=pybamm.IDAKLUSolver(rtol=1e-6, atol=1e-6),
    )  # fmt: skip
    solution = simulation.solve(np.linspace(0.0, charge / current, 51))
    lithium = solution["Positive lithium plating concentration [mol.m-3]"].entries[:, -1]
    salt = solution["Positive electrolyte concentration [mol.m-3]"].entries[:, -1]
    plated = lithium * FARADAY * case.thickness * 1e-6 / charge
    assert plated.mean() == pytest.approx(
        1.0, abs=1e-5
    )  # all of the current has plated, none has intercalated
    return Profile((np.arange(FINE) + 0.5) / FINE, plated, salt / SALT)


def figures(mine: Profile, other: Profile) -> list[float]:
    """Relative L2 difference of the depth profile in per cent, bottom half of both, salt at the back of both."""
    at = np.interp(mine.depth, other.depth, other.lithium)
    width = np.diff(uniform_host(CELLS))
    difference = 100.0 * np.sqrt(np.sum(width * (mine.lithium - at) ** 2) / np.sum(width * at**2))
    below = float(np.sum((width * mine.lithium)[mine.depth > 0.5]))
    below_other = float(other.lithium[other.depth > 0.5].sum() / other.lithium.sum())
    return [float(difference), below, below_other, float(mine.salt[-1]), float(other.salt[-1])]


@pytest.fixture
def compared(plated, ideal_cell, ideal_host) -> Callable[[Case], list[float]]:
    return lambda case: figures(ours(plated, ideal_cell, ideal_host, case), theirs(case))


def test_the_page_has_rows_of_both_kinds() -> None:
    rows = page_rows()
    assert len(rows) >= 8
    assert {case.filling for case, _ in rows} == {False, True}
    assert min(figures[3] for _, figures in rows) < 0.6  # salt that is really used up


@pytest.mark.parametrize(("case", "stated"), page_rows(), ids=lambda one: "-".join(map(str, one)))
def test_figures_are_those_of_the_page(compared, case: Case, stated: list[float]) -> None:
    found = compared(case)
    print(case, [f"{value:.4f}" for value in found])  # for whoever writes the page: pytest -rP
    np.testing.assert_allclose(found[0], stated[0], atol=0.05)
    np.testing.assert_allclose(found[1:], stated[1:], atol=0.001)


@pytest.mark.parametrize("electrolyte", ELECTROLYTES)
@pytest.mark.parametrize("conductivity", [1e4, 1.0])
def test_both_codes_agree_while_the_pores_are_nearly_empty(
    compared, electrolyte: str, conductivity: float
) -> None:
    difference, below, below_other, salt, salt_other = compared(
        Case(electrolyte, 100.0, 2.0, 0.02, conductivity, filling=False)
    )
    assert difference < 0.1  # per cent
    assert below == pytest.approx(below_other, abs=5e-4)
    assert salt == pytest.approx(salt_other, abs=2e-3)
