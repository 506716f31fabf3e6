"""What players' weeks contribute to the statistics, the sums of it, and how far each history was followed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEHIND = sa.text("head > followed_seq")
DUE = sa.text("due IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("sync_users") as batch:
        batch.add_column(sa.Column("followed_seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index(
        "ix_sync_users_behind", "sync_users", ["user_id"], sqlite_where=BEHIND, postgresql_where=BEHIND
    )
    state = op.create_table(
        "stat_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.Column("compacted_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_state")),
    )
    op.execute(
        sa.insert(state).values(
            id=1,
            version=0,
            updated_at=sa.text("CURRENT_TIMESTAMP"),
            judged_by="",
            compacted_to=sa.text("'2005-05-01'"),
        )
    )
    op.create_table(
        "stat_weeks",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stat_weeks_user_id")),
        sa.PrimaryKeyConstraint("user_id", "week", name=op.f("pk_stat_weeks")),
    )
    op.create_index(op.f("ix_stat_weeks_week"), "stat_weeks", ["week"])
    op.create_table(
        "stat_refused",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_stat_refused_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "run_id", name=op.f("pk_stat_refused")),
    )
    op.create_index(op.f("ix_stat_refused_user_id_week"), "stat_refused", ["user_id", "week"])
    op.create_index("ix_stat_refused_due", "stat_refused", ["due"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_table(
        "stat_players",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stat_players_user_id")),
        sa.PrimaryKeyConstraint("user_id", "entry_id", "epoch", name=op.f("pk_stat_players")),
    )
    op.create_index(op.f("ix_stat_players_entry_id_epoch"), "stat_players", ["entry_id", "epoch"])
    op.create_table(
        "stat_users",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("worlds", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_stat_users_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_stat_users")),
    )
    op.create_table(
        "stat_quarantine",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_stat_quarantine_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_stat_quarantine")),
    )
    op.create_table(
        "stat_rules",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_rules")),
    )
    op.create_table(
        "stat_dirty",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("week", "day", name=op.f("pk_stat_dirty")),
    )
    _sums()


def _sums() -> None:
    op.create_table(
        "stat_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_keys")),
        sa.UniqueConstraint(
            "entry_id", "epoch", "world", "party", name=op.f("uq_stat_keys_entry_id_epoch_world_party")
        ),
    )
    kinds: dict[str, Any] = {"day": sa.Date(), "month": sa.Date(), "item": sa.Text()}
    for name, places, counts in (
        ("stat_days", ["day"], "n m"),
        ("stat_day_items", ["day", "item"], "x q"),
        ("stat_month_items", ["month", "item"], "x q"),
        ("stat_totals", [], "n m users nn cn cusers cnn"),
        ("stat_total_items", ["item"], "x q xx nx cx cxx cnx"),
    ):
        op.create_table(
            name,
            sa.Column("key_id", sa.Integer(), autoincrement=False, nullable=False),
            *(sa.Column(place, kinds[place], nullable=False) for place in places),
            *(sa.Column(count, sa.BigInteger(), nullable=False) for count in counts.split()),
            sa.ForeignKeyConstraint(["key_id"], ["stat_keys.id"], name=op.f(f"fk_{name}_key_id")),
            sa.PrimaryKeyConstraint("key_id", *places, name=op.f(f"pk_{name}")),
        )


def downgrade() -> None:
    for name in (
        "stat_total_items",
        "stat_totals",
        "stat_month_items",
        "stat_day_items",
        "stat_days",
        "stat_keys",
        "stat_dirty",
        "stat_rules",
        "stat_quarantine",
        "stat_users",
        "stat_players",
        "stat_refused",
        "stat_weeks",
        "stat_state",
    ):
        op.drop_table(name)
    op.drop_index("ix_sync_users_behind", table_name="sync_users")
    with op.batch_alter_table("sync_users") as batch:
        batch.drop_column("followed_seq")
