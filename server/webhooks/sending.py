"""Sending what waits. At least once: a process that dies between Discord's answer and our commit leaves a message that
was told and is told again two minutes later.

A message is taken in one transaction, which puts its next try off (so that no other process takes it meanwhile), sent
outside of any, and its end written in another. Only the oldest message of a webhook is ever taken, so one process at a
time tells a webhook, and in order.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import SystemRandom

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.keys import Keys, LostSecretError
from server.database import Clock, Database
from server.discord.webhook import Answer, DiscordWebhooks, HookAddress, Outcome
from server.jobs.service import Job
from server.webhooks import service
from server.webhooks.tables import Webhook, WebhookDelivery

LOOK_EVERY = 1.0
AT_ONCE = 8
LEASE = timedelta(minutes=2)
"""How long a message is its process's. Longer than the settings let Discord take to answer."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
GIVEN_UP = timedelta(days=1)
_LOST = "The server's key was changed, so the address cannot be read: remove the webhook and add it again."
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_log = structlog.get_logger("maplehub.webhooks")
SWEEP = Job("webhooks.sweep", timedelta(days=1), service.sweep)


@dataclass(slots=True)
class Pace:
    """What Discord asked of this process: not before these instants. jitter: gives numbers from 0 to 1."""

    jitter: Callable[[], float] = field(default_factory=lambda: SystemRandom().random)
    hooks: dict[str, datetime] = field(default_factory=dict)
    everybody: datetime = _LONG_AGO

    def free(self, hook_id: str, now: datetime) -> bool:
        """Whether a webhook may be told something."""
        return max(self.everybody, self.hooks.get(hook_id, self.everybody)) <= now

    def heed(self, hook_id: str, answer: Answer, now: datetime) -> None:
        """Keep what an answer asks for."""
        self.hooks = {hook: until for hook, until in self.hooks.items() if until > now}
        if answer.wait:
            until = now + timedelta(seconds=answer.wait)
            self.hooks[hook_id] = until
            if answer.everybody:
                self.everybody = max(self.everybody, until)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A message in this process's hands."""

    id: str
    hook_id: str
    address: HookAddress
    body: str
    tries: int
    created_at: datetime


async def keep_telling(
    database: Database,
    client: DiscordWebhooks,
    keys: Keys,
    now: Clock,
    stop: asyncio.Event,
) -> None:
    """Send what waits until told to stop; a message under way is finished. Any number of processes may do it."""
    pace = Pace()
    while not stop.is_set():
        try:
            while await tell_due(database, client, keys, now, pace) and not stop.is_set():
                pass
        except Exception:  # noqa: BLE001 - whatever it was, it is tried again
            _log.exception("telling_failed")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await stop.wait()


async def tell_due(database: Database, client: DiscordWebhooks, keys: Keys, now: Clock, pace: Pace) -> int:
    """Send the oldest message of each webhook whose time has come. How many were tried: more may wait behind them."""
    async with database.glance() as session:
        due = [hook_id for hook_id in await _due(session, now()) if pace.free(hook_id, now())]
    room = asyncio.Semaphore(AT_ONCE)

    async def tell(hook_id: str) -> bool:
        async with room:
            try:
                return await _tell(database, client, keys, now, pace, hook_id)
            except Exception:  # noqa: BLE001 - one webhook's trouble is no other's
                _log.exception("telling_failed", webhook=hook_id)
                return False

    return sum(await asyncio.gather(*(tell(hook_id) for hook_id in due)))


async def _tell(
    database: Database, client: DiscordWebhooks, keys: Keys, now: Clock, pace: Pace, hook_id: str
) -> bool:
    """Send the oldest message of one webhook. Whether there was one."""
    if not pace.free(hook_id, now()):
        return False  # Since it was looked up, another webhook was told that everybody has to wait.
    async with database.writing() as session:
        taken = await _take(session, keys, hook_id, now())
    if taken is None:
        return False
    answer = await client.tell(taken.address, taken.body)
    pace.heed(hook_id, answer, now())
    async with database.writing() as session:
        await _note(session, taken, answer, now(), pace.jitter())
    _log.info("webhook_told", webhook=hook_id, outcome=str(answer.outcome), status=answer.status)
    return True


async def _due(session: AsyncSession, now: datetime) -> list[str]:
    """The webhooks whose oldest waiting message's time has come, whoever has waited longest first."""
    place = func.row_number().over(
        partition_by=WebhookDelivery.webhook_id, order_by=(WebhookDelivery.created_at, WebhookDelivery.id)
    )
    heads = (
        select(WebhookDelivery.webhook_id, WebhookDelivery.next_try_at, place.label("place"))
        .where(WebhookDelivery.state == "waiting")
        .subquery()
    )
    query = (
        select(heads.c.webhook_id)
        .where(heads.c.place == 1, heads.c.next_try_at <= now)
        .order_by(heads.c.next_try_at, heads.c.webhook_id)
    )
    return list((await session.execute(query)).scalars())


async def _take(session: AsyncSession, keys: Keys, hook_id: str, now: datetime) -> _Taken | None:
    """The oldest message of a webhook, put off for others. None where another process is at it or nothing is due."""
    query = select(Webhook).where(Webhook.id == hook_id).with_for_update(skip_locked=True)
    hook = (await session.execute(query)).scalar_one_or_none()
    if hook is None:
        return None
    if not hook.enabled:
        # Written while the webhook was being switched off.
        await service.disable(session, hook, hook.disabled_why)
        return None
    oldest = (
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == hook_id, WebhookDelivery.state == "waiting")
        .order_by(WebhookDelivery.created_at, WebhookDelivery.id)
        .limit(1)
    )
    message = (await session.execute(oldest)).scalar_one_or_none()
    if message is None or message.next_try_at > now:
        return None
    try:
        address = HookAddress.read(keys.stored_secret(hook.sealed_url).decode())
    except LostSecretError:
        await service.disable(session, hook, _LOST)
        return None
    message.tries += 1
    message.next_try_at = now + LEASE
    return _Taken(message.id, hook_id, address, message.body, message.tries, message.created_at)


async def _note(session: AsyncSession, taken: _Taken, answer: Answer, now: datetime, jitter: float) -> None:
    """Write what became of a message: of the webhook always, of the message unless somebody else has it by now."""
    query = select(Webhook).where(Webhook.id == taken.hook_id).with_for_update()
    hook = (await session.execute(query)).scalar_one_or_none()
    if hook is None:
        return
    hook.last_at, hook.last_status, hook.last_response = now, answer.status, answer.text or None
    values: dict[str, object] = {"status": answer.status, "response": answer.text or None}
    if answer.outcome is Outcome.SENT:
        values["state"] = "sent"
    elif answer.outcome in {Outcome.REFUSED, Outcome.GONE} or now >= taken.created_at + GIVEN_UP:
        values["state"] = "failed"
    else:
        values["next_try_at"] = now + _wait(taken.tries, answer, jitter)
    await session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.id == taken.id,
            WebhookDelivery.state == "waiting",
            WebhookDelivery.tries == taken.tries,
        )
        .values(values)
    )
    if answer.outcome is Outcome.GONE:
        await service.disable(session, hook, _gone(answer))


def _wait(tries: int, answer: Answer, jitter: float) -> timedelta:
    """What Discord asks for; else twice as long each time, and between half and all of that, so that many that failed
    together do not come back together."""
    if answer.outcome is Outcome.LATER:
        return timedelta(seconds=answer.wait)
    longest: timedelta = min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)
    return longest * (0.5 + jitter / 2)


def _gone(answer: Answer) -> str:
    why = f": {answer.text.rstrip('.')}" if answer.text else ""
    return f"Discord no longer takes messages here (status {answer.status}){why}."
