"""Rolls: published vectors, an exact mapping, a fair distribution, and no change that goes unnoticed."""

import hashlib
import itertools
import json
import math
from collections import Counter
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog import load_catalog
from shared.economy.loot_table import LootTable, content_hash, loot_table
from shared.economy.lootbox import Lootbox, LootKind, next_pity
from shared.economy.rolls import (
    FORMAT,
    Proof,
    RecordedRoll,
    commitment_of,
    index_of,
    pick,
    read_proof,
    roll,
    roll_id,
    roll_message,
    verify_epoch,
    verify_proof,
    words,
    write_proof,
)
from shared.economy.things import RARITIES, Rarity
from shared.errors import InvalidInput

ECONOMY = load_catalog(Path(__file__).resolve().parents[3] / "seeds").economy
MAPLE, CHEST = ECONOMY.lootboxes["maple-box"], ECONOMY.lootboxes["moonlit-chest"]
SECRET = bytes(range(32))
HASH = hashlib.sha256(b"a table").hexdigest()

VECTORS = [
    ("", 0, "94cde0961640bfcf1d0e727a6135c590b252db8387f9feeea70167cab2d8264b", "6ce12af0c85fa64b"),
    ("maple", 1, "311ac299b0dfd770ff5b0b722cf2d6077795bac2b6782c47ebd33be86d7f3bb1", "d7191694bd17e7c1"),
    (
        "Blätter ☂",
        2**40,
        "8267fd71e663a068f398abf609e4483cd9190db5e8399b659cd49384a0c3ca95",
        "823b28c4f678efb8",
    ),
]
"""Client seed, nonce, d and the first word of the next block; made with `openssl dgst -sha256 -mac HMAC`, the key being
the bytes 0 to 31 and the table hash that of the text "a table"."""


@pytest.mark.parametrize(("client_seed", "nonce", "digest", "more"), VECTORS)
def test_the_published_vectors(client_seed: str, nonce: int, digest: str, more: str) -> None:
    found = list(itertools.islice(words(SECRET, roll_message(HASH, client_seed, nonce)), 5))
    assert "".join(f"{word:016x}" for word in found) == digest + more


def test_the_commitment_and_the_message() -> None:
    assert commitment_of(SECRET) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    message = roll_message(HASH, "é", 258)
    assert message == (
        b"maplehub-loot/v1\x00" + bytes.fromhex(HASH) + bytes(7) + b"\x02\xc3\xa9" + bytes(6) + b"\x01\x02"
    )


def test_every_boundary_of_the_table_falls_on_its_prize() -> None:
    for box, level, pity in ((MAPLE, 1, 0), (MAPLE, 17, MAPLE.pity), (CHEST, 50, 3)):
        table = loot_table(box, level, pity)
        begin = 0
        for place, prize in enumerate(table.prizes):
            end = begin + prize.weight
            for number in {begin, begin + prize.weight // 2, end - 1}:
                assert index_of(table, pick(table.total, iter([number]))) == place
                assert index_of(table, pick(table.total, iter([number + table.total * 12_345]))) == place
            begin = end
        assert begin == table.total


@given(st.integers(1, 2**63 - 1))
def test_words_past_the_last_whole_round_are_passed_over(total: int) -> None:
    limit = 2**64 - 2**64 % total
    assert limit % total == 0
    assert pick(total, iter([limit - 1])) == total - 1
    if limit < 2**64:
        assert pick(total, iter([limit, 2**64 - 1, 0])) == 0
        with pytest.raises(ValueError, match="ran out"):
            pick(total, iter([limit, 2**64 - 1]))
    else:
        assert pick(total, iter([2**64 - 1])) == total - 1


def test_a_rejected_word_moves_on_to_the_next_block() -> None:
    # With a total just above half the range, about half of all words are refused.
    total = 2**63 - 1
    message = roll_message(HASH, "", 0)
    stream = list(itertools.islice(words(SECRET, message), 200))
    limit = 2**64 - 2**64 % total
    source = words(SECRET, message)
    picked = [pick(total, source) for _ in range(100)]
    assert picked == [word % total for word in stream if word < limit][:100]


def chi_squared_beyond(statistic: float, degrees: int) -> float:
    """P(χ² > statistic) for an even number of degrees, in closed form (Abramowitz & Stegun 26.4.21)."""
    assert degrees % 2 == 0
    half = statistic / 2
    return math.exp(-half) * sum(half**k / math.factorial(k) for k in range(degrees // 2))


@pytest.mark.parametrize(("box", "level", "pity"), [(MAPLE, 1, 0), (CHEST, 23, CHEST.pity)])
def test_two_hundred_thousand_rolls_follow_the_odds(box: Lootbox, level: int, pity: int) -> None:
    table = loot_table(box, level, pity)
    secret = hashlib.sha256(b"MapleHub chi-squared").digest()
    count = 200_000
    found = Counter(roll(secret, table, "seeded", nonce) for nonce in range(count))
    expected = [count * prize.weight / table.total for prize in table.prizes]
    observed = [found[place] for place in range(len(expected))]
    if len(expected) % 2 == 0:
        # An even number of degrees has a closed form: the first two prizes count as one.
        expected[:2], observed[:2] = [sum(expected[:2])], [sum(observed[:2])]
    assert min(expected) > 50
    statistic = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))
    assert 0.001 < chi_squared_beyond(statistic, len(expected) - 1) < 0.999


def test_the_chi_squared_tail_is_right() -> None:
    # The 95 % quantiles for 2, 4 and 26 degrees: Abramowitz & Stegun, table 26.8.
    for degrees, quantile in ((2, 5.99146), (4, 9.48773), (26, 38.88514)):
        assert chi_squared_beyond(quantile, degrees) == pytest.approx(0.05, abs=1e-5)


def test_a_long_epoch_keeps_the_pity() -> None:
    rolls, _ = epoch(6000, level=1)
    longest, count, forced = 0, 0, 0
    for each in rolls:
        if each.box == "maple-box":
            forced += each.pity == MAPLE.pity
            assert each.pity < MAPLE.pity or RARITIES[each.rarity].is_rare
            assert each.pity == count
            count = 0 if RARITIES[each.rarity].is_rare else count + 1
            longest = max(longest, count)
    assert longest == MAPLE.pity
    assert forced > 0


def test_an_honest_epoch_holds() -> None:
    rolls, tables = epoch(60)
    assert verify_epoch(SECRET, commitment_of(SECRET), rolls, tables) == []
    assert verify_epoch(SECRET, commitment_of(SECRET), [], {}) == []


def test_a_flipped_bit_is_found_wherever_it_is() -> None:
    rolls, tables = epoch(16)
    commitment = commitment_of(SECRET)
    assert {each.kind for each in rolls} == set(LootKind)
    for at in range(len(SECRET) * 8):
        changed = bytearray(SECRET)
        changed[at // 8] ^= 1 << at % 8
        assert verify_epoch(bytes(changed), commitment, rolls, tables)
    for at, letter in enumerate(commitment):
        other = f"{int(letter, 16) ^ 1:x}"
        assert verify_epoch(SECRET, commitment[:at] + other + commitment[at + 1 :], rolls, tables)
    for place, each in enumerate(rolls):
        for field in fields(RecordedRoll):
            for value in flipped(getattr(each, field.name)):
                if field.name == "duplicate_coins" and value == honest_duplicate(each, tables):
                    continue  # whether something was owned is not in the seeds
                bad = [*rolls[:place], replace(each, **{field.name: value}), *rolls[place + 1 :]]
                assert verify_epoch(SECRET, commitment, bad, tables), (place, field.name, value)


def flipped(value: object) -> list[object]:
    """The value with one bit changed, in several places."""
    if value is None:
        return [1]
    if isinstance(value, LootKind):
        return [kind for kind in LootKind if kind is not value]
    if isinstance(value, int):
        return [value ^ 1 << bit for bit in range(12)]
    assert isinstance(value, str)
    return [value[:at] + chr(ord(letter) ^ 1) + value[at + 1 :] for at, letter in enumerate(value)] or ["x"]


def honest_duplicate(each: RecordedRoll, tables: dict[str, str]) -> int | None:
    if each.kind is not LootKind.COSMETIC:
        return None
    return int(json.loads(tables[each.table])["duplicates"][each.rarity])


def test_a_changed_table_is_found_even_when_its_hash_is_changed_too() -> None:
    rolls, tables = epoch(12)
    commitment = commitment_of(SECRET)
    for table_hash, content in tables.items():
        for at in range(0, len(content), 7):
            text = content[:at] + chr(ord(content[at]) ^ 1) + content[at + 1 :]
            assert verify_epoch(SECRET, commitment, rolls, {**tables, table_hash: text})
            moved = {key: value for key, value in tables.items() if key != table_hash}
            moved[content_hash(text)] = text
            renamed = [replace(r, table=content_hash(text)) if r.table == table_hash else r for r in rolls]
            assert verify_epoch(SECRET, commitment, renamed, moved)


def test_a_hidden_added_or_moved_roll_is_found() -> None:
    rolls, tables = epoch(30)
    commitment = commitment_of(SECRET)
    for place in range(len(rolls) - 1):
        findings = verify_epoch(SECRET, commitment, rolls[:place] + rolls[place + 1 :], tables)
        assert any("missing" in finding.text for finding in findings)
        swapped = [*rolls]
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        assert verify_epoch(SECRET, commitment, swapped, tables)
    assert verify_epoch(SECRET, commitment, [*rolls, rolls[-1]], tables)
    # What was hidden and renumbered no longer fits its seeds or its pity.
    renumbered = [replace(each, nonce=nonce) for nonce, each in enumerate(rolls[1:])]
    assert verify_epoch(SECRET, commitment, renumbered, tables)


def test_a_count_from_before_the_epoch_is_carried_over() -> None:
    rolls, tables = epoch(30, pity={"maple-box": 38})
    commitment = commitment_of(SECRET)
    assert verify_epoch(SECRET, commitment, rolls, tables, {"maple-box": 38}) == []
    (first, *_) = [finding.text for finding in verify_epoch(SECRET, commitment, rolls, tables)]
    assert first == "Its pity count is 38, and 0 by the rolls before."


def test_a_proof_is_checked_from_its_file_alone() -> None:
    rolls, tables = epoch(25, pity={"moonlit-chest": 7})
    proof = Proof(
        FORMAT, commitment_of(SECRET), SECRET.hex(), tables, tuple(rolls), {"moonlit-chest": 7}, "2026-11-21"
    )
    text = write_proof(proof)
    assert read_proof(text) == proof
    assert verify_proof(read_proof(text)) == []
    changed = json.loads(text)
    changed["rolls"][3]["prize"] = "chest-of-coins"
    (finding, *_) = verify_proof(read_proof(json.dumps(changed)))
    assert finding.nonce == 3
    assert finding.text.startswith("It says chest-of-coins, and the seeds say ")
    assert verify_proof(replace(proof, format="maplehub-loot/v9"))
    assert verify_proof(replace(proof, secret="not hexadecimal"))
    for broken in ("", "{}", "[]", text[:-5], text.replace('"rolls"', '"rollz"')):
        with pytest.raises(InvalidInput):
            read_proof(broken)


def epoch(
    count: int, pity: dict[str, int] | None = None, level: int = 0
) -> tuple[list[RecordedRoll], dict[str, str]]:
    """An honest epoch over two boxes, the client seed changed once. level: 0 for a rising one."""
    counts = dict(pity or {})
    tables: dict[str, str] = {}
    made: dict[tuple[str, int, bool], LootTable] = {}
    rolls = []
    for nonce in range(count):
        box = CHEST if nonce % 3 == 2 else MAPLE
        before, at = counts.get(box.slug, 0), level or 1 + nonce // 9
        key = (box.slug, at, before >= box.pity)
        if key not in made:
            made[key] = loot_table(box, at, before)
        table = made[key]
        tables[table.hash] = table.content
        seed = "" if nonce < 10 else "leaf ☘"
        prize = table.prizes[roll(SECRET, table, seed, nonce)]
        rolls.append(
            RecordedRoll(
                id=roll_id(commitment_of(SECRET), table.hash, seed, nonce),
                nonce=nonce,
                client_seed=seed,
                table=table.hash,
                box=box.slug,
                pity=before,
                level=at,
                prize=prize.slug,
                rarity=prize.rarity.rank,
                kind=prize.kind,
                thing=prize.thing,
                amount=prize.amount,
                cost=box.price,
            )
        )
        counts[box.slug] = next_pity(before, prize.rarity)
    return rolls, tables


def test_the_shares_of_a_roll_are_fair_to_the_last_word() -> None:
    """Over all words of a small world, every prize comes exactly as often as its weight says."""
    table = loot_table(MAPLE, 1, MAPLE.pity)
    hits = Counter(index_of(table, number) for number in range(table.total))
    assert [Fraction(hits[place], table.total) for place in range(len(table.prizes))] == [
        Fraction(prize.weight, table.total) for prize in table.prizes
    ]
    assert (
        sum(hits[p] for p, prize in enumerate(table.prizes) if prize.rarity is Rarity.EPIC) * 100
        == 15 * table.total
    )
