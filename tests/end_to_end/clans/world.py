"""A clan of sixty at a real server on PostgreSQL, with everything around it played by stand-ins over HTTP."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from server.accounts.keys import Keys
from server.database import Database
from tests.end_to_end.clans.clocked import FILE
from tests.end_to_end.conftest import PATIENCE, Program, Start
from tests.server.player import Signed, bearer, sign_in
from tests.stand_ins import discord, drand, rankings
from tests.stand_ins.serving import serving

SECRET = "mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0aB3cQw"
BEGIN = datetime(2023, 8, 20, 11, 30, tzinfo=UTC)
START = datetime(2023, 8, 20, 12, tzinfo=UTC)
END = datetime(2023, 8, 23, 15, 54, 24, tzinfo=UTC)
ROUND_AT = datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)
OWNERS = ("aria", "bell", "cora", "dara")
EACH, RANKED = 13, 4
"""Characters of each player's app, and accounts of each ranking: sixty in all."""


@dataclass(slots=True)
class World:
    """What there is around the server, and what is done with it. ids: of members, by name."""

    start: Start
    database: str
    folder: Path
    discord: discord.Discord
    nexon: rankings.Nexon
    osrs: rankings.Hiscores
    environment: dict[str, str]
    port: int
    offset: float = 0.0
    program: Program | None = None
    signed: dict[str, Signed] = field(default_factory=dict)
    characters: dict[str, list[str]] = field(default_factory=dict)
    clan: str = ""

    @property
    def url(self) -> str:
        """Where the server is."""
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> datetime:
        """By the server's clock."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def turn_to(self, instant: datetime) -> None:
        """Turn the server's clock. Whoever is signed in signs in again."""
        self.offset = (instant - datetime.now(UTC)).total_seconds()
        fresh = Path(self.environment[FILE] + ".new")
        fresh.write_text(str(self.offset))
        fresh.replace(self.environment[FILE])
        self.signed = asyncio.run(self._sign_in())

    async def _sign_in(self) -> dict[str, Signed]:
        database = Database(self.database, pool_size=1)
        try:
            return {
                name: await sign_in(
                    database,
                    Keys(SECRET.encode()),
                    self.now(),
                    name,
                    discord_id=str(80351110224678912 + number),
                )
                for number, name in enumerate(OWNERS)
            }
        finally:
            await database.close()

    def on(self) -> None:
        """Start the server, and wait until it is ready."""
        self.program = self.start(
            "tests.end_to_end.clans.clocked",
            "--port",
            self.port,
            "--data-dir",
            self.folder,
            **self.environment,
        )

        def ready() -> bool:
            assert self.program is not None
            assert self.program.process.poll() is None, "".join(self.program.errors)
            try:
                return httpx.get(f"{self.url}/readyz").status_code == httpx.codes.OK
            except httpx.HTTPError:
                return False

        self.wait(ready, "the server did not get ready")

    def kill(self) -> None:
        """End it without warning."""
        assert self.program is not None
        self.program.kill()

    def wait(self, condition: Callable[[], object], otherwise: str, seconds: float = 2 * PATIENCE) -> None:
        """Look until something holds."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, otherwise
            time.sleep(0.1)

    def ask(self, method: str, path: str, body: Any = None, *, by: str = "aria", **params: Any) -> Any:
        """What the API answers; it is no refusal."""
        answer = httpx.request(
            method,
            f"{self.url}/api{path}",
            json=body,
            params=params,
            headers=bearer(self.signed[by].tokens.access_token),
            timeout=30,
        )
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def of_clan(self, method: str, path: str = "", body: Any = None, **given: Any) -> Any:
        """The same below the clan."""
        return self.ask(method, f"/clans/{self.clan}{path}", body, **given)

    # The story

    def found(self) -> None:
        """A clan of sixty: four players with the app, and accounts of both rankings."""
        self.clan = self.ask("POST", "/clans", {"name": "Lumen", "game": "maplestory"})["id"]
        code = self.of_clan("POST", "/invitations", {"uses": 3})["code"]
        for name in OWNERS:
            if name != OWNERS[0]:
                self.ask("POST", "/clans/join", {"code": code}, by=name)
            made = [
                self.ask(
                    "POST",
                    "/characters",
                    {"character_name": f"{name.title()}{number}", "world": "kronos", "level": 250},
                    by=name,
                )["id"]
                for number in range(EACH)
            ]
            self.characters[name] = made
            self.of_clan("POST", "/characters", {"character_ids": made}, by=name)
        for number in range(RANKED):
            self.nexon.characters.append(
                rankings.Character(f"Hero{number}", 7000 + number, level=260, exp=10)
            )
            self.osrs.players.append(
                rankings.Player(
                    f"Runner {number}",
                    {"Overall": (1500, 10_000_000), "Magic": (70, 800_000)},
                    {"Zulrah": 20, "Clue Scrolls (hard)": 6},
                )
            )
        heroes = [{"name": each.name, "region": "na", "heroic": True} for each in self.nexon.characters]
        runners = [{"name": each.name} for each in self.osrs.players]
        self.of_clan("POST", "/members", {"accounts": heroes})
        self.of_clan("POST", "/members", {"accounts": runners, "game": "osrs"})

    def snapshot_after(self, instant: datetime, total: int) -> dict[str, Any]:
        """Wait for a snapshot that was finished after an instant."""
        found: dict[str, Any] = {}

        def done() -> bool:
            for each in self.of_clan("GET", "/snapshots")["items"]:
                finished = each["finished_at"]
                if finished and datetime.fromisoformat(finished) >= instant and each["total"] == total:
                    found.update(each)
            return bool(found)

        self.wait(done, "the snapshot did not end")
        return found

    def play(self) -> None:
        """Three days of the game: Aria's characters kill Lucid, every second runner gains levels and clues, every
        second hero a level."""
        for character in self.characters["aria"]:
            run = {"character_id": character, "boss_id": "hard-lucid", "drops": []}
            self.ask("POST", "/tracking/boss-runs", run)
        for number, runner in enumerate(self.osrs.players):
            if number % 2 == 0:
                runner.skills |= {"Overall": (1503, 12_000_000), "Magic": (73, 1_100_000)}
                runner.scores |= {"Clue Scrolls (hard)": 9}
        for hero in self.nexon.characters[::2]:
            hero.level += 1


@contextmanager
def world(start: Start, database: str, folder: Path) -> Iterator[World]:
    """The world, its server off."""
    import socket

    nexon, osrs, relays = rankings.Nexon(), rankings.Hiscores(), [drand.Relay(), drand.Relay()]
    talk = discord.Discord(applications={})
    with ExitStack() as running:
        sites = {
            "MAPLEHUB_NEXON_URL": running.enter_context(serving(rankings.build(nexon))),
            "MAPLEHUB_OSRS_URL": running.enter_context(serving(rankings.build(osrs))),
        }
        hooks = running.enter_context(serving(discord.build(talk)))
        beacons = [running.enter_context(serving(drand.build(relay))) for relay in relays]
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        clock = folder / "clock"
        clock.write_text("0")
        environment = {
            **sites,
            FILE: str(clock),
            "DATABASE_URL": database,
            "REDIS_URL": "",
            "MAPLEHUB_SECRET": SECRET,
            "MAPLEHUB_DISCORD_WEBHOOK_URL": f"{hooks}/api/webhooks",
            "MAPLEHUB_DRAND_RELAYS": ",".join(beacons),
            "MAPLEHUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "MAPLEHUB_RATE_USER": "100000/minute",
            "MAPLEHUB_RATE_ADDRESS": "100000/minute",
        }
        yield World(start, database, folder, talk, nexon, osrs, environment, port)
