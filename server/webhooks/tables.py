"""Tables of webhooks. An address is a secret: it is stored sealed and only its end is ever shown."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcInstant, identity

_WAITING = text("state = 'waiting'")


class Webhook(Base):
    """events: JSON list of what it is told of. disabled_why: a sentence, once Discord no longer knows it."""

    __tablename__ = "webhooks"
    __table_args__ = (Index(None, "clan_id"),)

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    clan_id: Mapped[str] = mapped_column(identity(), ForeignKey("clans.id"))
    name: Mapped[str] = mapped_column(String(60))
    sealed_url: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(String(24))
    events: Mapped[str] = mapped_column(Text)
    enabled: Mapped[bool]
    disabled_why: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    last_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    last_status: Mapped[int | None]
    last_response: Mapped[str | None] = mapped_column(Text)


class WebhookDelivery(Base):
    """A message on its way, written in the transaction of what it tells of. cause: names that, so that no event is told
    twice. body: the JSON Discord gets."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        Index("uq_webhook_deliveries_cause", "webhook_id", "cause", unique=True),
        Index("ix_webhook_deliveries_due", "next_try_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(identity(), ForeignKey("webhooks.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(24))
    cause: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    next_try_at: Mapped[datetime] = mapped_column(UtcInstant)
    status: Mapped[int | None]
    response: Mapped[str | None] = mapped_column(Text)
