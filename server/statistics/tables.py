"""What players' weeks contributed, and the sums of it that are read.

raw runs → stat_weeks (one player's one week, judged) → stat_players and the sums by key. Each is exactly the sum of
what stands left of it.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

from server.database import Base, UtcInstant, identity


def _table(name: str, *columns: SchemaItem) -> Table[Any]:
    return Table(name, Base.metadata, *columns)


def _counts(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _key() -> Column[int]:
    return Column("key_id", Integer, ForeignKey("stat_keys.id"), primary_key=True)


def _user(**rules: str) -> Column[str]:
    return Column("user_id", identity(), ForeignKey("users.id", **rules), primary_key=True)  # type: ignore[arg-type]


stat_state = _table(
    "stat_state",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    Column("judged_by", Text, nullable=False),
    Column("compacted_to", Date, nullable=False),
)
"""One row. Whoever changes any sum holds its lock first. judged_by: the catalogue and the code that judged everything.
compacted_to: items of days before it are kept by month only."""

stat_weeks = _table(
    "stat_weeks",
    _user(),
    Column("week", Date, primary_key=True),
    Column("counted", Text, nullable=False),
)
"""counted: what a player's week contributes, as `Contribution.to_json`.

No cascade: an account cannot vanish before what it contributed was taken back (`follow.forget`)."""
Index(None, stat_weeks.c.week)

stat_refused = _table(
    "stat_refused",
    _user(ondelete="CASCADE"),
    Column("run_id", identity(), primary_key=True),
    Column("week", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("due", Date, nullable=True),
)
"""Cleared runs that do not count, with the week they were judged in. reason: a `Reason`, or a rule's code. due: UTC day
from which a run of a day to come must be judged again."""
Index(None, stat_refused.c.user_id, stat_refused.c.week)
_DUE = text("due IS NOT NULL")
Index("ix_stat_refused_due", stat_refused.c.due, sqlite_where=_DUE, postgresql_where=_DUE)

stat_players = _table(
    "stat_players",
    _user(),
    Column("entry_id", Text, primary_key=True),
    Column("epoch", Text, primary_key=True),
    Column("sums", Text, nullable=False),
)
"""A player's runs of one boss in one epoch. sums: JSON, "world|party" to [n, n of complete weeks, {item: [x, x of
complete weeks]}]."""
Index(None, stat_players.c.entry_id, stat_players.c.epoch)

stat_users = _table("stat_users", _user(ondelete="CASCADE"), Column("worlds", Text, nullable=False))
"""worlds: JSON, character id to the world its runs were judged by, null where it was gone."""

stat_quarantine = _table(
    "stat_quarantine",
    _user(ondelete="CASCADE"),
    Column("why", Text, nullable=False),
    Column("at", UtcInstant, nullable=False),
)

stat_rules = _table(
    "stat_rules",
    Column("id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("applied_at", UtcInstant, nullable=False),
)
"""The rules in force. content: JSON of a `Rule`."""

stat_dirty = _table(
    "stat_dirty", Column("week", Date, primary_key=True), Column("day", Date, primary_key=True)
)
"""Weeks to check, with the UTC days on which they changed since they were checked last."""

stat_keys = _table(
    "stat_keys",
    Column("id", Integer, primary_key=True),
    Column("entry_id", Text, nullable=False),
    Column("world", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("party", Text, nullable=False),
    UniqueConstraint("entry_id", "epoch", "world", "party"),
)
"""A stratum, or a sum of strata: world and party may be "all". Every run is in four of them."""

stat_days = _table("stat_days", _key(), Column("day", Date, primary_key=True), *_counts("n", "m"))
"""By UTC day of the event: n counted, m unrecorded runs. One row a day and key, kept for ever: `since` is exact."""

stat_day_items = _table(
    "stat_day_items",
    _key(),
    Column("day", Date, primary_key=True),
    Column("item", Text, primary_key=True),
    *_counts("x", "q"),
)
"""x: runs with the item. q: pieces. Days from `compacted_to` on."""

stat_month_items = _table(
    "stat_month_items",
    _key(),
    Column("month", Date, primary_key=True),
    Column("item", Text, primary_key=True),
    *_counts("x", "q"),
)
"""The same by month, for days before `compacted_to`."""

stat_totals = _table(
    "stat_totals",
    Column("key_id", Integer, ForeignKey("stat_keys.id"), primary_key=True, autoincrement=False),
    *_counts("n", "m", "users", "nn", "cn", "cusers", "cnn"),
)
"""nn: Σn_u² over players u. c…: the same over runs of complete weeks only."""

stat_total_items = _table(
    "stat_total_items",
    _key(),
    Column("item", Text, primary_key=True),
    *_counts("x", "q", "xx", "nx", "cx", "cxx", "cnx"),
)
"""xx: Σx_u². nx: Σn_u·x_u. c…: the same over runs of complete weeks only."""
