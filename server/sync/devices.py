"""Which machines sync, and when each last did. Bookkeeping for the player: sync itself never asks."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.accounts.identity import Now, SignedInCaller
from server.database import Database
from server.sync import store
from server.sync.tables import sync_devices

NOTED_EVERY = timedelta(minutes=1)
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Device:
    """A machine by its session. seen_at: when it last synced, within a minute."""

    id: str
    name: str
    seen_at: datetime


class Devices:
    """Notes who syncs, at most once a minute a machine; what was noted lately is remembered by this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[str, datetime] = {}

    async def note(self, user_id: str, session_id: str, now: datetime) -> None:
        """This machine syncs now. In a transaction of its own, whose failure is nobody's concern."""
        noted = self._noted.get(session_id)
        if noted is not None and now < noted + NOTED_EVERY:
            return
        if len(self._noted) >= _REMEMBERED:
            self._noted.clear()
        self._noted[session_id] = now
        with suppress(SQLAlchemyError):
            async with self._database.writing() as session:
                insert = store.insert_into(store.dialect_of(session), sync_devices)
                line = insert.values(user_id=user_id, session_id=session_id, seen_at=now)
                await session.execute(
                    line.on_conflict_do_update(
                        index_elements=["user_id", "session_id"], set_={"seen_at": now}
                    )
                )


async def note_device(request: Request, caller: SignedInCaller, now: Now) -> None:
    """Before the request's own transaction begins."""
    found: Devices = request.app.state.devices
    if caller.session_id is not None:
        await found.note(caller.user_id, caller.session_id, now)


Noted = Annotated[None, Depends(note_device)]


async def devices_of(session: AsyncSession, user_id: str, now: datetime) -> list[Device]:
    """A user's machines that are signed in and have synced, the last seen first."""
    names = {each.id: each.device for each in await accounts.sessions(session, user_id, now)}
    query = select(sync_devices).where(sync_devices.c.user_id == user_id)
    return [
        Device(row.session_id, names[row.session_id], row.seen_at)
        for row in await session.execute(query.order_by(sync_devices.c.seen_at.desc()))
        if row.session_id in names
    ]
