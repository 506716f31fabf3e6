"""Tables of snapshots. An item is done in the transaction of its points, so a process that dies loses nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcInstant, identity

_OPEN = text("finished_at IS NULL")
_WAITING = text("state = 'waiting'")


class Snapshot(Base):
    """A batch over a clan. started_at: when its first member's source was asked. cancelled: by a person, and finished
    with it."""

    __tablename__ = "snapshots"
    __table_args__ = (
        CheckConstraint("kind IN ('scheduled', 'manual')", name="kind"),
        Index("uq_snapshots_open", "clan_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "clan_id", "created_at"),
        Index(None, "asked_by"),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    clan_id: Mapped[str] = mapped_column(identity(), ForeignKey("clans.id"))
    kind: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str | None] = mapped_column(identity(), ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    started_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    finished_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    cancelled: Mapped[bool]


class SnapshotItem(Base):
    """One member of a batch. tries: how often its source was asked. error: a sentence, None where all went well."""

    __tablename__ = "snapshot_items"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'failed', 'dropped')", name="state"),
        Index("ix_snapshot_items_due", "next_try_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "member_id"),
    )

    snapshot_id: Mapped[str] = mapped_column(
        identity(), ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[str] = mapped_column(
        identity(), ForeignKey("clan_members.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(UtcInstant)
    sampled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    error: Mapped[str | None] = mapped_column(Text)


clan_totals: Table[Any] = Table(
    "clan_totals",
    Base.metadata,
    Column("snapshot_id", identity(), ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True),
    Column("metric", String(80), primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("members", Integer, nullable=False),
)
"""The clan's aggregate after a snapshot. members: of how many a value is known."""

leases = Table(
    "leases",
    Base.metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", UtcInstant, nullable=False),
)
"""Who of several processes does something that only one may do at a time."""
