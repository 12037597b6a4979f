"""Cells have ids, and every command that tells, corrects or takes back is a statement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Add table and columns; cells of before belong to no statement and are called C1, C2 ... in their order."""
    op.create_table(
        "statements",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("said_at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.add_column("results", sa.Column("statement", sa.Integer))
    op.add_column("results", sa.Column("cell", sa.Text))
