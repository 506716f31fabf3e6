"""The ledger's rules: double entry, append-only, one transaction per cause and turn.

A transaction is a list of legs, each an account and a signed amount; the legs sum to zero in every unit, so nothing
appears but from a mint and nothing vanishes but into a burn. Coins, experience and materials are units of one
ledger: each keeps its own sum. Amounts are whole and fit 64 bits.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import MapleHubError
from shared.ids import natural_id

COINS = "coins"
EXPERIENCE = "experience"
LOOTBOXER = "lootboxer"
"""Units beside the materials, which are called by their slug. `lootboxer` is a profession's experience."""

LIMIT = 2**63 - 1

Legs = tuple[tuple[str, int], ...]
"""Account key and signed amount, in order."""


class Kind(StrEnum):
    """What a transaction is for. A reversal has the kind of what it reverses, but a purchase's is a refund."""

    DAILY = "daily"
    TASK_REWARD = "task_reward"
    RUN_REWARD = "run_reward"
    EVENT_BONUS = "event_bonus"
    SHOP_PURCHASE = "shop_purchase"
    LOOTBOX = "lootbox"
    REFUND = "refund"
    TRANSFER_SEND = "transfer_send"
    TRANSFER_RECEIVE = "transfer_receive"
    ADMIN_ADJUST = "admin_adjust"


REWARDS = frozenset({Kind.DAILY, Kind.TASK_REWARD, Kind.RUN_REWARD, Kind.EVENT_BONUS})
"""Kinds whose reversal may leave a debt: a run logged by mistake is taken back though its coins are spent."""


class AccountKind(StrEnum):
    """Who holds an account. Only a mint may issue and only a burn may sink."""

    USER = "user"
    MINT = "mint"
    BURN = "burn"
    SHOP = "shop"
    ESCROW = "escrow"


class LedgerError(MapleHubError):
    """A transaction breaks a rule of the ledger: a fault of the program, not of a person."""


class NotEnough(LedgerError):  # noqa: N818 - the field's name for it
    """An account would go below zero. unit: of what; have and need: amounts."""

    def __init__(self, unit: str, have: int, need: int) -> None:
        super().__init__(f"This takes {need} {unit}, and there are {have}.", "Earn more first.")
        self.unit = unit
        self.have = have
        self.need = need


@dataclass(frozen=True, slots=True)
class Entry:
    """One posted leg. seq: 1 for an account's first entry, without gaps; balance_after: with this entry."""

    transaction: str
    account: str
    seq: int
    amount: int
    balance_after: int


def account(kind: AccountKind, unit: str, owner: str = "") -> str:
    """An account's key, "user:coins" or "user:coins:{owner}"."""
    return f"{kind}:{unit}:{owner}" if owner else f"{kind}:{unit}"


def kind_of(key: str) -> AccountKind:
    """Who holds the account with this key. LedgerError for no account."""
    try:
        return AccountKind(key.split(":", 1)[0])
    except ValueError:
        raise LedgerError(f"“{key}” is no account.") from None


def unit_of(key: str) -> str:
    """What an account counts."""
    return key.split(":")[1]


def issue(unit: str, amount: int, owner: str = "") -> Legs:
    """Legs that mint an amount for a user; none for 0."""
    return _move(account(AccountKind.MINT, unit), account(AccountKind.USER, unit, owner), amount)


def sink(unit: str, amount: int, owner: str = "") -> Legs:
    """Legs that burn an amount of a user's; none for 0."""
    return _move(account(AccountKind.USER, unit, owner), account(AccountKind.BURN, unit), amount)


def reversal(legs: Legs) -> Legs:
    """The legs that take a transaction back."""
    return tuple((key, -amount) for key, amount in legs)


def transaction_id(kind: Kind, cause: str, turn: int, *, reverses: bool = False) -> str:
    """The id of a cause's transaction: two machines that post the same thing make the same row.

    turn: how often the cause had been granted before; taking back and granting again is the next turn.
    """
    return natural_id("ledger", kind, cause, str(turn), "reversal" if reverses else "")


def check(legs: Legs, *, reverses: bool = False) -> None:
    """LedgerError unless the legs may be posted: balanced per unit, no empty leg, issue from mint, sink to burn."""
    if len(legs) < 2 or any(amount == 0 for _, amount in legs):
        raise LedgerError("A transaction has two legs or more, and none of them is empty.")
    sums: Counter[str] = Counter()
    for key, amount in legs:
        kind = kind_of(key)
        if abs(amount) > LIMIT:
            raise LedgerError("An amount does not fit the ledger.")
        forward = -amount if reverses else amount
        if (kind is AccountKind.MINT and forward > 0) or (kind is AccountKind.BURN and forward < 0):
            raise LedgerError("A mint only issues and a burn only sinks.")
        sums[unit_of(key)] += amount
    for unit, total in sums.items():
        if total:
            raise LedgerError(f"The legs in {unit} sum to {total}, not to zero.")


def post(balances: Mapping[str, int], legs: Legs, *, debt: bool = False) -> dict[str, int]:
    """The balances of the touched accounts after a transaction.

    debt: users may go below zero. Raises NotEnough, or LedgerError when a balance would not fit.
    """
    after: dict[str, int] = {}
    for key, amount in legs:
        after[key] = after.get(key, balances.get(key, 0)) + amount
    for key, balance in after.items():
        if abs(balance) > LIMIT:
            raise LedgerError("A balance does not fit the ledger.")
        holder = kind_of(key)
        if balance < 0 and holder is not AccountKind.MINT and not (debt and holder is AccountKind.USER):
            before = balances.get(key, 0)
            # What is below zero already may rise without reaching it.
            if balance < before:
                raise NotEnough(unit_of(key), before, before - balance)
    return after


def audit(entries: Iterable[Entry], balances: Mapping[str, int]) -> list[str]:
    """What is wrong with a ledger, a sentence each; nothing when every invariant holds.

    entries: all of them, in the order they were posted. balances: as they are kept per account.
    """
    faults: list[str] = []
    sums: dict[str, Counter[str]] = {}
    seqs: Counter[str] = Counter()
    running: Counter[str] = Counter()
    for entry in entries:
        sums.setdefault(entry.transaction, Counter())[unit_of(entry.account)] += entry.amount
        seqs[entry.account] += 1
        running[entry.account] += entry.amount
        if entry.seq != seqs[entry.account]:
            faults.append(f"Entry {entry.seq} of {entry.account} stands where {seqs[entry.account]} should.")
            seqs[entry.account] = entry.seq
        if entry.balance_after != running[entry.account]:
            faults.append(
                f"Entry {entry.seq} of {entry.account} says {entry.balance_after}, not {running[entry.account]}."
            )
            running[entry.account] = entry.balance_after
    for transaction, units in sums.items():
        faults += [f"{transaction} sums to {total} {unit}." for unit, total in units.items() if total]
    for key in sorted({*running, *balances}):
        if running[key] != balances.get(key, 0):
            faults.append(f"{key} is kept as {balances.get(key, 0)}, its entries say {running[key]}.")
    return faults


def user_amounts(legs: Sequence[tuple[str, int]]) -> dict[str, int]:
    """What a transaction means for its users, by unit."""
    found: Counter[str] = Counter()
    for key, amount in legs:
        if kind_of(key) is AccountKind.USER:
            found[unit_of(key)] += amount
    return {unit: amount for unit, amount in found.items() if amount}


def _move(source: str, target: str, amount: int) -> Legs:
    return ((source, -amount), (target, amount)) if amount else ()
