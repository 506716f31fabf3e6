"""Who may use which route: every route there is, called by every kind of caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from server.accounts import service
from server.accounts.tables import ApiKey
from server.settings import Settings
from server.sync.tables import sync_users
from server.web.pages import style
from tests.server.clans.players import Clan
from tests.server.clans.things import objects as objects_of_clan
from tests.server.conftest import Clock, Configure
from tests.server.player import Desk, bearer
from tests.server.rest import Player, join, slug

OWNER, STRANGER = "aria", "bell"


class Who(StrEnum):
    """Kinds of callers. All but nobody and the other player are, or were, the one the objects belong to."""

    NOBODY = "nobody"
    BROWSER = "browser"
    FORGED = "browser without the CSRF token"
    LEFT = "browser whose session has ended"
    DESKTOP = "desktop"
    ENDED = "desktop whose session has ended"
    EXPIRED = "desktop with an expired token"
    READ_KEY = "key that may read"
    WRITE_KEY = "key that may write"
    OTHER = "another player"


_NOT_OURS = dict.fromkeys((Who.ENDED, Who.EXPIRED), 401)
_SIGNED_OUT = {Who.NOBODY: 401, Who.LEFT: 401, **_NOT_OURS}
_NO_CHANGE = {Who.FORGED: 403, Who.READ_KEY: 403}
_NO_PERSON = {Who.READ_KEY: 403, Who.WRITE_KEY: 403}


class May(StrEnum):
    """What a route asks of its caller."""

    UNASKED = "nothing, and does not look at who calls"
    OPEN = "nothing"
    OPEN_CHANGE = "nothing, and changes something"
    READ = "to be signed in"
    CHANGE = "to be signed in and allowed to change"
    PERSON_READ = "to be signed in and no script"
    PERSON_CHANGE = "to be signed in, no script, and allowed to change"


REFUSED: Mapping[May, Mapping[Who, int]] = {
    May.UNASKED: {},
    May.OPEN: _NOT_OURS,
    May.OPEN_CHANGE: {**_NOT_OURS, **_NO_CHANGE},
    May.READ: _SIGNED_OUT,
    May.CHANGE: {**_SIGNED_OUT, **_NO_CHANGE},
    May.PERSON_READ: {**_SIGNED_OUT, **_NO_PERSON},
    May.PERSON_CHANGE: {**_SIGNED_OUT, **_NO_CHANGE, **_NO_PERSON},
}
"""Who is refused with what. Everybody else gets what the line says."""


@dataclass(frozen=True)
class Line:
    """A route. path, query and body name objects of the owner in braces. ok: what those who may get. other: what
    another player gets for the owner's objects; left out, it is 404 where there are any."""

    method: str
    path: str
    may: May
    ok: int = 200
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    other: int | None = None

    def expected(self, who: Who) -> int:
        """The status this caller gets."""
        if who is Who.OTHER:
            objects = any(f"{{{name}}}" in f"{self.path}{self.body}" for name in OBJECTS)
            return self.other or (404 if objects else self.ok)
        return REFUSED[self.may].get(who, self.ok)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


OBJECTS = ("character_id", "run_id", "drop_id", "task_id", "session_id", "key_id", "clan_id", "contest_id")
_CHARACTER = {"character_name": "{fresh}", "world": "kronos"}
_RUN = {"character_id": "{character_id}", "boss_id": "hard-damien"}
_DROP = {"item_id": "dreamy-belt"}
_TASK = {"name": "Stretch", "reset": "daily"}
_CODE = {
    "grant_type": "authorization_code",
    "code": "{code}",
    "code_verifier": "{verifier}",
    "redirect_uri": "http://127.0.0.1:49200/callback",
}
_PART = {"characters": {"buckets": [0]}}
_SYMBOL = {"symbols": [{"area": "cernium", "level": 5}]}
_CLAN = "/api/clans/{clan_id}"
_CONTEST = f"{_CLAN}/contests/{{contest_id}}"
_CLAN_BODY = {"name": "Nova", "public": True, "cadence_hours": 24}
_REASON = {"reason": "Because it is so."}
_HOOK = {"name": "#news", "events": [], "enabled": True}
# The roles within a clan have a matrix of their own; here the caller leads it.
_OF_CLANS: tuple[tuple[Any, ...], ...] = (
    ("GET", _CLAN, May.READ),
    ("PUT", _CLAN, May.CHANGE, 200, _CLAN_BODY),
    ("DELETE", _CLAN, May.CHANGE, 204),
    ("GET", f"{_CLAN}/people", May.READ),
    ("PUT", f"{_CLAN}/people/{{user_id}}", May.CHANGE, 200, {"role": "leader"}),
    # A clan's only leader stays.
    ("DELETE", f"{_CLAN}/people/{{user_id}}", May.CHANGE, 409),
    ("GET", f"{_CLAN}/invitations", May.READ),
    ("POST", f"{_CLAN}/invitations", May.CHANGE, 201, {}),
    ("DELETE", f"{_CLAN}/invitations/{{invitation_id}}", May.CHANGE, 204),
    ("GET", f"{_CLAN}/members", May.READ),
    ("POST", f"{_CLAN}/members", May.CHANGE, 201, {"accounts": [{"name": "Zezima"}]}),
    # A clan of another game has no characters of the app.
    ("POST", f"{_CLAN}/characters", May.CHANGE, 422, {"character_ids": ["{clan_id}"]}),
    ("GET", f"{_CLAN}/members/{{member_id}}", May.READ),
    ("PUT", f"{_CLAN}/members/{{member_id}}", May.CHANGE, 200, {}),
    ("DELETE", f"{_CLAN}/members/{{member_id}}", May.CHANGE, 204),
    ("GET", f"{_CLAN}/log", May.READ),
    ("GET", f"{_CLAN}/board", May.READ),
    ("GET", f"{_CLAN}/metrics", May.READ),
    ("GET", f"{_CLAN}/panels", May.READ),
    ("GET", f"{_CLAN}/snapshots", May.READ),
    # One is under way.
    ("POST", f"{_CLAN}/snapshots", May.CHANGE, 409),
    ("GET", f"{_CLAN}/snapshots/{{snapshot_id}}", May.READ),
    ("DELETE", f"{_CLAN}/snapshots/{{snapshot_id}}", May.CHANGE),
    ("GET", f"{_CLAN}/contests", May.READ),
    ("POST", f"{_CLAN}/contests", May.CHANGE, 422, {}),
    ("GET", _CONTEST, May.READ),
    # It has started.
    ("PUT", _CONTEST, May.CHANGE, 422, {}),
    ("DELETE", _CONTEST, May.CHANGE, 409),
    ("POST", f"{_CONTEST}/start", May.CHANGE, 409),
    ("POST", f"{_CONTEST}/draw", May.CHANGE, 409),
    ("POST", f"{_CONTEST}/void", May.CHANGE, 200, _REASON),
    ("POST", f"{_CONTEST}/amendments", May.CHANGE, 409, _REASON),
    ("POST", f"{_CONTEST}/places/{{place}}/pass", May.CHANGE, 409, _REASON),
    ("GET", f"{_CONTEST}/standings", May.READ),
    ("GET", f"{_CONTEST}/receipts", May.READ),
    ("GET", f"{_CLAN}/webhooks", May.READ),
    ("POST", f"{_CLAN}/webhooks", May.CHANGE, 422, {"name": "#news", "url": "https://hooks.example/1"}),
    ("PUT", f"{_CLAN}/webhooks/{{webhook_id}}", May.CHANGE, 200, _HOOK),
    ("DELETE", f"{_CLAN}/webhooks/{{webhook_id}}", May.CHANGE, 204),
    ("POST", f"{_CLAN}/webhooks/{{webhook_id}}/test", May.CHANGE),
)
LINES = (
    Line("GET", "/livez", May.UNASKED),
    Line("GET", "/readyz", May.UNASKED),
    Line("GET", "/healthz", May.UNASKED),
    Line("GET", "/version", May.UNASKED),
    Line("GET", "/metrics", May.UNASKED),
    Line("GET", "/api/openapi.json", May.OPEN),
    Line("GET", "/api/auth/discord", May.OPEN, 303),
    # Nobody here began a sign-in, which is all that this route asks.
    Line("GET", "/api/auth/discord/callback", May.OPEN, 400),
    Line("GET", "/api/auth/signed-in", May.OPEN),
    Line("POST", "/api/auth/token", May.OPEN_CHANGE, body=_CODE),
    Line("GET", "/api/auth/me", May.READ),
    Line("DELETE", "/api/auth/me", May.PERSON_CHANGE, 204, query={"confirm": "{user}"}),
    Line("GET", "/api/auth/me/export", May.PERSON_READ),
    Line("POST", "/api/auth/logout", May.PERSON_CHANGE, 204),
    Line("GET", "/api/auth/sessions", May.PERSON_READ),
    Line("DELETE", "/api/auth/sessions", May.PERSON_CHANGE, 204),
    Line("DELETE", "/api/auth/sessions/{session_id}", May.PERSON_CHANGE, 204),
    Line("GET", "/api/auth/keys", May.PERSON_READ),
    Line("POST", "/api/auth/keys", May.PERSON_CHANGE, 201, body={"name": "sheet"}),
    Line("DELETE", "/api/auth/keys/{key_id}", May.PERSON_CHANGE, 204),
    Line("GET", "/api/characters", May.READ),
    Line("POST", "/api/characters", May.CHANGE, 201, body=_CHARACTER),
    Line("GET", "/api/characters/{character_id}", May.READ),
    Line("PUT", "/api/characters/{character_id}", May.CHANGE, body=_CHARACTER),
    Line("DELETE", "/api/characters/{character_id}", May.CHANGE, 204),
    Line("GET", "/api/bosses", May.OPEN),
    Line("GET", "/api/bosses/{boss_id}", May.OPEN),
    Line("GET", "/api/tracking/boss-runs", May.READ),
    Line("POST", "/api/tracking/boss-runs", May.CHANGE, 201, body=_RUN),
    Line("GET", "/api/tracking/boss-runs/{run_id}", May.READ),
    Line("PUT", "/api/tracking/boss-runs/{run_id}", May.CHANGE, body={**_RUN, "boss_id": "hard-lucid"}),
    Line("DELETE", "/api/tracking/boss-runs/{run_id}", May.CHANGE, 204),
    Line(
        "POST", "/api/tracking/boss-runs/{run_id}/drops", May.CHANGE, 201, body={"item_id": "twilight-mark"}
    ),
    Line("DELETE", "/api/tracking/boss-runs/{run_id}/drops/{drop_id}", May.CHANGE, 204),
    Line("GET", "/api/tracking/weekly-summary", May.READ),
    Line("GET", "/api/tracking/daily-summary", May.READ),
    Line("GET", "/api/tasks", May.READ),
    Line("POST", "/api/tasks", May.CHANGE, 201, body={"kind": "own", **_TASK, "owner": "{character_id}"}),
    Line("GET", "/api/tasks/templates", May.OPEN),
    Line("PUT", "/api/tasks/{task_id}", May.CHANGE, body=_TASK),
    Line("DELETE", "/api/tasks/{task_id}", May.CHANGE, 204),
    Line("POST", "/api/tasks/{task_id}/complete", May.CHANGE),
    Line("DELETE", "/api/tasks/{task_id}/complete", May.CHANGE),
    Line("POST", "/api/calculators/liberation", May.OPEN, body={"path": "genesis", "bosses": []}),
    Line("POST", "/api/calculators/symbols", May.OPEN, body=_SYMBOL),
    Line("POST", "/api/calculators/meso-income", May.OPEN, body={"characters": []}),
    Line("GET", "/api/settings", May.READ),
    Line("GET", "/api/settings/{key}", May.READ),
    Line("PUT", "/api/settings/{key}", May.CHANGE, body={"value": None}),
    Line("POST", "/api/sync/push", May.CHANGE, body={"mutations": []}),
    Line("POST", "/api/sync/pull", May.CHANGE, body={}),
    Line("GET", "/api/sync/digest", May.READ),
    Line("GET", "/api/sync/digest/{table}", May.READ),
    # Another player's history is another one, and says so.
    Line("POST", "/api/sync/rows", May.CHANGE, body={"epoch": "{epoch}", "tables": _PART}, other=409),
    Line("GET", "/api/sync/devices", May.READ),
    Line("GET", "/api/stream", May.READ),
    Line("GET", "/api/stats/drop-rates", May.OPEN),
    Line("GET", "/api/stats/drop-rates/{boss}", May.OPEN),
    Line("GET", "/api/stats/drop-rates/{boss}/{item}", May.OPEN),
    Line("GET", "/api/stats/boss-clears", May.OPEN),
    Line("GET", "/api/stats/dumps", May.OPEN),
    # There is no such month.
    Line("GET", "/api/stats/dumps/{name}", May.OPEN, 404),
    Line("GET", "/api/stats/mine", May.READ),
    Line("GET", "/api/clans", May.READ),
    Line("POST", "/api/clans", May.CHANGE, 201, body={"name": "Nova"}),
    # The code is its own credential: whoever shows it comes in.
    Line("POST", "/api/clans/join", May.CHANGE, body={"code": "{clan_code}"}, other=200),
    *(Line(*line) for line in _OF_CLANS),
    # It is not drawn.
    Line("GET", "/api/contests/{contest_id}/proof", May.OPEN, 404),
    Line("GET", "/clans/{clan_id}", May.OPEN, other=200),
    Line("GET", "/contests/{contest_id}", May.OPEN, other=200),
    Line("GET", "/contests/{contest_id}/proof.json", May.OPEN, 404),
    Line("GET", "/verify", May.OPEN),
    # Nothing is handed in.
    Line("POST", "/verify", May.OPEN, 422),
    Line("GET", "/stats", May.OPEN),
    Line("GET", f"/stats/{style()[1]}", May.OPEN),
    Line("GET", "/stats/{boss}", May.OPEN),
    Line("GET", "/stats/{boss}/{item}", May.OPEN),
)


@pytest.fixture
def settings(configure: Configure, sqlite_address: str) -> Settings:
    return configure(database_url=sqlite_address, stream_seconds=0.02)


def test_every_route_has_its_line(app: FastAPI) -> None:
    routes = {
        (method, route.path) for route in iter_route_contexts(app.routes) for method in route.methods or ()
    }
    assert routes == {(line.method, line.path) for line in LINES}


@pytest.mark.parametrize("line", LINES, ids=str)
async def test_every_caller_gets_what_the_line_says(line: Line, desk: Desk, clock: Clock) -> None:
    expired = (await desk.desktop(OWNER)).headers
    clock.forward(minutes=61)
    got: dict[Who, int] = {}
    objects: dict[str, str] | None = None
    for number, who in enumerate(Who):
        owner = await join(desk, OWNER)
        if objects is None:
            objects = await _objects(owner, f"{line.path}{line.body}")
        headers = expired if who is Who.EXPIRED else await _credentials(owner, who)
        named = objects | {"user": STRANGER if who is Who.OTHER else OWNER, "fresh": f"Nova{number}"}
        before = await _held(owner)
        answer = await desk.client.request(
            line.method,
            _filled(line.path, named),
            json=_filled(line.body, named),
            params=_filled(line.query, named),
            headers=headers,
        )
        got[who] = answer.status_code
        if answer.is_success and line.method != "GET":
            objects = None  # They may be used up.
        if answer.status_code == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer")
        if answer.status_code == 403:
            assert slug(answer) == (403, _why(line, who)), who
        # A code is its own credential, whoever shows it.
        if (answer.status_code >= 400 or who in {Who.OTHER, Who.NOBODY}) and line.body is not _CODE:
            assert await _held(owner) == before, who
    assert got == {who: line.expected(who) for who in Who}


async def test_a_list_asked_for_by_another_players_ids_is_empty(desk: Desk) -> None:
    aria, bell = await join(desk, OWNER), await join(desk, STRANGER)
    character = await aria.character()
    await aria.run(character)
    for path, nothing in (
        ("/tracking/boss-runs", {"items": [], "next_cursor": None}),
        ("/tracking/weekly-summary", {"bosses": [], "total_meso": 0}),
        ("/tracking/daily-summary", {"bosses": [], "total_meso": 0}),
    ):
        assert (await bell.get(path, character_id=character)).items() >= nothing.items()
        assert not (await aria.get(path, character_id=character)).items() >= nothing.items()


def _why(line: Line, who: Who) -> str:
    """The type of the problem of somebody known who may not."""
    if who is Who.FORGED:
        return "cross-site"
    return "read-only-key" if who is Who.READ_KEY and line.method != "GET" else "forbidden"


async def _credentials(owner: Player, who: Who) -> dict[str, str]:
    """What signs this caller in, or would."""
    desk = owner.desk
    if who in {Who.BROWSER, Who.FORGED, Who.LEFT}:
        cookies, csrf = await desk.browser(OWNER)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if who is not Who.FORGED:
            headers["X-CSRF-Token"] = csrf
        if who is Who.LEFT:
            assert (await desk.client.post("/api/auth/logout", headers=headers)).status_code == 204
        return headers
    if who in {Who.READ_KEY, Who.WRITE_KEY}:
        access = "read" if who is Who.READ_KEY else "write"
        return bearer((await owner.post("/auth/keys", name="script", access=access))["key"])
    if who is Who.OTHER:
        return (await desk.desktop(STRANGER)).headers
    signed = await desk.desktop(OWNER)
    if who is Who.ENDED:
        assert (await desk.client.post("/api/auth/logout", headers=signed.headers)).status_code == 204
    return {} if who is Who.NOBODY else signed.headers


async def _objects(owner: Player, wanted: str) -> dict[str, str]:
    """Real objects of the owner, as far as they are wanted, by the name of the parameter that takes them."""
    named = {
        "boss_id": "hard-lucid",
        "boss": "hard-lucid",
        "item": "dreamy-belt",
        "key": "cosmetic.accent",
        "table": "characters",
        "name": "maplehub-runs-2026-01.jsonl.zst",
    }
    if any(f"{{{name}}}" in wanted for name in ("character_id", "run_id", "epoch")):
        count = len((await owner.get("/characters"))["items"])
        named["character_id"] = await owner.character(f"Aria{count}")
        named["epoch"] = (await owner.get("/sync/digest"))["epoch"]
    if "{run_id}" in wanted:
        run = await owner.run(named["character_id"], drops=[_DROP])
        named["run_id"], named["drop_id"] = run["id"], run["drops"][0]["id"]
    if "{task_id}" in wanted:
        named["task_id"] = (await owner.post("/tasks", kind="own", **_TASK))["id"]
    if "{session_id}" in wanted:
        named["session_id"] = (await owner.desk.desktop(OWNER, "tower")).tokens.session_id
    if "{key_id}" in wanted:
        named["key_id"] = (await owner.post("/auth/keys", name="sheet"))["id"]
    if any(f"{{{name}}}" in wanted for name in ("clan_id", "contest_id", "clan_code")):
        named |= await _of_clan(owner, wanted)
    if "{code}" in wanted:
        named["code"], named["verifier"] = await owner.desk.code(owner.signed.user_id)
    return named


async def _of_clan(owner: Player, wanted: str) -> dict[str, str]:
    """Objects of the owner's newest clan."""
    mine = (await owner.get("/clans"))["items"]
    number = len(mine)
    made = await owner.post("/clans", name=f"Lumen {number}", game="osrs")
    clan = Clan(made["id"], owner)
    given = await objects_of_clan(clan, owner.desk, f"n{number}", wanted.replace("{clan_code}", "{code}"))
    return {**given, "clan_code": given.pop("code", ""), "user_id": owner.signed.user_id, "place": "1"}


def _filled(content: Any, named: Mapping[str, str]) -> Any:
    """The content with the objects' names in it."""
    if isinstance(content, str):
        return content.format(**named)
    if isinstance(content, Mapping):
        return {key: _filled(value, named) for key, value in content.items()}
    return [_filled(each, named) for each in content] if isinstance(content, list) else content


async def _held(owner: Player) -> tuple[Any, ...]:
    """What only the owner may change."""
    user_id = owner.signed.user_id
    async with owner.desk.app.state.database.reading() as session:
        head = await session.scalar(select(sync_users.c.head).where(sync_users.c.user_id == user_id))
        keys = set(await session.scalars(select(ApiKey.id).where(ApiKey.user_id == user_id)))
        signed_in = {each.id for each in await service.sessions(session, user_id, owner.desk.now())}
    return head, keys, signed_in
