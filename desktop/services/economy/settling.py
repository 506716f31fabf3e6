"""Settlement: whatever is live is paid, whatever is gone is paid back, in the write that made it so.

A run, a finished task and a purchase each have one cause in the ledger. After every write, undo and redo this rule
looks at the touched rows and books the difference between what stands in the ledger for their cause and what should.
So ticking and unticking a hundred times leaves one reward or none, and nothing ever has to remember to pay.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from desktop.services.economy.events import Events
from desktop.storage.ledger import Posting, post_all, read_posting, reversed_posting
from desktop.storage.tables import boss_runs, characters, purchases, task_completions, user_tasks
from desktop.storage.transaction import Row, Transaction, encode
from shared.catalog import Catalog
from shared.economy.events import Modifiers
from shared.economy.ledger import COINS, EXPERIENCE, Kind, Legs, NotEnough, issue, sink
from shared.economy.rewards import Reward, task_reward, with_events
from shared.economy.shop import CannotPay
from shared.resets import Reset
from shared.tracking import EntryMethod

_PAID = frozenset({EntryMethod.TICK, EntryMethod.DIALOG, EntryMethod.DEMO})
"""A demo pays itself; what is imported was done before there were coins, or has its coins elsewhere."""

_BY_CAUSE = (
    "SELECT id, kind, cause, turn, reverses, at, legs, reference FROM ledger_transactions"
    " WHERE cause IN (SELECT value FROM json_each(?)) ORDER BY row"
)


_PIECE = 2000


@dataclass(frozen=True, slots=True)
class Due:
    """What the ledger should hold for a cause: legs by kind, none when nothing is owed.

    What was granted once keeps its amounts, whatever the rules or events say later.
    """

    cause: str
    grants: Mapping[Kind, Legs]
    reference: Mapping[str, Any]
    at: datetime


class Settlement:
    """A rule of the database (see `Database.rules`)."""

    def __init__(self, catalog: Catalog, events: Events) -> None:
        self._catalog = catalog
        self._events = events
        self._by_day: dict[date, tuple[Modifiers, tuple[str, ...]]] = {}
        self._known: dict[tuple[Reward, date], tuple[Reward, tuple[str, ...]]] = {}

    def __call__(self, tx: Transaction) -> None:
        """Book what the steps of this write make due. Raises CannotPay for a purchase that cannot be paid."""
        # What a pull brought is never refused, so it can be settled piece by piece, however much it is.
        for touched in _pieces(tx.touched) if tx.adopting else [tx.touched]:
            self._settle(tx, touched)

    def _settle(self, tx: Transaction, touched: Mapping[str, Sequence[str]]) -> None:
        due: list[Due] = []
        if boss_runs.name in touched:
            rows = tx.rows(boss_runs, touched[boss_runs.name])
            owners = tx.rows(characters, list({row["character_id"] for row in rows.values()}))
            # A character that leaves takes its runs along, not the coins they earned.
            due += [
                self._run(row, tx.now)
                for row in rows.values()
                if not (row["deleted"] and _gone(owners.get(row["character_id"])))
            ]
        if task_completions.name in touched:
            rows = tx.rows(task_completions, touched[task_completions.name])
            tasks = tx.rows(user_tasks, list({row["task_id"] for row in rows.values()}))
            due += [self._task(row, tasks.get(row["task_id"]), tx.now) for row in rows.values()]
        if purchases.name in touched:
            rows = tx.rows(purchases, touched[purchases.name])
            due += [self._purchase(row, tx.now) for row in rows.values()]
        if not due:
            return
        try:
            post_all(tx, _difference(tx, due), debt=tx.adopting)
        except NotEnough as short:
            material = self._catalog.economy.materials.get(short.unit)
            name = material.name if material is not None else short.unit
            raise CannotPay(short.unit, short.have, short.need, name) from short

    def reward(self, base: Reward, day: date) -> tuple[Reward, tuple[str, ...]]:
        """A base reward under the events of a UTC day, with the slugs of the events that added to it."""
        if (base, day) not in self._known:
            self._known[base, day] = self._under_events(base, day)
        return self._known[base, day]

    def _under_events(self, base: Reward, day: date) -> tuple[Reward, tuple[str, ...]]:
        if day not in self._by_day:
            at = datetime.combine(day, time.min, UTC)
            slugs = tuple(window.slug for window in self._events.active(at))
            self._by_day[day] = (self._events.modifiers(at), slugs)
        modifiers, slugs = self._by_day[day]
        reward = with_events(base, modifiers)
        return reward, slugs if reward.event_coins or reward.event_experience else ()

    def _run(self, row: Row, now: datetime) -> Due:
        entry = self._catalog.bosses.get(row["entry_id"])
        occurred = date.fromisoformat(row["occurred_on"])
        logged = datetime.fromisoformat(row["logged_at"])
        rules = self._catalog.economy.rewards
        pays = (
            not row["deleted"]
            and row["cleared"]
            and EntryMethod(row["entry_method"]) in _PAID
            and (logged.astimezone(UTC).date() - occurred).days <= rules.run_age_days
        )
        at = logged if row["entry_method"] == EntryMethod.DEMO else now
        reference = {"entry": row["entry_id"], "character": row["character_id"], "day": row["occurred_on"]}
        cause = f"run:{row['id']}"
        if not pays or entry is None:
            return Due(cause, {}, reference, at)
        return self._granted(cause, Kind.RUN_REWARD, rules.run[entry.reset], occurred, reference, at)

    def _task(self, row: Row, task: Row | None, now: datetime) -> Due:
        cause = f"task:{row['id']}"
        if task is None:
            return Due(cause, {}, {}, now)
        rules = self._catalog.economy.rewards
        base = task_reward(
            rules, Reset(task["reset"]), task["reward_coins"], built_in=task["template"] is not None
        )
        done_at = datetime.fromisoformat(row["done_at"])
        reference = {"task": task["name"], "owner": row["owner"], "period": row["period"]}
        if row["deleted"] or row["count"] < task["max_count"]:
            return Due(cause, {}, reference, now)
        return self._granted(
            cause, Kind.TASK_REWARD, base, done_at.astimezone(UTC).date(), reference, min(now, done_at)
        )

    def _purchase(self, row: Row, now: datetime) -> Due:
        reference = {"item": row["item"], "name": row["name"], "pieces": row["pieces"]}
        legs: Legs = ()
        if not row["deleted"]:
            for unit, amount in json.loads(row["price"]).items():
                legs += sink(unit, amount)
            if row["gives"] in self._catalog.economy.materials:
                legs += issue(row["gives"], row["pieces"])
        grants = {Kind.SHOP_PURCHASE: legs} if legs else {}
        return Due(f"shop:{row['id']}", grants, reference, min(now, datetime.fromisoformat(row["bought_at"])))

    def _granted(
        self, cause: str, kind: Kind, base: Reward, day: date, reference: Mapping[str, Any], at: datetime
    ) -> Due:
        reward, slugs = self.reward(base, day)
        grants = {kind: issue(COINS, base.coins) + issue(EXPERIENCE, base.experience)}
        if slugs:
            grants[Kind.EVENT_BONUS] = issue(COINS, reward.event_coins) + issue(
                EXPERIENCE, reward.event_experience
            )
            reference = {**reference, "events": list(slugs)}
        return Due(cause, {kind: legs for kind, legs in grants.items() if legs}, reference, at)


def _gone(row: Row | None) -> bool:
    return row is None or bool(row["deleted"])


def _difference(tx: Transaction, due: Sequence[Due]) -> list[Posting]:
    """What has to be booked so that the ledger says what is due, oldest first."""
    standing, turns = _standing(tx, [each.cause for each in due])
    postings: list[Posting] = []
    for each in due:
        stands = standing.get(each.cause, {})
        if each.grants and not stands:
            turn = turns.get(each.cause, -1) + 1
            postings += [
                Posting(kind, each.cause, legs, each.at, each.reference, turn)
                for kind, legs in each.grants.items()
            ]
        elif stands and not each.grants:
            postings += [reversed_posting(row_id, posting, tx.now) for row_id, posting in stands.items()]
    return sorted(postings, key=lambda posting: posting.at)


def _standing(tx: Transaction, causes: Iterable[str]) -> tuple[dict[str, dict[str, Posting]], dict[str, int]]:
    """By cause: the transactions that were not taken back, by id; and the latest turn."""
    standing: dict[str, dict[str, Posting]] = {}
    turns: dict[str, int] = {}
    for row in tx.connection.exec_driver_sql(_BY_CAUSE, (encode(list(causes)),)):
        posting = read_posting(row)
        turns[posting.cause] = max(turns.get(posting.cause, 0), posting.turn)
        if posting.reverses is None:
            standing.setdefault(posting.cause, {})[row.id] = posting
        else:
            standing.get(posting.cause, {}).pop(posting.reverses, None)
    return standing, turns


def _pieces(touched: Mapping[str, Sequence[str]]) -> Iterator[Mapping[str, Sequence[str]]]:
    for name, ids in touched.items():
        for start in range(0, len(ids), _PIECE):
            yield {name: ids[start : start + _PIECE]}
