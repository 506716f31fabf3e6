"""Listening for pokes: whatever the server does, it goes on; whatever it waits for, it stops at once."""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from desktop.sync import live
from desktop.sync.http import SignedOut, Unreachable
from desktop.sync.live import LONGEST_DELAY, SILENCE, listen
from shared.api.live import PING_SECONDS

PATIENCE = 5.0
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def head(number: int, epoch: str = "e") -> str:
    """A poke on the wire."""
    return f'event: head\r\ndata: {{"epoch":"{epoch}","head":{number}}}\r\n\r\n'


def refusal(status: str, *headers: str) -> str:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", "Connection: close", *headers, "", ""])


class Script:
    """A server on a socket that plays what it is told, one connection after the other.

    Each part is what it sends; it then closes, or with "…" at the end keeps the connection open and silent.
    """

    def __init__(self) -> None:
        self.parts: deque[str] = deque()
        self.requests: list[str] = []
        self.times: list[float] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self._open: list[socket.socket] = []
        self._over = threading.Event()
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def address(self) -> str:
        return "http://{}:{}".format(*self._listening.getsockname())

    def asked(self, times: int) -> None:
        """Wait until so many requests have come."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.requests) >= times, PATIENCE), self.requests

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        for each in (*self._open, self._listening):
            each.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            self._open.append(connection)
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
            part = self.parts.popleft() if self.parts else OK + "…"
            connection.sendall(part.removesuffix("…").encode())
            if not part.endswith("…"):
                connection.close()
            with self._more:
                self.requests.append(request.decode())
                self.times.append(time.monotonic())
                self._more.notify_all()


class Keys:
    """Credentials that count; `over` makes them end."""

    def __init__(self) -> None:
        self.renewed: list[str] = []
        self.over = False
        self.fails = 0

    def token(self) -> str:
        if self.fails:
            self.fails -= 1
            raise Unreachable("Not now.")
        return f"token-{len(self.renewed)}"

    def renew(self, spent: str) -> str:
        if self.over:
            raise SignedOut
        self.renewed.append(spent)
        return f"token-{len(self.renewed)}"


class Ear:
    """Counts pokes."""

    def __init__(self) -> None:
        self.pokes = 0
        self._more = threading.Condition()

    def __call__(self) -> None:
        with self._more:
            self.pokes += 1
            self._more.notify_all()

    def heard(self, times: int) -> None:
        """Wait until so many have come."""
        with self._more:
            assert self._more.wait_for(lambda: self.pokes >= times, PATIENCE), self.pokes


@pytest.fixture
def server() -> Iterator[Script]:
    made = Script()
    yield made
    made.close()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def keys() -> Keys:
    return Keys()


@contextmanager
def listening(
    address: str, keys: Keys, ear: Ear, chance: Callable[[], float] = lambda: 0.001
) -> Iterator[threading.Event]:
    """A listener in a thread. However it stands, it stops within a second."""
    stop = threading.Event()
    thread = threading.Thread(target=listen, args=(address, keys, ear, stop), kwargs={"chance": chance})
    thread.start()
    try:
        yield stop
    finally:
        begun = time.monotonic()
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        assert time.monotonic() - begun < 1
    assert not [each for each in threading.enumerate() if each.name == "live-stop"]


def test_silence_is_longer_than_a_ping() -> None:
    assert SILENCE > PING_SECONDS * 2


def test_every_poke_is_passed_on_and_the_token_is_sent(server: Script, ear: Ear, keys: Keys) -> None:
    server.parts.append(
        f"{OK}retry: 1000\r\n\r\n{head(1)}: ping\r\n\r\n{head(2)}event: other\r\ndata: x\r\n\r\n…"
    )
    with listening(server.address, keys, ear):
        ear.heard(2)
        server.asked(1)
    assert ear.pokes == 2
    assert server.requests[0].startswith("GET /api/stream ")
    assert "authorization: bearer token-0" in server.requests[0].lower()


def test_a_stream_that_ends_is_opened_again_after_what_it_asked_for(
    server: Script, ear: Ear, keys: Keys
) -> None:
    """What the new one begins with is told only when it is news."""
    server.parts += [f"{OK}retry: 300\r\n\r\n{head(1)}", f"{OK}retry: 0\r\n\r\n{head(1)}", f"{OK}{head(2)}…"]
    with listening(server.address, keys, ear):
        ear.heard(2)
    assert ear.pokes == 2
    assert 0.25 < server.times[1] - server.times[0] < 2


def test_another_history_is_news(server: Script, ear: Ear, keys: Keys) -> None:
    server.parts.append(f"{OK}{head(5)}{head(5, 'f')}{head(5, 'f')}{head(1, 'f')}…")
    with listening(server.address, keys, ear):
        ear.heard(3)


def test_a_token_that_is_refused_is_renewed_once(server: Script, ear: Ear, keys: Keys) -> None:
    server.parts += [refusal("401 Unauthorized"), f"{OK}{head(1)}…"]
    with listening(server.address, keys, ear):
        ear.heard(1)
    assert keys.renewed == ["token-0"]
    assert "bearer token-1" in server.requests[1].lower()


def test_after_the_sign_in_is_over_nobody_is_asked_again(server: Script, ear: Ear, keys: Keys) -> None:
    server.parts += [refusal("401 Unauthorized"), refusal("401 Unauthorized")]
    with listening(server.address, keys, ear):
        server.asked(2)
        time.sleep(0.2)
    assert len(server.requests) == 2
    keys.over = True
    server.parts.append(refusal("401 Unauthorized"))
    with listening(server.address, keys, ear):
        server.asked(3)
        time.sleep(0.2)
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_server_that_asks_to_wait_is_waited_for(server: Script, ear: Ear, keys: Keys, status: str) -> None:
    server.parts += [refusal(status, "Retry-After: 1"), f"{OK}{head(1)}…"]
    with listening(server.address, keys, ear):
        ear.heard(1)
    assert 0.95 < server.times[1] - server.times[0] < 3


@pytest.mark.parametrize(
    "trouble",
    [
        "",
        "nonsense\r\n\r\n",
        refusal("500 Internal Server Error"),
        f"{OK}retry: 1",
        OK.replace("text/event-stream", "text/html") + "<html>",
        f"{OK}event: head\r\ndata: {{\r\n\r\n…",
        f"{OK}event: head\r\ndata: [1]\r\n\r\n…",
        f"{OK}{'x' * 200_000}…",
        f"{OK}retry: {'9' * 5000}\r\n\r\n",
    ],
    ids=[
        "closes",
        "no-http",
        "500",
        "half",
        "a-page",
        "no-json",
        "other-json",
        "endless-line",
        "endless-number",
    ],
)
def test_a_server_that_fails_or_talks_rubbish_is_asked_again(
    server: Script, ear: Ear, keys: Keys, trouble: str
) -> None:
    server.parts += [trouble, trouble, f"{OK}{head(1)}…"]
    with listening(server.address, keys, ear):
        ear.heard(1)
    assert ear.pokes == 1


def test_a_server_that_says_nothing_any_more_is_left(
    server: Script, ear: Ear, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SILENCE", 0.2)
    server.parts += [f"{OK}retry: 100\r\n\r\n{head(1)}…", "…", f"{OK}{head(2)}…"]
    with listening(server.address, keys, ear):
        ear.heard(2)


def test_without_a_server_or_a_token_it_tries_again(server: Script, ear: Ear, keys: Keys) -> None:
    keys.fails = 3
    server.parts.append(f"{OK}{head(1)}…")
    with listening(server.address, keys, ear):
        ear.heard(1)
    with listening("http://127.0.0.1:9", keys, ear):
        time.sleep(0.1)


def test_stopping_ends_a_wait_for_anything(server: Script, ear: Ear, keys: Keys) -> None:
    """`listening` itself checks how long it takes."""
    server.parts.append("…")
    with listening(server.address, keys, ear):
        server.asked(1)  # It waits for the first word of the answer,
    with listening(server.address, keys, ear):
        server.asked(2)  # for the next piece of the stream,
    server.parts.append(refusal("503 Service Unavailable", "Retry-After: 500"))
    with listening(server.address, keys, ear):
        server.asked(3)  # until it may ask again.


def test_delays_grow_to_ten_minutes_and_are_drawn_from_all_of_that() -> None:
    assert live._delay(0, 3.0, 0.0, 0.9) == 3.0
    assert live._delay(0, 10_000.0, 0.0, 0.9) == LONGEST_DELAY
    assert [live._delay(failures, 3.0, 0.0, 1.0) for failures in (1, 2, 3)] == [2, 4, 8]
    assert live._delay(1, 3.0, 30.0, 0.5) == 30.0
    assert live._delay(1, 3.0, 99_999.0, 0.5) == LONGEST_DELAY
    for failures in (9, 10, 50, 5000):
        assert live._delay(failures, 3.0, 0.0, 0.5) == LONGEST_DELAY / (2 if failures > 9 else 600 / 256)
