"""/api/clans/{clan_id}/webhooks: the channels a clan tells its news. Everybody of the clan sees them, leaders manage
them; nobody is ever told an address."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body

from server.accounts.identity import Now, ServerKeys
from server.clans.access import Leader, Looking
from server.database import Reader, Session
from server.errors import answers
from server.webhooks import service
from shared.api.webhooks import WebhookChange, WebhookEntry, WebhookInfo, WebhookList

router = APIRouter(prefix="/clans/{clan_id}/webhooks", tags=["clans"])


@router.get("", summary="Which channels are told the clan's news?", responses=answers(404, 422))
async def listing(session: Reader, standing: Looking) -> WebhookList:
    """By name, each with how its last message went."""
    return WebhookList(items=await service.listing(session, standing.clan.id))


@router.post("", summary="Add a channel", status_code=201, responses=answers(403, 404, 409, 413, 415, 422))
async def add(
    entry: Annotated[WebhookEntry, Body()], session: Session, leader: Leader, keys: ServerKeys, now: Now
) -> WebhookInfo:
    """By the address of a Discord webhook. It is kept sealed and never told again."""
    return await service.add(session, keys, leader.clan.id, entry, now)


@router.put("/{webhook_id}", summary="Change a channel", responses=answers(403, 404, 413, 415, 422))
async def change(
    webhook_id: UUID, entry: Annotated[WebhookChange, Body()], session: Session, leader: Leader
) -> WebhookInfo:
    """All of it at once. Switching off drops what waits; switching on tries again a webhook Discord had refused."""
    return await service.change(session, leader.clan.id, str(webhook_id), entry)


@router.delete("/{webhook_id}", summary="Remove a channel", status_code=204, responses=answers(403, 404, 422))
async def remove(webhook_id: UUID, session: Session, leader: Leader) -> None:
    """What waits for it is not sent."""
    await service.remove(session, leader.clan.id, str(webhook_id))


@router.post("/{webhook_id}/test", summary="Send a test message", responses=answers(403, 404, 409, 422))
async def test(webhook_id: UUID, session: Session, leader: Leader, now: Now) -> WebhookInfo:
    """It goes out within a second or so; the list tells how that went. At most one every ten seconds."""
    return await service.test(session, leader.clan.id, str(webhook_id), now)
