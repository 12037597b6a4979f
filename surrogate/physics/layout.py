"""What stands where in the kernel's arrays; ``packing`` fills them, ``kernel`` reads them. All numbers are SI."""

from __future__ import annotations

from surrogate.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME

# Scalars of one design. FROZEN is 1 where the salt does not move; THERMAL is 2RT/F.
CURRENT, CHARGE, SALT, DIFFUSIVITY, CONDUCTIVITY, CATION_NUMBER, FROZEN, THERMAL = range(8)
EXCHANGE, FILM, COVERING, WIRING, SEPARATOR, SEP_POROSITY, SEP_TORTUOSITY = range(8, 15)
TOP_AREA, FOIL_AREA, TOP_BARRIER, FOIL_BARRIER, VOLTAGE_LIMIT, COUNTER_AREA = range(15, 21)
SCALARS = 21
# Rows of the host's profile, one column a cell.
WIDTH, POROSITY, PORE, TORTUOSITY, ELECTRONIC, BARRIER, EXTRA_IONIC = range(7)
PROFILES = 7
# Columns of the history, one row a step.
H_CHARGE, H_VOLTAGE, H_LEAST_SALT, H_PEAK, H_TOP = range(5)
HISTORY = 5
# How a run ended.
DONE, SALT_GONE, VOLTAGE, FAILED = range(4)

LITHIUM_PER_COULOMB = LITHIUM_MOLAR_VOLUME / FARADAY  # m3 C-1
FULL = 0.999  # pore fill that a cell can reach
