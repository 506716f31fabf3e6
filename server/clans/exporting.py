"""A player's share of the full export that lies in clans."""

import json
from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.clans import roster, service


async def export(session: AsyncSession, user_id: str, now: datetime) -> AsyncIterator[str]:  # noqa: ARG001
    """The clans they are in, and which accounts clans follow as theirs."""
    content = {
        "in": [
            {
                "id": each.clan.id,
                "name": each.clan.name,
                "game": each.clan.game,
                "role": str(each.role),
            }
            for each in await service.mine(session, user_id)
        ],
        "followed": [
            {
                "clan_id": each.clan_id,
                "name": each.account.name,
                "source": each.account.source,
                "added_at": each.added_at.isoformat(),
                "sampled_at": each.account.sampled_at.isoformat() if each.account.sampled_at else None,
            }
            for each in await roster.of_player(session, user_id)
        ],
    }
    yield json.dumps(content, ensure_ascii=False)
