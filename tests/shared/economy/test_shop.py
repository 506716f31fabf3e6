"""Who may buy what, and what comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.economy.ledger import NotEnough
from shared.economy.shop import (
    UNLIMITED,
    Buyer,
    CannotPay,
    Price,
    ShopItem,
    check_purchase,
    check_refund,
    limit_left,
    missing,
    refundable_until,
    stock_left,
    total,
)
from shared.errors import Conflict, InvalidInput

ITEM = ShopItem("feather", "feather", "material", Price(250, {"dust": 2}), stock=10, limit=3, min_level=5)
RICH = Buyer(level=5, balances={"coins": 10_000, "dust": 100})
AT = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)

COUNTS = st.integers(-1, 12)
ITEMS = st.builds(
    ShopItem,
    slug=st.just("a"),
    gives=st.just("a"),
    category=st.just("x"),
    price=st.builds(
        Price, coins=st.integers(0, 500), materials=st.dictionaries(st.sampled_from("abc"), st.integers(1, 9))
    ).filter(lambda price: price.coins or price.materials),
    stock=COUNTS,
    limit=COUNTS,
    min_level=st.integers(1, 9),
    active=st.booleans(),
)
BUYERS = st.builds(
    Buyer,
    level=st.integers(1, 9),
    balances=st.dictionaries(st.sampled_from(["coins", "a", "b", "c"]), st.integers(-50, 3000)),
    owned=st.booleans(),
    bought=st.integers(0, 12),
)


def test_the_price_of_several_pieces_is_every_unit_times_their_number() -> None:
    assert total(ITEM.price, 3) == {"coins": 750, "dust": 6}
    assert total(Price(0, {"dust": 1})) == {"dust": 1}
    with pytest.raises(InvalidInput) as caught:
        total(ITEM.price, 0)
    assert caught.value.field == "pieces"


def test_what_is_missing_is_counted_per_unit_and_a_debt_is_nothing() -> None:
    assert missing({"coins": 300, "dust": 2}, {"coins": 260, "dust": 2}) == {"coins": 40}
    assert missing({"coins": 300}, {"coins": -80}) == {"coins": 300}
    assert missing({"coins": 300}, {"coins": 300}) == {}


def test_a_purchase_that_is_allowed_answers_its_price() -> None:
    assert check_purchase(ITEM, 2, RICH, sold=8) == {"coins": 500, "dust": 4}


@pytest.mark.parametrize(
    ("item", "pieces", "buyer", "sold", "words"),
    [
        (replace(ITEM, active=False), 1, RICH, 0, "not for sale"),
        (ITEM, 1, replace(RICH, owned=True), 0, "already"),
        (ITEM, 1, replace(RICH, bought=3), 3, "as many"),
        (ITEM, 3, replace(RICH, bought=1), 1, "You may buy 2 more"),
        (ITEM, 1, RICH, 10, "sold out"),
        (ITEM, 1, RICH, 11, "sold out"),
        (ITEM, 2, RICH, 9, "Only 1 left"),
        (ITEM, 1, replace(RICH, level=4), 0, "needs level 5, and you are level 4"),
    ],
)
def test_each_refusal_says_why(item: ShopItem, pieces: int, buyer: Buyer, sold: int, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        check_purchase(item, pieces, buyer, sold)


def test_too_little_is_told_in_the_units_own_name() -> None:
    poor = replace(RICH, balances={"coins": 9_000, "dust": 1})
    with pytest.raises(CannotPay) as caught:
        check_purchase(ITEM, 1, poor, 0, {"dust": "Celestial Dust"})
    assert (caught.value.unit, caught.value.have, caught.value.need) == ("dust", 1, 2)
    assert str(caught.value) == "This takes 2 Celestial Dust, and you have 1. Boxes may hold some."
    with pytest.raises(NotEnough, match="This takes 250 coins, and you have 0"):
        check_purchase(ITEM, 1, replace(RICH, balances={"coins": -5}), 0)


@given(ITEMS, st.integers(1, 5), BUYERS, st.integers(0, 12))
def test_only_a_purchase_within_every_bound_goes_through(
    item: ShopItem, pieces: int, buyer: Buyer, sold: int
) -> None:
    allowed = (
        item.active
        and not buyer.owned
        and (item.stock == UNLIMITED or sold + pieces <= item.stock)
        and (item.limit == UNLIMITED or buyer.bought + pieces <= item.limit)
        and buyer.level >= item.min_level
        and all(buyer.balances.get(unit, 0) >= need for unit, need in total(item.price, pieces).items())
    )
    if allowed:
        assert check_purchase(item, pieces, buyer, sold) == total(item.price, pieces)
    else:
        with pytest.raises((Conflict, NotEnough)) as caught:
            check_purchase(item, pieces, buyer, sold)
        assert caught.value.message.endswith(".")


@given(st.integers(0, 50), st.integers(0, 60))
def test_what_is_left_never_goes_below_nothing(size: int, gone: int) -> None:
    item = replace(ITEM, stock=size, limit=size)
    assert stock_left(item, gone) == limit_left(item, gone) == max(0, size - gone)
    free = replace(ITEM, stock=UNLIMITED, limit=UNLIMITED)
    assert stock_left(free, gone) is limit_left(free, gone) is None


def test_a_refund_ends_at_its_instant() -> None:
    until = refundable_until(ITEM, AT)
    assert until == AT + timedelta(hours=72)
    check_refund(ITEM, AT, until - timedelta(seconds=1))
    check_refund(ITEM, AT, AT - timedelta(days=3))
    with pytest.raises(Conflict, match="72 hours only"):
        check_refund(ITEM, AT, until)


def test_some_things_never_come_back() -> None:
    final = replace(ITEM, refund_hours=0)
    assert refundable_until(final, AT) is None
    for item in (final, None):
        with pytest.raises(Conflict, match="cannot be given back"):
            check_refund(item, AT, AT)
    with pytest.raises(Conflict, match="used up"):
        check_refund(ITEM, AT, AT, spent=True)
