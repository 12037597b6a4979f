"""Which experiments next, in a search space that has nothing to do with hosts: a slurry and how it is dried.

    python examples/any_space.py

Five coatings have been made; the next three are proposed.
"""

from __future__ import annotations

import pandas as pd

from surrogate.optimization import propose
from surrogate.space import Categorical, Continuous, LinearConstraint, Simplex, Space

SPACE = Space(
    [
        Categorical("solvent", ["water", "nmp"]),
        Continuous("drying_temperature_C", 40, 120, step=5),
        Continuous("shear_rate_1_s", 1, 1000, log=True),
        # mass fractions that sum to 1
        Simplex(
            "solids", ["active", "carbon", "binder"], lower={"active": 0.8, "carbon": 0.02, "binder": 0.02}
        ),
    ],
    constraints=[
        LinearConstraint({"binder": 1.0, "carbon": -0.5}, ">=", 0.0, "half as much binder as carbon")
    ],
)
# What was made and measured. Resistance of the third was not measured; adhesion of the last is a lower bound, since
# the tape gave way and not the coating.
COATINGS = pd.DataFrame(
    [
        ("water", 60, 10, 0.90, 0.05, 0.05, 21.0, 4.1, False),
        ("water", 100, 100, 0.94, 0.03, 0.03, 14.5, 6.2, False),
        ("nmp", 80, 30, 0.88, 0.04, 0.08, 33.0, None, False),
        ("nmp", 120, 300, 0.92, 0.05, 0.03, 18.8, 3.9, False),
        ("nmp", 60, 100, 0.84, 0.08, 0.08, 40.0, 2.2, True),
    ],
    columns=[*SPACE.columns, "adhesion_N_m", "resistance_ohm_cm2", "adhesion_N_m_censored"],
)


def main() -> None:
    """Propose the next three coatings: adhesion high, resistance low."""
    batch = propose(SPACE, COATINGS, {"adhesion_N_m": "max", "resistance_ohm_cm2": "min"}, n=3, seed=0)
    print(batch.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
