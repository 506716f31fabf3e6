"""What routes of a clan ask for: the caller's standing in it."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from server.accounts.identity import SignedInCaller
from server.clans import service
from server.clans.service import Standing
from server.database import Reader, Session
from shared.clans.roles import Role


def _reading(least: Role) -> Callable[..., Awaitable[Standing]]:
    async def standing(clan_id: UUID, session: Reader, caller: SignedInCaller) -> Standing:
        return await service.standing(session, str(clan_id), caller.user_id, least)

    return standing


def _writing(least: Role) -> Callable[..., Awaitable[Standing]]:
    async def standing(clan_id: UUID, session: Session, caller: SignedInCaller) -> Standing:
        return await service.standing(session, str(clan_id), caller.user_id, least)

    return standing


Looking = Annotated[Standing, Depends(_reading(Role.MEMBER))]
"""Anybody of the clan, on a route with a `Reader`."""
LookingOfficer = Annotated[Standing, Depends(_reading(Role.OFFICER))]
Member = Annotated[Standing, Depends(_writing(Role.MEMBER))]
"""The same on a route with a `Session`, in whose transaction the role is read."""
Officer = Annotated[Standing, Depends(_writing(Role.OFFICER))]
Leader = Annotated[Standing, Depends(_writing(Role.LEADER))]
