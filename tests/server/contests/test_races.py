"""Steps of a contest that meet at the same moment."""

import asyncio
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.clans import roster, service
from server.clans.log import newest
from server.contests import ending, running, tickets
from server.contests import service as contests
from server.contests.ending import sorted_leaves
from server.contests.tables import Contest
from server.progress import recording
from server.snapshots import service as snapshots
from server.snapshots.tables import SnapshotItem
from server.webhooks import service as webhooks
from server.webhooks.tables import WebhookDelivery
from shared.clans.roles import Role
from shared.fairness.merkle import MerkleTree
from tests.server.clans.waiting import at_once, held, one_by_one
from tests.server.contests.stage import END, ROUND, ROUND_AT, START, Stage
from tests.server.player import Desk
from tests.server.rest import Player
from tests.stand_ins.drand import Relay

HOOK = "https://discord.com/api/webhooks/90351110224678912/" + "b" * 60


async def _kinds(stage: Stage) -> Counter[str]:
    async with stage.database.reading() as session:
        return Counter(str(line.event["kind"]) for line in await newest(session, stage.clan.id, 0, 200))


async def _tree(stage: Stage, contest_id: str) -> tuple[int | None, bytes | None]:
    """What was published of the tickets, once it is what is stored of them."""
    async with stage.database.reading() as session:
        contest = (await session.execute(select(Contest).where(Contest.id == contest_id))).scalar_one()
        leaves = await sorted_leaves(session, contest_id)
    assert (contest.entry_count, contest.root) == (len(leaves), MerkleTree(leaves).root)
    return contest.entry_count, contest.root


async def _end(stage: Stage, contest_id: str) -> bool:
    async with stage.database.writing() as session:
        return await ending.end(session, contest_id, stage.desk.app.state.draws, END)


async def _lead_too(stage: Stage, desk: Desk, name: str) -> None:
    player = await stage.clan.let_in(desk, name)
    path = stage.clan.path("people", player.signed.user_id)
    assert (await stage.clan.leader.ask("PUT", path, {"role": "leader"})).status_code == 200


async def test_a_ticket_given_at_the_last_moment_is_in_the_tree(stage: Stage) -> None:
    contest_id = await stage.contest()
    stage.clock.now = END - timedelta(seconds=1)
    async with stage.database.writing() as session:
        await _sample(stage, session, "Ada")
        (task,) = await one_by_one(stage.database, _end(stage, contest_id))
    assert await task
    assert (await _tree(stage, contest_id))[0] == 1


async def test_a_ticket_that_comes_after_the_lock_was_never_given(stage: Stage) -> None:
    contest_id = await stage.contest()
    stage.clock.now = END - timedelta(seconds=1)
    async with stage.database.writing() as session:
        assert await ending.end(session, contest_id, stage.desk.app.state.draws, END)
        (task,) = await one_by_one(stage.database, stage.sample("Ada", {"xp.total": 9000}))
    await task
    assert (await _tree(stage, contest_id))[0] == 0


async def _sample(stage: Stage, session: AsyncSession, name: str) -> None:
    (member,) = (await roster.some(session, [stage.ids[name]])).values()
    assert await recording.record(session, member.account.id, {"xp.total": 9000}, stage.clock())
    await tickets.enter(session, member.account.id, stage.clock())


async def test_one_contest_starts_while_another_ends(stage: Stage) -> None:
    ended = await stage.contest()
    started = await stage.draft(
        start_time=END.isoformat(), end_time=(END + timedelta(days=1)).isoformat(), title="September"
    )
    await stage.at(END)

    async def start() -> None:
        async with stage.database.writing() as session:
            leader = await service.standing(
                session, stage.clan.id, stage.clan.leader.signed.user_id, Role.LEADER
            )
            # Its clock is a moment behind the other's.
            at = END - timedelta(milliseconds=1)
            await contests.start(session, leader, started, stage.desk.app.state.draws, at)

    async def end() -> None:
        assert await _end(stage, ended)

    await stage.at(END)
    async with stage.database.writing() as session:
        await session.execute(
            update(Contest).where(Contest.id == started).values(start_time=END - timedelta(minutes=1))
        )
    async with held(stage.database, stage.clan.id):
        tasks = await one_by_one(stage.database, start(), end())
    await at_once(*tasks)
    assert [(await stage.told(each))["status"] for each in (ended, started)] == ["ended", "active"]


async def test_a_draw_pressed_by_two_and_found_by_the_server_is_one(
    stage: Stage, desk: Desk, relays: list[Relay]
) -> None:
    await _lead_too(stage, desk, "bell")
    await stage.clan.leader.post(stage.clan.path("webhooks"), name="#news", url=HOOK)
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    state, path = desk.app.state, stage.path(contest_id, "draw")

    async def found_by_itself() -> None:
        await running.draw(stage.database, stage.relays, state.draws, contest_id, ROUND, stage.clock)

    await at_once(
        *(stage.clan.people[name].ask("POST", path) for name in ("aria", "bell", "aria")),
        found_by_itself(),
        stage.look(),
    )
    await stage.look()
    kinds = await _kinds(stage)
    assert (kinds["draw_asked"], kinds["drawn"]) == (1, 1)
    assert (await stage.proof(contest_id))[1].line == "VALID"
    async with stage.database.reading() as session:
        told = select(func.count()).where(WebhookDelivery.event == "contest_drawn")
        assert (await session.execute(told)).scalar_one() == 1


async def test_a_void_and_a_draw_at_once_end_in_one_of_both(stage: Stage, relays: list[Relay]) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    reason = {"reason": "Because."}
    draw, void = await at_once(
        stage.clan.leader.ask("POST", stage.path(contest_id, "draw")),
        stage.clan.leader.ask("POST", stage.path(contest_id, "void"), reason),
    )
    await stage.look()
    told = await stage.told(contest_id)
    kinds = await _kinds(stage)
    # Whichever came first: the result is published, and stands for what it is.
    assert (await stage.proof(contest_id))[1].line == "VALID"
    assert (told["status"], kinds["drawn"], kinds["would_have_drawn"]) in {("drawn", 1, 0), ("void", 0, 1)}
    assert void.status_code == (200 if told["status"] == "void" else 409)
    assert draw.status_code in {200, 409}


async def test_a_prize_passed_on_twice_at_once_is_passed_on_once(stage: Stage, desk: Desk) -> None:
    await _lead_too(stage, desk, "bell")
    contest_id = await stage.ended(winners=1, alternates=2)
    await stage.at(ROUND_AT)
    await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    (place,) = (await stage.told(contest_id))["places"]
    body = {"reason": "Did not answer.", "leaf": place["leaf"]}
    path = stage.path(contest_id, "places", "1", "pass")
    async with held(stage.database, stage.clan.id):
        tasks = await one_by_one(
            stage.database,
            *(stage.clan.people[name].ask("POST", path, body) for name in ("aria", "bell")),
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [200, 409]
    (place,) = (await stage.told(contest_id))["places"]
    assert len(place["passed"]) == 1


async def test_a_ticket_that_is_withdrawn_at_the_end_stays_in_the_tree(stage: Stage, desk: Desk) -> None:
    """Its owner leaves this server at the very second of the lock."""
    bell = await stage.clan.let_in(desk, "bell")
    member = stage.clan.path("members", stage.ids["Ada"])
    await stage.clan.leader.ask("PUT", member, {"user_id": bell.signed.user_id})
    contest_id = await stage.contest()
    await stage.entries()
    await stage.at(END - timedelta(minutes=1))
    await stage.snapshot()
    bell = stage.clan.people.pop("bell")
    async with stage.database.writing() as session:
        assert await ending.end(session, contest_id, stage.desk.app.state.draws, END)
        (task,) = await one_by_one(stage.database, bell.ask("DELETE", "/auth/me", confirm="bell"))
    assert (await task).status_code == 204
    assert (await _tree(stage, contest_id))[0] == 6
    await stage.at(ROUND_AT)
    answer = await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    assert answer.json()["status"] == "drawn"
    assert (await stage.proof(contest_id))[1].line == "VALID"


async def test_who_drafted_a_contest_leaves_this_server_when_it_ends(stage: Stage, desk: Desk) -> None:
    await _lead_too(stage, desk, "bell")
    contest_id = await stage.contest()
    await stage.at(END)
    aria, stage.clan.leader = stage.clan.leader, stage.clan.people["bell"]
    async with held(stage.database, stage.clan.id):
        gone, ended = await one_by_one(stage.database, _leave(aria), _end(stage, contest_id))
    await at_once(gone, ended)
    assert (await stage.told(contest_id))["status"] == "ended"


async def _leave(player: Player) -> bool:
    answer = await player.ask("DELETE", "/auth/me", confirm="aria")
    assert answer.status_code == 204, answer.text
    return True


async def test_a_draft_too_many_is_refused_also_at_once(stage: Stage) -> None:
    for number in range(contests.MOST_OPEN - 1):
        await stage.draft(title=f"Draft {number}")
    form = {
        "title": "One more",
        "rules": [{"kind": "total_xp", "least": 5}],
        "start_time": START.isoformat(),
        "end_time": END.isoformat(),
    }
    async with held(stage.database, stage.clan.id):
        tasks = await one_by_one(
            stage.database,
            *(stage.clan.leader.ask("POST", stage.clan.path("contests"), form) for _ in range(2)),
        )
    assert sorted(answer.status_code for answer in await at_once(*tasks)) == [201, 409]


async def test_a_channel_that_is_removed_stops_no_start(stage: Stage) -> None:
    hook = (await stage.clan.leader.post(stage.clan.path("webhooks"), name="#news", url=HOOK))["id"]
    contest_id = await stage.draft()
    await stage.at(START)
    async with stage.database.writing() as session:
        await webhooks.remove(session, stage.clan.id, hook)
        (task,) = await one_by_one(
            stage.database, stage.clan.leader.ask("POST", stage.path(contest_id, "start"))
        )
    assert (await task).status_code == 200


async def test_a_sample_an_end_and_a_cancelled_snapshot_wait_for_nobody_who_waits(stage: Stage) -> None:
    contest_id = await stage.contest()
    await stage.at(END - timedelta(seconds=1))
    made = await stage.clan.leader.post(stage.clan.path("snapshots"))
    async with stage.database.reading() as session:
        (member,) = (await roster.some(session, [stage.ids["Ada"]])).values()

    async def cancel() -> None:
        async with stage.database.writing() as session:
            user_id = stage.clan.leader.signed.user_id
            leader = await service.standing(session, stage.clan.id, user_id, Role.LEADER)
            await snapshots.cancel(session, leader, made["id"], END)

    async def end() -> None:
        async with stage.database.writing() as session:
            assert await ending.end(session, contest_id, stage.desk.app.state.draws, END)

    async with stage.database.writing() as session:
        # As a sample is taken in: the item first, then its points, then the ticket.
        mine = SnapshotItem.snapshot_id == made["id"], SnapshotItem.member_id == member.id
        await session.execute(select(SnapshotItem.member_id).where(*mine).with_for_update())
        meanwhile = [*await one_by_one(stage.database, cancel()), asyncio.create_task(end())]
        await recording.record(session, member.account.id, {"xp.total": 9000}, stage.clock())
        await tickets.enter(session, member.account.id, stage.clock())
    await asyncio.gather(*meanwhile)
    assert (await _tree(stage, contest_id))[0] in {0, 1}, "in the tree, or never given"
