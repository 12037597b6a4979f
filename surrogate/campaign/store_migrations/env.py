"""Run by alembic: migrations take place inside the transaction of the connection that ``store_versions`` gives."""

from __future__ import annotations

from alembic import context

from surrogate.campaign.store_schema import METADATA, REVISION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=REVISION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
