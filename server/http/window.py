"""Moving windows in this process's memory, for `limits`.

Its own memory storage walks over every key in a thread after each hit; with several hundred devices that costs more
than the requests. This one drops what is over when it looks, and forgets idle keys once in a while.
"""

import time
from collections import deque
from collections.abc import Callable

from limits.aio.storage import MovingWindowSupport, Storage

_SWEEP_EVERY = 10_000


class MemoryWindows(Storage, MovingWindowSupport):
    """One deque of instants a key. now: seconds since 1970."""

    STORAGE_SCHEME = None

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._now = now
        self._hits: dict[str, deque[float]] = {}
        self._spans: dict[str, float] = {}
        self._until_sweep = _SWEEP_EVERY

    @property
    def base_exceptions(self) -> type[Exception]:
        """What could go wrong: nothing."""
        return ValueError

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count hits if they fit into the window of `expiry` seconds."""
        hits = self._current(key, expiry)
        if len(hits) + amount > limit:
            return False
        hits.extend([self._now()] * amount)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        """The instant of the oldest hit in the window (now when there is none) and their number."""
        hits = self._current(key, expiry)
        return (hits[0] if hits else self._now()), len(hits)

    def _current(self, key: str, expiry: float) -> deque[float]:
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._sweep()
        hits = self._hits.setdefault(key, deque())
        self._spans[key] = expiry
        over = self._now() - expiry
        while hits and hits[0] <= over:
            hits.popleft()
        return hits

    def _sweep(self) -> None:
        self._until_sweep = max(_SWEEP_EVERY, len(self._hits))
        now = self._now()
        for key in [
            key for key, hits in self._hits.items() if not hits or hits[-1] <= now - self._spans[key]
        ]:
            del self._hits[key], self._spans[key]

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Fixed windows are not kept here."""
        raise NotImplementedError

    async def get(self, key: str) -> int:
        """How many hits the key has, old ones included."""
        return len(self._hits.get(key, ()))

    async def get_expiry(self, key: str) -> float:
        """When the key's newest hit is forgotten, in seconds since 1970."""
        hits = self._hits.get(key)
        return hits[-1] + self._spans[key] if hits else self._now()

    async def check(self) -> bool:
        """Memory always answers."""
        return True

    async def reset(self) -> int:
        """Forget everything."""
        count = len(self._hits)
        self._hits.clear()
        self._spans.clear()
        return count

    async def clear(self, key: str) -> None:
        """Forget one key."""
        self._hits.pop(key, None)
        self._spans.pop(key, None)
