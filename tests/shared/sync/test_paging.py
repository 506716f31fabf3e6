"""Pages: the cursor is the last row given, and nothing that was thrown away meanwhile goes unnoticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import ids
from shared.sync.paging import Position, Staging, page, refuse_pull
from shared.sync.wire import Account, PulledRow, PullRequest, Refusal, Row, pack, unpack

STAMPS = [f"018bcfe5-6800-7000-8000-{n:012x}" for n in range(5)]


def row(seq: int) -> PulledRow:
    return pack(
        Row("settings", ids.setting_id(str(seq)), {"key": str(seq), "value": "1", "deleted": 0}, {}, seq)
    )


def ask(cursor: int, purge: int = 0, *, full: bool = False, epoch: str = "one") -> PullRequest:
    return PullRequest(epoch, full, cursor, purge, 2)


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (ask(8), None),
        (ask(8, epoch=""), None),
        (ask(8, epoch="zero"), Refusal.EPOCH_CHANGED),
        (ask(11), Refusal.CURSOR_AHEAD),
        (ask(3), Refusal.RESYNC_REQUIRED),
        (ask(3, purge=5), None),
        (ask(5), None),
        (ask(0, full=True), None),
        (ask(3, full=True), Refusal.RESYNC_REQUIRED),
        (ask(3, purge=5, full=True), None),
        (ask(3, purge=4, full=True), Refusal.RESYNC_REQUIRED),
    ],
)
def test_who_may_pull(request_: PullRequest, refusal: Refusal | None) -> None:
    assert refuse_pull(Account("one", head=10, purge_seq=5), request_) is refusal


def test_next_is_the_last_row_given_and_never_the_head() -> None:
    account = Account("one", head=10)
    first = page(account, ask(0, full=True), [row(2), row(5), row(9)], now_ms=7)
    assert (first.next, first.has_more, [each.seq for each in first.rows]) == (5, True, [2, 5])
    last = page(account, ask(5), [row(9)], now_ms=7)
    assert (last.next, last.has_more, last.server_ms) == (9, False, 7)
    assert page(account, ask(9), [], now_ms=7).next == 9


def test_a_first_pull_in_pages() -> None:
    account = Account("one", head=10, purge_seq=4)
    start = Position()
    assert (start.request().full, start.request().cursor) == (True, 0)
    first = page(account, start.request(2), [row(2), row(5), row(9)], now_ms=0)
    half = start.staged(start.request(2), first)
    assert half == Position("one", staging=Staging(full=True, cursor=5, purge=4))
    request = half.request(2)
    assert (request.full, request.cursor, request.purge) == (True, 5, 4)
    second = page(account, request, [row(9)], now_ms=0)
    done = half.staged(request, second).applied(second)
    assert done == Position("one", 9, 4)
    assert not done.request().full
    assert refuse_pull(account, done.request()) is None


def test_what_was_purged_above_the_cursor_is_not_asked_for_over_and_over() -> None:
    account = Account("one", head=10, purge_seq=10)
    request = Position().request()
    answer = page(account, request, [row(9)], now_ms=0)
    done = Position().staged(request, answer).applied(answer)
    assert done.cursor < account.purge_seq
    assert refuse_pull(account, done.request()) is None


def test_after_a_refusal_everything_is_asked_for_anew() -> None:
    at = Position("one", 9, 4, Staging(full=False, cursor=12, purge=4))
    assert at.resync() == Position("one")
    assert at.new_epoch("two") == Position("two")
    assert at.resync().request().full


def test_nothing_staged_cannot_be_applied() -> None:
    with pytest.raises(ValueError, match="nothing is staged"):
        Position().applied(page(Account("one"), Position().request(), [], now_ms=0))


@given(st.dictionaries(st.sampled_from(["key", "value", "deleted"]), st.sampled_from(STAMPS)))
def test_a_row_travels_whole_and_names_only_the_stamps_that_differ(stamps: dict[str, str]) -> None:
    sent = Row("settings", ids.setting_id("a"), {"key": "a", "value": "1", "deleted": 0}, stamps, 3)
    packed = pack(sent)
    assert packed.stamp == max(stamps.values(), default="")
    assert all(stamp != packed.stamp for stamp in packed.stamps.values())
    assert unpack(packed) == sent
