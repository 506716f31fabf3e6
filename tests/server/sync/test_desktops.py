"""Real desktops' databases and a real server over HTTP, on SQLite and on PostgreSQL: what was entered is everywhere."""

import asyncio
import random
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from desktop.services.economy.books import BookFilter
from desktop.services.opening import SEEDS
from desktop.services.registry import Services, build_services
from desktop.storage.append_only import APPEND_ONLY
from desktop.storage.database import Database as LocalDatabase
from desktop.storage.ledger import Posting, post_all
from desktop.storage.tables import SYNCED
from desktop.sync.client import Incompatible, SignedOut, SyncClient, Unreachable
from desktop.sync.round import Round, sync_once
from desktop.sync.session import FixedToken
from desktop.sync.store import SyncStore
from server.accounts import service
from server.accounts.keys import Keys, challenge_of
from server.app import create_app
from server.database import Database
from server.discord.oauth import DiscordUser
from server.settings import Settings, secret_key
from server.sync.service import rotate_epochs
from server.sync.tables import SYNCED as SERVER_TABLES
from server.sync.tables import sync_users
from shared.api.auth import Tokens
from shared.catalog import Catalog, load_catalog
from shared.economy.ledger import Kind, issue
from shared.resets import Reset
from shared.runs import Drop, RunDraft
from shared.tasks import ACCOUNT, TaskDraft
from shared.tracking import DropNote
from tests.server.conftest import Clock
from tests.server.player import LOOPBACK
from tests.stand_ins.serving import serving


class Machine:
    """A desktop: its database, its use cases, its sync."""

    def __init__(self, folder: Path, catalog: Catalog, clock: Clock, address: str, token: str) -> None:
        self.database = LocalDatabase.open(folder / "maplehub.sqlite3", folder / "backups", now=clock)
        self.services: Services = build_services(self.database, catalog, clock)
        self.store = SyncStore(self.database)
        self.faults = Faults()
        self.client = SyncClient(address, FixedToken(token), self.faults)

    def sync(self) -> Round:
        return sync_once(self.store, self.client)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every synced row but for this file's own numbering; what is only added to, whatever its order."""
        found = {}
        for name, table in SYNCED.items():
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "row")
            rows = self.database.peek(f"SELECT {columns} FROM {name}")
            found[name] = sorted(rows, key=str)
        return found

    def close(self) -> None:
        self.client.close()
        self.database.close()


class Faults(httpx.HTTPTransport):
    """A network that loses what it is told to: requests before they arrive, answers on their way back."""

    def __init__(self) -> None:
        super().__init__()
        self.lose_requests: set[int] = set()
        self.lose_answers: set[int] = set()
        self.count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        if self.count in self.lose_requests:
            raise httpx.ConnectError("lost")
        answer = super().handle_request(request)
        if self.count in self.lose_answers:
            answer.read()
            raise httpx.ReadError("lost")
        return answer


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(SEEDS)


@pytest.fixture
def settings(configure: Callable[..., Settings], address: str) -> Settings:
    return configure(database_url=address, rate_user="100000/minute", rate_address="100000/minute")


@pytest.fixture
def token(settings: Settings, clock: Clock) -> str:
    """An access token of a player."""

    async def sign_in() -> str:
        database = Database(settings.address)
        keys, verifier = Keys(secret_key(settings)), secrets.token_urlsafe(48)
        async with database.writing() as session:
            user = await service.remember_user(
                session, DiscordUser(id="80351110224678912", username="aria", avatar=None), clock()
            )
            code = await service.make_code(
                session,
                keys,
                user.id,
                challenge=challenge_of(verifier),
                redirect_uri=LOOPBACK,
                device="laptop",
                now=clock(),
            )
        async with database.writing() as session:
            tokens = await service.redeem_code(
                session, keys, code=code, verifier=verifier, redirect_uri=LOOPBACK, now=clock()
            )
        await database.close()
        assert isinstance(tokens, Tokens)
        return tokens.access_token

    return asyncio.run(sign_in())


@pytest.fixture
def served(settings: Settings, token: str, clock: Clock) -> Iterator[str]:
    with serving(create_app(settings, now=clock)) as address:
        yield address


@pytest.fixture
def machine(
    served: str, token: str, tmp_path: Path, catalog: Catalog, clock: Clock
) -> Iterator[Callable[..., Machine]]:
    """Make a machine of the player's by name."""
    made: list[Machine] = []

    def make(name: str, token: str = token) -> Machine:
        folder = tmp_path / name
        folder.mkdir()
        made.append(Machine(folder, catalog, clock, served, token))
        return made[-1]

    yield make
    for each in made:
        each.close()


def alike(*machines: Machine) -> None:
    """All hold the same rows and the same balances, and everybody's books are right."""
    first, *others = machines
    for other in others:
        mine, theirs = first.rows(), other.rows()
        for name in SYNCED:
            assert mine[name] == theirs[name], name
        assert first.services.wallet.purse() == other.services.wallet.purse()
    for each in machines:
        assert each.services.books.check().faults == ()
        assert each.store.waiting() == 0


def settle(*machines: Machine) -> None:
    """Sync until nobody has anything to say."""
    for _ in range(4):
        for each in machines:
            each.sync()


def test_two_machines_that_were_offline_show_the_union(machine: Callable[..., Machine], clock: Clock) -> None:
    one, two = machine("one"), machine("two")
    aria = one.services.characters.create("Aria", "kronos", job="bishop", level=280)[1]
    task = one.services.tasks.create(TaskDraft("Stretch", Reset.DAILY, ACCOUNT, reward_coins=30))[1]
    settle(one, two)
    assert [character.name for character in two.services.characters.all()] == ["Aria"]
    # Offline, each goes its own way; one clear is noted on both.
    today = one.services.runs.today()
    one.services.runs.tick(aria, "hard-lucid")
    one.services.runs.tick(aria, "hard-damien")
    one.services.tasks.finish([task])
    one.services.wallet.claim_daily()
    clock.forward(minutes=5)
    two.services.runs.log(
        RunDraft(
            aria, "hard-lucid", today, drop_note=DropNote.LIST, drops=(Drop("dreamy-belt"),), note="At last"
        )
    )
    two.services.runs.tick(aria, "chaos-vellum")
    two.services.tasks.finish([task])
    two.services.wallet.claim_daily()
    settle(one, two)
    alike(one, two)
    runs = {run["entry_id"] for run in _live(one, "boss_runs")}
    assert runs == {"hard-lucid", "hard-damien", "chaos-vellum"}
    assert [drop["item"] for drop in _live(one, "boss_run_drops")] == ["dreamy-belt"]
    # What both did was paid once.
    rules = one.services.catalog.economy.rewards
    base = 3 * rules.run[Reset.WEEKLY].coins + 30 + rules.daily.coins
    kinds = one.services.books.totals(BookFilter()).by_kind
    bonus = sum(kinds[kind][0] for kind in kinds if kind == "event_bonus")
    assert one.services.wallet.purse().coins == base + bonus


def test_undo_on_one_machine_reaches_the_other(machine: Callable[..., Machine]) -> None:
    one, two = machine("one"), machine("two")
    aria = one.services.characters.create("Aria", "kronos")[1]
    one.services.runs.tick(aria, "hard-lucid")
    settle(one, two)
    assert two.services.wallet.purse().coins > 0
    one.database.undo()
    settle(one, two)
    alike(one, two)
    assert _live(two, "boss_runs") == []
    assert two.services.wallet.purse().coins == 0


def test_things_bought_and_rolled_are_on_both(machine: Callable[..., Machine], clock: Clock) -> None:
    one, two = machine("one"), machine("two")
    with one.database.write() as writing:
        gift = Posting(Kind.ADMIN_ADJUST, "gift", issue("coins", 1000), clock(), {})
        post_all(writing.tx, [gift])
    one.services.shop.buy("accent-lagoon")
    one.services.wearing.wear("accent-lagoon")
    one.services.lootboxes.open("maple-box")
    settle(one, two)
    alike(one, two)
    assert "accent-lagoon" in {each.cosmetic.slug for each in two.services.shop.inventory().cosmetics}
    assert {each.slug for each in two.services.wearing.worn().values()} == {"accent-lagoon"}
    assert two.services.lootboxes.book.count() == 1


def test_both_spend_the_same_coins_offline_and_owe_the_rest(machine: Callable[..., Machine]) -> None:
    one, two = machine("one"), machine("two")
    one.services.wallet.claim_daily()
    settle(one, two)
    for each in (one, two):
        each.services.lootboxes.open("maple-box")
    settle(one, two)
    alike(one, two)
    assert one.services.lootboxes.book.count() == 2


@pytest.mark.parametrize("seed", range(4))
def test_lost_requests_and_answers_lose_nothing(
    machine: Callable[..., Machine], clock: Clock, seed: int
) -> None:
    dice = random.Random(seed)
    one, two = machine("one"), machine("two")
    for each in (one, two):
        numbers = range(1, 200)
        each.faults.lose_requests = set(dice.sample(numbers, 40))
        each.faults.lose_answers = set(dice.sample(numbers, 40))
    aria = one.services.characters.create("Aria", "kronos")[1]
    _try(one)
    _try(two)
    bosses = ["hard-lucid", "hard-damien", "chaos-vellum", "normal-magnus", "hard-will"]
    entered: set[str] = set()
    for _ in range(12):
        each = dice.choice([one, two])
        if any(character.id == aria for character in each.services.characters.all()):
            boss = dice.choice(bosses)
            each.services.runs.tick(aria, boss)
            entered.add(boss)
        clock.forward(seconds=dice.randrange(40))
        _try(dice.choice([one, two]))
    for each in (one, two):
        each.faults.lose_requests.clear()
        each.faults.lose_answers.clear()
    settle(one, two)
    alike(one, two)
    assert {run["entry_id"] for run in _live(two, "boss_runs")} == entered


def test_a_machine_that_was_closed_in_the_middle_goes_on(
    machine: Callable[..., Machine], tmp_path: Path, catalog: Catalog, clock: Clock, served: str, token: str
) -> None:
    one, two = machine("one"), machine("two")
    aria = one.services.characters.create("Aria", "kronos")[1]
    for week in range(30):
        day = one.services.runs.today() - timedelta(weeks=week)
        one.services.runs.log(RunDraft(aria, "hard-lucid", day))
    batch = one.store.next_batch(20)
    assert batch is not None
    one.faults.lose_answers = {1}
    _try(one)
    one.close()
    again = Machine(tmp_path / "one", catalog, clock, served, token)
    try:
        settle(again, two)
        alike(again, two)
        assert len(_live(two, "boss_runs")) == 30
    finally:
        again.close()


@pytest.mark.parametrize("cursor_ahead", [False, True])
def test_a_server_restored_from_a_backup_is_healed_by_one_machine(
    machine: Callable[..., Machine], settings: Settings, clock: Clock, cursor_ahead: bool
) -> None:
    one, two = machine("one"), machine("two")
    aria = one.services.characters.create("Aria", "kronos")[1]
    one.services.runs.tick(aria, "hard-lucid")
    settle(one, two)
    backup = asyncio.run(_dump(settings))
    clock.forward(minutes=1)
    two.services.runs.tick(aria, "hard-damien")
    two.services.wallet.claim_daily()
    settle(one, two)
    before = one.rows()
    # Something waits here that nobody has seen.
    one.services.runs.tick(aria, "chaos-vellum")
    # Where the host forgot to rotate, whoever comes from beyond the history notices.
    asyncio.run(_restore(settings, backup, rotate=not cursor_ahead))
    one.sync()
    fresh = machine("fresh")
    fresh.sync()
    for name in SYNCED:
        assert set(before[name]) <= set(fresh.rows()[name]), name
    settle(one, two, fresh)
    alike(one, two, fresh)
    assert {run["entry_id"] for run in _live(fresh, "boss_runs")} == {
        "hard-lucid",
        "hard-damien",
        "chaos-vellum",
    }


def test_a_sign_in_that_is_over_is_told_and_the_outbox_stays(machine: Callable[..., Machine]) -> None:
    one = machine("one", "mhs_nonsense")
    one.services.characters.create("Aria", "kronos")
    before = one.store.waiting()
    with pytest.raises((SignedOut, Incompatible)):
        one.sync()
    assert one.store.waiting() == before > 0


async def _dump(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """What a backup of the players' rows would hold."""
    database = Database(settings.address)
    async with database.reading() as session:
        found = {
            table.name: [dict(row) for row in (await session.execute(select(table))).mappings()]
            for table in (*SERVER_TABLES.values(), sync_users)
        }
    await database.close()
    return found


async def _restore(settings: Settings, backup: dict[str, list[dict[str, Any]]], *, rotate: bool) -> None:
    """Put the backup in the place of what is there."""
    database = Database(settings.address)
    async with database.writing() as session:
        for table in (*SERVER_TABLES.values(), sync_users):
            await session.execute(table.delete())
            if backup[table.name]:
                await session.execute(table.insert(), backup[table.name])
        if rotate:
            await rotate_epochs(session)
    await database.close()


def _try(each: Machine) -> None:
    try:
        each.sync()
    except Unreachable:
        """It tries again later."""


def _live(each: Machine, name: str) -> list[dict[str, Any]]:
    columns = [column.name for column in SYNCED[name].columns]
    rows = each.database.peek(f"SELECT * FROM {name} WHERE deleted = 0")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_only_what_may_be_taken_over_is(machine: Callable[..., Machine]) -> None:
    """The guards hold again after every round."""
    import sqlite3

    one = machine("one")
    one.services.wallet.claim_daily()
    one.sync()
    for name in APPEND_ONLY:
        if name == "lootbox_rolls":
            continue
        column = "amount" if name == "ledger_entries" else "cause"
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            one.database.peek(f"UPDATE {name} SET {column} = 0")
