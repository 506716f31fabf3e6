"""Run by Alembic for every command. The caller's transaction holds: either every step is taken or none."""

from typing import Any, Literal

from alembic import context


def _render(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Scripts import nothing of ours, so our type of an instant is written as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "UtcInstant" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
    render_item=_render,
    transaction_per_migration=False,
)
context.run_migrations()
