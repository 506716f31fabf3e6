"""Rewards follow the rows: paid once, taken back, paid again; events, age, import and edits."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.services.economy.books import BookFilter, Order
from desktop.services.registry import Services
from desktop.storage.ledger import balances
from shared.economy.ledger import Kind
from shared.resets import Reset
from shared.runs import Drop, RunDraft
from shared.tasks import ACCOUNT, TaskDraft
from shared.tracking import DropNote, EntryMethod
from tests.desktop.conftest import Clock

QUIET = datetime(2026, 11, 6, 12, tzinfo=UTC)
"""A day of a week whose event changes neither coins nor experience; the next tests assert that it is so."""


@pytest.fixture(autouse=True)
def quiet_week(clock: Clock, services: Services) -> None:
    """No event changes the amounts, unless a test moves the clock."""
    for days in range(28):
        day = QUIET + timedelta(days=days)
        if services.events.modifiers(day).coins == services.events.modifiers(day).experience == 1:
            clock.now = day
            return
    raise AssertionError("every week changes coins or experience")


def coins(services: Services) -> int:
    return services.wallet.purse().coins


def held(services: Services) -> dict[str, int]:
    with services.database.read() as connection:
        return balances(connection)


def test_a_clear_pays_by_how_often_it_comes_back(services: Services, character: str) -> None:
    rules = services.catalog.economy.rewards.run
    before = 0
    for entry, reset in (
        ("hard-lucid", Reset.WEEKLY),
        ("normal-magnus", Reset.DAILY),
        ("hard-black-mage", Reset.MONTHLY),
    ):
        assert services.catalog.bosses[entry].reset is reset
        services.runs.tick(character, entry)
        assert coins(services) - before == rules[reset].coins > 0
        before = coins(services)


def test_a_hundred_ticks_mint_once(services: Services, character: str) -> None:
    reward = services.catalog.economy.rewards.run[Reset.WEEKLY]
    for _ in range(100):
        services.runs.tick(character, "hard-lucid")
        assert coins(services) == reward.coins
        services.runs.untick(character, "hard-lucid")
        assert coins(services) == 0
    services.runs.tick(character, "hard-lucid")
    now = held(services)
    assert (now["user:coins"], now["mint:coins"]) == (reward.coins, -reward.coins)
    assert now["user:experience"] == reward.experience
    assert services.books.check().faults == ()


def test_a_hundred_ticks_of_a_task_mint_once(services: Services) -> None:
    task = services.tasks.create(TaskDraft("Stretch", Reset.DAILY, ACCOUNT, max_count=2, reward_coins=7))[1]
    for _ in range(100):
        services.tasks.set_count(task, 1)
        assert coins(services) == 0
        services.tasks.set_count(task, 2)
        assert coins(services) == 7
        services.tasks.set_count(task, 0)
        assert coins(services) == 0
    services.tasks.set_count(task, 2)
    assert coins(services) == 7
    assert services.books.check().faults == ()


def test_undo_and_redo_take_back_and_pay_again(services: Services, character: str) -> None:
    services.runs.tick(character, "hard-lucid")
    paid = coins(services)
    services.database.undo()
    assert coins(services) == 0
    services.database.redo()
    assert coins(services) == paid
    services.runs.tick(character, "hard-damien")
    services.database.undo()
    services.database.undo()
    assert coins(services) == 0
    lines = services.books.lines(BookFilter(order=Order.OLDEST))
    assert [line.taken_back for line in lines] == [False, True, False, False, True, True]


def test_the_reward_of_a_day_pays_once(services: Services) -> None:
    task = services.tasks.create(TaskDraft("Stretch", Reset.DAILY, ACCOUNT, reward_coins=7))[1]
    services.tasks.finish([task])
    services.tasks.finish([task])
    assert coins(services) == 7


def test_a_built_in_task_pays_the_standard_reward(services: Services, character: str) -> None:
    template = next(t for t in services.catalog.task_templates.values() if t.reset is Reset.WEEKLY)
    services.tasks.add_templates([template.slug], character)
    (state,) = services.tasks.states()
    services.tasks.finish([state.task.id])
    assert coins(services) == services.catalog.economy.rewards.task[Reset.WEEKLY].coins


def test_an_own_task_without_a_reward_pays_no_coins(services: Services) -> None:
    task = services.tasks.create(TaskDraft("Stretch", Reset.DAILY, ACCOUNT))[1]
    services.tasks.finish([task])
    assert coins(services) == 0


def test_editing_a_run_keeps_what_was_paid(services: Services, character: str) -> None:
    today = services.runs.today()
    run = services.runs.log(RunDraft(character, "hard-lucid", today))[1]
    paid = coins(services)
    services.runs.edit(run, RunDraft(character, "hard-lucid", today, party_size=2, note="Two of us"))
    assert coins(services) == paid
    assert services.books.totals(BookFilter()).count == 1


def test_a_run_that_becomes_a_failure_is_paid_back(services: Services, character: str) -> None:
    today = services.runs.today()
    run = services.runs.log(RunDraft(character, "hard-lucid", today))[1]
    services.runs.edit(run, RunDraft(character, "hard-lucid", today, cleared=False))
    assert coins(services) == 0


def test_a_failure_pays_nothing(services: Services, character: str) -> None:
    services.runs.log(RunDraft(character, "hard-lucid", services.runs.today(), cleared=False))
    assert coins(services) == 0


@pytest.mark.parametrize(("days", "pays"), [(0, True), (14, True), (15, False)])
def test_an_old_run_is_history_and_not_a_reward(
    services: Services, character: str, days: int, pays: bool
) -> None:
    day = services.runs.today() - timedelta(days=days)
    services.runs.log(RunDraft(character, "hard-lucid", day))
    assert (coins(services) > 0) is pays


def test_an_imported_run_pays_nothing(services: Services, character: str) -> None:
    draft = RunDraft(character, "hard-lucid", services.runs.today())
    services.runs.log(draft, method=EntryMethod.IMPORT)
    assert coins(services) == 0


def test_drops_and_sales_change_nothing(services: Services, character: str) -> None:
    services.runs.tick(character, "hard-lucid")
    paid = coins(services)
    draft = RunDraft(
        character,
        "hard-lucid",
        services.runs.today(),
        drop_note=DropNote.LIST,
        drops=(Drop("dreamy-belt"),),
    )
    services.runs.log(draft)
    assert coins(services) == paid


def test_removing_a_character_leaves_what_it_earned(services: Services, character: str) -> None:
    services.runs.tick(character, "hard-lucid")
    paid = coins(services)
    services.characters.remove(character)
    assert coins(services) == paid
    services.database.undo()
    assert coins(services) == paid
    services.runs.untick(character, "hard-lucid")
    assert coins(services) == 0
    assert services.books.check().faults == ()


def test_what_an_event_adds_is_booked_apart(services: Services, character: str, clock: Clock) -> None:
    while services.events.modifiers(clock.now).coins <= 1:
        clock.now += timedelta(days=1)
    base = services.catalog.economy.rewards.run[Reset.WEEKLY].coins
    services.runs.tick(character, "hard-lucid")
    kinds = {line.kind: line for line in services.books.lines(BookFilter())}
    assert kinds[Kind.RUN_REWARD].amount == base
    bonus = int(base * services.events.modifiers(clock.now).coins) - base
    assert kinds[Kind.EVENT_BONUS].amount == bonus > 0
    assert kinds[Kind.EVENT_BONUS].reference["events"]
    services.runs.untick(character, "hard-lucid")
    assert coins(services) == 0


def test_a_run_pays_by_the_events_of_its_own_day(services: Services, character: str, clock: Clock) -> None:
    while services.events.modifiers(clock.now).coins <= 1:
        clock.now += timedelta(days=1)
    day = clock.now.date()
    while services.events.modifiers(clock.now).coins > 1:
        clock.now += timedelta(days=1)
    services.runs.log(RunDraft(character, "hard-lucid", day))
    assert services.books.totals(BookFilter()).by_kind[Kind.EVENT_BONUS][0] > 0


def test_the_daily_reward_is_taken_once_a_day(services: Services, clock: Clock) -> None:
    from shared.errors import Conflict

    base = services.catalog.economy.rewards.daily.coins
    assert not services.wallet.purse().daily_claimed
    changes = services.wallet.claim_daily()
    assert changes.label is not None
    assert changes.entry is None
    assert services.wallet.purse().daily_claimed
    with pytest.raises(Conflict, match="taken already"):
        services.wallet.claim_daily()
    assert coins(services) == base == 100
    clock.now = datetime.combine(clock.now.date() + timedelta(days=1), datetime.min.time(), UTC)
    services.wallet.claim_daily()
    assert coins(services) >= 2 * base


def test_spent_coins_that_are_taken_back_leave_a_debt(
    services: Services, character: str, give: Callable[..., None]
) -> None:
    from desktop.storage.ledger import Posting, post_all
    from shared.economy.ledger import NotEnough, sink

    services.runs.tick(character, "hard-lucid")
    paid = coins(services)
    with services.database.write() as writing:
        post_all(writing.tx, [Posting(Kind.LOOTBOX, "x", sink("coins", paid), services.now(), {})])
    services.runs.untick(character, "hard-lucid")
    assert coins(services) == -paid
    with pytest.raises(NotEnough), services.database.write() as writing:
        post_all(writing.tx, [Posting(Kind.LOOTBOX, "y", sink("coins", 1), services.now(), {})])
    give(paid)
    assert coins(services) == 0
    assert services.books.check().faults == ()


def test_dates_are_those_of_the_ledger(services: Services, character: str) -> None:
    services.runs.tick(character, "hard-lucid")
    (line,) = services.books.lines(BookFilter())
    assert line.at == services.now()
    assert line.reference["entry"] == "hard-lucid"
    assert date.fromisoformat(line.reference["day"]) == services.runs.today()
