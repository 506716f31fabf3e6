"""/stats: community statistics as pages. For everybody."""

from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from server.catalog.caching import UNCHANGED
from server.errors import answers
from server.http.limiting import Zone
from server.statistics import presenting
from server.statistics.figures import BossFigures
from server.statistics.published import Boss, Kind, Party, PublishedStats, Source, World
from server.web import pages
from shared.api import stats as wire
from shared.errors import InvalidInput, NotFound
from shared.message_page import POLICY, message_page
from shared.resets import utc_date

router = APIRouter(prefix="/stats", tags=["pages"], default_response_class=HTMLResponse)
_PAGE = Kind("text/html", Zone.ADDRESS, {"Content-Security-Policy": pages.POLICY})
_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such thing", "content": {"text/html": {}}}
}
_YEAR = "public, max-age=31536000, immutable"
Epoch = Annotated[str | None, Query(pattern=r"^\d{0,4}$", description="Of the boss's drop table.")]


@router.get("", summary="Every drop rate, as a page", responses={**UNCHANGED, **answers(422)})
async def overview(
    request: Request,
    published: PublishedStats,
    world: World = "all",
    party: Party = "all",
    min_sample: Annotated[int, Query(ge=0, le=wire.MAX_MIN_SAMPLE)] = wire.MIN_SAMPLE,
) -> Response:
    """Bosses with enough runs, each item with its interval."""
    choice = _choice(world, party)

    async def make(source: Source) -> bytes:
        state = source.edition.state
        told = [_told(source, each) for each in (await source.board(world, party)).values()]
        calculated = f"{state.updated_at:%Y-%m-%d %H:%M} UTC"
        return pages.overview(told, choice, min_sample, calculated)

    return await published.answer(request, ("page", world, party, min_sample), make, _PAGE)


@router.get(f"/{pages.style()[1]}", include_in_schema=False)
async def style() -> Response:
    """Its name changes with it, so it is kept for ever."""
    return Response(pages.style()[0], media_type="text/css", headers={"Cache-Control": _YEAR})


@router.get(
    "/{boss}", summary="One boss's drop rates, as a page", responses={**UNCHANGED, **_GONE, **answers(422)}
)
async def boss(
    boss: Boss,
    request: Request,
    published: PublishedStats,
    world: World = "all",
    party: Party = "all",
    epoch: Epoch = None,
) -> Response:
    """However few runs there are."""
    choice = _choice(world, party, epoch)

    async def make(source: Source) -> bytes:
        return pages.boss(_told(source, await source.boss(boss, world, party, epoch or None)), choice)

    return await _found(
        published.answer(request, ("page of boss", boss, world, party, epoch or None), make, _PAGE)
    )


@router.get("/{boss}/{item}", summary="One drop, as a page", responses={**UNCHANGED, **_GONE, **answers(422)})
async def item(
    boss: Boss,
    item: Annotated[str, Path(max_length=100)],
    request: Request,
    published: PublishedStats,
    world: World = "all",
    party: Party = "all",
    epoch: Epoch = None,
) -> Response:
    """With its history."""
    choice = _choice(world, party, epoch)

    async def make(source: Source) -> bytes:
        found = await source.boss(boss, world, party, epoch or None)
        over_time = await source.history(found, item)
        told = presenting.item_history(source.catalog, source.edition.state, found, item, over_time)
        return pages.item(told, _told(source, found), choice)

    return await _found(
        published.answer(request, ("page of item", boss, item, world, party, epoch or None), make, _PAGE)
    )


async def _found(answer: Awaitable[Response]) -> Response:
    """The answer, or a page that says what is not there."""
    try:
        return await answer
    except (NotFound, InvalidInput) as error:
        page = message_page("Not found", (error.message,), good=False, link=("/stats", "All drop rates"))
        return HTMLResponse(page, 404, headers={"Content-Security-Policy": POLICY})


def _told(source: Source, boss: BossFigures) -> wire.BossDropRates:
    today = utc_date(source.edition.now)
    return presenting.boss_drop_rates(source.catalog, source.edition.state, boss, today)


def _choice(world: str, party: str, epoch: str | None = None) -> pages.Choice:
    given = {"world": world, "party": party, "epoch": epoch or "all"}
    return {name: value for name, value in given.items() if value != "all"}
