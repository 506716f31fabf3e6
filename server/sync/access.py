"""What the routes of other subjects ask for when they change synced rows."""

from typing import Annotated

from fastapi import Depends

from server.accounts.identity import Now, SignedInCaller
from server.database import Session
from server.sync.editing import Writer, user_writer


async def writer_of(session: Session, caller: SignedInCaller, now: Now) -> Writer:
    """The caller's rows under their lock, until the request's transaction ends."""
    return await user_writer(session, caller.user_id, now)


UserWriter = Annotated[Writer, Depends(writer_of)]
