"""Run by Alembic for every command. The caller's transaction holds: either every step is taken or none."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
