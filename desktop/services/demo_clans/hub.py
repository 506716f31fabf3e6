"""A server of clans in memory: it answers the same routes with the same bodies as the real one."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from desktop.services.demo_clans import figures
from desktop.services.demo_clans.cast import LUMEN, ME, WAYFARERS, made_id
from desktop.services.demo_clans.clan import DemoClan
from desktop.services.demo_clans.contests import DemoContest, blank
from desktop.services.demo_clans.making import lumen, wayfarers
from shared.api.clans import (
    ClanChange,
    ClanEntry,
    ClanList,
    InvitationEntry,
    JoinEntry,
    MemberChange,
    MembersEntry,
    RoleChange,
)
from shared.api.contests import ContestForm, ContestList, PassEntry, ReasonEntry, ReceiptList
from shared.api.webhooks import WebhookChange, WebhookEntry, WebhookList
from shared.catalog import Catalog
from shared.clans.timeframes import Timeframe
from shared.errors import Conflict, InvalidInput, MapleHubError, NotFound

Entry = TypeVar("Entry", bound=BaseModel)
Answer = BaseModel | bytes | None
_STATUS = ((InvalidInput, 422, "invalid-input"), (NotFound, 404, "not-found"), (Conflict, 409, "conflict"))
_CLAN = re.compile(r"/api/clans/([0-9a-f-]{36})(/.*)?")
_CREATED = frozenset({"contests", "webhooks", "invitations", "members", "characters", "snapshots"})


class DemoHub:
    """One player's clans. now: the instant, UTC."""

    def __init__(self, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self.now = now
        self.clans: dict[str, DemoClan] = {LUMEN: lumen(now()), WAYFARERS: wayfarers(now())}

    def answer(self, method: str, path: str, params: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """The status and the JSON of what a server would say."""
        try:
            found = self._route(method, path, dict(params), json.loads(body) if body else {})
        except MapleHubError as error:
            return _problem(error)
        if isinstance(found, bytes):
            return 200, found
        if found is None:
            return 204, b""
        created = method == "POST" and (path.rsplit("/", 1)[-1] in _CREATED or path == "/api/clans")
        return 201 if created else 200, found.model_dump_json().encode()

    # Routes

    def _route(self, method: str, path: str, params: dict[str, str], body: dict[str, Any]) -> Answer:
        if path == "/api/clans":
            return self._found(body) if method == "POST" else self._list()
        if path == "/api/clans/join":
            _read(JoinEntry, body)
            raise NotFound("This invitation lets nobody in.", "Ask for a new one.")
        proof = re.fullmatch(r"/api/contests/([0-9a-f-]{36})/proof", path)
        if proof:
            return self._proof(proof[1])
        clan = _CLAN.fullmatch(path)
        if clan is None or clan[1] not in self.clans:
            raise NotFound("There is no such clan, or you are not in it.")
        parts = (clan[2] or "").strip("/").split("/")
        return self._in_clan(self.clans[clan[1]], method, parts, params, body)

    def _list(self) -> ClanList:
        found = sorted((clan.info() for clan in self.clans.values()), key=lambda info: info.name)
        return ClanList(items=found)

    def _found(self, body: dict[str, Any]) -> Answer:
        entry = _read(ClanEntry, body)
        made = DemoClan.new(made_id(f"clan/{len(self.clans)}/{entry.name}"), entry, self.now())
        self.clans[made.id] = made
        return made.info()

    def _proof(self, contest_id: str) -> bytes:
        for clan in self.clans.values():
            found = clan.contests.get(contest_id)
            if found is not None and found.proof is not None:
                return found.proof.text()
        raise NotFound("This contest has no proof yet.")

    def _in_clan(
        self, clan: DemoClan, method: str, parts: list[str], params: dict[str, str], body: dict[str, Any]
    ) -> Answer:
        what, rest = parts[0], parts[1:]
        if not what:
            return self._clan(clan, method, body)
        routes: dict[str, Callable[..., Answer]] = {
            "people": self._people,
            "invitations": self._invitations,
            "members": self._members,
            "characters": self._characters,
            "snapshots": self._snapshots,
            "contests": self._contests,
            "webhooks": self._webhooks,
            "board": partial(self._board, params),
            "metrics": lambda *_: figures.metric_list(clan.of_game(params)),
            "panels": lambda *_: figures.panels(clan.of_game(params), _timeframe(params), self.now()),
            "log": lambda *_: clan.log.page(int(params["offset"]), int(params["limit"]), clan.names()),
        }
        if what not in routes:
            raise NotFound("There is nothing at this address.")
        if what == "members" and method == "GET" and rest:
            metric = params.get("metric", "xp.total")
            return figures.member_progress(clan.member(rest[0]), _timeframe(params), metric, self.now())
        return routes[what](clan, method, rest, body)

    def _board(self, params: dict[str, str], clan: DemoClan, *_: object) -> Answer:
        timeframe = _timeframe(params)
        return figures.board(clan.name, clan.of_game(params), params["metric"], timeframe, self.now(), params)

    def _clan(self, clan: DemoClan, method: str, body: dict[str, Any]) -> Answer:
        if method == "PUT":
            clan.change(_read(ClanChange, body), self.now())
        elif method == "DELETE":
            del self.clans[clan.id]
            return None
        return clan.info()

    def _people(self, clan: DemoClan, method: str, rest: list[str], body: dict[str, Any]) -> Answer:
        if method == "PUT":
            return clan.change_role(rest[0], _read(RoleChange, body).role, self.now())
        if method == "DELETE":
            clan.remove_person(rest[0], self.now())
            if rest[0] == ME:
                del self.clans[clan.id]
            return None
        return clan.people_list()

    def _invitations(self, clan: DemoClan, method: str, rest: list[str], body: dict[str, Any]) -> Answer:
        if method == "POST":
            return clan.invite(_read(InvitationEntry, body), self.now())
        if method == "DELETE":
            clan.revoke(rest[0], self.now())
            return None
        return clan.invitation_list(self.now())

    def _members(self, clan: DemoClan, method: str, rest: list[str], body: dict[str, Any]) -> Answer:
        if method == "POST":
            return clan.add_members(_read(MembersEntry, body), self.now())
        if method == "PUT":
            return clan.change_member(rest[0], _read(MemberChange, body), self.now())
        if method == "DELETE":
            clan.remove_member(rest[0], self.now())
            return None
        return clan.member_list()

    def _characters(self, _clan: DemoClan, _method: str, _rest: list[str], body: dict[str, Any]) -> Answer:
        if not body.get("character_ids"):
            raise InvalidInput("character_ids", "Choose a character.")
        raise Conflict("The demo’s characters are synced with no server.", "Sign in to a server first.")

    def _snapshots(self, clan: DemoClan, method: str, rest: list[str], _body: dict[str, Any]) -> Answer:
        if method == "POST":
            return clan.run_snapshot(self.now())
        if method == "DELETE":
            return clan.cancel_snapshot(rest[0], self.now())
        return clan.go_on(rest[0], self.now()) if rest else clan.standing(self.now())

    def _contests(self, clan: DemoClan, method: str, rest: list[str], body: dict[str, Any]) -> Answer:
        if not rest:
            if method == "POST":
                form = _read(ContestForm, body)
                made = blank(made_id(f"contest/{len(clan.contests)}/{form.title}"), form, self.now())
                clan.contests = {made.info.id: made, **clan.contests}
                return made.info
            return ContestList(items=[each.info for each in clan.contests.values()])
        found = clan.contests.get(rest[0])
        if found is None:
            raise NotFound("There is no such contest.")
        return self._contest(clan, found, method, rest[1:], body)

    def _contest(
        self, clan: DemoClan, found: DemoContest, method: str, rest: list[str], body: dict[str, Any]
    ) -> Answer:
        now = self.now()
        reason = partial(_read, ReasonEntry, body)
        routes: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", ""): lambda: found.info,
            ("PUT", ""): lambda: found.show(**_read(ContestForm, body).model_dump()),
            ("DELETE", ""): lambda: clan.drop(found),
            ("POST", "start"): lambda: found.commit(now, clan.log),
            ("POST", "draw"): lambda: clan.draw(found, now),
            ("POST", "void"): lambda: clan.void(found, reason().reason, now),
            ("POST", "amendments"): lambda: clan.amend(found, reason().reason, now),
            ("POST", "places"): lambda: found.pass_on(
                int(rest[1]), PassEntry.model_validate(body).reason, now
            ),
            ("GET", "standings"): found.standings,
            ("GET", "receipts"): lambda: ReceiptList(items=found.receipts(clan.subjects_of(ME))),
        }
        run = routes.get((method, rest[0] if rest else ""))
        if run is None:
            raise NotFound("There is nothing at this address.")
        return run()

    def _webhooks(self, clan: DemoClan, method: str, rest: list[str], body: dict[str, Any]) -> Answer:
        now = self.now()
        if method == "POST" and len(rest) == 2:
            return clan.change_hook(rest[0], last_at=now, last_status=204, last_response=None)
        if method == "POST":
            return clan.add_hook(_read(WebhookEntry, body), now)
        if method == "PUT":
            change = _read(WebhookChange, body)
            why = {"disabled_why": None} if change.enabled else {}
            return clan.change_hook(rest[0], **change.model_dump(), **why)
        if method == "DELETE":
            clan.hooks.pop(rest[0], None)
            return None
        return WebhookList(items=sorted(clan.hooks.values(), key=lambda hook: hook.name))


def _read(shape: type[Entry], body: dict[str, Any]) -> Entry:
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise InvalidInput(field, f"{first['msg'].removeprefix('Value error, ').capitalize()}.") from None


def _timeframe(params: Mapping[str, str]) -> Timeframe:
    return Timeframe(params.get("timeframe", "7d"))


def _problem(error: MapleHubError) -> tuple[int, bytes]:
    status, slug = next(
        ((s, name) for kind, s, name in _STATUS if isinstance(error, kind)), (403, "forbidden")
    )
    told = {
        "type": f"urn:maplehub:problem:{slug}",
        "status": status,
        "detail": error.message,
        "action": error.action,
    }
    if isinstance(error, InvalidInput):
        told["field"] = error.field
    return status, json.dumps(told).encode()
