"""Tables of accounts. Of a token only its keyed digest is stored; deleting a user takes everything of theirs along."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcInstant, identity


def owner() -> Mapped[str]:
    """A column that names the user a row belongs to and goes with them."""
    return mapped_column(identity(), ForeignKey("users.id", ondelete="CASCADE"))


class User(Base):
    """A player, known by their Discord account."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    discord_id: Mapped[str] = mapped_column(String(20), unique=True)
    discord_username: Mapped[str] = mapped_column(String(64))
    discord_avatar: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    signed_in_at: Mapped[datetime] = mapped_column(UtcInstant)


class SignedIn(Base):
    """A session: one browser or one desktop that is signed in; the family of its tokens."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("client IN ('web', 'desktop')", name="client"),
        Index(None, "user_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    user_id: Mapped[str] = owner()
    client: Mapped[str] = mapped_column(String(8))
    device: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_why: Mapped[str | None] = mapped_column(String(16))


class SessionToken(Base):
    """A token of a session. used_at: when a refresh token was exchanged, when an access token was first shown."""

    __tablename__ = "session_tokens"
    __table_args__ = (
        CheckConstraint("kind IN ('access', 'refresh', 'cookie')", name="kind"),
        Index(None, "session_id"),
        Index(None, "expires_at"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(identity(), ForeignKey("sessions.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class LoginCode(Base):
    """A one-time code on its way through the browser to the desktop, bound to the desktop's PKCE challenge."""

    __tablename__ = "login_codes"
    __table_args__ = (Index(None, "user_id"), Index(None, "session_id"), Index(None, "expires_at"))

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[str] = owner()
    challenge: Mapped[str] = mapped_column(String(43))
    redirect_uri: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    session_id: Mapped[str | None] = mapped_column(identity(), ForeignKey("sessions.id", ondelete="CASCADE"))


class ApiKey(Base):
    """A key a player made for a script of theirs."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("access IN ('read', 'write')", name="access"), Index(None, "user_id"))

    id: Mapped[str] = mapped_column(identity(), primary_key=True)
    user_id: Mapped[str] = owner()
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hint: Mapped[str] = mapped_column(String(4))
    access: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime | None] = mapped_column(UtcInstant)
