"""A table for each synced record, made from the records themselves, and what is kept of each user's history.

No foreign keys between synced tables: a child may arrive before its parent. Deleting a user takes all of it along.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from server.database import Base, UtcInstant, identity
from shared.sync.records import TABLES, Field, Kind

_NUMBERS = frozenset({Kind.INTEGER, Kind.FLAG})
_LIVE = text("deleted = 0")


def _user() -> Column[str]:
    return Column("user_id", identity(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


def _column(field: Field) -> Column[object]:
    return Column(field.name, BigInteger() if field.kind in _NUMBERS else Text(), nullable=field.null)


def _synced(name: str) -> Table:
    made = Table(
        name,
        Base.metadata,
        _user(),
        Column("id", identity(), primary_key=True),
        *(_column(field) for field in TABLES[name].fields.values()),
        Column("seq", BigInteger, nullable=False),
        Column("clk", Text, nullable=False),
        Column("extra", Text, nullable=True),
    )
    Index(f"ix_{name}_user_seq", made.c.user_id, made.c.seq, unique=True)
    return made


SYNCED = {name: _synced(name) for name in TABLES}
"""By record name. seq: the row's place in its user's history; clk: JSON, field to stamp, with the greatest stamp under
"" for all fields that are not named; extra: JSON, fields only newer clients know, null for none."""

_RUNS, _DROPS = SYNCED["boss_runs"].c, SYNCED["boss_run_drops"].c
Index(
    "ix_boss_runs_user_day",
    _RUNS.user_id,
    _RUNS.occurred_on,
    _RUNS.id,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
Index("ix_boss_run_drops_user_run", _DROPS.user_id, _DROPS.run_id, sqlite_where=_LIVE, postgresql_where=_LIVE)

sync_users = Table(
    "sync_users",
    Base.metadata,
    _user(),
    Column("epoch", Text, nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("max_stamp", Text, nullable=False),
    Column("purge_seq", BigInteger, nullable=False),
    Column("swept_seq", BigInteger, nullable=False, server_default="0"),
    Column("followed_seq", BigInteger, nullable=False, server_default="0"),
)
"""swept_seq: up to where old tombstones were looked for, so that each place is looked at once. followed_seq: up to
where the statistics know the history; 0 for not at all."""
_BEHIND = text("head > followed_seq")
Index("ix_sync_users_behind", sync_users.c.user_id, sqlite_where=_BEHIND, postgresql_where=_BEHIND)

sync_marks = Table(
    "sync_marks",
    Base.metadata,
    _user(),
    Column("at", UtcInstant, primary_key=True),
    Column("head", BigInteger, nullable=False),
)
"""How long a history was at an instant: what has a place up to there was stored by then. Rows need no time of their
own for that."""
Index(None, sync_marks.c.at)

sync_devices = Table(
    "sync_devices",
    Base.metadata,
    _user(),
    Column("session_id", identity(), ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("seen_at", UtcInstant, nullable=False),
)
Index(None, sync_devices.c.session_id)

sync_clamps = Table(
    "sync_clamps",
    Base.metadata,
    _user(),
    Column("mid", Text, primary_key=True),
    Column("effective", Text, nullable=False),
    Column("at", UtcInstant, nullable=False),
)
