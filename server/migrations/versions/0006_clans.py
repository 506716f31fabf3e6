"""Clans: accounts and their progress, rosters, snapshots, contests, webhooks, and a log nobody can change."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _progress()
    _clans()
    _snapshots()
    _contests()
    _webhooks()
    _guard()


def _progress() -> None:
    op.create_table(
        "game_accounts",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("source_key", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sampled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(source = 'companion') = (user_id IS NOT NULL)", name=op.f("ck_game_accounts_owner")
        ),
        sa.CheckConstraint("source IN ('companion', 'nexon', 'osrs')", name=op.f("ck_game_accounts_source")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_game_accounts_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_game_accounts")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_game_accounts_source_source_key")),
    )
    op.create_index(op.f("ix_game_accounts_user_id"), "game_accounts", ["user_id"])
    op.create_table(
        "progress_points",
        sa.Column("account_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["game_accounts.id"],
            name=op.f("fk_progress_points_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "metric", "at", name=op.f("pk_progress_points")),
    )
    op.create_table(
        "progress_now",
        sa.Column("account_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["game_accounts.id"], name=op.f("fk_progress_now_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "metric", name=op.f("pk_progress_now")),
    )
    op.create_table(
        "progress_days",
        sa.Column("account_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("gained", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["game_accounts.id"], name=op.f("fk_progress_days_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "metric", "day", name=op.f("pk_progress_days")),
    )
    op.create_index(
        op.f("ix_progress_days_account_id_metric_day_gained"),
        "progress_days",
        ["account_id", "metric", "day", "gained"],
    )
    op.create_table(
        "source_hosts",
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_source_hosts")),
    )


def _clans() -> None:
    op.create_table(
        "clans",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("game", sa.String(length=12), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("cadence_hours", sa.Integer(), nullable=False),
        sa.Column("next_snapshot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("log_length", sa.BigInteger(), nullable=False),
        sa.Column("log_head", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("game IN ('maplestory', 'osrs')", name=op.f("ck_clans_game")),
        sa.CheckConstraint("cadence_hours IN (12, 24, 48, 168)", name=op.f("ck_clans_cadence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clans")),
    )
    op.create_index(op.f("ix_clans_next_snapshot_at"), "clans", ["next_snapshot_at"])
    op.create_table(
        "clan_people",
        sa.Column("clan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('leader', 'officer', 'member')", name=op.f("ck_clan_people_role")),
        sa.ForeignKeyConstraint(["clan_id"], ["clans.id"], name=op.f("fk_clan_people_clan_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_clan_people_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("clan_id", "user_id", name=op.f("pk_clan_people")),
    )
    op.create_index(op.f("ix_clan_people_user_id"), "clan_people", ["user_id"])
    op.create_table(
        "clan_members",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("clan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["game_accounts.id"], name=op.f("fk_clan_members_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["clan_id"], ["clans.id"], name=op.f("fk_clan_members_clan_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_clan_members_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clan_members")),
    )
    op.create_index(op.f("ix_clan_members_account_id"), "clan_members", ["account_id"])
    op.create_index(op.f("ix_clan_members_user_id"), "clan_members", ["user_id"])
    op.create_index(
        "uq_clan_members_live",
        "clan_members",
        ["clan_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "clan_invitations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("clan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hint", sa.String(length=4), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("made_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('officer', 'member')", name=op.f("ck_clan_invitations_role")),
        sa.ForeignKeyConstraint(["clan_id"], ["clans.id"], name=op.f("fk_clan_invitations_clan_id")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name=op.f("fk_clan_invitations_made_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clan_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_clan_invitations_digest")),
    )
    op.create_index(op.f("ix_clan_invitations_clan_id"), "clan_invitations", ["clan_id"])
    op.create_index(op.f("ix_clan_invitations_made_by"), "clan_invitations", ["made_by"])
    op.create_table(
        "clan_log",
        sa.Column("clan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("i", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["clan_id"], ["clans.id"], name=op.f("fk_clan_log_clan_id")),
        sa.PrimaryKeyConstraint("clan_id", "i", name=op.f("pk_clan_log")),
    )


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("clan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('scheduled', 'manual')", name=op.f("ck_snapshots_kind")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["users.id"], name=op.f("fk_snapshots_asked_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["clan_id"], ["clans.id"], name=op.f("fk_snapshots_clan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
    )
    op.create_index(op.f("ix_snapshots_asked_by"), "snapshots", ["asked_by"])
    op.create_index(op.f("ix_snapshots_clan_id_created_at"), "snapshots", ["clan_id", "created_at"])
    op.create_index(
        "uq_snapshots_open",
        "snapshots",
        ["clan_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "snapshot_items",
        sa.Column("snapshot_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("member_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sampled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'failed', 'dropped')", name=op.f("ck_snapshot_items_state")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["clan_members.id"], name=op.f("fk_snapshot_items_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_snapshot_items_snapshot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "member_id", name=op.f("pk_snapshot_items")),
    )
    op.create_index(
        "ix_snapshot_items_due",
        "snapshot_items",
        ["next_try_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(op.f("ix_snapshot_items_member_id"), "snapshot_items", ["member_id"])
    op.create_table(
        "clan_totals",
        sa.Column("snapshot_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_clan_totals_snapshot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "metric", name=op.f("pk_clan_totals")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _contests() -> None:
    op.create_table(
        "contests",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("clan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("prize", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=6), nullable=False),
        sa.Column("start_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("winners", sa.Integer(), nullable=False),
        sa.Column("alternates", sa.Integer(), nullable=False),
        sa.Column("beacon", sa.String(length=5), nullable=False),
        sa.Column("delay_s", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=True),
        sa.Column("rules_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_count", sa.BigInteger(), nullable=True),
        sa.Column("root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("standings", sa.Text(), nullable=True),
        sa.Column("standings_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beacon_tries", sa.Integer(), nullable=False),
        sa.Column("beacon_note", sa.Text(), nullable=True),
        sa.Column("commit_line", sa.BigInteger(), nullable=True),
        sa.Column("lock_line", sa.BigInteger(), nullable=True),
        sa.Column("reveal_line", sa.BigInteger(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("proof_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("beacon IN ('drand', 'none')", name=op.f("ck_contests_beacon")),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'ended', 'drawn', 'void')", name=op.f("ck_contests_status")
        ),
        sa.CheckConstraint("start_time < end_time", name=op.f("ck_contests_span")),
        sa.ForeignKeyConstraint(["clan_id"], ["clans.id"], name=op.f("fk_contests_clan_id")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_contests_created_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contests")),
    )
    op.create_index(op.f("ix_contests_clan_id"), "contests", ["clan_id"])
    op.create_index(op.f("ix_contests_created_by"), "contests", ["created_by"])
    op.create_index(op.f("ix_contests_status_end_time"), "contests", ["status", "end_time"])
    op.create_table(
        "contest_entries",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("contest_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("member_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proving", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=True),
        sa.Column("drawn_as", sa.String(length=9), nullable=True),
        sa.Column("drawn_order", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_contest_entries_contest_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["clan_members.id"], name=op.f("fk_contest_entries_member_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_entries")),
        sa.UniqueConstraint("contest_id", "leaf", name=op.f("uq_contest_entries_contest_id_leaf")),
        sa.UniqueConstraint(
            "contest_id", "subject", "ticket", name=op.f("uq_contest_entries_contest_id_subject_ticket")
        ),
    )
    op.create_index(op.f("ix_contest_entries_member_id"), "contest_entries", ["member_id"])
    op.create_table(
        "contest_prizes",
        sa.Column("contest_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=True),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_contest_prizes_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "place", name=op.f("pk_contest_prizes")),
    )
    op.create_table(
        "contest_amendments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("contest_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contests.id"], name=op.f("fk_contest_amendments_contest_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_amendments")),
    )
    op.create_index(op.f("ix_contest_amendments_contest_id"), "contest_amendments", ["contest_id"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("clan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sealed_url", sa.Text(), nullable=False),
        sa.Column("hint", sa.String(length=24), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_why", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_response", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["clan_id"], ["clans.id"], name=op.f("fk_webhooks_clan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_clan_id"), "webhooks", ["clan_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("webhook_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed')", name=op.f("ck_webhook_deliveries_state")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["next_try_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("uq_webhook_deliveries_cause", "webhook_deliveries", ["webhook_id", "cause"], unique=True)


def _guard() -> None:
    """The log is append-only, whoever tries."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER clan_log_no_{verb.lower()} BEFORE {verb} ON clan_log"
                " BEGIN SELECT RAISE(ABORT, 'clan_log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION clan_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'clan_log is append-only'; END $$"
    )
    for name, events, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER clan_log_no_{name} BEFORE {events} ON clan_log"
            f" FOR EACH {each} EXECUTE FUNCTION clan_log_is_append_only()"
        )


def downgrade() -> None:
    for name in (
        "webhook_deliveries",
        "webhooks",
        "contest_amendments",
        "contest_prizes",
        "contest_entries",
        "contests",
        "leases",
        "clan_totals",
        "snapshot_items",
        "snapshots",
        "clan_log",
        "clan_invitations",
        "clan_members",
        "clan_people",
        "clans",
        "source_hosts",
        "progress_days",
        "progress_now",
        "progress_points",
        "game_accounts",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION clan_log_is_append_only()")
