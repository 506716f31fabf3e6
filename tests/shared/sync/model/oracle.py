"""What must hold, written down beside the model and without its rules: who wrote what, when, and having seen what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.sync.outbox import Line
from shared.sync.records import TABLES
from shared.sync.wire import Key, Mutation, Op, Result, Row, Status
from tests.shared.sync.model.client import Client
from tests.shared.sync.model.rules import must

HONEST_MS = 60_000
Place = tuple[str, str, str]
"""Table, row id, field."""


@dataclass(frozen=True)
class Edit:
    """replaced: per field, the edit whose value its author had before them."""

    line: Line
    client: str
    made: int
    honest: bool
    replaced: Mapping[str, str | None]


@dataclass(frozen=True)
class Winner:
    """The greatest accepted edit of a field. accepted: when the server took it first."""

    eff: str
    mid: str
    value: object
    accepted: int


class Oracle:
    """Sees every edit and every push the server answered."""

    def __init__(self) -> None:
        self.edits: dict[str, Edit] = {}
        self.effective: dict[str, str] = {}
        self.origin: dict[str, str] = {}
        self.winners: dict[Place, Winner] = {}
        self.best: dict[Place, Winner] = {}
        self.superseded: dict[Place, set[str]] = {}
        self.accepted: dict[tuple[str, str], int] = {}
        self.own: dict[str, dict[Place, tuple[object, str]]] = {}
        self.gone: set[str] = set()
        self.restored = False

    # What happens

    def edited(
        self, client: Client, line: Line, before: Row | None, waiting: Iterable[Line], now: int
    ) -> None:
        """A player wrote, seeing `before` with these lines waiting."""
        shown = {
            name: self.origin.get(stamp, stamp) for name, stamp in (before.stamps if before else {}).items()
        }
        for each in waiting:
            shown |= dict.fromkeys(each.written(), each.mid)
        written = line.written()
        replaced = {name: shown.get(name) for name in written}
        self.edits[line.mid] = Edit(line, client.name, now, client.offset + client.skew == 0, replaced)
        mine = self.own.setdefault(client.name, {})
        for name, value in written.items():
            mine[*line.key, name] = (value, line.mid)

    def answered(
        self, mutations: Iterable[Mutation], results: Iterable[Result], rows: Mapping[Key, Row], now: int
    ) -> None:
        """The server took a push; rows: what it has now of the rows named."""
        for mutation, result in zip(mutations, results, strict=True):
            if result.status is not Status.REJECTED:
                for name in self._written(mutation):
                    self._accept(mutation, result, name, rows.get(mutation.key), now)
            row = rows.get(mutation.key)
            if row is not None:
                self.check_row(row)

    def check_row(self, row: Row) -> None:
        """Each field of a stored row is the greatest edit of it, and no edit its author had seen and replaced."""
        for name, value in row.values.items():
            winner = self.winners.get((*row.key, name))
            if winner is None:
                must(name not in row.stamps, f"{name} of {row.key} was written by nobody")
                continue
            must(
                (row.stamps.get(name), value) == (winner.eff, winner.value),
                f"{name} of {row.key} is {value}@{row.stamps.get(name)}, greatest is {winner}",
            )
            if not self.restored:
                must(
                    winner.mid not in self.superseded.get((*row.key, name), ()),
                    f"{name} of {row.key} is {value}, which somebody had seen and replaced",
                )

    def purged(self, keys: Iterable[Key]) -> None:
        """The server forgot these rows."""
        dead = set(keys)
        for book in (self.winners, self.best, self.superseded, *self.own.values()):
            for place in [place for place in book if place[:2] in dead]:
                del book[place]  # type: ignore[attr-defined]

    def rewound(self, rows: Mapping[Key, Row]) -> None:
        """The server has yesterday's rows."""
        self.restored = True
        self.winners = {}
        for row in rows.values():
            for name, stamp in row.stamps.items():
                mid = self.origin.get(stamp, stamp)
                first = self.accepted.get((mid, name), 0)
                self.winners[*row.key, name] = Winner(stamp, mid, row.values[name], first)

    def replaced_file(self, source: str, target: str, waiting: Iterable[Line]) -> None:
        """A machine's file was copied over another's: what had waited there is gone, whatever it was."""
        self.gone |= {line.mid for line in waiting}
        self.own[target] = dict(self.own.get(source, {}))

    # What must hold

    def check_client(self, client: Client) -> None:
        """Who wrote something sees it until a later edit of it comes, or it is in the journal."""
        mine = self.own.get(client.name, {})
        rows = client.rows()
        lost = []
        for place, (value, mid) in mine.items():
            row = rows.get(place[:2])
            if row is not None and row.values.get(place[2]) == value:
                continue
            lost.append((place, value, mid, row))
        if not lost:
            return
        waiting = {line.mid for lines in client.lines().values() for line in lines}
        journal = client.journal()
        for place, value, mid, row in lost:
            must(mid not in waiting, f"{client.name} wrote {value} to {place}, and it is not shown")
            known = row.stamps.get(place[2], "") if row is not None else ""
            must(
                known > self.effective.get(mid, mid)
                or TABLES[place[0]].insert_only
                or any(key == place[:2] and fields.get(place[2]) == value for key, fields in journal)
                or (place[2] == "deleted" and any(key == place[:2] for key, _ in journal)),
                f"{client.name} wrote {value} to {place}, and it is gone",
            )
            del mine[place]

    def check_end(self, server: Mapping[Key, Row], clients: Iterable[Client]) -> None:
        """Everything ever entered is stored, was replaced, or can be read in a journal."""
        if self.restored:
            # Of rows that never change, the first to reach the restored server stays.
            stays = {place: one for place, one in self.winners.items() if TABLES[place[0]].insert_only}
            self.winners = {**self.best, **stays}
            self.restored = False
        for row in server.values():
            self.check_row(row)
        missing = {place[:2] for place in self.winners} - server.keys()
        must(not missing, f"{missing} was accepted and is not on the server")
        journaled = {
            (*key, name, repr(value))
            for client in clients
            for key, fields in client.journal()
            for name, value in fields.items()
        }
        latest = {
            (edit.client, *edit.line.key, name): mid
            for mid, edit in sorted(self.edits.items(), key=lambda item: item[1].made)
            for name in edit.line.written()
        }
        for mid, edit in self.edits.items():
            if mid in self.gone:
                continue
            for name, value in edit.line.written().items():
                place = (*edit.line.key, name)
                must(
                    (mid, name) in self.accepted
                    or latest[edit.client, *place] != mid
                    or (*place, repr(value)) in journaled
                    or name == "deleted",
                    f"{edit.client} wrote {value} to {place}, and it came nowhere",
                )

    def _written(self, mutation: Mutation) -> list[str]:
        names = list(mutation.fields)
        return names if mutation.op is not Op.INSERT or "deleted" in names else [*names, "deleted"]

    def _accept(self, mutation: Mutation, result: Result, name: str, row: Row | None, now: int) -> None:
        sent = mutation.stamp(name)
        mid = self.origin.get(sent, sent)
        eff = result.clamped.get(sent, sent)
        value = mutation.fields.get(name, 0)
        edit = self.edits.get(mid)
        must(
            edit is not None and name in edit.line.written() and edit.line.written()[name] == value,
            f"{name} of {mutation.key} was sent as {value} under an edit that did not write it",
        )
        assert edit is not None
        self.effective[mid], self.origin[eff] = eff, mid
        first = (mid, name) not in self.accepted
        since = self.accepted.setdefault((mid, name), now)
        place = (*mutation.key, name)
        before = self.winners.get(place)
        if TABLES[mutation.table].insert_only and before is not None:
            return
        if first and edit.honest and before is not None and before.accepted < edit.made - HONEST_MS:
            must(eff > before.eff, f"an honest clock's {value} lost {place} to {before}")
        winner = Winner(eff, mid, value, since)
        if before is None or eff > before.eff:
            self.winners[place] = winner
        best = self.best.get(place)
        if best is None or eff > best.eff:
            self.best[place] = winner
        ancestor = edit.replaced.get(name)
        dead = self.superseded.setdefault(place, set())
        while ancestor is not None and ancestor not in dead:
            dead.add(ancestor)
            earlier = self.edits.get(ancestor)
            ancestor = earlier.replaced.get(name) if earlier else None
