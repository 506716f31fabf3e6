"""From what happened to what a channel reads: once, in order, politely, and giving up where it must."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update

from server.accounts.keys import Keys
from server.clans.tables import Clan
from server.database import Database
from server.discord.webhook import DISCORD
from server.settings import Settings
from server.webhooks import sending, service
from server.webhooks.embeds import Embed
from server.webhooks.sending import Pace, keep_telling
from server.webhooks.tables import Webhook
from shared.api.webhooks import HookEvent, WebhookChange
from tests.server.conftest import Clock
from tests.server.webhooks.conftest import DRAWN, Channels
from tests.stand_ins.discord import Fault

DAY = timedelta(days=1)


def _path(channels: Channels, number: int = 0) -> str:
    return f"/webhooks/{list(channels.discord.hooks)[number]}"


async def test_what_happened_is_told_once_in_order_to_those_who_want_it(channels: Channels) -> None:
    await channels.add("#all")
    await channels.add("#draws", (DRAWN,))
    await channels.add("#nothing", ())
    await channels.tell("A snapshot", event=HookEvent.SNAPSHOT)
    for number in range(3):
        await channels.tell(f"Draw {number}", "draw" if number else "")
    await channels.send()
    first, second, _ = channels.discord.hooks
    told = [(message.hook, message.title) for message in channels.discord.messages]
    assert [title for hook, title in told if hook == first] == ["A snapshot", "Draw 0", "Draw 1"]
    assert [title for hook, title in told if hook == second] == ["Draw 0", "Draw 1"]
    assert len(told) == 5, "the same cause twice is one message"
    every, draws, nothing = await channels.infos()
    assert (every.waiting, every.last_status, every.last_at) == (0, 200, channels.now())
    assert every.last_response is not None
    assert every.last_response.startswith("message 1143")
    assert (draws.name, nothing.last_at) == ("#draws", None)
    await channels.send()
    assert len(channels.discord.messages) == 5


async def test_what_vanishes_is_not_told(channels: Channels) -> None:
    await channels.add()

    async def fail() -> None:
        async with channels.database.writing() as session:
            await service.tell(session, channels.clan, DRAWN, "x", Embed("x"), channels.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await channels.send()
    assert channels.heard == []


async def test_a_closed_clan_tells_nobody(channels: Channels) -> None:
    await channels.add()
    async with channels.database.writing() as session:
        await session.execute(update(Clan).where(Clan.id == channels.clan).values(closed_at=channels.now()))
    await channels.tell("x")
    assert await channels.deliveries() == []


async def test_too_many_requests_are_waited_out(channels: Channels) -> None:
    await channels.add()
    channels.discord.faults[_path(channels)] = Fault(retry_after=90.5)
    await channels.tell("one")
    await channels.tell("two")
    assert await channels.until(lambda: len(channels.heard) == 2) == [timedelta(), timedelta(seconds=90.5)]
    assert channels.heard == ["one", "two"]
    assert channels.discord.requests.count(f"POST {_path(channels)}") == 3


async def test_a_limit_of_everybodys_holds_for_every_webhook(channels: Channels) -> None:
    await channels.add("#one")
    await channels.add("#two")
    for number, fault in enumerate((Fault(retry_after=60, everybody=True), Fault(retry_after=30, wall=True))):
        channels.discord.faults[_path(channels, number)] = fault
        before = len(channels.discord.requests)
        await channels.tell(f"news {number}")
        # The first that is told to wait holds back the others; one at a time, so that it is the first.
        channels.pace.hooks[(await channels.infos())[1 - number].id] = channels.now.now + timedelta(seconds=1)
        await channels.send()
        channels.now.forward(seconds=2)
        await channels.send()
        assert len(channels.discord.requests) == before + 1
        channels.now.forward(seconds=60)
        await channels.send()
        assert len(channels.discord.requests) == before + 3


async def test_when_nothing_is_left_nothing_is_asked(channels: Channels) -> None:
    await channels.add()
    channels.discord.limit, channels.discord.window = 2, 30.0
    for number in range(4):
        await channels.tell(f"news {number}")
    await channels.send()
    assert channels.heard == ["news 0", "news 1"]
    assert len(channels.discord.requests) == 2, "a third would have been refused"
    channels.discord.rest()
    channels.now.forward(seconds=31)
    await channels.send()
    assert channels.heard == [f"news {number}" for number in range(4)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, times=None),
        Fault(status=502, html="<h1>Bad gateway</h1>", times=None),
        Fault(status=403, html="<h1>Error 1020: blocked</h1>", times=None),
        Fault(status=404, html="<h1>Not here</h1>", times=None),
        Fault(location="http://127.0.0.1:1/stolen", times=None),
        Fault(seconds=3.0, times=None),
    ],
    ids=["500", "502", "wall 403", "wall 404", "redirect", "slow"],
)
async def test_trouble_is_tried_again_for_a_day_ever_more_rarely(channels: Channels, fault: Fault) -> None:
    channels.client = replace(channels.client, timeout=0.1 if fault.seconds else 1.0)
    await channels.add()
    channels.discord.faults[_path(channels)] = fault
    await channels.tell("one")
    began = channels.now.now
    if not fault.seconds:
        asked = await channels.until(lambda: len(channels.discord.requests) == 12)
        gaps = [(later - one).total_seconds() for one, later in pairwise(asked)]
        assert gaps == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600]
    channels.now.now = began + DAY - timedelta(seconds=1)
    await channels.send()
    info = await channels.info()
    assert (info.waiting, info.enabled) == (1, True)
    channels.now.forward(minutes=10)
    await channels.send()
    (message,) = await channels.deliveries()
    assert (message.state, channels.heard) == ("failed", [])
    assert message.response
    info = await channels.info()
    assert info.enabled
    assert info.last_response == message.response
    channels.discord.faults.clear()
    await channels.tell("two")
    await channels.send()
    assert channels.heard == ["two"]


def test_waits_differ_so_that_not_all_come_back_together() -> None:
    answer: Any = type("Answer", (), {"outcome": "again"})
    assert sending._wait(1, answer, 0.0) == timedelta(seconds=2.5)
    assert sending._wait(1, answer, 1.0) == timedelta(seconds=5)
    assert sending._wait(10_000, answer, 1.0) == sending.LONGEST_WAIT
    assert 0 <= Pace().jitter() < 1


@pytest.mark.parametrize("status", [401, 404])
async def test_a_webhook_discord_no_longer_knows_is_switched_off(channels: Channels, status: int) -> None:
    await channels.add()
    await channels.add("#other")
    hook = next(iter(channels.discord.hooks))
    if status == 404:
        del channels.discord.hooks[hook]
    else:
        channels.discord.hooks[hook] = "another"
    await channels.tell("one")
    await channels.tell("two")
    await channels.send()
    off, on = await channels.infos()
    said = "Unknown Webhook (10015)" if status == 404 else "Invalid Webhook Token (50027)"
    assert not off.enabled
    assert off.disabled_why == f"Discord no longer takes messages here (status {status}): {said}."
    assert (off.waiting, off.last_status, off.last_response) == (0, status, said)
    assert (on.enabled, channels.heard) == (True, ["one", "two"])
    assert channels.discord.requests.count(f"POST /webhooks/{hook}") == 1
    await channels.tell("three")
    await channels.send()
    assert len(await channels.deliveries()) == 5, "nothing is written for it any more"
    entry = WebhookChange(name=off.name, events=off.events, enabled=True)
    async with channels.database.writing() as session:
        again = await service.change(session, channels.clan, off.id, entry)
    assert (again.enabled, again.disabled_why) == (True, None)


async def test_a_message_discord_does_not_take_does_not_hold_up_the_next(channels: Channels) -> None:
    await channels.add()
    channels.discord.faults[_path(channels)] = Fault(
        status=400, body={"message": "Invalid Form Body", "code": 50035, "errors": {"embeds": ["0"]}}
    )
    await channels.tell("one")
    await channels.tell("two")
    await channels.send()
    first, second = await channels.deliveries()
    assert (first.state, second.state) == ("failed", "sent")
    assert first.response == 'Invalid Form Body (50035) {"embeds": ["0"]}'
    assert (await channels.info()).enabled


async def test_what_discord_says_is_kept_short_and_without_the_token(channels: Channels) -> None:
    await channels.add()
    token = next(iter(channels.discord.hooks.values()))
    channels.discord.faults[_path(channels)] = Fault(status=503, html=f"<p>{token}</p>\x00{'x' * 1000}")
    await channels.tell("one")
    await channels.send()
    said = (await channels.info()).last_response
    assert said is not None
    assert said.startswith("<p>…</p> xxx")
    assert len(said) == 300
    assert (await channels.deliveries())[0].response == said


async def test_a_process_that_died_after_discord_took_it_tells_it_again(channels: Channels) -> None:
    hook_id = await channels.add()
    await channels.tell("one")
    await channels.tell("two")
    async with channels.database.writing() as session:
        taken = await sending._take(session, channels.keys, hook_id, channels.now())
    assert taken is not None
    await channels.client.tell(taken.address, taken.body)
    await channels.send()
    assert channels.heard == ["one"], "nobody else touches it, nor what comes after it"
    channels.now.forward(seconds=sending.LEASE.total_seconds())
    await channels.send()
    assert channels.heard == ["one", "one", "two"], "at least once"


async def test_the_first_process_coming_back_late_changes_nothing(channels: Channels) -> None:
    hook_id = await channels.add()
    await channels.tell("one")
    async with channels.database.writing() as session:
        taken = await sending._take(session, channels.keys, hook_id, channels.now())
    assert taken is not None
    channels.discord.faults[_path(channels)] = Fault(status=500)
    answer = await channels.client.tell(taken.address, taken.body)
    channels.now.forward(seconds=sending.LEASE.total_seconds())
    await channels.send()
    async with channels.database.writing() as session:
        await sending._note(session, taken, answer, channels.now(), 1.0)
    (message,) = await channels.deliveries()
    assert (message.state, message.tries, message.status) == ("sent", 2, 200)


async def test_several_processes_tell_everything_once_and_in_order(
    channels: Channels, settings: Settings
) -> None:
    for number in range(3):
        await channels.add(f"#{number}")
    for number in range(8):
        await channels.tell(f"news {number}")
    others = [Database(settings.address, pool_size=2) for _ in range(3)]

    async def process(database: Database) -> None:
        mine, pace = replace(channels, database=database), Pace()
        for _ in range(30):
            await mine.send(pace)

    await asyncio.gather(*(process(database) for database in others))
    for hook in channels.discord.hooks:
        told = [message.title for message in channels.discord.messages if message.hook == hook]
        assert told == [f"news {number}" for number in range(8)]
    for database in others:
        await database.close()


async def test_a_webhook_removed_or_switched_off_meanwhile_is_left_alone(channels: Channels) -> None:
    hook_id = await channels.add()
    await channels.tell("one")
    async with channels.database.writing() as session:
        taken = await sending._take(session, channels.keys, hook_id, channels.now())
    assert taken is not None
    answer = await channels.client.tell(taken.address, taken.body)
    async with channels.database.writing() as session:
        await service.remove(session, channels.clan, hook_id)
    async with channels.database.writing() as session:
        await sending._note(session, taken, answer, channels.now(), 1.0)
        assert await sending._take(session, channels.keys, hook_id, channels.now()) is None
    assert await channels.deliveries() == []
    other = await channels.add("#other")
    await channels.tell("two")
    async with channels.database.writing() as session:
        # As if it had been written at the very moment a leader switched it off.
        await session.execute(update(Webhook).where(Webhook.id == other).values(enabled=False))
    await channels.send()
    assert [message.state for message in await channels.deliveries()] == ["failed"]
    assert channels.heard == ["one"]


async def test_with_another_key_a_webhook_is_switched_off_and_says_why(channels: Channels) -> None:
    await channels.add()
    await channels.tell("one")
    channels.keys = Keys(b"another" * 8)
    await channels.send()
    info = await channels.info()
    assert not info.enabled
    assert info.disabled_why is not None
    assert "key was changed" in info.disabled_why
    assert await channels.add("#other"), "others can be added beside it"


async def test_what_was_told_long_ago_is_forgotten(channels: Channels) -> None:
    await channels.add()
    await channels.tell("old")
    await channels.send()
    await channels.tell("waiting")
    channels.now.forward(days=91)
    await channels.tell("new")
    async with channels.database.writing() as session:
        await sending.SWEEP.run(session, channels.now())
    assert [message.cause for message in await channels.deliveries()] == ["waiting", "new"]


async def test_it_goes_on_until_told_to_stop(channels: Channels, logged: list[Any]) -> None:
    await channels.add()
    stop = asyncio.Event()
    clock: Clock = channels.now
    work = asyncio.create_task(keep_telling(channels.database, channels.client, channels.keys, clock, stop))
    await channels.tell("one")
    assert await asyncio.to_thread(channels.discord.told.wait, 20)
    stop.set()
    await work
    assert [line["outcome"] for line in logged if line["event"] == "webhook_told"] == ["sent"]


async def test_without_a_stand_in_it_is_discord_itself_that_is_told(channels: Channels) -> None:
    assert DISCORD == "https://discord.com/api/webhooks"
    usual = type(channels.client).__dataclass_fields__["base"].default
    assert usual == DISCORD
