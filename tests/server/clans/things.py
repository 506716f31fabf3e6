"""What a clan can hold, made when a test of every route names it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from server.contests import ending
from server.contests.tables import Contest
from server.snapshots.tables import Snapshot
from tests.server.clans.players import Clan
from tests.server.player import Desk

RULE = {"kind": "total_xp", "least": 5}


def form(desk: Desk, **given: Any) -> dict[str, Any]:
    """A contest that begins in an hour."""
    start = desk.now().replace(microsecond=0) + timedelta(hours=1)
    end = start + timedelta(days=7)
    times = {"start_time": start.isoformat(), "end_time": end.isoformat()}
    return {"title": "March", "rules": [RULE], **times, **given}


async def contest(clan: Clan, desk: Desk, status: str) -> str:
    """A contest that came so far: draft, active or ended (without an entry)."""
    made: str = (await clan.leader.post(clan.path("contests"), **form(desk, beacon="none")))["id"]
    if status != "draft":
        answer = await clan.leader.ask("POST", clan.path("contests", made, "start"))
        assert answer.status_code == 200, answer.text
    if status == "ended":
        async with desk.app.state.database.writing() as session:
            now = desk.now()
            times = {"start_time": now - timedelta(days=2), "end_time": now}
            await session.execute(update(Contest).where(Contest.id == made).values(times))
            assert await ending.end(session, made, desk.app.state.draws, now)
    return made


async def objects(clan: Clan, desk: Desk, name: str, wanted: str) -> dict[str, str]:
    """What a text names in braces, made new. name: to call it by."""
    made = {"clan_id": clan.id}
    if "{invitation_id}" in wanted or "{code}" in wanted:
        invitation = await clan.leader.post(clan.path("invitations"))
        made |= {"invitation_id": invitation["id"], "code": invitation["code"]}
    if "{member_id}" in wanted or "/snapshots" in wanted:
        made["member_id"] = next(iter((await clan.follow(f"{name} one")).values()))
    if "/snapshots" in wanted:
        made["snapshot_id"] = await _snapshot(clan, desk)
    for placeholder, status in (("draft_id", "draft"), ("contest_id", "active"), ("ended_id", "ended")):
        if f"{{{placeholder}}}" in wanted:
            made[placeholder] = await contest(clan, desk, status)
    if "{webhook_id}" in wanted:
        number = sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 10**9
        hook = f"https://discord.com/api/webhooks/{80351110224678912 + number}/{name * 8:a<60}"
        made["webhook_id"] = (await clan.leader.post(clan.path("webhooks"), name=name, url=hook))["id"]
    return made


async def _snapshot(clan: Clan, desk: Desk) -> str:
    """One that is under way; others were long ago."""
    async with desk.app.state.database.writing() as session:
        of_clan = update(Snapshot).where(Snapshot.clan_id == clan.id)
        long_ago = {"finished_at": desk.now(), "created_at": desk.now() - timedelta(3)}
        await session.execute(of_clan.values(long_ago))
    made: str = (await clan.leader.post(clan.path("snapshots")))["id"]
    return made
