"""The accounts a clan follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.catalog import service as catalog
from server.characters import service as characters
from server.clans import log, service
from server.clans.service import Standing
from server.clans.tables import ClanMember, ClanPerson
from server.errors import Forbidden
from server.progress import accounts as game_accounts
from server.progress.tables import GameAccount
from shared.api.clans import MAX_ACCOUNT_NAME, MAX_MEMBERS, MemberChange, NamedAccount
from shared.clans.metrics import RANKINGS, SOURCES, Game, SourceKind, of_game
from shared.clans.roles import Role
from shared.errors import Conflict, InvalidInput, NotFound
from shared.ids import new_id
from shared.tracking import WorldType


@dataclass(frozen=True, slots=True)
class Member:
    """A followed account. user_name: of the player it belongs to, None for nobody known."""

    id: str
    clan_id: str
    user_id: str | None
    user_name: str | None
    added_at: datetime
    account: GameAccount


def listed(clan_id: str, game: Game | None = None) -> Select[str, str, str, datetime | None]:
    """The roster in short, for a larger query: member_id, account_id, name, sampled_at. game: of one game only."""
    sources = [str(source) for source in (of_game(game) if game is not None else SourceKind)]
    return (
        select(
            ClanMember.id.label("member_id"), ClanMember.account_id, GameAccount.name, GameAccount.sampled_at
        )
        .join(GameAccount, GameAccount.id == ClanMember.account_id)
        .where(ClanMember.clan_id == clan_id, ClanMember.left_at.is_(None), GameAccount.source.in_(sources))
    )


async def live(session: AsyncSession, clan_id: str) -> list[Member]:
    """The roster by name."""
    return await _members(session, ClanMember.clan_id == clan_id, ClanMember.left_at.is_(None))


async def get(session: AsyncSession, clan_id: str, member_id: str) -> Member:
    """A member on the roster. Raises NotFound."""
    found = await _members(
        session, ClanMember.clan_id == clan_id, ClanMember.id == member_id, ClanMember.left_at.is_(None)
    )
    if not found:
        raise NotFound("This member is not on the roster.")
    return found[0]


async def some(session: AsyncSession, member_ids: Sequence[str]) -> dict[str, Member]:
    """Members by id, also those who left."""
    found = await _members(session, ClanMember.id.in_(member_ids))
    return {member.id: member for member in found}


async def of_account(session: AsyncSession, account_id: str) -> list[tuple[str, str, str | None]]:
    """Where an account is followed: (clan, member, player) of each clan."""
    found = await session.execute(
        select(ClanMember.clan_id, ClanMember.id, ClanMember.user_id).where(
            ClanMember.account_id == account_id, ClanMember.left_at.is_(None)
        )
    )
    return [(clan_id, member_id, user_id) for clan_id, member_id, user_id in found]


async def followers(session: AsyncSession, account_id: str) -> list[Member]:
    """The members an account is followed as, one for each clan that does."""
    return await _members(session, ClanMember.account_id == account_id, ClanMember.left_at.is_(None))


async def of_player(session: AsyncSession, user_id: str) -> list[Member]:
    """The accounts clans follow as a player's."""
    return await _members(session, ClanMember.user_id == user_id, ClanMember.left_at.is_(None))


async def ever(session: AsyncSession, clan_id: str, account_ids: Sequence[str]) -> dict[str, str]:
    """As which members a clan has followed accounts, those who left too: the account of each."""
    found = await session.execute(
        select(ClanMember.id, ClanMember.account_id).where(
            ClanMember.clan_id == clan_id, ClanMember.account_id.in_(account_ids)
        )
    )
    return dict(found.all())


async def add_named(
    session: AsyncSession,
    officer: Standing,
    given: Sequence[NamedAccount],
    now: datetime,
    game: Game | None = None,
) -> list[Member]:
    """Follow accounts by name; those already followed stay as they are. game: the clan's own where none is named.
    Raises InvalidInput, Conflict."""
    source = RANKINGS[game or Game(officer.clan.game)]
    if source not in SOURCES[Game(officer.clan.game)]:
        raise InvalidInput("game", "This clan plays another game.", "Name accounts of its own game.")
    wanted = []
    for each in given:
        name = each.name.strip()
        if not name:
            raise InvalidInput("accounts", "A name is empty.", "Write the name as the game shows it.")
        key = (
            game_accounts.osrs_key(name)
            if source is SourceKind.OSRS
            else await _nexon_key(session, name, each.region, heroic=each.heroic)
        )
        wanted.append((key, name))
    wanted = list({key: (key, name) for key, name in wanted}.values())
    found = await game_accounts.find_or_make(session, source, wanted, now)
    return await _follow(session, officer, [(account.id, None) for account in found], now)


async def add_characters(
    session: AsyncSession, person: Standing, character_ids: Sequence[str], now: datetime
) -> list[Member]:
    """Let the clan follow a player's own characters by what their app syncs. Raises NotFound, InvalidInput,
    Conflict."""
    if SourceKind.COMPANION not in SOURCES[Game(person.clan.game)]:
        raise InvalidInput("character_ids", "This clan plays another game.", "Add them to a MapleStory clan.")
    rows = await characters.all_of(session, person.user_id)
    own = {row.id: str(row.values["name"])[:MAX_ACCOUNT_NAME] for row in rows}
    missing = [each for each in character_ids if each not in own]
    if missing:
        raise NotFound("This character does not exist, or no longer does.", "Sync, then try again.")
    wanted = [(each, own[each]) for each in dict.fromkeys(character_ids)]
    found = await game_accounts.find_or_make(
        session, SourceKind.COMPANION, wanted, now, user_id=person.user_id
    )
    return await _follow(session, person, [(account.id, person.user_id) for account in found], now)


async def change(
    session: AsyncSession, officer: Standing, member_id: str, entry: MemberChange, now: datetime
) -> Member:
    """Tell an account's new name, or whose it is. Raises NotFound, InvalidInput, Conflict."""
    member = await get(session, officer.clan.id, member_id)
    if entry.name is not None:
        # An account is locked before a clan is, whoever does it.
        await game_accounts.get(session, member.account.id, lock=True)
    await service.hold(session, officer.clan.id)
    member = await get(session, officer.clan.id, member_id)
    account = member.account
    said: dict[str, str | None] = {}
    if entry.name is not None and entry.name.strip() != account.name:
        await _rename(session, member, entry.name.strip(), now)
        said["name"] = entry.name.strip()
    if "user_id" in entry.model_fields_set:
        user_id = str(entry.user_id) if entry.user_id is not None else None
        if account.source == SourceKind.COMPANION and user_id != account.user_id:
            raise InvalidInput(
                "user_id", "A player's own character stays theirs.", "Take it off the roster instead."
            )
        if user_id is not None and await session.get(ClanPerson, (officer.clan.id, user_id)) is None:
            raise InvalidInput("user_id", "This player is not in the clan.", "Invite them first.")
        if user_id != member.user_id:
            await session.execute(
                update(ClanMember).where(ClanMember.id == member_id).values(user_id=user_id)
            )
            said["user"] = user_id
    if said:
        await log.append(
            session, officer.clan.id, "member_changed", now, by=officer.user_id, member=member_id, **said
        )
    return await get(session, officer.clan.id, member_id)


async def remove(session: AsyncSession, by: Standing, member_id: str, now: datetime) -> None:
    """Follow an account no longer: an officer's to do, and everybody's for what is their own. Raises NotFound,
    Forbidden."""
    await service.hold(session, by.clan.id)
    member = await get(session, by.clan.id, member_id)
    if member.user_id != by.user_id and not by.role.reaches(Role.OFFICER):
        raise Forbidden("Only the clan's officers and leaders may do this.", "Ask one of them.")
    await session.execute(update(ClanMember).where(ClanMember.id == member_id).values(left_at=now))
    await log.append(session, by.clan.id, "member_removed", now, by=by.user_id, member=member_id)


async def recognised(session: AsyncSession, account_id: str, key: str) -> str:
    """A source told an account's key for good. Returns the account's id, which is another one where somebody follows
    the same account already: then everybody follows that."""
    account = await game_accounts.get(session, account_id, lock=True)
    if account is None or account.source_key == key:
        return account_id
    known = await game_accounts.by_key(session, SourceKind(account.source), key)
    if known is None:
        account.source_key = key
        await session.flush()
        return account_id
    there = {clan_id for clan_id, _, _ in await of_account(session, known.id)}
    twice = (ClanMember.account_id == account_id) & ClanMember.clan_id.in_(there)
    await session.execute(update(ClanMember).where(twice).values(left_at=account.created_at))
    await session.execute(
        update(ClanMember).where(ClanMember.account_id == account_id).values(account_id=known.id)
    )
    await game_accounts.remove(session, account_id)
    return known.id


async def _rename(session: AsyncSession, member: Member, name: str, now: datetime) -> None:
    """Follow an account under its new name, with its history. What other clans follow is not theirs to change: there
    this clan's member becomes an account of its own."""
    account = member.account
    source = SourceKind(account.source)
    if source is SourceKind.COMPANION:
        raise InvalidInput("name", "A character of the app is renamed in the app.")
    shared = len(await of_account(session, account.id)) > 1
    if source is SourceKind.NEXON and not game_accounts.is_unseen(account.source_key):
        if not shared:
            account.name = name
            return
        region, world, _ = account.source_key.split("/")
        # The ranking tells whether it is the same character: then it is recognised, and the name is everybody's.
        key = game_accounts.unseen_key(name, region, heroic=world in _worlds(WorldType.HEROIC))
    elif source is SourceKind.NEXON:
        key = f"{account.source_key.rpartition('/')[0]}/{name.casefold()}"
    else:
        key = game_accounts.osrs_key(name)
    other = await game_accounts.by_key(session, source, key)
    if (other is not None and other.id == account.id) or (other is None and not shared):
        account.source_key, account.name = key, name
        await session.flush()
        return
    added_at = member.added_at if other is None else now  # Another history: for contests that run it is new.
    if other is None:
        (other,) = await game_accounts.find_or_make(session, source, [(key, name)], now)
        if source is SourceKind.OSRS:
            await game_accounts.copy_history(session, account.id, other.id)
    if any(clan_id == member.clan_id for clan_id, _, _ in await of_account(session, other.id)):
        raise Conflict("The clan follows an account of this name already.", "Remove one of the two.")
    moved = update(ClanMember).where(ClanMember.id == member.id)
    await session.execute(moved.values(account_id=other.id, added_at=added_at))


async def _nexon_key(session: AsyncSession, name: str, region: str, *, heroic: bool) -> str:
    """The key of a character that was seen under this name, else one to look for it by."""
    details = select(GameAccount.source_key).where(
        GameAccount.source == str(SourceKind.NEXON),
        func.lower(GameAccount.name) == name.lower(),
        GameAccount.source_key.startswith(f"{region}/", autoescape=True),
        GameAccount.missing_since.is_(None),
    )
    worlds = _worlds(WorldType.HEROIC if heroic else WorldType.INTERACTIVE)
    for key in sorted((await session.execute(details)).scalars()):
        if not game_accounts.is_unseen(key) and key.split("/")[1] in worlds:
            return key
    return game_accounts.unseen_key(name, region, heroic=heroic)


def _worlds(kind: WorldType) -> set[str]:
    """The rankings' numbers of the worlds of a kind."""
    known = catalog.read().worlds.values()
    return {str(number) for world in known if world.world_type is kind for number in world.nexon_world_ids}


async def _follow(
    session: AsyncSession, by: Standing, given: Sequence[tuple[str, str | None]], now: datetime
) -> list[Member]:
    await service.hold(session, by.clan.id)
    # Who was let go while we waited adds nothing of theirs any more.
    await service.standing(session, by.clan.id, by.user_id)
    found = await session.execute(
        select(ClanMember).where(ClanMember.clan_id == by.clan.id, ClanMember.left_at.is_(None))
    )
    there = {member.account_id: member for member in found.scalars()}
    new = [(account_id, user_id) for account_id, user_id in given if account_id not in there]
    if len(there) + len(new) > MAX_MEMBERS:
        raise Conflict(f"A clan follows at most {MAX_MEMBERS} accounts.", "Remove some first.")
    for account_id, user_id in new:
        there[account_id] = ClanMember(
            id=new_id(),
            clan_id=by.clan.id,
            account_id=account_id,
            user_id=user_id,
            added_at=now,
            left_at=None,
        )
        session.add(there[account_id])
    await session.flush()
    if new:
        added = [there[account_id].id for account_id, _ in new]
        await log.append(session, by.clan.id, "members_added", now, by=by.user_id, members=added)
    wanted = [there[account_id].id for account_id, _ in given]
    return await _members(session, ClanMember.id.in_(wanted))


async def _members(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Member]:
    query = select(ClanMember, GameAccount).join(GameAccount, GameAccount.id == ClanMember.account_id)
    rows = (await session.execute(query.where(*conditions).execution_options(populate_existing=True))).all()
    names = await accounts.names(session, [row.user_id for row, _ in rows if row.user_id is not None])
    found = [
        Member(row.id, row.clan_id, row.user_id, names.get(row.user_id or ""), row.added_at, account)
        for row, account in rows
    ]
    return sorted(found, key=lambda member: (member.account.name.casefold(), member.id))
