"""What stands where in the kernel's arrays; ``packing`` fills them, ``kernel`` reads them. All numbers are SI."""

from __future__ import annotations

from surrogate.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME

# Scalars of one design. CURRENT is negative for stripping; FROZEN is 1 where the salt does not move; THERMAL is
# 2RT/F; DEAD_TOP and DEAD_FOIL are the lithium left dead per lithium stripped, on the top face and on the foil;
# FILM is of the film on the host's lithium, COUNTER_FILM of that on the counter electrode; SPREAD is the share of a
# nucleation barrier over which a bare surface switches on.
CURRENT, CHARGE, SALT, DIFFUSIVITY, CONDUCTIVITY, CATION_NUMBER, FROZEN, THERMAL = range(8)
EXCHANGE, FILM, COVERING, WIRING, SEPARATOR, SEP_POROSITY, SEP_TORTUOSITY = range(8, 15)
TOP_AREA, FOIL_AREA, TOP_BARRIER, FOIL_BARRIER, VOLTAGE_LIMIT, COUNTER_AREA = range(15, 21)
DEAD_TOP, DEAD_FOIL, SPREAD, COUNTER_FILM = range(21, 25)
SCALARS = 25
# Rows of the host's profile, one column a cell. DEAD: lithium left dead per lithium stripped there.
WIDTH, POROSITY, PORE, TORTUOSITY, ELECTRONIC, BARRIER, EXTRA_IONIC, DEAD = range(8)
PROFILES = 8
# Rows of the state, one column a node: salt (mol m-3), drive (V), live and dead lithium (C m-2).
S_SALT, S_DRIVE, S_LIVE, S_DEAD = range(4)
STATE = 4
# Columns of the history, one row a step.
H_CHARGE, H_VOLTAGE, H_LEAST_SALT, H_TOP_SALT, H_PEAK = range(5)
HISTORY = 5
# How a run ended.
DONE, SALT_GONE, VOLTAGE, FAILED = range(4)

LITHIUM_PER_COULOMB = LITHIUM_MOLAR_VOLUME / FARADAY  # m3 C-1
FULL = 0.999  # pore fill that a cell can reach
MOST_COVERED = 0.99  # share of a cell from which the lithium grown up from the foil is past it
