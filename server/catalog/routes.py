"""/api/bosses: what there is to fight, and what it drops. For everybody."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from server.catalog import service
from server.catalog.caching import UNCHANGED, kept
from server.catalog.service import GameCatalog
from server.errors import answers
from shared.api.bosses import BossDetail, Bosses, ResetType

router = APIRouter(prefix="/bosses", tags=["bosses"])


@router.get(
    "", summary="Which bosses are there?", response_model=Bosses, responses={**UNCHANGED, **answers(422)}
)
async def bosses(
    request: Request, response: Response, catalog: GameCatalog, reset_type: ResetType | None = None
) -> Bosses | Response:
    """In the game's order, a boss once for each difficulty. An answer may be kept for an hour."""
    items = service.bosses(catalog, reset_type)
    return kept(request, response, catalog) or Bosses(items=items)


@router.get(
    "/{boss_id}",
    summary="What does a boss drop?",
    response_model=BossDetail,
    responses={**UNCHANGED, **answers(404, 422)},
)
async def boss(
    boss_id: Annotated[str, Path(max_length=100)], request: Request, response: Response, catalog: GameCatalog
) -> BossDetail | Response:
    """Without its crystal, which every clear gives. An answer may be kept for an hour."""
    found = service.boss(catalog, boss_id)
    return kept(request, response, catalog) or found
