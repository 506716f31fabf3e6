"""A clan in August 2023, when round 1000 of the beacon decided, with a contest that is nearly over."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.beacon.relays import Relays
from server.clans import roster
from server.contests import running, tickets
from server.contests.tables import ContestEntry
from server.database import Database
from server.progress import recording
from server.snapshots.tables import Snapshot
from shared.fairness.proof import Proof, read_proof
from shared.fairness.verify import Verdict, verify
from shared.ids import new_id
from tests.server.clans.players import Clan, found
from tests.server.conftest import Clock
from tests.server.player import Desk
from tests.server.rest import Player, join

START = datetime(2023, 8, 20, 12, tzinfo=UTC)
END = datetime(2023, 8, 23, 15, 54, 24, tzinfo=UTC)
ROUND_AT = datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)
ROUND = 1000
RULES = [
    {"kind": "boss_kills", "least": 3, "metrics": ["kc.zulrah", "kc.vorkath"]},
    {"kind": "total_xp", "least": 1000},
    {"kind": "clues", "least": 2, "metrics": ["clues.hard", "clues.elite"]},
]


@dataclass(slots=True)
class Stage:
    """relays: what the server asks for the beacon. ids: members by name."""

    desk: Desk
    clock: Clock
    clan: Clan
    relays: Relays
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def build(cls, desk: Desk, clock: Clock, **given: Any) -> "Stage":
        """A clan of three accounts, sampled before the start."""
        clock.now = START - timedelta(hours=1)
        clan = await found(desk, **given)
        made = cls(desk, clock, clan, desk.app.state.relays)
        made.ids = await clan.follow("Ada", "Ben", "Cyd")
        for name in ("Ada", "Ben", "Cyd"):
            await made.sample(
                name, {"xp.total": 5000, "kc.zulrah": 10, "kc.vorkath": 1, "clues.hard": 4, "clues.elite": 0}
            )
        return made

    @property
    def database(self) -> Database:
        """The server's."""
        found: Database = self.desk.app.state.database
        return found

    async def at(self, instant: datetime) -> None:
        """Turn the clock, and sign everybody in again."""
        self.clock.now = instant
        for name in list(self.clan.people):
            self.clan.people[name] = await join(self.desk, name)
        self.clan.leader = self.clan.people[next(iter(self.clan.people))]

    async def sample(self, name: str, metrics: dict[str, int]) -> None:
        """A member's source tells these now, and tickets are given."""
        async with self.database.writing() as session:
            (member,) = (await roster.some(session, [self.ids[name]])).values()
            assert await recording.record(session, member.account.id, metrics, self.clock())
            await tickets.enter(session, member.account.id, self.clock())

    async def say(self, member: str, **entry: Any) -> None:
        """Tell a member's new name, or whose it is."""
        answer = await self.clan.leader.ask("PUT", self.clan.path("members", self.ids[member]), entry)
        assert answer.status_code == 200, answer.text

    async def entrants(self, contest_id: str) -> dict[str, list[int]]:
        """Everybody's tickets, by subject."""
        query = select(ContestEntry.subject, ContestEntry.ticket)
        query = query.where(ContestEntry.contest_id == contest_id).order_by(ContestEntry.ticket)
        found: dict[str, list[int]] = {}
        async with self.database.reading() as session:
            for subject, ticket in await session.execute(query):
                found.setdefault(subject, []).append(ticket)
        return found

    async def snapshot(self) -> None:
        """A clan snapshot was finished just now."""
        async with self.database.writing() as session:
            at = self.clock()
            session.add(
                Snapshot(
                    id=new_id(), clan_id=self.clan.id, kind="scheduled", asked_by=None, created_at=at,
                    started_at=at, finished_at=at, cancelled=False,
                )
            )  # fmt: skip

    async def contest(self, **given: Any) -> str:
        """A contest that was started at its start. Returns its id."""
        contest_id = await self.draft(**given)
        await self.at(START)
        answer = await self.clan.leader.ask("POST", self.path(contest_id, "start"))
        assert answer.status_code == 200, answer.text
        return contest_id

    async def draft(self, **given: Any) -> str:
        """A contest nobody can enter yet."""
        form = {
            "title": "August", "prize": "A twisted bow", "rules": RULES, "winners": 1, "alternates": 1,
            "start_time": START.isoformat(), "end_time": END.isoformat(),
        }  # fmt: skip
        made = await self.clan.leader.post(self.clan.path("contests"), **{**form, **given})
        found: str = made["id"]
        return found

    def path(self, contest_id: str, *parts: str) -> str:
        """Below a contest's address."""
        return self.clan.path("contests", contest_id, *parts)

    async def told(self, contest_id: str, by: Player | None = None) -> Any:
        """The contest as its clan sees it."""
        return await (by or self.clan.leader).get(self.path(contest_id))

    async def look(self) -> None:
        """What the server does by itself every second."""
        state = self.desk.app.state
        await running.look(self.database, self.relays, state.draws, self.clock)

    async def entries(self) -> None:
        """Ada satisfies all three rules, Ben two, Cyd one."""
        await self.at(START + timedelta(days=1))
        all_of_it = {"kc.zulrah": 12, "kc.vorkath": 2, "xp.total": 6000, "clues.hard": 6}
        await self.sample("Ada", all_of_it)
        await self.sample("Ben", {"xp.total": 9000, "clues.elite": 2})
        await self.sample("Cyd", {"kc.zulrah": 13, "xp.total": 5999})

    async def ended(self, **given: Any) -> str:
        """A contest with six tickets whose end was told, with a fresh snapshot."""
        contest_id = await self.contest(**given)
        await self.entries()
        await self.at(END - timedelta(hours=1))
        await self.snapshot()
        await self.at(END + timedelta(seconds=1))
        await self.look()
        return contest_id

    async def proof(self, contest_id: str) -> tuple[Proof, Verdict]:
        """What everybody can download, and what it proves."""
        answer = await self.desk.client.get(f"/api/contests/{contest_id}/proof")
        assert answer.status_code == 200, answer.text
        proof = read_proof(answer.content)
        return proof, verify(proof)
