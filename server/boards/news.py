"""What a clan's channels are told after a snapshot: that it is complete, and once a week who gained most."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.boards import service
from server.clans import roster
from server.clans import service as clans
from server.clans.tables import Clan
from server.snapshots import reading
from server.snapshots.tables import Snapshot
from server.webhooks import messages
from server.webhooks import service as webhooks
from server.webhooks.embeds import Embed
from shared.api.webhooks import HookEvent
from shared.clans.timeframes import Timeframe
from shared.resets import Reset, period_of

DAYS = 7
_BEST = 3


def after_snapshot(origin: str) -> Callable[[AsyncSession, Snapshot, datetime], Awaitable[None]]:
    """For the transaction of a snapshot's end. origin: of the pages, without a slash at the end."""

    async def tell(session: AsyncSession, snapshot: Snapshot, now: datetime) -> None:
        clan = await clans.by_id(session, snapshot.clan_id)
        link = f"{origin}/clans/{clan.id}" if clan.public else ""
        complete = await _complete(session, clan, snapshot, link, now)
        await webhooks.tell(session, clan.id, HookEvent.SNAPSHOT, f"snapshot/{snapshot.id}", complete, now)
        if clan.created_at > now - timedelta(days=DAYS):
            return  # A week that nobody was followed through says nothing about anybody.
        week = period_of(Reset.WEEKLY_MONDAY, now)
        best = messages.highlights(await _highlights(session, clan, link, now))
        await webhooks.tell(session, clan.id, HookEvent.HIGHLIGHTS, f"highlights/{week}", best, now)

    return tell


async def _complete(session: AsyncSession, clan: Clan, snapshot: Snapshot, link: str, now: datetime) -> Embed:
    counts = (await reading.counts(session, [snapshot.id]))[snapshot.id]
    failed = (await reading.errors(session, [snapshot.id]))[snapshot.id]
    members = await roster.some(session, [member_id for member_id, _ in failed])
    panels = await service.panels(session, clan, Timeframe.WEEK, now)
    return messages.snapshot_complete(
        messages.SnapshotNews(
            clan=clan.name,
            members=counts.done + counts.failed,
            done=counts.done,
            errors=tuple(
                (members[member_id].account.name, error)
                for member_id, error in failed
                if member_id in members
            ),
            gains=tuple(messages.Gained(panel.metric, panel.gained) for panel in panels.items),
            days=DAYS,
            at=now,
            link=link,
        )
    )


async def _highlights(session: AsyncSession, clan: Clan, link: str, now: datetime) -> messages.HighlightsNews:
    boards = []
    for metric in service.PANELS:
        board = await service.board(session, clan, metric, Timeframe.WEEK, now, limit=_BEST)
        rows = tuple(
            messages.Placed(row.place, row.name, row.gained)
            for row in board.items
            if row.gained and row.gained > 0 and row.place is not None
        )
        boards.append(messages.BoardNews(metric, rows))
    return messages.HighlightsNews(clan.name, tuple(boards), DAYS, now, link)
