"""Run by Alembic for every command."""

from alembic import context

from desktop.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
# The caller's transaction holds: either every step is taken or none.
context.run_migrations()
