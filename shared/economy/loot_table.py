"""The table a box is rolled on: prizes with whole weights whose shares are the odds exactly, and its fingerprint.

The text of a table is JSON as RFC 8785 canonicalises it: keys sorted, no spaces, ASCII texts; weights are texts because
JSON's numbers are exact below 2**53 only. Its SHA-256 is what a roll is bound to.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

from shared.economy.events import NO_MODIFIERS, Modifiers
from shared.economy.lootbox import Lootbox, LootKind, Prize, is_forced, prize_odds
from shared.economy.things import RARITIES, Rarity
from shared.errors import InvalidInput

LIMIT = 2**63
"""A table's total weight is below this."""


@dataclass(frozen=True)
class LootTable:
    """What one opening is rolled on. prizes have their table weights; none has the weight 0.

    box: its slug; price in coins; level: the lootboxer's; pity: the box's limit; forced: whether it was reached.
    duplicates: coins by rarity for a cosmetic that is owned already.
    """

    box: str
    price: int
    level: int
    pity: int
    forced: bool
    duplicates: tuple[int, ...]
    prizes: tuple[Prize, ...]

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The cumulative weights: prize k is given by ends[k − 1] ≤ x < ends[k]."""
        return tuple(accumulate(prize.weight for prize in self.prizes))

    @property
    def total(self) -> int:
        """The sum of the weights."""
        return self.ends[-1]

    @cached_property
    def rarities(self) -> dict[Rarity, Fraction]:
        """The chance of each rarity on this table."""
        weights = {
            rarity: sum(prize.weight for prize in self.prizes if prize.rarity is rarity)
            for rarity in RARITIES
        }
        return {rarity: Fraction(weight, self.total) for rarity, weight in weights.items()}

    @cached_property
    def content(self) -> str:
        """The canonical text."""
        document = {
            "box": self.box,
            "duplicates": list(self.duplicates),
            "forced": self.forced,
            "level": self.level,
            "pity": self.pity,
            "price": self.price,
            "prizes": [
                {
                    "amount": prize.amount,
                    "kind": str(prize.kind),
                    "rarity": prize.rarity.rank,
                    "slug": prize.slug,
                    "thing": prize.thing,
                    "weight": str(prize.weight),
                }
                for prize in self.prizes
            ],
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the text, lower-case hexadecimal."""
        return content_hash(self.content)


def content_hash(content: str) -> str:
    """The hash of a table's text."""
    return hashlib.sha256(content.encode()).hexdigest()


def loot_table(box: Lootbox, level: int, pity: int, modifiers: Modifiers = NO_MODIFIERS) -> LootTable:
    """The table of the next opening: the odds times their common denominator, in lowest terms.

    ValueError as for the odds, and when events with odd percentages make the total too large to roll exactly.
    """
    odds = prize_odds(box, level, pity, modifiers)
    total = math.lcm(*(chance.denominator for chance in odds))
    if total >= LIMIT:
        raise ValueError(f"the odds of {box.slug} need a total of {total}, which does not fit 63 bits")
    prizes = tuple(
        Prize(prize.slug, prize.rarity, prize.kind, prize.thing, prize.amount, int(chance * total))
        for prize, chance in zip(box.prizes, odds, strict=True)
        if chance
    )
    return LootTable(
        box=box.slug,
        price=box.price,
        level=level,
        pity=box.pity,
        forced=is_forced(box, pity),
        duplicates=tuple(box.duplicate_coins[rarity] for rarity in RARITIES),
        prizes=prizes,
    )


def read_table(content: str) -> LootTable:
    """A table from its text. InvalidInput for a text that is no table's canonical one."""
    try:
        table = _table(json.loads(content))
        good = 0 < table.total < LIMIT and all(prize.weight > 0 for prize in table.prizes)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        good = False
    if not good or table.content != content:
        raise InvalidInput("table", "This is not a loot table as MapleHub writes it.")
    return table


def _table(document: dict[str, Any]) -> LootTable:
    return LootTable(
        box=document["box"],
        price=_whole(document["price"]),
        level=_whole(document["level"]),
        pity=_whole(document["pity"]),
        forced=document["forced"],
        duplicates=tuple(_whole(coins) for coins in document["duplicates"]),
        prizes=tuple(
            Prize(
                slug=row["slug"],
                rarity=RARITIES[row["rarity"]],
                kind=LootKind(row["kind"]),
                thing=row["thing"],
                amount=_whole(row["amount"]),
                weight=int(row["weight"]),
            )
            for row in document["prizes"]
        ),
    )


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value
