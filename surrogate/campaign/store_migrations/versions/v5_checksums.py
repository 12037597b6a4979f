"""Each record has a checksum, by which one that the disk has changed is noticed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from surrogate.campaign.store_checksums import checksum_of

revision = "5"
down_revision = "4"

# heads, the rows that belong to them, and by which column
_RECORDS = (("batches", "pending", "batch_id"), ("statements", "results", "statement"))


def upgrade() -> None:
    """Add the columns, and take what is there as it is."""
    connection = op.get_bind()
    for heads, parts, link in _RECORDS:
        own: dict[int, list[str]] = {}
        for name in (parts, heads):
            op.add_column(name, sa.Column("checksum", sa.Text))
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings().all():
                found = checksum_of(table, row, own.get(row["id"], ()) if name == heads else ())
                if name == parts and row[link] is not None:
                    own.setdefault(row[link], []).append(found)
                connection.execute(sa.update(table).where(table.c.id == row["id"]).values(checksum=found))
