"""/api/characters: a player's characters."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body

from server.accounts.identity import SignedInCaller
from server.catalog.service import GameCatalog
from server.characters import service
from server.database import Reader
from server.errors import answers
from server.sync.access import UserWriter
from shared.api.characters import CharacterEntry, CharacterInfo, CharacterList

router = APIRouter(prefix="/characters", tags=["characters"])


@router.get("", summary="Which characters do I have?")
async def listing(session: Reader, caller: SignedInCaller) -> CharacterList:
    """In your own order."""
    return CharacterList(items=await service.listing(session, caller.user_id))


@router.post("", summary="Add a character", status_code=201, responses=answers(403, 409, 413, 415, 422))
async def create(
    entry: Annotated[CharacterEntry, Body()], writer: UserWriter, catalog: GameCatalog
) -> CharacterInfo:
    """Your first one is the main. A name you have in that world already is 409, however it is capitalised."""
    return await service.create(writer, catalog, entry)


@router.get("/{character_id}", summary="Look at a character", responses=answers(404, 422))
async def one(character_id: UUID, session: Reader, caller: SignedInCaller) -> CharacterInfo:
    """One of your own; anybody else's does not exist."""
    return await service.one(session, caller.user_id, str(character_id))


@router.put("/{character_id}", summary="Change a character", responses=answers(403, 404, 409, 413, 415, 422))
async def change(
    character_id: UUID,
    entry: Annotated[CharacterEntry, Body()],
    writer: UserWriter,
    catalog: GameCatalog,
) -> CharacterInfo:
    """All of its details at once; what is left out is emptied. A new main takes the place of the old one."""
    return await service.change(writer, catalog, str(character_id), entry)


@router.delete(
    "/{character_id}", summary="Remove a character", status_code=204, responses=answers(403, 404, 422)
)
async def remove(character_id: UUID, writer: UserWriter) -> None:
    """With its plans, its runs and their drops. If it was the main, the next one is."""
    await service.remove(writer, str(character_id))
