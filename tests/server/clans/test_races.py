"""What happens to a clan when several do something to it at the same moment."""

from datetime import timedelta

import pytest

from server.clans import log, roster, service
from server.database import Database
from server.errors import Forbidden
from server.progress import accounts
from shared.api.clans import MAX_MEMBERS, NamedAccount
from shared.clans.metrics import SourceKind
from shared.clans.roles import Role
from shared.errors import NotFound
from shared.fairness.audit import genesis, head_of
from tests.server.clans.players import Clan, found
from tests.server.clans.waiting import at_once, held, one_by_one
from tests.server.conftest import NOW
from tests.server.player import Desk
from tests.server.rest import Player, join


@pytest.fixture
async def clan(desk: Desk) -> Clan:
    return await found(desk)


@pytest.fixture
def database(desk: Desk) -> Database:
    found: Database = desk.app.state.database
    return found


async def _roles(player: Player, clan: Clan) -> dict[str, str]:
    people = (await player.get(clan.path("people")))["items"]
    return {each["name"]: each["role"] for each in people}


async def test_an_invitation_for_one_lets_one_of_ten_in(desk: Desk, clan: Clan) -> None:
    made = await clan.leader.post(clan.path("invitations"), uses=1)
    players = [await join(desk, f"p{number}") for number in range(10)]
    answers = await at_once(*(each.ask("POST", "/clans/join", {"code": made["code"]}) for each in players))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 9
    assert len(await _roles(clan.leader, clan)) == 2


async def test_a_code_that_is_sent_twice_is_used_once(desk: Desk, clan: Clan, database: Database) -> None:
    made = await clan.leader.post(clan.path("invitations"), uses=2)
    bell = await join(desk, "bell")
    async with held(database, clan.id):
        tasks = await one_by_one(
            database, *(bell.ask("POST", "/clans/join", {"code": made["code"]}) for _ in range(2))
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [200, 200]
    (invitation,) = (await clan.leader.get(clan.path("invitations")))["items"]
    assert invitation["uses_left"] == 1


async def test_nobody_comes_in_while_a_clan_is_closed(desk: Desk, clan: Clan, database: Database) -> None:
    made = await clan.leader.post(clan.path("invitations"))
    bell = await join(desk, "bell")
    async with held(database, clan.id):
        tasks = await one_by_one(
            database,
            clan.leader.ask("DELETE", clan.path()),
            bell.ask("POST", "/clans/join", {"code": made["code"]}),
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [204, 404]


async def test_an_invitation_is_taken_back_or_used(desk: Desk, clan: Clan, database: Database) -> None:
    made = await clan.leader.post(clan.path("invitations"), uses=1)
    bell = await join(desk, "bell")
    async with held(database, clan.id):
        tasks = await one_by_one(
            database,
            clan.leader.ask("DELETE", clan.path("invitations", made["id"])),
            bell.ask("POST", "/clans/join", {"code": made["code"]}),
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [204, 404]


async def test_the_last_place_on_the_roster_is_one_account_s(
    desk: Desk, clan: Clan, database: Database
) -> None:
    names = [NamedAccount(name=f"n{number}") for number in range(MAX_MEMBERS - 1)]
    async with database.writing() as session:
        leader = await service.standing(session, clan.id, clan.leader.signed.user_id)
        await roster.add_named(session, leader, names, NOW)
    asked = ({"accounts": [{"name": f"late {number}"}]} for number in range(10))
    answers = await at_once(*(clan.leader.ask("POST", clan.path("members"), body) for body in asked))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert (await clan.leader.get(clan.path()))["members"] == MAX_MEMBERS


async def test_two_clans_begin_to_follow_the_same_accounts(
    desk: Desk, clan: Clan, database: Database
) -> None:
    other = await found(desk, "bell")
    names = ["Zezima", "B0aty", "Lynx Titan"]
    async with database.writing() as session:
        await accounts.find_or_make(
            session, SourceKind.OSRS, [(accounts.osrs_key(name), name) for name in names[:2]], NOW
        )
        (task,) = await one_by_one(
            database,
            other.leader.ask("POST", other.path("members"), {"accounts": [{"name": n} for n in names]}),
        )
    assert (await task).status_code == 201
    assert set(await clan.follow(*reversed(names))) == set(names)
    async with database.reading() as session:
        mine, theirs = await roster.live(session, clan.id), await roster.live(session, other.id)
    assert [each.account.id for each in mine] == [each.account.id for each in theirs]


async def test_two_leaders_who_demote_each_other_leave_one(
    desk: Desk, clan: Clan, database: Database
) -> None:
    bell = await clan.let_in(desk, "bell")
    await clan.leader.ask("PUT", clan.path("people", bell.signed.user_id), {"role": "leader"})
    async with held(database, clan.id):
        tasks = await one_by_one(
            database,
            clan.leader.ask("PUT", clan.path("people", bell.signed.user_id), {"role": "member"}),
            bell.ask("PUT", clan.path("people", clan.leader.signed.user_id), {"role": "member"}),
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [200, 403]
    assert await _roles(bell, clan) == {"aria": "leader", "bell": "member"}


async def test_who_was_removed_meanwhile_removes_nobody(desk: Desk, clan: Clan, database: Database) -> None:
    bell = await clan.let_in(desk, "bell")
    await clan.let_in(desk, "cora")
    await clan.leader.ask("PUT", clan.path("people", bell.signed.user_id), {"role": "leader"})
    async with database.writing() as session:
        # What bell's request found before it came to wait.
        stale = await service.standing(session, clan.id, bell.signed.user_id, Role.LEADER)
    await clan.leader.ask("DELETE", clan.path("people", bell.signed.user_id))
    for victim in ("aria", "cora"):
        async with database.writing() as session:
            with pytest.raises(NotFound):
                await service.remove(session, stale, clan.people[victim].signed.user_id, NOW)
            with pytest.raises((NotFound, Forbidden)):
                await service.set_role(session, stale, clan.people[victim].signed.user_id, Role.OFFICER, NOW)


async def test_the_last_two_leave_this_server_at_once(desk: Desk, clan: Clan, database: Database) -> None:
    bell = await clan.let_in(desk, "bell")
    async with held(database, clan.id):
        tasks = await one_by_one(
            database,
            clan.leader.ask("DELETE", "/auth/me", confirm="aria"),
            bell.ask("DELETE", "/auth/me", confirm="bell"),
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [204, 204]
    async with database.reading() as session:
        assert (await service.by_id(session, clan.id)).closed_at is not None
        kinds = [line.event["kind"] for line in await log.newest(session, clan.id, 0, 10)]
    assert kinds.count("closed") == 1


async def test_the_last_leader_and_the_heir_leave_this_server_at_once(
    desk: Desk, clan: Clan, database: Database
) -> None:
    bell, cora = await clan.let_in(desk, "bell", "officer"), await clan.let_in(desk, "cora")
    async with held(database, clan.id):
        tasks = await one_by_one(
            database,
            clan.leader.ask("DELETE", "/auth/me", confirm="aria"),
            bell.ask("DELETE", "/auth/me", confirm="bell"),
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [204, 204]
    assert await _roles(cora, clan) == {"cora": "leader"}


async def test_a_member_is_removed_once(desk: Desk, clan: Clan, database: Database) -> None:
    ids = await clan.follow("Zezima")
    path = clan.path("members", ids["Zezima"])
    async with held(database, clan.id):
        tasks = await one_by_one(database, *(clan.leader.ask("DELETE", path) for _ in range(3)))
    assert sorted(answer.status_code for answer in await at_once(*tasks)) == [204, 404, 404]


async def test_lines_written_at_once_make_one_chain(desk: Desk, clan: Clan, database: Database) -> None:
    async def write(number: int) -> None:
        async with database.writing() as session:
            await log.append(session, clan.id, "tried", NOW + timedelta(seconds=number), number=number)

    await at_once(*(write(number) for number in range(20)))
    async with database.reading() as session:
        lines = list(reversed(await log.newest(session, clan.id, 0, 100)))
    assert [line.i for line in lines] == list(range(21))
    head = genesis(clan.id)
    for line in lines:
        assert line.prev == head
        head = head_of(head, line.i, line.event)
        assert line.head == head
    assert {line.event["number"] for line in lines[1:]} == set(range(20))


async def test_of_a_clan_that_was_closed_meanwhile_nothing_is_changed(
    desk: Desk, clan: Clan, database: Database
) -> None:
    bell = await clan.let_in(desk, "bell", "officer")
    asked = [
        bell.ask("POST", clan.path("members"), {"accounts": [{"name": "Zezima"}]}),
        bell.ask("POST", clan.path("invitations"), {}),
        clan.leader.ask("PUT", clan.path("people", bell.signed.user_id), {"role": "member"}),
        clan.leader.ask("DELETE", clan.path()),
    ]
    async with held(database, clan.id):
        tasks = await one_by_one(database, clan.leader.ask("DELETE", clan.path()), *asked)
    assert [answer.status_code for answer in await at_once(*tasks)] == [204, 404, 404, 404, 404]
    async with database.reading() as session:
        (newest, *_) = await log.newest(session, clan.id, 0, 10)
    assert newest.event["kind"] == "closed"
