"""The whole API against what its OpenAPI document says, by requests made up from the document.

`python -m tests.server.fuzz 2000` asks each operation 2,000 times, of nobody and of a player, on SQLite and on
PostgreSQL; the tests alone ask fewer.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from server.app import create_app
from server.settings import Settings
from tests.server.clans.players import Clan
from tests.server.clans.things import objects
from tests.server.conftest import ORIGIN, Clock
from tests.server.player import Desk
from tests.server.rest import Player, join

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
SETTINGS: Mapping[str, Any] = {
    **dict.fromkeys((name for name in Settings.model_fields if name.startswith("rate_")), "1000000/second"),
    "stream_seconds": 0.01,
    "discord_client_id": "1",
    "discord_client_secret": "s",
    "jobs": False,
}
"""Nobody is turned away for asking too often, and streams end."""
COUNT = "FUZZ_EXAMPLES"
"""The variable of the environment that says how often each operation is asked."""
_OF_ONE_VALUE = [checks.response_schema_conformance]
_SEED = 20260305
_DOCUMENTED_ELSEWHERE = frozenset({"Authorization", "Cookie"})


@dataclass(slots=True)
class Fuzz:
    """A running server and the caller. runner: of the server's loop. real: names of what the player has."""

    runner: asyncio.Runner
    client: httpx.AsyncClient
    desk: Desk
    signed_in: bool
    number: int = 0
    player: Player = field(init=False)
    real: Mapping[str, list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.runner.run(self._begin())

    def operations(self) -> list[APIOperation]:
        """Every operation of the document."""
        found = openapi.from_dict(self.desk.app.openapi()).get_all_operations()
        return [operation.ok() for operation in found]

    def run(self, operation: APIOperation, count: int) -> None:
        """Ask an operation so many times, half of them as its description allows and half of them otherwise.

        Raises what schemathesis finds wrong with an answer.
        """
        self._run(operation, GenerationMode.POSITIVE, -(-count // 2))
        # Where nothing is taken there is nothing to send otherwise.
        with suppress(Unsatisfiable):
            self._run(operation, GenerationMode.NEGATIVE, -(-count // 2))
        if operation.method.upper() == "DELETE":
            self.runner.run(self._begin())

    def _run(self, operation: APIOperation, mode: GenerationMode, count: int) -> None:
        cases: st.SearchStrategy[Case] = operation.as_strategy(generation_mode=mode)

        @seed(_SEED)
        @examples(
            max_examples=count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases, st.randoms(use_true_random=False))
        def ask(case: Case, chance: Any) -> None:
            self._make_real(case, chance)
            self._ask(case)

        ask()

    def _make_real(self, case: Case, chance: Any) -> None:
        """Put names of what there is where made-up ones would only ever be unknown."""
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                for name in place.keys() & self.real.keys():
                    if chance.random() < 0.7:
                        place[name] = chance.choice(self.real[name])

    def _ask(self, case: Case) -> None:
        sent = case.as_transport_kwargs(base_url=ORIGIN)
        headers = {
            name: value for name, value in sent.pop("headers").items() if name not in _DOCUMENTED_ELSEWHERE
        }
        if self.signed_in:
            headers |= self.player.signed.headers
        made = self._request(sent, headers)
        answer = self.runner.run(self.client.send(made))
        streamed = answer.headers.get("content-type", "").startswith("text/event-stream")
        case.validate_response(answer, checks=CHECKS, excluded_checks=_OF_ONE_VALUE if streamed else None)
        if self.signed_in and case.path.startswith("/api/auth") and case.method != "GET":
            self.runner.run(self._come_back())

    async def _begin(self) -> None:
        """A new player, who has some of everything."""
        self.number += 1
        self.player = await join(self.desk, self._name)
        self.real = {**await full_account(self.player), "confirm": [self._name]}

    async def _come_back(self) -> None:
        """Whoever signed out, or left, is there again."""
        self.player = await join(self.desk, self._name)
        if not (await self.player.get("/characters"))["items"]:
            await self._begin()

    @property
    def _name(self) -> str:
        return f"p{self.number:03}"

    def _request(self, sent: dict[str, Any], headers: dict[str, str]) -> httpx.Request:
        """As it goes over the wire; schemathesis speaks in the words of `requests`."""
        import requests

        prepared = requests.Request(**{**sent, "headers": headers, "cookies": None}).prepare()
        return httpx.Request(
            str(prepared.method), str(prepared.url), headers=dict(prepared.headers), content=prepared.body
        )


@contextmanager
def fuzzing(settings: Settings, *, signed_in: bool) -> Iterator[Fuzz]:
    """A server over a migrated database, with somebody who has some of everything."""
    clock = Clock()
    app = create_app(settings, now=clock)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
    desk = Desk(app, client, clock)
    with asyncio.Runner() as runner:
        started = AsyncExitStack()
        runner.run(started.enter_async_context(app.router.lifespan_context(app)))
        runner.run(started.enter_async_context(client))
        try:
            yield Fuzz(runner, client, desk, signed_in)
        finally:
            runner.run(started.aclose())


async def full_account(player: Player) -> dict[str, list[Any]]:
    """Some of everything; the names of what there is, by the parameters and fields that take them."""
    heroes = [await player.character(name) for name in ("Aria", "Bell", "Cole")]
    runs = [
        await player.run(hero, boss, drops=[{"item_id": "dreamy-belt"}])
        for hero in heroes
        for boss in ("hard-lucid", "hard-damien")
    ]
    tasks = [
        await player.post("/tasks", kind="own", name="Stretch", reset=reset) for reset in ("daily", "monthly")
    ]
    tasks.append(
        await player.post("/tasks", kind="template", template="cernium-daily", character_id=heroes[0])
    )
    await player.ask("POST", f"/tasks/{tasks[0]['id']}/complete")
    keys = [await player.post("/auth/keys", name="sheet")]
    epoch = (await player.get("/sync/digest"))["epoch"]
    made = await player.post("/clans", name="Lumen", game="osrs")
    wanted = "{invitation_id} {member_id} {contest_id} {draft_id} {ended_id} {webhook_id} /snapshots"
    clan = await objects(Clan(made["id"], player), player.desk, "n", wanted)
    return {
        "clan_id": [clan["clan_id"]],
        "user_id": [player.signed.user_id],
        "contest_id": [clan["contest_id"], clan["draft_id"], clan["ended_id"]],
        **{name: [clan[name]] for name in ("invitation_id", "member_id", "webhook_id", "snapshot_id")},
        "metric": ["xp.total", "kc.zulrah"],
        "character_id": heroes,
        "run_id": [run["id"] for run in runs],
        "drop_id": [drop["id"] for run in runs for drop in run["drops"]],
        "task_id": [task["id"] for task in tasks],
        "key_id": [key["id"] for key in keys],
        "boss_id": ["hard-lucid", "hard-damien", "normal-zakum"],
        "item_id": ["dreamy-belt", "twilight-mark"],
        "world": ["kronos"],
        "template": ["cernium-daily"],
        "owner": ["account", "kronos", *heroes],
        "key": ["cosmetic.accent"],
        "table": ["characters", "boss_runs"],
        "epoch": [epoch, ""],
        "protocol": [1],
    }


def main(arguments: list[str]) -> int:
    """Ask every operation as often as the first argument says; pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "--timeout", "0"]
    given = os.environ | {COUNT: arguments[0] if arguments else "200"}
    return subprocess.run(
        [*command, str(Path(__file__).with_name("test_fuzz.py"))], env=given, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
