"""Desktops' databases that sync through a network that fails them, and that crash at the worst moments."""

import json
import random
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from desktop.storage.changes import Changes
from desktop.storage.database import Database
from desktop.storage.tables import SYNCED
from desktop.sync.client import SyncClient, Unreachable
from desktop.sync.journal import problems
from desktop.sync.round import sync_once
from desktop.sync.session import FixedToken
from desktop.sync.store import SyncStore
from desktop.sync.verify import ComparedStore, Verified, verify
from shared.ids import new_id, setting_id
from shared.sync.outbox import Batch
from shared.sync.wire import PullAnswer, PullRequest, PushAnswer


class Crash(Exception):  # noqa: N818 - what it is
    """The program has ended here."""


class Network(httpx.HTTPTransport):
    """Loses requests and answers, sends twice, and repeats old pushes much later. rate: how often each goes wrong."""

    def __init__(self, dice: random.Random, rate: float) -> None:
        super().__init__()
        self._dice = dice
        self.rate = rate
        self._old: deque[httpx.Request] = deque(maxlen=20)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if self._old and self._happens():
            self._deliver(self._dice.choice(self._old))
        if self._happens():
            raise httpx.ConnectError("lost on its way there")
        if request.url.path.endswith("/push"):
            self._old.append(request)
        if self._happens():
            self._deliver(request)
        answer = super().handle_request(request)
        if self._happens():
            answer.read()
            answer.close()
            raise httpx.ReadError("lost on its way back")
        return answer

    def _deliver(self, request: httpx.Request) -> None:
        """Nobody hears the answer."""
        with suppress(httpx.HTTPError):
            answer = super().handle_request(request)
            answer.read()
            answer.close()

    def _happens(self) -> bool:
        return self._dice.random() < self.rate


class Crashing(SyncStore):
    """Ends before, within and after the transactions of an answer."""

    def __init__(self, database: Database, dice: random.Random, rate: float) -> None:
        super().__init__(database)
        self._dice = dice
        self.rate = rate

    def acknowledge(self, batch: Batch, answer: PushAnswer, *, sent_ms: int) -> Changes:
        self._maybe()
        changes = super().acknowledge(batch, answer, sent_ms=sent_ms)
        self._maybe()
        return changes

    def take_page(self, request: PullRequest, answer: PullAnswer, *, sent_ms: int) -> Changes:
        self._maybe()
        changes = super().take_page(request, answer, sent_ms=sent_ms)
        self._maybe()
        return changes

    def request(self, limit: int = 20) -> PullRequest:
        """Small pages, so that there are several."""
        return super().request(limit)

    def _adopt(self, *given: Any) -> None:
        self._maybe()
        super()._adopt(*given)
        self._maybe()

    def _maybe(self) -> None:
        if self._dice.random() < self.rate:
            raise Crash


class Device:
    """One desktop of a player. number: which; it makes its own rows and changes everybody's."""

    def __init__(self, number: int, folder: Path, address: str, token: str, rate: float) -> None:
        self.number = number
        self.dice = random.Random(number * 7919 + 11)
        self.made: set[str] = set()
        self.counted = 0
        self._folder = folder
        self._address, self._token = address, token
        self._rate = rate
        self._open()

    def close(self) -> None:
        self.client.close()
        self.database.close()

    def enter(self) -> None:
        """What a player might do."""
        with self.database.write() as writing:
            tx = writing.tx
            row_id = new_id()
            fields = {"name": f"{self.number}", "world": "kronos", "created_at": "2026-03-05T18:00:00+00:00"}
            tx.insert(SYNCED["characters"], row_id, **fields)
            self.counted += 1
            for key, value in ((f"counter.{self.number}", self.counted), ("shared", self.dice.random())):
                self._set(tx, key, value)
            living = [found for (found,) in self.database.peek("SELECT id FROM characters WHERE deleted = 0")]
            for some in self.dice.sample(living, min(3, len(living))):
                tx.update(SYNCED["characters"], some, level=self.dice.randrange(1, 300))
            if living and self.dice.random() < 0.3:
                tx.delete(SYNCED["characters"], self.dice.choice(living))
        self.made.add(row_id)

    def attempt(self) -> bool:
        """A round of sync, whatever becomes of it; a program that has ended is started again."""
        try:
            sync_once(self.store, self.client)
        except Unreachable:
            return False
        except Crash:
            self.close()
            self._open()
            return False
        return True

    def calm(self) -> None:
        """From now on nothing goes wrong."""
        self._rate = self.store.rate = self._network.rate = 0.0

    def rows(self) -> dict[str, list[Any]]:
        """Every synced row, tombstones too."""
        return {name: sorted(self._rows(name), key=str) for name in SYNCED}

    def counter(self, number: int) -> int:
        """The last number that another device has counted to, as seen here."""
        key = setting_id(f"counter.{number}")
        found = self.database.peek("SELECT value FROM settings WHERE id = ?", (key,))
        return int(json.loads(found[0][0])) if found else 0

    def compared(self) -> Verified:
        return verify(ComparedStore(self.database), self.client)

    def _open(self) -> None:
        self.database = Database.open(self._folder / "maplehub.sqlite3", self._folder / "backups")
        self.store = Crashing(self.database, self.dice, self._rate / 4)
        self._network = Network(self.dice, self._rate)
        self.client = SyncClient(self._address, FixedToken(self._token), self._network)

    def _set(self, tx: Any, key: str, value: object) -> None:
        row_id = setting_id(key)
        if tx.exists(SYNCED["settings"], row_id):
            tx.update(SYNCED["settings"], row_id, value=json.dumps(value))
        else:
            tx.insert(SYNCED["settings"], row_id, key=key, value=json.dumps(value))

    def _rows(self, name: str) -> Iterator[Any]:
        columns = ", ".join(f'"{column.name}"' for column in SYNCED[name].columns if column.name != "row")
        yield from self.database.peek(f"SELECT {columns} FROM {name}")


def settle(devices: list[Device]) -> None:
    """Sync in turn until nobody has anything to say."""
    for each in devices:
        each.calm()
    for _ in range(3):
        for each in devices:
            assert each.attempt()


def check(devices: list[Device]) -> None:
    """All hold the same, which is what the server holds, and all that was entered is there."""
    first, *others = devices
    rows = first.rows()
    for other in others:
        theirs = other.rows()
        for name in SYNCED:
            assert theirs[name] == rows[name], name
    ids = {row[0] for row in rows["characters"]}
    for each in devices:
        assert each.store.waiting() == 0
        assert each.made <= ids
        # A field that one device alone writes holds what it wrote last.
        assert [first.counter(each.number), each.counter(each.number)] == [each.counted] * 2
        assert {problem.reason for problem in problems(each.database)} <= {"lost"}
    assert first.compared() == Verified(alike=True)
