"""The cap on request bodies, counted after unpacking: a few kilobytes of gzip can unpack to gigabytes."""

import asyncio
import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import problem

_SECONDS = 30.0
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class BodyCap:
    """Takes a body whole, unpacks it, and hands it on; answers 413, 415, 408 or 400 itself.

    limit: bytes, unpacked. seconds: how long a body may take to arrive.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float = _SECONDS) -> None:
        self._app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not _has_body(headers := Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"identity", "gzip"}:
            refusal = problem(
                415,
                "unsupported-encoding",
                "Encoding not supported",
                "Bodies are plain or gzip.",
                headers={"Accept-Encoding": "gzip"},
            )
            await refusal(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(
                    receive, packed=encoding == "gzip", announced=headers.get("content-length")
                )
        except _Refused as refused:
            await refused.answer(scope, receive, send)
            return
        except TimeoutError:
            late = problem(
                408, "request-timeout", "Request Timeout", "The request's body took too long to arrive."
            )
            await late(scope, receive, send)
            return
        if body is None:
            return
        _set_plain(scope, len(body))
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive, *, packed: bool, announced: str | None) -> bytes | None:
        """The body; None when the caller went away."""
        if announced is not None and announced.isdigit() and int(announced) > self._limit:
            raise self._too_large()
        unpacker = zlib.decompressobj(_GZIP_WINDOW) if packed else None
        body = bytearray()
        arrived = False
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk: bytes = message.get("body", b"")
            arrived = arrived or bool(chunk)
            body += self._unpack(unpacker, chunk, len(body)) if unpacker else chunk
            if len(body) > self._limit:
                raise self._too_large()
            if not message.get("more_body", False):
                break
        if unpacker and arrived and (not unpacker.eof or unpacker.unused_data):
            raise _not_gzip()
        return bytes(body)

    def _unpack(self, unpacker: "zlib._Decompress", chunk: bytes, have: int) -> bytes:
        try:
            return unpacker.decompress(chunk, self._limit - have + 1)
        except zlib.error:
            raise _not_gzip() from None

    def _too_large(self) -> "_Refused":
        return _Refused(
            problem(
                413,
                "too-large",
                "The request is too large",
                f"At most {self._limit} bytes are taken, unpacked.",
                limit=self._limit,
            )
        )


class _Refused(Exception):  # noqa: N818
    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


def _not_gzip() -> _Refused:
    return _Refused(
        problem(400, "bad-encoding", "The body cannot be unpacked", "The body is not one whole gzip stream.")
    )


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _set_plain(scope: Scope, length: int) -> None:
    """Make the headers true of the unpacked body. In place: the layer around reads the route from this scope."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    for name in ("content-encoding", "transfer-encoding"):
        if name in headers:
            del headers[name]
    headers["content-length"] = str(length)
    scope["headers"] = headers.raw


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
