"""The list of transactions: filters, order, sums, the check of everything, and the file."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.services.economy.books import BookFilter, Books, Bucket, Line, Order
from desktop.services.registry import Services
from shared.economy.ledger import Kind
from shared.errors import MapleHubError
from tests.desktop.conftest import NOW, Clock


@pytest.fixture
def busy(services: Services, character: str, clock: Clock) -> Books:
    """Some weeks of rewards, one of them taken back."""
    clock.now = NOW - timedelta(days=21)
    for _ in range(4):
        services.wallet.claim_daily()
        services.runs.tick(character, "hard-lucid")
        services.runs.tick(character, "hard-damien")
        clock.now += timedelta(days=7)
    clock.now = NOW
    services.runs.untick(character, "hard-damien")
    return services.books


def test_newest_first_with_running_balances(busy: Books) -> None:
    lines = busy.lines(BookFilter())
    assert [line.seq for line in lines] == list(range(len(lines), 0, -1))
    for newer, older in pairwise(lines):
        assert newer.balance_after == older.balance_after + newer.amount
    assert busy.lines(BookFilter(order=Order.OLDEST)) == lines[::-1]


def test_largest_first_means_either_way(busy: Books) -> None:
    sizes = [abs(line.amount) for line in busy.lines(BookFilter(order=Order.LARGEST))]
    assert sizes == sorted(sizes, reverse=True)


def test_filters_narrow_and_totals_agree(busy: Books) -> None:
    everything = busy.totals(BookFilter())
    assert everything.incoming + everything.outgoing == busy.lines(BookFilter())[0].balance_after
    for kind in everything.by_kind:
        wanted = BookFilter(kinds=frozenset({kind}))
        lines = busy.lines(wanted)
        assert {line.kind for line in lines} == {kind}
        assert busy.totals(wanted).count == len(lines)
    out = BookFilter(incoming=False)
    assert busy.lines(out)
    assert all(line.amount < 0 and line.taken_back for line in busy.lines(out))
    day = NOW.date() - timedelta(days=7)
    of_day = busy.lines(BookFilter(since=day, until=day))
    assert of_day
    assert {line.at.date() for line in of_day} == {day}
    assert busy.lines(BookFilter(unit="phoenix-feather")) == []


def test_pages_join_without_gap(busy: Books) -> None:
    whole = busy.lines(BookFilter())
    pages = [busy.lines(BookFilter(), offset, 3) for offset in range(0, len(whole) + 3, 3)]
    assert [line for page in pages for line in page] == whole


@pytest.mark.parametrize("bucket", list(Bucket))
def test_sums_by_time_cover_everything(busy: Books, bucket: Bucket) -> None:
    sums = busy.statistics(BookFilter(), bucket, spans=40)
    assert len(sums) == 40
    assert [each.start for each in sums] == sorted({each.start for each in sums})
    totals = busy.totals(BookFilter())
    assert sum(each.incoming + each.outgoing for each in sums) == totals.incoming + totals.outgoing
    # What was taken back is not spending.
    assert sum(each.outgoing for each in sums) == 0
    if bucket is Bucket.WEEK:
        assert {each.start.weekday() for each in sums} == {3}
    if bucket is Bucket.MONTH:
        assert {each.start.day for each in sums} == {1}


def test_a_sound_ledger_has_no_faults(busy: Books) -> None:
    check = busy.check()
    assert check.faults == ()
    assert check.entries > check.transactions > 10


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ledger_accounts SET balance = balance + 1 WHERE account = 'user:coins'",
        "UPDATE ledger_entries SET amount = amount + 1 WHERE n = 3",
        "UPDATE ledger_entries SET balance_after = balance_after + 1 WHERE n = 3",
        "DELETE FROM ledger_entries WHERE n = 5",
        "DELETE FROM ledger_transactions WHERE row = 2",
        "DELETE FROM ledger_entries WHERE transaction_id = (SELECT id FROM ledger_transactions WHERE row = 1)",
    ],
)
def test_every_damage_is_found(busy: Books, services: Services, damage: str) -> None:
    from desktop.storage.append_only import unguard

    with services.database.engine.begin() as connection:
        unguard(connection)
        connection.exec_driver_sql(damage)
    assert busy.check().faults != ()


@pytest.mark.parametrize("table", ["ledger_entries", "ledger_transactions"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET amount = 0", "DELETE FROM {0}"])
def test_the_database_itself_refuses_changes(busy: Books, services: Services, table: str, verb: str) -> None:
    from sqlalchemy.exc import IntegrityError

    statement = verb.format(table)
    if table == "ledger_transactions":
        statement = statement.replace("amount = 0", "legs = ''")
    with pytest.raises(IntegrityError, match="append-only"), services.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def _name(line: Line) -> str:
    return f"={line.cause}"


def test_the_file_holds_every_line(busy: Books, tmp_path: Path) -> None:
    path = tmp_path / "coins.csv"
    shares: list[float] = []
    count = busy.export(BookFilter(order=Order.OLDEST), path, _name, report=shares.append)
    lines = busy.lines(BookFilter(order=Order.OLDEST))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        assert (int(row["amount"]), int(row["balance"])) == (line.amount, line.balance_after)
        assert (row["kind"], row["taken_back"]) == (line.kind, str(int(line.taken_back)))
        assert row["what"] == f"'={line.cause}"
    assert shares[-1] == 1.0


def test_a_stopped_export_leaves_no_file(busy: Books, tmp_path: Path) -> None:
    assert busy.export(BookFilter(), tmp_path / "coins.csv", _name, cancelled=lambda: True) == 0
    assert list(tmp_path.glob("coins*")) == []


def test_a_file_that_cannot_be_written_is_told(busy: Books, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(MapleHubError, match="could not be written"):
        busy.export(BookFilter(), tmp_path / "file" / "coins.csv", _name)


def test_an_empty_ledger_reads_as_nothing(services: Services, make_character: Callable[..., str]) -> None:
    books = services.books
    assert books.lines(BookFilter()) == []
    assert books.totals(BookFilter()).count == 0
    assert {each.incoming for each in books.statistics(BookFilter(), Bucket.DAY, 5)} == {0}
    assert books.check().faults == ()
    assert books.statistics(BookFilter(until=date(2024, 3, 31)), Bucket.MONTH, 3)[0].start == date(2024, 1, 1)
    assert Kind.DAILY not in books.totals(BookFilter()).by_kind
