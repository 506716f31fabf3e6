"""Use cases of clans: founding, changing and closing them, and the players in them.

Every function works in the caller's transaction, takes the time as `now`, and writes the clan's log with what it does.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.clans import log
from server.clans.tables import Clan, ClanInvitation, ClanMember, ClanPerson
from server.errors import Forbidden
from server.progress import accounts as game_accounts
from shared.api.clans import ClanChange, ClanEntry
from shared.clans.roles import Role
from shared.errors import Conflict, NotFound
from shared.fairness.audit import genesis
from shared.ids import new_id

MOST_CLANS = 10
MOST_PEOPLE = 1000
CADENCE_HOURS = 24
_NOT_FOUND = "This clan does not exist."
_ASK = {
    Role.LEADER: Forbidden("Only the clan's leaders may do this.", "Ask one of them."),
    Role.OFFICER: Forbidden("Only the clan's officers and leaders may do this.", "Ask one of them."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a player stands in a clan."""

    clan: Clan
    user_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Person:
    """A player in a clan. name: as on Discord."""

    user_id: str
    name: str
    role: Role
    joined_at: datetime


async def standing(session: AsyncSession, clan_id: str, user_id: str, least: Role = Role.MEMBER) -> Standing:
    """How a player stands in an open clan. Raises NotFound for whoever is not in it, Forbidden below the role asked."""
    found = await session.execute(
        select(Clan, ClanPerson.role)
        .join(ClanPerson, ClanPerson.clan_id == Clan.id)
        .where(Clan.id == clan_id, ClanPerson.user_id == user_id, Clan.closed_at.is_(None))
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound(_NOT_FOUND)
    clan, said = row
    role = Role(said)
    if not role.reaches(least):
        raise Forbidden(_ASK[least].message, _ASK[least].action)
    return Standing(clan, user_id, role)


async def public(session: AsyncSession, clan_id: str) -> Clan:
    """An open clan whose leaderboard everybody may read. Raises NotFound."""
    found = await session.get(Clan, clan_id)
    if found is None or found.closed_at is not None or not found.public:
        raise NotFound("This clan does not exist, or keeps its leaderboard to itself.")
    return found


async def by_id(session: AsyncSession, clan_id: str) -> Clan:
    """A clan, also a closed one. Raises NotFound."""
    found = await session.get(Clan, clan_id)
    if found is None:
        raise NotFound(_NOT_FOUND)
    return found


async def mine(session: AsyncSession, user_id: str) -> list[Standing]:
    """A player's clans by name."""
    found = await session.execute(
        select(Clan, ClanPerson.role)
        .join(ClanPerson, ClanPerson.clan_id == Clan.id)
        .where(ClanPerson.user_id == user_id, Clan.closed_at.is_(None))
    )
    standings = [Standing(clan, user_id, Role(role)) for clan, role in found]
    return sorted(standings, key=lambda each: (each.clan.name.casefold(), each.clan.id))


async def found(session: AsyncSession, user_id: str, entry: ClanEntry, now: datetime) -> Standing:
    """Found a clan and lead it. Raises Conflict for somebody in too many."""
    await _room_for_one_more(session, user_id)
    clan_id = new_id()
    clan = Clan(
        id=clan_id,
        name=entry.name.strip() or entry.name,
        game=str(entry.game),
        public=entry.public,
        cadence_hours=CADENCE_HOURS,
        next_snapshot_at=next_due(clan_id, CADENCE_HOURS, now),
        created_at=now,
        closed_at=None,
        log_length=0,
        log_head=genesis(clan_id),
    )
    session.add(clan)
    await session.flush()
    session.add(ClanPerson(clan_id=clan_id, user_id=user_id, role=str(Role.LEADER), joined_at=now))
    await log.append(session, clan_id, "founded", now, by=user_id, game=clan.game)
    return Standing(clan, user_id, Role.LEADER)


async def hold(session: AsyncSession, clan_id: str) -> Clan:
    """An open clan, nobody else's to change until the transaction ends. Raises NotFound."""
    clan = await log.hold(session, clan_id)
    if clan.closed_at is not None:
        raise NotFound(_NOT_FOUND)
    return clan


def closed() -> Select[str]:
    """The ids of clans that were closed, for a larger query."""
    return select(Clan.id).where(Clan.closed_at.is_not(None))


async def change(session: AsyncSession, leader: Standing, entry: ClanChange, now: datetime) -> None:
    """Change a clan's name, openness and cadence. Raises NotFound."""
    clan = await hold(session, leader.clan.id)
    told = {
        "name": entry.name.strip() or entry.name,
        "public": entry.public,
        "cadence_hours": entry.cadence_hours,
    }
    new = {field: value for field, value in told.items() if getattr(clan, field) != value}
    if not new:
        return
    for field, value in new.items():
        setattr(clan, field, value)
    if "cadence_hours" in new:
        # One that was pulled nearer, for a contest, stays where it is.
        clan.next_snapshot_at = min(clan.next_snapshot_at, next_due(clan.id, clan.cadence_hours, now))
    await log.append(session, clan.id, "changed", now, by=leader.user_id, **new)


async def close(session: AsyncSession, leader: Standing, now: datetime) -> None:
    """Close a clan for good. Its log and its contests' proofs stay; what is not drawn yet is voided. Raises
    NotFound."""
    await _close(session, leader.clan.id, leader.user_id, now)


async def _close(session: AsyncSession, clan_id: str, by: str, now: datetime) -> None:
    clan = await hold(session, clan_id)
    clan.closed_at = now
    await log.append(session, clan_id, "closed", now, by=by)
    await session.execute(delete(ClanInvitation).where(ClanInvitation.clan_id == clan_id))


# Players


async def people(session: AsyncSession, clan_id: str) -> list[Person]:
    """The players of a clan: leaders, officers, members, each by name."""
    rows = (await session.execute(select(ClanPerson).where(ClanPerson.clan_id == clan_id))).scalars().all()
    names = await accounts.names(session, [row.user_id for row in rows])
    found = [Person(row.user_id, names[row.user_id], Role(row.role), row.joined_at) for row in rows]
    order = list(Role)
    return sorted(found, key=lambda each: (order.index(each.role), each.name.casefold(), each.user_id))


async def counts(session: AsyncSession, clan_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How many players and how many live members clans have."""
    players = await session.execute(
        select(ClanPerson.clan_id, func.count())
        .where(ClanPerson.clan_id.in_(clan_ids))
        .group_by(ClanPerson.clan_id)
    )
    members = await session.execute(
        select(ClanMember.clan_id, func.count())
        .where(ClanMember.clan_id.in_(clan_ids), ClanMember.left_at.is_(None))
        .group_by(ClanMember.clan_id)
    )
    one, other = dict(players.all()), dict(members.all())
    return {clan_id: (one.get(clan_id, 0), other.get(clan_id, 0)) for clan_id in clan_ids}


async def join(
    session: AsyncSession, clan_id: str, user_id: str, role: Role, by: str, now: datetime
) -> Standing:
    """Let a player in. by: the invitation's id. Whoever is in already stays as they are. Raises Conflict, NotFound."""
    clan = await hold(session, clan_id)
    there = await session.get(ClanPerson, (clan_id, user_id))
    if there is not None:
        return Standing(clan, user_id, Role(there.role))
    await _room_for_one_more(session, user_id)
    if (await counts(session, [clan_id]))[clan_id][0] >= MOST_PEOPLE:
        raise Conflict("The clan is full.", "Ask its leaders to make room.")
    session.add(ClanPerson(clan_id=clan_id, user_id=user_id, role=str(role), joined_at=now))
    await log.append(session, clan_id, "joined", now, user=user_id, role=str(role), invitation=by)
    return Standing(clan, user_id, role)


async def set_role(
    session: AsyncSession, leader: Standing, user_id: str, role: Role, now: datetime
) -> Person:
    """Give a player another role. Raises NotFound, and Conflict where no leader would be left."""
    person = await _person(session, leader, user_id, Role.LEADER)
    if person.role != role:
        if person.role == Role.LEADER:
            await _another_leader(session, leader.clan.id, user_id)
        person.role = str(role)
        await log.append(
            session, leader.clan.id, "role", now, by=leader.user_id, user=user_id, role=str(role)
        )
    return next(each for each in await people(session, leader.clan.id) if each.user_id == user_id)


async def remove(session: AsyncSession, by: Standing, user_id: str, now: datetime) -> None:
    """Let a player go: oneself, or by a leader another. Raises NotFound, Forbidden, Conflict for the last leader."""
    person = await _person(session, by, user_id, Role.MEMBER if user_id == by.user_id else Role.LEADER)
    if person.role == Role.LEADER:
        await _another_leader(session, by.clan.id, user_id)
    await _gone(session, by.clan.id, user_id, by.user_id, now)


async def farewell(session: AsyncSession, user_id: str, now: datetime) -> None:
    """Before an account is deleted: its clans go on with another leader, or are closed where nobody is left."""
    for clan_id in sorted(each.clan.id for each in await mine(session, user_id)):
        await log.hold(session, clan_id)
        there = {person.user_id: person for person in await people(session, clan_id)}
        me = there.pop(user_id, None)
        if me is None:
            continue  # Removed while we waited.
        others = list(there.values())
        if not others:
            await _close(session, clan_id, user_id, now)
        elif me.role is Role.LEADER and others[0].role is not Role.LEADER:
            # Whoever has been there longest, officers first.
            _, best = next(groupby(others, key=lambda person: person.role))
            heir = min(best, key=lambda person: (person.joined_at, person.user_id))
            await session.execute(
                update(ClanPerson)
                .where(ClanPerson.clan_id == clan_id, ClanPerson.user_id == heir.user_id)
                .values(role=str(Role.LEADER))
            )
            await log.append(
                session, clan_id, "role", now, by=user_id, user=heir.user_id, role=str(Role.LEADER)
            )
        await _gone(session, clan_id, user_id, user_id, now)


async def _gone(session: AsyncSession, clan_id: str, user_id: str, by: str, now: datetime) -> None:
    """A player goes, and with them their own characters: what their app syncs is no longer the clan's to see. Accounts
    that are followed by name are public, and stay as nobody's."""
    await session.execute(
        delete(ClanPerson).where(ClanPerson.clan_id == clan_id, ClanPerson.user_id == user_id)
    )
    theirs = (ClanMember.clan_id == clan_id) & (ClanMember.user_id == user_id) & ClanMember.left_at.is_(None)
    own = ClanMember.account_id.in_(game_accounts.owned_by(user_id))
    left = await session.execute(
        update(ClanMember).where(theirs, own).values(left_at=now).returning(ClanMember.id)
    )
    members = sorted(left.scalars())
    await session.execute(update(ClanMember).where(theirs).values(user_id=None))
    await log.append(
        session, clan_id, "left", now, by=by, user=user_id, **({"members": members} if members else {})
    )


async def _person(session: AsyncSession, by: Standing, user_id: str, least: Role) -> ClanPerson:
    clan_id = by.clan.id
    await hold(session, clan_id)
    # Somebody may have taken it from them while we waited.
    await standing(session, clan_id, by.user_id, least)
    found = await session.get(ClanPerson, (clan_id, user_id), populate_existing=True)
    if found is None:
        raise NotFound("This player is not in the clan.")
    return found


async def _another_leader(session: AsyncSession, clan_id: str, user_id: str) -> None:
    others = await session.execute(
        select(func.count()).where(
            ClanPerson.clan_id == clan_id, ClanPerson.user_id != user_id, ClanPerson.role == str(Role.LEADER)
        )
    )
    if not others.scalar_one():
        raise Conflict("A clan needs a leader.", "Make somebody else leader first, or close the clan.")


async def _room_for_one_more(session: AsyncSession, user_id: str) -> None:
    if len(await mine(session, user_id)) >= MOST_CLANS:
        raise Conflict(f"You are in {MOST_CLANS} clans already.", "Leave one first.")


def next_due(clan_id: str, cadence_hours: int, now: datetime) -> datetime:
    """When a clan's next scheduled snapshot is: always at its own place in the cadence, so that all clans' together are
    spread evenly, and no midnight brings them at once."""
    cadence = timedelta(hours=cadence_hours)
    place = int.from_bytes(hashlib.sha256(clan_id.encode()).digest()[:8]) / 2**64
    since = (now - datetime.fromtimestamp(0, tz=now.tzinfo)) - cadence * place
    return now + (cadence - since % cadence)


async def snapshots_due(session: AsyncSession, now: datetime) -> list[str]:
    """Open clans whose next scheduled snapshot is due, the longest due first."""
    due = select(Clan.id).where(Clan.next_snapshot_at <= now, Clan.closed_at.is_(None))
    return list((await session.execute(due.order_by(Clan.next_snapshot_at))).scalars())
