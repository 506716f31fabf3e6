"""Tables of contests. What was committed to is fixed by the clan's log; these rows hold what the log only names."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcInstant, identity


class Contest(Base):
    """A contest. rules: JSON list of entry rules. sealed_secret: the draw's 32 bytes, encrypted.

    commitment, rules_hash: from the start on. entry_count, root, standings, standings_hash: from the lock on. proof:
    the file, once drawn; of one that was voided after the round, with the result it would have had. Large texts are
    read only where they are asked for. asked_at: when the leader pressed Draw. retry_at: when the beacon is asked for
    again; beacon_note: what its relays said. *_line: their lines in the clan's log.
    """

    __tablename__ = "contests"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'active', 'ended', 'drawn', 'void')", name="status"),
        CheckConstraint("beacon IN ('drand', 'none')", name="beacon"),
        CheckConstraint("start_time < end_time", name="span"),
        Index(None, "clan_id"),
        Index(None, "status", "end_time"),
        Index(None, "created_by"),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    clan_id: Mapped[str] = mapped_column(identity(), ForeignKey("clans.id"))
    title: Mapped[str] = mapped_column(String(100))
    prize: Mapped[str] = mapped_column(Text)
    rules: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(6))
    start_time: Mapped[datetime] = mapped_column(UtcInstant)
    end_time: Mapped[datetime] = mapped_column(UtcInstant)
    winners: Mapped[int]
    alternates: Mapped[int]
    beacon: Mapped[str] = mapped_column(String(5))
    delay_s: Mapped[int]
    created_by: Mapped[str | None] = mapped_column(identity(), ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    sealed_secret: Mapped[str | None] = mapped_column(Text)
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    rules_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    committed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ending_told_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    locked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    entry_count: Mapped[int | None] = mapped_column(BigInteger)
    root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    standings: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_raiseload=True)
    standings_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    revealed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    asked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    retry_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    beacon_tries: Mapped[int] = mapped_column(Integer, default=0)
    beacon_note: Mapped[str | None] = mapped_column(Text)
    commit_line: Mapped[int | None] = mapped_column(BigInteger)
    lock_line: Mapped[int | None] = mapped_column(BigInteger)
    reveal_line: Mapped[int | None] = mapped_column(BigInteger)
    drawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    proof: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_raiseload=True)
    proof_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    void_reason: Mapped[str | None] = mapped_column(Text)
    voided_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class ContestEntry(Base):
    """A ticket: one rule one subject satisfied. ticket: the rule's place. proving: JSON, the points behind it.

    leaf_index, drawn_as (winner, alternate or skipped), drawn_order: of those that were drawn.
    """

    __tablename__ = "contest_entries"
    __table_args__ = (
        UniqueConstraint("contest_id", "subject", "ticket"),
        UniqueConstraint("contest_id", "leaf"),
        Index(None, "member_id"),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    contest_id: Mapped[str] = mapped_column(identity(), ForeignKey("contests.id"))
    member_id: Mapped[str | None] = mapped_column(
        identity(), ForeignKey("clan_members.id", ondelete="SET NULL")
    )
    subject: Mapped[str] = mapped_column(String(120))
    ticket: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32))
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    proving: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[datetime] = mapped_column(UtcInstant)
    leaf_index: Mapped[int | None] = mapped_column(BigInteger)
    drawn_as: Mapped[str | None] = mapped_column(String(9))
    drawn_order: Mapped[int | None]


class ContestPrize(Base):
    """A place that was won. stands: the leaf's place of who holds it now; passed: JSON list of {leaf, at, reason} of
    those before."""

    __tablename__ = "contest_prizes"

    contest_id: Mapped[str] = mapped_column(identity(), ForeignKey("contests.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaf: Mapped[int | None] = mapped_column(BigInteger)
    passed: Mapped[str] = mapped_column(Text, default="[]")


class ContestAmendment(Base):
    """A correction that came after the standings were frozen. It changes nothing; it is told beside them."""

    __tablename__ = "contest_amendments"
    __table_args__ = (Index(None, "contest_id"),)

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    contest_id: Mapped[str] = mapped_column(identity(), ForeignKey("contests.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    note: Mapped[str] = mapped_column(Text)
