"""Clans by the API: players and their roles, invitations, the roster, the log."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.clans import log, roster
from server.clans.service import next_due
from server.database import Database
from server.progress import accounts, reading, recording
from shared.clans.metrics import SourceKind
from shared.errors import NotFound
from shared.fairness.audit import genesis, head_of
from shared.ids import new_id
from tests.server.clans.players import Clan, found
from tests.server.conftest import NOW, Clock
from tests.server.player import Desk
from tests.server.rest import join, slug


@pytest.fixture
async def clan(desk: Desk) -> Clan:
    return await found(desk)


@pytest.fixture
def database(desk: Desk) -> Database:
    found: Database = desk.app.state.database
    return found


async def _kinds(clan: Clan) -> list[str]:
    page = await clan.leader.get(clan.path("log"))
    return [line["event"]["kind"] for line in page["items"]]


async def test_a_clan_is_found_changed_and_closed(desk: Desk, clan: Clan) -> None:
    (mine,) = (await clan.leader.get("/clans"))["items"]
    assert (mine["name"], mine["role"], mine["people"], mine["members"]) == ("Lumen", "leader", 1, 0)
    assert mine["sources"] == ["osrs"]
    assert mine["contests"] == {"draws": 0, "voids": 0, "late": 0}
    body = {"name": "Lumen II", "public": False, "cadence_hours": 12}
    changed = (await clan.leader.ask("PUT", clan.path(), body)).json()
    assert (changed["name"], changed["public"], changed["cadence_hours"]) == ("Lumen II", False, 12)
    assert (await clan.leader.ask("PUT", clan.path(), body)).status_code == 200
    assert await _kinds(clan) == ["changed", "founded"], "saying it twice is no change"
    assert (await clan.leader.ask("DELETE", clan.path())).status_code == 204
    assert (await clan.leader.get("/clans"))["items"] == []
    assert slug(await clan.leader.ask("GET", clan.path())) == (404, "not-found")


async def test_players_come_by_invitation_and_go(desk: Desk, clan: Clan, clock: Clock) -> None:
    made = await clan.leader.post(clan.path("invitations"), uses=1, days=1)
    bell, cora = await join(desk, "bell"), await join(desk, "cora")
    entry = {"code": made["code"]}
    assert (await bell.ask("POST", "/clans/join", entry)).json()["role"] == "member"
    assert (await bell.ask("POST", "/clans/join", entry)).status_code == 404, "used up"
    assert slug(await cora.ask("POST", "/clans/join", entry)) == (404, "not-found")
    for code in ("mhi_nonsense", made["code"][:-1] + "0", "x"):
        assert (await cora.ask("POST", "/clans/join", {"code": code})).status_code == 404
    late = await clan.leader.post(clan.path("invitations"), days=1)
    assert len((await clan.leader.get(clan.path("invitations")))["items"]) == 1
    clock.forward(hours=24)
    clan.leader, bell, cora = [await join(desk, name) for name in ("aria", "bell", "cora")]
    assert (await clan.leader.get(clan.path("invitations")))["items"] == []
    assert (await cora.ask("POST", "/clans/join", {"code": late["code"]})).status_code == 404
    people = (await clan.leader.get(clan.path("people")))["items"]
    assert [(each["name"], each["role"]) for each in people] == [("aria", "leader"), ("bell", "member")]
    assert (await bell.ask("DELETE", clan.path("people", bell.signed.user_id))).status_code == 204
    assert (await bell.ask("GET", clan.path())).status_code == 404


async def test_a_player_who_is_in_uses_nothing_up(desk: Desk, clan: Clan) -> None:
    bell = await clan.let_in(desk, "bell")
    made = await clan.leader.post(clan.path("invitations"), uses=1)
    for _ in range(2):
        answer = await bell.ask("POST", "/clans/join", {"code": made["code"]})
        assert (answer.status_code, answer.json()["role"]) == (200, "member")
    assert (await clan.leader.get(clan.path("invitations")))["items"][0]["uses_left"] == 1


async def test_a_clan_always_has_a_leader(desk: Desk, clan: Clan) -> None:
    me = clan.leader.signed.user_id
    bell = await clan.let_in(desk, "bell")
    for method, path, body in (
        ("DELETE", clan.path("people", me), None),
        ("PUT", clan.path("people", me), {"role": "member"}),
    ):
        assert slug(await clan.leader.ask(method, path, body)) == (409, "conflict")
    made = await clan.leader.ask("PUT", clan.path("people", bell.signed.user_id), {"role": "leader"})
    assert made.json()["role"] == "leader"
    assert (await clan.leader.ask("DELETE", clan.path("people", me))).status_code == 204
    assert (await bell.get(clan.path()))["role"] == "leader"


async def test_when_the_last_leader_deletes_the_account_the_eldest_officer_leads(
    desk: Desk, clan: Clan, clock: Clock
) -> None:
    await clan.let_in(desk, "bell")
    clock.forward(minutes=1)
    cora = await clan.let_in(desk, "cora", "officer")
    clock.forward(minutes=1)
    await clan.let_in(desk, "dara", "officer")
    answer = await clan.leader.ask("DELETE", "/auth/me", confirm="aria")
    assert answer.status_code == 204, answer.text
    people = (await cora.get(clan.path("people")))["items"]
    assert [(each["name"], each["role"]) for each in people] == [
        ("cora", "leader"), ("dara", "officer"), ("bell", "member"),
    ]  # fmt: skip


async def test_a_clan_nobody_is_left_in_is_closed(desk: Desk, clan: Clan, database: Database) -> None:
    assert (await clan.leader.ask("DELETE", "/auth/me", confirm="aria")).status_code == 204
    async with database.reading() as session:
        lines = await log.newest(session, clan.id, 0, 10)
    assert [line.event["kind"] for line in lines] == ["left", "closed", "founded"]


async def test_accounts_are_followed_by_name(desk: Desk, clan: Clan) -> None:
    ids = await clan.follow("Zezima", "Lynx Titan")
    again = await clan.follow("zezima", "LYNX_TITAN", "B0aty")
    assert set(ids.values()) < set(again.values())
    roster_now = (await clan.leader.get(clan.path("members")))["items"]
    assert [each["name"] for each in roster_now] == ["B0aty", "Lynx Titan", "Zezima"]
    assert all(each["source"] == "osrs" and each["sampled_at"] is None for each in roster_now)
    path = clan.path("members", ids["Zezima"])
    assert (await clan.leader.ask("PUT", path, {"name": "Zezima II"})).json()["name"] == "Zezima II"
    assert slug(await clan.leader.ask("PUT", path, {"name": "B0aty"})) == (409, "conflict")
    assert (await clan.leader.ask("DELETE", path)).status_code == 204
    assert (await clan.leader.ask("DELETE", path)).status_code == 404
    assert (await clan.leader.get(clan.path()))["members"] == 2


async def test_only_a_player_adds_their_own_characters(desk: Desk) -> None:
    clan = await found(desk, game="maplestory")
    bell = await clan.let_in(desk, "bell")
    mine, theirs = await clan.leader.character("Aria"), await bell.character("Bell")
    body = {"character_ids": [mine]}
    assert (await bell.ask("POST", clan.path("characters"), body)).status_code == 404
    made = await bell.post(clan.path("characters"), character_ids=[theirs])
    assert [(each["name"], each["source"], each["user_name"]) for each in made["items"]] == [
        ("Bell", "companion", "bell")
    ]
    path = clan.path("members", made["items"][0]["id"])
    for refused in ({"name": "Someone"}, {"user_id": clan.leader.signed.user_id}):
        assert slug(await clan.leader.ask("PUT", path, refused)) == (422, "invalid-input")
    osrs = await found(desk, "cora")
    assert slug(await osrs.leader.ask("POST", osrs.path("characters"), body)) == (422, "invalid-input")
    assert (await bell.ask("DELETE", path)).status_code == 204, "their own"


async def test_whose_an_account_is_can_be_said(desk: Desk, clan: Clan) -> None:
    bell, cora = await clan.let_in(desk, "bell"), await join(desk, "cora")
    path = clan.path("members", (await clan.follow("Zezima"))["Zezima"])
    told = (await clan.leader.ask("PUT", path, {"user_id": bell.signed.user_id})).json()
    assert told["user_name"] == "bell"
    assert (await clan.leader.ask("PUT", path, {"name": "Zezima"})).json()["user_name"] == "bell"
    refused = await clan.leader.ask("PUT", path, {"user_id": cora.signed.user_id})
    assert slug(refused) == (422, "invalid-input")
    assert (await clan.leader.ask("PUT", path, {"user_id": None})).json()["user_name"] is None


async def test_a_character_found_under_another_key_keeps_its_history(
    desk: Desk, database: Database, clock: Clock
) -> None:
    """Two clans that follow the same character, one by a name it had before, end up with one history."""
    clan, other = await found(desk, game="maplestory"), await found(desk, "bell", game="maplestory")
    one = await clan.follow("Aria")
    two = await other.follow("Aria the Second")
    three = await clan.follow("Aria the Third")
    async with database.writing() as session:
        members = await roster.some(session, [*one.values(), *two.values(), *three.values()])
        ids = {member.account.name: member.account.id for member in members.values()}
        assert await roster.recognised(session, ids["Aria"], "na/45/7") == ids["Aria"]
        await recording.record(session, ids["Aria"], {"xp.total": 10}, clock())
        assert await roster.recognised(session, ids["Aria the Second"], "na/45/7") == ids["Aria"]
        assert await roster.recognised(session, ids["Aria the Third"], "na/45/7") == ids["Aria"]
        assert await accounts.get(session, ids["Aria the Second"]) is None
    async with database.reading() as session:
        mine, theirs = await roster.live(session, clan.id), await roster.live(session, other.id)
        assert [member.id for member in mine] == list(one.values()), "not twice in a clan"
        assert [member.id for member in theirs] == list(two.values())
        assert theirs[0].account.id == mine[0].account.id
        assert (await reading.all_of(session, mine[0].account.id))["xp.total"].value == 10


async def test_a_rename_keeps_the_history_and_leaves_other_clans_alone(
    desk: Desk, clan: Clan, database: Database, clock: Clock
) -> None:
    other = await found(desk, "bell")
    mine, theirs = (await clan.follow("Zezima"))["Zezima"], (await other.follow("Zezima"))["Zezima"]
    async with database.writing() as session:
        account = (await roster.get(session, clan.id, mine)).account.id
        await recording.record(session, account, {"xp.total": 10, "kc.zulrah": 1}, clock())
        clock.forward(minutes=30)
        await recording.record(session, account, {"xp.total": 25, "kc.zulrah": 4}, clock())
    renamed = await clan.leader.ask("PUT", clan.path("members", mine), {"name": "Old Z"})
    assert renamed.json()["name"] == "Old Z"
    async with database.reading() as session:
        one = (await roster.get(session, clan.id, mine)).account
        two = (await roster.get(session, other.id, theirs)).account
        assert (one.name, one.source_key, two.name, two.id) == ("Old Z", "old z", "Zezima", account)
        for metric in ("xp.total", "kc.zulrah", "kc.total"):
            for first in (one.id, two.id):
                assert (await reading.all_of(session, first))[metric].value in {25, 4}
                assert len(await reading.days_of(session, first, metric, clock().date())) == 1
    # The only clan that follows it takes the name along.
    again = await clan.leader.ask("PUT", clan.path("members", mine), {"name": "Older Z"})
    assert again.json()["name"] == "Older Z"
    async with database.reading() as session:
        assert (await roster.get(session, clan.id, mine)).account.id == one.id


async def test_a_character_of_the_rankings_is_renamed_by_the_rankings_where_others_follow_it(
    desk: Desk, database: Database, clock: Clock
) -> None:
    clan, other = await found(desk, game="maplestory"), await found(desk, "bell", game="maplestory")
    mine = (await clan.follow("Aria"))["Aria"]
    async with database.writing() as session:
        account = (await roster.get(session, clan.id, mine)).account.id
        await roster.recognised(session, account, "na/45/7")
        await recording.record(session, account, {"xp.total": 10}, clock(), name="Aria")
    theirs = (await other.follow("aria"))["Aria"]
    await clan.leader.ask("PUT", clan.path("members", mine), {"name": "Aria II"})
    async with database.writing() as session:
        assert (await roster.get(session, other.id, theirs)).account.name == "Aria"
        new = (await roster.get(session, clan.id, mine)).account
        assert new.source_key == "na/1/?/aria ii"
        assert await roster.recognised(session, new.id, "na/45/7") == account
    async with database.reading() as session:
        assert (await roster.get(session, clan.id, mine)).account.id == account


async def test_the_log_is_a_chain_nobody_can_change(desk: Desk, clan: Clan, database: Database) -> None:
    await clan.let_in(desk, "bell")
    await clan.follow("Zezima")
    page = await clan.leader.get(clan.path("log"), limit=2)
    assert page["total"] == 4
    assert page["names"][clan.leader.signed.user_id] == "aria"
    rest = await clan.leader.get(clan.path("log"), offset=2)
    head = genesis(clan.id)
    for number, line in enumerate(reversed(page["items"] + rest["items"])):
        assert (line["i"], line["prev"]) == (number, head.hex())
        head = head_of(head, number, line["event"])
        assert line["head"] == head.hex()
    statements = ["UPDATE clan_log SET i = i + 10", "DELETE FROM clan_log"]
    if not database.sqlite:
        statements.append("TRUNCATE clan_log")
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.writing() as session:
                await session.execute(text(statement))


async def test_boards_of_a_clan(desk: Desk, clan: Clan, database: Database, clock: Clock) -> None:
    """Places, ties, what is unknown, and what was first seen inside the span."""
    ids = await clan.follow("Ada", "Ben", "Cyd", "Dot", "Eve")
    async with database.reading() as session:
        members = {member.account.name: member.account.id for member in await roster.live(session, clan.id)}

    async def sample(name: str, **metrics: int) -> None:
        told = {key.replace("_", "."): value for key, value in metrics.items()}
        async with database.writing() as session:
            assert await recording.record(session, members[name], told, clock())

    for name in ("Ada", "Ben", "Cyd"):
        await sample(name, xp_total=100, kc_zulrah=5)
    clock.forward(days=10)
    clan.leader = await join(desk, "aria")
    await sample("Ada", xp_total=150, kc_zulrah=7, kc_vorkath=3)
    await sample("Ben", xp_total=150)
    await sample("Dot", xp_total=900)
    board = await clan.leader.get(clan.path("board"), timeframe="7d")
    shown = [(row["name"], row["place"], row["gained"], row["value"]) for row in board["items"]]
    assert shown == [
        ("Ada", 1, 50, 150), ("Ben", 1, 50, 150), ("Cyd", 3, 0, 100), ("Dot", 3, 0, 900), ("Eve", None, None, None),
    ]  # fmt: skip
    assert [row["since"] is not None for row in board["items"]] == [False, False, False, True, False]
    by_name = await clan.leader.get(clan.path("board"), sort="name", descending=False, offset=1, limit=2)
    assert [row["name"] for row in by_name["items"]] == ["Ben", "Cyd"]
    assert by_name["total"] == 5
    kills = await clan.leader.get(clan.path("board"), metric="kc.total")
    assert [(row["name"], row["gained"], row["value"]) for row in kills["items"]][:1] == [("Ada", 2, 10)]
    panels = await clan.leader.get(clan.path("panels"), timeframe="30d")
    xp = next(panel for panel in panels["items"] if panel["metric"] == "xp.total")
    assert (xp["value"], xp["known"], xp["gained"], xp["partial"], len(xp["days"])) == (1300, 4, 100, 4, 30)
    assert [panel["metric"] for panel in panels["items"]] == ["xp.total", "kc.total"]
    assert (await clan.leader.get(clan.path("metrics")))["items"] == [
        "kc.total", "kc.vorkath", "kc.zulrah", "xp.total",
    ]  # fmt: skip
    member = await clan.leader.get(clan.path("members", ids["Ada"]), metric="kc.zulrah")
    assert {each["metric"]: (each["value"], each["gained"]) for each in member["items"]} == {
        "kc.total": (10, 2), "kc.vorkath": (3, 0), "kc.zulrah": (7, 2), "xp.total": (150, 50),
    }  # fmt: skip
    assert member["days"] == [{"day": "2026-03-15", "gained": 2}]
    wrong = await clan.leader.ask("GET", clan.path("board"), metric="glory")
    assert slug(wrong) == (422, "invalid-input")


def test_clans_are_spread_over_the_day() -> None:
    places = sorted(next_due(new_id(), 24, NOW) - NOW for _ in range(500))
    hours = [sum(each.total_seconds() // 3600 == hour for each in places) for hour in range(24)]
    assert max(hours) < 3 * 500 / 24
    clan_id = new_id()
    due = next_due(clan_id, 24, NOW)
    assert (next_due(clan_id, 24, due) - due).total_seconds() == 24 * 3600


async def test_of_a_clan_that_is_not_there_nothing_is_said(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await log.append(session, new_id(), "x", NOW)
        assert await accounts.by_key(session, SourceKind.OSRS, "nobody") is None
