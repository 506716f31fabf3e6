"""Accounts and what is known of them. A point is kept only where a value changed; days hold what was gained on them.

points → progress_days and progress_now. Both are written with the point, in its transaction.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from server.database import Base, UtcInstant, identity
from shared.clans.metrics import MAX_METRIC


class GameAccount(Base):
    """A character or account in a game. source and source_key name it for good; the name may change.

    companion: the key is the character's id, user_id its owner. nexon: "na/45/123456" (region, world, character), until
    it was found once "na/1/?/name" (region, reboot index, folded name). osrs: the folded name.
    details: JSON of what a source tells beside metrics (job, world, picture). sampled_at: when the source last
    answered. missing_since: when it first did not know the account, None while it does.
    """

    __tablename__ = "game_accounts"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("source IN ('companion', 'nexon', 'osrs')", name="source"),
        CheckConstraint("(source = 'companion') = (user_id IS NOT NULL)", name="owner"),
        Index(None, "user_id"),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    source: Mapped[str] = mapped_column(String(12))
    source_key: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[str | None] = mapped_column(identity(), ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    details: Mapped[str] = mapped_column(Text, default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    sampled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    missing_since: Mapped[datetime | None] = mapped_column(UtcInstant)


def _of_account(name: str, *columns: SchemaItem) -> Table[Any]:
    return Table(
        name,
        Base.metadata,
        Column(
            "account_id", identity(), ForeignKey("game_accounts.id", ondelete="CASCADE"), primary_key=True
        ),
        Column("metric", String(MAX_METRIC), primary_key=True),
        *columns,
    )


progress_points = _of_account(
    "progress_points",
    Column("at", UtcInstant, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
progress_now = _of_account(
    "progress_now",
    Column("value", BigInteger, nullable=False),
    Column("first_at", UtcInstant, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
)
"""The newest value of each metric. first_at: its first point; changed_at: its last. Of a made total (kc.total) it is
the sum of what is known."""
progress_days = _of_account(
    "progress_days",
    Column("day", Date, primary_key=True),
    Column("gained", BigInteger, nullable=False),
)
"""The steps of a UTC day, added up; days without any have no row."""
_DAYS = progress_days.c
# Boards add up a month of 500 accounts: with the gain in it, the index alone answers.
Index(None, _DAYS.account_id, _DAYS.metric, _DAYS.day, _DAYS.gained)
