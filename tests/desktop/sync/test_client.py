"""What the server's answers mean to sync, who is asked for a token when, and how a request is ended from outside."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from desktop.sync.client import Incompatible, Refused, SignedOut, SyncClient, TooLarge, Unreachable
from desktop.sync.http import Connection
from desktop.sync.session import FixedToken
from shared.errors import MapleHubError
from shared.ids import new_id
from shared.sync.wire import Mutation, Op, PullRequest, Push, Refusal

ADDRESS = "http://127.0.0.1:8750"
PULL = PullRequest(epoch="", full=False, cursor=0, purge=0)
PAGE = {"epoch": "e", "next": 0, "has_more": False, "purge": 0, "hlc": "", "server_time": 1, "rows": []}
PUSHED = {"epoch": "e", "head": 0, "hlc": "", "server_time": 1, "results": []}
PROBLEM = "urn:maplehub:problem:"


class Rotating:
    """Credentials that note who asks. Tokens are t0, t1, …"""

    def __init__(self) -> None:
        self.count = 0
        self.spent: list[str] = []

    def token(self) -> str:
        return f"t{self.count}"

    def renew(self, spent: str) -> str:
        self.spent.append(spent)
        self.count += 1
        return self.token()


def _client(
    answer: Callable[[httpx.Request], httpx.Response], credentials: Rotating | None = None
) -> SyncClient:
    return SyncClient(ADDRESS, credentials or Rotating(), httpx.MockTransport(answer))


def _refusal(status: int, slug: str = "", **told: object) -> Callable[[httpx.Request], httpx.Response]:
    content = {"type": PROBLEM + slug, "title": "x", "status": status, "detail": "Said.", **told}
    headers = {"Content-Type": "application/problem+json"}
    return lambda _: httpx.Response(status, json=content, headers=headers)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_refusal(401, "unauthenticated"), SignedOut),
        (_refusal(403, "forbidden"), Incompatible),
        (_refusal(408, "request-timeout"), Unreachable),
        (_refusal(409, "epoch-changed", epoch="f"), Refused),
        (_refusal(409, "cursor-ahead", epoch="f"), Refused),
        (_refusal(409, "server-too-old", action="Ask its host."), Incompatible),
        (_refusal(410, "resync-required"), Refused),
        (_refusal(413, "too-large", limit=1024), TooLarge),
        (_refusal(415, "unsupported-encoding"), Incompatible),
        (_refusal(422, "invalid-input"), Incompatible),
        (_refusal(426, "client-too-old", action="Update MapleHub."), Incompatible),
        (_refusal(429, "rate-limited"), Unreachable),
        (_refusal(500, "unexpected"), Unreachable),
        (_refusal(503, "unavailable"), Unreachable),
        (lambda _: httpx.Response(302, headers={"Location": "/login"}), Incompatible),
        (lambda _: httpx.Response(404, text="<h1>Not here</h1>"), Incompatible),
        (lambda _: httpx.Response(413, text="<h1>nginx</h1>"), TooLarge),
        (lambda _: httpx.Response(502, text="<h1>Bad gateway</h1>"), Unreachable),
        (lambda _: httpx.Response(200, text="<h1>Welcome to the hotel</h1>"), Incompatible),
        (lambda _: httpx.Response(200, json=[]), Incompatible),
        (lambda _: httpx.Response(400, json=["odd"]), Incompatible),
    ],
)
def test_every_refusal_is_an_error_of_ours(
    answer: Callable[[httpx.Request], httpx.Response], kind: type[MapleHubError]
) -> None:
    client = _client(answer)
    for ask in (lambda: client.pull(PULL), lambda: client.push(Push("", ()), sent_ms=1)):
        with pytest.raises(kind) as told:
            ask()
        assert told.type is kind
        assert told.value.message.endswith(".")
        assert told.value.action or kind is Refused


def test_a_refusal_says_what_the_server_said() -> None:
    with pytest.raises(Incompatible) as told:
        _client(_refusal(409, "server-too-old", action="Ask its host to update it.")).pull(PULL)
    assert (told.value.message, told.value.action) == ("Said.", "Ask its host to update it.")
    with pytest.raises(Refused) as refused:
        _client(_refusal(409, "epoch-changed", epoch="f")).pull(PULL)
    assert (refused.value.refusal, refused.value.epoch) == (Refusal.EPOCH_CHANGED, "f")


@pytest.mark.parametrize(
    ("header", "seconds"), [("40", 40.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)]
)
def test_a_busy_server_says_how_long_to_wait(header: str, seconds: float | None) -> None:
    with pytest.raises(Unreachable) as told:
        _client(lambda _: httpx.Response(429, headers={"Retry-After": header})).pull(PULL)
    assert told.value.retry_after == seconds


def test_a_refused_token_is_renewed_once() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return (
            httpx.Response(200, json=PAGE)
            if request.headers["authorization"] == "Bearer t1"
            else httpx.Response(401)
        )

    credentials = Rotating()
    client = _client(answer, credentials)
    client.pull(PULL)
    client.pull(PULL)
    assert seen == ["Bearer t0", "Bearer t1", "Bearer t1"]
    assert credentials.spent == ["t0"]
    credentials.count = 5
    with pytest.raises(SignedOut):
        client.pull(PULL)
    assert seen[3:] == ["Bearer t5", "Bearer t6"]


def test_large_pushes_travel_packed_and_small_ones_do_not() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=PUSHED)

    client = _client(answer)
    for note in ("short", "long " * 1000):
        mutation = Mutation(new_id(), "boss_runs", new_id(), Op.UPDATE, {"note": note})
        client.push(Push("e", (mutation,)), sent_ms=1)
    small, large = seen
    assert "content-encoding" not in small.headers
    assert large.headers["content-encoding"] == "gzip"
    assert len(large.content) < 1000
    bodies = [json.loads(small.content), json.loads(gzip.decompress(large.content))]
    assert [body["mutations"][0]["set"]["note"][:4] for body in bodies] == ["shor", "long"]


def test_no_server_at_all_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = SyncClient(f"http://127.0.0.1:{port}", FixedToken("t"))
    with pytest.raises(Unreachable) as told:
        client.pull(PULL)
    assert told.value.action
    client.close()


@pytest.fixture(params=["nothing", "half an answer"])
def silent(request: pytest.FixtureRequest) -> Iterator[tuple[str, threading.Event]]:
    """A server that takes a request and then falls silent; an event for when it has."""
    arrived, done = threading.Event(), threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            if request.param != "nothing":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
            arrived.set()
            done.wait(30)

    thread = threading.Thread(target=serve)
    thread.start()
    yield "http://{}:{}".format(*listening.getsockname()), arrived
    done.set()
    thread.join()
    listening.close()


def test_closing_ends_a_request_that_waits_at_once(silent: tuple[str, threading.Event]) -> None:
    address, arrived = silent
    client = SyncClient(address, FixedToken("t"))
    ended: list[tuple[Exception, float]] = []

    def ask() -> None:
        try:
            client.pull(PULL)
        except MapleHubError as error:
            ended.append((error, time.monotonic()))

    thread = threading.Thread(target=ask)
    thread.start()
    assert arrived.wait(10)
    closed = time.monotonic()
    client.close()
    thread.join(10)
    ((error, at),) = ended
    assert isinstance(error, Unreachable)
    assert at - closed < 1
    client.close()
    with pytest.raises(Unreachable):
        client.pull(PULL)


def test_closing_while_many_ask_leaves_no_trace() -> None:
    """Whatever the moment, a request ends in an answer or in Unreachable, and no socket stays open."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def serve() -> None:
            listening.settimeout(0.05)
            while not stop.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        server = threading.Thread(target=serve)
        server.start()
        outcomes: list[str] = []
        for moment in range(20):
            connection = Connection("http://{}:{}".format(*listening.getsockname()), kept=True)

            def ask(connection: Connection = connection) -> None:
                try:
                    while True:
                        assert connection.ask("GET", "/").status_code == 200
                except Unreachable:
                    outcomes.append("ended")

            threads = [threading.Thread(target=ask) for _ in range(4)]
            for thread in threads:
                thread.start()
            stop.wait(moment / 1000)
            connection.close()
            for thread in threads:
                thread.join(10)
        stop.set()
        server.join()
    assert outcomes == ["ended"] * 80
