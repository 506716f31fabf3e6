"""What a player takes along: the full export, by subject."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import IO

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service

Export = Callable[[AsyncSession, str, datetime], AsyncIterator[str]]
"""A subject's share of the export: JSON text of a user (session, user id, now), piece by piece."""
Farewell = Callable[[AsyncSession, str, datetime], Awaitable[None]]
"""What a subject has to set right before a user's rows vanish, in the same transaction (session, user id, now)."""
FORMAT = "maplehub-export/1"


async def write_everything(
    file: IO[bytes], session: AsyncSession, user_id: str, exports: Mapping[str, Export], now: datetime
) -> None:
    """All there is of a user, as a JSON object. Secrets (tokens, keys) are not data and stay out."""
    head = json.dumps({"format": FORMAT, "made_at": now.isoformat()})
    file.write(head.removesuffix("}").encode())
    for subject, export in exports.items():
        file.write(f", {json.dumps(subject)}: ".encode())
        async for piece in export(session, user_id, now):
            file.write(piece.encode())
    file.write(b"}")


async def export(session: AsyncSession, user_id: str, now: datetime) -> AsyncIterator[str]:
    """The account's own share."""
    found = await service.user(session, user_id)
    content = {
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
    yield json.dumps(content, ensure_ascii=False)
