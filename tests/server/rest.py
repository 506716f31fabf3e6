"""Players who use the API by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import event

from tests.server.player import Desk, Signed
from tests.server.sync.machine import Machine


@dataclass(slots=True)
class Player:
    """A player and the requests they make."""

    desk: Desk
    signed: Signed

    async def ask(self, method: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        """A request under /api."""
        return await self.desk.client.request(
            method, f"/api{path}", json=body, params=params, headers=self.signed.headers
        )

    async def get(self, path: str, **params: Any) -> Any:
        """What there is."""
        answer = await self.ask("GET", path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        """Something new."""
        answer = await self.ask("POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def character(self, name: str = "Aria", **given: Any) -> str:
        """A new character's id."""
        made = await self.post("/characters", character_name=name, **{"world": "kronos", **given})
        found: str = made["id"]
        return found

    async def run(self, character: str, boss: str = "hard-lucid", **given: Any) -> dict[str, Any]:
        """A new run."""
        made: dict[str, Any] = await self.post(
            "/tracking/boss-runs", character_id=character, boss_id=boss, **given
        )
        return made

    def machine(self) -> Machine:
        """A desktop of theirs, as the server sees it."""
        now = round(self.desk.now().timestamp() * 1000)
        return Machine(self.desk.client, self.signed.headers, now)


async def join(desk: Desk, name: str = "aria") -> Player:
    """A player who is signed in."""
    return Player(desk, await desk.desktop(name))


def slug(answer: httpx.Response) -> tuple[int, str]:
    """A problem's status and type."""
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[1]


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """The statements the server's database is given meanwhile."""
    database = desk.app.state.database
    # On PostgreSQL the reading engine is the other one under further options, and its events are that one's too.
    engines = {database.engine.sync_engine} | ({database._reading.sync_engine} if database.sqlite else set())
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
