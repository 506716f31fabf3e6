"""What sync keeps beside the rows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As they were when this was written.
ADOPTABLE = {
    "ledger_transactions": "id, kind, cause, turn, reverses, at, legs, reference, deleted",
    "lootbox_rolls": (
        "id, seed_id, nonce, client_seed, table_hash, box, pity, level, prize, rarity, kind, thing, amount,"
        " cost, duplicate_coins, at, deleted"
    ),
}


def _guard(unless: str) -> None:
    for table, columns in ADOPTABLE.items():
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table}{unless} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def upgrade() -> None:
    op.create_table(
        "sync_journal",
        sa.Column("n", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("mid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_sync_journal")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sync_rows",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("stamps", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("again", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("kind", "row_id", name=op.f("pk_sync_rows")),
    )
    op.create_index(
        "ix_sync_rows_again", "sync_rows", ["kind"], unique=False, sqlite_where=sa.text("again = 1")
    )
    op.create_table(
        "sync_stage",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_sync_stage")),
    )
    op.create_index("ix_outbox_row_id", "outbox", ["row_id"], unique=False)
    _guard(" WHEN NOT EXISTS (SELECT 1 FROM local_state WHERE key = 'sync.adopting')")


def downgrade() -> None:
    op.drop_index("ix_outbox_row_id", table_name="outbox")
    op.drop_table("sync_stage")
    op.drop_index("ix_sync_rows_again", table_name="sync_rows", sqlite_where=sa.text("again = 1"))
    op.drop_table("sync_rows")
    op.drop_table("sync_journal")
    _guard("")
