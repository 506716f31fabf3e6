"""/api/clans: clans, the players in them, whom they follow, and their log."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.accounts.identity import Now, ServerKeys, SignedInCaller
from server.clans import invitations, log, presenting, roster, service
from server.clans.access import Leader, Looking, LookingOfficer, Member, Officer
from server.clans.service import Standing
from server.database import Reader, Session
from server.errors import answers
from shared.api import clans as wire

router = APIRouter(prefix="/clans", tags=["clans"])
_NAMED = ("by", "user", "entrant")
CountDraws = Callable[[AsyncSession, Sequence[str]], Awaitable[dict[str, wire.DrawCounts]]]
"""How the contests of clans went, which is told by a subject above this one (`app.state.count_draws`)."""


@router.get("", summary="Which clans are you in?")
async def listing(session: Reader, caller: SignedInCaller, request: Request) -> wire.ClanList:
    """By name."""
    found = await service.mine(session, caller.user_id)
    return wire.ClanList(items=await _told(session, request, found))


@router.post("", summary="Found a clan", status_code=201, responses=answers(403, 409, 413, 415, 422))
async def create(
    entry: Annotated[wire.ClanEntry, Body()],
    session: Session,
    caller: SignedInCaller,
    request: Request,
    now: Now,
) -> wire.ClanInfo:
    """You lead it."""
    found = await service.found(session, caller.user_id, entry, now)
    return (await _told(session, request, [found]))[0]


@router.post("/join", summary="Join a clan", responses=answers(403, 404, 409, 413, 415, 422))
async def join(
    entry: Annotated[wire.JoinEntry, Body()],
    session: Session,
    caller: SignedInCaller,
    keys: ServerKeys,
    request: Request,
    now: Now,
) -> wire.ClanInfo:
    """By an invitation's code. Whoever is in already stays as they are."""
    found = await invitations.accept(session, keys, caller.user_id, entry.code, now)
    return (await _told(session, request, [found]))[0]


@router.get("/{clan_id}", summary="One clan", responses=answers(404, 422))
async def one(session: Reader, standing: Looking, request: Request) -> wire.ClanInfo:
    """As you see it."""
    return (await _told(session, request, [standing]))[0]


@router.put("/{clan_id}", summary="Change a clan", responses=answers(403, 404, 413, 415, 422))
async def change(
    entry: Annotated[wire.ClanChange, Body()], session: Session, leader: Leader, request: Request, now: Now
) -> wire.ClanInfo:
    """Leaders. Name, openness and cadence, all at once."""
    await service.change(session, leader, entry, now)
    return (await _told(session, request, [leader]))[0]


@router.delete("/{clan_id}", summary="Close a clan", status_code=204, responses=answers(403, 404, 422))
async def close(session: Session, leader: Leader, now: Now) -> None:
    """Leaders. For good; its log and the proofs of its contests stay."""
    await service.close(session, leader, now)


@router.get("/{clan_id}/people", summary="Who is in a clan?", responses=answers(404, 422))
async def people(session: Reader, standing: Looking) -> wire.PersonList:
    """Leaders, officers, members, each by name."""
    found = await service.people(session, standing.clan.id)
    return wire.PersonList(items=[presenting.person(each) for each in found])


@router.put(
    "/{clan_id}/people/{user_id}",
    summary="Give somebody another role",
    responses=answers(403, 404, 409, 413, 415, 422),
)
async def set_role(
    user_id: UUID, entry: Annotated[wire.RoleChange, Body()], session: Session, leader: Leader, now: Now
) -> wire.PersonInfo:
    """Leaders. A clan always has one."""
    return presenting.person(await service.set_role(session, leader, str(user_id), entry.role, now))


@router.delete(
    "/{clan_id}/people/{user_id}",
    summary="Leave a clan, or let somebody go",
    status_code=204,
    responses=answers(403, 404, 409, 422),
)
async def leave(user_id: UUID, session: Session, member: Member, now: Now) -> None:
    """Yourself, or as a leader another."""
    await service.remove(session, member, str(user_id), now)


@router.get("/{clan_id}/invitations", summary="Which invitations are open?", responses=answers(403, 404, 422))
async def open_invitations(session: Reader, officer: LookingOfficer, now: Now) -> wire.InvitationList:
    """Officers. The newest first, without their codes."""
    found = await invitations.listing(session, officer.clan.id, now)
    names = await accounts.names(session, [each.made_by for each in found if each.made_by])
    return wire.InvitationList(
        items=[wire.InvitationInfo(**presenting.invitation(each, names)) for each in found]
    )


@router.post(
    "/{clan_id}/invitations",
    summary="Invite players",
    status_code=201,
    responses=answers(403, 404, 409, 413, 415, 422),
)
async def invite(
    entry: Annotated[wire.InvitationEntry, Body()],
    session: Session,
    officer: Officer,
    keys: ServerKeys,
    now: Now,
) -> wire.NewInvitation:
    """Officers; only leaders invite officers. The code is told this once."""
    made, code = await invitations.make(session, keys, officer, entry, now)
    names = await accounts.names(session, [officer.user_id])
    return wire.NewInvitation(**presenting.invitation(made, names), code=code)


@router.delete(
    "/{clan_id}/invitations/{invitation_id}",
    summary="Take an invitation back",
    status_code=204,
    responses=answers(403, 404, 422),
)
async def uninvite(invitation_id: UUID, session: Session, officer: Officer, now: Now) -> None:
    """Officers. Nobody comes in by it any more."""
    await invitations.revoke(session, officer, str(invitation_id), now)


@router.get("/{clan_id}/members", summary="Whom does a clan follow?", responses=answers(404, 422))
async def members(session: Reader, standing: Looking, now: Now) -> wire.MemberList:
    """The roster by name."""
    return presenting.members(await roster.live(session, standing.clan.id), now)


@router.post(
    "/{clan_id}/members",
    summary="Follow accounts",
    status_code=201,
    responses=answers(403, 404, 409, 413, 415, 422),
)
async def add_members(
    entry: Annotated[wire.MembersEntry, Body()], session: Session, officer: Officer, now: Now
) -> wire.MemberList:
    """Officers. By name, from the game's public rankings. Those that are followed already are told as they are."""
    return presenting.members(await roster.add_named(session, officer, entry.accounts, now, entry.game), now)


@router.post(
    "/{clan_id}/characters",
    summary="Let a clan follow your characters",
    status_code=201,
    responses=answers(403, 404, 409, 413, 415, 422),
)
async def add_characters(
    entry: Annotated[wire.CharactersEntry, Body()], session: Session, member: Member, now: Now
) -> wire.MemberList:
    """What your app syncs of them: level, boss clears, experience. Only you can add them."""
    ids = [str(each) for each in entry.character_ids]
    return presenting.members(await roster.add_characters(session, member, ids, now), now)


@router.put(
    "/{clan_id}/members/{member_id}",
    summary="Rename a member, or say whose it is",
    responses=answers(403, 404, 409, 413, 415, 422),
)
async def change_member(
    member_id: UUID, entry: Annotated[wire.MemberChange, Body()], session: Session, officer: Officer, now: Now
) -> wire.MemberInfo:
    """Officers. What is left out stays. A rename keeps all that is known of the account."""
    return presenting.member(await roster.change(session, officer, str(member_id), entry, now), now)


@router.delete(
    "/{clan_id}/members/{member_id}",
    summary="Follow an account no longer",
    status_code=204,
    responses=answers(403, 404, 422),
)
async def remove_member(member_id: UUID, session: Session, member: Member, now: Now) -> None:
    """Officers, and whose it is."""
    await roster.remove(session, member, str(member_id), now)


@router.get("/{clan_id}/log", summary="What was done in a clan?", responses=answers(404, 422))
async def lines(
    session: Reader,
    standing: Looking,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> wire.LogPage:
    """The newest lines first, each with the hash that chains it to the one before."""
    found = await log.newest(session, standing.clan.id, offset, limit)
    ids = {str(line.event[name]) for line in found for name in _NAMED if line.event.get(name)}
    return wire.LogPage(
        items=[presenting.line(each) for each in found],
        total=standing.clan.log_length,
        names=await accounts.names(session, sorted(ids)),
    )


async def _told(
    session: AsyncSession, request: Request, standings: Sequence[Standing]
) -> list[wire.ClanInfo]:
    ids = [each.clan.id for each in standings]
    count_draws: CountDraws = request.app.state.count_draws
    counts, draws = await service.counts(session, ids), await count_draws(session, ids)
    return [presenting.clan(each, counts[each.clan.id], draws[each.clan.id]) for each in standings]
