"""Links that let players into a clan. A code is told once; its keyed digest is what is stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.keys import Keys, Kind, kind_of
from server.clans import log, service
from server.clans.service import Standing
from server.clans.tables import ClanInvitation
from server.errors import Forbidden
from shared.api.clans import MAX_INVITATIONS, InvitationEntry
from shared.clans.roles import Role
from shared.errors import Conflict, NotFound
from shared.ids import new_id


async def make(
    session: AsyncSession, keys: Keys, officer: Standing, entry: InvitationEntry, now: datetime
) -> tuple[ClanInvitation, str]:
    """A new link and its code. Raises Conflict when there are too many, Forbidden for an officer inviting officers."""
    if entry.role is Role.OFFICER and officer.role is not Role.LEADER:
        raise Forbidden("Only the clan's leaders may invite officers.", "Invite a member instead.")
    await service.hold(session, officer.clan.id)
    of_clan = ClanInvitation.clan_id == officer.clan.id
    await session.execute(delete(ClanInvitation).where(of_clan, ClanInvitation.expires_at <= now))
    if (await session.execute(select(func.count()).where(of_clan))).scalar_one() >= MAX_INVITATIONS:
        raise Conflict(f"The clan has {MAX_INVITATIONS} invitations already.", "Take one back first.")
    code = keys.new(Kind.INVITATION)
    made = ClanInvitation(
        id=new_id(),
        clan_id=officer.clan.id,
        digest=keys.digest(code),
        hint=code[-4:],
        role=str(entry.role),
        made_by=officer.user_id,
        created_at=now,
        expires_at=now + timedelta(days=entry.days),
        uses_left=entry.uses,
    )
    session.add(made)
    await log.append(
        session, officer.clan.id, "invited", now, by=officer.user_id, invitation=made.id, role=made.role
    )
    return made, code


async def listing(session: AsyncSession, clan_id: str, now: datetime) -> Sequence[ClanInvitation]:
    """The links that still let players in, the newest first."""
    query = select(ClanInvitation).where(ClanInvitation.clan_id == clan_id, *_lives(now))
    return (await session.execute(query.order_by(ClanInvitation.id.desc()))).scalars().all()


async def revoke(session: AsyncSession, officer: Standing, invitation_id: str, now: datetime) -> None:
    """Take a link back. Raises NotFound."""
    await service.hold(session, officer.clan.id)
    of_clan = ClanInvitation.clan_id == officer.clan.id
    gone = await session.execute(
        delete(ClanInvitation).where(ClanInvitation.id == invitation_id, of_clan).returning(ClanInvitation.id)
    )
    if gone.first() is None:
        raise NotFound("This invitation does not exist, or no longer does.")
    await log.append(session, officer.clan.id, "uninvited", now, by=officer.user_id, invitation=invitation_id)


async def accept(session: AsyncSession, keys: Keys, user_id: str, code: str, now: datetime) -> Standing:
    """Come in by a code. Raises NotFound for one that lets nobody in, Conflict where there is no room."""
    gone = NotFound("This invitation does not exist, has been used up, or is too old.", "Ask for a new one.")
    code = code.strip()
    if kind_of(code) is not Kind.INVITATION:
        raise gone
    query = select(ClanInvitation).where(ClanInvitation.digest == keys.digest(code), *_lives(now))
    clan_id = (await session.execute(query.with_only_columns(ClanInvitation.clan_id))).scalar_one_or_none()
    if clan_id is None:
        raise gone
    await log.hold(session, clan_id)
    # By now it may have been used up or taken back.
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise gone
    before = {each.clan.id for each in await service.mine(session, user_id)}
    standing = await service.join(session, found.clan_id, user_id, Role(found.role), found.id, now)
    if found.clan_id not in before and found.uses_left is not None:
        found.uses_left -= 1
    return standing


def _lives(now: datetime) -> tuple[ColumnElement[bool], ...]:
    left = or_(ClanInvitation.uses_left.is_(None), ClanInvitation.uses_left > 0)
    return ClanInvitation.expires_at > now, left
