"""What a process tells of the statistics: every answer made once for each state of them, and given as it is.

A state is looked for once a second at most. An answer is a function of the state, the UTC day, the game's data, the
program and what was asked; so is its tag, and whoever has the tag of now needs nothing read or made.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Annotated
from zlib import crc32

from fastapi import Depends, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Scope

from server.catalog import service as catalog_service
from server.database import Clock, Database
from server.http.context import route_of
from server.http.limiting import Zone
from server.statistics import service
from server.statistics.counts import History, State
from server.statistics.figures import BossFigures, figures
from server.statistics.trend import WINDOW
from shared.api import stats as wire
from shared.catalog import Catalog
from shared.resets import utc_date
from shared.statistics.strata import ALL

LOOK_EVERY = 1.0
"""Seconds. How old a state may be that is told as the newest."""
_MOST_BYTES = 32 * 1024 * 1024
_MOST_ADDRESSES = 4
_KEPT = "public, max-age=60"
Boss = Annotated[str, Path(max_length=100)]
World = Annotated[wire.WorldFilter, Query(description="The kind of world.")]
Party = Annotated[wire.PartyFilter, Query(description="Players in the party.")]
Key = tuple[str | int | None, ...]
"""What was asked: a route and its parameters."""
Address = tuple[str, bytes]
"""A path and a query, as they came."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of answer it is. zone: where those without credentials are counted. headers: further ones of it."""

    media_type: str
    zone: Zone
    headers: Mapping[str, str] = field(default_factory=dict)


JSON = Kind("application/json", Zone.STATISTICS_ADDRESS)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was made. route: what made it, as requests are told of in logs and figures. addresses: where it
    was asked for."""

    body: bytes
    tag: str
    kind: Kind
    route: object
    addresses: list[Address]

    @property
    def zone(self) -> Zone:
        """Where those without credentials who ask for it are counted."""
        return self.kind.zone

    def answer(self, asked: str | None) -> Response:
        """The answer; without its body for whoever has one of the tags asked about."""
        headers = {"ETag": self.tag, "Cache-Control": _KEPT, **self.kind.headers}
        if asked is not None and (asked.strip() == "*" or self.tag in _tags(asked)):
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self.kind.media_type)


@dataclass(slots=True)
class Edition:
    """Everything made of one state on one day, what was unused for longest dropped first. now: the instant it was
    made."""

    state: State
    now: datetime
    name: str
    boards: dict[tuple[str, str], dict[str, BossFigures]] = field(default_factory=dict)
    answers: OrderedDict[Key, Kept] = field(default_factory=OrderedDict)
    addresses: dict[Address, Kept] = field(default_factory=dict)
    size: int = 0

    def keep(self, key: Key, kept: Kept) -> None:
        """Keep an answer as long as there is room."""
        self.answers[key] = kept
        self.size += len(kept.body)
        while self.size > _MOST_BYTES:
            _, dropped = self.answers.popitem(last=False)
            self.size -= len(dropped.body)
            for address in dropped.addresses:
                del self.addresses[address]

    def remember(self, address: Address, kept: Kept) -> None:
        """Know an answer by its address. The same can be asked in endless ways: only some are known."""
        if len(kept.addresses) < _MOST_ADDRESSES and address not in self.addresses:
            kept.addresses.append(address)
            self.addresses[address] = kept

    def tag(self, key: Key) -> str:
        """The strong tag of an answer: of nothing else, of no other state."""
        return f'"{self.name}-{crc32(repr(key).encode()):08x}"'


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer is made from: one state, read in one transaction."""

    session: AsyncSession
    catalog: Catalog
    edition: Edition

    async def board(self, world: str = ALL, party: str = ALL) -> dict[str, BossFigures]:
        """The figures of every boss in its epoch of today, by its id."""
        found = self.edition.boards.get((world, party))
        if found is None:
            today = utc_date(self.edition.now)
            counts = await service.overview(
                self.session, self.catalog, today=today, world=world, party=party, days=WINDOW
            )
            # A tenth of a second for all of them, and more the first time: others are answered meanwhile.
            told = await asyncio.to_thread(figures, counts, today)
            found = self.edition.boards[world, party] = {each.counts.entry_id: each for each in told}
        return found

    async def boss(self, boss_id: str, world: str, party: str, epoch: str | None) -> BossFigures:
        """One boss; its trends are judged together with all others', or in an epoch of its own with its items'.

        Raises NotFound for an unknown boss or epoch.
        """
        if epoch is None and boss_id in self.catalog.bosses:
            return (await self.board(world, party))[boss_id]
        today = utc_date(self.edition.now)
        counts = await service.boss(
            self.session,
            self.catalog,
            boss_id,
            today=today,
            world=world,
            epoch=epoch,
            party=party,
            days=WINDOW,
        )
        return (await asyncio.to_thread(figures, [counts], today))[0]

    async def history(self, boss: BossFigures, item: str) -> History:
        """How one of its items came over time."""
        asked = boss.counts
        return await service.history(
            self.session,
            self.catalog,
            asked.entry_id,
            item,
            today=utc_date(self.edition.now),
            world=asked.world,
            epoch=asked.epoch,
            party=asked.party,
        )


Make = Callable[[Source], Awaitable[bytes]]


class Published:
    """The newest edition. look_every: seconds between looks for a newer state."""

    def __init__(self, database: Database, now: Clock, *, look_every: float = LOOK_EVERY) -> None:
        self._database = database
        self._now = now
        self._look_every = look_every
        self._program = version("maplehub")
        self._edition: Edition | None = None
        self._looked = -look_every
        self._looking = asyncio.Lock()
        self._making = asyncio.Lock()

    def known(self, scope: Scope) -> Kept | None:
        """A kept answer of an edition that is new enough, by its address."""
        edition = self._edition
        if edition is None or not self._is_fresh(edition):
            return None
        return edition.addresses.get((scope["path"], scope["query_string"]))

    async def answer(self, request: Request, key: Key, make: Make, kind: Kind = JSON) -> Response:
        """What was asked, from what is kept or made now. What make raises is raised."""
        edition = await self._newest()
        kept = edition.answers.get(key)
        if kept is None:
            edition, kept = await self._made(request, key, make, kind)
        else:
            edition.answers.move_to_end(key)
        if key in edition.answers:
            edition.remember((request.scope["path"], request.scope["query_string"]), kept)
        return kept.answer(request.headers.get("if-none-match"))

    async def _newest(self) -> Edition:
        """The edition of a second ago at most. While one request looks, others take what there is."""
        edition = self._edition
        if edition is not None and self._is_fresh(edition, looking=self._looking.locked()):
            return edition
        async with self._looking:
            async with self._database.glance() as session:
                state = await service.state(session)
            self._looked = time.monotonic()
            return self._of(state)

    def _is_fresh(self, edition: Edition, *, looking: bool = False) -> bool:
        recent = looking or time.monotonic() - self._looked < self._look_every
        return recent and edition.now.date() == self._now().date()

    async def _made(self, request: Request, key: Key, make: Make, kind: Kind) -> tuple[Edition, Kept]:
        """Made one after the other: many who ask for the same want one to make it."""
        async with self._making:
            edition = self._edition
            if edition is not None and (kept := edition.answers.get(key)) is not None:
                return edition, kept
            async with self._database.reading() as session:
                edition = self._of(await service.state(session))
                body = await make(Source(session, catalog_service.read(), edition))
            kept = Kept(body, edition.tag(key), kind, route_of(request.scope), [])
            edition.keep(key, kept)
            return edition, kept

    def _of(self, state: State) -> Edition:
        """The edition of a state today: the newest one if it is that, else a new one that takes its place."""
        now, catalog = self._now(), catalog_service.read()
        name = f"{self._program}-{catalog.version}-{state.version}-{utc_date(now)}"
        if self._edition is None or self._edition.name != name:
            self._edition = Edition(state, now, name)
        return self._edition


def _tags(header: str) -> set[str]:
    """The tags of an If-None-Match; a proxy that packs bodies makes them weak, which is all the same here."""
    return {each.strip().removeprefix("W/") for each in header.split(",")}


async def published_of(request: Request) -> Published:
    """The app's."""
    found: Published = request.app.state.published
    return found


PublishedStats = Annotated[Published, Depends(published_of)]
