"""The ledger's rules: balanced legs, who may issue and sink, debts, and an audit that sees every kind of damage."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.economy.ledger import (
    LIMIT,
    Entry,
    Kind,
    LedgerError,
    Legs,
    NotEnough,
    audit,
    check,
    issue,
    post,
    reversal,
    sink,
    transaction_id,
    unit_of,
    user_amounts,
)

UNITS = ("coins", "experience", "phoenix-feather")


@pytest.mark.parametrize(
    "legs",
    [
        (),
        (("user:coins", 5),),
        (("user:coins", 5), ("mint:coins", -4)),
        (("user:coins", 5), ("mint:experience", -5)),
        (("user:coins", 0), ("mint:coins", 0)),
        (("mint:coins", 5), ("user:coins", -5)),
        (("burn:coins", -5), ("user:coins", 5)),
        (("chest:coins", -5), ("user:coins", 5)),
        (("user:coins", LIMIT + 1), ("mint:coins", -LIMIT - 1)),
    ],
)
def test_legs_that_break_a_rule_are_refused(legs: Legs) -> None:
    with pytest.raises(LedgerError):
        check(legs)


def test_only_a_reversal_gives_back_to_the_mint_and_takes_from_the_burn() -> None:
    for legs in (issue("coins", 5), sink("coins", 5)):
        check(legs)
        check(reversal(legs), reverses=True)
        with pytest.raises(LedgerError):
            check(reversal(legs))
        with pytest.raises(LedgerError):
            check(legs, reverses=True)


def test_nothing_is_moved_without_legs() -> None:
    assert issue("coins", 0) == sink("coins", 0) == ()


def test_spending_more_than_there_is_says_how_much() -> None:
    with pytest.raises(NotEnough) as refused:
        post({"user:coins": 40}, sink("coins", 100))
    assert (refused.value.unit, refused.value.have, refused.value.need) == ("coins", 40, 100)


def test_the_last_coin_can_be_spent() -> None:
    assert post({"user:coins": 100, "burn:coins": 1}, sink("coins", 100)) == {
        "user:coins": 0,
        "burn:coins": 101,
    }


def test_taking_a_reward_back_may_leave_a_debt_that_earning_pays() -> None:
    taken = post({"user:coins": 10, "mint:coins": -50}, reversal(issue("coins", 30)), debt=True)
    assert taken["user:coins"] == -20
    paid = post(taken, issue("coins", 5))
    assert paid["user:coins"] == -15
    with pytest.raises(NotEnough):
        post(paid, sink("coins", 1))


def test_a_balance_that_would_not_fit_is_refused() -> None:
    with pytest.raises(LedgerError, match="fit"):
        post({"user:coins": LIMIT}, issue("coins", 1))


def test_what_it_means_for_the_user_is_by_unit() -> None:
    legs = sink("coins", 100) + issue("coins", 40) + issue("lootboxer", 10)
    assert user_amounts(legs) == {"coins": -60, "lootboxer": 10}


def test_a_cause_has_one_id_per_kind_turn_and_direction() -> None:
    ids = {
        transaction_id(kind, cause, turn, reverses=back)
        for kind in (Kind.RUN_REWARD, Kind.EVENT_BONUS)
        for cause in ("run:a", "run:b")
        for turn in (0, 1)
        for back in (False, True)
    }
    assert len(ids) == 16
    assert transaction_id(Kind.DAILY, "daily:2026-11-21", 0) == transaction_id(
        Kind.DAILY, "daily:2026-11-21", 0
    )


moves = st.lists(
    st.tuples(st.sampled_from(UNITS), st.integers(1, 1000), st.booleans()), min_size=1, max_size=30
)


def _book(steps: Sequence[tuple[str, int, bool]]) -> tuple[list[Entry], dict[str, int]]:
    """A correct ledger from steps (unit, amount, earn or spend); what cannot be paid is left out."""
    balances: dict[str, int] = {}
    entries: list[Entry] = []
    counts: dict[str, int] = {}
    for number, (unit, amount, earn) in enumerate(steps):
        legs = issue(unit, amount) if earn else sink(unit, amount)
        check(legs)
        try:
            balances |= post(balances, legs)
        except NotEnough:
            continue
        for key, change in legs:
            counts[key] = counts.get(key, 0) + 1
            entries.append(Entry(f"t{number}", key, counts[key], change, balances[key]))
    return entries, balances


@given(moves)
def test_a_correct_ledger_has_no_faults_and_conserves_every_unit(steps: list[tuple[str, int, bool]]) -> None:
    entries, balances = _book(steps)
    assert audit(entries, balances) == []
    for unit in UNITS:
        of_unit = {key: amount for key, amount in balances.items() if unit_of(key) == unit}
        assert sum(of_unit.values()) == 0
        assert of_unit.get(f"user:{unit}", 0) >= 0


@given(moves.filter(lambda steps: steps[0][2]), st.data())
def test_the_audit_finds_every_kind_of_damage(
    steps: list[tuple[str, int, bool]], data: st.DataObject
) -> None:
    entries, balances = _book(steps)
    at = data.draw(st.integers(0, len(entries) - 1))
    damage = data.draw(st.sampled_from(["amount", "balance", "seq", "missing", "twice", "kept"]))
    broken, kept = list(entries), dict(balances)
    match damage:
        case "amount":
            broken[at] = replace(broken[at], amount=broken[at].amount + 1)
        case "balance":
            broken[at] = replace(broken[at], balance_after=broken[at].balance_after + 1)
        case "seq":
            broken[at] = replace(broken[at], seq=broken[at].seq + 1)
        case "missing":
            del broken[at]
        case "twice":
            broken.insert(at, broken[at])
        case "kept":
            kept[broken[at].account] += 1
    assert audit(broken, kept) != []
