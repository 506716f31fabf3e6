"""/api/sync: a player's machines push what changed and pull what the others did."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from server.accounts.identity import Now, SignedInCaller
from server.database import Reader, Session
from server.errors import answers
from server.sync import compare, service
from server.sync.answers import json_answer
from server.sync.devices import Noted, devices_of
from shared.api.sync import (
    BucketsResponse,
    DeviceInfo,
    DevicesResponse,
    DigestResponse,
    PullRequestModel,
    PullResponse,
    PushRequest,
    PushResponse,
    RowsRequest,
    RowsResponse,
    TableDigest,
)
from shared.api.sync_text import pull_answer_text, push_answer_text
from shared.sync.records import SCHEMA

router = APIRouter(prefix="/sync", tags=["sync"])
Schema = Annotated[int, Query(ge=1, le=1 << 31, description="The version of the schema whose fields count.")]


@router.post(
    "/push",
    summary="Send what changed",
    response_model=PushResponse,
    responses=answers(403, 409, 413, 415, 422, 426),
)
async def push(
    request: Request,
    sent: Annotated[PushRequest, Body()],
    _: Noted,
    session: Session,
    caller: SignedInCaller,
    now: Now,
) -> Response:
    """Per field the later stamp wins; sending the same twice changes nothing. At most 500 mutations at once."""
    service.check_protocol(sent.protocol)
    answer = await service.push(session, caller.user_id, sent.plain(), now)
    return json_answer(request, push_answer_text(answer))


@router.post(
    "/pull",
    summary="Fetch what changed",
    response_model=PullResponse,
    responses=answers(403, 409, 410, 413, 415, 422, 426),
)
async def pull(
    request: Request,
    asked: Annotated[PullRequestModel, Body()],
    _: Noted,
    session: Reader,
    caller: SignedInCaller,
    now: Now,
) -> Response:
    """Whole rows in the order of their last change, page by page; `next` is the cursor to go on with."""
    service.check_protocol(asked.protocol)
    answer = await service.pull(session, caller.user_id, asked.plain(), now)
    return json_answer(request, pull_answer_text(answer))


@router.get("/digest", summary="Compare without sending", responses=answers(422))
async def digest(session: Reader, caller: SignedInCaller, schema: Schema = SCHEMA) -> DigestResponse:
    """How many live rows there are, table by table, and a sum over them."""
    account, found = await compare.digests(session, caller.user_id, schema)
    tables = {name: TableDigest.of(each) for name, each in found.items()}
    return DigestResponse(epoch=account.epoch, head=account.head, tables=tables)


@router.get("/digest/{table}", summary="Compare one table, part by part", responses=answers(404, 422))
async def buckets(
    table: str, session: Reader, caller: SignedInCaller, schema: Schema = SCHEMA
) -> BucketsResponse:
    """The same sum for each of the 64 parts a table is divided into."""
    account, found = await compare.buckets(session, caller.user_id, table, schema)
    return BucketsResponse(
        epoch=account.epoch, head=account.head, buckets=tuple(TableDigest.of(each) for each in found)
    )


@router.post("/rows", summary="Fetch parts that differ", responses=answers(403, 409, 410, 413, 415, 422, 426))
async def rows(
    asked: Annotated[RowsRequest, Body()], session: Reader, caller: SignedInCaller
) -> RowsResponse:
    """Every row of these parts, at most `limit` at once; `next` says where to go on."""
    service.check_protocol(asked.protocol)
    return await compare.rows(session, caller.user_id, asked)


@router.get("/devices", summary="Which machines sync?")
async def devices(session: Reader, caller: SignedInCaller, now: Now) -> DevicesResponse:
    """Those that are signed in and have synced, the last seen first. To sign one out, end its session."""
    found = await devices_of(session, caller.user_id, now)
    return DevicesResponse(
        items=[
            DeviceInfo(id=each.id, name=each.name, seen_at=each.seen_at, current=each.id == caller.session_id)
            for each in found
        ]
    )
