"""How long histories were when, for throwing old tombstones away, and which machines sync."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sync_users") as batch:
        batch.add_column(sa.Column("swept_seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "sync_marks",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sync_marks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "at", name=op.f("pk_sync_marks")),
    )
    op.create_index(op.f("ix_sync_marks_at"), "sync_marks", ["at"])
    op.create_table(
        "sync_devices",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sync_devices_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_sync_devices_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "session_id", name=op.f("pk_sync_devices")),
    )
    op.create_index(op.f("ix_sync_devices_session_id"), "sync_devices", ["session_id"])


def downgrade() -> None:
    op.drop_table("sync_devices")
    op.drop_table("sync_marks")
    with op.batch_alter_table("sync_users") as batch:
        batch.drop_column("swept_seq")
