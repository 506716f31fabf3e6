"""A history: steps that people, networks, computers and administrators take, and what must hold after each."""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.ids import natural_id
from shared.sync.digest import digests
from shared.sync.outbox import Batch
from shared.sync.records import TABLES
from shared.sync.wire import Key, Op, Push, PushAnswer, Refusal, Row
from tests.shared.sync.model.client import Client
from tests.shared.sync.model.oracle import Oracle
from tests.shared.sync.model.rules import ALL, Killed, Rules, must
from tests.shared.sync.model.server import Server

START = 1_700_000_000_000
STEP_MS = 5
PLACES = {"characters": ("name", "level"), "boss_plans": ("entry_id", "party_size"), "settings": ("value",)}
"""The fields that are edited, with a value nobody else ever writes."""
OK, NO_REQUEST, NO_ANSWER, TWICE, LATER = range(5)
"""What becomes of a request: answered, lost, its answer lost, delivered twice, delivered some other day."""
ROUNDS = 8
_OF_A_CLIENT = frozenset({"insert", "edit", "bury", "unbury", "receive", "pull", "sync", "restart"})
"""Steps that change what one client has."""

Step = tuple[Any, ...]


@dataclass
class Held:
    """An answer that is on its way."""

    batch: Batch
    answer: PushAnswer | Refusal
    sent: int
    """By the sender's clock, in milliseconds."""


class World:
    """Three machines of one player, a server, and a network that does what networks do."""

    def __init__(self, offsets: tuple[int, int, int] = (0, 0, 0), rules: Rules = ALL) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="maplehub-sync-"))
        self.now = START
        self.server = Server(self.folder, rules)
        self.clients = [
            Client(name, self.folder, offset, rules) for name, offset in zip("abc", offsets, strict=True)
        ]
        self.held: list[Held | None] = [None, None, None]
        self.packets: list[Push] = []
        self.oracle = Oracle()
        self.made = 0

    def close(self) -> None:
        for each in (self.server, *(client.file for client in self.clients)):
            each.close()
        shutil.rmtree(self.folder)

    def run(self, steps: Iterable[Step]) -> None:
        """Take steps, and after the last one see that everybody comes to agree."""
        for step in steps:
            self.do(step)
        self.settle()

    def do(self, step: Step) -> None:
        name, *arguments = step
        getattr(self, name)(*arguments)
        self.now += STEP_MS
        if name in _OF_A_CLIENT:
            self.oracle.check_client(self.clients[arguments[0]])
        elif name == "clone":
            self.oracle.check_client(self.clients[arguments[1]])

    # The player

    def insert(self, c: int, kind: int, pick: int) -> None:
        """Make a row; some kinds have natural keys, so that two machines make the same one."""
        self.made += 1
        n = self.made
        if kind == 0:
            key = ("characters", natural_id("character", str(n)))
            fields: dict[str, object] = {"name": f"v{n}", "level": n, "world": "kronos", "created_at": _AT}
        elif kind == 1:
            heroes = sorted(row.id for row in self._rows(c, "characters") if row.live)
            if not heroes:
                return
            hero, group = heroes[pick % len(heroes)], f"boss-{pick % 2}"
            key = ("boss_plans", natural_id("plan", hero, group))
            fields = {"character_id": hero, "clear_group": group, "entry_id": f"v{n}", "party_size": n}
        elif kind == 2:
            key = ("settings", natural_id("setting", f"s{pick % 2}"))
            fields = {"key": f"s{pick % 2}", "value": f"v{n}"}
        else:
            key = ("lootbox_tables", natural_id("table", f"h{pick % 2}"))
            fields = {"hash": f"h{pick % 2}", "content": f"v{n}"}
        old = self.clients[c].row(key)
        if old is None:
            self._write(c, key, Op.INSERT, fields)
        elif not old.live and not TABLES[key[0]].insert_only:
            # As the desktop does it: a row that is there, though buried, is changed.
            changed = {name: value for name, value in fields.items() if old.values.get(name) != value}
            self._write(c, key, Op.UPDATE, {**changed, "deleted": 0})

    def edit(self, c: int, pick: int, place: int) -> None:
        rows = sorted((row for row in self._rows(c, *PLACES) if row.live), key=lambda row: row.key)
        if rows:
            row = rows[pick % len(rows)]
            names = PLACES[row.table]
            name = names[place % len(names)]
            self.made += 1
            number = TABLES[row.table].fields[name].kind == "integer"
            self._write(c, row.key, Op.UPDATE, {name: self.made if number else f"v{self.made}"})

    def bury(self, c: int, pick: int) -> None:
        self._set_deleted(c, pick, 1)

    def unbury(self, c: int, pick: int) -> None:
        self._set_deleted(c, pick, 0)

    def set_clock(self, c: int, offset: int) -> None:
        """A machine's clock is set wrong, or right. What the client knows of its skew is of the clock before."""
        self.clients[c].offset = offset

    def wait(self, milliseconds: int) -> None:
        self.now += milliseconds

    def restart(self, c: int) -> None:
        """Whatever was on its way is not waited for."""
        self.held[c] = None
        self.clients[c].restart()

    # The network

    def send(self, c: int, fate: int) -> None:
        """A push leaves; an answer, if there is one, arrives with `receive`."""
        client = self.clients[c]
        if self.held[c] is not None:
            return
        batch = client.next_batch()
        if batch is None:
            return
        push = client.push(batch)
        if fate != NO_REQUEST:
            self.packets.append(push)
        if fate in {NO_REQUEST, LATER}:
            return
        answer = self._deliver(push)
        if fate == TWICE:
            self._deliver(push)
        if fate != NO_ANSWER:
            self.held[c] = Held(batch, answer, self.now + client.offset)

    def receive(self, c: int, crash: int | None = None) -> None:
        """The answer arrives; the client may crash before a statement of what it does about it."""
        client, held = self.clients[c], self.held[c]
        self.held[c] = None
        if held is None:
            return
        if isinstance(held.answer, Refusal):
            client.refused(held.answer, self.server.account().epoch)
            return
        try:
            client.acknowledge(held.batch, held.answer, sent=held.sent, now=self.now, crash=crash)
        except Killed:
            client.restart()

    def pull(self, c: int, fate: int, crash: int | None = None) -> bool:
        """One page, and whether it was the last; one request of a client is under way at a time."""
        client = self.clients[c]
        if self.held[c] is not None or fate == NO_REQUEST or not client.may_pull():
            return False
        request = client.request()
        answer = self.server.pull(request, self.now)
        if fate != OK:
            return False
        if isinstance(answer, Refusal):
            client.refused(answer, self.server.account().epoch)
            return False
        try:
            client.take_page(request, answer, now=self.now, crash=crash)
        except Killed:
            client.restart()
            return False
        return not answer.has_more

    def sync(self, c: int) -> None:
        """All there is to push and to pull, with nothing in the way."""
        client = self.clients[c]
        self.receive(c)
        for _ in range(200):
            self.send(c, OK)
            if self.held[c] is None:
                break
            self.receive(c)
        must(client.next_batch() is None, f"the outbox of {client.name} does not drain")
        for _ in range(200):
            if self.pull(c, OK):
                return
            if client.next_batch() is not None:
                self.sync(c)
                return
        must(False, f"the pull of {client.name} does not end")

    def replay(self, pick: int) -> None:
        """An old request arrives once more; nobody waits for its answer."""
        if self.packets:
            self._deliver(self.packets[pick % len(self.packets)])

    # The administrator

    def purge(self) -> None:
        """Half a year passes for the tombstones; no packet lives that long."""
        self.packets.clear()
        self.oracle.purged(self.server.purge())

    def backup(self) -> None:
        self.server.backup()

    def restore(self) -> None:
        if self.server.restore():
            self.oracle.rewound(self.server.rows())

    def clone(self, c: int, other: int) -> None:
        """A database file is copied to another machine."""
        if c == other:
            return
        one, two = self.clients[c], self.clients[other]
        self.oracle.replaced_file(
            one.name, two.name, [line for lines in two.lines().values() for line in lines]
        )
        one.file.copy_to(two.file)
        self.restart(other)

    # The end

    def settle(self) -> None:
        """With a network that works, everybody comes to hold the same, which is what the rules say it should be."""
        for _ in range(ROUNDS):
            head = self.server.account().head
            for c in range(len(self.clients)):
                self.sync(c)
                self.oracle.check_client(self.clients[c])
            if self.server.account().head == head:
                break
        stored = self.server.rows()
        for client in self.clients:
            must(not client.lines(), f"the outbox of {client.name} did not drain")
            rows = client.rows()
            must(
                _live(rows) == _live(stored),
                f"{client.name} and the server differ: {_differing(rows, stored)}",
            )
            must(digests(rows.values()) == digests(stored.values()), f"the digests of {client.name} differ")
        self.oracle.check_end(stored, self.clients)

    def _deliver(self, push: Push) -> PushAnswer | Refusal:
        answer = self.server.push(push, self.now)
        if not isinstance(answer, Refusal):
            keys = {mutation.key for mutation in push.mutations}
            rows = {key: row for key in keys if (row := self.server.row(key)) is not None}
            self.oracle.answered(push.mutations, answer.results, rows, self.now)
        return answer

    def _write(self, c: int, key: Key, op: Op, fields: dict[str, object]) -> None:
        client = self.clients[c]
        before, waiting = client.row(key), client.lines([key]).get(key, [])
        line = client.write(key, op, fields, self.now)
        self.oracle.edited(client, line, before, waiting, self.now)

    def _set_deleted(self, c: int, pick: int, deleted: int) -> None:
        rows = sorted(
            (row for row in self._rows(c, *PLACES) if row.live == bool(deleted)), key=lambda r: r.key
        )
        if rows:
            self._write(c, rows[pick % len(rows)].key, Op.UPDATE, {"deleted": deleted})

    def _rows(self, c: int, *tables: str) -> list[Row]:
        return [row for row in self.clients[c].rows().values() if row.table in tables]


_AT = "2026-01-01T00:00:00+00:00"


def _live(rows: dict[Key, Row]) -> dict[Key, object]:
    return {key: (dict(row.values), dict(row.stamps)) for key, row in rows.items() if row.live}


def _differing(mine: dict[Key, Row], theirs: dict[Key, Row]) -> object:
    one, other = _live(mine), _live(theirs)
    return {
        key: (one.get(key), other.get(key))
        for key in one.keys() | other.keys()
        if one.get(key) != other.get(key)
    }
