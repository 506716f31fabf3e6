"""Pictures of items from maplestory.io, kept on disk. Nothing here raises for network trouble or a full disk.

The documented address is that of an item's icon, `{base_url}/item/{item_id}/icon` (see the item seeds). No
source gives one for the boss icons of the game's own lists, whose numbers are no mob ids, so bosses have no
picture to fetch: they are drawn.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.services.places import write_atomically

if TYPE_CHECKING:
    import httpx

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
PNG_END = b"IEND\xaeB`\x82"
MAX_SPRITE_BYTES = 256 * 1024
MISSING_FOR = timedelta(days=7)
"""How long a 404 is believed."""

REST = timedelta(minutes=5)
"""How long nothing is asked after FAULTS_TO_REST failed fetches in a row."""

FAULTS_TO_REST = 3
LONGEST_WAIT = timedelta(seconds=5)
"""A longer Retry-After is not waited for: everything rests until then."""

LONGEST_REST = timedelta(hours=6)
_TOUCH_AFTER = timedelta(hours=1)


class SpriteKind(StrEnum):
    """What a picture shows."""

    ITEM = "item"
    BOSS = "boss"


@dataclass(frozen=True, slots=True)
class SpriteKey:
    """A picture's name: its kind and the game's number for it."""

    kind: SpriteKind
    number: int

    @property
    def file_name(self) -> str:
        return f"{self.kind.value}-{self.number}.png"


class _NotServedError(Exception):
    """The answer is no picture. `after`: the pause the server asked for."""

    def __init__(self, status: int, after: timedelta | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.after = after


class _UnusableError(Exception):
    """The answer claims to be a picture and is none, or is too large."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def default_client() -> "httpx.Client":
    """A client with short timeouts, TLS checked."""
    import httpx

    return httpx.Client(timeout=httpx.Timeout(10, connect=5), follow_redirects=True)


class SpriteCache:
    """Pictures by key. `cached` is quick and for any thread; `fetch` blocks and is called from a pool.

    folder: where the pictures lie; made when needed.
    base_url: address without a slash at the end, version of the data set included.
    limit_bytes: the pictures least recently used go when they take more than this.
    client: makes the httpx client, once, when the first picture is fetched.
    attempts: how often one picture is asked for before it counts as a fault.
    """

    def __init__(
        self,
        folder: Path,
        base_url: str,
        limit_bytes: int,
        client: "Callable[[], httpx.Client]" = default_client,
        *,
        clock: Callable[[], datetime] = utc_now,
        attempts: int = 3,
        first_wait: timedelta = timedelta(milliseconds=500),
    ) -> None:
        self._folder = folder
        self._base_url = base_url.rstrip("/")
        self._limit = limit_bytes
        self._make_client = client
        self._clock = clock
        self._attempts = attempts
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._closed = False
        self._faults = 0
        self._resting_until: datetime | None = None
        self._under_way: dict[SpriteKey, threading.Event] = {}

    def url(self, key: SpriteKey) -> str | None:
        """The picture's address; None where no source documents one."""
        if key.kind is not SpriteKind.ITEM or key.number <= 0:
            return None
        return f"{self._base_url}/item/{key.number}/icon"

    def cached(self, key: SpriteKey) -> Path | None:
        """The picture's file if it is there. Counts as a use."""
        path = self._folder / key.file_name
        try:
            used = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, ValueError, OverflowError):
            return None
        now = self._clock()
        if abs(now - used) > _TOUCH_AFTER:
            self._touch(path, now)
        return path

    def fetch(self, key: SpriteKey) -> Path | None:
        """The picture's file, fetched if need be; None when it cannot be had. Callers share a request."""
        url = self.url(key)
        while True:
            if url is None or (path := self.cached(key)) is not None:
                return None if url is None else path
            with self._lock:
                if self._closed or self._rests() or self._known_missing(key):
                    return None
                other = self._under_way.get(key)
                if other is None:
                    mine = self._under_way[key] = threading.Event()
                    break
            other.wait()
            if self.cached(key) is None:
                return None
        try:
            return self._fetch(key, url)
        finally:
            with self._lock:
                del self._under_way[key]
            mine.set()

    @property
    def resting_until(self) -> datetime | None:
        """Until when nothing is asked for, after repeated faults; None when all is well."""
        with self._lock:
            return self._resting_until if self._rests() else None

    def clear(self) -> None:
        """Forget every picture and every 404."""
        for path in self._files("*.png") + self._files("*.missing"):
            _unlink(path)

    def close(self) -> None:
        """Let go of the connections. Later fetches give None."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _fetch(self, key: SpriteKey, url: str) -> Path | None:
        import httpx

        try:
            content = self._download(url)
        except _NotServedError as error:
            if error.status in {404, 410}:
                self._remember_missing(key)
                self._settle(fault=False)
            else:
                self._settle(fault=True, rest=error.after)
            return None
        # RuntimeError: the client was closed under way.
        except (httpx.HTTPError, httpx.InvalidURL, _UnusableError, RuntimeError, OSError):
            self._settle(fault=True)
            return None
        self._settle(fault=False)
        path = self._folder / key.file_name
        try:
            write_atomically(path, content)
        except OSError:
            return None
        self._touch(path, self._clock())
        self._evict(keep=path)
        return path

    def _download(self, url: str) -> bytes:
        """The picture's bytes, asked for several times where that may help."""
        import stamina

        for attempt in stamina.retry_context(
            on=_worth_another_try,
            attempts=self._attempts,
            timeout=30,
            wait_initial=self._first_wait,
            wait_max=LONGEST_WAIT,
            wait_jitter=self._first_wait,
        ):
            with attempt:
                return self._download_once(url)
        raise AssertionError("stamina raises the last error")

    def _download_once(self, url: str) -> bytes:
        content = bytearray()
        with self._connections().stream("GET", url, headers={"Accept": "image/png"}) as answer:
            if answer.status_code != 200:
                raise _NotServedError(
                    answer.status_code, _retry_after(answer.headers.get("Retry-After"), self._clock())
                )
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MAX_SPRITE_BYTES:
                    raise _UnusableError("too large")
        if not content.startswith(PNG_MAGIC) or not content.endswith(PNG_END):
            raise _UnusableError("no PNG")
        return bytes(content)

    def _connections(self) -> "httpx.Client":
        with self._lock:
            if self._closed:
                raise RuntimeError("closed")
            if self._client is None:
                self._client = self._make_client()
            return self._client

    def _rests(self) -> bool:
        until = self._resting_until
        # The second half lets go after the clock was set back.
        return until is not None and until - LONGEST_REST <= self._clock() < until

    def _settle(self, *, fault: bool, rest: timedelta | None = None) -> None:
        """Count faults in a row; open the circuit after several, or as long as the server asked."""
        with self._lock:
            self._faults = self._faults + 1 if fault else 0
            if rest is not None:
                self._resting_until = self._clock() + min(max(rest, timedelta()), LONGEST_REST)
            elif self._faults >= FAULTS_TO_REST:
                self._resting_until = self._clock() + REST

    def _known_missing(self, key: SpriteKey) -> bool:
        note = self._missing_note(key)
        try:
            noted = datetime.fromtimestamp(note.stat().st_mtime, UTC)
        except (OSError, ValueError, OverflowError):
            return False
        return timedelta() <= self._clock() - noted < MISSING_FOR

    def _remember_missing(self, key: SpriteKey) -> None:
        note = self._missing_note(key)
        with suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            note.touch()
        self._touch(note, self._clock())

    def _missing_note(self, key: SpriteKey) -> Path:
        return (self._folder / key.file_name).with_suffix(".missing")

    def _evict(self, keep: Path) -> None:
        """Remove the least recently used pictures until the rest fit; never the one just fetched."""
        sized: list[tuple[float, int, Path]] = []
        for path in self._files("*.png"):
            with suppress(OSError):
                state = path.stat()
                sized.append((state.st_mtime, state.st_size, path))
        excess = sum(size for _, size, _ in sized) - self._limit
        for _, size, path in sorted(sized, key=lambda entry: entry[0]):
            if excess <= 0:
                return
            if path != keep:
                _unlink(path)
                excess -= size

    def _files(self, pattern: str) -> list[Path]:
        try:
            return list(self._folder.glob(pattern))
        except OSError:
            return []

    @staticmethod
    def _touch(path: Path, now: datetime) -> None:
        with suppress(OSError):
            os.utime(path, (now.timestamp(), now.timestamp()))


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _worth_another_try(error: Exception) -> bool | timedelta:
    """Retry timeouts, broken connections, 5xx and 429; wait as long as the server asks if that is short."""
    import httpx

    if isinstance(error, _NotServedError):
        if error.after is not None:
            return error.after if error.after <= LONGEST_WAIT else False
        return error.status == 429 or error.status >= 500
    return isinstance(error, httpx.TransportError)


def _retry_after(value: str | None, now: datetime) -> timedelta | None:
    """A Retry-After header, seconds or an HTTP date (RFC 9110, 10.2.3); None when absent or senseless."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(timedelta(seconds=int(value.strip()[:9])), LONGEST_REST)
    try:
        return max(parsedate_to_datetime(value) - now, timedelta())
    except (ValueError, TypeError, OverflowError):
        return None
