"""/api/clans/…/contests and /api/contests: contests, their draws, and the proofs of these."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.identity import Now, SignedInCaller
from server.catalog.caching import UNCHANGED
from server.clans import service as clans
from server.clans.access import Leader, Looking
from server.clans.service import Standing
from server.contests import drawing, presenting, reading, running, service
from server.contests.reading import Draws
from server.contests.tables import Contest
from server.database import Clock, Database, Reader, Session
from server.errors import answers
from shared.api import contests as wire
from shared.clans.roles import Role

router = APIRouter(prefix="/clans/{clan_id}/contests", tags=["contests"])
public = APIRouter(prefix="/contests", tags=["contests"])
_BODY = answers(403, 404, 409, 413, 415, 422)


async def draws_of(request: Request) -> Draws:
    """What draws need."""
    found: Draws = request.app.state.draws
    return found


NeedsDraws = Annotated[Draws, Depends(draws_of)]


@router.get("", summary="A clan's contests", responses=answers(404, 422))
async def listing(session: Reader, standing: Looking, now: Now) -> wire.ContestList:
    """The newest first."""
    found = await reading.listing(session, standing.clan.id)
    return wire.ContestList(items=await presenting.told(session, standing.clan, found, now))


@router.post("", summary="Draft a contest", status_code=201, responses=answers(403, 404, 409, 413, 415, 422))
async def draft(
    entry: Annotated[wire.ContestForm, Body()], session: Session, leader: Leader, now: Now
) -> wire.ContestInfo:
    """Leaders. Nobody can enter before it is started."""
    return await _one(session, leader, await service.draft(session, leader, entry, now), now)


@router.get("/{contest_id}", summary="One contest", responses=answers(404, 422))
async def one(contest_id: UUID, session: Reader, standing: Looking, now: Now) -> wire.ContestInfo:
    """With everything that is published of it so far."""
    found = await reading.of_clan(session, standing.clan.id, str(contest_id))
    return await _one(session, standing, found, now)


@router.put("/{contest_id}", summary="Change a draft", responses=_BODY)
async def change(
    contest_id: UUID,
    entry: Annotated[wire.ContestForm, Body()],
    session: Session,
    leader: Leader,
    now: Now,
) -> wire.ContestInfo:
    """Leaders. Once started nothing can be changed."""
    found = await service.change(session, leader, str(contest_id), entry, now)
    return await _one(session, leader, found, now)


@router.delete(
    "/{contest_id}", summary="Remove a draft", status_code=204, responses=answers(403, 404, 409, 422)
)
async def remove(contest_id: UUID, session: Session, leader: Leader) -> None:
    """Leaders. What was started is voided instead."""
    await service.remove(session, leader, str(contest_id))


@router.post("/{contest_id}/start", summary="Start a contest", responses=answers(403, 404, 409, 422))
async def start(
    contest_id: UUID, session: Session, leader: Leader, draws: NeedsDraws, now: Now
) -> wire.ContestInfo:
    """Leaders. Publishes the rules and the commitment to the draw's secret."""
    found = await service.start(session, leader, str(contest_id), draws, now)
    return await _one(session, leader, found, now)


@router.post("/{contest_id}/draw", summary="Draw a contest", responses=answers(403, 404, 409, 422))
async def draw(contest_id: UUID, clan_id: UUID, caller: SignedInCaller, request: Request) -> wire.ContestInfo:
    """Leaders, after the beacon's round. Again: the same result. Where no relay tells the round it waits, and draws by
    itself once one does."""
    # Transactions of its own: none is open while the relays are asked.
    database: Database = request.app.state.database
    now: Clock = request.app.state.now
    draws: Draws = request.app.state.draws
    async with database.writing() as session:
        leader = await clans.standing(session, str(clan_id), caller.user_id, Role.LEADER)
        found = await drawing.ask(session, leader, str(contest_id), now())
    if found.status == "ended":
        number = drawing.round_of(found)
        await running.draw(database, request.app.state.relays, draws, found.id, number, now)
    async with database.reading() as session:
        found = await reading.get(session, found.id)
        return await _one(session, leader, found, now())


@router.post("/{contest_id}/void", summary="Void a contest", responses=_BODY)
async def void(
    contest_id: UUID,
    entry: Annotated[wire.ReasonEntry, Body()],
    session: Session,
    leader: Leader,
    now: Now,
) -> wire.ContestInfo:
    """Leaders, with a reason for everybody. After the beacon's round the result it would have had is published too."""
    found = await drawing.void(session, leader, str(contest_id), entry.reason, now)
    return await _one(session, leader, found, now)


@router.post(
    "/{contest_id}/amendments", summary="Tell a correction of the standings", status_code=201, responses=_BODY
)
async def amend(
    contest_id: UUID,
    entry: Annotated[wire.ReasonEntry, Body()],
    session: Session,
    leader: Leader,
    now: Now,
) -> wire.ContestInfo:
    """Leaders. It stands beside the frozen standings and changes nothing."""
    found = await service.amend(session, leader, str(contest_id), entry.reason, now)
    return await _one(session, leader, found, now)


@router.post("/{contest_id}/places/{place}/pass", summary="Pass a prize on", responses=_BODY)
async def pass_on(
    contest_id: UUID,
    place: int,
    entry: Annotated[wire.PassEntry, Body()],
    session: Session,
    leader: Leader,
    now: Now,
) -> wire.ContestInfo:
    """Leaders. To the next alternate, with a reason for everybody."""
    found = await drawing.pass_on(session, leader, str(contest_id), place, entry, now)
    return await _one(session, leader, found, now)


@router.get("/{contest_id}/standings", summary="Who came how far?", responses=answers(404, 422))
async def standings(contest_id: UUID, session: Reader, standing: Looking, now: Now) -> wire.Standings:
    """So far, or as they were frozen at the end."""
    found = await reading.of_clan(session, standing.clan.id, str(contest_id))
    return await presenting.standings(session, found, now)


@router.get("/{contest_id}/receipts", summary="Your own entries", responses=answers(404, 422))
async def receipts(contest_id: UUID, session: Reader, standing: Looking) -> wire.ReceiptList:
    """Each with its leaf, which is in the tree, and the points that prove it. Only you see them."""
    found = await reading.of_clan(session, standing.clan.id, str(contest_id))
    return await presenting.receipts(session, found, standing.user_id)


_PROOF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The proof (maplehub-draw-proof/v1)",
        "content": {
            "application/json": {"schema": {"type": "object"}, "example": {"v": "maplehub-draw-proof/v1"}}
        },
    },
    **UNCHANGED,
}


@public.get(
    "/{contest_id}/proof",
    summary="The proof of a draw",
    response_class=Response,
    responses={**_PROOF, **answers(404, 422)},
)
async def proof(contest_id: UUID, session: Reader, request: Request) -> Response:
    """For everybody. The same bytes for ever; the ETag is their SHA-256."""
    return await proof_answer(session, str(contest_id), request)


async def proof_answer(session: AsyncSession, contest_id: str, request: Request) -> Response:
    """The file. Raises NotFound."""
    text, digest = await presenting.proof(session, contest_id)
    tag = f'"{digest.hex()}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=86400"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="application/json", headers=headers)


async def _one(session: AsyncSession, standing: Standing, contest: Contest, now: Any) -> wire.ContestInfo:
    return (await presenting.told(session, standing.clan, [contest], now))[0]
