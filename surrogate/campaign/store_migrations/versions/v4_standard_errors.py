"""The known standard error of a value is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Add the columns; cells of before have nothing in them."""
    for target in ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV", "coulombic_efficiency_pct"):
        op.add_column("results", sa.Column(f"{target}_sem", sa.Float))
