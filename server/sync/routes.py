"""/api/sync: a player's machines push what changed and pull what the others did."""

from typing import Annotated

from fastapi import APIRouter, Body

from server.accounts.identity import Now, SignedInCaller
from server.database import Reader, Session
from server.errors import answers
from server.sync import service
from shared.api.sync import (
    DigestResponse,
    PullRequestModel,
    PullResponse,
    PushRequest,
    PushResponse,
    TableDigest,
)

router = APIRouter(prefix="/sync", tags=["sync"])


@router.post(
    "/push",
    summary="Send what changed",
    response_model=PushResponse,
    responses=answers(403, 409, 413, 415, 422, 426),
)
async def push(
    sent: Annotated[PushRequest, Body()], session: Session, caller: SignedInCaller, now: Now
) -> PushResponse:
    """Per field the later stamp wins; sending the same twice changes nothing. At most 500 mutations at once."""
    service.check_protocol(sent.protocol)
    return PushResponse.of(await service.push(session, caller.user_id, sent.plain(), now))


@router.post(
    "/pull",
    summary="Fetch what changed",
    response_model=PullResponse,
    responses=answers(403, 409, 410, 413, 415, 422, 426),
)
async def pull(
    asked: Annotated[PullRequestModel, Body()], session: Reader, caller: SignedInCaller, now: Now
) -> PullResponse:
    """Whole rows in the order of their last change, page by page; `next` is the cursor to go on with."""
    service.check_protocol(asked.protocol)
    return PullResponse.of(await service.pull(session, caller.user_id, asked.plain(), now))


@router.get("/digest", summary="Compare without sending", response_model=DigestResponse)
async def digest(session: Reader, caller: SignedInCaller) -> DigestResponse:
    """How many live rows there are, table by table, and a sum over them."""
    account, found = await service.digest(session, caller.user_id)
    tables = {name: TableDigest(n=each.count, sum=str(each.total)) for name, each in found.items()}
    return DigestResponse(epoch=account.epoch, head=account.head, tables=tables)
