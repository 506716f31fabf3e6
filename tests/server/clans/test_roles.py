"""Who of a clan may use which of its routes: every one there is, called from every standing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from server.settings import Settings
from shared.clans.roles import Role
from tests.server.clans.players import Clan, found
from tests.server.clans.things import form, objects
from tests.server.conftest import Clock, Configure
from tests.server.player import Desk
from tests.server.rest import join, slug

PREFIX = "/api/clans/{clan_id}"


class Who(StrEnum):
    """How somebody stands to a clan."""

    NOBODY = "nobody"
    STRANGER = "a player who is not in it"
    GONE = "a player who left it"
    LEADER_ELSEWHERE = "the leader of another clan"
    MEMBER = "member"
    OFFICER = "officer"
    LEADER = "leader"


_ROLES = {Who.MEMBER: Role.MEMBER, Who.OFFICER: Role.OFFICER, Who.LEADER: Role.LEADER}


@dataclass(frozen=True)
class Line:
    """A route below a clan. least: the role it asks for. ok: what whoever reaches it gets."""

    method: str
    path: str
    least: Role = Role.MEMBER
    ok: int = 200
    body: Any = None
    told_path: str | None = None

    @property
    def route(self) -> tuple[str, str]:
        """As the server lists it."""
        return self.method, PREFIX + (self.told_path or self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def expected(self, who: Who) -> int:
        """The status this caller gets."""
        if who is Who.NOBODY:
            return 401
        role = _ROLES.get(who)
        if role is None:
            return 404
        return self.ok if role.reaches(self.least) else 403


_CHANGE = {"name": "Lumen", "public": True, "cadence_hours": 24}
_REASON = {"reason": "Because it is so."}
_HOOK = {"name": "#news", "events": [], "enabled": True}
_NEW_HOOK = {"name": "#new", "url": "https://discord.com/api/webhooks/{fresh_number}/" + "b" * 60}
_LEADER, _OFFICER = Role.LEADER, Role.OFFICER
LINES = (
    Line("GET", ""),
    Line("PUT", "", _LEADER, body=_CHANGE),
    Line("DELETE", "", _LEADER, 204),
    Line("GET", "/people"),
    Line("PUT", "/people/{user_id}", _LEADER, body={"role": "member"}),
    Line("DELETE", "/people/{user_id}", _LEADER, 204),
    Line("GET", "/invitations", _OFFICER),
    Line("POST", "/invitations", _OFFICER, 201, body={}),
    Line("DELETE", "/invitations/{invitation_id}", _OFFICER, 204),
    Line("GET", "/members"),
    Line("POST", "/members", _OFFICER, 201, body={"accounts": [{"name": "New one"}]}),
    # Everybody of the clan may; this clan plays a game without characters of the app.
    Line("POST", "/characters", ok=422, body={"character_ids": ["{clan_id}"]}),
    Line("GET", "/members/{member_id}"),
    Line("PUT", "/members/{member_id}", _OFFICER, body={"name": "Renamed {fresh_number}"}),
    Line("DELETE", "/members/{member_id}", _OFFICER, 204),
    Line("GET", "/log"),
    Line("GET", "/board"),
    Line("GET", "/metrics"),
    Line("GET", "/panels"),
    Line("GET", "/snapshots"),
    # One is under way.
    Line("POST", "/snapshots", _OFFICER, 409),
    Line("GET", "/snapshots/{snapshot_id}"),
    Line("DELETE", "/snapshots/{snapshot_id}", _OFFICER),
    Line("GET", "/contests"),
    Line("POST", "/contests", _LEADER, 201, body="{form}"),
    Line("GET", "/contests/{contest_id}"),
    Line("PUT", "/contests/{draft_id}", _LEADER, body="{form}", told_path="/contests/{contest_id}"),
    Line("DELETE", "/contests/{draft_id}", _LEADER, 204, told_path="/contests/{contest_id}"),
    Line("POST", "/contests/{draft_id}/start", _LEADER, told_path="/contests/{contest_id}/start"),
    # Nobody entered.
    Line("POST", "/contests/{ended_id}/draw", _LEADER, 409, told_path="/contests/{contest_id}/draw"),
    Line("POST", "/contests/{contest_id}/void", _LEADER, body=_REASON),
    Line(
        "POST", "/contests/{ended_id}/amendments", _LEADER, 201, _REASON, "/contests/{contest_id}/amendments"
    ),
    # It is not drawn.
    Line(
        "POST",
        "/contests/{ended_id}/places/1/pass",
        _LEADER,
        409,
        _REASON,
        "/contests/{contest_id}/places/{place}/pass",
    ),
    Line("GET", "/contests/{contest_id}/standings"),
    Line("GET", "/contests/{contest_id}/receipts"),
    Line("GET", "/webhooks"),
    Line("POST", "/webhooks", _LEADER, 201, body=_NEW_HOOK),
    Line("PUT", "/webhooks/{webhook_id}", _LEADER, body=_HOOK),
    Line("DELETE", "/webhooks/{webhook_id}", _LEADER, 204),
    Line("POST", "/webhooks/{webhook_id}/test", _LEADER),
)


_EVERYTHING = " ".join(line.path for line in LINES)


@pytest.fixture
def settings(configure: Configure, sqlite_address: str) -> Settings:
    return configure(database_url=sqlite_address, rate_user="1000000/minute", rate_address="1000000/minute")


def test_every_route_of_a_clan_has_its_line(app: FastAPI) -> None:
    routes = {
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if str(route.path).startswith(PREFIX)
    }
    assert routes == {line.route for line in LINES}


@pytest.mark.parametrize("line", LINES, ids=str)
async def test_every_standing_gets_what_the_line_says(line: Line, desk: Desk, clock: Clock) -> None:
    got = {}
    clan, named = await found(desk, "aria"), None
    for number, who in enumerate(Who):
        headers = await _credentials(clan, desk, who, number)
        if named is None:
            named = await objects(clan, desk, f"n{number}", f"{line.path}{line.body}")
            if "{user_id}" in line.path:
                named["user_id"] = (await clan.let_in(desk, f"v{number}")).signed.user_id
        named["fresh_number"] = str(90351110224678912 + number)
        before = await _held(clan)
        answer = await desk.client.request(
            line.method,
            _filled(PREFIX + line.path, named, desk),
            json=_filled(line.body, named, desk),
            headers=headers,
        )
        got[who] = answer.status_code
        if answer.status_code in {403, 404}:
            assert slug(answer)[1] in {"forbidden", "not-found"}
        if answer.status_code >= 400:
            assert await _held(clan) == before, who
        elif line.method != "GET":
            named = None  # They may be used up.
    assert got == {who: line.expected(who) for who in Who}


async def test_of_a_closed_clan_nothing_is_left_to_ask(desk: Desk) -> None:
    clan = await found(desk)
    named = await objects(clan, desk, "n", _EVERYTHING)
    assert (await clan.leader.ask("DELETE", clan.path())).status_code == 204
    for line in LINES:
        path = _filled("/clans/{clan_id}" + line.path, {**named, "user_id": clan.leader.signed.user_id}, desk)
        body = _filled(line.body, {**named, "fresh_number": "90351110224678912"}, desk)
        assert (await clan.leader.ask(line.method, path, body)).status_code == 404, line


async def test_objects_of_another_clan_are_not_found(desk: Desk) -> None:
    """Leading a clan opens nothing of another one, under whichever clan's address it is asked for."""
    clan, other = await found(desk), await found(desk, "bell")
    named = await objects(other, desk, "n", _EVERYTHING)
    named |= {"clan_id": clan.id, "user_id": other.leader.signed.user_id, "fresh_number": "90351110224678912"}
    asked = [line for line in LINES if "{" in line.path]
    assert len(asked) > 15
    for line in asked:
        answer = await clan.leader.ask(
            line.method, _filled("/clans/{clan_id}" + line.path, named, desk), _filled(line.body, named, desk)
        )
        assert answer.status_code == 404, line


async def _credentials(clan: Clan, desk: Desk, who: Who, number: int) -> dict[str, str]:
    if who is Who.NOBODY:
        return {}
    if who is Who.LEADER:
        return clan.leader.signed.headers
    name = f"c{number}"
    if who is Who.STRANGER:
        return (await join(desk, name)).signed.headers
    if who is Who.LEADER_ELSEWHERE:
        return (await found(desk, name)).leader.signed.headers
    role = _ROLES.get(who, Role.OFFICER)
    player = await clan.let_in(desk, name, str(role))
    if who is Who.GONE:
        await player.ask("DELETE", clan.path("people", player.signed.user_id))
    return player.signed.headers


async def _held(clan: Clan) -> tuple[Any, ...]:
    """What only some may change: a clan's log has every change but those of drafts and webhooks."""
    names = ("contests", "webhooks")
    lists = [(await clan.leader.get(clan.path(name)))["items"] for name in names]
    return (await clan.leader.get(clan.path("log"), limit=1))["total"], *lists


def _filled(content: Any, named: Mapping[str, str], desk: Desk) -> Any:
    if content == "{form}":
        return form(desk)
    if isinstance(content, str):
        return content.format(**named)
    if isinstance(content, Mapping):
        return {key: _filled(value, named, desk) for key, value in content.items()}
    if isinstance(content, list):
        return [_filled(each, named, desk) for each in content]
    return content
