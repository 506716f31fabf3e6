"""/api/stats: how often what drops. For everybody, but for what is one's own."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse

from server.accounts.identity import SignedInCaller
from server.catalog.caching import UNCHANGED
from server.database import Reader
from server.errors import answers
from server.statistics import dump, presenting, service
from server.statistics.published import Boss, Party, PublishedStats, Source, World
from shared.api import stats as wire
from shared.api.base import Told
from shared.errors import InvalidInput, NotFound
from shared.resets import utc_date

public = APIRouter(prefix="/stats", tags=["stats"])
"""Without signing in."""
own = APIRouter(prefix="/stats", tags=["stats"])

Epoch = Annotated[
    str | None,
    Query(pattern=r"^\d{1,4}$", description="Of the boss's drop table; that of today when left out."),
]
_GONE = {**UNCHANGED, **answers(404, 422)}


@public.get(
    "/drop-rates",
    summary="How often does what drop?",
    response_model=wire.DropRates,
    responses=_GONE,
)
async def drop_rates(
    request: Request,
    published: PublishedStats,
    boss_id: Annotated[str | None, Query(max_length=100, description="Of this boss only.")] = None,
    min_sample: Annotated[
        int, Query(ge=0, le=wire.MAX_MIN_SAMPLE, description="Bosses with at least so many runs.")
    ] = wire.MIN_SAMPLE,
    world: World = "all",
    party: Party = "all",
    epoch: Epoch = None,
) -> Response:
    """Every item of every boss with enough runs, by at least five players. An epoch is asked for with its boss.

    Answers may be kept for a minute and then asked for by their ETag. 20 requests a minute, 100 with an API key.
    """
    if epoch is not None and boss_id is None:
        raise InvalidInput("epoch", "An epoch is one boss's.", "Say which boss, with boss_id.")

    async def make(source: Source) -> bytes:
        told = (
            (await source.board(world, party)).values()
            if boss_id is None
            else [await source.boss(boss_id, world, party, epoch)]
        )
        return _json(
            presenting.drop_rates(
                source.catalog, source.edition.state, told, min_sample=min_sample, world=world, party=party
            )
        )

    return await published.answer(request, ("rates", boss_id, min_sample, world, party, epoch), make)


@public.get(
    "/drop-rates/{boss}",
    summary="What does a boss drop, and how often?",
    response_model=wire.BossDropRates,
    responses=_GONE,
)
async def boss_drop_rates(
    boss: Boss,
    request: Request,
    published: PublishedStats,
    world: World = "all",
    party: Party = "all",
    epoch: Epoch = None,
) -> Response:
    """However few runs there are, by at least five players."""

    async def make(source: Source) -> bytes:
        found = await source.boss(boss, world, party, epoch)
        today = utc_date(source.edition.now)
        return _json(presenting.boss_drop_rates(source.catalog, source.edition.state, found, today))

    return await published.answer(request, ("boss", boss, world, party, epoch), make)


@public.get(
    "/drop-rates/{boss}/{item}",
    summary="How has a drop come over time?",
    response_model=wire.DropHistory,
    responses=_GONE,
)
async def item_history(
    boss: Boss,
    item: Annotated[str, Path(max_length=100)],
    request: Request,
    published: PublishedStats,
    world: World = "all",
    party: Party = "all",
    epoch: Epoch = None,
) -> Response:
    """The rate with its history: by month, and by day for about the last two."""

    async def make(source: Source) -> bytes:
        found = await source.boss(boss, world, party, epoch)
        if item not in {each.item for each in found.counts.items}:
            raise NotFound("This boss is not known to drop this.")
        over_time = await source.history(found, item)
        return _json(presenting.item_history(source.catalog, source.edition.state, found, item, over_time))

    return await published.answer(request, ("item", boss, item, world, party, epoch), make)


@public.get(
    "/boss-clears",
    summary="How often are bosses cleared?",
    response_model=wire.BossClears,
    responses=UNCHANGED,
)
async def boss_clears(request: Request, published: PublishedStats) -> Response:
    """By players who share their runs, in every world and party, with drops noted or without."""

    async def make(source: Source) -> bytes:
        clears = await service.clears(source.session)
        return _json(presenting.boss_clears(source.catalog, source.edition.state, clears))

    return await published.answer(request, ("clears",), make)


@public.get("/dumps", summary="Which months can be taken along?")
async def dumps(folder: dump.DumpFolder) -> wire.Dumps:
    """Every run that counted, by month. Players have another name in each, so that nobody can be followed."""
    return wire.Dumps(items=tuple(dump.kept(folder)))


@public.get(
    "/dumps/{name}",
    summary="Take a month along",
    response_class=FileResponse,
    responses={200: {"content": {dump.MEDIA_TYPE: {}}}, **answers(404, 422)},
)
async def dump_file(
    name: Annotated[str, Path(pattern=dump.NAME.pattern, max_length=60)], folder: dump.DumpFolder
) -> FileResponse:
    """JSON lines packed by Zstandard, as the manifest at `/api/stats/dumps` describes them. Parts may be asked for by
    Range."""
    path = dump.file(folder, name)
    return FileResponse(path, media_type=dump.MEDIA_TYPE, filename=name)


@own.get("/mine", summary="Which of my runs are not counted, and why?")
async def mine(session: Reader, caller: SignedInCaller) -> wire.OwnStanding:
    """Cleared runs only, the newest week first."""
    return presenting.own_standing(await service.mine(session, caller.user_id))


def _json(told: Told) -> bytes:
    return told.model_dump_json().encode()
