"""Asking rankings politely: who asks, how often, how long, how much; and leaving alone what fails."""

import asyncio
from datetime import timedelta
from importlib.metadata import version
from itertools import pairwise

import httpx
import pytest

from server.database import Database
from server.sources import hosts
from server.sources.polite import NotThere, Polite, client
from server.sources.source import Trouble
from tests.server.conftest import NOW
from tests.server.sources.conftest import PUBLIC, Turned
from tests.stand_ins.rankings import Character, Fault, Nexon

PATH = "/api/maplestory/no-auth/ranking/v2/na"
ARIA = {"character_name": "Aria", "reboot_index": "1"}


@pytest.fixture(autouse=True)
def _somebody(nexon: Nexon, turned: Turned) -> None:
    nexon.characters = [Character("Aria")]
    nexon.clock = lambda: turned().timestamp()


async def test_it_says_who_asks(polite: Polite, nexon: Nexon) -> None:
    assert (await polite.json(PATH, ARIA))["totalCount"] == 1
    assert nexon.requests[0].agent == f"MapleHub/{version('maplehub')} (+{PUBLIC})"


async def test_from_one_request_to_the_next_is_a_second(polite: Polite, nexon: Nexon) -> None:
    for _ in range(5):
        await polite.json(PATH, ARIA)
    assert [round(after.at - before.at, 3) for before, after in pairwise(nexon.requests)] == [1.0] * 4


async def test_turns_are_everybodys_and_outlive_a_process(address: str) -> None:
    one, other = Database(address), Database(address)
    turns = await asyncio.gather(
        *(hosts.take_turn(each, "ranking.example", NOW) for each in (one, other) * 20)
    )
    assert sorted(turn for turn in turns if not isinstance(turn, hosts.NotNow)) == [
        NOW + timedelta(seconds=number) for number in range(40)
    ]
    await one.close()
    await other.close()
    later = Database(address)
    assert await hosts.take_turn(later, "ranking.example", NOW) == NOW + timedelta(seconds=40)
    assert await hosts.take_turn(later, "another.example", NOW) == NOW
    await later.close()


async def test_who_sleeps_through_a_turn_takes_another(
    database: Database, http: httpx.AsyncClient, polite: Polite, turned: Turned, nexon: Nexon
) -> None:
    async def overslept(seconds: float) -> None:
        turned.forward(seconds=seconds + 90 * (len(turned.waits) == 0))
        turned.waits.append(seconds)

    sleepy = Polite(database, http, "It", polite.base, turned, overslept)
    await polite.json(PATH, ARIA)
    await sleepy.json(PATH, ARIA)
    assert [round(each.at - NOW.timestamp()) for each in nexon.requests] == [0, 91]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.HTML, "said something that is no answer"),
        (Fault.TRUNCATED, "said something that is no answer"),
        (Fault.ENDLESS, "said something that is no answer"),
        (Fault.PACKED, "said something that is no answer"),
        (Fault.ERROR, "answered with an error (500)"),
        (Fault.HUGE, "said far too much"),
        (Fault.REDIRECT, "sends elsewhere"),
        (Fault.HANG_UP, "cannot be reached"),
    ],
)
async def test_what_is_no_answer_is_tried_three_times(
    polite: Polite, nexon: Nexon, turned: Turned, fault: Fault, said: str
) -> None:
    nexon.next = [fault, fault]
    assert (await polite.json(PATH, ARIA))["totalCount"] == 1
    assert len(nexon.requests) == 3
    # A second, then two: as long as jitter lets them be; and never sooner than the next turn.
    assert turned.waits == [1.0, 2.0]
    nexon.always = fault
    with pytest.raises(Trouble) as trouble:
        await polite.json(PATH, ARIA)
    assert trouble.value.message == f"MapleStory's ranking {said}."
    assert trouble.value.again
    assert len(nexon.requests) == 6


async def test_pauses_are_of_any_length_up_to_the_longest(polite: Polite, turned: Turned) -> None:
    for tries in range(1, 9):
        await polite.pause(tries)
    assert turned.waits == [1, 2, 4, 8, 16, 30, 30, 30]
    drawn = Polite(polite.database, polite.http, "", polite.base, turned, turned.sleep, lambda: 0.25)
    await drawn.pause(3)
    assert turned.waits[-1] == 1.0


async def test_an_answer_that_drips_is_not_waited_for(
    polite: Polite, nexon: Nexon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.sources.polite.WHOLE", 0.1)
    nexon.next = [Fault.SLOW]
    assert await polite.json(PATH, ARIA)
    assert len(nexon.requests) == 2


async def test_one_that_does_not_answer_is_not_waited_for(polite: Polite, nexon: Nexon) -> None:
    ours = client(PUBLIC)
    assert (ours.timeout.connect, ours.timeout.read, ours.follow_redirects) == (5, 15, False)
    await ours.aclose()
    polite.http.timeout = httpx.Timeout(0.1)
    nexon.always = Fault.SLOW
    with pytest.raises(Trouble, match="took too long"):
        await polite.json(PATH, ARIA)
    assert len(nexon.requests) == 3
    nobody = Polite(polite.database, polite.http, "It", "http://127.0.0.1:9", polite.now, polite.sleep)
    with pytest.raises(Trouble, match="It cannot be reached"):
        await nobody.json("/", {})


@pytest.mark.parametrize(
    ("fault", "retry_after", "rest"),
    [
        (Fault.BUSY, "7", 7),
        (Fault.BUSY, "0", 1),
        (Fault.BUSY, "soon", 60),
        (Fault.BUSY, "nan", 60),
        (Fault.BUSY_DATE, "Thu, 05 Mar 2026 18:00:30 GMT", 30),
        (Fault.BUSY_MUTE, "", 60),
    ],
)
async def test_a_rest_that_is_asked_for_is_given(
    polite: Polite, nexon: Nexon, fault: Fault, retry_after: str, rest: int
) -> None:
    nexon.next, nexon.retry_after = [fault], retry_after
    await polite.json(PATH, ARIA)
    first, second = nexon.requests
    assert round(second.at - first.at, 3) == rest


async def test_a_long_rest_is_told_and_nobody_asks_meanwhile(
    database: Database, polite: Polite, nexon: Nexon, turned: Turned
) -> None:
    nexon.next, nexon.retry_after = [Fault.BUSY], "600"
    for _ in range(2):
        with pytest.raises(Trouble, match="has too much to do") as trouble:
            await polite.json(PATH, ARIA)
    assert len(nexon.requests) == 1
    assert trouble.value.after == pytest.approx(600, abs=3)
    turned.forward(seconds=600)
    await polite.json(PATH, ARIA)


async def test_a_host_that_keeps_failing_is_left_alone_and_then_tried_by_one(
    database: Database, polite: Polite, nexon: Nexon, turned: Turned
) -> None:
    nexon.always = Fault.ERROR
    for _ in range(2):
        with pytest.raises(Trouble):
            await polite.json(PATH, ARIA)
    # The fifth in a row was the last.
    assert len(nexon.requests) == hosts.FAILURES
    with pytest.raises(Trouble, match="does not work at the moment") as trouble:
        await polite.json(PATH, ARIA)
    assert len(nexon.requests) == hosts.FAILURES
    assert trouble.value.after is not None
    turned.forward(seconds=trouble.value.after)
    # One tries for all; it fails, and the next rest is twice as long.
    host = httpx.URL(polite.base).netloc.decode()
    with pytest.raises(Trouble) as trouble:
        await polite.json(PATH, ARIA)
    assert len(nexon.requests) == hosts.FAILURES + 1
    refused = await hosts.take_turn(database, host, turned())
    assert isinstance(refused, hosts.NotNow)
    assert timedelta(seconds=110) < refused.until - turned() <= timedelta(seconds=120)
    turned.now = refused.until
    nexon.always = None
    turn = await hosts.take_turn(database, host, turned())
    assert not isinstance(turn, hosts.NotNow)
    assert isinstance(await hosts.take_turn(database, host, turned()), hosts.NotNow)
    await hosts.answered(database, host)
    assert await polite.json(PATH, ARIA)


async def test_failures_that_are_not_in_a_row_open_nothing(polite: Polite, nexon: Nexon) -> None:
    for _ in range(2 * hosts.FAILURES):
        nexon.next = [Fault.ERROR]
        await polite.json(PATH, ARIA)


async def test_who_turns_us_away_is_not_asked_again_for_long(
    polite: Polite, nexon: Nexon, turned: Turned
) -> None:
    nexon.next = [Fault.FORBIDDEN]
    with pytest.raises(Trouble, match="turns this server away"):
        await polite.json(PATH, ARIA)
    turned.forward(minutes=29)
    with pytest.raises(Trouble, match="does not work"):
        await polite.json(PATH, ARIA)
    assert len(nexon.requests) == 1
    turned.forward(minutes=1)
    await polite.json(PATH, ARIA)


async def test_404_is_an_answer(polite: Polite, nexon: Nexon) -> None:
    nexon.always = Fault.NOT_FOUND
    for _ in range(2 * hosts.FAILURES):
        with pytest.raises(NotThere):
            await polite.json(PATH, ARIA)
