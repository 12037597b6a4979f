"""Physical constants, SI."""

from __future__ import annotations

FARADAY = 96485.33212  # C mol-1, CODATA 2018
GAS_CONSTANT = 8.314462618  # J mol-1 K-1, CODATA 2018
ELEMENTARY_CHARGE = 1.602176634e-19  # C, CODATA 2018
ZERO_CELSIUS = 273.15  # K

LITHIUM_MOLAR_MASS = 6.94e-3  # kg mol-1, IUPAC 2021
LITHIUM_DENSITY = 534.0  # kg m-3, 10.1002/aenm.202304229 sec. 1
LITHIUM_MOLAR_VOLUME = LITHIUM_MOLAR_MASS / LITHIUM_DENSITY  # m3 mol-1
LITHIUM_CONDUCTIVITY = (
    1.08e7  # S m-1 at 20 C, CRC Handbook of Chemistry and Physics (resistivity 92.8 nohm m)
)
MAH_PER_CM2 = 36000.0  # C m-2 in 1 mAh cm-2
MA_PER_CM2 = 10.0  # A m-2 in 1 mA cm-2
OHM_CM2 = 1e-4  # ohm m2 in 1 ohm cm2
