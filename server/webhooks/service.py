"""Use cases of webhooks: what a clan's leaders do with them, and telling them of something."""

import json
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.keys import Keys, LostSecretError
from server.clans import log
from server.clans import service as clans
from server.discord.webhook import HookAddress
from server.errors import RateLimited
from server.lines import is_sqlite
from server.webhooks import messages
from server.webhooks.embeds import Embed
from server.webhooks.tables import Webhook, WebhookDelivery
from shared.api.webhooks import MAX_WEBHOOKS, HookEvent, WebhookChange, WebhookEntry, WebhookInfo
from shared.errors import Conflict, NotFound
from shared.ids import new_id

TEST = "test"
TEST_EVERY = timedelta(seconds=10)
KEPT = timedelta(days=90)
"""How long what was told is remembered. No cause comes back after so long."""
_WAITING, _SENT, _FAILED = "waiting", "sent", "failed"


async def listing(session: AsyncSession, clan_id: str) -> list[WebhookInfo]:
    """A clan's webhooks by name. Nothing of their addresses but the hints."""
    found = (await session.execute(_of(clan_id))).scalars().all()
    waiting = await _waiting(session, [hook.id for hook in found])
    ordered = sorted(found, key=lambda hook: (hook.name.casefold(), hook.id))
    return [_info(hook, waiting.get(hook.id, 0)) for hook in ordered]


async def add(
    session: AsyncSession, keys: Keys, clan_id: str, entry: WebhookEntry, now: datetime
) -> WebhookInfo:
    """Add a webhook. Raises InvalidInput for any other address, Conflict for one too many or one that is there."""
    address = HookAddress.read(entry.url.get_secret_value())
    # One at a time, or two requests would both be the tenth.
    await log.hold(session, clan_id)
    there = (await session.execute(_of(clan_id))).scalars().all()
    if len(there) >= MAX_WEBHOOKS:
        raise Conflict(f"The clan has {MAX_WEBHOOKS} webhooks already.", "Remove one first.")
    if any(hook.hint == address.hint and _same(keys, hook, address) for hook in there):
        raise Conflict("The clan has this webhook already.", "Change the one that is there.")
    hook = Webhook(
        id=new_id(),
        clan_id=clan_id,
        name=entry.name,
        sealed_url=keys.store_secret(address.whole()),
        hint=address.hint,
        events=_written(entry.events),
        enabled=True,
        disabled_why=None,
        created_at=now,
        last_at=None,
        last_status=None,
        last_response=None,
    )
    session.add(hook)
    await session.flush()
    return _info(hook, 0)


async def change(session: AsyncSession, clan_id: str, hook_id: str, entry: WebhookChange) -> WebhookInfo:
    """Change a webhook. Switching off drops what waits; switching on forgives what Discord said. Raises NotFound."""
    hook = await _hold(session, clan_id, hook_id)
    hook.name, hook.events = entry.name, _written(entry.events)
    if entry.enabled:
        hook.enabled, hook.disabled_why = True, None
    elif hook.enabled:
        await disable(session, hook, None)
    await session.flush()
    return _info(hook, (await _waiting(session, [hook.id])).get(hook.id, 0))


async def remove(session: AsyncSession, clan_id: str, hook_id: str) -> None:
    """Forget a webhook and what waits for it. Raises NotFound."""
    hook = await _hold(session, clan_id, hook_id)
    await session.execute(delete(Webhook).where(Webhook.id == hook.id))


async def test(session: AsyncSession, clan_id: str, hook_id: str, now: datetime) -> WebhookInfo:
    """Send a message to see whether it arrives; it queues behind what waits. Raises NotFound, RateLimited, and Conflict
    for a webhook that is off."""
    hook = await _hold(session, clan_id, hook_id)
    if not hook.enabled:
        raise Conflict("This webhook is switched off.", "Switch it on first.")
    query = (
        select(WebhookDelivery.created_at)
        .where(WebhookDelivery.webhook_id == hook_id, WebhookDelivery.event == TEST)
        .order_by(WebhookDelivery.created_at.desc())
        .limit(1)
    )
    last = (await session.execute(query)).scalar_one_or_none()
    if last is not None and now < last + TEST_EVERY:
        raise RateLimited(math.ceil((last + TEST_EVERY - now).total_seconds()))
    clan = await clans.by_id(session, clan_id)
    embed = messages.test(clan.name, hook.name)
    await _write(session, [hook.id], TEST, f"{TEST}/{new_id()}", embed, now)
    return _info(hook, (await _waiting(session, [hook.id])).get(hook.id, 0))


async def tell(
    session: AsyncSession, clan_id: str, event: HookEvent, cause: str, embed: Embed, now: datetime
) -> None:
    """Tell a clan's channels of something, with the caller's transaction: it is sent once that is committed, and not at
    all where it vanishes. cause: names what happened; the same one twice is one message. A closed clan tells nobody."""
    clan = await clans.by_id(session, clan_id)
    if clan.closed_at is not None:
        return
    # None of them is removed before its message is written.
    query = _of(clan_id).where(Webhook.enabled.is_(True)).with_for_update(read=True, key_share=True)
    hooks = (await session.execute(query)).scalars()
    wanting = [hook.id for hook in hooks if event in json.loads(hook.events)]
    await _write(session, wanting, str(event), cause, embed, now)


async def disable(session: AsyncSession, hook: Webhook, why: str | None) -> None:
    """Switch a webhook off; what waits for it fails. why: a sentence where it was not a leader's wish."""
    hook.enabled, hook.disabled_why = False, why
    await session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == hook.id, WebhookDelivery.state == _WAITING)
        .values(state=_FAILED, response=why or "The webhook was switched off.")
    )


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Forget what was told long ago."""
    await session.execute(
        delete(WebhookDelivery).where(
            WebhookDelivery.state != _WAITING, WebhookDelivery.created_at < now - KEPT
        )
    )


async def _write(
    session: AsyncSession, hook_ids: Sequence[str], event: str, cause: str, embed: Embed, now: datetime
) -> None:
    if not hook_ids:
        return
    body = embed.body()
    made = [
        {
            "id": new_id(),
            "webhook_id": hook_id,
            "event": event,
            "cause": cause,
            "body": body,
            "state": _WAITING,
            "tries": 0,
            "created_at": now,
            "next_try_at": now,
        }
        for hook_id in hook_ids
    ]
    insert = (sqlite if is_sqlite(session) else postgresql).insert(WebhookDelivery)
    await session.execute(insert.on_conflict_do_nothing(index_elements=["webhook_id", "cause"]).values(made))


async def _hold(session: AsyncSession, clan_id: str, hook_id: str) -> Webhook:
    """A clan's webhook, nobody else's to change until the transaction ends. Raises NotFound."""
    query = _of(clan_id).where(Webhook.id == hook_id).with_for_update()
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("This webhook does not exist.")
    return found


async def _waiting(session: AsyncSession, hook_ids: Sequence[str]) -> dict[str, int]:
    query = (
        select(WebhookDelivery.webhook_id, func.count())
        .where(WebhookDelivery.webhook_id.in_(hook_ids), WebhookDelivery.state == _WAITING)
        .group_by(WebhookDelivery.webhook_id)
    )
    return dict(iter(await session.execute(query)))


def _of(clan_id: str) -> Select[Webhook]:
    return select(Webhook).where(Webhook.clan_id == clan_id)


def _same(keys: Keys, hook: Webhook, address: HookAddress) -> bool:
    try:
        return keys.stored_secret(hook.sealed_url) == address.whole().encode()
    except LostSecretError:
        return False


def _written(events: Sequence[HookEvent]) -> str:
    return json.dumps([str(event) for event in HookEvent if event in events])


def _info(hook: Webhook, waiting: int) -> WebhookInfo:
    return WebhookInfo(
        id=hook.id,
        name=hook.name,
        hint=hook.hint,
        events=tuple(HookEvent(name) for name in json.loads(hook.events)),
        enabled=hook.enabled,
        disabled_why=hook.disabled_why,
        created_at=hook.created_at,
        waiting=waiting,
        last_at=hook.last_at,
        last_status=hook.last_status,
        last_response=hook.last_response,
    )
