"""The two made-up clans as they stand when the program is started."""

from datetime import datetime, timedelta

from desktop.services.demo_clans.cast import LUMEN, LUMEN_CAST, ME, PEOPLE, WAYFARER_CAST, WAYFARERS, made_id
from desktop.services.demo_clans.clan import DemoClan, made_hook, made_snapshot, member_error
from desktop.services.demo_clans.contests import FOUNDED, made_contests
from desktop.services.demo_clans.figures import followed
from desktop.services.demo_clans.log import DemoLog, daily_snapshots
from shared.api.clans import InvitationInfo, PersonInfo
from shared.api.webhooks import HookEvent
from shared.clans.metrics import Game
from shared.clans.roles import Role


def _days(number: float) -> timedelta:
    return timedelta(days=number)


def _past_snapshots(clan: DemoClan, now: datetime) -> None:
    """A fortnight of them; the newest a few hours old, so that another one can be taken today."""
    errors = [error for each in clan.roster if (error := member_error(each)) is not None]
    for day in range(14):
        at = now.replace(minute=11, second=3, microsecond=0) - timedelta(days=day, hours=3)
        failed = errors if day < 6 else []
        clan.snapshots.append(
            made_snapshot(
                f"{clan.id}/past/{day}",
                at,
                len(clan.roster),
                state="done",
                started_at=at,
                finished_at=at + timedelta(seconds=70),
                done=len(clan.roster) - len(failed),
                failed=len(failed),
                errors=failed,
            )
        )
    clan.next_at = clan.snapshots[0].created_at + timedelta(hours=24, minutes=7)


def lumen(now: datetime) -> DemoClan:
    """The player leads it."""
    clan = DemoClan(LUMEN, "Lumen", Game.MAPLESTORY, True, FOUNDED, DemoLog(LUMEN))
    for name, role, day in PEOPLE:
        user, joined = made_id(f"person/{name}"), FOUNDED + timedelta(days=day)
        clan.people[user] = PersonInfo(user_id=user, name=name, role=Role(role), joined_at=joined)
        if day:
            clan.log.plan(joined, "joined", user=user, role="member", invitation=made_id("invitation/first"))
            if role != "member":
                clan.log.plan(joined + timedelta(days=3), "role", by=ME, user=user, role=role)
    clan.log.plan(FOUNDED, "founded", by=ME, game="maplestory")
    clan.log.plan(FOUNDED + timedelta(minutes=4), "invited", by=ME, role="member")
    users = {person.name: person.user_id for person in clan.people.values()}
    clan.roster = [followed(actor, users, now) for actor in LUMEN_CAST]
    added = [each.info.id for each in clan.roster]
    clan.log.plan(FOUNDED + timedelta(minutes=9), "members_added", by=ME, members=added)
    daily_snapshots(clan.log, now, 360, len(clan.roster))
    clan.contests = {each.info.id: each for each in made_contests(clan.of_game({}), now, clan.log)}
    _past_snapshots(clan, now)
    for made in (
        made_hook("#announcements", now - _days(300), last_at=now - _days(0.2), last_status=204),
        made_hook(
            "#contests",
            now - _days(120),
            events=(HookEvent.CONTEST_CREATED, HookEvent.CONTEST_ENDING, HookEvent.CONTEST_DRAWN),
            hint="…407/…Qx8T",
            waiting=2,
            last_at=now - _days(0.1),
            last_status=429,
            last_response="You are being rate limited.",
        ),
        made_hook(
            "#old-lounge",
            now - _days(330),
            events=(HookEvent.HIGHLIGHTS,),
            hint="…118/…m0Lw",
            enabled=False,
            disabled_why="Discord no longer knows this webhook (404): it was deleted there.",
            last_at=now - _days(21),
            last_status=404,
            last_response="Unknown Webhook",
        ),
    ):
        clan.hooks[made.id] = made
    opened = InvitationInfo(
        id=made_id("invitation/open"),
        hint="B3cQ",
        role=Role.MEMBER,
        made_by="corvin",
        created_at=now - _days(2),
        expires_at=now + _days(5),
        uses_left=8,
    )
    clan.invitations[opened.id] = opened
    return clan


def wayfarers(now: datetime) -> DemoClan:
    """As large as a clan can be; the player is an officer of it."""
    clan = DemoClan(WAYFARERS, "Wayfarers", Game.OSRS, False, FOUNDED, DemoLog(WAYFARERS))
    for name, role in (("bell", Role.LEADER), ("aria", Role.OFFICER), ("gale", Role.MEMBER)):
        user = made_id(f"person/{name}")
        clan.people[user] = PersonInfo(user_id=user, name=name, role=role, joined_at=FOUNDED)
    clan.roster = [followed(actor, {}, now) for actor in WAYFARER_CAST]
    clan.log.plan(FOUNDED, "founded", by=made_id("person/bell"), game="osrs")
    daily_snapshots(clan.log, now, 30, len(clan.roster))
    clan.log.write_planned()
    _past_snapshots(clan, now)
    return clan
