"""A clan with channels at Discord's stand-in, and what sends to them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from server.accounts.keys import Keys
from server.clans import service as clans
from server.database import Database
from server.discord.webhook import DiscordWebhooks
from server.webhooks import service
from server.webhooks.embeds import Embed
from server.webhooks.sending import Pace, tell_due
from server.webhooks.tables import WebhookDelivery
from shared.api.clans import ClanEntry
from shared.api.webhooks import HookEvent, WebhookEntry, WebhookInfo
from tests.server.conftest import ORIGIN, Clock
from tests.server.player import Desk
from tests.stand_ins.discord import Discord

DRAWN = HookEvent.CONTEST_DRAWN


@dataclass(slots=True)
class Channels:
    """A clan's channels, from the inside."""

    database: Database
    keys: Keys
    now: Clock
    discord: Discord
    client: DiscordWebhooks
    clan: str
    leader: str
    pace: Pace = field(default_factory=lambda: Pace(jitter=lambda: 1.0))

    async def add(self, name: str = "#news", events: tuple[HookEvent, ...] = tuple(HookEvent)) -> str:
        """A new channel's id; its webhook is the stand-in's newest."""
        entry = WebhookEntry(name=name, url=SecretStr(self.discord.make_hook()), events=events)
        async with self.database.writing() as session:
            return (await service.add(session, self.keys, self.clan, entry, self.now())).id

    async def tell(self, title: str, cause: str = "", event: HookEvent = DRAWN) -> None:
        """Something happened."""
        async with self.database.writing() as session:
            await service.tell(session, self.clan, event, cause or title, Embed(title=title), self.now())

    async def send(self, pace: Pace | None = None) -> None:
        """Send what is due."""
        while await tell_due(self.database, self.client, self.keys, self.now, pace or self.pace):
            pass

    async def until(self, done: Callable[[], bool]) -> list[timedelta]:
        """Send whenever the oldest message is due, until it is done. After how long Discord was asked each time."""
        began, asked = self.now.now, []
        await self.send()
        while True:
            asked.append(self.now.now - began)
            if done():
                return asked
            waiting = [each.next_try_at for each in await self.deliveries() if each.state == "waiting"]
            requests = len(self.discord.requests)
            self.now.now = waiting[0] - timedelta(seconds=0.01)
            await self.send()
            assert len(self.discord.requests) == requests, "not before its time"
            self.now.forward(seconds=0.01)
            await self.send()

    async def infos(self) -> list[WebhookInfo]:
        """The channels as their clan sees them."""
        async with self.database.reading() as session:
            return await service.listing(session, self.clan)

    async def info(self) -> WebhookInfo:
        """The only channel."""
        (found,) = await self.infos()
        return found

    async def deliveries(self) -> list[WebhookDelivery]:
        """Everything that was or is to be told, in its order."""
        async with self.database.reading() as session:
            query = select(WebhookDelivery).order_by(WebhookDelivery.created_at, WebhookDelivery.id)
            return list((await session.execute(query)).scalars())

    @property
    def heard(self) -> list[str]:
        """The titles Discord was told, in their order."""
        return [message.title for message in self.discord.messages]


@pytest.fixture
async def channels(
    desk: Desk, clock: Clock, discord: Discord, _discord_site: tuple[Discord, str]
) -> AsyncIterator[Channels]:
    """A clan of aria's, without channels yet."""
    state = desk.app.state
    leader = await desk.user("aria")
    async with state.database.writing() as session:
        founded = await clans.found(session, leader, ClanEntry(name="Lumen"), clock())
    async with httpx.AsyncClient() as http:
        client = DiscordWebhooks(http, ORIGIN, f"{_discord_site[1]}/api/webhooks", timeout=1.0)
        yield Channels(state.database, state.keys, clock, discord, client, founded.clan.id, leader)
