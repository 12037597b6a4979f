"""Measured cells, each a row of a told file, and proposed batches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "schema_version",
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("product", sa.Text, nullable=False),
    )
    op.create_table(
        "results",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("told_at", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("framework", sa.Text),
        sa.Column("agent", sa.Text),
        sa.Column("cycle_life_cycles", sa.Float),
        sa.Column("ccd_mA_cm2", sa.Float),
        sa.Column("overpotential_mV", sa.Float),
        sa.Column("cycle_life_cycles_censored", sa.Boolean),
        sa.Column("ccd_mA_cm2_censored", sa.Boolean),
        sa.Column("overpotential_mV_censored", sa.Boolean),
        sa.Column("row", sa.Text, nullable=False),
    )
    op.create_index("ix_results_digest", "results", ["digest"])
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("proposed_at", sa.Text, nullable=False),
        sa.Column("columns", sa.Text, nullable=False),
    )
    op.create_table(
        "pending",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
    )
