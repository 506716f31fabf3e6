"""Indexes for a page of runs, the runs of a week, and the drops of a run."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LIVE = sa.text("deleted = 0")


def upgrade() -> None:
    for name, table, columns in (
        ("ix_boss_runs_user_day", "boss_runs", ["user_id", "occurred_on", "id"]),
        ("ix_boss_run_drops_user_run", "boss_run_drops", ["user_id", "run_id"]),
    ):
        op.create_index(name, table, columns, sqlite_where=LIVE, postgresql_where=LIVE)


def downgrade() -> None:
    op.drop_index("ix_boss_run_drops_user_run", table_name="boss_run_drops")
    op.drop_index("ix_boss_runs_user_day", table_name="boss_runs")
