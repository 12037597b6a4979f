"""Does a gradient pay? Three hosts of the same porosity and thickness, simulated.

    python examples/simulate_hosts.py

The first run on a machine compiles the physics for about a minute.
"""

from __future__ import annotations

import pandas as pd

from surrogate import simulate

CELL = {
    "electrolyte": "liquid_ether",
    "additives": "lino3",
    "current_density_mA_cm2": 2.0,
    "areal_capacity_mAh_cm2": 2.0,
}
HOST = {
    "framework": "carbon_nanotube",
    "dielectric_material": "pan",
    "agent": "silver",
    "porosity_top": 0.8,
    "porosity_bottom": 0.8,
    "pore_size_top_um": 10,
    "pore_size_bottom_um": 10,
    "thickness_um": 100,
}
# Volume fractions of the solid; each end sums to 1. Top is the separator, bottom the current collector.
COMPOSITIONS = {
    "uniform, no agent": {
        "conductor_top": 1.0,
        "conductor_bottom": 1.0,
    },
    "silver at the bottom": {
        "conductor_top": 1.0,
        "conductor_bottom": 0.95,
        "agent_bottom": 0.05,
    },
    "dual gradient": {
        "conductor_top": 0.1,
        "dielectric_top": 0.9,
        "conductor_bottom": 0.95,
        "agent_bottom": 0.05,
    },
}
SHOWN = ["bottom_half_share", "top_face_share", "overpotential_mV", "cycle_life_cycles"]


def main() -> None:
    """Simulate the hosts and print where lithium goes and what that does."""
    hosts = pd.DataFrame(
        [{**HOST, **CELL, **parts} for parts in COMPOSITIONS.values()], index=list(COMPOSITIONS)
    )
    hosts.loc["uniform, no agent", "agent"] = "none"
    result = simulate(hosts)
    print(result[["outcome", *SHOWN]].round(3).to_string())


if __name__ == "__main__":
    main()
