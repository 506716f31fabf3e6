"""Game accounts: found by their source's key, made when they are new."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, insert, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import identity
from server.lines import is_sqlite
from server.progress.tables import GameAccount, progress_days, progress_now, progress_points
from shared.clans.metrics import SourceKind
from shared.ids import new_id


def folded(name: str) -> str:
    """A name as its game compares it: letter case aside, and Old School's spaces, hyphens and underscores alike."""
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()


def osrs_key(name: str) -> str:
    """The key of an Old School account."""
    return folded(name)


def unseen_key(name: str, region: str, *, heroic: bool) -> str:
    """The key of a MapleStory character until its ranking was read once."""
    return f"{region}/{int(heroic)}/?/{name.strip().casefold()}"


def is_unseen(key: str) -> bool:
    """Whether a key is such a one."""
    return "/?/" in key


async def by_key(session: AsyncSession, source: SourceKind, key: str) -> GameAccount | None:
    """The account a source knows by this key."""
    found = await session.execute(
        select(GameAccount).where(GameAccount.source == source, GameAccount.source_key == key)
    )
    return found.scalar_one_or_none()


async def get(session: AsyncSession, account_id: str, *, lock: bool = False) -> GameAccount | None:
    """An account. lock: nobody else changes it until the transaction ends."""
    found = select(GameAccount).where(GameAccount.id == account_id)
    if lock:
        found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.execute(found)).scalar_one_or_none()


async def some(session: AsyncSession, ids: Collection[str]) -> dict[str, GameAccount]:
    """Accounts by id."""
    found = await session.execute(select(GameAccount).where(GameAccount.id.in_(ids)))
    return {account.id: account for account in found.scalars()}


async def find_or_make(
    session: AsyncSession,
    source: SourceKind,
    wanted: Sequence[tuple[str, str]],
    now: datetime,
    *,
    user_id: str | None = None,
) -> list[GameAccount]:
    """The accounts with these keys, each with the name to give it when it is new, in this order.

    user_id: the owner of a companion's characters.
    """
    names = dict(reversed(wanted))
    known = await _by_keys(session, source, names)
    new = sorted(names.keys() - known.keys())
    if new:
        made = [
            {
                "id": new_id(),
                "source": str(source),
                "source_key": key,
                "user_id": user_id,
                "name": names[key],
                "details": "{}",
                "created_at": now,
            }
            for key in new
        ]
        # Another clan may be making the same ones just now. All are made in the order of their keys, so that neither
        # waits for the other.
        insert_new = (sqlite if is_sqlite(session) else postgresql).insert(GameAccount)
        await session.execute(
            insert_new.on_conflict_do_nothing(index_elements=["source", "source_key"]).values(made)
        )
        known |= await _by_keys(session, source, new)
    return [known[key] for key, _ in wanted]


async def _by_keys(
    session: AsyncSession, source: SourceKind, keys: Collection[str]
) -> dict[str, GameAccount]:
    pairs = [(str(source), key) for key in keys]
    found = await session.execute(
        select(GameAccount).where(tuple_(GameAccount.source, GameAccount.source_key).in_(pairs))
    )
    return {account.source_key: account for account in found.scalars()}


def owned_by(user_id: str) -> Select[str]:
    """The ids of a player's own characters, for a larger query."""
    return select(GameAccount.id).where(GameAccount.user_id == user_id)


async def remove(session: AsyncSession, account_id: str) -> None:
    """Forget an account and all that is known of it."""
    await session.execute(delete(GameAccount).where(GameAccount.id == account_id))


async def copy_history(session: AsyncSession, account_id: str, to: str) -> None:
    """Give a new account all that is known of another."""
    for table in (progress_points, progress_days, progress_now):
        names = [column.name for column in table.columns]
        told = [literal(to, identity()) if name == "account_id" else table.c[name] for name in names]
        found = select(*told).where(table.c.account_id == account_id)
        await session.execute(insert(table).from_select(names, found))
    one, other = await get(session, account_id), await get(session, to)
    assert one is not None
    assert other is not None
    other.sampled_at, other.details = one.sampled_at, one.details
    await session.flush()


async def note_missing(session: AsyncSession, account_id: str, now: datetime) -> None:
    """The source does not know the account just now. What is known of it stays."""
    account = await get(session, account_id, lock=True)
    if account is not None and account.missing_since is None:
        account.missing_since = now


def details(account: GameAccount) -> Mapping[str, str]:
    """What the source tells of an account beside metrics."""
    told: dict[str, str] = json.loads(account.details)
    return told
