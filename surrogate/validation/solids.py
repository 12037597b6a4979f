"""Trends of solid electrolytes beside what is published, misses included.

Data flow: published numbers (``solid_data``) -> the design that stands for each cell -> ``simulate`` -> its critical
current or efficiency. What a source leaves open of a cell is assumed and said in its note.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME, OHM_CM2
from surrogate.physics.simulate import simulate
from surrogate.physics.transport import critical_dendrite_length
from surrogate.validation.solid_data import CCD, RESISTANCE, TOUGHNESS, solid_numbers

CAPACITY_MAH_CM2 = 1.0  # where a source states none
CURRENT_MA_CM2 = 0.1  # the critical current does not depend on it
# K_Ic, Pa m^0.5: garnet of 98 % (as in solids.csv); of a Li2S-P2S5 glass, which 10.1016/j.xcrp.2022.101043 takes for
# Li6PS5Cl. Flaws, m: 14 um is one that is shown there; 1 and 5 um are assumed.
TOUGHNESS_PA_M05 = {"llzo": 1.51e6, "lpsc": 0.23e6}
FLAWS_M = (1e-6, 5e-6, 14e-6)
# Interfacial energy to lithium, J m-2 (printed in meV per square angstrom), and modulus, Pa, of LiF:
# 002_612f39683bb0201f, sec. 6.1.
LITHIUM_FLUORIDE = (73.28 * 1.602176634e-2, 70e9)


def published_solids() -> pd.DataFrame:
    """Compare published numbers of solid electrolytes with simulated ones.

    Returns
    -------
    pandas.DataFrame
        The columns of ``solids.csv``, and ``model`` (NaN where no design stands for the cell) with ``error_pct``.
    """
    table = solid_numbers().copy()
    stands = table["design"] != ""
    designs = pd.DataFrame([design(text) for text in table.loc[stands, "design"]])
    found = simulate(designs, workers=1)
    table["model"] = np.nan
    table.loc[stands, "model"] = [
        float(found[quantity].iloc[row]) for row, quantity in enumerate(table.loc[stands, "quantity"])
    ]
    return table.assign(error_pct=100.0 * (table["model"] / table["value"] - 1.0))


def design(text: str) -> dict[str, float | str]:
    """Return the columns of a design that a row of ``solids.csv`` gives.

    Parameters
    ----------
    text
        ``name=value`` separated by semicolons.

    Returns
    -------
    dict
        With the usual current and capacity where the row gives none.
    """
    found: dict[str, float | str] = {
        "current_density_mA_cm2": CURRENT_MA_CM2,
        "areal_capacity_mAh_cm2": CAPACITY_MAH_CM2,
    }
    for pair in text.split(";"):
        name, value = (part.strip() for part in pair.split("=", 1))
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = value
    return found


def contact_slope() -> float:
    """Return how fast published critical currents of garnet fall with interface resistance.

    Returns
    -------
    float
        Power between the medians of bare and of treated faces, from the rows that are marked as chosen.
    """
    table = solid_numbers()
    rows = table[(table["trend"] == "contact") & (table["use"] == "chosen")]
    resistance = rows["design"].str.extract(rf"{RESISTANCE}=([\d.]+)")[0].astype(float)
    resistance = resistance.where(rows["quantity"] == CCD, rows["value"])
    current = rows["value"].where(rows["quantity"] == CCD)
    bare, treated = rows["state"] == "bare", rows["state"] == "treated"
    rise = np.log(current[treated].median() / current[bare].median())
    fall = np.log(resistance[bare].median() / resistance[treated].median())
    return float(rise / fall)


def toughness_decay() -> float:
    """Return the decay of ln K_Ic of garnet with the volume fraction of pores.

    Returns
    -------
    float
        Between the least and the most dense pellet of the study.
    """
    table = solid_numbers()
    rows = table[table["quantity"] == TOUGHNESS]
    density = rows["condition"].str.extract(r"(\d+) %")[0].astype(float) / 100.0
    porous, dense = int(density.argmin()), int(density.argmax())
    rise = np.log(rows["value"].iloc[dense] / rows["value"].iloc[porous])
    return float(rise / (density.iloc[dense] - density.iloc[porous]))


def fracture_limits() -> pd.DataFrame:
    """Compare the current that would crack a pellet at a filled flaw with the one that creep bears.

    A flaw of length a opens at the stress K_Ic/sqrt(pi a); lithium that is plated into it presses no harder than
    F eta/V, eta being the voltage across the face, so that the current is K_Ic V/(F sqrt(pi a) R). No source gives
    the flaw of a cell whose critical current it gives, so that this is no limit of the simulation.

    Returns
    -------
    pandas.DataFrame
        A row for each electrolyte with a published toughness and each flaw: electrolyte, flaw_um, stress_MPa,
        voltage_mV, fracture_mA_cm2 at the tables' resistance, creep_mA_cm2 (the tables' planar critical current),
        and the Griffith length of lithium fluoride at that stress (lif_length_um).
    """
    rows = []
    for name, toughness in TOUGHNESS_PA_M05.items():
        entry = materials.electrolyte(name)
        creep = np.nan if entry.reference_ccd is None else entry.reference_ccd.value
        for flaw in FLAWS_M:
            stress = toughness / np.sqrt(np.pi * flaw)
            voltage = stress * LITHIUM_MOLAR_VOLUME / FARADAY
            rows.append({
                "electrolyte": name, "flaw_um": 1e6 * flaw, "stress_MPa": 1e-6 * stress, "voltage_mV": 1e3 * voltage,
                "fracture_mA_cm2": 1e3 * voltage * OHM_CM2 / entry.sei_resistance.si, "creep_mA_cm2": creep,
                "lif_length_um": 1e6 * float(critical_dendrite_length(*LITHIUM_FLUORIDE, stress)),
            })  # fmt: skip
    return pd.DataFrame(rows)
