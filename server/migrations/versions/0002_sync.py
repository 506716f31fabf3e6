"""Players' rows, their history and its clamps."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As they were when this was written.
SYNCED = (
    "characters",
    "boss_plans",
    "boss_runs",
    "boss_run_drops",
    "user_tasks",
    "task_completions",
    "settings",
    "calculator_inputs",
    "ledger_transactions",
    "purchases",
    "lootbox_seeds",
    "lootbox_tables",
    "lootbox_rolls",
)


def upgrade() -> None:
    op.create_table(
        "boss_plans",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("character_id", sa.Text(), nullable=False),
        sa.Column("clear_group", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("party_size", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_boss_plans_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_boss_plans")),
    )
    op.create_index("ix_boss_plans_user_seq", "boss_plans", ["user_id", "seq"], unique=True)
    op.create_table(
        "boss_run_drops",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("sold_for", sa.BigInteger(), nullable=True),
        sa.Column("sold_on", sa.Text(), nullable=True),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_boss_run_drops_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_boss_run_drops")),
    )
    op.create_index("ix_boss_run_drops_user_seq", "boss_run_drops", ["user_id", "seq"], unique=True)
    op.create_table(
        "boss_runs",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("character_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("boss_slug", sa.Text(), nullable=False),
        sa.Column("clear_group", sa.Text(), nullable=False),
        sa.Column("reset_period", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Text(), nullable=False),
        sa.Column("logged_at", sa.Text(), nullable=False),
        sa.Column("cleared", sa.BigInteger(), nullable=False),
        sa.Column("party_size", sa.BigInteger(), nullable=False),
        sa.Column("drop_note", sa.Text(), nullable=False),
        sa.Column("crystal_mesos", sa.BigInteger(), nullable=True),
        sa.Column("world_type", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entry_method", sa.Text(), nullable=False),
        sa.Column("client_version", sa.Text(), nullable=False),
        sa.Column("catalog_version", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_boss_runs_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_boss_runs")),
    )
    op.create_index("ix_boss_runs_user_seq", "boss_runs", ["user_id", "seq"], unique=True)
    op.create_table(
        "calculator_inputs",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("calculator", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_calculator_inputs_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_calculator_inputs")),
    )
    op.create_index("ix_calculator_inputs_user_seq", "calculator_inputs", ["user_id", "seq"], unique=True)
    op.create_table(
        "characters",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=True),
        sa.Column("is_main", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_characters_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_characters")),
    )
    op.create_index("ix_characters_user_seq", "characters", ["user_id", "seq"], unique=True)
    op.create_table(
        "ledger_transactions",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("legs", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_ledger_transactions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_ledger_transactions")),
    )
    op.create_index("ix_ledger_transactions_user_seq", "ledger_transactions", ["user_id", "seq"], unique=True)
    op.create_table(
        "lootbox_rolls",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seed_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("client_seed", sa.Text(), nullable=False),
        sa.Column("table_hash", sa.Text(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("pity", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("prize", sa.Text(), nullable=False),
        sa.Column("rarity", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("duplicate_coins", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_lootbox_rolls_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_lootbox_rolls")),
    )
    op.create_index("ix_lootbox_rolls_user_seq", "lootbox_rolls", ["user_id", "seq"], unique=True)
    op.create_table(
        "lootbox_seeds",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("revealed_at", sa.Text(), nullable=True),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_lootbox_seeds_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_lootbox_seeds")),
    )
    op.create_index("ix_lootbox_seeds_user_seq", "lootbox_seeds", ["user_id", "seq"], unique=True)
    op.create_table(
        "lootbox_tables",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_lootbox_tables_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_lootbox_tables")),
    )
    op.create_index("ix_lootbox_tables_user_seq", "lootbox_tables", ["user_id", "seq"], unique=True)
    op.create_table(
        "purchases",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gives", sa.Text(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("bought_at", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_purchases_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_purchases")),
    )
    op.create_index("ix_purchases_user_seq", "purchases", ["user_id", "seq"], unique=True)
    op.create_table(
        "settings",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_settings_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_settings")),
    )
    op.create_index("ix_settings_user_seq", "settings", ["user_id", "seq"], unique=True)
    op.create_table(
        "sync_clamps",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("mid", sa.Text(), nullable=False),
        sa.Column("effective", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sync_clamps_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "mid", name=op.f("pk_sync_clamps")),
    )
    op.create_table(
        "sync_users",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("max_stamp", sa.Text(), nullable=False),
        sa.Column("purge_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sync_users_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_sync_users")),
    )
    op.create_table(
        "task_completions",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_task_completions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_task_completions")),
    )
    op.create_index("ix_task_completions_user_seq", "task_completions", ["user_id", "seq"], unique=True)
    op.create_table(
        "user_tasks",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("reset", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("max_count", sa.BigInteger(), nullable=False),
        sa.Column("reward_coins", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clk", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_tasks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_user_tasks")),
    )
    op.create_index("ix_user_tasks_user_seq", "user_tasks", ["user_id", "seq"], unique=True)

    # A place in the history is never given twice, nor taken back: whoever pulled up to it would miss what follows.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION sync_seq_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.seq <= OLD.seq THEN RAISE EXCEPTION 'seq must grow'; END IF; RETURN NEW; END $$"
        )
    for name in SYNCED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {name}_seq_grows BEFORE UPDATE ON {name}"
                " FOR EACH ROW EXECUTE FUNCTION sync_seq_grows()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name}_seq_grows BEFORE UPDATE ON {name} WHEN NEW.seq <= OLD.seq"
                " BEGIN SELECT RAISE(ABORT, 'seq must grow'); END"
            )


def downgrade() -> None:
    op.drop_index("ix_user_tasks_user_seq", table_name="user_tasks")
    op.drop_table("user_tasks")
    op.drop_index("ix_task_completions_user_seq", table_name="task_completions")
    op.drop_table("task_completions")
    op.drop_table("sync_users")
    op.drop_table("sync_clamps")
    op.drop_index("ix_settings_user_seq", table_name="settings")
    op.drop_table("settings")
    op.drop_index("ix_purchases_user_seq", table_name="purchases")
    op.drop_table("purchases")
    op.drop_index("ix_lootbox_tables_user_seq", table_name="lootbox_tables")
    op.drop_table("lootbox_tables")
    op.drop_index("ix_lootbox_seeds_user_seq", table_name="lootbox_seeds")
    op.drop_table("lootbox_seeds")
    op.drop_index("ix_lootbox_rolls_user_seq", table_name="lootbox_rolls")
    op.drop_table("lootbox_rolls")
    op.drop_index("ix_ledger_transactions_user_seq", table_name="ledger_transactions")
    op.drop_table("ledger_transactions")
    op.drop_index("ix_characters_user_seq", table_name="characters")
    op.drop_table("characters")
    op.drop_index("ix_calculator_inputs_user_seq", table_name="calculator_inputs")
    op.drop_table("calculator_inputs")
    op.drop_index("ix_boss_runs_user_seq", table_name="boss_runs")
    op.drop_table("boss_runs")
    op.drop_index("ix_boss_run_drops_user_seq", table_name="boss_run_drops")
    op.drop_table("boss_run_drops")
    op.drop_index("ix_boss_plans_user_seq", table_name="boss_plans")
    op.drop_table("boss_plans")

    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION sync_seq_grows()")
