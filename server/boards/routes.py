"""/api/clans/…: leaderboards, panels, and what is known of a member."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from server.accounts.identity import Now
from server.boards import service
from server.clans.access import Looking
from server.database import Reader
from server.errors import answers
from shared.api import progress as wire
from shared.clans.metrics import MAX_METRIC, XP, Game
from shared.clans.timeframes import Timeframe

router = APIRouter(prefix="/clans/{clan_id}", tags=["clans"])
Metric = Annotated[str, Query(max_length=MAX_METRIC, description="Such as xp.total or kc.hard-lucid.")]

Played = Annotated[Game | None, Query(description="Members of one game; the clan's own when left out.")]


@router.get("/board", summary="A clan's leaderboard", responses=answers(404, 422))
async def board(
    session: Reader,
    standing: Looking,
    now: Now,
    metric: Metric = XP,
    timeframe: Timeframe = Timeframe.WEEK,
    game: Played = None,
    sort: wire.SortBy = "gained",
    descending: bool = True,
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = wire.BOARD_LIMIT,
) -> wire.Board:
    """What everybody gained. What is not known is null and stands at the end."""
    return await service.board(
        session,
        standing.clan,
        metric,
        timeframe,
        now,
        game=game,
        sort=sort,
        descending=descending,
        offset=offset,
        limit=limit,
    )


@router.get("/metrics", summary="What is known in a clan?", responses=answers(404, 422))
async def metrics(session: Reader, standing: Looking, game: Played = None) -> wire.MetricList:
    """The metrics a leaderboard can be made of."""
    return await service.metrics(session, standing.clan, game)


@router.get("/panels", summary="A clan's totals", responses=answers(404, 422))
async def panels(
    session: Reader,
    standing: Looking,
    now: Now,
    timeframe: Timeframe = Timeframe.WEEK,
    game: Played = None,
) -> wire.Panels:
    """And what was gained of them, day by day."""
    return await service.panels(session, standing.clan, timeframe, now, game)


@router.get("/members/{member_id}", summary="What is known of a member?", responses=answers(404, 422))
async def member(
    member_id: UUID,
    session: Reader,
    standing: Looking,
    now: Now,
    timeframe: Timeframe = Timeframe.WEEK,
    metric: Metric = XP,
) -> wire.MemberProgress:
    """Every metric, and one of them day by day."""
    return await service.member(session, standing.clan, str(member_id), timeframe, metric, now)
