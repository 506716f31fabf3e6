"""Listening to the server: it says when there is something to pull. Without it, sync looks every few minutes."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from desktop.sync.http import Connection, Credentials, Incompatible, SignedOut, Unreachable, trouble
from shared.api.live import PING_SECONDS, Poke

SILENCE = PING_SECONDS * 3.0
"""Seconds without a word after which a connection counts as gone: three pings."""
FIRST_DELAY = 2.0
LONGEST_DELAY = 600.0
_LONGEST_LINE = 64 * 1024
_TYPE = "text/event-stream"


def listen(
    address: str,
    credentials: Credentials,
    on_poke: Callable[[], object],
    stop: threading.Event,
    *,
    chance: Callable[[], float] = random.random,
) -> None:
    """Call `on_poke` whenever the server tells of something new, until stopped; then return at once.

    For a thread of its own. It connects again whatever happens, but never after the sign-in is over. chance: gives
    numbers in 0–1, so that a server that comes back is not asked by everybody at once.
    """
    connection = Connection(address)
    # A thread that waits for the network wakes when its connection is closed, and by nothing else.
    closing = threading.Thread(target=_close_on, args=(stop, connection), name="live-stop", daemon=True)
    closing.start()
    ear = _Ear(connection, credentials, on_poke)
    failures = 0
    while not stop.is_set():
        ear.heard = False
        wait = 0.0
        try:
            ear.listen()
        except SignedOut:
            stop.wait()
        except Unreachable as error:
            wait = error.retry_after or 0.0
        except Incompatible:
            # A server that has no stream, or none yet.
            failures = max(failures, 7)
        failures = 0 if ear.heard else failures + 1
        stop.wait(_delay(failures, ear.retry, wait, chance()))
    closing.join()


def _close_on(stop: threading.Event, connection: Connection) -> None:
    stop.wait()
    connection.close()


def _delay(failures: int, retry: float, asked: float, chance: float) -> float:
    """Seconds until the next try. retry: what a stream that went well asked for; asked: what a refusal asked for."""
    if failures == 0:
        return min(retry, LONGEST_DELAY)
    grown: float = FIRST_DELAY * 2 ** min(failures - 1, 20)
    return min(LONGEST_DELAY, max(asked, chance * min(grown, LONGEST_DELAY)))


@dataclass(slots=True)
class _Ear:
    """Reads streams. heard: whether the present one said anything; retry: seconds it asked to wait after it."""

    connection: Connection
    credentials: Credentials
    on_poke: Callable[[], object]
    heard: bool = False
    retry: float = FIRST_DELAY
    _last: Poke | None = None
    _event: str = ""
    _data: str = ""

    def listen(self) -> None:
        """Read one stream to its end. Raises SignedOut, Unreachable, Incompatible."""
        token = self.credentials.token()
        if self._read(token) == httpx.codes.UNAUTHORIZED:
            token = self.credentials.renew(token)
            if self._read(token) == httpx.codes.UNAUTHORIZED:
                raise SignedOut

    def _read(self, token: str) -> int:
        self._event = self._data = ""
        with self.connection.stream("/api/stream", token, SILENCE) as answer:
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                return answer.status_code
            if answer.status_code != httpx.codes.OK:
                answer.read()
                raise trouble(answer)
            if not answer.headers.get("Content-Type", "").startswith(_TYPE):
                raise Incompatible("The server has no stream.")
            for line in _lines(answer.iter_bytes()):
                self._take(line)
            return answer.status_code

    def _take(self, line: str) -> None:
        """One line of a stream, by the rules of server-sent events."""
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data = (self._data + value)[:_LONGEST_LINE]
        elif name == "retry" and value.isdecimal() and len(value) < 10:
            self.heard, self.retry = True, int(value) / 1000
        elif not line:
            if self._event == "head":
                self._poke(self._data)
            self._event = self._data = ""

    def _poke(self, data: str) -> None:
        try:
            poke = Poke.model_validate_json(data)
        except ValidationError as error:
            raise Incompatible("The server's stream cannot be understood.") from error
        self.heard = True
        # A new stream begins with what the last one may have said.
        if poke != self._last:
            self._last = poke
            self.on_poke()


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    """Lines as they come, however they are cut into pieces. Raises Incompatible for one that does not end."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r").decode(errors="replace")
        if len(rest) > _LONGEST_LINE:
            raise Incompatible("The server's stream cannot be understood.")
