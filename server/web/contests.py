"""/clans, /contests and /verify: leaderboards, contests and proofs as pages. For everybody, without JavaScript."""

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.identity import Now
from server.boards import service as boards
from server.catalog.caching import UNCHANGED
from server.clans import log
from server.clans import service as clans
from server.clans.tables import Clan
from server.contests import drawing, presenting, reading
from server.contests.tables import Contest
from server.database import Database, Reader
from server.errors import answers
from server.web import contest_pages, pages
from server.web.uploads import sent
from shared.api.progress import SortBy
from shared.clans.metrics import MAX_METRIC, XP
from shared.clans.timeframes import Timeframe
from shared.errors import InvalidInput, MapleHubError, NotFound
from shared.fairness.proof import NotAProofError, Proof, read_proof
from shared.fairness.verify import Verdict, verify
from shared.message_page import POLICY, message_page

router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)
_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such thing", "content": {"text/html": {}}}
}
_NO_PROOF: dict[int | str, dict[str, Any]] = {
    422: {"description": "What was handed in is not a proof", "content": {"text/html": {}}}
}
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "text": {"type": "string"},
                    },
                }
            }
        },
    }
}
_FOR_EVER = "public, max-age=31536000, immutable"


@router.get(
    "/contests/{contest_id}", summary="A contest, as a page", responses={**UNCHANGED, **_GONE, **answers(422)}
)
async def contest(contest_id: UUID, session: Reader, request: Request, now: Now) -> Response:
    """Everything that is published of it so far. Of those who did not win nothing is."""
    try:
        found = await _published(session, str(contest_id))
    except NotFound as error:
        return _gone(error)
    clan = await clans.by_id(session, found.clan_id)
    (told,) = await presenting.told(session, clan, [found], now)
    drawn = (await drawing.drawn_of(session, [found.id]))[found.id]
    steps = await log.about(session, clan.id, found.id, max(0, (found.commit_line or 0) - 1))
    page = contest_pages.ContestPage(
        told=told,
        public=_is_public(clan),
        winners=_named(drawn, drawing.WINNER),
        alternates=_named(drawn, drawing.ALTERNATE),
        steps=[contest_pages.Step(line.i, line.at, line.event, line.head.hex()) for line in steps],
        counts=(await reading.counts(session, [clan.id]))[clan.id],
        late=reading.is_late(found),
    )
    return _answer(request, contest_pages.contest(page))


@router.get(
    "/contests/{contest_id}/proof.json",
    summary="A draw's proof, to keep",
    response_class=Response,
    responses={
        200: {
            "description": "The proof (maplehub-draw-proof/v1)",
            "content": {"application/json": {"example": {}}},
        },
        **UNCHANGED,
        **_GONE,
        **answers(422),
    },
)
async def proof(contest_id: UUID, session: Reader, request: Request) -> Response:
    """The same bytes for ever; the ETag is their SHA-256."""
    try:
        text, digest = await presenting.proof(session, str(contest_id))
    except NotFound as error:
        return _gone(error)
    headers = {
        "ETag": f'"{digest.hex()}"',
        "Cache-Control": _FOR_EVER,
        "Content-Disposition": f'attachment; filename="maplehub-proof-{contest_id}.json"',
    }
    return _kept(request, headers) or Response(text, media_type="application/json", headers=headers)


@router.get("/verify", summary="Where proofs are handed in", responses=UNCHANGED)
async def verify_form(request: Request) -> Response:
    """A form."""
    return _answer(request, contest_pages.verify_form())


@router.post(
    "/verify",
    summary="Check a proof",
    responses={**_NO_PROOF, **answers(413, 415)},
    openapi_extra=_FORM,
)
async def verdict(request: Request) -> Response:
    """All ten steps, from nothing but the file. It is not kept."""
    try:
        content = _handed_in(sent(request.headers.get("content-type", ""), await request.body()))
        # A thread: checking many entries takes a while, and others are to be answered meanwhile.
        told, found = await asyncio.to_thread(_checked, content)
    except (NotAProofError, InvalidInput) as error:
        return _page(contest_pages.verify_form(error), 422)
    published = await _published_proof(request.app.state.database, told.contest_id)
    checked = contest_pages.Checked(told, found, sha256(content).hexdigest(), published)
    return _page(contest_pages.verdict(checked))


@router.get(
    "/clans/{clan_id}",
    summary="A clan's leaderboard, as a page",
    responses={**UNCHANGED, **_GONE, **answers(422)},
)
async def clan(
    clan_id: UUID,
    session: Reader,
    request: Request,
    now: Now,
    metric: Annotated[str, Query(max_length=MAX_METRIC)] = XP,
    timeframe: Timeframe = Timeframe.WEEK,
    sort: SortBy = "gained",
    order: Literal["up", "down"] | None = None,
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """And its contests. order: up or down; each column has its usual one."""
    descending = order == "down" if order else sort != "name"
    try:
        found = await clans.public(session, str(clan_id))
        board = await boards.board(
            session, found, metric, timeframe, now,
            sort=sort, descending=descending, offset=offset, limit=contest_pages.PAGE_ROWS,
        )  # fmt: skip
    except (NotFound, InvalidInput) as error:
        return _gone(error)
    started = [each for each in await reading.listing(session, found.id) if each.status != "draft"]
    chosen = {"metric": (metric, XP), "timeframe": (str(timeframe), str(Timeframe.WEEK))}
    page = contest_pages.ClanPage(
        clan_id=found.id,
        board=board,
        metrics=(await boards.metrics(session, found)).items,
        contests=await presenting.told(session, found, started, now),
        counts=(await reading.counts(session, [found.id]))[found.id],
        sort=sort,
        descending=descending,
        offset=offset,
        choice={name: value for name, (value, usual) in chosen.items() if value != usual},
    )
    return _answer(request, contest_pages.clan(page))


def _handed_in(parts: Mapping[str, bytes]) -> bytes:
    """The proof in a form. Raises InvalidInput for an empty one."""
    # What is pasted has blank lines around it, of which the proof's hash knows nothing.
    content = parts.get("file", b"") or parts.get("text", b"").strip()
    if not content:
        raise InvalidInput("file", "Nothing was handed in.", "Choose the proof, or paste its text.")
    return content


def _checked(content: bytes) -> tuple[Proof, Verdict]:
    """What a file tells and whether it holds. Raises NotAProofError."""
    told = read_proof(content)
    return told, verify(told)


async def _published_proof(database: Database, contest_id: str) -> str | None:
    """The hash of the proof this server has published of a contest, None where there is none."""
    try:
        if str(UUID(contest_id)) != contest_id:
            return None
        async with database.reading() as session:
            contest = await reading.get(session, contest_id)
    except (NotFound, ValueError):
        return None
    return contest.proof_hash.hex() if contest.proof_hash is not None else None


async def _published(session: AsyncSession, contest_id: str) -> Contest:
    """A contest that was started. Raises NotFound."""
    found = await reading.get(session, contest_id)
    if found.status == "draft":
        raise NotFound("This contest does not exist.")
    return found


def _is_public(clan: Clan) -> bool:
    return clan.public and clan.closed_at is None


def _named(drawn: list[drawing.Drawn], kind: str) -> list[contest_pages.Named]:
    return [contest_pages.Named(each.leaf, each.name) for each in drawn if each.drawn_as == kind]


def _page(content: bytes, status: int = 200) -> Response:
    return HTMLResponse(content, status, headers={"Content-Security-Policy": pages.POLICY})


def _answer(request: Request, content: bytes) -> Response:
    """A page that may change at any time: asked for each time, sent only when it did."""
    headers = {
        "ETag": f'"{sha256(content).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",
        "Content-Security-Policy": pages.POLICY,
    }
    return _kept(request, headers) or HTMLResponse(content, headers=headers)


def _kept(request: Request, headers: dict[str, str]) -> Response | None:
    had = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers=headers) if headers["ETag"] in had else None


def _gone(error: MapleHubError) -> Response:
    page = message_page("Not found", (error.message, error.action), good=False)
    return HTMLResponse(page, 404, headers={"Content-Security-Policy": POLICY})
