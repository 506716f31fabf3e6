"""Tables of clans. The log is append-only, the database sees to it; so a clan is closed, never deleted."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcInstant, identity

_LIVE = text("left_at IS NULL")


def of_clan() -> Mapped[str]:
    """A column that names the clan a row belongs to."""
    return mapped_column(identity(), ForeignKey("clans.id"))


class Clan(Base):
    """A clan. cadence_hours: between scheduled snapshots. next_snapshot_at: of the next one. public: whether its
    leaderboard may be read by everybody. log_length, log_head: of its log, under the row's lock."""

    __tablename__ = "clans"
    __table_args__ = (
        CheckConstraint("game IN ('maplestory', 'osrs')", name="game"),
        CheckConstraint("cadence_hours IN (12, 24, 48, 168)", name="cadence"),
        Index(None, "next_snapshot_at"),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    game: Mapped[str] = mapped_column(String(12))
    public: Mapped[bool] = mapped_column(Boolean)
    cadence_hours: Mapped[int]
    next_snapshot_at: Mapped[datetime] = mapped_column(UtcInstant)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    log_length: Mapped[int] = mapped_column(BigInteger)
    log_head: Mapped[bytes] = mapped_column(LargeBinary(32))


class ClanPerson(Base):
    """A player's right in a clan."""

    __tablename__ = "clan_people"
    __table_args__ = (
        CheckConstraint("role IN ('leader', 'officer', 'member')", name="role"),
        Index(None, "user_id"),
    )

    clan_id: Mapped[str] = mapped_column(identity(), ForeignKey("clans.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        identity(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(8))
    joined_at: Mapped[datetime] = mapped_column(UtcInstant)


class ClanMember(Base):
    """A game account a clan follows, on its roster. user_id: the player it belongs to, where that is known."""

    __tablename__ = "clan_members"
    __table_args__ = (
        Index(
            "uq_clan_members_live", "clan_id", "account_id", unique=True,
            sqlite_where=_LIVE, postgresql_where=_LIVE,
        ),
        Index(None, "account_id"),
        Index(None, "user_id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    clan_id: Mapped[str] = of_clan()
    account_id: Mapped[str] = mapped_column(identity(), ForeignKey("game_accounts.id", ondelete="CASCADE"))
    user_id: Mapped[str | None] = mapped_column(identity(), ForeignKey("users.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcInstant)
    left_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class ClanInvitation(Base):
    """A link that lets players in. digest: of its code, which is told once. uses_left: None for any number."""

    __tablename__ = "clan_invitations"
    __table_args__ = (
        CheckConstraint("role IN ('officer', 'member')", name="role"),
        Index(None, "clan_id"),
        Index(None, "made_by"),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    clan_id: Mapped[str] = of_clan()
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hint: Mapped[str] = mapped_column(String(4))
    role: Mapped[str] = mapped_column(String(8))
    made_by: Mapped[str | None] = mapped_column(identity(), ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    uses_left: Mapped[int | None]


class ClanLogLine(Base):
    """A line of the log: event is RFC 8785 JSON, head the hash chained to the line before."""

    __tablename__ = "clan_log"

    clan_id: Mapped[str] = mapped_column(identity(), ForeignKey("clans.id"), primary_key=True)
    i: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    event: Mapped[str] = mapped_column(Text)
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
