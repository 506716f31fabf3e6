"""A player who earns, spends, gives back, undoes, redoes, toggles and crashes: the ledger keeps every invariant."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, event, select

from desktop.services.opening import SEEDS
from desktop.services.registry import Services, build_services
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, balances, post_all
from desktop.storage.tables import (
    boss_runs,
    history,
    ledger_transactions,
    lootbox_rolls,
    purchases,
    task_completions,
)
from shared.catalog import Catalog, load_catalog
from shared.economy.ledger import Kind, issue, kind_of, unit_of
from shared.economy.lootbox import LootKind
from shared.errors import Conflict, InvalidInput, MapleHubError, NotFound
from shared.resets import Reset
from shared.tasks import ACCOUNT, TaskDraft
from tests.desktop.conftest import NOW, Clock

BOSSES = ("hard-lucid", "hard-damien", "normal-magnus")
THINGS = ("accent-lagoon", "phoenix-feather")
STEPS = 30


@cache
def catalog() -> Catalog:
    return load_catalog(SEEDS)


class Killed(BaseException):
    """The process ended here."""


class Ledger(RuleBasedStateMachine):
    """One player, one database file, a clock that goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="maplehub-ledger-"))
        self.clock = Clock(NOW)
        self.services = self._open()

    def _open(self) -> Services:
        database = Database.open(self.folder / "a.sqlite3", self.folder / "backups", now=self.clock)
        return build_services(database, catalog(), self.clock)

    @initialize()
    def begin(self) -> None:
        self.character = self.services.characters.create("Aria", "kronos")[1]
        self.task = self.services.tasks.create(
            TaskDraft("Stretch", Reset.DAILY, ACCOUNT, max_count=2, reward_coins=30)
        )[1]
        with self.services.database.write() as writing:
            # Undo goes back to here and not further.
            writing.tx.connection.execute(delete(history))

    # What the player does

    @rule(boss=st.sampled_from(BOSSES))
    def toggle_run(self, boss: str) -> None:
        self._toggle(boss)

    @rule(boss=st.sampled_from(BOSSES), times=st.integers(2, 8))
    def toggle_often(self, boss: str, times: int) -> None:
        for _ in range(times):
            self._toggle(boss)

    @rule(count=st.integers(0, 2))
    def tick_task(self, count: int) -> None:
        self.services.tasks.set_count(self.task, count)

    @rule()
    def claim(self) -> None:
        if self.services.wallet.purse().daily_claimed:
            try:
                self.services.wallet.claim_daily()
            except Conflict:
                return
            raise AssertionError("the daily reward was taken twice")
        self.services.wallet.claim_daily()

    @rule(amount=st.integers(1, 400))
    def receive(self, amount: int) -> None:
        """Coins from elsewhere, so that there is something to spend."""
        with self.services.database.write() as writing:
            cause = f"gift:{len(self._causes())}"
            post_all(
                writing.tx, [Posting(Kind.ADMIN_ADJUST, cause, issue("coins", amount), self.clock.now, {})]
            )

    @rule(thing=st.sampled_from(THINGS))
    def buy(self, thing: str) -> None:
        before = self._coins()
        try:
            self.services.shop.buy(thing)
        except MapleHubError:
            assert self._coins() == before
        else:
            assert 0 <= self._coins() < before

    @rule(count=st.sampled_from([1, 1, 10]))
    def open_box(self, count: int) -> None:
        before, rolls = self._coins(), self._count(lootbox_rolls)
        try:
            _, opening = self.services.lootboxes.open("maple-box", count)
        except MapleHubError:
            assert (self._coins(), self._count(lootbox_rolls)) == (before, rolls)
        else:
            assert self._count(lootbox_rolls) == rolls + count
            won = sum(each.amount for each in opening.rolls if each.kind is LootKind.COINS)
            won += sum(each.duplicate_coins or 0 for each in opening.rolls)
            paid = sum(each.cost for each in opening.rolls)
            assert paid <= before
            assert self._coins() == before - paid + won

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        owned = self._live(purchases)
        if owned:
            before = self._coins()
            try:
                self.services.shop.refund(data.draw(st.sampled_from(sorted(owned))))
            except MapleHubError:
                assert self._coins() == before
            else:
                assert self._coins() > before

    @rule()
    def undo(self) -> None:
        self._try(self.services.database.undo)

    @rule()
    def redo(self) -> None:
        self._try(self.services.database.redo)

    @rule(hours=st.sampled_from([1, 30, 100]))
    def wait(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule()
    def restart(self) -> None:
        self.services.database.close()
        self.services = self._open()

    @rule(
        statement=st.integers(1, 25), what=st.sampled_from(["tick", "task", "claim", "buy", "open", "undo"])
    )
    def crash(self, statement: int, what: str) -> None:
        """The process ends before a statement of a write; what was there before is there afterwards."""
        before = self._everything()
        work: dict[str, Callable[[], object]] = {
            "tick": lambda: self._toggle("hard-lucid"),
            "task": lambda: self.services.tasks.set_count(self.task, 2),
            "claim": self.services.wallet.claim_daily,
            "buy": lambda: self.services.shop.buy("accent-lagoon"),
            "open": lambda: self.services.lootboxes.open("maple-box", 1),
            "undo": self.services.database.undo,
        }
        left = [statement]

        def kill(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        engine = self.services.database.engine
        event.listen(engine, "before_cursor_execute", kill)
        killed = False
        try:
            work[what]()
        except Killed:
            killed = True
        except MapleHubError:
            pass
        finally:
            event.remove(engine, "before_cursor_execute", kill)
        self.services.database.close()
        self.services = self._open()
        if killed:
            assert self._everything() == before

    # What always holds

    @invariant()
    @precondition(lambda self: hasattr(self, "task"))
    def the_books_are_right(self) -> None:
        assert self.services.books.check().faults == ()

    @invariant()
    @precondition(lambda self: hasattr(self, "task"))
    def every_unit_is_conserved_and_only_coins_may_be_owed(self) -> None:
        with self.services.database.read() as connection:
            held = balances(connection)
        sums: dict[str, int] = {}
        for key, amount in held.items():
            sums[unit_of(key)] = sums.get(unit_of(key), 0) + amount
            if kind_of(key) == "user" and unit_of(key) not in {"coins", "experience"}:
                assert amount >= 0
        assert set(sums.values()) <= {0}
        assert held.get("user:experience", 0) >= 0

    @invariant()
    @precondition(lambda self: hasattr(self, "task"))
    def what_is_live_is_paid_once_and_nothing_else(self) -> None:
        standing: dict[str, int] = {}
        for row in self._transactions():
            if row.kind != Kind.EVENT_BONUS:
                standing[row.cause] = standing.get(row.cause, 0) + (1 if row.reverses is None else -1)
        live = {f"run:{row}" for row in self._live(boss_runs)}
        done = {f"task:{row}" for row, row_count in self._completions() if row_count >= 2}
        bought = {f"shop:{row}" for row in self._live(purchases)}
        for cause, count in standing.items():
            assert count in {0, 1}, cause
            if cause.startswith(("run:", "task:", "shop:")):
                assert bool(count) == (cause in live | done | bought), cause
        rolled = {f"lootbox:{row}" for row in self._live(lootbox_rolls)}
        assert rolled == {cause for cause in standing if cause.startswith("lootbox:")}
        assert live | done | bought | rolled <= {cause for cause, count in standing.items() if count == 1}

    def teardown(self) -> None:
        self.services.database.close()
        shutil.rmtree(self.folder)

    def _toggle(self, boss: str) -> None:
        today = self.services.runs.today()
        if self.services.runs.find_clear(self.character, boss, today) is None:
            self.services.runs.tick(self.character, boss)
        else:
            self.services.runs.untick(self.character, boss)

    def _try(self, work: Callable[[], object]) -> None:
        """Undo and redo may be refused (coins are spent, a thing is sold out): then nothing changes."""
        before = self._everything()
        try:
            work()
        except (MapleHubError, Conflict, InvalidInput, NotFound):
            assert self._everything() == before

    def _coins(self) -> int:
        return self.services.wallet.purse().coins

    def _count(self, table: Any) -> int:
        with self.services.database.read() as connection:
            return len(connection.execute(select(table.c.id)).all())

    def _live(self, table: Any) -> set[str]:
        with self.services.database.read() as connection:
            return set(connection.execute(select(table.c.id).where(table.c.deleted == 0)).scalars())

    def _completions(self) -> list[tuple[str, int]]:
        table = task_completions
        query = select(table.c.id, table.c.count).where(table.c.deleted == 0)
        with self.services.database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def _transactions(self) -> list[Any]:
        with self.services.database.read() as connection:
            return list(connection.execute(select(ledger_transactions).order_by(ledger_transactions.c.row)))

    def _causes(self) -> set[str]:
        return {row.cause for row in self._transactions()}

    def _everything(self) -> tuple[Any, ...]:
        with self.services.database.read() as connection:
            held = balances(connection)
        return (
            held,
            self._causes(),
            *(self._live(table) for table in (boss_runs, purchases, lootbox_rolls, task_completions)),
        )


Ledger.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLedger = Ledger.TestCase
