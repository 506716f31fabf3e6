"""/api/settings: the settings a player's machines share."""

from typing import Annotated

from fastapi import APIRouter, Body, Path

from server.accounts.identity import SignedInCaller
from server.catalog.service import GameCatalog
from server.database import Reader
from server.errors import answers
from server.preferences import service
from server.sync.access import UserWriter
from shared.api.settings import SettingEntry, SettingInfo, SettingList

router = APIRouter(prefix="/settings", tags=["settings"])
Key = Annotated[str, Path(max_length=100)]


@router.get("", summary="What is set?")
async def listing(session: Reader, caller: SignedInCaller) -> SettingList:
    """Every setting there can be. What concerns one machine, such as its theme, never comes here."""
    return SettingList(items=await service.listing(session, caller.user_id))


@router.get("/{key}", summary="Look at a setting", responses=answers(404, 422))
async def one(key: Key, session: Reader, caller: SignedInCaller) -> SettingInfo:
    """Null when it is not set."""
    return await service.one(session, caller.user_id, key)


@router.put("/{key}", summary="Set a setting", responses=answers(403, 404, 409, 413, 415, 422))
async def put(
    key: Key, entry: Annotated[SettingEntry, Body()], writer: UserWriter, catalog: GameCatalog
) -> SettingInfo:
    """Null unsets it. A cosmetic you do not own is 409."""
    return await service.put(writer, catalog, key, entry.value)
