"""What a player takes along: the full export, by subject."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service

Export = Callable[[AsyncSession, str, datetime], Awaitable[Any]]
"""A subject's share of the export: JSON-able data of a user (session, user id, now)."""
FORMAT = "maplehub-export/1"


async def everything(
    session: AsyncSession, user_id: str, exports: Mapping[str, Export], now: datetime
) -> dict[str, Any]:
    """All there is of a user. Secrets (tokens, keys) are not data and stay out."""
    content = {subject: await export(session, user_id, now) for subject, export in exports.items()}
    return {"format": FORMAT, "made_at": now.isoformat(), **content}


async def export(session: AsyncSession, user_id: str, now: datetime) -> dict[str, Any]:
    """The account's own share."""
    found = await service.user(session, user_id)
    return {
        "id": found.id,
        "discord_id": found.discord_id,
        "discord_username": found.discord_username,
        "discord_avatar": found.discord_avatar,
        "created_at": found.created_at.isoformat(),
        "signed_in_at": found.signed_in_at.isoformat(),
        "sessions": [
            {
                "client": row.client,
                "device": row.device,
                "created_at": row.created_at.isoformat(),
                "seen_at": row.seen_at.isoformat(),
            }
            for row in await service.sessions(session, user_id, now)
        ],
        "api_keys": [
            {"name": row.name, "access": row.access, "created_at": row.created_at.isoformat()}
            for row in await service.api_keys(session, user_id)
        ],
    }
