"""Whatever a relay says, only what quicknet's key signed is believed, and only for the round that was asked for."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from server.beacon.relays import MAX_BODY, NoBeacon, Relays
from shared.fairness import beacon
from shared.fairness.beacon import Beacon, time_of
from tests.stand_ins import drand
from tests.stand_ins.drand import Behaviour, Relay
from tests.stand_ins.serving import serving

RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
WRONGS = {
    Behaviour.WRONG_ROUND: "told round 42 instead of 1000.",
    Behaviour.WRONG_NUMBER: "told a wrong signature.",
    Behaviour.BAD_SIGNATURE: "told a wrong signature.",
    Behaviour.BAD_RANDOMNESS: "told a wrong signature.",
    Behaviour.OTHER_CHAIN: "told something that is no round of this chain.",
    Behaviour.ERROR: "answered with status 500.",
    Behaviour.TOO_EARLY: "does not have the round yet (425).",
    Behaviour.NOT_FOUND: "does not have the round yet (404).",
    Behaviour.HUGE: "told more than a round can be.",
    Behaviour.SLOW: "did not answer in time.",
    Behaviour.REDIRECT: "answered with status 302.",
    Behaviour.NO_JSON: "told something that is no round of this chain.",
    Behaviour.HTML: "told something that is no round of this chain.",
}


@pytest.fixture(scope="module")
def _sites() -> Iterator[list[tuple[Relay, str]]]:
    one, other = Relay(seconds=1.5), Relay(seconds=1.5)
    with serving(drand.build(one)) as first, serving(drand.build(other)) as second:
        one.elsewhere, other.elsewhere = second, first
        yield [(one, first), (other, second)]


@pytest.fixture
def sites(_sites: list[tuple[Relay, str]]) -> list[tuple[Relay, str]]:
    """Two relays that behave."""
    for relay, _ in _sites:
        relay.reset()
    return _sites


@pytest.fixture
async def relays(sites: list[tuple[Relay, str]]) -> AsyncIterator[Relays]:
    async with httpx.AsyncClient(follow_redirects=True) as http:
        yield Relays(http, [address for _, address in sites], "http://127.0.0.1:8750", seconds=0.5)


async def test_a_round_is_told_and_checked(relays: Relays, sites: list[tuple[Relay, str]]) -> None:
    found = await relays.ask(1000)
    assert isinstance(found, Beacon)
    assert (found.round, found.randomness.hex()) == (1000, RANDOMNESS)
    assert [relay.asked for relay, _ in sites] == [[1000], []], "one that tells it rightly is enough"
    other = await relays.ask(42)
    assert isinstance(other, Beacon)
    assert other.round == 42
    assert time_of(1000) == datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.name)
async def test_a_relay_that_is_wrong_is_passed_over(
    relays: Relays, sites: list[tuple[Relay, str]], wrong: Behaviour
) -> None:
    (first, address), (second, _) = sites
    first.behaviour = wrong
    found = await relays.ask(1000)
    assert isinstance(found, Beacon)
    assert found.randomness.hex() == RANDOMNESS
    second.behaviour = Behaviour.TOO_EARLY
    nothing = await relays.ask(1000)
    assert isinstance(nothing, NoBeacon)
    host = address.removeprefix("http://")
    assert nothing.said[0] == f"{host} {WRONGS[wrong]}"
    assert len(nothing.said) == 2
    assert str(nothing) == " ".join(nothing.said)
    assert first.asked == [1000, 1000]
    assert second.asked == [1000, 1000], "a redirect is not followed, and nothing is asked twice"


async def test_the_signature_of_another_round_is_refused(
    relays: Relays, sites: list[tuple[Relay, str]]
) -> None:
    for relay, _ in sites:
        relay.behaviour = Behaviour.WRONG_NUMBER
    for number in (42, 1000):
        assert isinstance(await relays.ask(number), NoBeacon)


async def test_a_relay_that_is_not_there_is_passed_over(sites: list[tuple[Relay, str]]) -> None:
    async with httpx.AsyncClient() as http:
        relays = Relays(http, ["http://127.0.0.1:1", sites[1][1]], "x")
        assert isinstance(await relays.ask(1000), Beacon)
        nothing = await Relays(http, ["http://127.0.0.1:1"], "x").ask(1000)
    assert nothing == NoBeacon(("127.0.0.1:1 cannot be reached.",))


async def test_a_round_that_is_to_come_is_nowhere(relays: Relays) -> None:
    nothing = await relays.ask(10**9)
    assert isinstance(nothing, NoBeacon)
    assert all("does not have the round yet" in each for each in nothing.said)


async def test_where_signatures_cannot_be_checked_two_relays_have_to_agree(
    relays: Relays, sites: list[tuple[Relay, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beacon, "verify_quicknet", None)
    assert isinstance(await relays.ask(1000), Beacon)
    assert [relay.asked for relay, _ in sites] == [[1000], [1000]]
    for behaviour in (Behaviour.WRONG_NUMBER, Behaviour.ERROR):
        sites[0][0].behaviour = behaviour
        nothing = await relays.ask(1000)
        assert isinstance(nothing, NoBeacon)
        assert "cannot be checked here, and no other relay told the same." in str(nothing)


async def test_no_more_is_read_than_a_round_can_be(sites: list[tuple[Relay, str]]) -> None:
    """Also where it would only unpack to more."""
    sites[0][0].behaviour = Behaviour.HUGE
    read = 0

    class Counting(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert request.headers["accept-encoding"] == "identity"
            answer = await super().handle_async_request(request)
            stream = answer.stream
            assert isinstance(stream, httpx.AsyncByteStream)

            class Counted(httpx.AsyncByteStream):
                async def __aiter__(self) -> AsyncIterator[bytes]:
                    nonlocal read
                    async for chunk in stream:
                        read += len(chunk)
                        yield chunk

                async def aclose(self) -> None:
                    await stream.aclose()

            answer.stream = Counted()
            return answer

    async with httpx.AsyncClient(transport=Counting()) as http:
        assert isinstance(await Relays(http, [sites[0][1]], "x").ask(1000), NoBeacon)
    assert read < 4 * MAX_BODY
