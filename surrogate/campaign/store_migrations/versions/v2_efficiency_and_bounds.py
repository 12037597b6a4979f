"""Coulombic efficiency is a target, and the upper end of what is known of a target is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"

_BOUNDED = ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV", "coulombic_efficiency_pct")


def upgrade() -> None:
    """Add the columns; cells of before have nothing in them."""
    op.add_column("results", sa.Column("coulombic_efficiency_pct", sa.Float))
    op.add_column("results", sa.Column("coulombic_efficiency_pct_censored", sa.Boolean))
    for target in _BOUNDED:
        op.add_column("results", sa.Column(f"{target}_upper_bound", sa.Float))
