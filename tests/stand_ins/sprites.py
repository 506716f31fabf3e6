"""A picture server on the loopback that behaves, fails or limits, as told."""

import struct
import threading
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Behaviour = Literal["fine", "missing", "broken", "truncated", "silent", "html", "huge", "limited", "cut"]


def png(padding: int = 0) -> bytes:
    """A whole one-pixel PNG, made larger by so many bytes of text."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    text = chunk(b"tEXt", b"x" * padding) if padding else b""
    pixel = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + text + pixel + chunk(b"IEND", b"")


class SpriteServer(ThreadingHTTPServer):
    """Each request takes the next behaviour of `script`; when that is used up, `behaviour`.

    requests: the paths asked for, in order.
    retry_after: the header of `limited` and, when set, of `broken`.
    padding: bytes by which every picture is larger.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.behaviour: Behaviour = "fine"
        self.script: deque[Behaviour] = deque()
        self.requests: list[str] = []
        self.retry_after: str | None = None
        self.padding = 0
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api/GMS/268"


class _Answer(BaseHTTPRequestHandler):
    server: SpriteServer

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        script = self.server.script
        behaviour = script.popleft() if script else self.server.behaviour
        picture = png(self.server.padding)
        match behaviour:
            case "fine":
                self._answer(200, picture)
            case "missing":
                self._answer(404, b"{}", kind="application/json")
            case "broken":
                self._answer(500, b"sorry", kind="text/plain", retry_after=self.server.retry_after)
            case "limited":
                self._answer(429, b"", kind="text/plain", retry_after=self.server.retry_after)
            case "html":
                self._answer(200, b"<html>maintenance</html>", kind="text/html")
            case "huge":
                self._answer(200, png(300 * 1024))
            case "cut":
                self._answer(200, picture[:-8])
            case "truncated":
                self._answer(200, picture[:20], length=len(picture))
            case "silent":
                self.server.released.wait(20)

    def _answer(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = "image/png",
        length: int | None = None,
        retry_after: str | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the test output clean."""


@contextmanager
def sprite_server() -> Iterator[SpriteServer]:
    """A running server; stopped, with its threads joined, at the end."""
    server = SpriteServer()
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="sprite-server"
    )
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
