"""The one way out to rankings: honest about who asks, never too often, never too much, and not at all while they fail.

A request waits for its turn (`hosts`), takes no longer than half a minute and no more than a megabyte, follows no
redirect, and is tried three times with growing pauses of random length (full jitter).
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any

import httpx
import structlog

from server.database import Clock, Database
from server.sources import hosts
from server.sources.source import Trouble

Client = httpx.AsyncClient
Sleep = Callable[[float], Awaitable[object]]
"""Waits for seconds."""
Draw = Callable[[], float]
"""Gives numbers from 0 to 1."""
TRIES = 3
CONNECT, READ, WHOLE = 5.0, 15.0, 30.0
MOST_BYTES = 1024 * 1024
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_REST = 60.0
"""How long a host rests that asks for it without saying how long, seconds."""
_LONGEST_REST = 86_400.0
_log = structlog.get_logger("maplehub.sources")


def client(public_url: str) -> Client:
    """What goes out. public_url: where those who are asked can read who asks. To be closed by whoever made it."""
    return Client(
        timeout=httpx.Timeout(READ, connect=CONNECT),
        follow_redirects=False,
        headers={
            "User-Agent": f"MapleHub/{version('maplehub')} (+{public_url})",
            "Accept": "application/json",
            # What is packed could be far larger than what is counted.
            "Accept-Encoding": "identity",
        },
    )


class NotThere(Exception):  # noqa: N818
    """The host answered 404."""


class _Outage(Exception):  # noqa: N818
    """Why an answer is none, as the end of a sentence."""


class _Busy(Exception):  # noqa: N818
    """429: the host wants to rest for these seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Refused(Exception):  # noqa: N818
    """The host turns us away: no fault of its own, and asking again makes it worse."""


@dataclass(frozen=True, slots=True)
class Polite:
    """A host that is asked politely. called: its name in sentences. base: its address without a slash at the end."""

    database: Database
    http: Client
    called: str
    base: str
    now: Clock
    sleep: Sleep = asyncio.sleep
    draw: Draw = random.random

    async def json(self, path: str, params: Mapping[str, str]) -> Any:
        """The JSON at a path. Raises NotThere, Trouble."""
        said = ""
        for tries in range(TRIES):
            if tries:
                await self.pause(tries)
            await self._turn()
            try:
                found = await self._ask(path, params)
            except NotThere:
                await hosts.answered(self.database, self._host)
                raise
            except _Busy as busy:
                await self._rest(busy.seconds)
                said = "has too much to do"
            except _Refused:
                await hosts.shut(self.database, self._host, self.now())
                raise Trouble(
                    f"{self.called} turns this server away.", after=hosts.LONGEST.total_seconds()
                ) from None
            except _Outage as outage:
                said = str(outage)
                _log.warning("source_failed", host=self._host, said=said, tries=tries + 1)
                await hosts.failed(self.database, self._host, self.now())
            else:
                await hosts.answered(self.database, self._host)
                return found
        raise Trouble(f"{self.called} {said}.")

    async def pause(self, tries: int) -> None:
        """Wait before asking once more: any time up to a second, two, four … tries: how often it was asked."""
        await self.sleep(self.draw() * min(_PAUSE * 2 ** (tries - 1), _LONGEST_PAUSE))

    @property
    def _host(self) -> str:
        return httpx.URL(self.base).netloc.decode()

    async def _turn(self) -> None:
        """Wait until it is our turn. Raises Trouble when the host is not to be asked."""
        while True:
            turn = await hosts.take_turn(self.database, self._host, self.now())
            if isinstance(turn, hosts.NotNow):
                why = "does not work at the moment" if turn.broken else "has too much to do"
                raise Trouble(f"{self.called} {why}.", after=(turn.until - self.now()).total_seconds())
            wait = (turn - self.now()).total_seconds()
            if wait > 0:
                await self.sleep(wait)
            # Whoever slept through their turn (the computer did, for example) does not push in.
            if self.now() < turn + hosts.SPACING:
                return

    async def _rest(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        await hosts.hold_off(self.database, self._host, self.now(), until)

    async def _ask(self, path: str, params: Mapping[str, str]) -> Any:
        try:
            async with (
                asyncio.timeout(WHOLE),
                self.http.stream("GET", f"{self.base}{path}", params=dict(params)) as answer,
            ):
                self._check(answer)
                body = await _body(answer)
        except (httpx.HTTPError, TimeoutError) as error:
            slow = isinstance(error, httpx.TimeoutException | TimeoutError)
            raise _Outage("took too long" if slow else "cannot be reached") from error
        try:
            return json.loads(body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            # An outage is often a page in HTML that says 200.
            raise _Outage("said something that is no answer") from None

    def _check(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status == 200:
            return
        if status == 404:
            raise NotThere
        if status == 429:
            raise _Busy(_seconds(answer.headers.get("Retry-After", ""), self.now()))
        if status in {401, 403, 451}:
            _log.warning("source_refused", host=self._host, status=status)
            raise _Refused
        raise _Outage("sends elsewhere" if answer.is_redirect else f"answered with an error ({status})")


async def _body(answer: httpx.Response) -> bytes:
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _Outage("said something that is no answer")
    found = bytearray()
    async for piece in answer.aiter_raw():
        found += piece
        if len(found) > MOST_BYTES:
            raise _Outage("said far too much")
    return bytes(found)


def _seconds(said: str, now: datetime) -> float:
    """How long Retry-After asks to wait: in seconds, or as a date."""
    try:
        wait = float(said)
    except ValueError:
        try:
            date = parsedate_to_datetime(said)
        except ValueError:
            return _REST
        wait = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return min(max(wait, 1.0), _LONGEST_REST) if wait == wait else _REST  # noqa: PLR0124 - not a number


def _no_number(said: str) -> object:
    raise ValueError(said)
