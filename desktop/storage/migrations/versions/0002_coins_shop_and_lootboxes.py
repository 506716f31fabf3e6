"""coins, shop and lootboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As it was when this was written: later guards come with later migrations.
APPEND_ONLY = {
    "ledger_entries": "",
    "ledger_transactions": " OF id, kind, cause, turn, reverses, at, legs, reference, deleted",
    "lootbox_rolls": (
        " OF id, seed_id, nonce, client_seed, table_hash, box, pity, level, prize, rarity, kind, thing, amount,"
        " cost, duplicate_coins, at, deleted"
    ),
}


def upgrade() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_ledger_accounts")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("account_seq", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("balance_after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("account", "account_seq", name=op.f("uq_ledger_entries_account_account_seq")),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entries_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "ledger_transactions",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("legs", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_transactions_id")),
    )
    with op.batch_alter_table("ledger_transactions", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_transactions_at", ["at", "row"], unique=False)
        batch_op.create_index("ix_ledger_transactions_cause", ["cause", "turn"], unique=False)
        batch_op.create_index("ix_ledger_transactions_kind", ["kind", "row"], unique=False)
        batch_op.create_index("ix_ledger_transactions_reverses", ["reverses"], unique=False)

    op.create_table(
        "lootbox_rolls",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seed_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Integer(), nullable=False),
        sa.Column("client_seed", sa.Text(), nullable=False),
        sa.Column("table_hash", sa.Text(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("pity", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("prize", sa.Text(), nullable=False),
        sa.Column("rarity", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("duplicate_coins", sa.Integer(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_lootbox_rolls")),
        sa.UniqueConstraint("id", name=op.f("uq_lootbox_rolls_id")),
    )
    with op.batch_alter_table("lootbox_rolls", schema=None) as batch_op:
        batch_op.create_index("ix_lootbox_rolls_box", ["box", "row"], unique=False)
        batch_op.create_index("ix_lootbox_rolls_seed_id", ["seed_id", "nonce"], unique=True)
        batch_op.create_index("ix_lootbox_rolls_thing", ["thing"], unique=False)

    op.create_table(
        "lootbox_seeds",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("revealed_at", sa.Text(), nullable=True),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_lootbox_seeds")),
        sa.UniqueConstraint("id", name=op.f("uq_lootbox_seeds_id")),
    )
    op.create_table(
        "lootbox_tables",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_lootbox_tables")),
        sa.UniqueConstraint("id", name=op.f("uq_lootbox_tables_id")),
    )
    op.create_table(
        "purchases",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gives", sa.Text(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("bought_at", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_purchases")),
        sa.UniqueConstraint("id", name=op.f("uq_purchases_id")),
    )
    with op.batch_alter_table("purchases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_purchases_gives", ["gives"], unique=False, sqlite_where=sa.text("deleted = 0")
        )
        batch_op.create_index(
            "ix_purchases_item", ["item"], unique=False, sqlite_where=sa.text("deleted = 0")
        )
    for table, columns in APPEND_ONLY.items():
        for verb, of in (("UPDATE", columns), ("DELETE", "")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb}{of} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    with op.batch_alter_table("purchases", schema=None) as batch_op:
        batch_op.drop_index("ix_purchases_item", sqlite_where=sa.text("deleted = 0"))
        batch_op.drop_index("ix_purchases_gives", sqlite_where=sa.text("deleted = 0"))

    op.drop_table("purchases")
    op.drop_table("lootbox_tables")
    op.drop_table("lootbox_seeds")
    with op.batch_alter_table("lootbox_rolls", schema=None) as batch_op:
        batch_op.drop_index("ix_lootbox_rolls_thing")
        batch_op.drop_index("ix_lootbox_rolls_seed_id")
        batch_op.drop_index("ix_lootbox_rolls_box")

    op.drop_table("lootbox_rolls")
    with op.batch_alter_table("ledger_transactions", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_transactions_reverses")
        batch_op.drop_index("ix_ledger_transactions_kind")
        batch_op.drop_index("ix_ledger_transactions_cause")
        batch_op.drop_index("ix_ledger_transactions_at")

    op.drop_table("ledger_transactions")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entries_transaction_id")

    op.drop_table("ledger_entries")
    op.drop_table("ledger_accounts")
