"""The clans' client: what it asks, what it understands, and what refusals mean."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from desktop.services.demo_clans.cast import LUMEN, ME, made_id
from desktop.services.demo_clans.hub import DemoHub
from desktop.sync.clans import ClansClient, Refused
from desktop.sync.http import Incompatible, SignedOut, Unreachable
from desktop.sync.session import FixedToken
from shared.api.clans import (
    CharactersEntry,
    ClanChange,
    ClanEntry,
    InvitationEntry,
    MemberChange,
    MembersEntry,
    NamedAccount,
)
from shared.api.contests import ContestForm, ContestRule
from shared.api.webhooks import HookEvent, WebhookChange, WebhookEntry
from shared.catalog import Catalog
from shared.clans.contest import RuleKind
from shared.clans.roles import Role
from shared.clans.timeframes import Timeframe
from shared.errors import Conflict, InvalidInput, NotFound
from shared.fairness.proof import read_proof
from shared.fairness.verify import Outcome, verify
from tests.desktop.clan_server import ClanServer, clan_server
from tests.desktop.conftest import NOW, Clock

C = f"/api/clans/{LUMEN}"
SPRING = made_id("contest/Spring Cleaning")
SWEEP = made_id("contest/Autumn Sweep")
MEMBER = made_id("member/Maplewhisk")
HOOK = made_id("hook/#announcements")
FORM = ContestForm(
    title="March",
    rules=[ContestRule(kind=RuleKind.LEVELS, least=1)],
    start_time=datetime(2026, 12, 1, tzinfo=UTC),
    end_time=datetime(2026, 12, 8, tzinfo=UTC),
)
URL = "https://discord.com/api/webhooks/80351110224678912/aVerySecretPart"
Call = Callable[[ClansClient], Any]


@pytest.fixture(scope="module")
def _running(catalog: Catalog) -> Iterator[ClanServer]:
    with clan_server(catalog, Clock()) as made:
        yield made


@pytest.fixture
def server(_running: ClanServer, catalog: Catalog, clock: Clock) -> ClanServer:
    _running.begin_anew(DemoHub(catalog, clock))
    return _running


@pytest.fixture
def client(server: ClanServer) -> Iterator[ClansClient]:
    made = ClansClient(server.url, FixedToken("good"))
    yield made
    made.close()


READS: list[tuple[str, Call]] = [
    ("/api/clans", lambda c: c.clans()),
    (C, lambda c: c.clan(LUMEN)),
    (f"{C}/people", lambda c: c.people(LUMEN)),
    (f"{C}/invitations", lambda c: c.invitations(LUMEN)),
    (f"{C}/members", lambda c: c.members(LUMEN)),
    (f"{C}/members/{MEMBER}", lambda c: c.member(LUMEN, MEMBER, Timeframe.MONTH, "xp.total")),
    (f"{C}/snapshots", lambda c: c.snapshots(LUMEN)),
    (f"{C}/metrics", lambda c: c.metrics(LUMEN)),
    (f"{C}/panels", lambda c: c.panels(LUMEN, Timeframe.MONTH_TO_DATE)),
    (f"{C}/contests", lambda c: c.contests(LUMEN)),
    (f"{C}/contests/{SWEEP}", lambda c: c.contest(LUMEN, SWEEP)),
    (f"{C}/contests/{SWEEP}/standings", lambda c: c.standings(LUMEN, SWEEP)),
    (f"{C}/contests/{SWEEP}/receipts", lambda c: c.receipts(LUMEN, SWEEP)),
    (f"{C}/webhooks", lambda c: c.webhooks(LUMEN)),
    (f"{C}/log", lambda c: c.log(LUMEN, 0, 20)),
]


@pytest.mark.parametrize(("path", "call"), READS, ids=[path.removeprefix(C) or "clan" for path, _ in READS])
def test_what_is_read_is_asked_with_the_sign_in_and_understood(
    server: ClanServer, client: ClansClient, path: str, call: Call
) -> None:
    assert call(client) is not None
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.token) == ("GET", path, "good")


def test_a_board_is_asked_as_it_is_sorted(server: ClanServer, client: ClansClient) -> None:
    found = client.board(
        LUMEN, "kc.hard-lucid", Timeframe.WEEK, sort="name", descending=False, offset=3, limit=5
    )
    assert [row.name for row in found.items] == sorted((row.name for row in found.items), key=str.casefold)
    assert len(found.items) == 5
    assert server.asked[0].params == {
        "metric": "kc.hard-lucid",
        "timeframe": "7d",
        "sort": "name",
        "descending": "false",
        "offset": "3",
        "limit": "5",
    }


WRITES: list[tuple[str, str, Call]] = [
    ("POST", "/api/clans", lambda c: c.found(ClanEntry(name="Ember"))),
    ("PUT", C, lambda c: c.change_clan(LUMEN, ClanChange(name="Lumen", public=False, cadence_hours=48))),
    ("DELETE", C, lambda c: c.close_clan(LUMEN)),
    ("PUT", f"{C}/people/{ME}", lambda c: c.change_role(LUMEN, ME, Role.LEADER)),
    ("DELETE", f"{C}/people/{ME}", lambda c: c.remove_person(LUMEN, ME)),
    ("POST", f"{C}/invitations", lambda c: c.invite(LUMEN, InvitationEntry())),
    (
        "DELETE",
        f"{C}/invitations/{made_id('invitation/open')}",
        lambda c: c.revoke(LUMEN, made_id("invitation/open")),
    ),
    (
        "POST",
        f"{C}/members",
        lambda c: c.add_members(LUMEN, MembersEntry(accounts=[NamedAccount(name="Newcomer")])),
    ),
    ("PUT", f"{C}/members/{MEMBER}", lambda c: c.change_member(LUMEN, MEMBER, MemberChange(name="Other"))),
    ("DELETE", f"{C}/members/{MEMBER}", lambda c: c.remove_member(LUMEN, MEMBER)),
    ("POST", f"{C}/snapshots", lambda c: c.run_snapshot(LUMEN)),
    ("POST", f"{C}/contests", lambda c: c.make_contest(LUMEN, FORM)),
    ("PUT", f"{C}/contests/{SPRING}", lambda c: c.change_contest(LUMEN, SPRING, FORM)),
    ("DELETE", f"{C}/contests/{SPRING}", lambda c: c.delete_contest(LUMEN, SPRING)),
    ("POST", f"{C}/contests/{SPRING}/start", lambda c: c.start_contest(LUMEN, SPRING)),
    ("POST", f"{C}/contests/{SWEEP}/draw", lambda c: c.draw(LUMEN, SWEEP)),
    ("POST", f"{C}/contests/{SWEEP}/void", lambda c: c.void(LUMEN, SWEEP, "No prize.")),
    ("POST", f"{C}/contests/{SWEEP}/amendments", lambda c: c.amend(LUMEN, SWEEP, "A remark.")),
    (
        "PUT",
        f"{C}/webhooks/{HOOK}",
        lambda c: c.change_webhook(LUMEN, HOOK, WebhookChange(name="#a", events=(), enabled=False)),
    ),
    ("DELETE", f"{C}/webhooks/{HOOK}", lambda c: c.remove_webhook(LUMEN, HOOK)),
    ("POST", f"{C}/webhooks/{HOOK}/test", lambda c: c.test_webhook(LUMEN, HOOK)),
]


@pytest.mark.parametrize(("method", "path", "call"), WRITES, ids=[f"{m} {p[-28:]}" for m, p, _ in WRITES])
def test_what_is_changed_is_asked_where_it_belongs(
    server: ClanServer, client: ClansClient, method: str, path: str, call: Call
) -> None:
    if path.endswith(f"/people/{ME}") and method == "DELETE":
        client.change_role(LUMEN, made_id("person/corvin"), Role.LEADER)
    call(client)
    assert server.paths()[-1] == (method, path)


def test_a_snapshot_is_followed_and_stopped(client: ClansClient) -> None:
    begun = client.run_snapshot(LUMEN)
    assert client.snapshot(LUMEN, begun.id).state == "running"
    assert client.cancel_snapshot(LUMEN, begun.id).state == "cancelled"


def test_a_prize_is_passed_on(server: ClanServer, client: ClansClient) -> None:
    drawn = client.draw(LUMEN, SWEEP)
    leaf = drawn.places[0].leaf
    again = client.pass_on(LUMEN, SWEEP, 1, "Gone fishing.", leaf)
    assert server.asked[-1].body == {"reason": "Gone fishing.", "leaf": leaf}
    assert again.places[0].passed[0]["name"] == drawn.places[0].name
    assert again.places[0].name not in {None, drawn.places[0].name}


def test_a_proof_comes_as_the_file_it_is(client: ClansClient) -> None:
    with pytest.raises(NotFound):
        client.proof(SWEEP)
    client.draw(LUMEN, SWEEP)
    content = client.proof(SWEEP)
    assert verify(read_proof(content)).outcome is Outcome.TRUSTED
    oldest = client.contests(LUMEN).items[-1]
    assert verify(read_proof(client.proof(oldest.id))).outcome is Outcome.VALID


def test_only_what_changed_of_a_member_is_sent(server: ClanServer, client: ClansClient) -> None:
    client.change_member(LUMEN, MEMBER, MemberChange(name="Maplewhisker"))
    client.change_member(LUMEN, MEMBER, MemberChange(user_id=None))
    client.change_member(LUMEN, MEMBER, MemberChange(user_id=UUID(ME)))
    assert [asked.body for asked in server.asked] == [
        {"name": "Maplewhisker"},
        {"user_id": None},
        {"user_id": ME},
    ]


def test_characters_are_named_by_their_ids(server: ClanServer, client: ClansClient) -> None:
    entry = CharactersEntry(character_ids=[UUID(ME)])
    with pytest.raises(Conflict):
        client.add_characters(LUMEN, entry)
    assert server.asked[0].body == {"character_ids": [ME]}


def test_a_webhooks_address_goes_out_whole_and_never_comes_back(
    server: ClanServer, client: ClansClient
) -> None:
    entry = WebhookEntry.model_validate({"name": "#news", "url": URL, "events": [HookEvent.CONTEST_DRAWN]})
    made = client.add_webhook(LUMEN, entry)
    assert server.asked[0].body == {"name": "#news", "url": URL, "events": ["contest_drawn"]}
    assert "aVerySecretPart" not in repr(entry)
    assert "aVerySecretPart" not in made.model_dump_json() + client.webhooks(LUMEN).model_dump_json()


@pytest.mark.parametrize(
    ("status", "slug", "kind"),
    [
        (403, "forbidden", Refused),
        (404, "not-found", NotFound),
        (409, "conflict", Conflict),
        (422, "invalid-input", InvalidInput),
    ],
)
def test_a_refusal_says_what_the_server_says(
    server: ClanServer, client: ClansClient, status: int, slug: str, kind: type[Exception]
) -> None:
    more = {"field": "name"} if status == 422 else {}
    server.refuse("GET", C, status, slug, "Not so.", action="Do it otherwise.", **more)
    with pytest.raises(kind) as refused:
        client.clan(LUMEN)
    assert str(refused.value) == "Not so. Do it otherwise."
    assert getattr(refused.value, "field", "name") == "name"


def test_who_is_signed_out_is_told_so(server: ClanServer) -> None:
    client = ClansClient(server.url, FixedToken("old"))
    with pytest.raises(SignedOut):
        client.clans()
    client.close()


def test_a_busy_server_says_when_to_come_back(server: ClanServer, client: ClansClient) -> None:
    told = b'{"type": "urn:maplehub:problem:rate-limited", "detail": "There were too many requests."}'
    server.answer("GET", "/api/clans", 429, told, **{"Retry-After": "7"})
    with pytest.raises(Unreachable) as busy:
        client.clans()
    assert busy.value.retry_after == 7.0
    assert "sent later" not in str(busy.value)


def test_nothing_that_fails_is_said_to_be_sent_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    client = ClansClient(f"http://127.0.0.1:{port}", FixedToken("good"))
    with pytest.raises(Unreachable) as away:
        client.run_snapshot(LUMEN)
    assert str(away.value) == "The server cannot be reached. Try again in a moment."
    client.close()
    with pytest.raises(Unreachable):
        client.clans()


@pytest.mark.parametrize("body", [b"<html>not ours</html>", b"", b"[]"])
def test_a_server_without_clans_is_told_from_a_clan_that_is_gone(
    server: ClanServer, client: ClansClient, body: bytes
) -> None:
    server.answer("GET", "/api/clans", 404, body)
    with pytest.raises(Incompatible, match="does not know clans"):
        client.clans()
    server.answer("GET", "/api/clans", 200, body)
    with pytest.raises(Incompatible, match="cannot be understood"):
        client.clans()


def test_instants_are_aware(client: ClansClient) -> None:
    assert client.clan(LUMEN).next_snapshot_at > NOW
